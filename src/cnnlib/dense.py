"""The dense layer: every output is a weighted sum of every input."""

import numpy as np

from cnnlib import _checks

__all__ = ["linear", "linear_backward"]


def linear(x, weight, bias=None):
    """Return weighted sums of the features of each row.

    Parameters
    ----------
    x : array_like, shape (N, in)
        A batch of feature vectors.
    weight : array_like, shape (out, in)
        One row of weights for each output.
    bias : array_like, shape (out,), optional
        Added to the sums.

    Returns
    -------
    ndarray, shape (N, out)
        ``x @ weight.T + bias``.

    Raises
    ------
    ValueError
        If the shapes don't fit each other.
    TypeError
        If an argument doesn't hold numbers.

    References
    ----------
    Derived in chapter 2. Semantics as in ``torch.nn.functional.linear``.

    Examples
    --------
    >>> linear([[1.0, 2.0]], [[3.0, 4.0], [5.0, 6.0], [7.0, 8.0]], [0.5, 0.0, -0.5])
    array([[11.5, 17. , 22.5]])
    """
    x, weight = _prepare(x, weight)
    if bias is not None:
        bias = _checks.array("bias", bias, shape=(len(weight),))
    with np.errstate(invalid="ignore"):  # 0 * inf is NaN, which is the answer
        y = x @ weight.T
        return y if bias is None else y + bias


def linear_backward(grad, x, weight):
    """Return the gradients of a loss with respect to the arguments of `linear`.

    Parameters
    ----------
    grad : array_like, shape (N, out)
        Gradient of the loss with respect to the output.
    x : array_like, shape (N, in)
        The input of the forward pass.
    weight : array_like, shape (out, in)
        The weights.

    Returns
    -------
    grad_x : ndarray, shape (N, in)
        ``grad @ weight``: each input collects from the outputs that it feeds.
    grad_weight : ndarray, shape (out, in)
        ``grad.T @ x``: a sum over the batch.
    grad_bias : ndarray, shape (out,)
        The sum of `grad` over the batch.

    Raises
    ------
    ValueError, TypeError
        If `grad` doesn't have the output's shape, or as `linear`.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> grad_x, grad_weight, grad_bias = linear_backward(
    ...     [[1.0, 10.0]], [[1.0, 2.0, 3.0]], [[1.0, 0.0, 2.0], [0.0, 1.0, 1.0]]
    ... )
    >>> grad_x
    array([[ 1., 10., 12.]])
    >>> grad_weight
    array([[ 1.,  2.,  3.],
           [10., 20., 30.]])
    >>> grad_bias
    array([ 1., 10.])
    """
    x, weight = _prepare(x, weight)
    grad = _checks.array("grad", grad, shape=(len(x), len(weight)))
    with np.errstate(invalid="ignore"):
        return grad @ weight, grad.T @ x, grad.sum(axis=0)


def _prepare(x, weight):
    x, weight = _checks.array("x", x, ndim=2), _checks.array("weight", weight, ndim=2)
    if x.shape[1] != weight.shape[1]:
        raise ValueError(
            f"x has {x.shape[1]} features, weight expects {weight.shape[1]} "
            f"(x {x.shape}, weight {weight.shape})"
        )
    return x, weight
