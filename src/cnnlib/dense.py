"""The dense layer: every output is a weighted sum of every input."""

from cnnlib import _checks

__all__ = ["linear", "linear_backward"]


def linear(x, weight, bias=None):
    """Return ``x @ weight.T + bias``."""
    x, weight = _checks.array("x", x, ndim=2), _checks.array("weight", weight, ndim=2)
    if x.shape[1] != weight.shape[1]:
        raise ValueError(f"x has {x.shape[1]} features, weight expects {weight.shape[1]}")
    y = x @ weight.T
    if bias is not None:
        y = y + _checks.array("bias", bias, shape=(len(weight),))
    return y


def linear_backward(grad, x, weight):
    """Return the gradients of a loss with respect to `x`, `weight` and the bias of `linear`."""
    x, weight = _checks.array("x", x, ndim=2), _checks.array("weight", weight, ndim=2)
    grad = _checks.array("grad", grad, shape=(len(x), len(weight)))
    return grad @ weight, grad.T @ x, grad.sum(axis=0)
