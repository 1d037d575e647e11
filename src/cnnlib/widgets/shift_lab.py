"""The shift lab of chapter 3."""

import ipywidgets
import numpy as np
import traitlets

from .. import kernels, plots
from ..datasets import load_mnist_small, load_photo
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet
from ._padding import MODES
from ._shifting import (
    AVERAGED,
    CONV,
    DENSE,
    LAYERS,
    POOLED,
    apply,
    compare,
    move,
    near_border,
)
from .kernel_studio import _png

SIDE = 32
MOST = SIDE // 2  # pixels; on a torus every shift is one of at most half a turn
INPUTS = ("digit", "cup", "photograph")
PRESETS = {
    "vertical edges": kernels.sobel(axis=1).tolist(),
    "horizontal edges": kernels.sobel(axis=0).tolist(),
    "outlines": kernels.laplacian().tolist(),
    "blur": kernels.box(5).tolist(),
}


class ShiftLab(Explorer):
    """Drag an object, and compare a layer's output after the shift with its shifted output.

    Parameters
    ----------
    photo : {"digit", "cup", "photograph"}, optional
        The input, 32×32 pixels: a digit of MNIST, a cup cut from a photograph, or all of the
        photograph.
    layer : str, optional
        The layer f: "dense layer", "locally connected layer", "convolution", "convolution, ReLU,
        max pool" or "convolution, ReLU, global mean". The first two have fixed random weights.
    preset : {"vertical edges", "horizontal edges", "outlines", "blur"}, optional
        The kernel of the convolution, 3×3; "blur" has 5×5.
    mode : {"zero", "reflect", "edge", "wrap"}, optional
        What a window reads beyond the border.
    down, right : int, optional
        The shift T, −16 to 16 pixels; what leaves on one side comes back on the other.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> ShiftLab(layer="convolution", mode="wrap", down=4, right=11)
    ShiftLab(convolution “vertical edges”, border “wrap”, digit shifted by 4 down and 11 right:
    f(Tx) and T f(x) differ at 0 of 1024 places, by 0 at most; f(x) reaches 3.984)
    """

    name = "shift-lab"
    caption = (
        "Shift lab. Drag the picture Tx with the mouse, a finger or the arrow keys; what leaves "
        "on one side comes back on the other. Above: the layer, then the shift. Below: the shift, "
        "then the layer. At the lower right: what differs between the two."
    )
    _esm = frontend("shift_lab.js")
    _css = stylesheet("shift_lab.css")

    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode("digit").tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    layer = traitlets.Unicode(DENSE).tag(sync=True)
    layer_index = traitlets.Int(0).tag(sync=True)
    preset = traitlets.Unicode("vertical edges").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    mode = traitlets.Unicode("zero").tag(sync=True)
    mode_index = traitlets.Int(0).tag(sync=True)
    kernel_shown = traitlets.Unicode("none").tag(sync=True)
    mode_shown = traitlets.Unicode("none").tag(sync=True)
    down = traitlets.Int(0, min=-MOST, max=MOST).tag(sync=True)
    right = traitlets.Int(0, min=-MOST, max=MOST).tag(sync=True)

    def __init__(self, **traits):
        # 8 bits a pixel: both sides then compute from the very same values.
        self.pixels = {name: np.round(255 * _input(name)) / 255 for name in INPUTS}
        choices = {
            "photo": list(INPUTS),
            "layer": list(LAYERS),
            "preset": list(PRESETS),
            "mode": list(MODES),
        }
        encoded = {name: _png(x) for name, x in self.pixels.items()}
        super().__init__(photos=encoded, presets=PRESETS, choices=choices, **traits)
        self._settle(None)

    @traitlets.observe("layer")
    def _settle(self, change):
        self.mode_shown = "none" if self.layer == DENSE else ""
        self.kernel_shown = "" if self.layer.startswith(CONV) else "none"

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        reach = {"min": -MOST, "max": MOST}
        kernel, mode = self.dropdown("preset", "Kernel"), self.dropdown("mode", "Border")
        ipywidgets.jsdlink((self, "kernel_shown"), (kernel.layout, "display"))
        ipywidgets.jsdlink((self, "mode_shown"), (mode.layout, "display"))
        return [
            self.dropdown("photo", "Input"),
            self.dropdown("layer", "Layer f"),
            kernel,
            mode,
            self.control(ipywidgets.IntSlider, "down", "Down", **reach),
            self.control(ipywidgets.IntSlider, "right", "Right", **reach),
            self.control(ipywidgets.Play, "right", "Move", **reach, interval=300),
        ]

    def input(self):
        """Return the input x, of shape (32, 32)."""
        return self.pixels[self.photo]

    def f(self, x):
        """Return the layer's output for an input (H, W)."""
        return apply(x, self.layer, np.array(PRESETS[self.preset]), self.mode)

    def both_ways(self):
        """Return T f(x) and f(Tx): the layer and then the shift, and the other way round."""
        y = self.f(self.input())
        step = 2 if self.layer == POOLED else 1
        first = y if self.layer == AVERAGED else move(y, self.down / step, self.right / step)
        return first, self.f(move(self.input(), self.down, self.right))

    def summary(self):
        """Return the current result in words."""
        y, (first, second) = self.f(self.input()), self.both_ways()
        layer = self.layer.replace(CONV, f"{CONV} “{self.preset}”")
        border = "" if self.layer == DENSE else f", border “{self.mode}”"
        setting = f"{layer}{border}, {self.photo} shifted {_way(self.down, self.right)}"
        count, largest, *_ = compare(first, second)
        if self.layer == AVERAGED:
            values = (number(value.item(), 3) for value in (first, second))
            return f"{setting}: f(x) = {next(values)}, f(Tx) = {next(values)}"
        reach = len(PRESETS[self.preset]) // 2
        close = self.layer == CONV and count
        close = close and near_border(first, second, reach, self.down, self.right)
        where = f", all within {reach} px of the border or of its shifted copy" if close else ""
        return (
            f"{setting}: f(Tx) and T f(x) differ at {count} of {y.size} places, by "
            f"{number(largest, 3)} at most{where}; f(x) reaches {number(np.abs(y).max(), 3)}"
        )

    def still(self):
        """Return a figure of Tx, f(Tx), T f(x) and their difference."""
        first, second = self.both_ways()
        images = {"Tx": move(self.input(), self.down, self.right)}
        images |= {"f(Tx)": second, "T f(x)": first, "difference": second - first}
        return plots.show_images(images, signed=list(images)[1:])


def _way(down, right):
    """Return a shift in words.

    >>> _way(4, -6)
    'by 4 down and 6 left'
    """
    moves = ((down, "down", "up"), (right, "right", "left"))
    parts = [f"{abs(by)} {ahead if by > 0 else back}" for by, ahead, back in moves if by]
    return f"by {' and '.join(parts)}" if parts else "by nothing"


def _input(name):
    if name == "photograph":
        return load_photo("coffee", gray=True, size=SIDE)
    if name == "digit":
        return np.pad(load_mnist_small().train.x[12, 0].astype(float), 2)
    cup = load_photo("coffee", gray=True, size=34)[:18, 7:25]
    rows, columns = np.indices(cup.shape) - 8.5
    return np.pad(np.where(rows**2 + columns**2 < 81, cup, 0), 7)
