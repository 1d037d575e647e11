"""What counts as a number, a flag and a sequence, for every module alike."""

from fractions import Fraction

import numpy as np
import pytest

from cnnlib import _checks


@pytest.mark.parametrize(
    "value", [2, 2.0, np.float32(2), np.int8(2), np.uint64(2), np.array(2.0), Fraction(4, 2)]
)
def test_every_real_number_is_a_number(value):
    result = _checks.number("lr", value)
    assert (type(result), result) == (float, 2.0)


@pytest.mark.parametrize(
    "value",
    ["3", b"3", None, True, np.True_, 1j, np.complex128(1), *map(np.array, ("3", True, 1j, [1.0]))],
)
def test_nothing_else_is_a_number(value):
    with pytest.raises(TypeError, match="lr must be a number, got "):
        _checks.number("lr", value)


def test_an_integer_beyond_all_floats_is_refused_by_name():
    with pytest.raises(ValueError, match="lr must be a number that fits a float, got 10000"):
        _checks.number("lr", 10**400)


@pytest.mark.parametrize("value", [0, 1, None, "no", np.array(True), np.ones(2)])
def test_a_flag_is_a_bool_and_nothing_else(value):
    assert _checks.flag("bias", np.False_) is False
    with pytest.raises(TypeError, match="bias must be True or False, got "):
        _checks.flag("bias", value)


def test_a_sequence_says_what_it_should_hold():
    assert _checks.sequence("at", range(2), "numbers") == [0, 1]
    with pytest.raises(TypeError, match="at must be a sequence of numbers, got None"):
        _checks.sequence("at", None, "numbers")
