import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cnnlib import shapes
from cnnlib.shapes import (
    Field,
    conv_parameters,
    dense_parameters,
    locally_connected_parameters,
    multiply_adds,
    output_size,
    receptive_field,
    same_padding,
    transposed_output_size,
)

lengths = st.integers(1, 30)
small = st.integers(1, 5)
paddings = st.integers(0, 4)


def starts_that_fit(n, k, s, p, d):
    """Count windows by looking: every start at which the last tap is still inside."""
    return sum(1 for start in range(0, n + sum(p), s) if start + d * (k - 1) < n + sum(p))


@given(lengths, small, small, st.tuples(paddings, paddings), small)
def test_output_size_is_the_number_of_windows_that_fit(n, k, s, p, d):
    assume(starts_that_fit(n, k, s, p, d) > 0)
    assert output_size(n, k, stride=s, padding=p, dilation=d) == starts_that_fit(n, k, s, p, d)


def test_output_size_leaves_a_row_unused_when_the_stride_does_not_divide():
    assert output_size(10, 3, stride=2) == 4
    assert output_size(9, 3, stride=2) == 4


def test_an_int_of_padding_means_each_side():
    assert output_size(7, 3, padding=2) == output_size(7, 3, padding=(2, 2)) == 9
    assert output_size(7, 3, padding=(0, 1)) == 6


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("dilation", [1, 2])
def test_ceil_mode_counts_as_pytorch_pooling(stride, padding, dilation):
    torch = pytest.importorskip("torch")
    for n in range(1, 13):
        for k in (2, 3):
            window = dilation * (k - 1) + 1
            if n + 2 * padding < window:
                continue
            expected = torch.nn.functional.max_pool1d(
                torch.zeros(1, 1, n), k, stride, padding, dilation, ceil_mode=True
            ).shape[-1]
            options = {"stride": stride, "padding": padding, "dilation": dilation}
            assert output_size(n, k, ceil_mode=True, **options) == expected


def test_output_size_says_what_does_not_fit():
    with pytest.raises(ValueError, match="kernel spans 5 pixels but the padded input has 4"):
        output_size(2, 3, padding=1, dilation=2)


@pytest.mark.parametrize(
    ("kwargs", "error", "message"),
    [
        ({"stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"dilation": -1}, ValueError, "dilation must be an integer of at least 1, got -1"),
        ({"padding": -1}, ValueError, "padding must be an integer of at least 0, got -1"),
        ({"stride": 1.5}, TypeError, r"stride must be an integer of at least 1, got 1\.5"),
        ({"stride": True}, TypeError, "stride must be an integer of at least 1, got True"),
        ({"padding": (1, 2, 3)}, ValueError, r"padding must be .*\(before, after\), got \(1, 2, 3"),
        ({"padding": "same"}, TypeError, "padding must be an integer of at least 0, got 'same'"),
    ],
)
def test_output_size_names_the_argument_the_value_and_what_is_accepted(kwargs, error, message):
    with pytest.raises(error, match=message):
        output_size(8, 3, **kwargs)


def test_sizes_and_kernels_must_be_positive_integers():
    with pytest.raises(ValueError, match="input_size must be an integer of at least 1, got 0"):
        output_size(0, 3)
    with pytest.raises(TypeError, match=r"kernel_size must be .*, got 3\.0"):
        output_size(8, 3.0)


@given(lengths, small, small, small)
def test_same_padding_gives_the_length_divided_by_the_stride_rounded_up(n, k, s, d):
    padding = same_padding(n, k, stride=s, dilation=d)
    assert output_size(n, k, stride=s, padding=padding, dilation=d) == math.ceil(n / s)
    assert padding[1] - padding[0] in (0, 1)


def test_same_padding_is_tensorflows_with_a_stride():
    assert same_padding(6, 3, stride=2) == (0, 1)
    assert same_padding(224, 7, stride=2) == (2, 3)


def test_same_padding_puts_the_extra_pixel_of_an_even_kernel_last():
    assert same_padding(10, 4) == (1, 2)
    assert same_padding(10, 3, dilation=3) == (3, 3)


@given(lengths, small, small, st.tuples(paddings, paddings), small)
def test_a_transposed_convolution_undoes_the_length(n, k, s, p, d):
    assume(starts_that_fit(n, k, s, p, d) > 0)
    small_size = output_size(n, k, stride=s, padding=p, dilation=d)
    unused = (n + sum(p) - d * (k - 1) - 1) % s
    options = {"stride": s, "padding": p, "dilation": d, "output_padding": unused}
    assert transposed_output_size(small_size, k, **options) == n


def test_output_padding_stays_below_stride_or_dilation():
    assert transposed_output_size(4, 3, dilation=3, output_padding=2) == 12
    message = "output_padding must be smaller than stride or dilation, got output_padding 2"
    with pytest.raises(ValueError, match=message):
        transposed_output_size(4, 3, stride=2, output_padding=2)


def test_a_transposed_convolution_cannot_crop_everything():
    with pytest.raises(ValueError, match="padding 2 crops the whole output of 3 pixels"):
        transposed_output_size(1, 3, padding=2)


def test_receptive_field_of_lenet():
    fields = receptive_field([(5,), (2, 2), (5,), (2, 2), (5,)])
    assert [field.size for field in fields] == [5, 6, 14, 16, 32]
    assert [field.jump for field in fields] == [1, 2, 2, 4, 4]


def test_receptive_field_of_vgg16_at_its_last_pooling():
    layers = []
    for convolutions in (2, 2, 3, 3, 3):
        layers += [(3, 1, 1)] * convolutions + [(2, 2)]
    assert receptive_field(layers)[-1] == Field(size=212, jump=32, start=-90)


def test_receptive_field_of_stacked_dilations():
    assert receptive_field([(3, 1, 0, d) for d in (1, 2, 4, 8)])[-1].size == 31
    assert [field.size for field in receptive_field([(3,)] * 3)] == [3, 5, 7]


def test_receptive_field_is_where_the_gradient_of_one_output_is_not_zero(rng):
    from cnnlib import conv2d, conv2d_backward

    layers = [(3, 2, 1, 1), (2, 1, 0, 2), (3, 2, 1, 1)]
    x = np.ones((1, 1, 1, 40))
    inputs = []
    for k, s, p, d in layers:
        inputs.append(x)
        x = conv2d(x, np.ones((1, 1, 1, k)), stride=(1, s), padding=(0, p), dilation=(1, d))
    middle = x.shape[-1] // 2
    grad = np.zeros_like(x)
    grad[..., middle] = 1
    for x, (k, s, p, d) in zip(inputs[::-1], layers[::-1], strict=True):
        options = {"stride": (1, s), "padding": (0, p), "dilation": (1, d)}
        grad = conv2d_backward(grad, x, np.ones((1, 1, 1, k)), **options)[0]
    seen = np.flatnonzero(grad)
    size, jump, start = receptive_field(layers)[-1]
    assert seen[0] == start + middle * jump
    assert seen[-1] - seen[0] + 1 == size


def test_the_center_lies_in_the_middle_of_the_field():
    assert receptive_field([(3, 1, 1)])[0].center == 0
    assert receptive_field([(4,)])[0].center == 1.5


@pytest.mark.parametrize("layer", [(), (3, 1, 0, 1, 1), 3])
def test_a_layer_has_one_to_four_entries(layer):
    with pytest.raises(ValueError, match=r"layers\[1\] must be \(kernel_size, stride, padding"):
        receptive_field([(3,), layer])


def test_receptive_field_names_the_layer_and_its_entry():
    with pytest.raises(ValueError, match=r"stride of layers\[0\] must be .* at least 1, got 0"):
        receptive_field([(3, 0)])


def test_the_parameters_of_chapter_2():
    assert dense_parameters(28 * 28, 1000) == 785_000
    assert dense_parameters(1000 * 1000, 1000) == 1_000_001_000
    assert dense_parameters(3 * 1000 * 1000, 1000) == 3_000_001_000
    assert dense_parameters(28 * 28, 24 * 24) == 452_160
    assert locally_connected_parameters(1, 1, 5, input_size=28) == 14_976
    assert conv_parameters(1, 1, 5) == 26


def test_the_parameters_of_chapter_8():
    assert conv_parameters(3, 10, 3) == 280
    assert conv_parameters(128, 256, 3, bias=False) == 294_912
    assert conv_parameters(128, 256, 3) == 295_168
    assert conv_parameters(8, 8, (3, 5), groups=8) == 8 * 16


def test_multiply_adds_count_every_tap_of_every_output():
    assert multiply_adds(3, 4, (2, 3), input_size=(5, 7)) == (4 * 5) * 4 * (3 * 6)
    assert multiply_adds(4, 4, 3, input_size=8, padding=1, groups=2) == 64 * 4 * 18
    assert multiply_adds(1, 1, 3, input_size=(9, 8), stride=(2, 1), dilation=(1, 2)) == 4 * 4 * 9


def test_groups_must_divide_both_channel_counts():
    message = "groups must divide both channel counts, got groups 2 with in_channels 3"
    with pytest.raises(ValueError, match=message):
        conv_parameters(3, 4, 3, groups=2)


@pytest.mark.parametrize(
    "count",
    [
        lambda: dense_parameters(0, 3),
        lambda: dense_parameters(3, 0),
        lambda: conv_parameters(1, 0, 3),
        lambda: locally_connected_parameters(1, 1, 0, input_size=3),
        lambda: multiply_adds(1, 1, 3, input_size=0),
    ],
)
def test_counts_are_of_positive_things(count):
    with pytest.raises(ValueError, match="must be an integer of at least 1, got 0"):
        count()


def test_a_pair_is_vertical_then_horizontal():
    with pytest.raises(ValueError, match=r"input_size must be .* \(vertical, horizontal\), got"):
        multiply_adds(1, 1, 3, input_size=(3, 3, 3))


def test_integers_of_numpy_are_integers():
    assert output_size(np.int64(28), np.uint8(5)) == 24
    assert type(shapes.output_size(np.int64(28), 5)) is int


def test_counts_do_not_overflow_on_integers_of_numpy():
    n, side = np.int32(50_000), {"input_size": np.int32(1000)}
    assert conv_parameters(n, n, np.int32(3), bias=np.True_) == (50_000 * 9 + 1) * 50_000
    assert locally_connected_parameters(n, n, 1000, **side) == (50_000 * 10**6 + 1) * 50_000
    assert multiply_adds(n, n, 1000, **side) == 50_000**2 * 10**6


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: dense_parameters(1, 1, bias="no"), "bias must be True or False, got 'no'"),
        (lambda: conv_parameters(1, 1, 1, bias=np.ones(2)), "bias must be True .*got array"),
        (lambda: output_size(3, 2, ceil_mode=1), "ceil_mode must be True or False, got 1"),
        (lambda: receptive_field(None), "layers must be a sequence of tuples .*got None"),
    ],
)
def test_flags_and_sequences_are_named(call, message):
    with pytest.raises(TypeError, match=message):
        call()


def test_the_multiply_adds_of_unshared_and_dense_layers_are_their_weights():
    picture = {"input_size": (9, 7)}
    local = locally_connected_parameters(2, 3, (4, 2), bias=False, **picture)
    assert multiply_adds(2, 3, (4, 2), **picture) == local
    dense = dense_parameters(2 * 9 * 7, 5, bias=False)
    assert multiply_adds(2, 5, (9, 7), **picture) == dense
