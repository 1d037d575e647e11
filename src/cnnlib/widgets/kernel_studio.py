"""The kernel studio of chapter 5."""

import io

import ipywidgets
import numpy as np
import traitlets

from .. import _checks, kernels, plots
from ..conv import conv2d
from ..datasets import load_photo
from ._arguments import photo_names, whole
from ._explorer import Explorer, Matrix, number, preset_name
from ._frontend import frontend

VERTICAL = kernels.sobel(axis=1).tolist()
BLOCKS = 24  # the sweep uncovers the output in 24 × 24 blocks, as in kernel_studio.js


class KernelStudio(Explorer):
    """Edit a kernel and see at once what it does to a photograph.

    Parameters
    ----------
    photos : sequence of str, optional
        Names from `cnnlib.PHOTOS`; the first is shown.
    size : int, optional
        Side of the photographs in pixels, 32 to 512.
    kernel : list of lists of float, optional
        A square kernel of odd side, 3 to 7.
    preset : str, optional
        The name of a preset, instead of a kernel.
    show : {"auto", "signed", "grey", "absolute"}, optional
        How the output is shown; "auto" takes "signed" for kernels that sum to
        zero and "grey" for the others.
    row, col : int, optional
        The pixel at the centre of the window.
    sweep : bool, optional
        Start by uncovering the output block by block, as the window passes.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If the kernel is not square with an odd side, the window's centre is
        outside the photograph, or there is no such photograph or size.

    Examples
    --------
    >>> KernelStudio(photos=["camera"], size=64, preset="blur, gaussian")
    KernelStudio(camera 64×64, kernel 3×3 “blur, gaussian” → output from 0.02 to 0.88,
    pixel 0.03 at row 32, column 32 becomes 0.03)
    """

    name = "kernel-studio"
    caption = (
        "Kernel studio. Move the window over the photograph with the mouse, a finger or the arrow "
        "keys; edit the kernel or choose one. Below: the pixels in the window, the kernel, and "
        "the products whose sum is the new pixel."
    )
    _esm = frontend("kernel_studio.js")

    photos = traitlets.Dict().tag(sync=True)
    photo = traitlets.Unicode().tag(sync=True)
    photo_index = traitlets.Int(0).tag(sync=True)
    kernel = Matrix(VERTICAL, square=True, max_side=7)
    kernel_size = traitlets.Int(3).tag(sync=True)
    kernel_size_index = traitlets.Int(0).tag(sync=True)
    preset = traitlets.Unicode("custom").tag(sync=True)
    preset_index = traitlets.Int(0).tag(sync=True)
    presets = traitlets.Dict().tag(sync=True)
    show = traitlets.Unicode("auto").tag(sync=True)
    show_index = traitlets.Int(0).tag(sync=True)
    row = traitlets.Int(0).tag(sync=True)
    col = traitlets.Int(0).tag(sync=True)
    progress = traitlets.Int(BLOCKS * BLOCKS, min=0, max=BLOCKS * BLOCKS).tag(sync=True)

    def __init__(self, *, photos=("camera",), size=256, sweep=False, **traits):
        photos, traits = photo_names(photos), self._checked(traits)
        size = whole("size", size, 32, 512)
        self.pixels = {name: load_photo(name, gray=True, size=size) for name in photos}
        # 8 bits a pixel: both sides then compute from the very same values.
        self.pixels = {name: np.round(255 * x) / 255 for name, x in self.pixels.items()}
        self.sweep = _checks.flag("sweep", sweep)
        for name in ("row", "col"):
            if not 0 <= traits.get(name, 0) < size:
                raise ValueError(f"{name} must be between 0 and {size - 1}, got {traits[name]!r}")
        traits = {"row": size // 2, "col": size // 2, "photo": photos[0]} | traits
        traits.setdefault("preset", preset_name(traits.get("kernel", VERTICAL), PRESETS))
        encoded = {name: _png(x) for name, x in self.pixels.items()}
        if sweep:
            traits["progress"] = 0
        choices = {
            "photo": list(photos),
            "preset": ["custom", *PRESETS],
            "kernel_size": [3, 5, 7],
            "show": ["auto", "signed", "grey", "absolute"],
        }
        super().__init__(photos=encoded, presets=PRESETS, choices=choices, **traits)

    @traitlets.observe("preset")
    def _take_preset(self, change):
        if change.new in self.presets:
            self.kernel = self.presets[change.new]

    @traitlets.observe("kernel")
    def _follow_kernel(self, change):
        self.kernel_size = len(change.new)

    @traitlets.observe("kernel_size")
    def _resize(self, change):
        if change.new != len(self.kernel):
            self.kernel = resized(self.kernel, change.new)
            self.preset = "custom"

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        sweep = {"max": BLOCKS * BLOCKS, "interval": 33, "playing": self.sweep}
        return [
            *([self.dropdown("photo", "Photograph")] if len(self.photos) > 1 else []),
            self.dropdown("preset", "Kernel"),
            self.dropdown("kernel_size", "Size"),
            self.dropdown("show", "Show"),
            self.control(ipywidgets.Play, "progress", "Sweep", **sweep),
        ]

    def output(self):
        """Return the response of the photograph, of its own shape (H, W), computed by NumPy."""
        x, w = self.pixels[self.photo], np.array(self.kernel)
        return conv2d(x[None, None], w[None, None], padding=len(w) // 2)[0, 0]

    def summary(self):
        """Return the current result in words."""
        x, y = self.pixels[self.photo], self.output()
        k, named = len(self.kernel), "" if self.preset == "custom" else f" “{self.preset}”"
        low, high, old, new = (
            number(v) for v in (y.min(), y.max(), x[self.row, self.col], y[self.row, self.col])
        )
        return (
            f"{self.photo} {x.shape[0]}×{x.shape[1]}, kernel {k}×{k}{named} → output from {low} to "
            f"{high}, pixel {old} at row {self.row}, column {self.col} becomes {new}"
        )

    def still(self):
        """Return a figure of the photograph before and after the kernel."""
        y = self.output()
        before, after = f"before: {self.photo}", "after"
        signed = [after] if abs(np.sum(self.kernel)) < 1e-9 else []
        return plots.show_images({before: self.pixels[self.photo], after: y}, signed=signed)


def resized(kernel, size):
    """Return a square kernel centred in a larger square of zeros, or cropped to a smaller one."""
    old = len(kernel)
    if size > old:
        return np.pad(kernel, (size - old) // 2).tolist()
    cut = (old - size) // 2
    return np.array(kernel)[cut : old - cut, cut : old - cut].tolist()


def _png(pixels):
    """Return a PNG of a grey picture (H, W) or a colour picture (3, H, W)."""
    from PIL import Image

    file = io.BytesIO()
    pixels = np.moveaxis(pixels, 0, -1) if pixels.ndim == 3 else pixels
    pixels = np.ascontiguousarray(np.round(255 * pixels).astype(np.uint8))
    Image.fromarray(pixels).save(file, "png", optimize=True)
    return file.getvalue()


def _rounded(kernel):
    return np.round(kernel, 3).tolist()


PRESETS = {
    "identity": kernels.identity(3).tolist(),
    "blur, box": _rounded(kernels.box(3)),
    "blur, gaussian": [[0.0625, 0.125, 0.0625], [0.125, 0.25, 0.125], [0.0625, 0.125, 0.0625]],
    "blur, gaussian 7×7": _rounded(kernels.gaussian(1.5, size=7)),
    "sobel, vertical edges": kernels.sobel(axis=1).tolist(),
    "sobel, horizontal edges": kernels.sobel(axis=0).tolist(),
    "laplacian": kernels.laplacian().tolist(),
    "sharpen": kernels.sharpen().tolist(),
    "emboss": kernels.emboss().tolist(),
}
