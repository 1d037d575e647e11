"""List the exercises of the chapters in a table: the directive ``exercise-table``.

Numbers, titles, links, what is asked for and how many mistakes a checker knows are taken from the
notebooks and from ``cnnlib.exercises``. The directive's content says what each exercise tests, a
line each, ``5.1: the sum under the window``; a line too many or too few is a warning.
"""

import json
import re
from pathlib import Path

import nb_rules
from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import SphinxDirective
from sphinx_chapters import chapter_number

from cnnlib import exercises

HEAD = ("Exercise", "What it tests", "Answer", "Mistakes known")


def exercises_of(path):
    """Yield (title, label) of each exercise of a notebook, in order."""
    cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
    text = "\n\n".join("".join(c["source"]) for c in cells if c["cell_type"] == "markdown")
    for found in nb_rules.FENCE.finditer(text):
        if found["kind"] == "exercise" and found["part"] != "-end":
            label = re.search(r"^:label:[ \t]*(.*)$", found["options"], re.MULTILINE)
            yield found["title"].strip(), label[1].strip()


class ExerciseTable(SphinxDirective):
    """One row an exercise, chapter by chapter."""

    has_content = True

    def run(self):
        """Return the table, and warn of lines that fit no exercise or are missing."""
        tests = dict(line.split(": ", 1) for line in self.content if line.strip())
        rows = [self.row(*found, tests) for found in self.listed()]
        if tests:
            raise self.warning(f"there is no exercise {', '.join(tests)} to describe")
        return [self.table(rows)]

    def listed(self):
        """Yield (number, title, label) of every exercise of the book."""
        pages = sorted((chapter_number(page) or 0, page) for page in self.env.found_docs)
        for chapter, page in pages:
            path = self.env.doc2path(page)
            if chapter and str(path).endswith(".ipynb"):
                self.env.note_dependency(str(path))
                for i, (title, label) in enumerate(exercises_of(path), start=1):
                    yield f"{chapter}.{i}", title, label
        for module in Path(exercises.__file__).parent.glob("*.py"):
            self.env.note_dependency(str(module))

    def row(self, number, title, label, tests):
        """Return the cells of a row."""
        exercise = exercises.find(number)
        link = pending_xref(
            "", nodes.inline("", f"{number} {title}"), refdomain="std", reftype="ref",
            reftarget=label, refexplicit=True, refdoc=self.env.docname, refwarn=True,
        )  # fmt: skip
        said = tests.pop(number, None)
        if said is None:
            raise self.warning(f"exercise {number} is not described")
        about = self.state.inline_text(said, self.lineno)[0]
        call, bracket, rest = exercise.wanted.rpartition(")")
        answer = [nodes.literal("", call + bracket)] if call else []
        answer.append(nodes.Text(rest))
        return [[link], about, answer, [nodes.Text(str(len(exercise.mistakes)))]]

    def table(self, rows):
        """Return a table of rows of cells of inline nodes."""
        group = nodes.tgroup("", cols=len(HEAD))
        group += [nodes.colspec(colwidth=width) for width in (30, 35, 25, 10)]
        head = [[nodes.Text(title)] for title in HEAD]
        for part, lines in ((nodes.thead(), [head]), (nodes.tbody(), rows)):
            for line in lines:
                entries = [nodes.entry("", nodes.paragraph("", "", *cell)) for cell in line]
                part += nodes.row("", *entries)
            group += part
        return nodes.table("", group, classes=["exercises"])


def setup(app):
    """Make the directive known."""
    app.add_directive("exercise-table", ExerciseTable)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
