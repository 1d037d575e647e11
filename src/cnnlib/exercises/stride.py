"""The exercises of chapter 7, Stride, dilation and the transposed convolution."""

import numpy as np

from ..conv_transpose import conv_transpose2d
from ..shapes import receptive_field, same_padding
from ._check import ArrayExercise, FunctionExercise, Mistake

SIZES = ArrayExercise(
    expected=[7, 3],
    wanted="two numbers, height and width",
    why="Down: ⌊(14 + 2·1 − 3)/2⌋ + 1 = ⌊6.5⌋ + 1 = 7. Across: ⌊(11 − 4)/3⌋ + 1 = ⌊2.33⌋ + 1 = 3.",
    mistakes=(
        Mistake([3, 7], "Height and width are swapped: the first number counts rows."),
        Mistake([8, 4], "You rounded up. A window that would hang over the end is left out."),
        *(
            Mistake([7.5, across], "Only whole windows count: round the number of jumps down.")
            for across in (10 / 3, 3.3, 3.33, 3.333)
        ),
        *(
            Mistake([6.5, across], "Round the division down to whole jumps, then add 1.")
            for across in (7 / 3, 2.3, 2.33, 2.333)
        ),
        Mistake([6, 2], "That is the number of jumps. There is one place more than jumps."),
        Mistake([6, 3], "You left out the padding: 1 row above and 1 below."),
        Mistake([7, 4], "Padding belongs to the height only: 1 down, 0 across."),
        Mistake([5, 4], "You swapped the strides: 2 is the jump down, 3 the jump across."),
        Mistake([9, 4], "You left out the kernel: n + 2p − k is what is divided."),
        Mistake([14, 8], "That is the output with stride 1. Now keep every second row and so on."),
    ),
)

DILATIONS = (1, 2, 4, 8, 16)


def _field(sizes_and_dilations):
    layers = [(size, 1, 0, dilation) for size, dilation in sizes_and_dilations]
    return receptive_field(layers)[-1].size


STACK = ArrayExercise(
    expected=_field([(3, d) for d in DILATIONS]),
    wanted="one number",
    why="Each layer adds d·(k − 1) = 2d pixels: 1 + 2·(1 + 2 + 4 + 8 + 16) = 63.",
    mistakes=(
        Mistake(31, "That is the field of the first four layers. The fifth sees more."),
        Mistake(32, "Each layer adds d·(k − 1) = 2d pixels, not d."),
        Mistake(62, "The first pixel is missing: start from 1 and add what each layer adds."),
        Mistake(33, "That is the span of the last kernel alone. The layers before it see more."),
        Mistake(47, "You added 16. The layer sees 16 pixels more on both sides."),
        Mistake(
            64,
            "You added the span of the fifth kernel. It shares a pixel with what the fourth layer "
            "sees: add its span minus 1.",
        ),
        Mistake(11, "That is the field of five contiguous layers: the dilations aren't used."),
        Mistake(3**5, "The fields add up, they don't multiply."),
        Mistake(
            sum(2 * d + 1 for d in DILATIONS),
            "You added the spans. Neighbouring layers share a pixel: each adds its span minus 1.",
        ),
        Mistake(15, "That is 3 · 5. Each layer adds d·(k − 1) pixels to the first one."),
    ),
)

SIGNAL, TAPS = np.array([2.0, -1, 3]), np.array([1.0, 2, 3])


def _spread(y, w, stride):
    """Return the transposed convolution of two rows of numbers."""
    return conv_transpose2d(y[None, None, None], w[None, None, None], stride=(1, stride))[0, 0, 0]


def _overwrite(*, forward):
    out = np.zeros(7)
    places = range(3) if forward else range(2, -1, -1)
    for i in places:
        out[2 * i : 2 * i + 3] = SIGNAL[i] * TAPS
    return out


BY_HAND = ArrayExercise(
    expected=_spread(SIGNAL, TAPS, 2),
    wanted="7 numbers",
    why="The copies are 2 4 6, −1 −2 −3 and 3 6 9, each two places further on: where they "
    "overlap, 6 − 1 = 5 and −3 + 3 = 0.",
    mistakes=(
        Mistake(
            _overwrite(forward=True),
            "Later copies replaced earlier ones. Where two copies overlap, add them.",
        ),
        Mistake(
            _overwrite(forward=False),
            "Where two copies overlap you kept the first. Add them.",
        ),
        Mistake(
            _spread(SIGNAL, TAPS[::-1], 2),
            "Your result equals ours with the kernel flipped. The copies are laid down as they "
            "are: the first weight goes to the first place.",
        ),
        Mistake(
            _spread(SIGNAL, TAPS, 1),
            "The copies move by one place. With stride 2 each starts two places further on.",
        ),
        Mistake(_spread(SIGNAL, TAPS, 3), "The copies move by three places: that is stride 3."),
        Mistake(
            _spread(abs(SIGNAL), TAPS, 2),
            "You lost the sign of −1: all three numbers of its copy are negative.",
        ),
        *(
            Mistake(
                _spread(SIGNAL, TAPS, 2) + np.eye(7)[place] * slip,
                "One sign is wrong: all three numbers of the middle copy are negative.",
            )
            for place, slip in ((2, 2), (3, 4), (4, 6))
        ),
        Mistake(
            [2, 0, -1, 0, 3],
            "You spread the numbers out. Now lay a copy of the kernel at each of them.",
        ),
        Mistake(
            [9],
            "That is a convolution: one sum. Its transpose writes three copies of the kernel.",
        ),
    ),
)


def _pads(n, k, stride, dilation):
    return same_padding(n, k, stride=stride, dilation=dilation)


def _total(n, k, stride, dilation):
    return sum(_pads(n, k, stride, dilation))


def _unclipped(n, k, stride, dilation):
    total = (-(-n // stride) - 1) * stride + dilation * (k - 1) + 1 - n
    return total // 2, total - total // 2


def _floored(n, k, stride, dilation):
    total = max((n // stride - 1) * stride + dilation * (k - 1) + 1 - n, 0)
    return total // 2, total - total // 2


def _split(total):
    return total // 2, total - total // 2


SAME = FunctionExercise(
    reference=_pads,
    cases=(
        (6, 3, 2, 1),
        (224, 7, 2, 1),
        (28, 5, 1, 1),
        (13, 3, 2, 3),
        (21, 3, 7, 1),
        (9, 4, 3, 2),
        (11, 4, 1, 1),
    ),
    wanted="same_pads(n, k, stride, dilation)",
    why="The last window starts at (⌈n/s⌉ − 1)·s and spans d·(k − 1) + 1 pixels; what it lacks at "
    "the end is padded, half of it before, the odd pixel after.",
    mistakes=(
        Mistake(
            lambda *case: _pads(*case)[::-1],
            "The odd pixel is on the wrong side: TensorFlow puts it after the input.",
        ),
        Mistake(
            lambda n, k, stride, dilation: _split(dilation * (k - 1)),
            "Your padding is the one for stride 1. With a stride the last window starts earlier, "
            "or later, so that the total depends on n.",
        ),
        Mistake(
            lambda n, k, stride, dilation: (dilation * (k - 1) // 2,) * 2,
            "Your padding is the same on both sides and doesn't depend on n: that is PyTorch's "
            "habit. Here only the total is fixed, and it may be odd.",
        ),
        Mistake(
            _unclipped,
            "One of the totals is negative. Where the windows don't reach the end, no pixel is "
            "taken away: the total is at least 0.",
        ),
        Mistake(_floored, "There should be ⌈n/s⌉ outputs: rounded up, not down."),
        Mistake(
            lambda n, k, stride, dilation: _pads(n, k, stride, 1),
            "The dilation isn't used: a kernel spans d·(k − 1) + 1 pixels.",
        ),
        Mistake(
            lambda n, k, stride, dilation: _split(
                max((-(-n // stride) - 1) * stride + dilation * k - n, 0)
            ),
            "Your kernel spans d·k pixels. After the last tap there is no gap: d·(k − 1) + 1.",
        ),
        Mistake(
            lambda *case: (_total(*case) / 2,) * 2,
            "Half a pixel can't be padded. Where the total is odd, one side gets one pixel more.",
        ),
        Mistake(
            lambda *case: (_total(*case) // 2,) * 2,
            "Where the total is odd, a pixel is missing: one side gets one pixel more.",
        ),
        Mistake(_total, "That is the total. Split it into (before, after)."),
    ),
)

DECODER = ArrayExercise(
    expected=[4, 1],
    wanted="two numbers, kernel size and padding",
    why="6·2 − 2p + k = 14 asks for k = 2p + 2, an even k; the smallest above 2 is 4, with p = 1. "
    "Since 4 mod 2 = 0, each output inside gets 2 of the 4 weights along each axis.",
    mistakes=(
        *(
            Mistake(alone, "That is the kernel size. Which padding goes with it?")
            for alone in (4, [4])
        ),
        Mistake([1, 4], "The numbers are right; write the kernel size first."),
        Mistake(
            [3, 1],
            "That gives 13, or 14 with an output padding; and 3 mod 2 = 1: the outputs get "
            "unequal numbers of weights.",
        ),
        Mistake(
            [2, 0],
            "The size is right and the numbers of weights are equal, but copies of 2 pixels at "
            "stride 2 lie side by side. Look for a larger kernel.",
        ),
        *(
            Mistake([2 * p + 2, p], "That works, too, but a smaller kernel does.")
            for p in range(2, 8)
        ),
        Mistake([4, 0], "The kernel is right. Its output has 6·2 + 4 = 16 pixels: crop them."),
        Mistake([4, 2], "The kernel is right. Padding 2 crops 4 pixels: 12 are left."),
        Mistake([5, 1], "That gives 15 pixels, and 5 mod 2 = 1: unequal numbers of weights."),
        Mistake([5, 2], "That gives 13 pixels, and 5 mod 2 = 1: unequal numbers of weights."),
    ),
)

EXERCISES = {
    "7.1": SIZES,
    "7.2": STACK,
    "7.3": BY_HAND,
    "7.4": SAME,
    "7.5": DECODER,
}
