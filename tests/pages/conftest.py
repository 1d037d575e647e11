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


@pytest.fixture(scope="session")
def chromium():
    """A headless Chromium."""
    path = browser.find()
    if path is None:
        pytest.fail("no Chromium works here: python tools/browser.py install")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=list(browser.QUIET))
        yield running
        running.close()


@pytest.fixture(scope="session")
def tab(chromium):
    """Return a function that opens an empty page, watched and so wide.

    A window is used again: a new one costs Chromium as much as the loading of a page, for menus
    that nobody sees. With `cold`, the page has one of its own, which has loaded nothing yet.
    """

    def window(**options):
        context = chromium.new_context(**options)
        context.add_init_script(WATCH)
        return context

    @functools.cache
    def open_window(**options):
        context = window(**options)
        context.new_page()  # or it would close with its last page
        return context

    def open_tab(*, width=1280, cold=False, **options):
        page = (window if cold else open_window)(**options).new_page()
        page.set_viewport_size({"width": width, "height": 900})
        return page

    return open_tab


@pytest.fixture(scope="session")
def visit(tab):
    """Return a context manager that opens an address and yields the :class:`Visit`."""

    @contextmanager
    def open_page(
        address, *, dark=False, still=False, width=1280, scripts=True, expect=200, cold=False
    ):
        page = tab(width=width, cold=cold, java_script_enabled=scripts, has_touch=width < 500)
        try:
            page.emulate_media(
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce" if still else "no-preference",
            )
            visited = Visit(page)
            response = page.goto(address, wait_until="load")
            assert response is None or response.status in (0, expect), response.status
            yield visited
        finally:
            (page.context if cold else page).close()

    return open_page


@pytest.fixture(scope="session")
def opened(site, visit):
    """Return a context manager that opens a page of the book by its name."""

    def open_by_name(name, **options):
        if name == "404":
            return visit(f"{site}no/such/page", expect=404, **options)
        return visit(f"{site}{name}.html", **options)

    return open_by_name


@pytest.fixture(scope="session")
def cold(opened):
    """Return a function that tells what was seen on a first visit to a page, made only once."""

    @functools.cache
    def first_visit(name):
        with opened(name, cold=True) as visited:
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
