"""Sensitivities of the eye: their peaks, what adds up to what, and what is refused."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.interpolate import CubicSpline

from cnnlib import cone_fundamentals, luminous_efficiency, vision

NM = np.arange(390, 781)


@pytest.mark.parametrize(("cone", "peak"), [(0, 570), (1, 543), (2, 442)])
def test_the_cones_peak_where_stockman_and_sharpe_say(cone, peak):
    assert NM[cone_fundamentals(NM)[:, cone].argmax()] == peak
    spline = CubicSpline(vision.table()["nm"], cone_fundamentals()[:, cone])
    assert NM[spline(NM).argmax()] == peak


@pytest.mark.parametrize(
    ("observer", "peak"), [("CIE 1924", 555), ("CIE 2008", 556), ("scotopic", 507)]
)
def test_luminous_efficiency_peaks_where_the_standards_say(observer, peak):
    curve = luminous_efficiency(NM, observer=observer)
    assert NM[curve.argmax()] == peak
    assert curve.max() == pytest.approx(1, abs=1e-3)


def test_luminous_efficiency_is_a_sum_of_l_and_m_alone():
    cones, target = cone_fundamentals(), luminous_efficiency(observer="CIE 2008")
    weights = np.linalg.lstsq(cones, target, rcond=None)[0]
    assert_allclose(weights, [0.6899, 0.3483, 0], atol=5e-5)
    assert_allclose(cones @ weights, target, atol=2e-6)


def test_rows_of_the_table_come_back_unchanged_at_its_own_wavelengths():
    table = vision.table()
    assert_allclose(cone_fundamentals(), np.stack([table[c] for c in "LMS"], axis=-1))
    assert_allclose(vision.color_matching(), np.stack([table[c] for c in "XYZ"], axis=-1))
    assert_allclose(luminous_efficiency(), table["Y"])
    table["L"][:] = 0
    assert vision.table()["L"].max() > 0.99


def test_a_cubic_is_read_between_rows_as_a_spline_reads_it():
    spline = CubicSpline(vision.table()["nm"], cone_fundamentals())
    assert_allclose(cone_fundamentals(NM), spline(NM), atol=4e-3)


def test_the_result_has_the_wavelengths_shape():
    assert cone_fundamentals([[500.5], [600]]).shape == (2, 1, 3)
    assert luminous_efficiency(555).shape == ()


def test_no_spectral_colour_fits_a_screen():
    light = vision.linear_srgb(vision.color_matching(np.arange(410, 651)))
    assert (light.min(axis=-1) < 0).all()


def test_the_luma_of_the_primaries_is_their_y():
    assert_allclose(np.linalg.inv(vision.SRGB)[1], vision.LUMINANCE, atol=5e-4)


def test_encoding_clips_and_keeps_black_and_white():
    assert_allclose(vision.encode_srgb([-1, 0, 1, 2]), [0, 0, 1, 1], atol=1e-12)
    light = np.linspace(0, 1, 50)
    encoded = vision.encode_srgb(light)
    decoded = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    assert_allclose(decoded, light, atol=1e-6)


def test_encoding_keeps_the_precision():
    assert vision.encode_srgb(np.float32([0.001, 0.5])).dtype == np.float32
    assert vision.encode_srgb([0, 1]).dtype == np.float64


def test_arguments_are_not_changed():
    xyz = np.array([0.3, 0.4, 0.5])
    vision.encode_srgb(vision.linear_srgb(xyz))
    assert_array_equal(xyz, [0.3, 0.4, 0.5])


@pytest.mark.parametrize(
    ("call", "error", "words"),
    [
        (lambda: cone_fundamentals(389), ValueError, "between 390 and 780 nm, got 389"),
        (lambda: cone_fundamentals([500, 800.5]), ValueError, "got 800.5"),
        (lambda: cone_fundamentals(np.nan), ValueError, "got nan"),
        (lambda: cone_fundamentals("green"), TypeError, "wavelength must hold integers"),
        (lambda: luminous_efficiency(observer="day"), ValueError, "observer must be one of"),
        (lambda: vision.linear_srgb([1, 2]), ValueError, r"last axis of 3, got shape \(2,\)"),
        (lambda: luminous_efficiency(500 + 0j), TypeError, "wavelength must be real, got dtype"),
        (lambda: vision.linear_srgb([1, 2, 3j]), TypeError, "xyz must be real, got dtype"),
        (lambda: vision.encode_srgb([0.2 + 1j]), TypeError, "linear must be real, got dtype"),
        (lambda: vision.encode_srgb("red"), TypeError, "linear must hold integers"),
    ],
)
def test_bad_arguments_are_named_and_quoted(call, error, words):
    with pytest.raises(error, match=words):
        call()
