"""Digits as ink: strokes of a pen become a picture, and a picture is centred as MNIST's are."""

import numpy as np

from cnnlib import _checks
from cnnlib._area import area_mean

__all__ = ["PEN", "center_digit", "draw_strokes"]

# Both tuned on training digits of MNIST, redrawn by strokes; in units of the pad, which has 28.
PEN = 2.75
SOFTNESS = 0.5

# What the makers of MNIST chose; 14 is measured: each training digit's centre of mass lies within
# half a pixel of row 14, column 14, counted from 0.
BOX, SIZE, CENTER = 20, 28, 14


def draw_strokes(strokes, *, pen=PEN, softness=SOFTNESS, fineness=4):
    """Return the ink that a round pen leaves on a square pad of 28 by 28 units.

    Parameters
    ----------
    strokes : sequence of array_like of shape (points, 2)
        Each is a row of points ``(x, y)``, from the pad's upper left corner to the right and
        down, in units; a single point is a dot.
    pen : float, optional
        Width of a line, in units, measured where the ink is half as dark.
    softness : float, optional
        Width of the edge over which the ink fades, in units.
    fineness : int, optional
        Pixels a unit.

    Returns
    -------
    float64 array of shape (28*fineness, 28*fineness)
        Ink between 0 (paper) and 1. Crossing lines are no darker than one.

    Raises
    ------
    TypeError, ValueError
        If a stroke is not a list of pairs of finite real numbers, or a width is not positive.

    References
    ----------
    Used in chapter 11.

    Examples
    --------
    >>> ink = draw_strokes([[(14, 6), (14, 22)]], pen=2)
    >>> ink.shape
    (112, 112)
    >>> ink[56, 50:62].round(2).tolist()
    [0.0, 0.25, 0.75, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.75, 0.25, 0.0]
    """
    pen = _checks.number("pen", pen, positive=True)
    softness = _checks.number("softness", softness, positive=True)
    fineness = _checks.integer("fineness", fineness, minimum=1)
    ink = np.zeros((SIZE * fineness, SIZE * fineness))
    for number, stroke in enumerate(_checks.sequence("strokes", strokes, "rows of points (x, y)")):
        points = _finite(f"strokes[{number}]", stroke, shape=("points", 2))
        for a, b in zip(points, points[1:] if len(points) > 1 else points, strict=False):
            _draw_segment(ink, a, b, pen, softness, fineness)
    return ink


def _draw_segment(ink, a, b, pen, softness, fineness):
    reach = (pen + softness) / 2
    low = np.maximum(np.floor((np.minimum(a, b) - reach) * fineness), 0).astype(int)
    high = np.minimum(np.ceil((np.maximum(a, b) + reach) * fineness), len(ink)).astype(int)
    x, y = ((np.arange(*ends) + 0.5) / fineness for ends in zip(low, high, strict=True))
    if not x.size or not y.size:
        return
    along, length = b - a, ((b - a) ** 2).sum()
    across = (x - a[0]) * along[0] + (y[:, None] - a[1]) * along[1]
    share = np.clip(across / length, 0, 1) if length else np.zeros_like(across)
    distance = np.hypot(x - a[0] - share * along[0], y[:, None] - a[1] - share * along[1])
    part = ink[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, np.clip((pen / 2 - distance) / softness + 0.5, 0, 1), out=part)


def center_digit(ink):
    """Return a picture of a digit in the size and the place that MNIST gives it.

    The ink's bounding box is scaled so that its longer side is 20 pixels (the shorter keeps the
    aspect ratio up to rounding to whole pixels), each pixel being the mean of the area that it
    covers, which is what softens the edges. Then the box is laid on 28 by 28 pixels, shifted by
    whole pixels, so that the centre of mass comes as near as possible to row 14, column 14,
    counted from 0.

    Parameters
    ----------
    ink : array_like of shape (H, W)
        Ink, not negative: 0 is paper.

    Returns
    -------
    float64 array of shape (28, 28)
        All zeros if there is no ink.

    Raises
    ------
    TypeError, ValueError
        If `ink` is not a matrix of finite real numbers, or a number is negative.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document recognition",
    Proceedings of the IEEE 86(11), 1998, section III-A, describe the preprocessing; how the makers
    rounded is inferred from the digits. Used in chapter 11.

    Examples
    --------
    A digit of MNIST, small and in a corner, comes back as it was.

    >>> from cnnlib import load_mnist_small
    >>> digit = load_mnist_small().test.x[0, 0]
    >>> pad = np.pad(digit, ((0, 30), (20, 10)))
    >>> np.allclose(center_digit(pad), digit)
    True
    """
    ink = _finite("ink", ink, ndim=2)
    if (ink < 0).any():
        raise ValueError(f"ink must not be negative, got {ink.min()}")
    picture = np.zeros((SIZE, SIZE))
    spans = [np.flatnonzero(ink.any(axis=axis)) for axis in (1, 0)]
    if not spans[0].size:
        return picture
    (top, bottom), (left, right) = ((span[0], span[-1] + 1) for span in spans)
    longer = max(bottom - top, right - left)
    rows, cols = (max(1, _round(n * BOX / longer)) for n in (bottom - top, right - left))
    down, across = area_mean(bottom - top, rows), area_mean(right - left, cols)
    small = down @ ink[top:bottom, left:right] @ across.T
    i, j = (_place(small.sum(axis=axis), length) for axis, length in ((1, rows), (0, cols)))
    picture[i : i + rows, j : j + cols] = small
    return picture


def _finite(name, value, **wanted):
    values = _checks.array(name, value, real=True, **wanted)
    bad = values[~np.isfinite(values)]
    if bad.size:
        raise ValueError(f"{name} must hold finite numbers, got {bad[0]}")
    return values


def _place(weights, length):
    """Return where the box begins along one axis, so that its centre of mass comes to 14."""
    mass = weights @ np.arange(length) / weights.sum()
    return min(max(_round(CENTER - mass), 0), SIZE - length)


def _round(value):
    # Halves go up, also those that rounding errors have pushed below the half.
    return int(np.floor(value + 0.5 + 1e-9))
