"""The built book in a real browser: every page keeps every bound of BOUNDS.md."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import HTML, observe, slowness, toc_pages

PAGES = toc_pages()
KILOBYTES = 350
# The page that ships a recorded training, twice, may weigh more.
WITH_WEIGHTS = {"chapters/13_train_a_cnn": 550}
LAYOUT_SHIFT = 0.05
READY_MILLISECONDS = 1000

# Without it axe spends half its time on describing the places that are in order.
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}

# Nine tenths of axe's time go into colours: text by text, token by token in code and formulas. So
# they are measured where each combination stands first: the colours of a text and of everything
# behind it, its size and weight, and in an explorer also its part, since parts may overlap. What
# bears no mark is then removed, or axe would still look at where it lies.
MARK_COLOURS = """
const [seen, grounds] = [new Set(), new Map([[null, ""]])];
function ground(node) {
  if (grounds.has(node)) return grounds.get(node);
  const { backgroundColor, backgroundImage, opacity, filter } = getComputedStyle(node);
  const own = [backgroundColor, backgroundImage, opacity, filter].join();
  const bare = own === "rgba(0, 0, 0, 0),none,1,none" ? "" : own;
  grounds.set(node, bare + ground(node.parentElement));
  return grounds.get(node);
}
for (const node of document.querySelectorAll("body *")) {
  const text = [...node.childNodes].some((each) => each.nodeType === 3 && each.data.trim());
  if (!text && !node.value && !node.placeholder) continue;
  if (!node.checkVisibility({ visibilityProperty: true })) continue;
  const { color, fontSize, fontWeight, textDecorationLine } = getComputedStyle(node);
  const parent = node.parentElement;
  const kind = [color, fontSize, fontWeight, ground(node)];
  if (node.matches("a")) kind.push("link", textDecorationLine, getComputedStyle(parent).color);
  if (node.closest("figure.explorer")) kind.push(node.className, parent.className);
  if (!seen.has(kind.join())) node.dataset.colours = "";
  seen.add(kind.join());
}
"""
KEEP_MARKED = """
const kept = new Set(document.querySelectorAll("figure.explorer *, [data-colours] *"));
for (const node of document.querySelectorAll("figure.explorer, [data-colours]")) {
  for (let around = node; around; around = around.parentElement) kept.add(around);
}
for (const node of document.querySelectorAll("article *")) if (!kept.has(node)) node.remove();
"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": COLOUR_RULES}
ALL_ELSE = {"rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}

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
    for _ in range(4):  # others use the machine, too
        if slowest > READY_MILLISECONDS:
            with opened(name) as visited:
                drawn = max(observe(visited)["ready"])
                slowest = drawn / slowness(visited.page)
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
        assert visited.page.evaluate("document.fonts.check(\"1em 'Book Serif'\")")
        assert visited.page.evaluate("document.documentElement.dataset.letters") is None


def at_each(page, widths):
    """Make the page so wide, check that it fits, and yield the width."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        # At the end the page shows more than at its top: the way back.
        page.evaluate("scrollTo({top: document.body.scrollHeight, behavior: 'instant'})")
        page.wait_for_timeout(100)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        yield width


def violations(page, widths, context, options):
    """Yield what axe finds in the elements of the context at each width."""
    for width in at_each(page, widths):
        found = Axe().run(page, context, ONLY_VIOLATIONS | options).response["violations"]
        for violation in found:
            what = f"{width} px, {violation['id']} ({violation['impact']})"
            for node in violation["nodes"]:
                yield f"{what}: {node['target']} {node['html'][:160]}"


def colour_violations(page, widths):
    """Yield what axe finds in colours; much of the page is gone afterwards."""
    for _ in at_each(page, widths):
        page.evaluate(MARK_COLOURS)
    page.evaluate(KEEP_MARKED)
    yield from violations(page, widths, "[data-colours]", COLOURS)


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
        found = [*violations(page, widths, None, ALL_ELSE), *colour_violations(page, widths)]
    assert found == []


# Pale colours for one token of code, one link, a label in an explorer and the text of one cell.
PALE = """
for (const selector of ["pre .k", "p a", ".cnn-grid-label", ".cnn-kernel .cnn-cell"]) {
  const node = document.querySelector(`article ${selector}`);
  node.style.color = "#bbb";
  node.dataset.pale = "";
}
"""


def test_a_pale_colour_is_found_wherever_it_stands(opened):
    with opened("chapters/05_convolution") as visited:
        visited.wait_for_explorers()
        visited.page.evaluate(PALE)
        found = [*colour_violations(visited.page, [1280])]
    assert len(found) == 4
    assert all("data-pale" in each for each in found)


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
