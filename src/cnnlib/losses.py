"""The loss of a classifier: how surprised the model is by the correct labels."""

import numpy as np

from cnnlib import _checks

__all__ = ["cross_entropy", "cross_entropy_backward"]


def cross_entropy(logits, labels):
    """Return the mean of ``-log(probability of the label)`` over a batch.

    The probabilities are the `softmax` of the logits; they are never computed, because the
    logarithm of a tiny one would lose its digits.

    Parameters
    ----------
    logits : array_like, shape (N, classes)
        One row of scores for each image.
    labels : array_like of int, shape (N,)
        The correct classes, from 0 to ``classes - 1``.

    Returns
    -------
    scalar, same dtype as `logits`
        The loss, in nats. A model that knows nothing scores ``log(classes)``; NaN stays NaN.

    Raises
    ------
    ValueError
        If the shapes don't fit, the batch is empty or a label is out of range.
    TypeError
        If `logits` doesn't hold numbers or `labels` doesn't hold integers.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", 2016, section 6.2.2.3. Derived in
    chapter 12. Semantics as in ``torch.nn.functional.cross_entropy``.

    Examples
    --------
    >>> print(f"{cross_entropy([[2.0, 1.0, 0.1]], [0]):.4f}")
    0.4170
    """
    logits, labels = _prepare(logits, labels)
    with np.errstate(invalid="ignore"):  # inf - inf is NaN, which is the answer
        shifted = logits - logits.real.max(axis=1, keepdims=True)
        log_total = np.log(np.exp(shifted).sum(axis=1))
        return (log_total - shifted[np.arange(len(labels)), labels]).mean()


def cross_entropy_backward(logits, labels):
    """Return the gradient of `cross_entropy` with respect to the logits.

    The loss is where the chain rule starts, so there is no gradient to pass in: multiply the
    result by the weight of this loss if it is a term of a larger one.

    Parameters
    ----------
    logits : array_like, shape (N, classes)
        One row of scores for each image.
    labels : array_like of int, shape (N,)
        The correct classes, from 0 to ``classes - 1``.

    Returns
    -------
    ndarray, shape (N, classes)
        ``(softmax(logits) - one_hot(labels)) / N``; each row adds up to 0.

    Raises
    ------
    ValueError, TypeError
        As `cross_entropy`.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> cross_entropy_backward([[2.0, 1.0, 0.1]], [0]).round(4)
    array([[-0.341 ,  0.2424,  0.0986]])
    """
    logits, labels = _prepare(logits, labels)
    with np.errstate(invalid="ignore"):
        grad = np.exp(logits - logits.real.max(axis=1, keepdims=True))
        grad /= grad.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    grad /= len(labels)
    return grad


def _prepare(logits, labels):
    logits = _checks.array("logits", logits, ndim=2)
    n, classes = logits.shape
    if logits.size == 0:
        raise ValueError(
            f"logits must have at least one row and one class, got shape {logits.shape}"
        )
    _checks.array("labels", labels, shape=(n,))
    labels = np.asarray(labels)
    if labels.dtype.kind not in "iu":
        raise TypeError(
            f"labels must be integers from 0 to {classes - 1}, got dtype {labels.dtype}"
        )
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        raise ValueError(f"labels must lie between 0 and {classes - 1}, got {outside[0]}")
    return logits, labels
