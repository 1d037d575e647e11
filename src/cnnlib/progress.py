"""The progress bar of `fit`."""

import os
import sys

__all__ = ["progress_bar"]


def progress_bar(total, wanted):
    """Return a tqdm bar for `total` steps: a widget in a notebook, text in a terminal.

    Nothing is drawn if `wanted` is False, if the output is neither a notebook nor a
    terminal, or if the environment variable ``TQDM_DISABLE`` is set.

    Parameters
    ----------
    total : int
        Number of steps.
    wanted : bool
        Whether the caller asked for a bar.

    Returns
    -------
    tqdm.tqdm

    Examples
    --------
    >>> with progress_bar(3, wanted=False) as bar:
    ...     bar.update()
    """
    # tqdm looks for a notebook when it is imported, so it is imported late.
    from tqdm import auto, std

    class Bar(auto.tqdm):
        monitor_interval = 0  # tqdm would start a thread, which a browser's Python can't

    drawable = auto.notebook_tqdm is not std.tqdm or sys.stderr.isatty()
    # tqdm's own look at the variable is lost on its notebook bar.
    disabled = not (wanted and drawable) or bool(os.environ.get("TQDM_DISABLE"))
    return Bar(total=total, unit="step", disable=disabled)
