"""Check a derived gradient against the definition of the derivative.

Two independent definitions are offered. *Central differences* work for every function but lose
half of the digits to cancellation. The *complex step* loses none, and asks that the function is
made of analytic operations that accept complex numbers, as those of this library are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from cnnlib import _checks

__all__ = [
    "GradientEntry",
    "GradientReport",
    "check_gradient",
    "complex_step_gradient",
    "numerical_gradient",
]


def numerical_gradient(f, x, *, eps=1e-5):
    """Return the gradient of a scalar function by central differences.

    Each entry costs two calls of `f`, so keep `x` small.

    Parameters
    ----------
    f : callable
        Takes an array like `x` and returns one real number.
    x : array_like, any shape
        The point, real. It is copied before it is changed; integers become float64.
    eps : float, optional
        Half the distance between the two evaluations. A large one shows the curvature of `f`, a
        small one its rounding errors; about the cube root of the machine precision is best.

    Returns
    -------
    ndarray, same shape as `x`
        ``(f(x + eps*e) - f(x - eps*e)) / (2*eps)`` for every unit vector ``e``.

    Raises
    ------
    TypeError, ValueError
        If `f` cannot be called or doesn't return one real number, `x` is not real, or `eps` is
        not a positive number.

    References
    ----------
    Press et al., "Numerical Recipes", 3rd ed. 2007, section 5.7. Derived in chapter 12, which
    also draws the error against `eps`.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    _check_function(f)
    x = _real("x", x)
    eps = _checks.number("eps", eps, positive=True)

    def slope(index):
        ahead, behind = (_value(f(_moved(x, index, step))) for step in (eps, -eps))
        if isinstance(ahead, complex) or isinstance(behind, complex):
            raise TypeError(f"f must return one real number, got {ahead!r}")
        return (ahead - behind) / (2 * eps)

    return _gradient(slope, x)


def complex_step_gradient(f, x, *, eps=1e-30):
    """Return the gradient of a scalar function by the complex step.

    For an analytic `f`, ``f(x + i*eps) = f(x) + i*eps*f'(x) + O(eps**2)``: the derivative is an
    imaginary part, no subtraction takes place, and no digit is lost. Each entry costs one call
    of `f`, so keep `x` small.

    Parameters
    ----------
    f : callable
        Takes an array like `x`, but complex, and returns one complex number. `abs`,
        complex conjugation and real-valued intermediate arrays destroy the derivative.
    x : array_like, any shape
        The point, real. It is copied before it is changed.
    eps : float, optional
        The imaginary step; any number whose square vanishes beside 1 does.

    Returns
    -------
    ndarray, same shape as `x`
        ``f(x + 1j*eps*e).imag / eps`` for every unit vector ``e``.

    Raises
    ------
    TypeError, ValueError
        If `f` cannot be called, doesn't return one number, or returns a real one although its
        argument was complex; if `x` is not real, or `eps` is not a positive number.

    References
    ----------
    Squire and Trapp, "Using complex variables to estimate derivatives of real functions", 1998,
    SIAM Review 40(1), 110-112. Derived in chapter 12.

    Examples
    --------
    >>> complex_step_gradient(lambda x: (x**2).sum(), [1.0, -2.0])
    array([ 2., -4.])
    """
    _check_function(f)
    x = _real("x", x)
    eps = _checks.number("eps", eps, positive=True)

    def slope(index):
        value = _value(f(_moved(x.astype(complex), index, 1j * eps)))
        if not isinstance(value, complex):
            raise TypeError(
                f"f must return a complex number for a complex argument, got {value!r}: "
                "something inside it drops the imaginary part; try central differences"
            )
        return value.imag / eps

    return _gradient(slope, x)


METHODS = {
    "complex-step": ("the complex step", complex_step_gradient, 1e-12),
    "finite-differences": ("central differences", numerical_gradient, 1e-6),
}


def check_gradient(f, arrays, grads, *, method="complex-step", tol=None):
    """Compare derived gradients with the derivatives of the function itself, entry by entry.

    Parameters
    ----------
    f : callable
        Returns one number, the loss. It is called as ``f(**arrays)`` if `arrays` is a
        dictionary, else as ``f(*arrays)``.
    arrays : dict of str to array_like, or sequence of array_like
        The arguments of `f`, real.
    grads : dict of str to array_like, or sequence of array_like
        The gradients to be checked, with the names (or in the order) and the shapes of `arrays`.
    method : {"complex-step", "finite-differences"}, optional
        What to compare with: see `complex_step_gradient` and `numerical_gradient`.
    tol : float, optional
        The largest difference that passes, relative to the largest derivative of all. By default
        1e-12 for the complex step and 1e-6 for finite differences.

    Returns
    -------
    GradientReport
        True in an ``if`` or ``assert`` when every entry passes; printed, it names the worst one.

    Raises
    ------
    TypeError, ValueError
        If `arrays` and `grads` don't belong together, or as `complex_step_gradient` and
        `numerical_gradient` do.

    References
    ----------
    Derived in chapter 12, "Backpropagation, derived".

    Examples
    --------
    >>> def loss(x, w):
    ...     return (x * w).sum()
    >>> x, w = np.array([1.0, 2.0]), np.array([3.0, 5.0])
    >>> check_gradient(loss, {"x": x, "w": w}, {"x": w, "w": x})
    right: all 4 entries of x, w agree with the complex step to 1e-12
    >>> check_gradient(loss, {"x": x, "w": w}, {"x": w, "w": [1.0, 7.0]})
    wrong: w[1] should be 2 by the complex step, got 7 (1 of 4 entries is off by more than 1e-12)
    """
    _check_function(f)
    _checks.choice("method", method, tuple(METHODS))
    label, derivative, usual_tol = METHODS[method]
    tol = usual_tol if tol is None else _checks.number("tol", tol, positive=True)
    points, given = _named(arrays, grads)
    expected = {}
    for name in points:

        def loss(point, name=name):
            moved = {**points, name: point}
            return f(**moved) if isinstance(arrays, Mapping) else f(*moved.values())

        expected[name] = derivative(loss, points[name])
    return _compare(given, expected, label, tol)


@dataclass(frozen=True)
class GradientEntry:
    """One entry of a gradient: where it is, what was given, and what the definition gives.

    Attributes
    ----------
    name : str
        The array it belongs to.
    index : tuple of int
        Its place in that array.
    given, expected : float
        The value that was checked and the value by definition.
    error : float
        Their difference relative to the largest derivative of all; inf if either is not finite.
    """

    name: str
    index: tuple
    given: float
    expected: float
    error: float

    def __str__(self):
        return f"{self.name}[{', '.join(map(str, self.index))}]"


@dataclass(frozen=True, repr=False)
class GradientReport:
    """What `check_gradient` found; it is true when every entry passes.

    Attributes
    ----------
    names : tuple of str
        The arrays that were compared.
    method : str
        What they were compared with, in words.
    tol : float
        The largest relative error that passes.
    entries, wrong : int
        How many entries were compared, and how many don't pass.
    worst : GradientEntry or None
        The entry with the largest error; None if there are no entries.
    """

    names: tuple
    method: str
    tol: float
    entries: int
    wrong: int
    worst: GradientEntry | None

    @property
    def ok(self):
        """Whether every entry passes."""
        return self.wrong == 0

    def __bool__(self):
        return self.ok

    def __repr__(self):
        if self.ok:
            names = ", ".join(self.names)
            return (
                f"right: all {self.entries} entries of {names} agree with {self.method} "
                f"to {self.tol:g}"
            )
        are = "is" if self.wrong == 1 else "are"
        return (
            f"wrong: {self.worst} should be {self.worst.expected:.6g} by {self.method}, got "
            f"{self.worst.given:.6g} ({self.wrong} of {self.entries} entries {are} off by more "
            f"than {self.tol:g})"
        )


def _gradient(slope, x):
    gradient = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        gradient[index] = slope(index)
    return gradient


def _moved(x, index, step):
    moved = x.copy()
    moved[index] += step
    return moved


def _value(result):
    if np.shape(result) != ():
        raise ValueError(f"f must return one number, got an array of shape {np.shape(result)}")
    value = np.asarray(result)
    if value.dtype.kind not in "iufc":
        raise TypeError(f"f must return one number, got {result!r}")
    return value.item()


def _check_function(f):
    if not callable(f):
        raise TypeError(f"f must be a function that returns one number, got {f!r}")


def _real(name, value):
    x = _checks.array(name, value)
    if x.dtype.kind == "c":
        raise TypeError(f"{name} must be real, got dtype {x.dtype}")
    return x.astype(np.float64)


def _named(arrays, grads):
    """Return both as dictionaries of float64 arrays, with names for what has none."""
    if isinstance(arrays, Mapping) and isinstance(grads, Mapping):
        if set(arrays) != set(grads):
            raise ValueError(f"grads must name {list(arrays)}, got {list(grads)}")
        names = tuple(arrays)
    elif _is_sequence(arrays) and _is_sequence(grads):
        if len(arrays) != len(grads):
            raise ValueError(f"grads must have {len(arrays)} entries, got {len(grads)}")
        names = tuple(f"argument {i}" for i in range(len(arrays)))
        arrays, grads = (dict(zip(names, values, strict=True)) for values in (arrays, grads))
    else:
        raise TypeError(
            "arrays and grads must both be dictionaries or both lists, got "
            f"{type(arrays).__name__} and {type(grads).__name__}"
        )
    points = {name: _real(f"arrays[{name!r}]", arrays[name]) for name in names}
    given = {name: _real(f"grads[{name!r}]", grads[name]) for name in names}
    for name in names:
        if given[name].shape != points[name].shape:
            raise ValueError(
                f"the gradient of {name} must have shape {points[name].shape}, "
                f"got {given[name].shape}"
            )
    return points, given


def _is_sequence(value):
    return isinstance(value, Sequence) and not isinstance(value, str)


def _compare(given, expected, method, tol):
    largest = max(
        (np.abs(a[np.isfinite(a)]).max(initial=0) for a in [*given.values(), *expected.values()]),
        default=0,
    )
    worst, wrong, entries = None, 0, 0
    for name in given:
        difference = np.abs(given[name] - expected[name]) / (largest or 1)
        error = np.where(np.isfinite(difference), difference, np.inf)
        entries += error.size
        wrong += int((error > tol).sum())
        if error.size and (worst is None or error.max() > worst.error):
            index = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
            worst = GradientEntry(
                name,
                index,
                float(given[name][index]),
                float(expected[name][index]),
                float(error[index]),
            )
    return GradientReport(tuple(given), method, tol, entries, wrong, worst)
