"""A network whose layers follow one another."""

from collections import Counter

import numpy as np

from cnnlib import _checks, _npz
from cnnlib.layers.base import Layer
from cnnlib.layers.summary import Row, Summary

__all__ = ["Sequential"]


class Sequential(Layer):
    """Layers in a row: each one's output is the next one's input.

    Parameters
    ----------
    *layers : Layer
        First layer first. They get names from their kind and their number within the
        kind: ``conv1``, ``pool1``, ``relu1``, ``conv2`` …

    Attributes
    ----------
    layers : dict of str to Layer
        The layers by name, in order; ``model["conv1"]`` is short for
        ``model.layers["conv1"]``.

    Raises
    ------
    TypeError, ValueError
        If there is no layer, something is not a layer, or a layer comes twice.

    References
    ----------
    The backward pass is derived in chapter 12, the whole network used in chapter 13.

    Examples
    --------
    >>> from cnnlib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
    >>> rng = np.random.default_rng(0)
    >>> model = Sequential(
    ...     Conv2d(1, 8, 5, rng=rng), MaxPool2d(2), ReLU(), Flatten(), Linear(1152, 10, rng=rng)
    ... )
    >>> model(np.zeros((3, 1, 28, 28), np.float32)).shape
    (3, 10)
    >>> model.summary((1, 28, 28))
    name      layer             output       parameters  multiply-adds
    ------------------------------------------------------------------
    input                       1 × 28 × 28
    conv1     Conv2d(1, 8, 5)   8 × 24 × 24         208        115,200
    pool1     MaxPool2d(2)      8 × 12 × 12           0              0
    relu1     ReLU()            8 × 12 × 12           0              0
    flatten1  Flatten()         1152                  0              0
    linear1   Linear(1152, 10)  10               11,530         11,520
    ------------------------------------------------------------------
    total                                        11,738        126,720
    """

    kind = "block"

    def __init__(self, *layers):
        if not layers:
            raise ValueError("Sequential needs at least one layer, got none")
        self.layers, count = {}, Counter()
        for layer in layers:
            if not isinstance(layer, Layer):
                raise TypeError(f"layers must be objects of class Layer, got {layer!r}")
            # A layer remembers one input only, so a second use would spoil the first's gradient.
            if any(layer is other for other in self.layers.values()):
                raise ValueError(f"each layer may be used once, got {layer!r} twice")
            count[layer.kind] += 1
            self.layers[f"{layer.kind}{count[layer.kind]}"] = layer

    def __getitem__(self, name):
        return self.layers[_checks.choice("name", name, tuple(self.layers))]

    # Python would iterate by model[0], model[1], …, which are no names.
    __iter__ = None

    def __call__(self, x):
        """Return the network's output for `x`; nothing is remembered."""
        for name, layer in self.leaves():
            x = _run(name, layer, x)
        return x

    def leaves(self):
        """Yield name and layer in the order they run, those of an inner `Sequential` one by one.

        Yields
        ------
        (str, Layer)
        """
        for name, layer in self.layers.items():
            if isinstance(layer, Sequential):
                yield from ((f"{name}.{inner}", leaf) for inner, leaf in layer.leaves())
            else:
                yield name, layer

    def trace(self, x):
        """Yield the name and the output of each layer in turn; nothing is remembered.

        Parameters
        ----------
        x : array of shape (N, ...)
            Input of the first layer.

        Yields
        ------
        (str, ndarray)
        """
        for name, layer in self.leaves():
            x = _run(name, layer, x)
            yield name, x

    def forward(self, x):
        """Return the network's output for `x`; every layer remembers its input."""
        for name, layer in self.layers.items():
            x = _run(name, layer.forward, x)
        self._input = x
        return x

    def gradient(self, grad, x, *, need_grad_x=True):
        """Go back through the layers; called by `backward`."""
        layers = list(self.layers.values())
        if not need_grad_x:
            # Below the first layer that learns, no gradient is of any use.
            while len(layers) > 1 and not layers[0].parameters():
                del layers[0]
        for layer in layers[:0:-1]:
            grad = layer.backward(grad)
        return layers[0].backward(grad, need_grad_x=need_grad_x)

    def named_parameters(self):
        """Return the parameters as a dict: ``{"conv1.weight": Parameter, …}``."""
        return {
            f"{name}.{key}": parameter
            for name, layer in self.layers.items()
            for key, parameter in layer.named_parameters().items()
        }

    def summary(self, input_shape):
        """Return a table of output shapes, parameters and multiply-adds.

        Parameters
        ----------
        input_shape : tuple of int
            Shape of one image, (C, H, W), without the batch.

        Returns
        -------
        Summary
            Shown as a table in a notebook; its ``rows``, ``parameters`` and
            ``multiply_adds`` hold the numbers.

        Raises
        ------
        TypeError, ValueError
            If the shape is no tuple of positive integers, or doesn't fit a layer.
        """
        if not isinstance(input_shape, (tuple, list)) or not input_shape:
            raise TypeError(f"input_shape must be a tuple such as (1, 28, 28), got {input_shape!r}")
        shape = tuple(_checks.integer("input_shape", n, minimum=1) for n in input_shape)
        # One black image through the network: whatever a layer accepts, it is counted as it runs.
        outputs = self.trace(np.zeros((1, *shape), self.dtype))
        rows = (
            Row(
                name,
                repr(layer),
                y.shape[1:],
                sum(p.value.size for p in layer.parameters()),
                layer.multiply_adds(y.shape[1:]),
            )
            for (name, layer), (_, y) in zip(self.leaves(), outputs, strict=True)
        )
        return Summary(shape, tuple(rows))

    def save(self, path):
        """Write the parameters to a file that `numpy.load` can read, too.

        Parameters
        ----------
        path : str or path-like
            File to write, usually with the suffix ``.npz``, which is not added; it is replaced
            if it exists.
        """
        values = {name: parameter.value for name, parameter in self.named_parameters().items()}
        _npz.write(path, values)

    def load(self, path):
        """Take the parameters from a file that `save` wrote.

        The file must fit the network: the same names and shapes. If it doesn't, the
        network stays as it was.

        Parameters
        ----------
        path : str or path-like
            File to read.

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is damaged, or holds other names, shapes or kinds of numbers than
            the network has; the message lists the differences.
        """
        parameters, values = self.named_parameters(), _npz.read(path)
        problems = _differences(parameters, values)
        if problems:
            raise ValueError(f"{path} does not fit this network: {'; '.join(problems)}")
        for name, parameter in parameters.items():
            parameter.value[...] = values[name]

    def __repr__(self):
        lines = "".join(f"    {name}: {layer!r}\n" for name, layer in self.layers.items())
        return f"Sequential(\n{lines})"


def _run(name, function, x):
    """Apply a layer, and say which one it was if it doesn't like its input."""
    try:
        return function(x)
    except (TypeError, ValueError) as error:
        kind = TypeError if isinstance(error, TypeError) else ValueError
        raise kind(f"{name}: {error}") from error


def _differences(parameters, values):
    problems = [f"the file lacks {name}" for name in parameters if name not in values]
    problems += [f"the network lacks {name}" for name in values if name not in parameters]
    for name, have in values.items():
        if name not in parameters:
            continue
        want = parameters[name].value
        if have.shape != want.shape:
            problems.append(f"{name} is {have.shape} in the file, {want.shape} in the network")
        elif have.dtype.kind != "f":
            problems.append(f"{name} holds {have.dtype} in the file, not floats")
    return problems
