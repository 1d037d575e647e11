"""Ink: what a pen leaves, and the size and place that MNIST gives a digit."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from strokes import skeletons, trace

from cnnlib import load_mnist_small
from cnnlib.ink import center_digit, draw_strokes

DIGITS = load_mnist_small().train.x[:200, 0]


def test_a_stroke_covers_its_length_times_its_width_and_two_half_discs():
    ink = draw_strokes([[(6, 9), (20, 13)]], pen=3, softness=0.25, fineness=8)
    assert_allclose(ink.sum() / 64, 3 * np.hypot(14, 4) + np.pi * 1.5**2, rtol=0.01)


def test_a_point_is_a_disc_and_crossing_lines_are_no_darker_than_one():
    dot = draw_strokes([[(14, 14)]], pen=6, fineness=8)
    assert_allclose(dot.sum() / 64, np.pi * 3**2, rtol=0.01)
    lines = [[(5, 5), (20, 20)], [(20, 5), (5, 20)]]
    each = [draw_strokes([line]) for line in lines]
    assert_allclose(draw_strokes(lines), np.maximum(*each))


def test_ink_beyond_the_pad_is_cut_off():
    assert draw_strokes([[(-50, -50), (-40, -40)]]).sum() == 0
    assert draw_strokes([[(0, 0), (0, 28)]])[:, 0].min() == 1


@pytest.mark.parametrize("place", [(0, 0), (30, 7), (3, 41)])
def test_digits_of_mnist_come_back_as_they_were_wherever_they_stand(place):
    (above, before), size = place, 80
    for digit in DIGITS:
        pad = np.zeros((size, size))
        pad[above : above + 28, before : before + 28] = digit
        assert_allclose(center_digit(pad), digit, atol=1e-12)


def test_the_centre_of_mass_of_mnist_lies_within_half_a_pixel_of_row_14_and_column_14():
    places = np.arange(28)
    for axis in (1, 2):
        mass = DIGITS.sum(axis=axis) @ places / DIGITS.sum(axis=(1, 2))
        assert np.abs(mass - 14).max() <= 0.5 + 1e-6


@pytest.mark.parametrize("scale", [0.5, 0.8, 1.3])
def test_a_drawing_fills_twenty_pixels_and_keeps_its_aspect(scale):
    half_width, half_height = 4 * scale, 9 * scale
    corner = np.array([[-1, -1], [1, 1]]) * (half_width, half_height)
    picture = center_digit(draw_strokes([corner + 14], pen=2))
    rows, cols = (np.flatnonzero(picture.any(axis=axis)) for axis in (1, 0))
    assert np.ptp(rows) + 1 == 20
    wanted = 20 * (2 * half_width + 2) / (2 * half_height + 2)
    assert abs(np.ptp(cols) + 1 - wanted) <= 1


def test_a_box_that_would_leave_the_picture_stops_at_its_border():
    ink = np.zeros((40, 40))
    ink[5:25, 5:25] = 0.01
    ink[5, 5] = 50
    picture = center_digit(ink)
    assert picture.argmax() == 8 * 28 + 8
    assert_allclose(picture.sum(), ink.sum())


def test_a_blank_pad_gives_a_blank_picture_and_nothing_is_changed():
    ink = draw_strokes([[(3, 3), (9, 20)]])
    before = ink.copy()
    center_digit(ink)
    assert (ink == before).all()
    assert not center_digit(np.zeros((5, 9))).any()


def test_strokes_traced_from_digits_look_like_the_digits():
    redrawn = [center_digit(draw_strokes(trace(one))) for one in skeletons(DIGITS[:60])]
    error = np.mean((np.array(redrawn) - DIGITS[:60]) ** 2)
    shuffled = np.mean((np.roll(redrawn, 1, axis=0) - DIGITS[:60]) ** 2)
    assert error < 0.045 < shuffled / 2


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: draw_strokes([[1, 2, 3]]), r"strokes\[0\] must have 2 axes"),
        (lambda: draw_strokes([[(1, 2, 3)]]), r"strokes\[0\] must have shape \(any, 2\)|shape"),
        (lambda: draw_strokes([], pen=0), "pen must be a positive number, got 0"),
        (lambda: draw_strokes([], softness=-1), "softness must be a positive number, got -1"),
        (lambda: draw_strokes([], fineness=0), "fineness must be an integer of at least 1, got 0"),
        (lambda: draw_strokes([[(1, np.inf)]]), r"strokes\[0\] must hold finite numbers, got inf"),
        (lambda: center_digit([[np.nan]]), "ink must hold finite numbers, got nan"),
        (lambda: center_digit([1, 2]), "ink must have 2 axes"),
        (lambda: center_digit([[1, -2]]), "ink must not be negative, got -2.0"),
    ],
)
def test_bad_arguments_are_named_and_quoted(call, words):
    with pytest.raises(ValueError, match=words):
        call()


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: draw_strokes(5), r"strokes must be a sequence of rows of points .*got 5"),
        (lambda: draw_strokes([[(1, 2j)]]), r"strokes\[0\] must be real, got dtype complex128"),
        (lambda: center_digit([[1j]]), "ink must be real, got dtype complex128"),
    ],
)
def test_other_things_than_real_points_and_inks_are_named(call, words):
    with pytest.raises(TypeError, match=words):
        call()
