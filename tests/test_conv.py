import tracemalloc

import numpy as np
import pytest
from conftest import assert_close
from convolutions import large_case, loops, loops_gradients, random_case, torch_conv2d, worst_error
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_array_equal
from scipy.signal import convolve2d, correlate2d

from cnnlib import _correlate, check_gradient, conv2d, conv2d_backward, conv_transpose2d

X = np.arange(9.0).reshape(1, 1, 3, 3)
W = np.array([[[[0.0, 1.0], [2.0, 3.0]]]])


@pytest.fixture(params=[2**18, 1], ids=["one tile", "many tiles"])
def tiles(request, monkeypatch):
    """Compute all at once, or one image and one row at a time."""
    monkeypatch.setattr(_correlate, "ENTRIES", request.param)


# By hand: chapters 5 and 12


def test_the_cross_correlation_of_chapter_5():
    assert conv2d(X, W).tolist() == [[[[19, 25], [37, 43]]]]


def test_the_true_convolution_of_chapter_5_flips_the_kernel():
    assert conv2d(X, W[:, :, ::-1, ::-1]).tolist() == [[[[5, 11], [23, 29]]]]


@pytest.mark.parametrize(
    ("grad", "grad_x", "grad_weight", "grad_bias"),
    [
        (np.ones((2, 2)), [[0, 1, 1], [2, 6, 4], [2, 5, 3]], [[8, 12], [20, 24]], 4),
        (
            conv2d(X, W),
            [[0, 19, 25], [38, 144, 118], [74, 197, 129]],
            [[308, 432], [680, 804]],
            124,
        ),
        ([[1, 2], [3, 4]], [[0, 1, 2], [2, 10, 10], [6, 17, 12]], [[27, 37], [57, 67]], 10),
    ],
    ids=["ones", "half the square", "1 to 4"],
)
def test_the_gradients_of_chapter_12(grad, grad_x, grad_weight, grad_bias):
    result = conv2d_backward(np.reshape(grad, (1, 1, 2, 2)), X, W)
    assert [part.tolist() for part in result] == [[[grad_x]], [[grad_weight]], [grad_bias]]


# The definition, PyTorch, SciPy, the complex step


def test_400_random_convolutions_agree_with_pytorch_in_value_and_gradients(rng, monkeypatch):
    worst = 0.0
    for i in range(420):
        monkeypatch.setattr(_correlate, "ENTRIES", 2**18 if i % 2 else 40)
        monkeypatch.setattr(_correlate, "PER_PIXEL", 0)
        case = random_case(rng) if i % 10 else large_case(rng)
        y = conv2d(case.x, case.weight, case.bias, **case.options)
        grad = rng.normal(size=y.shape)
        gradients = conv2d_backward(grad, case.x, case.weight, **case.options)
        error = worst_error([y, *gradients], torch_conv2d(case, grad))
        assert error <= 1e-13, (case.x.shape, case.weight.shape, case.options)
        worst = max(worst, error)
    print(f"conv2d against PyTorch: worst relative error of {i + 1} cases {worst:.2g}")


@settings(max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_any_convolution_is_the_one_of_the_definition(seed):
    case = random_case(np.random.default_rng(seed))
    assert_close(
        conv2d(case.x, case.weight, case.bias, **case.options), loops(*case[:3], **case.options)
    )


@settings(max_examples=20)
@given(st.integers(0, 2**32 - 1))
def test_any_gradient_is_the_one_of_the_definition(seed):
    rng = np.random.default_rng(seed)
    case = random_case(rng, small=True)
    grad = rng.normal(size=loops(*case[:3], **case.options).shape)
    gradients = conv2d_backward(grad, case.x, case.weight, **case.options)
    assert worst_error(gradients, loops_gradients(case, grad)) <= 1e-13


@pytest.mark.parametrize("few", [1, 100], ids=["strips", "columns"])
@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_gradients_of_a_quartic_loss_are_its_derivatives(rng, monkeypatch, method, few):
    monkeypatch.setattr(_correlate, "FEW", few)
    for _ in range(6):
        x, weight, bias, options = random_case(rng, small=True)

        def loss(x, weight, bias, options=options):
            y = conv2d(x, weight, bias, **options)
            return (y**2).sum() / 2 + (y**4).sum() / 4

        y = conv2d(x, weight, bias, **options)
        gradients = conv2d_backward(y + y**3, x, weight, **options)
        assert check_gradient(loss, [x, weight, bias], gradients, method=method)


def test_conv2d_is_the_sum_of_scipy_correlations_over_channels(rng):
    x, weight = rng.normal(size=(2, 5, 7, 6)), rng.normal(size=(3, 5, 3, 2))
    expected = [
        [sum(correlate2d(a, k, "valid") for a, k in zip(image, kernels, strict=True))
         for kernels in weight]
        for image in x
    ]  # fmt: skip
    assert_close(conv2d(x, weight), expected)


def test_the_gradient_of_the_input_is_the_full_convolution_with_the_gradient(rng):
    grad, weight = rng.normal(size=(1, 1, 5, 4)), rng.normal(size=(1, 1, 3, 2))
    grad_x, _, _ = conv2d_backward(grad, np.zeros((1, 1, 7, 5)), weight)
    assert_close(grad_x[0, 0], convolve2d(grad[0, 0], weight[0, 0], "full"))


def test_the_gradient_of_the_kernel_is_a_correlation_whose_stride_and_dilation_swap_roles(rng):
    x, weight = rng.normal(size=(1, 1, 11, 12)), rng.normal(size=(1, 1, 3, 2))
    options = {"stride": (2, 3), "dilation": (3, 2)}
    grad = rng.normal(size=conv2d(x, weight, **options).shape)
    _, grad_weight, _ = conv2d_backward(grad, x, weight, **options)
    swapped = conv2d(x, grad, stride=options["dilation"], dilation=options["stride"])
    assert_close(grad_weight, swapped[:, :, :3, :2])


@settings(max_examples=40)
@given(st.integers(0, 2**32 - 1))
def test_the_gradient_of_the_input_is_the_adjoint(seed):
    case = random_case(np.random.default_rng(seed))
    y = conv2d(case.x, case.weight, **case.options)
    grad = np.random.default_rng(seed + 1).normal(size=y.shape)
    grad_x, grad_weight, _ = conv2d_backward(grad, case.x, case.weight, **case.options)
    scale = np.abs(grad * y).sum() + 1
    assert abs((grad * y).sum() - (grad_x * case.x).sum()) < 1e-12 * scale
    assert abs((grad * y).sum() - (grad_weight * case.weight).sum()) < 1e-12 * scale


# Options


@pytest.mark.parametrize(
    ("padding", "sides"),
    [
        (2, ((2, 2), (2, 2))),
        ((1, 3), ((1, 1), (3, 3))),
        ([[0, 1], [2, 3]], ((0, 1), (2, 3))),
        ("valid", ((0, 0), (0, 0))),
        ("same", ((1, 1), (1, 2))),
        (np.int64(1), ((1, 1), (1, 1))),
        (np.array([[0, 1], [2, 3]]), ((0, 1), (2, 3))),
    ],
)
def test_every_form_of_padding_adds_these_zeros(rng, padding, sides):
    x, weight = rng.normal(size=(2, 2, 6, 7)), rng.normal(size=(3, 2, 3, 4))
    expected = conv2d(np.pad(x, ((0, 0), (0, 0), *sides)), weight)
    assert_close(conv2d(x, weight, padding=padding), expected)


def test_same_padding_keeps_the_size_for_even_and_dilated_kernels():
    x = np.zeros((1, 1, 9, 10))
    for kernel in ((2, 3), (4, 4), (5, 2)):
        assert (
            conv2d(x, np.zeros((1, 1, *kernel)), padding="same", dilation=(1, 2)).shape == x.shape
        )


def test_a_depthwise_convolution_treats_each_channel_alone(rng):
    x, weight = rng.normal(size=(2, 6, 5, 5)), rng.normal(size=(6, 1, 3, 3))
    expected = [conv2d(x[:, [c]], weight[[c]]) for c in range(6)]
    assert_close(conv2d(x, weight, groups=6), np.concatenate(expected, axis=1))


def test_the_input_gradient_can_be_left_out(rng):
    grad_x, grad_weight, grad_bias = conv2d_backward(np.ones((1, 1, 2, 2)), X, W, need_grad_x=False)
    assert grad_x is None
    assert grad_weight.shape == W.shape
    assert grad_bias == [4]


def test_an_empty_batch_gives_an_empty_output_and_no_gradient():
    for channels in (1, 8):
        x, weight = np.zeros((0, channels, 20, 20)), np.zeros((3, channels, 11, 12))
        y = conv2d(x, weight)
        assert y.shape == (0, 3, 10, 9)
        grad_x, grad_weight, grad_bias = conv2d_backward(y, x, weight)
        assert grad_x.shape == x.shape
        assert not grad_weight.any()
        assert not grad_bias.any()


# All ways of computing


@pytest.mark.parametrize("few", [1, 100], ids=["strips", "columns"])
def test_both_ways_of_unrolling_agree_with_the_definition(rng, monkeypatch, few, tiles):
    monkeypatch.setattr(_correlate, "FEW", few)
    for _ in range(15):
        case = random_case(rng)
        y = conv2d(case.x, case.weight, case.bias, **case.options)
        assert_close(y, loops(*case[:3], **case.options))
    case = random_case(rng, small=True)
    grad = rng.normal(size=loops(*case[:3], **case.options).shape)
    gradients = conv2d_backward(grad, case.x, case.weight, **case.options)
    assert worst_error(gradients, loops_gradients(case, grad)) <= 1e-13


def test_large_kernels_use_fourier_transforms_and_agree_with_the_definition(rng, monkeypatch):
    seen = []
    by_fft = _correlate._by_fft
    monkeypatch.setattr(_correlate, "_by_fft", lambda *args: seen.append(1) or by_fft(*args))
    x, weight, bias = rng.normal(size=(1, 1, 24, 25)), rng.normal(size=(1, 1, 19, 18)), [0.5]
    y = conv2d(x, weight, bias, dilation=(1, 1), padding=(2, 3))
    assert seen
    assert_close(y, loops(x, weight, bias, padding=((2, 2), (3, 3))))
    assert conv2d(x.astype(np.float32), weight.astype(np.float32)).dtype == np.float32


def test_a_large_kernel_keeps_nan_where_it_is(rng):
    x, weight = rng.normal(size=(1, 1, 40, 40)), rng.normal(size=(1, 1, 20, 20))
    x[0, 0, 0, 0] = np.nan
    assert np.isnan(conv2d(x, weight)).sum() == 1


def test_a_large_kernel_overflows_only_where_a_sum_does():
    x, weight = np.full((1, 1, 64, 64), 1e25, "f4"), np.full((1, 1, 40, 40), 1e6, "f4")
    assert_close(conv2d(x, weight), np.full((1, 1, 25, 25), 1.6e34), tolerance=1e-5)


@pytest.mark.parametrize("channels", [1, 5])
def test_infinities_pass_through_silently(channels):
    x, weight = np.ones((1, channels, 3, 3)), np.ones((1, channels, 2, 2))
    x[0, 0, 0, 0], x[0, 0, 2, 2], weight[0, 0, 0, 1] = np.inf, -np.inf, 0
    y = conv2d(x, weight, [-np.inf])
    assert_array_equal(y, [[[[np.nan, -np.inf], [-np.inf, -np.inf]]]])
    grad = np.array([[[[np.inf, -np.inf], [0, 0]]]])
    assert np.isnan(conv2d_backward(grad, x, weight)[2]).all()


def test_a_convolution_needs_no_more_memory_than_three_times_its_images():
    x = np.ones((8, 16, 64, 64), np.float32)
    weight = np.ones((16, 16, 3, 3), np.float32)
    conv2d(x[:1], weight)
    tracemalloc.start()
    y = conv2d(x, weight, padding=1)
    forward = tracemalloc.get_traced_memory()[1]
    tracemalloc.reset_peak()
    conv2d_backward(y, x, weight, padding=1)
    backward = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert forward < 3 * (x.nbytes + y.nbytes)
    assert backward < 3 * (x.nbytes + y.nbytes)


# Arrays of every kind


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("channels", [1, 5])
def test_the_dtype_is_kept(dtype, channels, tiles):
    x, weight = np.ones((2, channels, 4, 4), dtype), np.ones((3, channels, 2, 2), dtype)
    y = conv2d(x, weight, np.ones(3, dtype), padding=1)
    assert y.dtype == dtype
    assert y[0, 0, 1, 1] == 4 * channels + 1
    for gradient in conv2d_backward(y, x, weight, padding=1):
        assert gradient.dtype == dtype


def test_integers_and_lists_become_float64():
    assert conv2d([[[[1, 2], [3, 4]]]], [[[[10]]]]).tolist() == [[[[10.0, 20.0], [30.0, 40.0]]]]


def test_mixed_dtypes_meet_in_the_larger_one():
    x = np.ones((1, 1, 3, 3), np.float32)
    assert conv2d(x, W).dtype == np.float64
    assert conv2d_backward(np.ones((1, 1, 2, 2), np.float32), x, W)[0].dtype == np.float64


def test_complex_arrays_are_not_conjugated():
    assert conv2d([[[[1j]]]], [[[[1j]]]]) == -1
    assert conv2d(np.full((1, 1, 20, 20), 1j), np.full((1, 1, 20, 20), 1j)).round(9) == -400
    assert [part.item() for part in conv2d_backward([[[[1j]]]], [[[[2j]]]], [[[[3j]]]])] == [
        -3,
        -2,
        1j,
    ]


@pytest.mark.parametrize("channels", [2, 5])
def test_the_layout_in_memory_makes_no_difference(rng, channels, tiles):
    x, weight = rng.normal(size=(3, channels, 6, 7)), rng.normal(size=(4, channels, 3, 2))
    options = {"stride": (1, 2), "padding": ((0, 1), (2, 0))}
    y = conv2d(x, weight, **options)
    grad = rng.normal(size=y.shape)
    expected = [y, *conv2d_backward(grad, x, weight, **options)]

    def strided(a):
        return np.repeat(np.repeat(a, 2, axis=3), 3, axis=0)[::3, :, :, ::2]

    def backwards(a):
        return a[::-1, ::-1, ::-1, ::-1].copy()[::-1, ::-1, ::-1, ::-1]

    for view in (np.asfortranarray, strided, backwards, read_only):
        x_, weight_, grad_ = view(x), view(weight), view(grad)
        actual = [conv2d(x_, weight_, **options), *conv2d_backward(grad_, x_, weight_, **options)]
        assert worst_error(actual, expected) <= 1e-14


def read_only(a):
    a = a.copy()
    a.setflags(write=False)
    return a


@pytest.mark.parametrize("channels", [1, 5])
@pytest.mark.parametrize("padding", [0, 1])
def test_nothing_that_is_given_is_changed_or_shared(rng, channels, padding):
    arrays = [rng.normal(size=s) for s in ((2, channels, 4, 4), (3, channels, 1, 1), (3,))]
    before = [a.copy() for a in arrays]
    y = conv2d(*arrays, padding=padding)
    for result in (y, *conv2d_backward(y, *arrays[:2], padding=padding)):
        assert not any(np.shares_memory(result, a) for a in arrays)
        result[...] = 7
    assert all(np.array_equal(a, b) for a, b in zip(arrays, before, strict=True))


@pytest.mark.parametrize("channels", [1, 5])
def test_a_nan_reaches_the_windows_that_it_lies_in_and_no_others(channels, tiles):
    x, weight = np.ones((2, channels, 7, 7)), np.ones((2, channels, 3, 3))
    x[1, 0, 3, 0] = np.nan
    y = conv2d(x, weight, stride=2, padding=1)
    assert np.argwhere(np.isnan(y[:, 0])).tolist() == [[1, 1, 0], [1, 2, 0]]
    grad = np.ones_like(y)
    grad[0, 1, 0, 3] = np.inf
    # Infinity times a padded zero, in the weight's gradient, is NaN without a warning.
    grad_x = conv2d_backward(grad, np.ones_like(x), weight, stride=2, padding=1)[0]
    assert np.argwhere(np.isinf(grad_x[:, 0])).tolist() == [
        [0, 0, 5],
        [0, 0, 6],
        [0, 1, 5],
        [0, 1, 6],
    ]
    assert not np.isnan(grad_x).any()


@pytest.mark.parametrize("channels", [1, 5])
def test_pixels_that_no_window_meets_matter_to_no_gradient(channels):
    x, weight = np.ones((1, channels, 6, 6)), np.ones((1, channels, 3, 3))
    x[..., 5] = np.nan
    grad_x, grad_weight, _ = conv2d_backward(np.ones((1, 1, 2, 2)), x, weight, stride=2)
    assert (grad_weight == 4).all()
    assert not grad_x[..., 5].any()


# Bad input


def zeros(*shape):
    return np.zeros(shape)


IMAGE, FILTER = zeros(1, 2, 5, 5), zeros(4, 2, 3, 3)


@pytest.mark.parametrize(
    ("x", "weight", "message"),
    [
        (zeros(5, 5), FILTER, r"x must have 4 axes \(N, C, H, W\), got 2 \(shape \(5, 5\)\)"),
        (zeros(1, 2, 0, 5), FILTER, r"x must have channels and pixels, got shape \(1, 2, 0, 5\)"),
        (IMAGE, zeros(3, 3), r"weight must have 4 axes .* got shape \(3, 3\)"),
        (IMAGE, zeros(4, 2, 0, 3), r"weight .* none of them empty, got shape \(4, 2, 0, 3\)"),
        (zeros(1, 3, 4, 4), zeros(1, 1, 2, 2), "input has 3 channels, weight expects 1"),
        (IMAGE, zeros(4, 2, 6, 3), "kernel spans 6 pixels but the padded input has 5"),
        ([[[[1, 2], [3]]]], FILTER, r"x must be a rectangular array of numbers, got .*\[\[\[\[1"),
    ],
)
def test_shapes_that_do_not_fit_are_named(x, weight, message):
    with pytest.raises(ValueError, match=message):
        conv2d(x, weight)
    with pytest.raises(ValueError, match=message):
        conv2d_backward(zeros(1, 1, 1, 1), x, weight)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"stride": (1, -2)}, ValueError, "stride must be an integer of at least 1, got -2"),
        ({"stride": 1.0}, TypeError, r"stride must be an integer of at least 1, got 1\.0"),
        ({"stride": (1, 2, 3)}, ValueError, r"stride must be an integer or a pair .*\(1, 2, 3\)"),
        ({"dilation": 0}, ValueError, "dilation must be an integer of at least 1, got 0"),
        ({"dilation": "2"}, TypeError, "dilation must be an integer of at least 1, got '2'"),
        ({"padding": -1}, ValueError, "padding must be an integer of at least 0, got -1"),
        ({"padding": ((0, 0), (0, -1))}, ValueError, "padding must be .* at least 0, got -1"),
        ({"padding": ((1, 2), 3)}, ValueError, r"padding must be .*got \(\(1, 2\), 3\)"),
        ({"padding": 0.5}, TypeError, r"padding must be an integer of at least 0, got 0\.5"),
        ({"padding": True}, TypeError, "padding must be an integer of at least 0, got True"),
        ({"padding": "full"}, ValueError, "padding must be one of 'same', 'valid'; got 'full'"),
        ({"padding": "same", "stride": 2}, ValueError, r"'same' is defined for stride 1, got .*2"),
        ({"groups": 3}, ValueError, "groups must divide the 4 filters of weight, got 3"),
        ({"groups": 2}, ValueError, "input has 2 channels, weight expects 4"),
        ({"groups": 0}, ValueError, "groups must be an integer of at least 1, got 0"),
        ({"stride": 10**20}, ValueError, "stride must be at most 2147483647, got 1000"),
        ({"dilation": (1, 2**40)}, ValueError, "dilation must be at most 2147483647, got 1099"),
        ({"padding": ((1, [2]), (1, 1))}, TypeError, r"padding must be an integer .*got \[2\]"),
        ({"groups": None}, TypeError, "groups must be an integer of at least 1, got None"),
    ],
)
def test_bad_options_are_named_by_forward_and_backward(options, error, message):
    with pytest.raises(error, match=message):
        conv2d(IMAGE, FILTER, **options)
    with pytest.raises(error, match=message):
        conv2d_backward(zeros(1, 4, 3, 3), IMAGE, FILTER, **options)


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            np.full((1, 2, 5, 5), "a"),
            "x must hold integers, floats or complex numbers, got dtype <U1",
        ),
        (np.ones((1, 2, 5, 5), bool), "x must hold .*, got dtype bool"),
        (None, "x must hold .*, got dtype object: None"),
    ],
)
def test_arrays_hold_numbers(value, message):
    with pytest.raises(TypeError, match=message):
        conv2d(value, FILTER)


def test_bias_and_gradient_have_the_shapes_of_the_filters_and_the_output():
    with pytest.raises(ValueError, match=r"bias must have shape \(4,\), got \(3,\)"):
        conv2d(IMAGE, FILTER, zeros(3))
    with pytest.raises(ValueError, match=r"bias must have 1 axis, got 2 \(shape \(4, 1\)\)"):
        conv2d(IMAGE, FILTER, zeros(4, 1))
    with pytest.raises(TypeError, match="need_grad_x must be True or False, got None"):
        conv2d_backward(zeros(1, 4, 3, 3), IMAGE, FILTER, need_grad_x=None)
    message = r"grad must have shape \(1, 4, 3, 3\), got \(1, 4, 5, 5\)"
    with pytest.raises(ValueError, match=message):
        conv2d_backward(zeros(1, 4, 5, 5), IMAGE, FILTER)


def test_the_adjoint_has_a_name_of_its_own(rng):
    grad, weight = rng.normal(size=(2, 4, 3, 3)), rng.normal(size=(4, 2, 3, 3))
    assert_close(
        conv_transpose2d(grad, weight), conv2d_backward(grad, zeros(2, 2, 5, 5), weight)[0]
    )
