"""The Python side of the channel mixer: arithmetic, switches, presets, refusals."""

import numpy as np
import pytest
from matplotlib import pyplot
from numpy.testing import assert_allclose
from scipy.signal import correlate2d

from cnnlib import load_photo
from cnnlib.shapes import conv_parameters
from cnnlib.widgets import ChannelMixer
from cnnlib.widgets.channel_mixer import PRESETS

ONES = np.ones((3, 3, 3)).tolist()


def mixer(**options):
    return ChannelMixer(photos=["coffee"], size=40, **options)


@pytest.mark.parametrize("side", [1, 3])
def test_each_map_is_scipys_correlation_and_the_sums_add_them_up(rng, side):
    kernel = rng.normal(size=(3, side, side))
    explorer = mixer(kernel=kernel.tolist(), bias=-0.35)
    pixels = np.round(255 * load_photo("coffee", size=40)) / 255
    maps = [correlate2d(x, w, "same") for x, w in zip(pixels, kernel, strict=True)]
    layers = explorer.output()
    assert_allclose(layers["maps"], maps, atol=1e-12)
    assert_allclose(layers["sums"], [maps[0], maps[0] + maps[1], sum(maps)], atol=1e-12)
    assert_allclose(layers["biased"], sum(maps) - 0.35, atol=1e-12)
    assert_allclose(layers["output"], np.maximum(0, sum(maps) - 0.35), atol=1e-12)


def test_luma_weights_give_the_grey_photograph():
    explorer = mixer(preset="grey (luma)")
    assert np.abs(explorer.output()["output"] - load_photo("coffee", gray=True, size=40)).max() < (
        0.51 / 255
    )


def test_a_muted_channel_adds_nothing_and_solo_overrides_muting():
    explorer = mixer(preset="edges, all channels", green=False)
    maps = explorer.maps()
    assert_allclose(explorer.output()["sums"], [maps[0], maps[0], maps[0] + maps[2]])
    assert "green muted" in repr(explorer)
    explorer.solo = "green"
    assert_allclose(explorer.output()["sums"][-1], maps[1])
    assert explorer.choices["solo"][explorer.solo_index] == "green"


def test_without_relu_negative_values_stay():
    explorer = mixer(preset="blue against yellow", relu=False)
    assert explorer.output()["output"].min() < 0
    assert "ReLU" not in repr(explorer)
    explorer.relu = True
    assert explorer.output()["output"].min() == 0


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_kernels_bias_and_index_and_any_edit_makes_it_custom(name):
    explorer = mixer()
    explorer.preset = name
    assert_allclose(explorer.kernel, PRESETS[name]["kernel"])
    assert explorer.bias == PRESETS[name]["bias"]
    assert explorer.choices["preset"][explorer.preset_index] == name
    assert repr(explorer) == repr(mixer(preset=name))
    explorer.bias += 0.05
    assert explorer.preset == "custom"


def test_a_size_of_1_keeps_the_weights_in_the_centre():
    explorer = mixer(preset="red against green")
    before = explorer.output()["output"]
    explorer.kernel_size = 1
    assert explorer.kernel == [[[1.0]], [[-1.0]], [[0.0]]]
    assert_allclose(explorer.output()["output"], before)
    assert mixer(preset="red against green", kernel_size=1).kernel == explorer.kernel
    explorer.preset = "blur, all channels"
    assert explorer.kernel_size == 3


@pytest.mark.parametrize(("filters", "side"), [(1, 3), (10, 3), (64, 1)])
def test_the_sentence_counts_the_parameters_of_all_filters(filters, side):
    explorer = mixer(filters=filters, kernel_size=side)
    assert f"{conv_parameters(3, filters, side):,} parameters" in repr(explorer)


def test_the_still_shows_channels_kernels_maps_sums_and_output():
    figure = mixer(preset="red against green").still()
    titles = [ax.get_title("left") for ax in figure.axes]
    pyplot.close(figure)
    assert titles.count("map") == titles.count("kernel") == titles.count("sum so far") == 3
    assert {"red", "green", "blue", "coffee", "+ b", "output"} <= set(titles)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"kernel": np.ones((2, 3, 3)).tolist()}, "kernel must be three kernels, 1×1 or 3×3"),
        ({"kernel": np.ones((3, 2, 2)).tolist()}, "kernel must be three kernels"),
        ({"kernel": [[1, 2], [3]]}, "kernel must be three kernels"),
        ({"kernel": np.full((3, 1, 1), np.nan).tolist()}, "finite numbers"),
        ({"kernel_size": 5}, "kernel_size must be one of"),
        ({"bias": 3.0}, "bias must be between −2 and 2, got 3.0"),
        ({"filters": 0}, "filters must be between 1 and 64, got 0"),
        ({"preset": "sepia"}, "preset must be one of"),
        ({"solo": "yellow"}, "solo must be one of"),
        ({"row": 40}, "row must be between 0 and 39, got 40"),
        ({"photos": ["camera"]}, "photos must be in colour, got 'camera'"),
        ({"photos": "coffee"}, "photos must be a list of names"),
        ({"size": 16}, "size must be an integer from 32 to 256, got 16"),
    ],
)
def test_bad_arguments_are_named_and_quoted(options, words):
    with pytest.raises(ValueError, match=words):
        ChannelMixer(**{"photos": ["coffee"], "size": 40} | options)


def test_what_is_set_later_is_checked_as_well():
    explorer = mixer()
    with pytest.raises(ValueError, match="kernel must be three kernels"):
        explorer.kernel = [[1]]
    explorer.kernel = ONES
    assert explorer.preset == "custom"
