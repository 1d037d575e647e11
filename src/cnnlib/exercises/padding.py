"""The exercises of chapter 6, Padding."""

import numpy as np

from ..conv import conv2d
from ..shapes import output_size
from ._check import ArrayExercise, FunctionExercise, Mistake

SMALL = np.array([[1.0, 2, 3], [4, 5, 6]])


def _slide(x, w, **geometry):
    return conv2d(x[None, None], w[None, None], **geometry)[0, 0]


HOW_LARGE = ArrayExercise(
    expected=[output_size(28, 5, padding=2), output_size(40, 4, padding=2)],
    wanted="two numbers, [rows, columns]",
    why="28 + 2·2 − 5 + 1 = 28 rows and 40 + 2·2 − 4 + 1 = 41 columns: each axis by itself.",
    mistakes=(
        Mistake([41, 28], "The numbers are right, but rows and columns are swapped."),
        Mistake(
            [24, 37],
            "That is the output without padding. The kernel passes over a larger picture.",
        ),
        Mistake(
            [26, 39],
            "You added the two pixels once along each axis. They are added on every side: above "
            "and below, on the left and on the right.",
        ),
        Mistake(
            [27, 40],
            "One row and one column are missing: n + 2p − k counts the steps, and there is one "
            "place more than there are steps.",
        ),
        Mistake([32, 44], "That is the size of the padded picture. The kernel has yet to pass."),
        Mistake(
            [28, 40],
            "You have the size of the picture. Padding 2 keeps the size for a kernel of 5; the "
            "kernel's 4 columns need one pixel less in all.",
        ),
        Mistake(
            [29, 40],
            "You used the kernel's 4 columns for the rows and its 5 rows for the columns.",
        ),
        Mistake(
            [29, 42],
            "One row and one column too many: n + 2p − k steps lead to one place more, not two.",
        ),
        Mistake(
            [30, 42],
            "You added the border on one side only and left out the kernel.",
        ),
        Mistake([28 * 41], "That is the number of outputs. Asked for are rows and columns."),
        Mistake(28 * 41, "That is the number of outputs. Asked for are rows and columns."),
    ),
)


def _reads(n, k, p):
    """Return how often each place of the padded row is read."""
    return np.convolve(np.ones(n + 2 * p - k + 1), np.ones(k))


READS = ArrayExercise(
    expected=_reads(6, 4, 1)[1:-1],
    wanted="six numbers, one for each pixel",
    why="There are five windows, and box ∗ box is 1 2 3 4 4 3 2 1; the ends belong to the zeros.",
    mistakes=(
        Mistake(
            _reads(6, 4, 1),
            "These are the counts of all eight places. The first and the last are the zeros of "
            "the border; asked for are the six pixels.",
        ),
        Mistake(
            _reads(6, 4, 0),
            "These are the counts without padding. With a zero at each end two windows more fit.",
        ),
        Mistake(
            np.full(6, 4),
            "So it would be with the border of a full convolution, k − 1 = 3. Here it is 1.",
        ),
        Mistake(
            _reads(6, 4, 2)[2:-2],
            "These are the counts for two zeros at each end.",
        ),
        Mistake(
            _reads(6, 3, 1)[1:-1],
            "These are the counts for a kernel of three weights. This one has four.",
        ),
        *(
            Mistake(counts, "One zero is missing: there is one at each end, before and after.")
            for counts in ([1, 2, 3, 4, 3, 2], [2, 3, 4, 3, 2, 1])
        ),
        Mistake(
            np.convolve(np.ones(5), np.ones(3))[:-1],
            "These are the counts for a kernel of three weights and a zero at one end only.",
        ),
        Mistake(
            np.convolve(np.ones(6), np.ones(4))[1:-2],
            "These are the counts of six windows. Five fit: 6 + 2·1 − 4 + 1.",
        ),
        Mistake(
            np.convolve(np.ones(6), np.ones(4))[2:-1],
            "These are the counts of six windows. Five fit: 6 + 2·1 − 4 + 1.",
        ),
    ),
)

_SIDES = ((1, 1), (1, 2))

MIRROR = ArrayExercise(
    expected=np.pad(SMALL, _SIDES, mode="reflect"),
    wanted="4 rows of 6 numbers",
    why="The mirror stands on the outermost pixels, so none of them is repeated.",
    mistakes=(
        Mistake(
            np.pad(SMALL, _SIDES, mode="symmetric"),
            "You repeated the outermost pixels: your mirror stands beside them (NumPy calls that "
            "“symmetric”). In “reflect” it stands on them.",
        ),
        Mistake(
            np.pad(SMALL, _SIDES, mode="edge"),
            "That is mode “edge”: the outermost pixels are repeated.",
        ),
        Mistake(
            np.pad(SMALL, _SIDES, mode="wrap"),
            "That is mode “wrap”: the picture starts again on the other side.",
        ),
        Mistake(np.pad(SMALL, _SIDES), "That is mode “zero”."),
        Mistake(
            np.pad(np.pad(SMALL, ((0, 0), (1, 2)), mode="reflect"), ((1, 1), (0, 0)), mode="edge"),
            "The columns are right. Above and below you repeated the outermost row; the mirror "
            "stands on it, so that the row behind it follows.",
        ),
        Mistake(
            np.pad(SMALL, ((1, 1), (2, 1)), mode="reflect"),
            "Left and right are swapped: one column on the left, two on the right.",
        ),
        Mistake(
            np.pad(SMALL, ((0, 0), (1, 2)), mode="reflect"),
            "The columns are right. The rows above and below are still missing.",
        ),
        Mistake(
            np.pad(SMALL, ((1, 1), (0, 0)), mode="reflect"),
            "The rows are right. The columns on the left and on the right are still missing.",
        ),
        Mistake(
            np.pad(SMALL, 1, mode="reflect"),
            "You added one column on the right. Two are asked for.",
        ),
    ),
)

DRIFT = ArrayExercise(
    expected=[5 * (2 - 1) / 2, 5 * (0 - 3) / 2],
    wanted="two numbers, [down, right]",
    why="Each layer moves the picture down by (top − bottom)/2 = 0.5 and to the right by "
    "(left − right)/2 = −1.5, and five layers add up.",
    mistakes=(
        Mistake(
            [-2.5, 7.5],
            "Both signs are the wrong way round. Pixels added above push the picture down.",
        ),
        Mistake([-7.5, 2.5], "The numbers are right, but down and right are swapped."),
        Mistake([0.5, -1.5], "That is one layer. Five follow each other."),
        Mistake(
            [7.5, -2.5],
            "Down and right are swapped, and both signs are the wrong way round.",
        ),
        Mistake(
            [1, -3],
            "That is top − bottom and left − right. The middle moves by half of it, and five "
            "layers follow each other.",
        ),
        Mistake(
            [5, -15],
            "You forgot to halve: with one pixel more above than below the middle moves by half "
            "a pixel.",
        ),
        Mistake([2.5, 7.5], "The second sign is wrong: all the padding is on the right."),
        Mistake([-2.5, -7.5], "The first sign is wrong: there is more padding above than below."),
        Mistake(
            [10, 0],
            "You counted the padding before the picture only. But output 0 doesn't show pixel 0: "
            "it shows the middle of its window.",
        ),
        Mistake(
            [-2.5, -2.5],
            "That is the drift of “same” padding, 1 before and 2 after. Here the sides differ.",
        ),
    ),
)


def _average(x, k):
    ones = np.ones((k, k))
    existing = _slide(np.ones(x.shape), ones, padding=k // 2)
    return _slide(x, ones, padding=k // 2) / existing


def _mean_of(mode):
    def average(x, k):
        return _slide(np.pad(x, k // 2, mode=mode), np.full((k, k), 1 / k**2))

    return average


def _unpadded(x, k):
    return _slide(x, np.full((k, k), 1 / k**2))


def _sums(x, k):
    return _slide(x, np.ones((k, k)), padding=k // 2)


def _ninth(x, k):
    return _sums(x, k) / 9


def _divided_twice(x, k):
    return _average(x, k) / k**2


def _existing(x, k):
    return _slide(np.ones(x.shape), np.ones((k, k)), padding=k // 2)


def _nonzero_mean(x, k):
    return _sums(x, k) / np.maximum(_slide((x != 0) * 1.0, np.ones((k, k)), padding=k // 2), 1)


def _cases():
    rng = np.random.default_rng(6)
    shapes = [((6, 9), 3), ((8, 7), 5), ((4, 5), 3), ((9, 8), 7)]
    return tuple((rng.integers(0, 10, shape) * 1.0, k) for shape, k in shapes)


AVERAGE = FunctionExercise(
    reference=_average,
    cases=_cases(),
    wanted="average(x, k)",
    why="Each sum is divided by the number of pixels that took part, and an even grey stays even.",
    mistakes=(
        Mistake(
            _mean_of("constant"),
            "At the border your function still divides by k²: that is the dark rim of zero "
            "padding. Divide by the number of pixels that exist.",
        ),
        Mistake(_unpadded, "Your output is smaller than the picture: pad it first."),
        Mistake(_sums, "These are the sums. They have yet to be divided."),
        Mistake(_ninth, "You always divide by 9. How many pixels exist depends on k and place."),
        Mistake(_existing, "That is the number of existing pixels in each window: the divisor."),
        Mistake(_divided_twice, "You divided twice, by the number of pixels and by k²."),
        Mistake(
            _nonzero_mean,
            "You count the pixels that aren't 0. Black pixels of the picture exist, too.",
        ),
        *(
            Mistake(
                _mean_of(mode),
                f"Your function pads in mode “{mode}”: copies take part that don't exist.",
            )
            for mode in ("edge", "reflect", "wrap", "symmetric")
        ),
    ),
)

EXERCISES = {
    "6.1": HOW_LARGE,
    "6.2": READS,
    "6.3": MIRROR,
    "6.4": DRIFT,
    "6.5": AVERAGE,
}
