"""Judge an answer: right, a mistake that many make, unreadable, or wrong in these places."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ._reading import kind, read

TOLERANCE = {"rtol": 1e-6, "atol": 1e-6}


class Verdict(NamedTuple):
    """What an answer shows.

    Attributes
    ----------
    status : {"unanswered", "unreadable", "wrong", "mistake", "right"}
        "mistake" is a wrong answer whose cause is known.
    words : str
        The reply to the reader.
    """

    status: str
    words: str


class Mistake(NamedTuple):
    """A likely mistake.

    Attributes
    ----------
    gives : array_like or callable
        The answer that it leads to: numbers, or a function where one is asked for. The function
        may also stop where the reader's does, with the same error.
    words : str
        What went wrong, without giving the answer away.
    """

    gives: object
    words: str


@dataclass(frozen=True)
class ArrayExercise:
    """An exercise whose answer is a number or an array of numbers.

    Attributes
    ----------
    expected : array_like
        The right answer, computed.
    wanted : str
        What is asked for, in words: "2 rows of 3 numbers".
    why : str
        Why the right answer is right.
    mistakes : tuple of Mistake
        The likely mistakes; the first that fits is named.
    """

    expected: object
    wanted: str
    why: str
    mistakes: tuple[Mistake, ...] = ()

    def judge(self, answer):
        """Return the verdict on an answer of any kind."""
        return judge_array(answer, np.asarray(self.expected, float), self)


@dataclass(frozen=True)
class FunctionExercise:
    """An exercise whose answer is a function; it is called on several cases.

    Attributes
    ----------
    reference : callable
        Computes the right output of each case.
    cases : tuple of tuple
        The arguments of each call, arrays and others; unequal along the two axes, so that a
        mix-up of axes shows.
    wanted : str
        How the function is called: "strided(x, w, stride)".
    why : str
        Why the right function is right.
    mistakes : tuple of Mistake
        Functions with a likely mistake; the first that agrees on every case is named.
    """

    reference: Callable
    cases: tuple[tuple, ...]
    wanted: str
    why: str
    mistakes: tuple[Mistake, ...] = ()

    def judge(self, answer):
        """Return the verdict on an answer of any kind."""
        if answer is None:
            return Verdict("unanswered", "not answered yet.")
        if not callable(answer):
            return _unreadable(f"the answer is {kind(answer)}", f"a function, {self.wanted}")
        outcomes = [_outcome(answer, case) for case in self.cases]
        if any(isinstance(outcome.error, NotImplementedError) for outcome in outcomes):
            return Verdict("unanswered", "not answered yet.")
        for mistake in self.mistakes:
            if all(map(_alike, outcomes, (_outcome(mistake.gives, case) for case in self.cases))):
                return Verdict("mistake", f"not yet. {mistake.words}")
        for outcome, case in zip(outcomes, self.cases, strict=True):
            verdict = self._compare(outcome, case)
            if verdict.status != "right":
                return verdict
        return Verdict("right", f"right. {self.why}")

    def _compare(self, outcome, case):
        """Return the verdict on what one call led to."""
        if outcome.error is not None:
            words = f"stops with {type(outcome.error).__name__}: {outcome.error}"
            words = f"not yet. For this call the function {words} ({self._told(case)})."
            return Verdict("unreadable", words)
        if outcome.output is None:
            words = (
                f"not yet. Your function returns None ({self._told(case)}): is `return` missing?"
            )
            return Verdict("unreadable", words)
        expected = np.asarray(self.reference(*case), float)
        if _rounded(outcome.output, expected):
            words = "Your function returns whole numbers where there should be decimals: was the "
            words = f"not yet. {words}result's array made with dtype int? ({self._told(case)})"
            return Verdict("mistake", words)
        one = ArrayExercise(expected, f"an array of shape {expected.shape}", self.why)
        status, words = one.judge(outcome.output)
        return Verdict(status, f"{words} (The call: {self._told(case)}.)")

    def _told(self, case):
        """Return the arguments of a call in words, arrays by their size: "x 7×10, stride 2"."""
        names = self.wanted.partition("(")[2].partition(")")[0].split(", ")
        values = [_times(part.shape) if isinstance(part, np.ndarray) else part for part in case]
        return ", ".join(f"{name} {value}" for name, value in zip(names, values, strict=True))


class _Outcome(NamedTuple):
    """What a call led to: an output, or the error that stopped it."""

    output: object
    error: Exception | None = None


def _outcome(function, case):
    try:
        return _Outcome(function(*(_copy(part) for part in case)))
    except Exception as error:  # a reader's function may raise anything
        return _Outcome(None, error)


def _alike(one, other):
    """Tell whether two calls gave the same numbers or stopped with the same error."""
    if one.error is None and other.error is None:
        return _same(one.output, other.output)
    return repr(one.error) == repr(other.error)


def _rounded(values, expected):
    """Tell whether an answer holds whole numbers only because of its dtype."""
    whole = isinstance(values, np.ndarray) and values.dtype.kind in "iu"
    return whole and values.shape == expected.shape and (expected % 1).any()


def judge_array(answer, expected, exercise):
    """Return the verdict on an answer that should equal the array `expected`."""
    if answer is None or answer is Ellipsis:
        return Verdict("unanswered", "not answered yet.")
    values, fault = read(answer)
    if fault:
        return _unreadable(fault, exercise.wanted)
    # The batch and channel axes of a convolution's output, left in place, do no harm.
    if values.size == expected.size and values.squeeze().shape == expected.squeeze().shape:
        values = values.reshape(expected.shape)
    if _same(values, expected):
        return Verdict("right", f"right. {exercise.why}")
    for mistake in exercise.mistakes:
        if _same(values, mistake.gives):
            return Verdict("mistake", f"not yet. {mistake.words}")
    return _generic(values, expected, exercise.wanted)


def _generic(values, expected, wanted):
    """Return the verdict on a wrong answer that is none of an exercise's own mistakes."""
    if expected.ndim == 2 and _same(values, expected.T):
        words = "The numbers are right, but rows and columns are swapped."
        return Verdict("mistake", f"not yet. {words}")
    if values.shape != expected.shape:
        if values.size == expected.size and _same(values.ravel(), expected.ravel()):
            return Verdict("mistake", f"not yet. The numbers are right; arrange them as {wanted}.")
        return Verdict("wrong", f"not yet. The answer is {_shape(values)}; asked for is {wanted}.")
    if _same(values, -expected):
        return Verdict("mistake", "not yet. Every sign is the wrong way round.")
    if (factor := _factor(values, expected)) is not None:
        words = f"Each number is {factor:.6g} times what it should be."
        return Verdict("mistake", f"not yet. {words}")
    wrong = ~np.isclose(values, expected, **TOLERANCE)
    if expected.size == 1:
        return Verdict("wrong", f"not yet. {values.item():.6g} is not the number.")
    place = ", ".join(str(index) for index in np.argwhere(wrong)[0])
    right = expected.size - wrong.sum()
    words = f"{right} of {expected.size} numbers {'is' if right == 1 else 'are'} right."
    return Verdict("wrong", f"not yet. {words} Look again at the entry [{place}].")


def _factor(values, expected):
    """Return the number by which all of `expected` was multiplied, or None."""
    if expected.size == 1 or not expected.any():
        return None
    factor = float((values * expected).sum() / (expected**2).sum())
    return factor if abs(factor) > 1e-9 and _same(values, factor * expected) else None


def _same(values, expected):
    """Tell whether two answers have one shape and agree up to rounding."""
    try:
        values, expected = np.asarray(values, float), np.asarray(expected, float)
    except Exception:  # what cannot be read is not the same
        return False
    return values.shape == expected.shape and np.allclose(values, expected, **TOLERANCE)


def _unreadable(fault, wanted):
    return Verdict("unreadable", f"not yet, because {fault}. Asked for is {wanted}.")


def _shape(values):
    if values.size == 1:
        return "a single number"
    return f"{values.size} numbers in a row" if values.ndim == 1 else _size(values.shape)


def _size(shape):
    return f"{_times(shape)} numbers"


def _times(shape):
    return "×".join(str(length) for length in shape)


def _copy(part):
    return part.copy() if isinstance(part, np.ndarray) else part
