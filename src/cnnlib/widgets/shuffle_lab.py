"""The shuffle lab of chapter 1."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..datasets import load_mnist_small
from ._arguments import plain
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet
from ._shuffling import (
    DETECTORS,
    answers,
    detect,
    neighbour_correlation,
    permutation,
    shuffled_count,
    trained_layer,
)

RANGES = {
    "share": (0, 100),
    "seed": (1, 50),
    "unit": (0, 9),
    "row": (1, 26),
    "col": (1, 26),
}
SIDE = 28


class ShuffleLab(Explorer):
    """Shuffle the pixels of a digit, and see who minds: a dense layer or a small neighbourhood.

    Parameters
    ----------
    digits : sequence of int, optional
        Which digits are offered, 0 to 9, each by one image of the test part of
        `cnnlib.load_mnist_small`, the first that the dense layer reads correctly.
    digit : int, optional
        The one that is shown, by default the first.
    share : int, optional
        How many of the pixels are shuffled, 0 to 100 percent.
    seed : int, optional
        The number of the permutation, 1 to 50.
    detector : str, optional
        What is computed from each neighbourhood of 3×3 pixels: "mean of the nine pixels",
        "right column minus left" or "lower row minus upper".
    unit : int, optional
        The output of the dense layer whose weights are shown, 0 to 9; by default the digit's own.
    alike : bool, optional
        Whether the weights move along with the pixels that they belong to.
    row, col : int, optional
        The middle of the marked neighbourhood, 1 to 26.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> ShuffleLab(digits=[7], share=100)
    ShuffleLab(digit 7, 100 % of the pixels shuffled, 783 of 784 moved, weights alike → outputs as
    before, answer 7; correlation of neighbours 0.769 → 0.01; mean of the nine pixels beyond 0.1 at
    156 → 325 of 676 places)
    """

    name = "shuffle-lab"
    caption = (
        "Shuffle lab. The frame marks nine neighbours in the digit, and where they are after the "
        "shuffle; move it with the mouse, a finger or the arrow keys. In the weights and in "
        "differences blue is negative and orange positive."
    )
    _esm = frontend("shuffle_lab.js")
    _css = stylesheet("shuffle_lab.css")

    images = traitlets.Bytes().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    scale = traitlets.Float().tag(sync=True)
    bias = traitlets.List().tag(sync=True)
    kernels = traitlets.Dict().tag(sync=True)
    digit = traitlets.Int(0).tag(sync=True)
    digit_index = traitlets.Int(0).tag(sync=True)
    share = traitlets.Int(0, min=0, max=100).tag(sync=True)
    seed = traitlets.Int(1, min=1, max=50).tag(sync=True)
    detector = traitlets.Unicode(next(iter(DETECTORS))).tag(sync=True)
    detector_index = traitlets.Int(0).tag(sync=True)
    unit = traitlets.Int(0, min=0, max=9).tag(sync=True)
    alike = traitlets.Bool(True).tag(sync=True)
    row = traitlets.Int(9, min=1, max=26).tag(sync=True)
    col = traitlets.Int(18, min=1, max=26).tag(sync=True)

    def __init__(self, *, digits=tuple(range(10)), **traits):
        digits = _check_digits(digits)
        weights, scale, bias = trained_layer()
        self.layer = weights * scale, bias
        pixels = {digit: _read_correctly(digit, *self.layer) for digit in digits}
        self.pixels = {digit: x / 255 for digit, x in pixels.items()}
        shown = traits.setdefault("digit", digits[0])
        super().__init__(
            images=b"".join(x.tobytes() for x in pixels.values()),
            weights=weights.tobytes(),
            scale=scale,
            bias=bias.tolist(),
            kernels={name: kernel.tolist() for name, kernel in DETECTORS.items()},
            choices={"digit": digits, "detector": list(DETECTORS)},
            **{"unit": shown} | traits,
        )
        # Not earlier, or it would take the place of a unit that was asked for.
        self.observe(self._show_its_weights, "digit")

    def _show_its_weights(self, change):
        self.unit = change.new

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        sliders = {"share": "Shuffled %", "seed": "Permutation", "unit": "Weights of output"}
        share, seed, unit = (
            self.control(ipywidgets.IntSlider, name, text, min=RANGES[name][0], max=RANGES[name][1])
            for name, text in sliders.items()
        )
        return [
            *([self.dropdown("digit", "Digit")] if len(self.pixels) > 1 else []),
            share,
            seed,
            self.dropdown("detector", "Neighbourhood"),
            unit,
            self.control(ipywidgets.Checkbox, "alike", "Move the weights alike"),
            self.control(ipywidgets.Play, "share", "Shuffle", max=100, interval=60),
        ]

    def order(self):
        """Return which pixel is shown at each place, an int array of shape (784,)."""
        count = shuffled_count(SIDE * SIDE, self.share)
        return permutation(SIDE * SIDE, count, self.seed)

    def shuffled(self):
        """Return the digit as the layer gets it, of shape (28, 28)."""
        return self.pixels[self.digit].ravel()[self.order()].reshape(SIDE, SIDE)

    def outputs(self):
        """Return the dense layer's ten outputs before the shuffle and after it."""
        weights, bias = self.layer
        moved = weights[:, self.order()] if self.alike else weights
        before, after = self.pixels[self.digit], self.shuffled()
        return weights @ before.ravel() + bias, moved @ after.ravel() + bias

    def summary(self):
        """Return the current result in words."""
        x, shuffled = self.pixels[self.digit], self.shuffled()
        moved = np.count_nonzero(self.order() != np.arange(x.size))
        before, after = self.outputs()
        # Rounding depends on the machine, so its size is not stated.
        difference = np.abs(before - after).max()
        changed = f"changed by up to {number(difference)}" if difference > 1e-9 else "as before"
        alike = [number(neighbour_correlation(y), 3) for y in (x, shuffled)]
        seen = [detect(y, self.detector) for y in (x, shuffled)]
        strong = [answers(y) for y in seen]
        return (
            f"digit {self.digit}, {self.share} % of the pixels shuffled, {moved} of {x.size} "
            f"moved, weights {'alike' if self.alike else 'left in place'} → outputs {changed}, "
            f"answer {after.argmax()}; correlation of neighbours "
            f"{alike[0]} → {alike[1]}; {self.detector} beyond 0.1 at {strong[0]} → {strong[1]} "
            f"of {seen[0].size} places"
        )

    def still(self):
        """Return a figure of the digit, the shuffled digit, the weights and the detector."""
        weights = self.layer[0][self.unit]
        moved = weights[self.order()] if self.alike else weights
        last = f"3×3: {self.detector}"
        images = {
            f"digit {self.digit}": self.pixels[self.digit],
            f"{self.share} % shuffled": self.shuffled(),
            f"weights of output {self.unit}": moved.reshape(SIDE, SIDE),
            last: detect(self.shuffled(), self.detector),
        }
        signed = [f"weights of output {self.unit}"]
        return plots.show_images(images, signed=signed + [last] * ("minus" in last))


def _read_correctly(digit, weights, bias):
    """Return the first test image of a digit that the layer reads correctly, uint8 (28, 28)."""
    test = load_mnist_small().test
    bytes_ = np.round(255 * test.x.reshape(len(test.x), -1).astype(np.float64)).astype(np.uint8)
    right = (bytes_ / 255 @ weights.T + bias).argmax(axis=1) == test.y
    return bytes_[np.flatnonzero(right & (test.y == digit))[0]].reshape(SIDE, SIDE)


def _check_digits(digits):
    listed = list(digits) if isinstance(digits, (list, tuple, range)) else []
    whole = all(type(plain(digit)) is int and 0 <= digit <= 9 for digit in listed)
    if not listed or not whole or len(set(listed)) < len(listed):
        raise ValueError(f"digits must be a list of different digits 0 to 9, got {digits!r}")
    return [int(digit) for digit in listed]
