"""Figures hold what they were given, and refuse what they cannot draw."""

import re

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

from cnnlib import plots
from cnnlib.widgets._frontend import stylesheet


@pytest.fixture(autouse=True)
def _close():
    matplotlib.use("agg")
    yield
    plt.close("all")


def test_a_grid_writes_every_number_once():
    ax = plots.show_grid([[1, -2], [0.25, -0.001]], title="t")
    assert [text.get_text() for text in ax.texts] == ["1", "−2", "0.25", "0"]
    assert ax.get_title("left") == "t" or ax.get_title() == "t"


def test_a_highlight_frames_the_window():
    ax = plots.show_grid(np.zeros((4, 4)), highlight=(1, 2, 2, 2))
    (box,) = ax.patches
    assert (box.get_xy(), box.get_width(), box.get_height()) == ((1.5, 0.5), 2, 2)


def test_functions_draw_where_they_are_told():
    _, ax = plt.subplots()
    assert plots.show_grid([[1]], ax=ax) is ax
    assert plots.show_image([[1.0]], ax=ax) is ax


def test_a_signed_image_is_symmetric_about_zero():
    ax = plots.show_image([[-1.0, 3.0]], signed=True)
    assert ax.images[0].get_clim() == (-3, 3)


def test_colour_images_are_channels_first():
    ax = plots.show_image(np.zeros((3, 4, 5)))
    assert ax.images[0].get_array().shape[:2] == (4, 5)


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plots.show_grid([1, 2]), "values must have"),
        (lambda: plots.show_image(np.zeros((2, 4, 4))), r"\(3, H, W\), got \(2, 4, 4\)"),
        (lambda: plots.show_grids({"kernel": [1, 2]}), "kernel must have"),
        (lambda: plots.show_connections([0, 1]), "weights must have"),
        (lambda: plots.show_connections([[0, 1]], selected=1), "selected must be .* 0, got 1"),
    ],
)
def test_bad_shapes_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


def test_the_selected_output_of_a_drawing_has_thick_edges_and_every_weight_its_colour():
    weights = [[0, 1, -1, -1], [-1, 2, 3, -1], [-1, -1, 4, 5]]
    ax = plots.show_connections(weights, selected=1)
    assert len({line.get_color() for line in ax.lines}) == 6
    assert [line.get_linewidth() > 2 for line in ax.lines] == [False, False, True, True] + 2 * [
        False
    ]


def test_the_colours_of_the_figures_are_those_of_the_palette():
    palette = dict(re.findall(r"(--cnn-[\w-]+): (#\w+);", stylesheet().split("}")[0]))
    low, mid, high = (matplotlib.colors.to_hex(plots.SIGNED(t)) for t in (0.0, 0.5, 1.0))
    assert (low, high) == (palette["--cnn-diverging-low"], palette["--cnn-diverging-high"])
    middle = [matplotlib.colors.to_rgb(colour) for colour in (mid, palette["--cnn-diverging-mid"])]
    assert np.abs(np.subtract(*middle)).max() < 0.01
