"""The digit pad of chapter 11."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..activations import softmax
from ..datasets import load_mnist_small
from ..ink import PEN, center_digit, draw_strokes
from ..pretrained import load_lenet
from ._explorer import Explorer, a_digit, number, percent
from ._frontend import frontend, stylesheet
from ._network import describe
from .kernel_studio import _png

FINENESS = 4  # pixels of the pad for each pixel of a digit
SIDE = 28


class Strokes(traitlets.List):
    """A trait that holds strokes: lists of points [x, y] on a pad of 28 by 28 units."""

    def validate(self, obj, value):
        try:
            strokes = [np.asarray(stroke, dtype=np.float64) for stroke in value]
        except (TypeError, ValueError):
            strokes = [np.empty(0)]
        fits = all(s.ndim == 2 and s.shape[1] == 2 and np.isfinite(s).all() for s in strokes)
        if not fits or any(len(s) == 0 for s in strokes):
            raise ValueError(f"{self.name} must be lists of points (x, y), got {value!r}")
        return [stroke.clip(0, SIDE).tolist() for stroke in strokes]


class DigitPad(Explorer):
    """Draw a digit, and see every map, logit and probability of a network follow.

    Parameters
    ----------
    model : Sequential, optional
        A network for images (1, 28, 28) that ends in a dense layer; by default `load_lenet`.
    digits : sequence of int, optional
        Which digits of ``load_mnist_small().test``, 0 to 499, can be laid on the pad.
    digit : int, optional
        The place in that sequence of the one that lies on it.
    blank : bool, optional
        True takes the test digit off the pad.
    strokes : list of list of (float, float), optional
        What is drawn: points (x, y) on a pad of 28 by 28 units. The first stroke takes a blank
        sheet.
    over : bool, optional
        True keeps the test digit on the pad, under the strokes, whatever `blank` is.
    pen : float, optional
        Width of the pen in units, 1 to 6.
    centre : bool, optional
        Whether the drawing is scaled and centred as MNIST's digits are.
    layer : str, optional
        The layer of the picked unit, such as "conv2".
    map, row, col : int, optional
        The picked unit's place; in the dense layer `map` is the class. It is held within the layer.
    part : int, optional
        The map below whose share is written out.

    Raises
    ------
    TypeError, ValueError
        If an argument is out of range or the network holds what the browser can't run.

    Examples
    --------
    >>> DigitPad(digits=range(8), digit=3)
    DigitPad(test digit 3, a 0 → 0 with 99.9 %; conv2, map 0, row 3, column 3: 8 partial sums and
    the bias → −2.27)
    """

    name = "digit-pad"
    caption = (
        "Digit pad. Draw with the mouse or a finger; the first stroke takes a blank sheet, unless "
        "“Draw on the test digit” is ticked. With the keyboard, arrow keys move the pen, Space "
        "puts it down or lifts it, Delete clears. A drawing is scaled to 20×20 pixels and placed "
        "by its centre of mass, as MNIST's digits were. Pick any number to see what made it. Each "
        "layer has its own colour scale."
    )
    _esm = frontend("digit_pad.js")
    _css = stylesheet("digit_pad.css")

    layers = traitlets.List().tag(sync=True)
    weights = traitlets.Bytes().tag(sync=True)
    sheet = traitlets.Bytes().tag(sync=True)
    labels = traitlets.List().tag(sync=True)
    digit = traitlets.Int(0).tag(sync=True)
    blank = traitlets.Bool(False).tag(sync=True)
    strokes = Strokes().tag(sync=True)
    over = traitlets.Bool(False).tag(sync=True)
    pen = traitlets.Float(PEN).tag(sync=True)
    centre = traitlets.Bool(True).tag(sync=True)
    layer = traitlets.Unicode().tag(sync=True)
    layer_index = traitlets.Int(0).tag(sync=True)
    map = traitlets.Int(0, min=0).tag(sync=True)
    row = traitlets.Int(3, min=0).tag(sync=True)
    col = traitlets.Int(3, min=0).tag(sync=True)
    part = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, *, model=None, digits=range(160), **traits):
        self.model = load_lenet() if model is None else model
        layers, weights = describe(self.model)
        self.digits = _digits(digits)
        pick = [layer["name"] for layer in layers if layer["kind"] != "flatten"]
        second = [name for name in pick if name.startswith("conv")][-1:] or pick
        traits = {"layer": second[0]} | traits
        super().__init__(
            choices={"layer": pick},
            layers=layers,
            weights=weights,
            sheet=_png(self.digits.x.reshape(-1, SIDE)),
            labels=self.digits.y.tolist(),
            **traits,
        )
        self.observe(self._take_fresh_paper, "digit")

    @traitlets.validate("digit")
    def _check_digit(self, proposal):
        if not 0 <= proposal.value < len(self.digits.y):
            last = len(self.digits.y) - 1
            raise ValueError(f"digit must be between 0 and {last}, got {proposal.value!r}")
        return proposal.value

    def _take_fresh_paper(self, change):
        self.strokes, self.blank = [], False

    @traitlets.validate("pen")
    def _check_pen(self, proposal):
        if not 1 <= proposal.value <= 6:
            raise ValueError(f"pen must be between 1 and 6, got {proposal.value!r}")
        return proposal.value

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        digits = {"min": 0, "max": len(self.labels) - 1}
        return [
            self.control(ipywidgets.IntSlider, "digit", "Test digit", **digits),
            self.control(ipywidgets.Play, "digit", "Digits", interval=1200, **digits),
            self.control(ipywidgets.FloatSlider, "pen", "Pen", min=1, max=6, step=0.25),
            self.control(ipywidgets.Checkbox, "over", "Draw on the test digit"),
            self.control(ipywidgets.Checkbox, "centre", "Centre as in MNIST"),
            self.dropdown("layer", "Picked layer"),
        ]

    def ink(self):
        """Return what is on the pad, ink of shape (112, 112) between 0 and 1."""
        drawn = draw_strokes(self.strokes, pen=self.pen, fineness=FINENESS)
        if not self._shows_digit():
            return drawn
        printed = self.digits.x[self.digit, 0]
        return np.maximum(drawn, np.kron(printed, np.ones((FINENESS, FINENESS))))

    def _shows_digit(self):
        return self.over or not (self.blank or self.strokes)

    def picture(self):
        """Return what the network gets, of shape (28, 28)."""
        ink = self.ink()
        if self.centre:
            return center_digit(ink)
        return ink.reshape(SIDE, FINENESS, SIDE, FINENESS).mean(axis=(1, 3))

    def outputs(self):
        """Return the output of each layer by its name, without the batch, computed by NumPy."""
        x = self.picture()[None, None].astype(self.model.dtype)
        return {name: y[0] for name, y in self.model.trace(x)}

    def unit(self):
        """Return the place of the picked unit, held within its layer."""
        shape = self.outputs()[self.layer].shape
        wanted = (self.map, self.row, self.col)
        return tuple(min(n - 1, i) for n, i in zip(shape, wanted, strict=False))

    def summary(self):
        """Return the current result in words."""
        outputs, unit = self.outputs(), self.unit()
        shares = softmax(outputs[self.layers[-1]["name"]].astype(float))
        best = int(shares.argmax())
        strokes = f"{len(self.strokes)} {'stroke' if len(self.strokes) == 1 else 'strokes'}"
        what = f"test digit {self.digit}, {a_digit(self.labels[self.digit])}"
        if not self._shows_digit():
            what = f"a drawing of {strokes}" if self.strokes else "a blank pad"
        elif self.strokes:
            what += f", and {strokes}"
        axes = ("map", "row", "column") if len(unit) == 3 else ("logit of",)
        place = ", ".join(f"{axis} {i}" for axis, i in zip(axes, unit, strict=True))
        value = number(outputs[self.layer][unit])
        share = percent(shares[best])
        return f"{what} → {best} with {share}; {self.layer}, {place}: {self._made()} → {value}"

    def _made(self):
        """Return in words what the picked unit was made of."""
        names = [layer["name"] for layer in self.layers]
        layer = self.layers[names.index(self.layer)]
        if layer["kind"] == "pool":
            return "the largest of its window"
        if layer["kind"] == "relu":
            return "the positive part"
        maps = [len(y) for name, y in self.outputs().items() if y.ndim == 3]
        parts = layer["shape"][1] if layer["kind"] == "conv" else maps[-1]
        return "1 sum and the bias" if parts == 1 else f"{parts} partial sums and the bias"

    def still(self):
        """Return a figure of the input, the maps of each layer and the probabilities."""
        from matplotlib import pyplot as plt

        outputs = self.outputs()
        maps = {name: y for name, y in outputs.items() if y.ndim == 3}
        shares = softmax(outputs[self.layers[-1]["name"]].astype(float))
        with plt.style.context(plots.STYLE):
            figure = plt.figure(figsize=(8.4, 4.4))
            left, right = figure.subfigures(1, 2, width_ratios=[1, 2.2])
            top, bottom = left.subplots(2, 1, height_ratios=[1.2, 1])
            plots.show_image(self.picture(), title="input 28×28", ax=top)
            bottom.barh(range(len(shares)), shares)
            bottom.set(title="probability", yticks=range(len(shares)), xlim=(0, 1))
            bottom.invert_yaxis()
            for ax, (name, y) in zip(right.subplots(len(maps), 1), maps.items(), strict=True):
                title = f"{name}: {_times(y.shape)}"
                plots.show_image(_side_by_side(y), title=title, signed=True, ax=ax).set_anchor("W")
        return figure


def _times(shape):
    return " × ".join(str(n) for n in shape)


def _side_by_side(maps):
    gap = max(1, maps.shape[1] // 12)
    rows = np.split(maps, len(maps) // 8) if len(maps) % 8 == 0 else [maps]
    padded = [np.pad(row, ((0, 0), (0, gap), (0, gap))) for row in rows]
    return np.concatenate([np.concatenate(list(row), axis=1) for row in padded])


def _digits(chosen):
    test = load_mnist_small().test
    try:
        places = np.asarray(chosen)
    except ValueError:
        places = np.empty(0)
    whole = places.ndim == 1 and places.size and places.dtype.kind in "iu"
    if not whole or places.min() < 0 or places.max() >= len(test.y):
        raise ValueError(f"digits must be numbers between 0 and {len(test.y) - 1}, got {chosen!r}")
    return type(test)(test.x[places], test.y[places])
