"""Train a larger network on shifted digits for the patient; print accuracies and CPU seconds.

    python tools/mnist_long.py             # validation and test accuracy of three seeds
    python tools/mnist_long.py --tune      # validation only: the test set is not looked at

The recipe of chapter 13 with twice the filters, a hidden dense layer, half the weight decay,
sixteen epochs, and every image moved by up to two pixels each time it is seen. It was chosen by
the validation split alone. Seeds 0, 1 and 2 reached 99.46, 99.51 and 99.62 % of the test set.
BLAS gets one thread, so that CPU seconds are those of one core.
"""

import argparse
import statistics
from functools import partial

from mnist_seeds import train  # first: it sets what NumPy's BLAS reads when it is loaded

# isort: split
import numpy as np

import cnnlib
from cnnlib.layers import Layer

EPOCHS = 16
GOAL = 0.994


class RandomShift(Layer):
    """Move each training image by up to `reach` pixels; ``layer(x)`` leaves images alone.

    `fit` calls `forward`, which moves; `evaluate` and `predict` call the layer, which doesn't.
    The layer has to be the first, since it has no gradient.
    """

    def __init__(self, reach, *, rng):
        self.reach, self.rng = reach, rng

    def __call__(self, x):
        return x

    def forward(self, x):
        reach, (height, width) = self.reach, x.shape[2:]
        wide = np.pad(x, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
        moved = np.empty_like(x)
        for n, (i, j) in enumerate(self.rng.integers(0, 2 * reach + 1, (len(x), 2))):
            moved[n] = wide[n, :, i : i + height, j : j + width]
        return moved


def network(*, rng, reach=2):
    """Return a network of 80,202 parameters behind the random shift."""
    return cnnlib.Sequential(
        RandomShift(reach, rng=rng),
        cnnlib.Conv2d(1, 16, 5, rng=rng),
        cnnlib.MaxPool2d(2),
        cnnlib.ReLU(),
        cnnlib.Conv2d(16, 32, 5, rng=rng),
        cnnlib.MaxPool2d(2),
        cnnlib.ReLU(),
        cnnlib.Flatten(),
        cnnlib.Linear(512, 128, rng=rng),
        cnnlib.ReLU(),
        cnnlib.Linear(128, 10, gain=1, rng=rng),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tune", action="store_true", help="do not look at the test set")
    parser.add_argument("--seeds", type=int, default=3, help="how many, from 0 (default 3)")
    parser.add_argument("--epochs", type=int, default=EPOCHS, help=f"default {EPOCHS}")
    arguments = parser.parse_args()
    digits = cnnlib.load_mnist()
    parts = ("validation",) if arguments.tune else ("validation", "test")
    print("seed  " + "".join(f"{part:>12}" for part in parts) + "     CPU s")
    reached = []
    patient = partial(train, network=network, weight_decay=0.0005)
    for seed in range(arguments.seeds):
        model, seconds = patient(digits, seed, arguments.epochs)
        accuracies = [cnnlib.evaluate(model, getattr(digits, part)).accuracy for part in parts]
        reached.append(accuracies[-1])
        row = "".join(f"{100 * accuracy:>10.2f} %" for accuracy in accuracies)
        print(f"{seed:<6}{row}{seconds:>10.0f}", flush=True)
    median = statistics.median(reached)
    print(f"median of {parts[-1]}: {median:.2%}; the goal is {GOAL:.1%}")
    raise SystemExit(0 if median >= GOAL else "the goal was missed")


if __name__ == "__main__":
    main()
