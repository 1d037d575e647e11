"""What the arguments of a convolution mean: checked once, for conv2d and its transpose."""

from math import gcd
from typing import NamedTuple

from cnnlib import _checks
from cnnlib.shapes import output_size, same_padding, transposed_output_size


class Geometry(NamedTuple):
    """The integers that fix a convolution; each pair is (vertical, horizontal), in pixels.

    `padding` is ((top, bottom), (left, right)). `input` and `output` are the sizes on the side of
    the pixels and on the side of the sums, whichever of the two an operation starts from.
    """

    input: tuple
    kernel: tuple
    stride: tuple
    padding: tuple
    dilation: tuple
    groups: int
    output: tuple


class Phase(NamedTuple):
    """The input pixels of one axis, `pixels`, that the taps `taps` reach.

    They form a convolution of the outputs of their own, with stride 1.
    """

    pixels: slice
    count: int
    taps: slice
    padding: tuple
    dilation: int


def of_convolution(x, weight, stride, padding, dilation, groups):
    """Check the arguments of conv2d; return x, weight and the geometry."""
    x, weight, groups = _arrays(x, weight, groups, "filters")
    if x.shape[1] != weight.shape[1] * groups:
        raise ValueError(
            f"input has {x.shape[1]} channels, weight expects {weight.shape[1] * groups} "
            f"(x {x.shape}, weight {weight.shape}, groups {groups})"
        )
    stride = _checks.pair("stride", stride, minimum=1)
    dilation = _checks.pair("dilation", dilation, minimum=1)
    padding = _padding(padding, x.shape[2:], weight.shape[2:], stride, dilation)
    output = tuple(
        output_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(
            x.shape[2:], weight.shape[2:], stride, padding, dilation, strict=True
        )
    )
    geometry = Geometry(x.shape[2:], weight.shape[2:], stride, padding, dilation, groups, output)
    return x, weight, geometry


def of_transposed(x, weight, stride, padding, output_padding, groups, dilation):
    """Check the arguments of conv_transpose2d; return x, weight and the convolution's geometry."""
    x, weight, groups = _arrays(x, weight, groups, "input channels")
    if x.shape[1] != len(weight):
        raise ValueError(
            f"input has {x.shape[1]} channels, weight expects {len(weight)} "
            f"(x {x.shape}, weight {weight.shape})"
        )
    stride = _checks.pair("stride", stride, minimum=1)
    dilation = _checks.pair("dilation", dilation, minimum=1)
    padding = _checks.sides("padding", padding)
    output_padding = _checks.pair("output_padding", output_padding, minimum=0)
    size = tuple(
        transposed_output_size(n, k, stride=s, padding=p, output_padding=q, dilation=d)
        for n, k, s, p, q, d in zip(
            x.shape[2:], weight.shape[2:], stride, padding, output_padding, dilation, strict=True
        )
    )
    geometry = Geometry(size, weight.shape[2:], stride, padding, dilation, groups, x.shape[2:])
    return x, weight, geometry


def phases(geometry, axis):
    """Yield the phases of one axis (0 vertical, 1 horizontal): together they reach each pixel.

    Output i meets pixel ``stride*i + dilation*u`` of the padded input by tap u. Taps that are
    ``stride / gcd(stride, dilation)`` apart meet pixels of the same remainder modulo the stride.
    These pixels form one phase; with stride 1 there is a single phase.
    """
    stride, dilation = geometry.stride[axis], geometry.dilation[axis]
    step, spacing = (n // gcd(stride, dilation) for n in (stride, dilation))
    before = geometry.padding[axis][0]
    for tap in range(min(step, geometry.kernel[axis])):
        taps = slice(tap, None, step)
        reach = spacing * (len(range(geometry.kernel[axis])[taps]) - 1)
        # Pixel m of the phase is pixel offset + stride*m of the image.
        offset = dilation * tap - before
        first = max(0, -(offset // stride))
        stop = min(geometry.output[axis] + reach, -((offset - geometry.input[axis]) // stride))
        if first < stop:
            start = offset + stride * first
            pixels = slice(start, start + stride * (stop - first - 1) + 1, stride)
            padding = (reach - first, stop - geometry.output[axis])
            yield Phase(pixels, stop - first, taps, padding, spacing)


def _arrays(x, weight, groups, filters):
    x, weight = _checks.image_batch("x", x), _checks.array("weight", weight)
    if weight.ndim != 4 or 0 in weight.shape:
        raise ValueError(
            f"weight must have 4 axes (F, C/groups, KH, KW), none of them empty, got shape "
            f"{weight.shape}"
        )
    groups = _checks.integer("groups", groups, minimum=1)
    if len(weight) % groups:
        raise ValueError(f"groups must divide the {len(weight)} {filters} of weight, got {groups}")
    return x, weight, groups


def _padding(padding, input_, kernel, stride, dilation):
    """Return any padding of conv2d as ((top, bottom), (left, right))."""
    if not isinstance(padding, str):
        return _checks.sides("padding", padding)
    if _checks.choice("padding", padding, ("same", "valid")) == "valid":
        return (0, 0), (0, 0)
    if stride != (1, 1):
        raise ValueError(
            f"padding='same' is defined for stride 1, got stride {stride}; "
            "cnnlib.same_padding gives TensorFlow's padding for a larger stride"
        )
    return tuple(
        same_padding(n, k, dilation=d) for n, k, d in zip(input_, kernel, dilation, strict=True)
    )
