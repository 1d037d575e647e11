"""The layers that have nothing to learn: pooling, ReLU and flattening."""

from cnnlib import _checks
from cnnlib.activations import flatten, flatten_backward, relu, relu_backward
from cnnlib.layers.base import Layer, options, short
from cnnlib.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

__all__ = ["AvgPool2d", "Flatten", "MaxPool2d", "ReLU"]


class _Pool2d(Layer):
    kind = "pool"

    def __init__(self, kernel_size, **options):
        self.kernel_size = _checks.pair("kernel_size", kernel_size, minimum=1)
        if options["stride"] is not None:
            _checks.pair("stride", options["stride"], minimum=1)
        _checks.pair("padding", options["padding"], minimum=0)
        for name in {"ceil_mode", "count_include_pad"} & set(options):
            _checks.flag(name, options[name])
        self.options = options

    def __repr__(self):
        return f"{type(self).__name__}({short(self.kernel_size)}{options(self.options)})"


class MaxPool2d(_Pool2d):
    """Largest pixel of every window.

    Parameters
    ----------
    kernel_size, stride, padding, dilation, ceil_mode : optional
        As in `max_pool2d`.

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer, or `ceil_mode` not a bool.

    References
    ----------
    As `max_pool2d`. Used from chapter 1 on, built into a network in chapter 11.

    Examples
    --------
    >>> import numpy as np
    >>> MaxPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 5.,  7.],
           [13., 15.]])
    """

    def __init__(self, kernel_size, *, stride=None, padding=0, dilation=1, ceil_mode=False):
        _checks.pair("dilation", dilation, minimum=1)
        super().__init__(
            kernel_size, stride=stride, padding=padding, dilation=dilation, ceil_mode=ceil_mode
        )

    def __call__(self, x):
        return max_pool2d(x, self.kernel_size, **self.options)

    def gradient(self, grad, x, *, need_grad_x=True):
        return max_pool2d_backward(grad, x, self.kernel_size, **self.options)


class AvgPool2d(_Pool2d):
    """Mean of every window.

    Parameters
    ----------
    kernel_size, stride, padding, ceil_mode, count_include_pad : optional
        As in `avg_pool2d`.

    Raises
    ------
    TypeError, ValueError
        If a size is not a positive integer, or a flag not a bool.

    References
    ----------
    As `avg_pool2d`.

    Examples
    --------
    >>> import numpy as np
    >>> AvgPool2d(2)(np.arange(16.0).reshape(1, 1, 4, 4))[0, 0]
    array([[ 2.5,  4.5],
           [10.5, 12.5]])
    """

    def __init__(
        self, kernel_size, *, stride=None, padding=0, ceil_mode=False, count_include_pad=True
    ):
        super().__init__(
            kernel_size,
            stride=stride,
            padding=padding,
            ceil_mode=ceil_mode,
            count_include_pad=count_include_pad,
        )

    def __call__(self, x):
        return avg_pool2d(x, self.kernel_size, **self.options)

    def gradient(self, grad, x, *, need_grad_x=True):
        return avg_pool2d_backward(grad, x, self.kernel_size, **self.options)


class ReLU(Layer):
    """Positive part of every entry.

    References
    ----------
    As `relu`. Used from chapter 1 on.

    Examples
    --------
    >>> import numpy as np
    >>> ReLU()(np.array([-1.0, 2.0]))
    array([0., 2.])
    """

    kind = "relu"

    def __call__(self, x):
        return relu(x)

    def gradient(self, grad, x, *, need_grad_x=True):
        return relu_backward(grad, x)


class Flatten(Layer):
    """Each image of the batch as one row, for a dense layer.

    References
    ----------
    As `flatten`, the subject of chapter 1.

    Examples
    --------
    >>> import numpy as np
    >>> Flatten()(np.zeros((2, 16, 4, 4))).shape
    (2, 256)
    """

    kind = "flatten"

    def __call__(self, x):
        return flatten(x)

    def gradient(self, grad, x, *, need_grad_x=True):
        return flatten_backward(grad, x)
