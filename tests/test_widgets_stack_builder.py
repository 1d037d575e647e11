"""The stack builder: sizes, fields, gradients, what it refuses."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import convolve2d

from cnnlib.widgets import StackBuilder, _stack
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules


def sizes(preset):
    return [row["field"].size for row in StackBuilder(preset=preset).table()]


def test_the_real_stacks_have_the_published_fields_and_costs():
    assert sizes("LeNet-5") == [5, 6, 14, 16, 32]
    assert sizes("AlexNet, first layers") == [11, 19, 51, 67, 99]
    assert sizes("VGG-16")[-1] == 212
    assert sizes("three 3×3")[-1] == sizes("one 7×7")[-1] == 7
    assert sizes("dilations 1-2-4-8")[-1] == 31
    vgg = StackBuilder(preset="VGG-16").table()
    assert [row["size"] for row in vgg if not row["parameters"]] == [112, 56, 28, 14, 7]
    assert sum(row["parameters"] for row in vgg) == 14_714_688
    assert sum(row["multiply_adds"] for row in vgg) == 15_346_630_656


def test_with_equal_weights_the_gradient_is_a_convolution_of_boxes():
    builder = StackBuilder(preset="three 3×3")
    box, expected = np.full((3, 3), 1 / 9), np.ones((1, 1))
    for _ in range(3):
        expected = convolve2d(expected, box)
    top, left, side = builder.box()
    found = builder.gradient()
    assert_allclose(found[top : top + side, left : left + side], expected, atol=1e-15)
    assert_allclose(found.sum(), 1)


def test_the_mean_squared_gradient_of_many_draws_is_that_of_equal_weights():
    layers = [_stack.conv(3, 1, padding=1)] * 3
    draws = [_stack.gradient(layers, 16, (8, 8), draw=draw) ** 2 for draw in range(2000)]
    expected = _stack.gradient(layers, 16, (8, 8))
    assert_allclose(np.mean(draws, axis=0), expected, atol=0.15 * expected.max())


def test_the_random_weights_have_mean_0_and_variance_1_over_k_squared():
    draws = [_stack.random_weights(d, i, 3).ravel() for d in range(200) for i in range(20)]
    weights = 3 * np.concatenate(draws)
    assert abs(weights.mean()) < 0.02
    assert abs(weights.var() - 1) < 0.02
    assert abs(np.corrcoef(weights[:-1], weights[1:])[0, 1]) < 0.02


def test_a_unit_outside_its_map_moves_to_its_edge_and_a_corner_hangs_over():
    builder = StackBuilder(preset="VGG-16", row=200, col=0)
    assert builder.unit() == (18, 6, 0)
    assert builder.box() == (102, -90, 212)
    assert "hangs 90 pixels over the bottom, 90 over the left" in builder.summary()


def test_a_layer_that_does_not_fit_ends_the_table():
    builder = StackBuilder(layers=[{"kind": "conv", "kernel": 11, "stride": 4}] * 3, size=64)
    assert len(builder.table()) == 2
    assert builder.unit()[0] == 2
    nothing = [{"kind": "conv", "kernel": 11, "dilation": 16}]
    assert "none of which fits" in repr(StackBuilder(layers=nothing))
    assert StackBuilder(layers=nothing).still() is not None


def test_a_unit_that_reads_padding_only_says_so():
    builder = StackBuilder(layers=[{"kind": "conv", "kernel": 1, "padding": 4}], row=0, col=0)
    assert "it sees padding only" in repr(builder)


def test_preset_and_layers_follow_each_other():
    builder = StackBuilder()
    builder.preset = "LeNet-5"
    assert (builder.size, builder.channels, builder.layer) == (32, 1, 5)
    builder.layers = [{"kind": "conv"}]
    assert builder.preset == "custom"
    assert builder.layers == [_stack.conv(3, 1)]
    builder.weights = "random"
    assert builder.draws_shown == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"layers": []}, r"layers must be a list of 1 to 20 layers, got \[\]"),
        ({"layers": [{"kind": "dense"}]}, r"layers\[0\] must be a dict with a kind of"),
        ({"layers": [{"kind": "conv", "size": 3}]}, r"layers\[0\] has no 'size'; it takes kind"),
        ({"layers": [{"kind": "conv", "kernel": 12}]}, "kernel of .* from 1 to 11, got 12"),
        ({"layers": [{"kind": "conv", "stride": 1.5}]}, "stride of .* integer .* got 1.5"),
        ({"layers": [{"kind": "max pool", "dilation": 2}]}, "is a pool: its dilation must be 1"),
        ({"layers": [{"kind": "max pool", "padding": 2}]}, "padding at most half its kernel"),
        ({"size": 8}, "size must be an integer from 16 to 256, got 8"),
        ({"draws": 0}, "draws must be an integer from 1 to 8, got 0"),
        ({"layer": 21}, "layer must be an integer from 1 to 20, got 21"),
        ({"row": -1}, "row must be an integer from 0 to 255, got -1"),
        ({"weights": "trained"}, "weights must be one of"),
        ({"preset": "ResNet"}, "preset must be one of"),
        ({"photos": "camera"}, "photos must be a list of names"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        StackBuilder(**arguments)


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    builder = StackBuilder(photos=["astronaut", "camera"], preset="dilations 1-2-4-8")
    bundle, metadata = builder._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "stack-builder"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"receptive_field.js", "layer_table.js"} < set(modules("stack_builder.js"))
    assert len(builder.controls()) == 5
    assert len(StackBuilder().controls()) == 4
