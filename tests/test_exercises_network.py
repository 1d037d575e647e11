"""The checkers of chapter 11: answers worked by hand, and replies that only this chapter has."""

import numpy as np
from numpy.testing import assert_allclose

from cnnlib import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential, conv2d, softmax
from cnnlib.exercises import find, network


def test_counts_and_costs_are_those_of_the_network_itself(rng):
    model = Sequential(
        *(Conv2d(3, 16, 3, rng=rng), MaxPool2d(2), ReLU()),
        *(Conv2d(16, 32, 3, rng=rng), MaxPool2d(2), ReLU()),
        *(Flatten(), Linear(1152, 10, rng=rng)),
    )
    summary = model.summary((3, 32, 32))
    assert find("11.1").expected == [1152, summary.parameters]
    costs = [row.multiply_adds for row in summary.rows if row.multiply_adds]
    assert find("11.2").expected == costs


def test_the_other_answers_are_those_worked_by_hand(rng):
    assert_allclose(softmax(network.LOGITS[None])[0], [0.6, 0.3, 0.1])
    assert find("11.4").expected == [658, 263_200]
    x, w = rng.normal(size=(4, 6, 7)), rng.normal(size=(4, 2, 3))
    maps = conv2d(x[None], w[:, None], groups=4)[0]
    assert_allclose(network.partial_sums(x, w, 3, 1), maps[:, 3, 1])


def test_a_function_that_leaves_the_number_of_places_open_is_told_what_is_asked_for():
    verdict = find("11.5").judge(lambda x, w, i, j: np.zeros((len(x), 1, 2)))
    assert verdict.status == "wrong"
    assert find("11.5").judge(None).status == "unanswered"
