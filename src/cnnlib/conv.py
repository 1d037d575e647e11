"""The convolution of images and its gradients.

As in every framework, "convolution" means cross-correlation: the kernel is not flipped
(chapter 5). The layout is NCHW. What is called a window below is the pixels of the padded image
that lie under the taps of the kernel at one of its positions.
"""

from itertools import product

import numpy as np

from cnnlib import _checks
from cnnlib._correlate import correlate, correlate_with_gradient
from cnnlib._geometry import Geometry, of_convolution, phases

__all__ = ["conv2d", "conv2d_backward"]


def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Slide a bank of filters over a batch of images.

    ``y[n,f,i,j] = bias[f] + sum over c, u, v of weight[f,c,u,v] * xp[n,c, s*i + d*u, t*j + e*v]``
    with the padded image ``xp``, strides ``s, t`` and dilations ``d, e``.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        A batch of images.
    weight : array_like, shape (F, C/groups, KH, KW)
        One kernel for each filter and channel.
    bias : array_like, shape (F,), optional
        A number added to each output of a filter.
    stride, dilation : int or (int, int), optional
        Step between windows and spacing between kernel taps, vertical and horizontal, in pixels.
        A dilation of 1 means contiguous taps.
    padding : int, (int, int), ((int, int), (int, int)), "same" or "valid", optional
        Zeros around the images, in pixels: on every side, (vertical, horizontal), or
        ((top, bottom), (left, right)). "valid" adds none. "same" keeps the images' size; it needs
        stride 1 and puts the extra pixel of an even kernel after the image.
    groups : int, optional
        Number of groups of channels; filters of the first group see the first channels only, and
        so on. With as many groups as channels the convolution is called depthwise.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)
        In the common dtype of the arguments; integers become float64. In memory the channels may
        come last, which only matters to code that asks for contiguous rows.

    Raises
    ------
    ValueError
        If shapes don't fit together, the kernel is larger than the padded image, or an argument
        is out of range.
    TypeError
        If an array is not numeric or an integer is not an integer.

    Notes
    -----
    NaN and infinities reach the outputs whose windows they lie in. Kernels of 11x11 and more may
    be applied by Fourier transforms, whose rounding errors scale with the largest output.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016,
    arXiv:1603.07285. Semantics of ``torch.nn.functional.conv2d``. Derived in chapters 5 to 8.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> weight = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
    >>> conv2d(x, weight)
    array([[[[19., 25.],
             [37., 43.]]]])
    """
    x, weight, geometry = of_convolution(x, weight, stride, padding, dilation, groups)
    if bias is not None:
        bias = _checks.array("bias", bias, shape=(len(weight),))
    return correlate(x, weight, geometry, bias)


def conv2d_backward(
    grad, x, weight, *, stride=1, padding=0, dilation=1, groups=1, need_grad_x=True
):
    """Return the gradients of a loss with respect to the arguments of `conv2d`.

    Parameters
    ----------
    grad : array_like, shape (N, F, OH, OW)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, C, H, W)
        The images that went in.
    weight : array_like, shape (F, C/groups, KH, KW)
        The filters.
    stride, padding, dilation, groups : optional
        As given to `conv2d`.
    need_grad_x : bool, optional
        False saves the work for images whose gradient nobody asks for, such as a network's input.

    Returns
    -------
    grad_x : ndarray, shape (N, C, H, W), or None
        Each output's gradient, spread over the pixels of its window by the weights. Pixels that
        no window meets get 0.
    grad_weight : ndarray, shape (F, C/groups, KH, KW)
        For each tap the sum over all images and windows of gradient times pixel.
    grad_bias : ndarray, shape (F,)
        The sum of the gradients of each filter.

    Raises
    ------
    ValueError, TypeError
        As `conv2d`, and if `grad` does not have the shape of the output.

    Notes
    -----
    Complex arguments are not conjugated, as the complex step wants it: these are derivatives of
    an analytic loss. A weight that is not finite may make any entry of `grad_x` NaN.

    References
    ----------
    Derived in chapter 12. Same values as PyTorch's autograd for real arguments.

    Examples
    --------
    >>> x = np.arange(9.0).reshape(1, 1, 3, 3)
    >>> weight = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
    >>> grad_x, grad_weight, grad_bias = conv2d_backward([[[[1.0, 2.0], [3.0, 4.0]]]], x, weight)
    >>> grad_x
    array([[[[ 0.,  1.,  2.],
             [ 2., 10., 10.],
             [ 6., 17., 12.]]]])
    >>> grad_weight, grad_bias
    (array([[[[27., 37.],
              [57., 67.]]]]), array([10.]))
    """
    x, weight, geometry = of_convolution(x, weight, stride, padding, dilation, groups)
    grad = _checks.array("grad", grad, shape=(len(x), len(weight), *geometry.output))
    need_grad_x = _checks.flag("need_grad_x", need_grad_x)
    grad_x = input_gradient(grad, weight, geometry) if need_grad_x else None
    return grad_x, correlate_with_gradient(grad, x, geometry), bias_gradient(grad)


def input_gradient(grad, weight, geometry):
    """Spread each output's gradient over its window: the adjoint of the convolution.

    Which outputs did a pixel touch? Going up in pixels under one tap, the output's number goes up;
    going up in taps at one pixel, it goes down. So the gradients that meet at a pixel are a window
    of `grad`, and their weights are the kernel rotated by half a turn, with the roles of channels
    and filters exchanged. A stride splits the pixels into phases that meet different taps.
    """
    f, c, kh, kw = weight.shape
    g = geometry.groups
    filters = weight.reshape(g, f // g, c, kh, kw).swapaxes(1, 2).reshape(g * c, f // g, kh, kw)
    parts = list(product(phases(geometry, 0), phases(geometry, 1)))
    everything = tuple(slice(0, n, 1) for n in geometry.input)
    if [(rows.pixels, columns.pixels) for rows, columns in parts] == [everything]:
        return _phase_gradient(grad, filters, g, *parts[0])
    grad_x = np.zeros((len(grad), g * c, *geometry.input), np.result_type(grad, weight))
    for rows, columns in parts:
        values = _phase_gradient(grad, filters, g, rows, columns)
        grad_x[:, :, rows.pixels, columns.pixels] = values
    return grad_x


def _phase_gradient(grad, filters, groups, rows, columns):
    rotated = filters[:, :, rows.taps, columns.taps][:, :, ::-1, ::-1]
    geometry = Geometry(
        input=grad.shape[2:],
        kernel=rotated.shape[2:],
        stride=(1, 1),
        padding=(rows.padding, columns.padding),
        dilation=(rows.dilation, columns.dilation),
        groups=groups,
        output=(rows.count, columns.count),
    )
    return correlate(grad, rotated, geometry)


def bias_gradient(grad):
    """Add up the gradient of each filter's outputs."""
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which is the answer
        # Images first: they are long rows, however the channels lie in memory.
        return grad.sum(axis=0).sum(axis=(1, 2))
