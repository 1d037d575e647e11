"""The parameter ladder of chapter 2."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..shapes import (
    conv_parameters,
    dense_parameters,
    locally_connected_parameters,
    multiply_adds,
    output_size,
)
from ._explorer import Explorer
from ._frontend import frontend, stylesheet

CHOICES = {
    "side": [12, 16, 20, 28, 32, 48, 64, 96, 128, 192, 224, 256, 384, 512, 768, 1000],
    "channels": [1, 2, 3, 4, 8, 16, 32, 64],
    "maps": [1, 2, 3, 6, 10, 16, 32, 64, 128, 256, 512, 1000],
    "dense": ["one for each output", "one for each map"],
}
AMOUNTS = ("", "thousand", "million", "billion", "trillion", "quadrillion", "quintillion")
BYTES = ("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB")
PIXELS, MOST_TAPS = 8, 5  # of the drawing
COLORS = {"dense": "#ad4a00", "locally connected": "#9a3f7d", "convolution": "#00735a"}


def in_words(value, names=(*AMOUNTS, "sextillion")):
    """Return a whole number rounded to a word's size, halves up, or in full below a thousand.

    >>> in_words(1_000_001_000), in_words(452_160), in_words(26)
    ('1.0 billion', '452 thousand', '26')
    >>> in_words(4_000_004_000, BYTES), in_words(104, BYTES)
    ('4.0 GB', '104 B')
    """
    for power, name in enumerate(names[1:] if value >= 1000 else (), start=1):
        unit = 1000**power
        tenths, whole = (10 * value + unit // 2) // unit, (value + unit // 2) // unit
        if tenths < 100:
            return f"{tenths // 10}.{tenths % 10} {name}"
        if whole < 1000:
            return f"{whole} {name}"
    return f"{value:,} {names[0]}".rstrip()


def connections(kind, inputs, kernel):
    """Return which weight joins each output (row) to each input (column), or −1 for none.

    >>> connections("convolution", 4, 3)
    array([[ 0,  1,  2, -1],
           [-1,  0,  1,  2]])
    """
    outputs = inputs - kernel + 1
    if kind == "dense":
        return np.arange(outputs * inputs).reshape(outputs, inputs)
    numbers = np.full((outputs, inputs), -1)
    for i in range(outputs):
        first = i * kernel if kind == "locally connected" else 0
        numbers[i, i : i + kernel] = first + np.arange(kernel)
    return numbers


class ParameterLadder(Explorer):
    """Compare what three kinds of layer cost on the same picture, and how they are wired.

    A dense layer, a locally connected one (each output has a window and weights of its own) and
    a convolution (all outputs of a map share their weights), each with biases, without padding.

    Parameters
    ----------
    side : {12, 16, 20, 28, 32, 48, 64, 96, 128, 192, 224, 256, 384, 512, 768, 1000}, optional
        Side of the square picture, in pixels.
    channels : {1, 2, 3, 4, 8, 16, 32, 64}, optional
        Channels of the picture.
    maps : {1, 2, 3, 6, 10, 16, 32, 64, 128, 256, 512, 1000}, optional
        How many numbers are computed at each place.
    kernel : int, optional
        Side of the window that one output reads, 1 to 11 pixels.
    dense : {"one for each output", "one for each map"}, optional
        The dense layer's units: as many as the other layers have outputs, or as many as maps.
    training : bool, optional
        Count the memory of gradients and of Adam's two moments as well.
    output : int, optional
        The output that the drawing shows, 0 to 7.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is not as above; the message quotes it.

    Examples
    --------
    >>> ParameterLadder()
    ParameterLadder(28×28 pixels in 1 channel, kernel 5×5, 1 map of 24×24 outputs; parameters:
    dense with 576 units 452,160, locally connected 14,976, convolution 26; memory: 1.8 MB,
    60 kB, 104 B; multiply-adds: dense 451,584, the other two 14,400 each)
    """

    name = "parameter-ladder"
    caption = (
        "Parameter ladder. Each mark of the scale is a thousand times the one before. Point at an "
        "output y of a drawing, or move to it with the arrow keys, to see its weights."
    )
    _esm = frontend("parameter_ladder.js")
    _css = stylesheet("parameter_ladder.css")

    side = traitlets.Int(28).tag(sync=True)
    side_index = traitlets.Int(0).tag(sync=True)
    channels = traitlets.Int(1).tag(sync=True)
    channels_index = traitlets.Int(0).tag(sync=True)
    maps = traitlets.Int(1).tag(sync=True)
    maps_index = traitlets.Int(0).tag(sync=True)
    kernel = traitlets.Int(5).tag(sync=True)
    dense = traitlets.Unicode("one for each output").tag(sync=True)
    dense_index = traitlets.Int(0).tag(sync=True)
    training = traitlets.Bool(False).tag(sync=True)
    output = traitlets.Int(1).tag(sync=True)

    def __init__(self, **traits):
        super().__init__(choices=CHOICES, **traits)

    @traitlets.validate(*CHOICES)
    def _check_choice(self, proposal):
        name, value = proposal.trait.name, proposal.value
        if value not in CHOICES[name]:
            raise ValueError(f"{name} must be one of {CHOICES[name]}, got {value!r}")
        return value

    @traitlets.validate("kernel", "output")
    def _check_range(self, proposal):
        low, high = {"kernel": (1, 11), "output": (0, PIXELS - 1)}[proposal.trait.name]
        if not low <= proposal.value <= high:
            raise ValueError(
                f"{proposal.trait.name} must be an integer from {low} to {high}, got "
                f"{proposal.value!r}"
            )
        return proposal.value

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        return [
            self._steps("side", "Side"),
            self._steps("channels", "Channels"),
            self._steps("maps", "Maps"),
            self.control(ipywidgets.IntSlider, "kernel", "Kernel", min=1, max=11),
            self.dropdown("dense", "Dense units"),
            self.control(ipywidgets.Checkbox, "training", "Memory while training"),
        ]

    def _steps(self, trait, description):
        """Return a slider over the trait's choices, whose steps are about equal factors."""
        options = [f"{choice:,}" for choice in CHOICES[trait]]
        index = getattr(self, f"{trait}_index")
        control = ipywidgets.SelectionSlider(options=options, index=index, description=description)
        ipywidgets.jslink((control, "index"), (self, f"{trait}_index"))
        return control

    def counts(self):
        """Return a dict by kind of layer: outputs, parameters, bytes and multiply_adds of each.

        Bytes are those of float32 numbers: the parameters, or with `training` the parameters,
        their gradients and Adam's two moments.
        """
        channels, maps, kernel = self.channels, self.maps, self.kernel
        picture = {"input_size": self.side}
        outputs = maps * output_size(self.side, kernel) ** 2
        units = maps if self.dense == "one for each map" else outputs
        work = multiply_adds(channels, maps, kernel, **picture)
        # A dense layer is a convolution whose kernel is as large as the picture.
        dense_work = multiply_adds(channels, units, self.side, **picture)
        unshared = locally_connected_parameters(channels, maps, kernel, **picture)
        layers = {
            "dense": (units, dense_parameters(channels * self.side**2, units), dense_work),
            "locally connected": (outputs, unshared, work),
            "convolution": (outputs, conv_parameters(channels, maps, kernel), work),
        }
        size = 16 if self.training else 4
        return {
            kind: {"outputs": o, "parameters": p, "bytes": size * p, "multiply_adds": m}
            for kind, (o, p, m) in layers.items()
        }

    def summary(self):
        """Return the current result in words."""
        counts = self.counts().values()
        dense, local, convolution = counts
        out = output_size(self.side, self.kernel)
        memory = ", ".join(in_words(count["bytes"], BYTES) for count in counts)
        return (
            f"{self.side}×{self.side} pixels in {_several(self.channels, 'channel')}, kernel "
            f"{self.kernel}×{self.kernel}, {_several(self.maps, 'map')} of {out}×{out} outputs; "
            f"parameters: dense with {_several(dense['outputs'], 'unit')} "
            f"{dense['parameters']:,}, locally connected {local['parameters']:,}, convolution "
            f"{convolution['parameters']:,}; memory{' while training' * self.training}: {memory}; "
            f"multiply-adds: dense {dense['multiply_adds']:,}, the other two "
            f"{local['multiply_adds']:,} each"
        )

    def still(self):
        """Return a figure of the three drawings, with the bars of the parameters below."""
        from matplotlib import pyplot as plt

        taps = min(self.kernel, MOST_TAPS)
        counts = self.counts()
        with plt.style.context(plots.STYLE):
            figure = plt.figure(figsize=(7.2, 3.8))
            grid = figure.add_gridspec(2, 3, height_ratios=(1.3, 1))
            for place, kind in enumerate(counts):
                weights = connections(kind, PIXELS, taps)
                chosen = min(self.output, len(weights) - 1)
                axes = figure.add_subplot(grid[0, place])
                plots.show_connections(weights, title=kind, selected=chosen, ax=axes)
            axes = figure.add_subplot(grid[1, :])
            totals = [count["parameters"] for count in counts.values()]
            bars = axes.barh(list(counts), totals, color=list(COLORS.values()), log=True)
            axes.bar_label(bars, [f" {total:,}" for total in totals])
            axes.set(xlim=(1, 1000 * max(totals)), xlabel="parameters")
            axes.invert_yaxis()
        return figure


def _several(count, what):
    return f"{count:,} {what}{'' if count == 1 else 's'}"
