"""The shift lab's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib.widgets import _shifting as arithmetic
from cnnlib.widgets._frontend import frontend

MODES = list(arithmetic.MODES)


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of shifting.js and tensor.js in `window.tensor`."""
    page = tab()
    names = "fromNested, toNested, hashedWeights, layerMap, roll2d, moveMap, differMaps"
    page.evaluate(LOAD, f"{frontend('shifting.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def cases(rng, layer, *, count=CASES):
    """Yield pictures and kernels of unequal sides, in every mode, with a shift of either sign."""
    for number in range(count):
        yield {
            "x": rng.normal(size=rng.permutation(np.arange(5, 13))[:2]).tolist(),
            "layer": layer,
            "kernel": rng.normal(size=(int(rng.choice([3, 5])),) * 2).tolist(),
            "mode": MODES[number % 4],
            "shift": rng.integers(-16, 17, 2).tolist(),
        }


@pytest.mark.parametrize("layer", arithmetic.LAYERS)
def test_a_layer_equals_pythons(page, rng, layer):
    all_cases = list(cases(rng, layer))
    script = """(cases) => cases.map(({x, layer, kernel, mode}) => tensor.toNested(
      tensor.layerMap(tensor.fromNested(x), layer, tensor.fromNested(kernel), mode)))"""
    expected = [
        arithmetic.apply(np.array(case["x"]), layer, np.array(case["kernel"]), case["mode"])
        for case in all_cases
    ]
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_weights_are_pythons_bit_for_bit(page, rng):
    sizes = [[int(rng.integers(1, 200)), int(rng.integers(1, 9))] for _ in range(CASES)]
    script = "(sizes) => sizes.map(([n, seed]) => Array.from(tensor.hashedWeights(n, seed)))"
    for found, size in zip(page.evaluate(script, sizes), sizes, strict=True):
        assert found == arithmetic.weights(*size).tolist()
    found = page.evaluate("() => tensor.hashedWeights(2 ** 20, 1)[2 ** 20 - 1]")
    assert found == arithmetic.weights(2**20, 1)[-1]


def test_moving_by_whole_pixels_and_by_halves_equals_numpys(page, rng):
    all_cases = list(cases(rng, "convolution"))
    script = """(cases) => cases.map(({x, shift: [down, right]}) => {
      const y = tensor.fromNested(x);
      const moved = [tensor.roll2d(y, down, right), tensor.moveMap(y, down / 2, right / 2)];
      return moved.map(tensor.toNested);
    })"""
    expected = []
    for case in all_cases:
        x, (down, right) = np.array(case["x"]), case["shift"]
        rolled = np.roll(x, (down, right), axis=(0, 1))
        expected.append([rolled, arithmetic.move(x, down / 2, right / 2)])
        assert np.array_equal(arithmetic.move(x, down, right), rolled)
    assert_equal(page.evaluate(script, all_cases), expected)


def test_the_comparison_equals_pythons(page, rng):
    all_cases = []
    for number, case in enumerate(cases(rng, "convolution", count=2 * CASES)):
        one = np.array(case["x"])
        down, right = case["shift"]
        reach = number % 3
        seam = np.ones(one.shape, bool)
        seam[reach : one.shape[0] - reach, reach : one.shape[1] - reach] = False
        seam |= np.roll(seam, (down, right), axis=(0, 1))
        where = rng.random(one.shape) < 0.3
        if number % 2:
            where &= seam  # else the differences lie anywhere
        other = np.where(where, rng.normal(size=one.shape), one)
        all_cases.append([one.tolist(), other.tolist(), reach, down, right])
    script = """(cases) => cases.map(([one, other, ...rest]) => Object.values(
      tensor.differMaps(tensor.fromNested(one), tensor.fromNested(other), ...rest)))"""
    near = []
    for found, case in zip(page.evaluate(script, all_cases), all_cases, strict=True):
        one, other = np.array(case[0]), np.array(case[1])
        near.append(arithmetic.near_border(one, other, *case[2:]))
        assert found == [*arithmetic.compare(one, other), near[-1]]
    assert 0 < sum(near) < len(near)
