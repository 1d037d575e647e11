import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.activations import flatten, flatten_backward, relu, relu_backward, softmax
from cnnlib.gradcheck import check_gradient

DTYPES = [np.float16, np.float32, np.float64, np.complex64, np.complex128]


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch")


def test_relu_by_hand():
    x = np.array([[-2.0, 0.0, 3.0], [0.5, -0.0, -7.0]])
    assert_array_equal(relu(x), [[0, 0, 3], [0.5, 0, 0]])
    grad = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]])
    assert_array_equal(relu_backward(grad, x), [[0, 0, 3], [4, 0, 0]])


def test_relu_and_its_gradient_are_pytorchs(rng, torch):
    x = rng.integers(-3, 4, size=(3, 2, 4, 5)) * rng.random((3, 2, 4, 5))
    x[0, 0] = [[np.nan] * 5, [np.inf] * 5, [-np.inf] * 5, [0.0] * 5]
    grad = rng.normal(size=x.shape)
    tensor = torch.tensor(x, requires_grad=True)
    y = torch.relu(tensor)
    y.backward(torch.tensor(grad))
    assert_array_equal(relu(x), y.detach().numpy())
    assert_array_equal(relu_backward(grad, x), tensor.grad.numpy())


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_relus_gradient_is_its_derivative(rng, method):
    x = rng.choice([-1, 1], size=(3, 4)) * rng.uniform(0.1, 1, size=(3, 4))
    weights = rng.normal(size=x.shape)

    def loss(x):
        return (relu(x) ** 2 * weights).sum()

    grad = relu_backward(2 * relu(x) * weights, x)
    assert check_gradient(loss, [x], [grad], method=method)


def test_a_closed_gate_stops_infinities():
    grad = np.array([np.inf, np.nan, -np.inf, np.nan])
    assert_array_equal(relu_backward(grad, [-1.0, -1.0, 1.0, 1.0]), [0, 0, -np.inf, np.nan])


@pytest.mark.parametrize("dtype", DTYPES)
def test_relu_keeps_the_dtype_and_its_arguments(rng, dtype):
    x, grad = rng.normal(size=(2, 3, 4)).astype(dtype), rng.normal(size=(2, 3, 4)).astype(dtype)
    before = x.copy(), grad.copy()
    x.flags.writeable = grad.flags.writeable = False
    y, grad_x = relu(x), relu_backward(grad, x)
    assert y.dtype == grad_x.dtype == dtype
    assert_array_equal(y, np.where(x.real > 0, x, 0))
    assert_array_equal(grad_x, np.where(x.real > 0, grad, 0))
    assert_array_equal(x, before[0])
    assert_array_equal(grad, before[1])
    assert_array_equal(relu_backward(grad.T, x.T), grad_x.T)
    assert np.isnan(relu(np.array([np.nan], dtype)))


def test_softmax_by_hand():
    assert_allclose(softmax([2.0, 1.0, 0.1]), [0.6590, 0.2424, 0.0986], atol=5e-5)
    assert_allclose(softmax([[0.0, np.log(3)]]), [[0.25, 0.75]], rtol=1e-15)


def test_softmax_along_any_axis_is_pytorchs(rng, torch):
    logits = rng.normal(scale=20, size=(3, 4, 5))
    for axis in (-3, -1, 0, 1, 2):
        expected = torch.softmax(torch.tensor(logits), dim=axis).numpy()
        assert_allclose(softmax(logits, axis=axis), expected, rtol=1e-13)


@given(
    arrays(float, array_shapes(max_dims=2), elements=st.floats(-50, 50)),
    st.floats(-1e3, 1e3),
)
def test_softmax_adds_up_to_one_and_ignores_a_common_shift(logits, shift):
    p = softmax(logits)
    assert_allclose(p.sum(axis=-1), 1, rtol=1e-12)
    assert_allclose(softmax(logits + shift), p, rtol=1e-9)


def test_softmax_neither_overflows_nor_warns_at_the_extremes():
    assert_array_equal(softmax([1e300, -1e300]), [1, 0])
    assert_array_equal(softmax([1e38, -1e38], axis=0), [1, 0])
    assert_array_equal(softmax([0.0, -np.inf]), [1, 0])
    assert np.isnan(softmax([[0.0, np.inf], [np.nan, 1.0], [-np.inf, -np.inf]])).all()
    assert softmax(np.zeros((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("dtype", DTYPES)
def test_softmax_keeps_the_dtype_and_its_argument(rng, dtype):
    logits = rng.normal(size=(4, 3)).astype(dtype)
    before = logits.copy()
    logits.flags.writeable = False
    assert softmax(logits).dtype == dtype
    assert_array_equal(logits, before)


def test_the_complex_step_passes_through_softmax(rng):
    logits, weights = rng.normal(size=(2, 5)), rng.normal(size=(2, 5))
    p = softmax(logits)
    grad = p * (weights - (p * weights).sum(axis=1, keepdims=True))
    assert check_gradient(lambda z: (softmax(z) * weights).sum(), [logits], [grad])


def test_flattening_is_row_major_and_undone_by_its_gradient(rng):
    x = np.arange(24.0).reshape(2, 2, 3, 2)
    assert_array_equal(flatten(x), [np.arange(12), np.arange(12, 24)])
    nhwc = np.ascontiguousarray(x.transpose(0, 2, 3, 1)).transpose(0, 3, 1, 2)
    assert_array_equal(flatten(nhwc), flatten(x))
    assert_array_equal(flatten_backward(flatten(x), x), x)
    assert flatten(np.zeros((0, 2, 3))).shape == (0, 6)
    weights = rng.normal(size=(2, 12))
    for method in ("complex-step", "finite-differences"):
        assert check_gradient(
            lambda x: (flatten(x) * weights).sum(),
            [x],
            [flatten_backward(weights, x)],
            method=method,
        )


def test_flattening_is_pytorchs(rng, torch):
    x, grad = rng.normal(size=(3, 2, 4, 5)), rng.normal(size=(3, 40))
    tensor = torch.tensor(x, requires_grad=True)
    y = torch.flatten(tensor, 1)
    y.backward(torch.tensor(grad))
    assert_array_equal(flatten(x), y.detach().numpy())
    assert_array_equal(flatten_backward(grad, x), tensor.grad.numpy())


@pytest.mark.parametrize("dtype", DTYPES)
def test_flattening_keeps_the_dtype(dtype):
    x = np.ones((2, 3, 4), dtype)
    x.flags.writeable = False
    assert flatten(x).dtype == flatten_backward(flatten(x), x).dtype == dtype


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: relu("a"), TypeError, "x must hold integers, floats or complex numbers"),
        (lambda: relu([[1, 2], [3]]), ValueError, "x must be a rectangular array"),
        (
            lambda: relu_backward(np.zeros(3), np.zeros(2)),
            ValueError,
            r"grad must have shape \(2,\), got \(3,\)",
        ),
        (lambda: softmax([True, False]), TypeError, "logits must hold .* got dtype bool"),
        (
            lambda: softmax(np.zeros((2, 3)), axis=2),
            ValueError,
            r"axis must be one of the 2 axes of logits, got 2 \(shape \(2, 3\)\)",
        ),
        (lambda: softmax(1.0), ValueError, "axis must be one of the 0 axes of logits, got -1"),
        (lambda: softmax([1.0], axis=0.0), TypeError, "axis must be an integer, got 0.0"),
        (
            lambda: flatten(np.zeros(3)),
            ValueError,
            r"x must have at least 2 axes .* got 1 .*\(3,\)",
        ),
        (
            lambda: flatten_backward(np.zeros((2, 5)), np.zeros((2, 3, 2))),
            ValueError,
            r"grad must have shape \(2, 6\), got \(2, 5\)",
        ),
    ],
)
def test_bad_arguments_are_named_and_quoted(call, error, message):
    with pytest.raises(error, match=message):
        call()
