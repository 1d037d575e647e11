"""The checkers of chapter 8: answers worked by hand, and replies that only this chapter has."""

from cnnlib.exercises import find


def test_the_answers_are_those_worked_by_hand():
    assert find("8.1").expected.tolist() == [1, 0]
    assert find("8.2").expected == 16 * (3 * 25 + 1) + 32 * (16 * 9 + 1)
    assert find("8.3").expected.round(12).tolist() == [1, 2, -1, -1]
