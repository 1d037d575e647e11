"""The receptive-field painter: what its cells answer, how its controls agree, what it refuses."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlib import kernels
from cnnlib.widgets import ReceptiveFieldPainter, _cells
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules

SHAPE = {"sigma": 3, "theta": 0, "wavelength": 8, "phase": 0}
GRATING = {"angle": 0, "width": 4, "x": 0, "y": 0, "dark": False}


@pytest.mark.parametrize("cell", _cells.CELLS)
def test_no_cell_answers_to_even_light_and_one_stimulus_gives_1(cell):
    painter = ReceptiveFieldPainter(cell=cell, stimulus="even light", sigma=4)
    assert abs(painter.response()) < 1e-12
    field = painter.fields()[0]
    assert (field * np.sign(field)).sum() == pytest.approx(1)


def test_an_on_centre_cell_is_a_difference_of_gaussians_and_an_off_centre_cell_its_negative():
    on, off = (_cells.fields(cell, **SHAPE)[0] for cell in ("on-centre", "off-centre"))
    assert_allclose(off, -on)
    expected = kernels.difference_of_gaussians(3, 1.6, size=41)
    assert_allclose(on, expected / np.abs(expected).sum())


def test_a_simple_cell_follows_the_phase_of_a_grating_and_a_complex_cell_does_not():
    shown = [_cells.stimulus("grating", **GRATING | {"x": x}) for x in np.linspace(0, 8, 16, False)]
    simple = [_cells.response(_cells.fields("simple", **SHAPE), s) for s in shown]
    energy = [_cells.response(_cells.fields("complex", **SHAPE), s) for s in shown]
    assert min(simple) == pytest.approx(-max(simple))
    assert max(energy) / min(energy) < 1.02


def test_a_simple_cell_answers_most_to_a_bar_at_its_own_angle():
    for theta in (0, 30, 90, 135):
        painter = ReceptiveFieldPainter(cell="simple", stimulus="bar", width=4, theta=theta)
        angles, values = painter.responses()
        assert angles[values.round(9).argmax()] == theta


def test_turning_the_cell_against_a_photograph_gives_the_response_of_each_angle():
    painter = ReceptiveFieldPainter(cell="simple", stimulus="photograph", theta=45)
    angles, values = painter.responses()
    assert values[angles == 45] == pytest.approx(painter.response())


def test_a_spot_that_outgrows_the_centre_answers_less():
    widths, values = ReceptiveFieldPainter(stimulus="spot", curve="width").responses()
    assert widths[values.argmax()] == 11
    assert values[-1] < values.max() / 2


def test_moving_a_stimulus_across_its_stripes_passes_its_own_place():
    painter = ReceptiveFieldPainter(
        cell="simple", stimulus="edge", angle=90, x=3, y=-7, curve="place"
    )
    places, values = painter.responses()
    assert values[places == -7] == pytest.approx(painter.response())


def test_a_photograph_moves_with_the_stimulus():
    still = ReceptiveFieldPainter(stimulus="photograph")
    moved = ReceptiveFieldPainter(stimulus="photograph", x=2, y=-3)
    assert_allclose(moved.shown()[:38, 2:], still.shown()[3:, :39])
    assert_allclose(ReceptiveFieldPainter(stimulus="photograph", dark=True).shown(), -still.shown())


def test_controls_that_do_nothing_are_hidden():
    painter = ReceptiveFieldPainter()
    assert (painter.angle_shown, painter.theta_shown, painter.width_shown) == ("none", "none", "")
    painter.cell_index = painter.choices["cell"].index("complex")
    assert (painter.cell, painter.theta_shown, painter.phase_shown) == ("complex", "", "none")
    painter.stimulus = "edge"
    assert (painter.angle_shown, painter.width_shown) == ("", "none")
    assert len(painter.controls()) == 11


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"angle": 7}, "angle must be an integer from 0 to 180 in steps of 5, got 7"),
        ({"width": 0}, "width must be an integer from 1 to 20, got 0"),
        ({"x": 41}, "x must be an integer from -40 to 40, got 41"),
        ({"sigma": 0.5}, "sigma must be a number from 1 to 5 in steps of 0.5, got 0.5"),
        ({"phase": 10}, "phase must be an integer from 0 to 345 in steps of 15, got 10"),
        ({"cell": "rod"}, "cell must be one of .*, got 'rod'"),
        ({"stimulus": "cat"}, "stimulus must be one of .*, got 'cat'"),
        ({"curve": "time"}, "curve must be one of .*, got 'time'"),
        ({"photo": "moon"}, "camera"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        ReceptiveFieldPainter(**arguments)


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    bundle, metadata = ReceptiveFieldPainter(cell="complex")._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "receptive-field-painter"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"cells.js", "curves.js", "picture.js"} < set(modules("receptive_field_painter.js"))
