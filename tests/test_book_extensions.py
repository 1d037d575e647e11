"""The book's Sphinx extensions: what each makes of a small page."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import sphinx_chapters
import sphinx_citations
import sphinx_exercise_table
import sphinx_mathml
import sphinx_reference
from pybtex.database import Entry, Person

import cnnlib

TOOLS = Path(sphinx_mathml.__file__).parent
CONFIG = """
extensions = ["myst_parser", "sphinx_exercise", "sphinx_external_toc"]
extensions += ["sphinx_mathml", "sphinx_folds", "sphinx_chapters", "sphinx_glossary"]
extensions += ["sphinx_exercise_table", "sphinx_spaces"]
myst_enable_extensions = ["amsmath", "colon_fence", "dollarmath"]
exercise_style = "solution_follow_exercise"
html_theme = "basic"
"""
TOC = "{format: jb-book, root: start, parts: [{numbered: true, chapters: [{file: 05_page}]}]}"
EXERCISE = """
:::{exercise}
:label: ex-%s
Flip it.
:::

:::{solution} ex-%s
:class: dropdown
Flipped.
:::
"""


@pytest.fixture
def build(tmp_path):
    """Return a function that builds a page and gives its HTML, or what the build complained of."""

    def build(text, start="# Start\n"):
        (tmp_path / "conf.py").write_text(CONFIG)
        (tmp_path / "_toc.yml").write_text(TOC)
        (tmp_path / "start.md").write_text(start)
        (tmp_path / "05_page.md").write_text(text)
        command = [sys.executable, "-m", "sphinx", "-W", "-q", str(tmp_path), str(tmp_path / "out")]
        env = {**os.environ, "PYTHONPATH": str(TOOLS)}
        run = subprocess.run(command, env=env, capture_output=True, text=True, check=False)
        return run.stderr if run.returncode else (tmp_path / "out" / "05_page.html").read_text()

    build.folder = tmp_path
    return build


def test_a_formula_becomes_mathml_and_needs_no_script(build):
    page = build("# A\n\nA kernel of side $k = 3$.\n")
    assert "<math><mi>k</mi><mo>=</mo><mn>3</mn></math>" in page
    assert "mathjax.js" not in page.lower()


def test_a_prime_stands_beside_its_letter_in_full_size(build):
    page = build("# A\n\nA slope $f'' + x^2$.\n")
    prime = '<mrow><mi>f</mi><mo lspace="0" rspace="0">″</mo></mrow>'
    assert f"<math>{prime}<mo>+</mo><msup><mi>x</mi><mn>2</mn></msup></math>" in page


def test_an_equation_has_the_number_by_which_the_text_refers_to_it(build):
    page = build("# A\n\n```{math}\n:label: eq-one\na = b\n```\n\nBy {eq}`eq-one`.\n")
    assert '<span class="eqno">(5.1)' in page
    assert re.search(r'href="#equation-eq-one">\(5\.1\)</a>', page)


def test_unknown_latex_stops_the_build_and_names_the_page_and_the_line(build):
    complaint = build("# A\n\nFine so far.\n\nA kernel $\\kernel$ is unknown.\n")
    assert re.search(r'05_page\.md:5: .*Unknown command "\\kernel"', complaint)


@pytest.mark.parametrize(
    ("latex", "rows"),
    [
        (r"a = b", False),
        (r"a &= b \\ c &= d", True),
        (r"\begin{bmatrix} 1 & 2 \\ 3 & 4 \end{bmatrix}", False),
        (r"\begin{cases} \begin{pmatrix} 1 \\ 2 \end{pmatrix} & a \\ 0 & b \end{cases}", False),
        (r"\text{R\&D}", False),
    ],
)
def test_rows_are_seen_only_outside_of_environments(latex, rows):
    assert sphinx_mathml.has_rows(latex) is rows


def test_parts_with_an_empty_line_between_them_stand_below_each_other():
    assert sphinx_mathml.as_one_formula("a\n\nb") == r"\begin{gathered}a\\b\end{gathered}"


def test_a_dropdown_is_a_native_details_and_two_exercises_share_no_id(build):
    page = build("# A\n" + EXERCISE % ("one", "one") + EXERCISE % ("two", "two"))
    assert page.count('<details class="solution admonition"') == 2
    assert page.count('<summary class="admonition-title">Solution</summary>') == 2
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))


def test_a_dropdown_note_keeps_its_kind_and_its_name(build):
    page = build("# A\n\n:::{note}\n:class: dropdown\nHidden.\n:::\n")
    assert '<details class="note admonition">' in page
    assert '<summary class="admonition-title">Note</summary>' in page


def test_a_chapter_has_the_number_of_its_file(build):
    page = build("# A\n\n## B\n")
    assert re.findall(r"<h\d><span class=\"section-number\">([\d.]+) ", page) == ["5.", "5.1."]


@pytest.mark.parametrize(
    ("docname", "number"),
    [("chapters/05_convolution", 5), ("chapters/13_train", 13), ("chapters/bibliography", None)],
)
def test_the_number_stands_in_front_of_the_name(docname, number):
    assert sphinx_chapters.chapter_number(docname) == number


@pytest.mark.parametrize(
    ("authors", "said"),
    [
        (["Kuffler, Stephen"], "Kuffler"),
        (["Kayhan, Osman", "van Gemert, Jan"], "Kayhan and van Gemert"),
        (["LeCun, Yann", "Bottou, Léon", "Bengio, Yoshua"], "LeCun et al."),
    ],
)
def test_authors_are_named_as_a_reader_says_them(authors, said):
    entry = Entry("article", persons={"author": [Person(name) for name in authors]})
    assert sphinx_citations.short_names(entry) == said


TERM = r'<a class="term[^>]*>([^<]*)</a>'
GLOSSARY = """# Start

```{glossary}
kernel
  A small grid of weights.

feature map
map of features
  What a filter makes, with its kernel.
  % also: maps of features

array
  Numbers along one axis or several.

axis
  One of the directions of an array.
  % also: axes

jump
  The distance between two neighbours of a map.
  % only: a jump of

unit
  One place of a map.
  % also: node
  % not: imaginary unit, units of length
```
"""


def test_only_the_first_mention_of_a_term_links_to_the_glossary(build):
    page = build("# A\n\nA kernel, and another kernel.\n\n**Kernels** again.\n", start=GLOSSARY)
    link = '<a class="term reference internal" href="start.html#term-kernel">kernel</a>'
    assert page.count('class="term') == 1
    assert f"<p>A {link}, and another kernel.</p>" in page


def test_a_term_is_found_in_every_form_that_the_glossary_lists(build):
    text = "Kernels jump. An *array* makes **maps of\nfeatures** along `two` axes, a jump of 2.\n"
    page = build(f"# A\n\n{text}", start=GLOSSARY)
    assert re.findall(TERM, page) == ["Kernels", "array", "maps of\nfeatures", "axes", "a jump of"]


def test_a_phrase_in_which_a_word_is_no_term_has_no_link(build):
    text = "The imaginary\nunit, *units of length*, a unit of a map, and a node."
    page = build(f"# A\n\n{text}\n", start=GLOSSARY)
    assert re.findall(TERM, page) == ["unit"]
    assert ">unit</a> of a map" in page


def test_what_is_no_running_text_has_no_links_to_the_glossary(build):
    elsewhere = [
        "## A kernel",
        "The code `kernel`, the formula $\\text{kernel}$, another [kernel](https://example.org).",
        "```\nkernel\n```",
        "| kernel |\n| --- |\n| axis |",
        ":::{note}\n:class: dropdown\nA kernel.\n:::",
        ":::{admonition} A kernel\nA kernel-like thing, and kernelled ones.\n:::",
    ]
    page = build("# A\n\n" + "\n\n".join(elsewhere), start=GLOSSARY)
    assert re.findall(TERM, page) == []


def test_the_glossary_does_not_link_to_itself_but_the_text_around_it_does(build):
    build("# A\n", start=GLOSSARY + "\nA kernel makes a feature map.\n")
    page = (build.folder / "out" / "start.html").read_text()
    assert re.findall(TERM, page) == ["kernel", "feature map"]


def test_a_page_may_do_without_links_to_the_glossary(build):
    assert 'class="term' not in build("---\nterms: none\n---\n# A\n\nA kernel.\n", GLOSSARY)


def test_when_the_glossary_changes_every_page_is_written_again(build):
    assert 'class="term' in build("# A\n\nA kernel.\n", start=GLOSSARY)
    other = GLOSSARY.replace("kernel\n  A small", "core\n  A small")
    assert 'class="term' not in build("# A\n\nA kernel.\n", start=other)


def test_an_exercise_table_refuses_lines_without_an_exercise(build):
    complaint = build("# A\n\n```{exercise-table}\n5.1: what it tests\n```\n")
    assert "there is no exercise 5.1 to describe" in complaint


def test_an_exercise_table_finds_the_exercises_of_a_notebook():
    notebook = TOOLS.parent / "chapters" / "05_convolution.ipynb"
    found = list(sphinx_exercise_table.exercises_of(notebook))
    assert found[0] == ("By hand", "ex-by-hand")
    assert len(found) == 5


def test_no_line_begins_with_the_point_after_a_formula_or_with_a_unit(build):
    page = build("# A\n\nThe side is $k$, and 14 % of 3\nMB are read. `5 % 3` is code.\n")
    assert re.search(
        r'<span class="together"><span[^>]*><math><mi>k</mi></math></span>,</span> and', page
    )
    assert "14\u00a0% of 3\u00a0MB are" in page
    assert '5</span> <span class="pre">%' in page or "5 % 3" in page


@pytest.mark.parametrize(
    ("documented", "written", "shown"),
    [
        (cnnlib.draw_strokes, "(pen=PEN, fineness=4)", "(pen=2.75, fineness=4)"),
        (cnnlib.Conv2d, "(bias=True, gain=HE_GAIN)", "(bias=True, gain=1.41421)"),
        (cnnlib.Sequential, None, None),
    ],
)
def test_the_reference_shows_the_values_of_defaults(documented, written, shown):
    result = sphinx_reference.show_values(None, "", "", documented, {}, written, None)
    assert result == (shown and (shown, None))
