"""The shuffle lab: what a shuffle leaves alone and what it ruins, and what the lab refuses."""

import base64
from collections import Counter

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib import load_mnist_small
from cnnlib.widgets import ShuffleLab
from cnnlib.widgets import _shuffling as arithmetic
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules


@pytest.mark.parametrize("share", [0, 13, 50, 100])
def test_weights_that_move_alike_give_the_same_outputs(share):
    for seed in (1, 50):
        before, after = ShuffleLab(digits=[3], share=share, seed=seed).outputs()
        assert_allclose(after, before, atol=1e-12)


def test_weights_left_in_place_do_not():
    before, after = ShuffleLab(digits=[7], share=100, alike=False).outputs()
    assert (before.argmax(), after.argmax()) == (7, 2)


def test_a_shuffle_keeps_every_pixel_and_loses_the_neighbours():
    lab = ShuffleLab(digits=[5], share=100)
    x, y = lab.pixels[5], lab.shuffled()
    assert_array_equal(np.sort(x.ravel()), np.sort(y.ravel()))
    assert_array_equal(y.ravel(), x.ravel()[lab.order()])
    assert arithmetic.neighbour_correlation(x) > 0.6
    assert abs(arithmetic.neighbour_correlation(y)) < 0.1


def test_more_shuffled_pixels_are_the_swaps_of_fewer_and_some_more(rng):
    for n in (9, 784):
        for _ in range(20):
            count, seed = int(rng.integers(n)), int(rng.integers(1, 51))
            fewer, more = (arithmetic.permutation(n, k, seed) for k in (count, count + 1))
            assert sorted(fewer) == list(range(n))
            assert (fewer != more).sum() in (0, 2)


def test_only_the_pixels_that_take_part_move():
    for count in (0, 1, 2, 100, 784):
        assert (arithmetic.permutation(784, count, 3) != np.arange(784)).sum() <= count


def test_every_permutation_is_about_equally_likely():
    drawn = Counter(tuple(arithmetic.permutation(4, 4, seed)) for seed in range(1, 2401))
    assert len(drawn) == 24
    assert 60 < min(drawn.values()) <= max(drawn.values()) < 140


def test_the_correlation_of_neighbours_equals_numpys(rng):
    x = rng.normal(size=(6, 9))
    one = [*x[:, :-1].ravel(), *x[:-1].ravel()]
    other = [*x[:, 1:].ravel(), *x[1:].ravel()]
    expected = np.corrcoef(one, other)[0, 1]
    assert arithmetic.neighbour_correlation(x) == pytest.approx(expected)


def test_the_layer_reads_most_new_digits_and_all_that_are_offered():
    weights, scale, bias = arithmetic.trained_layer()
    test = load_mnist_small().test
    outputs = test.x.reshape(500, 784) @ (weights * scale).T + bias
    assert 0.8 < (outputs.argmax(axis=1) == test.y).mean() < 0.9
    for digit in range(10):
        assert ShuffleLab(digits=[digit]).outputs()[0].argmax() == digit


def test_the_controls_agree():
    lab = ShuffleLab()
    assert (lab.digit, lab.unit) == (0, 0)
    lab.digit_index = 4
    assert (lab.digit, lab.unit) == (4, 4)
    lab.unit = 9
    assert lab.digit == 4
    lab.detector = "lower row minus upper"
    assert lab.detector_index == 2
    assert ShuffleLab(digit=3, unit=8).unit == 8


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"share": 101}, "share must be an integer from 0 to 100, got 101"),
        ({"seed": 0}, "seed must be an integer from 1 to 50, got 0"),
        ({"unit": 10}, "unit must be an integer from 0 to 9, got 10"),
        ({"row": 0}, "row must be an integer from 1 to 26, got 0"),
        ({"digits": [1, 10]}, r"digits must be a list of different digits 0 to 9, got \[1, 10\]"),
        ({"digits": [1, 1]}, r"different digits 0 to 9, got \[1, 1\]"),
        ({"digits": []}, r"different digits 0 to 9, got \[\]"),
        ({"digits": 7}, "different digits 0 to 9, got 7"),
        ({"digits": [1, 2], "digit": 3}, r"digit must be one of \[1, 2\], got 3"),
        ({"detector": "eye"}, "detector must be one of .*, got 'eye'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        ShuffleLab(**arguments)


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="no argument 'shuffle'"):
        ShuffleLab(shuffle=50)


def test_the_summary_does_not_depend_on_rounding():
    assert "outputs as before, answer 7" in repr(ShuffleLab(digits=[7], share=100))
    left = repr(ShuffleLab(digits=[7], share=100, alike=False, detector="right column minus left"))
    assert "weights left in place → outputs changed by up to 8.42, answer 2" in left
    assert "right column minus left beyond 0.1 at 137 → 312 of 676 places" in left


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    lab = ShuffleLab(share=40, detector="right column minus left")
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "shuffle-lab"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"shuffling.js", "alike_chart.js", "picture.js"} < set(modules("shuffle_lab.js"))
    assert (len(lab.images), len(lab.weights)) == (7840, 7840)
    assert len(lab.controls()) == 7
    assert len(ShuffleLab(digits=[2]).controls()) == 6
