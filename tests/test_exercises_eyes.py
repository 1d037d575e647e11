"""The checkers of chapter 4: answers worked by hand, and replies that only this chapter has."""

import numpy as np
import pytest

from cnnlib.exercises import find


def test_the_answers_are_those_worked_by_hand():
    assert find("4.1").expected.tolist() == [-5, -10, 10, 5]
    assert find("4.2").expected == [0.3, 0, pytest.approx(0.25)]
    assert find("4.3").expected == pytest.approx(0.631 / 0.038)


def test_white_has_a_luminance_of_1_and_pure_red_that_of_its_primary():
    white, red = np.ones((3, 1, 1)), np.array([1.0, 0, 0]).reshape(3, 1, 1)
    assert find("4.4").reference(white).item() == pytest.approx(1)
    assert find("4.4").reference(red).item() == pytest.approx(0.2126)
