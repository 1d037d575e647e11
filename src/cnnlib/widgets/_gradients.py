"""The arithmetic of the gradient microscope: both passes of a convolution and of two poolings."""

from itertools import product

import numpy as np

from ..conv import conv2d, conv2d_backward
from ..pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

EXAMPLES = {
    "3×3, kernel 2×2": {
        "input": [[0, 1, 2], [3, 4, 5], [6, 7, 8]],
        "kernel": [[0, 1], [2, 3]],
        "grad": [[1, 2], [3, 4]],
    },
    "6×7, kernel 3×2": {
        "input": np.add.outer(10 * np.arange(6), np.arange(7)).tolist(),
        "kernel": [[1, 2], [3, 4], [5, 6]],
        "grad": [[1, 2, 3], [4, 5, 6]],
    },
    "4×6 with ties, window 2×2": {
        "input": [[1, 3, 4, 4, 0, 2], [3, 2, 1, 4, 2, 2], [5, 0, 1, 1, 6, 3], [0, 5, 1, 1, 2, 6]],
        "kernel": [[1, 1], [1, 1]],
        "grad": [[1, 2, 3], [4, 5, 6]],
    },
}


def both_passes(operation, x, w, g, *, padding, stride, dilation, every_tie=False):
    """Return y, G, dX and dW by name (a pooling has no dW) of matrices; all steps are pairs.

    >>> x, w, g = np.arange(9.0).reshape(3, 3), np.array([[0.0, 1], [2, 3]]), np.ones((2, 2))
    >>> steps = {"padding": (0, 0), "stride": (1, 1), "dilation": (1, 1)}
    >>> both_passes("convolution", x, w, g, **steps)["dW"]
    array([[ 8., 12.],
           [20., 24.]])
    """
    batch, grad, steps = x[None, None], g[None, None], {"stride": stride, "padding": padding}
    if operation == "convolution":
        steps["dilation"] = dilation
        dx, dw, _ = conv2d_backward(grad, batch, w[None, None], **steps)
        y = conv2d(batch, w[None, None], **steps)
        return {"y": y[0, 0], "G": g, "dX": dx[0, 0], "dW": dw[0, 0]}
    if operation == "average pooling":
        y = avg_pool2d(batch, w.shape, **steps)
        return {
            "y": y[0, 0],
            "G": g,
            "dX": avg_pool2d_backward(grad, batch, w.shape, **steps)[0, 0],
        }
    steps["dilation"] = dilation
    y = max_pool2d(batch, w.shape, **steps)[0, 0]
    if every_tie:
        return {"y": y, "G": g, "dX": _to_every_tie(g, x, y, w.shape, **steps)}
    return {"y": y, "G": g, "dX": max_pool2d_backward(grad, batch, w.shape, **steps)[0, 0]}


def _to_every_tie(g, x, y, window, *, padding, stride, dilation):
    """Return what max pooling's input gets if every maximum of a window gets the whole gradient."""
    dx = np.zeros_like(x)
    for place in np.ndindex(y.shape):
        for tap in product(*map(range, window)):
            corner = zip(stride, place, dilation, tap, padding, strict=True)
            pixel = tuple(s * i + d * u - p for s, i, d, u, p in corner)
            inside = all(0 <= a < n for a, n in zip(pixel, x.shape, strict=True))
            if inside and x[pixel] == y[place]:
                dx[pixel] += g[place]
    return dx
