"""The receptive-field painter of chapter 4."""

import ipywidgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt

from .. import _checks, plots
from ..datasets import PHOTOS, load_photo
from . import _cells
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet
from .kernel_studio import _png

REACH = 40
# name: (lowest, highest, step)
RANGES = {
    "angle": (0, 180, 5),
    "width": (1, 20, 1),
    "x": (-REACH, REACH, 1),
    "y": (-REACH, REACH, 1),
    "sigma": (1, 5, 0.5),
    "theta": (0, 180, 5),
    "wavelength": (4, 20, 1),
    "phase": (0, 345, 15),
}


class ReceptiveFieldPainter(Explorer):
    """Show a model cell a stimulus, and see what it answers.

    Parameters
    ----------
    stimulus : {"bar", "edge", "spot", "grating", "even light", "photograph"}, optional
        What the cell is shown, on mid-grey.
    angle : int, optional
        Angle of a bar, an edge or a grating, 0 to 180 degrees in steps of 5; at 0 it is upright,
        and it turns clockwise.
    width : int, optional
        Width of a bar or of each stripe of a grating, or a spot's diameter: 1 to 20 pixels.
    x, y : int, optional
        How far the stimulus is moved to the right and down, −40 to 40 pixels.
    dark : bool, optional
        A dark stimulus instead of a bright one; a photograph becomes its negative.
    cell : {"on-centre", "off-centre", "simple", "complex"}, optional
        A difference of Gaussians, a Gabor filter, or the energy of two Gabor filters.
    sigma : float, optional
        Standard deviation of the centre, or of a Gabor filter across its stripes, 1 to 5 pixels.
    theta : int, optional
        Angle of a Gabor filter, 0 to 180 degrees in steps of 5.
    wavelength, phase : int, optional
        Of a Gabor filter's wave: 4 to 20 pixels, and 0 to 345 degrees in steps of 15.
    curve : {"angle", "place", "width"}, optional
        Whether the curve turns the stimulus, moves it across its stripes or makes it wider.
    photo : str, optional
        A name from `cnnlib.PHOTOS`.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range or there is no such photograph.

    Examples
    --------
    >>> ReceptiveFieldPainter(cell="simple", stimulus="bar", width=4)
    ReceptiveFieldPainter(simple cell, bar: response 0.46; over the angle from 0 to 0.46, the
    largest at 0)
    """

    name = "receptive-field-painter"
    caption = (
        "Receptive-field painter. Drag the stimulus, or move it by the arrow keys. Orange: light "
        "excites the cell there; blue: light inhibits it; small weights are drawn stronger than "
        "they are. The curve shows the response while the stimulus is turned, moved or widened."
    )
    _esm = frontend("receptive_field_painter.js")
    _css = stylesheet("curves.css", "receptive_field_painter.css")

    photos = traitlets.Dict().tag(sync=True)
    stimulus = traitlets.Unicode("spot").tag(sync=True)
    stimulus_index = traitlets.Int(0).tag(sync=True)
    angle = traitlets.Int(0).tag(sync=True)
    angle_shown = traitlets.Unicode("").tag(sync=True)
    width = traitlets.Int(6).tag(sync=True)
    width_shown = traitlets.Unicode("").tag(sync=True)
    x = traitlets.Int(0).tag(sync=True)
    y = traitlets.Int(0).tag(sync=True)
    dark = traitlets.Bool(False).tag(sync=True)
    cell = traitlets.Unicode("on-centre").tag(sync=True)
    cell_index = traitlets.Int(0).tag(sync=True)
    sigma = traitlets.Float(3.0).tag(sync=True)
    theta = traitlets.Int(0).tag(sync=True)
    theta_shown = traitlets.Unicode("").tag(sync=True)
    wavelength = traitlets.Int(8).tag(sync=True)
    wavelength_shown = traitlets.Unicode("").tag(sync=True)
    phase = traitlets.Int(0).tag(sync=True)
    phase_shown = traitlets.Unicode("").tag(sync=True)
    curve = traitlets.Unicode("angle").tag(sync=True)
    curve_index = traitlets.Int(0).tag(sync=True)

    def __init__(self, *, photo="camera", **traits):
        _checks.choice("photo", photo, PHOTOS)
        traits = self._checked(traits)
        for name, (low, high, step) in RANGES.items():
            value = traits.get(name, low)
            if not low <= value <= high or (value - low) % step:
                kind = "a number" if step == 0.5 else "an integer"
                steps = f" in steps of {step}" if step != 1 else ""
                raise ValueError(
                    f"{name} must be {kind} from {low} to {high}{steps}, got {value!r}"
                )
        # 8 bits a pixel: both sides then compute from the very same values; 32 greys weigh less.
        greys = np.round(31 * load_photo(photo, gray=True, size=128)) / 31
        pixels = np.round(255 * greys) / 255
        self.pixels = pixels
        choices = {
            "stimulus": list(_cells.STIMULI),
            "cell": list(_cells.CELLS),
            "curve": list(_cells.CURVES),
        }
        super().__init__(photos={photo: _png(pixels)}, choices=choices, **traits)
        self._show()

    @traitlets.observe("stimulus", "cell")
    def _show(self, change=None):
        striped = self.cell in ("simple", "complex")
        shown = {
            "angle": self.stimulus in _cells.TURNING,
            "width": self.stimulus in ("bar", "spot", "grating"),
            "theta": striped,
            "wavelength": striped,
            "phase": self.cell == "simple",
        }
        for name, visible in shown.items():
            setattr(self, f"{name}_shown", "" if visible else "none")

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        return [
            self.dropdown("stimulus", "Stimulus"),
            self._slider("angle", "Angle (°)", shown="angle_shown"),
            self._slider("width", "Width", shown="width_shown"),
            self.control(ipywidgets.Checkbox, "dark", "Dark"),
            self.dropdown("cell", "Cell"),
            self._slider("sigma", "Sigma", kind=ipywidgets.FloatSlider),
            self._slider("theta", "Theta (°)", shown="theta_shown"),
            self._slider("wavelength", "Wavelength", shown="wavelength_shown"),
            self._slider("phase", "Phase (°)", shown="phase_shown"),
            self.dropdown("curve", "Curve over"),
            self.control(
                ipywidgets.Play, "angle", "Turn", max=180, step=5, interval=250, shown="angle_shown"
            ),
        ]

    def _slider(self, trait, description, *, kind=ipywidgets.IntSlider, shown=None):
        low, high, step = RANGES[trait]
        return self.control(kind, trait, description, min=low, max=high, step=step, shown=shown)

    def shape(self):
        """Return what describes the cell's fields."""
        return {name: getattr(self, name) for name in ("sigma", "theta", "wavelength", "phase")}

    def setting(self):
        """Return what describes the stimulus."""
        return {name: getattr(self, name) for name in ("angle", "width", "x", "y", "dark")}

    def fields(self):
        """Return the cell's receptive fields, shape (1 or 2, 41, 41)."""
        return _cells.fields(self.cell, **self.shape())

    def shown(self):
        """Return the stimulus as contrasts from −1 (black) to 1 (white), shape (41, 41)."""
        return _cells.stimulus(self.stimulus, **self.setting(), photo=self.pixels)

    def response(self):
        """Return Σ w·s of the one field, or the energy of the two."""
        return _cells.response(self.fields(), self.shown())

    def responses(self):
        """Return (angles, places or widths; responses), the curve."""
        shape, setting = self.shape(), self.setting()
        return _cells.curve(self.curve, self.cell, shape, self.stimulus, setting, self.pixels)

    def summary(self):
        """Return the current result in words."""
        at, values = self.responses()
        low, high, now = (number(v, 2) for v in (values.min(), values.max(), self.response()))
        what = "energy" if self.cell == "complex" else "response"
        best = number(at[values.round(9).argmax()])
        return (
            f"{self.cell} cell, {self.stimulus}: {what} {now}; over the {self.curve} from {low} "
            f"to {high}, the largest at {best}"
        )

    def still(self):
        """Return a figure of the field, the stimulus, their product and the curve."""
        field, shown = self.fields()[0], self.shown()
        with plt.style.context(plots.STYLE):
            figure, axes = plt.subplots(1, 4, figsize=(9.4, 2.5), width_ratios=[1, 1, 1, 1.6])
            peak = np.abs(field).max()
            plots.show_image(field, signed=True, peak=peak, title="field w", ax=axes[0])
            plots.show_image((shown + 1) / 2, title="stimulus s", ax=axes[1])
            product = field * shown
            plots.show_image(product, signed=True, peak=peak, title="w·s", ax=axes[2])
            axes[3].plot(*self.responses())
            unit = "degrees" if self.curve == "angle" else "pixels"
            axes[3].set(title="response", xlabel=f"{self.curve} in {unit}")
        return figure
