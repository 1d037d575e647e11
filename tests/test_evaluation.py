import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.evaluation import confusion_matrix, evaluate, predict
from cnnlib.layers import Conv2d, Flatten, Linear, ReLU, Sequential
from cnnlib.losses import cross_entropy


@pytest.fixture
def model(rng):
    return Sequential(Conv2d(2, 3, 2, rng=rng), ReLU(), Flatten(), Linear(36, 4, rng=rng))


def test_predict_is_the_network_itself_in_batches(rng, model):
    x = rng.normal(size=(11, 2, 4, 5)).astype(np.float32)
    for batch_size in (1, 4, 11, 99):
        assert_allclose(predict(model, x, batch_size=batch_size), model(x), rtol=1e-5, atol=1e-6)


def test_evaluate_is_the_loss_and_the_share_of_hits_over_all_images(rng, model):
    x, y = rng.normal(size=(11, 2, 4, 5)).astype(np.float32), rng.integers(0, 4, 11)
    logits = model(x)
    measured = evaluate(model, (x, y), batch_size=3)
    assert measured.loss == pytest.approx(cross_entropy(logits, y), rel=1e-5)
    assert measured.accuracy == np.mean(logits.argmax(axis=1) == y)


def test_measuring_leaves_the_memory_of_forward_alone(rng, model):
    x = rng.normal(size=(3, 2, 4, 5))
    grad = np.ones_like(model.forward(x))
    expected = model.backward(grad)
    evaluate(model, (x[:2], [0, 1]))
    assert_array_equal(model.backward(grad), expected)


def test_the_confusion_matrix_counts_pairs(rng):
    labels, predictions = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    expected = np.zeros((6, 6), int)
    for i, j in zip(labels, predictions, strict=True):
        expected[i, j] += 1
    assert_array_equal(confusion_matrix(labels, predictions, classes=6), expected)
    assert_array_equal(confusion_matrix(labels, predictions), expected[:4, :4])


def test_the_confusion_matrix_of_nothing_is_zero():
    none = np.array([], int)
    assert_array_equal(confusion_matrix(none, none, classes=3), np.zeros((3, 3)))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0, 1], [0]), ValueError, "labels and predictions must be equally long, got 2 and 1"),
        (([[0]], [0]), ValueError, r"labels must have shape \(N,\), got \(1, 1\)"),
        (([0], [0.5]), TypeError, "predictions must hold integers, got dtype float64"),
        (([0], [-1]), ValueError, "predictions must hold integers from 0 to 9999, got -1"),
    ],
)
def test_the_confusion_matrix_names_bad_labels(arguments, error, message):
    with pytest.raises(error, match=message):
        confusion_matrix(*arguments)


def test_the_confusion_matrix_names_too_few_classes():
    with pytest.raises(ValueError, match="classes must be at least 3 for these labels, got 2"):
        confusion_matrix([0, 2], [0, 1], classes=2)
    with pytest.raises(ValueError, match="classes must be an integer of at least 1, got 0"):
        confusion_matrix([0], [0], classes=0)


def test_the_confusion_matrix_refuses_classes_that_no_memory_holds():
    with pytest.raises(ValueError, match="labels must hold integers from 0 to 9999, got 10000000"):
        confusion_matrix([0, 10**9], [0, 1])
    with pytest.raises(ValueError, match=r"labels must .* got 9223372036854775809"):
        confusion_matrix(np.array([0, 2**63 + 1], np.uint64), [0, 1])
    with pytest.raises(ValueError, match="classes must be at most 10000, got 1000000000"):
        confusion_matrix([0], [0], classes=10**9)


@pytest.mark.parametrize(
    ("x", "options", "error", "message"),
    [
        (
            np.zeros((0, 2, 4, 5)),
            {},
            ValueError,
            r"x must hold at least one image .*\(0, 2, 4, 5\)",
        ),
        (np.zeros(3), {}, ValueError, r"x must hold at least one image \(N, ...\), got shape \(3,"),
        ("seven", {}, TypeError, "x must hold .* numbers, got dtype <U5"),
        (np.zeros((1, 2, 4, 5)), {"batch_size": 0}, ValueError, "batch_size must be .*1, got 0"),
        (np.zeros((1, 3, 4, 5)), {}, ValueError, "conv1: input has 3 channels, weight expects 2"),
    ],
)
def test_predict_names_what_does_not_fit(model, x, options, error, message):
    with pytest.raises(error, match=message):
        predict(model, x, **options)


def test_predict_and_evaluate_want_a_model():
    with pytest.raises(TypeError, match="model must be a Sequential or another Layer, got None"):
        predict(None, np.zeros((1, 2)))
    with pytest.raises(TypeError, match="model must be a Sequential or another Layer, got 'm'"):
        evaluate("m", (np.zeros((1, 2)), [0]))


def test_evaluate_names_labels_that_do_not_fit(model):
    x = np.zeros((2, 2, 4, 5))
    with pytest.raises(ValueError, match="labels must lie between 0 and 3, got 4"):
        evaluate(model, (x, [0, 4]))
    with pytest.raises(ValueError, match="data must hold a label for each image, got 2 and 3"):
        evaluate(model, (x, [0, 1, 2]))


def test_evaluate_names_the_output_of_a_model_that_is_no_classifier(rng):
    with pytest.raises(ValueError, match="logits must have 2 axes, got 4"):
        evaluate(Sequential(Conv2d(2, 3, 2, rng=rng)), (np.zeros((3, 2, 4, 5)), [0, 1, 2]))


def test_an_evaluation_holds_plain_floats():
    assert [type(value) for value in evaluate(ReLU(), ([[1.0, 2.0]], [0]))] == [float, float]
