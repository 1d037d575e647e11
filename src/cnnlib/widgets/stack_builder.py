"""The stack builder of chapter 10."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..datasets import load_photo
from . import _stack
from ._arguments import photo_names
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet
from ._stack import KINDS, PRESETS, Layers
from .kernel_studio import _png

RANGES = {
    "size": (16, 256),
    "channels": (1, 512),
    "draws": (1, 8),
    "layer": (1, _stack.MOST_LAYERS),
    "row": (0, 255),
    "col": (0, 255),
}


class StackBuilder(Explorer):
    """Build a stack of layers, and see what one of its units sees of a photograph.

    Parameters
    ----------
    photos : sequence of str, optional
        Names from `cnnlib.PHOTOS`; the first is shown.
    preset : str, optional
        The name of a stack, such as "LeNet-5" or "VGG-16".
    layers : list of dict, optional
        Up to 20 layers instead of a preset, each with `kind` ("conv", "max pool" or "average
        pool") and, where they differ from a 3×3 convolution, `kernel`, `stride`, `padding`,
        `dilation` and `channels`. A pool keeps its input's channels.
    size, channels : int, optional
        Side of the input in pixels, 16 to 256, and its number of channels.
    weights : {"equal", "random"}, optional
        The weights of the convolutions, for the gradient. With random ones the squared gradient
        is shown, averaged over `draws`.
    draws : int, optional
        How many draws of random weights are averaged, 1 to 8.
    layer : int, optional
        The layer whose unit is shown, counted from 1; the last by default.
    row, col : int, optional
        The unit's place in the layer's map; the middle by default.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If a layer or an argument is not as above; the message quotes it.

    Examples
    --------
    >>> StackBuilder(photos=["camera"], preset="LeNet-5")
    StackBuilder(5 layers on 32×32, unit [0, 0] of layer 5 in a map of 1×1 sees a box of 32×32
    pixels from row 0, column 0, jump 4; its middle quarter holds 56.0 % of the gradient)
    """

    name = "stack-builder"
    caption = (
        "Stack builder. Change the layers in the table, and choose whose unit is shown. The box is "
        "what the unit can see, the colour how strongly it reacts to each pixel. Move the unit "
        "with the mouse, a finger or the arrow keys."
    )
    _esm = frontend("stack_builder.js")
    _css = stylesheet("stack_builder.css")

    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    preset = traitlets.Unicode("custom").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    kinds = traitlets.List(KINDS).tag(sync=True)
    layers = Layers(PRESETS["three 3×3"]["layers"])
    size = traitlets.Int(64).tag(sync=True)
    channels = traitlets.Int(1).tag(sync=True)
    weights = traitlets.Unicode("equal").tag(sync=True)
    weights_index = traitlets.Int(0).tag(sync=True)
    draws = traitlets.Int(1).tag(sync=True)
    draws_shown = traitlets.Unicode("none").tag(sync=True)
    layer = traitlets.Int(1).tag(sync=True)
    row = traitlets.Int(None, allow_none=True).tag(sync=True)
    col = traitlets.Int(None, allow_none=True).tag(sync=True)

    def __init__(self, *, photos=("astronaut",), **traits):
        photos, traits = photo_names(photos), self._checked(traits)
        if "layers" not in traits:
            traits.setdefault("preset", "three 3×3")
        traits = {**PRESETS.get(traits.get("preset"), {}), "photo": photos[0], **traits}
        pixels = {name: load_photo(name, gray=True, size=112) for name in photos}
        choices = {
            "photo": list(photos),
            "preset": ["custom", *PRESETS],
            "weights": ["equal", "random"],
        }
        traits.setdefault("layer", len(traits.get("layers", self.layers)))
        traits["draws_shown"] = "" if traits.get("weights") == "random" else "none"
        encoded = {name: _png(x) for name, x in pixels.items()}
        self.pixels = pixels
        super().__init__(photos=encoded, presets=PRESETS, choices=choices, **traits)

    @traitlets.validate(*RANGES)
    def _check_range(self, proposal):
        name, value = proposal.trait.name, proposal.value
        low, high = RANGES[name]
        if value is not None and not low <= value <= high:
            raise ValueError(f"{name} must be an integer from {low} to {high}, got {value!r}")
        return value

    @traitlets.observe("preset")
    def _take_preset(self, change):
        if change.new in PRESETS and self.layers != PRESETS[change.new]["layers"]:
            with self.hold_sync():
                for name, value in PRESETS[change.new].items():
                    setattr(self, name, value)
                self.layer, self.row, self.col = len(self.layers), None, None

    @traitlets.observe("layers")
    def _name_preset(self, change):
        same = (name for name, stack in PRESETS.items() if stack["layers"] == change.new)
        self.preset = next(same, "custom")

    @traitlets.observe("weights")
    def _show_draws(self, change):
        self.draws_shown = "" if change.new == "random" else "none"

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        limits = {"min": 1, "max": 8, "shown": "draws_shown"}
        return [
            *([self.dropdown("photo", "Photograph")] if len(self.photos) > 1 else []),
            self.dropdown("preset", "Stack"),
            self.control(ipywidgets.IntSlider, "size", "Input side", min=16, max=256),
            self.dropdown("weights", "Weights"),
            self.control(ipywidgets.IntSlider, "draws", "Draws", **limits),
        ]

    def table(self):
        """Return a dict for each layer that fits: size, channels, field, parameters, multiply_adds.

        `field` is a `cnnlib.shapes.Field`.
        """
        return _stack.table(self.layers, self.size, self.channels)

    def unit(self):
        """Return (layer, row, column) of the unit that is shown; layer 0 where none fits."""
        rows = self.table()
        layer = min(self.layer, len(rows))
        if not layer:
            return 0, 0, 0
        size = rows[layer - 1]["size"]
        row, col = (
            size // 2 if place is None else min(place, size - 1) for place in (self.row, self.col)
        )
        return layer, row, col

    def box(self):
        """Return (top, left, side) of what the unit sees, in pixels; it may leave the picture."""
        layer, row, col = self.unit()
        if not layer:
            return 0, 0, 1
        field = self.table()[layer - 1]["field"]
        return field.start + row * field.jump, field.start + col * field.jump, field.size

    def gradient(self):
        """Return the unit's gradient (size, size), or the mean of its square for random weights."""
        layer, *unit = self.unit()
        used = self.layers[:layer]
        if self.weights == "equal":
            return _stack.gradient(used, self.size, unit)
        draws = (_stack.gradient(used, self.size, unit, draw=d) ** 2 for d in range(self.draws))
        return sum(draws) / self.draws

    def summary(self):
        """Return the current result in words."""
        layer, row, col = self.unit()
        count = len(self.layers)
        start = f"{count} layer{'s' * (count > 1)} on {self.size}×{self.size}"
        if not layer:
            return f"{start}, none of which fits"
        line, (top, left, side) = self.table()[layer - 1], self.box()
        share, _ = _stack.concentration(self.gradient(), top, left, side)
        over = _stack.overhang(top, left, side, self.size)
        what = "gradient" if self.weights == "equal" else "squared gradient"
        seen = "it sees padding only"
        if share is not None:
            seen = f"its middle quarter holds {100 * share:.1f} % of the {what}"
        return (
            f"{start}, unit [{row}, {col}] of layer {layer} in a map of {line['size']}×"
            f"{line['size']} sees a box of {side}×{side} pixels from row {number(top)}, column "
            f"{number(left)}{f', which hangs {over}' if over else ''}, jump "
            f"{line['field'].jump}; {seen}"
        )

    def still(self):
        """Return a figure of the box on the photograph and of the gradient in it."""
        from matplotlib import pyplot as plt

        top, left, side = self.box()
        photo = self.pixels[self.photo]
        place = np.arange(self.size) * len(photo) // self.size
        values = self.gradient()
        part = values[max(top, 0) : max(top + side, 1), max(left, 0) : max(left + side, 1)]
        with plt.style.context(plots.STYLE):
            figure, axes = plt.subplots(1, 2, figsize=(6.2, 3.2))
            plots.show_image(photo[np.ix_(place, place)], title="what it can see", ax=axes[0])
            frame = plt.Rectangle(
                (left - 0.5, top - 0.5), side, side, fill=False, ec="#d9730d", lw=2
            )
            axes[0].add_patch(frame)
            plots.show_image(part, title="what it reacts to", signed=True, ax=axes[1])
        return figure
