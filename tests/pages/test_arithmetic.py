"""The explorers' arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest

from cnnlib import conv2d, load_photo
from cnnlib.shapes import output_size
from cnnlib.widgets import KernelStudio
from cnnlib.widgets._frontend import FOLDER, frontend
from cnnlib.widgets.kernel_studio import resized

CASES = 200
TOLERANCE = 1e-12

LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.tensor = await import(url);
}"""


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of tensor.js and sparse_matrix.js in `window.tensor`."""
    page = tab()
    source = frontend("sparse_matrix.js").replace("function createSparseMatrix", "function unused")
    names = "fromNested, toNested, correlate2d, outputSize, windowTerms, zeroPad, rotate180"
    page.evaluate(LOAD, f"{source}\nexport {{ {names}, resizeKernel, extent, sum, matrixRow }};")
    yield page
    page.close()


def geometries(rng, count=CASES):
    """Yield cases in which every size, stride, padding and dilation differs between the axes."""
    while count:
        x = rng.normal(size=rng.integers(3, 12, 2))
        kernel = rng.normal(size=rng.integers(1, 8, 2))
        kernel[rng.random(kernel.shape) < 0.15] = 0
        stride, dilation = rng.integers(1, 4, 2).tolist(), rng.integers(1, 4, 2).tolist()
        padding = rng.integers(0, 4, (2, 2)).tolist()
        spans = [d * (k - 1) + 1 for d, k in zip(dilation, kernel.shape, strict=True)]
        if all(n + sum(p) >= s for n, p, s in zip(x.shape, padding, spans, strict=True)):
            yield {
                "x": x.tolist(),
                "kernel": kernel.tolist(),
                "geometry": {"stride": stride, "padding": padding, "dilation": dilation},
            }
            count -= 1


def numpy_output(case):
    x, kernel = np.array(case["x"]), np.array(case["kernel"])
    return conv2d(x[None, None], kernel[None, None], **case["geometry"])[0, 0]


def assert_equal(actual, expected):
    for one, other in zip(actual, expected, strict=True):
        one, other = np.array(one), np.array(other)
        assert one.shape == other.shape
        scale = max(np.abs(other).max(initial=0), 1e-300)
        assert np.abs(one - other).max(initial=0) <= TOLERANCE * scale


def test_correlate2d_equals_conv2d(page, rng):
    cases = list(geometries(rng))
    script = """(cases) => cases.map(({x, kernel, geometry}) => tensor.toNested(
      tensor.correlate2d(tensor.fromNested(x), tensor.fromNested(kernel), geometry)))"""
    assert_equal(page.evaluate(script, cases), [numpy_output(case) for case in cases])


def test_correlate2d_of_a_rotated_kernel_equals_scipys_convolution(page, rng):
    from scipy.signal import convolve2d

    cases = [case | {"geometry": {}} for case in geometries(rng, 3 * CASES)]
    cases = [
        case for case in cases if np.less_equal(np.shape(case["kernel"]), np.shape(case["x"])).all()
    ]
    assert len(cases) >= CASES
    script = """(cases) => cases.map(({x, kernel}) => tensor.toNested(
      tensor.correlate2d(tensor.fromNested(x), tensor.rotate180(tensor.fromNested(kernel)))))"""
    expected = [convolve2d(case["x"], case["kernel"], mode="valid") for case in cases]
    assert_equal(page.evaluate(script, cases), expected)


def test_the_terms_of_every_window_sum_to_the_output(page, rng):
    cases = list(geometries(rng))
    script = """(cases) => cases.map(({x, kernel, geometry}) => {
      const [input, weights] = [tensor.fromNested(x), tensor.fromNested(kernel)];
      const {rows, cols} = tensor.correlate2d(input, weights, geometry);
      const value = (i, j) => tensor.windowTerms(input, weights, i, j, geometry);
      return Array.from({length: rows}, (_, i) => Array.from({length: cols}, (_, j) =>
        tensor.sum(value(i, j).map(({product}) => product))));
    })"""
    assert_equal(page.evaluate(script, cases), [numpy_output(case) for case in cases])


def test_the_rows_of_the_sparse_matrix_times_the_input_give_the_output(page, rng):
    cases = list(geometries(rng))
    script = """(cases) => cases.map(({x, kernel, geometry}) => {
      const [input, weights] = [tensor.fromNested(x), tensor.fromNested(kernel)];
      const {rows, cols} = tensor.correlate2d(input, weights, geometry);
      return Array.from({length: rows * cols}, (_, index) => {
        const row = new Array(input.data.length).fill(0);
        for (const {column, weight} of tensor.matrixRow(input, weights, index, cols, geometry)) {
          row[column] += weight;
        }
        return row;
      });
    })"""
    products = [
        np.array(matrix) @ np.ravel(case["x"])
        for matrix, case in zip(page.evaluate(script, cases), cases, strict=True)
    ]
    assert_equal(products, [numpy_output(case).ravel() for case in cases])


def test_zero_padding_equals_numpys(page, rng):
    cases = list(geometries(rng))
    script = """(cases) => cases.map(({x, geometry}) =>
      tensor.toNested(tensor.zeroPad(tensor.fromNested(x), geometry.padding)))"""
    expected = [np.pad(case["x"], case["geometry"]["padding"]) for case in cases]
    assert_equal(page.evaluate(script, cases), expected)


def test_the_output_size_equals_that_of_shapes(page, rng):
    cases = []
    while len(cases) < CASES:
        n, k, stride, dilation, *padding = rng.integers(1, 9, 6).tolist()
        if n + sum(padding) >= dilation * (k - 1) + 1:
            cases.append([n, k, {"stride": stride, "padding": padding, "dilation": dilation}])
    sizes = page.evaluate("(cases) => cases.map((case_) => tensor.outputSize(...case_))", cases)
    assert sizes == [
        output_size(n, k, **options | {"padding": tuple(options["padding"])})
        for n, k, options in cases
    ]


def test_resizing_a_kernel_equals_the_explorers_own(page, rng):
    sizes = [rng.choice([1, 3, 5, 7], 2).tolist() for _ in range(CASES)]
    cases = [[rng.normal(size=(old, old)).tolist(), new] for old, new in sizes]
    script = """(cases) => cases.map(([kernel, size]) =>
      tensor.toNested(tensor.resizeKernel(tensor.fromNested(kernel), size)))"""
    assert_equal(page.evaluate(script, cases), [resized(*case) for case in cases])


def test_the_extent_is_minimum_and_maximum(page, rng):
    cases = [rng.normal(size=rng.integers(1, 50)).tolist() for _ in range(CASES)]
    script = "(cases) => cases.map((values) => tensor.extent(values))"
    assert page.evaluate(script, cases) == [[min(values), max(values)] for values in cases]


def test_a_photograph_is_decoded_to_exactly_the_pixels_that_numpy_has(tab):
    studio = KernelStudio(photos=["camera"], size=96)
    page = tab()
    source = (
        (FOLDER / "picture.js").read_text().replace('import { element } from "./stage.js";', "")
    )
    element = "const element = (tag, size) => Object.assign(document.createElement(tag), size);"
    page.evaluate(LOAD, f"{element}\n{source}")
    script = """async (bytes) => Array.from(
      (await tensor.decodeGray(new DataView(Uint8Array.from(bytes).buffer))).data)"""
    decoded = page.evaluate(script, list(studio.photos["camera"]))
    page.close()
    assert np.array_equal(np.reshape(decoded, (96, 96)), studio.pixels["camera"])
    assert (
        np.abs(studio.pixels["camera"] - load_photo("camera", size=96)).max() <= 0.5 / 255 + 1e-12
    )
