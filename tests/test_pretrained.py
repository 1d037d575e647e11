import math

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


def test_the_last_snapshot_of_the_recorded_run_is_the_shipped_weights(shipped):
    run = cnnlib.load_run()
    assert run.steps[-1] == run.total == len(run.loss) == 4 * math.ceil(55_000 / 64)
    kept = run.network(-1)
    for name, parameter in shipped.named_parameters().items():
        exact, rounded = parameter.value, kept.named_parameters()[name].value
        assert np.abs(exact - rounded).max() <= 0.501 * np.abs(exact).max() / 127, name


def test_the_recorded_confusion_matrices_are_those_of_the_networks_they_belong_to(shipped):
    run, validation = cnnlib.load_run(), cnnlib.load_mnist().validation
    x, y = validation.x[:2000], validation.y[:2000]
    found = cnnlib.confusion_matrix(y, cnnlib.predict(shipped, x).argmax(axis=1))
    # Another BLAS may decide an image that is on the edge otherwise.
    assert np.abs(found - run.confusion[-1]).sum() <= 2
    assert all(matrix.sum() == 2000 for matrix in run.confusion)
    for index in (0, 5, 12):
        logits = cnnlib.predict(run.network(index), x)  # 8 bits move a few images, too
        found = cnnlib.confusion_matrix(y, logits.argmax(axis=1))
        assert np.abs(found - run.confusion[index]).sum() <= 0.05 * 2000


def test_each_call_makes_a_network_of_its_own(shipped):
    other = cnnlib.load_lenet()
    other["conv1"].weight.value[:] = 0
    assert shipped["conv1"].weight.value.any()


def test_lenet_refuses_what_is_no_generator():
    with pytest.raises(TypeError, match="rng must be"):
        cnnlib.lenet(rng=0)
