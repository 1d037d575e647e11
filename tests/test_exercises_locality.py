"""The exercises of chapter 3: right answers, and the mistakes that are named."""

import numpy as np
import pytest

from cnnlib.exercises import find


def test_the_answers_are_those_worked_by_hand():
    rows = [[5, -1, 0, 2], [2, 5, -1, 0], [0, 2, 5, -1], [-1, 0, 2, 5]]
    assert np.array_equal(find("3.1").expected, rows)
    assert find("3.2").expected == [360_000, 600, 9_000, 15]
    assert np.array_equal(find("3.3").expected, [[2, 4, 5], [5, 2, 4], [4, 5, 2]])


OPERATIONS = {
    1: lambda x: x**2,
    2: np.sort,
    3: lambda x: x[-np.arange(len(x))],
    4: lambda x: x + np.roll(x, -2),
    5: lambda x: np.arange(len(x)) * x,
    6: lambda x: x - x.mean(),
    7: lambda x: x * np.roll(x, -1),
}


def test_the_equivariant_operations_are_those_that_commute_with_a_shift(rng):
    x = rng.normal(size=9)
    commute = [
        number
        for number, f in OPERATIONS.items()
        if np.allclose(f(np.roll(x, 1)), np.roll(f(x), 1))
    ]
    assert commute == find("3.4").expected


def test_the_kernel_of_an_equivariant_layer_is_its_own(rng):
    kernel = rng.normal(size=(3, 5))
    i, j, k, q = np.indices((3, 5, 3, 5))
    weights = kernel[(k - i) % 3, (q - j) % 5]
    assert np.allclose(find("3.5").reference(weights), kernel)


@pytest.mark.parametrize(
    "choice", [[7, 6, 4, 1], {1, 4, 6, 7}, (4, 1, 7, 6), np.array([6, 4, 1, 7])]
)
def test_a_choice_is_accepted_in_any_order_and_as_a_set(choice):
    assert find("3.4").judge(choice).status == "right"


def test_a_wrong_choice_is_named_in_any_order():
    assert "invariant" in find("3.4").judge({7, 6, 4, 2, 1}).words
    assert find("3.4").judge([7, 6, 4]).words.startswith("not yet. 1 is not linear")


def test_a_choice_that_holds_no_numbers_is_refused_as_any_answer_is():
    assert find("3.4").judge({"1", "4"}).status == "unreadable"
    assert find("3.4").judge([]).status == "unreadable"


@pytest.mark.parametrize("moduli", [(1, 0), (0, 0), (1, 1)])
def test_a_mix_up_of_rows_and_columns_is_named(moduli):
    def kernel_of(W):
        rows, columns = (W.shape[axis] for axis in moduli)
        i, j, a, b = np.indices(W.shape)
        return W[i, j, (i + a) % rows, (j + b) % columns].mean((0, 1))

    assert "Mind the two sides" in find("3.5").judge(kernel_of).words
