"""The shuffle lab's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib import linear
from cnnlib.widgets import _shuffling as arithmetic
from cnnlib.widgets._frontend import frontend


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of shuffling.js and tensor.js in `window.tensor`."""
    page = tab()
    names = (
        "fromNested, toNested, correlate2d, createDraws, permutationOf, shuffledCount, rearrange, "
        "denseOutputs, neighbourCorrelation, countAnswers"
    )
    page.evaluate(LOAD, f"{frontend('shuffling.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def pictures(rng):
    """Yield pictures whose sides differ."""
    for _ in range(CASES):
        yield rng.normal(size=rng.permutation(np.arange(3, 13))[:2])


def test_the_draws_are_pythons(page, rng):
    cases = [rng.integers(1, [2**31, 1000]).tolist() for _ in range(CASES)]
    script = """(cases) => cases.map(([seed, n]) => {
      const draw = tensor.createDraws(seed);
      return Array.from({length: 20}, () => draw(n));
    })"""
    expected = []
    for seed, n in cases:
        draw = arithmetic.draws(seed)
        expected.append([draw(n) for _ in range(20)])
    assert page.evaluate(script, cases) == expected


def test_the_permutations_are_pythons(page, rng):
    cases = [[784, share, int(rng.integers(1, 51))] for share in range(101)]
    cases += [[int(n), int(rng.integers(101)), 7] for n in rng.integers(1, 200, CASES)]
    script = """(cases) => cases.map(([n, share, seed]) =>
      Array.from(tensor.permutationOf(n, tensor.shuffledCount(n, share), seed)))"""
    expected = [
        arithmetic.permutation(n, arithmetic.shuffled_count(n, share), seed).tolist()
        for n, share, seed in cases
    ]
    assert page.evaluate(script, cases) == expected


def test_rearranging_equals_indexing(page, rng):
    cases = [[x.tolist(), rng.permutation(x.size).tolist()] for x in pictures(rng)]
    script = """(cases) => cases.map(([x, shown]) =>
      tensor.toNested(tensor.rearrange(tensor.fromNested(x), shown)))"""
    expected = [np.ravel(x)[shown].reshape(np.shape(x)) for x, shown in cases]
    assert_equal(page.evaluate(script, cases), expected)


@pytest.mark.parametrize("alike", [True, False])
def test_the_dense_layer_equals_the_librarys(page, rng, alike):
    cases, expected = [], []
    for x in pictures(rng):
        weights, bias = rng.integers(-127, 128, (4, x.size)), rng.normal(size=4)
        scale, shown = float(rng.random()), rng.permutation(x.size)
        given = [x.tolist(), weights.ravel().tolist(), scale, bias.tolist()]
        cases.append([*given, shown.tolist() if alike else None])
        moved = weights[:, shown] if alike else weights
        expected.append(linear(x.reshape(1, -1), scale * moved, bias)[0])
    script = """(cases) => cases.map(([x, weights, scale, bias, shown]) =>
      tensor.denseOutputs(tensor.fromNested(x), weights, scale, bias, shown))"""
    assert_equal(page.evaluate(script, cases), expected)


def test_the_correlation_of_neighbours_equals_pythons(page, rng):
    # Neighbours that resemble one another, as in a picture: a small correlation is a difference
    # of large sums, of which few digits are left.
    cases = [(rng.random() + np.cumsum(x, axis=1)).tolist() for x in pictures(rng)]
    script = "(cases) => cases.map((x) => tensor.neighbourCorrelation(tensor.fromNested(x)))"
    actual = page.evaluate(script, cases)
    expected = [arithmetic.neighbour_correlation(np.array(x)) for x in cases]
    assert np.abs(np.subtract(actual, expected)).max() <= 1e-12


@pytest.mark.parametrize("detector", arithmetic.DETECTORS)
def test_the_detectors_and_their_answers_equal_pythons(page, rng, detector):
    cases = [x.tolist() for x in pictures(rng)]
    kernel = arithmetic.DETECTORS[detector].tolist()
    script = """([cases, kernel]) => cases.map((x) => {
      const seen = tensor.correlate2d(tensor.fromNested(x), tensor.fromNested(kernel));
      return [tensor.toNested(seen), tensor.countAnswers(seen)];
    })"""
    maps, counts = zip(*page.evaluate(script, [cases, kernel]), strict=True)
    expected = [arithmetic.detect(np.array(x), detector) for x in cases]
    assert_equal(maps, expected)
    assert list(counts) == [arithmetic.answers(seen) for seen in expected]
