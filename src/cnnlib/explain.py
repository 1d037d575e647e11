"""Looking into a trained network: what it computes on the way, and which pixels matter to it."""

import copy

import numpy as np

from cnnlib import _checks
from cnnlib.activations import softmax
from cnnlib.evaluation import predict
from cnnlib.layers import Sequential
from cnnlib.shapes import output_size

__all__ = ["feature_maps", "occlusion", "saliency"]


def feature_maps(model, x):
    """Return what every layer of a network makes of the images.

    Parameters
    ----------
    model : Sequential
        The network.
    x : array of shape (N, C, H, W)
        The images.

    Returns
    -------
    dict of str to ndarray
        The output of each layer by its name, in order; shapes (N, channels, height,
        width), then (N, features) after flattening.

    Raises
    ------
    TypeError, ValueError
        If `model` is no Sequential, or the images don't fit it.

    References
    ----------
    Used in chapters 11 and 13.

    Examples
    --------
    >>> from cnnlib import Conv2d, MaxPool2d
    >>> model = Sequential(Conv2d(1, 8, 5, rng=np.random.default_rng(0)), MaxPool2d(2))
    >>> maps = feature_maps(model, np.zeros((1, 1, 28, 28)))
    >>> {name: output.shape for name, output in maps.items()}
    {'conv1': (1, 8, 24, 24), 'pool1': (1, 8, 12, 12)}
    """
    return dict(_checked(model).trace(_checks.image_batch("x", x)))


def saliency(model, x, *, label=None):
    """Return how much each pixel changes the logit of a class: its gradient.

    Parameters
    ----------
    model : Sequential
        A classifier; it stays as it was.
    x : array of shape (N, C, H, W)
        The images.
    label : int or int array of shape (N,), optional
        The class whose logit is meant, for all images or for each; by default the one
        that the network recognises.

    Returns
    -------
    ndarray of shape (N, C, H, W)
        d logit / d pixel: positive where a brighter pixel speaks for the class.

    Raises
    ------
    TypeError, ValueError
        If `model` is no Sequential, the images don't fit it, or there is no such class.

    References
    ----------
    Simonyan, Vedaldi and Zisserman, "Deep inside convolutional networks: visualising
    image classification models and saliency maps", 2014, arXiv:1312.6034. Used in
    chapter 13.

    Examples
    --------
    >>> from cnnlib import Flatten, Linear
    >>> model = Sequential(Flatten(), Linear(4, 2, rng=np.random.default_rng(0)))
    >>> gradient = saliency(model, np.zeros((1, 1, 2, 2)), label=1)
    >>> np.array_equal(gradient.ravel(), model["linear1"].weight.value[1])
    True
    """
    x = _checks.image_batch("x", x)
    # A backward pass writes gradients and needs remembered inputs; the reader's stay untouched.
    model = copy.deepcopy(_checked(model))
    logits = model.forward(x)
    grad = np.zeros_like(logits)
    grad[np.arange(len(x)), _labels(label, logits)] = 1
    return model.backward(grad)


def occlusion(model, x, *, size, stride=1, fill=0.0, label=None):
    """Return how much the probability of a class falls when a square is covered up.

    Parameters
    ----------
    model : Sequential
        A classifier.
    x : array of shape (N, C, H, W)
        The images.
    size : int or (int, int)
        Height and width of the cover, in pixels.
    stride : int or (int, int), optional
        Step between its positions, in pixels.
    fill : float, optional
        Brightness of the cover.
    label : int or int array of shape (N,), optional
        The class that is meant, for all images or for each; by default the one that the
        network recognises in the whole image.

    Returns
    -------
    ndarray of shape (N, rows, columns)
        Entry ``[n, i, j]`` is the probability of the class in image n as it is, minus
        that with the cover's top left corner at ``(i*stride, j*stride)``.

    Raises
    ------
    TypeError, ValueError
        If `model` is no Sequential, the images don't fit it, the cover doesn't fit the
        images, or there is no such class.

    References
    ----------
    Zeiler and Fergus, "Visualizing and understanding convolutional networks", ECCV 2014,
    section 4.2. Used in chapter 13.

    Examples
    --------
    >>> from cnnlib import Flatten, Linear
    >>> model = Sequential(Flatten(), Linear(784, 10, rng=np.random.default_rng(0)))
    >>> occlusion(model, np.zeros((2, 1, 28, 28)), size=8, stride=4).shape
    (2, 6, 6)
    """
    x = _checks.image_batch("x", x)
    height, width = _checks.pair("size", size, minimum=1)
    down, right = _checks.pair("stride", stride, minimum=1)
    fill = _checks.number("fill", fill)
    if height > x.shape[2] or width > x.shape[3]:
        raise ValueError(f"size must be at most the images' {x.shape[2:]}, got {size}")
    rows = output_size(x.shape[2], height, stride=down)
    columns = output_size(x.shape[3], width, stride=right)
    logits = predict(_checked(model), x)
    images, labels = np.arange(len(x)), _labels(label, logits)
    drop = np.empty((len(x), rows, columns), logits.dtype)
    for i, j in np.ndindex(rows, columns):
        covered = x.copy()
        top, left = i * down, j * right
        covered[:, :, top : top + height, left : left + width] = fill
        drop[:, i, j] = softmax(predict(model, covered))[images, labels]
    return softmax(logits)[images, labels][:, None, None] - drop


def _checked(model):
    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {model!r}")
    return model


def _labels(label, logits):
    """Return the class of each image, by default the one with the largest logit."""
    if logits.ndim != 2:
        raise ValueError(f"model must end in logits (N, classes), got shape {logits.shape}")
    count, classes = logits.shape
    if label is None:
        return logits.argmax(axis=1)
    _checks.array("label", label)
    labels = np.asarray(label)
    if labels.dtype.kind not in "iu":
        raise TypeError(f"label must be an integer or an array of integers, got {label!r}")
    if labels.shape not in ((), (count,)):
        raise ValueError(f"label must be one integer or have shape ({count},), got {labels.shape}")
    if labels.min() < 0 or labels.max() >= classes:
        raise ValueError(f"label must lie between 0 and {classes - 1}, got {label!r}")
    return np.broadcast_to(labels, count)
