import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.dense import linear, linear_backward
from cnnlib.gradcheck import check_gradient


@pytest.fixture
def problem(rng):
    """Three samples, four features, two outputs: no two sizes are equal."""
    arrays = {
        "x": rng.normal(size=(3, 4)),
        "weight": rng.normal(size=(2, 4)),
        "bias": rng.normal(size=2),
    }
    return arrays, rng.normal(size=(3, 2))


def named(grads):
    return dict(zip(("x", "weight", "bias"), grads, strict=True))


def test_linear_by_hand():
    x, weight = np.array([[1.0, 2.0], [3.0, 4.0]]), np.array([[1.0, 0.0], [2.0, 1.0], [0.0, 5.0]])
    assert_array_equal(linear(x, weight), [[1, 4, 10], [3, 10, 20]])
    assert_array_equal(linear(x, weight, [1.0, 2.0, 3.0]), [[2, 6, 13], [4, 12, 23]])
    grad_x, grad_weight, grad_bias = linear_backward([[1.0, 0, 2], [0, 1, 3]], x, weight)
    assert_array_equal(grad_x, [[1, 10], [2, 16]])
    assert_array_equal(grad_weight, [[1, 2], [3, 4], [11, 16]])
    assert_array_equal(grad_bias, [1, 1, 5])


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_the_gradients_are_the_derivatives(problem, method):
    arrays, grad = problem
    grads = linear_backward(grad, arrays["x"], arrays["weight"])

    def loss(x, weight, bias):
        return (linear(x, weight, bias) * grad).sum()

    assert check_gradient(loss, arrays, named(grads), method=method)


@pytest.mark.parametrize(
    ("name", "bug"),
    [
        ("weight", lambda grad, x, weight: grad[:1].T @ x[:1]),  # the first sample only
        ("weight", lambda grad, x, weight: grad.T @ x / len(x)),  # a mean instead of a sum
        ("bias", lambda grad, x, weight: grad[-1]),  # `=` for `+=`
        ("x", lambda grad, x, weight: grad @ np.abs(weight)),
    ],
)
def test_a_planted_bug_is_found_in_the_right_array(problem, name, bug):
    arrays, grad = problem
    x, weight = arrays["x"], arrays["weight"]
    grads = named(linear_backward(grad, x, weight))
    grads[name] = bug(grad, x, weight)
    report = check_gradient(
        lambda x, weight, bias: (linear(x, weight, bias) * grad).sum(), arrays, grads
    )
    assert not report
    assert report.worst.name == name


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_linear_and_its_gradients_are_pytorchs(seed):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    n, features, outputs = rng.integers(1, 7, size=3)
    shapes = {"x": (n, features), "weight": (outputs, features), "bias": (outputs,)}
    arrays = {name: rng.normal(size=shape) for name, shape in shapes.items()}
    grad = rng.normal(size=(n, outputs))
    tensors = [torch.tensor(a, requires_grad=True) for a in arrays.values()]
    y = torch.nn.functional.linear(*tensors)
    y.backward(torch.tensor(grad))
    assert_allclose(linear(**arrays), y.detach().numpy(), rtol=1e-13, atol=1e-14)
    grads = linear_backward(grad, arrays["x"], arrays["weight"])
    for ours, tensor in zip(grads, tensors, strict=True):
        assert_allclose(ours, tensor.grad.numpy(), rtol=1e-13, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_and_the_arguments_are_kept(problem, dtype):
    arrays, grad = problem
    arrays = {name: a.astype(dtype) for name, a in arrays.items()}
    before = {name: a.copy() for name, a in arrays.items()}
    grad = grad.astype(dtype)
    for array in (*arrays.values(), grad):
        array.flags.writeable = False
    assert linear(**arrays).dtype == dtype
    for ours in linear_backward(grad, arrays["x"], arrays["weight"]):
        assert ours.dtype == dtype
    for name, array in arrays.items():
        assert_array_equal(array, before[name])


def test_non_contiguous_arguments_give_the_same(problem):
    arrays, grad = problem
    x, weight = (np.asfortranarray(arrays[name])[::-1] for name in ("x", "weight"))
    assert_allclose(linear(x, weight), linear(x.copy(), weight.copy()), rtol=1e-13)
    for ours, expected in zip(
        linear_backward(grad, x, weight),
        linear_backward(grad.copy(), x.copy(), weight.copy()),
        strict=True,
    ):
        assert_allclose(ours, expected, rtol=1e-13)


def test_nan_and_infinities_pass_through_silently():
    y = linear([[np.inf, 1.0], [np.nan, 1.0], [1.0, 1.0]], [[0.0, 1.0], [1.0, -1.0]])
    assert_array_equal(y, [[np.nan, np.inf], [np.nan, np.nan], [1, 0]])
    assert_array_equal(linear([[np.inf]], [[1.0]], [-np.inf]), [[np.nan]])
    grad_x, _, grad_bias = linear_backward([[np.inf], [-np.inf]], [[1.0], [0.0]], [[2.0]])
    assert_array_equal(grad_x, [[np.inf], [-np.inf]])
    assert_array_equal(grad_bias, [np.nan])


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"x": np.zeros(4)}, ValueError, r"x must have 2 axes, got 1 \(shape \(4,\)\)"),
        ({"weight": np.zeros((2, 4, 1))}, ValueError, "weight must have 2 axes, got 3"),
        (
            {"x": np.zeros((3, 5))},
            ValueError,
            r"x has 5 features, weight expects 4 \(x \(3, 5\), weight \(2, 4\)\)",
        ),
        ({"x": [["a"] * 4]}, TypeError, "x must hold integers, floats or complex numbers"),
        ({"weight": [[1, 2, 3, 4], [5]]}, ValueError, "weight must be a rectangular array"),
    ],
)
def test_bad_arguments_are_named_and_quoted(problem, change, error, message):
    arrays = {**problem[0], **change}
    with pytest.raises(error, match=message):
        linear(**arrays)
    with pytest.raises(error, match=message):
        linear_backward(problem[1], arrays["x"], arrays["weight"])


def test_a_bias_or_gradient_of_another_shape_is_refused(problem):
    arrays, _ = problem
    with pytest.raises(ValueError, match=r"bias must have shape \(2,\), got \(3,\)"):
        linear(arrays["x"], arrays["weight"], np.zeros(3))
    with pytest.raises(ValueError, match=r"grad must have shape \(3, 2\), got \(2, 3\)"):
        linear_backward(np.zeros((2, 3)), arrays["x"], arrays["weight"])
