"""The explorers in a real JupyterLab: they draw, and their state goes both ways."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from urllib.error import URLError

import nb
import nbformat
import pytest
from browsing import ROOT
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell, new_notebook

TOKEN = "only-for-this-test"
SECONDS = 60
EXPLORER = "from cnnlib.widgets import SlidingWindow\nexplorer = SlidingWindow()\nexplorer"


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Lab:
    """A running JupyterLab, whose files and settings live in a folder of their own."""

    def __init__(self, folder):
        self.folder = folder
        self.port = free_port()
        self.runtime = folder / "runtime"
        own = {
            f"JUPYTER{name}_DIR": str(folder / name.strip("_").lower())
            for name in ("_CONFIG", "LAB_SETTINGS", "LAB_WORKSPACES")
        }
        tracker = folder / "lab_settings" / "@jupyterlab" / "notebook-extension"
        tracker.mkdir(parents=True)
        # All cells are drawn, also those that are out of sight.
        settings = tracker / "tracker.jupyterlab-settings"
        settings.write_text('{"windowingMode": "none"}')
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"),
            *(f"--ServerApp.port={self.port}", f"--IdentityProvider.token={TOKEN}"),
            *(f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"),
            "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
            "--LabApp.news_url=",
        ]
        self.log = (folder / "lab.log").open("w")
        environment = {**os.environ, **own, "JUPYTER_RUNTIME_DIR": str(self.runtime)}
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=self.log, stderr=self.log
        )

    def wait(self):
        """Wait until the server answers."""
        for _ in range(10 * SECONDS):
            assert self.process.poll() is None, (self.folder / "lab.log").read_text()
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/api", timeout=1):
                    return
            except (URLError, OSError):
                time.sleep(0.1)
        pytest.fail((self.folder / "lab.log").read_text())

    def stop(self):
        self.process.terminate()
        self.process.wait(timeout=20)
        self.log.close()


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    running = Lab(tmp_path_factory.mktemp("lab"))
    try:
        running.wait()
        yield running
    finally:
        running.stop()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(SECONDS * 1000)
    yield context.new_page()
    context.close()


def run_all(lab, page, name):
    """Open the notebook in JupyterLab and run all its cells."""
    workspace = name.partition(".")[0]  # or the notebook of an earlier test would be open as well
    base = f"http://127.0.0.1:{lab.port}/lab/workspaces/{workspace}"
    page.goto(f"{base}/tree/{name}?token={TOKEN}")
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_function(
        "() => window.jupyterapp?.shell.currentWidget?.context?.sessionContext"
        "?.session?.kernel?.status === 'idle'"
    )
    page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.wait_for_selector(".cnn-stage[data-ready=true]")


@pytest.fixture
def python(lab):
    """Return a function that evaluates an expression in the newest kernel of the Lab."""
    clients = []

    def evaluate(code, expression="None"):
        if not clients:
            newest = max(lab.runtime.glob("kernel-*.json"), key=lambda path: path.stat().st_mtime)
            clients.append(BlockingKernelClient(connection_file=str(newest)))
            clients[0].load_connection_file()
            clients[0].start_channels()
        reply = clients[0].execute_interactive(
            code, user_expressions={"x": expression}, timeout=SECONDS, allow_stdin=False
        )
        return reply["content"]["user_expressions"]["x"]["data"]["text/plain"]

    yield evaluate
    for client in clients:
        client.stop_channels()


@pytest.fixture
def explorer(lab, page):
    """A page on which JupyterLab shows one explorer, bound to the name `explorer`."""
    notebook = nb.normalize(new_notebook(cells=[new_code_cell(EXPLORER)]))
    nbformat.write(notebook, lab.folder / "explorer.ipynb")
    run_all(lab, page, "explorer.ipynb")
    return page


def test_setting_a_trait_in_python_redraws_and_a_slider_sets_the_trait(explorer, python):
    spoken = explorer.locator(".cnn-summary")
    assert "padding 0" in spoken.inner_text()

    python("explorer.padding = 2")
    explorer.wait_for_function(
        "() => document.querySelector('.cnn-summary').textContent.includes('padding 2')"
    )
    assert python("", "explorer.padding") == "2"

    slider = explorer.locator(".widget-slider", has_text="Padding").get_by_role("slider")
    slider.focus()
    explorer.keyboard.press("ArrowLeft")
    explorer.wait_for_function(
        "() => document.querySelector('.cnn-summary').textContent.includes('padding 1')"
    )
    deadline = time.monotonic() + SECONDS
    while python("", "explorer.padding") != "1":
        assert time.monotonic() < deadline, "the slider moved, but explorer.padding did not"
        time.sleep(0.1)


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.glob("chapters/[0-9]*.ipynb")))
def test_every_explorer_of_a_chapter_draws_when_all_cells_have_run(lab, page, name):
    shutil.copy(ROOT / "chapters" / name, lab.folder / name)
    expected = (ROOT / "chapters" / name).read_text(encoding="utf-8")
    expected = expected.count('"application/vnd.cnnlib.explorer+json"')
    run_all(lab, page, name)
    page.wait_for_function(
        "(count) => document.querySelectorAll('.cnn-stage[data-ready=true]').length >= count",
        arg=expected,
    )
    assert page.locator(".cnn-stage[data-ready=true]").count() == expected
    for stage in page.locator(".cnn-stage", has=page.locator("input[type=radio]")).all():
        assert stage.locator("input[type=radio]:checked").count() == 1
    assert page.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0
