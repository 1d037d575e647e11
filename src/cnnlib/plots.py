"""Matplotlib figures in the look of the book: grids of numbers, images, curves.

Every function takes ``ax=None``, computes nothing but where to put the ink, and
returns the Axes. Importing the module leaves matplotlib's settings alone; call
`use_style` for the look.
"""

from pathlib import Path

import numpy as np
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap

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
    ValueError
        If `values` is not a matrix of numbers.

    Examples
    --------
    >>> ax = show_grid([[19, 25], [37, 43]], title="output")
    >>> [text.get_text() for text in ax.texts]
    ['19', '25', '37', '43']
    >>> plt.close(ax.figure)
    """
    values = _checks.array("values", values, ndim=2)
    height, width = values.shape
    ax = _axes(ax, (0.42 * width + 0.3, 0.42 * height + 0.5))
    peak = np.abs(values).max() or 1
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
        top, left, rows, cols = highlight
        box = plt.Rectangle((left - 0.5, top - 0.5), cols, rows, fill=False, lw=2.5, ec="#0072b2")
        ax.add_patch(box)
    ax.set_title(title)
    return ax


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
    ValueError
        If `values` has neither two axes nor three channels.

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
    values = _checks.array("values", values)
    if values.ndim != 2 and (values.ndim != 3 or len(values) != 3):
        raise ValueError(f"values must have shape (H, W) or (3, H, W), got {values.shape}")
    ax = _axes(ax, (3.2, 3.4))
    if values.ndim == 3:
        ax.imshow(np.clip(values.transpose(1, 2, 0), 0, 1))
    elif signed:
        peak = peak or np.abs(values).max() or 1
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

    Examples
    --------
    >>> figure = show_grids({"kernel": [[0, 1], [2, 3]], "output": [[19]]})
    >>> [ax.get_title("left") for ax in figure.axes]
    ['kernel', 'output']
    >>> plt.close(figure)
    """
    grids = {title: _checks.array(title, values, ndim=2) for title, values in grids.items()}
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

    Examples
    --------
    >>> figure = show_images({"before": np.eye(4), "after": -np.eye(4)}, signed=["after"])
    >>> figure.axes[1].images[0].get_clim()
    (-1.0, 1.0)
    >>> plt.close(figure)
    """
    with plt.style.context(STYLE):
        figure, axes = plt.subplots(1, len(images), figsize=(3.1 * len(images), 3.3), squeeze=False)
        for ax, (title, values) in zip(axes[0], images.items(), strict=True):
            show_image(values, title=title, signed=title in signed, ax=ax)
    return figure
