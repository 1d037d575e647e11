"""The stack builder's arithmetic, in the browser, against cnnlib: the same stacks through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib.widgets import _stack as arithmetic
from cnnlib.widgets._frontend import frontend


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of receptive_field.js in `window.tensor`."""
    page = tab()
    names = (
        "stackTable, evenGradient, randomGradient, randomWeights, concentration, overhang, "
        "settledLayer"
    )
    source = frontend("receptive_field.js")
    page.evaluate(LOAD, f"{source}\nexport {{ {names} }};")
    yield page
    page.close()


def layer(rng):
    kind = str(rng.choice(arithmetic.KINDS))
    kernel, stride = int(rng.integers(1, 6)), int(rng.integers(1, 4))
    if kind != "conv":
        return arithmetic.pool(
            kind, kernel, stride=stride, padding=int(rng.integers(0, kernel // 2 + 1))
        )
    padding, dilation = int(rng.integers(0, 4)), int(rng.integers(1, 4))
    channels = int(rng.integers(1, 9))
    return arithmetic.conv(kernel, channels, stride=stride, padding=padding, dilation=dilation)


@pytest.fixture(scope="module")
def stacks():
    """Stacks of one to five layers that fit, with the sizes of all maps and a unit of the last."""
    rng, found = np.random.default_rng(10), []
    while len(found) < CASES:
        layers = [layer(rng) for _ in range(rng.integers(1, 6))]
        size = int(rng.integers(16, 50))
        rows = arithmetic.table(layers, size, 2)
        if len(rows) == len(layers):
            sizes = [size, *(row["size"] for row in rows)]
            unit = rng.integers(0, sizes[-1], 2).tolist()
            found.append({"layers": layers, "sizes": sizes, "unit": unit, "draw": len(found) % 5})
    return found


FULL = """([all, name]) => all.map(({layers, sizes, unit, draw}) => {
  const {top, left, rows, cols, data} = tensor[name](layers, sizes, unit, draw);
  const full = Array.from({length: sizes[0]}, () => new Array(sizes[0]).fill(0));
  for (let i = 0; i < rows; i++)
    for (let j = 0; j < cols; j++) full[top + i][left + j] = data[i * cols + j];
  return full;
})"""


def test_the_gradient_with_equal_weights_is_that_of_conv2d_and_avg_pool2d(page, stacks):
    expected = [arithmetic.gradient(s["layers"], s["sizes"][0], s["unit"]) for s in stacks]
    assert_equal(page.evaluate(FULL, [stacks, "evenGradient"]), expected)


def test_the_gradient_with_random_weights_is_that_of_conv2d_and_avg_pool2d(page, stacks):
    expected = [
        arithmetic.gradient(s["layers"], s["sizes"][0], s["unit"], draw=s["draw"]) for s in stacks
    ]
    assert_equal(page.evaluate(FULL, [stacks, "randomGradient"]), expected)


def test_the_random_weights_are_the_same_numbers(page):
    cases = [[draw, layer, k] for draw in range(4) for layer in range(10) for k in range(1, 8)]
    found = page.evaluate(
        "(cases) => cases.map((c) => Array.from(tensor.randomWeights(...c)))", cases
    )
    expected = [arithmetic.random_weights(*case).ravel() for case in cases]
    assert_equal(found, expected)


def test_the_table_is_that_of_cnnlib(page, rng):
    cases = [
        {
            "layers": [layer(rng) for _ in range(rng.integers(1, 9))],
            "size": int(rng.integers(16, 257)),
            "channels": int(rng.integers(1, 5)),
        }
        for _ in range(CASES)
    ]
    script = """(cases) => cases.map(({layers, size, channels}) =>
      tensor.stackTable(layers, size, channels))"""
    refused = 0
    for case, rows in zip(cases, page.evaluate(script, cases), strict=True):
        expected = arithmetic.table(**case)
        fitting = [row for row in rows if row["reason"] is None]
        assert len(fitting) == len(expected)
        assert all(row["reason"].startswith("layer") for row in rows[len(fitting) :])
        refused += len(rows) > len(fitting)
        for row, one in zip(fitting, expected, strict=True):
            assert (row["field"], row["jump"], row["start"]) == one["field"]
            assert (row["size"], row["channels"]) == (one["size"], one["channels"])
            assert row["parameters"] == one["parameters"]
            assert row["multiplyAdds"] == one["multiply_adds"]
    assert 0 < refused < CASES


def test_share_deviation_and_overhang_are_those_of_numpy(page, rng):
    cases = []
    for _ in range(CASES):
        rows, cols = rng.integers(1, 12, 2).tolist()
        top, left = rng.integers(0, 9, 2).tolist()
        field, size = int(rng.integers(1, 25)), int(rng.integers(9, 20))
        box = {"top": int(rng.integers(-9, 9)), "left": int(rng.integers(-9, 9)), "field": field}
        place = {"top": top, "left": left, "rows": rows, "cols": cols}
        data = rng.random(rows * cols).tolist()
        cases.append({"gradient": {**place, "data": data}, "box": box, "size": size})
    script = """(cases) => cases.map(({gradient, box, size}) =>
      [tensor.concentration(gradient, box), tensor.overhang(box, size)])"""
    for case, (found, words) in zip(cases, page.evaluate(script, cases), strict=True):
        g, box = case["gradient"], case["box"]
        values = np.zeros((21, 21))
        inside = slice(g["top"], g["top"] + g["rows"]), slice(g["left"], g["left"] + g["cols"])
        values[inside] = np.reshape(g["data"], (g["rows"], g["cols"]))
        share, deviation = arithmetic.concentration(values, *box.values())
        np.testing.assert_allclose(found["share"], share, rtol=1e-12, atol=1e-15)
        np.testing.assert_allclose(found["deviation"], deviation, rtol=1e-12, atol=1e-13)
        assert words == arithmetic.overhang(*box.values(), case["size"])
    nothing = {"top": 0, "left": 0, "rows": 0, "cols": 0, "data": []}
    box = {"top": 0, "left": 0, "field": 3}
    found = page.evaluate("([g, box]) => tensor.concentration(g, box)", [nothing, box])
    assert found["share"] is None
    assert arithmetic.concentration(np.zeros((3, 3)), 0, 0, 3) == (None, None)


def test_an_edited_layer_is_settled_to_one_that_python_accepts(page, rng):
    cases = [
        {
            "kind": str(rng.choice(arithmetic.KINDS)),
            **{name: float(rng.normal(0, 2 * high)) for name, (_, high) in LIMITS},
        }
        for _ in range(CASES)
    ]
    settled = page.evaluate("(cases) => cases.map(tensor.settledLayer)", cases)
    for one in settled:
        assert arithmetic.checked(one, "layer") == one


LIMITS = list(arithmetic.LIMITS.items())
