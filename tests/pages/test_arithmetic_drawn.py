"""What the explorers show and say of the same arithmetic, each in a page of its own."""

import pytest
from test_frame import page_of

from cnnlib.widgets import (
    ArithmeticLab,
    DigitPad,
    GradientMicroscope,
    PoolingLab,
    SlidingWindow,
    StackBuilder,
    TrainingReplay,
)


@pytest.fixture
def drawn(tab):
    """Return a function that draws an explorer and returns its page."""
    pages = []

    def draw(explorer, *, width=1280):
        page = tab(width=width)
        pages.append(page)
        page.set_content(page_of(explorer))
        page.wait_for_selector("figure[data-ready=true]")
        return page

    yield draw
    for page in pages:
        page.close()


def summary(page):
    return page.locator(".cnn-summary").inner_text()


def test_after_a_shift_the_line_computes_a_window_of_the_moved_signal(drawn):
    signal = [0, 0, 1, 1, 0, 0, 1, 1]
    before = drawn(PoolingLab(signal=signal, photos=["camera"], size=32))
    assert before.locator(".cnn-pool-line").inner_text().startswith("y[0] = max(0, 0) = 0:")
    after = drawn(PoolingLab(signal=signal, photos=["camera"], size=32, shift=1))
    line = after.locator(".cnn-pool-line").inner_text()
    assert line == "After the shift: y[0] = max(1, 0) = 1: x[0] wins."


def test_a_floor_that_lets_no_window_in_says_what_is_below_0(drawn):
    page = drawn(ArithmeticLab(input_size=4, kernel_size=5, stride=2))
    assert (
        page.locator(".cnn-formula")
        .inner_text()
        .endswith("⌊−1 / 2⌋ + 1: −1 is below 0, no window fits")
    )


def in_view(page):
    return page.evaluate("""() => {
      const area = (part) => document.querySelector(part).getBoundingClientRect();
      const [box, row] = [".cnn-layer-rows", "tr.cnn-on"].map(area);
      return row.top >= box.top && row.bottom <= box.bottom;
    }""")


@pytest.mark.parametrize("width", [1280, 360])
def test_the_chosen_layer_is_in_view_and_the_page_stays_where_it_is(drawn, width):
    page = drawn(StackBuilder(preset="VGG-16"), width=width)
    assert in_view(page)
    place = page.evaluate("scrollY")
    page.evaluate("document.querySelector('.cnn-layer-rows').scrollTop = 0")
    assert not in_view(page)
    page.get_by_label("Show the field of layer 17").evaluate("(radio) => radio.click()")
    page.wait_for_function("document.querySelector('tr.cnn-on').textContent.startsWith('17')")
    assert in_view(page)
    assert page.evaluate("scrollY") == place


def test_an_edited_layer_stays_where_its_reader_looks(drawn):
    page = drawn(StackBuilder(preset="VGG-16"))
    page.evaluate("document.querySelector('.cnn-layer-rows').scrollTop = 0")
    kernel = page.get_by_label("kernel of layer 1", exact=True)
    kernel.fill("5")
    kernel.press("Enter")
    page.wait_for_function("document.querySelector('figure select').value === 'custom'")
    assert page.evaluate("document.querySelector('.cnn-layer-rows').scrollTop") == 0


def test_a_probability_is_never_said_to_be_all(drawn):
    page = drawn(TrainingReplay())
    assert summary(page).endswith("This 4 is taken for a 4 with over 99.9 %.")
    assert page.locator(".cnn-bars .cnn-on").inner_text().endswith("> 99.9 %")
    assert "100.0 %" not in page.locator(".cnn-bars").inner_text()


def test_an_8_takes_an(drawn):
    eight = int((DigitPad().digits.y == 8).argmax())
    pad = DigitPad(digit=eight)
    assert f"DigitPad(test digit {eight}, an 8 → " in repr(pad)
    assert summary(drawn(pad)).startswith(f"Test digit {eight}, an 8: ")
    replay = TrainingReplay(digit="8")
    assert "this 8 is taken for an 8 with" in repr(replay)
    assert "This 8 is taken for an 8 with" in summary(drawn(replay))


@pytest.mark.parametrize(
    "explorer", [SlidingWindow, lambda: SlidingWindow(padding=3), GradientMicroscope]
)
def test_the_numbers_of_a_grid_are_no_smaller_than_two_thirds_on_a_narrow_page(drawn, explorer):
    page = drawn(explorer(), width=360)
    sizes = page.evaluate("""() => {
      const cells = [...document.querySelectorAll(".cnn-cell")];
      return cells.map((cell) => parseFloat(getComputedStyle(cell).fontSize));
    }""")
    assert min(sizes) >= 0.68 * 16


@pytest.mark.parametrize("explorer", [ArithmeticLab, GradientMicroscope])
def test_switching_same_off_shows_a_slider_for_each_axis(drawn, explorer):
    page = drawn(explorer(stride=2))
    across = page.get_by_label("Stride across")
    assert not across.is_visible()
    page.get_by_label("Same along both axes").uncheck()
    across.wait_for()
    across.fill("1")
    page.wait_for_function(
        "document.querySelector('.cnn-summary').textContent.includes('stride 2 down and 1 across')"
    )
    page.get_by_label("Same along both axes").check()
    page.wait_for_function(
        "document.querySelector('.cnn-summary').textContent.includes('stride 2, ')"
    )
    assert not across.is_visible()
