"""The checkers of chapter 2: answers worked by hand, and replies that only this chapter has."""

import pytest

from cnnlib.exercises import find


def test_the_answers_are_those_worked_by_hand():
    assert find("2.1").expected == [200 * (64 * 64 * 3 + 1), 10 * 201]
    assert find("2.2").expected == [30 * 30 * 16 * 28, 16 * 28]
    assert find("2.3").expected == [8 * 26 + 10 * 4609, 8 * 26 + 10 * 1153]
    assert find("2.4").reference(28, 1, 1, 5) == [452_160, 14_976, 26]


@pytest.mark.parametrize("number", ["2.1", "2.2", "2.3"])
def test_numbers_as_text_are_not_taken_for_an_answer(number):
    assert find(number).judge([str(n) for n in find(number).expected]).status == "unreadable"
