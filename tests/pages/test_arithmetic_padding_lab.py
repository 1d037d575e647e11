"""The padding lab's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib import conv2d
from cnnlib.widgets import _padding as arithmetic
from cnnlib.widgets._frontend import frontend

MODES = arithmetic.MODES


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of padding.js and tensor.js in `window.tensor`."""
    page = tab()
    names = (
        "fromNested, toNested, padWith, paddedLayers, axisReads, coverage, untouched, meanSizes, "
        "centreOfMass, sidesOf, fitOf, settlePadding"
    )
    page.evaluate(LOAD, f"{frontend('padding.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def cases(rng, *, count=CASES, most=4):
    """Yield pictures of unequal sides with four different amounts of padding, in every mode."""
    for number in range(count):
        rows, cols = (rng.permutation(np.arange(5, 13))[:2]).tolist()
        yield {
            "x": rng.normal(size=(rows, cols)).tolist(),
            "padding": rng.permutation(most + 1)[:4].reshape(2, 2).tolist(),
            "mode": list(MODES)[number % 4],
            "k": int(rng.integers(2, 6)),
        }


def padded(x, case):
    return np.pad(x, case["padding"], mode=MODES[case["mode"]])


def test_padding_equals_numpys(page, rng):
    all_cases = list(cases(rng))
    script = """(cases) => cases.map(({x, padding, mode}) =>
      tensor.toNested(tensor.padWith(tensor.fromNested(x), padding, mode)))"""
    expected = [padded(case["x"], case) for case in all_cases]
    assert_equal(page.evaluate(script, all_cases), expected)


def test_padding_wider_than_the_picture_equals_numpys(page, rng):
    all_cases = [
        {**case, "x": rng.normal(size=rng.integers(2, 5, 2)).tolist()}
        for case in cases(rng, most=9)
    ]
    script = """(cases) => cases.map(({x, padding, mode}) =>
      tensor.toNested(tensor.padWith(tensor.fromNested(x), padding, mode)))"""
    expected = [padded(case["x"], case) for case in all_cases]
    assert_equal(page.evaluate(script, all_cases), expected)


def test_layers_equal_conv2d_of_the_padded_picture(page, rng):
    all_cases = [
        case | {"kernel": rng.normal(size=(case["k"],) * 2).tolist(), "layers": number % 3 + 1}
        for number, case in enumerate(cases(rng, count=3 * CASES))
    ]
    all_cases = [
        case
        for case in all_cases
        if all(
            n + case["layers"] * (sum(sides) - case["k"] + 1) >= 5
            for n, sides in zip(np.shape(case["x"]), case["padding"], strict=True)
        )
    ]
    script = """(cases) => cases.map(({x, kernel, padding, mode, layers}) => {
      const [photo, weights] = [tensor.fromNested(x), tensor.fromNested(kernel)];
      return tensor.toNested(tensor.paddedLayers(photo, weights, padding, mode, layers));
    })"""
    expected = []
    for case in all_cases:
        y, w = np.array(case["x"]), np.array(case["kernel"])
        for _ in range(case["layers"]):
            y = conv2d(padded(y, case)[None, None], w[None, None])[0, 0]
        expected.append(y)
    assert len(expected) >= CASES
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_coverage_counts_every_read(page, rng):
    all_cases = list(cases(rng))
    script = """(cases) => cases.map(({x, k, padding, mode}) =>
      tensor.toNested(tensor.coverage([x.length, x[0].length], k, padding, mode)))"""
    expected = []
    for case in all_cases:
        rows, cols = np.shape(case["x"])
        numbered = padded(np.arange(1, rows * cols + 1).reshape(rows, cols), case)
        windows = np.lib.stride_tricks.sliding_window_view(numbered, (case["k"],) * 2)
        counts = np.bincount(windows.ravel(), minlength=rows * cols + 1)[1:]
        expected.append(counts.reshape(rows, cols))
        down, across = (
            arithmetic.axis_coverage(n, case["k"], sides, case["mode"])
            for n, sides in zip((rows, cols), case["padding"], strict=True)
        )
        assert np.array_equal(np.outer(down, across), expected[-1])
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_reads_along_an_axis_equal_those_of_every_window(page, rng):
    all_cases = list(cases(rng))
    script = """(cases) => cases.map(({x, k, padding, mode}) =>
      tensor.axisReads(x.length, k, padding[0], mode))"""
    expected = []
    for case in all_cases:
        n = len(case["x"])
        numbered = np.pad(np.arange(1, n + 1), case["padding"][0], mode=MODES[case["mode"]])
        windows = np.lib.stride_tricks.sliding_window_view(numbered, case["k"])
        expected.append([np.bincount(window, minlength=n + 1)[1:] for window in windows])
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_untouched_part_is_where_no_padding_arrives(page, rng):
    all_cases = [
        case | {"layers": number % 2 + 1}
        for number, case in enumerate(cases(rng, count=3 * CASES))
        if min(np.shape(case["x"])) > 2 * (case["k"] - 1)
    ]
    assert len(all_cases) >= CASES
    script = """(cases) => cases.map(({x, k, padding, layers}) => Object.values(
      tensor.untouched([x.length, x[0].length], k, padding, layers)))"""
    for case, (top, left, rows, cols) in zip(
        all_cases, page.evaluate(script, all_cases), strict=True
    ):
        y, w = np.zeros(np.shape(case["x"])), np.ones((1, 1, case["k"], case["k"]))
        for _ in range(case["layers"]):
            y = conv2d(np.pad(y, case["padding"], constant_values=1)[None, None], w)[0, 0]
        clean = np.zeros(y.shape, bool)
        clean[top : top + rows, left : left + cols] = True
        assert np.array_equal(y == 0, clean)


def test_the_mean_sizes_are_those_of_numpy(page, rng):
    all_cases = []
    for case in cases(rng, count=2 * CASES):
        rows, cols = np.shape(case["x"])
        top, left = int(rng.integers(0, rows)), int(rng.integers(0, cols))
        height, width = int(rng.integers(1, rows - top + 1)), int(rng.integers(1, cols - left + 1))
        if height * width < rows * cols:
            frame = {"top": top, "left": left, "rows": height, "cols": width}
            all_cases.append({"x": case["x"], "frame": frame})
    assert len(all_cases) >= CASES
    script = "(cases) => cases.map(({x, frame}) => tensor.meanSizes(tensor.fromNested(x), frame))"
    expected = []
    for case in all_cases:
        inside = np.zeros(np.shape(case["x"]), bool)
        top, left, rows, cols = case["frame"].values()
        inside[top : top + rows, left : left + cols] = True
        sizes = np.abs(case["x"])
        expected.append([sizes[inside].mean(), sizes[~inside].mean()])
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_centre_of_mass_is_that_of_numpy(page, rng):
    pictures = [np.abs(np.array(case["x"])) for case in cases(rng)]
    script = "(cases) => cases.map((x) => tensor.centreOfMass(tensor.fromNested(x)))"
    expected = [arithmetic.centre(x) for x in pictures]
    found = page.evaluate(script, [x.tolist() for x in pictures])
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-12)  # centres cancel
    assert page.evaluate(script, [[[1, -1], [0, 0]]]) == [None]


def test_the_controls_agree_as_in_python(page, rng):
    seen, now = [], []
    for _ in range(3 * CASES):
        states = []
        for _ in range(2):
            sides = rng.integers(0, 5, 4).tolist()
            states.append(
                {
                    "k": int(rng.integers(2, 6)),
                    "fit": str(rng.choice(["none", "same", "full", "custom"])),
                    "padding": int(rng.integers(0, 5)),
                    "each": bool(rng.random() < 0.5),
                    "sides": sides if rng.random() < 0.5 else sides[:1] * 4,
                }
            )
        before, after = states
        for name in before:  # a reader changes one or two things at a time
            if rng.random() < 0.7:
                after[name] = before[name]
        seen.append(before)
        now.append(after)
    script = "(pairs) => pairs.map(([seen, now]) => tensor.settlePadding(seen, now))"
    pairs = list(zip(seen, now, strict=True))
    found = page.evaluate(script, pairs)
    assert found == [arithmetic.settle(*pair) for pair in pairs]
