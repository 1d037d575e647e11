"""The checkers of chapter 12: the bugs are real, each shows only where it should, each is named."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlib import conv2d, conv2d_backward
from cnnlib.exercises import backpropagation, find

EXERCISES = backpropagation.EXERCISES
MISTAKES = [(number, i) for number, e in EXERCISES.items() for i in range(len(e.mistakes))]
SYMMETRIC, PLAIN = [[1.0, 2], [2, 1]], [[1.0, 2], [3, 4]]


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_each_mistake_differs_from_the_right_answer_and_is_named(number, i):
    exercise = find(number)
    mistake = exercise.mistakes[i]
    assert exercise.judge(mistake.gives) == ("mistake", f"not yet. {mistake.words}")


def test_the_answer_by_hand_is_the_librarys():
    grad, x = np.array([[[[2.0, -1]]]]), np.zeros((1, 1, 1, 6))
    taps = np.array([[[[1.0, -2, 3]]]])
    dx = conv2d_backward(grad, x, taps, stride=(1, 2))[0]
    assert find("12.1").expected.tolist() == dx.ravel().tolist() == [2, -4, 5, 2, -3, 0]


def agreement(name, images, kernel, stride, rng):
    """Tell whether dX and dW of a suspect are the library's."""
    x, w = rng.normal(size=(images, 1, 7, 9)), np.array(kernel)[None, None]
    grad = rng.normal(size=conv2d(x, w, stride=stride).shape)
    dx, dw, _ = conv2d_backward(grad, x, w, stride=stride)
    found = backpropagation.SUSPECTS[name](grad[:, 0], x[:, 0], kernel, stride)
    return tuple(np.allclose(a, b) for a, b in zip(found, (dx[:, 0], dw[0, 0]), strict=True))


@pytest.mark.parametrize(
    ("setting", "guilty"),
    [
        ((1, SYMMETRIC, (2, 2)), {}),
        ((1, PLAIN, (2, 2)), {"B": (False, True)}),
        ((1, SYMMETRIC, (1, 1)), {"E": (False, True)}),
        ((3, SYMMETRIC, (2, 2)), {"A": (True, False)}),
        ((1, SYMMETRIC, (2, 3)), {"D": (False, False)}),
    ],
)
def test_each_bug_shows_in_its_own_setting_only(setting, guilty, rng):
    for name in backpropagation.SUSPECTS:
        assert agreement(name, *setting, rng) == guilty.get(name, (True, True)), name


def test_an_accusation_is_answered_with_what_it_would_look_like():
    verdict = find("12.2").judge([3, 4, 0, 4, 2])
    assert verdict.status == "wrong"
    assert verdict.words == (
        "not yet. 4 of 5 verdicts are right. Look again at B: with swapped strides both would be "
        "right whenever the two strides are equal."
    )
    assert "Asked for is 5 numbers" in find("12.2").judge([3, 1, None, 4, 2]).words
    assert "asked for is 5 numbers" in find("12.2").judge([3, 1, 0]).words


def given(G, x, k, s):
    """The function that exercise 12.3 shows."""
    dx = np.zeros(x.shape)
    for i, j in np.ndindex(G.shape):
        window = x[s[0] * i : s[0] * i + k[0], s[1] * j : s[1] * j + k[1]]
        for u, v in np.ndindex(*k):
            if window[u, v] == window.max():
                dx[s[0] * i + u, s[1] * j + v] = G[i, j]
    return dx


def test_the_given_function_has_both_bugs():
    assert find("12.3").judge(given).words.startswith("not yet. Both bugs are still in.")


def test_a_slice_wise_solution_is_right_and_one_with_a_planted_bug_is_recognised():
    def grad_x(G, W, shape, s, p, *, rotate=False, add=True):
        W = W[:, :, ::-1, ::-1] if rotate else W
        padded = np.zeros((*shape[:2], shape[2] + 2 * p[0], shape[3] + 2 * p[1]))
        for n, f, i, j in np.ndindex(G.shape):
            rows = slice(s[0] * i, s[0] * i + W.shape[2])
            columns = slice(s[1] * j, s[1] * j + W.shape[3])
            share = G[n, f, i, j] * W[f]
            padded[n, :, rows, columns] = share + add * padded[n, :, rows, columns]
        return padded[:, :, p[0] : p[0] + shape[2], p[1] : p[1] + shape[3]]

    judge = find("12.5").judge
    assert judge(grad_x).status == "right"
    assert "half a turn" in judge(lambda *case: grad_x(*case, rotate=True)).words
    assert "`=` overwrites" in judge(lambda *case: grad_x(*case, add=False)).words


def test_the_cases_are_unequal_along_both_axes_and_leave_rows_over():
    for G, x, k, s, d in find("12.4").cases:
        assert s[0] != s[1]
        assert d[0] != d[1]
        assert_allclose(backpropagation.grad_w(G, x, k, s, d).shape[2:], k)
    assert any(
        (x.shape[axis + 2] - d[axis] * (k[axis] - 1) - 1) % s[axis]
        for _, x, k, s, d in find("12.4").cases
        for axis in (0, 1)
    )
    left = [
        (shape[axis + 2] + 2 * p[axis] - W.shape[axis + 2]) % s[axis]
        for _, W, shape, s, p in find("12.5").cases
        for axis in (0, 1)
    ]
    assert any(left)
