"""The exercises of chapter 12, Backpropagation, derived."""

import numpy as np

from ..conv import conv2d, conv2d_backward
from ..pool import max_pool2d, max_pool2d_backward
from ._backward_loops import dw_loops, dx_loops, pool_loops, suspect
from ._check import ArrayExercise, FunctionExercise, Mistake, Verdict
from ._reading import read

SLOPES, TAPS = np.array([2.0, -1]), np.array([1.0, -2, 3])


def _by_hand(*, taps=TAPS, stride=2, overwrite=False):
    dx = np.zeros(6)
    for i, slope in enumerate(SLOPES):
        window = slice(stride * i, stride * i + 3)
        dx[window] = slope * taps + (0 if overwrite else dx[window])
    return dx


BY_HAND = ArrayExercise(
    expected=_by_hand(),
    wanted="6 numbers",
    why="The first window hands out 2 −4 6, the second −1 2 −3 two places further on; they share "
    "one pixel, 6 − 1 = 5. The last pixel was left over: no window, slope 0.",
    mistakes=(
        Mistake(
            _by_hand(taps=TAPS[::-1]),
            "Your kernel is turned round. An output hands its slope out in the kernel's own "
            "order; the kernel appears rotated only to a pixel that collects.",
        ),
        Mistake(
            _by_hand(overwrite=True),
            "Pixel 2 is in both windows, and the second replaced the first: `=` for `+=`. Add.",
        ),
        Mistake(
            [2, -4, 6, 2, -3, 0],
            "Pixel 2 is in both windows, and you kept what the first one gave it. Add.",
        ),
        Mistake(
            _by_hand()[:5],
            "The numbers are right, but x has 6 pixels. What is the slope of the one that no "
            "window reached?",
        ),
        Mistake(_by_hand(stride=1), "Your second window starts at pixel 1. The stride is 2."),
        Mistake(_by_hand(stride=3), "Your second window starts at pixel 3. The stride is 2."),
        Mistake(
            [2, -4, 7, 2, -3, 0],
            "One sign is wrong: at pixel 2 the second window gives −1·1.",
        ),
        Mistake([2, 0, -1], "You spread G. Now let each entry hand out a copy of the kernel."),
    ),
)

RIGHT, UNFLIPPED, OVERWRITES, ONE_IMAGE, SWAPPED = range(5)
SUSPECTS = {
    "A": suspect(one_image=True),
    "B": suspect(unflipped=True),
    "C": suspect(),
    "D": suspect(swapped=True),
    "E": suspect(overwrite=True),
}
SYMPTOMS = {
    RIGHT: "it isn't right in every setting. Try unequal strides, windows that overlap, a kernel "
    "without symmetry and several images, one at a time.",
    UNFLIPPED: "with an unflipped kernel dX would be right whenever the kernel equals itself "
    "after half a turn, and dW always.",
    OVERWRITES: "with `=` for `+=` dX would be right whenever windows don't overlap, and dW "
    "always.",
    ONE_IMAGE: "without the sum over the batch dX would be right always, and dW for one image.",
    SWAPPED: "with swapped strides both would be right whenever the two strides are equal.",
}


class _HuntExercise(ArrayExercise):
    """Five accusations; the reply says what the first wrong one would look like."""

    def judge(self, answer):
        verdict = super().judge(answer)
        values, _ = read(answer)
        if verdict.status != "wrong" or values.shape != (5,) or not set(values) <= set(SYMPTOMS):
            return verdict
        wrong = values != self.expected
        letter, claimed = list(SUSPECTS)[wrong.argmax()], int(values[wrong.argmax()])
        words = f"{5 - wrong.sum()} of 5 verdicts are right. Look again at {letter}: "
        return Verdict("wrong", f"not yet. {words}{SYMPTOMS[claimed]}")


HUNT = _HuntExercise(
    expected=[ONE_IMAGE, UNFLIPPED, RIGHT, SWAPPED, OVERWRITES],
    wanted="5 numbers from 0 to 4, one for each of A to E",
    why="Each bug hides in one kind of setting: a single image, a kernel that equals itself after "
    "half a turn, equal strides, windows that don't overlap. A test has to avoid all four.",
    mistakes=(
        Mistake(
            [4, 2, 1, 5, 3],
            "You counted from 1. In the list 0 means right and 4 swapped strides.",
        ),
        Mistake(
            [2, 1, 4, 0, 3],
            "You listed who has bug 0, 1 and so on. Asked for is the number of the bug that each "
            "of A to E has.",
        ),
    ),
)


def pool_dx(G, x, k, s):
    """Return the right answer: each window's slope goes to its first maximum."""
    return max_pool2d_backward(G[None, None], x[None, None], k, stride=s)[0, 0]


def _pool_case(shape, k, s, *, rng):
    x = rng.integers(0, 3, shape) / 4  # full of ties
    outputs = max_pool2d(x[None, None], k, stride=s).shape[2:]
    return rng.integers(1, 40, outputs) / 4, x, k, s


def _pool_cases():
    rng = np.random.default_rng(12)
    return (
        _pool_case((7, 8), (3, 2), (2, 1), rng=rng),
        _pool_case((6, 9), (2, 3), (1, 2), rng=rng),
        _pool_case((5, 7), (3, 3), (1, 3), rng=rng),
    )


BOTH = "Both bugs are still in. Windows may overlap, and a window may hold its maximum twice."
TIES = (
    "The full slope still goes to every tie: a window with two maxima hands out twice what "
    "arrived. One winner, the first in reading order."
)
EQUALS = "A pixel that wins in several windows keeps only the last slope: `=` for `+=`."
REPAIR = FunctionExercise(
    reference=pool_dx,
    cases=_pool_cases(),
    wanted="pool_dx(G, x, k, s)",
    why="One winner a window, and a pixel that wins several times gets the sum. It agrees with "
    "cnnlib.max_pool2d_backward on pictures full of ties.",
    mistakes=(
        Mistake(lambda *case: pool_loops(*case, rule="every", overwrite=True), BOTH),
        Mistake(lambda *case: pool_loops(*case, rule="every"), TIES),
        Mistake(lambda *case: pool_loops(*case, overwrite=True), EQUALS),
        Mistake(
            lambda *case: pool_loops(*case, rule="last"),
            "Your winner is the last of several maxima. The library takes the first.",
        ),
        Mistake(
            lambda *case: pool_loops(*case, rule="share"),
            "You share the slope among the ties. That is a subgradient, too, but the task asks "
            "for one winner, the first in reading order.",
        ),
        Mistake(
            lambda *case: pool_loops(*case, rule="share", overwrite=True),
            f"You share the slope among the ties; one winner is asked for. {EQUALS}",
        ),
        Mistake(
            lambda *case: pool_loops(*case, rule="last", overwrite=True),
            f"Your winner is the last of several maxima; take the first. {EQUALS}",
        ),
        Mistake(
            lambda *case: pool_loops(*case, rule="none"),
            "Every pixel of a window gets the slope, whether it is the maximum or not.",
        ),
    ),
)


def grad_w(G, x, k, s, d):
    """Return the right answer: the gradient of the weights, (F, C, *k)."""
    w = np.zeros((G.shape[1], x.shape[1], *k))
    return conv2d_backward(G, x, w, stride=s, dilation=d, need_grad_x=False)[1]


def _uncropped_dw(G, x, _, s, d):
    return conv2d(x.swapaxes(0, 1), G.swapaxes(0, 1), stride=d, dilation=s).swapaxes(0, 1)


def grad_x(G, W, shape, s, p):
    """Return the right answer: the gradient of images of that shape."""
    return conv2d_backward(G, np.zeros(shape), W, stride=s, padding=p)[0]


def _cropped_up_to_minus_p(G, W, shape, s, p):
    whole = dx_loops(G, W, shape, s, p, crop="none")
    return whole[:, :, p[0] : -p[0], p[1] : -p[1]]


def _case(shape, filters, k, *, rng, **steps):
    y = conv2d(np.zeros(shape), np.zeros((filters, shape[1], *k)), **steps)
    parts = [y.shape, shape, (filters, shape[1], *k)]
    return [rng.integers(-20, 20, size) / 4 for size in parts]  # quarters: a dtype int shows


def _weight_cases():
    rng = np.random.default_rng(124)
    settings = [
        ((3, 2, 9, 10), 4, (2, 3), (2, 1), (1, 3)),  # a row is left over
        ((2, 3, 9, 8), 2, (3, 2), (1, 3), (2, 1)),
        ((2, 1, 7, 10), 3, (3, 2), (1, 2), (2, 3)),
    ]
    for shape, filters, k, s, d in settings:
        G, x, _ = _case(shape, filters, k, rng=rng, stride=s, dilation=d)
        yield G, x, k, s, d


def _pixel_cases():
    rng = np.random.default_rng(125)
    settings = [
        ((2, 3, 8, 9), 4, (3, 2), (2, 3), (1, 2)),
        ((3, 2, 7, 6), 3, (2, 3), (3, 1), (2, 1)),
        ((2, 1, 6, 9), 2, (3, 3), (1, 2), (0, 1)),
    ]
    for shape, filters, k, s, p in settings:
        G, _, W = _case(shape, filters, k, rng=rng, stride=s, padding=p)
        yield G, W, shape, s, p


WEIGHTS = FunctionExercise(
    reference=grad_w,
    cases=tuple(_weight_cases()),
    wanted="grad_w(G, x, k, s, d)",
    why="n, i and j are summed over, f, c, u and v stay. It agrees with cnnlib.conv2d_backward, "
    "also for unequal strides and dilations.",
    mistakes=(
        Mistake(
            lambda *case: grad_w(*case)[:, :, ::-1, ::-1],
            "Your result equals ours rotated by half a turn. In dW nothing is flipped: tap (u, v) "
            "meets the pixel s·i + d·u.",
        ),
        Mistake(
            lambda *case: dw_loops(*case, overwrite=True),
            "Each number is only the last of its terms: `=` overwrites what `+=` would add up.",
        ),
        *(
            Mistake(
                lambda G, x, *rest, part=part: grad_w(G[part], x[part], *rest),
                "The sum over the batch is missing: your dW comes from one image. A weight is "
                "used by all of them.",
            )
            for part in (slice(0, 1), slice(-1, None))
        ),
        Mistake(
            lambda G, *rest: grad_w(G, *rest) / len(G),
            "You took the mean over the batch. The mean is part of the loss, which has put its "
            "1/N into G; here it is a sum.",
        ),
        Mistake(
            lambda G, x, k, s, d: grad_w(G, x, k, s, d) / (G.shape[2] * G.shape[3]),
            "You took the mean over the windows. A weight is used in each of them: add.",
        ),
        *(
            Mistake(
                lambda *case, guard=guard: dw_loops(*case, swap_strides=True, guard=guard),
                "The two strides are swapped: the first is the vertical one and belongs to i.",
            )
            for guard in (True, False)
        ),
        *(
            Mistake(
                lambda *case, guard=guard: dw_loops(*case, swap_dilations=True, guard=guard),
                "The two dilations are swapped: the first is the vertical one and belongs to u.",
            )
            for guard in (True, False)
        ),
        *(
            Mistake(
                lambda *case, guard=guard: dw_loops(*case, swap_roles=True, guard=guard),
                "You read x at d·i + s·u. In the terms of dW the pixel is the one of the forward "
                "pass, s·i + d·u; the roles are swapped only when you see it as a convolution.",
            )
            for guard in (True, False)
        ),
        Mistake(
            lambda G, x, k, s, d: dw_loops(G, x, k, (1, 1), d),
            "The stride isn't used: window i starts at row s·i.",
        ),
        Mistake(
            lambda G, x, k, s, d: dw_loops(G, x, k, s, (1, 1)),
            "The dilation isn't used: tap u lies at row s·i + d·u.",
        ),
        Mistake(
            _uncropped_dw,
            "You have more rows or columns than W has taps: pixels are left over, and the "
            "convolution of x with the spread G runs on over them. Keep the first k.",
        ),
        Mistake(
            lambda *case: grad_w(*case).swapaxes(0, 1),
            "Filters and channels are swapped: dW has the shape of W, (F, C, KH, KW).",
        ),
    ),
)

PIXELS = FunctionExercise(
    reference=grad_x,
    cases=tuple(_pixel_cases()),
    wanted="grad_x(G, W, shape, s, p)",
    why="Each output hands its slope to its window, the shares are added, the border is cropped. "
    "It agrees with cnnlib.conv2d_backward, also where rows are left over.",
    mistakes=(
        Mistake(
            lambda G, W, *rest: grad_x(G, W[:, :, ::-1, ::-1], *rest),
            "Your result equals ours with the kernel turned by half a turn. Seen from an output "
            "the kernel isn't rotated; in a correlation over the spread G it is.",
        ),
        *(
            Mistake(
                lambda *case, taps=taps: dx_loops(*case, overwrite=True, taps_first=taps),
                "Where windows overlap only one share is left: `=` overwrites what `+=` would add.",
            )
            for taps in (False, True)
        ),
        *(
            Mistake(
                lambda *case, guard=guard: dx_loops(*case, swap_strides=True, guard=guard),
                "The two strides are swapped: the first is the vertical one and belongs to i.",
            )
            for guard in (True, False)
        ),
        *(
            Mistake(
                lambda G, W, *rest, part=part: grad_x(G[:, part], W[part], *rest),
                "The sum over the filters is missing: a pixel is used by every filter.",
            )
            for part in (slice(0, 1), slice(-1, None))
        ),
        Mistake(
            lambda *case: dx_loops(*case, crop="none"),
            "Your dX still has the padding. Crop p rows and columns on each side.",
        ),
        Mistake(
            _cropped_up_to_minus_p,
            "Where the padding is 0, `[p:-p]` is `[0:0]`, an empty slice. Crop with "
            "`[p : p + height]`.",
        ),
        Mistake(
            lambda *case: dx_loops(*case, crop="end"),
            "You cropped the padding at the end only. The first p rows and columns are padding, "
            "too.",
        ),
        Mistake(
            lambda *case: dx_loops(*case, crop="swapped"),
            "The two paddings are swapped: the first is the vertical one.",
        ),
        Mistake(
            lambda G, W, shape, s, p: dx_loops(G, W, shape, (1, 1), p),
            "The stride isn't used: window i starts at row s·i.",
        ),
        Mistake(
            lambda G, W, shape, s, p: grad_x(G, W, shape, s, p) / len(G),
            "You took the mean over the batch. A pixel belongs to one image; nothing is shared.",
        ),
    ),
)

EXERCISES = {
    "12.1": BY_HAND,
    "12.2": HUNT,
    "12.3": REPAIR,
    "12.4": WEIGHTS,
    "12.5": PIXELS,
}
