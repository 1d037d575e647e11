"""The channel mixer's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest

from cnnlib import conv2d, relu
from cnnlib.shapes import conv_parameters
from cnnlib.widgets import ChannelMixer
from cnnlib.widgets._frontend import FOLDER, frontend

CASES = 200
TOLERANCE = 1e-12

LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.mixer = await import(url);
}"""


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of channels.js and tensor.js in `window.mixer`."""
    page = tab()
    page.evaluate(LOAD, frontend("channels.js").replace("\nfunction", "\nexport function"))
    yield page
    page.close()


def random_cases(rng):
    """Return pictures and kernels of unequal sides, two to five channels, some of them muted."""
    cases = []
    for _ in range(CASES):
        channels = int(rng.integers(2, 6))
        cases.append(
            {
                "x": rng.normal(size=(channels, *rng.integers(4, 12, 2))).tolist(),
                "w": rng.normal(size=(channels, *rng.choice([1, 3, 5, 7], 2))).tolist(),
                "bias": float(rng.normal()),
                "open": (rng.random(channels) < 0.6).tolist(),
                "solo": None if rng.random() < 0.6 else int(rng.integers(channels)),
            }
        )
    return cases


def expected(case):
    x, w = np.array(case["x"]), np.array(case["w"])
    active = np.array(case["open"])
    if case["solo"] is not None:
        active = np.arange(len(x)) == case["solo"]
    pad = [(side // 2, side // 2) for side in w.shape[1:]]
    maps = conv2d(x[None], w[:, None], padding=pad, groups=len(x))[0]
    whole = conv2d(x[None], (w * active[:, None, None])[None], [case["bias"]], padding=pad)[0, 0]
    sums = np.cumsum(maps * active[:, None, None], axis=0)
    return {"maps": maps, "sums": sums, "biased": whole, "rectified": relu(whole)}


def test_maps_sums_bias_and_relu_equal_one_call_of_conv2d(page, rng):
    cases = random_cases(rng)
    script = """(cases) => cases.map(({x, w, bias, open, solo}) => {
      const maps = mixer.accumulateChannels(x.map(mixer.fromNested), w.map(mixer.fromNested));
      const sums = mixer.runningSums(maps, mixer.activeChannels(open, solo));
      const biased = mixer.addBias(sums.at(-1), bias);
      const rectified = mixer.rectify(biased);
      return {
        maps: maps.map(mixer.toNested), sums: sums.map(mixer.toNested),
        biased: mixer.toNested(biased), rectified: mixer.toNested(rectified),
      };
    })"""
    for case, actual in zip(cases, page.evaluate(script, cases), strict=True):
        for key, wanted in expected(case).items():
            scale = max(np.abs(wanted).max(), np.abs(expected(case)["maps"]).max())
            assert np.shape(actual[key]) == wanted.shape
            assert np.abs(actual[key] - wanted).max() <= TOLERANCE * scale, key


def test_the_parameter_count_equals_that_of_shapes(page, rng):
    cases = rng.integers(1, 300, (CASES, 3)).tolist()
    counts = page.evaluate("(all) => all.map((one) => mixer.filterParameters(...one))", cases)
    assert counts == [conv_parameters(c, f, k) for f, c, k in cases]


def test_a_colour_photograph_is_decoded_to_exactly_the_pixels_that_numpy_has(tab):
    explorer = ChannelMixer(photos=["astronaut"], size=48)
    page = tab()
    source = (FOLDER / "picture.js").read_text(encoding="utf-8")
    source = source.replace('import { element } from "./stage.js";', "")
    element = "const element = (tag, size) => Object.assign(document.createElement(tag), size);"
    page.evaluate(LOAD, f"{element}\n{source}")
    script = """async (bytes) => {
      const channels = await mixer.decodeRGB(new DataView(Uint8Array.from(bytes).buffer));
      return channels.map(({data}) => Array.from(data));
    }"""
    decoded = page.evaluate(script, list(explorer.photos["astronaut"]))
    page.close()
    assert np.array_equal(np.reshape(decoded, (3, 48, 48)), explorer.pixels["astronaut"])
