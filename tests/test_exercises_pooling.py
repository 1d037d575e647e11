"""The checkers of chapter 9: replies that only this chapter has."""

import pytest

from cnnlib.exercises import find


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        ([12, 6], "right", "One cell"),
        ([5, 18], "wrong", "shifts from 1 to 12"),
        ([6, 6, 12], "wrong", "List each once"),
        ([6, 9], "wrong", "when the signal moves by 9?"),
        ([6, "x"], "unreadable", "holds text"),
    ],
)
def test_shifts_in_any_order_are_right_and_a_wrong_one_is_asked_about(answer, status, words):
    verdict = find("9.4").judge(answer)
    assert (verdict.status, words in verdict.words) == (status, True), verdict.words
