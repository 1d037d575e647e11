"""The largest picture that an explorer takes is drawn within a frame of the screen."""

import json
import statistics

import pytest
from browsing import ROOT, slowness
from ipywidgets.embed import embed_data

from cnnlib.widgets import KernelStudio

EDITS = """async () => {
  const figure = document.querySelector("figure.explorer");
  const cell = figure.querySelector(".cnn-kernel input");
  const times = [];
  for (let edit = 0; edit < 40; edit += 1) {
    await new Promise(requestAnimationFrame);
    const start = performance.now();
    const drawn = new Promise((done) => figure.addEventListener("cnn:drawn", done, {once: true}));
    cell.value = `0.${edit + 1}`;
    cell.dispatchEvent(new Event("change", {bubbles: true}));
    await drawn;
    figure.getBoundingClientRect();
    times.push(performance.now() - start);
  }
  return times;
}"""


def figures(times):
    """Return the median and the 95th percentile."""
    return statistics.median(times), sorted(times)[int(0.95 * (len(times) - 1))]


def within_a_frame(median, p95, slow):
    return median <= 16 * slow and p95 <= 33 * slow


def page_of(explorer):
    """Return a page that holds one explorer, as the book embeds it."""
    data = embed_data(views=[explorer.figure], drop_defaults=False)
    script = '<script type="application/vnd.jupyter.widget-{}+json">{}</script>'
    state = json.dumps(data["manager_state"]).replace("</", "<\\/")
    live = (ROOT / "assets" / "live.js").read_text(encoding="utf-8")
    figure = script.format("view", json.dumps(data["view_specs"][0]))
    return (
        f"<!doctype html>{script.format('state', state)}"
        f'<figure class="explorer">{figure}</figure><script>{live}</script>'
    )


@pytest.mark.alone
def test_a_7x7_kernel_on_512x512_pixels_is_drawn_within_a_frame(tab, report):
    studio = KernelStudio(photos=["camera"], size=512, preset="blur, gaussian 7×7")
    page = tab()
    page.set_content(page_of(studio))
    page.wait_for_selector("figure[data-ready=true]")
    # A few tries, since others use the machine, too; each beside the machine's own speed.
    for _ in range(6):
        slow = slowness(page)
        median, p95 = figures(page.evaluate(EDITS))
        slow = min(slow, slowness(page))
        if within_a_frame(median, p95, slow):
            break
    page.close()
    figure = f"median {median:.1f} ms, p95 {p95:.1f} ms of 40, machine slower by {slow:.1f}"
    report(f"7×7 kernel on 512×512 pixels: {figure}")
    assert within_a_frame(median, p95, slow), figure
