"""Chapter 4's arithmetic, in the browser, against NumPy: the same cases through both."""

import numpy as np
import pytest
from test_arithmetic import CASES, LOAD, assert_equal

from cnnlib import vision
from cnnlib.widgets import ConeView, _cells
from cnnlib.widgets._frontend import frontend


@pytest.fixture(scope="module")
def cells(tab):
    """A page with the functions of cells.js and tensor.js in `window.tensor`."""
    page = tab()
    names = "fromNested, toNested, cellFields, paintStimulus, cellResponse, placeOf, responseCurve"
    page.evaluate(LOAD, f"{frontend('cells.js')}\nexport {{ {names} }};")
    yield page
    page.close()


@pytest.fixture(scope="module")
def cones(tab):
    """A page with the functions of cones.js in `window.tensor`."""
    page = tab()
    names = "answersTo, linearSrgb, encodeSrgb, matchAmounts"
    page.evaluate(LOAD, f"{frontend('cones.js')}\nexport {{ {names} }};")
    yield page
    page.close()


def shapes(rng, count=CASES):
    for number in range(count):
        yield (
            _cells.CELLS[number % 4],
            {
                "sigma": float(rng.uniform(1, 5)),
                "theta": float(rng.uniform(0, 180)),
                "wavelength": float(rng.uniform(4, 20)),
                "phase": float(rng.uniform(0, 360)),
            },
        )


def settings(rng, count=CASES):
    for number in range(count):
        yield (
            _cells.STIMULI[number % 6],
            {
                "angle": float(rng.uniform(0, 180)),
                "width": float(rng.uniform(1, 20)),
                "x": float(rng.uniform(-40, 40)),
                "y": float(rng.uniform(-40, 40)),
                "dark": bool(rng.random() < 0.5),
            },
        )


PHOTO = np.random.default_rng(4).random((90, 70))


def test_the_fields_of_every_cell_equal_pythons(cells, rng):
    cases = list(shapes(rng))
    script = """(cases) => cases.map(([cell, shape]) =>
      tensor.cellFields(cell, shape).map(tensor.toNested))"""
    assert_equal(cells.evaluate(script, cases), [_cells.fields(cell, **s) for cell, s in cases])


def test_every_stimulus_equals_pythons(cells, rng):
    cases = list(settings(rng))
    script = """([cases, photo]) => cases.map(([kind, setting]) =>
      tensor.toNested(tensor.paintStimulus(kind, setting, tensor.fromNested(photo))))"""
    expected = [_cells.stimulus(kind, **setting, photo=PHOTO) for kind, setting in cases]
    assert_equal(cells.evaluate(script, [cases, PHOTO.tolist()]), expected)


def test_every_curve_equals_pythons_on_the_scale_of_its_responses(cells, rng):
    pairs = zip(shapes(rng), settings(rng), strict=True)
    cases = [[*a, *b, _cells.CURVES[k // 24 % 3]] for k, (a, b) in enumerate(pairs)]
    script = """([cases, nested]) => cases.map(([cell, shape, kind, setting, against]) => {
      const photo = tensor.fromNested(nested);
      const shown = tensor.paintStimulus(kind, setting, photo);
      const answer = tensor.cellResponse(tensor.cellFields(cell, shape), shown);
      const curve = tensor.responseCurve(against, cell, shape, kind, setting, photo);
      return [1, answer, tensor.placeOf(kind, setting) / 60, ...curve];
    })"""
    expected = []
    for cell, shape, kind, setting, against in cases:
        shown = _cells.stimulus(kind, **setting, photo=PHOTO)
        now = _cells.response(_cells.fields(cell, **shape), shown)
        curve = _cells.curve(against, cell, shape, kind, setting, PHOTO)[1]
        # A response is at most 1: the 1 in front makes that the scale of the comparison.
        expected.append([1, now, _cells.place_of(kind, setting) / 60, *curve])
    assert_equal(cells.evaluate(script, [cases, PHOTO.tolist()]), expected)


def test_the_sensitivities_of_mixtures_equal_pythons(cones, rng):
    cases = [
        [
            [float(rng.uniform(390, 780)), float(rng.uniform(-1, 2))]
            for _ in range(rng.integers(1, 4))
        ]
        for _ in range(CASES)
    ]
    table = ConeView().table
    script = """([cases, table]) => cases.map((mixture) => {
      const {L, M, S, X, Y, Z, V_scotopic} = tensor.answersTo(table, mixture);
      return [L, M, S, X, Y, Z, V_scotopic];
    })"""
    expected = []
    for mixture in cases:
        nm, amounts = np.array(mixture).T
        night = vision.luminous_efficiency(nm, observer="scotopic")[:, None]
        columns = [vision.cone_fundamentals(nm), vision.color_matching(nm), night]
        expected.append(amounts @ np.concatenate(columns, axis=1))
    assert_equal(cones.evaluate(script, [cases, table]), expected)


def test_the_colours_equal_pythons(cones, rng):
    cases = rng.uniform(-0.3, 1.3, (CASES, 3)).tolist()
    script = """(cases) => cases.map((xyz) => {
      const light = tensor.linearSrgb(xyz);
      return [...light, ...light.map(tensor.encodeSrgb)];
    })"""
    light = vision.linear_srgb(cases)
    expected = np.concatenate([light, vision.encode_srgb(light)], axis=1)
    assert_equal(cones.evaluate(script, cases), expected)


def test_the_amounts_of_a_match_equal_pythons(cones, rng):
    views = [
        ConeView(
            wavelength=int(rng.integers(390, 721)),
            first=int(rng.integers(420, 540)),
            second=int(rng.integers(560, 681)),
            show="a match of two",
        )
        for _ in range(CASES)
    ]
    cases = [[view.wavelength, view.first, view.second] for view in views]
    script = "([cases, table]) => cases.map((each) => tensor.matchAmounts(table, ...each))"
    actual = cones.evaluate(script, [cases, views[0].table])
    assert_equal(actual, [view.amounts() for view in views])
    assert cones.evaluate("(t) => tensor.matchAmounts(t, 500, 540, 540)", views[0].table) is None
