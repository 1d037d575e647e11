"""The shift lab: who is equivariant, where the border breaks it, what the lab refuses."""

import base64
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.widgets import ShiftLab
from cnnlib.widgets import _shifting as arithmetic
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules

SHIFT = {"down": 5, "right": -9}


@pytest.mark.parametrize("photo", ["digit", "cup", "photograph"])
def test_a_convolution_on_the_torus_is_equivariant_and_its_average_invariant(photo):
    lab = ShiftLab(photo=photo, layer="convolution", mode="wrap", preset="blur", **SHIFT)
    assert_allclose(*lab.both_ways(), rtol=0, atol=1e-12)
    lab.layer = "convolution, ReLU, global mean"
    assert_allclose(*lab.both_ways(), rtol=0, atol=1e-12)


@pytest.mark.parametrize("layer", ["dense layer", "locally connected layer"])
def test_layers_that_share_no_weights_are_not_equivariant(layer):
    first, second = ShiftLab(layer=layer, mode="wrap", **SHIFT).both_ways()
    assert np.abs(first - second).max() > 0.3


def test_pooling_follows_even_shifts_only():
    lab = ShiftLab(layer="convolution, ReLU, max pool", mode="wrap", down=4, right=-6)
    assert_allclose(*lab.both_ways(), rtol=0, atol=1e-12)
    lab.right = 1
    assert "differ at 0 of" not in repr(lab)


@pytest.mark.parametrize("mode", ["zero", "reflect", "edge"])
def test_the_border_breaks_equivariance_only_near_itself_and_its_copy(mode):
    lab = ShiftLab(photo="photograph", layer="convolution", mode=mode, **SHIFT)
    first, second = lab.both_ways()
    assert np.abs(first - second).max() > 0.1
    assert arithmetic.near_border(first, second, 1, *SHIFT.values())
    assert not arithmetic.near_border(first, second, 0, *SHIFT.values())
    assert "all within 1 px of the border or of its shifted copy" in repr(lab)


def test_a_digit_that_stays_clear_of_the_border_does_not_feel_it():
    lab = ShiftLab(layer="convolution", mode="zero", down=2, right=3)
    assert "differ at 0 of 1024 places" in repr(lab)
    lab.right = 15
    assert "differ at 0 of 1024 places" not in repr(lab)


def test_the_shift_of_a_map_is_numpys_roll(rng):
    y = rng.normal(size=(6, 9))
    assert_array_equal(arithmetic.move(y, 4, -7), np.roll(y, (4, -7), axis=(0, 1)))


def test_the_weights_look_random():
    found = arithmetic.weights(100_000, 1)
    assert abs(found.mean()) < 0.01
    assert abs(found.std() - 3**-0.5) < 0.01
    assert abs(np.corrcoef(found[:-1], found[1:])[0, 1]) < 0.01
    assert not np.array_equal(found[:100], arithmetic.weights(100, 2))


def test_the_controls_agree():
    lab = ShiftLab()
    assert (lab.kernel_shown, lab.mode_shown) == ("none", "none")
    lab.layer = "locally connected layer"
    assert (lab.kernel_shown, lab.mode_shown) == ("none", "")
    lab.layer_index = 3
    assert (lab.layer, lab.kernel_shown) == ("convolution, ReLU, max pool", "")
    assert ShiftLab(layer="convolution").kernel_shown == ""


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"down": 17}, "down must be an integer from -16 to 16, got 17"),
        ({"layer": "conv"}, r"layer must be one of \['dense layer', .*, got 'conv'"),
        ({"preset": "sobel"}, "preset must be one of .*, got 'sobel'"),
        ({"mode": "same"}, r"mode must be one of \['zero', .*, got 'same'"),
        ({"photo": "moon"}, r"photo must be one of \['digit', .*, got 'moon'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        ShiftLab(**arguments)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, r"ShiftLab\(dense layer, digit shifted by nothing: .* differ at 0 of 1024 places"),
        ({"layer": "locally connected layer", "down": -1}, "border “zero”, digit shifted by 1 up"),
        (
            {"layer": "convolution, ReLU, global mean", "mode": "wrap", "right": 9},
            r"f\(x\) = (0\.\d+), f\(Tx\) = \1\)",
        ),
    ],
)
def test_the_summary_states_the_setting_and_the_result(arguments, words):
    assert re.search(words, repr(ShiftLab(**arguments)))


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    lab = ShiftLab(**SHIFT)
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "shift-lab"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    used = {"shifting.js", "padding.js", "pooling.js", "picture.js", "tensor.js"}
    assert used < set(modules("shift_lab.js"))
    assert len(lab.controls()) == 7
