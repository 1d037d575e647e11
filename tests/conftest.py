"""What all tests share."""

import numpy as np
import pytest


@pytest.fixture
def rng():
    """A random generator that starts alike in every test."""
    return np.random.default_rng(0)
