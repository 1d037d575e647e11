"""The parameter ladder: its counts, its words, its drawing, what it refuses."""

import base64

import numpy as np
import pytest

from cnnlib import Conv2d, Flatten, Linear, Sequential
from cnnlib.widgets import ParameterLadder
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules
from cnnlib.widgets.parameter_ladder import BYTES, connections, in_words


def parameters(**traits):
    return [count["parameters"] for count in ParameterLadder(**traits).counts().values()]


def test_the_counts_of_the_curriculum():
    assert parameters() == [452_160, 14_976, 26]
    units = {"maps": 1000, "dense": "one for each map"}
    assert parameters(**units)[0] == 785_000
    assert parameters(side=1000, **units)[0] == 1_000_001_000
    assert parameters(side=1000, channels=3, **units)[0] == 3_000_001_000


def test_a_network_of_the_library_has_the_same_counts():
    rng = np.random.default_rng(0)
    ladder = ParameterLadder(side=12, channels=2, maps=3, kernel=4)
    shape = (2, 12, 12)
    dense = Sequential(Flatten(), Linear(2 * 144, 3 * 81, rng=rng)).summary(shape)
    convolution = Sequential(Conv2d(2, 3, 4, rng=rng)).summary(shape)
    for kind, summary in (("dense", dense), ("convolution", convolution)):
        assert ladder.counts()[kind]["parameters"] == summary.parameters
        assert ladder.counts()[kind]["multiply_adds"] == summary.multiply_adds


def test_training_takes_four_times_the_memory():
    ladder = ParameterLadder()
    before = [count["bytes"] for count in ladder.counts().values()]
    ladder.training = True
    assert [count["bytes"] for count in ladder.counts().values()] == [4 * b for b in before]
    assert before == [4 * p for p in parameters()]


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "0"),
        (999, "999"),
        (1000, "1.0 thousand"),
        (1049, "1.0 thousand"),
        (1050, "1.1 thousand"),
        (9949, "9.9 thousand"),
        (9950, "10 thousand"),
        (999_499, "999 thousand"),
        (999_500, "1.0 million"),
        (3_000_001_000, "3.0 billion"),
        (64 * 10**15, "64 quadrillion"),
        (10**30, f"{10**30:,}"),
    ],
)
def test_amounts_are_rounded_to_the_size_of_a_word(value, words):
    assert in_words(value) == words


def test_amounts_of_memory_have_decimal_units():
    assert in_words(12_000_004_000, BYTES) == "12 GB"
    assert in_words(26 * 4, BYTES) == "104 B"


@pytest.mark.parametrize(
    ("kind", "count"), [("dense", 48), ("locally connected", 18), ("convolution", 3)]
)
def test_the_drawing_has_as_many_weights_as_the_kind_says(kind, count):
    weights = connections(kind, 8, 3)
    assert weights.shape == (6, 8)
    assert np.unique(weights[weights >= 0]).tolist() == list(range(count))
    assert ((weights >= 0).sum(axis=1) == (8 if kind == "dense" else 3)).all()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"side": 29}, r"side must be one of \[12, .*1000\], got 29"),
        ({"channels": 0}, "channels must be one of .*, got 0"),
        ({"maps": 5}, "maps must be one of .*, got 5"),
        ({"dense": "none"}, "dense must be one of .*, got 'none'"),
        ({"kernel": 12}, "kernel must be an integer from 1 to 11, got 12"),
        ({"output": 8}, "output must be an integer from 0 to 7, got 8"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        ParameterLadder(**arguments)
    ((name, value),) = arguments.items()
    ladder = ParameterLadder()
    with pytest.raises(ValueError, match=words):
        setattr(ladder, name, value)


def test_a_choice_and_its_place_follow_each_other():
    ladder = ParameterLadder()
    ladder.side = 1000
    assert ladder.side_index == len(ladder.choices["side"]) - 1
    ladder.side_index = 0
    assert ladder.side == 12


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    ladder = ParameterLadder(kernel=11, output=7)
    bundle, metadata = ladder._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "parameter-ladder"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"counting.js", "connections.js"} < set(modules("parameter_ladder.js"))
    assert len(ladder.controls()) == 6
