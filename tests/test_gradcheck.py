import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.gradcheck import check_gradient, complex_step_gradient, numerical_gradient


def wave(x):
    """A function with a curvature, its gradient is known."""
    return (np.sin(x) * np.exp(x / 2)).sum()


def wave_gradient(x):
    return np.exp(x / 2) * (np.cos(x) + np.sin(x) / 2)


def product(x, w):
    return (x * w).sum()


def test_central_differences_keep_half_of_the_digits(rng):
    x = rng.normal(size=(3, 4))
    assert_allclose(numerical_gradient(wave, x), wave_gradient(x), rtol=1e-7)
    assert_allclose(numerical_gradient(lambda x: x[0] ** 2 * x[1], [3.0, 5.0]), [30, 9], rtol=1e-9)


def test_the_error_of_central_differences_is_v_shaped_and_the_complex_steps_is_flat(rng):
    x = rng.normal(size=5)

    def error(method, eps):
        return np.abs(method(wave, x, eps=eps) - wave_gradient(x)).max()

    curved, best, rounded = (error(numerical_gradient, eps) for eps in (1e-1, 1e-5, 1e-12))
    assert curved > 1e4 * best
    assert rounded > 1e4 * best
    for eps in (1e-10, 1e-30, 1e-100):
        assert error(complex_step_gradient, eps) < 1e-15


@pytest.mark.parametrize("method", [numerical_gradient, complex_step_gradient])
def test_the_point_is_neither_changed_nor_needed_in_floating_point(method):
    x = np.array([1.0, 2.0])
    x.flags.writeable = False
    assert_allclose(method(wave, x), wave_gradient(x), rtol=1e-7)
    assert_array_equal(x, [1, 2])
    for same in ([1, 2], np.array([1, 2]), np.array([1, 2], np.float32)):
        gradient = method(wave, same)
        assert gradient.dtype == np.float64
        assert_allclose(gradient, wave_gradient(x), rtol=1e-7)
    assert_allclose(method(wave, 1.0), wave_gradient(1.0), rtol=1e-7)
    assert method(wave, np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("method", [numerical_gradient, complex_step_gradient])
def test_a_function_that_changes_its_argument_does_no_harm(method):
    def square(x):
        x *= x
        return x.sum()

    assert_allclose(method(square, [1.0, 2.0, 3.0]), [2, 4, 6], rtol=1e-9)


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_a_right_gradient_passes(rng, method):
    x, w = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    report = check_gradient(product, {"x": x, "w": w}, {"w": x, "x": w}, method=method)
    assert report
    assert report.ok
    assert report.names == ("x", "w")
    assert (report.entries, report.wrong) == (12, 0)
    assert report.worst.error <= report.tol
    assert repr(report).startswith("right: all 12 entries of x, w agree with ")
    assert check_gradient(product, [x, w], (w, x), method=method)


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_the_worst_of_the_planted_errors_is_named_with_both_values(rng, method):
    x, w = rng.normal(size=(2, 3)), rng.normal(size=(2, 3))
    w[1, 2] = 0.5
    wrong = w.copy()
    wrong[1, 2] = -2
    wrong[0, 1] += 0.01
    report = check_gradient(product, {"x": x, "w": w}, {"x": wrong, "w": x}, method=method)
    assert not report
    assert not report.ok
    assert (report.wrong, report.worst.name, report.worst.index) == (2, "x", (1, 2))
    assert report.worst.given == -2
    assert_allclose(report.worst.expected, 0.5, rtol=1e-6)
    assert_allclose(report.worst.error, 2.5 / max(2, np.abs(x).max(), np.abs(w).max()), rtol=1e-6)
    text = str(report)
    assert text.startswith("wrong: x[1, 2] should be 0.5 by ")
    assert text.endswith(f"got -2 (off by more than {report.tol:g}: 2 of 12 entries)")


def test_what_has_no_name_is_called_by_its_place():
    report = check_gradient(product, [[1.0, 2.0], [3.0, 4.0]], [[3.0, 4.0], [1.0, 0.0]])
    assert str(report) == (
        "wrong: arrays[1][1] should be 2 by the complex step, got 0 "
        "(off by more than 1e-12: 1 of 4 entries)"
    )


@pytest.mark.parametrize(
    "bug",
    [
        lambda g: -g,
        lambda g: 2 * g,
        lambda g: g[::-1],
        lambda g: np.where(np.arange(6) == 3, 0, g),
        lambda g: g + 1e-4,
        lambda g: np.where(np.arange(6) == 3, np.nan, g),
        lambda g: np.where(np.arange(6) == 3, np.inf, g),
    ],
)
@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_no_planted_error_goes_unnoticed(rng, bug, method):
    x = rng.normal(size=6)
    assert check_gradient(wave, [x], [wave_gradient(x)], method=method)
    assert not check_gradient(wave, [x], [bug(wave_gradient(x))], method=method)


def test_numbers_are_arrays_of_one_entry():
    assert check_gradient(lambda b: b * b, [3.0], [6.0])
    arrays = {"x": [1.0, 2.0], "b": 2.0}
    grads = {"x": [2.0, 2.0], "b": 3.0}
    assert check_gradient(lambda x, b: b * x.sum(), arrays, grads)
    report = check_gradient(lambda x, b: b * x.sum(), arrays, {**grads, "b": 4.0})
    assert repr(report).startswith("wrong: b should be 3 by the complex step, got 4 (off")


@pytest.mark.parametrize("nothing", [{}, []])
def test_nothing_to_compare_is_refused(nothing):
    with pytest.raises(ValueError, match="arrays must hold at least one array to compare, got"):
        check_gradient(lambda: 1.0, nothing, nothing)


@pytest.mark.parametrize(("x", "eps"), [(1e12, 1e-5), (1.0, 1e-17)])
def test_a_step_that_vanishes_beside_the_point_is_refused(x, eps):
    with pytest.raises(ValueError, match=re.escape(f"added, got {eps:g} beside {x:g}")):
        numerical_gradient(lambda x: x.sum(), [0.0, x], eps=eps)


def test_the_tolerance_is_relative_to_the_largest_derivative(rng):
    x = rng.normal(size=4)
    for scale in (1e-8, 1.0, 1e8):
        grad = scale * wave_gradient(x)
        assert check_gradient(lambda x, s=scale: s * wave(x), [x], [grad])
        off = grad + 1e-3 * np.abs(grad).max()
        assert not check_gradient(lambda x, s=scale: s * wave(x), [x], [off])
        assert check_gradient(lambda x, s=scale: s * wave(x), [x], [off], tol=1e-2)


def test_a_gradient_of_zeros_and_one_without_entries_pass():
    assert check_gradient(lambda x: (0 * x).sum(), [[1.0, 2.0]], [[0.0, 0.0]])
    assert not check_gradient(lambda x: (0 * x).sum(), [[1.0, 2.0]], [[0.0, 1.0]])
    report = check_gradient(wave, {"x": []}, {"x": []})
    assert report
    assert report.worst is None


@pytest.mark.parametrize("method", [numerical_gradient, complex_step_gradient])
@pytest.mark.parametrize(
    ("f", "x", "error", "message"),
    [
        ("sin", [1.0], TypeError, "f must be a function that returns one number, got 'sin'"),
        (np.sin, [1.0, 2.0], ValueError, r"f must return one number, got .* shape \(2,\)"),
        (lambda x: "a", [1.0], TypeError, "f must return one number, got 'a'"),
        (lambda x: None, [1.0], TypeError, "f must return one number, got None"),
        (wave, [1j], TypeError, "x must be real, got dtype complex128"),
        (wave, ["a"], TypeError, "x must hold integers, floats or complex numbers"),
        (wave, [[1.0], [2.0, 3.0]], ValueError, "x must be a rectangular array"),
    ],
)
def test_bad_functions_and_points_are_refused(method, f, x, error, message):
    with pytest.raises(error, match=message):
        method(f, x)


@pytest.mark.parametrize("method", [numerical_gradient, complex_step_gradient])
def test_the_step_must_be_positive(method):
    for eps in (0.0, -1e-5, np.nan):
        with pytest.raises(ValueError, match=f"eps must be a positive number, got {eps}"):
            method(wave, [1.0], eps=eps)
    with pytest.raises(TypeError, match="eps must be a positive number, got '1e-5'"):
        method(wave, [1.0], eps="1e-5")


def test_a_function_that_drops_the_imaginary_part_is_noticed():
    with pytest.raises(
        TypeError, match=r"must return a complex number .* drops the imaginary part"
    ):
        complex_step_gradient(lambda x: np.abs(x).sum(), [1.0])
    with pytest.raises(TypeError, match="f must return a real number for a real argument, got"):
        numerical_gradient(lambda x: x.sum() + 1j, [1.0])


@pytest.mark.parametrize(
    ("arrays", "grads", "error", "message"),
    [
        ({"x": [1.0]}, {"y": [1.0]}, ValueError, r"grads must have the names \['x'\], got \['y'\]"),
        ([[1.0]], [[1.0], [2.0]], ValueError, "grads must have 1 entries, got 2"),
        ({"x": [1.0]}, [[1.0]], TypeError, "both be dictionaries, or both lists .* dict and list"),
        (np.ones(2), np.ones(2), TypeError, "or both lists or tuples, got ndarray and ndarray"),
        (
            {"x": [1.0]},
            {"x": [1.0, 2.0]},
            ValueError,
            r"grads\['x'\] must have shape \(1,\), got \(2,\)",
        ),
        ([[1.0]], [[[1.0]]], ValueError, r"grads\[0\] must have shape \(1,\), got \(1, 1\)"),
        ({"x": [1j]}, {"x": [1.0]}, TypeError, r"arrays\['x'\] must be real, got dtype complex128"),
        ({"x": [1.0]}, {"x": [1j]}, TypeError, r"grads\['x'\] must be real, got dtype complex128"),
    ],
)
def test_arrays_and_gradients_must_belong_together(arrays, grads, error, message):
    with pytest.raises(error, match=message):
        check_gradient(wave, arrays, grads)


def test_an_unknown_method_or_tolerance_is_refused():
    with pytest.raises(
        ValueError, match=r"method must be one of 'complex-step', 'finite-diff.*'fd'"
    ):
        check_gradient(wave, [[1.0]], [[1.0]], method="fd")
    with pytest.raises(ValueError, match="tol must be a positive number, got 0"):
        check_gradient(wave, [[1.0]], [[1.0]], tol=0)
    with pytest.raises(TypeError, match="f must be a function"):
        check_gradient(None, [[1.0]], [[1.0]])
