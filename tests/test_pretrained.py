import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnnlib


@pytest.fixture(scope="module")
def shipped():
    return cnnlib.load_lenet()


def test_lenet_is_the_network_of_chapters_11_and_13(rng):
    summary = cnnlib.lenet(rng=rng).summary((1, 28, 28))
    assert [(row.layer, row.output_shape, row.parameters) for row in summary.rows] == [
        ("Conv2d(1, 8, 5)", (8, 24, 24), 208),
        ("MaxPool2d(2)", (8, 12, 12), 0),
        ("ReLU()", (8, 12, 12), 0),
        ("Conv2d(8, 16, 5)", (16, 8, 8), 3216),
        ("MaxPool2d(2)", (16, 4, 4), 0),
        ("ReLU()", (16, 4, 4), 0),
        ("Flatten()", (256,), 0),
        ("Linear(256, 10)", (10,), 2570),
    ]
    assert summary.parameters == 5994


def test_lenet_pools_before_relu_which_changes_no_output(rng):
    model, x = cnnlib.lenet(rng=rng), rng.random((4, 1, 28, 28), dtype=np.float32)
    order = ("conv1", "relu1", "pool1", "conv2", "relu2", "pool2", "flatten1", "linear1")
    relu_first = cnnlib.Sequential(*(model[name] for name in order))
    assert_array_equal(relu_first(x), model(x))


def test_the_shipped_weights_are_float32_and_recognise_99_percent_of_the_test_set(shipped):
    assert shipped.dtype == np.float32
    x, y = cnnlib.load_mnist().test
    assert cnnlib.evaluate(shipped, (x, y)).accuracy >= 0.99


def test_each_call_makes_a_network_of_its_own(shipped):
    other = cnnlib.load_lenet()
    other["conv1"].weight.value[:] = 0
    assert shipped["conv1"].weight.value.any()


def test_lenet_refuses_what_is_no_generator():
    with pytest.raises(TypeError, match="rng must be"):
        cnnlib.lenet(rng=0)
