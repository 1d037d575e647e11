"""Sizes and counts: how long an output is, what it sees, and what a layer costs.

Every length is in pixels and belongs to one axis unless a pair says otherwise.
"""

from typing import NamedTuple

from cnnlib import _checks

__all__ = [
    "Field",
    "conv_parameters",
    "dense_parameters",
    "locally_connected_parameters",
    "multiply_adds",
    "output_size",
    "receptive_field",
    "same_padding",
    "transposed_output_size",
]


def output_size(input_size, kernel_size, *, stride=1, padding=0, dilation=1, ceil_mode=False):
    """Return the length of one output axis of a convolution or pooling.

    Parameters
    ----------
    input_size, kernel_size : int
        Length of the input and of the kernel along the axis, in pixels.
    stride, dilation : int, optional
        Step between windows and spacing between kernel taps, in pixels. A dilation of 1 means
        contiguous taps.
    padding : int or (int, int), optional
        Pixels added on *each* side, or (before, after).
    ceil_mode : bool, optional
        Round the number of steps up instead of down, as pooling may: the last window then hangs
        over the end, but it still starts inside the input or the padding before it.

    Returns
    -------
    int
        ``(input_size + before + after - dilation*(kernel_size - 1) - 1) // stride + 1``.

    Raises
    ------
    ValueError
        If the dilated kernel is longer than the padded input, or an argument is out of range.
    TypeError
        If a length is not an integer, or `ceil_mode` not a bool.

    References
    ----------
    Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", 2016,
    arXiv:1603.07285. Derived in chapter 7.

    Examples
    --------
    >>> output_size(28, 5, padding=2)
    28
    >>> output_size(10, 3, stride=2), output_size(10, 3, stride=2, ceil_mode=True)
    (4, 5)
    """
    input_size = _checks.integer("input_size", input_size, minimum=1)
    kernel_size = _checks.integer("kernel_size", kernel_size, minimum=1)
    stride = _checks.integer("stride", stride, minimum=1)
    dilation = _checks.integer("dilation", dilation, minimum=1)
    before, after = _checks.pair("padding", padding, minimum=0, axes="(before, after)")
    ceil_mode = _checks.flag("ceil_mode", ceil_mode)
    span = dilation * (kernel_size - 1) + 1
    slack = input_size + before + after - span
    size = (slack + stride - 1 if ceil_mode else slack) // stride + 1
    if ceil_mode and (size - 1) * stride >= input_size + before:
        size -= 1
    if size < 1:
        raise ValueError(
            f"kernel spans {span} pixels but the padded input has {input_size + before + after} "
            f"(kernel_size {kernel_size}, dilation {dilation}, input_size {input_size}, "
            f"padding {padding})"
        )
    return size


def same_padding(input_size, kernel_size, *, stride=1, dilation=1):
    """Return the padding (before, after) that gives ``ceil(input_size / stride)`` outputs.

    With stride 1 this is the padding of PyTorch's and TensorFlow's ``"same"``; PyTorch defines
    no other. With a larger stride it is TensorFlow's, which depends on the input's length. An
    odd total puts its extra pixel after the input in both frameworks.

    Parameters
    ----------
    input_size, kernel_size : int
        Length of the input and of the kernel along the axis, in pixels.
    stride, dilation : int, optional
        Step between windows and spacing between kernel taps, in pixels.

    Returns
    -------
    (int, int)
        Pixels to add before and after the input.

    Raises
    ------
    ValueError, TypeError
        If an argument is not an integer of at least 1.

    References
    ----------
    TensorFlow, "tf.nn: notes on padding". Derived in chapters 6 and 7.

    Examples
    --------
    >>> same_padding(28, 5)
    (2, 2)
    >>> same_padding(6, 3, stride=2)
    (0, 1)
    """
    input_size = _checks.integer("input_size", input_size, minimum=1)
    kernel_size = _checks.integer("kernel_size", kernel_size, minimum=1)
    stride = _checks.integer("stride", stride, minimum=1)
    dilation = _checks.integer("dilation", dilation, minimum=1)
    last_start = (-(-input_size // stride) - 1) * stride
    total = max(last_start + dilation * (kernel_size - 1) + 1 - input_size, 0)
    return total // 2, total - total // 2


def transposed_output_size(
    input_size, kernel_size, *, stride=1, padding=0, output_padding=0, dilation=1
):
    """Return the length of one output axis of a transposed convolution.

    Parameters
    ----------
    input_size, kernel_size : int
        Length of the input and of the kernel along the axis, in pixels.
    stride, padding, dilation : int, optional
        Those of the convolution whose adjoint this is; `padding`, or (before, after), is what the
        result loses on each side.
    output_padding : int, optional
        Pixels added after the result: which of the `stride` input lengths that the convolution
        maps to `input_size` is meant. Smaller than `stride` or `dilation`.

    Returns
    -------
    int
        ``(input_size - 1)*stride - before - after + dilation*(kernel_size - 1)
        + output_padding + 1``.

    Raises
    ------
    ValueError
        If nothing is left of the output, or an argument is out of range.
    TypeError
        If an argument is not an integer.

    References
    ----------
    Dumoulin and Visin, arXiv:1603.07285, relationship 14. Derived in chapter 7.

    Examples
    --------
    >>> transposed_output_size(4, 3, stride=2), output_size(9, 3, stride=2)
    (9, 4)
    """
    input_size = _checks.integer("input_size", input_size, minimum=1)
    kernel_size = _checks.integer("kernel_size", kernel_size, minimum=1)
    stride = _checks.integer("stride", stride, minimum=1)
    dilation = _checks.integer("dilation", dilation, minimum=1)
    before, after = _checks.pair("padding", padding, minimum=0, axes="(before, after)")
    output_padding = _checks.integer("output_padding", output_padding, minimum=0)
    if output_padding >= max(stride, dilation):
        raise ValueError(
            f"output_padding must be smaller than stride or dilation, got output_padding "
            f"{output_padding} with stride {stride} and dilation {dilation}"
        )
    span = dilation * (kernel_size - 1) + 1
    size = (input_size - 1) * stride + span - before - after + output_padding
    if size < 1:
        raise ValueError(
            f"padding {padding} crops the whole output of {size + before + after} pixels"
        )
    return size


class Field(NamedTuple):
    """What one output of a layer sees along one axis, in input pixels.

    Attributes
    ----------
    size : int
        Length of the receptive field.
    jump : int
        Distance between the fields of neighbouring outputs.
    start : int
        First pixel of the field of output 0; negative inside the padding.
    """

    size: int
    jump: int
    start: int

    @property
    def center(self):
        """Middle of the field of output 0, in input pixels."""
        return self.start + (self.size - 1) / 2


def receptive_field(layers):
    """Return the receptive field after each layer of a stack, along one axis.

    Parameters
    ----------
    layers : sequence of tuple of int
        One ``(kernel_size, stride, padding, dilation)`` for each convolution or pooling, first
        layer first; what is left out at the end is stride 1, padding 0, dilation 1.

    Returns
    -------
    list of Field
        ``(size, jump, start)`` after each layer: ``size`` grows by
        ``dilation*(kernel_size - 1)*jump``, ``start`` falls by ``padding*jump``, then ``jump`` is
        multiplied by the stride.

    Raises
    ------
    ValueError
        If a layer does not have one to four entries, or one is too small.
    TypeError
        If `layers` is not a sequence, or an entry is not an integer.

    References
    ----------
    Araujo, Norris and Sim, "Computing receptive fields of convolutional neural networks",
    Distill, 2019. Derived in chapter 10.

    Examples
    --------
    LeNet-5: convolution 5, pooling 2, convolution 5, pooling 2, convolution 5.

    >>> [field.size for field in receptive_field([(5,), (2, 2), (5,), (2, 2), (5,)])]
    [5, 6, 14, 16, 32]
    """
    fields, size, jump, start = [], 1, 1, 0
    for i, layer in enumerate(_checks.sequence("layers", layers, "tuples of integers")):
        if not isinstance(layer, (tuple, list)) or not 1 <= len(layer) <= 4:
            raise ValueError(
                f"layers[{i}] must be (kernel_size, stride, padding, dilation), the last three "
                f"optional, got {layer!r}"
            )
        kernel_size, stride, padding, dilation = (*layer, *(1, 0, 1)[len(layer) - 1 :])
        kernel_size = _checks.integer(f"kernel_size of layers[{i}]", kernel_size, minimum=1)
        stride = _checks.integer(f"stride of layers[{i}]", stride, minimum=1)
        padding = _checks.integer(f"padding of layers[{i}]", padding, minimum=0)
        dilation = _checks.integer(f"dilation of layers[{i}]", dilation, minimum=1)
        size += dilation * (kernel_size - 1) * jump
        start -= padding * jump
        jump *= stride
        fields.append(Field(size, jump, start))
    return fields


def dense_parameters(in_features, out_features, *, bias=True):
    """Return the number of parameters of a dense layer.

    Parameters
    ----------
    in_features, out_features : int
        Number of inputs and of units.
    bias : bool, optional
        Whether each unit has a bias.

    Returns
    -------
    int
        ``(in_features + 1) * out_features`` with biases.

    Raises
    ------
    ValueError, TypeError
        If a count is not an integer of at least 1, or `bias` not a bool.

    References
    ----------
    Derived in chapter 2.

    Examples
    --------
    >>> dense_parameters(28 * 28, 1000)
    785000
    """
    in_features = _checks.integer("in_features", in_features, minimum=1)
    out_features = _checks.integer("out_features", out_features, minimum=1)
    return (in_features + _checks.flag("bias", bias)) * out_features


def conv_parameters(in_channels, out_channels, kernel_size, *, groups=1, bias=True):
    """Return the number of parameters of a convolution; the image's size plays no part.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input and number of filters.
    kernel_size : int or (int, int)
        Height and width of a kernel, in pixels.
    groups : int, optional
        Number of groups of channels that don't see each other; it divides both channel counts.
    bias : bool, optional
        Whether each filter has a bias.

    Returns
    -------
    int
        ``(in_channels/groups * height * width + 1) * out_channels`` with biases.

    Raises
    ------
    ValueError, TypeError
        If a count is not an integer of at least 1, `groups` does not divide both, or `bias` is
        not a bool.

    References
    ----------
    Derived in chapters 2 and 8.

    Examples
    --------
    >>> conv_parameters(3, 10, 3)
    280
    """
    filters, weights = _filters(in_channels, out_channels, kernel_size, groups)
    return filters * (weights + _checks.flag("bias", bias))


def locally_connected_parameters(
    in_channels,
    out_channels,
    kernel_size,
    *,
    input_size,
    stride=1,
    padding=0,
    dilation=1,
    bias=True,
):
    """Return the number of parameters of a convolution whose weights are not shared.

    Each output pixel has a kernel and a bias of its own.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input and of the output.
    kernel_size, input_size : int or (int, int)
        Height and width of a kernel and of the input, in pixels.
    stride, padding, dilation : int or (int, int), optional
        As in `output_size`, for each axis.
    bias : bool, optional
        Whether each output pixel has a bias.

    Returns
    -------
    int
        Output pixels times the parameters of one output pixel.

    Raises
    ------
    ValueError, TypeError
        As `output_size` and `conv_parameters`.

    References
    ----------
    Derived in chapter 2.

    Examples
    --------
    >>> locally_connected_parameters(1, 1, 5, input_size=28)
    14976
    """
    height, width = _output_sizes(input_size, kernel_size, stride, padding, dilation)
    return height * width * conv_parameters(in_channels, out_channels, kernel_size, bias=bias)


def multiply_adds(
    in_channels,
    out_channels,
    kernel_size,
    *,
    input_size,
    stride=1,
    padding=0,
    dilation=1,
    groups=1,
):
    """Return the number of multiplications, each with its addition, of a convolution of one image.

    Padded zeros count like pixels, the bias does not count. A locally connected layer takes as
    many as a convolution: sharing saves parameters, not work. A dense layer is a convolution
    whose kernel is as large as the image.

    Parameters
    ----------
    in_channels, out_channels : int
        Channels of the input and number of filters.
    kernel_size, input_size : int or (int, int)
        Height and width of a kernel and of the input, in pixels.
    stride, padding, dilation : int or (int, int), optional
        As in `output_size`, for each axis.
    groups : int, optional
        Number of groups of channels; it divides both channel counts.

    Returns
    -------
    int
        Output pixels times filters times the weights of one filter.

    Raises
    ------
    ValueError, TypeError
        As `output_size` and `conv_parameters`.

    References
    ----------
    Derived in chapter 2.

    Examples
    --------
    >>> multiply_adds(1, 8, 5, input_size=28, padding=2)
    156800

    A dense layer that reads 28×28 pixels and has 1,000 units:

    >>> multiply_adds(1, 1000, 28, input_size=28)
    784000
    """
    height, width = _output_sizes(input_size, kernel_size, stride, padding, dilation)
    filters, weights = _filters(in_channels, out_channels, kernel_size, groups)
    return height * width * filters * weights


def _filters(in_channels, out_channels, kernel_size, groups):
    """Return the number of filters and the weights of one."""
    in_channels = _checks.integer("in_channels", in_channels, minimum=1)
    out_channels = _checks.integer("out_channels", out_channels, minimum=1)
    height, width = _checks.pair("kernel_size", kernel_size, minimum=1)
    groups = _checks.integer("groups", groups, minimum=1)
    if in_channels % groups or out_channels % groups:
        raise ValueError(
            f"groups must divide both channel counts, got groups {groups} with in_channels "
            f"{in_channels} and out_channels {out_channels}"
        )
    return out_channels, in_channels // groups * height * width


def _output_sizes(input_size, kernel_size, stride, padding, dilation):
    """Return output height and width; every argument may be a pair."""
    return tuple(
        output_size(n, k, stride=s, padding=p, dilation=d)
        for n, k, s, p, d in zip(
            _checks.pair("input_size", input_size, minimum=1),
            _checks.pair("kernel_size", kernel_size, minimum=1),
            _checks.pair("stride", stride, minimum=1),
            _checks.sides("padding", padding),
            _checks.pair("dilation", dilation, minimum=1),
            strict=True,
        )
    )
