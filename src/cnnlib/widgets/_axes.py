"""What two explorers share: quantities that hold along both axes, or along each its own."""

from typing import ClassVar

import ipywidgets
import traitlets

from .. import _checks
from ._explorer import Explorer


class TwoAxes(Explorer):
    """An explorer whose quantities have two traits each, such as `stride` and `stride_width`.

    While `same` is on, the first holds for both axes; setting a different width switches it off.
    A subclass declares the traits by :func:`amount`, gives the `quantities`, and names the one
    that has an effect only `sometimes`.
    """

    quantities: ClassVar = {}  # name: (label, least and largest value that a slider reaches)
    sometimes: ClassVar = ""

    same = traitlets.Bool(True).tag(sync=True)

    # What CSS calls `display` for the sliders of both axes and of each, "none" to hide them.
    show_both = traitlets.Unicode("").tag(sync=True)
    show_each = traitlets.Unicode("none").tag(sync=True)

    def _paired(self, traits):
        """Return the arguments, with the pairs among them as the two traits that they stand for."""
        pairs = {
            name: _pair(name, traits[name], *limits)
            for name, (_, *limits) in self.quantities.items()
            if name in traits
        }
        traits = dict(traits)
        for name, (down, across) in pairs.items():
            traits |= {name: down, f"{name}_width": across}
        if any(down != across for down, across in pairs.values()):
            traits.setdefault("same", False)
        return self._checked(traits)

    def _keep_width(self, proposal):
        """Return a width that is set; one of its own switches `same` off."""
        if self.same and proposal.value != getattr(self, proposal.trait.name[: -len("_width")]):
            self.same = False
        return proposal.value

    def _show_axes(self, applies):
        """Show the sliders that have an effect; `applies` says it of the one of `sometimes`."""
        for axes, wanted in (("both", self.same), ("each", not self.same)):
            setattr(self, f"show_{axes}", "" if wanted else "none")
            setattr(self, f"show_{axes}_{self.sometimes}", "" if wanted and applies else "none")

    def _sliders(self, name, *, both="", each=("down", "across")):
        """Return the slider for both axes and those for the height and the width."""
        label, low, high = self.quantities[name]
        when = f"_{name}" if name == self.sometimes else ""
        shown = [
            (name, f"{label}{both}", f"show_both{when}"),
            (name, f"{label} {each[0]}", f"show_each{when}"),
            (f"{name}_width", f"{label} {each[1]}", f"show_each{when}"),
        ]
        return [
            self.control(ipywidgets.IntSlider, trait, text, shown=show, min=low, max=high)
            for trait, text, show in shown
        ]


def amount(quantities, name, default):
    """Return a trait that holds the quantity along one axis, or along both."""
    _, low, high = quantities[name]
    return traitlets.Int(default, min=low, max=high).tag(sync=True)


def told(name, down, across):
    """Return a quantity in words.

    >>> told("stride", 1, 1), told("output_padding", 0, 1)
    ('stride 1', 'output padding 0 down and 1 across')
    """
    words = name.replace("_", " ")
    return f"{words} {down}" if down == across else f"{words} {down} down and {across} across"


def _pair(name, value, low, high):
    pair = _checks.pair(name, value, minimum=low)
    if max(pair) > high:
        raise ValueError(f"{name} must be from {low} to {high}, got {value!r}")
    return pair
