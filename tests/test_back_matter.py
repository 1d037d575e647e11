"""The pages after the chapters say what the chapters say, and leave nothing out."""

import re
from pathlib import Path

import nb
import pytest
import sphinx_exercise_table
import yaml

from cnnlib import exercises, kernels

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
TOC = yaml.safe_load((CHAPTERS.parent / "_toc.yml").read_text(encoding="utf-8"))
LISTED = [Path(entry["file"]).name for part in TOC["parts"] for entry in part["chapters"]]
NOTEBOOKS = [CHAPTERS / f"{name}.ipynb" for name in LISTED if name[0].isdigit()]

BOX = re.compile(r"```\{admonition\} (\".*\")\n:class: caution\n(.*?)\n```", re.DOTALL)
BOLD = re.compile(r"\*\*(.+?)\*\*", re.DOTALL)
NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
CITED = re.compile(r"\{cite:[pt]\}`([^`]+)`")

# The headings of the outline from which the book grew, after its title, in their order.
OUTLINE = """
Why Convolutions?
SPATIAL INVARIANCE or LOSS IN FEATURES
Sample Image
Increase in Parameter Issue
Fully Connected Neural Net
Local Connected Neural Net
Guide for design of a neural network architecture suitable for computer vision
Human Brain Visual Cortex processing
Human Eye Colour Sensitivity
What are Convolutional Neural Networks?
Visualizing the Process
Simple Convolution
Matrix Calculation
Padding Concept
Stride Concept
Feature Accumulation
Feature Aggregation
Convolution Operation
The CNN Complete Network Overview
"""


def page(name):
    return (CHAPTERS / f"{name}.md").read_text(encoding="utf-8")


def section(heading):
    """Return what stands below a heading of the page of misconceptions."""
    return page("misconceptions").split(f"## {heading}\n")[1].split("\n## ")[0]


def markdown(path):
    cells = nb.read(path).cells
    return "\n\n".join(cell.source for cell in cells if cell.cell_type == "markdown")


def printed(path):
    """Return the text and the code of a chapter, and what its cells print."""
    cells = nb.read(path).cells
    outputs = [output.get("text", "") for c in cells for output in c.get("outputs", [])]
    return "\n".join([cell.source for cell in cells] + outputs)


def numbers(text):
    return {number.replace(",", "") for number in NUMBER.findall(text)}


def items(heading):
    """Yield (title in bold, text, chapter that it leads to) of a list of misconceptions."""
    for item in section(heading).split("\n- ")[1:]:
        target = re.search(r"\]\((\d\d_\w+)\.ipynb", item)[1]
        yield BOLD.match(item)[1], item, CHAPTERS / f"{target}.ipynb"


def test_every_misconception_of_a_chapter_is_listed_with_numbers_of_its_box():
    boxes = {path: BOX.search(markdown(path)).groups() for path in NOTEBOOKS}
    listed = list(items("Common misconceptions"))
    assert [path for _, _, path in listed] == NOTEBOOKS
    for title, text, path in listed:
        belief, box = boxes[path]
        assert title == belief
        bold = BOLD.findall(text)[1:]
        assert bold, f"no number refutes {title}"
        for part in bold:
            assert numbers(part) <= numbers(box), part
            assert numbers(part) or part in box, part


def test_every_number_of_a_correction_is_computed_in_its_chapter():
    listed = list(items("Corrections to the outline"))
    assert len(listed) >= 10
    for title, text, path in listed:
        for part in BOLD.findall(text):
            assert numbers(part) <= numbers(printed(path)), f"{title}: {part}"


def test_every_heading_of_the_outline_has_its_section():
    rows = re.findall(
        r"^\| (.+?) \| (.+) \|$", section("Where each heading of the outline has gone"), re.M
    )
    headings, targets = zip(*rows[2:], strict=True)
    assert list(headings) == OUTLINE.strip().splitlines()
    for target in targets:
        assert re.search(r"\]\(\d\d_\w+(\.ipynb#[\w-]+)?\)", target)


def test_every_exercise_is_described_for_teachers():
    described = re.findall(r"^(\d+\.\d): .+", page("teachers"), re.MULTILINE)
    numbered = [
        f"{int(path.name[:2])}.{i}"
        for path in NOTEBOOKS
        for i, _ in enumerate(sphinx_exercise_table.exercises_of(path), start=1)
    ]
    assert described == numbered == exercises.numbers()


def test_the_plan_for_teachers_reads_every_chapter_once():
    plan = page("teachers").split("## A plan for four weeks\n")[1].split("\n## ")[0]
    rows = re.findall(r"^\| \d[ab] \| (.*?) \|", plan, re.MULTILINE)
    assert re.findall(r"\((\d\d_\w+)\)", "".join(rows)) == [path.stem for path in NOTEBOOKS]


def test_every_source_is_cited_and_every_citation_has_its_source():
    keys = re.findall(r"^@\w+\{(\w+),", (CHAPTERS / "references.bib").read_text("utf-8"), re.M)
    texts = [markdown(path) for path in CHAPTERS.glob("*.ipynb")]
    texts += [path.read_text(encoding="utf-8") for path in CHAPTERS.glob("*.md")]
    cited = {key.strip() for found in CITED.findall("\n".join(texts)) for key in found.split(",")}
    assert sorted(cited) == sorted(keys)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_an_entry_of_the_glossary_names_its_chapter(path):
    """Each chapter introduces at least one term of the glossary."""
    assert f"({path.stem}" in page("glossary")


def test_the_reference_lists_every_preset_kernel():
    listed = page("reference").split(".. py:data:: PRESETS")[1].split("```")[0]
    assert re.findall(r'"([^"]+)"', listed) == list(kernels.PRESETS)
