"""The recording of a training: what it keeps, what it refuses, and that it survives a file."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnnlib
from cnnlib.recording import LEVELS, Recording


@pytest.fixture(scope="module")
def digits():
    return cnnlib.load_mnist_small()


def train(digits, recording, *, epochs=2, seed=0, callbacks=()):
    rng = np.random.default_rng(seed)
    model = cnnlib.Sequential(cnnlib.Flatten(), cnnlib.Linear(784, 10, rng=rng))
    optimizer = cnnlib.SGD(model.parameters(), lr=0.1)
    history = cnnlib.fit(
        model,
        digits.train,
        optimizer=optimizer,
        epochs=epochs,
        batch_size=50,
        rng=rng,
        callbacks=[recording, *callbacks],
    )
    return model, history


@pytest.fixture(scope="module")
def trained(digits):
    recording = Recording(digits.validation, count=5)
    model, history = train(digits, recording)
    return recording, model, history


def test_snapshots_are_taken_at_both_ends_and_denser_at_the_start(trained):
    recording, _, history = trained
    assert recording.steps == [1, 5, 13, 25, 40]
    assert recording.total == 40
    assert recording.loss == history.step_loss


def test_a_snapshot_is_the_network_of_its_step_in_8_bits(trained, digits):
    recording, model, _ = trained
    exact, kept = model["linear1"].weight.value, recording.network(-1)["linear1"].weight.value
    assert np.abs(exact - kept).max() <= 0.501 * np.abs(exact).max() / LEVELS
    assert kept.dtype == np.float32
    assert np.abs(recording.network(1)["linear1"].weight.value - exact).max() > 0.01


def test_what_is_measured_is_measured_with_the_network_as_it_is(trained, digits):
    recording, model, _ = trained
    measured = cnnlib.evaluate(model, digits.validation)
    assert recording.accuracy()[-1] == pytest.approx(measured.accuracy)
    assert recording.validation_loss[-1] == pytest.approx(measured.loss)
    assert_array_equal(recording.confusion[0].sum(axis=1), np.bincount(digits.validation.y))


def test_a_file_gives_everything_back(trained, tmp_path):
    recording, model, _ = trained
    recording.save(tmp_path / "run.npz")
    again = Recording.load(tmp_path / "run.npz", model)
    for name in ("total", "steps", "count"):
        assert getattr(again, name) == getattr(recording, name)
    for name in ("codes", "scales", "confusion", "loss", "validation_loss"):
        assert_array_equal(
            np.array(getattr(again, name), np.float32),
            np.array(getattr(recording, name), np.float32),
        )
    one, other = (r.network(2)["linear1"].weight.value for r in (again, recording))
    assert_array_equal(one, other)


def test_a_second_training_starts_anew(digits):
    recording = Recording(digits.validation, count=3)
    train(digits, recording, seed=0)
    model, history = train(digits, recording, epochs=1, seed=1)
    assert recording.total == len(recording.loss) == len(history.step_loss) == 20
    assert recording.steps == [1, 7, 20]
    assert recording.model is model


def test_a_training_that_is_stopped_ends_in_a_snapshot(digits):
    def stop(run):
        run.stop = run.step == 8

    recording = Recording(digits.validation, count=3)
    rng = np.random.default_rng(0)
    model = cnnlib.Sequential(cnnlib.Flatten(), cnnlib.Linear(784, 10, rng=rng))
    optimizer = cnnlib.SGD(model.parameters(), lr=0.1)
    options = {"optimizer": optimizer, "epochs": 1, "batch_size": 50, "rng": rng}
    cnnlib.fit(model, digits.train, **options, callbacks=[stop, recording])
    assert recording.steps[-1] == 8


def test_a_recording_without_images_cannot_record(digits):
    with pytest.raises(ValueError, match="needs validation images"):
        train(digits, Recording())


def test_bad_arguments_are_named(trained, tmp_path):
    recording = trained[0]
    with pytest.raises(ValueError, match=r"count must be .*1"):
        Recording(count=1)
    with pytest.raises(TypeError, match="validation must be a pair"):
        Recording(3)
    recording.save(tmp_path / "run.npz")
    with pytest.raises(ValueError, match="holds 7850 parameters, but the model has 5994"):
        Recording.load(tmp_path / "run.npz", cnnlib.load_lenet())
    with pytest.raises(TypeError, match="model must be a Sequential"):
        Recording.load(tmp_path / "run.npz", "lenet")
    with pytest.raises(IndexError, match="index must be one of the 5 snapshots, got 9"):
        recording.network(9)
    with pytest.raises(TypeError, match=r"index must be an integer, got 1\.0"):
        recording.network(1.0)


def test_a_file_that_is_no_recording_is_named(trained, tmp_path):
    _, model, _ = trained
    model.save(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match=r"weights.npz holds no recording: it lacks total, loss,"):
        Recording.load(tmp_path / "weights.npz", model)
    (tmp_path / "garbage.npz").write_bytes(b"garbage")
    with pytest.raises(ValueError, match=r"garbage.npz is not a readable npz file"):
        Recording.load(tmp_path / "garbage.npz", model)


def test_a_recording_without_snapshots_is_not_saved(digits, tmp_path):
    with pytest.raises(ValueError, match="the recording has no snapshot yet"):
        Recording(digits.validation).save(tmp_path / "run.npz")
    assert not list(tmp_path.iterdir())


def test_files_are_written_under_the_name_that_was_given(trained, tmp_path):
    recording, model, _ = trained
    recording.save(tmp_path / "run")
    model.save(tmp_path / "weights")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run", "weights"]
    assert Recording.load(tmp_path / "run", model).steps == recording.steps
