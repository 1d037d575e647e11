import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.activations import softmax
from cnnlib.gradcheck import check_gradient
from cnnlib.losses import cross_entropy, cross_entropy_backward


def test_cross_entropy_by_hand():
    logits = np.array([[2.0, 1.0, 0.1]])
    assert_allclose(cross_entropy(logits, [0]), 0.4170, atol=5e-5)
    assert_allclose(cross_entropy_backward(logits, [0]), [[-0.3410, 0.2424, 0.0986]], atol=5e-5)
    two = np.log([[1.0, 3.0], [4.0, 1.0]])
    assert_allclose(cross_entropy(two, [0, 1]), (np.log(4) + np.log(5)) / 2, rtol=1e-15)
    assert_allclose(
        cross_entropy_backward(two, [0, 1]),
        [[-3 / 8, 3 / 8], [2 / 5, -2 / 5]],
        rtol=1e-14,
    )


def test_a_model_that_knows_nothing_scores_the_logarithm_of_the_number_of_classes():
    assert_allclose(cross_entropy(np.zeros((7, 10)), np.arange(7)), 2.302585092994046, rtol=1e-15)


@pytest.mark.parametrize("method", ["complex-step", "finite-differences"])
def test_the_gradient_is_the_derivative(rng, method):
    logits, labels = rng.normal(scale=3, size=(4, 5)), np.array([4, 0, 0, 2])
    grad = cross_entropy_backward(logits, labels)

    def loss(logits):
        return cross_entropy(logits, labels)

    assert check_gradient(loss, {"logits": logits}, {"logits": grad}, method=method)
    for bug in (grad * len(labels), softmax(logits) / len(labels)):
        assert not check_gradient(loss, {"logits": logits}, {"logits": bug}, method=method)


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1))
def test_loss_and_gradient_are_pytorchs(seed):
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(seed)
    n, classes = rng.integers(1, 8, size=2)
    logits = rng.normal(scale=10, size=(n, classes))
    labels = rng.integers(classes, size=n)
    tensor = torch.tensor(logits, requires_grad=True)
    loss = torch.nn.functional.cross_entropy(tensor, torch.tensor(labels))
    loss.backward()
    assert_allclose(cross_entropy(logits, labels), loss.item(), rtol=1e-13, atol=1e-14)
    grad = cross_entropy_backward(logits, labels)
    assert_allclose(grad, tensor.grad.numpy(), rtol=1e-13, atol=1e-14)
    assert_allclose(grad.sum(axis=1), 0, atol=1e-15)


def test_huge_logits_lose_no_digit():
    assert cross_entropy([[1e4, 0.0]], [1]) == 1e4
    assert cross_entropy([[-1e300, 1e300]], [1]) == 0
    assert cross_entropy([[0.0, -np.inf]], [1]) == np.inf
    assert_array_equal(cross_entropy_backward([[1e4, 0.0]], [1]), [[1, -1]])


def test_nan_passes_through_silently():
    for row in ([np.nan, 0.0], [np.inf, 0.0], [np.inf, np.inf]):
        assert np.isnan(cross_entropy([row, [0.0, 0.0]], [1, 1]))
        grad = cross_entropy_backward([row, [0.0, 0.0]], [1, 1])
        assert np.isnan(grad[0]).all()
        assert_array_equal(grad[1], [0.25, -0.25])


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, np.complex64, np.complex128])
def test_the_dtype_and_the_arguments_are_kept(rng, dtype):
    logits, labels = rng.normal(size=(4, 3)).astype(dtype), np.array([2, 0, 1, 1])
    before = logits.copy()
    logits.flags.writeable = labels.flags.writeable = False
    assert cross_entropy(logits, labels).dtype == dtype
    assert cross_entropy_backward(logits, labels).dtype == dtype
    assert_array_equal(logits, before)
    assert_array_equal(labels, [2, 0, 1, 1])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.int32, np.int64])
def test_labels_of_every_integer_type_are_the_same(rng, dtype):
    logits, labels = rng.normal(size=(3, 200)), np.array([2, 120, 0])
    assert cross_entropy(logits, labels.astype(dtype)) == cross_entropy(logits, labels)
    assert cross_entropy(logits, labels.tolist()) == cross_entropy(logits, labels)


@pytest.mark.parametrize(
    ("logits", "labels", "error", "message"),
    [
        (np.zeros(3), [0], ValueError, "logits must have 2 axes, got 1"),
        (np.zeros((0, 3)), [], ValueError, r"logits must have at least one row .* \(0, 3\)"),
        (np.zeros((1, 0)), [0], ValueError, r"at least one row and one class, got shape \(1, 0\)"),
        ([["a"]], [0], TypeError, "logits must hold integers, floats or complex numbers"),
        (np.zeros((2, 3)), [0], ValueError, r"labels must have shape \(2,\), got \(1,\)"),
        (np.zeros((2, 3)), [[1], [2]], ValueError, "labels must have 1 axis, got 2"),
        (np.zeros((2, 3)), [[1], [2, 3]], ValueError, "labels must be a rectangular array"),
        (np.zeros((2, 3)), [0, 3], ValueError, "labels must lie between 0 and 2, got 3"),
        (np.zeros((2, 3)), [-1, 0], ValueError, "labels must lie between 0 and 2, got -1"),
        (
            np.zeros((2, 3)),
            [0.0, 1.0],
            TypeError,
            "labels must be integers from 0 to 2, got dtype float64",
        ),
        (np.zeros((2, 3)), [True, False], TypeError, "labels must hold .* got dtype bool"),
    ],
)
def test_bad_arguments_are_named_and_quoted(logits, labels, error, message):
    for function in (cross_entropy, cross_entropy_backward):
        with pytest.raises(error, match=message):
            function(logits, labels)
