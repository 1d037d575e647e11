"""Max and average pooling of image batches, each with its derived gradient next to it.

A window is a product of two intervals, so both poolings work on one axis at a time: down the
columns of the image first, then along the rows of what is left.
"""

from functools import reduce

import numpy as np

from cnnlib import _checks
from cnnlib._contest import hand_back, leads
from cnnlib._windows import add_to_taps, crop, geometry, pad, room

__all__ = ["avg_pool2d", "avg_pool2d_backward", "max_pool2d", "max_pool2d_backward"]


def max_pool2d(x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False):
    """Return the largest pixel of every window, channel by channel.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        The images. Complex pixels are compared by their real part, so that the complex step of
        `check_gradient` passes through.
    kernel_size : int or (int, int)
        Height and width of a window, in pixels.
    stride : int or (int, int), optional
        Step between windows, in pixels; by default the window's size.
    padding : int or (int, int), optional
        Pixels of −∞ added on *each* side, at most half of the window.
    dilation : int or (int, int), optional
        Spacing between the pixels of a window; 1 means contiguous.
    ceil_mode : bool, optional
        Round the number of windows up instead of down: the last ones may hang over the end, but
        start inside the image or the padding before it.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)
        Same dtype and memory order as `x`; `output_size` gives OH and OW. A window with a NaN
        gives NaN, one that lies in the padding altogether gives −∞.

    Raises
    ------
    ValueError
        If `x` doesn't have four axes, a window doesn't fit the padded image, or a number is out
        of range.
    TypeError
        If an entry of `x` isn't a number, a length isn't an integer or a flag isn't a bool.

    References
    ----------
    Zhou and Chellappa, "Computation of optical flow using a neural network", 1988, ICNN.
    Semantics as in ``torch.nn.functional.max_pool2d``. Derived in chapter 9.

    Examples
    --------
    >>> x = np.array([[[[1.0, 4.0, 2.0], [3.0, 0.0, 5.0]]]])
    >>> max_pool2d(x, 2)
    array([[[[4.]]]])
    >>> max_pool2d(x, 2, stride=1)
    array([[[[4., 5.]]]])
    """
    x = _checks.image_batch("x", x)
    axes = geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    padded = pad(x, axes, -np.inf)
    if x.dtype.kind == "c":
        y = reduce(_larger_real_part, _pixels(padded, axes))
    else:
        y = _reduce_windows(np.maximum, padded, axes)
    # Windows of one pixel are still views of the input.
    return np.copy(y) if np.may_share_memory(x, y) else y


def max_pool2d_backward(
    grad, x, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False
):
    """Return the gradient of a loss with respect to the input of `max_pool2d`.

    Each window hands its gradient to its largest pixel; of equal ones to the first in row-major
    order, because a copy for each of them would not be a subgradient.

    Parameters
    ----------
    grad : array_like, shape (N, C, OH, OW)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, C, H, W)
        The input of the forward pass.
    kernel_size, stride, padding, dilation, ceil_mode
        As in `max_pool2d`.

    Returns
    -------
    ndarray, shape (N, C, H, W)
        Same dtype as `grad`. A pixel that wins in several windows gets the sum; a window with
        NaNs hands its gradient to the last of them, as PyTorch's does.

    Raises
    ------
    ValueError, TypeError
        As `max_pool2d`, and if `grad` doesn't have the output's shape.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> x = np.array([[[[1.0, 5.0, 2.0], [3.0, 0.0, 5.0]]]])
    >>> max_pool2d_backward([[[[10.0, 20.0]]]], x, 2, stride=1)
    array([[[[ 0., 30.,  0.],
             [ 0.,  0.,  0.]]]])
    """
    x = _checks.image_batch("x", x)
    axes = vertical, horizontal = geometry(x, kernel_size, stride, padding, dilation, ceil_mode)
    grad = _output_gradient(grad, x, axes)
    row_leads, column_leads = leads(x, axes)
    grad = hand_back(grad, column_leads, horizontal)
    grad = hand_back(grad.swapaxes(2, 3), row_leads, vertical).swapaxes(2, 3)
    return crop(grad, axes)


def avg_pool2d(x, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True):
    """Return the mean of every window, channel by channel.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        The images.
    kernel_size : int or (int, int)
        Height and width of a window, in pixels.
    stride : int or (int, int), optional
        Step between windows, in pixels; by default the window's size.
    padding : int or (int, int), optional
        Zeros added on *each* side, at most half of the window.
    ceil_mode : bool, optional
        Round the number of windows up instead of down: the last ones may hang over the end, but
        start inside the image or the padding before it.
    count_include_pad : bool, optional
        Whether the zeros of the padding count in the mean's denominator. What hangs over the
        padding's end in `ceil_mode` never counts.

    Returns
    -------
    ndarray, shape (N, C, OH, OW)
        Same dtype and memory order as `x`; `output_size` gives OH and OW.

    Raises
    ------
    ValueError
        If `x` doesn't have four axes, a window doesn't fit the padded image, or a number is out
        of range.
    TypeError
        If an entry of `x` isn't a number, a length isn't an integer or a flag isn't a bool.

    References
    ----------
    LeCun et al., "Gradient-based learning applied to document recognition", 1998, Proc. IEEE
    86(11). Semantics as in ``torch.nn.functional.avg_pool2d``. Derived in chapter 9.

    Examples
    --------
    >>> x = np.array([[[[1.0, 4.0], [3.0, 0.0]]]])
    >>> avg_pool2d(x, 2)
    array([[[[2.]]]])
    >>> avg_pool2d(x, (1, 2), padding=(0, 1), count_include_pad=False)
    array([[[[1., 4.],
             [3., 0.]]]])
    """
    x = _checks.image_batch("x", x)
    axes = geometry(x, kernel_size, stride, padding, 1, ceil_mode)
    counts = _counts(axes, count_include_pad, x.dtype)
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which is the answer
        total = _reduce_windows(np.add, pad(x, axes, 0), axes)
        return total / counts


def avg_pool2d_backward(
    grad, x, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True
):
    """Return the gradient of a loss with respect to the input of `avg_pool2d`.

    Each window shares its gradient equally among its pixels.

    Parameters
    ----------
    grad : array_like, shape (N, C, OH, OW)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, C, H, W)
        The input of the forward pass; only its shape matters.
    kernel_size, stride, padding, ceil_mode, count_include_pad
        As in `avg_pool2d`.

    Returns
    -------
    ndarray, shape (N, C, H, W)
        Same dtype as `grad`. A pixel that lies in several windows gets the sum.

    Raises
    ------
    ValueError, TypeError
        As `avg_pool2d`, and if `grad` doesn't have the output's shape.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> avg_pool2d_backward([[[[4.0, 8.0]]]], np.zeros((1, 1, 2, 3)), 2, stride=1)
    array([[[[1., 3., 2.],
             [1., 3., 2.]]]])
    """
    x = _checks.image_batch("x", x)
    axes = vertical, horizontal = geometry(x, kernel_size, stride, padding, 1, ceil_mode)
    grad = _output_gradient(grad, x, axes)
    counts = _counts(axes, count_include_pad, grad.dtype)
    with np.errstate(invalid="ignore"):
        grad = grad / counts
        grad = _spread(_spread(grad, horizontal).swapaxes(2, 3), vertical).swapaxes(2, 3)
    return crop(grad, axes)


def _output_gradient(grad, x, axes):
    return _checks.array("grad", grad, shape=(*x.shape[:2], *(axis.outputs for axis in axes)))


def _reduce_windows(function, padded, axes):
    """Combine the pixels of each window by a function of two arrays such as `np.add`."""
    vertical, horizontal = axes
    columns = reduce(function, vertical.taps(padded.swapaxes(2, 3))).swapaxes(2, 3)
    return reduce(function, horizontal.taps(columns))


def _pixels(padded, axes):
    """Return, for each position in a window in row-major order, the pixels there."""
    vertical, horizontal = axes
    rows = vertical.taps(padded.swapaxes(2, 3))
    return [pixels for row in rows for pixels in horizontal.taps(row.swapaxes(2, 3))]


def _larger_real_part(a, b):
    return np.where((b.real > a.real) | np.isnan(b), b, a)


def _spread(grad, axis):
    """Give each window's gradient to all of its taps."""
    grad_x = room(grad, axis)
    for target in axis.taps(grad_x):
        add_to_taps(target, grad, axis)
    return grad_x


def _counts(axes, count_include_pad, dtype):
    """Return the denominator of every window, shape (OH, OW)."""
    count_include_pad = _checks.flag("count_include_pad", count_include_pad)
    lengths = []
    for axis in axes:
        start = np.arange(axis.outputs) * axis.stride - axis.padding
        stop = np.minimum(start + axis.size, axis.length + axis.padding)
        if not count_include_pad:
            start, stop = np.maximum(start, 0), np.minimum(stop, axis.length)
        lengths.append(stop - start)
    return np.multiply.outer(*lengths).astype(dtype)
