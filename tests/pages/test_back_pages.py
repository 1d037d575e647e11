"""The pages after the chapters, as they were built."""

import re

import pytest
import yaml
from browsing import HTML, ROOT

from cnnlib import exercises

TOC = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
FILES = [entry["file"] for part in TOC["parts"] for entry in part["chapters"]]
CHAPTERS = [name for name in FILES if re.match(r"chapters/\d", name)]
TERM = re.compile(r'<a class="term [^>]*href="glossary\.html#([^"]+)"')
FEWEST_TERMS = 10
SHEET = {"format": "A4", "prefer_css_page_size": True}


def html(name):
    return (HTML / f"{name}.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_links_to_the_glossary_once_a_term(site, name):
    linked = TERM.findall(html(name))
    assert len(linked) >= FEWEST_TERMS
    assert len(linked) == len(set(linked))


def test_every_entry_of_the_glossary_is_linked_from_a_chapter(site):
    linked = {place for name in CHAPTERS for place in TERM.findall(html(name))}
    entries = re.split(r"</dd>", html("chapters/glossary"))
    first = [re.search(r'<dt id="(term-[^"]+)"', entry) for entry in entries]
    assert [found[1] for found in first if found and found[1] not in linked] == []


def test_every_exercise_is_in_the_table_for_teachers(site):
    table = re.search(r'<table class="[^"]*exercises.*?</table>', html("chapters/teachers"), re.S)[
        0
    ]
    assert (
        re.findall(r'href="[^"]+\.html#[^"]+"[^>]*>(?:<span[^>]*>)?([\d.]+) ', table)
        == exercises.numbers()
    )


def test_the_cheat_sheet_prints_on_one_sheet(opened):
    with opened("chapters/notation") as visited:
        sheets = re.findall(rb"/Type\s*/Page\b", visited.page.pdf(**SHEET))
        visited.page.emulate_media(media="print")
        tables = visited.page.locator("table").filter(visible=True).count()
        code = visited.page.locator(".cell").filter(visible=True).count()
    assert (len(sheets), tables, code) == (1, 4, 0)


def found(visited):
    """Return what the search page says and the (text, address) of each place that it lists."""
    said = visited.page.locator("#search-progress").inner_text()
    items = visited.page.locator("#search-results li").all()
    links = [item.locator("a").get_attribute("href") for item in items]
    return said, [(item.inner_text(), link) for item, link in zip(items, links, strict=True)]


def test_the_search_names_each_place_once_and_entries_of_the_glossary_by_their_terms(site, visit):
    with visit(f"{site}search.html?q=padding") as visited:
        said, places = found(visited)
    assert said == f"{len(places)} places found for “padding”."
    assert places[0] == ("padding (Glossary)", "chapters/glossary.html#term-padding")
    texts = [text for text, _ in places]
    assert "same padding (Glossary)" in texts
    assert "6 Padding" in texts
    assert "6 Padding > Padding" not in texts
    assert len({link for _, link in places}) == len({*texts}) == len(places)


def test_the_search_writes_a_term_as_the_glossary_does(site, visit):
    with visit(f"{site}search.html?q=lenet-5") as visited:
        assert found(visited)[1][0][0] == "LeNet-5 (Glossary)"


def test_the_search_says_when_nothing_is_found(site, visit):
    with visit(f"{site}search.html?q=xyzzy") as visited:
        said, places = found(visited)
    assert said.startswith("Nothing found for “xyzzy”.")
    assert places == []
