"""The training replay's arithmetic, in the browser, against NumPy: the same cases through both."""

import base64

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

import cnnlib
from cnnlib.widgets import TrainingReplay
from cnnlib.widgets._frontend import frontend


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of the replay's modules in `window.tensor`."""
    page = tab()
    source = frontend("training_replay.js").replace("export default { render };", "")
    names = "snapshotWeights, readConfusion, placeOn, readNetwork, runNetwork, softmax"
    page.evaluate(LOAD, f"{source}\nexport {{ {names}, tensor }};")
    page.evaluate(
        """() => {
          window.bytes = (text) => new DataView(
            Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)).buffer);
        }"""
    )
    yield page
    page.close()


def text_of(array):
    return base64.b64encode(array.tobytes()).decode()


def test_weights_in_8_bits_become_numpys_float32(page, rng):
    all_cases, expected = [], []
    for _ in range(CASES):
        sizes = rng.integers(1, 9, rng.integers(1, 5)).tolist()
        snapshots = int(rng.integers(1, 4))
        codes = rng.integers(-127, 128, (snapshots, sum(sizes))).astype(np.int8)
        scales = rng.random((snapshots, len(sizes)), dtype=np.float32) / 127
        at = int(rng.integers(snapshots))
        all_cases.append([text_of(codes), scales.astype(float).tolist(), sizes, at])
        parts = np.split(codes[at], np.cumsum(sizes)[:-1])
        expected.append(np.concatenate([p * s for p, s in zip(parts, scales[at], strict=True)]))
    script = """(cases) => cases.map(([codes, scales, sizes, at]) => {
      const view = tensor.snapshotWeights(bytes(codes), scales, sizes, at);
      return Array.from({length: view.byteLength / 4}, (_, k) => view.getFloat32(4 * k, true));
    })"""
    for found, weights in zip(page.evaluate(script, all_cases), expected, strict=True):
        assert np.array_equal(np.array(found, np.float32), weights)


def test_a_confusion_matrix_is_read_as_numpy_reads_it(page, rng):
    matrices = [rng.integers(0, 30, (k, k)) for k in rng.integers(2, 11, CASES)]
    script = """(cases) => cases.map((counts) => {
      const {classes, right, all, worst} = tensor.readConfusion(counts);
      return [classes, right, all, worst.count, worst.truth, worst.found];
    })"""
    expected = []
    for matrix in matrices:
        off = matrix - np.diag(np.diag(matrix))
        truth, found = np.unravel_index(off.argmax(), off.shape) if off.any() else (0, 0)
        numbers = [len(matrix), np.trace(matrix), matrix.sum(), off.max(), truth, found]
        expected.append([int(number) for number in numbers])
    assert_equal(page.evaluate(script, [m.ravel().tolist() for m in matrices]), expected)


def test_places_on_an_axis_are_numpys(page, rng):
    ends = np.sort(100 * rng.random((CASES, 3)) + 0.01, axis=1).tolist()
    all_cases = [[*three, int(rng.integers(2))] for three in ends]
    script = """(cases) => cases.map(([from, value, to, log]) =>
      [tensor.placeOn(value, {from, to, scale: log ? Math.log10 : Math.sqrt})])"""
    expected = []
    for low, value, high, log in all_cases:
        scale = np.log10 if log else np.sqrt
        expected.append([(scale(value) - scale(low)) / (scale(high) - scale(low))])
    found = page.evaluate(script, all_cases)
    assert np.allclose(found, expected, rtol=1e-9)  # a small difference loses digits


def test_logits_and_probabilities_of_every_snapshot_equal_numpys(page):
    replay = TrainingReplay()
    script = """([layers, codes, scales, sizes, digits, snapshots]) => {
      const results = [];
      const view = bytes(digits);
      for (let at = 0; at < snapshots; at++) {
        const weights = tensor.snapshotWeights(bytes(codes), scales, sizes, at);
        const network = tensor.readNetwork(layers, weights);
        for (let digit = 0; digit < 10; digit++) {
          const pixels = Float64Array.from({length: 784},
            (_, k) => Math.fround(view.getUint8(784 * digit + k) / 255));
          const logits = tensor.runNetwork(network, tensor.tensor([1, 28, 28], pixels)).at(-1).data;
          results.push([Array.from(logits), tensor.softmax(logits)]);
        }
      }
      return results;
    }"""
    sent = (replay.codes, replay.digits)
    codes, digits = (base64.b64encode(part).decode() for part in sent)
    found = page.evaluate(
        script, [replay.layers, codes, replay.scales, replay.sizes, digits, len(replay.steps)]
    )
    x = (replay.pixels[:, None] / np.float32(255)).astype(np.float64)
    expected = []
    for at in range(len(replay.steps)):
        model = replay.run.network(at)
        for parameter in model.parameters():
            parameter.value = parameter.value.astype(np.float64)
        logits = model(x)
        expected += [[one, two] for one, two in zip(logits, cnnlib.softmax(logits), strict=True)]
    assert len(expected) >= CASES
    assert_equal(found, expected)
