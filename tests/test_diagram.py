"""The drawing of a network says what its summary says."""

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

from cnnlib import AvgPool2d, Conv2d, Flatten, Linear, ReLU, Sequential, load_lenet, plots
from cnnlib._diagram import SHEETS, blocks


@pytest.fixture(autouse=True)
def _close():
    matplotlib.use("agg")
    yield
    plt.close("all")


def texts(ax):
    return [text.get_text() for text in ax.texts if text.get_text()]


def test_every_layer_is_named_and_every_shape_and_count_of_the_summary_is_written_once():
    model = load_lenet()
    ax = plots.show_network(model, (1, 28, 28))
    names = [name for text in texts(ax) for name in text.split("\n")]
    assert [name for name in names if name in model.layers] == list(model.layers)
    counts = [text for text in texts(ax) if text in ("208", "3,216", "2,570")]
    assert counts == ["208", "3,216", "2,570"]
    shapes = [text for text in texts(ax) if "×" in text]
    assert shapes == ["1×28×28", "8×24×24", "8×12×12", "16×8×8", "16×4×4"]


def test_a_layer_that_keeps_the_shape_joins_the_block_before_it(rng):
    model = Sequential(Conv2d(2, 3, 3, rng=rng), ReLU(), Flatten(), Linear(36, 4, rng=rng), ReLU())
    found = blocks(model.summary((2, 6, 5)))
    assert found == [
        ["input", (2, 6, 5), ["input"], 0],
        ["conv", (3, 4, 3), ["conv1", "relu1"], 57],
        ["flatten", (36,), ["flatten1"], 0],
        ["linear", (4,), ["linear1", "relu2"], 148],
    ]


def test_a_first_layer_that_keeps_the_shape_has_a_block_of_its_own(rng):
    model = Sequential(Conv2d(3, 3, 3, padding="same", rng=rng), AvgPool2d(2))
    assert [names for _, _, names, _ in blocks(model.summary((3, 8, 8)))] == [
        ["input"],
        ["conv1"],
        ["pool1"],
    ]


def test_each_map_is_a_sheet_up_to_a_limit_and_wide_maps_are_drawn_wide(rng):
    model = Sequential(Conv2d(1, 5, 3, rng=rng), Conv2d(5, 40, 3, rng=rng))
    ax = plots.show_network(model, (1, 9, 21))
    assert len(ax.patches) == 1 + 5 + SHEETS
    assert all(sheet.get_width() > sheet.get_height() for sheet in ax.patches)


def test_it_draws_where_it_is_told():
    _, ax = plt.subplots()
    assert plots.show_network(load_lenet(), (1, 28, 28), ax=ax) is ax


@pytest.mark.parametrize(
    ("error", "model", "shape", "words"),
    [
        (TypeError, "lenet", (1, 28, 28), "model must be a Sequential, got 'lenet'"),
        (
            ValueError,
            None,
            (784,),
            r"input_shape must be \(channels, rows, columns\), got \(784,\)",
        ),
        (ValueError, None, (3, 28, 28), "input has 3 channels, weight expects 1"),
    ],
)
def test_what_cannot_be_drawn_is_refused_in_words(error, model, shape, words):
    with pytest.raises(error, match=words):
        plots.show_network(model or load_lenet(), shape)


def test_nothing_is_drawn_twice_for_a_network_of_one_layer(rng):
    ax = plots.show_network(Sequential(Conv2d(1, 1, 3, rng=rng)), (1, 5, 5))
    assert texts(ax) == ["input", "1×5×5", "conv1", "1×3×3", "10"]
    assert np.isfinite(ax.get_xlim()).all()
