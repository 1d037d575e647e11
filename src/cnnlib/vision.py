"""How strongly an eye answers to light of each wavelength, and what a screen can show of it.

The numbers are measured and published; `assets/vision/sensitivities.csv` holds them every 5 nm.
Between two rows of the table a cubic through the four nearest is taken.
"""

from functools import cache

import numpy as np

from cnnlib import _checks
from cnnlib.datasets import assets

__all__ = [
    "FIRST",
    "LAST",
    "LUMINANCE",
    "STEP",
    "color_matching",
    "cone_fundamentals",
    "encode_srgb",
    "linear_srgb",
    "luminous_efficiency",
    "table",
]

FIRST, LAST, STEP = 390, 780, 5  # nm
OBSERVERS = {"CIE 1924": "Y", "CIE 2008": "V_2008", "scotopic": "V_scotopic"}

# From XYZ to the light of sRGB's three primaries (IEC 61966-2-1).
SRGB = np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
LUMINANCE = (0.2126, 0.7152, 0.0722)  # of these primaries, as ITU-R BT.709 states them


def cone_fundamentals(wavelength=None):
    """Return the sensitivities of the L, M and S cones per watt, each scaled to a peak of 1.

    Parameters
    ----------
    wavelength : array_like of any shape, optional
        In nm, 390 to 780; by default every row of the table, 390, 395, …, 780.

    Returns
    -------
    float64 array, the wavelengths' shape with a last axis of 3
        Answers to lights of equal energy that enter the eye, for a field of 2°: what the lens and
        the macula absorb is taken into account.

    Raises
    ------
    TypeError, ValueError
        If a wavelength is not a number between 390 and 780.

    References
    ----------
    Stockman and Sharpe, "The spectral sensitivities of the middle- and long-wavelength-sensitive
    cones derived from measurements in observers of known genotype", Vision Research 40, 2000.
    Chapter 4.

    Examples
    --------
    >>> cone_fundamentals(570).round(2)
    array([1.  , 0.81, 0.  ])
    >>> cone_fundamentals(range(390, 781)).argmax(axis=0) + 390
    array([570, 543, 442])
    """
    return _columns(wavelength, ("L", "M", "S"))


def luminous_efficiency(wavelength=None, *, observer="CIE 1924"):
    """Return how bright a light counts per watt, relative to the wavelength that counts most.

    Parameters
    ----------
    wavelength : array_like of any shape, optional
        In nm, 390 to 780; by default every row of the table.
    observer : {"CIE 1924", "CIE 2008", "scotopic"}, optional
        V(λ) by day as the lumen is defined, the revised V(λ) by day for a field of 2°, or V′(λ)
        (CIE 1951) by night, when the rods see.

    Returns
    -------
    float64 array of the wavelengths' shape

    Raises
    ------
    TypeError, ValueError
        If a wavelength is not a number between 390 and 780, or there is no such observer.

    References
    ----------
    Sharpe, Stockman, Jagla and Jägle, "A luminous efficiency function, V*(λ), for daylight
    adaptation", Journal of Vision 5(11), 2005. "CIE 2008" is the label of the Colour & Vision
    Research Laboratory, which names Sharpe et al. (2011) as its authors and gives it as
    0.68990272 L + 0.34832189 M. Chapter 4.

    Examples
    --------
    >>> for observer in ("CIE 1924", "CIE 2008", "scotopic"):
    ...     print(390 + luminous_efficiency(range(390, 781), observer=observer).argmax())
    555
    556
    507
    """
    column = OBSERVERS[_checks.choice("observer", observer, tuple(OBSERVERS))]
    return _columns(wavelength, (column,))[..., 0]


def color_matching(wavelength=None):
    """Return X, Y and Z of lights of equal energy, for the standard observer of CIE 1931.

    Parameters
    ----------
    wavelength : array_like of any shape, optional
        In nm, 390 to 780; by default every row of the table.

    Returns
    -------
    float64 array, the wavelengths' shape with a last axis of 3
        Y is V(λ) of CIE 1924.

    Raises
    ------
    TypeError, ValueError
        If a wavelength is not a number between 390 and 780.

    References
    ----------
    CIE, "Colorimetry", publication 15. Chapter 4.

    Examples
    --------
    >>> color_matching(555).round(4)
    array([0.512 , 1.    , 0.0058])
    """
    return _columns(wavelength, ("X", "Y", "Z"))


def linear_srgb(xyz):
    """Return the amounts of sRGB's three primaries that match a colour.

    Parameters
    ----------
    xyz : array_like, last axis of 3
        X, Y and Z.

    Returns
    -------
    float64 array of the same shape
        Proportional to light. A negative amount says that no screen with these primaries can
        show the colour; every spectral colour has one.

    Raises
    ------
    TypeError, ValueError
        If `xyz` does not hold real numbers in threes.

    References
    ----------
    IEC 61966-2-1. Chapter 4.

    Examples
    --------
    >>> linear_srgb([0.9505, 1.0, 1.089]).round(3)
    array([1., 1., 1.])
    """
    xyz = _checks.array("xyz", xyz, real=True)
    if xyz.shape[-1:] != (3,):
        raise ValueError(f"xyz must have a last axis of 3, got shape {xyz.shape}")
    return xyz @ SRGB.T


def encode_srgb(linear):
    """Return the pixel values, 0 to 1, that make a screen give amounts of light.

    Parameters
    ----------
    linear : array_like of any shape
        Amounts of light between 0 and 1; what lies outside is clipped.

    Returns
    -------
    ndarray, same shape and dtype as `linear`; integers become float64
        About the 2.2nd root: a pixel value is not proportional to light.

    Raises
    ------
    TypeError, ValueError
        If `linear` does not hold real numbers.

    References
    ----------
    IEC 61966-2-1. Chapter 4.

    Examples
    --------
    >>> encode_srgb([0, 0.2140, 1]).round(3)
    array([0. , 0.5, 1. ])
    """
    light = np.clip(_checks.array("linear", linear, real=True), 0, 1)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def table():
    """Return the published numbers as they ship, a column a name.

    Returns
    -------
    dict of str to float64 array of shape (79,)
        "nm"; "L", "M", "S"; "V_2008", "V_scotopic"; "X", "Y", "Z".

    Examples
    --------
    >>> table()["nm"][[0, 1, -1]]
    array([390., 395., 780.])
    """
    return {name: column.copy() for name, column in _table().items()}


@cache
def _table():
    lines = (assets() / "vision" / "sensitivities.csv").read_text(encoding="ascii").splitlines()
    numbers = np.array([line.split(",") for line in lines[1:]], float)
    return dict(zip(lines[0].split(","), numbers.T, strict=True))


def _columns(wavelength, names):
    """Return columns of the table at wavelengths, on a new last axis."""
    if wavelength is None:
        wavelength = _table()["nm"]
    nm = _checks.array("wavelength", wavelength, real=True)
    outside = ~((nm >= FIRST) & (nm <= LAST))
    if outside.any():
        raise ValueError(
            f"wavelength must be between {FIRST} and {LAST} nm, got {nm[outside].flat[0]:g}"
        )
    steps = (nm - FIRST) / STEP
    columns = np.stack([_table()[name] for name in names], axis=-1)
    start = np.clip(np.floor(steps).astype(int) - 1, 0, len(columns) - 4)
    t = (steps - start)[..., None]
    # Lagrange's cubic through the rows at t = 0, 1, 2 and 3.
    weights = (
        -(t - 1) * (t - 2) * (t - 3) / 6,
        t * (t - 2) * (t - 3) / 2,
        -t * (t - 1) * (t - 3) / 2,
        t * (t - 1) * (t - 2) / 6,
    )
    return sum(weight * columns[start + k] for k, weight in enumerate(weights))
