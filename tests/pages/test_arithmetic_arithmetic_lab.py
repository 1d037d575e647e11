"""The arithmetic lab: its sizes, in the browser and in NumPy, against PyTorch's; its words."""

import numpy as np
import pytest

from cnnlib import conv2d, conv_transpose2d
from cnnlib.shapes import output_size, transposed_output_size
from cnnlib.widgets._frontend import frontend

SETTINGS = 10_000
CASES = 200

LOAD = """async (source) => {
  const url = URL.createObjectURL(new Blob([source], {type: "text/javascript"}));
  window.lab = await import(url);
}"""


@pytest.fixture(scope="module")
def page(tab):
    """A page with the functions of arithmetic.js in `window.lab`."""
    page = tab()
    page.evaluate(LOAD, frontend("arithmetic.js").replace("\nfunction", "\nexport function"))
    yield page
    page.close()


def random_setting(rng):
    """Return the quantities of both axes, as the front end names them; many are invalid."""
    names = ["size", "kernel", "stride", "padding", "dilation", "outputPadding"]
    low, high = [1, 1, 1, 0, 1, 0], [13, 8, 5, 5, 5, 4]
    transposed = bool(rng.random() < 0.5)
    draws = rng.integers(low, high, (2, 6)).tolist()
    # PyTorch knows output padding from 0 on; half of the settings do without it.
    if rng.random() < 0.5:
        draws = [[*draw[:5], 0] for draw in draws]
    return [dict(zip(names, draw, strict=True), transposed=transposed) for draw in draws]


def ask_torch(torch, axes):
    """Return PyTorch's output height and width, or None if it refuses.

    Its back ends differ where not a single pixel would be left: some refuse, some return an array
    without entries. Both count as refused.
    """
    n, k, stride, padding, dilation, extra = (
        [axis[name] for axis in axes]
        for name in ["size", "kernel", "stride", "padding", "dilation", "outputPadding"]
    )
    x, w = torch.empty(1, 1, *n), torch.empty(1, 1, *k)
    geometry = {"stride": stride, "padding": padding, "dilation": dilation}
    try:
        if axes[0]["transposed"]:
            y = torch.nn.functional.conv_transpose2d(x, w, output_padding=extra, **geometry)
        else:
            y = torch.nn.functional.conv2d(x, w, **geometry)
    except RuntimeError:
        return None
    return list(y.shape[2:]) if y.numel() else None


@pytest.fixture(scope="module")
def answers():
    """Random settings, and what PyTorch says to each."""
    torch = pytest.importorskip("torch")
    rng = np.random.default_rng(7)
    settings = [random_setting(rng) for _ in range(SETTINGS)]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)  # for arrays as small as these, a second thread is a burden
    sizes = [ask_torch(torch, axes) for axes in settings]
    torch.set_num_threads(threads)
    return settings, sizes


def test_the_settings_are_of_every_kind(answers):
    settings, sizes = answers
    assert len(settings) == SETTINGS
    kinds = {(axes[0]["transposed"], size is None) for axes, size in zip(*answers, strict=True)}
    assert len(kinds) == 4
    assert sum(size is None for size in sizes) > SETTINGS / 20
    assert sum(axes[0]["stride"] != axes[1]["stride"] for axes in settings) > SETTINGS / 2


def test_the_browser_agrees_with_pytorch_and_refuses_what_it_refuses(page, answers):
    settings, sizes = answers
    script = """(settings) => settings.map((axes) => {
      const found = axes.map((setting) => lab.arithmeticAxis(setting));
      return found.some(({reason}) => reason) ? null : found.map(({output}) => output);
    })"""
    assert page.evaluate(script, settings) == sizes


def test_the_library_agrees_with_pytorch_and_refuses_what_it_refuses(answers):
    settings, sizes = answers
    assert [ask_library(axes) for axes in settings] == sizes


def ask_library(axes):
    """Return the output height and width by `cnnlib.shapes`, or None if it refuses."""
    output = []
    for axis in axes:
        geometry = {name: axis[name] for name in ("stride", "padding", "dilation")}
        try:
            if axis["transposed"]:
                extra = axis["outputPadding"]
                size = transposed_output_size(
                    axis["size"], axis["kernel"], output_padding=extra, **geometry
                )
            else:
                size = output_size(axis["size"], axis["kernel"], **geometry)
        except ValueError:
            return None
        output.append(size)
    return output


def valid_settings(rng, *, count=CASES):
    """Yield valid settings, as many of each operation."""
    for transposed in (False, True):
        found = 0
        while found < count:
            axes = [axis | {"transposed": transposed} for axis in random_setting(rng)]
            if ask_library(axes):
                found += 1
                yield axes


def test_the_counts_are_the_convolution_and_the_transpose_of_ones(page):
    settings = list(valid_settings(np.random.default_rng(70)))
    script = """(settings) => settings.map((axes) => axes.map((setting) => {
      const axis = lab.arithmeticAxis(setting);
      const {onLong, onShort} = lab.windowCounts(axis);
      return [onLong.slice(axis.padding, axis.padding + axis.long), onShort, axis.beyond];
    }))"""
    for axes, found in zip(settings, page.evaluate(script, settings), strict=True):
        (long_down, short_down, _), (long_across, short_across, _) = found
        kernel = np.ones((1, 1, axes[0]["kernel"], axes[1]["kernel"]))
        geometry = {
            name: [axis[name] for axis in axes] for name in ("stride", "padding", "dilation")
        }
        x = np.ones((1, 1, len(long_down), len(long_across)))
        y = np.ones((1, 1, len(short_down), len(short_across)))
        beyond = [axis[2] for axis in found]
        if not all(b < max(a["stride"], a["dilation"]) for a, b in zip(axes, beyond, strict=True)):
            continue
        back = conv_transpose2d(y, kernel, output_padding=beyond, **geometry)[0, 0]
        assert np.array_equal(np.outer(long_down, long_across), back)
        # With an output padding of a stride or more, the convolution has room for more windows.
        forth = conv2d(x, kernel, **geometry)[0, 0][: len(short_down), : len(short_across)]
        assert np.array_equal(np.outer(short_down, short_across), forth)


WORDS = [
    ((10, 3, 2, 0, 1, 0, False), "left over on the right: 1 column of the input", ""),
    ((10, 3, 2, 1, 1, 0, False), "left over on the right: 1 column of padding", ""),
    (
        (9, 2, 4, 1, 1, 0, False),
        "left over on the right: 1 column of padding",
        "4 columns of the input never read, between the windows",
    ),
    (
        (11, 3, 4, 1, 1, 0, False),
        "left over on the right: 1 column of the input and 1 column of padding",
        "2 columns of the input never read, between the windows",
    ),
    ((9, 3, 2, 0, 1, 0, False), "", ""),
    (
        (4, 3, 2, 0, 1, 1, True),
        "on the right output padding adds 1 column that no window reaches",
        "",
    ),
    (
        (4, 3, 2, 1, 1, 1, True),
        "on the right output padding keeps 1 column that padding would crop",
        "",
    ),
    (
        (9, 2, 2, 0, 4, 0, False),
        "",
        "4 columns of the input never read, between the windows or their taps",
    ),
    ((3, 1, 3, 0, 1, 0, True), "", "4 columns of the output stay 0, between the windows"),
]


@pytest.mark.parametrize(("setting", "beyond", "skipped"), WORDS)
def test_what_is_left_over_or_skipped_is_said_in_words(page, setting, beyond, skipped):
    names = ["size", "kernel", "stride", "padding", "dilation", "outputPadding", "transposed"]
    script = """(setting) => {
      const axis = lab.arithmeticAxis(setting, "column");
      return [lab.beyondInWords(axis), lab.skippedInWords(axis)];
    }"""
    assert page.evaluate(script, dict(zip(names, setting, strict=True))) == [beyond, skipped]


REASONS = [
    ((4, 5, 2, 0, 1, 0, False), "the kernel spans 5 rows, but the input has only 4"),
    ((4, 3, 2, 1, 4, 0, False), "the kernel spans 9 rows, but the padded input has only 6"),
    (
        (4, 3, 2, 0, 1, 2, True),
        "output padding 2 is refused, because it must be smaller than the stride (2) or the "
        "dilation (1)",
    ),
    (
        (1, 3, 2, 2, 1, 0, True),
        "the windows cover 3 rows, and padding 2 crops 2 at each end, so nothing is left",
    ),
    ((4, 3, 2, 0, 3, 2, True), None),
]


@pytest.mark.parametrize(("setting", "reason"), REASONS)
def test_a_refusal_gives_its_reason_in_words(page, setting, reason):
    names = ["size", "kernel", "stride", "padding", "dilation", "outputPadding", "transposed"]
    script = "(setting) => lab.arithmeticAxis(setting).reason"
    assert page.evaluate(script, dict(zip(names, setting, strict=True))) == reason
