"""Would the suite notice? Each test plants one classic mistake and lets the comparison find it."""

from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from convolutions import loops, loops_gradients, random_case, worst_error

from cnnlib import _correlate, conv


def planted(module, right, wrong):
    """Return a copy of a module whose source says `wrong` wherever it said `right`."""
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert right in source, f"{module.__name__} no longer contains: {right}"
    copy = ModuleType(module.__name__)
    exec(compile(source.replace(right, wrong), module.__file__, "exec"), copy.__dict__)
    return copy


@cache
def answers(cases=12):
    """Return cases, gradients of the output, and what plain loops make of them."""
    rng = np.random.default_rng(0)
    result = []
    for _ in range(cases):
        case = random_case(rng, small=True)
        y = loops(*case[:3], **case.options)
        grad = rng.normal(size=y.shape)
        result.append((case, grad, [y, *loops_gradients(case, grad)]))
    return result


def disagreement():
    """Return the worst error of values and gradients, as the suite sees it."""
    errors = []
    for (x, weight, bias, options), grad, expected in answers():
        y = conv.conv2d(x, weight, bias, **options)
        gradients = conv.conv2d_backward(grad, x, weight, **options)
        errors.append(worst_error([y, *gradients], expected))
    return max(errors)


def noticed():
    """Tell whether the comparison finds another value, or another shape."""
    try:
        return disagreement() > 1e-3
    except (AssertionError, ValueError):
        return True


@pytest.fixture(params=[1, 100], ids=["strips", "columns"])
def few(request, monkeypatch):
    """Compute in one of the two ways."""
    monkeypatch.setattr(_correlate, "FEW", request.param)
    return request.param


def test_without_a_mistake_there_is_no_disagreement(few):
    assert disagreement() <= 1e-13


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("[:, :, ::-1, ::-1]", ""),
        ("[:, :, ::-1, ::-1]", "[:, :, ::-1]"),
        (".swapaxes(1, 2).reshape(g * c", ".reshape(g * c"),
        ("phases(geometry, 0)", "phases(geometry, 1)"),
        ("grad.sum(axis=0)", "grad[0]"),
    ],
    ids=[
        "unflipped kernel",
        "half-flipped kernel",
        "filters not exchanged with channels",
        "swapped axes",
        "missing sum over the batch",
    ],
)
def test_mistakes_in_the_gradients_are_noticed(few, monkeypatch, right, wrong):
    mutant = planted(conv, right, wrong)
    monkeypatch.setattr(conv, "conv2d_backward", mutant.conv2d_backward)
    assert noticed()


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("of_convolution(x, weight, stride,", "of_convolution(x, weight, swap(stride),"),
        ("padding, dilation, groups)\n", "padding, swap(dilation), groups)\n"),
        ("stride, padding, dilation", "stride, swap(padding), dilation"),
    ],
    ids=["stride", "dilation", "padding"],
)
@pytest.mark.parametrize("function", ["conv2d", "conv2d_backward"])
def test_vertical_for_horizontal_is_noticed(few, monkeypatch, function, right, wrong):
    mutant = planted(conv, right, wrong)
    mutant.swap = lambda value: value if isinstance(value, str) else value[::-1]
    monkeypatch.setattr(conv, function, getattr(mutant, function))
    assert noticed()


@pytest.mark.parametrize(
    ("way", "entries", "right", "wrong"),
    [
        (1, 1, "total += windows", "total[...] = windows"),
        (100, 1, "total += products", "total[...] = products"),
        (100, 2**18, "products.sum(axis=0)", "products[0]"),
        (1, 2**18, "product.transpose(2, 1, 3, 0, 4)", "product.transpose(2, 1, 3, 0, 4)[:1]"),
    ],
    ids=[
        "strips: = for +=",
        "columns: = for +=",
        "missing sum over the batch",
        "one image for all",
    ],
)
def test_mistakes_in_the_sums_are_noticed(monkeypatch, way, entries, right, wrong):
    mutant = planted(_correlate, right, wrong)
    mutant.FEW, mutant.ENTRIES = way, entries
    for name in ("correlate", "correlate_with_gradient"):
        monkeypatch.setattr(conv, name, getattr(mutant, name))
    assert noticed()
