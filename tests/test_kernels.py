import numpy as np
import pytest
from conftest import assert_close
from scipy import ndimage

from cnnlib import conv2d, kernels


@pytest.fixture
def image(rng):
    return rng.random((12, 15))


def slide(image, kernel):
    """Apply a kernel with SciPy's border rule "constant", so that sizes and zeros agree."""
    return conv2d(image[None, None], kernel[None, None], padding="same")[0, 0]


@pytest.mark.parametrize("axis", [0, 1, -1, -2])
@pytest.mark.parametrize("name", ["sobel", "prewitt"])
def test_derivatives_are_those_of_scipy(image, name, axis):
    expected = getattr(ndimage, name)(image, axis=axis, mode="constant")
    assert_close(slide(image, getattr(kernels, name)(axis)), expected)


def test_laplacian_is_that_of_scipy(image):
    assert_close(slide(image, kernels.laplacian()), ndimage.laplace(image, mode="constant"))


def test_gaussian_is_that_of_scipy(image):
    expected = ndimage.gaussian_filter(image, 0.8, mode="constant")
    assert_close(slide(image, kernels.gaussian(0.8)), expected)


def test_box_is_the_uniform_filter_of_scipy(image):
    expected = ndimage.uniform_filter(image, 3, mode="constant")
    assert_close(slide(image, kernels.box(3)), expected)


def test_identity_changes_nothing(image):
    assert np.array_equal(slide(image, kernels.identity(5)), image)


def test_sharpening_by_nothing_is_the_identity(image):
    assert np.array_equal(kernels.sharpen(0), kernels.identity())
    assert_close(
        slide(image, kernels.sharpen(0.5)), image - 0.5 * slide(image, kernels.laplacian())
    )


@pytest.mark.parametrize("name", ["identity", "box", "gaussian", "sharpen", "emboss"])
def test_kernels_that_keep_brightness_add_up_to_one(name):
    assert kernels.named(name).sum() == pytest.approx(1)


@pytest.mark.parametrize(
    "name", ["sobel x", "sobel y", "prewitt x", "prewitt y", "laplacian", "difference of gaussians"]
)
def test_kernels_that_ignore_brightness_add_up_to_zero(name):
    assert kernels.named(name).sum() == pytest.approx(0)


def test_a_gradient_to_the_right_answers_to_x_only():
    ramp = np.tile(np.arange(6.0), (5, 1))
    assert conv2d(ramp[None, None], kernels.named("sobel x")[None, None]).min() == 8
    assert not conv2d(ramp[None, None], kernels.named("sobel y")[None, None]).any()


def test_the_diagonal_laplacian_counts_eight_neighbours():
    assert kernels.laplacian(diagonal=True).tolist() == [[1, 1, 1], [1, -8, 1], [1, 1, 1]]


def test_a_difference_of_gaussians_has_a_centre_and_an_opposite_surround():
    kernel = kernels.difference_of_gaussians(1.0)
    middle = len(kernel) // 2
    assert kernel[middle, middle] > 0 > kernel[middle, middle + 3]
    assert_close(kernel, kernels.gaussian(1, size=13) - kernels.gaussian(1.6, size=13))


def test_gabor_at_theta_zero_has_vertical_stripes():
    kernel = kernels.gabor(4.0, sigma=3.0, size=9)
    assert np.sign(kernel[0]).tolist() == np.sign(kernel[8]).tolist()
    assert kernel[4, 4] == 1
    assert kernel[4, 6] < 0 < kernel[6, 4]


def test_gabor_turns_from_right_to_down():
    upright = kernels.gabor(4.0, gamma=0.5, size=9)
    assert_close(kernels.gabor(4.0, theta=np.pi / 2, gamma=0.5, size=9), upright.T, tolerance=1e-12)


def test_gabor_pairs_are_even_and_odd():
    even, odd = kernels.gabor(5.0, theta=0.3), kernels.gabor(5.0, theta=0.3, phase=np.pi / 2)
    assert_close(even[::-1, ::-1], even)
    assert_close(odd[::-1, ::-1], -odd, tolerance=1e-12)


def test_gabor_reaches_four_of_the_larger_deviation():
    assert len(kernels.gabor(4.0, sigma=1.5)) == 13
    assert len(kernels.gabor(4.0, sigma=1.5, gamma=0.5)) == 25


@pytest.mark.parametrize("name", list(kernels.PRESETS))
def test_every_preset_is_a_new_square_float64_array_of_odd_size(name):
    kernel = kernels.named(name)
    assert kernel.dtype == np.float64
    assert kernel.shape[0] == kernel.shape[1]
    assert kernel.shape[0] % 2
    kernel[:] = 7
    assert not np.array_equal(kernels.named(name), kernel)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: kernels.identity(4), ValueError, "size must be odd.*, got 4"),
        (lambda: kernels.identity(3.0), TypeError, r"size must be an integer .*, got 3\.0"),
        (lambda: kernels.box(0), ValueError, "size must be an integer of at least 1, got 0"),
        (lambda: kernels.gaussian(0), ValueError, "sigma must be a positive number, got 0"),
        (lambda: kernels.gaussian("1"), TypeError, "sigma must be a positive number, got '1'"),
        (lambda: kernels.gaussian(1, size=2), ValueError, "size must be odd.*, got 2"),
        (lambda: kernels.gaussian(np.nan), ValueError, "sigma must be a positive number, got nan"),
        (
            lambda: kernels.difference_of_gaussians(1, 1),
            ValueError,
            r"ratio must be a number above 1, got 1\.0",
        ),
        (lambda: kernels.sobel(2), ValueError, r"axis must be 0 \(vertical\) or 1 .*, got 2"),
        (lambda: kernels.prewitt("x"), TypeError, "axis must be an integer, got 'x'"),
        (
            lambda: kernels.laplacian(diagonal=np.ones(2)),
            TypeError,
            "diagonal must be True or False, got array",
        ),
        (lambda: kernels.sharpen(-1), ValueError, "amount must be a number of at least 0, got -1"),
        (lambda: kernels.gabor(-4), ValueError, "wavelength must be a positive number, got -4"),
        (lambda: kernels.gabor(4, theta=[1]), TypeError, r"theta must be a number, got \[1\]"),
        (lambda: kernels.gabor(4, gamma=0), ValueError, "gamma must be a positive number, got 0"),
        (
            lambda: kernels.named("blur"),
            ValueError,
            "name must be one of 'identity', 'box'.*'blur'",
        ),
    ],
)
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
