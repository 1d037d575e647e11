"""The exercises of chapter 5, Convolution."""

import numpy as np

from ._check import ArrayExercise, Mistake
from ._sliding import flipped, slide
from ._stride_loops import STRIDE

PICTURE = np.array([[2.0, 0, 1, 3], [1, 4, 0, 2], [0, 1, 5, 1]])
KERNEL = np.array([[1.0, 2], [0, -1]])
FIRST = np.array([[0.0, 1], [2, 3]])
SECOND = np.array([[1.0, 0], [2, -1]])


def _windows(x, w):
    """Return an array of shape (OH, OW, KH, KW): what lies under the kernel at each place."""
    return np.lib.stride_tricks.sliding_window_view(x, w.shape)


BY_HAND = ArrayExercise(
    expected=slide(PICTURE, KERNEL),
    wanted="2 rows of 3 numbers",
    why="The window has 2·3 places, and at each one the four products are summed: "
    "2·1 + 0·2 + 1·0 + 4·(−1) = −2 at the first.",
    mistakes=(
        Mistake(
            slide(PICTURE, flipped(KERNEL)),
            "Your result equals ours with the kernel flipped. Lay the kernel on the picture as "
            "it is printed: its upper left number meets the upper left pixel of the window.",
        ),
        Mistake(
            slide(PICTURE, KERNEL.T),
            "Your result equals ours with the kernel transposed: its rows were used as columns.",
        ),
        Mistake(
            slide(PICTURE, np.abs(KERNEL)),
            "Your result equals ours with +1 in the lower right of the kernel. It is −1: that "
            "pixel is taken away.",
        ),
        Mistake(
            slide(PICTURE, KERNEL[::-1]),
            "Your result equals ours with the kernel upside down: its rows were swapped.",
        ),
        Mistake(
            slide(PICTURE, KERNEL[:, ::-1]),
            "Your result equals ours with the kernel mirrored: its columns were swapped.",
        ),
        Mistake(
            (_windows(PICTURE, KERNEL) @ KERNEL).sum((-2, -1)),
            "You multiplied window and kernel as matrices and summed. Multiply entry by entry: "
            "each pixel meets one weight only.",
        ),
        Mistake(
            (KERNEL @ _windows(PICTURE, KERNEL)).sum((-2, -1)),
            "You multiplied kernel and window as matrices and summed. Multiply entry by entry: "
            "each pixel meets one weight only.",
        ),
        Mistake(
            _windows(PICTURE, KERNEL) * KERNEL,
            "The products are right. Each window's four products still have to be summed.",
        ),
        Mistake(
            _windows(PICTURE, KERNEL)[0, 0] * KERNEL,
            "These are the four products of the first window. Sum them to get the first of the "
            "six numbers, then move the window.",
        ),
        Mistake(
            slide(PICTURE, KERNEL, stride=2),
            "The window jumped by two pixels. It moves by one, so that windows overlap.",
        ),
        Mistake(
            slide(PICTURE, KERNEL, padding=((0, 1), (0, 1))),
            "That is the output with zeros added below and on the right. Without padding the "
            "kernel has to lie inside the picture, which leaves 2·3 places.",
        ),
        Mistake(
            slide(PICTURE, KERNEL, padding=((1, 0), (1, 0))),
            "That is the output with zeros added above and on the left. Without padding the "
            "kernel has to lie inside the picture, which leaves 2·3 places.",
        ),
        Mistake(
            slide(PICTURE, KERNEL, padding=1),
            "That is the output with zeros added on all sides. Without padding the kernel has to "
            "lie inside the picture, which leaves 2·3 places.",
        ),
    ),
)


def _count_nonzero(height, width, side):
    """Return the entries that can differ from 0 in the matrix of a square kernel."""
    places = slide(np.zeros((height, width)), np.ones((side, side))).size
    return places * side**2


SHARE = 25 / (28 * 40)
NONZERO = ArrayExercise(
    expected=_count_nonzero(28, 40, 5),
    wanted="one number",
    why="The window has 24·36 = 864 places, so the matrix has 864 rows, and each row holds the "
    "25 weights once. All other entries, 98 in 100, are 0.",
    mistakes=(
        Mistake(
            23 * 35 * 25,
            "You have 23·35 places for the window. A side of n pixels has n − k + 1 places: the "
            "first one counts, too.",
        ),
        Mistake(
            28 * 40 * 25,
            "You have as many places for the window as there are pixels. A 5×5 window doesn't "
            "fit around the pixels at the border.",
        ),
        Mistake(32 * 44 * 25, "You added k − 1 to each side. The window stays inside the picture."),
        Mistake(
            26 * 38 * 25,
            "You have 26·38 places, n − 2 along each axis: those of a 3×3 kernel.",
        ),
        Mistake(
            25 * 37 * 25,
            "You have 25·37 places. That is the count with zeros added on one side only.",
        ),
        Mistake(
            24 * 24 * 25,
            "That is the picture of 28×28 from the text. This one has 40 columns.",
        ),
        Mistake(
            36 * 36 * 25,
            "That is a picture of 40×40. This one has 28 rows.",
        ),
        Mistake(
            24 * 40 * 25,
            "You have 24·40 places: the window runs off the picture on the right. It has "
            "n − k + 1 places along each axis, also from left to right.",
        ),
        Mistake(
            28 * 36 * 25,
            "You have 28·36 places: the window runs off the picture at the bottom. It has "
            "n − k + 1 places along each axis, also from top to bottom.",
        ),
        Mistake(
            23 * 35,
            "You have 23·35 places, one too few along each axis; the first one counts, too. And "
            "how many weights does each row hold?",
        ),
        Mistake(24 * 36, "That is the number of rows. How many weights does each row hold?"),
        Mistake(24 * 36 * 5, "Each row holds the whole kernel: 5·5 weights, not 5."),
        Mistake(25, "That is the number of weights in one row. How many rows are there?"),
        Mistake(28 * 40, "That is the number of columns, one for each pixel."),
        Mistake(24 * 36 * 28 * 40, "That is the number of all entries, zeros among them."),
        Mistake(24 * 36 * (28 * 40 - 25), "That is the number of zeros. Asked for are the others."),
        *(
            Mistake(share, "That is the share of the entries. Asked for is their number.")
            for share in (SHARE, *(round(SHARE, digits) for digits in (2, 3, 4)))
        ),
        *(
            Mistake(share, "That is the share in per cent. Asked for is the number of entries.")
            for share in (100 * SHARE, *(round(100 * SHARE, digits) for digits in (1, 2, 3)))
        ),
    ),
)

_MOVES = {(-1, 0): "up", (1, 0): "down", (0, -1): "to the left", (0, 1): "to the right"}


def _one_at(row, column):
    kernel = np.zeros((3, 3))
    kernel[row, column] = 1
    return kernel


def _moved(row, column):
    """Return in words where a kernel with its 1 in that place moves a picture."""
    steps = [(np.sign(1 - row), 0), (0, np.sign(1 - column))]
    return " and ".join(_MOVES[step] for step in steps if step in _MOVES)


SHIFT = ArrayExercise(
    expected=_one_at(1, 0),
    wanted="3 rows of 3 numbers",
    why="Each output pixel takes the value of its left neighbour, so everything moves to the "
    "right. The weight sits on the side where the value comes from.",
    mistakes=(
        Mistake(
            _one_at(1, 2),
            "Your kernel moves the picture to the left: it is the right one flipped. Each output "
            "pixel takes its value from the place of the 1; from where should it come?",
        ),
        Mistake(_one_at(1, 1), "Your kernel leaves the picture where it is."),
        *(
            Mistake(_one_at(i, j), f"Your kernel moves the picture {_moved(i, j)} by one pixel.")
            for i in range(3)
            for j in range(3)
            if (i, j) not in [(1, 0), (1, 1), (1, 2)]
        ),
        Mistake(
            np.ones((3, 1)) * [1.0, 0, 0],
            "Your kernel adds three pixels of the column on the left. A single one is enough.",
        ),
        Mistake(
            np.ones((3, 1)) * [0.0, 0, 1],
            "Your kernel adds three pixels of the column on the right. A single one is enough; "
            "and think about the side again.",
        ),
        Mistake(
            [[0, 0, 0], [1, -1, 0], [0, 0, 0]],
            "Your kernel takes the pixel itself away. To move a picture, take the neighbour only.",
        ),
        Mistake(np.zeros((3, 3)), "Your kernel turns every picture black: all its weights are 0."),
    ),
)


TWO_IN_A_ROW = ArrayExercise(
    expected=slide(FIRST, flipped(SECOND), padding=1),
    wanted="3 rows of 3 numbers",
    why="It is the true convolution of the two kernels, with one of them flipped. Without the "
    "flip the order of the two would matter; with it, it doesn't.",
    mistakes=(
        Mistake(
            slide(FIRST, SECOND, padding=1),
            "That is the cross-correlation of the kernels; your result equals ours with the "
            "second kernel flipped. Here, for once, the flip is needed.",
        ),
        Mistake(
            slide(SECOND, FIRST, padding=1),
            "That is the cross-correlation of the kernels, the second under the first; your "
            "result equals ours with the first kernel flipped. Here, for once, the flip is needed.",
        ),
        Mistake(
            flipped(slide(FIRST, flipped(SECOND), padding=1)),
            "Your result equals ours flipped. A single 1 as the input gives you the "
            "kernel rotated by 180°: rotate it back.",
        ),
        Mistake(
            FIRST + SECOND,
            "You added the kernels. That is the kernel for the sum of the two outputs, not for "
            "one after the other.",
        ),
        Mistake(
            FIRST * SECOND,
            "You multiplied the kernels entry by entry. But two steps of 2×2 see 3×3 pixels.",
        ),
        Mistake(
            FIRST @ SECOND,
            "You multiplied the kernels as matrices. But two steps of 2×2 see 3×3 pixels.",
        ),
        Mistake(
            SECOND @ FIRST,
            "You multiplied the kernels as matrices. But two steps of 2×2 see 3×3 pixels.",
        ),
        Mistake(
            np.kron(FIRST, SECOND),
            "That is the Kronecker product: all 16 products are there, but those that meet the "
            "same pixel still have to be summed.",
        ),
    ),
)

EXERCISES = {
    "5.1": BY_HAND,
    "5.2": NONZERO,
    "5.3": SHIFT,
    "5.4": STRIDE,
    "5.5": TWO_IN_A_ROW,
}
