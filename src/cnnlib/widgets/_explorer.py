"""What every explorer shares: controls above a stage, a caption, a drawn still, a stable repr."""

import base64
import io

import anywidget
import ipywidgets
import numpy as np
import traitlets

from . import _arguments
from ._frontend import stylesheet

EXPLORER_MIME = "application/vnd.cnnlib.explorer+json"


class Matrix(traitlets.List):
    """A trait that holds a rectangle of finite numbers as a list of rows."""

    def __init__(self, default, *, square=False, max_side=10):
        super().__init__(default_value=default)
        self.tag(sync=True)
        self.square, self.max_side = square, max_side  # square: of odd side, 3 or more

    def validate(self, obj, value):
        try:
            rows = np.asarray(value, dtype=np.float64)
        except (TypeError, ValueError):
            rows = np.empty(0)
        side = self.max_side
        if rows.ndim != 2 or not rows.size or max(rows.shape) > side or not np.isfinite(rows).all():
            raise ValueError(
                f"{self.name} must be a rectangle of finite numbers with 1 to {side} rows and "
                f"columns, got {value!r}"
            )
        if self.square and rows.shape not in [(k, k) for k in range(3, side + 1, 2)]:
            raise ValueError(
                f"{self.name} must be square with an odd side of 3 to {side}, got "
                f"{rows.shape[0]}×{rows.shape[1]}"
            )
        return rows.tolist()


class Explorer(anywidget.AnyWidget):
    """A stage that draws and computes in the browser, shown under its controls.

    A subclass gives `name` (of the figure), `caption`, `controls()` (standard
    ipywidgets, tied to the stage by `jslink`, since a Python callback is dead in
    a static page), `summary()` (the result in words, computed by NumPy) and
    `still()` (a matplotlib figure for paper and for readers without JavaScript).
    """

    name = ""
    caption = ""
    _css = stylesheet()

    # Options of each trait that a dropdown sets. A dropdown's value lives in the kernel alone, its
    # index in the browser too; so each such trait has a twin `<trait>_index`.
    choices = traitlets.Dict().tag(sync=True)

    def __init__(self, *, caption=None, choices=None, **traits):
        choices, traits = choices or {}, self._checked(traits)
        for key, value in traits.items():
            if key in choices and value not in choices[key]:
                raise ValueError(f"{key} must be one of {choices[key]}, got {value!r}")
        super().__init__(choices=choices, **traits)
        for key, options in choices.items():
            both = (options.index, options.__getitem__)
            traitlets.link((self, key), (self, f"{key}_index"), transform=both)
        self.caption = caption or self.caption
        self._figure = None

    def __init_subclass__(cls, **options):
        super().__init_subclass__(**options)
        if "Parameters\n" in (cls.__doc__ or ""):
            cls.__signature__ = _arguments.signature(cls)

    def _checked(self, traits):
        """Return the arguments as the traits take them, before anything is made of them."""
        for key in traits:
            if not self.has_trait(key):
                raise TypeError(f"{type(self).__name__} has no argument {key!r}")
        return {key: _arguments.checked(self, key, value) for key, value in traits.items()}

    def notify_change(self, change):
        """Tell the browser of a change together with all that follows from it.

        What comes in parts the browser would complete by itself, and its answers, if they are
        late, would undo what Python has set since.
        """
        with self.hold_sync():
            super().notify_change(change)

    def dropdown(self, trait, description):
        """Return a dropdown that sets the trait, also where no kernel runs."""
        control = ipywidgets.Dropdown(
            options=[str(option) for option in self.choices[trait]],
            index=getattr(self, f"{trait}_index"),
            description=description,
        )
        ipywidgets.jslink((control, "index"), (self, f"{trait}_index"))
        return control

    def control(self, kind, trait, description, *, shown=None, **limits):
        """Return a control of an ipywidgets class whose value is the trait.

        `shown` names a trait that holds what CSS calls `display`: "none" hides the control, ""
        shows it.
        """
        control = kind(value=getattr(self, trait), description=description, **limits)
        ipywidgets.jslink((control, "value"), (self, trait))
        if shown is not None:
            ipywidgets.jsdlink((self, shown), (control.layout, "display"))
        return control

    @property
    def figure(self):
        """The box of controls and stage, to be placed in a layout of one's own."""
        if self._figure is None:
            controls = ipywidgets.Box(self.controls()).add_class("cnn-controls")
            self._figure = ipywidgets.VBox([controls, self]).add_class("cnn-explorer")
        return self._figure

    def __repr__(self):
        return f"{type(self).__name__}({self.summary()})"

    def _repr_mimebundle_(self, **kwargs):
        _, metadata = super()._repr_mimebundle_(**kwargs)
        view = self.figure._repr_mimebundle_(**kwargs)
        description = {"name": self.name, "alt": self.summary(), "caption": self.caption}
        bundle = {**view, "text/plain": repr(self), EXPLORER_MIME: description}
        # In the metadata, because neither the model's id nor a picture's bytes repeat exactly.
        page = {"model_id": self.figure.model_id, "still": self._still_png()}
        return bundle, {**metadata, EXPLORER_MIME: page}

    def _still_png(self):
        from matplotlib import pyplot

        figure, file = self.still(), io.BytesIO()
        figure.savefig(file, format="png", dpi=110)
        pyplot.close(figure)
        return base64.b64encode(file.getvalue()).decode()


def preset_name(kernel, presets):
    """Return the name of the preset that equals the kernel, or "custom"."""
    names = (name for name, matrix in presets.items() if np.array_equal(matrix, kernel))
    return next(names, "custom")


def number(value, digits=2):
    """Return `value` as the front end writes it: rounded, and with a true minus sign.

    >>> number(-2.0), number(0.125, 3)
    ('−2', '0.125')
    """
    rounded = round(float(value), digits) + 0.0
    return f"{rounded:.{digits}f}".rstrip("0").rstrip(".").replace("-", "−")


def percent(share):
    """Return a share of a softmax as text; what isn't all isn't rounded to it.

    >>> percent(0.836), percent(0.9999)
    ('83.6 %', 'over 99.9 %')
    """
    return "over 99.9 %" if share >= 0.9995 else f"{100 * share:.1f} %"


def a_digit(digit):
    """Return a digit with its article.

    >>> a_digit(7), a_digit(8)
    ('a 7', 'an 8')
    """
    return f"{'an' if str(digit).startswith('8') else 'a'} {digit}"
