"""The checkers of chapter 1: answers worked by hand, and replies that only this chapter has."""

import numpy as np
import pytest

from cnnlib.exercises import find, flattening


def test_the_answers_are_those_that_reshape_gives():
    strip = np.arange(28 * 40)
    picture = strip.reshape(28, 40)
    row, column = np.argwhere(picture == 500)[0]
    assert find("1.1").expected == [picture[5, 3], row, column]
    steps = [picture[9, 8], picture[10, 7], picture[10, 8]] - picture[9, 7]
    assert find("1.2").expected == steps.tolist()


def test_the_weights_that_moved_alike_give_the_same_output(rng):
    x = rng.normal(size=4)
    moved = find("1.3").expected
    assert x[flattening.SHOWN] @ moved == pytest.approx(x @ flattening.WEIGHTS)


def test_unshuffling_undoes_numpys_indexing(rng):
    x = rng.random((5, 7))
    shown = rng.permutation(35)
    y = x.ravel()[shown].reshape(5, 7)
    assert (flattening.unshuffle(y, shown) == x).all()
    for other in (
        lambda y, shown: y.ravel()[np.argsort(shown)].reshape(y.shape),
        lambda y, shown: y.ravel()[np.argsort(shown)].reshape(y.shape).astype(np.float32),
    ):
        assert find("1.4").judge(other).status == "right"


def test_a_flat_answer_and_a_second_shuffle_are_told_apart():
    assert "rows and columns" in find("1.4").judge(lambda y, s: y.ravel()[np.argsort(s)]).words
    assert "once more" in find("1.4").judge(lambda y, s: y.ravel()[s].reshape(y.shape)).words
