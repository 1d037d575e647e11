"""Exercise 5.4: the sum under the window, with a stride."""

import numpy as np

from ._check import FunctionExercise, Mistake
from ._sliding import flipped, loops, slide


def strided(x, w, stride):
    """Return the right answer: the output of a window that jumps by `stride`, (down, right)."""
    return slide(x, w, stride=stride)


def _same_size_but_step_one(x, w, stride):
    rows, columns = slide(x, w, stride=stride).shape
    return slide(x, w)[:rows, :columns]


def _size_without_plus_one(x, w, stride):
    rows, columns = ((n - k) // s for n, k, s in zip(x.shape, w.shape, stride, strict=True))
    return slide(x, w, stride=stride)[:rows, :columns]


def _zeros_left_over(x, w, stride):
    y = np.zeros_like(slide(x, w))
    part = slide(x, w, stride=stride)
    y[: part.shape[0], : part.shape[1]] = part
    return y


def _zeros_between(x, w, stride):
    y = np.zeros_like(slide(x, w))
    y[:: stride[0], :: stride[1]] = slide(x, w, stride=stride)
    return y


def _spread(x, w, stride):
    """The stride also between the taps: x[s(i + u)], which is to slide over every s-th pixel."""
    return slide(x[:: stride[0], :: stride[1]], w)


def _last_product(x, w, stride):
    part = x[w.shape[0] - 1 :: stride[0], w.shape[1] - 1 :: stride[1]]
    return part * w[-1, -1]


def _loops(**changed):
    """Return the right loops but for a wrong `read` or `places`."""
    right = {"read": lambda i, u, s: s * i + u, "places": lambda n, k, s: (n - k) // s + 1}
    return lambda x, w, stride: loops(x, w, stride, **(right | changed))


def _case(height, width, kernel, stride, *, rng):
    # Quarters, so that a result with dtype int shows.
    return rng.integers(0, 40, (height, width)) / 4, rng.integers(-4, 5, kernel) * 1.0, stride


def _cases():
    rng = np.random.default_rng(5)
    return (
        _case(7, 10, (3, 2), (2, 3), rng=rng),
        _case(9, 6, (2, 3), (3, 1), rng=rng),
        _case(8, 11, (3, 3), (1, 2), rng=rng),
        _case(5, 4, (2, 2), (1, 1), rng=rng),
    )


STRIDE = FunctionExercise(
    reference=strided,
    cases=_cases(),
    wanted="correlate_strided(x, w, stride)",
    why="It agrees with cnnlib.conv2d on pictures, kernels and strides of unequal sides: the "
    "window starts at row s·i, and along an axis it has (n − k) // s + 1 places.",
    mistakes=(
        Mistake(
            lambda x, w, stride: slide(x, w),
            "Your function equals ours with stride 1: the stride isn't used.",
        ),
        Mistake(
            lambda x, w, stride: slide(x, w, stride=stride[::-1]),
            "Your function equals ours with the two strides swapped: the first is the vertical "
            "one and belongs to the rows.",
        ),
        Mistake(
            lambda x, w, stride: slide(x, w, stride=stride[0]),
            "Your function uses the vertical stride for both axes.",
        ),
        Mistake(
            lambda x, w, stride: slide(x, w, stride=stride[1]),
            "Your function uses the horizontal stride for both axes.",
        ),
        Mistake(
            lambda x, w, stride: slide(x, flipped(w), stride=stride),
            "Your function equals ours with the kernel flipped.",
        ),
        Mistake(
            _same_size_but_step_one,
            "The output has the right size, but its window still moves by one pixel: it should "
            "start at row s·i and column s·j.",
        ),
        Mistake(
            _size_without_plus_one,
            "The last row and column are missing: (n − k) // s counts the steps, and there is "
            "one place more than there are steps.",
        ),
        Mistake(
            _zeros_left_over,
            "The numbers are right, but the output is as large as with stride 1; what is left "
            "over stays 0. Along an axis there are (n − k) // s + 1 places.",
        ),
        Mistake(
            _zeros_between,
            "The numbers are right but stand apart, with zeros between them: write them to "
            "y[i, j] and read at row s·i, column s·j.",
        ),
        *(
            Mistake(
                function,
                "The stride also pulls the window apart: you read x[s·(i + u), …]. Only the "
                "window's corner is multiplied by the stride: x[s·i + u, …].",
            )
            for function in (_spread, _loops(read=lambda i, u, s: s * (i + u)))
        ),
        Mistake(
            _loops(read=lambda i, u, s: i + s * u),
            "The stride pulls the window apart, while its corner still moves by one pixel: you "
            "read x[i + s·u, …]. It belongs to the corner: x[s·i + u, …].",
        ),
        Mistake(
            _last_product,
            "Each number is only the last product of its window: `=` overwrites what `+=` would "
            "add up.",
        ),
        Mistake(
            _loops(places=lambda n, k, s: n - k + 1),
            "The function stops with an IndexError, because the output is as large as with stride "
            "1 and the window jumps out of the picture. There are (n − k) // s + 1 places.",
        ),
        Mistake(
            _loops(places=lambda n, k, s: (n - k + 1) // s),
            "Your output has (n − k + 1) // s rows and columns. The + 1 is the first place, which "
            "takes no jump: add it after dividing.",
        ),
    ),
)
