"""Every notebook keeps the form of DESIGN.md, and every hidden solution satisfies its checker."""

import contextlib
import io
import re
from pathlib import Path

import building
import matplotlib
import nb
import nb_rules
import pytest
import yaml
from matplotlib import pyplot

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb"))
CHAPTERS = [path for path in NOTEBOOKS if path.name[0].isdigit()]
PYTHON = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)


def markdown(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def code_cells(notebook):
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


@every_notebook
def test_a_notebook_is_executed_normal_and_keeps_the_rules(path):
    assert nb.check(path) == []


@every_notebook
def test_a_notebook_is_listed_in_the_table_of_contents(path):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [toc["root"], *(c["file"] for part in toc["parts"] for c in part["chapters"])]
    assert f"chapters/{path.stem}" in listed


@every_notebook
def test_a_notebook_shows_no_file_from_elsewhere(path):
    pictures = r"!\[[^\]]*\]\(\s*https?:|<(?:img|script|iframe|video)[^>]+https?:"
    assert re.findall(pictures, markdown(nb.read(path))) == []


@every_notebook
def test_a_notebook_uses_nothing_that_is_dead_in_a_static_page(path):
    source = "\n".join(cell.source for cell in code_cells(nb.read(path)))
    assert re.findall(r"\binteract(?:ive)?\(|\bOutput\(\)|display_id|\.observe\(", source) == []


@every_chapter
def test_a_chapter_opens_with_what_the_reader_will_do_learn_and_need(path):
    first = nb.read(path).cells[0].source
    assert first.startswith("# ")
    for promise in ("You'll do", "You'll learn", "You'll need"):
        assert promise.lower() in first.lower()


@every_chapter
def test_a_chapter_shows_an_explorer_before_anything_else(path):
    assert nb_rules.shows_explorer(code_cells(nb.read(path))[0])


@every_chapter
def test_a_chapter_has_a_misconception_a_summary_and_sources(path):
    text = markdown(nb.read(path))
    assert ":class: caution" in text
    assert re.search(r"^## Summary$", text, re.MULTILINE)
    assert re.search(r"^\*\*Sources\.\*\* .*\{cite", text, re.MULTILINE)
    assert "What comes next" in text


@every_chapter
def test_a_chapter_asserts_its_claims(path):
    asserting = [cell for cell in code_cells(nb.read(path)) if "assert" in cell.source]
    assert len(asserting) >= 5


@every_chapter
def test_a_chapter_has_three_to_five_exercises_each_with_a_checker(path):
    notebook = nb.read(path)
    labels, solutions = nb_rules.exercises(markdown(notebook))
    checks = [cell for cell in code_cells(notebook) if re.search(r"^check\(", cell.source, re.M)]
    assert 3 <= len(labels) <= 5
    assert len(checks) == len(labels) == len(solutions)


def solutions_in_order(notebook):
    """Yield (the checker's cell, the Python of its solution) for each exercise of a chapter."""
    checker = None
    for cell in notebook.cells:
        if cell.cell_type == "code" and re.search(r"^check\(", cell.source, re.MULTILINE):
            checker = cell.source
        elif cell.cell_type == "markdown" and "{solution}" in cell.source:
            solution = cell.source.partition("{solution}")[2].partition("{exercise}")[0]
            yield checker, "\n".join(PYTHON.findall(solution))


@every_chapter
@pytest.mark.filterwarnings("ignore:FigureCanvasAgg is non-interactive")
def test_every_hidden_solution_satisfies_its_checker(path, monkeypatch):
    monkeypatch.chdir(path.parent)
    matplotlib.use("Agg")
    notebook = nb.read(path)
    solved = list(solutions_in_order(notebook))
    bound, used = building.names("\n".join(solution for _, solution in solved))
    cells = building.with_what_they_build_on(
        code_cells(notebook), lambda cell: False, uses=used - bound | {"check"}
    )
    names = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for cell in cells:
            exec(cell.source, names)
    pyplot.close("all")
    for checker, solution in solved:
        said = io.StringIO()
        with contextlib.redirect_stdout(said):
            exec(solution, names)
            exec(re.search(r"^check\(.*", checker, re.MULTILINE)[0], names)
        assert ": right." in said.getvalue(), solution
