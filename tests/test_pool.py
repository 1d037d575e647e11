import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.gradcheck import check_gradient
from cnnlib.pool import avg_pool2d, avg_pool2d_backward, max_pool2d, max_pool2d_backward

FORWARD = {"max": max_pool2d, "avg": avg_pool2d}
BACKWARD = {"max": max_pool2d_backward, "avg": avg_pool2d_backward}

# No two numbers of a pair are equal, so that swapped axes cannot pass.
CROOKED = {
    "max": [
        {"kernel_size": (2, 3), "stride": (3, 2)},
        {"kernel_size": (4, 2), "stride": (1, 3), "padding": (2, 1)},
        {"kernel_size": (3, 2), "stride": (2, 1), "padding": (0, 1), "dilation": (1, 3)},
        {"kernel_size": (2, 5), "stride": (4, 3), "padding": (1, 2), "ceil_mode": True},
    ],
    "avg": [
        {"kernel_size": (2, 3), "stride": (3, 2)},
        {"kernel_size": (4, 2), "stride": (1, 3), "padding": (2, 1)},
        {"kernel_size": (3, 2), "stride": (2, 1), "padding": (1, 0), "count_include_pad": False},
        {"kernel_size": (2, 5), "stride": (4, 3), "padding": (1, 2), "ceil_mode": True},
    ],
}
CASES = [(kind, options) for kind, cases in CROOKED.items() for options in cases]


@pytest.fixture(scope="module")
def torch():
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # waking a second thread costs more than these small arrays
    return torch


def random_geometry(rng, kind):
    """Return an image shape and options; about one in three doesn't fit."""
    size = [int(n) for n in rng.integers(1, 5, 2)]
    options = {
        "kernel_size": tuple(size),
        "stride": tuple(int(n) for n in rng.integers(1, 5, 2)),
        "padding": tuple(int(rng.integers(0, n // 2 + 1)) for n in size),
        "ceil_mode": bool(rng.integers(2)),
    }
    if kind == "max":
        options["dilation"] = tuple(int(n) for n in rng.integers(1, 4, 2))
    else:
        options["count_include_pad"] = bool(rng.integers(2))
    return (*rng.integers(1, 4, 2), *rng.integers(1, 12, 2)), options


def torch_pool(torch, kind, x, grad_of, options):
    """Return PyTorch's output, a gradient ``grad_of(output)`` and what PyTorch makes of it.

    The result is None if PyTorch refuses the geometry. Where a dilated window has no pixel at
    all, the gradients are None: PyTorch writes them out of bounds and may take the process down.
    """
    pool = getattr(torch.nn.functional, f"{kind}_pool2d")
    tensor = torch.tensor(x, requires_grad=True)
    try:
        y = pool(tensor, **options)
    except RuntimeError:
        return None
    if np.isneginf(y.detach().numpy()).any():
        return y.detach().numpy(), None, None
    grad = grad_of(y.detach().numpy())
    (grad_x,) = torch.autograd.grad(y, tensor, torch.tensor(grad))
    return y.detach().numpy(), grad, grad_x.numpy()


def max_pool_gradient_by_loops(grad, x, kernel_size, stride, ties="first"):
    """Return the gradient of an unpadded max pooling, with a choice of what a tie does."""
    grad_x = np.zeros(x.shape)
    (kh, kw), (sh, sw) = kernel_size, stride
    for n, c, i, j in np.ndindex(grad.shape):
        window = x[n, c, i * sh : i * sh + kh, j * sw : j * sw + kw]
        winners = np.argwhere(window == window.max())
        chosen = {"first": winners[:1], "last": winners[-1:], "every": winners}[ties]
        for u, v in chosen:
            grad_x[n, c, i * sh + u, j * sw + v] += grad[n, c, i, j]
    return grad_x


def test_max_pooling_by_hand():
    x = np.array(
        [[[[1.0, 7.0, 2.0, 8.0, 9.0], [4.0, 3.0, 6.0, 5.0, 9.0], [9.0, 9.0, 9.0, 9.0, 9.0]]]]
    )
    assert_array_equal(max_pool2d(x, 2), [[[[7.0, 8.0]]]])
    assert_array_equal(max_pool2d(x, 2, stride=1)[0, 0, 0], [7, 7, 8, 9])
    grad = np.array([[[[10.0, 20.0]]]])
    assert_array_equal(
        max_pool2d_backward(grad, x, 2),
        [[[[0, 10, 0, 20, 0], [0, 0, 0, 0, 0], [0, 0, 0, 0, 0]]]],
    )


def test_overlapping_windows_add_up_at_the_pixel_that_wins_them_all():
    x = np.array([[[[1.0, 2.0, 3.0], [4.0, 9.0, 5.0], [6.0, 7.0, 8.0]]]])
    grad = np.array([[[[1.0, 2.0], [3.0, 4.0]]]])
    assert_array_equal(
        max_pool2d_backward(grad, x, 2, stride=1)[0, 0], [[0, 0, 0], [0, 10, 0], [0, 0, 0]]
    )


def test_pooling_a_signal_hides_a_shift_only_where_it_stays_in_its_window():
    signal = np.array([0.0, 0, 1, 1, 0, 0, 1, 1])
    pooled, shifted = (
        max_pool2d(s.reshape(1, 1, 1, 8), (1, 2)).ravel() for s in (signal, np.roll(signal, 1))
    )
    assert_array_equal(pooled, [0, 1, 0, 1])
    assert_array_equal(shifted, [1, 1, 1, 1])


def test_average_pooling_by_hand():
    x = np.array([[[[1.0, 3.0, 5.0], [7.0, 9.0, 11.0], [2.0, 4.0, 6.0]]]])
    assert_array_equal(avg_pool2d(x, 2), [[[[5.0]]]])
    assert_array_equal(avg_pool2d(x, 2, stride=1), [[[[5.0, 7.0], [5.5, 7.5]]]])
    assert_array_equal(
        avg_pool2d_backward([[[[4.0, 8.0], [12.0, 16.0]]]], x, 2, stride=1)[0, 0],
        [[1, 3, 2], [4, 10, 6], [3, 7, 4]],
    )


def test_the_averages_denominator_counts_padding_but_not_what_hangs_over_it():
    x = np.full((1, 1, 1, 5), 12.0)
    row = {"kernel_size": (1, 4), "stride": 3, "padding": (0, 1), "ceil_mode": True}
    assert_array_equal(avg_pool2d(x, **row).ravel(), [9, 12 * 3 / 4])
    assert_array_equal(avg_pool2d(x, **row, count_include_pad=False).ravel(), [12, 12])
    x = np.full((1, 1, 1, 6), 12.0)
    # The windows are [p, 0, 1, 2], [2, 3, 4, 5] and [5, p] with one pixel missing at each end.
    assert_array_equal(avg_pool2d(x, **row).ravel(), [9, 12, 6])
    assert_array_equal(avg_pool2d(x, **row, count_include_pad=False).ravel(), [12, 12, 12])


def test_in_ceil_mode_the_last_window_starts_inside_the_image_or_the_padding_before_it():
    x = np.arange(1.0, 6.0).reshape(1, 1, 1, 5)
    assert_array_equal(max_pool2d(x, (1, 2), ceil_mode=True).ravel(), [2, 4, 5])
    # A third window would start in the padding after the image.
    x = x[..., :3]
    assert_array_equal(
        max_pool2d(x, (1, 2), stride=(1, 2), padding=(0, 1), ceil_mode=True).ravel(), [1, 3]
    )


def test_a_tie_gives_its_gradient_to_the_first_pixel_in_row_major_order():
    grad = np.array([[[[1.0]]]])
    for window, winner in [
        ([[5, 5], [5, 5]], (0, 0)),
        ([[1, 5], [5, 5]], (0, 1)),  # the upper one although the lower one is further left
        ([[1, 1], [5, 5]], (1, 0)),
        ([[1, 5], [1, 5]], (0, 1)),
        ([[1, 1, 7], [1, 7, 1], [7, 1, 1]], (0, 2)),
        ([[1, 1, 1], [1, 1, 7], [7, 7, 1]], (1, 2)),
    ]:
        x = np.array(window, dtype=float)[None, None]
        (where,) = np.argwhere(max_pool2d_backward(grad, x, len(window))[0, 0])
        assert tuple(where) == winner


@pytest.mark.parametrize("ties", ["last", "every"])
def test_another_rule_for_ties_would_be_noticed(rng, ties):
    x = rng.integers(0, 3, size=(2, 3, 9, 8)).astype(float)
    grad = rng.normal(size=(2, 3, 4, 3))
    ours = max_pool2d_backward(grad, x, (2, 3), stride=(2, 2))
    assert_allclose(ours, max_pool_gradient_by_loops(grad, x, (2, 3), (2, 2)), rtol=1e-13)
    wrong = max_pool_gradient_by_loops(grad, x, (2, 3), (2, 2), ties=ties)
    assert np.abs(ours - wrong).max() > 0.1


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize("content", ["numbers", "ties"])
def test_pooling_is_pytorchs_for_400_random_geometries(rng, torch, kind, content):
    compared, worst = 0, 0.0
    while compared < 400:
        shape, options = random_geometry(rng, kind)
        x = rng.normal(size=shape) if content == "numbers" else rng.integers(3, size=shape) * 1.0
        result = torch_pool(torch, kind, x, lambda y: rng.normal(size=y.shape), options)
        if result is None:
            with pytest.raises(ValueError, match="kernel spans"):
                FORWARD[kind](x, **options)
            continue
        y, grad, grad_x = result
        ours = FORWARD[kind](x, **options)
        assert ours.shape == y.shape
        if grad is None:
            assert_array_equal(ours, y)
            continue
        gradient = BACKWARD[kind](grad, x, **options)
        for mine, theirs in ((ours, y), (gradient, grad_x)):
            scale = np.abs(theirs).max() or 1
            worst = max(worst, np.abs(mine - theirs).max() / scale)
        compared += 1
    assert worst <= 1e-13


@pytest.mark.parametrize(("kind", "options"), CASES)
@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_the_gradient_is_the_derivative(rng, kind, options, method):
    # Distinct values far apart: no window changes its winner within a finite difference.
    x = rng.permutation(2 * 3 * 7 * 9).reshape(2, 3, 7, 9) / 100
    weights = rng.normal(size=FORWARD[kind](x, **options).shape)

    def loss(x):
        return (FORWARD[kind](x, **options) * weights).sum()

    grads = {"x": BACKWARD[kind](weights, x, **options)}
    assert check_gradient(loss, {"x": x}, grads, method=method)


def test_the_complex_step_agrees_at_ties(rng):
    x = rng.integers(0, 2, size=(2, 1, 5, 6)).astype(float)
    options = {"kernel_size": (3, 2), "stride": (1, 2), "padding": (1, 0)}
    weights = rng.normal(size=max_pool2d(x, **options).shape)
    assert check_gradient(
        lambda x: (max_pool2d(x, **options) * weights).sum(),
        [x],
        [max_pool2d_backward(weights, x, **options)],
    )


@settings(max_examples=80)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["max", "avg"]))
def test_the_gradient_is_the_adjoint_of_the_choice_that_was_made(seed, kind):
    rng = np.random.default_rng(seed)
    shape, options = random_geometry(rng, kind)
    x = rng.integers(-2, 3, size=shape) * 1.0
    try:
        y = FORWARD[kind](x, **options)
    except ValueError:
        return
    grad = np.where(np.isneginf(y), 0, rng.normal(size=y.shape))
    y = np.where(np.isneginf(y), 0, y)
    assert_allclose((y * grad).sum(), (x * BACKWARD[kind](grad, x, **options)).sum(), atol=1e-12)


@pytest.mark.parametrize(("kind", "options"), CASES)
def test_memory_order_dtype_and_arguments_are_kept(rng, kind, options):
    x = rng.normal(size=(2, 3, 9, 11))
    y = FORWARD[kind](x, **options)
    grad = rng.normal(size=y.shape)
    grad_x = BACKWARD[kind](grad, x, **options)
    for dtype, rtol in [(np.float16, 2e-2), (np.float32, 1e-5), (np.float64, 1e-12)]:
        small, small_grad = x.astype(dtype), grad.astype(dtype)
        before = small.copy(), small_grad.copy()
        small.flags.writeable = small_grad.flags.writeable = False
        out, out_x = (
            FORWARD[kind](small, **options),
            BACKWARD[kind](small_grad, small, **options),
        )
        assert out.dtype == out_x.dtype == dtype
        assert out.flags.writeable
        assert_array_equal(small, before[0])
        assert_array_equal(small_grad, before[1])
        assert_allclose(out, y, rtol=rtol, atol=rtol)
        if dtype != np.float16:  # whose rounding makes ties
            assert_allclose(out_x, grad_x, rtol=rtol, atol=rtol)

    nhwc = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    grad_nhwc = np.ascontiguousarray(grad.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    out, out_x = FORWARD[kind](nhwc, **options), BACKWARD[kind](grad_nhwc, nhwc, **options)
    assert_allclose(out, y, rtol=1e-13)
    assert_allclose(out_x, grad_x, rtol=1e-13)
    assert out.transpose(0, 2, 3, 1).flags.c_contiguous
    assert np.argmin(out_x.strides) == 1
    mixed = BACKWARD[kind](grad, x[:, :, ::-1], **options)
    assert_allclose(mixed, BACKWARD[kind](grad, x[:, :, ::-1].copy(), **options), rtol=1e-13)


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_windows_of_one_pixel_give_a_copy(rng, kind):
    x = rng.normal(size=(1, 2, 4, 5))
    y = FORWARD[kind](x, 1)
    assert_array_equal(y, x)
    y[...] = 0
    assert x.any()
    assert_array_equal(BACKWARD[kind](x, x, 1), x)
    assert_array_equal(FORWARD[kind](x, 1, stride=(2, 3)), x[:, :, ::2, ::3])


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_an_empty_batch_is_pooled_to_an_empty_batch(kind):
    x = np.zeros((0, 3, 4, 6))
    assert FORWARD[kind](x, 2).shape == (0, 3, 2, 3)
    assert BACKWARD[kind](np.zeros((0, 3, 2, 3)), x, 2).shape == x.shape


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_integers_and_lists_are_pooled_as_float64(kind):
    y = FORWARD[kind]([[[[1, 1], [1, 1]]]], 2)
    assert y.dtype == np.float64
    assert_array_equal(y, [[[[1.0]]]])


def test_a_window_may_have_more_than_255_rows(rng):
    x = rng.integers(0, 9, size=(1, 1, 300, 4)).astype(float)
    x[0, 0, 280, 3] = x[0, 0, 290, 2] = x[0, 0, 20, 0] = 9
    grad = np.ones((1, 1, 1, 2))
    assert_array_equal(
        np.argwhere(max_pool2d_backward(grad, x, (300, 2))[0, 0]), [[20, 0], [280, 3]]
    )


def test_nan_takes_its_window_and_the_last_one_its_gradient(rng, torch):
    for _ in range(60):
        shape, options = random_geometry(rng, "max")
        x = rng.integers(0, 3, size=shape) * 1.0
        x[rng.random(shape) < 0.2] = np.nan
        result = torch_pool(torch, "max", x, lambda y: rng.normal(size=y.shape), options)
        if result is None or result[1] is None:
            continue
        y, grad, grad_x = result
        assert_array_equal(max_pool2d(x, **options), y)
        assert_allclose(max_pool2d_backward(grad, x, **options), grad_x, rtol=1e-13, atol=1e-15)


def test_infinities_pass_through_silently():
    x = np.array([[[[-np.inf, 1.0, np.inf, -np.inf]]]])
    assert_array_equal(max_pool2d(x, (1, 2)).ravel(), [1, np.inf])
    assert_array_equal(avg_pool2d(x, (1, 2)).ravel(), [-np.inf, np.nan])
    y = avg_pool2d(x.astype(complex), (1, 2))
    assert np.isnan(avg_pool2d_backward(y, x, (1, 2)).ravel()[2:]).all()
    for dtype in (np.float32, np.float64, np.longdouble):
        grad = np.array([[[[np.inf, np.nan]]]], dtype)
        assert_array_equal(max_pool2d_backward(grad, x, (1, 2)).ravel(), [0, np.inf, np.nan, 0])


def test_a_pixel_of_minus_infinity_wins_against_the_padding():
    x = np.full((1, 1, 2, 2), -np.inf)
    grad_x = max_pool2d_backward(np.ones((1, 1, 2, 2)), x, 2, padding=1)
    assert_array_equal(grad_x, np.ones((1, 1, 2, 2)))


def test_a_window_without_a_pixel_gives_minus_infinity_and_no_gradient():
    x = np.ones((1, 1, 1, 1))
    options = {"kernel_size": (1, 2), "padding": (0, 1), "dilation": (1, 2)}
    assert_array_equal(max_pool2d(x, **options), [[[[-np.inf]]]])
    assert_array_equal(max_pool2d_backward([[[[3.0]]]], x, **options), [[[[0.0]]]])


def test_complex_pixels_are_compared_by_their_real_part():
    x = np.array([[[[1 + 5j, 2 - 7j, 2 + 9j, 0]]]])
    assert_array_equal(max_pool2d(x, (1, 4)), [[[[2 - 7j]]]])
    assert_array_equal(max_pool2d_backward([[[[1j]]]], x, (1, 4)), [[[[0, 1j, 0, 0]]]])
    assert np.isnan(max_pool2d(x * [1, np.nan, 1, 1], (1, 4))).all()
    assert_array_equal(avg_pool2d(x, (1, 2)), [[[[1.5 - 1j, 1 + 4.5j]]]])
    assert max_pool2d(x.astype(np.complex64), (1, 2)).dtype == np.complex64


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": np.zeros((3, 4, 4))}, ValueError, r"x must have 4 axes .* got 3 \(shape \(3, 4, 4"),
        ({"x": [[[[1, 2], [3]]]]}, ValueError, "x must be a rectangular array"),
        ({"x": [[[["a"]]]]}, TypeError, "x must hold integers, floats or complex"),
        ({"kernel_size": 0}, ValueError, "kernel_size must be an integer of at least 1, got 0"),
        ({"kernel_size": 2.0}, TypeError, "kernel_size must be an integer .* got 2.0"),
        ({"kernel_size": (1, 2, 3)}, ValueError, r"kernel_size must be .* pair .* got \(1, 2, 3\)"),
        ({"kernel_size": 6}, ValueError, "kernel spans 6 pixels but the padded input has 4"),
        ({"stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"stride": 1.5}, TypeError, "stride must be an integer .* got 1.5"),
        ({"padding": -1}, ValueError, "padding must be an integer of at least 0, got -1"),
        ({"stride": 10**20}, ValueError, "stride must be at most 2147483647, got 10000000000"),
        ({"ceil_mode": None}, TypeError, "ceil_mode must be True or False, got None"),
        ({"padding": "same"}, TypeError, "padding must be an integer .* got 'same'"),
        (
            {"kernel_size": (3, 4), "padding": (2, 1)},
            ValueError,
            r"padding must be at most half of kernel_size, got padding \(2, 1\) with .* \(3, 4\)",
        ),
    ],
)
def test_bad_arguments_are_named_and_quoted(kind, change, error, message):
    arguments = {"x": np.zeros((1, 1, 4, 5)), "kernel_size": 2, **change}
    with pytest.raises(error, match=message):
        FORWARD[kind](**arguments)
    with pytest.raises(error, match=message):
        BACKWARD[kind](grad=np.zeros((1, 1, 2, 2)), **arguments)


def test_a_dilation_below_one_is_refused():
    for function in (
        max_pool2d,
        lambda *a, **k: max_pool2d_backward(np.zeros((1, 1, 2, 2)), *a, **k),
    ):
        with pytest.raises(ValueError, match="dilation must be an integer of at least 1, got 0"):
            function(np.zeros((1, 1, 4, 4)), 2, dilation=0)


def test_count_include_pad_is_true_or_false():
    x, message = np.zeros((1, 1, 4, 4)), r"count_include_pad must be True or False, got array\(\["
    with pytest.raises(TypeError, match=message):
        avg_pool2d(x, 2, count_include_pad=np.ones(2))
    with pytest.raises(TypeError, match=message):
        avg_pool2d_backward(np.zeros((1, 1, 2, 2)), x, 2, count_include_pad=np.ones(2))


@pytest.mark.parametrize("kind", ["max", "avg"])
def test_a_gradient_of_another_shape_is_refused(kind):
    with pytest.raises(
        ValueError, match=r"grad must have shape \(1, 1, 2, 2\), got \(1, 1, 2, 3\)"
    ):
        BACKWARD[kind](np.zeros((1, 1, 2, 3)), np.zeros((1, 1, 4, 5)), 2)
