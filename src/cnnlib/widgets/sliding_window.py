"""The sliding-window explorer of chapter 5."""

import ipywidgets
import numpy as np
import traitlets

from .. import kernels, plots
from ..conv import conv2d
from ..shapes import output_size
from ._explorer import Explorer, Matrix, number, preset_name
from ._frontend import frontend, stylesheet

EDGE = [[0, 0, 0, 0, 9, 9, 9, 9]] * 8
VERTICAL = kernels.sobel(axis=1).tolist()


class SlidingWindow(Explorer):
    """Slide a kernel across a small input, one output value per step.

    Parameters
    ----------
    input : list of lists of float, optional
        The picture, at most 10 × 10 pixels.
    kernel : list of lists of float, optional
        The kernel, at most 5 × 5; it may be even or oblong.
    stride, padding : int, optional
        In pixels, the same along both axes; stride 1 to 3, padding 0 to 3.
    flip : bool, optional
        Rotate the kernel by 180° first: the convolution of mathematics.
    step : int, optional
        The output value that is being computed, in row-major order.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If the input or the kernel is not a rectangle of finite numbers.

    Examples
    --------
    >>> SlidingWindow(input=[[0, 1, 2], [3, 4, 5], [6, 7, 8]], kernel=[[0, 1], [2, 3]])
    SlidingWindow(input 3×3, kernel 2×2, stride 1, padding 0 → output 2×2, y[0, 0] = 19)
    """

    name = "sliding-window"
    caption = (
        "Sliding window. Edit any cell of the input or the kernel, drag the window across the "
        "input, or press play. The sum is written out below, and again as one row of a matrix."
    )
    _esm = frontend("sliding_window.js")
    _css = stylesheet("sliding_window.css")

    input = Matrix(EDGE, max_side=10)
    kernel = Matrix(VERTICAL, max_side=5)
    preset = traitlets.Unicode("custom").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    stride = traitlets.Int(1, min=1, max=3).tag(sync=True)
    padding = traitlets.Int(0, min=0, max=3).tag(sync=True)
    flip = traitlets.Bool(False).tag(sync=True)
    step = traitlets.Int(0, min=0).tag(sync=True)
    last = traitlets.Int(0, min=0).tag(sync=True)

    def __init__(self, **traits):
        traits.setdefault("preset", preset_name(traits.get("kernel", self.kernel), PRESETS))
        super().__init__(presets=PRESETS, choices={"preset": ["custom", *PRESETS]}, **traits)

    @traitlets.observe("preset")
    def _take_preset(self, change):
        if change.new in self.presets:
            self.kernel = self.presets[change.new]

    @traitlets.default("last")
    def _default_last(self):
        return max(0, self.output().size - 1)

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        transport = [
            self.control(ipywidgets.Play, "step", "Play", max=self.last, interval=600),
            self.control(ipywidgets.IntSlider, "step", "Step", max=self.last),
        ]
        for control in transport:
            ipywidgets.jsdlink((self, "last"), (control, "max"))
        return [
            self.dropdown("preset", "Kernel"),
            self.control(ipywidgets.IntSlider, "padding", "Padding", max=3),
            self.control(ipywidgets.IntSlider, "stride", "Stride", min=1, max=3),
            self.control(ipywidgets.Checkbox, "flip", "Flip the kernel"),
            *transport,
        ]

    def output(self):
        """Return the output that the stage shows, of shape (OH, OW), computed by NumPy."""
        x, w = np.array(self.input), np.array(self.kernel)
        try:
            for length, side in zip(x.shape, w.shape, strict=True):
                output_size(length, side, stride=self.stride, padding=self.padding)
        except ValueError:
            return np.empty((0, 0))
        w = w[::-1, ::-1] if self.flip else w
        return conv2d(x[None, None], w[None, None], stride=self.stride, padding=self.padding)[0, 0]

    def summary(self):
        """Return the current result in words."""
        y = self.output()
        sizes = [f"{len(m)}×{len(m[0])}" for m in (self.input, self.kernel)]
        setting = (
            f"input {sizes[0]}, kernel {sizes[1]}{' flipped' if self.flip else ''}, "
            f"stride {self.stride}, padding {self.padding} → "
        )
        if not y.size:
            return setting + "no output: the kernel is larger than the padded input"
        i, j = divmod(min(self.step, y.size - 1), y.shape[1])
        return f"{setting}output {y.shape[0]}×{y.shape[1]}, y[{i}, {j}] = {number(y[i, j])}"

    def still(self):
        """Return a figure of input, kernel and output side by side."""
        y = self.output()
        panels = {"input": np.array(self.input), "kernel": np.array(self.kernel), "output": y}
        return plots.show_grids({title: grid for title, grid in panels.items() if grid.size})


PRESETS = {
    "identity": kernels.identity(3).tolist(),
    "ones": np.ones((3, 3)).tolist(),
    "sobel, vertical edges": kernels.sobel(axis=1).tolist(),
    "sobel, horizontal edges": kernels.sobel(axis=0).tolist(),
    "laplacian": kernels.laplacian().tolist(),
    "sharpen": kernels.sharpen().tolist(),
    "2×2 of the worked example": [[0, 1], [2, 3]],
}
