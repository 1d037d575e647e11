"""The exercises of chapter 10, Receptive fields."""

from ..shapes import conv_parameters, receptive_field
from ._check import ArrayExercise, FunctionExercise, Mistake

BY_HAND = ArrayExercise(
    expected=receptive_field([(5, 2, 2), (3, 1, 1, 2), (2, 2)])[-1],
    wanted="three numbers, [size, jump, start]",
    why="1 + 4·1 = 5, then 5 + 2·2·2 = 13, then 13 + 1·2 = 15; 2·1·2 = 4; −2·1 − 1·2 = −4.",
    mistakes=(
        Mistake(
            [1 + 4 + 2 * 2 + 1, 4, -3],
            "You added the pixels of each layer as if the jump were always 1. After a stride of 2 "
            "a step in the map is two steps in the picture.",
        ),
        Mistake(
            [1 + 4 * 2 + 2 * 2 * 2 + 1 * 4, 4, -6],
            "You multiplied each layer by the jump after it. Its taps lie in its input, whose jump "
            "is the one before the layer's own stride.",
        ),
        Mistake(
            [1 + 4 + 2 * 2 + 1 * 2, 4, -4],
            "The second layer's dilation is missing: its outer taps lie 4 apart, not 2.",
        ),
        Mistake(
            [1 + 4 + 2 * 2 * 2 + 1 * 4, 4, -4],
            "You counted the last layer's own stride. It reads a map whose jump is 2.",
        ),
        Mistake([15, 4, 4], "Padding lies before the first pixel, so the start is negative."),
        Mistake([15, 4, -3], "The second layer's padding lies in a map whose jump is 2."),
        Mistake([15, 2, -4], "The last layer has a stride, too: it doubles the jump once more."),
    ),
)

HOW_MANY = ArrayExercise(
    expected=[50, 6],
    wanted="two numbers, [with stride 1, with stride 2]",
    why="1 + 2n reaches 101 at n = 50; with stride 2 it is 1 + 2(1 + 2 + 4 + …) = 2ⁿ⁺¹ − 1, and "
    "that reaches 127 at n = 6.",
    mistakes=(
        Mistake([49, 6], "49 layers see 99 pixels, one short of 100."),
        Mistake([50, 5], "Five layers with stride 2 see 2⁶ − 1 = 63 pixels."),
        Mistake(
            [50, 7],
            "Six see 127 pixels. The first layer adds 2: its own stride counts for those above.",
        ),
        Mistake([33, 6], "A 3×3 layer adds two pixels to the field, not three."),
        Mistake([34, 6], "A 3×3 layer adds two pixels to the field, not three."),
        Mistake([99, 6], "A 3×3 layer adds two pixels to the field, one on each side."),
        Mistake([100, 6], "A 3×3 layer adds two pixels to the field, one on each side."),
    ),
)

COST = ArrayExercise(
    expected=[2 * conv_parameters(64, 64, 3, bias=False), conv_parameters(64, 64, 5, bias=False)],
    wanted="two numbers, [two 3×3, one 5×5]",
    why="2·9·64² = 73,728 against 25·64² = 102,400, for the same field of 5.",
    mistakes=(
        Mistake(
            [2 * 9, 25], "These are the weights from one map to one map. There are 64 of each."
        ),
        Mistake(
            [2 * 9 * 64, 25 * 64],
            "Every filter has one kernel for each of the 64 input maps, and there are 64 filters.",
        ),
        Mistake([9 * 64**2, 25 * 64**2], "That is one layer of 3×3. Two of them see 5 pixels."),
        Mistake(
            [3 * 9 * 64**2, 25 * 64**2],
            "Three layers of 3×3 see 7 pixels; for 5 it takes two.",
        ),
        Mistake(
            [2 * (9 * 64**2 + 64), 25 * 64**2 + 64],
            "These numbers contain the biases; asked for are the weights.",
        ),
    ),
)

PATHS = ArrayExercise(
    expected=[1, 1, 2, 1, 2, 1, 1],
    wanted="seven numbers, one for each pixel of the box",
    why="The unit reads three places of the first map, whose windows begin at the pixels 0, 2 and "
    "4; three windows of three ones, two apart, add up to 1 1 2 1 2 1 1.",
    mistakes=(
        Mistake(
            [1, 2, 3, 2, 1],
            "That is for stride 1. Here the windows of the first layer lie two pixels apart.",
        ),
        Mistake(
            [1, 2, 3, 4, 3, 2, 1],
            "That is for two kernels of 4 with stride 1. Write down the three windows: they begin "
            "at the pixels 0, 2 and 4.",
        ),
        Mistake(
            [1, 1, 1, 1, 1, 1, 1],
            "Neighbouring windows overlap by one pixel, and that pixel is read twice.",
        ),
        Mistake(
            [1, 2, 3, 3, 3, 2, 1],
            "That is a field without gaps: the windows start at 0, 2 and 4, not at 0, 1, 2, 3, 4.",
        ),
        Mistake(
            [1, 0, 1, 0, 1],
            "These are the places where the windows start. Each of them covers three pixels.",
        ),
    ),
)


def _box(layers, unit):
    size, jump, start = receptive_field(layers)[-1]
    return [start + unit * jump, start + unit * jump + size - 1]


def _forward(layers, unit):
    """Walk the layers in the wrong order, from the first to the last."""
    first = last = unit
    for k, s, p, d in layers:
        first, last = first * s - p, last * s - p + d * (k - 1)
    return [first, last]


def _undilated(layers, unit):
    return _box([(k, s, p, 1) for k, s, p, _ in layers], unit)


def _unpadded(layers, unit):
    return _box([(k, s, 0, d) for k, s, _, d in layers], unit)


def _one_more_tap(layers, unit):
    first = last = unit
    for k, s, p, d in reversed(layers):
        first, last = first * s - p, last * s - p + d * k
    return [first, last]


def _wider_by_padding(layers, unit):
    first = last = unit
    for k, s, p, d in reversed(layers):
        first, last = first * s - p, last * s + p + d * (k - 1)
    return [first, last]


def _from_first(layers, unit):
    first = last = unit
    for k, s, p, d in reversed(layers):
        first = first * s - p
        last = first + d * (k - 1)
    return [first, last]


def _one_beyond(layers, unit):
    first, last = _box(layers, unit)
    return [first, last + 1]


def _clipped(layers, unit):
    return [max(0, place) for place in _box(layers, unit)]


BOX = FunctionExercise(
    reference=_box,
    cases=(
        (((3, 1, 0, 1), (2, 2, 0, 1)), 1),
        (((3, 2, 1, 1), (5, 1, 2, 1)), 4),
        (((5, 3, 2, 1), (3, 1, 2, 2), (2, 2, 1, 1)), 1),
    ),
    wanted="box(layers, unit), [first pixel, last pixel]",
    why="Each layer turns the places first to last of its map into first·s − p to last·s − p + "
    "d(k − 1) of its input; the last layer comes first.",
    mistakes=(
        Mistake(
            _forward,
            "You go through the layers from the first to the last. The unit lies in the last map, "
            "so the way down to the picture begins with the last layer.",
        ),
        Mistake(_undilated, "The dilation is missing: the outer taps lie d(k − 1) apart."),
        Mistake(_unpadded, "The padding is missing: it moves the box towards the front."),
        Mistake(
            _one_more_tap,
            "Between k taps there are k − 1 gaps: the last one lies d(k − 1) after the first.",
        ),
        Mistake(
            _wider_by_padding,
            "Padding moves the whole window towards the front: subtract p for the last pixel, too.",
        ),
        Mistake(
            _from_first,
            "You took the last place from the first one of each map. Both walk down: from the last "
            "place, too, to the last tap of its own window.",
        ),
        Mistake(_one_beyond, "The second number is one too large: asked for is the last pixel."),
        Mistake(
            _clipped,
            "You cut the box off at the picture's border. Asked for is the whole box; where it "
            "hangs over, its first pixel is negative.",
        ),
    ),
)

EXERCISES = {"10.1": BY_HAND, "10.2": HOW_MANY, "10.3": COST, "10.4": PATHS, "10.5": BOX}
