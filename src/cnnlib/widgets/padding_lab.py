"""The padding lab of chapter 6."""

import ipywidgets
import numpy as np
import traitlets

from .. import kernels, plots
from ..conv import conv2d
from ..datasets import load_photo
from ._arguments import photo_names, whole
from ._explorer import Explorer, Matrix, preset_name
from ._frontend import frontend
from ._padding import MODES, axis_coverage, centre, often, resized, settle, shown, sides_of, way
from .kernel_studio import _png

SIDES = ("top", "bottom", "left", "right")
MOST = 4  # pixels of padding on a side: what a full convolution with the largest kernel needs


class PaddingLab(Explorer):
    """Pad a picture, and see how often each pixel is read and what happens at the border.

    Parameters
    ----------
    photos : sequence of str, optional
        Names from `cnnlib.PHOTOS`, or "dot" (a single white pixel) or "even grey".
    size : int, optional
        Side of the pictures in pixels, 33 to 128; odd, so that the dot lies in the middle.
    side : int, optional
        Side of the small grid whose pixels are counted, 5 to 8.
    kernel : list of lists of float, optional
        A square kernel of side 2 to 5.
    preset : str, optional
        The name of a preset, instead of a kernel.
    fit : {"none", "same", "full"}, optional
        A named amount of padding. "same" keeps the size; with an even kernel it adds the odd
        pixel below and on the right, as PyTorch and TensorFlow do.
    padding : int, optional
        Pixels on every side, 0 to 4, instead of `fit`.
    top, bottom, left, right : int, optional
        Pixels on one side.
    mode : {"zero", "reflect", "edge", "wrap"}, optional
        What stands in the border.
    layers : int, optional
        How many times the picture is padded and convolved, 1 to 8.
    row, col : int, optional
        The pixel of the small grid whose readers are shown.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If the kernel is not square with a side of 2 to 5, or an argument is out of range.

    Examples
    --------
    >>> PaddingLab(photos=["even grey"], padding=1)
    PaddingLab(even grey 65×65, kernel 3×3 “blur, box 3×3”, zero padding 1 on every side →
    output 65×65; of 5×5 pixels a corner is read 4 times, the middle 9 times)
    """

    name = "padding-lab"
    caption = (
        "Padding lab. The grid counts how often each pixel of a small picture is read; choose a "
        "pixel to see which outputs read it. Below: a picture in its border, and the response. "
        "No padding took part in what lies inside the right-hand frame."
    )
    _esm = frontend("padding_lab.js")

    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    side = traitlets.Int(5, min=5, max=8).tag(sync=True)
    kernel = Matrix(kernels.box(3).tolist(), max_side=5)
    kernel_size = traitlets.Int(3).tag(sync=True)
    kernel_size_index = traitlets.Int(0).tag(sync=True)
    preset = traitlets.Unicode("custom").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    fit = traitlets.Unicode("same").tag(sync=True)
    fit_index = traitlets.Int(0).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=MOST).tag(sync=True)
    each = traitlets.Bool(False).tag(sync=True)
    every_shown = traitlets.Unicode("").tag(sync=True)
    each_shown = traitlets.Unicode("none").tag(sync=True)
    top = traitlets.Int(0, min=0, max=MOST).tag(sync=True)
    bottom = traitlets.Int(0, min=0, max=MOST).tag(sync=True)
    left = traitlets.Int(0, min=0, max=MOST).tag(sync=True)
    right = traitlets.Int(0, min=0, max=MOST).tag(sync=True)
    mode = traitlets.Unicode("zero").tag(sync=True)
    mode_index = traitlets.Int(0).tag(sync=True)
    layers = traitlets.Int(1, min=1, max=8).tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)
    col = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, *, photos=("coffee", "dot", "even grey"), size=65, **traits):
        if "kernel" in traits:
            _square(traits["kernel"])
        photos, traits = photo_names(photos, "dot", "even grey"), self._checked(traits)
        size = whole("size", size, 33, 128)
        for name in {"row", "col"} & set(traits):
            traits[name] = whole(name, traits[name], 0, traits.get("side", self.side) - 1)
        self.pixels = {name: _picture(name, size) for name in photos}
        self._seen = None
        kernel = PRESETS.get(traits.get("preset"), traits.get("kernel", PRESETS["blur, box 3×3"]))
        kernel = _square(kernel)
        if "kernel_size" in traits and traits["kernel_size"] in range(2, 6):
            kernel = resized(kernel, traits["kernel_size"])
        traits = {"photo": photos[0], **traits, "kernel": kernel}
        if traits.get("preset", "custom") in ("custom", *PRESETS):
            traits["preset"] = preset_name(kernel, PRESETS)
        choices = {
            "photo": list(photos),
            "preset": ["custom", *PRESETS],
            "kernel_size": [2, 3, 4, 5],
            "fit": ["none", "same", "full", "custom"],
            "mode": list(MODES),
        }
        encoded = {name: _png(x) for name, x in self.pixels.items()}
        traits.setdefault("kernel_size", len(kernel))
        traits = _sides(traits, len(kernel))
        super().__init__(photos=encoded, presets=PRESETS, choices=choices, **traits)
        self._seen = self._state()

    @traitlets.validate("kernel")
    def _check_kernel(self, proposal):
        return _square(proposal.value)

    @traitlets.observe("preset")
    def _take_preset(self, change):
        if change.new in self.presets:
            self.kernel = self.presets[change.new]

    @traitlets.observe("kernel_size")
    def _resize(self, change):
        if change.new != len(self.kernel):
            self.kernel = resized(self.kernel, change.new)

    @traitlets.observe("kernel", "fit", "padding", "each", *SIDES)
    def _settle(self, change):
        seen, self._seen = self._seen, None  # what is set here is not to be settled again
        if seen is None:
            return
        state = settle(seen, self._state())
        with self.hold_sync():
            self.kernel_size = len(self.kernel)
            self.preset = preset_name(self.kernel, PRESETS)
            for side, amount in zip(SIDES, state["sides"], strict=True):
                setattr(self, side, amount)
            for name in ("fit", "padding", "each"):
                setattr(self, name, state[name])
            self.every_shown, self.each_shown = shown(self.each)
        self._seen = self._state()

    def _state(self):
        sides = [getattr(self, side) for side in SIDES]
        named = {name: getattr(self, name) for name in ("fit", "padding", "each")}
        return {"k": len(self.kernel), "sides": sides, **named}

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        amount = {"kind": ipywidgets.IntSlider, "max": MOST}
        return [
            *([self.dropdown("photo", "Picture")] if len(self.photos) > 1 else []),
            self.dropdown("preset", "Kernel"),
            self.dropdown("kernel_size", "Size"),
            self.dropdown("fit", "Padding"),
            self.control(**amount, trait="padding", description="All sides", shown="every_shown"),
            self.control(ipywidgets.Checkbox, "each", "Each side"),
            *(
                self.control(**amount, trait=side, description=side.title(), shown="each_shown")
                for side in SIDES
            ),
            self.dropdown("mode", "Mode"),
            self.control(ipywidgets.IntSlider, "layers", "Layers", min=1, max=8),
        ]

    def sides(self):
        """Return the padding as ((top, bottom), (left, right)), in pixels."""
        return (self.top, self.bottom), (self.left, self.right)

    def padded(self):
        """Return the picture in its border, of shape (top + H + bottom, left + W + right)."""
        return np.pad(self.pixels[self.photo], self.sides(), mode=MODES[self.mode])

    def output(self):
        """Return the response after all layers, computed by NumPy."""
        y, w = self.pixels[self.photo], np.array(self.kernel)
        for _ in range(self.layers):
            y = np.pad(y, self.sides(), mode=MODES[self.mode])
            y = conv2d(y[None, None], w[None, None])[0, 0]
        return y

    def coverage(self):
        """Return how often each pixel of the small grid is read, its copies included."""
        k, n = len(self.kernel), self.side
        down, across = (axis_coverage(n, k, sides, self.mode) for sides in self.sides())
        return np.outer(down, across)

    def summary(self):
        """Return the current result in words."""
        x, y, times = self.pixels[self.photo], self.output(), self.coverage()
        k, named = len(self.kernel), "" if self.preset == "custom" else f" “{self.preset}”"
        layers = "" if self.layers == 1 else f", {self.layers} layers"
        moved = ""
        if self.photo == "dot" and abs(y.sum()) > 1e-9:
            moved = f"; the dot's centre has moved {way(np.subtract(centre(y), centre(x)))}"
        return (
            f"{self.photo} {x.shape[0]}×{x.shape[1]}, kernel {k}×{k}{named}, {self._described()}"
            f"{layers} → output {y.shape[0]}×{y.shape[1]}; of {self.side}×{self.side} pixels a "
            f"corner is read {often(times[0, 0])}, the middle "
            f"{often(times[self.side // 2, self.side // 2])}{moved}"
        )

    def _described(self):
        (top, bottom), (left, right) = self.sides()
        if not top + bottom + left + right:
            return "no padding"
        if top == bottom == left == right:
            return f"{self.mode} padding {top} on every side"
        return f"{self.mode} padding top {top}, bottom {bottom}, left {left}, right {right}"

    def still(self):
        """Return a figure of the counts, the padded picture and the response."""
        from matplotlib import pyplot as plt

        with plt.style.context(plots.STYLE):
            figure, axes = plt.subplots(1, 3, figsize=(8.4, 3.1))
            plots.show_grid(self.coverage(), title="how often each pixel is read", ax=axes[0])
            plots.show_image(self.padded(), title="in its border", ax=axes[1])
            signed = abs(np.sum(self.kernel)) < 1e-9
            plots.show_image(self.output(), title="response", signed=signed, ax=axes[2])
        return figure


def _square(kernel):
    """Return the kernel if it is square with a side that the lab offers."""
    k = len(kernel) if isinstance(kernel, (list, tuple)) else 0
    if not 2 <= k <= 5 or any(np.shape(row) != (k,) for row in kernel):
        raise ValueError(f"kernel must be square with a side of 2 to 5, got {kernel!r}")
    return kernel


def _sides(traits, k):
    """Return the traits with all that describe the padding, in agreement."""
    if "fit" not in traits and not {"padding", *SIDES} & set(traits):
        traits = {**traits, "fit": "same"}
    if traits.get("fit") in ("none", "same", "full"):
        sides = sides_of(traits["fit"], k)
    else:
        sides = [traits.get(side, traits.get("padding", 0)) for side in SIDES]
    blank = {"k": None, "fit": "custom", "padding": sides[0], "each": False, "sides": sides}
    state = settle(blank, blank | {"k": k})
    named = {name: state[name] for name in ("fit", "padding", "each")}
    named["each"] = traits.get("each", False) or state["each"]
    if traits.get("fit", "custom") not in ("none", "same", "full", "custom"):
        named["fit"] = traits["fit"]  # refused by name in Explorer
    named["every_shown"], named["each_shown"] = shown(named["each"])
    return traits | named | dict(zip(SIDES, sides, strict=True))


def _picture(name, size):
    if name == "dot":
        pixels = np.zeros((size, size))
        pixels[size // 2, size // 2] = 1
    elif name == "even grey":
        pixels = np.full((size, size), 0.5)
    else:
        pixels = load_photo(name, gray=True, size=size)
    return np.round(255 * pixels) / 255  # 8 bits a pixel, as the browser gets them


PRESETS = {
    "identity": kernels.identity(3).tolist(),
    **{f"blur, box {k}×{k}": np.full((k, k), 1 / k**2).tolist() for k in (2, 3, 4, 5)},
    "sobel, vertical edges": kernels.sobel(axis=1).tolist(),
    "sobel, horizontal edges": kernels.sobel(axis=0).tolist(),
    "laplacian": kernels.laplacian().tolist(),
    "sharpen": kernels.sharpen().tolist(),
}
