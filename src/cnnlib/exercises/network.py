"""The exercises of chapter 11, The complete network."""

import numpy as np

from ..shapes import conv_parameters, dense_parameters, multiply_adds
from ._check import ArrayExercise, FunctionExercise, Mistake

FLAT = 32 * 6 * 6
CONVOLUTIONS = conv_parameters(3, 16, 3) + conv_parameters(16, 32, 3)


def _with(length, convolutions=CONVOLUTIONS, *, bias=True):
    return [length, convolutions + dense_parameters(length, 10, bias=bias)]


WEIGHTS_ONLY = conv_parameters(3, 16, 3, bias=False) + conv_parameters(16, 32, 3, bias=False)

COUNTING = ArrayExercise(
    expected=_with(FLAT),
    wanted="two numbers, [length of the row, parameters]",
    why="32 → 30 → 15 → 13 → 6, so the row has 32·6·6 = 1,152 numbers; 448 + 4,640 + 11,530 "
    "= 16,618.",
    mistakes=(
        Mistake(
            _with(32 * 7 * 7),
            "13 pooled by 2 gives 6: the last row and column are dropped, not completed.",
        ),
        Mistake(
            _with(32 * 8 * 8),
            "Without padding a 3×3 convolution loses two pixels: 32 becomes 30, not 32.",
        ),
        Mistake(_with(6 * 6), "There are 32 maps of 6×6, and all of them go into the row."),
        Mistake(
            _with(FLAT, WEIGHTS_ONLY, bias=False),
            "Those are the weights alone. Filters and units have a bias each.",
        ),
        Mistake(
            _with(FLAT, conv_parameters(3, 16, 3) + conv_parameters(1, 32, 3)),
            "A filter of the second convolution has a kernel for each of the 16 maps below it.",
        ),
        Mistake(
            _with(FLAT, conv_parameters(1, 16, 3) + conv_parameters(16, 32, 3)),
            "A filter of the first convolution has a kernel for each of the three colours.",
        ),
        Mistake([FLAT, CONVOLUTIONS], "The dense layer is missing from the sum."),
        Mistake(
            [FLAT, dense_parameters(FLAT, 10)], "That is the dense layer. Add the convolutions."
        ),
    ),
)

FIRST = multiply_adds(3, 16, 3, input_size=32)
SECOND = multiply_adds(16, 32, 3, input_size=15)

COSTS = ArrayExercise(
    expected=[FIRST, SECOND, FLAT * 10],
    wanted="three numbers, [first convolution, second convolution, dense layer]",
    why="30·30·16·27, 13·13·32·144 and 1,152·10. The dense layer has the most parameters and by "
    "far the least work.",
    mistakes=(
        Mistake(
            [16 * 27, 32 * 144, FLAT * 10],
            "Those are the weights. In a convolution each of them works once at every place of "
            "the map.",
        ),
        Mistake(
            [32 * 32 * 16 * 27, 15 * 15 * 32 * 144, FLAT * 10],
            "Count the places of the output, 30×30 and 13×13, not those of the input.",
        ),
        Mistake(
            [15 * 15 * 16 * 27, 6 * 6 * 32 * 144, FLAT * 10],
            "You counted the places after pooling. The convolution has computed them all before.",
        ),
        Mistake(
            [30 * 30 * 16 * 28, 13 * 13 * 32 * 145, 1153 * 10],
            "You counted the biases. They are added, not multiplied.",
        ),
        Mistake(
            [30 * 30 * 27, 13 * 13 * 144, FLAT * 10],
            "That is one map of each convolution. There are 16 and 32.",
        ),
        Mistake(
            [30 * 30 * 16 * 9, 13 * 13 * 32 * 9, FLAT * 10],
            "A filter has a 3×3 kernel for each map that it reads, not one.",
        ),
    ),
)

LOGITS = 5 + np.log([6, 3, 1])
SHARES = np.array([0.6, 0.3, 0.1])

SOFTMAX = ArrayExercise(
    expected=SHARES,
    wanted="three probabilities",
    why="The powers are 6e⁵, 3e⁵ and e⁵, so the shares are 6 : 3 : 1. The 5 in every logit "
    "cancels.",
    mistakes=(
        Mistake(
            LOGITS / LOGITS.sum(),
            "You divided the logits by their sum. Softmax takes their powers of e first.",
        ),
        Mistake(
            np.exp(LOGITS), "Those are the powers. Divide by their sum, so that they add up to 1."
        ),
        Mistake([6, 3, 1], "Those are the right proportions. Divide by their sum."),
        Mistake([60, 30, 10], "Right in per cent; probabilities add up to 1."),
        Mistake(
            [1, 0, 0], "That is where the largest logit is. Softmax gives the others a share, too."
        ),
        Mistake(
            1 / (1 + np.exp(-LOGITS)),
            "You took each logit by itself, with the logistic function. The three must add to 1.",
        ),
    ),
)


def _partly(filters, kernel=9, *, bias=1):
    """Return the parameters of filters that are given as (how many, maps that each reads)."""
    return sum(count * (reads * kernel + bias) for count, reads in filters)


TABLE = ((4, 4), (5, 8), (1, 16))
PLACES = 20 * 20

PARTLY = ArrayExercise(
    expected=[_partly(TABLE), _partly(TABLE) * PLACES],
    wanted="two numbers, [parameters, connections]",
    why="4·37 + 5·73 + 1·145 = 658, and each of them is used at 400 places.",
    mistakes=(
        Mistake(
            [conv_parameters(16, 10, 3), conv_parameters(16, 10, 3) * PLACES],
            "That is the full layer, in which each of the ten filters reads all 16 maps.",
        ),
        Mistake(
            [_partly(TABLE, bias=0), _partly(TABLE, bias=0) * PLACES],
            "Each filter has a bias, and a connection to it at every place.",
        ),
        Mistake(
            [_partly(TABLE), _partly(TABLE, bias=0) * PLACES],
            "The parameters are right. The bias counts as a connection as well, at every place.",
        ),
        Mistake(
            [_partly(TABLE), _partly(TABLE) * 22 * 22],
            "The parameters are right. Count the places of the output, 20×20.",
        ),
        Mistake(
            [_partly(TABLE), _partly(TABLE)],
            "Shared weights: one parameter makes a connection at each of the 400 places.",
        ),
        Mistake(
            [_partly(TABLE), _partly(TABLE) * PLACES * 10],
            "The parameters of all ten filters are in the first number already; multiply by the "
            "places only.",
        ),
        Mistake(
            [10 * 28 * 9 + 10, (10 * 28 * 9 + 10) * PLACES],
            "4, 8 and 16 are the maps that single filters read; multiply each by how many filters "
            "do.",
        ),
    ),
)


def partial_sums(x, w, i, j):
    """Return what each map adds to the unit in row i, column j: window times kernel, summed.

    >>> x = np.arange(12.0).reshape(1, 3, 4)
    >>> partial_sums(x, np.ones((1, 2, 2)), 1, 2)
    array([34.])
    """
    _, rows, cols = w.shape
    return (x[:, i : i + rows, j : j + cols] * w).sum(axis=(1, 2))


def _total(x, w, i, j):
    return partial_sums(x, w, i, j).sum()


def _flipped(x, w, i, j):
    return partial_sums(x, w[:, ::-1, ::-1], i, j)


def _swapped(x, w, i, j):
    return partial_sums(x, w, j, i)


def _centred(x, w, i, j):
    _, rows, cols = w.shape
    return partial_sums(x, w, i - rows // 2, j - cols // 2)


def _inner(x, w, i, j):
    _, rows, cols = w.shape
    return (x[:, i : i + rows, j : j + cols] * w).sum(axis=0)


def _everywhere(x, w, i, j):
    return np.array([partial_sums(x, kernel, i, j).sum() for kernel in w[:, None]])


def _cases():
    rng = np.random.default_rng(11)
    sizes = (
        ((3, 7, 9), (3, 2, 3), 4, 5),
        ((5, 8, 6), (5, 3, 2), 2, 3),
        ((1, 6, 9), (1, 4, 2), 2, 4),
    )
    return tuple(
        (rng.integers(-4, 5, x).astype(float), rng.integers(-4, 5, w).astype(float), i, j)
        for x, w, i, j in sizes
    )


SUMS = FunctionExercise(
    reference=partial_sums,
    cases=_cases(),
    wanted="partial_sums(x, w, i, j)",
    why="A window of each map, times the kernel for that map, summed over its rows and columns; "
    "the maps stay apart.",
    mistakes=(
        Mistake(_total, "You summed over the maps as well. Asked for is one number for each map."),
        Mistake(_inner, "You summed over the maps. Sum over the rows and columns of the window."),
        Mistake(_flipped, "The kernels are flipped. Lay them on as they are."),
        Mistake(_swapped, "You took i for the column and j for the row."),
        Mistake(
            _centred,
            "Your window has its centre at [i, j]. Without padding the window of the unit [i, j] "
            "begins there.",
        ),
        Mistake(
            _everywhere,
            "Each kernel met all maps. Kernel number c belongs to map number c alone.",
        ),
    ),
)

EXERCISES = {"11.1": COUNTING, "11.2": COSTS, "11.3": SOFTMAX, "11.4": PARTLY, "11.5": SUMS}
