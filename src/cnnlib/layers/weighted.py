"""The layers that learn: convolution and dense."""

import math

import numpy as np

from cnnlib import _checks
from cnnlib.conv import conv2d, conv2d_backward
from cnnlib.dense import linear, linear_backward
from cnnlib.layers.base import Layer, options, short
from cnnlib.parameter import Parameter

__all__ = ["Conv2d", "Linear"]

# A ReLU halves the mean square of a signal that is symmetric about zero (He et al. 2015).
HE_GAIN = math.sqrt(2)


class _Weighted(Layer):
    """A layer with a weight and, unless told otherwise, a bias."""

    def _initialise(self, shape, bias, gain, rng, dtype):
        rng = _checks.generator("rng", rng)
        dtype = _float_dtype(dtype)
        gain = _checks.number("gain", gain, minimum=0)
        deviation = gain / math.sqrt(math.prod(shape[1:]))
        self.weight = Parameter((deviation * rng.standard_normal(shape)).astype(dtype))
        bias = _checks.flag("bias", bias)
        self.bias = Parameter(np.zeros(shape[0], dtype)) if bias else None

    def named_parameters(self):
        if self.bias is None:
            return {"weight": self.weight}
        return {"weight": self.weight, "bias": self.bias}

    def _values(self):
        return self.weight.value, None if self.bias is None else self.bias.value

    def _keep(self, grad_x, grad_weight, grad_bias):
        self.weight.grad = grad_weight
        if self.bias is not None:
            self.bias.grad = grad_bias
        return grad_x


class Conv2d(_Weighted):
    """Convolution with learned filters.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input, and number of filters.
    kernel_size : int or (int, int)
        Height and width of the filters, in pixels.
    stride, padding, dilation, groups : optional
        As in `conv2d`.
    bias : bool, optional
        Whether each filter adds a number of its own.
    gain : float, optional
        The weights start normally distributed with standard deviation
        ``gain / sqrt(fan_in)``. The default √2 suits a layer that a ReLU follows.
    rng : numpy.random.Generator
        Draws the weights. Biases start at zero.
    dtype : {numpy.float32, numpy.float64}, optional
        Precision of the parameters.

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer, `groups` does not divide both channel counts,
        `bias` is not a bool, or `rng` or `dtype` is something else.

    References
    ----------
    He, Zhang, Ren and Sun, "Delving deep into rectifiers", ICCV 2015, section 2.2.
    Derived in chapters 8 and 13.

    Examples
    --------
    >>> layer = Conv2d(3, 8, 5, padding="same", rng=np.random.default_rng(0))
    >>> layer(np.zeros((1, 3, 28, 28), np.float32)).shape
    (1, 8, 28, 28)
    """

    kind = "conv"

    def __init__(
        self,
        in_channels,
        out_channels,
        kernel_size,
        *,
        stride=1,
        padding=0,
        dilation=1,
        groups=1,
        bias=True,
        gain=HE_GAIN,
        rng,
        dtype=np.float32,
    ):
        inputs = _checks.integer("in_channels", in_channels, minimum=1)
        filters = _checks.integer("out_channels", out_channels, minimum=1)
        kernel = _checks.pair("kernel_size", kernel_size, minimum=1)
        groups = _checks.integer("groups", groups, minimum=1)
        if inputs % groups or filters % groups:
            raise ValueError(
                f"groups must divide in_channels {inputs} and out_channels {filters}, got {groups}"
            )
        if isinstance(padding, str):
            _checks.choice("padding", padding, ("same", "valid"))
        else:
            padding = _checks.sides("padding", padding)
        self.geometry = {
            "stride": _checks.pair("stride", stride, minimum=1),
            "padding": padding,
            "dilation": _checks.pair("dilation", dilation, minimum=1),
            "groups": groups,
        }
        self._initialise((filters, inputs // groups, *kernel), bias, gain, rng, dtype)

    def __call__(self, x):
        return conv2d(x, *self._values(), **self.geometry)

    def gradient(self, grad, x, *, need_grad_x=True):
        weight = self.weight.value
        return self._keep(
            *conv2d_backward(grad, x, weight, **self.geometry, need_grad_x=need_grad_x)
        )

    def multiply_adds(self, output_shape):
        _, height, width = output_shape
        return height * width * self.weight.value.size

    def __repr__(self):
        filters, inputs, *kernel = self.weight.value.shape
        groups = self.geometry["groups"]
        return f"Conv2d({inputs * groups}, {filters}, {short(kernel)}{options(self.geometry)})"


class Linear(_Weighted):
    """Dense layer: each of its units adds up all inputs with weights of its own.

    Parameters
    ----------
    in_features, out_features : int
        Numbers of inputs and of units.
    bias : bool, optional
        Whether each unit adds a number of its own.
    gain : float, optional
        The weights start normally distributed with standard deviation
        ``gain / sqrt(in_features)``. The default √2 suits a layer that a ReLU follows;
        a smaller one before a softmax starts with probabilities that are nearly equal.
    rng : numpy.random.Generator
        Draws the weights. Biases start at zero.
    dtype : {numpy.float32, numpy.float64}, optional
        Precision of the parameters.

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer, `bias` is not a bool, or `rng` or `dtype` is
        something else.

    References
    ----------
    Derived in chapters 2 and 12.

    Examples
    --------
    >>> layer = Linear(784, 10, rng=np.random.default_rng(0))
    >>> layer(np.zeros((1, 784), np.float32)).shape
    (1, 10)
    """

    kind = "linear"

    def __init__(
        self,
        in_features,
        out_features,
        *,
        bias=True,
        gain=HE_GAIN,
        rng,
        dtype=np.float32,
    ):
        inputs = _checks.integer("in_features", in_features, minimum=1)
        units = _checks.integer("out_features", out_features, minimum=1)
        self._initialise((units, inputs), bias, gain, rng, dtype)

    def __call__(self, x):
        return linear(x, *self._values())

    def gradient(self, grad, x, *, need_grad_x=True):
        return self._keep(*linear_backward(grad, x, self.weight.value))

    def multiply_adds(self, output_shape):
        return self.weight.value.size

    def __repr__(self):
        units, inputs = self.weight.value.shape
        return f"Linear({inputs}, {units})"


def _float_dtype(dtype):
    try:
        result = None if dtype is None else np.dtype(dtype)  # NumPy takes None for float64
    except TypeError:
        result = None
    if result not in (np.float32, np.float64):
        raise ValueError(f"dtype must be float32 or float64, got {dtype!r}")
    return result
