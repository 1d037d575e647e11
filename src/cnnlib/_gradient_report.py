"""What a gradient check found, and the sentence that says so."""

from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class GradientEntry:
    """One entry of a gradient: where it is, what was given, what the definition gives.

    Attributes
    ----------
    name : str
        The array it belongs to.
    index : tuple of int
        Its place in that array.
    given, expected : float
        The value that was checked, and the value by definition.
    error : float
        Their difference relative to the largest derivative of all; inf if it is not finite.
    """

    name: str
    index: tuple
    given: float
    expected: float
    error: float


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
        How many entries were compared, and how many of them don't pass.
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
            return (
                f"right: all {self.entries} entries of {', '.join(self.names)} agree with "
                f"{self.method} to {self.tol:g}"
            )
        place = self.worst.name
        if self.worst.index:
            place += f"[{', '.join(map(str, self.worst.index))}]"
        return (
            f"wrong: {place} should be {self.worst.expected:.6g} by {self.method}, got "
            f"{self.worst.given:.6g} (off by more than {self.tol:g}: {self.wrong} of "
            f"{self.entries} entries)"
        )


def compare(given, expected, method, tol):
    """Return the report on two dictionaries of equal names and shapes."""
    arrays = [*given.values(), *expected.values()]
    largest = max((np.abs(a[np.isfinite(a)]).max(initial=0) for a in arrays), default=0) or 1
    worst, wrong, entries = None, 0, 0
    for name, values in given.items():
        with np.errstate(invalid="ignore"):  # inf - inf is NaN, which fails below
            error = np.asarray(np.abs(values - expected[name]) / largest)
        error[~np.isfinite(error)] = np.inf
        entries += error.size
        wrong += int(np.count_nonzero(error > tol))
        if error.size and (worst is None or error.max() > worst.error):
            index = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
            values = (float(a[index]) for a in (given[name], expected[name], error))
            worst = GradientEntry(name, index, *values)
    return GradientReport(tuple(given), method, tol, entries, wrong, worst)
