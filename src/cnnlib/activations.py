"""The functions between the layers: ReLU, softmax and flattening."""

import numpy as np

from cnnlib import _checks

__all__ = ["flatten", "flatten_backward", "relu", "relu_backward", "softmax"]


def relu(x):
    """Return the positive part of every entry.

    Parameters
    ----------
    x : ndarray
        Any shape. Complex entries are kept where their real part is positive.

    Returns
    -------
    ndarray
        Same shape and dtype as `x`.
    """
    x = _checks.array("x", x)
    return np.where(x.real > 0, x, x.dtype.type(0)) if x.dtype.kind == "c" else np.maximum(x, 0)


def relu_backward(grad, x):
    """Return the gradient of a loss with respect to the input of `relu`."""
    x = _checks.array("x", x)
    grad = _checks.array("grad", grad, shape=x.shape)
    return grad * (x.real > 0)


def softmax(logits, *, axis=-1):
    """Return probabilities proportional to the exponentials of the logits."""
    logits = _checks.array("logits", logits)
    scaled = np.exp(logits - logits.real.max(axis=axis, keepdims=True))
    return scaled / scaled.sum(axis=axis, keepdims=True)


def flatten(x):
    """Return each image of a batch as one row: (N, C, H, W) becomes (N, C*H*W)."""
    x = _checks.array("x", x)
    return x.reshape(len(x), -1)


def flatten_backward(grad, x):
    """Return the gradient of a loss with respect to the input of `flatten`."""
    x = _checks.array("x", x)
    return _checks.array("grad", grad).reshape(x.shape)
