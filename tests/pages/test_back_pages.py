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
