"""The functions between the layers, which have no parameters: ReLU, softmax and flattening."""

import math

import numpy as np

from cnnlib import _checks
from cnnlib._masks import select

__all__ = ["flatten", "flatten_backward", "relu", "relu_backward", "softmax"]


def relu(x):
    """Return each entry if it is positive, else 0.

    Parameters
    ----------
    x : array_like, any shape
        Complex entries are judged by their real part, so that the complex step of
        `check_gradient` passes through.

    Returns
    -------
    ndarray, same shape and dtype as `x`
        ``max(x, 0)``; NaN stays NaN.

    Raises
    ------
    ValueError, TypeError
        If `x` is not a rectangular array of numbers.

    References
    ----------
    Nair and Hinton, "Rectified linear units improve restricted Boltzmann machines", 2010, ICML.
    Used from chapter 8 on.

    Examples
    --------
    >>> relu([-1.0, 0.0, 2.0])
    array([0., 0., 2.])
    """
    x = _checks.array("x", x)
    if x.dtype.kind == "c":
        return np.where(x.real <= 0, x.dtype.type(0), x)
    return np.maximum(x, 0)


def relu_backward(grad, x):
    """Return the gradient of a loss with respect to the input of `relu`.

    The gradient passes where the input was positive. At 0, where `relu` has a corner, it is
    taken as 0, as in every framework.

    Parameters
    ----------
    grad : array_like, same shape as `x`
        Gradient of the loss with respect to the output.
    x : array_like, any shape
        The input of the forward pass.

    Returns
    -------
    ndarray, same shape as `x`, same dtype as `grad`
        `grad` where ``x > 0`` or `x` is NaN, else 0.

    Raises
    ------
    ValueError, TypeError
        If the shapes differ, or an argument is not a rectangular array of numbers.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> relu_backward([5.0, 6.0, 7.0], [-1.0, 0.0, 2.0])
    array([0., 0., 7.])
    """
    x = _checks.array("x", x)
    grad = _checks.array("grad", grad, shape=x.shape)
    return select(grad, ~(x.real <= 0))


def softmax(logits, *, axis=-1):
    """Return the probabilities that are proportional to the exponentials of the logits.

    Parameters
    ----------
    logits : array_like, any shape
        Scores on any scale: adding a number to all of them changes nothing.
    axis : int, optional
        The axis along which the probabilities add up to 1.

    Returns
    -------
    ndarray, same shape and dtype as `logits`
        ``exp(z) / sum(exp(z))``, computed from ``z - max(z)``, which cannot overflow. A NaN or
        +inf makes its whole row NaN; -inf has probability 0.

    Raises
    ------
    ValueError, TypeError
        If `logits` is not a rectangular array of numbers, or `axis` is not one of its axes.

    References
    ----------
    Bridle, "Probabilistic interpretation of feedforward classification network outputs", 1990.
    Derived in chapter 12.

    Examples
    --------
    >>> softmax([2.0, 1.0, 0.1]).round(4)
    array([0.659 , 0.2424, 0.0986])
    """
    logits = _checks.array("logits", logits)
    axis = _checks.integer("axis", axis)
    if not -logits.ndim <= axis < logits.ndim:
        raise ValueError(
            f"axis must be one of the {logits.ndim} axes of logits, got {axis} "
            f"(shape {logits.shape})"
        )
    if logits.size == 0:
        return logits.copy()
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which is the answer
        scaled = np.exp(logits - logits.real.max(axis=axis, keepdims=True))
        return scaled / scaled.sum(axis=axis, keepdims=True)


def flatten(x):
    """Return each image of a batch as one row of numbers.

    Parameters
    ----------
    x : array_like, shape (N, ...)
        A batch, for instance of images (N, C, H, W).

    Returns
    -------
    ndarray, shape (N, C*H*W)
        Same dtype, row-major; a view of `x` where its memory order permits.

    Raises
    ------
    ValueError, TypeError
        If `x` has fewer than two axes, or is not a rectangular array of numbers.

    References
    ----------
    What it discards is the subject of chapter 1.

    Examples
    --------
    >>> flatten(np.arange(8.0).reshape(1, 2, 2, 2))
    array([[0., 1., 2., 3., 4., 5., 6., 7.]])
    """
    x = _batch(x)
    return x.reshape(_flat_shape(x))


def flatten_backward(grad, x):
    """Return the gradient of a loss with respect to the input of `flatten`.

    Parameters
    ----------
    grad : array_like, shape (N, C*H*W)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, ...)
        The input of the forward pass; only its shape matters.

    Returns
    -------
    ndarray, same shape as `x`, same dtype as `grad`
        The same numbers; a view of `grad` where its memory order permits.

    Raises
    ------
    ValueError, TypeError
        If `grad` doesn't have the output's shape, or as `flatten`.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> flatten_backward([[1.0, 2.0]], np.zeros((1, 1, 2, 1)))
    array([[[[1.],
             [2.]]]])
    """
    x = _batch(x)
    return _checks.array("grad", grad, shape=_flat_shape(x)).reshape(x.shape)


def _batch(x):
    x = _checks.array("x", x)
    if x.ndim < 2:
        raise ValueError(f"x must have at least 2 axes (N, ...), got {x.ndim} (shape {x.shape})")
    return x


def _flat_shape(x):
    return len(x), math.prod(x.shape[1:])
