import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.layers import Flatten, Sequential
from cnnlib.optim import SGD, Adam
from cnnlib.parameter import Parameter

SHAPES = [(4, 3, 2, 5), (7,), ()]


def steps(optimizer, parameters, gradients):
    """Yield the values after each step."""
    for step in gradients:
        for parameter, grad in zip(parameters, step, strict=True):
            parameter.grad = grad
        optimizer.step()
        yield [parameter.value.copy() for parameter in parameters]


@pytest.mark.parametrize(
    ("ours", "name", "options"),
    [
        (SGD, "SGD", {"lr": 0.3}),
        (SGD, "SGD", {"lr": 0.3, "weight_decay": 0.1}),
        (SGD, "SGD", {"lr": 0.1, "momentum": 0.9}),
        (SGD, "SGD", {"lr": 0.1, "momentum": 0.7, "weight_decay": 0.05}),
        (SGD, "SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True, "weight_decay": 0.05}),
        (Adam, "Adam", {}),
        (Adam, "Adam", {"lr": 0.1, "betas": (0.6, 0.8), "eps": 0.1, "weight_decay": 0.2}),
    ],
)
def test_every_step_equals_that_of_pytorch(rng, ours, name, options):
    torch = pytest.importorskip("torch")
    start = [rng.normal(size=shape) for shape in SHAPES]
    gradients = [[rng.normal(size=shape) for shape in SHAPES] for _ in range(12)]
    parameters = [Parameter(value.copy()) for value in start]
    tensors = [torch.tensor(value, requires_grad=True) for value in start]
    theirs = getattr(torch.optim, name)(tensors, **options)
    results = steps(ours(parameters, **options), parameters, gradients)
    for step, values in zip(gradients, results, strict=True):
        for tensor, grad in zip(tensors, step, strict=True):
            tensor.grad = torch.tensor(grad)
        theirs.step()
        for value, tensor in zip(values, tensors, strict=True):
            assert_allclose(value, tensor.detach().numpy(), rtol=1e-12, atol=1e-14)


def test_momentum_by_hand():
    # v: 1, 0.5·1 + 1 = 1.5, 0.5·1.5 + 1 = 1.75; the value falls by 0.1 times their sum.
    weight = Parameter(np.array([1.0]))
    results = steps(SGD([weight], lr=0.1, momentum=0.5), [weight], [[np.ones(1)]] * 3)
    assert_allclose(np.concatenate(list(results)), [[0.9], [0.75], [0.575]])


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_a_step_changes_values_in_place_keeps_their_dtype_and_leaves_gradients_alone(kind):
    grad = np.full(3, 2, np.float32)
    grad.flags.writeable = False
    weight = Parameter(np.ones(3, np.float32))
    value = weight.value
    optimizer = kind([weight], lr=0.1, weight_decay=0.1)
    for _ in range(3):
        weight.grad = grad
        optimizer.step()
    assert weight.value is value
    assert value.dtype == np.float32
    assert (value < 1).all()
    assert_array_equal(grad, 2)


def test_the_learning_rate_may_change_between_steps():
    weight = Parameter(np.array([1.0]))
    optimizer = SGD([weight], lr=0.1)
    weight.grad = np.array([1.0])
    optimizer.step()
    optimizer.lr = 0.5
    optimizer.step()
    assert_allclose(weight.value, [0.4])


def test_a_step_without_gradients_changes_nothing_and_says_what_to_do():
    ready, missing = Parameter(np.ones(2)), Parameter(np.ones((3, 4)))
    ready.grad = np.ones(2)
    optimizer = Adam([ready, missing])
    with pytest.raises(RuntimeError, match=r"no gradient .*\(3, 4\).*run the model's backward"):
        optimizer.step()
    assert_array_equal(ready.value, 1)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lr": 0}, ValueError, "lr must be a positive number, got 0"),
        ({"lr": "fast"}, TypeError, "lr must be a positive number, got 'fast'"),
        ({"lr": 1, "momentum": 1}, ValueError, "momentum must be at least 0 and below 1, got 1.0"),
        ({"lr": 1, "momentum": -0.1}, ValueError, "momentum must be a number of at least 0"),
        ({"lr": 1, "nesterov": 1}, TypeError, "nesterov must be True or False, got 1"),
        ({"lr": 1, "nesterov": True}, ValueError, "nesterov needs a momentum above 0"),
        ({"lr": 1, "weight_decay": -1}, ValueError, "weight_decay must be .* at least 0, got -1"),
    ],
)
def test_sgd_names_numbers_out_of_range(options, error, message):
    with pytest.raises(error, match=message):
        SGD([Parameter(np.ones(1))], **options)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"lr": -1}, ValueError, "lr must be a positive number, got -1"),
        ({"betas": 0.9}, ValueError, "betas must be a pair of numbers, got 0.9"),
        ({"betas": (0.9, 1.0)}, ValueError, "betas must be at least 0 and below 1, got 1.0"),
        ({"eps": 0}, ValueError, "eps must be a positive number, got 0"),
    ],
)
def test_adam_names_numbers_out_of_range(options, error, message):
    with pytest.raises(error, match=message):
        Adam([Parameter(np.ones(1))], **options)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_an_optimizer_wants_parameters(kind):
    with pytest.raises(ValueError, match="parameters must hold at least one Parameter, got none"):
        kind([], lr=1)
    with pytest.raises(TypeError, match=r"objects of class Parameter, got array\(\[1., 1.\]\)"):
        kind([np.ones(2)], lr=1)
    with pytest.raises(TypeError, match=r"parameters .* such as model.parameters\(\), got Par"):
        kind(Parameter(np.ones(1)), lr=1)


@pytest.mark.parametrize("kind", [SGD, Adam])
def test_an_optimizer_of_a_model_itself_is_told_what_it_wants(kind):
    message = r"parameters must be a sequence of .* such as model.parameters\(\), got Sequential"
    with pytest.raises(TypeError, match=message):
        kind(Sequential(Flatten()), lr=0.1)


@pytest.mark.parametrize(
    ("grad", "error", "message"),
    [
        (np.ones(2), ValueError, r"grad of parameters\[1\] must have 2 axes, got 1 \(shape \(2,\)"),
        (np.ones((2, 3)), ValueError, r"\[1\] must have shape \(2, 2\), got \(2, 3\)"),
        (np.ones((2, 2), complex), TypeError, r"\[1\] must be real, got dtype complex128"),
        ([["a", "b"]], TypeError, r"grad of parameters\[1\] must hold .* got dtype <U1"),
    ],
)
def test_a_gradient_that_does_not_fit_changes_nothing(grad, error, message):
    parameters = Parameter(np.ones(2)), Parameter(np.ones((2, 2)))
    parameters[0].grad, parameters[1].grad = np.ones(2), grad
    optimizer = SGD(parameters, lr=0.1)
    with pytest.raises(error, match=message):
        optimizer.step()
    assert optimizer.steps == 0
    for parameter in parameters:
        assert_array_equal(parameter.value, 1)


def test_learning_leaves_the_start_value_of_a_parameter_alone():
    start = np.ones(2)
    weight = Parameter(start)
    weight.grad = np.ones(2)
    SGD([weight], lr=0.5).step()
    assert_array_equal(start, 1)


def test_a_parameter_of_integers_becomes_one_that_can_learn():
    weight = Parameter([1, 2])
    weight.grad = np.ones(2)
    SGD([weight], lr=0.5).step()
    assert_array_equal(weight.value, [0.5, 1.5])


def test_a_parameter_prints_its_shape():
    assert repr(Parameter(np.zeros((8, 5), np.float32))) == "Parameter(8 × 5, float32)"
