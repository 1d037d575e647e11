"""The exercises of chapter 3, Two principles: locality and translation."""

from dataclasses import dataclass

import numpy as np

from ..shapes import conv_parameters, dense_parameters, locally_connected_parameters
from ._check import ArrayExercise, FunctionExercise, Mistake


def _circulant(row):
    """Return the matrix whose every row is the one above, moved right by one."""
    return np.array([np.roll(row, shift) for shift in range(len(row))])


ROW = np.array([5.0, -1, 0, 2])

ROWS = ArrayExercise(
    expected=_circulant(ROW),
    wanted="4 rows of 4 numbers",
    why="Each row is the one above, moved right by one; what leaves on the right comes back on "
    "the left.",
    mistakes=(
        Mistake(
            [np.roll(ROW, -shift) for shift in range(4)],
            "Your rows move to the left. The window of output 1 lies one place further right.",
        ),
        Mistake(
            np.triu(_circulant(ROW)),
            "On a circle nothing is lost: what leaves on the right comes back on the left.",
        ),
        Mistake(np.tile(ROW, (4, 1)), "All outputs would be equal. The weights move along."),
        Mistake(
            _circulant(ROW).T,
            "5 −1 0 2 stands in your first column. It is the first row.",
        ),
        Mistake(
            [[ROW[abs(j - i)] for j in range(4)] for i in range(4)],
            "Your matrix is symmetric. One place to the left is another offset than one to the "
            "right, and has a weight of its own.",
        ),
    ),
)

_GRID = {"input_size": (20, 30), "padding": (1, 2)}


def _counts(*, bias):
    return [
        dense_parameters(600, 600, bias=bias),
        conv_parameters(1, 1, (20, 30), bias=bias),
        locally_connected_parameters(1, 1, (3, 5), **_GRID, bias=bias),
        conv_parameters(1, 1, (3, 5), bias=bias),
    ]


DENSE, SHARED, LOCAL, BOTH = _counts(bias=False)

COUNTS = ArrayExercise(
    expected=_counts(bias=False),
    wanted="four numbers, [dense, translation only, locality only, both]",
    why="600·600; one weight for each offset on the torus, 20·30; a window of 3·5 for each of 600 "
    "outputs; one window of 3·5 for all.",
    mistakes=(
        Mistake(_counts(bias=True), "These numbers contain the biases; asked for are the weights."),
        Mistake([DENSE, LOCAL, SHARED, BOTH], "You swapped the two in the middle."),
        Mistake(
            [DENSE, SHARED, BOTH, BOTH],
            "With locality alone nothing is shared: each of the 600 outputs has its own window.",
        ),
        Mistake(
            [DENSE, BOTH, LOCAL, BOTH],
            "With translation alone the window is as large as the picture.",
        ),
        Mistake(
            [DENSE, DENSE, LOCAL, BOTH],
            "Translation shares: a weight depends on the offset alone, and there are 600 offsets.",
        ),
        Mistake(
            [DENSE, SHARED, 18 * 26 * BOTH, BOTH],
            "You counted only windows that lie inside. On the torus there is one for every output.",
        ),
        Mistake(
            [DENSE, 39 * 59, LOCAL, BOTH],
            "Those are the offsets without a torus. On it, 19 down and 1 up are the same.",
        ),
    ),
)

MATRIX = np.array([[3.0, 1, 8], [2, 0, 4], [7, 5, 3]])
_MEANS = [np.mean([MATRIX[i, (i + a) % 3] for i in range(3)]) for a in range(3)]
_ANTI = [np.mean([MATRIX[i, (a - i) % 3] for i in range(3)]) for a in range(3)]

NEAREST = ArrayExercise(
    expected=_circulant(_MEANS),
    wanted="3 rows of 3 numbers",
    why="The wrapped diagonals are 3 0 3, 1 4 7 and 8 2 5, with means 2, 4 and 5.",
    mistakes=(
        Mistake(_MEANS, "That is the first row. The others follow from it."),
        Mistake(
            [[_ANTI[(i + j) % 3] for j in range(3)] for i in range(3)],
            "You averaged from the upper right to the lower left. A window moves down and right.",
        ),
        Mistake(
            [[2, 2.5, 8], [3.5, 2, 2.5], [7, 3.5, 2]],
            "Your diagonals stop at the border. On a circle they go on at the other side.",
        ),
        Mistake(_circulant(MATRIX[0]), "You took the first row for all. Average over all rows."),
        Mistake(_circulant(_MEANS).T, "The right numbers, but your rows move to the left."),
        Mistake(np.full((3, 3), MATRIX.mean()), "You averaged over all. Keep the diagonals apart."),
        Mistake(np.tile(MATRIX.mean(0), (3, 1)), "You averaged the columns, not the diagonals."),
        Mistake(
            np.tile(MATRIX.mean(1)[:, None], (1, 3)), "You averaged the rows, not the diagonals."
        ),
    ),
)


@dataclass(frozen=True)
class _Choice(ArrayExercise):
    """An exercise whose answer is a choice of numbers, in any order; a set will do, too."""

    def judge(self, answer):
        """Return the verdict on an answer of any kind."""
        if isinstance(answer, np.ndarray) and answer.ndim == 1:
            answer = answer.tolist()
        if isinstance(answer, set | frozenset):
            answer = list(answer)
        if isinstance(answer, list | tuple) and all(isinstance(entry, int) for entry in answer):
            answer = sorted(set(answer))
        return super().judge(answer)


def _without(number):
    """Return the right choice of exercise 3.4 without one of its numbers."""
    return [other for other in (1, 4, 6, 7) if other != number]


WHICH = _Choice(
    expected=[1, 4, 6, 7],
    wanted="a list of the operations' numbers",
    why="Each of them does the same at every place. Sorting is invariant, a mirror turns the shift "
    "round, and 5 asks where it is.",
    mistakes=(
        Mistake([4], "It need not be a convolution. What is not linear can be equivariant, too."),
        Mistake(
            [4, 6], "These are the linear ones. What is not linear can be equivariant as well."
        ),
        Mistake(
            [1, 2, 4, 6, 7],
            "Sorting gives the same list after a shift: it is invariant, and its output stays "
            "where it is.",
        ),
        Mistake(
            [1, 3, 4, 6, 7],
            "Mirrored, a shift to the right becomes a shift to the left: 3 goes the wrong way.",
        ),
        Mistake([1, 4, 5, 6, 7], "5 multiplies by the place, so a shifted input is weighted anew."),
        Mistake(_without(6), "The mean of 6 doesn't change under a shift, so 6 moves along."),
        Mistake(
            _without(7),
            "7 is not linear, but it does the same at every place: try it with a shifted input.",
        ),
        Mistake(
            _without(1),
            "1 is not linear, but it does the same at every place: try it with a shifted input.",
        ),
        Mistake(
            _without(4),
            "4 reads two places further on, at every place alike: it is even a convolution.",
        ),
        Mistake([1, 4], "Two more do the same at every place. Try each with a shifted input."),
        Mistake([2, 3, 5], "These are the three that are not."),
        Mistake([2], "That one is invariant: its output stays where it is."),
    ),
)


def _kernel_of(W):
    n, m = W.shape[:2]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i + a) % n, (j + b) % m].mean((0, 1))


def _one_output(W):
    return W[0, 0]


def _summed(W):
    return _kernel_of(W) * W[..., 0, 0].size


def _backwards(W):
    n, m = W.shape[:2]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i - a) % n, (j - b) % m].mean((0, 1))


def _unmoved(W):
    return W.mean((0, 1))


def _over_inputs(W):
    return W.mean((2, 3))


def _sides_swapped(W):
    """Count rows modulo the columns' number, and columns modulo the rows', as far as that goes."""
    n, m = W.shape[:2]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i + a) % m, (j + b) % n].mean((0, 1))


def _rows_alone(W):
    """Count both modulo the number of rows."""
    n = W.shape[0]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i + a) % n, (j + b) % n].mean((0, 1))


def _columns_alone(W):
    """Count both modulo the number of columns."""
    m = W.shape[1]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i + a) % m, (j + b) % m].mean((0, 1))


def _not_round(W):
    """Count beyond the border, where there is nothing."""
    i, j, a, b = np.indices(W.shape)
    return W[i, j, i + a, j + b].mean((0, 1))


def _offsets_swapped(W):
    n, m = W.shape[:2]
    i, j, a, b = np.indices(W.shape)
    return W[i, j, (i + b) % n, (j + a) % m].mean((0, 1))


def _flat(W):
    """Average along the diagonals of the matrix, as on a circle of n·m places."""
    n, m = W.shape[:2]
    size = n * m
    M, i = W.reshape(size, size), np.arange(size)
    return np.reshape([M[i, (i + a) % size].mean() for a in range(size)], (n, m))


def _centred(W):
    n, m = W.shape[:2]
    return np.roll(_kernel_of(W), (n // 2, m // 2), (0, 1))


def _cut_off(W):
    """Leave out the pairs that meet across the border, and average the rest."""
    n, m = W.shape[:2]
    kernel = np.zeros((n, m))
    for a in range(n):
        for b in range(m):
            pairs = [W[i, j, i + a, j + b] for i in range(n - a) for j in range(m - b)]
            kernel[a, b] = np.mean(pairs)
    return kernel


def _cut_short(W):
    """Leave out the pairs that meet across the border, but divide by all."""
    n, m = W.shape[:2]
    kernel = np.zeros((n, m))
    for a in range(n):
        for b in range(m):
            pairs = [W[i, j, i + a, j + b] for i in range(n - a) for j in range(m - b)]
            kernel[a, b] = np.sum(pairs) / (n * m)
    return kernel


def _cases():
    rng = np.random.default_rng(3)
    return tuple((rng.normal(size=2 * shape),) for shape in [(3, 4), (5, 2), (4, 6)])


_SIDES = (
    "Mind the two sides: there are n rows and m columns, so i + a is counted modulo n, "
    "j + b modulo m."
)

KERNEL_OF = FunctionExercise(
    reference=_kernel_of,
    cases=_cases(),
    wanted="kernel_of(W)",
    why="All weights that bridge the same offset become one, their mean.",
    mistakes=(
        Mistake(_one_output, "You took the weights of output [0, 0]. Average over all outputs."),
        Mistake(_summed, "You added the weights of all outputs up. Divide by their number."),
        Mistake(
            _backwards,
            "Your offsets run backwards: pixel k lies at i + a, so subtracting the offset from i "
            "meets the pixel on the other side.",
        ),
        Mistake(
            _unmoved,
            "You averaged over the outputs without moving along: for output i, j the offset a, b "
            "leads to the pixel i + a, j + b.",
        ),
        Mistake(_over_inputs, "You averaged over the pixels. Average over the outputs."),
        Mistake(_sides_swapped, _SIDES),
        Mistake(_rows_alone, _SIDES),
        Mistake(_columns_alone, _SIDES),
        Mistake(
            _not_round,
            "i + a and j + b run past the border. On a torus, count rows modulo their number and "
            "columns modulo theirs.",
        ),
        Mistake(
            _offsets_swapped,
            "You swapped the offsets: a leads to another row, b to another column.",
        ),
        Mistake(
            _flat,
            "You averaged along the diagonals of the matrix, as on one circle. On a torus rows and "
            "columns turn round separately.",
        ),
        Mistake(
            _centred,
            "The right numbers, but you put the offset 0, 0 in the middle. It belongs to [0, 0].",
        ),
        Mistake(
            _cut_off, "You left out pairs that meet across the border. On a torus they count, too."
        ),
        Mistake(
            _cut_short,
            "You left out pairs that meet across the border. On a torus they count, too.",
        ),
    ),
)

EXERCISES = {
    "3.1": ROWS,
    "3.2": COUNTS,
    "3.3": NEAREST,
    "3.4": WHICH,
    "3.5": KERNEL_OF,
}
