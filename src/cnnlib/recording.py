"""A training run to look back at: losses, snapshots of the weights, confusion matrices."""

import copy

import numpy as np

from cnnlib import _checks, _npz
from cnnlib.evaluation import check_data, confusion_matrix, predict
from cnnlib.layers import Sequential
from cnnlib.losses import cross_entropy

__all__ = ["Recording"]

SAVED = ("total", "loss", "steps", "codes", "scales", "validation_loss", "confusion")
LEVELS = 127  # a weight is kept as one of the whole numbers from −127 to 127


class Recording:
    """What a training run left behind; `fit` calls it after every step.

    Snapshots are denser at the start, where most happens: after step 1, after the last
    step, and in between so that their square roots are equally far apart. Each parameter
    array is kept in 8 bits: whole numbers from −127 to 127 times its largest size / 127.

    Parameters
    ----------
    validation : (x, y), optional
        Images (N, C, H, W) and int labels (N,) to measure the network with at each
        snapshot. Without them nothing can be recorded, only looked at.
    count : int, optional
        How many snapshots, at least 2.

    Attributes
    ----------
    model : Sequential or None
        The network whose weights were recorded.
    total : int
        Steps of the whole run.
    loss : list of float
        Loss of each minibatch.
    steps : list of int
        After which steps the snapshots were taken.
    codes : list of int8 array of shape (parameters,)
        The weights of each snapshot, one array after another.
    scales : list of float32 array
        What the whole numbers of each parameter array are multiplied by.
    validation_loss : list of float
        Loss of the validation images at each snapshot.
    confusion : list of int array of shape (classes, classes)
        Confusion matrix of the validation images at each snapshot.

    Raises
    ------
    TypeError, ValueError
        If the arguments don't fit each other.

    References
    ----------
    Used in chapter 13.

    Examples
    --------
    >>> from cnnlib import SGD, Flatten, Linear, fit, load_mnist_small
    >>> digits, rng = load_mnist_small(), np.random.default_rng(0)
    >>> model = Sequential(Flatten(), Linear(784, 10, rng=rng))
    >>> optimizer = SGD(model.parameters(), lr=0.1)
    >>> recording = Recording(digits.validation, count=4)
    >>> history = fit(
    ...     model,
    ...     digits.train,
    ...     optimizer=optimizer,
    ...     epochs=5,
    ...     batch_size=50,
    ...     rng=rng,
    ...     callbacks=[recording],
    ... )
    >>> recording.steps, len(recording.loss)
    ([1, 16, 49, 100], 100)
    >>> kept, exact = (m["linear1"].weight.value for m in (recording.network(-1), model))
    >>> bool(np.abs(kept - exact).max() <= 0.5001 * recording.scales[-1][0])
    True
    """

    def __init__(self, validation=None, *, count=24):
        self.validation = None if validation is None else check_data("validation", validation)
        self.count = _checks.integer("count", count, minimum=2)
        self._restart(None, 0)

    def _restart(self, model, total):
        self.model, self.total = model, total
        self.loss, self.steps, self.codes, self.scales = [], [], [], []
        self.validation_loss, self.confusion = [], []

    def __call__(self, run):
        """Take down a step; return whether a snapshot was taken.

        A new training starts the recording anew.
        """
        if self.validation is None:
            raise ValueError("a recording needs validation images: Recording(validation)")
        if run.step <= len(self.loss) or run.model is not self.model:
            self._restart(run.model, run.steps)
        self.loss = list(run.history.step_loss)
        if run.step not in self._marks() and not run.stop:
            return False
        self._take(run)
        return True

    def _marks(self):
        roots = np.linspace(1, np.sqrt(self.total), self.count)
        return set(np.rint(roots**2).astype(int).tolist())

    def _take(self, run):
        x, y = self.validation
        logits = predict(run.model, x)
        values = [parameter.value for parameter in run.model.parameters()]
        scales = np.array([np.abs(v).max() / LEVELS or 1 for v in values], np.float32)
        codes = [
            np.rint(v / s).astype(np.int8).ravel() for v, s in zip(values, scales, strict=True)
        ]
        self.steps.append(run.step)
        self.codes.append(np.concatenate(codes))
        self.scales.append(scales)
        self.validation_loss.append(float(cross_entropy(logits, y)))
        classes = logits.shape[1]
        self.confusion.append(confusion_matrix(y, logits.argmax(axis=1), classes=classes))

    def accuracy(self):
        """Return the share of validation images recognised at each snapshot, as a list."""
        return [float(np.trace(matrix) / matrix.sum()) for matrix in self.confusion]

    def network(self, index):
        """Return a network with the weights of a snapshot.

        Parameters
        ----------
        index : int
            Which snapshot, from 0; negative ones count from the end.

        Returns
        -------
        Sequential

        Raises
        ------
        TypeError
            If `index` is not an integer.
        IndexError
            If there is no such snapshot.
        """
        index, count = _checks.integer("index", index), len(self.steps)
        if not -count <= index < count:
            raise IndexError(f"index must be one of the {count} snapshots, got {index}")
        codes, scales = self.codes[index], self.scales[index]
        model, start = copy.deepcopy(self.model), 0
        for parameter, scale in zip(model.parameters(), scales, strict=True):
            size, shape = parameter.value.size, parameter.value.shape
            parameter.value[...] = codes[start : start + size].reshape(shape) * scale
            start += size
        return model

    def save(self, path):
        """Write the recording to a file that `numpy.load` can read, too.

        Parameters
        ----------
        path : str or path-like
            File to write, usually with the suffix ``.npz``, which is not added; it is replaced
            if it exists.

        Raises
        ------
        ValueError
            If there is no snapshot yet.
        """
        if not self.steps:
            raise ValueError("there is nothing to save: the recording has no snapshot yet")
        floats = {"loss": np.float32, "validation_loss": np.float32}
        arrays = {name: np.array(getattr(self, name), floats.get(name)) for name in SAVED}
        _npz.write(path, arrays, compress=True)

    @classmethod
    def load(cls, path, model):
        """Return the recording from a file that `save` wrote.

        Parameters
        ----------
        path : str or path-like
            File to read.
        model : Sequential
            A network of the kind that was recorded, whatever its weights.

        Returns
        -------
        Recording

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        TypeError, ValueError
            If `model` is no Sequential or has another number of parameters, or if the file is
            damaged or holds no recording.
        """
        if not isinstance(model, Sequential):
            raise TypeError(f"model must be a Sequential, got {model!r}")
        arrays = _npz.read(path)
        missing = [name for name in SAVED if name not in arrays]
        if missing:
            raise ValueError(f"{path} holds no recording: it lacks {', '.join(missing)}")
        recording = cls()
        recording._restart(model, int(arrays["total"]))
        for name in ("loss", "steps", "validation_loss"):
            setattr(recording, name, arrays[name].tolist())
        for name in ("codes", "scales", "confusion"):
            setattr(recording, name, list(arrays[name]))
        found, size = arrays["codes"].shape[-1], sum(p.value.size for p in model.parameters())
        if found != size:
            raise ValueError(f"{path} holds {found} parameters, but the model has {size}")
        recording.count = len(recording.steps)
        return recording
