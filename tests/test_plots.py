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
    assert box.get_zorder() > max(line.get_zorder() for line in ax.xaxis.get_gridlines())
    assert not box.get_clip_on()


@pytest.mark.parametrize("odd", [np.nan, np.inf, -np.inf])
def test_an_entry_that_is_not_finite_leaves_the_colours_of_the_others(odd):
    grid, image = plots.show_grid([[odd, 2]]), plots.show_image([[odd, -2]], signed=True)
    assert grid.images[0].get_clim() == (-5, 5)
    assert image.images[0].get_clim() == (-2, 2)
    assert plots.show_grid([[odd]]).images[0].get_clim() == (-2.5, 2.5)
    for ax in (grid, image):
        ax.figure.canvas.draw()


@pytest.mark.parametrize("count", [1, 2, 5])
def test_pictures_side_by_side_fit_the_width_of_a_page(count):
    figure = plots.show_images({str(i): np.eye(3) for i in range(count)})
    width, height = figure.get_size_inches()
    assert width <= 6.4
    assert height == pytest.approx(width / count + 0.2)


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
        (lambda: plots.show_grid(np.zeros((0, 3))), r"values must have rows .*\(0, 3\)"),
        (lambda: plots.show_grid([[1]], highlight=(1, 2)), r"highlight must be .*got \(1, 2\)"),
        (lambda: plots.show_grid([[1]], digits=-1), "digits must be .* at least 0, got -1"),
        (lambda: plots.show_grids({}), "grids must hold at least one array, got none"),
        (lambda: plots.show_images({}), "images must hold at least one array, got none"),
        (
            lambda: plots.show_image([[1]], signed=True, peak=-3),
            "peak must be a number of at least 0, got -3",
        ),
    ],
)
def test_bad_shapes_are_refused_in_words(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: plots.show_grid([[1j]]), "values must be real, got dtype complex128"),
        (lambda: plots.show_grid([[1]], digits=1.5), "digits must be an integer .*got 1.5"),
        (lambda: plots.show_grid([[1]], highlight=3), "highlight must be a sequence .*got 3"),
        (lambda: plots.show_image([[1j]]), "values must be real, got dtype complex128"),
        (lambda: plots.show_image([[1]], signed="no"), "signed must be True or False, got 'no'"),
        (lambda: plots.show_images([[[1]]]), "images must be a dict from titles to arrays, got"),
        (lambda: plots.show_connections([[0.5, 1.7]]), "weights must hold integers, got dtype"),
        (lambda: plots.show_connections([[0]], selected="0"), "selected must be an integer .*'0'"),
    ],
)
def test_arguments_of_another_kind_are_refused_in_words(call, words):
    with pytest.raises(TypeError, match=words):
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
