"""Measuring a network: loss, accuracy and which classes it confuses."""

from typing import NamedTuple

import numpy as np

from cnnlib import _checks
from cnnlib.layers import Layer
from cnnlib.losses import cross_entropy

MOST = 10_000  # classes; a confusion matrix of so many takes 800 MB

__all__ = ["Evaluation", "confusion_matrix", "evaluate", "predict"]


class Evaluation(NamedTuple):
    """Mean loss, and part of the images (0 to 1) whose largest logit is at their label."""

    loss: float
    accuracy: float


def predict(model, x, *, batch_size=256):
    """Return the network's output for many images, computed in batches.

    Parameters
    ----------
    model : Layer
        Usually a `Sequential`.
    x : array of shape (N, ...)
        The images.
    batch_size : int, optional
        How many to compute at a time; it bounds the memory, not the result.

    Returns
    -------
    ndarray of shape (N, classes)
        The logits; ``predict(model, x).argmax(axis=1)`` are the recognised classes.

    Raises
    ------
    TypeError, ValueError
        If there are no images, or the model doesn't take them.

    References
    ----------
    Used in chapter 13.

    Examples
    --------
    >>> from cnnlib import ReLU
    >>> predict(ReLU(), [[-1.0, 2.0], [3.0, -4.0]])
    array([[0., 2.],
           [3., 0.]])
    """
    check_model(model)
    x = _images("x", x)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    starts = range(0, len(x), batch_size)
    batches = (x[i : i + batch_size].astype(model.dtype, copy=False) for i in starts)
    return np.concatenate([model(batch) for batch in batches])


def evaluate(model, data, *, batch_size=256):
    """Return a classifier's mean cross-entropy and accuracy.

    Parameters
    ----------
    model : Layer
        Usually a `Sequential`.
    data : (x, y)
        Images (N, ...) and int labels (N,).
    batch_size : int, optional
        How many to compute at a time; it bounds the memory.

    Returns
    -------
    Evaluation
        ``loss`` and ``accuracy`` (0 to 1).

    Raises
    ------
    TypeError, ValueError
        If the data or the model don't fit each other.

    References
    ----------
    Used in chapter 13.

    Examples
    --------
    >>> from cnnlib import ReLU
    >>> result = evaluate(ReLU(), ([[0.0, 2.0], [3.0, 0.0], [1.0, 4.0]], [1, 0, 0]))
    >>> print(f"{result.accuracy:.3f}")
    0.667
    """
    x, y = check_data("data", data)
    logits = predict(model, x, batch_size=batch_size)
    # First the loss, whose checks say what is wrong with a model that is no classifier.
    loss = float(cross_entropy(logits, y))
    return Evaluation(loss, float(np.mean(logits.argmax(axis=1) == y)))


def confusion_matrix(labels, predictions, *, classes=None):
    """Count how often each class was taken for each class.

    Parameters
    ----------
    labels, predictions : int array of shape (N,)
        True and recognised classes, from 0.
    classes : int, optional
        Number of classes, at most 10,000; by default the largest number that occurs, plus 1.

    Returns
    -------
    int64 array of shape (classes, classes)
        Entry ``[i, j]`` counts the images of class ``i`` that were taken for ``j``: rows
        are the truth, the diagonal is what was right.

    Raises
    ------
    TypeError, ValueError
        If an array is not made of classes, or the two differ in length.

    References
    ----------
    Used in chapter 13.

    Examples
    --------
    >>> confusion_matrix([0, 0, 1, 2], [0, 1, 1, 0])
    array([[1, 1, 0],
           [0, 1, 0],
           [1, 0, 0]])
    """
    labels, predictions = _classes("labels", labels), _classes("predictions", predictions)
    if labels.shape != predictions.shape:
        raise ValueError(
            f"labels and predictions must be equally long, got {len(labels)} and {len(predictions)}"
        )
    found = int(max(labels.max(initial=-1), predictions.max(initial=-1))) + 1
    classes = (
        found if classes is None else _checks.integer("classes", classes, minimum=1, maximum=MOST)
    )
    if found > classes:
        raise ValueError(f"classes must be at least {found} for these labels, got {classes}")
    pairs = np.bincount(labels * classes + predictions, minlength=classes**2)
    return pairs.reshape(classes, classes)


def check_model(model):
    """Refuse what is no layer."""
    if not isinstance(model, Layer):
        raise TypeError(f"model must be a Sequential or another Layer, got {model!r}")


def check_data(name, data):
    """Return a pair (images, labels) as two arrays that fit each other."""
    if not isinstance(data, (tuple, list)) or len(data) != 2:
        raise TypeError(f"{name} must be a pair (x, y), got {type(data).__name__}")
    x, y = _images(f"x of {name}", data[0]), _classes(f"y of {name}", data[1])
    if len(x) != len(y):
        raise ValueError(f"{name} must hold a label for each image, got {len(x)} and {len(y)}")
    return x, y


def _images(name, x):
    # Large integer images are not turned into float64 as a whole, only batch by batch.
    x = x if isinstance(x, np.ndarray) else _checks.array(name, x)
    if x.dtype.kind not in "iuf":
        raise TypeError(f"{name} must hold real numbers, got dtype {x.dtype}")
    if x.ndim < 2 or len(x) == 0:
        raise ValueError(f"{name} must hold at least one image (N, ...), got shape {x.shape}")
    return x


def _classes(name, labels):
    _checks.array(name, labels)
    labels = np.asarray(labels)
    if labels.ndim != 1:
        raise ValueError(f"{name} must have shape (N,), got {labels.shape}")
    if labels.dtype.kind not in "iu":
        raise TypeError(f"{name} must hold integers, got dtype {labels.dtype}")
    outside = labels[(labels < 0) | (labels >= MOST)]
    if outside.size:
        raise ValueError(f"{name} must hold integers from 0 to {MOST - 1}, got {outside[0]}")
    return labels.astype(np.int64)
