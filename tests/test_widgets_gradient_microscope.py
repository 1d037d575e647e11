"""The Python side of the gradient microscope: traits, both passes, what it refuses, its repr."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib import check_gradient, conv2d, max_pool2d
from cnnlib.widgets import GradientMicroscope
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules

TIED = "4×6 with ties, window 2×2"


def test_it_opens_with_the_example_worked_by_hand():
    found = GradientMicroscope().passes()
    assert_array_equal(found["y"], [[19, 25], [37, 43]])
    assert_array_equal(found["dX"], [[0, 1, 2], [2, 10, 10], [6, 17, 12]])
    assert_array_equal(found["dW"], [[27, 37], [57, 67]])


def test_the_gradients_are_those_of_the_loss_by_the_complex_step(rng):
    x, w = rng.normal(size=(7, 8)), rng.normal(size=(3, 2))
    steps = {"stride": (2, 3), "padding": (1, 2), "dilation": (2, 1)}
    lab = GradientMicroscope(input=x.tolist(), kernel=w.tolist(), grad=[[2, -1], [3, 5]], **steps)
    found = lab.passes()

    def loss(x, w):
        return (conv2d(x[None, None], w[None, None], **steps)[0, 0] * found["G"]).sum()

    assert check_gradient(loss, {"x": x, "w": w}, {"x": found["dX"], "w": found["dW"]})


def test_what_is_not_given_of_the_gradient_is_one():
    found = GradientMicroscope(grad=[[5]]).passes()
    assert_array_equal(found["G"], [[5, 1], [1, 1]])


def test_every_tie_hands_out_more_than_arrived():
    lab = GradientMicroscope(example=TIED, operation="max pooling", stride=2)
    first = lab.passes()["dX"]
    lab.ties = "every tie"
    assert first.sum() == lab.passes()["G"].sum() == 21
    assert lab.passes()["dX"].sum() > 21


def test_where_nothing_ties_both_rules_agree(rng):
    x = rng.normal(size=(6, 8)).tolist()
    options = {"operation": "max pooling", "kernel": [[1] * 3] * 2, "dilation": (2, 1)}
    steps = {"stride": (1, 2), "padding": 1}
    first, every = (
        GradientMicroscope(input=x, ties=ties, **options, **steps).passes()
        for ties in ("the first maximum", "every tie")
    )
    assert_allclose(first["dX"], every["dX"])
    y = max_pool2d(np.array(x)[None, None], (2, 3), dilation=(2, 1), **steps)[0, 0]
    assert_array_equal(first["y"], y)


def test_a_pooling_takes_half_of_its_window_as_padding_and_an_average_no_dilation():
    lab = GradientMicroscope(operation="average pooling", padding=2, dilation=3)
    assert lab.geometry() == {"padding": (1, 1), "stride": (1, 1), "dilation": (1, 1)}
    assert "dilation" not in repr(lab)


def test_the_controls_follow_the_switches():
    lab = GradientMicroscope(stride=(1, 2))
    assert (lab.same, lab.show_each, lab.show_both, lab.show_ties) == (False, "", "none", "none")
    lab.operation = "average pooling"
    assert lab.show_each_dilation == "none"
    lab.operation = "max pooling"
    assert (lab.show_ties, lab.show_each_dilation) == ("", "")
    lab.same = True
    assert (lab.show_both_dilation, lab.output_shape()) == ("", (2, 2))
    lab.stride_width = 3
    assert not lab.same


def test_an_example_brings_its_arrays_and_its_index():
    lab = GradientMicroscope()
    lab.example_index = 3
    assert lab.example == TIED
    assert np.shape(lab.input) == (4, 6)
    assert GradientMicroscope(input=[[1, 2], [3, 4]]).example == "custom"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"row": 1, "col": 1}, "output 2×2, backward from x[1, 1]: dX[1, 1] = 10)"),
        ({"side": "w", "col": 1}, "backward from w[0, 1]: dW[0, 1] = 37)"),
        ({"side": "y", "row": 9}, "backward from y[1, 0]: G[1, 0] = 3)"),
        ({"direction": "forward", "side": "y"}, "forward from y[0, 0] = 19)"),
        ({"padding": 1, "row": -1}, "backward from x[−1, 0], in the padding, which is cropped)"),
        ({"operation": "max pooling", "side": "w"}, "backward from y[0, 0]: G[0, 0] = 1)"),
        ({"dilation": 3}, "dilation 3 → no output)"),
    ],
)
def test_the_summary_states_the_setting_and_the_result(arguments, words):
    assert repr(GradientMicroscope(**arguments)).endswith(words)


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"stride": (1, 4)}, ValueError, r"stride must be from 1 to 3, got \(1, 4\)"),
        ({"dilation": 1.5}, TypeError, "dilation must be an integer"),
        ({"padding": -1}, ValueError, "padding must be an integer of at least 0, got -1"),
        ({"operation": "pool"}, ValueError, "operation must be one of .*, got 'pool'"),
        ({"ties": "none"}, ValueError, "ties must be one of .*, got 'none'"),
        ({"direction": "up"}, ValueError, "direction must be one of .*, got 'up'"),
        ({"example": "mine"}, ValueError, "example must be one of .*, got 'mine'"),
        ({"side": "z"}, ValueError, "side must be one of 'x', 'w', 'y'; got 'z'"),
        ({"kernel": [[1] * 5]}, ValueError, "kernel must be a rectangle of finite numbers"),
        ({"grad": [[np.nan]]}, ValueError, "grad must be a rectangle of finite numbers"),
        ({"weights": 1}, TypeError, "no argument 'weights'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, error, words):
    with pytest.raises(error, match=words):
        GradientMicroscope(**arguments)


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    for options in ({}, {"operation": "max pooling", "padding": 1}, {"dilation": 3}):
        bundle, metadata = GradientMicroscope(**options)._repr_mimebundle_()
        assert bundle[EXPLORER_MIME]["name"] == "gradient-microscope"
        assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"gradients.js", "grid.js"} < set(modules("gradient_microscope.js"))
