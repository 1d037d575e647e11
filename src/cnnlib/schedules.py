"""How the learning rate changes during training.

A schedule is a function of the progress of training, from 0 (first step) to 1 (end). What it
returns multiplies the optimizer's learning rate. `fit` calls it before each step, and takes any
function of this kind.
"""

import math

from cnnlib import _checks

__all__ = ["cosine_decay", "one_cycle", "step_decay"]


def step_decay(*, at=(0.5, 0.75), factor=0.1):
    """Return a schedule that multiplies the learning rate by `factor` at each milestone.

    Parameters
    ----------
    at : sequence of float, optional
        Milestones, each between 0 and 1.
    factor : float, optional
        Multiplier at a milestone, above 0.

    Returns
    -------
    callable
        Function of the progress.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    As ``torch.optim.lr_scheduler.MultiStepLR``.

    Examples
    --------
    >>> [round(step_decay()(t), 3) for t in (0, 0.5, 0.9)]
    [1.0, 0.1, 0.01]
    """
    at = _checks.sequence("at", at, "numbers between 0 and 1")
    milestones = [_fraction("at", milestone) for milestone in at]
    factor = _checks.number("factor", factor, positive=True)
    return lambda progress: factor ** sum(progress >= milestone for milestone in milestones)


def cosine_decay(*, final=0.0):
    """Return a schedule that lets the learning rate fall along half a cosine.

    Parameters
    ----------
    final : float, optional
        Multiplier at the end, at least 0.

    Returns
    -------
    callable
        Function of the progress of training, as in `step_decay`.

    Raises
    ------
    TypeError, ValueError
        If `final` is not a number of at least 0.

    References
    ----------
    Loshchilov and Hutter, "SGDR: stochastic gradient descent with warm restarts", ICLR
    2017, arXiv:1608.03983.

    Examples
    --------
    >>> [round(cosine_decay()(t), 3) for t in (0, 0.5, 1)]
    [1.0, 0.5, 0.0]
    """
    final = _checks.number("final", final, minimum=0)
    return lambda progress: _glide(1.0, final, progress)


def one_cycle(*, warmup=0.3, start=0.04, final=4e-6):
    """Return a schedule that warms up to the full learning rate and then cools down.

    Both ways follow half a cosine. The defaults are those of PyTorch's ``OneCycleLR``.

    Parameters
    ----------
    warmup : float, optional
        Progress at which the full learning rate is reached, between 0 and 1.
    start, final : float, optional
        Multipliers at the start and at the end, at least 0.

    Returns
    -------
    callable
        Function of the progress of training, as in `step_decay`.

    Raises
    ------
    TypeError, ValueError
        If a number is out of range.

    References
    ----------
    Smith and Topin, "Super-convergence: very fast training of neural networks using large
    learning rates", 2018, arXiv:1708.07120. Used in chapter 13.

    Examples
    --------
    >>> [round(one_cycle()(t), 3) for t in (0, 0.15, 0.3, 0.65, 1)]
    [0.04, 0.52, 1.0, 0.5, 0.0]
    """
    warmup = _fraction("warmup", warmup)
    start = _checks.number("start", start, minimum=0)
    final = _checks.number("final", final, minimum=0)

    def schedule(progress):
        if progress < warmup:
            return _glide(start, 1.0, progress / warmup)
        return _glide(1.0, final, (progress - warmup) / (1 - warmup))

    return schedule


def _glide(begin, end, progress):
    return end + (begin - end) * (1 + math.cos(math.pi * progress)) / 2


def _fraction(name, value):
    value = _checks.number(name, value, minimum=0)
    if value >= 1:
        raise ValueError(f"{name} must lie at or after 0 and before 1, got {value}")
    return value
