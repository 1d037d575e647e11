"""Checkers for the exercises of the book: one module a chapter, loaded when it is asked for."""

from importlib import import_module

from .. import _checks

__all__ = ["check", "find"]

CHAPTERS = {"5": "convolution", "6": "padding"}


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
    known = {}
    for chapter in CHAPTERS.values():
        known |= import_module(f"{__name__}.{chapter}").EXERCISES
    return known[_checks.choice("exercise", exercise, tuple(known))]
