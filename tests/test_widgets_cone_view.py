"""The cone view: what it says of a wavelength, which mixtures match, what it refuses."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose

from cnnlib import cone_fundamentals, vision
from cnnlib.widgets import ConeView
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules
from cnnlib.widgets.cone_view import brightest


def test_it_states_the_sensitivities():
    assert repr(ConeView(wavelength=570)) == (
        "ConeView(570 nm: cones L 1.00, M 0.81, S 0.00; luminous efficiency by day 0.95, "
        "by night 0.21)"
    )


def test_a_match_excites_l_and_m_alike():
    view = ConeView(wavelength=585, first=540, second=650, show="a match of two")
    mixed = view.amounts() @ cone_fundamentals([540, 650])
    assert_allclose(mixed[:2], cone_fundamentals(585)[:2])
    assert (view.amounts() > 0).all()


@pytest.mark.parametrize("lights", [(540, 540), (600, 650)])
def test_what_cannot_be_matched_is_said(lights):
    first, second = lights
    view = ConeView(wavelength=555, first=first, second=second, show="a match of two")
    assert f"no mixture of {first} nm and {second} nm matches it" in repr(view)


def test_the_drawn_colours_fit_the_screen():
    light = vision.linear_srgb(vision.color_matching()) / brightest()
    assert light.max() == pytest.approx(1)


def test_the_mixture_has_controls_of_its_own():
    view = ConeView()
    assert view.mix_shown == "none"
    view.show_index = 1
    assert (view.show, view.mix_shown) == ("a match of two", "")
    assert len(view.controls()) == 5


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"wavelength": 389}, "wavelength must be an integer from 390 to 720, got 389"),
        ({"first": 700}, "first must be an integer from 420 to 680, got 700"),
        ({"show": "three"}, "show must be one of .*, got 'three'"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        ConeView(**arguments)


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    bundle, metadata = ConeView()._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "cone-view"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"cones.js", "curves.js"} < set(modules("cone_view.js"))
    assert np.isfinite(ConeView().peak)
