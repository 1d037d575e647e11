"""The exercises of chapter 9, Pooling."""

import numpy as np

from ..pool import avg_pool2d, max_pool2d
from ._check import ArrayExercise, FunctionExercise, Mistake, Verdict
from ._reading import read

PICTURE = np.array([[2.0, 7, 1, 0, 3], [4, 0, 5, 6, 1], [1, 3, 2, 2, 0], [9, 0, 1, 4, 5]])
ROW = np.array([[7.0, 2, 3, 10, 4]])


def _max(x, k, **options):
    return max_pool2d(x[None, None], k, **options)[0, 0]


def _mean(x, k, **options):
    return avg_pool2d(x[None, None], k, **options)[0, 0]


def _also_rounded(gives, words):
    return [Mistake(np.round(gives, digits), words) for digits in (1, 2, 3, 9)]


OVERLAP = ArrayExercise(
    expected=_max(PICTURE, 3, stride=1),
    wanted="2 rows of 3 numbers",
    why="The windows overlap, so one pixel can win several of them: the 6 wins in three.",
    mistakes=(
        Mistake(_mean(PICTURE, 3, stride=1), "These are the means. Keep the largest pixel."),
        Mistake(
            9 * _mean(PICTURE, 3, stride=1),
            "These are the sums of the windows. Keep the largest pixel.",
        ),
        Mistake(-_max(-PICTURE, 3, stride=1), "These are the smallest pixels of the windows."),
        Mistake(
            _max(PICTURE, 2, stride=1),
            "These are windows of 2×2. Three rows and three columns are asked for.",
        ),
        Mistake(
            _max(PICTURE, 2), "These are windows of 2×2 that lie side by side. Look again at both."
        ),
        Mistake(
            _max(PICTURE, 3),
            "You moved the window by its own width, so that only one fits. The stride is 1.",
        ),
        Mistake(
            _max(PICTURE, 3, stride=1, padding=1),
            "You padded the picture. Take only windows that lie inside it.",
        ),
        Mistake(
            PICTURE[1:3, 1:4],
            "These are the pixels at the middle of the windows. Keep the largest of each.",
        ),
    ),
)

_BORDER = {"stride": (1, 2), "padding": (0, 1)}

DIVIDED = ArrayExercise(
    expected=_mean(ROW, (1, 3), **_BORDER, count_include_pad=False)[0],
    wanted="three numbers",
    why="The first and the last window hold two pixels, and their sums are divided by 2.",
    mistakes=(
        *_also_rounded(
            _mean(ROW, (1, 3), **_BORDER)[0],
            "You divided by 3 at the ends as well. Two pixels exist there: the padding doesn't "
            "count.",
        ),
        Mistake(
            3 * _mean(ROW, (1, 3), **_BORDER)[0], "These are the sums. They have yet to be divided."
        ),
        Mistake(_max(ROW, (1, 3), **_BORDER)[0], "These are the largest pixels. Take the means."),
        *_also_rounded(
            _mean(ROW, (1, 3), stride=(1, 2))[0],
            "You left the padding out: with one pixel on each side there are three windows.",
        ),
        *_also_rounded(
            _mean(ROW, (1, 3), stride=1)[0],
            "These are the windows inside the row at stride 1. Asked for are a stride of 2 and "
            "padding.",
        ),
        *_also_rounded(
            _mean(ROW, (1, 3), stride=1, padding=(0, 1), count_include_pad=False)[0],
            "You moved the window by one. The stride is 2.",
        ),
        *_also_rounded(
            _mean(ROW, (1, 3), stride=1, padding=(0, 1))[0],
            "You moved the window by one, and divided by 3 at the ends.",
        ),
        Mistake(
            3 * _mean(ROW, (1, 3), **_BORDER)[0] / 2,
            "You divided by 2 in the middle as well. That window holds three pixels.",
        ),
    ),
)

SHAPES = ArrayExercise(
    expected=[64, 28, 20, 0],
    wanted="four numbers, [maps, rows, columns, parameters]",
    why="Every map is pooled by itself, the floor drops half a step, and nothing is learned.",
    mistakes=(
        Mistake(
            [64, 27, 19, 0],
            "You left out the padding, one pixel on each of the four sides, or the + 1 at the end.",
        ),
        Mistake([64, 28, 21, 0], "You rounded the columns up. The formula rounds down."),
        Mistake([64, 28, 20.5, 0], "A window can't fit in half: round down."),
        Mistake([64, 27, 20, 0], "You counted the padding once. It is added on both sides."),
        Mistake(
            [64, 27, 19.5, 0],
            "You left out the padding or the + 1 at the end, and half a window doesn't count.",
        ),
        Mistake(
            [64, 27.5, 20, 0],
            "You counted the padding once. It is added on both sides; and round down.",
        ),
        Mistake(
            [64, 28, 19.5, 0],
            "The columns lack the + 1 at the end, and half a window doesn't count.",
        ),
        Mistake([64, 19, 14, 0], "You moved the window by its own width. The stride is 2."),
        Mistake(
            [64, 18, 13, 0],
            "You moved the window by its own width, without the padding. The stride is 2.",
        ),
        Mistake([64, 27, 19, 9], "Look again at the padding; and the window has no weights."),
        Mistake([64, 55, 40, 0], "That is the size at stride 1. The stride is 2."),
        Mistake([64, 20, 28, 0], "The numbers are right, but rows and columns are swapped."),
        Mistake([1, 28, 20, 0], "The maps aren't added up: each is pooled by itself."),
        *(
            Mistake(
                [64, 28, 20, parameters],
                f"The shape is right. But pooling has no weights and no bias to learn, so no "
                f"{parameters:,} parameters.",
            )
            for parameters in (9, 10, 9 * 64, 10 * 64, 9 * 64 * 64, 9 * 64 * 64 + 64, 64, 128)
        ),
    ),
)


class _ShiftExercise(ArrayExercise):
    """An exercise whose answer is a list of shifts; a wrong one is answered by a shift."""

    def judge(self, answer):
        """Return the verdict on an answer of any kind; the order of the shifts doesn't matter."""
        values, fault = read(answer)
        verdict = super().judge(answer if fault else np.sort(values, axis=None))
        if verdict.status != "wrong":
            return verdict
        others = [value for value in values.ravel().tolist() if value not in self.expected]
        if any(not 1 <= value <= 12 for value in others):
            words = "Asked for are shifts from 1 to 12."
        elif others:
            words = (
                f"By how many cells does the last map move when the signal moves by {others[0]:g}?"
            )
        else:
            words = "The shifts are among the right ones. List each once."
        return Verdict("wrong", f"not yet. {words}")


TWICE = _ShiftExercise(
    expected=[6, 12],
    wanted="a list of shifts",
    why="One cell of the last map is 3 cells of the first, and these are 3·2 places of the signal.",
    mistakes=(
        Mistake(
            [2, 4, 6, 8, 10, 12],
            "These are the shifts that the first pooling follows. A cell of its map is only a "
            "third of a step of the second.",
        ),
        Mistake(
            [3, 6, 9, 12],
            "These are multiples of the second stride. But the second pooling counts cells of the "
            "first map, not places of the signal.",
        ),
        Mistake([5, 10], "You added the strides. They multiply."),
        Mistake([6], "6 is one of them. Are there others up to 12?"),
        Mistake(6, "6 is one of them. Are there others up to 12?"),
        Mistake([12], "12 is one of them. Is there a smaller one?"),
        Mistake(
            [2, 3, 4, 6, 8, 9, 10, 12],
            "The shift must suit both poolings one after the other, not one of the two.",
        ),
        Mistake(np.arange(1, 13), "That would be so if both strides were 1."),
        Mistake([6, 12, 18], "Right but for the 18: asked for are shifts from 1 to 12."),
        Mistake([0, 6, 12], "Right but for the 0: asked for are shifts from 1 to 12."),
    ),
)


def _padded_max(x, k, s, p):
    return _max(x, k, stride=s, padding=p)


# What readers take for larger than any pixel.
LARGE = [1, 9, 50, 99, 128, 255, 256, 500, 999, 9999, 2**31, *(10**n for n in range(1, 13))]


def _border(value):
    def padded_max(x, k, s, p):
        return _max(np.pad(x, p, constant_values=value), k, stride=s)

    return padded_max


def _unpadded(x, k, s, p):
    return _max(x, k, stride=s)


def _side_by_side(x, k, s, p):
    return _max(x, k, padding=p)


def _step_by_step(x, k, s, p):
    return _max(x, k, stride=1, padding=p)


def _rounded_up(x, k, s, p):
    return _max(x, k, stride=s, padding=p, ceil_mode=True)


def _padded_min(x, k, s, p):
    return -_max(-x, k, stride=s, padding=p)


def _padded_mean(x, k, s, p):
    return _mean(x, k, stride=s, padding=p)


def _cases():
    rng = np.random.default_rng(9)
    settings = [((6, 9), 3, 2, 1), ((8, 7), 4, 3, 2), ((5, 8), 2, 1, 1), ((7, 10), 5, 3, 2)]
    cases = [(rng.integers(-9, 0, shape) * 1.0, *rest) for shape, *rest in settings]
    # No constant that looks small enough loses against the last picture's pixels.
    return (*cases, (rng.integers(-9, 0, (6, 8)) * 1e12, 3, 2, 1))


PADDED = FunctionExercise(
    reference=_padded_max,
    cases=_cases(),
    wanted="padded_max(x, k, s, p)",
    why="Only pixels win, however small they are. −∞ does it without a look at the picture.",
    mistakes=(
        Mistake(
            _border(0),
            "Where all pixels are negative, a zero of your border wins. Pad with a number that "
            "can't win.",
        ),
        *(
            Mistake(
                _border(-value),
                f"Your border holds −{value:,}, which wins against smaller pixels. Pad with a "
                "number that can't win.",
            )
            for value in LARGE
        ),
        Mistake(_unpadded, "Your function leaves the padding out."),
        Mistake(_side_by_side, "Your windows lie side by side: the stride s is left out."),
        Mistake(_step_by_step, "Your window moves by one pixel: the stride s is left out."),
        Mistake(_rounded_up, "Your last windows hang over the padding's end. Take those that fit."),
        Mistake(_padded_min, "These are the smallest pixels of the windows."),
        Mistake(_padded_mean, "These are the means of the windows. Keep the largest pixel."),
    ),
)

EXERCISES = {
    "9.1": OVERLAP,
    "9.2": DIVIDED,
    "9.3": SHAPES,
    "9.4": TWICE,
    "9.5": PADDED,
}
