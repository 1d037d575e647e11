"""The pooling lab: what a shift changes, how its controls agree, what it refuses."""

import base64
import re

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from cnnlib.widgets import PoolingLab
from cnnlib.widgets import _pooling as arithmetic
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules

SMALL = {"photos": ["camera"], "size": 32}
SIGNAL = [0, 0, 1, 1, 0, 0, 1, 1]


def test_a_shift_by_one_doubles_what_max_pooling_sees():
    lab = PoolingLab(**SMALL, signal=SIGNAL, shift=1)
    before, after = lab.maps(lab.input())
    assert_array_equal(before, [[0, 1, 0, 1]])
    assert_array_equal(after, [[1, 1, 1, 1]])
    assert "2 of 4 pooled values change, by 0.5 on average" in repr(lab)


def test_a_shift_by_the_stride_moves_the_map_by_one_cell(rng):
    grid = rng.normal(size=(8, 6)).tolist()
    for kind in arithmetic.KINDS:
        lab = PoolingLab(**SMALL, small="grid", grid=grid, kind=kind, shift=2)
        before, after = lab.maps(lab.input())
        assert_array_equal(np.roll(before, 1, axis=1), after)
        assert_array_equal(arithmetic.move_along(before, 2, 2), after)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("max", [[1, 3, 5]]),
        ("average", [[1 / 3, 2, 8 / 3]]),
        ("blur", [[1 / 4, 2, 13 / 4]]),
        ("subsample", [[0, 2, 5]]),
    ],
)
def test_the_four_kinds_by_hand(kind, expected):
    # Windows of 3 at stride 2 and padding 1 on 0 1 2 3 5: (·, 0, 1), (1, 2, 3) and (3, 5, ·).
    lab = PoolingLab(**SMALL, signal=[0, 1, 2, 3, 5], kind=kind, window=3, padding=1)
    assert_allclose(lab.pooled(lab.input()), expected)


def test_zeros_that_do_not_count_leave_an_even_grey_alone():
    for kind in ("average", "blur"):
        geometry = {"kind": kind, "window": 5, "padding": 2, "count_pad": False}
        lab = PoolingLab(**SMALL, signal=[3] * 7, **geometry)
        assert_allclose(lab.pooled(lab.input()), np.full((1, 4), 3))
        lab.count_pad = True
        assert lab.pooled(lab.input())[0, 0] < 3


def test_the_controls_agree():
    lab = PoolingLab(**SMALL, kind="average", window=4, padding=2)
    assert (lab.padding, lab.count_shown) == (2, "")
    lab.window = 3
    assert lab.padding == 1
    lab.kind = "max"
    assert (lab.count_shown, lab.kind_index) == ("none", 0)
    lab.kind_index = 2
    assert (lab.kind, lab.count_shown) == ("blur", "")
    lab.padding = 0
    assert lab.count_shown == "none"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"window": 1}, "window must be an integer from 2 to 5, got 1"),
        ({"stride": 0}, "stride must be an integer from 1 to 4, got 0"),
        ({"padding": 2}, "padding must be an integer from 0 to 1, half of the window at most"),
        ({"window": 4, "padding": 3}, "padding must be an integer from 0 to 2, got 3"),
        ({"kind": "mean"}, r"kind must be one of \['max', .*, got 'mean'"),
        ({"small": "row"}, "small must be one of .*, got 'row'"),
        ({"against": "it"}, "against must be one of .*, got 'it'"),
        ({"signal": [1, 2, 3]}, r"signal must be 5 to 12 finite numbers, got \[1, 2, 3\]"),
        ({"signal": "wave"}, "signal must be 5 to 12 finite numbers, got 'wave'"),
        ({"signal": [0, 1, 2, 3, np.nan]}, "signal must be 5 to 12 finite numbers"),
        ({"grid": [[1, 2], [3, 4]]}, "grid must have 5 to 8 rows and columns"),
        ({"grid": [[1] * 9] * 9}, "grid must be a rectangle of finite numbers with 1 to 8 rows"),
        ({"size": 31}, "size must be an integer from 32 to 160, got 31"),
        ({"photos": "camera"}, "photos must be a list of names"),
        ({"photos": []}, "photos must be a list of names"),
        ({"photos": ["moon"]}, "camera"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        PoolingLab(**arguments)


def test_an_unknown_argument_is_refused():
    with pytest.raises(TypeError, match="no argument 'pool'"):
        PoolingLab(pool="max")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "max pooling, window 2, stride 2; signal 1×8 → 1×4, camera 32×32 → 16×16; nothing"),
        ({"shift": 2}, "moved along by 1 cell by 0; camera 32×32 → 16×16, its pixels change by"),
        ({"small": "grid", "window": 3, "padding": 1}, "padding 1, stride 2; grid 6×6 → 3×3"),
    ],
)
def test_the_summary_states_the_setting_and_the_result(arguments, words):
    assert re.search(words, repr(PoolingLab(**SMALL, **arguments)))


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    lab = PoolingLab(**SMALL, shift=1, against="the old map, moved along")
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "pooling-lab"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"pooling.js", "grid.js", "picture.js"} < set(modules("pooling_lab.js"))
    assert len(lab.controls()) == 9
    assert len(PoolingLab(size=32).controls()) == 10
