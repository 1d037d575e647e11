import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlib.schedules import cosine_decay, one_cycle, step_decay

STEPS = 50


def torch_factors(make):
    """Return the learning rates of PyTorch's schedule in each step, starting from 1."""
    torch = pytest.importorskip("torch")
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
    schedule = make(torch.optim.lr_scheduler, optimizer)
    factors = []
    for _ in range(STEPS):
        factors.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return factors


def test_step_decay_equals_multisteplr():
    expected = torch_factors(lambda kinds, o: kinds.MultiStepLR(o, [20, 35], gamma=0.3))
    schedule = step_decay(at=(0.4, 0.7), factor=0.3)
    assert_allclose([schedule(k / STEPS) for k in range(STEPS)], expected)


def test_cosine_decay_equals_cosineannealinglr():
    expected = torch_factors(lambda kinds, o: kinds.CosineAnnealingLR(o, STEPS, eta_min=0.1))
    schedule = cosine_decay(final=0.1)
    assert_allclose([schedule(k / STEPS) for k in range(STEPS)], expected)


def test_one_cycle_equals_onecyclelr():
    # PyTorch's peak is one step before 20 % of the steps, and its end is the last step itself.
    def make(kinds, optimizer):
        return kinds.OneCycleLR(
            optimizer, 1.0, total_steps=STEPS + 1, pct_start=0.2, cycle_momentum=False
        )

    schedule = one_cycle(warmup=(0.2 * (STEPS + 1) - 1) / STEPS)
    assert_allclose([schedule(k / STEPS) for k in range(STEPS)], torch_factors(make))


@pytest.mark.parametrize("warmup", [0, 0.25])
def test_one_cycle_peaks_at_the_end_of_the_warm_up(warmup):
    schedule = one_cycle(warmup=warmup, start=0.5, final=0.1)
    factors = [schedule(k / 100) for k in range(101)]
    assert np.argmax(factors) == 100 * warmup
    assert max(factors) == 1
    assert factors[0] == (0.5 if warmup else 1)
    assert factors[-1] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("make", "options", "error", "message"),
    [
        (step_decay, {"at": 0.5}, TypeError, "at must be a sequence of numbers .*got 0.5"),
        (step_decay, {"at": (0.5, 1.5)}, ValueError, "at must lie at or after 0 and before 1"),
        (step_decay, {"at": [[0.1], [0.2, 0.3]]}, TypeError, r"at must be a number .*got \[0.1\]"),
        (step_decay, {"factor": 0}, ValueError, "factor must be a positive number, got 0"),
        (cosine_decay, {"final": -0.1}, ValueError, "final must be a number of at least 0"),
        (cosine_decay, {"final": None}, TypeError, "final must be a number of at least 0"),
        (one_cycle, {"warmup": 1}, ValueError, "warmup must lie at or after 0 and before 1"),
        (one_cycle, {"start": -1}, ValueError, "start must be a number of at least 0, got -1"),
        (one_cycle, {"final": "0"}, TypeError, "final must be a number of at least 0, got '0'"),
    ],
)
def test_a_schedule_names_numbers_out_of_range(make, options, error, message):
    with pytest.raises(error, match=message):
        make(**options)
