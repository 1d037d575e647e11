"""The checkers of chapter 2: the right answer is accepted, each mistake is named."""

import pytest

from cnnlib.exercises import find, parameter_blowup

ALL = parameter_blowup.EXERCISES
MISTAKES = [(number, i) for number, e in ALL.items() for i in range(len(e.mistakes))]


@pytest.mark.parametrize("number", ALL)
def test_the_right_answer_is_accepted(number):
    exercise = find(number)
    answer = exercise.reference if number == "2.4" else exercise.expected
    assert exercise.judge(answer) == ("right", f"right. {exercise.why}")


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_each_mistake_is_recognised_and_named(number, i):
    mistake = find(number).mistakes[i]
    assert find(number).judge(mistake.gives) == ("mistake", f"not yet. {mistake.words}")


def test_the_answers_are_those_worked_by_hand():
    assert find("2.1").expected == [200 * (64 * 64 * 3 + 1), 10 * 201]
    assert find("2.2").expected == [30 * 30 * 16 * 28, 16 * 28]
    assert find("2.3").expected == [8 * 26 + 10 * 4609, 8 * 26 + 10 * 1153]
    assert find("2.4").reference(28, 1, 1, 5) == [452_160, 14_976, 26]


@pytest.mark.parametrize("number", ["2.1", "2.2", "2.3"])
def test_numbers_as_text_are_not_taken_for_an_answer(number):
    assert find(number).judge([str(n) for n in find(number).expected]).status == "unreadable"
