"""Find a Chromium for the browser tests, or install one.

The one on the machine is used; else Playwright's own; else the distribution's package.
``python tools/browser.py`` prints the path, ``python tools/browser.py install`` installs
one if there is none. The environment variable ``CHROMIUM`` names another one to use.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = (
    "chromium-headless-shell",  # without windows and menus: a sixth less work
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
    "chrome",
    "microsoft-edge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/opt/google/chrome/chrome",
)
# Nothing in the background: the tests count requests, and a closed network refuses them.
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-smooth-scrolling",
    "--disable-sync",
    "--no-first-run",
)
PACKAGES = (
    ("apt-get", ["apt-get", "update"], ["apt-get", "install", "-y", "chromium-headless-shell"]),
    ("apt-get", None, ["apt-get", "install", "-y", "chromium"]),
    ("dnf", None, ["dnf", "install", "-y", "chromium"]),
    ("pacman", None, ["pacman", "-Sy", "--noconfirm", "chromium"]),
    ("zypper", None, ["zypper", "--non-interactive", "install", "chromium"]),
    ("apk", None, ["apk", "add", "chromium"]),
)


def works(path):
    """Tell whether the browser at `path` starts headless and loads a page."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        command = [path, "--headless", *QUIET, f"--user-data-dir={profile}", "--dump-dom"]
        try:
            done = subprocess.run(
                [*command, "data:text/html,<p>drawn</p>"],
                capture_output=True,
                text=True,
                timeout=60,
            )
        except (OSError, subprocess.TimeoutExpired):
            return False
    return "drawn" in done.stdout


def candidates():
    """Yield the browsers that may be on this machine, best first."""
    if named := os.environ.get("CHROMIUM"):
        yield named
        return
    yield from filter(None, map(shutil.which, NAMES))
    yield from (place for place in PLACES if Path(place).exists())
    if (own := playwrights_own()).exists():
        yield str(own)


def playwrights_own():
    """Return the path where Playwright keeps the browser that it downloads."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return Path(playwright.chromium.executable_path)


def find():
    """Return the path of a Chromium that works, or None."""
    return next(filter(works, candidates()), None)


def run(command, *, timeout=900):
    """Run an installer, its words on our standard output; return whether it succeeded."""
    print("   " + " ".join(command), flush=True)
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, timeout=timeout, env=environment,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"   {error}")
        return False
    if done.returncode:
        print("   " + "\n   ".join(done.stdout.splitlines()[-5:]))
    return done.returncode == 0


def install():
    """Install a Chromium; return its path, or None."""
    print("No Chromium on this machine: trying Playwright's own", flush=True)
    if run([sys.executable, "-m", "playwright", "install", "chromium"]) and (path := find()):
        return path
    privilege = [] if getattr(os, "geteuid", lambda: 1)() == 0 else ["sudo", "-n"]
    for program, refresh, package in PACKAGES:
        if shutil.which(program):
            print("Trying the distribution's package", flush=True)
            if refresh:
                run(privilege + refresh)
            if run(privilege + package):
                return find()
    return None


def main(arguments):
    path = find()
    if path is None and arguments == ["install"]:
        path = install()
    if path is None:
        print(
            "No Chromium works here. Install one, or name it: CHROMIUM=/path/to/chromium make test"
        )
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
