import io
import math
import sys
import threading

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.datasets import load_mnist_small, minibatches
from cnnlib.evaluation import evaluate, predict
from cnnlib.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential
from cnnlib.optim import SGD, Adam
from cnnlib.schedules import cosine_decay, one_cycle
from cnnlib.train import fit


@pytest.fixture(scope="module")
def digits():
    return load_mnist_small()


def lenet(rng, dtype=np.float32):
    return Sequential(
        Conv2d(1, 8, 5, rng=rng, dtype=dtype),
        MaxPool2d(2),
        ReLU(),
        Conv2d(8, 16, 5, rng=rng, dtype=dtype),
        MaxPool2d(2),
        ReLU(),
        Flatten(),
        Linear(256, 10, gain=1, rng=rng, dtype=dtype),
    )


def dense(rng, dtype=np.float32):
    return Sequential(Flatten(), Linear(784, 10, gain=0.1, rng=rng, dtype=dtype))


def train(model, data, rng, **options):
    """Fit quietly, with plain gradient descent unless told otherwise."""
    options = {"epochs": 1, "batch_size": 100, **options}
    options.setdefault("optimizer", SGD(model.parameters(), lr=0.1))
    return fit(model, data, rng=rng, progress=False, **options)


def test_a_network_learns_ten_images_by_heart(digits, rng):
    model, ten = lenet(rng), (digits.train.x[:10], digits.train.y[:10])
    optimizer = Adam(model.parameters(), lr=0.01)
    train(model, ten, rng, optimizer=optimizer, epochs=40, batch_size=10)
    measured = evaluate(model, ten)
    assert measured.accuracy == 1
    assert measured.loss < 0.01


def test_a_network_recognises_digits_it_has_not_seen(digits, rng):
    model = lenet(rng)
    optimizer = Adam(model.parameters(), lr=0.01)
    history = train(
        model,
        digits.train,
        rng,
        optimizer=optimizer,
        epochs=6,
        batch_size=32,
        schedule=one_cycle(),
        validation=digits.validation,
    )
    assert history.validation_accuracy[-1] > 0.9
    assert evaluate(model, digits.test).accuracy > 0.9


def test_the_same_seed_gives_the_same_run_bit_for_bit(digits):
    def run(seed):
        rng = np.random.default_rng(seed)
        model = lenet(rng)
        optimizer = SGD(model.parameters(), lr=0.05, momentum=0.9, nesterov=True)
        options = {"epochs": 2, "batch_size": 64, "validation": digits.validation}
        history = train(model, digits.train, rng, optimizer=optimizer, **options)
        return history, [parameter.value for parameter in model.parameters()]

    (first, values), (again, same_values), (other, _) = run(7), run(7), run(8)
    assert vars(first) == vars(again)
    for value, same in zip(values, same_values, strict=True):
        assert_array_equal(value, same)
    assert other.step_loss != first.step_loss


def test_training_follows_pytorch_step_by_step(digits):
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)  # on a busy machine, threads that wait for each other crawl
    model, options = lenet(np.random.default_rng(1), np.float64), {"lr": 0.05, "momentum": 0.9}
    nn = torch.nn
    blocks = [nn.Conv2d(1, 8, 5), nn.MaxPool2d(2), nn.ReLU(), nn.Conv2d(8, 16, 5), nn.MaxPool2d(2)]
    twins = nn.Sequential(*blocks, nn.ReLU(), nn.Flatten(), nn.Linear(256, 10)).double()
    with torch.no_grad():
        for tensor, parameter in zip(twins.parameters(), model.parameters(), strict=True):
            tensor.copy_(torch.tensor(parameter.value))
    theirs = torch.optim.SGD(twins.parameters(), **options)
    losses = []
    data = digits.train.x[:330], digits.train.y[:330]
    for x, y in minibatches(*data, 50, rng=np.random.default_rng(2)):
        loss = nn.functional.cross_entropy(twins(torch.tensor(x).double()), torch.tensor(y))
        theirs.zero_grad()
        loss.backward()
        theirs.step()
        losses.append(loss.item())
    optimizer = SGD(model.parameters(), **options)
    rng = np.random.default_rng(2)
    history = train(model, data, rng, optimizer=optimizer, batch_size=50)
    assert_allclose(history.step_loss, losses, rtol=1e-9)
    for tensor, parameter in zip(twins.parameters(), model.parameters(), strict=True):
        assert_allclose(parameter.value, tensor.detach().numpy(), rtol=1e-9, atol=1e-9)


def test_the_history_holds_every_step_and_every_epoch(digits, rng):
    model = dense(rng)
    history = train(
        model,
        digits.train,
        rng,
        epochs=3,
        batch_size=300,
        schedule=cosine_decay(),
        validation=digits.validation,
    )
    assert len(history.step_loss) == len(history.step_lr) == 12
    assert_allclose(history.step_lr, [0.1 * cosine_decay()(k / 12) for k in range(12)])
    assert history.step_loss[0] == pytest.approx(math.log(10), rel=0.1)
    sizes = [300, 300, 300, 100]
    assert_allclose(history.loss[1], np.average(history.step_loss[4:8], weights=sizes))
    assert len(history.loss) == len(history.accuracy) == len(history.validation_loss) == 3
    assert 0.5 < history.accuracy[-1] < 1
    last = evaluate(model, digits.validation)
    assert (history.validation_loss[-1], history.validation_accuracy[-1]) == last
    assert repr(history).startswith("History(3 epochs, 12 steps, loss ")


def test_the_accuracy_of_an_epoch_is_that_before_each_step(digits, rng):
    model, frozen = dense(rng), {"lr": 1e-30}
    expected = evaluate(model, digits.train)
    history = train(model, digits.train, rng, optimizer=SGD(model.parameters(), **frozen))
    assert history.accuracy == [pytest.approx(expected.accuracy, abs=1e-12)]
    assert history.loss == [pytest.approx(expected.loss, rel=1e-5)]


def test_the_optimizer_gets_its_learning_rate_back(digits, rng):
    model = dense(rng)
    optimizer = SGD(model.parameters(), lr=0.2)
    train(model, digits.train, rng, optimizer=optimizer, schedule=one_cycle())
    assert optimizer.lr == 0.2


def test_callbacks_see_every_step_and_may_stop(digits, rng):
    seen = []

    def watch(run):
        seen.append((run.step, run.epoch, run.epoch_done, len(run.history.validation_loss)))
        run.stop = run.step == 5

    model = dense(rng)
    options = {"epochs": 9, "batch_size": 250, "validation": digits.validation}
    history = train(model, digits.train, rng, callbacks=[watch], **options)
    assert seen == [
        (1, 0, False, 0),
        (2, 0, False, 0),
        (3, 0, False, 0),
        (4, 1, True, 1),
        (5, 1, False, 1),
    ]
    assert len(history.step_loss) == 5
    assert len(history.loss) == 1
    assert not history.interrupted


def test_an_interrupt_leaves_a_model_that_works_and_the_history_so_far(digits, rng):
    def press_stop(run):
        if run.step == 3:
            raise KeyboardInterrupt

    model = dense(rng)
    optimizer = SGD(model.parameters(), lr=0.1)
    options = {"optimizer": optimizer, "schedule": one_cycle(), "callbacks": [press_stop]}
    history = train(model, digits.train, rng, **options)
    assert history.interrupted
    assert len(history.step_loss) == 3
    assert optimizer.lr == 0.1
    assert np.isfinite(evaluate(model, digits.test).loss)
    assert not train(model, digits.train, rng).interrupted


def test_a_loss_that_explodes_is_named_with_its_step_and_learning_rate(digits, rng):
    model = Sequential(Flatten(), Linear(784, 50, rng=rng), ReLU(), Linear(50, 10, rng=rng))
    optimizer = SGD(model.parameters(), lr=1e30)
    with (
        np.errstate(all="ignore"),
        pytest.raises(FloatingPointError, match=r"loss became (nan|inf) in step \d; .* 1e\+30"),
    ):
        train(model, digits.train, rng, optimizer=optimizer)


def test_images_of_another_precision_are_computed_in_that_of_the_model(digits, rng):
    model = dense(rng)
    bytes_ = (digits.train.x * 255).astype(np.uint8)
    assert predict(model, bytes_).dtype == np.float32
    train(model, (bytes_.astype(np.float64), digits.train.y.astype(np.uint8)), rng, epochs=1)
    assert {p.grad.dtype for p in model.parameters()} == {np.dtype(np.float32)}


def test_training_does_not_change_the_data(digits, rng):
    x, y = digits.train.x.copy(), digits.train.y.copy()
    x.flags.writeable = y.flags.writeable = False
    train(lenet(rng), (x, y), rng)
    assert_array_equal(x, digits.train.x)


def fit_in_terminal(monkeypatch, digits, **options):
    """Train with a terminal for standard error; return what it shows."""
    terminal = io.StringIO()
    terminal.isatty = lambda: True
    monkeypatch.setattr(sys, "stderr", terminal)
    rng = np.random.default_rng(0)
    model = dense(rng)
    optimizer = SGD(model.parameters(), lr=0.1)
    data, options = digits.train, {"epochs": 2, "batch_size": 100, "rng": rng, **options}
    fit(model, data, optimizer=optimizer, **options)
    return terminal.getvalue()


def test_a_terminal_shows_a_progress_bar_without_starting_a_thread(monkeypatch, digits):
    monkeypatch.delenv("TQDM_DISABLE", raising=False)
    threads = threading.active_count()
    shown = fit_in_terminal(monkeypatch, digits)
    assert "epoch 2" in shown
    assert "20/20" in shown
    assert threading.active_count() == threads


def test_the_progress_bar_can_be_switched_off(monkeypatch, digits):
    assert fit_in_terminal(monkeypatch, digits, progress=False) == ""
    monkeypatch.setenv("TQDM_DISABLE", "1")
    assert fit_in_terminal(monkeypatch, digits) == ""


def test_nothing_is_shown_where_there_is_no_terminal(digits, rng, capsys):
    model = dense(rng)
    optimizer = SGD(model.parameters(), lr=0.1)
    fit(model, digits.train, optimizer=optimizer, epochs=1, batch_size=100, rng=rng)
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"model": "lenet"}, TypeError, "model must be a Sequential .*, got 'lenet'"),
        ({"train": np.ones(3)}, TypeError, r"train must be a pair \(x, y\), got ndarray"),
        (
            {"train": (np.ones((3, 784)), [0, 1])},
            ValueError,
            "train must hold a label for each image, got 3 and 2",
        ),
        (
            {"train": (np.ones((0, 784)), [])},
            ValueError,
            r"x of train must hold at least one image .*\(0, 784\)",
        ),
        ({"train": (["a"], [0])}, TypeError, "x of train must hold .* numbers, got dtype <U1"),
        ({"train": (1j * np.ones((1, 2)), [0])}, TypeError, "x of train .*got dtype complex128"),
        ({"train": ([[1], [1, 2]], [0, 1])}, ValueError, "x of train .* got ragged rows"),
        ({"train": (np.ones((2, 784)), [[0], [0, 1]])}, ValueError, "y of train .*ragged rows"),
        (
            {"train": (np.ones((2, 784)), [0.0, 1.0])},
            TypeError,
            "y of train must hold integers, got dtype float64",
        ),
        (
            {"train": (np.ones((2, 784)), [0, -1])},
            ValueError,
            "y of train must hold integers from 0 to 9999, got -1",
        ),
        ({"train": (np.ones((2, 784)), [0, 10])}, ValueError, "labels must lie between 0 and 9"),
        ({"train": (np.ones((2, 783)), [0, 1])}, ValueError, "linear1: x has 783 features"),
        ({"validation": 5}, TypeError, r"validation must be a pair \(x, y\), got int"),
        ({"epochs": 0}, ValueError, "epochs must be an integer of at least 1, got 0"),
        ({"batch_size": 0.5}, TypeError, "batch_size must be an integer of at least 1, got 0.5"),
        ({"rng": 0}, TypeError, "rng must be a numpy.random.Generator"),
        ({"optimizer": 0.1}, TypeError, "optimizer must be an SGD or an Adam, got 0.1"),
        ({"schedule": 0.1}, TypeError, "schedule must be a function of the progress, got 0.1"),
        ({"callbacks": [3]}, TypeError, "callbacks must be a sequence of functions, got .*3"),
        ({"callbacks": print}, TypeError, "callbacks must be a sequence of functions, got <built"),
    ],
)
def test_fit_names_what_does_not_fit(rng, change, error, message):
    model = dense(rng)
    arguments = {
        "model": model,
        "train": (np.ones((2, 784)), [0, 1]),
        "optimizer": SGD(model.parameters(), lr=0.1),
        "epochs": 1,
        "batch_size": 2,
        "rng": rng,
        "progress": False,
    }
    arguments.update(change)
    with pytest.raises(error, match=message):
        fit(arguments.pop("model"), arguments.pop("train"), **arguments)


@pytest.mark.parametrize(
    ("factor", "error"), [(-5, ValueError), (None, TypeError), (np.nan, ValueError)]
)
def test_fit_names_a_schedule_that_returns_no_factor(digits, rng, factor, error):
    message = rf"schedule\(0\) must be a number of at least 0, got {factor}"
    with pytest.raises(error, match=message):
        train(dense(rng), digits.train, rng, schedule=lambda progress: factor)


def test_fit_blames_images_and_initial_weights_before_the_learning_rate(digits, rng):
    x, y = digits.train
    with pytest.raises(FloatingPointError, match="nan in step 1; the images hold NaN or infinity"):
        train(dense(rng), (np.full_like(x, np.nan), y), rng)
    model = dense(rng)
    model["linear1"].weight.value[...] = np.inf
    with pytest.raises(FloatingPointError, match="step 1; the images or the initial weights are"):
        train(model, digits.train, rng)


def test_fit_notices_an_optimizer_of_another_network(digits, rng):
    optimizer = SGD(dense(rng).parameters(), lr=0.1)
    with pytest.raises(ValueError, match=r"optimizer must be built on model.parameters\(\)"):
        train(dense(rng), digits.train, rng, optimizer=optimizer)
