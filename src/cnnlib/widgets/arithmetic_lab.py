"""The arithmetic lab of chapter 7."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..shapes import output_size, transposed_output_size
from ._axes import TwoAxes, amount, told
from ._frontend import frontend, stylesheet

# Name and label of each quantity with the least and largest value that a slider reaches.
QUANTITIES = {
    "input_size": ("Input", 1, 12),
    "kernel_size": ("Kernel", 1, 7),
    "padding": ("Padding", 0, 4),
    "stride": ("Stride", 1, 4),
    "dilation": ("Dilation", 1, 4),
    "output_padding": ("Output padding", 0, 4),
}
OPERATIONS = ["convolution", "transposed convolution"]


class ArithmeticLab(TwoAxes):
    """See which cells the windows of a convolution, or of its transpose, cover.

    Each quantity has two traits, such as `stride` and `stride_width`. While `same` is on, the
    first holds for both axes; setting a different width switches it off.

    Parameters
    ----------
    input_size, kernel_size : int or (int, int), optional
        Height and width in pixels: inputs from 1 to 12, kernels from 1 to 7.
    padding : int or (int, int), optional
        Zeros on each side, 0 to 4; for the transpose, what is cropped on each side.
    stride, dilation : int or (int, int), optional
        Step between windows and between taps, 1 to 4; dilation 1 means contiguous taps.
    output_padding : int or (int, int), optional
        Pixels after the output of the transpose, 0 to 4; it must be smaller than the stride or
        the dilation, else the setting is refused in words.
    operation : {"convolution", "transposed convolution"}, optional
        Which of the two is shown.
    step : int, optional
        The window that is shown, in row-major order.

    Raises
    ------
    ValueError
        If an argument is out of range.
    TypeError
        If an argument is of a wrong type.

    Examples
    --------
    >>> ArithmeticLab(input_size=10, kernel_size=3, stride=2)
    ArithmeticLab(convolution, input 10×10, kernel 3×3, padding 0, stride 2, dilation 1 →
    output 4×4, left over 1×1)
    """

    quantities, sometimes = QUANTITIES, "output_padding"
    name = "arithmetic-lab"
    caption = (
        "Arithmetic lab. Each cell of the larger grid says how many windows cover it, each cell "
        "of the smaller one how many cells its window holds. Press play, pick a cell or drag to "
        "move the window. The formula below has the numbers filled in."
    )
    _esm = frontend("arithmetic_lab.js")
    _css = stylesheet("arithmetic_lab.css")

    operation = traitlets.Unicode(OPERATIONS[0]).tag(sync=True)
    operation_index = traitlets.Int(0).tag(sync=True)
    input_size = amount(QUANTITIES, "input_size", 10)
    kernel_size = amount(QUANTITIES, "kernel_size", 3)
    padding = amount(QUANTITIES, "padding", 0)
    stride = amount(QUANTITIES, "stride", 2)
    dilation = amount(QUANTITIES, "dilation", 1)
    output_padding = amount(QUANTITIES, "output_padding", 0)
    input_size_width = amount(QUANTITIES, "input_size", 10)
    kernel_size_width = amount(QUANTITIES, "kernel_size", 3)
    padding_width = amount(QUANTITIES, "padding", 0)
    stride_width = amount(QUANTITIES, "stride", 2)
    dilation_width = amount(QUANTITIES, "dilation", 1)
    output_padding_width = amount(QUANTITIES, "output_padding", 0)
    step = traitlets.Int(0, min=0).tag(sync=True)
    last = traitlets.Int(0, min=0).tag(sync=True)

    # What CSS calls `display`, as in TwoAxes.
    show_both_output_padding = traitlets.Unicode("none").tag(sync=True)
    show_each_output_padding = traitlets.Unicode("none").tag(sync=True)

    def __init__(self, **traits):
        traits = self._paired(traits)
        super().__init__(choices={"operation": OPERATIONS}, **traits)
        self._hide()

    @traitlets.validate(*(f"{name}_width" for name in QUANTITIES))
    def _a_width_of_its_own(self, proposal):
        return self._keep_width(proposal)

    @traitlets.observe("same", "operation")
    def _hide(self, change=None):
        self._show_axes(self.operation != OPERATIONS[0])

    @traitlets.default("last")
    def _default_last(self):
        given, output = self.sizes()
        if output is None:
            return 0
        rows, cols = output if self.operation == OPERATIONS[0] else given
        return rows * cols - 1

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        transport = [
            self.control(ipywidgets.Play, "step", "Play", max=self.last, interval=600),
            self.control(ipywidgets.IntSlider, "step", "Step", max=self.last),
        ]
        for control in transport:
            ipywidgets.jsdlink((self, "last"), (control, "max"))
        return [
            self.dropdown("operation", "Operation"),
            self.control(ipywidgets.Checkbox, "same", "Same along both axes"),
            *(slider for name in QUANTITIES for slider in self._named_sliders(name)),
            *transport,
        ]

    def _named_sliders(self, name):
        if name in ("input_size", "kernel_size"):
            return self._sliders(name, both=" size", each=("height", "width"))
        return self._sliders(name)

    def settings(self):
        """Return the quantities that hold along the height and along the width, as two dicts."""
        both = {name: getattr(self, name) for name in QUANTITIES}
        if self.same:
            return both, both
        return both, {name: getattr(self, f"{name}_width") for name in QUANTITIES}

    def sizes(self):
        """Return (input height and width, output height and width), the latter None if refused."""
        settings = self.settings()
        given = tuple(setting["input_size"] for setting in settings)
        try:
            return given, tuple(self._size(**setting) for setting in settings)
        except ValueError:
            return given, None

    def _size(self, input_size, kernel_size, output_padding, **geometry):
        if self.operation == OPERATIONS[0]:
            return output_size(input_size, kernel_size, **geometry)
        geometry["output_padding"] = output_padding
        return transposed_output_size(input_size, kernel_size, **geometry)

    def summary(self):
        """Return the current result in words."""
        down, across = self.settings()
        names = list(QUANTITIES)[2:] if self.operation != OPERATIONS[0] else list(QUANTITIES)[2:5]
        setting = (
            f"{self.operation}, input {down['input_size']}×{across['input_size']}, "
            f"kernel {down['kernel_size']}×{across['kernel_size']}, "
            + ", ".join(told(name, down[name], across[name]) for name in names)
        )
        output = self.sizes()[1]
        if output is None:
            return f"{setting} → refused"
        left = [_left_over(part) for part in (down, across)]
        over = "" if self.operation != OPERATIONS[0] else f", left over {left[0]}×{left[1]}"
        return f"{setting} → output {output[0]}×{output[1]}{over}"

    def counts(self):
        """Return how many windows cover each cell of the larger side, and how many cells of it
        the window of each cell of the smaller side holds; None if the setting is refused.
        """
        given, output = self.sizes()
        if output is None:
            return None
        long, short = (given, output) if self.operation == OPERATIONS[0] else (output, given)
        places = zip(self.settings(), long, short, strict=True)
        touch = [_touches(setting, *lengths) for setting, *lengths in places]
        return tuple(np.outer(*(part.sum(axis) for part in touch)) for axis in (0, 1))

    def still(self):
        """Return a figure of the counts on both sides."""
        if (counts := self.counts()) is None:
            return plots.show_grids({"refused: no output": np.ones(self.sizes()[0])})
        titles = ["windows on each input cell", "cells in each window"]
        if self.operation != OPERATIONS[0]:
            counts, titles = counts[::-1], ["cells each input writes to", "windows on each output"]
        return plots.show_grids(dict(zip(titles, counts, strict=True)))


def _left_over(setting):
    span = setting["dilation"] * (setting["kernel_size"] - 1) + 1
    return (setting["input_size"] + 2 * setting["padding"] - span) % setting["stride"]


def _touches(setting, long, short):
    """Return, as (short, long) zeros and ones, which places each window covers along one axis."""
    i, u = np.ogrid[:short, : setting["kernel_size"]]
    places = setting["stride"] * i + setting["dilation"] * u - setting["padding"]
    return (places[:, :, None] == np.arange(long)).sum(1)
