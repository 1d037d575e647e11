"""A browser and the served book, for everything that looks at pages."""

import functools
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import ThreadingHTTPServer

import browser
import pytest
from browsing import HTML, PREFIX, ROOT, WATCH, Handler, Visit, observe
from playwright.sync_api import sync_playwright

FIGURES = pytest.StashKey()


@pytest.fixture(scope="session")
def site():
    """The address at which the built book is served; it is built first if it is not there."""
    if not (HTML / "search.html").exists():
        subprocess.run([sys.executable, ROOT / "tools" / "build.py"], check=True)
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=HTML))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def chromium():
    """A headless Chromium, one for all tests of a module."""
    path = browser.find()
    if path is None:
        pytest.fail("no Chromium works here: python tools/browser.py install")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(browser.QUIET))
        yield running
        running.close()


@pytest.fixture(scope="module")
def visit(chromium):
    """Return a context manager that opens an address and yields the :class:`Visit`."""

    @contextmanager
    def open_page(address, *, dark=False, width=1280, scripts=True, expect=200):
        context = chromium.new_context(
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
            java_script_enabled=scripts,
            has_touch=width < 500,
        )
        try:
            context.add_init_script(WATCH)
            visited = Visit(context.new_page())
            response = visited.page.goto(address, wait_until="load")
            assert response is None or response.status in (0, expect), response.status
            yield visited
        finally:
            context.close()

    return open_page


@pytest.fixture(scope="module")
def opened(site, visit):
    """Return a context manager that opens a page of the book by its name."""

    def open_by_name(name, **options):
        if name == "404":
            return visit(f"{site}no/such/page", expect=404, **options)
        return visit(f"{site}{name}.html", **options)

    return open_by_name


@pytest.fixture(scope="module")
def cold(opened):
    """Return a function that tells what was seen on a first visit to a page, made only once."""

    @functools.cache
    def first_visit(name):
        with opened(name) as visited:
            return observe(visited)

    return first_visit


@pytest.fixture
def report(request):
    """Return a function that adds a line to the figures printed at the end of the run."""
    return request.config.stash.setdefault(FIGURES, []).append


def pytest_terminal_summary(terminalreporter, config):
    """Print the measured figures, for the record of a run."""
    for line in config.stash.get(FIGURES, []):
        terminalreporter.write_line(line)
