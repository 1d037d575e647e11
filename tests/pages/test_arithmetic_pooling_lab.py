"""The pooling lab's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib import max_pool2d_backward
from cnnlib.widgets import _pooling as arithmetic
from cnnlib.widgets._frontend import frontend


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of pooling.js and tensor.js in `window.tensor`."""
    page = tab()
    names = (
        "fromNested, toNested, poolWeights, pool2d, poolWindow, rollColumns, compareMaps, moveAlong"
    )
    page.evaluate(LOAD, f"{frontend('pooling.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def cases(rng, kinds=tuple(arithmetic.KINDS), *, count=CASES):
    """Yield cases of every kind in which sizes, windows, strides and paddings differ by axis."""
    for number in range(count * len(kinds)):
        window = rng.permutation(np.arange(1, 6))[:2]
        padding = [int(rng.integers(0, k // 2 + 1)) for k in window]
        yield {
            "x": rng.normal(size=rng.permutation(np.arange(5, 13))[:2]).tolist(),
            "kind": kinds[number % len(kinds)],
            "geometry": {
                "window": window.tolist(),
                "stride": rng.permutation(np.arange(1, 5))[:2].tolist(),
                "padding": padding,
                "countPad": bool(rng.random() < 0.5),
            },
        }


def numpy_output(case):
    geometry = dict(case["geometry"])
    count_pad = geometry.pop("countPad")
    return arithmetic.pool(np.array(case["x"]), case["kind"], **geometry, count_pad=count_pad)


def test_pooling_equals_the_librarys(page, rng):
    all_cases = list(cases(rng))
    script = """(cases) => cases.map(({x, kind, geometry}) =>
      tensor.toNested(tensor.pool2d(tensor.fromNested(x), kind, geometry)))"""
    assert_equal(page.evaluate(script, all_cases), [numpy_output(case) for case in all_cases])


def test_every_window_in_full_gives_the_pooled_value(page, rng):
    all_cases = list(cases(rng))
    script = """(cases) => cases.map(({x, kind, geometry}) => {
      const input = tensor.fromNested(x);
      const {rows, cols} = tensor.pool2d(input, kind, geometry);
      return Array.from({length: rows}, (_, i) => Array.from({length: cols}, (_, j) => {
        const {terms, best, denominator} = tensor.poolWindow(input, kind, i, j, geometry);
        const sum = terms.reduce((all, {weight, value}) => all + weight * (weight && value), 0);
        return kind === "max" ? best : sum / denominator;
      }));
    })"""
    assert_equal(page.evaluate(script, all_cases), [numpy_output(case) for case in all_cases])


def test_the_winners_are_the_pixels_that_get_the_gradient(page, rng):
    all_cases = [
        case | {"x": rng.integers(0, 3, np.shape(case["x"])).tolist()}  # full of ties
        for case in cases(rng, ("max",))
    ]
    script = """(cases) => cases.map(({x, kind, geometry}) => {
      const input = tensor.fromNested(x);
      const {rows, cols} = tensor.pool2d(input, kind, geometry);
      const wins = x.map((row) => row.map(() => 0));
      for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) {
        const {winner, ties, terms, best} = tensor.poolWindow(input, kind, i, j, geometry);
        if (terms.filter(({value}) => value === best).length !== ties.length + 1) throw new Error();
        wins[winner.row][winner.col] += 1;
      }
      return wins;
    })"""
    expected = []
    for case in all_cases:
        geometry = case["geometry"]
        options = {"stride": geometry["stride"], "padding": geometry["padding"]}
        x = np.array(case["x"], float)[None, None]
        grad = np.ones((1, 1, *numpy_output(case).shape))
        expected.append(max_pool2d_backward(grad, x, geometry["window"], **options)[0, 0])
    assert_equal(page.evaluate(script, all_cases), expected)


def test_rolling_equals_numpys(page, rng):
    all_cases = [[case["x"], int(rng.integers(-20, 21))] for case in cases(rng, ("max",))]
    script = """(cases) => cases.map(([x, shift]) =>
      tensor.toNested(tensor.rollColumns(tensor.fromNested(x), shift)))"""
    expected = [np.roll(x, shift, axis=1) for x, shift in all_cases]
    assert_equal(page.evaluate(script, all_cases), expected)


def test_comparing_and_moving_along_equal_pythons(page, rng):
    all_cases = []
    for case in cases(rng, ("max",)):
        one = np.array(case["x"])
        other = np.where(rng.random(one.shape) < 0.5, one, rng.normal(size=one.shape))
        all_cases.append([one.tolist(), other.tolist(), *rng.integers([0, 1], [9, 5]).tolist()])
    script = """(cases) => cases.map(([one, other, shift, stride]) => {
      const [a, b] = [tensor.fromNested(one), tensor.fromNested(other)];
      const {changed, mean} = tensor.compareMaps(a, b);
      const along = tensor.moveAlong(a, b, shift, stride);
      return [changed, mean, along.cells, along.changed, along.mean];
    })"""
    expected = [
        [
            *arithmetic.compare(one, other),
            shift / stride,
            *arithmetic.compare(arithmetic.move_along(one, shift, stride), other),
        ]
        for one, other, shift, stride in ((np.array(a), np.array(b), *c) for a, b, *c in all_cases)
    ]
    assert_equal(page.evaluate(script, all_cases), expected)
