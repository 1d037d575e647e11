"""What every test module shares: a seeded generator, one comparison, Hypothesis without chance."""

import os

# One thread for BLAS and PyTorch, before they start: small arrays, and two cores for everybody.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import pytest
from hypothesis import settings

settings.register_profile("book", derandomize=True, deadline=None)
settings.load_profile("book")


@pytest.fixture
def rng():
    """A generator that starts alike in every test."""
    return np.random.default_rng(0)


def relative_error(actual, expected):
    """Return the largest difference, relative to the largest entry that is expected."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert actual.shape == expected.shape
    if not expected.size:
        return 0.0
    largest = np.abs(expected).max()
    return float(np.abs(actual - expected).max() / (largest if largest > 0 else 1.0))


def assert_close(actual, expected, *, tolerance=1e-13):
    """Fail if an entry differs by more than `tolerance` times the largest entry."""
    error = relative_error(actual, expected)
    assert error <= tolerance, f"relative error {error:.3g} is above {tolerance:.3g}"
