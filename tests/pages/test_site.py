"""The built book in a real browser: every page keeps every bound of BOUNDS.md."""

from itertools import chain, zip_longest

import pytest
from axe_playwright_python.sync_playwright import Axe
from browsing import HTML, explorer_pages, observe, slowness, toc_pages

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
for (const node of document.querySelectorAll("article *")) {
  if (!kept.has(node) && kept.has(node.parentElement)) node.remove();
}
"""
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
COLOURS = {"runOnly": COLOUR_RULES}
ALL_ELSE = {"rules": {rule: {"enabled": False} for rule in COLOUR_RULES}}

# Apart from colours, axe judges names, roles, states, sizes and what is seen. Where two themes
# agree in all of it, element by element, one of them is judged.
STRUCTURE = """() => [...document.querySelectorAll("body *")].map((node) => {
  const { width, height } = node.getBoundingClientRect();
  const own = ["role", "title", "alt", "lang", "tabindex", "hidden", "disabled", "href"];
  const said = [...node.attributes].filter(({ name }) => /^aria-/.test(name) || own.includes(name));
  return [node.localName, node.checkVisibility({ visibilityProperty: true }), width, height,
    ...said.map(({ name, value }) => `${name}=${value}`)].join(" ");
})"""
# At the end the page shows more than at its top: the way back. What moves comes to rest.
AT_ITS_END = """async () => {
  scrollTo({top: document.body.scrollHeight, behavior: "instant"});
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
  return document.documentElement.dataset.theme;
}"""
LOOKS = [("light", 1280), ("dark", 1280), ("dark", 360), ("light", 360)]

every_page = pytest.mark.parametrize("name", PAGES)
every_explorer_page = pytest.mark.parametrize("name", explorer_pages())


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
@every_explorer_page
def test_the_explorers_of_a_page_are_soon_ready(cold, opened, name, report):
    seen = cold(name)
    assert len(seen["ready"]) == seen["explorers"]
    slowest = max(seen["ready"])
    for _ in range(4):  # others use the machine, too
        if slowest > READY_MILLISECONDS:
            with opened(name, cold=True) as visited:
                drawn = max(observe(visited)["ready"])
                slowest = drawn / slowness(visited.page)
    report(f"explorers of {name} drawn: {slowest:.0f} ms after navigation")
    assert slowest <= READY_MILLISECONDS


@every_page
def test_pictures_say_what_they_show(cold, name):
    pictures = cold(name)["pictures"]
    assert [src for src, alt in pictures if not alt or src.endswith(alt)] == []


@pytest.mark.parametrize("name", [name for name in PAGES if name != "404"])
def test_a_page_works_from_disk_on_a_dark_phone(visit, name):
    with visit((HTML / f"{name}.html").as_uri(), dark=True, width=360) as visited:
        visited.wait_for_explorers()
        visited.page.keyboard.press("End")
        assert visited.page.evaluate("document.documentElement.scrollWidth") <= 360
        assert visited.page.evaluate("document.documentElement.dataset.theme") == "dark"
        assert [url for url in visited.requests if not is_own(url, "file:")] == []
        assert visited.errors == []
        assert visited.page.evaluate("document.fonts.check(\"1em 'Book Serif'\")")
        assert visited.page.evaluate("document.documentElement.dataset.letters") is None


def in_each_look(page, looks):
    """Show the page in each (theme, width), check that it fits, and yield the two."""
    for theme, width in looks:
        page.emulate_media(color_scheme=theme)
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(AT_ITS_END) == theme
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        yield theme, width


def violations(page, look, context, options):
    """Return what axe finds in the elements of the context."""
    found = Axe().run(page, context, ONLY_VIOLATIONS | options).response["violations"]
    return [
        f"{look}, {violation['id']} ({violation['impact']}): {node['target']} {node['html'][:160]}"
        for violation in found
        for node in violation["nodes"]
    ]


def structural_violations(page, look, seen):
    """Return what axe finds apart from colours, or where a theme differs from the one `seen`."""
    structure, width = page.evaluate(STRUCTURE), look[1]
    if width not in seen:
        seen[width] = structure
        return violations(page, look, None, ALL_ELSE)
    pairs = zip_longest(seen[width], structure)
    return [f"{look}: {one} is now {other}" for one, other in pairs if one != other]


def colour_violations(page, looks):
    """Return what axe finds in the colours that are marked; the rest of the page is removed."""
    page.evaluate(KEEP_MARKED)
    looks = in_each_look(page, looks)
    return [*chain.from_iterable(violations(page, at, "[data-colours]", COLOURS) for at in looks)]


@every_page
def test_a_page_is_accessible_and_fits(opened, name):
    with opened(name, still=True) as visited:
        visited.wait_for_explorers()
        page = visited.page
        page.evaluate("for (const box of document.querySelectorAll('details')) box.open = true")
        found, seen = [], {}
        for look in in_each_look(page, LOOKS):
            found += structural_violations(page, look, seen)
            page.evaluate(MARK_COLOURS)
        assert found + colour_violations(page, LOOKS[::-1]) == []


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
        visited.page.evaluate(MARK_COLOURS)
        found = colour_violations(visited.page, LOOKS[:1])
    assert len(found) == 4
    assert all("data-pale" in each for each in found)


# A button without a name, and a heading that only the dark theme hides.
BROKEN = """
const button = document.querySelector(".sidebar-button");
for (const name of ["aria-label", "title"]) button.removeAttribute(name);
const style = document.createElement("style");
style.textContent = "[data-theme=dark] article h2 { visibility: hidden; }";
document.head.append(style);
"""


def test_a_nameless_button_and_what_one_theme_hides_are_found(opened):
    with opened("chapters/05_convolution", still=True) as visited:
        visited.wait_for_explorers()
        visited.page.evaluate(BROKEN)
        looks, seen = in_each_look(visited.page, LOOKS[:2]), {}
        light, dark = (structural_violations(visited.page, look, seen) for look in looks)
    assert len(light) == 1
    assert "button-name" in light[0]
    assert dark
    assert all(" true " in each and " is now " in each and " false " in each for each in dark)


@every_explorer_page
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
