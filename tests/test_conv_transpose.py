import numpy as np
import pytest
from conftest import assert_close
from convolutions import worst_error
from numpy.testing import assert_array_equal

from cnnlib import (
    _correlate,
    check_gradient,
    conv2d,
    conv_transpose2d,
    conv_transpose2d_backward,
)


def random_options(rng):
    """Return settings that differ between the axes, and the kernel they go with."""
    stride, dilation, kernel = (rng.integers(1, top, 2).tolist() for top in (4, 4, 6))
    output_padding = [int(rng.integers(max(sd))) for sd in zip(stride, dilation, strict=True)]
    padding = [
        int(rng.integers(0, min(3, d * (k - 1) // 2) + 1))
        for d, k in zip(dilation, kernel, strict=True)
    ]
    options = {
        "stride": tuple(stride),
        "padding": tuple(padding),
        "output_padding": tuple(output_padding),
        "dilation": tuple(dilation),
        "groups": int(rng.integers(1, 4)),
    }
    return kernel, options


def random_case(rng, *, largest=5):
    kernel, options = random_options(rng)
    groups = options["groups"]
    c, f = (int(n) for n in rng.integers(1, largest + 2, 2))
    x = rng.normal(size=(rng.integers(1, 4), groups * c, *rng.integers(1, largest + 1, 2)))
    weight = rng.normal(size=(groups * c, f, *kernel))
    return x, weight, rng.normal(size=groups * f), options


def test_400_random_transposed_convolutions_agree_with_pytorch(rng, monkeypatch):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    worst, count = 0.0, 0
    for i in range(400):
        monkeypatch.setattr(_correlate, "ENTRIES", 2**18 if i % 2 else 40)
        *arrays, options = random_case(rng)
        tensors = [torch.tensor(a, requires_grad=True) for a in arrays]
        expected = torch.nn.functional.conv_transpose2d(*tensors, **options)
        grad = rng.normal(size=expected.shape)
        expected.backward(torch.tensor(grad))
        actual = [
            conv_transpose2d(*arrays, **options),
            *conv_transpose2d_backward(grad, *arrays[:2], **options),
        ]
        error = worst_error(actual, [expected.detach(), *(a.grad for a in tensors)])
        assert error <= 1e-13, (arrays[0].shape, arrays[1].shape, options)
        worst, count = max(worst, error), count + 1
    print(f"conv_transpose2d against PyTorch: worst relative error of {count} cases {worst:.2g}")


def test_it_is_the_adjoint_of_the_convolution(rng):
    for _ in range(50):
        kernel, options = random_options(rng)
        del options["output_padding"]
        groups = options["groups"]
        x = rng.normal(size=(2, 3 * groups, *(14 + rng.integers(0, 4, 2))))
        weight = rng.normal(size=(2 * groups, 3, *kernel))
        y = conv2d(x, weight, **options)
        grad = rng.normal(size=y.shape)
        back = conv_transpose2d(grad, weight, **options)
        unused = tuple(n - m for n, m in zip(x.shape[2:], back.shape[2:], strict=True))
        back = conv_transpose2d(grad, weight, **options, output_padding=unused)
        assert abs((y * grad).sum() - (x * back).sum()) < 1e-12 * np.abs(y * grad).sum()


def test_it_is_the_transpose_of_the_convolutions_matrix(rng):
    weight, options = rng.normal(size=(1, 1, 2, 3)), {"stride": (2, 1), "padding": (0, 1)}
    pixels = np.eye(20).reshape(20, 1, 4, 5)
    matrix = conv2d(pixels, weight, **options).reshape(20, -1)
    units = np.eye(matrix.shape[1]).reshape(-1, 1, 2, 5)
    assert_close(conv_transpose2d(units, weight, **options).reshape(-1, 20), matrix.T)


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_gradients_of_a_quartic_loss_are_its_derivatives(rng, method):
    for _ in range(5):
        x, weight, bias, options = random_case(rng, largest=2)

        def loss(x, weight, bias, options=options):
            y = conv_transpose2d(x, weight, bias, **options)
            return (y**2).sum() / 2 + (y**4).sum() / 4

        y = conv_transpose2d(x, weight, bias, **options)
        gradients = conv_transpose2d_backward(y + y**3, x, weight, **options)
        assert check_gradient(loss, [x, weight, bias], gradients, method=method)


def test_by_hand_each_pixel_adds_its_multiple_of_the_kernel():
    x, weight = np.array([[[[1.0, 2.0], [3.0, 4.0]]]]), np.array([[[[0.0, 1.0], [2.0, 3.0]]]])
    expected = [[0, 1, 2], [2, 10, 10], [6, 17, 12]]  # dX of chapter 12 for G = 1 to 4
    assert conv_transpose2d(x, weight)[0, 0].tolist() == expected
    assert conv_transpose2d(x, weight, [1.0], padding=1)[0, 0].tolist() == [[11]]


def test_a_stride_that_does_not_divide_the_kernel_makes_a_checkerboard():
    ones = np.ones((1, 1, 1, 5))
    assert conv_transpose2d(ones, np.ones((1, 1, 1, 4)), stride=2)[0, 0, 0, 2:-2].min() == 2
    even = conv_transpose2d(ones, np.ones((1, 1, 1, 3)), stride=(1, 2))[0, 0, 0]
    assert even.tolist() == [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]


def test_rows_that_no_pixel_reaches_hold_the_bias_only():
    y = conv_transpose2d(np.ones((1, 1, 1, 2)), np.ones((1, 1, 1, 1)), [5.0], stride=(1, 3))
    assert y.tolist() == [[[[6, 5, 5, 6]]]]
    y = conv_transpose2d(
        np.ones((1, 4, 1, 1)), np.ones((4, 1, 2, 2)), dilation=2, output_padding=(1, 0)
    )
    assert y[0, 0].tolist() == [[4, 0, 4], [0, 0, 0], [4, 0, 4], [0, 0, 0]]


def test_unequal_sides_can_be_cropped(rng):
    x, weight = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(3, 2, 3, 3))
    whole = conv_transpose2d(x, weight, stride=2)
    assert_close(
        conv_transpose2d(x, weight, stride=2, padding=((0, 2), (1, 0))), whole[:, :, :-2, 1:]
    )


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
@pytest.mark.parametrize("stride", [1, 2])
def test_the_dtype_is_kept(dtype, stride):
    x, weight = np.ones((2, 2, 3, 3), dtype), np.ones((2, 3, 2, 2), dtype)
    y = conv_transpose2d(x, weight, np.ones(3, dtype), stride=stride)
    gradients = conv_transpose2d_backward(y, x, weight, stride=stride)
    assert {a.dtype for a in (y, *gradients)} == {np.dtype(dtype)}


def test_nothing_that_is_given_is_changed(rng):
    x, weight = rng.normal(size=(2, 2, 3, 3)), rng.normal(size=(2, 3, 2, 2))
    for a in (x, weight):
        a.setflags(write=False)
    y = conv_transpose2d(x, weight, stride=2)
    assert conv_transpose2d_backward(y, x, weight, stride=2)[0].shape == x.shape


def zeros(*shape):
    return np.zeros(shape)


@pytest.mark.parametrize(
    ("x", "weight", "options", "error", "message"),
    [
        (zeros(2, 5, 5), zeros(2, 1, 3, 3), {}, ValueError, r"x must have 4 axes .*, got 3"),
        (zeros(1, 3, 5, 5), zeros(2, 1, 3, 3), {}, ValueError, "has 3 channels, weight expects 2"),
        (zeros(1, 2, 5, 5), zeros(2, 3, 3), {}, ValueError, "weight must have 4 axes"),
        (
            zeros(1, 2, 5, 5),
            zeros(2, 1, 3, 3),
            {"groups": 3},
            ValueError,
            "groups must divide the 2 input channels of weight, got 3",
        ),
        (
            zeros(1, 2, 5, 5),
            zeros(2, 1, 3, 3),
            {"output_padding": (1, 0)},
            ValueError,
            "output_padding must be smaller than stride or dilation, got output_padding 1",
        ),
        (
            zeros(1, 2, 1, 5),
            zeros(2, 1, 3, 3),
            {"padding": (2, 0)},
            ValueError,
            r"padding \(2, 2\) crops the whole output of 3 pixels",
        ),
        (
            zeros(1, 2, 5, 5),
            zeros(2, 1, 3, 3),
            {"padding": "same"},
            ValueError,
            r"padding must be an integer, a pair .*, got 'same'",
        ),
        (zeros(1, 2, 5, 5), zeros(2, 1, 3, 3), {"stride": 0}, ValueError, "stride must .* got 0"),
        (
            zeros(1, 2, 5, 5),
            zeros(2, 1, 3, 3),
            {"output_padding": 0.5},
            TypeError,
            r"output_padding must be an integer of at least 0, got 0\.5",
        ),
    ],
)
def test_bad_input_is_named_by_forward_and_backward(x, weight, options, error, message):
    with pytest.raises(error, match=message):
        conv_transpose2d(x, weight, **options)
    with pytest.raises(error, match=message):
        conv_transpose2d_backward(zeros(1, 1, 1, 1), x, weight, **options)


def test_infinities_pass_through_silently():
    y = conv_transpose2d([[[[np.inf, 1.0]]]], [[[[1.0, 0.0]]]], [-np.inf])
    assert_array_equal(y, [[[[np.nan, np.nan, -np.inf]]]])


def test_bias_and_gradient_have_the_shapes_of_the_output():
    x, weight = zeros(1, 2, 3, 3), zeros(2, 3, 2, 2)
    with pytest.raises(ValueError, match=r"bias must have shape \(3,\), got \(2,\)"):
        conv_transpose2d(x, weight, zeros(2))
    with pytest.raises(ValueError, match=r"grad must have shape \(1, 3, 4, 4\), got \(1, 3, 3, 3"):
        conv_transpose2d_backward(zeros(1, 3, 3, 3), x, weight)
