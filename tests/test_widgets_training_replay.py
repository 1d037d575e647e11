"""The training replay: what it says, how it follows a training, what it refuses."""

import re

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import cnnlib
from cnnlib.recording import Recording
from cnnlib.widgets import TrainingReplay
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules


@pytest.fixture(scope="module")
def digits():
    return cnnlib.load_mnist_small()


def fit(digits, callback, *, seed=0, epochs=1):
    rng = np.random.default_rng(seed)
    model = cnnlib.lenet(rng=rng)
    optimizer = cnnlib.SGD(model.parameters(), lr=0.05, momentum=0.9)
    options = {"optimizer": optimizer, "epochs": epochs, "batch_size": 50, "rng": rng}
    cnnlib.fit(model, digits.train, **options, callbacks=[callback])
    return model


def test_it_shows_the_end_of_the_shipped_run():
    replay = TrainingReplay()
    assert replay.at == replay.last == 23
    assert "after step 3440 of 3440" in repr(replay)
    assert "1983 of 2000 validation images recognised" in repr(replay)


def test_each_snapshot_has_its_own_numbers():
    replay = TrainingReplay(digit="7", at=0)
    spoken = set()
    for at in range(24):
        replay.at = at
        assert f"snapshot {at} of 23, after step {replay.steps[at]} of" in repr(replay)
        spoken.add(repr(replay))
    assert len(spoken) == 24


def test_the_probabilities_are_those_of_the_snapshots_network():
    replay = TrainingReplay(digit="2", at=4)
    x = replay.pixels[2][None, None] / np.float32(255)
    expected = cnnlib.softmax(cnnlib.load_run().network(4)(x))[0]
    assert_array_equal(replay.probabilities(), expected)
    assert expected.sum() == pytest.approx(1)


def test_the_digits_are_test_images_of_each_class(digits):
    replay = TrainingReplay()
    pixels = np.frombuffer(replay.digits, np.uint8).reshape(10, 28, 28)
    for digit, image in enumerate(pixels):
        same = (np.rint(255 * digits.test.x[:, 0]) == image).all(axis=(1, 2))
        assert digits.test.y[same].tolist() == [digit]
    shares = [TrainingReplay(digit=str(d)).probabilities().argmax() for d in range(10)]
    assert shares == list(range(10))


def test_the_bytes_hold_the_weights_of_every_snapshot():
    replay, run = TrainingReplay(), cnnlib.load_run()
    codes = np.frombuffer(replay.codes, np.int8).reshape(24, 5994)
    assert replay.sizes == [200, 8, 3200, 16, 2560, 10]
    parts = np.split(codes[7], np.cumsum(replay.sizes)[:-1])
    weights = [p * np.float32(s) for p, s in zip(parts, replay.scales[7], strict=True)]
    for found, parameter in zip(weights, run.network(7).parameters(), strict=True):
        assert_array_equal(found, parameter.value.ravel())


def test_the_curve_is_the_mean_of_the_losses():
    replay, run = TrainingReplay(), cnnlib.load_run()
    steps, losses = np.array(replay.curve).T
    assert len(steps) <= 200
    assert (steps[0], losses[0]) == (1, pytest.approx(run.loss[0], abs=1e-4))
    assert (np.diff(steps) > 0).all()
    assert steps[-1] < run.total
    counts = np.rint(2 * np.diff([0, *steps])).astype(int)  # consistent with whole bins
    assert counts.min() >= 1
    assert min(run.loss) <= losses.min() <= losses.max() <= max(run.loss)


def test_it_follows_a_training(digits):
    replay = TrainingReplay(validation=digits.validation, count=4)
    seen = []
    model = fit(digits, lambda run: (replay.record(run), seen.append((replay.at, replay.last))))
    assert replay.steps == [1, 5, 11, 20]
    assert replay.total == 20
    assert seen[0] == (0, 0)
    assert seen[-1] == (3, 3)
    assert replay.run.model is model
    assert "after step 20 of 20" in repr(replay)
    assert len(replay.codes) == 4 * 5994


def test_a_reader_who_looks_back_is_left_alone(digits):
    replay = TrainingReplay(validation=digits.validation, count=4)

    def look_back(run):
        replay.record(run)
        if run.step == 11:
            replay.at = 0

    fit(digits, look_back)
    assert (replay.at, replay.last) == (0, 3)


def test_a_second_training_takes_the_place_of_the_first(digits):
    replay = TrainingReplay(validation=digits.validation, count=3)
    fit(digits, replay.record)
    fit(digits, replay.record, seed=1, epochs=2)
    assert (replay.total, replay.last, replay.steps[-1]) == (40, 2, 40)


def test_without_images_of_ones_own_mnists_are_measured(digits):
    replay = TrainingReplay(count=2)
    fit(digits, replay.record)
    assert sum(replay.confusion[-1]) == 2000


def test_another_network_is_shown_as_well(digits):
    rng = np.random.default_rng(0)
    recording = Recording(digits.validation, count=2)
    model = cnnlib.Sequential(cnnlib.Flatten(), cnnlib.Linear(784, 10, rng=rng))
    optimizer = cnnlib.SGD(model.parameters(), lr=0.1)
    options = {"optimizer": optimizer, "epochs": 1, "batch_size": 100, "rng": rng}
    cnnlib.fit(model, digits.train, **options, callbacks=[recording])
    replay = TrainingReplay(recording)
    assert [layer["kind"] for layer in replay.layers] == ["flatten", "linear"]
    assert "after step 10 of 10" in repr(replay)
    replay.still()


def test_the_bundle_describes_the_figure():
    bundle, metadata = TrainingReplay(at=3)._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "training-replay"
    assert "snapshot 3 of 23" in bundle[EXPLORER_MIME]["alt"]
    assert len(metadata[EXPLORER_MIME]["still"]) > 1000


def test_the_controls_come_in_order_and_know_the_last_snapshot():
    controls = TrainingReplay().controls()
    assert [control.description for control in controls] == ["Digit", "Snapshot", "Play"]
    assert controls[1].max == controls[2].max == 23


def test_the_controls_follow_a_training_without_a_front_end(digits):
    replay = TrainingReplay(validation=digits.validation, count=4)
    _, slider, play = replay.figure.children[0].children
    fit(digits, replay.record)
    assert (replay.at, slider.value, slider.max, play.value, play.max) == (3,) * 5
    replay.at = 1
    assert slider.value == play.value == 1


def test_an_answer_that_comes_after_the_training_does_not_move_the_place_back(digits):
    replay = TrainingReplay(validation=digits.validation, count=4)
    _, slider, play = replay.figure.children[0].children
    fit(digits, replay.record)
    for control in (slider, play):
        control.set_state({"value": 0})  # as the browser saw it at the first snapshot
    assert replay.at == 3


def test_the_front_end_computes_with_the_networks_module():
    assert {"network.js", "replay.js", "sheet.js"} <= set(modules("training_replay.js"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"at": 24}, "at must be between 0 and 23, got 24"),
        ({"digit": "x"}, "digit must be one of .*'9'.*, got 'x'"),
        ({"run": "lenet"}, "run must be a Recording with at least one snapshot, got 'lenet'"),
        ({"run": Recording()}, "run must be a Recording with at least one snapshot"),
        ({"validation": 3}, r"validation must be a pair \(x, y\)"),
        ({"validation": ([[0.0]], [0]), "count": 1}, "count must be .*1"),
        ({"colour": 1}, "TrainingReplay has no argument 'colour'"),
    ],
)
def test_what_is_refused_is_named(arguments, message):
    with pytest.raises((TypeError, ValueError), match=message):
        TrainingReplay(**arguments)


def test_the_repr_is_one_sentence():
    assert re.fullmatch(r"TrainingReplay\(snapshot .* with over 99\.9 %\)", repr(TrainingReplay()))
