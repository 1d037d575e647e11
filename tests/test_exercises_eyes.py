"""The checkers of chapter 4: the right answer is accepted, each mistake is named."""

import numpy as np
import pytest

from cnnlib.exercises import eyes, find

ALL = eyes.EXERCISES
MISTAKES = [(number, i) for number, e in ALL.items() for i in range(len(e.mistakes))]


@pytest.mark.parametrize("number", ALL)
def test_the_right_answer_is_accepted(number):
    exercise = find(number)
    answer = exercise.reference if number == "4.4" else exercise.expected
    assert exercise.judge(answer) == ("right", f"right. {exercise.why}")


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_each_mistake_is_recognised_and_named(number, i):
    mistake = find(number).mistakes[i]
    assert find(number).judge(mistake.gives) == ("mistake", f"not yet. {mistake.words}")


def test_the_answers_are_those_worked_by_hand():
    assert find("4.1").expected.tolist() == [-5, -10, 10, 5]
    assert find("4.2").expected == [0.3, 0, pytest.approx(0.25)]
    assert find("4.3").expected == pytest.approx(0.631 / 0.038)


def test_white_has_a_luminance_of_1_and_pure_red_that_of_its_primary():
    white, red = np.ones((3, 1, 1)), np.array([1.0, 0, 0]).reshape(3, 1, 1)
    assert find("4.4").reference(white).item() == pytest.approx(1)
    assert find("4.4").reference(red).item() == pytest.approx(0.2126)
