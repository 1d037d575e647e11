"""The network of chapters 11 and 13, and the weights that chapter 13 trained."""

import numpy as np

from cnnlib.datasets import assets
from cnnlib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential

__all__ = ["lenet", "load_lenet"]


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
