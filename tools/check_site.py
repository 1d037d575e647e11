"""Check the built pages without a browser: nothing from elsewhere, nothing dead, nothing mute.

``python tools/check_site.py [_build/html]`` prints what is wrong and exits with 1, or says how
many pages are in order. What live.js can draw is read from the tables in live.js itself.
"""

import argparse
import json
import re
import sys
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from nb_rules import is_sentence
from site_page import JS_LOAD, Page, css_loads

ROOT = Path(__file__).resolve().parent.parent
UNWANTED = re.compile(
    r"mathjax|require(?:\.min)?\.js|fontawesome|html-manager|embed-amd|thebe", re.IGNORECASE
)


def drawable(live_js):
    """Return the model names in the tables WIDGETS, LINKS and SILENT of live.js."""
    source = Path(live_js).read_text(encoding="utf-8")
    names = set()
    for table in ("WIDGETS", "LINKS", "SILENT"):
        found = re.search(rf"const {table} = ([{{\[])(.*?)[}}\]];", source, re.DOTALL)
        if not found:
            raise ValueError(f"{live_js} has no table `const {table} = ...`")
        names.update(re.findall(r"\b(\w+Model)\b", found[2]))
    return names


def is_foreign(address):
    parts = urlsplit(address)
    return parts.scheme in ("http", "https", "ftp", "ws", "wss") or bool(parts.netloc)


def is_local(address):
    return not is_foreign(address) and not urlsplit(address).scheme


def foreign_loads(page, _path, _site):
    for address in page.loads:
        if is_foreign(address):
            yield f"loads {address} from a third party"


def unwanted_scripts(page, _path, _site):
    for address in page.loads:
        if UNWANTED.search(address):
            yield f"loads {address}, which the book does without"
    for text in page.inline_scripts:
        if found := re.search(r"\bMathJax\b|\brequire(?:js)?\.config\b", text):
            yield f"has a script that configures {found[0]}"


def target_file(address, path, html):
    """Return the file that a local address on the page at `path` means."""
    location = unquote(urlsplit(address).path)
    if location.startswith("/"):  # the 404 page, which is shown at any depth, names the site's root
        location = location.lstrip("/").partition("/")[2]
        target = html / location
    else:
        target = path.parent / location if location else path
    return target / "index.html" if target.is_dir() else target


def broken_links(page, path, site):
    for address in dict.fromkeys(filter(is_local, page.links + page.loads)):
        target = target_file(address, path, site.html)
        fragment = unquote(urlsplit(address).fragment)
        if not target.exists():
            yield f"links to {address}, which does not exist"
        elif (
            fragment
            and target.suffix == ".html"
            and fragment not in {*site.page(target).ids, "top"}
        ):
            yield f"links to {address}, but there is no such place on that page"


def references(value):
    """Yield the ids of the widget models that a state refers to."""
    if isinstance(value, str) and value.startswith("IPY_MODEL_"):
        yield value.removeprefix("IPY_MODEL_")
    elif isinstance(value, dict):
        for part in value.values():
            yield from references(part)
    elif isinstance(value, list):
        for part in value:
            yield from references(part)


def dead_widgets(page, _path, site):
    models = {}
    for text in page.states:
        models.update(json.loads(text)["state"])
    for text in page.views:
        model = json.loads(text)["model_id"]
        if model not in models:
            yield f"shows the widget {model[:8]}, whose state is not in the page"
    for model in models.values():
        name, state = model["model_name"], model["state"]
        if name not in site.drawable:
            yield f"has a {name}, which live.js cannot draw"
        for missing in set(references(state)) - models.keys():
            yield f"has a {name} that needs the model {missing[:8]}, which is not in the page"
        for address in JS_LOAD.findall(state.get("_esm", "")) + css_loads(state.get("_css", "")):
            if is_foreign(address):
                yield f"has a {name} that loads {address} from a third party"
    if page.stray_views:
        yield f"shows {page.stray_views} widget(s) outside an explorer's figure"


def mute_explorers(page, _path, _site):
    for explorer in page.explorers:
        called = explorer.name or "without data-explorer"
        if not explorer.name:
            yield "has an explorer without data-explorer, its name"
        if explorer.views != 1:
            yield f"explorer {called} has {explorer.views} widget views, not one"
        if not explorer.images:
            yield f"explorer {called} has no still"
        if not explorer.caption.strip():
            yield f"explorer {called} has no caption"


def mute_pictures(page, _path, _site):
    for image in page.images:
        words = image.alt or ""
        name = (
            Path(urlsplit(image.src).path).name if image.src[:5] != "data:" else "a data: picture"
        )
        if image.in_article and not is_sentence(words):
            yield f"picture {name} has the alt text {image.alt!r}, which does not say what it shows"
        # Outside the text an empty alt is right for a picture whose words stand beside it.
        elif image.alt is None or re.search(r"\.(png|jpe?g|svg|gif|webp)$", words):
            yield f"picture {name} has the alt text {image.alt!r}"


RULES = (
    foreign_loads,
    unwanted_scripts,
    broken_links,
    dead_widgets,
    mute_explorers,
    mute_pictures,
)


class Site:
    """The built pages of a folder, each parsed once."""

    def __init__(self, html, live_js):
        self.html = Path(html).resolve()
        self.drawable = drawable(live_js)
        self.page = cache(lambda path: Page(path.read_text(encoding="utf-8")))

    def pages(self):
        return sorted(p for p in self.html.rglob("*.html") if "_static" not in p.parts)

    def problems(self):
        """Yield what is wrong, a line each, pages first and style sheets after them."""
        if not self.pages():
            yield f"{self.html}: there is no page"
        for path in self.pages():
            for rule in RULES:
                for text in rule(self.page(path), path, self):
                    yield f"{path.relative_to(self.html)}: {text}"
        for path in sorted(self.html.rglob("*.css")):
            for address in css_loads(path.read_text(encoding="utf-8")):
                if is_foreign(address):
                    yield f"{path.relative_to(self.html)}: loads {address} from a third party"


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("html", nargs="?", type=Path, default=ROOT / "_build" / "html")
    parser.add_argument("--live", type=Path, default=ROOT / "assets" / "live.js")
    options = parser.parse_args(arguments)
    site = Site(options.html, options.live)
    found = list(site.problems())
    for line in found:
        print(line)
    print(f"check_site: {len(site.pages())} pages, {len(found)} problems")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
