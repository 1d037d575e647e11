"""The arithmetic of the padding lab: counts, centres, and how its controls agree."""

import numpy as np

from ._explorer import number

MODES = {"zero": "constant", "reflect": "reflect", "edge": "edge", "wrap": "wrap"}  # of np.pad


def axis_coverage(length, k, sides, mode):
    """Return how often each pixel of an axis is read: box ∗ box, copies added to their source."""
    places = np.convolve(np.ones(length + sum(sides) - k + 1, int), np.ones(k, int))
    sources = np.pad(np.arange(1, length + 1), sides, mode=MODES[mode])  # 0: a zero, no pixel
    return np.bincount(sources, weights=places, minlength=length + 1)[1:].astype(int)


def centre(y):
    """Return the centre of mass (down, right), in pixels from the picture's middle."""
    rows, columns = (np.arange(length) - (length - 1) / 2 for length in y.shape)
    return (y.sum(1) @ rows) / y.sum(), (y.sum(0) @ columns) / y.sum()


def sides_of(fit, k):
    """Return the padding [top, bottom, left, right] of that name for a kernel of side k."""
    before = {"none": 0, "same": (k - 1) // 2, "full": k - 1}[fit]
    after = k - 1 - before if fit == "same" else before
    return [before, after, before, after]


def settle(seen, now):
    """Return the state of the padding in which all controls agree: the last change decides."""
    sides, each = now["sides"], now["each"]
    changed = {name for name in now if now[name] != seen[name]}
    wanted = sides if now["fit"] == "custom" else sides_of(now["fit"], now["k"])
    named = bool({"fit", "k"} & changed) and wanted != sides
    if named:
        sides = wanted
    elif "padding" in changed:
        sides = [now["padding"]] * 4
    elif seen["each"] and not each:
        sides = sides[:1] * 4
    equal = len(set(sides)) == 1
    if named or not equal:
        each = not equal
    fit = now["fit"]
    if sides != seen["sides"] or "k" in changed:
        names = (name for name in ("none", "same", "full") if sides_of(name, now["k"]) == sides)
        fit = next(names, "custom")
    padding = sides[0] if equal else now["padding"]
    return {"k": now["k"], "fit": fit, "padding": padding, "each": each, "sides": sides}


def shown(each):
    """Return the `display` of the slider for all sides, and of those for each side."""
    return ("none", "") if each else ("", "none")


def resized(kernel, size):
    """Return the kernel in another size: a box stays a box, others are centred or cropped."""
    old, kernel = len(kernel), np.array(kernel)
    if np.allclose(kernel, 1 / old**2, rtol=0, atol=1e-9):
        return np.full((size, size), 1 / size**2).tolist()
    shift = int((size - old) / 2)
    result = np.zeros((size, size))
    inner = slice(max(shift, 0), max(shift, 0) + min(old, size))
    outer = slice(max(-shift, 0), max(-shift, 0) + min(old, size))
    result[inner, inner] = kernel[outer, outer]
    return result.tolist()


def often(count):
    """Return a number of times in words.

    >>> often(1), often(4)
    ('once', '4 times')
    """
    return "once" if count == 1 else f"{count} times"


def way(move):
    """Return a move (down, right) in words.

    >>> way((-0.5, 2))
    '0.5 px up and 2 px right'
    """
    names = (("down", "up"), ("right", "left"))
    parts = (
        f"{number(abs(value))} px {pair[number(value).startswith('−')]}"
        for value, pair in zip(move, names, strict=True)
    )
    return " and ".join(parts)
