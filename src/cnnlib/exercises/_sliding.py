"""Slide a kernel over a picture: what the checkers of chapter 5 compute with."""

import numpy as np

from ..conv import conv2d


def slide(x, w, **geometry):
    """Return the output of a picture of shape (H, W) and a kernel; the geometry as in `conv2d`."""
    return conv2d(x[None, None], w[None, None], **geometry)[0, 0]


def flipped(w):
    """Return the kernel turned by 180°."""
    return w[::-1, ::-1]


def loops(x, w, stride, *, read, places):
    """Return what the chapter's four loops compute with another index or another size.

    Parameters
    ----------
    x, w : ndarray, shape (H, W) and (KH, KW)
        Picture and kernel.
    stride : tuple of int
        Down and to the right, in pixels.
    read : callable
        ``read(i, u, s)`` is the index into the picture, along either axis.
    places : callable
        ``places(n, k, s)`` is the length of the output, along either axis.

    Raises
    ------
    IndexError
        If an index lies outside the picture, as in the reader's own loops.
    """
    size = [places(n, k, s) for n, k, s in zip(x.shape, w.shape, stride, strict=True)]
    y = np.zeros(size)
    for i, j in np.ndindex(*size):
        for u, v in np.ndindex(*w.shape):
            y[i, j] += x[read(i, u, stride[0]), read(j, v, stride[1])] * w[u, v]
    return y
