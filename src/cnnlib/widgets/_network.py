"""A network written down for the front end: its layers as JSON, its weights as bytes."""

import numpy as np

from ..layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential


def describe(model):
    """Return the layers of a network and its weights, as network.js reads them.

    Parameters
    ----------
    model : Sequential
        Of `Conv2d`, `MaxPool2d`, `ReLU`, `Flatten` and `Linear`, without dilation or groups.

    Returns
    -------
    list of dict
        One for each layer: ``name``, ``kind``, its geometry, and where its weight and bias start.
    bytes
        All weights and biases, little-endian float32.

    Raises
    ------
    TypeError, ValueError
        If `model` is no `Sequential` or holds a layer that the front end cannot run.

    Examples
    --------
    >>> layers, weights = describe(Sequential(Linear(4, 2, rng=np.random.default_rng(0))))
    >>> layers, len(weights)
    ([{'name': 'linear1', 'kind': 'linear', 'shape': [2, 4], 'weight': 0, 'bias': 8}], 40)
    """
    if not isinstance(model, Sequential):
        raise TypeError(f"model must be a Sequential, got {model!r}")
    layers, values, start = [], [], 0
    for name, layer in model.leaves():
        described = {"name": name, "kind": layer.kind, **_geometry(layer)}
        if isinstance(layer, (Conv2d, Linear)):
            described |= {"shape": list(layer.weight.value.shape), "weight": start, "bias": None}
            for key, parameter in layer.named_parameters().items():
                described[key] = start
                values.append(parameter.value.ravel())
                start += parameter.value.size
        layers.append(described)
    return layers, np.concatenate([*values, []]).astype("<f4").tobytes()


def _geometry(layer):
    if type(layer) in (ReLU, Flatten, Linear):
        return {}
    if type(layer) is Conv2d:
        geometry = layer.geometry
        if geometry["groups"] == 1 and geometry["dilation"] == (1, 1):
            if geometry["padding"] == "valid":
                geometry = geometry | {"padding": ((0, 0), (0, 0))}
            if geometry["padding"] != "same":
                return {key: _lists(geometry[key]) for key in ("stride", "padding")}
    if type(layer) is MaxPool2d:
        options = layer.options
        if options["dilation"] in (1, (1, 1)) and not options["ceil_mode"]:
            stride = options["stride"] or layer.kernel_size
            sides = {"window": layer.kernel_size, "stride": stride, "padding": options["padding"]}
            return {key: np.broadcast_to(side, 2).tolist() for key, side in sides.items()}
    raise ValueError(
        "model must consist of Conv2d and MaxPool2d with neither groups, dilation, ceil_mode nor "
        f"'same' padding, ReLU, Flatten and Linear, got {layer!r}"
    )


def _lists(pair):
    return np.array(pair).tolist()
