"""The cone view of chapter 4."""

import ipywidgets
import numpy as np
import traitlets
from matplotlib import pyplot as plt

from .. import plots, vision
from ._explorer import Explorer, number
from ._frontend import frontend, stylesheet

RANGES = {"wavelength": (390, 720), "first": (420, 680), "second": (420, 680)}
COLUMNS = ("L", "M", "S", "Y", "V_scotopic", "X", "Z")


def _nanometres(name, default):
    low, high = RANGES[name]
    return traitlets.Int(default, min=low, max=high).tag(sync=True)


class ConeView(Explorer):
    """Choose a wavelength: what the cones answer, how bright it counts, the colour seen.

    Parameters
    ----------
    wavelength : int, optional
        Of a light, 390 to 720 nm.
    show : {"one light", "a match of two"}, optional
        Whether two other lights are mixed so that the L and the M cones answer alike.
    first, second : int, optional
        The wavelengths of these two, 420 to 680 nm.

    Raises
    ------
    TypeError
        If an argument is of a wrong type.
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> ConeView(wavelength=555)
    ConeView(555 nm: cones L 0.97, M 0.96, S 0.00; luminous efficiency by day 1.00, by night 0.40)
    >>> ConeView(wavelength=580, show="a match of two")
    ConeView(580 nm: cones L 0.97, M 0.65, S 0.00; luminous efficiency by day 0.87, by night 0.12;
    L and M answer alike to 0.59 of 545 nm and 1.07 of 630 nm, S differs by 0.002)
    """

    name = "cone-view"
    caption = (
        "Cone view. Move the wavelength. Solid: the three cones; dashed: luminous efficiency V by "
        "day; dotted: V′ by night, when the rods see. The strip shows the spectrum as far as a "
        "screen can, for lights of equal energy."
    )
    _esm = frontend("cone_view.js")
    _css = stylesheet("curves.css", "cone_view.css")

    table = traitlets.Dict().tag(sync=True)
    peak = traitlets.Float().tag(sync=True)
    wavelength = _nanometres("wavelength", 555)
    show = traitlets.Unicode("one light").tag(sync=True)
    show_index = traitlets.Int(0).tag(sync=True)
    mix_shown = traitlets.Unicode("none").tag(sync=True)
    first = _nanometres("first", 545)
    second = _nanometres("second", 630)

    def __init__(self, **traits):
        table = {name: vision.table()[name].tolist() for name in COLUMNS}
        choices = {"show": ["one light", "a match of two"]}
        super().__init__(table=table, peak=brightest(), choices=choices, **traits)

    @traitlets.observe("show")
    def _reveal(self, change):
        self.mix_shown = "none" if self.show == "one light" else ""

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        limits = {name: {"min": low, "max": high} for name, (low, high) in RANGES.items()}
        slider, mixed = ipywidgets.IntSlider, {"shown": "mix_shown"}
        return [
            self.control(slider, "wavelength", "Wavelength (nm)", **limits["wavelength"]),
            self.dropdown("show", "Show"),
            self.control(slider, "first", "First (nm)", **limits["first"], **mixed),
            self.control(slider, "second", "Second (nm)", **limits["second"], **mixed),
            self.control(
                ipywidgets.Play, "wavelength", "Sweep", **limits["wavelength"], step=5, interval=120
            ),
        ]

    def amounts(self):
        """Return how much of the two lights excites L and M as the one does, or None."""
        if self.first == self.second:
            return None
        pair = vision.cone_fundamentals([self.first, self.second])[:, :2]
        return np.linalg.solve(pair.T, vision.cone_fundamentals(self.wavelength)[:2])

    def summary(self):
        """Return the current result in words."""
        answers = [
            *vision.cone_fundamentals(self.wavelength),
            vision.luminous_efficiency(self.wavelength),
            vision.luminous_efficiency(self.wavelength, observer="scotopic"),
        ]
        long, middle, short, day, night = (f"{value:.2f}" for value in answers)
        return (
            f"{self.wavelength} nm: cones L {long}, M {middle}, S {short}; "
            f"luminous efficiency by day {day}, by night {night}{self._mixture(answers[2])}"
        )

    def _mixture(self, s):
        if self.show == "one light":
            return ""
        amounts = self.amounts()
        if amounts is None or min(amounts) < 0:
            return f"; no mixture of {self.first} nm and {self.second} nm matches it"
        left = vision.cone_fundamentals([self.first, self.second])[:, 2] @ amounts - s
        return (
            f"; L and M answer alike to {amounts[0]:.2f} of {self.first} nm and "
            f"{amounts[1]:.2f} of {self.second} nm, S differs by {number(left, 3)}"
        )

    def still(self):
        """Return a figure of the five curves with the wavelength marked."""
        nm = np.arange(390, 721)
        night = vision.luminous_efficiency(nm, observer="scotopic")
        with plt.style.context(plots.STYLE):
            figure, ax = plt.subplots(figsize=(6.4, 3))
            colors = ("#d55e00", "#009e73", "#0072b2")
            for name, curve, color in zip(
                "LMS", vision.cone_fundamentals(nm).T, colors, strict=True
            ):
                ax.plot(nm, curve, color=color, label=name)
            ax.plot(nm, vision.luminous_efficiency(nm), "--", color="#1f2933", label="V, by day")
            ax.plot(nm, night, ":", color="#cc79a7", label="V′, by night")
            ax.axvline(self.wavelength, color="#85837c", linewidth=1)
            ax.set(xlabel="wavelength in nm", ylabel="sensitivity")
            ax.legend()
        return figure


def brightest():
    """Return the largest amount of a primary that any light of the table asks for.

    Drawn colours are divided by it, so that lights of equal energy fit the screen.
    """
    return float(vision.linear_srgb(vision.color_matching()).max())
