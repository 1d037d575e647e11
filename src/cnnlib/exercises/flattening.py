"""The exercises of chapter 1, What flattening throws away."""

import numpy as np

from ._check import ArrayExercise, FunctionExercise, Mistake

PLACE = ArrayExercise(
    expected=[203, 12, 20],
    wanted="three numbers, [place, row, column]",
    why="Five full rows of 40 come before it, and three pixels; 500 is 12 rows of 40 and 20 more.",
    mistakes=(
        Mistake([143, 17, 24], "You cut the strip every 28 pixels. A row is as long as it has "
                "columns: 40."),
        Mistake([143, 12, 20], "The first number is off: five rows of 40 pixels come before it."),
        Mistake([203, 17, 24], "You cut the strip every 28 pixels on the way back: a row has 40."),
        Mistake([204, 12, 19], "You counted places from 1. Rows, columns and places start at 0."),
        Mistake([204, 12, 20], "You counted the first place from 1. Places start at 0."),
        Mistake([204, 13, 21], "You counted from 1. Rows, columns and places start at 0."),
        Mistake([203, 13, 21], "You counted the last two from 1. Rows and columns start at 0."),
        Mistake([163, 11, 19], "You counted from 1. Rows, columns and places start at 0."),
        Mistake([203, 20, 12], "Row and column of the pixel at place 500 are swapped."),
        Mistake([125, 12, 20], "You swapped row and column: it is row 5, column 3."),
        Mistake([89, 24, 17], "You wrote columns one after the other. Flattening takes the rows."),
        Mistake([203, 12.5, 20], "A row is a whole number: 500 / 40 has to be rounded down."),
        Mistake([203, 13, 20], "500 / 40 = 12.5 has to be rounded down, not up."),
        Mistake([203, 12, 0.5], "The column is the remainder of 500 / 40, in pixels."),
    ),
)  # fmt: skip

APART = ArrayExercise(
    expected=[1, 40, 41],
    wanted="three numbers, [right, below, below right]",
    why="One row down is one row's length further on, whatever the picture shows.",
    mistakes=(
        Mistake([1, 28, 29], "A row is as long as the picture has columns: 40, not 28."),
        Mistake([40, 1, 41], "You swapped right and below: the rows are kept in one piece."),
        Mistake([28, 1, 29], "You wrote columns one after the other. Flattening takes the rows."),
        Mistake([1, 1, 2], "These are steps in the picture. Asked for are steps in the strip."),
        *(
            Mistake(
                [1, 1, np.round(np.sqrt(2), digits)],
                "These are distances in the picture. Asked for are steps in the strip.",
            )
            for digits in (1, 2, 3, 12)
        ),
        Mistake([1, 40, 39], "The last is the pixel below *left*. Below right is one further on."),
        Mistake([1, 39, 40], "From a pixel to the one below it you pass 39 others: count the step "
                "onto it, too."),
        Mistake([0, 39, 40], "These are the pixels in between. Asked for are the steps."),
        Mistake([1, 41, 42], "One row is 40 pixels long, so 40 steps lead to the pixel below."),
        Mistake([1, -40, -39], "Below is a row with a larger number: rows are counted from the top "
                "down, so it comes later in the strip."),
        Mistake([1, -40, -41], "Below is a row with a larger number: rows are counted from the top "
                "down, so it comes later in the strip."),
        Mistake([1, 40, 80], "Below right is one row and one pixel further on."),
    ),
)  # fmt: skip

WEIGHTS = np.array([4.0, -1, 2, 5])
SHOWN = np.array([2, 0, 3, 1])

ALIKE = ArrayExercise(
    expected=WEIGHTS[SHOWN],
    wanted="four weights in a row",
    why="Each weight has gone where its pixel went, so the same four products are added.",
    mistakes=(
        Mistake(
            WEIGHTS[np.argsort(SHOWN)],
            "You moved the weights the other way. Place 0 shows pixel 2, so it takes pixel 2's "
            "weight.",
        ),
        Mistake(WEIGHTS, "The weights are where they were, but the pixels aren't."),
        Mistake(WEIGHTS[::-1], "You reversed the weights. The order to follow is [2, 0, 3, 1]."),
        Mistake(np.sort(WEIGHTS), "You sorted the weights. The order to follow is [2, 0, 3, 1]."),
        Mistake(SHOWN, "This is the order itself. Put the weights in that order."),
    ),
)


def unshuffle(y, shown):
    """Put the pixel at each place back to where it came from."""
    x = np.empty(y.size)
    x[shown] = y.ravel()
    return x.reshape(y.shape)


def _again(y, shown):
    return y.ravel()[shown].reshape(y.shape)


def _flat(y, shown):
    return unshuffle(y, shown).ravel()


def _columns(y, shown):
    return unshuffle(y.T, shown).T


def _turned(y, shown):
    return unshuffle(y, shown).reshape(y.shape[::-1])


def _cases():
    rng = np.random.default_rng(1)
    sizes = [(3, 5), (6, 4), (28, 20)]
    return tuple((rng.random(size).round(3), rng.permutation(size[0] * size[1])) for size in sizes)


UNSHUFFLE = FunctionExercise(
    reference=unshuffle,
    cases=_cases(),
    wanted="unshuffle(y, shown)",
    why="Every pixel is back: a shuffle that is known can be undone without a trace.",
    mistakes=(
        Mistake(
            _again,
            "You shuffled once more. `shown` says where each pixel comes *from*; now it has to go "
            "back there.",
        ),
        Mistake(_flat, "The pixels are in order again. Make rows and columns of the strip."),
        Mistake(_turned, "The pixels are in order, but the result's two sides are swapped."),
        Mistake(lambda y, shown: y, "This is the shuffled picture, unchanged."),
        Mistake(_columns, "You flattened by columns. The strip is made of rows."),
    ),
)

EXERCISES = {"1.1": PLACE, "1.2": APART, "1.3": ALIKE, "1.4": UNSHUFFLE}
