"""The channel mixer of chapter 8."""

import ipywidgets
import numpy as np
import traitlets

from .. import kernels, plots
from ..activations import relu
from ..conv import conv2d
from ..datasets import LUMA, load_photo
from ..shapes import conv_parameters
from ._arguments import photo_names, whole
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet
from .kernel_studio import _png, resized

CHANNELS = ("red", "green", "blue")
SIDES = [1, 3]
LIMIT = 2  # of the bias, on either side of 0


class Filter(traitlets.List):
    """A trait that holds one filter: three square kernels of one side, 1 or 3."""

    def validate(self, obj, value):
        return _filter(value, self.name)


class ChannelMixer(Explorer):
    """Take a colour photograph apart, filter each channel, and add the maps up.

    Parameters
    ----------
    photos : sequence of str, optional
        Names of colour photographs from `cnnlib.PHOTOS`; the first is shown.
    size : int, optional
        Side of the photographs in pixels, 32 to 256.
    kernel : list of 3 lists of lists of float, optional
        One filter, shape (3, k, k) with k = 1 or 3: a kernel for red, green and blue.
    bias : float, optional
        What is added to the sum of the maps, −2 to 2.
    preset : str, optional
        The name of a preset, instead of a kernel and a bias.
    red, green, blue : bool, optional
        False mutes the channel: its map adds nothing.
    solo : {"none", "red", "green", "blue"}, optional
        The only channel that is to be heard, whatever is muted.
    relu : bool, optional
        Set what is negative to zero at the end.
    filters : int, optional
        How many such filters the parameters are counted for, 1 to 64.
    row, col : int, optional
        The pixel at the centre of the window.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range or the photograph has no colours.

    Examples
    --------
    >>> ChannelMixer(photos=["coffee"], size=64, preset="grey (luma)", filters=10)
    ChannelMixer(coffee 64×64, 3 kernels 3×3 “grey (luma)”, bias 0 → at row 32, column 32 red 0.29,
    green 0.54, blue 0.1, sum 0.93, with bias 0.93, after ReLU 0.93; 10 filters: 280 parameters)
    """

    name = "channel-mixer"
    caption = (
        "Channel mixer. A row a channel: its picture, the window on it, the kernel, the map, and "
        "the sum of the maps so far; below, the bias and ReLU. Move the window with the mouse, a "
        "finger or the arrow keys; edit any weight. Numbers are rounded to two digits."
    )
    _esm = frontend("channel_mixer.js")
    _css = stylesheet("channel_mixer.css")

    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    kernel = Filter().tag(sync=True)
    kernel_size = traitlets.Int(3).tag(sync=True)
    kernel_size_index = traitlets.Int(0).tag(sync=True)
    bias = traitlets.Float(0.0).tag(sync=True)
    preset = traitlets.Unicode("custom").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    red = traitlets.Bool(True).tag(sync=True)
    green = traitlets.Bool(True).tag(sync=True)
    blue = traitlets.Bool(True).tag(sync=True)
    solo = traitlets.Unicode("none").tag(sync=True)
    solo_index = traitlets.Int(0).tag(sync=True)
    relu = traitlets.Bool(True).tag(sync=True)
    filters = traitlets.Int(1).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)
    col = traitlets.Int(0).tag(sync=True)

    def __init__(self, *, photos=("astronaut",), size=128, **traits):
        photos, traits = photo_names(photos), self._checked(traits)
        size = whole("size", size, 32, 256)
        self.pixels = {name: _colour(name, size) for name in photos}
        for name in ("row", "col"):
            if not 0 <= traits.get(name, 0) < size:
                raise ValueError(f"{name} must be between 0 and {size - 1}, got {traits[name]!r}")
        traits = {"row": size // 2, "col": size // 2, "photo": photos[0]} | traits
        if traits.get("preset", "custom") in PRESETS:
            traits |= PRESETS[traits["preset"]]
        traits = PRESETS["grey (luma)"] | traits
        kernel = _filter(traits["kernel"])
        side = traits.setdefault("kernel_size", len(kernel[0]))
        traits["kernel"] = kernel = [resized(k, side) if side in SIDES else k for k in kernel]
        if traits.get("preset", "custom") in ("custom", *PRESETS):
            traits["preset"] = _preset_name(kernel, traits["bias"])
        choices = {
            "photo": list(photos),
            "preset": ["custom", *PRESETS],
            "kernel_size": SIDES,
            "solo": ["none", *CHANNELS],
        }
        encoded = {name: _png(x) for name, x in self.pixels.items()}
        super().__init__(photos=encoded, presets=PRESETS, choices=choices, **traits)

    @traitlets.validate("bias")
    def _check_bias(self, proposal):
        if not -LIMIT <= proposal.value <= LIMIT:
            raise ValueError(f"bias must be between −{LIMIT} and {LIMIT}, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("filters")
    def _check_filters(self, proposal):
        if not 1 <= proposal.value <= 64:
            raise ValueError(f"filters must be between 1 and 64, got {proposal.value!r}")
        return proposal.value

    @traitlets.observe("preset")
    def _take_preset(self, change):
        if change.new in self.presets:
            with self.hold_trait_notifications():
                self.kernel = self.presets[change.new]["kernel"]
                self.bias = self.presets[change.new]["bias"]

    @traitlets.observe("kernel", "bias")
    def _follow_kernel(self, change):
        self.kernel_size = len(self.kernel[0])
        self.preset = _preset_name(self.kernel, self.bias)

    @traitlets.observe("kernel_size")
    def _resize(self, change):
        if change.new != len(self.kernel[0]):
            self.kernel = [resized(kernel, change.new) for kernel in self.kernel]

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        switches = [*CHANNELS, "relu"]
        names = [name.title() for name in CHANNELS] + ["ReLU"]
        mute = [
            self.control(ipywidgets.Checkbox, trait, name)
            for trait, name in zip(switches, names, strict=True)
        ]
        bias = {"min": -LIMIT, "max": LIMIT, "step": 0.05}
        return [
            *([self.dropdown("photo", "Photograph")] if len(self.photos) > 1 else []),
            self.dropdown("preset", "Kernels"),
            self.dropdown("kernel_size", "Size"),
            self.control(ipywidgets.FloatSlider, "bias", "Bias", **bias),
            mute[3],
            *mute[:3],
            self.dropdown("solo", "Solo"),
            self.control(ipywidgets.IntSlider, "filters", "Filters", min=1, max=64),
        ]

    def active(self):
        """Return for each channel whether its map is added."""
        if self.solo != "none":
            return [channel == self.solo for channel in CHANNELS]
        return [self.red, self.green, self.blue]

    def maps(self):
        """Return the map of each channel, of shape (3, H, W), computed by NumPy."""
        x, w = self.pixels[self.photo], np.array(self.kernel)
        return conv2d(x[None], w[:, None], padding=len(w[0]) // 2, groups=3)[0]

    def output(self):
        """Return the maps, their running sums, the sum plus the bias, and the output.

        Returns
        -------
        dict of str to ndarray
            "maps" and "sums" of shape (3, H, W), "biased" and "output" of shape (H, W).
        """
        maps = self.maps()
        sums = np.cumsum(maps * np.reshape(self.active(), (3, 1, 1)), axis=0)
        biased = sums[-1] + self.bias
        return {
            "maps": maps,
            "sums": sums,
            "biased": biased,
            "output": relu(biased) if self.relu else biased,
        }

    def summary(self):
        """Return the current result in words."""
        layers, side = self.output(), len(self.kernel[0])
        named = "" if self.preset == "custom" else f" “{self.preset}”"
        at = {key: layer[..., self.row, self.col] for key, layer in layers.items()}
        terms = ", ".join(
            f"{channel} {number(value) if active else 'muted'}"
            for channel, value, active in zip(CHANNELS, at["maps"], self.active(), strict=True)
        )
        rectified = f", after ReLU {number(at['output'])}" if self.relu else ""
        many = "1 filter" if self.filters == 1 else f"{self.filters} filters"
        height, width = layers["biased"].shape
        return (
            f"{self.photo} {height}×{width}, 3 kernels {side}×{side}{named}, bias "
            f"{number(self.bias)} → at row {self.row}, column {self.col} {terms}, sum "
            f"{number(at['sums'][-1])}, with bias {number(at['biased'])}{rectified}; {many}: "
            f"{conv_parameters(3, self.filters, side):,} parameters"
        )

    def still(self):
        """Return a figure of channels, kernels, maps, sums and output."""
        from matplotlib import pyplot as plt

        x, layers = self.pixels[self.photo], self.output()
        ends = [layers["maps"], layers["sums"], layers["biased"]]
        scale = {"signed": min(map(np.min, ends)) < 0, "peak": max(np.abs(y).max() for y in ends)}
        last = {"+ b": layers["biased"], "output": layers["output"]}
        with plt.style.context(plots.STYLE):
            figure, axes = plt.subplots(3, 5, figsize=(8.4, 5.4))
            for c, (channel, row) in enumerate(zip(CHANNELS, axes, strict=True)):
                alone = x * np.eye(3)[c][:, None, None]
                plots.show_image(alone, title=channel, ax=row[0])
                plots.show_grid(self.kernel[c], title="kernel", digits=3, ax=row[1])
                plots.show_image(layers["maps"][c], title="map", **scale, ax=row[2])
                plots.show_image(layers["sums"][c], title="sum so far", **scale, ax=row[3])
            plots.show_image(x, title=self.photo, ax=axes[0, 4])
            for ax, (title, y) in zip(axes[1:, 4], last.items(), strict=True):
                plots.show_image(y, title=title, **scale, ax=ax)
        return figure


def _filter(value, name="kernel"):
    try:
        weights = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        weights = np.empty(0)
    if weights.shape not in [(3, k, k) for k in SIDES] or not np.isfinite(weights).all():
        raise ValueError(
            f"{name} must be three kernels, 1×1 or 3×3, of finite numbers, got {value!r}"
        )
    return weights.tolist()


def _colour(name, size):
    pixels = load_photo(name, size=size)
    if pixels.ndim != 3:
        raise ValueError(f"photos must be in colour, got {name!r}, which is grey")
    return np.round(255 * pixels) / 255  # 8 bits a channel, as the browser gets them


def _preset_name(kernel, bias):
    for name, preset in PRESETS.items():
        if preset["bias"] == bias and np.array_equal(preset["kernel"], kernel):
            return name
    return "custom"


def _preset(pattern, mix, bias=0.0):
    """Return a filter that lays one pattern on each channel, scaled by the channel's share."""
    return {"kernel": (np.multiply.outer(mix, pattern) + 0.0).tolist(), "bias": bias}


PRESETS = {
    "grey (luma)": _preset(kernels.identity(3), LUMA),
    "red against green": _preset(kernels.identity(3), [1, -1, 0]),
    "blue against yellow": _preset(kernels.identity(3), [-0.5, -0.5, 1]),
    "orange, with a threshold": _preset(kernels.identity(3), [2, -1, -1], -0.5),
    "blur, all channels": _preset(np.ones((3, 3)), [0.037] * 3),
    "edges, all channels": _preset(kernels.sobel(axis=1), [1, 1, 1]),
    "edges, red against green": _preset(kernels.sobel(axis=1), [1, -1, 0]),
}
