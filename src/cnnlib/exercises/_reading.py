"""Read an answer of any kind as numbers, or tell in words what it is instead."""

import numpy as np


def read(answer):
    """Return (array of floats, "") or (None, what is wrong with the answer)."""
    if isinstance(answer, str | bytes) or callable(answer):
        return None, f"the answer is {kind(answer)}"
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
    return kind(odd[0]) if odd else "numbers that are too large"


def kind(value):
    """Return what sort of thing a value is, in words."""
    if value is None or value is Ellipsis:
        return "an entry that is still open"
    if isinstance(value, str | bytes):
        return f"text, {str(value)[:40]!r}"
    if callable(value):
        return "a function"
    name = type(value).__name__
    return f"{'an' if name[0] in 'aeiou' or name == 'ndarray' else 'a'} {name}"
