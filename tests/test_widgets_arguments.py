"""What every explorer accepts, what it refuses and how it says so, and the signature it shows."""

import inspect

import numpy as np
import pytest

from cnnlib import widgets
from cnnlib.widgets import (
    ArithmeticLab,
    ChannelMixer,
    ConeView,
    DigitPad,
    GradientMicroscope,
    KernelStudio,
    PaddingLab,
    ParameterLadder,
    PoolingLab,
    ReceptiveFieldPainter,
    ShiftLab,
    ShuffleLab,
    SlidingWindow,
    StackBuilder,
    TrainingReplay,
)

PAIR = np.array([1, 2])


@pytest.mark.parametrize(
    ("explorer", "arguments", "words"),
    [
        (SlidingWindow, {"stride": 0}, "stride must be an integer from 1 to 3, got 0"),
        (ArithmeticLab, {"step": -1}, "step must be an integer of at least 0, got -1"),
        (StackBuilder, {"photos": None}, "photos must be a list of names .*; got None"),
        (StackBuilder, {"layers": None}, "layers must be a list of 1 to 20 layers, got None"),
        (KernelStudio, {"photos": ["nope"]}, r"photos must be .* 'camera', .*; got \['nope'\]"),
        (PaddingLab, {"photos": ["nope"]}, "photos must be a list of names .* 'dot'"),
        (ReceptiveFieldPainter, {"photo": "nope"}, "photo must be one of 'camera'.*got 'nope'"),
        (TrainingReplay, {"count": 1}, "count must be an integer of at least 2, got 1"),
        (ConeView, {"wavelength": 800}, "wavelength must be an integer from 390 to 720, got 800"),
    ],
)
def test_what_is_out_of_range_is_a_value_error(explorer, arguments, words):
    with pytest.raises(ValueError, match=words):
        explorer(**arguments)


@pytest.mark.parametrize(
    ("explorer", "arguments", "words"),
    [
        (SlidingWindow, {"padding": 1.5}, "padding must be an integer from 0 to 3, got 1.5"),
        (SlidingWindow, {"flip": 1}, "flip must be True or False, got 1"),
        (SlidingWindow, {"preset": PAIR}, r"preset must be a string, got array\(\[1, 2\]\)"),
        (ParameterLadder, {"kernel": "5"}, "kernel must be an integer, got '5'"),
        (ParameterLadder, {"side": PAIR}, "side must be an integer, got array"),
        (StackBuilder, {"size": "a"}, "size must be an integer, got 'a'"),
        (StackBuilder, {"preset": [1]}, r"preset must be a string, got \[1\]"),
        (GradientMicroscope, {"example": [1]}, r"example must be a string, got \[1\]"),
        (PaddingLab, {"side": "8"}, "side must be an integer from 5 to 8, got '8'"),
        (ChannelMixer, {"size": "64"}, "size must be an integer, got '64'"),
        (ChannelMixer, {"row": "3"}, "row must be an integer, got '3'"),
        (PoolingLab, {"size": 64.0}, "size must be an integer, got 64.0"),
        (ConeView, {"second": "red"}, "second must be an integer from 420 to 680, got 'red'"),
        (KernelStudio, {"sweep": "no"}, "sweep must be True or False, got 'no'"),
        (DigitPad, {"pen": "thick"}, "pen must be a number, got 'thick'"),
        (ShiftLab, {"right": 1.5}, "right must be an integer from -16 to 16, got 1.5"),
        (TrainingReplay, {"count": "x"}, "count must be an integer of at least 2, got 'x'"),
        (TrainingReplay, {"at": "x"}, "at must be an integer of at least 0, got 'x'"),
    ],
)
def test_what_is_of_a_wrong_type_is_a_type_error(explorer, arguments, words):
    with pytest.raises(TypeError, match=words):
        explorer(**arguments)


@pytest.mark.parametrize(
    ("explorer", "name"),
    [
        (PaddingLab, "top"),
        (PoolingLab, "shift"),
        (ShuffleLab, "share"),
        (StackBuilder, "layer"),
        (StackBuilder, "channels"),
        (TrainingReplay, "at"),
        (ChannelMixer, "bias"),
    ],
)
def test_true_is_no_number(explorer, name):
    with pytest.raises(TypeError, match=f"^{name} must be an? (integer|number).*, got True"):
        explorer(**{name: True})


def test_numpys_scalars_are_taken_as_pythons():
    window = SlidingWindow(stride=np.int64(2), flip=np.True_)
    assert type(window.stride) is int
    assert window.flip is True
    assert ChannelMixer(photos=["coffee"], size=np.int64(40), bias=np.int64(1)).bias == 1
    assert StackBuilder(layers=[{"kind": "conv", "kernel": np.int64(5)}]).layers[0]["kernel"] == 5


@pytest.mark.parametrize("name", widgets.__all__)
def test_the_signature_lists_the_documented_parameters_and_all_that_init_names(name):
    explorer = getattr(widgets, name)
    shown = inspect.signature(explorer).parameters
    own = list(inspect.signature(explorer.__init__).parameters)[1:-1]
    assert set(own) <= set(shown)
    traits = set(shown) - set(own)
    assert traits
    assert traits <= set(explorer.class_trait_names())


def test_a_default_that_depends_on_the_other_arguments_is_left_to_the_text():
    assert str(inspect.signature(TrainingReplay)) == (
        "(run=None, *, validation=None, count=24, digit=..., at=...)"
    )
