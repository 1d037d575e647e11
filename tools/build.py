"""Build the book into _build/html and check the pages (make book).

Only what changed is built again, except where that would leave something stale: outputs
are kept by the text of the code cells alone, and Sphinx forgets neither an old static file
nor that it has already warned about a page.
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import check_site

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "_build"
STATE = BUILD / ".inputs.json"
# What the outputs of the notebooks depend on besides their own code, what pages are made with,
# and what they are made of.
COMPUTES = (
    "src/cnnlib/**/*",
    "assets/photos/*",
    "assets/mnist/*",
    "assets/network/*",
    "assets/vision/*",
    "requirements.txt",
)
DRESSES = ("_config.yml", "_toc.yml", "assets/**/*", "tools/sphinx_*.py", "tools/templates/*")
TELLS = ("chapters/*.*",)


def digest(patterns):
    """Return a hash of the names and contents of the files that the patterns match."""
    total = hashlib.sha256()
    for path in sorted({path for pattern in patterns for path in ROOT.glob(pattern)}):
        if path.is_file() and "__pycache__" not in path.parts:
            total.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return total.hexdigest()


def inputs():
    """Return the hashes of everything that a build depends on."""
    return {"computes": digest(COMPUTES), "dresses": digest(DRESSES), "tells": digest(TELLS)}


def remembered():
    """Return the inputs of the last build, if there was one."""
    return json.loads(STATE.read_text()) if STATE.exists() else {}


def discard_stale(before, now):
    """Remove what an incremental build would wrongly keep."""
    if any(before.get(kind) != now[kind] for kind in ("computes", "dresses")):
        shutil.rmtree(BUILD / "html", ignore_errors=True)
        shutil.rmtree(BUILD / ".doctrees", ignore_errors=True)
    if before.get("computes") != now["computes"]:
        shutil.rmtree(BUILD / ".jupyter_cache", ignore_errors=True)


def build():
    """Run Jupyter Book with warnings as errors; return its exit code."""
    before, now = remembered(), inputs()
    if before == now and (BUILD / "html" / "index.html").exists():
        print("Nothing has changed since the last build.")
        return 0
    discard_stale(before, now)
    BUILD.mkdir(exist_ok=True)
    # Until the build is done its pages count as stale, so that a warning is given again.
    STATE.write_text(json.dumps({**now, "dresses": None}))
    jupyter_book = Path(sys.executable).with_name("jupyter-book")
    command = [jupyter_book, "build", "-W", "--keep-going", "."]
    # Arrays are small: a second thread of BLAS gains little, and on a busy machine it loses a lot.
    # A progress bar that has run to its end would only add its widgets to the page.
    environment = {"OPENBLAS_NUM_THREADS": "1", **os.environ, "TQDM_DISABLE": "1"}
    code = subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, env=environment).returncode
    if code == 0:
        STATE.write_text(json.dumps(now))
    return code


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", default="8000", help="the port that make serve will use")
    port = parser.parse_args(arguments).port
    if code := build():
        print("The book was not built: the warnings and errors above say why.")
        return code
    html = BUILD / "html"
    if code := check_site.main([str(html)]):
        return code
    print(f"\nThe book is in   {html}")
    print(f"Open it at       {(html / 'index.html').as_uri()}")
    print(f"or: make serve   http://localhost:{port}/")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
