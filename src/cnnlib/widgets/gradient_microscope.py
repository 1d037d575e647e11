"""The gradient microscope of chapter 12."""

import ipywidgets
import numpy as np
import traitlets

from .. import _checks, plots
from ..shapes import output_size
from ._axes import TwoAxes, amount, told
from ._explorer import Matrix, number
from ._frontend import frontend, stylesheet
from ._gradients import EXAMPLES, both_passes

# Label of each quantity with the least and largest value that a slider reaches.
QUANTITIES = {
    "padding": ("Padding", 0, 2),
    "stride": ("Stride", 1, 3),
    "dilation": ("Dilation", 1, 3),
}
CHOICES = {
    "operation": ["convolution", "max pooling", "average pooling"],
    "direction": ["backward", "forward"],
    "ties": ["the first maximum", "every tie"],
}


class GradientMicroscope(TwoAxes):
    """See every path by which an input, a weight or an output takes part in the gradients.

    Parameters
    ----------
    example : str, optional
        Input, kernel and gradient to start from: "3×3, kernel 2×2", "6×7, kernel 3×2" or
        "4×6 with ties, window 2×2"; "custom" once one of them is changed.
    operation : {"convolution", "max pooling", "average pooling"}, optional
        What makes the output y of the input x.
    input, kernel : list of lists of float, optional
        At most 8×8 and 4×4 numbers. A pooling takes its window's size from the kernel.
    grad : list of lists of float, optional
        The gradient G of the loss with respect to y. It is cropped to y's shape; entries that are
        not given are 1.
    padding, stride, dilation : int or (int, int), optional
        In pixels, vertical and horizontal: 0 to 2, 1 to 3, 1 to 3. A pooling takes at most half
        of its window as padding; average pooling has no dilation.
    ties : {"the first maximum", "every tie"}, optional
        Where max pooling sends the gradient of equal values.
    direction : {"backward", "forward"}, optional
        Which pass is written out.
    side : {"x", "w", "y"}, optional
        Where the chosen cell is.
    row, col : int, optional
        Its place; negative in the padding of x.
    path : int, optional
        The path that is shown alone; 0 for all of them.

    Raises
    ------
    ValueError
        If an argument is out of range.
    TypeError
        If an argument is of a wrong type.

    Examples
    --------
    >>> GradientMicroscope(side="x", row=1, col=1)
    GradientMicroscope(convolution, input 3×3, kernel 2×2, padding 0, stride 1, dilation 1 →
    output 2×2, backward from x[1, 1]: dX[1, 1] = 10)
    """

    quantities, sometimes = QUANTITIES, "dilation"
    name = "gradient-microscope"
    caption = (
        "Gradient microscope. Choose a cell of x, w or y, or of a gradient below them: all cells "
        "on its paths light up, and the paths are listed with their terms. Cells of x, w and G can "
        "be edited."
    )
    _esm = frontend("gradient_microscope.js")
    _css = stylesheet("gradient_microscope.css")

    example = traitlets.Unicode("3×3, kernel 2×2").tag(sync=True)
    example_index = traitlets.Int(1).tag(sync=True)
    examples = traitlets.Dict().tag(sync=True)
    operation = traitlets.Unicode("convolution").tag(sync=True)
    operation_index = traitlets.Int(0).tag(sync=True)
    direction = traitlets.Unicode("backward").tag(sync=True)
    direction_index = traitlets.Int(0).tag(sync=True)
    ties = traitlets.Unicode("the first maximum").tag(sync=True)
    ties_index = traitlets.Int(0).tag(sync=True)
    input = Matrix(EXAMPLES["3×3, kernel 2×2"]["input"], max_side=8)
    kernel = Matrix(EXAMPLES["3×3, kernel 2×2"]["kernel"], max_side=4)
    grad = Matrix(EXAMPLES["3×3, kernel 2×2"]["grad"], max_side=12)
    padding = amount(QUANTITIES, "padding", 0)
    stride = amount(QUANTITIES, "stride", 1)
    dilation = amount(QUANTITIES, "dilation", 1)
    padding_width = amount(QUANTITIES, "padding", 0)
    stride_width = amount(QUANTITIES, "stride", 1)
    dilation_width = amount(QUANTITIES, "dilation", 1)
    side = traitlets.Unicode("x").tag(sync=True)
    row = traitlets.Int(0, min=-2).tag(sync=True)
    col = traitlets.Int(0, min=-2).tag(sync=True)
    path = traitlets.Int(0, min=0).tag(sync=True)
    last = traitlets.Int(0, min=0).tag(sync=True)

    # What CSS calls `display`, as in TwoAxes.
    show_both_dilation = traitlets.Unicode("").tag(sync=True)
    show_each_dilation = traitlets.Unicode("none").tag(sync=True)
    show_ties = traitlets.Unicode("none").tag(sync=True)

    def __init__(self, **traits):
        traits = self._paired(traits)
        own = {"input", "kernel", "grad"} & set(traits)
        example = traits.setdefault("example", "custom" if own else self.example)
        choices = {"example": ["custom", *EXAMPLES], **CHOICES}
        traits = {**EXAMPLES.get(example, {}), **traits}
        super().__init__(examples=EXAMPLES, choices=choices, **traits)
        self._hide()

    @traitlets.validate("side")
    def _check_side(self, proposal):
        return _checks.choice("side", proposal.value, ("x", "w", "y"))

    @traitlets.validate(*(f"{name}_width" for name in QUANTITIES))
    def _a_width_of_its_own(self, proposal):
        return self._keep_width(proposal)

    @traitlets.observe("example")
    def _take_example(self, change):
        if change.new in self.examples:
            for name, rows in self.examples[change.new].items():
                setattr(self, name, rows)

    @traitlets.observe("same", "operation")
    def _hide(self, change=None):
        self._show_axes(self.operation != "average pooling")
        self.show_ties = "" if self.operation == "max pooling" else "none"

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        ties = self.dropdown("ties", "Gradient to")
        ipywidgets.jsdlink((self, "show_ties"), (ties.layout, "display"))
        transport = [
            self.control(ipywidgets.Play, "path", "Play", max=self.last, interval=900),
            self.control(ipywidgets.IntSlider, "path", "Path (0: all)", max=self.last),
        ]
        for control in transport:
            ipywidgets.jsdlink((self, "last"), (control, "max"))
        return [
            self.dropdown("example", "Example"),
            self.dropdown("operation", "Operation"),
            self.dropdown("direction", "Direction"),
            ties,
            self.control(ipywidgets.Checkbox, "same", "Same along both axes"),
            *(slider for name in QUANTITIES for slider in self._sliders(name)),
            *transport,
        ]

    def geometry(self):
        """Return padding, stride and dilation as they hold, each a pair (vertical, horizontal)."""
        widths = "" if self.same else "_width"
        pairs = {n: (getattr(self, n), getattr(self, f"{n}{widths}")) for n in QUANTITIES}
        if self.operation == "average pooling":
            pairs["dilation"] = (1, 1)
        if self.operation != "convolution":
            sides = np.shape(self.kernel)
            pairs["padding"] = tuple(map(min, pairs["padding"], (sides[0] // 2, sides[1] // 2)))
        return pairs

    def output_shape(self):
        """Return (OH, OW), or None if the window doesn't fit the padded input."""
        axes = zip(np.shape(self.input), np.shape(self.kernel), *self._pairs(), strict=True)
        try:
            return tuple(
                output_size(n, k, padding=p, stride=s, dilation=d) for n, k, p, s, d in axes
            )
        except ValueError:
            return None

    def _pairs(self):
        return (self.geometry()[name] for name in QUANTITIES)

    def passes(self):
        """Return y, G, dX and dW by name (a pooling has no dW); None if there is no output."""
        shape = self.output_shape()
        if shape is None:
            return None
        given, g = np.array(self.grad), np.ones(shape)
        rows, columns = map(min, given.shape, shape)
        g[:rows, :columns] = given[:rows, :columns]
        arrays = np.array(self.input, float), np.array(self.kernel, float), g
        every_tie = self.ties == "every tie"
        return both_passes(self.operation, *arrays, **self.geometry(), every_tie=every_tie)

    def summary(self):
        """Return the current result in words."""
        x, w, steps = np.shape(self.input), np.shape(self.kernel), self.geometry()
        kind = "kernel" if self.operation == "convolution" else "window"
        names = list(QUANTITIES)[: 2 if self.operation == "average pooling" else 3]
        given = ", ".join(told(name, *steps[name]) for name in names)
        setting = f"{self.operation}, input {x[0]}×{x[1]}, {kind} {w[0]}×{w[1]}, {given}"
        found = self.passes()
        if found is None:
            return f"{setting} → no output"
        shape = found["y"].shape
        return f"{setting} → output {shape[0]}×{shape[1]}, {self._finding(found)}"

    def _finding(self, found):
        """Return what the chosen cell holds."""
        side = "y" if self.side == "w" and "dW" not in found else self.side
        table = {"x": np.array(self.input), "w": np.array(self.kernel), "y": found["y"]}
        place = (self.row, self.col)
        if side != "x" or self.direction == "forward":
            place = tuple(max(0, k) for k in place)
        grad = {"x": "dX", "w": "dW", "y": "G"}[side]
        place = tuple(min(k, n - 1) for k, n in zip(place, table[side].shape, strict=True))
        index = f"[{place[0]}, {place[1]}]".replace("-", "−")
        if self.direction == "forward":
            return f"forward from {side}{index} = {_text(table[side][place])}"
        if min(place) < 0:
            return f"backward from x{index}, in the padding, which is cropped"
        return f"backward from {side}{index}: {grad}{index} = {_text(found[grad][place])}"

    def still(self):
        """Return a figure of x, w and y and of their gradients."""
        found = self.passes() or {}
        grids = {"x": np.array(self.input), "w": np.array(self.kernel), **found}
        if self.operation != "convolution":
            del grids["w"]
        return plots.show_grids({name: np.nan_to_num(grid) for name, grid in grids.items()})


def _text(value):
    return number(value) if np.isfinite(value) else "−∞"
