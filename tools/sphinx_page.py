"""Draw every page with our own template and nothing that it doesn't use.

sphinx-book-theme supplies the data of a page: its contents, its neighbours, its buttons. Its
stylesheets, scripts and icon fonts (900 KB on every page) are left out, here and in
``templates/layout.html``.
"""

import shutil
from pathlib import Path
from urllib.parse import urlsplit

# What the theme and its extensions would load, and what does its work here:
REPLACED = {
    "sphinx-book-theme.css",  # layout.css, text.css
    "pydata-sphinx-theme.css",  # the same
    "basic.css",  # the same
    "pygments.css",  # code.css
    "exercise.css",  # blocks.css
    "sphinx-book-theme.js",  # page.js
    "doctools.js",  # only the search needs it
    "sphinx_highlight.js",  # only the search needs it
    "design-tabs.js",  # tabs work without; it keeps tabs with one name in step
}
SEARCH_ONLY = {"doctools.js", "sphinx_highlight.js"}

# Copied into the book by the theme, and linked by no page.
UNUSED = [
    "_static/vendor",
    "_static/scripts",
    "_static/styles",
    "_static/images",
    "_static/locales",
]
UNUSED += ["_static/webpack-macros.html", "_static/sbt-webpack-macros.html", "_static/pygments.css"]

# Loaded only where the text has a trace of what they serve.
NEEDED_BY = {
    "sphinx-design.min.css": ' class="sd-',
    "copybutton.css": "<pre",
    "copybutton.js": "<pre",
    "clipboard.min.js": "<pre",
    "live.css": 'class="explorer',
}
# The faces by their files: their names in CSS, and the trace of what they serve.
FACES = {
    "book-sans.woff2": ("1em 'Book Sans'", ""),
    "book-serif.woff2": ("1em 'Book Serif'", "<p"),
    "book-serif-italic.woff2": ("italic 1em 'Book Serif'", "<em"),
    "book-mono.woff2": ("1em 'Book Mono'", "<code"),
    "stix-two-math.woff2": ("1em 'STIX Two Math'", "<math"),
}


def file_name(asset):
    """Return the bare name of a stylesheet or a script, or an empty string for an inline one."""
    return Path(str(getattr(asset, "filename", asset) or "")).name


def is_needed(asset, pagename, body):
    """Tell whether a page should load an asset that some extension has asked for."""
    name = file_name(asset)
    if name in SEARCH_ONLY:
        return pagename == "search"
    inline = getattr(asset, "attributes", {}).get("body") or ""
    return (
        name not in REPLACED
        and not name.startswith("mystnb.")  # code.css; the name goes on with a hash
        and not inline.startswith("DOCUMENTATION_OPTIONS.pagename")
        and NEEDED_BY.get(name, "") in body
    )


def choose_assets(app, pagename, templatename, context, doctree):
    """Keep what the page uses, and name the fonts that its text needs."""
    body = context.get("body") or "<p>"
    for kind in ("css_files", "script_files"):
        context[kind] = [asset for asset in context[kind] if is_needed(asset, pagename, body)]
    context["has_explorers"] = NEEDED_BY["live.css"] in body
    needed = {file: face for file, (face, trace) in FACES.items() if trace in body}
    context["preloaded_fonts"], context["faces"] = list(needed), list(needed.values())


def configure(app, config):
    """Find our templates first, and take the book's address from one place, html_baseurl."""
    config.templates_path.insert(0, str(Path(__file__).parent / "templates"))
    config.ogp_site_url = config.html_baseurl
    config.notfound_urls_prefix = urlsplit(config.html_baseurl).path


def write_all(app, env):
    """Write every page: Sphinx forgets what the search index holds of those that it leaves."""
    return env.found_docs


def drop_unused(app, exception):
    """Remove the theme's files that no page links."""
    if exception is not None or app.builder.name != "html":
        return
    for name in UNUSED:
        path = Path(app.outdir, name)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def setup(app):
    """Register the steps; the last two run after whoever adds an asset or writes one."""
    app.connect("config-inited", configure, priority=100)
    app.connect("env-updated", write_all)
    app.connect("html-page-context", choose_assets, priority=900)
    app.connect("build-finished", drop_unused, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
