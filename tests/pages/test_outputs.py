"""The book has run the notebooks, too: what it got is what they store, and nbval compares."""

import nb
import pytest
from browsing import HTML, ROOT
from jupyter_cache import get_cache

NOTEBOOKS = sorted(ROOT.glob("chapters/*.ipynb"))


def compared(notebook):
    """Return the outputs in normal form, except of cells that are taken out of the comparison."""
    return {
        cell.id: cell.outputs
        for cell in nb.normalize(notebook).cells
        if cell.cell_type == "code" and "nbval-ignore-output" not in cell.metadata.get("tags", [])
    }


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_another_run_gives_what_the_notebook_stores(site, path):
    cache = get_cache(HTML.parent / ".jupyter_cache")
    stored, blank = nb.read(path), nb.read(path)
    for cell in blank.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    _, run = cache.merge_match_into_notebook(blank)
    assert compared(run) == compared(stored)
