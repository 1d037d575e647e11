"""The Python side of the arithmetic lab: traits, pairs, refusals, counts, repr."""

import numpy as np
import pytest

from cnnlib import conv2d, conv_transpose2d
from cnnlib.widgets import ArithmeticLab

TRANSPOSED = "transposed convolution"


def test_ten_pixels_three_taps_stride_two_leave_one_over():
    assert repr(ArithmeticLab(input_size=10, kernel_size=3, stride=2)) == (
        "ArithmeticLab(convolution, input 10×10, kernel 3×3, padding 0, stride 2, dilation 1 → "
        "output 4×4, left over 1×1)"
    )


def test_a_pair_sets_the_axes_apart():
    lab = ArithmeticLab(input_size=(7, 10), stride=(2, 3), padding=1)
    assert not lab.same
    assert lab.sizes() == ((7, 10), (4, 4))
    assert "stride 2 down and 3 across" in repr(lab)


def test_a_width_of_its_own_switches_same_off():
    lab = ArithmeticLab(stride=2)
    assert lab.same
    assert lab.show_each == "none"
    lab.stride_width = 3
    assert not lab.same
    assert (lab.show_both, lab.show_each) == ("none", "")
    assert lab.sizes()[1] == (4, 3)


def test_while_same_is_on_the_first_trait_holds_for_both_axes():
    lab = ArithmeticLab()
    lab.stride = 3
    assert lab.sizes()[1] == (3, 3)


def test_output_padding_is_offered_only_for_the_transpose():
    lab = ArithmeticLab()
    assert lab.show_both_output_padding == "none"
    lab.operation = TRANSPOSED
    assert lab.show_both_output_padding == ""
    assert lab.operation_index == 1


@pytest.mark.parametrize(
    "setting",
    [
        {"input_size": 4, "kernel_size": 5},
        {"input_size": (9, 4), "kernel_size": 3, "dilation": (1, 2)},
        {"operation": TRANSPOSED, "stride": 2, "output_padding": 2},
        {"operation": TRANSPOSED, "input_size": 1, "padding": 2},
    ],
)
def test_a_refused_setting_has_no_output(setting):
    lab = ArithmeticLab(**setting)
    assert repr(lab).endswith("→ refused)")
    assert lab.sizes()[1] is None
    assert lab.counts() is None
    assert lab.last == 0
    assert lab.still().axes


def test_the_counts_are_the_transpose_and_the_convolution_of_ones():
    lab = ArithmeticLab(input_size=(9, 10), kernel_size=(2, 3), stride=(3, 2), padding=(1, 2))
    long, short = lab.counts()
    w, geometry = np.ones((1, 1, 2, 3)), {"stride": (3, 2), "padding": (1, 2)}
    x, y = np.ones((1, 1, 9, 10)), np.ones((1, 1, *short.shape))
    assert np.array_equal(short, conv2d(x, w, **geometry)[0, 0])
    back = conv_transpose2d(y, w, output_padding=(0, 1), **geometry)[0, 0]
    assert np.array_equal(long, back)


def test_the_last_step_is_that_of_the_smaller_side():
    assert ArithmeticLab(input_size=10, stride=2).last == 15
    assert ArithmeticLab(input_size=(3, 4), operation=TRANSPOSED).last == 11


@pytest.mark.parametrize(
    ("arguments", "error", "words"),
    [
        ({"stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"dilation": 0}, ValueError, "dilation must be an integer of at least 1, got 0"),
        ({"padding": 9}, ValueError, "padding must be from 0 to 4, got 9"),
        ({"input_size": (3, 99)}, ValueError, "input_size must be from 1 to 12"),
        ({"kernel_size": 2.5}, TypeError, "kernel_size must be an integer"),
        ({"operation": "pooling"}, ValueError, "operation must be one of"),
        ({"strides": 2}, TypeError, "no argument 'strides'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, error, words):
    with pytest.raises(error, match=words):
        ArithmeticLab(**arguments)


def test_hidden_controls_follow_their_trait():
    lab = ArithmeticLab()
    controls = lab.figure.children[0].children
    labels = [control.description for control in controls]
    assert labels[:3] == ["Operation", "Same along both axes", "Input size"]
    assert {"Stride", "Stride down", "Stride across", "Output padding"} <= set(labels)
    assert "Play" in labels
