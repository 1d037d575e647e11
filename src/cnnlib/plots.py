"""Matplotlib figures in the look of the book: grids of numbers, images, curves.

Every function takes ``ax=None``, computes nothing but where to put the ink, and
returns the Axes. Importing the module leaves matplotlib's settings alone; call
`use_style` for the look.
"""

from collections.abc import Mapping
from colorsys import hls_to_rgb
from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap, to_hex

from . import _checks

STYLE = Path(__file__).with_name("cnn.mplstyle")

# Blue below zero, white at zero, orange above: distinct to every kind of colour vision.
SIGNED = LinearSegmentedColormap.from_list("cnn_signed", ["#1769b4", "#f7f6f3", "#d9730d"])


def use_style():
    """Use the book's style sheet for all figures that follow.

    Examples
    --------
    >>> use_style()
    >>> import matplotlib
    >>> matplotlib.rcParams["image.interpolation"]
    'nearest'
    """
    plt.style.use(STYLE)


def _axes(ax, figsize):
    if ax is not None:
        return ax
    with plt.style.context(STYLE):
        return plt.subplots(figsize=figsize)[1]


def _matrix(name, value):
    values = _checks.array(name, value, ndim=2, real=True)
    if not values.size:
        raise ValueError(f"{name} must have rows and columns, got shape {values.shape}")
    return values


def _titled(name, value):
    if not isinstance(value, Mapping):
        raise TypeError(f"{name} must be a dict from titles to arrays, got {value!r}")
    if not value:
        raise ValueError(f"{name} must hold at least one array, got none")
    return value


def _peak(values):
    """Return the size of the largest finite entry; NaN and infinities have no colour to scale."""
    return np.abs(values[np.isfinite(values)]).max(initial=0) or 1


def show_grid(values, *, title="", highlight=None, digits=2, ax=None):
    """Draw a small matrix as a grid of cells with their numbers.

    Parameters
    ----------
    values : array_like of shape (H, W)
        The numbers; their background is tinted by sign and size.
    title : str, optional
        The line above the grid.
    highlight : tuple of (int, int, int, int), optional
        A window to frame: top, left, height, width, in cells.
    digits : int, optional
        Digits after the decimal point, at most; trailing zeros are dropped.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `values` is not a matrix of real numbers, `highlight` doesn't hold four integers, or
        `digits` is not an integer of at least 0.

    References
    ----------
    Used in chapters 5, 6, 8 and 9.

    Examples
    --------
    >>> ax = show_grid([[19, 25], [37, 43]], title="output")
    >>> [text.get_text() for text in ax.texts]
    ['19', '25', '37', '43']
    >>> plt.close(ax.figure)
    """
    values = _matrix("values", values)
    digits = _checks.integer("digits", digits, minimum=0)
    height, width = values.shape
    ax = _axes(ax, (0.42 * width + 0.3, 0.42 * height + 0.5))
    peak = _peak(values)
    ax.imshow(values, cmap=SIGNED, vmin=-2.5 * peak, vmax=2.5 * peak)
    for (i, j), value in np.ndenumerate(values):
        text = f"{value:.{digits}f}".rstrip("0").rstrip(".") if digits else f"{value:.0f}"
        text = "0" if text == "-0" else text.replace("-", "−")
        ax.text(j, i, text, ha="center", va="center", fontsize=9)
    ax.set_xticks(np.arange(width + 1) - 0.5, [])
    ax.set_yticks(np.arange(height + 1) - 0.5, [])
    ax.tick_params(length=0)
    ax.grid(True, color="#aab2bd", linewidth=0.8)
    ax.set_axisbelow(False)
    if highlight is not None:
        ax.add_patch(_frame(highlight))
    ax.set_title(title)
    return ax


def _frame(highlight):
    """Return the frame of a window, above the grid's lines and not cut off at its border."""
    window = _checks.sequence("highlight", highlight, "integers (top, left, height, width)")
    if len(window) != 4:
        raise ValueError(f"highlight must be (top, left, height, width), got {highlight!r}")
    top, left, rows, cols = (_checks.integer("highlight", n) for n in window)
    style = {"fill": False, "lw": 2.5, "ec": "#0072b2", "zorder": 3, "clip_on": False}
    return plt.Rectangle((left - 0.5, top - 0.5), cols, rows, **style)


def show_image(values, *, title="", signed=False, peak=None, ax=None):
    """Draw an image without axes.

    Parameters
    ----------
    values : array_like of shape (H, W) or (3, H, W)
        Brightness in [0, 1]; three channels are red, green and blue.
    title : str, optional
        The line above the image.
    signed : bool, optional
        Show values of either sign: blue below zero, white at zero, orange above.
    peak : float, optional
        The size of a value in full colour, for images on a common scale: by default the largest
        of a signed image, and 1 of a grey one, where a smaller peak has no effect.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `values` doesn't hold real numbers or has neither two axes nor three channels,
        `signed` is not a bool, or `peak` is not a number of at least 0.

    References
    ----------
    Used from chapter 1 on.

    Examples
    --------
    >>> ax = show_image([[0.0, 0.5], [0.5, 1.0]])
    >>> ax.images[0].get_clim()
    (0.0, 1.0)
    >>> plt.close(ax.figure)
    >>> ax = show_image([[-0.5, 0.5]], signed=True, peak=2)
    >>> ax.images[0].get_clim()
    (-2.0, 2.0)
    >>> plt.close(ax.figure)
    """
    values = _checks.array("values", values, real=True)
    signed = _checks.flag("signed", signed)
    peak = None if peak is None else _checks.number("peak", peak, minimum=0)
    if values.ndim != 2 and (values.ndim != 3 or len(values) != 3):
        raise ValueError(f"values must have shape (H, W) or (3, H, W), got {values.shape}")
    ax = _axes(ax, (3.2, 3.4))
    if values.ndim == 3:
        ax.imshow(np.clip(values.transpose(1, 2, 0), 0, 1))
    elif signed:
        peak = peak or _peak(values)
        ax.imshow(values, cmap=SIGNED, vmin=-peak, vmax=peak)
    else:
        ax.imshow(values, cmap="gray", vmin=0, vmax=max(1, peak or 1))
    ax.set_axis_off()
    ax.set_title(title)
    return ax


def show_grids(grids, *, digits=2):
    """Draw several small matrices side by side, cells of one size; return the figure.

    Parameters
    ----------
    grids : dict of str to array_like of shape (H, W)
        Title and numbers of each grid.
    digits : int, optional
        Digits after the decimal point, at most.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `grids` is not a dict of at least one matrix of real numbers, or as `show_grid`.

    References
    ----------
    Used in chapters 5, 6 and 12.

    Examples
    --------
    >>> figure = show_grids({"kernel": [[0, 1], [2, 3]], "output": [[19]]})
    >>> [ax.get_title("left") for ax in figure.axes]
    ['kernel', 'output']
    >>> plt.close(figure)
    """
    grids = {title: _matrix(title, values) for title, values in _titled("grids", grids).items()}
    widths = [max(grid.shape[1], 2) for grid in grids.values()]
    height = max(len(grid) for grid in grids.values())
    with plt.style.context(STYLE):
        size = (0.4 * sum(widths) + 0.4 * len(grids), 0.4 * height + 0.6)
        figure, axes = plt.subplots(1, len(grids), figsize=size, width_ratios=widths, squeeze=False)
        for ax, (title, values) in zip(axes[0], grids.items(), strict=True):
            show_grid(values, title=title, digits=digits, ax=ax)
            ax.set_anchor("N")
    return figure


def show_images(images, *, signed=()):
    """Draw several images side by side; return the figure.

    Parameters
    ----------
    images : dict of str to array_like of shape (H, W) or (3, H, W)
        Title and values of each image.
    signed : sequence of str, optional
        Titles of the images that are shown on the signed scale.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    TypeError, ValueError
        If `images` is not a dict of at least one image, or as `show_image`.

    References
    ----------
    Used in chapters 5 to 7.

    Examples
    --------
    >>> figure = show_images({"before": np.eye(4), "after": -np.eye(4)}, signed=["after"])
    >>> figure.axes[1].images[0].get_clim()
    (-1.0, 1.0)
    >>> plt.close(figure)
    """
    images = _titled("images", images)
    side = min(3.1, 6.4 / len(images))  # a page shrinks what is wider, and with it the titles
    size = (side * len(images), side + 0.2)
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(1, len(images), figsize=size, squeeze=False)
        for ax, (title, values) in zip(axes[0], images.items(), strict=True):
            show_image(values, title=title, signed=title in signed, ax=ax)
    return figure


def show_connections(weights, *, title="", selected=None, ax=None):
    """Draw a layer over a row of inputs; the colour of an edge tells which weight it carries.

    Parameters
    ----------
    weights : array_like of int, shape (outputs, inputs)
        The number of the weight that joins each output to each input, counted from 0, or -1
        where they are not connected. Equal numbers are one shared weight.
    title : str, optional
        The line above the drawing.
    selected : int, optional
        An output whose edges are drawn thick; by default all are drawn alike.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `weights` is not a matrix of integers, or `selected` is not one of its rows.

    References
    ----------
    Used in chapter 2.

    Examples
    --------
    Three inputs, two outputs and two weights, shared:

    >>> ax = show_connections([[0, 1, -1], [-1, 0, 1]])
    >>> colors = [line.get_color() for line in ax.lines]
    >>> len(colors), len(set(colors))
    (4, 2)
    >>> plt.close(ax.figure)
    """
    _matrix("weights", weights)
    weights = np.asarray(weights)
    if weights.dtype.kind not in "iu":
        raise TypeError(f"weights must hold integers, got dtype {weights.dtype}")
    outputs, inputs = weights.shape
    if selected is not None:
        selected = _checks.integer("selected", selected, minimum=0)
        if selected >= outputs:
            raise ValueError(f"selected must be from 0 to {outputs - 1}, got {selected}")
    ax = _axes(ax, (2.4, 1.5))
    top, bottom = np.arange(inputs), np.arange(outputs) + (inputs - outputs) / 2
    for (i, j), weight in np.ndenumerate(weights):
        if weight >= 0:
            alpha, width = (1, 2.4) if selected == i else (0.85 if selected is None else 0.4, 1.1)
            color = _weight_color(weight, weights.max() + 1)
            ends = [top[j], bottom[i]], [1, 0]
            ax.plot(*ends, color=color, alpha=alpha, lw=width, zorder=2 if selected == i else 1)
    ax.scatter(top, np.ones(inputs), s=55, c="#dcecf6", edgecolors="#00659e", zorder=3)
    ax.scatter(bottom, np.zeros(outputs), s=55, c="#dcf1ea", edgecolors="#00735a", zorder=3)
    ax.set(xlim=(-0.6, inputs - 0.4), ylim=(-0.25, 1.25))
    ax.set_axis_off()
    ax.set_title(title, fontsize=9)
    return ax


def _weight_color(weight, count):
    """Return a colour: five that all eyes tell apart, or a rainbow where more are needed."""
    hue = (205, 25, 150, 320, 50)[weight] if count <= 5 else 320 * weight / (count - 1)
    lightness = 0.54 if count > 5 and weight % 2 else 0.42
    return to_hex(hls_to_rgb(hue / 360, lightness, 0.75))


def show_network(model, input_shape, *, ax=None):
    """Draw a network from left to right, from what its summary says.

    Each block is one shape that an image takes on its way: a stack of maps (at most 16 are
    drawn), or a bar for a row of numbers. A layer that leaves the shape alone, such as ReLU,
    shares the block of the layer before it. Below stand the shape and the parameters.

    Parameters
    ----------
    model : Sequential
        The network.
    input_shape : tuple of int
        Shape of one image, (C, H, W), without the batch.
    ax : matplotlib.axes.Axes, optional
        Where to draw; by default a new figure.

    Returns
    -------
    matplotlib.axes.Axes

    Raises
    ------
    TypeError, ValueError
        If `model` is no Sequential, or `input_shape` is no (C, H, W) that fits it.

    References
    ----------
    Used in chapter 11.

    Examples
    --------
    >>> from cnnlib import Conv2d, Flatten, Linear, ReLU, Sequential
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(
    ...     Conv2d(1, 8, 5, rng=rng), ReLU(), Flatten(), Linear(4608, 10, rng=rng)
    ... )
    >>> ax = show_network(model, (1, 28, 28))
    >>> [text.get_text() for text in ax.texts if "×" in text.get_text()]
    ['1×28×28', '8×24×24']
    >>> plt.close(ax.figure)
    """
    from . import _diagram
    from .layers import Sequential

    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {model!r}")
    if not isinstance(input_shape, (tuple, list)) or len(input_shape) != 3:
        raise ValueError(f"input_shape must be (channels, rows, columns), got {input_shape!r}")
    found = _diagram.blocks(model.summary(input_shape))
    ax = _axes(ax, (8.2, 2.6))
    _diagram.draw(ax, found)
    return ax
