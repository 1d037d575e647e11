"""The padding lab: counts, responses, how its controls agree, what it refuses."""

import base64

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.ndimage import center_of_mass
from scipy.signal import convolve2d, correlate2d

from cnnlib.shapes import same_padding
from cnnlib.widgets import PaddingLab
from cnnlib.widgets import _padding as arithmetic
from cnnlib.widgets._explorer import EXPLORER_MIME
from cnnlib.widgets._frontend import modules

SMALL = {"photos": ["even grey"], "size": 33}


def counted(n, k, sides, mode):
    """Count reads window by window, on the indices of the pixels."""
    (rows, _), (columns, _) = (sides, sides)
    assert rows == columns
    numbered = np.pad(np.arange(n * n).reshape(n, n) + 1, sides, mode=arithmetic.MODES[mode])
    windows = np.lib.stride_tricks.sliding_window_view(numbered, (k, k))
    return np.bincount(windows.ravel(), minlength=n * n + 1)[1:].reshape(n, n)


@pytest.mark.parametrize("mode", arithmetic.MODES)
@pytest.mark.parametrize("k", [2, 3, 4, 5])
@pytest.mark.parametrize("sides", [((0, 0), (0, 0)), ((1, 1), (1, 1)), ((4, 0), (4, 0))])
def test_the_coverage_counts_every_read(mode, k, sides):
    (top, bottom), (left, right) = sides
    box = np.full((k, k), 1 / k**2).tolist()
    lab = PaddingLab(**SMALL, kernel=box, mode=mode, top=top, bottom=bottom, left=left, right=right)
    assert_array_equal(lab.coverage(), counted(5, k, sides, mode))


def test_with_one_zero_around_5_by_5_pixels_the_counts_are_4_6_and_9():
    counts = PaddingLab(**SMALL, padding=1).coverage()
    assert (counts[0, 0], counts[0, 2], counts[2, 2]) == (4, 6, 9)
    assert (PaddingLab(**SMALL, fit="full").coverage() == 9).all()
    box = convolve2d(np.ones((5, 5)), np.ones((3, 3)))
    assert_array_equal(counts, box[1:-1, 1:-1])


@pytest.mark.parametrize(
    ("mode", "boundary"), [("zero", "fill"), ("wrap", "wrap"), ("edge", None), ("reflect", None)]
)
def test_the_response_is_that_of_scipy(mode, boundary, rng):
    kernel = rng.normal(size=(3, 3))
    lab = PaddingLab(photos=["camera"], size=33, kernel=kernel.tolist(), padding=1, mode=mode)
    x = lab.pixels["camera"]
    if boundary:
        expected = correlate2d(x, kernel, mode="same", boundary=boundary)
    else:
        expected = correlate2d(np.pad(x, 1, mode=mode), kernel, mode="valid")
    assert_allclose(lab.output(), expected, atol=1e-12)


def test_an_even_kernel_drifts_half_a_pixel_a_layer():
    lab = PaddingLab(photos=["dot"], preset="blur, box 2×2", fit="same")
    for layers in range(1, 9):
        lab.layers = layers
        assert_allclose(center_of_mass(lab.output()), 32 - layers / 2)
        assert_allclose(arithmetic.centre(lab.output()), -layers / 2)
    assert "the dot's centre has moved 4 px up and 4 px left" in repr(lab)
    lab.fit = "none"
    assert_allclose(arithmetic.centre(lab.output()), 0, atol=1e-12)


def test_same_padding_is_that_of_the_library():
    for k in (2, 3, 4, 5):
        before, after = same_padding(65, k)
        assert arithmetic.sides_of("same", k) == [before, after, before, after]
        lab = PaddingLab(**SMALL, kernel_size=k, fit="same")
        assert lab.output().shape == (33, 33)


def test_the_controls_of_the_padding_agree():
    lab = PaddingLab(**SMALL)
    assert (lab.fit, lab.padding, lab.each, lab.sides()) == ("same", 1, False, ((1, 1), (1, 1)))
    lab.kernel_size = 4
    assert (lab.fit, lab.each, lab.sides()) == ("same", True, ((1, 2), (1, 2)))
    assert (lab.preset, lab.every_shown, lab.each_shown) == ("blur, box 4×4", "none", "")
    lab.kernel_size = 5
    assert (lab.fit, lab.each, lab.sides()) == ("same", False, ((2, 2), (2, 2)))
    lab.padding = 4
    assert (lab.fit, lab.sides()) == ("full", ((4, 4), (4, 4)))
    lab.left = 1
    assert (lab.fit, lab.each, lab.sides()) == ("custom", True, ((4, 4), (1, 4)))
    lab.each = False
    assert (lab.fit, lab.padding, lab.sides()) == ("full", 4, ((4, 4), (4, 4)))
    lab.fit = "none"
    assert (lab.padding, lab.sides()) == (0, ((0, 0), (0, 0)))
    lab.fit = "custom"
    assert (lab.fit, lab.sides()) == ("custom", ((0, 0), (0, 0)))


def test_the_kernel_the_preset_and_the_size_agree():
    lab = PaddingLab(**SMALL)
    lab.preset = "laplacian"
    assert lab.kernel == [[0, 1, 0], [1, -4, 1], [0, 1, 0]]
    lab.kernel_size = 5
    assert_array_equal(lab.kernel, np.pad([[0, 1, 0], [1, -4, 1], [0, 1, 0]], 1))
    assert lab.preset == "custom"
    lab.kernel = [[1, 2], [3, 4]]
    assert lab.kernel_size == 2
    assert lab.choices["kernel_size"][lab.kernel_size_index] == 2


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"padding": 5}, "padding must be an integer from 0 to 4, got 5"),
        ({"top": -1}, "top must be an integer from 0 to 4, got -1"),
        ({"layers": 9}, "layers must be an integer from 1 to 8, got 9"),
        ({"side": 4}, "side must be an integer from 5 to 8, got 4"),
        ({"row": 5}, "row must be an integer from 0 to 4, got 5"),
        ({"mode": "mirror"}, r"mode must be one of \['zero', .*, got 'mirror'"),
        ({"fit": "valid"}, r"fit must be one of \['none', .*, got 'valid'"),
        ({"preset": "blur"}, "preset must be one of .*, got 'blur'"),
        ({"kernel_size": 7}, r"kernel_size must be one of \[2, 3, 4, 5\], got 7"),
        ({"kernel": [[1, 2, 3]]}, r"kernel must be square .* got \[\[1, 2, 3\]\]"),
        ({"kernel": [[1, 2], [3]]}, "kernel must be square"),
        ({"kernel": "box"}, "kernel must be square with a side of 2 to 5, got 'box'"),
        ({"kernel": [[1, np.inf], [0, 0]]}, "finite numbers"),
        ({"size": 32}, "size must be an integer from 33 to 128, got 32"),
        ({"photos": "dot"}, "photos must be a list of names"),
        ({"photos": []}, "photos must be a list of names"),
        ({"photos": ["moon"]}, "camera"),
    ],
)
def test_bad_arguments_are_named_and_quoted(arguments, words):
    with pytest.raises(ValueError, match=words):
        PaddingLab(**arguments)


def test_an_unknown_argument_and_a_kernel_set_later_are_refused():
    with pytest.raises(TypeError, match="no argument 'pad'"):
        PaddingLab(pad=1)
    lab = PaddingLab(**SMALL)
    with pytest.raises(ValueError, match="kernel must be square"):
        lab.kernel = [[1, 2, 3]]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "zero padding 1 on every side → output 33×33"),
        ({"fit": "none"}, "no padding → output 31×31; of 5×5 pixels a corner is read once"),
        (
            {"top": 2, "mode": "wrap"},
            "wrap padding top 2, bottom 0, left 0, right 0 → output",
        ),
        ({"layers": 3, "fit": "full"}, "on every side, 3 layers → output 39×39"),
    ],
)
def test_the_summary_states_the_setting_and_the_result(arguments, words):
    assert words in repr(PaddingLab(**SMALL, **arguments))


def test_the_bundle_holds_a_still_and_the_stage_its_modules():
    lab = PaddingLab(**SMALL, preset="laplacian")
    bundle, metadata = lab._repr_mimebundle_()
    assert bundle[EXPLORER_MIME]["name"] == "padding-lab"
    assert base64.b64decode(metadata[EXPLORER_MIME]["still"]).startswith(b"\x89PNG")
    assert {"padding.js", "grid.js", "picture.js"} < set(modules("padding_lab.js"))
    assert len(lab.controls()) == 11
    assert len(PaddingLab(size=33).controls()) == 12


def test_what_is_settled_stays_as_it_is(rng):
    """A browser that hears of a settled state has nothing to answer, whatever it saw before."""
    seen = {"k": 3, "fit": "same", "padding": 1, "each": False, "sides": [1] * 4}
    for _ in range(2000):
        change = {
            "k": int(rng.integers(2, 6)),
            "fit": str(rng.choice(["none", "same", "full", "custom"])),
            "padding": int(rng.integers(0, 5)),
            "each": not seen["each"],
            "sides": [*seen["sides"][:3], int(rng.integers(0, 5))],
        }
        name = str(rng.choice(list(change)))
        settled = arithmetic.settle(seen, seen | {name: change[name]})
        assert arithmetic.settle(seen, settled) == settled, (seen, name, change[name])
        seen = settled


def test_the_last_side_that_makes_all_equal_leaves_each_side_open():
    seen = {"k": 3, "fit": "custom", "padding": 0, "each": True, "sides": [2, 2, 2, 0]}
    now = arithmetic.settle(seen, seen | {"sides": [2] * 4})
    assert now == {"k": 3, "fit": "full", "padding": 2, "each": True, "sides": [2] * 4}


def test_a_change_and_what_follows_from_it_are_one_message(monkeypatch):
    lab, sent = PaddingLab(), []
    monkeypatch.setattr(lab, "send_state", lambda key=None: key and sent.append(set(key)))
    lab.fit = "full"
    sides = {"top", "bottom", "left", "right"}
    assert sent == [{"fit", "fit_index", "padding", *sides}]
