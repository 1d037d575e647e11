"""Run, normalize and check the notebooks of the book.

``nb.py run`` executes each notebook from a fresh kernel and stores it in normal form,
``nb.py normalize`` only rewrites, ``nb.py check`` changes nothing and tells what is wrong.
Without names all of ``chapters/*.ipynb`` are meant.

The normal form keeps what a reader or strict nbval compares: source, execution counts, text
outputs, tags, picture descriptions and readable cell ids. It drops what differs from run to
run: widget state and view ids, pictures as PNG data, timings, versions. nbval ignores PNG and
widget views, and compares every other kind of output, so what is kept is compared: an
explorer's repr and its name, caption and description among it. A second run is byte-identical.
"""

import argparse
import os
import re
import sys
from pathlib import Path

import nbformat
from nb_rules import problems

CHAPTERS = Path(__file__).resolve().parent.parent / "chapters"
KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
KEPT_METADATA = ("tags", "mystnb", "jupyter")
DROPPED_OUTPUTS = ("image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")
RANDOM_ID = re.compile(r"[0-9a-f]{8,}(-[0-9a-f]+)*|[\w-]*[0-9a-f]{8}[\w-]*")
SECONDS_PER_CELL = 300


def slug(text):
    """Return `text` as a short name of letters, digits and dashes."""
    words = re.findall(r"[a-z0-9]+", text.lower())
    return "-".join(words[:6])[:40].strip("-")


def heading(cell):
    """Return the first heading of a Markdown cell, or an empty string."""
    found = re.search(r"^#+ +(.+)$", cell.source, re.MULTILINE)
    return found[1] if found and cell.cell_type == "markdown" else ""


def name_cells(cells):
    """Give a cell whose id is random, missing or taken a readable one: its section and place."""
    taken = set()
    section, place = "start", 0
    for cell in cells:
        if title := slug(heading(cell)):
            section, place = title, 0
        kind = "code" if cell.cell_type == "code" else "text"
        old = cell.get("id", "")
        if not old or old in taken or RANDOM_ID.fullmatch(old):
            name = section if title else f"{section}-{kind}-{place}"
            while name in taken:
                place += 1
                name = f"{section}-{kind}-{place}"
            cell["id"] = name
        taken.add(cell["id"])
        place += 1


def normal_outputs(outputs):
    """Return the outputs without what differs from run to run, streams of a name joined."""
    kept = []
    for output in outputs:
        if output.output_type == "stream":
            last = kept[-1] if kept else None
            if last and last.output_type == "stream" and last.name == output.name:
                last.text += output.text
                continue
        elif output.output_type == "error":
            output.traceback = [f"{output.ename}: {output.evalue}"]
        else:
            output.metadata = {}
            output.data = {k: v for k, v in output.data.items() if k not in DROPPED_OUTPUTS}
            if not output.data:
                continue
        kept.append(output)
    return kept


def normalize(notebook):
    """Bring a notebook into normal form, in place, and return it."""
    notebook.metadata = {"kernelspec": KERNEL, "language_info": {"name": "python"}}
    notebook.nbformat, notebook.nbformat_minor = 4, 5
    name_cells(notebook.cells)
    for cell in notebook.cells:
        cell.source = "\n".join(line.rstrip() for line in cell.source.splitlines()).strip("\n")
        cell.metadata = {k: cell.metadata[k] for k in KEPT_METADATA if cell.metadata.get(k)}
        if cell.cell_type == "code":
            cell.outputs = normal_outputs(cell.outputs)
            for output in cell.outputs:
                if output.output_type == "execute_result":
                    output.execution_count = cell.execution_count
    return notebook


def text_of(notebook):
    """Return the notebook as the text of its file."""
    return nbformat.v4.writes(notebook).rstrip("\n") + "\n"


def read(path):
    """Return the notebook of the file as it is: nbformat.read would mend some of its faults."""
    return nbformat.v4.reads(path.read_text(encoding="utf-8"))


def execute(notebook, folder):
    """Run every cell in a fresh kernel, in place, with `folder` as its working directory."""
    from nbclient import NotebookClient

    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    # For the kernel: no progress bar, which would be an output, and one thread for matrix products
    # as small as ours, which threads of a busy machine slow down a hundredfold.
    os.environ["TQDM_DISABLE"] = "1"
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    client = NotebookClient(
        notebook, timeout=SECONDS_PER_CELL, resources={"metadata": {"path": str(folder)}}
    )
    client.execute()


def rewrite(path, *, run):
    """Execute (if asked) and normalize the file; return whether its text changed."""
    before = path.read_text(encoding="utf-8")
    notebook = read(path)
    if run:
        execute(notebook, path.parent)
    nbformat.validate(normalize(notebook))
    after = text_of(notebook)
    if after != before:
        path.write_text(after, encoding="utf-8", newline="\n")
    return after != before


def check(path):
    """Return what is wrong with the notebook file, one readable line each."""
    text = path.read_text(encoding="utf-8")
    found = problems(read(path))
    if not found and text != text_of(normalize(read(path))):
        found = ["not in normal form: run tools/nb.py normalize"]
    return [f"{path.name}: {line}" for line in found]


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("action", choices=["run", "normalize", "check"])
    parser.add_argument("notebooks", nargs="*", type=Path, help="default: chapters/*.ipynb")
    options = parser.parse_args(arguments)
    paths = options.notebooks or sorted(CHAPTERS.glob("*.ipynb"))
    wrong = []
    for path in paths:
        if options.action == "check":
            wrong += check(path)
        else:
            print(f"{path.name}: {options.action}", end=" ", flush=True)
            print("→ changed" if rewrite(path, run=options.action == "run") else "→ as it was")
    print("\n".join(wrong), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
