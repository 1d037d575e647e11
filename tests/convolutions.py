"""Convolutions to compare: random ones, PyTorch's answers, and the definition as plain loops."""

import warnings
from typing import NamedTuple

import numpy as np
import pytest
from conftest import relative_error


class Case(NamedTuple):
    """Arguments of a convolution, and the gradient of a loss with respect to its output."""

    x: np.ndarray
    weight: np.ndarray
    bias: np.ndarray
    options: dict


def random_case(rng, *, small=False):
    """Return a convolution whose settings differ between the axes, with left-over rows."""
    groups, c, f = (int(n) for n in rng.integers(1, (3, 3, 3) if small else (4, 7, 5)))
    if rng.random() < 0.2:
        groups, c = int(rng.integers(2, 5)), 1  # depthwise
    kernel, stride, dilation = ([int(n) for n in rng.integers(1, top, 2)] for top in (6, 4, 4))
    if small:
        kernel = [min(k, 3) for k in kernel]
    padding = rng.integers(0, 4, (2, 2)).tolist()
    if rng.random() < 0.2:
        stride, padding = [1, 1], "same"
    sides = [(0, 0), (0, 0)] if padding == "same" else padding
    size = [
        max(1, d * (k - 1) + 1 - sum(p)) + int(rng.integers(0, 4 if small else 8))
        for d, k, p in zip(dilation, kernel, sides, strict=True)
    ]
    options = {
        "stride": tuple(stride),
        "padding": padding if padding == "same" else tuple(map(tuple, padding)),
        "dilation": tuple(dilation),
        "groups": groups,
    }
    x = rng.normal(size=(rng.integers(1, 4), groups * c, *size))
    return Case(x, rng.normal(size=(groups * f, c, *kernel)), rng.normal(size=groups * f), options)


def large_case(rng):
    """Return a convolution of stride 1 whose kernel is large enough for Fourier transforms."""
    kernel = [int(n) for n in rng.integers(11, 14, 2)]
    padding = tuple(map(tuple, rng.integers(0, 12, (2, 2)).tolist()))
    size = [k + int(rng.integers(0, 9)) for k in kernel]
    x = rng.normal(size=(2, 4, *size))
    weight = rng.normal(size=(6, 2, *kernel))
    return Case(x, weight, rng.normal(size=6), {"padding": padding, "groups": 2})


def torch_conv2d(case, grad):
    """Return PyTorch's output, and its gradients with respect to x, weight and bias."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    x, weight, bias = (torch.tensor(a, requires_grad=True) for a in case[:3])
    options, padded = dict(case.options), x
    if options["padding"] != "same":
        (top, bottom), (left, right) = options.pop("padding")
        padded = torch.nn.functional.pad(x, (left, right, top, bottom))
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Using padding='same' with even kernel lengths")
        y = torch.nn.functional.conv2d(padded, weight, bias, **options)
    y.backward(torch.tensor(grad))
    return [y.detach().numpy(), *(a.grad.numpy() for a in (x, weight, bias))]


def loops(x, weight, bias, *, stride=(1, 1), padding=((0, 0), (0, 0)), dilation=(1, 1), groups=1):
    """Return the convolution by its definition, one output after the other."""
    if padding == "same":
        reach = [d * (k - 1) for d, k in zip(dilation, weight.shape[2:], strict=True)]
        padding = [(r // 2, r - r // 2) for r in reach]
    x = np.pad(x, ((0, 0), (0, 0), *padding))
    (s, t), (d, e) = stride, dilation
    f, c, kh, kw = weight.shape
    height = (x.shape[2] - d * (kh - 1) - 1) // s + 1
    width = (x.shape[3] - e * (kw - 1) - 1) // t + 1
    y = np.empty((len(x), f, height, width), np.result_type(x, weight))
    for n, k, i, j in np.ndindex(y.shape):
        first = k // (f // groups) * c
        window = x[
            n,
            first : first + c,
            s * i : s * i + d * (kh - 1) + 1 : d,
            t * j : t * j + e * (kw - 1) + 1 : e,
        ]
        y[n, k, i, j] = (window * weight[k]).sum() + bias[k]
    return y


def loops_gradients(case, grad):
    """Return the gradients of ``sum(grad * y)``, each from the definition and linearity alone.

    The loss is linear in each argument: its derivative by one entry is its value at a unit vector.
    """
    nothing = np.zeros_like(case.bias)

    def slopes(array, loss):
        result = np.empty(array.shape)
        for index in np.ndindex(array.shape):
            unit = np.zeros(array.shape)
            unit[index] = 1
            result[index] = (grad * loss(unit)).sum()
        return result

    x, weight, bias, options = case
    return [
        slopes(x, lambda unit: loops(unit, weight, nothing, **options)),
        slopes(weight, lambda unit: loops(x, unit, nothing, **options)),
        slopes(bias, lambda unit: loops(x, 0 * weight, unit, **options)),
    ]


def worst_error(actual, expected):
    """Return the largest relative error of a few arrays."""
    return max(relative_error(a, b) for a, b in zip(actual, expected, strict=True))
