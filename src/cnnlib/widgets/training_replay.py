"""The training replay of chapter 13."""

import time

import ipywidgets
import numpy as np
import traitlets

from .. import _checks, plots
from ..activations import softmax
from ..datasets import load_mnist, load_mnist_small
from ..pretrained import load_run
from ..recording import Recording
from ._explorer import Explorer, a_digit, number, percent
from ._frontend import frontend, stylesheet
from ._network import describe

POINTS = 200  # of the loss curve: more could not be told apart
SECONDS = 0.5  # between two looks at the loss while a training runs


class TrainingReplay(Explorer):
    """Look back at a training run snapshot by snapshot, or follow one that runs.

    Parameters
    ----------
    run : Recording, optional
        What is shown; by default the run that made the book's weights, `cnnlib.load_run`.
    validation : (x, y), optional
        Images and labels that `record` measures a network with; by default the first 2,000
        of MNIST's validation images.
    count : int, optional
        How many snapshots `record` takes, at least 2.
    digit : {"0", …, "9"}, optional
        Which of ten test images the feature maps and probabilities are those of.
    at : int, optional
        The snapshot that is shown, counted from 0; the last by default.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as above; the message quotes it.

    Examples
    --------
    >>> TrainingReplay(digit="4", at=3)
    TrainingReplay(snapshot 3 of 23, after step 73 of 3440: validation loss 0.384, 1780 of 2000
    validation images recognised; this 4 is taken for a 4 with 83.6 %)
    """

    name = "training-replay"
    caption = (
        "Training replay. Move through the snapshots of a recorded training run, or let them play. "
        "The filters, the maps and the probabilities of the digit are computed here, from the "
        "weights of that moment."
    )
    _esm = frontend("training_replay.js")
    _css = stylesheet("training_replay.css")

    digit = traitlets.Unicode("4").tag(sync=True)
    digit_index = traitlets.Int(4).tag(sync=True)
    digits = traitlets.Bytes().tag(sync=True)
    at = traitlets.Int(0, min=0).tag(sync=True)
    last = traitlets.Int(0).tag(sync=True)
    layers = traitlets.List().tag(sync=True)
    sizes = traitlets.List().tag(sync=True)
    codes = traitlets.Bytes().tag(sync=True)
    scales = traitlets.List().tag(sync=True)
    total = traitlets.Int(1).tag(sync=True)
    steps = traitlets.List().tag(sync=True)
    curve = traitlets.List().tag(sync=True)
    validation_loss = traitlets.List().tag(sync=True)
    confusion = traitlets.List().tag(sync=True)

    def __init__(self, run=None, *, validation=None, count=24, **traits):
        if run is not None and not (isinstance(run, Recording) and run.steps):
            raise TypeError(f"run must be a Recording with at least one snapshot, got {run!r}")
        self.run = load_run() if run is None else run
        self._validation = validation
        self._recorder = None if validation is None else Recording(validation, count=count)
        self._count, self._sent = _checks.integer("count", count, minimum=2), 0.0
        x, y = load_mnist_small().test
        firsts = [int(np.flatnonzero(y == digit)[0]) for digit in range(10)]
        self.pixels = np.rint(255 * x[firsts, 0]).astype(np.uint8)
        super().__init__(
            choices={"digit": [str(digit) for digit in range(10)]},
            digits=self.pixels.tobytes(),
            **_state(self.run),
            **{"digit": "4", "at": len(self.run.steps) - 1, **traits},
        )

    @traitlets.validate("at")
    def _check_at(self, proposal):
        if proposal.value > self.last:
            raise ValueError(f"at must be between 0 and {self.last}, got {proposal.value!r}")
        return proposal.value

    def notify_change(self, change):
        """Tell the browser of a new place before the controls that follow it are told."""
        if change.name == "at":
            super(Explorer, self).notify_change(change)
        else:
            super().notify_change(change)

    def record(self, run):
        """Show the training that runs: a callback for `fit`.

        Parameters
        ----------
        run : cnnlib.train.Run
            The state of the training after a step.
        """
        if self._recorder is None:
            x, y = load_mnist().validation
            self._recorder = Recording((x[:2000], y[:2000]), count=self._count)
        follows = self.at == self.last or self.run is not self._recorder
        taken = self._recorder(run)
        self.run = self._recorder
        if not taken and time.monotonic() - self._sent < SECONDS:
            return
        self._sent = time.monotonic()
        # A slider refuses a value above its end, so the place goes down before the end does, and
        # up after it. Each is a message of its own: within one their order is not kept.
        self.at = min(self.at, len(self.run.steps) - 1)
        with self.hold_sync():
            for name, value in (_state(self.run) if taken else _curve(self.run)).items():
                setattr(self, name, value)
        if follows:
            self.at = self.last

    def controls(self):
        """Return the controls, in the order in which every chapter has them."""
        slider = self.control(ipywidgets.IntSlider, "at", "Snapshot", min=0, max=self.last)
        play = self.control(ipywidgets.Play, "at", "Play", max=self.last, interval=600)
        # One way only: what the browser answers during a training is read at its end, and an old
        # answer must not move the place back. A page keeps what the kernel knows.
        for control in (slider, play):
            traitlets.dlink((self, "last"), (control, "max"))
            traitlets.dlink((self, "at"), (control, "value"))
        return [self.dropdown("digit", "Digit"), slider, play]

    def probabilities(self):
        """Return the probabilities (10,) that the snapshot's network gives to the digit."""
        x = self.pixels[self.digit_index][None, None] / np.float32(255)
        return softmax(self.run.network(self.at)(x))[0]

    def summary(self):
        """Return the current result in words."""
        confusion, shares = self.run.confusion[self.at], self.probabilities()
        best = int(shares.argmax())
        return (
            f"snapshot {self.at} of {self.last}, after step {self.run.steps[self.at]} of "
            f"{self.run.total}: validation loss {number(self.run.validation_loss[self.at], 3)}, "
            f"{np.trace(confusion)} of {confusion.sum()} validation images recognised; this "
            f"{self.digit} is taken for {a_digit(best)} with {percent(shares[best])}"
        )

    def still(self):
        """Return a figure of the loss, the first-layer filters and the confusion matrix."""
        from matplotlib import pyplot

        with pyplot.style.context(plots.STYLE):
            figure = pyplot.figure(figsize=(9, 3.4))
            left, right = figure.subfigures(1, 2, width_ratios=(1.5, 1))
            top, bottom = left.subfigures(2, 1, height_ratios=(2.2, 1))
            self._draw_loss(top.subplots())
            weights = [p.value for p in self.run.network(self.at).parameters()]
            filters = next((w[:8] for w in weights if w.ndim == 4), [])
            for ax, one in zip(bottom.subplots(1, 8), filters, strict=False):
                plots.show_image(one[0], signed=True, peak=np.abs(filters).max(), ax=ax)
            for ax in bottom.axes:
                ax.set_axis_off()
            matrix = self.run.confusion[self.at]
            plots.show_grid(matrix, title="true class (rows), recognised as", ax=right.subplots())
        return figure

    def _draw_loss(self, ax):
        steps, losses = np.array(self.curve).T
        ax.plot(np.sqrt(steps), losses, linewidth=1, label="minibatches")
        ax.plot(np.sqrt(self.steps), self.validation_loss, "o-", markersize=3, label="validation")
        ax.axvline(np.sqrt(self.steps[self.at]), color="#1c2127", linewidth=1)
        ticks = [tick for tick in (1, 100, 500, 1000, 2000, 3000) if tick <= self.total]
        ax.set_xticks(np.sqrt(ticks), ticks)
        ax.set(yscale="log", xlabel="step (square-root scale)")
        ax.set_title(f"loss, to step {self.steps[self.at]}")
        ax.legend(fontsize=8)


def _state(run):
    """Return a recording as the traits that the front end reads."""
    scales = [scale.astype(float).tolist() for scale in run.scales]
    return {
        "layers": describe(run.model)[0],
        "sizes": [parameter.value.size for parameter in run.model.parameters()],
        "codes": np.concatenate(run.codes).tobytes(),
        "scales": scales,
        "steps": list(run.steps),
        "validation_loss": [round(loss, 5) for loss in run.validation_loss],
        "confusion": [matrix.ravel().tolist() for matrix in run.confusion],
        "last": len(run.steps) - 1,
        **_curve(run),
    }


def _curve(run):
    """Return the losses of a recording as at most `POINTS` means [step, loss].

    The steps of a mean are as many as keep the square roots of the steps equally far apart.
    """
    edges = np.unique(np.rint(np.linspace(0, np.sqrt(run.total), POINTS + 1) ** 2).astype(int))
    starts = edges[edges < len(run.loss)]
    counts = np.diff([*starts, len(run.loss)])
    means = np.add.reduceat(run.loss, starts) / counts
    middles = starts + (counts + 1) / 2  # steps count from 1
    curve = [[float(m), round(float(v), 5)] for m, v in zip(middles, means, strict=True)]
    return {"total": run.total, "curve": curve}
