"""Max and average pooling of image batches, each with its derived gradient next to it.

A window is a product of two intervals, so both poolings work on one axis at a time: first along
the rows, then down the columns of what is left. Along one axis the k-th pixels of all windows
form one strided slice of the input, so a loop over the kernel's positions visits every pixel of
every window, and a window that overlaps the border simply misses some of these visits.
"""

from typing import NamedTuple

import numpy as np

from cnnlib import _checks

__all__ = ["avg_pool2d", "avg_pool2d_backward", "max_pool2d", "max_pool2d_backward"]


def max_pool2d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the largest pixel of every window, channel by channel."""
    x = _checks.image_batch("x", x)
    vertical, horizontal = _axes(x, kernel_size, stride, padding, dilation, ceil_mode)
    return _down(_max, _max(x, horizontal), vertical)


def max_pool2d_backward(
    grad, x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Return the gradient of a loss with respect to the input of `max_pool2d`."""
    x = _checks.image_batch("x", x)
    vertical, horizontal = _axes(x, kernel_size, stride, padding, dilation, ceil_mode)
    shape = (*x.shape[:2], vertical.outputs, horizontal.outputs)
    grad = _checks.array("grad", grad, shape=shape)
    rows = _max(x, horizontal)
    y = _down(_max, rows, vertical)
    # Rows are pooled first, so that columns decide last: of equal pixels the one in the first row
    # wins, and within that row the first one.
    grad_rows = _max_backward(*(a.swapaxes(2, 3) for a in (grad, rows, y)), vertical)
    return _max_backward(grad_rows.swapaxes(2, 3), x, rows, horizontal)


def avg_pool2d(x, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return the mean of every window, channel by channel."""
    x = _checks.image_batch("x", x)
    vertical, horizontal = _axes(x, kernel_size, stride, padding, 1, ceil_mode)
    y = _down(_sum, _sum(x, horizontal), vertical)
    y /= _counts(vertical, horizontal, count_include_pad, y.dtype)
    return y


def avg_pool2d_backward(
    grad, x, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True
):
    """Return the gradient of a loss with respect to the input of `avg_pool2d`."""
    x = _checks.image_batch("x", x)
    vertical, horizontal = _axes(x, kernel_size, stride, padding, 1, ceil_mode)
    shape = (*x.shape[:2], vertical.outputs, horizontal.outputs)
    grad = _checks.array("grad", grad, shape=shape)
    share = grad / _counts(vertical, horizontal, count_include_pad, grad.dtype)
    return _sum_backward(_down(_sum_backward, share, vertical), horizontal)


class _Axis(NamedTuple):
    """How windows lie along one axis, in pixels; `outputs` is their number."""

    length: int
    size: int
    stride: int
    padding: int
    dilation: int
    outputs: int

    def taps(self):
        """Yield, for each position in the kernel, the windows and the pixels that meet there."""
        for tap in range(self.size):
            offset = tap * self.dilation - self.padding
            first = max(0, -(offset // self.stride))
            stop = min(self.outputs, (self.length - 1 - offset) // self.stride + 1)
            if first < stop:
                start = first * self.stride + offset
                end = (stop - 1) * self.stride + offset + 1
                yield (..., slice(first, stop)), (..., slice(start, end, self.stride))


def _axes(x, kernel_size, stride, padding, dilation, ceil_mode):
    size = _checks.pair("kernel_size", kernel_size, minimum=1)
    step = size if stride is None else _checks.pair("stride", stride, minimum=1)
    pad = _checks.pair("padding", padding, minimum=0)
    spacing = _checks.pair("dilation", dilation, minimum=1)
    if any(2 * p > k for p, k in zip(pad, size, strict=True)):
        raise ValueError(f"padding must be at most half of kernel_size {size}, got {padding}")
    return [
        _Axis(n, k, s, p, d, _output_size(n, k, s, p, d, ceil_mode))
        for n, k, s, p, d in zip(x.shape[2:], size, step, pad, spacing, strict=True)
    ]


def _output_size(n, k, s, p, d, ceil_mode):
    room = n + 2 * p - d * (k - 1) - 1
    if not ceil_mode:
        outputs = room // s + 1
    else:
        outputs = -(-room // s) + 1
        if (outputs - 1) * s >= n + p:
            outputs -= 1
    if outputs < 1:
        raise ValueError(
            f"kernel_size spans {d * (k - 1) + 1} pixels, but the padded input has only {n + 2 * p}"
        )
    return outputs


def _down(function, x, axis):
    """Apply a function of the last axis to the rows' axis instead."""
    return function(x.swapaxes(2, 3), axis).swapaxes(2, 3)


def _max(x, axis):
    y = np.full_like(x, -np.inf, shape=(*x.shape[:-1], axis.outputs))
    for windows, pixels in axis.taps():
        if x.dtype.kind == "c":
            larger = (x[pixels].real > y[windows].real) | np.isnan(x[pixels])
            np.copyto(y[windows], x[pixels], where=larger)
        else:
            np.maximum(y[windows], x[pixels], out=y[windows])
    return y


def _max_backward(grad, x, y, axis):
    grad_x = np.zeros_like(x, dtype=grad.dtype)
    unclaimed = np.ones_like(y, dtype=bool)
    for windows, pixels in axis.taps():
        wins = (x[pixels] == y[windows]) & unclaimed[windows]
        unclaimed[windows] ^= wins
        grad_x[pixels] += np.where(wins, grad[windows], 0)
    return grad_x


def _sum(x, axis):
    y = np.zeros_like(x, shape=(*x.shape[:-1], axis.outputs))
    for windows, pixels in axis.taps():
        y[windows] += x[pixels]
    return y


def _sum_backward(grad, axis):
    grad_x = np.zeros_like(grad, shape=(*grad.shape[:-1], axis.length))
    for windows, pixels in axis.taps():
        grad_x[pixels] += grad[windows]
    return grad_x


def _counts(vertical, horizontal, count_include_pad, dtype):
    """Return the divisor of every window, shaped (OH, OW)."""
    rows, columns = (_lengths(axis, count_include_pad) for axis in (vertical, horizontal))
    return np.multiply.outer(rows, columns).astype(dtype)


def _lengths(axis, count_include_pad):
    start = np.arange(axis.outputs) * axis.stride - axis.padding
    stop = np.minimum(start + axis.size, axis.length + axis.padding)
    if not count_include_pad:
        start, stop = np.maximum(start, 0), np.minimum(stop, axis.length)
    return stop - start
