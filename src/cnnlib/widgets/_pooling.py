"""The arithmetic of the pooling lab: four ways to pool, and how far a shift changes the result."""

import numpy as np
from scipy.special import comb

from ..conv import conv2d
from ..pool import avg_pool2d, max_pool2d

KINDS = {
    "max": "max pooling",
    "average": "average pooling",
    "blur": "blur, then subsampling",
    "subsample": "plain subsampling",
}


def weights(kind, k):
    """Return the weights along one side of a window: binomial, or 1 for its middle place.

    >>> weights("blur", 3), weights("subsample", 4)
    (array([1., 2., 1.]), array([0., 1., 0., 0.]))
    """
    if kind == "blur":
        return comb(k - 1, np.arange(k))
    return np.eye(k)[(k - 1) // 2]


def pool(x, kind, *, window, stride, padding, count_pad=True):
    """Return a picture (H, W) pooled; window, stride and padding are pairs (rows, columns)."""
    batch, steps = x[None, None], {"stride": stride, "padding": padding}
    if kind == "max":
        return max_pool2d(batch, window, **steps)[0, 0]
    if kind == "average":
        return avg_pool2d(batch, window, **steps, count_include_pad=count_pad)[0, 0]
    kernel = np.outer(*(weights(kind, k) for k in window))[None, None]
    divisor = kernel.sum()
    if kind == "blur" and not count_pad:
        divisor = conv2d(np.ones_like(batch), kernel, **steps)
    return (conv2d(batch, kernel, **steps) / divisor)[0, 0]


def compare(one, other):
    """Return how many values differ, and by how much on average."""
    difference = np.abs(one - other)
    return int((difference > 1e-9).sum()), float(difference.mean())


def move_along(before, shift, stride):
    """Return the map before the shift, moved along by shift / stride cells.

    Between two cells its values are interpolated linearly.

    >>> move_along(np.array([[4.0, 0, 0, 8]]), 3, 2)
    array([[4., 6., 2., 0.]])
    """
    whole, part = divmod(shift / stride, 1)
    near, far = (np.roll(before, int(whole) + step, axis=1) for step in (0, 1))
    return (1 - part) * near + part * far
