"""Train on the whole of MNIST with five seeds; print accuracies and CPU seconds.

    python tools/mnist_seeds.py            # validation and test accuracy of the two recipes
    python tools/mnist_seeds.py --tune     # validation only: the test set is not looked at

The recipes were chosen by the validation split alone. BLAS gets one thread, so that CPU
seconds (`time.process_time`, training only) are those of one core.
"""

import argparse
import os
import statistics
import time

# NumPy's BLAS reads these when it is loaded. The last two would hold it to an older processor.
os.environ.update({f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")})
for name in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):
    os.environ.pop(name, None)

import numpy as np  # noqa: E402

import cnnlib  # noqa: E402

RECIPES = (
    {"goal": 0.98, "budget": 5.0, "epochs": 1},
    {"goal": 0.99, "budget": 20.0, "epochs": 4},
)


def train(digits, seed, epochs, *, network=cnnlib.lenet, weight_decay=0.001):
    """Return a trained network and the CPU seconds that the training took."""
    rng = np.random.default_rng(seed)
    model = network(rng=rng)
    start = time.process_time()
    optimizer = cnnlib.SGD(
        model.parameters(), lr=0.1, momentum=0.9, nesterov=True, weight_decay=weight_decay
    )
    cnnlib.fit(
        model,
        digits.train,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=64,
        schedule=cnnlib.one_cycle(),
        rng=rng,
        progress=False,
    )
    return model, time.process_time() - start


def measure(digits, recipe, seeds, parts):
    """Print a table of the seeds with their medians."""
    epochs, goal, budget = recipe["epochs"], recipe["goal"], recipe["budget"]
    print(f"\nepochs: {epochs}; the goal is {goal:.0%} in {budget:.0f} s of CPU time")
    print("seed    " + "".join(f"{part:>12}" for part in parts) + "     CPU s")
    rows = []
    for seed in seeds:
        model, seconds = train(digits, seed, epochs)
        accuracies = [cnnlib.evaluate(model, getattr(digits, part)).accuracy for part in parts]
        rows.append([*accuracies, seconds])
        print(_line(seed, rows[-1]), flush=True)
    medians = [statistics.median(column) for column in zip(*rows, strict=True)]
    print(_line("median", medians))
    return medians[-2] >= goal and medians[-1] <= budget


def _line(name, row):
    *accuracies, seconds = row
    return f"{name:<8}" + "".join(f"{100 * a:>10.2f} %" for a in accuracies) + f"{seconds:>10.2f}"


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tune", action="store_true", help="do not look at the test set")
    parser.add_argument("--seeds", type=int, default=5, help="how many, from 0 (default 5)")
    arguments = parser.parse_args()
    print(f"NumPy {np.__version__}, one BLAS thread")
    digits = cnnlib.load_mnist()
    parts = ("validation",) if arguments.tune else ("validation", "test")
    reached = [measure(digits, recipe, range(arguments.seeds), parts) for recipe in RECIPES]
    raise SystemExit(0 if all(reached) else "a goal was missed")


if __name__ == "__main__":
    main()
