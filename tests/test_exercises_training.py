"""The checkers of chapter 13: answers worked by hand, and replies that only this chapter has."""

import numpy as np
import pytest

import cnnlib
from cnnlib.exercises import find, training
from cnnlib.parameter import Parameter


def test_the_answers_are_those_worked_by_hand():
    assert find("13.1").expected == pytest.approx([3.258097, 3440])
    assert find("13.2").expected == [0.7, 0.5, 0.625]
    assert np.trace(training.MATRIX) == 21
    assert training.MATRIX.sum() == 30
    assert (training.MATRIX[1].sum(), training.MATRIX[:, 1].sum()) == (10, 8)


def test_momentum_by_hand_is_what_the_optimizer_does():
    weight = Parameter(np.array([1.0]))
    optimizer, path = cnnlib.SGD([weight], lr=0.1, momentum=0.9), []
    for gradient in (2.0, 1.0):
        weight.grad = np.array([gradient])
        optimizer.step()
        path.append(weight.value.item())
    assert path == pytest.approx(find("13.3").expected)


def test_the_step_is_that_of_the_library_without_a_bias():
    for x, y, w, lr in find("13.5").cases:
        model = cnnlib.Linear(*w.shape[::-1], bias=False, rng=np.random.default_rng(0))
        model.weight.value = w.copy()
        model.backward(cnnlib.cross_entropy_backward(model.forward(x), y))
        cnnlib.SGD(model.parameters(), lr=lr).step()
        assert find("13.5").judge(lambda x, y, w, lr: None).status == "unreadable"
        assert np.allclose(find("13.5").reference(x, y, w, lr), model.weight.value)


def test_a_common_loop_is_right():
    def confusion(labels, predictions, classes):
        matrix = np.zeros((classes, classes), int)
        for label, prediction in zip(labels, predictions, strict=True):
            matrix[label, prediction] += 1
        return matrix

    assert find("13.4").judge(confusion).status == "right"
    assert find("13.4").judge(lambda y, p, c: confusion(y, p, c).astype(float)).status == "right"


def test_a_step_that_changes_the_weights_it_was_given_is_told_so():
    def step(x, y, w, lr):
        w -= lr * cnnlib.cross_entropy_backward(x @ w.T, y).T @ x
        return w

    verdict = find("13.5").judge(step)
    assert (verdict.status, "`w` itself is changed" in verdict.words) == ("mistake", True)
