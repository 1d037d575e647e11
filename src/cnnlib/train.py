"""Training a network: the loop that chapter 13 builds up step by step."""

import math
from dataclasses import dataclass, field

import numpy as np

from cnnlib import _checks
from cnnlib.datasets import minibatches
from cnnlib.evaluation import check_data, check_model, evaluate
from cnnlib.losses import cross_entropy, cross_entropy_backward
from cnnlib.progress import progress_bar

__all__ = ["History", "Run", "fit"]


@dataclass(repr=False)
class History:
    """What happened during training.

    Attributes
    ----------
    step_loss, step_lr : list of float
        Loss of each minibatch, and the learning rate of the step that it led to.
    loss, accuracy : list of float
        Means over each completed epoch's images, each seen before the step it led to.
    validation_loss, validation_accuracy : list of float
        On the validation images after each completed epoch; empty without them.
    interrupted : bool
        Whether the reader stopped training by an interrupt (Ctrl-C, or ■ in a notebook).
    """

    step_loss: list = field(default_factory=list)
    step_lr: list = field(default_factory=list)
    loss: list = field(default_factory=list)
    accuracy: list = field(default_factory=list)
    validation_loss: list = field(default_factory=list)
    validation_accuracy: list = field(default_factory=list)
    interrupted: bool = False

    def __repr__(self):
        measures = {"loss": self.loss, "validation accuracy": self.validation_accuracy}
        last = "".join(f", {name} {values[-1]:.4g}" for name, values in measures.items() if values)
        return f"History({len(self.loss)} epochs, {len(self.step_loss)} steps{last})"


@dataclass
class Run:
    """What a callback of `fit` sees.

    Attributes
    ----------
    model, optimizer, history
        As they are after the step.
    epoch : int
        Epochs completed.
    step, steps : int
        Steps done, and steps in all.
    epoch_done : bool
        Whether this step was the last of its epoch.
    stop : bool
        Set it to True to end training after this step.
    """

    model: object
    optimizer: object
    history: History
    steps: int
    step: int = 0
    epoch: int = 0
    epoch_done: bool = False
    stop: bool = False


def fit(
    model,
    train,
    *,
    optimizer,
    epochs,
    batch_size,
    rng,
    schedule=None,
    validation=None,
    callbacks=(),
    progress=True,
):
    """Train a classifier by minibatch gradient descent on the cross-entropy.

    The same model, data and state of `rng` give the same result, bit for bit. An
    interrupt ends training early and leaves a model that works.

    Parameters
    ----------
    model : Sequential
        The network; its parameters are changed in place.
    train : (x, y)
        Images of shape (N, C, H, W), or what else the model takes, and int labels (N,).
    optimizer : SGD or Adam
        Built on ``model.parameters()``.
    epochs : int
        How often to go through all images.
    batch_size : int
        Images per step.
    rng : numpy.random.Generator
        Draws the order of the images in each epoch.
    schedule : callable, optional
        Multiplies the optimizer's learning rate, as a function of the progress from 0 to
        1: `one_cycle`, `cosine_decay`, `step_decay` or your own.
    validation : (x, y), optional
        Images and labels to measure the model with after each epoch.
    callbacks : sequence of callable, optional
        Each is called with a `Run` after every step.
    progress : bool, optional
        Show a progress bar in a notebook or terminal; elsewhere (a log file, a test)
        there is none. The environment variable ``TQDM_DISABLE=1`` switches it off, too.

    Returns
    -------
    History

    Raises
    ------
    TypeError, ValueError
        If the arguments don't fit each other, or `schedule` returns something else than a
        number of at least 0.
    FloatingPointError
        If the loss is not finite: a smaller learning rate prevents that, unless the images or
        the initial weights are to blame, which the message says.

    References
    ----------
    Goodfellow, Bengio and Courville, "Deep Learning", MIT Press 2016, chapter 8. Built
    up in chapter 13.

    Examples
    --------
    >>> from cnnlib import SGD, Flatten, Linear, Sequential, load_mnist_small
    >>> digits, rng = load_mnist_small(), np.random.default_rng(0)
    >>> model = Sequential(Flatten(), Linear(784, 10, rng=rng))
    >>> optimizer = SGD(model.parameters(), lr=0.1)
    >>> history = fit(
    ...     model, digits.train, optimizer=optimizer, epochs=5, batch_size=50, rng=rng
    ... )
    >>> len(history.step_loss), history.loss[-1] < history.loss[0]
    (100, True)
    """
    check_model(model)
    _check_optimizer(optimizer, model)
    train = check_data("train", train)
    validation = None if validation is None else check_data("validation", validation)
    epochs = _checks.integer("epochs", epochs, minimum=1)
    batch_size = _checks.integer("batch_size", batch_size, minimum=1)
    _check_functions(schedule, callbacks)
    run = Run(model, optimizer, History(), epochs * math.ceil(len(train[0]) / batch_size))
    full_lr = optimizer.lr
    with progress_bar(run.steps, progress) as bar:
        try:
            for _ in _steps(run, train, validation, epochs, batch_size, schedule, rng):
                for callback in callbacks:
                    callback(run)
                bar.set_description(f"epoch {run.epoch + (not run.epoch_done)}", refresh=False)
                bar.update()
                if run.stop:
                    break
        except KeyboardInterrupt:
            run.history.interrupted = True
        finally:
            optimizer.lr = full_lr
    return run.history


def _steps(run, train, validation, epochs, batch_size, schedule, rng):
    """Do one step of training each time the caller asks for the next item."""
    full_lr, history = run.optimizer.lr, run.history
    steps_per_epoch = run.steps // epochs
    for _ in range(epochs):
        seen = []
        for x, y in minibatches(*train, batch_size, rng=rng):
            if schedule is not None:
                run.optimizer.lr = full_lr * _factor(schedule, run.step / run.steps)
            loss, correct = _step(run, x, y)
            history.step_loss.append(loss)
            history.step_lr.append(run.optimizer.lr)
            seen.append((loss * len(y), correct))
            run.step += 1
            run.epoch_done = run.step % steps_per_epoch == 0
            if run.epoch_done:
                run.epoch += 1
                _end_epoch(run, np.sum(seen, axis=0) / len(train[1]), validation)
            yield


def _step(run, x, y):
    """Return the loss of a minibatch and how many were recognised, then change the weights."""
    logits = run.model.forward(x.astype(run.model.dtype, copy=False))
    loss = float(cross_entropy(logits, y))
    if not math.isfinite(loss):
        raise FloatingPointError(
            f"the loss became {loss} in step {run.step + 1}; {_suspect(run, x)}"
        )
    run.model.backward(cross_entropy_backward(logits, y), need_grad_x=False)
    run.optimizer.step()
    return loss, np.count_nonzero(logits.argmax(axis=1) == y)


def _factor(schedule, progress):
    return _checks.number(f"schedule({progress:.3g})", schedule(progress), minimum=0)


def _suspect(run, x):
    """Say what may have made the loss of these images infinite or NaN."""
    if not np.isfinite(x).all():
        return "the images hold NaN or infinity"
    if not run.step:
        return "the images or the initial weights are too large, or the weights not finite"
    return f"a learning rate below {run.optimizer.lr:.3g} may prevent it"


def _end_epoch(run, means, validation):
    history = run.history
    history.loss.append(float(means[0]))
    history.accuracy.append(float(means[1]))
    if validation is not None:
        measured = evaluate(run.model, validation)
        history.validation_loss.append(measured.loss)
        history.validation_accuracy.append(measured.accuracy)


def _check_optimizer(optimizer, model):
    if not hasattr(optimizer, "parameters") or not hasattr(optimizer, "step"):
        raise TypeError(f"optimizer must be an SGD or an Adam, got {optimizer!r}")
    if not {id(p) for p in optimizer.parameters} & {id(p) for p in model.parameters()}:
        raise ValueError("optimizer must be built on model.parameters(), but has others")


def _check_functions(schedule, callbacks):
    if schedule is not None and not callable(schedule):
        raise TypeError(f"schedule must be a function of the progress, got {schedule!r}")
    if not isinstance(callbacks, (tuple, list)) or not all(map(callable, callbacks)):
        raise TypeError(f"callbacks must be a sequence of functions, got {callbacks!r}")
