"""Checkers for the exercises of the book: one module a chapter, each with its `EXERCISES`."""

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from .. import _checks

__all__ = ["check", "find", "numbers"]


def check(exercise, answer):
    """Print what an answer shows: that it is right and why, or the mistake that it looks like.

    Parameters
    ----------
    exercise : str
        The number of the exercise, such as ``"5.1"``.
    answer : object
        The reader's answer; ``None`` is one that is not given yet. Whatever it is, the reply is a
        sentence and never a traceback.

    Raises
    ------
    ValueError
        If there is no such exercise.

    Examples
    --------
    >>> check("5.1", None)
    Exercise 5.1: not answered yet.
    >>> check("5.1", [[-2, 8], [2, -1], [5, 3]])
    Exercise 5.1: not yet. The numbers are right, but rows and columns are swapped.
    """
    print(f"Exercise {exercise}: {find(exercise).judge(answer).words}")


def find(exercise):
    """Return the exercise of that number.

    Raises
    ------
    ValueError
        If there is no such exercise; the message names those that there are.

    Examples
    --------
    >>> find("5.1").wanted
    '2 rows of 3 numbers'
    """
    known = _exercises()
    return known[_checks.choice("exercise", exercise, tuple(known))]


def numbers():
    """Return the numbers of all exercises, in the order of the book.

    Examples
    --------
    >>> numbers()[:2]
    ['1.1', '1.2']
    """
    return list(_exercises())


@cache
def _exercises():
    """Return every exercise by its number; the chapters' modules load on first use."""
    chapters = [name for _, name, _ in iter_modules(__path__) if not name.startswith("_")]
    found = [import_module(f"{__name__}.{name}").EXERCISES for name in chapters]
    parts = {number: exercise for chapter in found for number, exercise in chapter.items()}
    return {number: parts[number] for number in sorted(parts, key=_place)}


def _place(number):
    return tuple(int(part) for part in number.split("."))
