"""How the windows of a pooling lie on the padded image, one axis at a time.

Along one axis, the k-th pixels of all windows form one strided slice of the padded image, called
a tap: with windows of 3 pixels and stride 2, the taps start at 0, 1 and 2 and step by 2.
"""

from typing import NamedTuple

import numpy as np

from cnnlib import _checks
from cnnlib.shapes import output_size


class Axis(NamedTuple):
    """The geometry along one axis, in pixels; `outputs` is the number of windows."""

    length: int
    size: int
    stride: int
    padding: int
    dilation: int
    outputs: int

    @property
    def padded(self):
        """Length with the padding and, in `ceil_mode`, with what hangs over its end."""
        last_start = (self.outputs - 1) * self.stride
        reach = last_start + self.dilation * (self.size - 1) + 1
        return max(reach, self.padding + self.length)

    @property
    def inside(self):
        """Where the image lies in the padded one."""
        return slice(self.padding, self.padding + self.length)

    @property
    def tiles(self):
        """Whether every padded pixel lies in exactly one window."""
        return (
            self.stride == self.size
            and self.dilation == 1
            and self.outputs * self.size == (self.padded)
        )

    def taps(self, padded):
        """Return views of the last axis: for each position in a window, the pixels there."""
        steps = (self.outputs - 1) * self.stride + 1
        starts = range(0, self.dilation * self.size, self.dilation)
        return [padded[..., start : start + steps : self.stride] for start in starts]


def geometry(x, kernel_size, stride, padding, dilation, ceil_mode):
    """Check the geometric arguments and return the vertical and the horizontal `Axis`."""
    size = _checks.pair("kernel_size", kernel_size, minimum=1)
    step = size if stride is None else _checks.pair("stride", stride, minimum=1)
    pad = _checks.pair("padding", padding, minimum=0)
    spacing = _checks.pair("dilation", dilation, minimum=1)
    if any(2 * p > k for p, k in zip(pad, size, strict=True)):
        raise ValueError(
            f"padding must be at most half of kernel_size, got padding {padding} with "
            f"kernel_size {kernel_size}"
        )
    return [
        Axis(n, k, s, p, d, output_size(n, k, stride=s, padding=p, dilation=d, ceil_mode=ceil_mode))
        for n, k, s, p, d in zip(x.shape[2:], size, step, pad, spacing, strict=True)
    ]


def pad(x, axes, value):
    """Return `x` with a border of `value`, or `x` itself if none is needed."""
    shape = (*x.shape[:2], *(axis.padded for axis in axes))
    if shape == x.shape:
        return x
    padded = np.full_like(x, value, shape=shape)
    crop(padded, axes)[...] = x
    return padded


def crop(padded, axes):
    """Return the view of the image inside the padded one."""
    vertical, horizontal = axes
    return padded[:, :, vertical.inside, horizontal.inside]


def room(grad, axis):
    """Return an array for the gradient of the axis' pixels, given that of its windows."""
    shape = (*grad.shape[:-1], axis.padded)
    return np.empty_like(grad, shape=shape) if axis.tiles else np.zeros_like(grad, shape=shape)


def add_to_taps(target, values, axis):
    """Add to a tap of what `room` returned; where nothing adds up, writing is cheaper."""
    if axis.tiles:
        target[...] = values
    else:
        target += values
