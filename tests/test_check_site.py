"""The check of the built pages: a small good site passes, and each planted fault is noticed."""

import json
from pathlib import Path

import check_site
import pytest

ROOT = Path(check_site.ROOT)
STATE = {
    "stage": {"model_name": "AnyModel", "state": {"_esm": "export default {}", "_css": ".a{}"}},
    "box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_stage"]}},
    "link": {"model_name": "LinkModel", "state": {"source": ["IPY_MODEL_box", "value"]}},
}
PAGE = """<!DOCTYPE html>
<html><head><title>A page</title>
<link rel="stylesheet" href="_static/book.css"><link rel="canonical" href="https://example.org/">
<style>p { background: url("_static/paper.png") }</style>
<script src="_static/live.js" defer></script>
</head><body>
<a href="other.html#there">a place</a> <a href="#here">here</a> <a href="https://example.org">out</a>
<img src="_static/paper.png" alt=""> Our sign
<article>
<h1 id="here">Here</h1>
<img src="_static/paper.png" alt="a sheet of white paper">
<figure class="explorer" data-explorer="toy"><noscript>
<img src="_static/paper.png" alt="a still of the toy explorer">
</noscript><script type="application/vnd.jupyter.widget-view+json">{"model_id": "box"}</script>
<figcaption>A toy.</figcaption></figure>
</article>
<script type="application/vnd.jupyter.widget-state+json">STATE</script>
</body></html>
"""
VIEW = '<script type="application/vnd.jupyter.widget-view+json">{"model_id": "box"}</script>'


@pytest.fixture
def site(tmp_path):
    """Return a function that builds the small site, changed, and returns the problems found."""

    def build(old="", new="", *, css="p { color: red }", state=STATE):
        static = tmp_path / "_static"
        static.mkdir()
        (static / "book.css").write_text(css)
        (static / "live.js").write_text("")
        (static / "paper.png").write_bytes(b"")
        (tmp_path / "other.html").write_text('<p id="there">There</p>')
        assert old in PAGE
        page = PAGE.replace(old, new, 1).replace("STATE", json.dumps({"state": state}))
        (tmp_path / "index.html").write_text(page)
        return "\n".join(check_site.Site(tmp_path, ROOT / "assets" / "live.js").problems())

    return build


def test_a_good_site_has_no_problem(site):
    assert site() == ""


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('src="_static/live.js"', 'src="https://example.org/live.js"', "from a third party"),
        ('src="_static/live.js"', 'src="//example.org/live.js"', "from a third party"),
        ('href="_static/book.css"', 'href="https://example.org/a.css"', "from a third party"),
        ('url("_static/paper.png")', "url(https://example.org/a.png)", "from a third party"),
        ("p { background", '@import "https://example.org/a.css"; p { b', "from a third party"),
        ("<article>", '<article><iframe src="https://example.org/"></iframe>', "a third party"),
        (
            "<article>",
            '<article><script>import("https://example.org/a.js")</script>',
            "a third party",
        ),
        (
            "<article>",
            "<article><p style=\"background: url('https://e.org/a')\"></p>",
            "third party",
        ),
        (
            '<img src="_static/paper.png"',
            '<img srcset="https://example.org/a.png 2x" src="_static/paper.png"',
            "from a third party",
        ),
        ("_static/live.js", "_static/mathjax/tex.js", "which the book does without"),
        ("_static/live.js", "_static/vendor/fontawesome/all.min.js", "which the book does without"),
        ("<article>", "<script>window.MathJax = {}</script><article>", "configures MathJax"),
        ("other.html#there", "missing.html", "links to missing.html, which does not exist"),
        ("other.html#there", "other.html#nowhere", "there is no such place on that page"),
        ("#here", "#nowhere", "there is no such place on that page"),
        (
            "_static/paper.png",
            "_static/lost.png",
            "links to _static/lost.png, which does not exist",
        ),
        ('"model_id": "box"', '"model_id": "lost"', "whose state is not in the page"),
        ('data-explorer="toy"', "", "an explorer without data-explorer"),
        ("<figcaption>A toy.</figcaption>", "", "explorer toy has no caption"),
        (
            '<img src="_static/paper.png" alt="a still of the toy explorer">',
            "",
            "explorer toy has no still",
        ),
        (VIEW, "", "explorer toy has 0 widget views"),
        ("<h1", f"{VIEW}<h1", "shows 1 widget(s) outside an explorer's figure"),
        ('<img src="_static/paper.png" alt="">', '<img src="_static/paper.png">', "alt text None"),
        ('alt=""', 'alt="paper.png"', "picture paper.png has the alt text 'paper.png'"),
        ('alt="a still of the toy explorer"', "", "has the alt text None"),
        ('alt="a sheet of white paper"', 'alt="paper.png"', "does not say what it shows"),
        (
            'alt="a sheet of white paper"',
            'alt="_images/cbd69c2d1f9a6cf094aebd71f6fbe57fba1cebb27140f67b08d128fbe5cbc3f0.png"',
            "does not say what it shows",
        ),
    ],
)
def test_a_fault_in_a_page_is_noticed(site, old, new, complaint):
    assert complaint in site(old, new)


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"box": {"model_name": "TabModel", "state": {}}}, "a TabModel, which live.js cannot draw"),
        (
            {"out": {"model_name": "OutputModel", "state": {}}},
            "a OutputModel, which live.js cannot draw",
        ),
        (
            {"box": {"model_name": "VBoxModel", "state": {"children": ["IPY_MODEL_lost"]}}},
            "needs the model lost, which is not in the page",
        ),
        (
            {
                "stage": {
                    "model_name": "AnyModel",
                    "state": {"_esm": 'import a from "https://e.org"'},
                }
            },
            "loads https://e.org from a third party",
        ),
    ],
)
def test_a_widget_that_the_page_cannot_draw_is_noticed(site, change, complaint):
    assert complaint in site(state={**STATE, **change})


def test_a_style_sheet_that_loads_from_elsewhere_is_noticed(site):
    assert "_static/book.css: loads https://e.org/f.woff2" in site(
        css="@font-face{src:url('https://e.org/f.woff2')}"
    )


def test_what_can_be_drawn_is_read_from_live_js():
    names = check_site.drawable(ROOT / "assets" / "live.js")
    assert {"AnyModel", "IntSliderModel", "LinkModel", "LayoutModel"} <= names
    assert "OutputModel" not in names


def test_a_live_js_without_its_tables_is_an_error(tmp_path):
    (tmp_path / "live.js").write_text("const LINKS = {};")
    with pytest.raises(ValueError, match="no table `const WIDGETS"):
        check_site.drawable(tmp_path / "live.js")


def test_the_command_exits_with_one_and_counts(tmp_path, capsys):
    assert check_site.main([str(tmp_path)]) == 1
    assert "there is no page\ncheck_site: 0 pages, 1 problems" in capsys.readouterr().out
