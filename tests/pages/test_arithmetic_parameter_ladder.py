"""The parameter ladder's counts, words and edges, in the browser, against Python's integers."""

import numpy as np
import pytest

from cnnlib.shapes import (
    conv_parameters,
    dense_parameters,
    locally_connected_parameters,
    multiply_adds,
    output_size,
)
from cnnlib.widgets._frontend import frontend
from cnnlib.widgets.parameter_ladder import BYTES, connections, in_words

CASES = 300
KINDS = {"dense": "dense", "local": "locally connected", "convolution": "convolution"}

LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.counting = await import(url);
}"""


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of counting.js in `window.counting`."""
    page = tab()
    page.evaluate(LOAD, frontend("counting.js").replace("\nfunction", "\nexport function"))
    yield page
    page.close()


def random_settings(rng):
    """Return settings of all sizes, the last ones large."""
    sizes = [*rng.random((CASES - 40, 3)), *(1 - 0.1 * rng.random((40, 3)))]
    return [
        {
            "side": int(12 * 84**a),
            "channels": int(70**b),
            "maps": int(1001**c),
            "kernel": int(rng.integers(1, 12)),
            "perMap": bool(rng.random() < 0.3),
        }
        for a, b, c in sizes
    ]


def expected(setting):
    """Return (outputs, parameters, multiply-adds) of each kind, by cnnlib.shapes."""
    side, channels, maps, kernel, per_map = setting.values()
    outputs = maps * output_size(side, kernel) ** 2
    units = maps if per_map else outputs
    local = locally_connected_parameters(channels, maps, kernel, input_size=side)
    work = multiply_adds(channels, maps, kernel, input_size=side)
    return {
        "dense": [units, dense_parameters(channels * side**2, units), units * channels * side**2],
        "local": [outputs, local, work],
        "convolution": [outputs, conv_parameters(channels, maps, kernel), work],
    }


def test_every_count_is_exact_also_beyond_what_a_double_holds(page):
    settings = random_settings(np.random.default_rng(2))
    script = """(settings) => settings.map((setting) => {
      const counts = counting.layerCounts(setting);
      return Object.fromEntries(["dense", "local", "convolution"].map((kind) => {
        const {outputs, parameters, multiplyAdds} = counts[kind];
        return [kind, [outputs, parameters, multiplyAdds].map(String)];
      }));
    })"""
    wanted = [expected(setting) for setting in settings]
    found = page.evaluate(script, settings)
    for one, other in zip(wanted, found, strict=True):
        assert other == {kind: [str(count) for count in counts] for kind, counts in one.items()}
    largest = [counts["dense"][1] for counts in wanted]
    assert sum(count > 2**53 for count in largest) >= 10


def test_numbers_are_written_with_separators_in_words_and_in_bytes_as_in_python(page):
    rng = np.random.default_rng(3)
    values = [int(10 ** (20 * rng.random())) for _ in range(CASES)]
    # Where the rounding turns over.
    values += [10**e * f // 1000 + d for e in range(3, 21) for f in (995, 9950) for d in (-1, 0)]
    script = """(values) => values.map((text) => {
      const value = BigInt(text);
      return [counting.separated(value), counting.amountInWords(value),
              counting.bytesInWords(value), String(counting.memoryOf(value, false)),
              String(counting.memoryOf(value, true))];
    })"""
    found = page.evaluate(script, [str(value) for value in values])
    for value, texts in zip(values, found, strict=True):
        words = [f"{value:,}", in_words(value), in_words(value, BYTES)]
        assert texts == [*words, str(4 * value), str(16 * value)]


@pytest.mark.parametrize("kind", KINDS)
def test_the_edges_and_the_numbers_of_their_weights_agree(page, kind):
    cases = [(inputs, kernel) for inputs in range(5, 13) for kernel in range(1, 6)]
    script = """([kind, cases]) => cases.map(([inputs, kernel]) =>
      counting.layerEdges(kind, inputs, kernel))"""
    for (inputs, kernel), edges in zip(cases, page.evaluate(script, [kind, cases]), strict=True):
        weights = connections(KINDS[kind], inputs, kernel)
        places = np.argwhere(weights >= 0)
        assert edges == [[i, j, weights[i, j]] for i, j in places.tolist()]
