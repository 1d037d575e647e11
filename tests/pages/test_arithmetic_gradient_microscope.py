"""Both passes of the gradient microscope, in the browser, against NumPy: the same cases."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib.widgets._frontend import frontend
from cnnlib.widgets._gradients import both_passes

OPERATIONS = ["convolution", "max pooling", "average pooling"]


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of gradients.js and tensor.js in `window.tensor`."""
    page = tab()
    names = "fromNested, toNested, matrix, fitGradient, outputShape, allPaths, runPasses"
    page.evaluate(LOAD, f"{frontend('gradients.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def cases(rng, operation, count=CASES):
    """Yield cases in which sizes, strides, paddings and dilations differ between the axes."""
    while count:
        lengths, window = rng.permutation(np.arange(2, 9))[:2], rng.permutation([1, 2, 3, 4])[:2]
        pooled = operation != "convolution"
        padding = (
            rng.permutation(3)[:2] if not pooled else [rng.integers(0, k // 2 + 1) for k in window]
        )
        dilation = [1, 1] if operation == "average pooling" else rng.permutation([1, 2, 3])[:2]
        stride = rng.permutation([1, 2, 3])[:2]
        axes = zip(lengths, window, padding, stride, dilation, strict=True)
        room = [(n + 2 * p - d * (k - 1) - 1, s) for n, k, p, s, d in axes]
        if min(r for r, _ in room) < 0:
            continue
        x = rng.normal(size=lengths)
        if operation == "max pooling" and count % 2:
            x = rng.integers(0, 3, lengths) * 1.0  # full of ties
        yield {
            "x": x.tolist(),
            "w": rng.normal(size=window).tolist(),
            "g": rng.normal(size=[r // s + 1 for r, s in room]).tolist(),
            "padding": [int(p) for p in padding],
            "stride": [int(s) for s in stride],
            "dilation": [int(d) for d in dilation],
            "everyTie": bool(count % 4 == 1),
        }
        count -= 1


def numpy_passes(operation, case):
    arrays = (np.array(case[name], float) for name in ("x", "w", "g"))
    steps = {name: tuple(case[name]) for name in ("padding", "stride", "dilation")}
    return both_passes(operation, *arrays, **steps, every_tie=case["everyTie"])


SCRIPT = """([operation, cases]) => cases.map(({x, w, g, ...geometry}) => {
  const [input, kernel, grad] = [x, w, g].map(tensor.fromNested);
  const {y, dx, dw} = tensor.runPasses(operation, input, kernel, grad, geometry);
  const [down, across] = geometry.padding;
  const padded = tensor.toNested(dx).slice(down, down + x.length);
  const cropped = padded.map((row) => row.slice(across, across + x[0].length));
  const finite = tensor.toNested(y).map((row) => row.map((value) => Math.max(value, -1e9)));
  return [finite, cropped, tensor.toNested(dw)];
})"""


@pytest.mark.parametrize("operation", OPERATIONS)
def test_both_passes_equal_the_librarys(page, rng, operation):
    all_cases = list(cases(rng, operation))
    found = page.evaluate(SCRIPT, [operation, all_cases])
    expected = [numpy_passes(operation, case) for case in all_cases]
    assert_equal([y for y, _, _ in found], [np.maximum(e["y"], -1e9) for e in expected])
    assert_equal([dx for _, dx, _ in found], [e["dX"] for e in expected])
    if operation == "convolution":
        assert_equal([dw for _, _, dw in found], [e["dW"] for e in expected])


def test_the_paths_through_each_cell_add_up_to_its_gradient(page, rng):
    all_cases = list(cases(rng, "convolution"))
    script = """(cases) => cases.map(({x, w, g, ...geometry}) => {
      const [input, kernel, grad] = [x, w, g].map(tensor.fromNested);
      const paths = tensor.allPaths("convolution", input, kernel, geometry).flat();
      const total = (keep, factor) => paths.filter(keep).reduce((sum, path) =>
        sum + factor(path) * grad.data[path.i * grad.cols + path.j], 0);
      const dx = (a, b) => total(({row, col}) => row === a && col === b, ({slope}) => slope);
      const dw = (a, b) => total(({u, v}) => u === a && v === b, ({value}) => value);
      return [
        x.map((line, a) => line.map((_, b) => dx(a, b))),
        w.map((line, a) => line.map((_, b) => dw(a, b))),
      ];
    })"""
    found = page.evaluate(script, all_cases)
    expected = [numpy_passes("convolution", case) for case in all_cases]
    assert_equal([dx for dx, _ in found], [e["dX"] for e in expected])
    assert_equal([dw for _, dw in found], [e["dW"] for e in expected])


def test_a_given_gradient_is_cropped_and_filled_with_ones(page):
    fit = "([nested, rows, cols]) => tensor.toNested(tensor.fitGradient(nested, rows, cols))"
    assert page.evaluate(fit, [[[1, 2, 3], [4, 5, 6]], 3, 2]) == [[1, 2], [4, 5], [1, 1]]
