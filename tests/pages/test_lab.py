"""The explorers in a real JupyterLab: they draw, and their state goes both ways."""

import ast
import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from contextlib import closing
from urllib.error import URLError

import building
import nb
import nb_rules
import nbformat
import pytest
from browsing import ROOT
from jupyter_client import BlockingKernelClient
from nbformat.v4 import new_code_cell, new_notebook

import cnnlib.widgets

TOKEN = "only-for-this-test"
SECONDS = 60
EXPLORERS = cnnlib.widgets.__all__

# Two explorers of each kind: the reader's hand moves one, Python the other.
TWINS = """
import gc, json
import ipywidgets
from IPython.display import display
from cnnlib import widgets

twins, answers = {}, []

def show(name):
    twins[name] = hand, code = [getattr(widgets, name)() for _ in range(2)]
    take = code.set_state
    code.set_state = lambda state: (answers.append(state), take(state))
    display(hand, code)

def traits(explorer):
    links = [link for link in gc.get_objects() if type(link) is ipywidgets.widgets.widget_link.Link]
    target = {link.source[0]: link.target[1] for link in links}
    return [target[c].removesuffix("_index") for c in explorer.figure.children[0].children]

def state(explorer):
    own = set(explorer.keys) - set(ipywidgets.DOMWidget().keys)
    return {key: getattr(explorer, key) for key in sorted(own) if key[0] != "_"}
"""

# How many steps there are and the place of a window are found where it is drawn; a player and its
# slider tell each other where the replay is.
LEFT_TO_THE_BROWSER = {"last", "row", "col", "at"}

# What a control shows of its value.
SHOWN = """(control) => [...control.querySelectorAll("select, input, [role=slider]")].map(
  (part) => [part.value, part.checked, part.selectedIndex, part.getAttribute("aria-valuenow")])"""

# A replay, and a training that it shall follow: 40 steps, slow enough to be watched.
REPLAY = """
import json
import time
import numpy as np
import cnnlib
from cnnlib.widgets import TrainingReplay

digits = cnnlib.load_mnist_small()
replay = TrainingReplay(validation=digits.validation, count=5)
replay
"""
TRAINING = """
rng = np.random.default_rng(0)
model = cnnlib.lenet(rng=rng)
optimizer = cnnlib.SGD(model.parameters(), lr=0.05, momentum=0.9)
options = {"epochs": 2, "batch_size": 50, "rng": rng, "progress": False}
pause = lambda run: time.sleep(0.1)
callbacks = [replay.record, pause]
cnnlib.fit(model, digits.train, optimizer=optimizer, callbacks=callbacks, **options)
"""

# Keep what the stage says whenever its words change.
NOTE = """() => {
  const summary = document.querySelector(".cnn-summary");
  window.said = [];
  const note = () => window.said.push(summary.textContent);
  const all = {childList: true, characterData: true, subtree: true};
  new MutationObserver(note).observe(summary, all);
}"""


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


OPEN = """async (path) => {
  const before = jupyterapp.shell.currentWidget;
  if (before?.context) {
    await before.context.sessionContext.shutdown();
    before.dispose();
  }
  const widget = await jupyterapp.commands.execute("docmanager:open", {path, factory: "Notebook"});
  await Promise.all([widget.revealed, widget.context.sessionContext.ready]);
}"""
IDLE = (
    "() => jupyterapp.shell.currentWidget.context.sessionContext.session?.kernel?.status === 'idle'"
)


@pytest.fixture(scope="module")
def desk(lab, chromium):
    """A page that shows JupyterLab, in which one notebook after the other is opened."""
    context = chromium.new_context(viewport={"width": 1280, "height": 1000})
    context.set_default_timeout(SECONDS * 1000)
    page = context.new_page()
    page.goto(f"http://127.0.0.1:{lab.port}/lab?token={TOKEN}")
    page.wait_for_function("() => window.jupyterapp?.shell.restored.then(() => true)")
    yield page
    context.close()


def run_all(desk, notebook, path):
    """Write the notebook, open it in JupyterLab instead of the last one, and run all its cells."""
    nbformat.write(notebook, path)
    desk.evaluate(OPEN, path.name)
    desk.wait_for_function(IDLE)
    desk.evaluate("jupyterapp.commands.execute('notebook:run-all-cells')")
    desk.wait_for_selector(".cnn-stage[data-ready=true]")


class Kernel:
    """The kernel of the notebook that was opened last."""

    def __init__(self, lab):
        newest = max(lab.runtime.glob("kernel-*.json"), key=lambda path: path.stat().st_mtime)
        self.client = BlockingKernelClient(connection_file=str(newest))
        self.client.load_connection_file()
        self.client.start_channels()

    def close(self):
        self.client.stop_channels()

    def run(self, code="", value="None"):
        """Run the code, then return what the expression is worth."""
        shown = {"x": f"json.dumps({value}, default=repr)"}
        reply = self.client.execute_interactive(
            code, user_expressions=shown, timeout=SECONDS, allow_stdin=False
        )["content"]
        assert reply["status"] == "ok", reply
        assert reply["user_expressions"]["x"]["status"] == "ok", reply["user_expressions"]
        return json.loads(ast.literal_eval(reply["user_expressions"]["x"]["data"]["text/plain"]))


@pytest.fixture(scope="module")
def twins(lab, desk):
    """A page on which JupyterLab shows two explorers of each kind, and its kernel."""
    sources = [TWINS, *(f"show({name!r})" for name in EXPLORERS)]
    notebook = new_notebook(cells=[new_code_cell(source) for source in sources])
    run_all(desk, nb.normalize(notebook), lab.folder / "twins.ipynb")
    desk.wait_for_function(
        "(count) => document.querySelectorAll('.cnn-stage[data-ready=true]').length === count",
        arg=2 * len(EXPLORERS),
    )
    with closing(Kernel(lab)) as kernel:
        yield desk, kernel


def move(control):
    """Move a control by one step, as a reader does; tell whether it could be moved."""
    slider, select = control.get_by_role("slider"), control.locator("select")
    checkbox = control.locator("input[type=checkbox]")
    if slider.count():
        ends = ("now", "min", "max")
        now, least, most = (float(slider.get_attribute(f"aria-value{end}")) for end in ends)
        slider.press("ArrowRight" if now < most else "ArrowLeft")
        return least < most
    if select.count():
        count, index = select.evaluate("(select) => [select.length, select.selectedIndex]")
        select.select_option(index=(index + 1) % count)
        return count > 1
    if checkbox.count():
        checkbox.click()
    return bool(checkbox.count())


def wait_for_agreement(pair, what):
    """Wait until the function returns two equal values."""
    deadline = time.monotonic() + SECONDS
    while True:
        one, other = pair()
        if one == other:
            return
        assert time.monotonic() < deadline, (what, one, other)
        time.sleep(0.05)


def see_both_ways(kernel, trait, controls, summaries):
    """Move the first control, set the trait of the second explorer alike, and compare the two."""
    before = kernel.run(value=f"hand.{trait}")
    if not controls[0].is_visible() or not move(controls[0]):
        return
    wait_for_agreement(lambda: (kernel.run(value=f"hand.{trait} != {before!r}"), True), trait)
    kernel.run(f"code.{trait} = hand.{trait}")
    wait_for_agreement(lambda: kernel.run(value="(state(hand), state(code))"), trait)
    wait_for_agreement(lambda: [summary.inner_text() for summary in summaries], trait)
    wait_for_agreement(lambda: [control.evaluate(SHOWN) for control in controls], trait)


@pytest.mark.parametrize("name", EXPLORERS)
def test_moving_a_control_and_setting_its_trait_in_python_do_the_same(twins, name):
    page, kernel = twins
    explorers = page.locator(".cnn-explorer")
    both = [explorers.nth(2 * EXPLORERS.index(name) + i) for i in (0, 1)]
    summaries = [explorer.locator(".cnn-summary") for explorer in both]
    spoken = {summaries[0].inner_text()}
    for index, trait in enumerate(kernel.run(f"hand, code = twins[{name!r}]", "traits(hand)")):
        controls = [explorer.locator(".cnn-controls > *").nth(index) for explorer in both]
        see_both_ways(kernel, trait, controls, summaries)
        spoken.add(summaries[0].inner_text())
    assert len(spoken) > 1
    # Python has settled what follows: a late answer of the browser would undo what is set next.
    said = kernel.run("said, answers[:] = [*answers], []", "said")
    assert set().union(*said) <= LEFT_TO_THE_BROWSER, said


@pytest.mark.parametrize("name", sorted(p.name for p in ROOT.glob("chapters/[0-9]*.ipynb")))
def test_every_explorer_of_a_chapter_draws_when_its_cells_have_run(lab, desk, name):
    notebook = nb.read(ROOT / "chapters" / name)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"]
    notebook.cells = building.with_what_they_build_on(cells, nb_rules.shows_explorer)
    expected = sum(map(nb_rules.shows_explorer, cells))
    run_all(desk, notebook, lab.folder / name)
    desk.wait_for_function(
        "(count) => document.querySelectorAll('.cnn-stage[data-ready=true]').length >= count",
        arg=expected,
    )
    assert desk.locator(".cnn-stage[data-ready=true]").count() == expected
    for stage in desk.locator(".cnn-stage", has=desk.locator("input[type=radio]")).all():
        assert stage.locator("input[type=radio]:checked").count() == 1
    assert desk.locator("[data-mime-type='application/vnd.jupyter.error']").count() == 0


def test_a_training_in_the_kernel_is_followed_by_the_stage(lab, desk):
    notebook = nb.normalize(new_notebook(cells=[new_code_cell(REPLAY)]))
    run_all(desk, notebook, lab.folder / "training.ipynb")
    summary = desk.locator(".cnn-summary")
    assert summary.inner_text().startswith("After step 3,440 of 3,440")
    desk.evaluate(NOTE)
    with closing(Kernel(lab)) as kernel:
        steps, right = kernel.run(
            TRAINING, "(replay.steps, [int(np.trace(c)) for c in replay.run.confusion])"
        )
        wait_for_agreement(lambda: (summary.inner_text()[:19], "After step 40 of 40"), "summary")
        said = desk.evaluate("window.said")
        for step, count in zip(steps, right, strict=True):
            started = f"After step {step} of 40: "
            found = [words for words in said if words.startswith(started)]
            assert found, (started, said)
            assert f", {count} of 500 validation images recognised." in found[-1]
        # Old answers of the browser, which the kernel reads only now, change nothing.
        desk.wait_for_timeout(1000)
        slider = desk.get_by_role("slider").first
        place = [float(slider.get_attribute(f"aria-value{end}")) for end in ("now", "max")]
        assert (place, kernel.run(value="replay.at")) == ([4, 4], 4)
        assert summary.inner_text().startswith("After step 40 of 40")
