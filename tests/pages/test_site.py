"""The built book in a real browser: every page keeps every bound of BOUNDS.md."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import HTML, observe, toc_pages

PAGES = toc_pages()
KILOBYTES = 350
# The page that ships a recorded training, twice, may weigh more.
WITH_WEIGHTS = {"chapters/13_train_a_cnn": 550}
LAYOUT_SHIFT = 0.05
READY_MILLISECONDS = 1000

# Without it axe spends half its time on describing the places that are in order.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}

# Nine tenths of axe's time go into contrast, text by text, token by token in code and formulas. So
# contrast is measured where each colour stands once: what has the colours of the text around it
# becomes part of that text, and of the tokens in a block of code one of each kind stays.
EACH_COLOUR_ONCE = """
function* repeats() {
  for (const node of document.querySelectorAll("article :is(span, em, strong, code, math *)")) {
    const [own, around] = [node, node.parentElement].map((each) => getComputedStyle(each));
    const bare = own.backgroundColor === "rgba(0, 0, 0, 0)" && own.opacity === "1";
    // Large text, 24 px or 18.66 px in bold, may have less contrast.
    const small = parseFloat(around.fontSize) < (around.fontWeight < 700 ? 24 : 18.66);
    if (bare && small && own.color === around.color) yield node;
  }
  for (const block of document.querySelectorAll("pre")) {
    const kinds = new Set();
    for (const token of block.querySelectorAll("span:not(:has(*))")) {
      const classes = `${token.parentElement.className} ${token.className}`;
      const kind = `${classes} ${getComputedStyle(token).color}`;
      if (kinds.has(kind)) yield token;
      kinds.add(kind);
    }
  }
}
// All are found before the first goes, or each would have the page's styles computed anew.
for (const node of [...repeats()].reverse()) {
  if (!node.children.length) node.replaceWith(...node.childNodes);
}
"""
COLOURS = {"runOnly": ["color-contrast"]}
ALL_ELSE = {"rules": {"color-contrast": {"enabled": False}}}

every_page = pytest.mark.parametrize("name", PAGES)


def is_own(url, base):
    return url.startswith((base, "data:", "blob:"))


def harmless(error):
    """The browser reports the 404 page's own status as an error; that one is meant."""
    return "the server responded with a status of 404" in error


def test_every_built_page_is_looked_at(site):
    built = {p.relative_to(HTML).with_suffix("").as_posix() for p in HTML.rglob("*.html")}
    built = {name for name in built if not name.startswith("_static/")}
    assert built - {"index"} == set(PAGES)


def test_the_front_door_leads_to_the_first_page(site, visit):
    with visit(site) as visited:
        visited.page.wait_for_url(f"{site}{PAGES[0]}.html")


@every_page
def test_a_page_asks_nobody_else_and_reports_no_error(cold, site, name):
    seen = cold(name)
    assert [url for url in seen["requests"] if not is_own(url, site)] == []
    assert [e for e in seen["errors"] if not (name == "404" and harmless(e))] == []


@every_page
def test_a_page_keeps_to_its_weight(cold, name, report):
    sizes = cold(name)["sizes"]
    weight = sum(sizes.values()) / 1000
    report(f"weight of {name}: {weight:.0f} KB gzip")
    largest = sorted(sizes.items(), key=lambda item: -item[1])[:8]
    assert weight <= WITH_WEIGHTS.get(name, KILOBYTES), largest


@every_page
def test_a_page_does_not_shift(cold, name):
    assert cold(name)["shift"] <= LAYOUT_SHIFT


@pytest.mark.alone
@every_page
def test_the_explorers_of_a_page_are_soon_ready(cold, opened, name, report):
    seen = cold(name)
    assert len(seen["ready"]) == seen["explorers"]
    slowest = max(seen["ready"], default=0)
    if slowest > READY_MILLISECONDS:  # a busy machine gets a second try
        with opened(name) as visited:
            slowest = max(observe(visited)["ready"])
    if seen["explorers"]:
        report(f"explorers of {name} drawn: {slowest:.0f} ms after navigation")
    assert slowest <= READY_MILLISECONDS


@every_page
def test_pictures_say_what_they_show(cold, name):
    pictures = cold(name)["pictures"]
    assert [src for src, alt in pictures if not alt or src.endswith(alt)] == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "404"])
def test_a_page_works_from_disk(visit, name):
    with visit((HTML / f"{name}.html").as_uri()) as visited:
        visited.wait_for_explorers()
        assert [url for url in visited.requests if not is_own(url, "file:")] == []
        assert visited.errors == []


def look(page, widths, options):
    """Yield what axe finds at each width, and check that the page fits."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        # At the end the page shows more than at its top: the way back.
        page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        for violation in Axe().run(page, options=ONLY_VIOLATIONS | options).response["violations"]:
            what = f"{width} px, {violation['id']} ({violation['impact']})"
            for node in violation["nodes"]:
                yield f"{what}: {node['target']} {node['html'][:160]}"


# Opened wide and made narrow, and the other way round: both must fit from the start and later.
@every_page
@pytest.mark.parametrize(
    ("dark", "widths"), [(False, (1280, 360)), (True, (360, 1280))], ids=["light", "dark"]
)
def test_a_page_is_accessible_and_fits(opened, name, dark, widths):
    with opened(name, dark=dark, width=widths[0]) as visited:
        visited.wait_for_explorers()
        page = visited.page
        theme = page.evaluate("document.documentElement.dataset.theme")
        assert theme == ("dark" if dark else "light")
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        found = [*look(page, widths, ALL_ELSE)]
        page.evaluate(EACH_COLOUR_ONCE)
        found += look(page, widths, COLOURS)
    assert found == []


@every_page
def test_without_scripts_each_explorer_is_a_described_still(opened, name):
    with opened(name, scripts=False) as visited:
        for figure in visited.page.locator("figure.explorer").all():
            still = figure.locator("img")
            assert still.is_visible()
            assert len(still.get_attribute("alt").split()) >= 4
            assert figure.locator("figcaption").is_visible()


@every_page
def test_on_paper_each_explorer_is_drawn_and_the_frame_of_the_site_is_gone(opened, name):
    with opened(name) as visited:
        visited.wait_for_explorers()
        visited.page.emulate_media(media="print")
        for figure in visited.page.locator("figure.explorer").all():
            drawn = figure.locator("img, .cnn-stage").filter(visible=True)
            assert drawn.count() >= 1
            assert figure.locator("figcaption").is_visible()
        for part in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".bd-header-article"):
            assert visited.page.locator(part).filter(visible=True).count() == 0
