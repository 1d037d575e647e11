"""The pooling lab of chapter 9."""

import ipywidgets
import numpy as np
import traitlets

from .. import plots
from ..datasets import load_photo
from ._arguments import photo_names, whole
from ._explorer import Explorer, Matrix, number
from ._frontend import frontend, stylesheet
from ._pooling import KINDS, compare, move_along, pool
from .kernel_studio import _png

RANGES = {"window": (2, 5), "padding": (0, 2), "stride": (1, 4), "shift": (0, 8)}
GRID = [
    [1, 3, 0, 2, 4, 1],
    [5, 2, 2, 0, 1, 1],
    [0, 1, 6, 6, 3, 0],
    [2, 4, 1, 0, 7, 2],
    [3, 3, 0, 5, 2, 8],
    [1, 0, 2, 4, 1, 3],
]


class PoolingLab(Explorer):
    """Pool a signal, a grid and a photograph, shift them, and see how far the result changes.

    Parameters
    ----------
    signal : list of float, optional
        5 to 12 numbers.
    grid : list of lists of float, optional
        5 to 8 rows and columns of numbers.
    small : {"signal", "grid"}, optional
        Which of the two is shown.
    photos : sequence of str, optional
        Names from `cnnlib.PHOTOS`; the first is shown.
    size : int, optional
        Side of the photographs in pixels, 32 to 160.
    kind : {"max", "average", "blur", "subsample"}, optional
        How a window becomes a number: its largest pixel, its mean, its mean with binomial
        weights (1 2 1 for a window of 3), or the pixel at its middle.
    window : int, optional
        Side of the window in pixels, 2 to 5. A signal has windows of one row.
    padding : int, optional
        Pixels added on each side, 0 to half of the window: −∞ for "max", else 0.
    count_pad : bool, optional
        Whether the zeros of the padding count in the mean's denominator.
    stride : int, optional
        Step between windows in pixels, 1 to 4.
    shift : int, optional
        How far everything is shifted to the right, 0 to 8 pixels; what leaves on the right comes
        back on the left.
    against : {"the old map", "the old map, moved along"}, optional
        What the new pooled map is compared with. The old map is moved along by shift / stride
        cells; between two cells its values are interpolated linearly.
    row, col : int, optional
        The window whose arithmetic is written out.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> PoolingLab(signal=[0, 0, 1, 1, 0, 0, 1, 1], photos=["camera"], size=32, shift=1)
    PoolingLab(max pooling, window 2, stride 2, shift 1; signal 1×8 → 1×4, 2 of 4 pooled values
    change, by 0.5 on average, moved along by 0.5 cells by 0.5; camera 32×32 → 16×16, its pixels
    change by 0.055 on average, the pooled values by 0.053, moved along by 0.5 cells by 0.031)
    """

    name = "pooling-lab"
    caption = (
        "Pooling lab. Edit the small input and choose a pooled value to see its window. What is "
        "shifted leaves on the right and comes back on the left. Below: the photograph after the "
        "shift, its pooled map before and after, and their difference."
    )
    _esm = frontend("pooling_lab.js")
    _css = stylesheet("pooling_lab.css")

    small = traitlets.Unicode("signal").tag(sync=True)
    small_index = traitlets.Int(0).tag(sync=True)
    signal = Matrix([[0, 0, 1, 1, 0, 0, 1, 1]], max_side=12)
    grid = Matrix(GRID, max_side=8)
    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    kind = traitlets.Unicode("max").tag(sync=True)
    kind_index = traitlets.Int(0).tag(sync=True)
    window = traitlets.Int(2, min=2, max=5).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=2).tag(sync=True)
    count_pad = traitlets.Bool(True).tag(sync=True)
    count_shown = traitlets.Unicode("none").tag(sync=True)
    stride = traitlets.Int(2, min=1, max=4).tag(sync=True)
    shift = traitlets.Int(0, min=0, max=8).tag(sync=True)
    against = traitlets.Unicode("the old map").tag(sync=True)
    against_index = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0, min=0).tag(sync=True)
    col = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, *, photos=("camera", "brick"), size=128, **traits):
        if "signal" in traits:
            traits["signal"] = [_signal(traits["signal"])]
        photos, traits = photo_names(photos), self._checked(traits)
        size = whole("size", size, 32, 160)
        most = traits.get("window", self.window) // 2
        if traits.get("padding", 0) > most:
            raise ValueError(
                f"padding must be an integer from 0 to {most}, half of the window at most, got "
                f"{traits['padding']}"
            )
        pixels = {name: load_photo(name, gray=True, size=size) for name in photos}
        # 8 bits a pixel: both sides then compute from the very same values.
        self.pixels = {name: np.round(255 * x) / 255 for name, x in pixels.items()}
        choices = {
            "small": ["signal", "grid"],
            "photo": list(photos),
            "kind": list(KINDS),
            "against": ["the old map", "the old map, moved along"],
        }
        encoded = {name: _png(x) for name, x in self.pixels.items()}
        super().__init__(photos=encoded, choices=choices, **{"photo": photos[0]} | traits)

    @traitlets.validate("grid")
    def _check_grid(self, proposal):
        if min(np.shape(proposal.value)) < 5:
            raise ValueError(f"grid must have 5 to 8 rows and columns, got {proposal.value!r}")
        return proposal.value

    @traitlets.validate("signal")
    def _check_signal(self, proposal):
        return [_signal(row) for row in proposal.value]

    @traitlets.observe("kind", "window", "padding")
    def _settle(self, change):
        self.padding = min(self.padding, self.window // 2)
        counts = self.padding and self.kind in ("average", "blur")
        self.count_shown = "" if counts else "none"

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        sliders = {
            name: {"kind": ipywidgets.IntSlider, "trait": name, "min": low, "max": high}
            for name, (low, high) in RANGES.items()
        }
        step = {"max": RANGES["shift"][1], "interval": 700}
        return [
            self.dropdown("small", "Input"),
            *([self.dropdown("photo", "Photograph")] if len(self.photos) > 1 else []),
            self.dropdown("kind", "Pooling"),
            self.control(**sliders["window"], description="Window"),
            self.control(**sliders["padding"], description="Padding"),
            self.control(
                ipywidgets.Checkbox, "count_pad", "Count the padding", shown="count_shown"
            ),
            self.control(**sliders["stride"], description="Stride"),
            self.control(**sliders["shift"], description="Shift"),
            self.dropdown("against", "Compare with"),
            self.control(ipywidgets.Play, "shift", "Move", **step),
        ]

    def input(self):
        """Return the small input, a signal of shape (1, W) or a grid of shape (H, W)."""
        return np.array(self.signal if self.small == "signal" else self.grid, dtype=float)

    def pooled(self, x):
        """Return an input (H, W) pooled; an input of one row has windows of one row."""
        rows = (self.window, self.stride, self.padding) if len(x) > 1 else (1, 1, 0)
        columns = (self.window, self.stride, self.padding)
        geometry = dict(
            zip(("window", "stride", "padding"), zip(rows, columns, strict=True), strict=True)
        )
        return pool(x, self.kind, **geometry, count_pad=self.count_pad)

    def maps(self, x):
        """Return the pooled map of an input before the shift and after it."""
        return self.pooled(x), self.pooled(np.roll(x, self.shift, axis=1))

    def summary(self):
        """Return the current result in words."""
        small, photo = self.input(), self.pixels[self.photo]
        sizes = [f"{_size(x)} → {_size(self.pooled(x))}" for x in (small, photo)]
        padding = f", padding {self.padding}" if self.padding else ""
        setting = f"{KINDS[self.kind]}, window {self.window}{padding}, stride {self.stride}"
        if not self.shift:
            return (
                f"{setting}; {self.small} {sizes[0]}, {self.photo} {sizes[1]}; nothing is shifted"
            )
        before, after = self.maps(small)
        changed, _ = compare(before, after)
        pixels = number(compare(photo, np.roll(photo, self.shift, axis=1))[1], 3)
        return (
            f"{setting}, shift {self.shift}; {self.small} {sizes[0]}, {changed} of {before.size} "
            f"pooled values change, {self._change(small)}; {self.photo} {sizes[1]}, its pixels "
            f"change by {pixels} on average, the pooled values {self._change(photo, '')}"
        )

    def _change(self, x, average=" on average"):
        before, after = self.maps(x)
        cells = number(self.shift / self.stride)
        left = compare(move_along(before, self.shift, self.stride), after)[1]
        return (
            f"by {number(compare(before, after)[1], 3)}{average}, moved along by {cells} "
            f"{'cell' if cells == '1' else 'cells'} by {number(left, 3)}"
        )

    def still(self):
        """Return a figure of the shifted photograph, its pooled maps and their difference."""
        photo = self.pixels[self.photo]
        before, after = self.maps(photo)
        if self.against.endswith("moved along"):
            before = move_along(before, self.shift, self.stride)
        images = {f"{self.photo}, shifted": np.roll(photo, self.shift, axis=1)}
        images |= {"pooled before": before, "pooled after": after, "difference": after - before}
        return plots.show_images(images, signed=["difference"])


def _size(x):
    return "×".join(map(str, x.shape))


def _signal(values):
    """Return the numbers of a signal, given as a row."""
    row = np.ravel(values) if isinstance(values, (list, tuple, np.ndarray)) else np.empty(0)
    if not 5 <= row.size <= 12 or row.dtype.kind not in "iuf" or not np.isfinite(row).all():
        raise ValueError(f"signal must be 5 to 12 finite numbers, got {values!r}")
    return row.astype(float).tolist()
