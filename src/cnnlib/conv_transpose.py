"""The transposed convolution and its gradients.

A convolution is a linear map, ``y = C x``. The transposed convolution is its adjoint ``C^T``: it
runs from the side of the outputs to the side of the pixels, as gradients do. It is not an inverse
(chapter 7). The layout is NCHW.
"""

import numpy as np

from cnnlib import _checks
from cnnlib._correlate import correlate, correlate_with_gradient
from cnnlib._geometry import of_transposed
from cnnlib.conv import bias_gradient, input_gradient

__all__ = ["conv_transpose2d", "conv_transpose2d_backward"]


def conv_transpose2d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Apply the adjoint of a convolution to a batch of images.

    Each pixel of `x` adds its multiple of the kernel to the output, `stride` pixels after its
    neighbour's.

    Parameters
    ----------
    x : array_like, shape (N, C, H, W)
        A batch of images.
    weight : array_like, shape (C, F/groups, KH, KW)
        The filters of the convolution that is transposed: its outputs are the inputs here.
    bias : array_like, shape (F,), optional
        A number added to each channel of the result.
    stride, dilation : int or (int, int), optional
        Those of the convolution, vertical and horizontal, in pixels.
    padding : int, (int, int) or ((int, int), (int, int)), optional
        That of the convolution, which here is cropped: from every side, (vertical, horizontal), or
        ((top, bottom), (left, right)), in pixels.
    output_padding : int or (int, int), optional
        Rows and columns added at the end, in pixels: which of the sizes that the convolution maps
        to ``(H, W)`` is meant. Smaller than the stride or the dilation.
    groups : int, optional
        Number of groups of channels, as in `conv2d`.

    Returns
    -------
    ndarray, shape (N, F, OH, OW)
        In the common dtype of the arguments; integers become float64. ``OH = (H - 1)*stride - top
        - bottom + dilation*(KH - 1) + output_padding + 1``.

    Raises
    ------
    ValueError
        If shapes don't fit together, nothing is left of the output, or an argument is out of
        range.
    TypeError
        If an array is not numeric or an integer is not an integer.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016,
    arXiv:1603.07285, chapter 4. Semantics of ``torch.nn.functional.conv_transpose2d``. Derived in
    chapter 7.

    Examples
    --------
    >>> conv_transpose2d([[[[1.0, 10.0]]]], [[[[1.0, 2.0, 3.0]]]], stride=2)
    array([[[[ 1.,  2., 13., 20., 30.]]]])
    """
    x, weight, geometry = of_transposed(
        x, weight, stride, padding, output_padding, groups, dilation
    )
    out = input_gradient(x, weight, geometry)
    if bias is None:
        return out
    bias = _checks.array("bias", bias, shape=(out.shape[1],))
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which is the answer
        return out + bias[:, None, None]


def conv_transpose2d_backward(
    grad, x, weight, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Return the gradients of a loss with respect to the arguments of `conv_transpose2d`.

    Parameters
    ----------
    grad : array_like, shape (N, F, OH, OW)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, C, H, W)
        The images that went in.
    weight : array_like, shape (C, F/groups, KH, KW)
        The filters.
    stride, padding, output_padding, groups, dilation : optional
        As given to `conv_transpose2d`.

    Returns
    -------
    grad_x : ndarray, shape (N, C, H, W)
        The convolution of `grad`: the adjoint of the adjoint.
    grad_weight : ndarray, shape (C, F/groups, KH, KW)
        For each tap the sum over all images and positions of pixel times gradient.
    grad_bias : ndarray, shape (F,)
        The sum of the gradients of each channel.

    Raises
    ------
    ValueError, TypeError
        As `conv_transpose2d`, and if `grad` does not have the shape of the output.

    References
    ----------
    Derived in chapters 7 and 12.

    Examples
    --------
    >>> grads = conv_transpose2d_backward(
    ...     [[[[1.0, 0.0, 0.0, 0.0, 1.0]]]], [[[[1.0, 10.0]]]], [[[[1.0, 2.0, 3.0]]]], stride=2
    ... )
    >>> grads[0], grads[1], grads[2]
    (array([[[[1., 3.]]]]), array([[[[ 1.,  0., 10.]]]]), array([2.]))
    """
    x, weight, geometry = of_transposed(
        x, weight, stride, padding, output_padding, groups, dilation
    )
    shape = (len(x), weight.shape[1] * geometry.groups, *geometry.input)
    grad = _checks.array("grad", grad, shape=shape)
    grad_x = correlate(grad, weight, geometry)
    return grad_x, correlate_with_gradient(x, grad, geometry), bias_gradient(grad)
