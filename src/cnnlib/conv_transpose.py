"""The transposed convolution: the adjoint of `cnnlib.conv2d`, and its gradients."""

from cnnlib import _checks
from cnnlib.conv import Geometry, convolve, input_gradient, weight_gradient
from cnnlib.shapes import transposed_output_size


def conv_transpose2d(
    x, weight, bias=None, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Apply the adjoint of a convolution to a batch of images."""
    x, weight, geometry = _prepare(x, weight, stride, padding, output_padding, groups, dilation)
    out = input_gradient(x, weight, geometry)
    if bias is None:
        return out
    bias = _checks.array("bias", bias, shape=(out.shape[1],))
    return out + bias[:, None, None]


def conv_transpose2d_backward(
    grad, x, weight, *, stride=1, padding=0, output_padding=0, groups=1, dilation=1
):
    """Return the gradients of a loss with respect to the arguments of `conv_transpose2d`."""
    x, weight, geometry = _prepare(x, weight, stride, padding, output_padding, groups, dilation)
    shape = (len(x), weight.shape[1] * geometry.groups, *geometry.input)
    grad = _checks.array("grad", grad, shape=shape)
    grad_x = convolve(grad, weight, geometry)
    return grad_x, weight_gradient(x, grad, geometry), grad.sum(axis=(0, 2, 3))


def _prepare(x, weight, stride, padding, output_padding, groups, dilation):
    """Check the arguments and return the geometry of the convolution that is transposed."""
    x, weight = _checks.image_batch("x", x), _checks.array("weight", weight, ndim=4)
    groups = _checks.integer("groups", groups, minimum=1)
    if min(weight.shape) < 1:
        raise ValueError(f"weight must have no empty axis, got shape {weight.shape}")
    if len(weight) % groups:
        raise ValueError(
            f"groups must divide the {len(weight)} input channels of weight, got {groups}"
        )
    if x.shape[1] != len(weight):
        raise ValueError(
            f"input has {x.shape[1]} channels, weight expects {len(weight)} "
            f"(x {x.shape}, weight {weight.shape})"
        )
    kernel = weight.shape[2:]
    stride = _checks.pair("stride", stride, minimum=1)
    dilation = _checks.pair("dilation", dilation, minimum=1)
    padding = _checks.sides("padding", padding)
    output_padding = _checks.pair("output_padding", output_padding, minimum=0)
    size = tuple(
        transposed_output_size(n, k, stride=s, padding=p, output_padding=q, dilation=d)
        for n, k, s, p, q, d in zip(
            x.shape[2:], kernel, stride, padding, output_padding, dilation, strict=True
        )
    )
    return x, weight, Geometry(size, kernel, stride, padding, dilation, groups, x.shape[2:])
