"""Argument checks shared by every module.

Each check returns the value in the form that the code wants, or raises an error that names the
argument, quotes the value and says what is accepted.
"""

import operator
from numbers import Real

import numpy as np

LONGEST = 2**31 - 1  # pixels: their places in memory still fit into 64 bits


def array(name, value, *, ndim=None, shape=None, real=False):
    """Return `value` as a floating-point or complex array of NumPy.

    Parameters
    ----------
    name : str
        The argument's name, for the message.
    value : array_like
        Integers become float64; every floating and complex dtype stays what it is.
    ndim : int, optional
        The number of axes that is accepted.
    shape : tuple of (int, str or None), optional
        The shape that is accepted; a letter or None stands for any length of at least 0.
    real : bool, optional
        Whether complex numbers are refused.

    Raises
    ------
    TypeError
        If the entries are not numbers, or not real ones.
    ValueError
        If the rows are ragged, or the number of axes or the shape is another.
    """
    try:
        result = np.asarray(value)
    except ValueError:
        raise ValueError(
            f"{name} must be a rectangular array of numbers, got ragged rows: {_quote(value)}"
        ) from None
    if result.dtype.kind not in "iufc":
        raise TypeError(
            f"{name} must hold integers, floats or complex numbers, got dtype {result.dtype}: "
            f"{_quote(value)}"
        )
    if real and result.dtype.kind == "c":
        raise TypeError(f"{name} must be real, got dtype {result.dtype}: {_quote(value)}")
    if shape is not None:
        ndim = len(shape)
    if ndim is not None and result.ndim != ndim:
        raise ValueError(
            f"{name} must have {_count(ndim, 'axis', 'axes')}, got {result.ndim} "
            f"(shape {result.shape})"
        )
    if shape is not None and any(
        isinstance(want, int) and have != want
        for have, want in zip(result.shape, shape, strict=True)
    ):
        raise ValueError(f"{name} must have shape {_shape(shape)}, got {result.shape}")
    return result.astype(np.float64) if result.dtype.kind in "iu" else result


def image_batch(name, value):
    """Return `value` as a numeric array of shape (N, C, H, W), only N of which may be 0."""
    result = array(name, value)
    if result.ndim != 4:
        raise ValueError(
            f"{name} must have 4 axes (N, C, H, W), got {result.ndim} (shape {result.shape})"
        )
    if 0 in result.shape[1:]:
        raise ValueError(f"{name} must have channels and pixels, got shape {result.shape}")
    return result


def integer(name, value, *, minimum=None, maximum=None):
    """Return `value` as an int; a float, a bool or a string is refused."""
    if (
        type(value) is int
        and (minimum is None or value >= minimum)
        and (maximum is None or value <= maximum)
    ):
        return value  # a step of training checks a hundred integers: the words only when needed
    wanted = "an integer" if minimum is None else f"an integer of at least {minimum}"
    if isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be {wanted}, got {value!r}")
    try:
        result = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be {wanted}, got {_quote(value)}") from None
    if minimum is not None and result < minimum:
        raise ValueError(f"{name} must be {wanted}, got {result}")
    if maximum is not None and result > maximum:
        raise ValueError(f"{name} must be at most {maximum}, got {result}")
    return result


def pair(name, value, *, minimum=None, axes="(vertical, horizontal)"):
    """Return `value`, an int or a pair of ints, as a pair; `axes` says what its entries are.

    They are lengths in pixels, so none is larger than `LONGEST`.
    """
    if isinstance(value, np.ndarray) and value.ndim:
        value = tuple(value)
    if not isinstance(value, (tuple, list)):
        return (integer(name, value, minimum=minimum, maximum=LONGEST),) * 2
    if len(value) != 2:
        raise ValueError(f"{name} must be an integer or a pair {axes}, got {_quote(value)}")
    return tuple(integer(name, entry, minimum=minimum, maximum=LONGEST) for entry in value)


def sides(name, value):
    """Return a padding as ((top, bottom), (left, right)), in pixels.

    Accepts an int (all four sides), a pair (vertical, horizontal) or the four sides themselves.
    """
    if isinstance(value, np.ndarray):
        value = value.tolist()
    nested = isinstance(value, (tuple, list)) and any(isinstance(v, (tuple, list)) for v in value)
    if nested and len(value) == 2 and all(_is_pair(axis) for axis in value):
        return tuple(pair(name, axis, minimum=0) for axis in value)
    if nested or isinstance(value, str):
        raise ValueError(
            f"{name} must be an integer, a pair (vertical, horizontal) or "
            f"((top, bottom), (left, right)), got {_quote(value)}"
        )
    vertical, horizontal = pair(name, value, minimum=0)
    return (vertical, vertical), (horizontal, horizontal)


def choice(name, value, accepted):
    """Return `value` if it is one of the strings `accepted`."""
    if not isinstance(value, str) or value not in accepted:
        names = ", ".join(repr(entry) for entry in accepted)
        raise ValueError(f"{name} must be one of {names}; got {_quote(value)}")
    return value


def number(name, value, *, minimum=None, positive=False):
    """Return `value` as a finite float, at least `minimum`, or above zero if `positive`."""
    wanted = "a positive number" if positive else "a number"
    if minimum is not None:
        wanted = f"a number of at least {minimum}"
    entry = value[()] if isinstance(value, np.ndarray) else value
    if isinstance(entry, bool) or not isinstance(entry, Real):
        raise TypeError(f"{name} must be {wanted}, got {_quote(value)}")
    try:
        result = float(entry)
    except OverflowError:
        raise ValueError(
            f"{name} must be {wanted} that fits a float, got {_quote(value)}"
        ) from None
    too_small = (positive and result <= 0) or (minimum is not None and result < minimum)
    if too_small or not np.isfinite(result):
        raise ValueError(f"{name} must be {wanted}, got {value!r}")
    return result


def flag(name, value):
    """Return `value` as a bool; nothing else counts as true or false."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False, got {_quote(value)}")
    return bool(value)


def sequence(name, value, entries):
    """Return what `value` holds as a list; `entries` says what that should be."""
    try:
        return list(value)
    except TypeError:
        raise TypeError(f"{name} must be a sequence of {entries}, got {_quote(value)}") from None


def generator(name, value):
    """Return `value` if it is a random generator of NumPy."""
    if not isinstance(value, np.random.Generator):
        raise TypeError(
            f"{name} must be a numpy.random.Generator such as np.random.default_rng(0), "
            f"got {_quote(value)}"
        )
    return value


def _is_pair(value):
    return isinstance(value, (tuple, list)) and len(value) == 2


def _quote(value):
    text = repr(value)
    return text if len(text) <= 80 else text[:77] + "..."


def _count(n, one, many):
    return f"{n} {one if n == 1 else many}"


def _shape(shape):
    entries = ", ".join("any" if entry is None else str(entry) for entry in shape)
    return f"({entries},)" if len(shape) == 1 else f"({entries})"
