"""Make the virtual environment and install pinned requirements into it, with progress.

``python tools/install.py --make-venv .venv`` makes the environment with the Python that runs
this file; ``.venv/bin/python tools/install.py -r requirements.txt`` installs. pip prints
hundreds of lines or none at all: this prints one short line for each package it looks up,
then says that it is still at work, and shows pip's own words only when it fails. It keeps to
the syntax of old Pythons, so that one of them can say that it is too old.
"""

import argparse
import re
import subprocess
import sys
import threading
import time
from pathlib import Path

OLDEST_PYTHON = (3, 10)
HEARTBEAT = 15  # seconds


def make_venv(folder):
    """Create the virtual environment; return an exit code and say what is missing."""
    if sys.version_info < OLDEST_PYTHON:
        found, needed = (".".join(map(str, v[:2])) for v in (sys.version_info, OLDEST_PYTHON))
        print(f"The book needs Python {needed} or newer, and {sys.executable} is {found}.")
        print("Install a newer one, or name it: make PYTHON=python3.12 book")
        return 1
    print(f"== environment {folder} with Python {sys.version.split()[0]}", flush=True)
    done = subprocess.run([sys.executable, "-m", "venv", folder], capture_output=True, text=True)
    if done.returncode:
        print(done.stdout + done.stderr)
        print("Python could not make a virtual environment. On Debian and Ubuntu its module is")
        print("a package of its own: sudo apt-get install python3-venv")
    return done.returncode


class Progress:
    """Lines on standard output: a count on one line in a terminal, every tenth in a log."""

    def __init__(self):
        self.started = self.last = time.monotonic()
        self.count = 0
        self.doing = "starting"

    def say(self, text):
        self.last = time.monotonic()
        if sys.stdout.isatty():
            print(f"\r\033[K   {text}", end="", flush=True)
        else:
            print(f"   {text}", flush=True)

    def package(self, name):
        self.count += 1
        self.doing = f"{self.count} packages looked up, now {name}"
        if sys.stdout.isatty() or self.count % 10 == 0:
            self.say(self.doing)

    def beat(self):
        if time.monotonic() - self.last >= HEARTBEAT:
            self.say(f"{self.doing} ({time.monotonic() - self.started:.0f} s)")


def follow(line, progress):
    """Turn one line of pip into progress."""
    looked_up = re.match(r"(?:Collecting|Requirement already satisfied:) ([\w.-]+)", line)
    large = re.match(r"\s+Downloading (\S+?)-[\d.]+\S* \((\d{2,}\.\d [MG]B)\)", line)
    if looked_up:
        progress.package(looked_up.group(1))
    elif large:
        progress.doing = f"downloading {large.group(1)}, {large.group(2)}"
        progress.say(progress.doing)
    elif line.startswith("Installing collected packages:"):
        progress.doing = f"installing {line.count(',') + 1} packages"
        progress.say(progress.doing)


def pip_install(arguments):
    """Run ``pip install`` and return its exit code; a failure shows the end of pip's log."""
    print(f"== installing {' '.join(arguments)}", flush=True)
    command = [sys.executable, "-m", "pip", "install", "--disable-pip-version-check"]
    command += ["--no-input", "--progress-bar", "off", *arguments]
    progress = Progress()
    finished = threading.Event()

    def heart():
        while not finished.wait(1):
            progress.beat()

    threading.Thread(target=heart, daemon=True).start()
    log = []
    streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(command, **streams, text=True) as pip:
        for line in pip.stdout:
            log.append(line)
            follow(line, progress)
    finished.set()
    code = pip.returncode
    if code:
        print("\n" + "".join(log[-30:]))
        print(f"pip failed (exit code {code}). The same command takes it up again.")
    else:
        progress.say(f"done in {time.monotonic() - progress.started:.0f} s")
        print(end="\n" if sys.stdout.isatty() else "", flush=True)
    return code


def main(arguments):
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--make-venv", metavar="FOLDER", type=Path, help="make an environment")
    options, pip_arguments = parser.parse_known_args(arguments)
    if options.make_venv:
        return make_venv(str(options.make_venv))
    return pip_install(pip_arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
