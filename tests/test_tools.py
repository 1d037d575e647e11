"""The notebook tool: its normal form, and that each rule notices the fault it is there for."""

import json
import subprocess
import sys

import nb
import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

PICTURE = "import matplotlib.pyplot as plt\nfig, ax = plt.subplots()\nax.plot([1, 2])\nplt.show()"
EXPLORER = """
class Explorer:
    def _repr_mimebundle_(self, **kwargs):
        import os
        about = {"name": "toy", "alt": "a toy explorer", "caption": "A toy."}
        view = {"model_id": os.urandom(8).hex(), "version_major": 2, "version_minor": 0}
        return {
            "text/plain": repr(self),
            "application/vnd.jupyter.widget-view+json": view,
            "application/vnd.cnnlib.explorer+json": about,
        }, {"application/vnd.cnnlib.explorer+json": {"still": "iVBORw0K"}}
    def __repr__(self):
        return "Explorer(input 8x8 -> output 6x6)"
Explorer()
"""
EXERCISE = """## Exercises

```{exercise} Warm-up
:label: ex-one
Add one and one.
```

```{solution} ex-one
:label: sol-one
:class: dropdown
Two.
```
"""


def described(source, alt="a line that rises from one to two"):
    return new_code_cell(source, metadata={"mystnb": {"image": {"alt": alt}}})


def toy_notebook():
    cells = [
        new_markdown_cell("# A toy chapter\n\nText.  "),
        new_code_cell("import numpy as np\nprint(np.arange(3))\nprint('more', flush=True)"),
        described(PICTURE),
        new_code_cell(EXPLORER),
        new_markdown_cell(EXERCISE),
        new_code_cell("1 + 1", metadata={"tags": ["hide-input"], "scrolled": True}),
    ]
    return new_notebook(cells=cells)


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    path = tmp_path_factory.mktemp("notebooks") / "01_toy.ipynb"
    nbformat.write(toy_notebook(), path)
    assert nb.main(["run", str(path)]) == 0
    return path


@pytest.fixture
def faulty(executed, tmp_path):
    """Return a function that changes the good notebook and tells what the check then says."""

    def check(change):
        notebook = nb.read(executed)
        change(notebook)
        path = tmp_path / executed.name
        path.write_text(nb.text_of(notebook), encoding="utf-8")
        return "\n".join(nb.check(path))

    return check


def test_a_notebook_that_was_run_passes_the_check(executed, capsys):
    assert nb.main(["check", str(executed)]) == 0, capsys.readouterr().out


def test_a_second_run_is_byte_identical(executed):
    before = executed.read_bytes()
    assert nb.main(["run", str(executed)]) == 0
    assert executed.read_bytes() == before


def test_the_normal_form_keeps_text_and_drops_what_differs_from_run_to_run(executed):
    text = executed.read_text(encoding="utf-8")
    stream, picture, explorer, _ = (c.outputs for c in nb.read(executed).cells if "outputs" in c)
    assert stream[0].text == "[0 1 2]\nmore\n"
    assert list(picture[0].data) == ["text/plain"]
    assert explorer[0].data["text/plain"] == "Explorer(input 8x8 -> output 6x6)"
    assert explorer[0].data["application/vnd.cnnlib.explorer+json"]["name"] == "toy"
    kept = json.dumps([stream, picture, explorer])
    assert not [w for w in ("model_id", "image/png", "still") if w in kept]
    assert not [w for w in ("iopub", "scrolled", sys.version.split()[0]) if w in text]
    assert text.endswith("}\n")


def test_cells_without_a_readable_id_are_named_after_their_section(executed):
    ids = [cell.id for cell in nb.read(executed).cells]
    assert ids[:2] == ["a-toy-chapter", "a-toy-chapter-code-1"]
    assert ids[-1] == "exercises-code-1"
    assert len(set(ids)) == len(ids)


def test_a_readable_id_stays():
    notebook = new_notebook(cells=[new_code_cell("1", id="by-hand-sum")])
    assert nb.normalize(notebook).cells[0].id == "by-hand-sum"


def test_streams_that_the_kernel_sent_in_pieces_are_joined():
    pieces = [nbformat.v4.new_output("stream", text=t) for t in ("a\n", "b\n")]
    notebook = nb.normalize(new_notebook(cells=[new_code_cell("1", outputs=pieces)]))
    assert [o.text for o in notebook.cells[0].outputs] == ["a\nb\n"]


def test_strict_nbval_passes_on_a_normalized_notebook_and_compares_the_explorer(executed, tmp_path):
    # An own folder and no plug-ins: the coverage of this run is none of its business.
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-q", "-p",
               "no:cacheprovider", "-c", "/dev/null", "--rootdir", str(tmp_path)]  # fmt: skip
    copy = tmp_path / executed.name
    text = executed.read_text(encoding="utf-8")
    spoiled = text.replace('"alt": "a toy explorer"', '"alt": "no"')
    for content, code in ((text, 0), (spoiled, 1)):
        copy.write_text(content, encoding="utf-8")
        done = subprocess.run([*command, str(copy)], capture_output=True, text=True)
        assert done.returncode == code, done.stdout


def code_cell(notebook, number):
    return [cell for cell in notebook.cells if cell.cell_type == "code"][number]


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda n: code_cell(n, 0).update(execution_count=None), "was not executed"),
        (lambda n: code_cell(n, 1).update(execution_count=9), "not run in one go"),
        (lambda n: code_cell(n, 0).update(source="x = 1\n" * 26), "has 26 lines, at most 25"),
        (lambda n: code_cell(n, 1).outputs[0].data.update({"image/png": "aa"}), "keeps image/png"),
        (lambda n: n.metadata.update(widgets={}), "keeps widget state"),
        (lambda n: code_cell(n, 1).update(metadata={}), "mystnb.image.alt is None"),
        (
            lambda n: code_cell(n, 1).metadata.mystnb.image.update(alt="plot.png"),
            "mystnb.image.alt is 'plot.png'",
        ),
        (
            lambda n: code_cell(n, 2).outputs[0].data[nb_explorer()].update(alt=""),
            "shows an explorer without alt",
        ),
        (lambda n: code_cell(n, 0).outputs[0].update(name="stderr"), "prints to stderr"),
        (
            lambda n: code_cell(n, 0).outputs[0].update(text="<object at 0x7f1234567890>"),
            "prints a memory address",
        ),
        (lambda n: code_cell(n, 0).update(source="%time x = 1"), "measures time"),
        (
            lambda n: code_cell(n, 0).update(metadata={"tags": ["nbval-ignore-output"]}),
            "without a comment that says why",
        ),
        (
            lambda n: code_cell(n, 0).update(source="# NBVAL_IGNORE_OUTPUT\nx"),
            "switches nbval off in a comment",
        ),
        (
            lambda n: n.cells[4].update(source=EXERCISE.replace(":class: dropdown\n", "")),
            "solution 'ex-one' is not folded away",
        ),
        (
            lambda n: n.cells[4].update(
                source=EXERCISE.replace("{solution} ex-one", "{solution} x")
            ),
            "exercise ex-one has no solution",
        ),
        (
            lambda n: n.cells[4].update(source=EXERCISE.replace(":label: ex-one", ":nonumber:")),
            "an exercise has no :label:",
        ),
        (
            lambda n: code_cell(n, 0).outputs.append(
                nbformat.v4.new_output("error", ename="ValueError", evalue="no", traceback=[])
            ),
            "ends in ValueError: no",
        ),
        (lambda n: n.cells[0].update(id="exercises"), "shares its id"),
        (lambda n: n.cells[0].update(source="# A toy chapter  "), "not in normal form"),
    ],
)
def test_the_check_notices(faulty, change, complaint):
    assert complaint in faulty(change)


def nb_explorer():
    return "application/vnd.cnnlib.explorer+json"


def test_the_check_exits_with_one_and_names_the_file(executed, tmp_path, capsys):
    notebook = nb.read(executed)
    notebook.cells[1].execution_count = None
    path = tmp_path / "broken.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    assert nb.main(["check", str(path)]) == 1
    assert "broken.ipynb: cell 'a-toy-chapter-code-1' was not executed" in capsys.readouterr().out
