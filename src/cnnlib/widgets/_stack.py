"""What one unit of a stack sees: checks, sizes, and the gradient, for the stack builder."""

import numpy as np
import traitlets

from ..conv import conv2d_backward
from ..pool import avg_pool2d_backward
from ..shapes import conv_parameters, multiply_adds, output_size, receptive_field
from ._arguments import plain

KINDS = ["conv", "max pool", "average pool"]
LIMITS = {
    "kernel": (1, 11),
    "stride": (1, 4),
    "padding": (0, 8),
    "dilation": (1, 16),
    "channels": (1, 512),
}
MOST_LAYERS = 20


class Layers(traitlets.List):
    """A trait that holds the layers of a stack, each a dict with its kind and five numbers."""

    def __init__(self, default):
        super().__init__(default_value=default)
        self.tag(sync=True)

    def validate(self, obj, value):
        if not isinstance(value, list | tuple) or not 1 <= len(value) <= MOST_LAYERS:
            raise ValueError(f"layers must be a list of 1 to {MOST_LAYERS} layers, got {value!r}")
        return [checked(layer, f"layers[{i}]") for i, layer in enumerate(value)]


def conv(kernel, channels, *, stride=1, padding=0, dilation=1):
    """Return a convolution as the stack builder describes it."""
    named = {"kernel": kernel, "stride": stride, "padding": padding, "dilation": dilation}
    return {"kind": "conv", **named, "channels": channels}


def pool(kind, kernel, *, stride=None, padding=0):
    """Return a pooling as the stack builder describes it; its channels are its input's."""
    named = {"kernel": kernel, "stride": stride or kernel, "padding": padding, "dilation": 1}
    return {"kind": kind, **named, "channels": 1}


def checked(layer, name):
    """Return the layer with all its numbers, or raise a ValueError that names what is wrong."""
    if not isinstance(layer, dict) or layer.get("kind") not in KINDS:
        raise ValueError(f"{name} must be a dict with a kind of {KINDS}, got {layer!r}")
    if unknown := set(layer) - {"kind", *LIMITS}:
        raise ValueError(
            f"{name} has no {sorted(unknown)[0]!r}; it takes kind, {', '.join(LIMITS)}"
        )
    full = conv(3, 1) | {key: plain(value) for key, value in layer.items()}
    for number, (low, high) in LIMITS.items():
        if type(full[number]) is not int or not low <= full[number] <= high:
            raise ValueError(
                f"{number} of {name} must be an integer from {low} to {high}, got {full[number]!r}"
            )
    if full["kind"] != "conv" and (full["dilation"] > 1 or full["padding"] > full["kernel"] // 2):
        raise ValueError(
            f"{name} is a pool: its dilation must be 1 and its padding at most half its kernel, "
            f"got {layer!r}"
        )
    return full


def table(layers, size, channels):
    """Return one dict a layer: size, channels, field, parameters, multiply_adds.

    It ends before the first layer that does not fit into its input.
    """
    rows = []
    geometry = [(one["kernel"], one["stride"], one["padding"], one["dilation"]) for one in layers]
    for layer, field in zip(layers, receptive_field(geometry), strict=True):
        options = {name: layer[name] for name in ("stride", "padding", "dilation")}
        try:
            after = output_size(size, layer["kernel"], **options)
        except ValueError:
            break
        row = {"size": after, "field": field, "parameters": 0, "multiply_adds": 0}
        if layer["kind"] == "conv":
            shape = channels, layer["channels"], layer["kernel"]
            row["parameters"] = conv_parameters(*shape)
            row["multiply_adds"] = multiply_adds(*shape, input_size=size, **options)
            channels = layer["channels"]
        size = after
        rows.append(row | {"channels": channels})
    return rows


def random_weights(draw, layer, kernel):
    """Return the weights (kernel, kernel) of one draw: mean 0, variance 1/kernel², uniform.

    A hash of three counts, so that the browser draws the very same numbers.
    """
    with np.errstate(over="ignore"):
        taps = np.arange(1, kernel**2 + 1, dtype=np.uint32)
        h = taps * np.uint32(0xC2B2AE3D)
        h ^= np.uint32((draw + 1) * 0x9E3779B1 % 2**32 ^ (layer + 1) * 0x85EBCA77 % 2**32)
        h = (h ^ (h >> 15)) * np.uint32(0x2C1B3C6D)
        h = (h ^ (h >> 12)) * np.uint32(0x297A2D39)
        h ^= h >> 15
    return ((2.0 * h) / 2**32 - 1).reshape(kernel, kernel) * (np.sqrt(3) / kernel)


def gradient(layers, size, unit, *, draw=None):
    """Return the gradient (size, size) of one unit with respect to the picture.

    Convolutions have equal weights that add up to 1, or with a `draw` random ones. A maximum pool
    gives every pixel of its window the same share, as an average pool does: which pixel wins
    depends on the picture, and without one each is as likely as the others.
    """
    sizes = [size, *(row["size"] for row in table(layers, size, 1))]
    grad = np.zeros((1, 1, sizes[-1], sizes[-1]))
    grad[0, 0, unit[0], unit[1]] = 1
    for i, layer in reversed(list(enumerate(layers))):
        x, k = np.zeros((1, 1, sizes[i], sizes[i])), layer["kernel"]
        options = {"stride": layer["stride"], "padding": layer["padding"]}
        if layer["kind"] == "conv":
            weight = np.full((k, k), 1 / k**2) if draw is None else random_weights(draw, i, k)
            options["dilation"] = layer["dilation"]
            grad = conv2d_backward(grad, x, weight[None, None], **options)[0]
        else:
            grad = avg_pool2d_backward(grad, x, k, **options)
    return grad[0, 0]


def concentration(values, top, left, field):
    """Return (share, deviation) of non-negative values (H, W) over a box of side `field`.

    The share is what falls into the middle half of the box's height and width, a quarter of its
    area (cut pixels count in part); the deviation is the standard deviation along an axis.
    """
    total = values.sum()
    if not total > 0:
        return None, None

    def middle(start, length):
        place = np.arange(length)
        low, high = start + field / 4, start + 3 * field / 4
        return np.clip(np.minimum(place + 1, high) - np.maximum(place, low), 0, None)

    share = middle(top, values.shape[0]) @ values @ middle(left, values.shape[1]) / total
    variances = []
    for axis in (0, 1):
        density, place = values.sum(axis=1 - axis) / total, np.arange(values.shape[axis])
        variances.append(density @ (place - density @ place) ** 2)
    return share, np.sqrt(np.mean(variances))


def overhang(top, left, field, size):
    """Return how far a box hangs over the picture's borders, in words; "" where it lies inside."""
    sides = {
        "top": -top,
        "bottom": top + field - size,
        "left": -left,
        "right": left + field - size,
    }
    over = [(pixels, f"the {side}") for side, pixels in sides.items() if pixels > 0]
    if len(over) == 4 and len({pixels for pixels, _ in over}) == 1:
        over = [(over[0][0], "every border")]
    words = [f"{pixels} over {side}" for pixels, side in over]
    if over:
        words[0] = f"{some(over[0][0])} over {over[0][1]}"
    return ", ".join(words)


def some(pixels):
    """Return a number of pixels in words.

    >>> some(1), some(2)
    ('1 pixel', '2 pixels')
    """
    return f"{pixels} pixel{'s' * (pixels != 1)}"


def _vgg16():
    layers = []
    for repeats, channels in ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)):
        layers += [conv(3, channels, padding=1)] * repeats + [pool("max pool", 2)]
    return layers


# Each with the side and the channels of its input. The maps of AlexNet's second layer are computed
# here from all maps below; the published network did so in two halves, for want of memory.
PRESETS = {
    "three 3×3": {"size": 64, "channels": 64, "layers": [conv(3, 64, padding=1)] * 3},
    "one 7×7": {"size": 64, "channels": 64, "layers": [conv(7, 64, padding=3)]},
    "ten 3×3": {"size": 64, "channels": 64, "layers": [conv(3, 64, padding=1)] * 10},
    "dilations 1-2-4-8": {
        "size": 64,
        "channels": 64,
        "layers": [conv(3, 64, padding=d, dilation=d) for d in (1, 2, 4, 8)],
    },
    "LeNet-5": {
        "size": 32,
        "channels": 1,
        "layers": [
            conv(5, 6),
            pool("average pool", 2),
            conv(5, 16),
            pool("average pool", 2),
            conv(5, 120),
        ],
    },
    "AlexNet, first layers": {
        "size": 227,
        "channels": 3,
        "layers": [
            conv(11, 96, stride=4),
            pool("max pool", 3, stride=2),
            conv(5, 256, padding=2),
            pool("max pool", 3, stride=2),
            conv(3, 384, padding=1),
        ],
    },
    "VGG-16": {"size": 224, "channels": 3, "layers": _vgg16()},
}
