"""The convolution of images and its gradients.

As in every framework, "convolution" means cross-correlation: the kernel is not flipped
(chapter 5). Layout is NCHW: ``x (N, C, H, W)``, ``weight (F, C/groups, KH, KW)``.
"""

from typing import NamedTuple

import numpy as np

from cnnlib import _checks
from cnnlib.shapes import output_size, same_padding


def conv2d(x, weight, bias=None, *, stride=1, padding=0, dilation=1, groups=1):
    """Convolve a batch of images with a bank of filters."""
    x, weight, geometry = _prepare(x, weight, stride, padding, dilation, groups)
    out = convolve(x, weight, geometry)
    if bias is None:
        return out
    return out + _checks.array("bias", bias, shape=(len(weight),))[:, None, None]


def convolve(x, weight, geometry):
    """Correlate each window of the padded input with every filter."""
    n, f = len(x), len(weight)
    groups, (height, width) = geometry.groups, geometry.output
    out = np.zeros((n, groups, f // groups, height, width), np.result_type(x, weight))
    for tap, window in _windows(_pad(x, geometry), weight, geometry):
        out += np.einsum("gfc,ngcij->ngfij", tap, window)
    return out.reshape(n, f, height, width)


def conv2d_backward(
    grad, x, weight, *, stride=1, padding=0, dilation=1, groups=1, need_grad_x=True
):
    """Return the gradients of a loss with respect to the arguments of `conv2d`."""
    x, weight, geometry = _prepare(x, weight, stride, padding, dilation, groups)
    n, f = len(x), len(weight)
    grad = _checks.array("grad", grad, shape=(n, f, *geometry.output))
    grad_x = input_gradient(grad, weight, geometry) if need_grad_x else None
    return grad_x, weight_gradient(grad, x, geometry), grad.sum(axis=(0, 2, 3))


def input_gradient(grad, weight, geometry):
    """Spread each output's gradient over the pixels that it saw."""
    n, f, height, width = grad.shape
    groups = geometry.groups
    (top, _), (left, _) = geometry.padding
    rows, columns = geometry.input
    shape = (n, groups * weight.shape[1], *geometry.padded)
    padded = np.zeros(shape, np.result_type(grad, weight))
    grad = grad.reshape(n, groups, f // groups, height, width)
    for tap, window in _windows(padded, weight, geometry):
        window += np.einsum("gfc,ngfij->ngcij", tap, grad)
    return padded[:, :, top : top + rows, left : left + columns]


def weight_gradient(grad, x, geometry):
    """Correlate the input with the output's gradient."""
    n, f, height, width = grad.shape
    groups = geometry.groups
    shape = (f, x.shape[1] // groups, *geometry.kernel)
    grad_weight = np.zeros(shape, np.result_type(grad, x))
    grad = grad.reshape(n, groups, f // groups, height, width)
    for tap, window in _windows(_pad(x, geometry), grad_weight, geometry):
        tap += np.einsum("ngfij,ngcij->gfc", grad, window)
    return grad_weight


class Geometry(NamedTuple):
    """The integers that fix a convolution; each pair is (vertical, horizontal), in pixels."""

    input: tuple
    kernel: tuple
    stride: tuple
    padding: tuple
    dilation: tuple
    groups: int
    output: tuple

    @property
    def padded(self):
        """Height and width of the padded input."""
        return tuple(n + sum(p) for n, p in zip(self.input, self.padding, strict=True))


def _prepare(x, weight, stride, padding, dilation, groups):
    """Check the arguments that forward and backward share."""
    x, weight = _checks.image_batch("x", x), _checks.array("weight", weight, ndim=4)
    groups = _checks.integer("groups", groups, minimum=1)
    if min(weight.shape) < 1:
        raise ValueError(f"weight must have no empty axis, got shape {weight.shape}")
    if len(weight) % groups:
        raise ValueError(f"groups must divide the {len(weight)} filters of weight, got {groups}")
    if x.shape[1] != weight.shape[1] * groups:
        raise ValueError(
            f"input has {x.shape[1]} channels, weight expects {weight.shape[1] * groups} "
            f"(x {x.shape}, weight {weight.shape}, groups {groups})"
        )
    kernel, input_ = weight.shape[2:], x.shape[2:]
    stride = _checks.pair("stride", stride, minimum=1)
    dilation = _checks.pair("dilation", dilation, minimum=1)
    padding = _padding(padding, input_, kernel, stride, dilation)
    output = tuple(
        output_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(input_, kernel, stride, padding, dilation, strict=True)
    )
    return x, weight, Geometry(input_, kernel, stride, padding, dilation, groups, output)


def _padding(padding, input_, kernel, stride, dilation):
    """Return any padding of `conv2d` as ((top, bottom), (left, right))."""
    if not isinstance(padding, str):
        return _checks.sides("padding", padding)
    if _checks.choice("padding", padding, ("same", "valid")) == "valid":
        return (0, 0), (0, 0)
    if stride != (1, 1):
        raise ValueError(
            f"padding='same' is defined for stride 1, got stride {stride}; "
            "cnnlib.same_padding gives TensorFlow's padding for a larger stride"
        )
    return tuple(
        same_padding(n, k, dilation=d) for n, k, d in zip(input_, kernel, dilation, strict=True)
    )


def _pad(x, geometry):
    if not any(map(sum, geometry.padding)):
        return x
    return np.pad(x, ((0, 0), (0, 0), *geometry.padding))


def _windows(padded, weight, geometry):
    """Yield each kernel tap (G, F/G, C/G) with the pixels (N, G, C/G, OH, OW) that it meets."""
    n, c, _, _ = padded.shape
    g = geometry.groups
    by_group = padded.reshape(n, g, c // g, *padded.shape[2:])
    taps = weight.reshape(g, -1, *weight.shape[1:])
    (height, width), (s, t), (d, e) = geometry.output, geometry.stride, geometry.dilation
    for u in range(weight.shape[2]):
        for v in range(weight.shape[3]):
            rows = slice(u * d, u * d + s * (height - 1) + 1, s)
            columns = slice(v * e, v * e + t * (width - 1) + 1, t)
            yield taps[..., u, v], by_group[..., rows, columns]
