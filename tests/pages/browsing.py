"""What the tests of the pages share: where the book is, how it is served, a watched visit."""

import gzip
import re
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from urllib.parse import urlsplit

import yaml

ROOT = Path(__file__).resolve().parent.parent.parent
HTML = ROOT / "_build" / "html"
CONFIG = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
PREFIX = urlsplit(CONFIG["html"]["baseurl"]).path
FIGURE = "figure.explorer"
PACKED = re.compile(r"\.(woff2?|png|jpe?g|webp|gz|npz|ico)(\?|$)")

# Watches a page from before its first script: layout shifts, and when each explorer is drawn.
WATCH = """
try { localStorage.clear(); } catch {}  // what an earlier visit chose
window.watched = {shift: 0, ready: new Map()};
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (!entry.hadRecentInput) watched.shift += entry.value;
}).observe({type: "layout-shift", buffered: true});
document.addEventListener("cnn:drawn", ({target}) => {
  const figure = target.closest("figure");
  if (!watched.ready.has(figure)) watched.ready.set(figure, performance.now());
}, true);
"""


# The bounds on time are those of one machine, on which this arithmetic took so long. A slower or a
# busier machine is given as much more time: it is the page that is judged. None is given less.
REFERENCE_MILLISECONDS = 7.5
REFERENCE = """() => {
  const n = 512 * 512;
  const [x, y] = [new Float64Array(n + 6).fill(0.5), new Float64Array(n)];
  const times = [];
  for (let run = 0; run < 5; run++) {
    const start = performance.now();
    for (let row = 0; row < 7; row++) {
      for (let i = 0; i < n; i++) {
        y[i] += 0.1 * x[i] + 0.2 * x[i + 1] + 0.3 * x[i + 2] + 0.4 * x[i + 3] +
          0.3 * x[i + 4] + 0.2 * x[i + 5] + 0.1 * x[i + 6];
      }
    }
    times.push(performance.now() - start);
  }
  return Math.min(...times);
}"""


def slowness(page):
    """Return how many times longer the reference takes here and now, at least 1."""
    return max(1, page.evaluate(REFERENCE) / REFERENCE_MILLISECONDS)


def toc_pages():
    """Return the names of the book's pages, as `_toc.yml` lists them, and of the theme's own."""
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    parts = toc.get("parts", [toc])
    files = [entry["file"] for part in parts for entry in part["chapters"]]
    return [toc["root"], *files, "404", "search"]


def explorer_pages():
    """Return the pages that show an explorer; they are known once the book is built."""
    pages, shows = toc_pages(), 'class="explorer"'
    built = [(name, HTML / f"{name}.html") for name in pages]
    found = [name for name, file in built if file.exists() and shows in file.read_text()]
    return found or [name for name in pages if re.match(r"chapters/(index|\d)", name)]


class Handler(SimpleHTTPRequestHandler):
    """Serve the book below its prefix, and its 404 page for what is missing, as its host does."""

    def translate_path(self, path):
        return super().translate_path("/" + path.removeprefix(PREFIX))

    def send_error(self, code, message=None, explain=None):
        body = (HTML / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Visit:
    """A page in a fresh context, with every request and every error noted."""

    def __init__(self, page):
        self.page = page
        self.requests, self.errors, self.responses = [], [], []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("response", lambda response: self.responses.append(response))
        page.on("pageerror", lambda error: self.errors.append(f"page error: {error}"))
        page.on("console", self._note)

    def _note(self, message):
        if message.type == "error":
            self.errors.append(f"console error: {message.text}")

    def wait_for_explorers(self):
        """Wait until each explorer of the page is drawn; return their figures."""
        figures = self.page.locator(FIGURE)
        for figure in figures.all():
            figure.scroll_into_view_if_needed()
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('figure.explorer')]"
            ".every((figure) => figure.dataset.ready === 'true')",
            timeout=10_000,
        )
        return figures.all()


def packed_size(response):
    """Return the bytes that a response takes on its way, compressed as a host does it."""
    body = response.body()
    return len(body) if PACKED.search(response.url) else len(gzip.compress(body, 6))


def observe(visited):
    """Return what happened on a first visit, read to its end: see the keys."""
    page = visited.page
    visited.wait_for_explorers()
    page.keyboard.press("End")
    page.wait_for_load_state("networkidle")
    loaded = [r for r in visited.responses if not r.url.startswith(("data:", "blob:"))]
    return {
        "address": page.url,
        "requests": visited.requests,
        "errors": visited.errors,
        "sizes": {r.url: packed_size(r) for r in loaded if r.status < 300 or r.url == page.url},
        "shift": page.evaluate("watched.shift"),
        "explorers": page.locator(FIGURE).count(),
        "ready": page.evaluate("[...watched.ready.values()]"),
        "pictures": page.locator("article img").evaluate_all(
            "all => all.map((i) => [i.src, i.alt])"
        ),
    }
