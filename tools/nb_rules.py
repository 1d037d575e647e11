"""The rules that a notebook of the book keeps, each a function that yields what is wrong."""

import re
from itertools import pairwise

MAX_LINES = 25
EXPLORER = "application/vnd.cnnlib.explorer+json"
VIEW = "application/vnd.jupyter.widget-view+json"
PICTURES = ("image/png", "image/jpeg")
DRAWN = re.compile(r"<Figure size |<PIL\.|<IPython\.core\.display\.Image")
UNCHECKED = {"nbval-ignore-output", "nbval-skip"}
FENCE = re.compile(r"^(?P<fence>[`:]{3,})\{(?P<kind>exercise|solution)(?P<part>-start|-end)?\}"
                   r"[ \t]*(?P<title>.*)$(?P<options>(?:\n:[\w-]+:.*)*)", re.MULTILINE)  # fmt: skip


def is_sentence(text):
    """Tell whether a description says something: several words, not a file name or a hash."""
    words = re.findall(r"[^\W\d_]{2,}", text or "")
    return len(words) >= 4 and not re.search(r"\.(png|jpe?g|svg|webp|gif)\b|[0-9a-f]{16,}", text)


def shows_explorer(cell):
    """Tell whether an explorer is among a code cell's outputs."""
    return any(EXPLORER in output.get("data", {}) for output in cell.outputs)


def texts(cell):
    """Yield every text among a code cell's outputs."""
    for output in cell.outputs:
        if "text" in output:
            yield output.text
        for kind, value in output.get("data", {}).items():
            if isinstance(value, str) and kind not in PICTURES:
                yield value


def unexecuted(cells):
    """Every code cell has run, in order, in one kernel: nbval skips a cell that has not."""
    counts = []
    for cell in cells:
        if cell.source.strip() and cell.execution_count is None:
            yield cell, "was not executed"
        elif cell.execution_count is not None:
            counts.append(cell.execution_count)
    if any(b != a + 1 for a, b in pairwise([0, *counts])):
        yield None, f"execution counts are {counts}, not 1, 2, 3 ...: it was not run in one go"


def too_long(cells):
    for cell in cells:
        if (lines := len(cell.source.splitlines())) > MAX_LINES:
            yield cell, f"has {lines} lines, at most {MAX_LINES} are allowed"


def leftovers(cells):
    """Nothing stays that differs from run to run."""
    for cell in cells:
        for output in cell.outputs:
            for kind in (*PICTURES, VIEW):
                if kind in output.get("data", {}):
                    yield cell, f"keeps {kind} in its output: run tools/nb.py normalize"
            if output.get("name") == "stderr":
                yield cell, f"prints to stderr: {output.text.strip()[:80]!r}"
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get(
                "tags", ()
            ):
                yield cell, f"ends in {output.ename}: {output.evalue[:80]}"
        if any(re.search(r"\bat 0x[0-9a-f]{6,}", text) for text in texts(cell)):
            yield cell, "prints a memory address"
        if re.search(r"^\s*%+(time|timeit|prun)\b", cell.source, re.MULTILINE):
            yield cell, "measures time, which differs from run to run"


def undescribed(cells):
    """Each picture has a description in words, each explorer its name and caption as well."""
    for cell in cells:
        pictures = any(
            DRAWN.match(output.get("data", {}).get("text/plain", "")) for output in cell.outputs
        )
        alt = cell.metadata.get("mystnb", {}).get("image", {}).get("alt")
        if pictures and not is_sentence(alt):
            yield cell, f"draws a picture, but its metadata mystnb.image.alt is {alt!r}"
        for output in cell.outputs:
            explorer = output.get("data", {}).get(EXPLORER)
            if explorer is None:
                continue
            for field in ("name", "alt", "caption"):
                if not explorer.get(field):
                    yield cell, f"shows an explorer without {field}"


def unchecked(cells):
    """A cell may be kept from comparison only with the reason beside it, as its first line."""
    for cell in cells:
        tags = UNCHECKED.intersection(cell.metadata.get("tags", ()))
        if tags and not cell.source.startswith("# "):
            yield cell, f"is tagged {', '.join(sorted(tags))} without a comment that says why"
        if re.search(r"#\s*(NBVAL_(IGNORE|SKIP)|PYTEST_VALIDATE_IGNORE)", cell.source):
            yield cell, "switches nbval off in a comment: use a tag and give the reason"


def exercises(markdown):
    """Return (labels of exercises, [(exercise label, options)] of solutions) of a page's text."""
    labels, solutions = [], []
    for found in FENCE.finditer(markdown):
        if found["part"] == "-end":
            continue
        options = dict(re.findall(r"^:([\w-]+):[ \t]*(.*)$", found["options"], re.MULTILINE))
        if found["kind"] == "exercise":
            labels.append(options.get("label", ""))
        else:
            solutions.append((found["title"].strip(), options))
    return labels, solutions


def unsolved(notebook):
    """Each exercise has a label and a solution, and each solution is folded away."""
    text = "\n\n".join(c.source for c in notebook.cells if c.cell_type == "markdown")
    labels, solutions = exercises(text)
    solved = [label for label, _ in solutions]
    for label in labels:
        if not label:
            yield None, "an exercise has no :label:"
        elif label not in solved:
            yield None, f"exercise {label} has no solution"
    for label, options in solutions:
        if label not in labels:
            yield None, f"solution {label!r} belongs to no exercise"
        if "dropdown" not in options.get("class", ""):
            yield None, f"solution {label!r} is not folded away: give it ':class: dropdown'"


def unnamed(cells):
    seen = set()
    for cell in cells:
        if cell.get("id") in seen:
            yield cell, "shares its id with another cell"
        seen.add(cell.get("id"))


def problems(notebook):
    """Return everything that is wrong with a notebook, one readable line each."""
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    rules = (unexecuted, too_long, leftovers, undescribed, unchecked)
    found = [problem for rule in rules for problem in rule(code)]
    found += [*unnamed(notebook.cells), *unsolved(notebook)]
    if "widgets" in notebook.metadata:
        found.append((None, "keeps widget state: run tools/nb.py normalize"))
    return [f"cell {cell.get('id')!r} {text}" if cell else text for cell, text in found]
