"""Check a derived gradient against the definition of the derivative.

Two independent definitions are offered. *Central differences* work for every function but lose
half of the digits to cancellation. The *complex step* loses none; it asks for a function that is
made of analytic operations and accepts complex numbers, as those of this library do.
"""

from collections.abc import Mapping

import numpy as np

from cnnlib import _checks
from cnnlib._gradient_report import GradientEntry, GradientReport, compare

__all__ = [
    "GradientEntry",
    "GradientReport",
    "check_gradient",
    "complex_step_gradient",
    "numerical_gradient",
]


def numerical_gradient(f, x, *, eps=1e-5):
    """Return the gradient of a scalar function by central differences.

    Parameters
    ----------
    f : callable
        Takes an array like `x` and returns one real number. It is called twice for each entry
        of `x`, so keep `x` small.
    x : array_like, any shape
        The point, real. It is copied as float64 before it is changed.
    eps : float, optional
        Half the distance between the two evaluations. A large one shows the curvature of `f`, a
        small one its rounding errors; about the cube root of the machine precision is best.

    Returns
    -------
    ndarray of float64, same shape as `x`
        ``(f(x + eps*e) - f(x - eps*e)) / (2*eps)`` for every unit vector ``e``.

    Raises
    ------
    TypeError
        If `f` cannot be called or doesn't return a real number, or `x` is not real.
    ValueError
        If `f` returns more than one number, or `eps` is not positive or so small that adding it
        leaves an entry of `x` as it is.

    References
    ----------
    Press et al., "Numerical Recipes", 3rd ed. 2007, section 5.7. Derived in chapter 12, which
    draws the error against `eps`.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -2.0]).round(6)
    array([ 2., -4.])
    """
    _check_function(f)
    x = _real("x", x)
    eps = _checks.number("eps", eps, positive=True)

    def slope(index):
        if x[index] in (x[index] + eps, x[index] - eps):
            raise ValueError(f"eps must change x when it is added, got {eps:g} beside {x[index]:g}")
        ahead, behind = (_value(f(_moved(x, index, step))) for step in (eps, -eps))
        if isinstance(ahead, complex):
            raise TypeError(f"f must return a real number for a real argument, got {ahead!r}")
        return (ahead - behind) / (2 * eps)

    return _gradient(slope, x)


def complex_step_gradient(f, x, *, eps=1e-30):
    """Return the gradient of a scalar function by the complex step.

    For an analytic function ``f(x + i*eps) = f(x) + i*eps*f'(x) + O(eps**2)``: the derivative is
    an imaginary part, nothing is subtracted, and no digit is lost.

    Parameters
    ----------
    f : callable
        Takes an array like `x`, but complex, and returns one complex number. `abs`, complex
        conjugation and intermediate arrays of a real dtype destroy the derivative. It is called
        once for each entry of `x`, so keep `x` small.
    x : array_like, any shape
        The point, real. It is copied as complex128 before it is changed.
    eps : float, optional
        The imaginary step: anything whose square vanishes beside 1.

    Returns
    -------
    ndarray of float64, same shape as `x`
        ``f(x + 1j*eps*e).imag / eps`` for every unit vector ``e``.

    Raises
    ------
    TypeError
        If `f` cannot be called, or returns a real number although its argument was complex, or
        `x` is not real.
    ValueError
        If `f` returns more than one number, or `eps` is not positive.

    References
    ----------
    Squire and Trapp, "Using complex variables to estimate derivatives of real functions", 1998,
    SIAM Review 40(1). Derived in chapter 12.

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
                f"f must return a complex number for a complex argument, got {value!r}: something "
                "in it drops the imaginary part; method='finite-differences' doesn't need it"
            )
        return value.imag / eps

    return _gradient(slope, x)


_METHODS = {
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
    arrays : dict of str to array_like, or list of array_like
        The arguments of `f`, real.
    grads : dict of str to array_like, or list of array_like
        The gradients to be checked, with the names (or in the order) and the shapes of `arrays`.
    method : {"complex-step", "finite-differences"}, optional
        What to compare with: `complex_step_gradient` or `numerical_gradient`.
    tol : float, optional
        The largest difference that passes, relative to the largest derivative of all. By default
        1e-12 for the complex step and 1e-6 for finite differences.

    Returns
    -------
    GradientReport
        True in an ``if`` or an ``assert`` when every entry passes. Printed, it names the worst
        entry with both values.

    Raises
    ------
    TypeError, ValueError
        If `arrays` and `grads` don't belong together or are empty, or as
        `complex_step_gradient` and `numerical_gradient` do.

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
    wrong: w[1] should be 2 by the complex step, got 7 (off by more than 1e-12: 1 of 4 entries)
    """
    _check_function(f)
    _checks.choice("method", method, tuple(_METHODS))
    label, derivative, usual_tol = _METHODS[method]
    tol = usual_tol if tol is None else _checks.number("tol", tol, positive=True)
    points, given = _named(arrays, grads)

    def loss_at(name, point):
        moved = {**points, name: point}
        return f(**moved) if isinstance(arrays, Mapping) else f(*moved.values())

    expected = {
        name: derivative(lambda point, name=name: loss_at(name, point), points[name])
        for name in points
    }
    return compare(given, expected, label, tol)


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
    return _checks.array(name, value, real=True).astype(np.float64)


def _named(arrays, grads):
    """Return both as dictionaries of float64 arrays; what has no name is called by its place."""
    if isinstance(arrays, Mapping) and isinstance(grads, Mapping):
        if set(arrays) != set(grads):
            raise ValueError(f"grads must have the names {list(arrays)}, got {list(grads)}")
        names = {name: name for name in arrays}
    elif isinstance(arrays, (list, tuple)) and isinstance(grads, (list, tuple)):
        if len(arrays) != len(grads):
            raise ValueError(f"grads must have {len(arrays)} entries, got {len(grads)}")
        names = {i: f"arrays[{i}]" for i in range(len(arrays))}
    else:
        raise TypeError(
            "arrays and grads must both be dictionaries, or both lists or tuples, got "
            f"{type(arrays).__name__} and {type(grads).__name__}"
        )
    if not names:
        raise ValueError(f"arrays must hold at least one array to compare, got {arrays!r}")
    points = {name: _real(f"arrays[{key!r}]", arrays[key]) for key, name in names.items()}
    given = {name: _real(f"grads[{key!r}]", grads[key]) for key, name in names.items()}
    for key, name in names.items():
        if given[name].shape != points[name].shape:
            raise ValueError(
                f"grads[{key!r}] must have shape {points[name].shape}, got {given[name].shape}"
            )
    return points, given
