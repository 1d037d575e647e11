import math
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.layers import AvgPool2d, Conv2d, Flatten, Layer, Linear, MaxPool2d, ReLU, Sequential
from cnnlib.losses import cross_entropy, cross_entropy_backward
from cnnlib.shapes import multiply_adds


def lenet(rng, dtype=np.float32):
    return Sequential(
        Conv2d(1, 8, 5, rng=rng, dtype=dtype),
        MaxPool2d(2),
        ReLU(),
        Conv2d(8, 16, 5, rng=rng, dtype=dtype),
        MaxPool2d(2),
        ReLU(),
        Flatten(),
        Linear(256, 10, rng=rng, dtype=dtype),
    )


def crooked(rng, dtype=np.float32):
    """A network in which no two sizes of a pair are equal."""
    return Sequential(
        Conv2d(3, 6, (3, 2), stride=(2, 1), padding=(1, 2), groups=3, rng=rng, dtype=dtype),
        MaxPool2d((2, 3), stride=(1, 2), padding=(1, 1), ceil_mode=True),
        ReLU(),
        Conv2d(6, 4, (3, 5), dilation=(1, 2), padding="same", bias=False, rng=rng, dtype=dtype),
        AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), count_include_pad=False),
        Flatten(),
        Linear(84, 7, rng=rng, dtype=dtype),
    )


def torch_twin(model):
    """Return the network in PyTorch, with the same float64 weights."""
    torch = pytest.importorskip("torch")

    def twin(layer):
        if isinstance(layer, Conv2d):
            filters, inputs, *kernel = layer.weight.value.shape
            options = dict(layer.geometry)
            if not isinstance(options["padding"], str):
                options["padding"] = tuple(before for before, _ in options["padding"])
            inputs *= options["groups"]
            return torch.nn.Conv2d(inputs, filters, kernel, bias=layer.bias is not None, **options)
        if isinstance(layer, Linear):
            return torch.nn.Linear(*layer.weight.value.shape[::-1])
        if isinstance(layer, (MaxPool2d, AvgPool2d)):
            return getattr(torch.nn, type(layer).__name__)(layer.kernel_size, **layer.options)
        return getattr(torch.nn, type(layer).__name__)()

    twins = torch.nn.Sequential(*(twin(layer) for layer in model.layers.values())).double()
    with torch.no_grad():
        for tensor, parameter in zip(twins.parameters(), model.parameters(), strict=True):
            tensor.copy_(torch.tensor(parameter.value))
    return twins


@pytest.mark.parametrize(("build", "shape"), [(lenet, (5, 1, 28, 28)), (crooked, (4, 3, 9, 11))])
def test_a_network_has_the_logits_and_gradients_of_pytorch(rng, build, shape):
    torch = pytest.importorskip("torch")
    model = build(rng, np.float64)
    for name, parameter in model.named_parameters().items():
        if name.endswith("bias"):
            parameter.value += rng.normal(size=parameter.value.shape)
    x, labels = rng.normal(size=shape), rng.integers(0, 7, len(range(shape[0])))
    twins = torch_twin(model)
    tensor = torch.tensor(x, requires_grad=True)
    expected = twins(tensor)
    loss = torch.nn.functional.cross_entropy(expected, torch.tensor(labels))
    loss.backward()

    logits = model.forward(x)
    grad_x = model.backward(cross_entropy_backward(logits, labels))
    assert_allclose(cross_entropy(logits, labels), loss.item(), rtol=1e-12)
    pairs = [(logits, expected.detach()), (grad_x, tensor.grad)]
    gradients = (tensor.grad for tensor in twins.parameters())
    pairs += zip((p.grad for p in model.parameters()), gradients, strict=True)
    for ours, theirs in pairs:
        scale = np.abs(theirs.numpy()).max()
        assert_allclose(ours, theirs.numpy(), rtol=1e-12, atol=1e-12 * scale)


def test_calling_a_network_equals_forward(rng):
    model, x = crooked(rng), rng.normal(size=(2, 3, 9, 11))
    assert_array_equal(model(x), model.forward(x))


def test_calling_a_network_does_not_disturb_the_memory_of_forward(rng):
    model, x = lenet(rng, np.float64), rng.normal(size=(2, 1, 28, 28))
    grad = rng.normal(size=model.forward(x).shape)
    expected = model.backward(grad)
    model.forward(x)
    model(rng.normal(size=(3, 1, 28, 28)))
    assert_array_equal(model.backward(grad), expected)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_whole_pass_keeps_the_precision(rng, dtype):
    model, x = lenet(rng, dtype), rng.normal(size=(2, 1, 28, 28)).astype(dtype)
    assert model.dtype == dtype
    logits = model.forward(x)
    grad_x = model.backward(np.ones_like(logits))
    arrays = [logits, grad_x, *(p.value for p in model.parameters())]
    assert {a.dtype for a in [*arrays, *(p.grad for p in model.parameters())]} == {np.dtype(dtype)}


def test_training_may_skip_the_gradient_of_the_input(rng):
    model, x = lenet(rng, np.float64), rng.normal(size=(2, 1, 28, 28))
    grad = np.ones_like(model.forward(x))
    assert model.backward(grad).shape == x.shape
    gradients = [parameter.grad for parameter in model.parameters()]
    assert model.backward(grad, need_grad_x=False) is None
    for parameter, expected in zip(model.parameters(), gradients, strict=True):
        assert parameter.grad is not expected
        assert_array_equal(parameter.grad, expected)


def test_training_skips_all_layers_below_the_first_that_learns(rng):
    class Untouchable(Layer):
        def __call__(self, x):
            return x

        def gradient(self, grad, x, *, need_grad_x=True):
            raise AssertionError("this gradient is of no use")

    model = Sequential(Untouchable(), Flatten(), Linear(4, 2, rng=rng))
    grad = np.ones_like(model.forward(np.ones((3, 1, 2, 2))))
    model.backward(grad, need_grad_x=False)
    assert_array_equal(model["linear1"].bias.grad, [3, 3])
    with pytest.raises(AssertionError, match="of no use"):
        model.backward(grad)


def test_backward_replaces_gradients_and_does_not_add_to_them(rng):
    model = Sequential(Linear(3, 2, rng=rng))
    model.forward(np.ones((1, 3)))
    for _ in range(2):
        model.backward(np.ones((1, 2)))
    assert_array_equal(model["linear1"].weight.grad, np.ones((2, 3)))


@pytest.mark.parametrize(
    "layer", [Flatten(), ReLU(), MaxPool2d(2), AvgPool2d(2), Sequential(Flatten())]
)
def test_backward_needs_a_forward_pass(layer):
    with pytest.raises(RuntimeError, match=r"remembers no input: call forward\(x\) before"):
        layer.backward(np.ones((1, 1, 2, 2)))


def test_backward_needs_a_gradient_of_the_outputs_shape(rng):
    layers = {
        Conv2d(1, 2, 3, rng=rng): (1, 2, 2, 2),
        MaxPool2d(2): (1, 1, 2, 2),
        AvgPool2d(2): (1, 1, 2, 2),
        ReLU(): (1, 1, 4, 4),
        Flatten(): (1, 16),
    }
    for layer, shape in layers.items():
        assert layer.forward(np.ones((1, 1, 4, 4))).shape == shape
        with pytest.raises(ValueError, match=r"grad must have .*got"):
            layer.backward(np.ones((1, 3, 5, 5)))


def test_a_network_says_which_layer_the_input_does_not_fit(rng):
    model = lenet(rng)
    with pytest.raises(ValueError, match=r"^linear1: x has 400 features, weight expects 256"):
        model(np.zeros((1, 1, 32, 32)))
    with pytest.raises(ValueError, match=r"^conv1: input has 3 channels, weight expects 1"):
        model.forward(np.zeros((1, 3, 28, 28)))
    with pytest.raises(ValueError, match=r"^conv1: x must have 4 axes .*\(28, 28\)"):
        model(np.zeros((28, 28)))


def test_weights_start_with_the_deviation_of_he_and_biases_at_zero(rng):
    conv, dense = Conv2d(16, 64, (5, 3), groups=2, rng=rng), Linear(500, 100, rng=rng)
    assert conv.weight.value.std() == pytest.approx(math.sqrt(2 / (8 * 15)), rel=0.03)
    assert dense.weight.value.std() == pytest.approx(math.sqrt(2 / 500), rel=0.03)
    assert not conv.bias.value.any()
    assert not dense.bias.value.any()


def test_a_signal_neither_grows_nor_fades_in_ten_relu_layers(rng):
    layers = [layer for _ in range(10) for layer in (Linear(200, 200, rng=rng), ReLU())]
    y = Sequential(*layers)(rng.normal(size=(50, 200)))
    assert 0.5 < (y**2).mean() < 2  # a gain of 1 would leave 0.001


def test_the_gain_scales_the_first_weights(rng):
    one, tenth = (Linear(9, 5, gain=g, rng=np.random.default_rng(1)).weight.value for g in (1, 0.1))
    assert_allclose(tenth, 0.1 * one, rtol=1e-6)


def test_a_last_layer_of_small_gain_starts_at_the_logarithm_of_the_number_of_classes(rng):
    model = Sequential(Flatten(), Linear(784, 10, gain=0.01, rng=rng))
    logits = model(rng.random((100, 1, 28, 28)))
    assert cross_entropy(logits, rng.integers(0, 10, 100)) == pytest.approx(np.log(10), rel=0.01)


def test_the_same_seed_gives_the_same_weights():
    first, again = (lenet(np.random.default_rng(5)).parameters() for _ in range(2))
    for a, b in zip(first, again, strict=True):
        assert_array_equal(a.value, b.value)


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda r: Conv2d(0, 1, 3, rng=r), ValueError, "in_channels must be .*1, got 0"),
        (lambda r: Conv2d(1, 1.0, 3, rng=r), TypeError, "out_channels must be .*1, got 1.0"),
        (lambda r: Conv2d(1, 1, (3, 0), rng=r), ValueError, "kernel_size must be .*1, got 0"),
        (lambda r: Conv2d(1, 1, 3, stride=0, rng=r), ValueError, "stride must be .*1, got 0"),
        (lambda r: Conv2d(1, 1, 3, dilation=0, rng=r), ValueError, "dilation must be .*1, got 0"),
        (lambda r: Conv2d(1, 1, 3, padding=-1, rng=r), ValueError, "padding must be .*0, got -1"),
        (lambda r: Conv2d(1, 1, 3, padding="full", rng=r), ValueError, "padding .*got 'full'"),
        (
            lambda r: Conv2d(3, 4, 3, groups=2, rng=r),
            ValueError,
            "groups must divide in_channels 3 and out_channels 4, got 2",
        ),
        (lambda r: Conv2d(1, 1, 3, rng=0), TypeError, "rng must be a numpy.random.Generator"),
        (lambda r: Conv2d(1, 1, 3, rng=r, dtype=int), ValueError, "dtype must be float32 or"),
        (lambda r: Conv2d(1, 1, 3, rng=r, dtype=None), ValueError, "dtype must be .*got None"),
        (lambda r: Conv2d(1, 1, 3, rng=r, bias=0), TypeError, "bias must be True or False, got 0"),
        (lambda r: Conv2d(1, 1, 3, rng=r, gain=-1), ValueError, "gain must be .*0, got -1"),
        (lambda r: Linear(0, 1, rng=r), ValueError, "in_features must be .*1, got 0"),
        (lambda r: Linear(1, "a", rng=r), TypeError, "out_features must be .*1, got 'a'"),
        (lambda r: Linear(1, 1, rng=None), TypeError, "rng must be a numpy.random.Generator"),
        (lambda r: Linear(1, 1, rng=r, dtype="f2"), ValueError, "dtype must .*got 'f2'"),
        (lambda r: Linear(1, 1, rng=r, dtype="single?"), ValueError, r"dtype .*got 'single\?'"),
        (lambda r: MaxPool2d(0), ValueError, "kernel_size must be .*1, got 0"),
        (lambda r: MaxPool2d(2, stride=0), ValueError, "stride must be .*1, got 0"),
        (lambda r: MaxPool2d(2, ceil_mode=1), TypeError, "ceil_mode must be True or False, got 1"),
        (
            lambda r: AvgPool2d(2, count_include_pad=None),
            TypeError,
            "count_include_pad must be True or False, got None",
        ),
        (lambda r: MaxPool2d(2, dilation=0), ValueError, "dilation must be .*1, got 0"),
        (lambda r: AvgPool2d(2, padding=-1), ValueError, "padding must be .*0, got -1"),
        (lambda r: AvgPool2d((1, 2, 3)), ValueError, r"kernel_size must be .*\(1, 2, 3\)"),
        (lambda r: Sequential(), ValueError, "Sequential needs at least one layer, got none"),
        (lambda r: Sequential([ReLU()]), TypeError, r"objects of class Layer, got \[ReLU\(\)\]"),
        (lambda r: Sequential(*[ReLU()] * 2), ValueError, r"used once, got ReLU\(\) twice"),
    ],
)
def test_layers_name_bad_arguments_when_they_are_made(rng, make, error, message):
    with pytest.raises(error, match=message):
        make(rng)


def test_layers_print_what_they_were_made_of(rng):
    assert repr(crooked(rng)) == (
        "Sequential(\n"
        "    conv1: Conv2d(3, 6, (3, 2), stride=(2, 1), padding=((1, 1), (2, 2)), groups=3)\n"
        "    pool1: MaxPool2d((2, 3), stride=(1, 2), padding=1, ceil_mode=True)\n"
        "    relu1: ReLU()\n"
        "    conv2: Conv2d(6, 4, (3, 5), padding='same', dilation=(1, 2))\n"
        "    pool2: AvgPool2d((3, 2), stride=(2, 1), padding=(1, 0), count_include_pad=False)\n"
        "    flatten1: Flatten()\n"
        "    linear1: Linear(84, 7)\n"
        ")"
    )
    assert repr(Conv2d(1, 8, 5, padding=2, rng=rng)) == "Conv2d(1, 8, 5, padding=2)"


def test_layers_are_found_by_name(rng):
    model = lenet(rng)
    assert list(model.layers)[:4] == ["conv1", "pool1", "relu1", "conv2"]
    assert model["conv2"].weight is model.named_parameters()["conv2.weight"]
    with pytest.raises(ValueError, match=r"name must be one of 'conv1', .*; got 'conv3'"):
        model["conv3"]


def test_a_sequential_may_hold_another(rng):
    inner = Sequential(Conv2d(1, 2, 3, rng=rng), ReLU())
    model = Sequential(inner, Flatten(), Linear(8, 3, rng=rng))
    x = rng.normal(size=(2, 1, 4, 4))
    flat = Sequential(*inner.layers.values(), model["flatten1"], model["linear1"])
    assert_array_equal(model(x), flat(x))
    grad = np.ones_like(model.forward(x))
    grad_x = model.backward(grad)
    flat.forward(x)
    assert_array_equal(grad_x, flat.backward(grad))
    assert list(model.named_parameters())[:2] == ["block1.conv1.weight", "block1.conv1.bias"]
    names = [row.name for row in model.summary((1, 4, 4)).rows]
    assert names == ["block1.conv1", "block1.relu1", "flatten1", "linear1"]


def test_the_summary_of_the_modern_lenet_5_has_its_61706_parameters(rng):
    model = Sequential(
        *(Conv2d(1, 6, 5, padding=2, rng=rng), ReLU(), AvgPool2d(2)),
        *(Conv2d(6, 16, 5, rng=rng), ReLU(), AvgPool2d(2), Flatten()),
        *(Linear(400, 120, rng=rng), ReLU(), Linear(120, 84, rng=rng), ReLU()),
        Linear(84, 10, rng=rng),
    )
    summary = model.summary((1, 28, 28))
    costs = [
        multiply_adds(1, 6, 5, input_size=28, padding=2),
        multiply_adds(6, 16, 5, input_size=14),
        *(400 * 120, 120 * 84, 84 * 10),
    ]
    assert summary.parameters == 61_706
    assert [row.multiply_adds for row in summary.rows if row.parameters] == costs
    assert summary.multiply_adds == sum(costs)
    assert summary.rows[2].output_shape == (6, 14, 14)


def test_the_summary_counts_pairs_and_groups(rng):
    summary = crooked(rng).summary((3, 9, 11))
    cost = multiply_adds(3, 6, (3, 2), input_size=(9, 11), stride=(2, 1), padding=(1, 2), groups=3)
    assert summary.rows[0].multiply_adds == cost
    assert summary.rows[0].parameters == 6 * (3 * 2 + 1)


def test_the_summary_is_a_table_in_a_notebook(rng):
    html = Sequential(Flatten(), Linear(4, 2, rng=rng)).summary((1, 2, 2))._repr_html_()
    cells = re.findall(r"<t[hd] [^>]*>(.*?)</t[hd]>", html)
    assert cells[:5] == ["name", "layer", "output", "parameters", "multiply-adds"]
    assert cells[-10:-5] == ["linear1", "Linear(4, 2)", "2", "10", "8"]
    assert cells[-5:] == ["total", "", "", "10", "8"]
    assert len(re.findall("<tr>", html)) == 5


def test_the_summary_leaves_the_memory_of_forward_alone(rng):
    model = lenet(rng)
    model.forward(np.ones((3, 1, 28, 28), np.float32))
    model.summary((1, 28, 28))
    assert model.backward(np.ones((3, 10), np.float32)).shape == (3, 1, 28, 28)


@pytest.mark.parametrize(
    ("shape", "error", "message"),
    [
        (28, TypeError, r"input_shape must be a tuple such as \(1, 28, 28\), got 28"),
        ((), TypeError, r"input_shape must be a tuple .*got \(\)"),
        ((1, 28, 0), ValueError, "input_shape must be an integer of at least 1, got 0"),
        ((1, 28.0, 28), TypeError, "input_shape must be an integer of at least 1, got 28.0"),
        ((1, 3, 28), ValueError, "conv1: kernel spans 5 pixels but the padded input has 3"),
    ],
)
def test_the_summary_names_a_bad_input_shape(rng, shape, error, message):
    with pytest.raises(error, match=message):
        lenet(rng).summary(shape)


def test_saved_parameters_come_back(rng, tmp_path):
    model, other = lenet(rng), lenet(rng)
    arrays = [parameter.value for parameter in other.parameters()]
    model.save(tmp_path / "weights.npz")
    other.load(str(tmp_path / "weights.npz"))
    x = rng.random((2, 1, 28, 28), dtype=np.float32)
    assert_array_equal(model(x), other(x))
    assert all(p.value is a for p, a in zip(other.parameters(), arrays, strict=True))


def test_loading_keeps_the_networks_precision(rng, tmp_path):
    wide, narrow = lenet(rng, np.float64), lenet(rng)
    wide.save(tmp_path / "weights.npz")
    narrow.load(tmp_path / "weights.npz")
    assert narrow.dtype == np.float32
    assert_allclose(narrow["conv1"].weight.value, wide["conv1"].weight.value, rtol=1e-6)


def test_a_file_that_does_not_fit_changes_nothing_and_the_differences_are_listed(rng, tmp_path):
    model = lenet(rng)
    before = [parameter.value.copy() for parameter in model.parameters()]
    values = {name: parameter.value for name, parameter in model.named_parameters().items()}
    del values["conv2.bias"]
    values["linear1.weight"] = np.zeros((10, 400))
    values["linear1.bias"] = np.zeros(10, complex)
    values["linear2.bias"] = np.zeros(10)
    np.savez(tmp_path / "weights.npz", **values)
    with pytest.raises(ValueError, match="does not fit this network") as caught:
        model.load(tmp_path / "weights.npz")
    assert str(caught.value).split(": ", 1)[1].split("; ") == [
        "the file lacks conv2.bias",
        "the network lacks linear2.bias",
        "linear1.weight is (10, 400) in the file, (10, 256) in the network",
        "linear1.bias holds complex128 in the file, not floats",
    ]
    for parameter, value in zip(model.parameters(), before, strict=True):
        assert_array_equal(parameter.value, value)


def test_a_damaged_file_changes_nothing(rng, tmp_path):
    model, path = lenet(rng), tmp_path / "weights.npz"
    before = model["conv1"].weight.value.copy()
    model.save(path)
    whole = bytearray(path.read_bytes())
    pickled = np.array([{"conv1.weight": 1}], dtype=object)
    np.savez(tmp_path / "pickled.npz", **{"conv1.weight": pickled})
    broken = whole.copy()
    broken[500] ^= 255
    contents = [b"", b"not an archive", bytes(whole[:1000]), bytes(broken)]
    np.save(tmp_path / "array.npy", np.zeros(3))
    contents += [(tmp_path / name).read_bytes() for name in ("pickled.npz", "array.npy")]
    for content in contents:
        path.write_bytes(content)
        with pytest.raises(ValueError, match=r"weights.npz is not a readable npz file"):
            model.load(path)
        assert_array_equal(model["conv1"].weight.value, before)
    with pytest.raises(FileNotFoundError, match="nowhere"):
        model.load(tmp_path / "nowhere.npz")
