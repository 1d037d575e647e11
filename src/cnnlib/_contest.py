"""Which pixel of a window is its maximum, and the gradient handed back to it.

The pixels of a window compete in two rounds: within each column of the window, then the columns'
best against each other. Pixels come up in order, and one takes the lead if it is larger than all
before it; the last to take the lead wins. So every answer is a list of boolean masks.
"""

from functools import reduce
from itertools import accumulate

import numpy as np

from cnnlib._masks import reject, select
from cnnlib._windows import add_to_taps, pad, room


def leads(x, axes):
    """Return where the rows and the columns of the windows take the lead.

    Parameters
    ----------
    x : ndarray, shape (N, C, H, W)
        The image before padding.
    axes : (Axis, Axis)
        The vertical and the horizontal geometry.

    Returns
    -------
    row_leads : list of ndarray of bool, shape (N, C, W, OH)
        For each row of a window but the first: whether its pixel exceeds those above it.
    column_leads : list of ndarray of bool, shape (N, C, OH, OW)
        For each column but the first: whether its best pixel beats the columns before it.
    """
    vertical, horizontal = axes
    padded = pad(x, axes, -np.inf)
    if x.dtype.kind == "c" or (padded is not x and x.min(initial=0) == -np.inf):
        return leads(_ranks(x), axes)  # a pixel of -inf must win against the padding
    rows = vertical.taps(padded.swapaxes(2, 3))
    bests = list(accumulate(rows, np.maximum))
    if np.isnan(bests[-1].max(initial=0)):
        return leads(_ranks(x), axes)
    row_leads = [row > best for row, best in zip(rows[1:], bests[:-1], strict=True)]

    numbers = np.arange(vertical.size, dtype=np.min_scalar_type(vertical.size))
    winners = [lead * number for lead, number in zip(row_leads, numbers[1:], strict=True)]
    if not winners:
        winners = [np.zeros_like(bests[-1], dtype=numbers.dtype)]
    columns = horizontal.taps(bests[-1].swapaxes(2, 3))
    winner = reduce(np.maximum, winners).swapaxes(2, 3)
    return row_leads, _column_leads(columns, horizontal.taps(winner))


def _column_leads(columns, rows):
    """Compare the best pixel of each column, which comes from the given row of the window."""
    best, row = columns[0], rows[0]
    column_leads = []
    for i in range(1, len(columns)):
        lead = columns[i] > best
        tie = columns[i] == best
        if tie.any():  # the first in row-major order wins: the upper one, not the left one
            lead |= tie & (rows[i] < row)
        column_leads.append(lead)
        if i + 1 < len(columns):
            best = np.maximum(best, columns[i])
            row = np.where(column_leads[-1], rows[i], row)
    return column_leads


def hand_back(grad, leads, axis):
    """Give each window's gradient to the tap that was the last to take the lead."""
    grad_x = room(grad, axis)
    first, *others = axis.taps(grad_x)
    for target, lead in zip(reversed(others), reversed(leads), strict=True):
        won = select(grad, lead)
        add_to_taps(target, won, axis)
        grad = reject(grad, lead, won)
    add_to_taps(first, grad, axis)
    return grad_x


def _ranks(x):
    """Return numbers in the order of the pixels; every NaN is larger than what comes before it."""
    values, ranks = np.unique(x.real, return_inverse=True)
    ranks = ranks.reshape(x.shape).astype(float)
    broken = np.isnan(x)
    ranks[broken] = values.size + np.arange(np.count_nonzero(broken))
    return ranks
