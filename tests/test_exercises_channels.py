"""The checkers of chapter 8: the right answer is accepted, each mistake is named."""

import pytest

from cnnlib.exercises import channels, find

ALL = channels.EXERCISES
MISTAKES = [(number, i) for number, e in ALL.items() for i in range(len(e.mistakes))]


@pytest.mark.parametrize("number", ALL)
def test_the_right_answer_is_accepted(number):
    exercise = find(number)
    answer = exercise.reference if number == "8.4" else exercise.expected
    assert exercise.judge(answer) == ("right", f"right. {exercise.why}")


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_each_mistake_is_recognised_and_named(number, i):
    mistake = find(number).mistakes[i]
    assert find(number).judge(mistake.gives) == ("mistake", f"not yet. {mistake.words}")


def test_the_answers_are_those_worked_by_hand():
    assert find("8.1").expected.tolist() == [1, 0]
    assert find("8.2").expected == 16 * (3 * 25 + 1) + 32 * (16 * 9 + 1)
    assert find("8.3").expected.round(12).tolist() == [1, 2, -1, -1]
