"""The arithmetic of the shuffle lab: one fixed permutation, what it leaves alone, what it ruins."""

from functools import cache

import numpy as np

from ..conv import conv2d
from ..datasets import load_mnist_small
from ..layers import Flatten, Linear, Sequential
from ..optim import Adam
from ..train import fit

# What a neighbourhood of three by three pixels can tell, as weights of its nine pixels.
DETECTORS = {
    "mean of the nine pixels": np.full((3, 3), 1 / 9),
    "right column minus left": np.array([[-1, 0, 1]] * 3) / 3,
    "lower row minus upper": np.array([[-1, 0, 1]] * 3).T / 3,
}
STRONG = 0.1  # from this size on a detector is said to answer
WARM_UP = 12  # draws that let neighbouring seeds drift apart


def draws(seed):
    """Return a function that draws a whole number below `n`: the browser draws the same.

    >>> draw = draws(1)
    >>> [draw(10) for _ in range(6)]
    [5, 8, 2, 9, 8, 3]
    """
    state = seed

    def draw(n):
        nonlocal state
        state = (1_664_525 * state + 1_013_904_223) % 2**32
        return state * n // 2**32

    for _ in range(WARM_UP):
        draw(1)
    return draw


def permutation(n, count, seed):
    """Return which of n pixels is shown at each place when `count` of them are shuffled.

    A larger count only adds swaps to those of a smaller one, so that pixels move one after the
    other; with ``count = n`` every permutation is about equally likely.

    Parameters
    ----------
    n, count, seed : int
        Pixels in all, pixels that take part, and the number of the permutation.

    Returns
    -------
    int array of shape (n,)

    Examples
    --------
    >>> permutation(6, 0, 1), permutation(6, 6, 1)
    (array([0, 1, 2, 3, 4, 5]), array([5, 2, 1, 4, 0, 3]))
    """
    draw = draws(seed)
    order, shown = list(range(n)), list(range(n))
    for k in range(n - 1, 0, -1):
        r = draw(k + 1)
        order[k], order[r] = order[r], order[k]
    for k in range(count):
        a, b = order[k], order[draw(k + 1)]
        shown[a], shown[b] = shown[b], shown[a]
    return np.array(shown)


def shuffled_count(n, percent):
    """Return how many of n pixels a percentage is, halves rounded up.

    >>> shuffled_count(784, 50), shuffled_count(9, 50)
    (392, 5)
    """
    return int(n * percent / 100 + 0.5)


def neighbour_correlation(x):
    """Return how alike neighbouring pixels of a picture (H, W) are.

    The correlation over all pairs of pixels that lie side by side or one above the other: 1 if a
    pixel tells its neighbour, 0 if it tells nothing about it.

    >>> round(neighbour_correlation(np.outer(np.ones(4), [0.0, 0, 1, 1])), 3)
    0.714
    """
    one = np.concatenate([x[:, :-1].ravel(), x[:-1].ravel()])
    other = np.concatenate([x[:, 1:].ravel(), x[1:].ravel()])
    one, other = one - one.mean(), other - other.mean()
    return float((one * other).sum() / np.sqrt((one**2).sum() * (other**2).sum()))


def detect(x, detector):
    """Return what a detector says at every place of a picture (H, W): shape (H − 2, W − 2).

    >>> detect(np.arange(12.0).reshape(3, 4), "right column minus left")
    array([[2., 2.]])
    """
    return conv2d(x[None, None], DETECTORS[detector][None, None])[0, 0]


def answers(seen):
    """Return at how many places a detector answers: values beyond 0.1 on either side of 0.

    >>> answers(np.array([[0.0, -0.2], [0.1, 0.3]]))
    2
    """
    return int((np.abs(seen) > STRONG).sum())


@cache
def trained_layer():
    """Return a dense layer trained on 1,000 digits, its weights in 8 bits.

    Returns
    -------
    int8 array of shape (10, 784), float, float64 array of shape (10,)
        The weights are the first times the second; the third are the biases.
    """
    digits, rng = load_mnist_small(), np.random.default_rng(0)
    layer = Linear(784, 10, gain=0.1, rng=rng, dtype=np.float64)
    model = Sequential(Flatten(), layer)
    train = (digits.train.x.astype(np.float64), digits.train.y)
    adam = Adam(model.parameters(), lr=0.003)
    fit(model, train, optimizer=adam, epochs=10, batch_size=50, rng=rng, progress=False)
    scale = float(np.abs(layer.weight.value).max() / 127)
    weights = np.round(layer.weight.value / scale).astype(np.int8)
    return weights, scale, layer.bias.value.round(3)
