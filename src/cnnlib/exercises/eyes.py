"""The exercises of chapter 4, How eyes do it."""

import numpy as np

from ..vision import LUMINANCE, cone_fundamentals, luminous_efficiency
from ._check import ArrayExercise, FunctionExercise, Mistake

ROW = np.array([3.0, 3, 3, 3, 8, 8, 8, 8])
WEIGHTS = np.array([-1.0, -1, 4, -1, -1])
BT601 = (0.299, 0.587, 0.114)


def _slide(row, weights):
    return np.correlate(row, weights, "valid")


_BANDS = _slide(ROW, WEIGHTS)

BANDS = ArrayExercise(
    expected=_BANDS,
    wanted="four numbers in a row",
    why="The step reaches into all four fields. The cell centred on the last dark place is "
    "inhibited most, and the one centred on the first bright place fires most.",
    mistakes=(
        Mistake(
            np.maximum(_BANDS, 0),
            "These are the firing rates, max(0, r). Asked for are the responses r.",
        ),
        Mistake(np.abs(_BANDS), "You dropped the signs. A cell that is inhibited has r below 0."),
        Mistake(-_BANDS, "These are the responses of an off-centre cell. Here the centre has +4."),
        Mistake(
            _slide(ROW, np.array([0.0, 0, 4, 0, 0])), "You left out the surround, four times −1."
        ),
        Mistake(
            _slide(ROW, np.array([-1.0, -1, 0, -1, -1])), "You left out the centre, with weight 4."
        ),
        Mistake(
            _slide(ROW, np.array([0.0, -1, 2, -1, 0])),
            "You took one neighbour on each side. The surround is two wide.",
        ),
        Mistake(
            _slide(ROW, np.array([-1.0, -1, 1, -1, -1])),
            "You gave the centre the weight 1. It is 4, so that the weights add up to 0.",
        ),
        Mistake(_slide(ROW, np.ones(5)), "These are the sums of the pixels, all with weight 1."),
        Mistake(
            np.correlate(ROW, WEIGHTS, "same"),
            "You took the places beyond the ends as 0. Take only cells that fit on the row.",
        ),
        *(
            Mistake(
                _slide(np.pad(ROW, pad, mode=mode), WEIGHTS),
                "You let fields reach beyond the ends of the row. Take only cells that fit on it.",
            )
            for pad, mode in ((1, "constant"), (1, "edge"), (2, "edge"))
        ),
        Mistake(_BANDS / 5, "You divided by 5. A response is the sum."),
    ),
)

_E, _O = 0.3, -0.4

ENERGY = ArrayExercise(
    expected=[_E, 0, _E**2 + _O**2],
    wanted="three numbers, [firing of the first, firing of the second, energy]",
    why="The second can't fire less than not at all, but its square counts in the energy.",
    mistakes=(
        Mistake(
            [_E, _O, _E**2 + _O**2],
            "A cell can't fire a negative number of times. It fires max(0, r).",
        ),
        Mistake(
            [_E, -_O, _E**2 + _O**2],
            "The second cell is inhibited: it doesn't fire by the size of r, but not at all.",
        ),
        Mistake(
            [_E, 0, _E**2],
            "You squared what the cells fire. The energy squares the responses, with their signs.",
        ),
        Mistake([_E, 0, np.hypot(_E, _O)], "That is the root of the energy. Leave it a square."),
        Mistake([_E, 0, (_E + _O) ** 2], "You added before you squared. Square each one first."),
        Mistake([_E, 0, _E + _O], "You added the responses. The energy adds their squares."),
        Mistake([_E, 0, _E - _O], "You added their sizes. The energy adds their squares."),
        Mistake([_E, 0, _E**2 - _O**2], "The square of a negative number is positive."),
        Mistake(
            [_E, 0, (_E**2 + _O**2) / 2], "That is the mean of the squares. The energy is the sum."
        ),
    ),
)


def _ratio(curve):
    return float(curve(600) / curve(450))


def _observer(name):
    return lambda nm: luminous_efficiency(nm, observer=name)


def _cone(k):
    return lambda nm: cone_fundamentals(nm)[k]


WATTS = ArrayExercise(
    expected=_ratio(luminous_efficiency),
    wanted="one number, a ratio of two values of luminous_efficiency",
    why="V is 0.631 at 600 nm and 0.038 at 450 nm: blue light must be much stronger to be as "
    "bright.",
    mistakes=(
        Mistake(
            1 / _ratio(luminous_efficiency),
            "That is the other way round: the light that counts less needs more watts.",
        ),
        *(
            Mistake(
                round(_ratio(luminous_efficiency), digits),
                "Right, but rounded. Let Python give the number.",
            )
            for digits in (0, 1, 2, 3, 4)
        ),
        Mistake(
            _ratio(_observer("scotopic")),
            "That is the eye by night. Asked for is daylight, observer CIE 1924.",
        ),
        Mistake(
            _ratio(_observer("CIE 2008")),
            "That is the revised curve of 2008. Asked for is the one of CIE 1924.",
        ),
        *(
            Mistake(
                _ratio(_cone(k)),
                f"These are the {name} cones alone. Brightness is luminous efficiency.",
            )
            for k, name in enumerate("LMS")
        ),
        Mistake(
            float(luminous_efficiency(600) - luminous_efficiency(450)),
            "That is a difference. How many times does 600 nm count as much?",
        ),
        Mistake(600 / 450, "That is the ratio of the wavelengths. Take V at each of them."),
    ),
)


def _decoded(photo):
    low = photo / 12.92
    return np.where(photo <= 0.04045, low, ((photo + 0.055) / 1.055) ** 2.4)


def _luminance(photo):
    return np.tensordot(LUMINANCE, _decoded(photo), axes=1)


def _luma(photo):
    return np.tensordot(BT601, photo, axes=1)


def _weighed_encoded(photo):
    return np.tensordot(LUMINANCE, photo, axes=1)


def _old_weights(photo):
    return np.tensordot(BT601, _decoded(photo), axes=1)


def _mean(photo):
    return photo.mean(axis=0)


def _mean_light(photo):
    return _decoded(photo).mean(axis=0)


def _reversed(photo):
    return np.tensordot(LUMINANCE[::-1], _decoded(photo), axes=1)


def _decoded_last(photo):
    return _decoded(_weighed_encoded(photo))


def _power(photo):
    return np.tensordot(LUMINANCE, photo**2.2, axes=1)


def _one_branch(photo):
    return np.tensordot(LUMINANCE, ((photo + 0.055) / 1.055) ** 2.4, axes=1)


def _encoded(photo):
    light = _luminance(photo)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


_RANDOM = np.random.default_rng(4)

LIGHT = FunctionExercise(
    reference=_luminance,
    cases=tuple((_RANDOM.random((3, *shape)) ** 2,) for shape in [(4, 5), (6, 3), (2, 7)]),
    wanted="luminance(photo)",
    why="First from pixel values back to light, then the weights of the primaries.",
    mistakes=(
        Mistake(
            _weighed_encoded,
            "The weights are right, but pixel values aren't proportional to light: decode first.",
        ),
        Mistake(
            _luma,
            "That is load_photo's luma: the weights of BT.601, on pixel values as they are stored.",
        ),
        Mistake(_old_weights, "Decoded well; but these are the weights of BT.601."),
        Mistake(_mean, "That is the mean of the pixel values. Decode, and weigh the channels."),
        Mistake(_mean_light, "Decoded well; but the three channels don't count alike."),
        Mistake(_reversed, "The weights are in the order blue, green, red."),
        Mistake(_decoded_last, "You decoded the sum. Each channel has to be decoded before it."),
        Mistake(_power, "The 2.2nd power is close. Asked for is sRGB's own curve."),
        Mistake(_one_branch, "Values up to 0.04045 lie on the straight part, divided by 12.92."),
        Mistake(_encoded, "You encoded the result again. Leave it as light."),
    ),
)

EXERCISES = {
    "4.1": BANDS,
    "4.2": ENERGY,
    "4.3": WATTS,
    "4.4": LIGHT,
}
