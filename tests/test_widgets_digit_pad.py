"""The Python side of the digit pad: what it computes, its sentence, its refusals."""

import numpy as np
import pytest
from matplotlib import pyplot
from numpy.testing import assert_allclose
from PIL import Image

from cnnlib import (
    AvgPool2d,
    Conv2d,
    Flatten,
    Linear,
    MaxPool2d,
    ReLU,
    Sequential,
    load_lenet,
    load_mnist_small,
)
from cnnlib.ink import center_digit, draw_strokes
from cnnlib.widgets import DigitPad
from cnnlib.widgets._network import describe

TEST = load_mnist_small().test
ONE = [[[14, 5], [14, 23]]]


def pad(**options):
    return DigitPad(digits=range(5), **options)


def test_a_test_digit_reaches_the_network_as_it_is_stored():
    explorer = pad(digit=2)
    assert_allclose(explorer.picture(), TEST.x[2, 0], atol=1e-7)
    logits = explorer.outputs()["linear1"]
    assert_allclose(logits, load_lenet()(TEST.x[2:3])[0], rtol=1e-5, atol=1e-5)


def test_a_drawing_on_a_blank_pad_is_drawn_centred_and_recognised():
    explorer = pad(blank=True, strokes=ONE)
    assert_allclose(explorer.picture(), center_digit(draw_strokes(ONE)))
    assert repr(explorer).startswith("DigitPad(a drawing of 1 stroke → 1 with")
    explorer.centre = False
    assert_allclose(explorer.picture().sum(), draw_strokes(ONE).sum() / 16)


def test_strokes_on_a_test_digit_add_ink_and_never_take_any_away():
    explorer = pad(strokes=ONE, over=True)
    assert (explorer.ink() >= pad().ink()).all()
    assert (explorer.ink() > draw_strokes(ONE)).any()
    assert "test digit 0, a 7, and 1 stroke →" in repr(explorer)


def test_the_first_stroke_takes_a_blank_sheet_and_undoing_it_brings_the_test_digit_back():
    explorer = pad(strokes=ONE)
    assert_allclose(explorer.ink(), draw_strokes(ONE))
    assert repr(explorer) == repr(pad(strokes=ONE, blank=True))
    explorer.strokes = []
    assert repr(explorer) == repr(pad())


def test_a_probability_is_never_rounded_to_certainty():
    assert "a 7 → 7 with over 99.9 %;" in repr(pad())
    assert "with 99.9 %;" in repr(pad(digit=3))


def test_another_test_digit_takes_a_fresh_sheet_of_paper():
    explorer = pad(digit=1, blank=True, strokes=ONE)
    assert explorer.strokes == ONE
    explorer.digit = 3
    assert repr(explorer) == repr(pad(digit=3))


def test_a_blank_pad_gets_probabilities_as_well():
    assert repr(pad(blank=True)).startswith("DigitPad(a blank pad → ")


def test_a_unit_is_held_within_its_layer_and_told_by_its_kind():
    explorer = pad(layer="relu2", map=99, row=99, col=1)
    assert explorer.unit() == (15, 3, 1)
    assert "relu2, map 15, row 3, column 1: the positive part →" in repr(explorer)
    explorer.layer = "linear1"
    assert explorer.unit() == (9,)
    assert "linear1, logit of 9: 16 partial sums and the bias →" in repr(explorer)
    explorer.layer = "pool1"
    assert "the largest of its window" in repr(explorer)
    explorer.layer = "conv1"
    assert "1 sum and the bias" in repr(explorer)
    assert explorer.choices["layer"][explorer.layer_index] == "conv1"


def test_the_sheet_holds_the_digits_one_below_the_other(tmp_path):
    explorer = DigitPad(digits=[7, 3])
    file = tmp_path / "sheet.png"
    file.write_bytes(explorer.sheet)
    with Image.open(file) as image:
        pixels = np.asarray(image).reshape(2, 28, 28)
    assert_allclose(pixels / 255, TEST.x[[7, 3], 0], atol=1e-6)
    assert explorer.labels == TEST.y[[7, 3]].tolist()


def test_a_network_of_ones_own_can_be_shown(rng):
    model = Sequential(
        *(Conv2d(1, 3, 5, stride=2, rng=rng), ReLU(), MaxPool2d(3)),
        *(Flatten(), Linear(48, 10, rng=rng)),
    )
    explorer = pad(model=model)
    assert explorer.choices["layer"] == ["conv1", "relu1", "pool1", "linear1"]
    assert explorer.layer == "conv1"
    assert len(explorer.weights) == 4 * model.summary((1, 28, 28)).parameters


def test_the_still_shows_the_input_the_maps_and_the_probabilities():
    figure = pad().still()
    titles = [ax.get_title("left") for part in figure.subfigs for ax in part.axes]
    pyplot.close(figure)
    assert titles[:2] == ["input 28×28", "probability"]
    assert titles[2] == "conv1: 8 × 24 × 24"
    assert len(titles) == 8


@pytest.mark.parametrize(
    ("error", "options", "words"),
    [
        (ValueError, {"digits": [500]}, "digits must be numbers between 0 and 499, got"),
        (ValueError, {"digits": []}, "digits must be numbers between 0 and 499, got"),
        (ValueError, {"digits": [0.5]}, "digits must be numbers between 0 and 499, got"),
        (ValueError, {"digit": 5}, "digit must be between 0 and 4, got 5"),
        (ValueError, {"pen": 7.0}, "pen must be between 1 and 6, got 7.0"),
        (ValueError, {"layer": "conv9"}, "layer must be one of"),
        (ValueError, {"strokes": [[1, 2]]}, r"strokes must be lists of points \(x, y\), got"),
        (ValueError, {"strokes": [[]]}, r"strokes must be lists of points \(x, y\), got"),
        (ValueError, {"strokes": [[[0, np.nan]]]}, "strokes must be lists of points"),
        (TypeError, {"model": "lenet"}, "model must be a Sequential, got 'lenet'"),
        (TypeError, {"colour": "red"}, "DigitPad has no argument 'colour'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(error, options, words):
    with pytest.raises(error, match=words):
        DigitPad(**{"digits": range(5)} | options)


@pytest.mark.parametrize(
    "layer",
    [
        lambda rng: AvgPool2d(2),
        lambda rng: MaxPool2d(2, ceil_mode=True),
        lambda rng: MaxPool2d(2, dilation=2),
        lambda rng: Conv2d(2, 2, 3, groups=2, rng=rng),
        lambda rng: Conv2d(2, 2, 3, dilation=2, rng=rng),
        lambda rng: Conv2d(2, 2, 3, padding="same", rng=rng),
    ],
)
def test_a_layer_that_the_browser_cannot_run_is_refused(layer, rng):
    with pytest.raises(ValueError, match="model must consist of Conv2d and MaxPool2d with neither"):
        describe(Sequential(layer(rng)))


def test_a_layer_without_bias_is_described_as_such(rng):
    layers, weights = describe(Sequential(Conv2d(1, 2, 3, bias=False, padding="valid", rng=rng)))
    assert layers[0]["bias"] is None
    assert layers[0]["padding"] == [[0, 0], [0, 0]]
    assert len(weights) == 4 * 18
