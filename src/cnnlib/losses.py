"""The loss of a classifier: cross-entropy of the softmax."""

import numpy as np

from cnnlib import _checks

__all__ = ["cross_entropy", "cross_entropy_backward"]


def cross_entropy(logits, labels):
    """Return the mean over the batch of −log of the probability given to the label."""
    logits, labels = _batch(logits, labels)
    shifted = logits - logits.real.max(axis=1, keepdims=True)
    log_total = np.log(np.exp(shifted).sum(axis=1))
    return (log_total - shifted[np.arange(len(labels)), labels]).mean()


def cross_entropy_backward(logits, labels):
    """Return the gradient of `cross_entropy` with respect to the logits: (p − onehot)/N."""
    logits, labels = _batch(logits, labels)
    grad = np.exp(logits - logits.real.max(axis=1, keepdims=True))
    grad /= grad.sum(axis=1, keepdims=True)
    grad[np.arange(len(labels)), labels] -= 1
    grad /= len(labels)
    return grad


def _batch(logits, labels):
    logits = _checks.array("logits", logits, ndim=2)
    labels = np.asarray(labels)
    n, classes = logits.shape
    if labels.shape != (n,):
        raise ValueError(f"labels must have shape ({n},), got {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must be integers from 0 to {classes - 1}, got {labels.dtype}")
    outside = labels[(labels < 0) | (labels >= classes)]
    if outside.size:
        raise ValueError(f"labels must lie between 0 and {classes - 1}, got {outside[0]}")
    return logits, labels
