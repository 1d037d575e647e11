"""The checkers: a right answer is accepted, each mistake is named, and nothing raises."""

import re

import numpy as np
import pytest

from cnnlib.exercises import _check, check, find, numbers
from cnnlib.exercises._stride_loops import strided

ALL = {number: find(number) for number in numbers()}
ARRAYS = [number for number, e in ALL.items() if isinstance(e, _check.ArrayExercise)]
MISTAKES = [(number, i) for number, e in ALL.items() for i in range(len(e.mistakes))]


def right_answer(number):
    exercise = find(number)
    return exercise.expected if number in ARRAYS else exercise.reference


@pytest.mark.parametrize("number", ALL)
def test_the_right_answer_is_accepted_with_a_reason(number, capsys):
    check(number, right_answer(number))
    assert capsys.readouterr().out == f"Exercise {number}: right. {find(number).why}\n"


@pytest.mark.parametrize("number", ARRAYS)
def test_the_right_numbers_are_accepted_in_any_container(number):
    expected = np.asarray(find(number).expected)
    for answer in (expected.tolist(), expected[None, None], expected + 1e-9):
        assert find(number).judge(answer).status == "right"


@pytest.mark.parametrize(("number", "i"), MISTAKES)
def test_each_mistake_is_recognised_and_named(number, i):
    mistake = find(number).mistakes[i]
    verdict = find(number).judge(mistake.gives)
    assert verdict == ("mistake", f"not yet. {mistake.words}")


@pytest.mark.parametrize("number", ALL)
def test_an_open_answer_is_not_a_wrong_one(number, capsys):
    check(number, None)
    assert capsys.readouterr().out == f"Exercise {number}: not answered yet.\n"


class Hostile:
    def __array__(self, dtype=None, copy=None):
        raise RuntimeError("no array today")

    def __repr__(self):
        raise RuntimeError("no words either")


JUNK = [
    ("a text", "text, 'a text'"),
    (["a", "b"], "text"),
    ([[1, 2], [3]], "different lengths"),
    ([], "empty"),
    ([[1, None, 2], [1, 2, 3]], "an entry that is still open"),
    ({"y": 1}, "a dict"),
    ({1, 2}, "a set"),
    (float("nan"), "holds nan"),
    ([1.0, float("inf")], r"holds inf at \[1\]"),
    (True, "True and False"),
    (1j, "complex numbers"),
    (10**400, "too large"),
    (object(), "an object"),
    (Hostile(), "cannot be read"),
    (len, "a function"),
    (int, "a function"),
]


A_CHOICE = [("3.4", "a set")]  # whose answer is a set of numbers


@pytest.mark.parametrize(
    ("number", "answer", "words"),
    [(n, answer, words) for n in ARRAYS for answer, words in JUNK if (n, words) not in A_CHOICE],
)
def test_junk_is_answered_in_words(number, answer, words):
    verdict = find(number).judge(answer)
    assert verdict.status == "unreadable"
    assert re.search(words, verdict.words)
    assert find(number).wanted in verdict.words


@pytest.mark.parametrize("answer", [3, "text", [[1, 2]], np.zeros(3), Hostile()])
def test_what_is_no_function_is_refused_in_words(answer):
    verdict = find("5.4").judge(answer)
    assert verdict.status == "unreadable"
    assert "a function, correlate_strided(x, w, stride)" in verdict.words


def test_numbers_in_another_arrangement_are_recognised():
    assert "arrange them as 2 rows of 3" in find("5.1").judge([-2, 2, 5, 8, -1, 3]).words
    assert "rows and columns are swapped" in find("5.1").judge([[-2, 8], [2, -1], [5, 3]]).words
    assert "Every sign" in find("5.1").judge([[2, -2, -5], [-8, 1, -3]]).words
    assert "0.25 times" in find("5.1").judge(np.array([[-2, 2, 5], [8, -1, 3]]) / 4).words


def test_a_wrong_entry_is_pointed_out():
    words = find("5.1").judge([[-2, 2, 5], [8, -1, 4]]).words
    assert words == "not yet. 5 of 6 numbers are right. Look again at the entry [1, 2]."


def test_a_wrong_shape_is_stated_beside_what_is_asked_for():
    assert "4×4 numbers; asked for is 3 rows of 3" in find("5.3").judge(np.ones((4, 4))).words
    assert "2 numbers in a row; asked for is one number" in find("5.2").judge([1, 2]).words
    assert "a single number; asked for is 2 rows" in find("5.1").judge(19).words


def test_a_wrong_number_is_quoted():
    assert find("5.2").judge(17).words == "not yet. 17 is not the number."


def raising(x, w, stride):
    return x[100]


def half_done(x, w, stride):
    return strided(x, w, stride) if stride != (3, 1) else None


def wrong_once(x, w, stride):
    y = strided(x, w, stride)
    y[-1, -1] += 1
    return y


@pytest.mark.parametrize(
    ("function", "words"),
    [
        (raising, r"stops with IndexError: index 100 .* \(x 7×10, w 3×2, stride \(2, 3\)\)"),
        (lambda x: x, "stops with TypeError"),
        (lambda x, w, stride: "text", "the answer is text, 'text'"),
        (lambda x, w, stride: np.full((3, 3), np.nan), r"holds nan at \[0, 0\]"),
        (half_done, r"returns None \(x 9×6, .*\): is `return` missing"),
        (wrong_once, r"8 of 9 numbers are right. Look again at the entry \[2, 2\]"),
        (lambda x, w, stride: np.zeros((2, 9)), r"2×9 numbers; asked for is .* shape \(3, 3\)"),
    ],
)
def test_a_function_that_fails_is_answered_in_words(function, words):
    verdict = find("5.4").judge(function)
    assert verdict.status in ("unreadable", "wrong")
    assert re.search(words, verdict.words)


def not_begun(x, w, stride):
    raise NotImplementedError("your turn")


def test_a_function_not_begun_is_not_a_wrong_one():
    assert find("5.4").judge(not_begun) == ("unanswered", "not answered yet.")


def test_a_forgotten_return_is_named():
    verdict = find("5.4").judge(lambda x, w, stride: None)
    assert verdict.status == "unreadable"
    assert "returns None (x 7×10, w 3×2, stride (2, 3)): is `return` missing?" in verdict.words


def by_hand(x, w, stride, *, dtype=float, step=None, places=None, add=True):
    """The solution as a reader writes it, with one line changed."""
    step = step or (lambda i, u, s: s * i + u)
    places = places or (lambda n, k, s: (n - k) // s + 1)
    rows, columns = map(places, x.shape, w.shape, stride)
    y = np.zeros((rows, columns), dtype=dtype)
    for i in range(rows):
        for j in range(columns):
            for u in range(w.shape[0]):
                for v in range(w.shape[1]):
                    product = x[step(i, u, stride[0]), step(j, v, stride[1])] * w[u, v]
                    y[i, j] = y[i, j] + product if add else product
    return y


@pytest.mark.parametrize(
    ("slip", "words"),
    [
        ({"dtype": int}, "returns whole numbers .* dtype int"),
        ({"add": False}, "only the last product of its window: `=` overwrites"),
        ({"step": lambda i, u, s: i + s * u}, "corner still moves by one pixel"),
        ({"step": lambda i, u, s: s * (i + u)}, "The stride also pulls the window apart"),
        ({"places": lambda n, k, s: n - k + 1}, "the window jumps out of the picture"),
        ({"places": lambda n, k, s: (n - k + 1) // s}, "add it after dividing"),
        ({"places": lambda n, k, s: (n - k) // s}, "one place more than there are steps"),
    ],
)
def test_a_slip_in_the_loops_is_named(slip, words):
    verdict = find("5.4").judge(lambda x, w, stride: by_hand(x, w, stride, **slip))
    assert verdict.status == "mistake"
    assert re.search(words, verdict.words)


def test_a_share_is_recognised_however_it_is_rounded():
    for share in (25 / 1120, 0.0223, 0.022):
        assert "That is the share of the entries" in find("5.2").judge(share).words
    for share in (2500 / 1120, 2.23, 2.2):
        assert "the share in per cent" in find("5.2").judge(share).words


@pytest.mark.parametrize(
    ("answer", "words"),
    [(14400, "28×28 from the text"), (32400, "40×40"), (24000, "24·40"), (805, "23·35 places")],
)
def test_a_count_of_another_picture_or_of_other_places_is_recognised(answer, words):
    assert words in find("5.2").judge(answer).words


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ([[6, 2, 9], [10, 9, 5]], "It is −1"),
        ([[9, 3, 1], [-2, 11, 5]], "upside down"),
        ([[3, -3, 5], [6, 7, -3]], "mirrored"),
    ],
)
def test_a_kernel_turned_or_without_its_minus_is_recognised(answer, words):
    assert words in find("5.1").judge(answer).words


def test_an_ndarray_has_its_article():
    assert "an ndarray" in find("5.4").judge(np.zeros(3)).words


def test_a_function_that_changes_its_arguments_harms_nobody():
    def spoil(x, w, stride):
        y = strided(x, w, stride)
        x[:] = w[:] = 0
        return y

    assert find("5.4").judge(spoil).status == "right"
    assert find("5.4").judge(strided).status == "right"


def test_the_cases_tell_the_axes_apart():
    for x, w, stride in find("5.4").cases[:3]:
        assert x.shape[0] != x.shape[1]
        assert stride[0] != stride[1]
        assert w.any()


@pytest.mark.parametrize("number", ["5.9", "", 5.1, None, "99.1"])
def test_an_unknown_exercise_is_refused_and_the_known_ones_are_named(number):
    with pytest.raises(ValueError, match=r"exercise must be one of '1.1', '1.2', '1.3'.*; got"):
        check(number, 1)


def test_exercises_are_counted_from_1_in_each_chapter_in_the_order_of_the_book():
    places = [tuple(map(int, number.split("."))) for number in numbers()]
    assert places == sorted(places)
    chapters = {chapter for chapter, _ in places}
    assert places == [(c, i + 1) for c in sorted(chapters) for i in range(count(places, c))]


def count(places, chapter):
    return sum(place[0] == chapter for place in places)
