"""Named filters, as 2-D kernels that `cnnlib.conv2d` slides without flipping.

Names and units follow SciPy's and OpenCV's filters: lengths in pixels, angles in radians. Rows
grow downwards and columns to the right, as in an image. Each function returns a new float64 array
of shape (height, width); `conv2d` wants it as ``kernel[None, None]``.
"""

import numpy as np

from cnnlib import _checks

__all__ = [
    "PRESETS",
    "box",
    "difference_of_gaussians",
    "emboss",
    "gabor",
    "gaussian",
    "identity",
    "laplacian",
    "named",
    "prewitt",
    "sharpen",
    "sobel",
]


def identity(size=3):
    """Return the kernel that leaves an image as it is.

    Parameters
    ----------
    size : int
        Height and width, an odd number of pixels.

    Returns
    -------
    ndarray, shape (size, size)
        Zeros around a 1.

    Raises
    ------
    ValueError, TypeError
        If `size` is not an odd integer of at least 1.

    References
    ----------
    Chapter 5.

    Examples
    --------
    >>> identity()
    array([[0., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    size = _odd("size", size)
    kernel = np.zeros((size, size))
    kernel[size // 2, size // 2] = 1
    return kernel


def box(size=3):
    """Return the kernel that averages a square of pixels.

    Parameters
    ----------
    size : int
        Height and width, in pixels.

    Returns
    -------
    ndarray, shape (size, size)
        Equal weights that add up to 1.

    Raises
    ------
    ValueError, TypeError
        If `size` is not an integer of at least 1.

    References
    ----------
    As `scipy.ndimage.uniform_filter`. Chapter 5.

    Examples
    --------
    >>> box(2)
    array([[0.25, 0.25],
           [0.25, 0.25]])
    """
    size = _checks.integer("size", size, minimum=1)
    return np.full((size, size), 1 / size**2)


def gaussian(sigma=1.0, *, size=None):
    """Return the kernel that blurs with a bell curve.

    Parameters
    ----------
    sigma : float
        Standard deviation, in pixels.
    size : int, optional
        Height and width, an odd number of pixels; without it the kernel reaches 4 `sigma` to
        each side.

    Returns
    -------
    ndarray, shape (size, size)
        Weights that add up to 1; the outer product of two 1-D bell curves.

    Raises
    ------
    ValueError, TypeError
        If `sigma` is not positive or `size` is not an odd integer of at least 1.

    References
    ----------
    As `scipy.ndimage.gaussian_filter`. Chapter 5.

    Examples
    --------
    >>> gaussian(0.5, size=3).round(3)
    array([[0.011, 0.084, 0.011],
           [0.084, 0.619, 0.084],
           [0.011, 0.084, 0.011]])
    """
    sigma = _checks.number("sigma", sigma, positive=True)
    bell = np.exp(-(_offsets(sigma, size) ** 2) / (2 * sigma**2))
    bell /= bell.sum()
    return np.outer(bell, bell)


def difference_of_gaussians(sigma=1.0, ratio=1.6, *, size=None):
    """Return a bright centre in a dark surround: a narrow Gaussian minus a wide one.

    Parameters
    ----------
    sigma : float
        Standard deviation of the centre, in pixels.
    ratio : float
        Standard deviation of the surround over that of the centre, above 1. At 1.6 the kernel
        is close to a Laplacian of a Gaussian.
    size : int, optional
        Height and width, an odd number of pixels; without it the kernel reaches 4 standard
        deviations of the surround to each side.

    Returns
    -------
    ndarray, shape (size, size)
        Weights that add up to 0, so that an even grey gives no response.

    Raises
    ------
    ValueError, TypeError
        If `sigma` is not positive, `ratio` is not above 1, or `size` is not an odd integer.

    References
    ----------
    Rodieck, "Quantitative analysis of cat retinal ganglion cell response to visual stimuli",
    Vision Research 5, 1965; Marr and Hildreth, "Theory of edge detection", 1980 (the 1.6).
    Chapter 4.

    Examples
    --------
    >>> difference_of_gaussians(0.5, size=3).round(2)
    array([[-0.05, -0.04, -0.05],
           [-0.04,  0.35, -0.04],
           [-0.05, -0.04, -0.05]])
    """
    sigma = _checks.number("sigma", sigma, positive=True)
    ratio = _checks.number("ratio", ratio, positive=True)
    if ratio <= 1:
        raise ValueError(f"ratio must be a number above 1, got {ratio}")
    size = len(_offsets(sigma * ratio, size))
    return gaussian(sigma, size=size) - gaussian(sigma * ratio, size=size)


def sobel(axis=-1):
    """Return the derivative of an image along one axis, smoothed 1-2-1 along the other.

    Parameters
    ----------
    axis : int
        0 for the vertical derivative (it answers horizontal edges), 1 or -1 for the horizontal
        one (vertical edges).

    Returns
    -------
    ndarray, shape (3, 3)
        Positive where the image brightens downwards (axis 0) or to the right (axis 1).

    Raises
    ------
    ValueError, TypeError
        If `axis` is not -2, -1, 0 or 1.

    References
    ----------
    As `scipy.ndimage.sobel`. Chapter 5.

    Examples
    --------
    >>> sobel(axis=1)
    array([[-1.,  0.,  1.],
           [-2.,  0.,  2.],
           [-1.,  0.,  1.]])
    """
    return _derivative([1.0, 2.0, 1.0], axis)


def prewitt(axis=-1):
    """Return the derivative of an image along one axis, averaged evenly along the other.

    Parameters
    ----------
    axis : int
        0 for the vertical derivative, 1 or -1 for the horizontal one.

    Returns
    -------
    ndarray, shape (3, 3)
        Positive where the image brightens downwards (axis 0) or to the right (axis 1).

    Raises
    ------
    ValueError, TypeError
        If `axis` is not -2, -1, 0 or 1.

    References
    ----------
    As `scipy.ndimage.prewitt`. Chapter 5.

    Examples
    --------
    >>> prewitt(axis=0)
    array([[-1., -1., -1.],
           [ 0.,  0.,  0.],
           [ 1.,  1.,  1.]])
    """
    return _derivative([1.0, 1.0, 1.0], axis)


def laplacian(*, diagonal=False):
    """Return the sum of second derivatives: the neighbours minus the pixel itself.

    Parameters
    ----------
    diagonal : bool
        Whether the four diagonal neighbours count, too.

    Returns
    -------
    ndarray, shape (3, 3)
        Weights that add up to 0.

    Raises
    ------
    TypeError
        If `diagonal` is not a bool.

    References
    ----------
    Without diagonals as `scipy.ndimage.laplace`. Chapter 5.

    Examples
    --------
    >>> laplacian()
    array([[ 0.,  1.,  0.],
           [ 1., -4.,  1.],
           [ 0.,  1.,  0.]])
    """
    if _checks.flag("diagonal", diagonal):
        return np.array([[1.0, 1.0, 1.0], [1.0, -8.0, 1.0], [1.0, 1.0, 1.0]])
    return np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])


def sharpen(amount=1.0):
    """Return the kernel that steepens edges: the image minus `amount` times its Laplacian.

    Parameters
    ----------
    amount : float
        Strength; 0 gives the identity.

    Returns
    -------
    ndarray, shape (3, 3)
        Weights that add up to 1.

    Raises
    ------
    ValueError, TypeError
        If `amount` is not a number of at least 0.

    References
    ----------
    Gonzalez and Woods, "Digital Image Processing", 4th edition, section 3.6. Chapter 5.

    Examples
    --------
    >>> sharpen()
    array([[ 0., -1.,  0.],
           [-1.,  5., -1.],
           [ 0., -1.,  0.]])
    """
    amount = _checks.number("amount", amount, minimum=0)
    return identity() - amount * laplacian()


def emboss():
    """Return the kernel that lights an image from the upper left, as if it were a relief.

    Returns
    -------
    ndarray, shape (3, 3)
        A diagonal derivative plus the identity, so that an even grey stays.

    References
    ----------
    Chapter 5.

    Examples
    --------
    >>> emboss()
    array([[-2., -1.,  0.],
           [-1.,  1.,  1.],
           [ 0.,  1.,  2.]])
    """
    return np.array([[-2.0, -1.0, 0.0], [-1.0, 1.0, 1.0], [0.0, 1.0, 2.0]])


def gabor(wavelength=4.0, *, theta=0.0, phase=0.0, sigma=None, gamma=1.0, size=None):
    """Return a wave under a bell curve: the model of a simple cell, and of a first-layer filter.

    Parameters
    ----------
    wavelength : float
        Length of one period, in pixels.
    theta : float
        Direction in which the wave runs, in radians, from right (0) towards down (pi/2). At 0 the
        stripes are vertical.
    phase : float
        Phase of the wave at the centre, in radians: 0 is symmetric, pi/2 antisymmetric.
    sigma : float, optional
        Standard deviation of the bell curve along the wave, in pixels; half a `wavelength` unless
        given.
    gamma : float
        Aspect ratio: the standard deviation along the stripes is ``sigma / gamma``.
    size : int, optional
        Height and width, an odd number of pixels; without it the kernel reaches 4 of the larger
        standard deviation to each side.

    Returns
    -------
    ndarray, shape (size, size)
        ``exp(-(x'**2 + gamma**2*y'**2) / (2*sigma**2)) * cos(2*pi*x'/wavelength + phase)``.

    Raises
    ------
    ValueError, TypeError
        If a length or `gamma` is not positive, an angle is not a number, or `size` is not an odd
        integer.

    References
    ----------
    Jones and Palmer, "An evaluation of the two-dimensional Gabor filter model of simple receptive
    fields in cat striate cortex", J. Neurophysiology 58, 1987. Parameters as in OpenCV's
    ``getGaborKernel``. Chapter 4.

    Examples
    --------
    >>> gabor(3.0, size=3).round(2)
    array([[-0.32,  0.8 , -0.32],
           [-0.4 ,  1.  , -0.4 ],
           [-0.32,  0.8 , -0.32]])
    """
    wavelength = _checks.number("wavelength", wavelength, positive=True)
    theta, phase = _checks.number("theta", theta), _checks.number("phase", phase)
    sigma = wavelength / 2 if sigma is None else _checks.number("sigma", sigma, positive=True)
    gamma = _checks.number("gamma", gamma, positive=True)
    offsets = _offsets(sigma * max(1.0, 1 / gamma), size)
    x, y = offsets, offsets[:, None]
    along = x * np.cos(theta) + y * np.sin(theta)
    across = y * np.cos(theta) - x * np.sin(theta)
    bell = np.exp(-(along**2 + gamma**2 * across**2) / (2 * sigma**2))
    return bell * np.cos(2 * np.pi * along / wavelength + phase)


PRESETS = {
    "identity": identity,
    "box": box,
    "gaussian": lambda: gaussian(1.0, size=5),
    "sobel x": lambda: sobel(axis=1),
    "sobel y": lambda: sobel(axis=0),
    "prewitt x": lambda: prewitt(axis=1),
    "prewitt y": lambda: prewitt(axis=0),
    "laplacian": laplacian,
    "sharpen": sharpen,
    "emboss": emboss,
    "gabor": lambda: gabor(4.0, size=7),
    "difference of gaussians": lambda: difference_of_gaussians(1.0, size=7),
}


def named(name):
    """Return the preset kernel of that name, as the explorers offer it.

    Parameters
    ----------
    name : str
        A key of `PRESETS`.

    Returns
    -------
    ndarray, shape (height, width)
        A new array; 3x3 apart from "gaussian" (5x5), "gabor" and "difference of gaussians" (7x7).

    Raises
    ------
    ValueError
        If there is no such preset.

    References
    ----------
    Chapter 5.

    Examples
    --------
    >>> named("sobel y")
    array([[-1., -2., -1.],
           [ 0.,  0.,  0.],
           [ 1.,  2.,  1.]])
    """
    return PRESETS[_checks.choice("name", name, tuple(PRESETS))]()


def _odd(name, size):
    size = _checks.integer(name, size, minimum=1)
    if size % 2 == 0:
        raise ValueError(f"{name} must be odd, so that the kernel has a centre, got {size}")
    return size


def _offsets(sigma, size):
    """Return pixel offsets from the centre of a kernel of that size, or of 4 sigma each way."""
    reach = int(4 * sigma + 0.5) if size is None else _odd("size", size) // 2
    return np.arange(-reach, reach + 1, dtype=float)


def _derivative(smoothing, axis):
    axis = _checks.integer("axis", axis)
    if axis not in (-2, -1, 0, 1):
        raise ValueError(f"axis must be 0 (vertical) or 1 (horizontal), got {axis}")
    kernel = np.outer(smoothing, [-1.0, 0.0, 1.0])
    return kernel if axis in (-1, 1) else kernel.T
