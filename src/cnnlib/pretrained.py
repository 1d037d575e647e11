"""The network of chapters 11 and 13, and the weights that chapter 13 trained."""

import numpy as np

from cnnlib.datasets import assets
from cnnlib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from cnnlib.recording import Recording

__all__ = ["lenet", "load_lenet", "load_run"]


def lenet(*, rng):
    """Return an untrained network for 28 × 28 digits: a small relative of LeNet-5.

    Two convolutions with 8 and 16 filters of 5 × 5, each followed by a 2 × 2 maximum and a
    ReLU, then one dense layer for ten classes. Pooling comes before ReLU, which changes no
    number (both keep the order of what they compare) and leaves ReLU a quarter of the pixels.

    Parameters
    ----------
    rng : numpy.random.Generator
        Draws the initial weights.

    Returns
    -------
    Sequential
        Takes images (N, 1, 28, 28) and returns logits (N, 10).

    Raises
    ------
    TypeError
        If `rng` is no generator.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to document
    recognition", Proceedings of the IEEE 86(11), 1998. Drawn in chapter 11, trained in
    chapter 13.

    Examples
    --------
    >>> import numpy as np
    >>> model = lenet(rng=np.random.default_rng(0))
    >>> list(model.layers)
    ['conv1', 'pool1', 'relu1', 'conv2', 'pool2', 'relu2', 'flatten1', 'linear1']
    >>> model.summary((1, 28, 28)).parameters
    5994
    """
    return Sequential(
        Conv2d(1, 8, 5, rng=rng),
        MaxPool2d(2),
        ReLU(),
        Conv2d(8, 16, 5, rng=rng),
        MaxPool2d(2),
        ReLU(),
        Flatten(),
        Linear(256, 10, gain=1, rng=rng),  # no ReLU follows, so He's factor of 2 isn't needed
    )


def load_lenet():
    """Return `lenet` with the weights that chapter 13 trained on MNIST.

    Returns
    -------
    Sequential
        It recognises at least 99 % of MNIST's test set. Each call makes a new network.

    References
    ----------
    The recipe is in chapter 13, the origin of the file in `assets/SOURCES.md`.

    Examples
    --------
    >>> from cnnlib import load_mnist_small
    >>> model, (x, y) = load_lenet(), load_mnist_small().test
    >>> model(x[:8]).argmax(axis=1)
    array([7, 2, 1, 0, 4, 1, 4, 9])
    >>> y[:8]
    array([7, 2, 1, 0, 4, 1, 4, 9])
    """
    model = lenet(rng=np.random.default_rng(0))
    model.load(assets() / "network" / "lenet.npz")
    return model


def load_run():
    """Return the recording of the training that made the weights of `load_lenet`.

    Returns
    -------
    Recording
        With 24 snapshots; the last one holds those weights in 8 bits. The confusion
        matrices are those of the first 2,000 validation images.

    References
    ----------
    Made in chapter 13.

    Examples
    --------
    >>> run = load_run()
    >>> run.total, len(run.steps), run.steps[:4]
    (3440, 24, [1, 12, 36, 73])
    >>> [round(run.accuracy()[k], 2) for k in (0, 3, -1)]
    [0.11, 0.89, 0.99]
    """
    return Recording.load(assets() / "network" / "run.npz", lenet(rng=np.random.default_rng(0)))
