"""Judge an answer: right, a mistake that many make, unreadable, or wrong in these places."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

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
        The answer that it leads to: numbers, or a function where one is asked for.
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
            return _unreadable(f"the answer is {_kind(answer)}", f"a function, {self.wanted}")
        outputs = []
        for case in self.cases:
            try:
                outputs.append(answer(*(_copy(part) for part in case)))
            except NotImplementedError:
                return Verdict("unanswered", "not answered yet.")
            except Exception as error:  # a reader's function may raise anything
                words = f"the function stops with {type(error).__name__}: {error} ({_told(case)})."
                return Verdict("unreadable", f"not yet. For this call {words}")
            if outputs[-1] is None and len(outputs) == 1:
                return Verdict("unanswered", "not answered yet.")
        return self._compare(outputs)

    def _compare(self, outputs):
        for mistake in self.mistakes:
            if all(
                _same(output, mistake.gives(*case))
                for output, case in zip(outputs, self.cases, strict=True)
            ):
                return Verdict("mistake", f"not yet. {mistake.words}")
        for output, case in zip(outputs, self.cases, strict=True):
            expected = np.asarray(self.reference(*case), float)
            if output is None:
                words = f"For this call the function gives back nothing ({_told(case)})."
                return Verdict("unreadable", f"not yet. {words}")
            one = ArrayExercise(expected, f"an array of shape {expected.shape}", self.why)
            verdict = one.judge(output)
            if verdict.status != "right":
                return Verdict(verdict.status, f"{verdict.words} (The call: {_told(case)}.)")
        return Verdict("right", f"right. {self.why}")


def judge_array(answer, expected, exercise):
    """Return the verdict on an answer that should equal the array `expected`."""
    if answer is None or answer is Ellipsis:
        return Verdict("unanswered", "not answered yet.")
    values, fault = _read(answer)
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
    words = f"{expected.size - wrong.sum()} of {expected.size} numbers are right."
    return Verdict("wrong", f"not yet. {words} Look again at the entry [{place}].")


def _factor(values, expected):
    """Return the number by which all of `expected` was multiplied, or None."""
    if expected.size == 1 or not expected.any():
        return None
    factor = float((values * expected).sum() / (expected**2).sum())
    return factor if abs(factor) > 1e-9 and _same(values, factor * expected) else None


def _read(answer):
    """Return (array of floats, "") or (None, what is wrong with the answer)."""
    if isinstance(answer, str | bytes) or callable(answer):
        return None, f"the answer is {_kind(answer)}"
    try:
        values = np.asarray(answer)
    except Exception:  # an object may raise anything when it is turned into an array
        rows = "its rows have different lengths" if isinstance(answer, list | tuple) else ""
        return None, f"the answer cannot be read as numbers{rows and ': ' + rows}"
    if values.dtype.kind not in "iuf":
        return None, f"the answer holds {_odd_one(values)}"
    if not values.size:
        return None, "the answer is empty"
    if not np.isfinite(values).all():
        place = ", ".join(str(index) for index in np.argwhere(~np.isfinite(values))[0])
        return None, f"the answer holds {values[~np.isfinite(values)][0]} at [{place}]"
    return values.astype(float), ""


def _odd_one(values):
    kinds = {"b": "True and False", "U": "text", "S": "text", "c": "complex numbers"}
    if values.dtype.kind != "O":
        return kinds.get(values.dtype.kind, f"entries of dtype {values.dtype}")
    odd = [entry for entry in values.flat if not isinstance(entry, int | float)]
    return _kind(odd[0]) if odd else "numbers that are too large"


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
    if not values.ndim:
        return "a single number"
    return f"{values.size} numbers in a row" if values.ndim == 1 else _size(values.shape)


def _size(shape):
    return "×".join(str(length) for length in shape) + " numbers"


def _kind(value):
    """Return what sort of thing a value is, in words."""
    if value is None or value is Ellipsis:
        return "an entry that is still open"
    if isinstance(value, str | bytes):
        return f"text, {str(value)[:40]!r}"
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"


def _told(case):
    """Return the arguments of a call in words, arrays by their shape."""
    parts = [f"shape {part.shape}" if isinstance(part, np.ndarray) else f"{part}" for part in case]
    return "arguments " + ", ".join(parts)


def _copy(part):
    return part.copy() if isinstance(part, np.ndarray) else part
