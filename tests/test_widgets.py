"""The Python side of the explorers: traits, refusals, repr, mime bundle, joined source."""

import base64
import json

import ipywidgets
import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.signal import correlate2d

from cnnlib import kernels, load_photo
from cnnlib.widgets import KernelStudio, SlidingWindow
from cnnlib.widgets import _frontend as frontend_module
from cnnlib.widgets._explorer import EXPLORER_MIME, number
from cnnlib.widgets._frontend import frontend, modules

RAMP = np.arange(9).reshape(3, 3).tolist()


def test_the_worked_example_gives_19_first():
    window = SlidingWindow(input=RAMP, kernel=[[0, 1], [2, 3]])
    assert_allclose(window.output(), [[19, 25], [37, 43]])
    assert repr(window) == (
        "SlidingWindow(input 3×3, kernel 2×2, stride 1, padding 0 → output 2×2, y[0, 0] = 19)"
    )


def test_the_flip_switch_gives_the_convolution_of_mathematics():
    window = SlidingWindow(input=RAMP, kernel=[[0, 1], [2, 3]], flip=True)
    assert_allclose(window.output(), [[5, 11], [23, 29]])


def test_a_sliding_window_whose_kernel_does_not_fit_says_so():
    window = SlidingWindow(input=[[1, 2], [3, 4]], kernel=np.ones((3, 3)).tolist())
    assert "no output: the kernel is larger than the padded input" in repr(window)
    window.padding = 1
    assert "output 2×2" in repr(window)


def test_choosing_a_preset_sets_the_kernel_and_its_index():
    window = SlidingWindow()
    window.preset = "laplacian"
    assert_allclose(window.kernel, kernels.laplacian())
    assert window.choices["preset"][window.preset_index] == "laplacian"
    window.preset_index = window.choices["preset"].index("identity")
    assert window.preset == "identity"
    assert_allclose(window.kernel, kernels.identity(3))


def test_the_kernel_studio_filters_the_photograph_as_scipy_does(rng):
    kernel = rng.normal(size=(5, 5))
    studio = KernelStudio(photos=["camera"], size=40, kernel=kernel.tolist())
    pixels = np.round(255 * load_photo("camera", size=40)) / 255
    assert_allclose(studio.output(), correlate2d(pixels, kernel, "same"), atol=1e-12)


def test_resizing_the_kernel_keeps_it_in_the_centre():
    studio = KernelStudio(photos=["camera"], size=40, preset="sharpen")
    sharpen = np.array(studio.kernel)
    studio.kernel_size = 7
    assert_allclose(studio.kernel, np.pad(sharpen, 2))
    studio.kernel_size = 3
    assert_allclose(studio.kernel, sharpen)


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: SlidingWindow(kernel=[[1, 2], [3]]), ValueError, "kernel must be a rectangle"),
        (lambda: SlidingWindow(input=[[np.nan]]), ValueError, "finite numbers"),
        (lambda: SlidingWindow(input=np.zeros((3, 11)).tolist()), ValueError, "1 to 10 rows"),
        (lambda: SlidingWindow(kernel="abc"), ValueError, "kernel must be a rectangle"),
        (lambda: SlidingWindow(strides=2), TypeError, "no argument 'strides'"),
        (lambda: SlidingWindow(preset="no such"), ValueError, "preset must be one of"),
        (lambda: KernelStudio(kernel=[[1, 2], [3, 4]]), ValueError, "odd side of 3 to 7, got 2×2"),
        (lambda: KernelStudio(photos=["moon"]), ValueError, "camera"),
        (lambda: KernelStudio(photos="camera"), ValueError, "photos must be a list of names"),
        (lambda: KernelStudio(photos=[]), ValueError, "photos must be a list of names"),
        (lambda: KernelStudio(photo="coffee"), ValueError, "photo must be one of"),
        (lambda: KernelStudio(show="rainbow"), ValueError, "show must be one of"),
        (lambda: KernelStudio(kernel_size=4), ValueError, "kernel_size must be one of"),
        (lambda: KernelStudio(row=999), ValueError, "row must be between 0 and 255"),
    ],
)
def test_bad_arguments_are_named_and_quoted(make, error, words):
    with pytest.raises(error, match=words):
        make()


def test_an_explorer_shows_its_controls_above_its_stage():
    window = SlidingWindow()
    controls, stage = window.figure.children
    assert stage is window
    kinds = [type(control) for control in controls.children]
    assert kinds.count(ipywidgets.IntSlider) == 3
    assert ipywidgets.Dropdown in kinds
    assert ipywidgets.Play in kinds
    assert window.figure is window.figure


@pytest.mark.parametrize("make", [SlidingWindow, lambda: KernelStudio(size=40)])
def test_the_mime_bundle_holds_what_a_page_needs(make):
    explorer = make()
    bundle, metadata = explorer._repr_mimebundle_()
    assert bundle["text/plain"] == repr(explorer)
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == explorer.figure.model_id
    about = json.loads(json.dumps(bundle[EXPLORER_MIME]))
    assert about["name"] == explorer.name
    assert about["alt"] == explorer.summary()
    assert about["caption"]
    still = base64.b64decode(metadata[EXPLORER_MIME]["still"])
    assert still.startswith(b"\x89PNG")


def test_a_caption_of_ones_own_replaces_the_explorers():
    assert SlidingWindow(caption="Try it.").caption == "Try it."
    assert SlidingWindow().caption.startswith("Sliding window.")


def test_the_front_end_source_holds_each_module_once_and_its_imports_first():
    order = modules("kernel_studio.js")
    assert order[-1] == "kernel_studio.js"
    assert len(order) == len(set(order))
    assert order.index("tensor.js") < order.index("kernel_studio.js")
    source = frontend("kernel_studio.js")
    assert source.count("function correlate2d") == 1
    assert "\nimport " not in source


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"a.js": 'import * as b from "./b.js";\n'}, "can be inlined"),
        ({"a.js": 'import { f } from "./b.js";\n', "b.js": "export { f };\n"}, "can be exported"),
        (
            {"a.js": 'import { f } from "./b.js";\nconst g = 1;\n', "b.js": "const g = 2;\n"},
            "g is declared in both b.js and a.js",
        ),
    ],
)
def test_front_end_modules_that_cannot_be_joined_are_refused(tmp_path, monkeypatch, files, words):
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    monkeypatch.setattr(frontend_module, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match=words):
        frontend.__wrapped__("a.js")


def test_numbers_are_written_with_a_true_minus_and_without_negative_zero():
    assert [number(value) for value in (-2.0, 0.5, -0.001, 3)] == ["−2", "0.5", "0", "3"]
