"""The arithmetic of the shift lab: layers of five kinds, and what a shift before or after does."""

from functools import cache

import numpy as np

from ..conv import conv2d
from ..pool import max_pool2d
from ._padding import MODES

DENSE, LOCAL, CONV = "dense layer", "locally connected layer", "convolution"
POOLED, AVERAGED = "convolution, ReLU, max pool", "convolution, ReLU, global mean"
LAYERS = (DENSE, LOCAL, CONV, POOLED, AVERAGED)


@cache
def weights(count, seed):
    """Return numbers between −1 and 1 that look random, the very same as in the browser.

    >>> weights(3, 1).round(3)
    array([ 0.302, -0.629,  0.791])
    """
    with np.errstate(over="ignore"):
        bits = np.arange(count, dtype=np.uint32) + np.uint32(seed << 24)
        bits = (bits ^ (bits >> 16)) * np.uint32(0x7FEB352D)
        bits = (bits ^ (bits >> 15)) * np.uint32(0x846CA68B)
        bits = bits ^ (bits >> 16)
    return bits / 2**31 - 1


def dense(x):
    """Return the map of a layer in which every output has a weight for every pixel of x (H, W)."""
    matrix = weights(x.size**2, 1).reshape(x.size, x.size)
    return (matrix @ x.ravel()).reshape(x.shape) * np.sqrt(3 / x.size)


def locally_connected(x, mode, k=3):
    """Return the map of a layer whose every output has a k×k kernel of its own."""
    windows = np.lib.stride_tricks.sliding_window_view(_bordered(x, k, mode), (k, k))
    own = weights(x.size * k * k, 2).reshape(windows.shape)
    return (windows * own).sum((2, 3)) * (np.sqrt(3) / k)


def convolve(x, kernel, mode):
    """Return the map (H, W) of one kernel of odd side for all places."""
    padded = _bordered(x, len(kernel), mode)
    return conv2d(padded[None, None], kernel[None, None])[0, 0]


def _bordered(x, k, mode):
    return np.pad(x, k // 2, mode=MODES[mode])


def apply(x, layer, kernel, mode):
    """Return the map f(x) of one of `LAYERS`."""
    if layer == DENSE:
        return dense(x)
    if layer == LOCAL:
        return locally_connected(x, mode)
    y = convolve(x, kernel, mode)
    if layer == CONV:
        return y
    y = np.maximum(y, 0)
    return max_pool2d(y[None, None], 2)[0, 0] if layer == POOLED else y.mean(keepdims=True)


def move(y, down, right):
    """Return a map moved on a torus; half a cell on is the mean of two neighbours.

    >>> move(np.array([[4.0, 0, 0, 8]]), 0, 1.5)
    array([[4., 6., 2., 0.]])
    """
    for axis, cells in enumerate((down, right)):
        whole, part = divmod(cells, 1)
        near, far = (np.roll(y, int(whole) + step, axis=axis) for step in (0, 1))
        y = (1 - part) * near + part * far
    return y


def compare(one, other):
    """Return how many values differ, the largest difference, and the row and column of it."""
    difference = np.abs(one - other)
    place = np.unravel_index(np.argmax(difference), difference.shape)
    return int((difference > 1e-9).sum()), float(difference.max()), *map(int, place)


def near_border(one, other, reach, down, right):
    """Tell whether maps differ only within `reach` of the border, or of where it was moved to."""
    seam = np.ones(one.shape, bool)
    seam[reach : one.shape[0] - reach, reach : one.shape[1] - reach] = False
    seam |= np.roll(seam, (down, right), axis=(0, 1))
    return not (np.abs(one - other) > 1e-9)[~seam].any()
