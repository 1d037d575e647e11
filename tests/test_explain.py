import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.activations import softmax
from cnnlib.explain import feature_maps, occlusion, saliency
from cnnlib.gradcheck import numerical_gradient
from cnnlib.layers import AvgPool2d, Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential


@pytest.fixture
def model(rng):
    return Sequential(
        Conv2d(2, 3, (3, 2), padding=(0, 1), rng=rng, dtype=np.float64),
        MaxPool2d((1, 2)),
        ReLU(),
        Sequential(AvgPool2d((2, 1)), Flatten()),
        Linear(18, 4, rng=rng, dtype=np.float64),
    )


@pytest.fixture
def x(rng):
    return rng.normal(size=(3, 2, 7, 5))


def test_feature_maps_are_the_outputs_of_the_layers_one_after_another(model, x):
    maps = feature_maps(model, x)
    names = ["conv1", "pool1", "relu1", "block1.pool1", "block1.flatten1", "linear1"]
    assert list(maps) == names
    block = model["block1"]
    layers = [model["conv1"], model["pool1"], model["relu1"], block["pool1"], block["flatten1"]]
    for name, layer in zip(names, [*layers, model["linear1"]], strict=True):
        x = layer(x)
        assert_array_equal(maps[name], x)


@pytest.mark.parametrize("label", [2, [3, 0, 1]])
def test_saliency_is_the_slope_of_the_logit(model, x, label):
    def logits(images):
        return model(images)[range(3), np.broadcast_to(label, 3)].sum()

    assert_allclose(saliency(model, x, label=label), numerical_gradient(logits, x), atol=1e-8)


def test_saliency_equals_that_of_pytorch(model, x):
    torch = pytest.importorskip("torch")
    functional = torch.nn.functional
    values = {name: torch.tensor(p.value) for name, p in model.named_parameters().items()}
    images = torch.tensor(x, requires_grad=True)
    y = functional.conv2d(images, values["conv1.weight"], values["conv1.bias"], padding=(0, 1))
    y = functional.avg_pool2d(functional.relu(functional.max_pool2d(y, (1, 2))), (2, 1))
    y = functional.linear(y.flatten(1), values["linear1.weight"], values["linear1.bias"])
    y[:, 1].sum().backward()
    assert_allclose(saliency(model, x, label=1), images.grad.numpy(), rtol=1e-12, atol=1e-14)


def test_saliency_means_the_recognised_class_if_none_is_named(model, x):
    recognised = model(x).argmax(axis=1)
    assert_array_equal(saliency(model, x), saliency(model, x, label=recognised))


def test_saliency_leaves_gradients_and_memory_alone(model, x):
    grad = np.ones_like(model.forward(x[:1]))
    model.backward(grad)
    gradients = [parameter.grad for parameter in model.parameters()]
    values = [gradient.copy() for gradient in gradients]
    saliency(model, x)
    for parameter, gradient, value in zip(model.parameters(), gradients, values, strict=True):
        assert parameter.grad is gradient
        assert_array_equal(gradient, value)
    assert model.backward(grad).shape == (1, 2, 7, 5)


def test_occlusion_is_the_loss_of_probability_for_each_place_of_the_cover(model, x):
    before = x.copy()
    drop = occlusion(model, x, size=(3, 2), stride=(2, 1), fill=0.5, label=[3, 0, 1])
    assert drop.shape == (3, 3, 4)
    for n, label in enumerate([3, 0, 1]):
        for i in range(3):
            for j in range(4):
                covered = x[n : n + 1].copy()
                covered[:, :, 2 * i : 2 * i + 3, j : j + 2] = 0.5
                whole, rest = softmax(model(x[n : n + 1])), softmax(model(covered))
                assert drop[n, i, j] == pytest.approx(whole[0, label] - rest[0, label], abs=1e-12)
    assert_array_equal(x, before)


def test_occlusion_means_the_recognised_class_if_none_is_named(model, x):
    recognised = model(x).argmax(axis=1)
    assert_array_equal(occlusion(model, x, size=2), occlusion(model, x, size=2, label=recognised))


def test_covering_with_what_is_there_changes_nothing(model):
    x = np.full((1, 2, 7, 5), 0.25)
    assert_allclose(occlusion(model, x, size=3, fill=0.25), 0, atol=1e-15)


@pytest.mark.parametrize("function", [saliency, lambda *args, **o: occlusion(*args, size=2, **o)])
@pytest.mark.parametrize(
    ("label", "error", "message"),
    [
        (4, ValueError, "label must lie between 0 and 3, got 4"),
        (-1, ValueError, "label must lie between 0 and 3, got -1"),
        (1.0, TypeError, "label must be an integer or an array of integers, got 1.0"),
        ([0, 1], ValueError, r"label must be one integer or have shape \(3,\), got \(2,\)"),
    ],
)
def test_a_label_that_does_not_exist_is_named(model, x, function, label, error, message):
    with pytest.raises(error, match=message):
        function(model, x, label=label)


@pytest.mark.parametrize(
    "function", [feature_maps, saliency, lambda *args: occlusion(*args, size=2)]
)
def test_models_and_images_that_do_not_fit_are_named(model, x, function):
    with pytest.raises(TypeError, match=r"model must be a Sequential, got ReLU\(\)"):
        function(ReLU(), x)
    with pytest.raises(ValueError, match=r"x must have 4 axes .*got 3"):
        function(model, x[0])
    with pytest.raises(ValueError, match="conv1: input has 1 channels, weight expects 2"):
        function(model, x[:, :1])


def test_a_network_without_logits_is_named(x):
    model = Sequential(ReLU())
    for function in (saliency, lambda *args: occlusion(*args, size=2)):
        with pytest.raises(ValueError, match=r"model must end in logits .*\(3, 2, 7, 5\)"):
            function(model, x)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"size": 6}, ValueError, r"size must be at most the images' \(7, 5\), got 6"),
        ({"size": 0}, ValueError, "size must be an integer of at least 1, got 0"),
        ({"size": 2, "stride": 0}, ValueError, "stride must be an integer of at least 1, got 0"),
        ({"size": 2, "fill": "black"}, TypeError, "fill must be a number, got 'black'"),
    ],
)
def test_a_cover_that_does_not_fit_is_named(model, x, options, error, message):
    with pytest.raises(error, match=message):
        occlusion(model, x, **options)
