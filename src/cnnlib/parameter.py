"""What a network learns: an array together with the gradient of the loss."""

import numpy as np

from cnnlib import _checks

__all__ = ["Parameter"]


class Parameter:
    """A weight array and its gradient.

    A layer owns its parameters and writes their gradients; an optimizer reads the
    gradients and changes the values in place.

    Parameters
    ----------
    value : array_like
        Start value, any shape; it is copied, and integers become float64.

    Attributes
    ----------
    value : ndarray
        Current value.
    grad : ndarray of the same shape, or None
        What the last backward pass found; None before the first one.

    Raises
    ------
    TypeError, ValueError
        If `value` is not a rectangular array of numbers.

    References
    ----------
    As ``torch.nn.Parameter``. Used in chapter 13.

    Examples
    --------
    >>> import numpy as np
    >>> Parameter(np.zeros((8, 1, 5, 5), np.float32))
    Parameter(8 × 1 × 5 × 5, float32)
    """

    def __init__(self, value):
        self.value = np.array(_checks.array("value", value))
        self.grad = None

    def __repr__(self):
        shape = " × ".join(str(n) for n in self.value.shape)
        return f"Parameter({shape}, {self.value.dtype})"
