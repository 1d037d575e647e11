"""The digit pad's arithmetic in the browser against NumPy, and digits drawn on it by hand."""

import base64
import json

import numpy as np
import pytest
from scipy.ndimage import zoom
from strokes import skeletons, trace

from cnnlib import Conv2d, Flatten, Linear, MaxPool2d, ReLU, Sequential, load_lenet, load_mnist
from cnnlib.ink import PEN, center_digit, draw_strokes
from cnnlib.shapes import receptive_field
from cnnlib.widgets import DigitPad
from cnnlib.widgets._frontend import frontend
from cnnlib.widgets._network import describe

CASES = 200
TOLERANCE = 1e-12
FLOAT32 = 1e-5  # of the largest number of a layer: NumPy sums in float32, the browser in float64
DIGITS, STROKED = 1000, 250

LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.pad = await import(url);
  window.bytes = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  window.view = (text) => new DataView(bytes(text).buffer);
  window.network = ([layers, weights]) => pad.readNetwork(layers, view(weights));
  window.packed = (matrices) => {  // a hundred times as fast as a list of numbers
    const all = Float64Array.from(matrices.flatMap(({data}) => Array.from(data)));
    const parts = [];
    const raw = new Uint8Array(all.buffer);
    for (let k = 0; k < raw.length; k += 8192) {
      parts.push(String.fromCharCode(...raw.subarray(k, k + 8192)));
    }
    return btoa(parts.join(""));
  };
  window.image = (rows, cols, values) => pad.matrix(rows, cols, Float64Array.from(values));
}"""


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of the explorer in `window.pad`."""
    page = tab()
    page.evaluate(LOAD, frontend("digit_pad.js").replace("\nfunction", "\nexport function"))
    yield page
    page.close()


@pytest.fixture(scope="module")
def digits():
    """The first 1,000 digits of the test set, and their labels."""
    x, y = load_mnist().test
    return x[:DIGITS], y[:DIGITS]


def packed(model):
    layers, weights = describe(model)
    return [layers, base64.b64encode(weights).decode()]


def text(array):
    """Return an array of bytes as the page takes it."""
    return base64.b64encode(np.ascontiguousarray(array, np.uint8).tobytes()).decode()


def numbers(packed):
    """Return the numbers that the page has packed."""
    return np.frombuffer(base64.b64decode(packed), "<f8")


def random_network(rng):
    """Return a network in which every size differs between the axes, in double precision."""
    channels, filters = (int(n) for n in rng.integers(1, 5, 2))
    rows, cols = (int(n) for n in rng.integers(9, 16, 2))
    geometry = {"stride": tuple(rng.integers(1, 3, 2).tolist())}
    geometry["padding"] = tuple(rng.integers(0, 3, 2).tolist())
    kernel = tuple(rng.integers(1, 5, 2).tolist())
    window = rng.integers(2, 4, 2)
    pool = {"stride": tuple(rng.integers(1, 4, 2).tolist())}
    pool["padding"] = tuple((rng.integers(0, 2, 2) * (window // 2)).tolist())
    body = [Conv2d(channels, filters, kernel, **geometry, rng=rng), ReLU()]
    body.append(MaxPool2d(tuple(window.tolist()), **pool))
    body.insert(int(rng.integers(1, 3)), ReLU())
    shape = (channels, rows, cols)
    length = int(np.prod(Sequential(*body).summary(shape).rows[-1].output_shape))
    model = Sequential(*body, Flatten(), Linear(length, 7, rng=rng))
    for parameter in model.parameters():  # float32 numbers in double precision
        parameter.value = parameter.value.astype(np.float64)
    model["conv1"].bias.value = rng.normal(size=filters).astype(np.float32).astype(np.float64)
    return model, rng.normal(size=shape)


def close(actual, expected, tolerance):
    expected = np.ravel(expected)
    return np.abs(np.ravel(actual) - expected).max() <= tolerance * np.abs(expected).max()


def test_every_layer_of_random_networks_equals_numpy(page, rng):
    cases = [random_network(rng) for _ in range(CASES)]
    script = """(cases) => cases.map(([model, shape, x]) =>
      pad.runNetwork(network(model), pad.tensor(shape, Float64Array.from(x))).slice(1)
        .map(({shape, data}) => [shape, Array.from(data)]))"""
    sent = [[packed(model), x.shape, x.ravel().tolist()] for model, x in cases]
    for (model, x), outputs in zip(cases, page.evaluate(script, sent), strict=True):
        for (name, wanted), (shape, data) in zip(model.trace(x[None]), outputs, strict=True):
            assert tuple(shape) == wanted.shape[1:], name
            assert close(data, wanted[0], TOLERANCE), name


def test_what_made_a_unit_adds_up_to_the_unit(page, rng):
    script = """(cases) => cases.map(([model, shape, x, l, unit]) => {
      const layers = network(model);
      const outputs = pad.runNetwork(layers, pad.tensor(shape, Float64Array.from(x)));
      const {parts, winner, x: seen, total} = pad.explainUnit(layers, outputs, l, unit);
      const added = ({x, w}) => x.data.reduce((so_far, value, k) => so_far + value * w.data[k], 0);
      const products = parts?.map((part) => [added(part), part.sum]);
      const won = winner ? seen.data[winner[0] * seen.cols + winner[1]] : total;
      const field = layers[l].kind === "linear" ? null : pad.fieldOf(layers, l, unit);
      return {total, products, won, field};
    })"""
    cases, wanted, fields = [], [], []
    for _ in range(CASES):
        model, x = random_network(rng)
        outputs = [(name, y[0]) for name, y in model.trace(x[None])]
        layer = int(rng.choice([k for k, (name, _) in enumerate(outputs) if "flatten" not in name]))
        y = outputs[layer][1]
        unit = [int(rng.integers(n)) for n in y.shape]
        cases.append([packed(model), x.shape, x.ravel().tolist(), layer, [*unit, 0, 0][:3]])
        wanted.append((y[tuple(unit)], len(x) if layer == 0 else None))
        fields.append(expected_field(model, layer, unit))
    for told, (value, parts), field in zip(
        page.evaluate(script, cases), wanted, fields, strict=True
    ):
        scale = max(abs(value), *(abs(part) for part, _ in told["products"] or [[1, 1]]))
        assert abs(told["total"] - value) <= 1e-11 * scale
        assert told["won"] == told["total"]
        assert parts is None or len(told["products"]) == parts
        for product, part in told["products"] or []:
            assert abs(product - part) <= TOLERANCE * scale
        assert told["field"] == field


def expected_field(model, layer, unit):
    """Return [top, left, rows, columns] by the formula of chapter 10, axis by axis."""
    if len(unit) == 1:
        return None
    boxes = []
    for axis in (0, 1):
        steps = []
        for part in list(model.layers.values())[: layer + 1]:
            if isinstance(part, Conv2d):
                k, g = part.weight.value.shape[2:][axis], part.geometry
                steps.append((k, g["stride"][axis], g["padding"][axis][0]))
            elif isinstance(part, MaxPool2d):
                o = part.options
                steps.append((part.kernel_size[axis], o["stride"][axis], o["padding"][axis]))
        size, jump, start = receptive_field(steps)[-1]
        boxes.append((start + unit[1 + axis] * jump, size))
    (top, rows), (left, cols) = boxes
    return [top, left, rows, cols]


def test_logits_of_a_thousand_test_digits_equal_cnnlibs(page, digits):
    model, (x, y) = load_lenet(), digits
    script = """([model, pixels]) => {
      const layers = network(model);
      const all = bytes(pixels);
      return Array.from({length: all.length / 784}, (_, k) => {
        const one = all.subarray(784 * k, 784 * k + 784);
        const data = Float64Array.from(one, (value) => value / 255);
        return Array.from(pad.runNetwork(layers, pad.tensor([1, 28, 28], data)).at(-1).data);
      });
    }"""
    logits = np.array(page.evaluate(script, [packed(model), text(np.round(255 * x))]))
    wanted = model(x)
    assert wanted.dtype == np.float32
    assert np.abs(logits - wanted).max() <= FLOAT32 * np.abs(wanted).max()
    assert (logits.argmax(axis=1) == wanted.argmax(axis=1)).all()
    assert (logits.argmax(axis=1) == y).mean() >= 0.97


def random_strokes(rng):
    count = int(rng.integers(1, 4))
    points = [rng.integers(1, 8) for _ in range(count)]
    return [(rng.uniform(-2, 30, (n, 2)) * rng.uniform(0.3, 1)).round(2).tolist() for n in points]


def test_ink_and_its_centring_equal_numpy(page, rng):
    cases = [[random_strokes(rng), float(rng.uniform(1, 6))] for _ in range(CASES)]
    script = """(cases) => cases.map(([strokes, pen]) => {
      const ink = pad.drawStrokes(pad.blankPad(), strokes, pen);
      return packed([ink, pad.centreDigit(ink), pad.shrinkPad(ink)]);
    })"""
    for (strokes, pen), answer in zip(cases, page.evaluate(script, cases), strict=True):
        ink, centred, shrunk = np.split(numbers(answer), [112**2, 112**2 + 28**2])
        wanted = draw_strokes(strokes, pen=pen)
        assert np.abs(np.ravel(wanted) - ink).max() <= TOLERANCE
        assert np.abs(np.ravel(center_digit(wanted)) - centred).max() <= TOLERANCE
        means = wanted.reshape(28, 4, 28, 4).mean(axis=(1, 3))
        assert np.abs(np.ravel(means) - shrunk).max() <= TOLERANCE


def test_a_test_digit_on_the_pad_reaches_the_network_as_it_is_stored(page, digits):
    stored = np.round(255 * digits[0][:CASES, 0])
    script = """(pixels) => Array.from({length: pixels.length / 784}, (_, k) => {
      const digit = image(28, 28, pixels.slice(784 * k, 784 * k + 784).map((value) => value / 255));
      const ink = pad.printDigit(digit);
      return packed([pad.centreDigit(ink), pad.shrinkPad(ink)]);
    })"""
    answers = page.evaluate(script, stored.astype(int).ravel().tolist())
    told = np.reshape([numbers(answer) for answer in answers], (CASES, 2, -1))
    for way in (0, 1):
        assert np.abs(255 * told[:, way] - stored.reshape(CASES, -1)).max() <= 1e-9


# Points go through addPoint one by one, as those of pointer events do; pixels are already ink.
RECOGNISE = """([model, pen, drawings, pictures]) => {
  const layers = network(model);
  const told = (ink) => {
    const input = pad.tensor([1, 28, 28], pad.centreDigit(ink).data);
    const {data} = pad.runNetwork(layers, input).at(-1);
    return data.indexOf(Math.max(...data));
  };
  const drawn = drawings.map((lines) => {
    let strokes = [];
    for (const line of lines) {
      line.forEach((point, k) => (strokes = pad.addPoint(strokes, point, k === 0)));
    }
    return told(pad.drawStrokes(pad.blankPad(), strokes, pen));
  });
  const all = bytes(pictures);
  const pixels = Array.from({length: all.length / 112 ** 2}, (_, k) =>
    told(image(112, 112, all.subarray(k * 112 ** 2, (k + 1) * 112 ** 2))));
  return [...drawn, ...pixels];
}"""


def test_a_thousand_redrawn_test_digits_are_recognised(page, digits, rng, report):
    x, y = digits
    drawings = []
    for skeleton in skeletons(x[:STROKED, 0]):
        scale, shift = rng.uniform(0.7, 1.2), rng.uniform(-2, 2, 2)
        drawings.append([(14 + shift + scale * (p - 14)).tolist() for p in trace(skeleton)])
    pictures = np.zeros((DIGITS - STROKED, 112, 112))
    for picture, digit in zip(pictures, x[STROKED:, 0], strict=True):
        large = zoom(digit, rng.uniform(2.2, 4), order=1, grid_mode=True, mode="grid-constant")
        i, j = rng.integers(0, 113 - len(large), 2)
        picture[i : i + len(large), j : j + len(large)] = np.round(255 * large.clip(0, 1))
    told = np.array(page.evaluate(RECOGNISE, [packed(load_lenet()), PEN, drawings, text(pictures)]))
    right = told == y
    by_strokes, all_of_them = right[:STROKED].mean(), right.mean()
    report(f"digit pad: recognised {by_strokes:.1%} of {STROKED} drawn by strokes")
    report(f"digit pad: recognised {all_of_them:.1%} of {DIGITS} redrawn")
    assert by_strokes >= 0.97
    assert all_of_them >= 0.97


# The explorer itself, on a page of its own.
MOUNT = """([state, weights, sheet]) => {
  Object.assign(state, {weights: view(weights), sheet: view(sheet)});
  const handlers = [];
  window.model = {
    get: (name) => state[name],
    set: (name, value) => {
      state[name] = value;
      const events = [`change:${name}`, "change"];
      for (const [event, handler] of handlers) if (events.includes(event)) handler();
    },
    save_changes() {}, on: (event, handler) => handlers.push([event, handler]), off() {},
  };
  document.body.innerHTML = '<div style="width: 45rem"></div>';
  pad.default.render({model, el: document.body.firstChild});
}"""


def mounted(page, explorer):
    """Show an explorer on the page."""
    state = {name: value for name, value in explorer.get_state().items() if name[0] != "_"}
    encoded = [base64.b64encode(state.pop(name)).decode() for name in ("weights", "sheet")]
    state = json.loads(json.dumps(state, default=str))
    page.set_viewport_size({"width": 900, "height": 1500})
    page.evaluate(MOUNT, [state, *encoded])
    page.add_style_tag(content=explorer._css)
    page.wait_for_selector("[data-ready=true]")
    return page


@pytest.fixture
def drawing(page):
    """The explorer with a blank pad; its page."""
    return mounted(page, DigitPad(digits=range(3), blank=True))


@pytest.fixture
def printed(page):
    """The explorer with a test digit, a 7; its page."""
    return mounted(page, DigitPad(digits=range(3)))


def draw_with_mouse(page, lines):
    """Draw lines of points on a pad of 28 by 28 units."""
    box = page.locator("[data-drawing]").bounding_box()
    for line in lines:
        places = np.array([box["x"], box["y"]]) + np.asarray(line) / 28 * box["width"]
        page.mouse.move(*places[0])
        page.mouse.down()
        for place in places[1:]:
            page.mouse.move(*place)
        page.mouse.up()


def summary(page):
    return page.locator(".cnn-summary").inner_text()


def recognised(page):
    return page.locator(".cnn-best").first.inner_text().split()[0]


def test_digits_drawn_with_the_mouse_are_recognised(drawing, digits):
    page, (x, y) = drawing, digits
    clear = page.get_by_role("button", name="Clear the pad")
    for digit, skeleton in zip(y[:6], skeletons(x[:6, 0]), strict=True):
        draw_with_mouse(page, trace(skeleton))
        assert recognised(page) == str(digit)
        clear.click()
        assert "blank pad" in summary(page)


def test_the_first_stroke_on_a_test_digit_takes_a_blank_sheet_and_says_so(printed, digits):
    page, (x, _) = printed, digits
    assert summary(page).startswith("Test digit 0, a 7: recognised as 7 with over 99.9 %, next")
    two = trace(skeletons(x[1:2, 0])[0])
    draw_with_mouse(page, two)
    assert recognised(page) == "2"
    assert summary(page).startswith("Your drawing of 1 stroke, in place of test digit 0: ")
    page.get_by_role("button", name="Undo a stroke").click()
    assert summary(page).startswith("Test digit 0, a 7: recognised as 7")


def test_strokes_are_added_to_a_test_digit_if_that_is_wanted(printed):
    page = printed
    page.evaluate("model.set('over', true)")
    draw_with_mouse(page, [np.linspace((11, 15.5), (19, 15.5), 9)])
    assert summary(page).startswith("Test digit 0, a 7, with 1 stroke of yours: ")
    page.get_by_role("button", name="Clear the pad").click()
    assert "A blank pad" in summary(page)
    assert page.evaluate("model.get('over')") is False


def test_sums_of_rounded_numbers_are_not_called_equal(drawing):
    page, seen = drawing, set()
    draw_with_mouse(page, [np.linspace((14, 5), (14, 23), 9)])
    title = page.locator(".cnn-unit-title")
    for col in range(8):
        page.evaluate("(col) => model.set('col', col)", col)
        assert f"column {col}:" in title.inner_text()
        line = page.locator(".cnn-unit .cnn-formula").inner_text().split("bias")[-1]
        one, sign, other, relation, total = line.replace("−", "-").lstrip(": ").split()
        signed = float(other) * (-1 if sign == "-" else 1)
        assert (relation == "=") == (abs(float(one) + signed - float(total)) < 1e-6)
        seen.add(relation)
    assert seen == {"=", "≈"}


def test_a_one_drawn_with_the_keyboard_is_recognised_and_can_be_undone(drawing):
    page = drawing
    page.locator("[data-drawing]").focus()
    for _ in range(9):
        page.keyboard.press("ArrowUp")
    assert page.evaluate("model.get('strokes').length") == 0
    page.keyboard.press("Space")
    for _ in range(18):
        page.keyboard.press("ArrowDown")
    assert "The pen is down at row 23, column 14" in page.locator(".cnn-summary").inner_text()
    assert recognised(page) == "1"
    page.keyboard.press("Space")
    page.get_by_role("button", name="Undo a stroke").click()
    assert "blank pad" in page.locator(".cnn-summary").inner_text()
    page.get_by_role("button", name="Undo a stroke").click()
    assert "no stroke to undo" in page.locator(".cnn-summary").inner_text()


def test_units_are_picked_with_keys_and_held_within_their_layer(drawing):
    page = drawing
    maps = page.get_by_role("application", name="conv1")
    maps.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("['layer', 'map', 'row', 'col'].map(model.get)") == ["conv1", 0, 0, 1]
    page.keyboard.press("PageDown")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.evaluate("['layer', 'map', 'row', 'col'].map(model.get)") == ["conv1", 0, 0, 23]
    page.evaluate("model.set('layer', 'relu2')")
    page.wait_for_function("model.get('col') === 3")
    page.evaluate("model.set('layer', 'linear1')")
    page.locator("button.cnn-class").nth(9).click()
    assert "logit of 9" in page.locator(".cnn-summary").inner_text()
