"""The tools behind make: what is installed, which browser is taken, what a build keeps."""

import json
import re
import sys
from types import SimpleNamespace

import browser
import build
import install
import pytest

BEFORE = {"computes": "a", "dresses": "b", "tells": "c"}


@pytest.fixture
def built(tmp_path, monkeypatch):
    """A folder with what an earlier build left behind; call it for what is still there."""
    monkeypatch.setattr(build, "BUILD", tmp_path)
    monkeypatch.setattr(build, "STATE", tmp_path / ".inputs.json")
    for name in ("html", ".doctrees", ".jupyter_cache"):
        (tmp_path / name).mkdir()
    (tmp_path / "html" / "index.html").write_text("")
    build.STATE.write_text(json.dumps(BEFORE))
    return lambda: {path.name for path in tmp_path.iterdir() if path.is_dir()}


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"tells": "new"}, {"html", ".doctrees", ".jupyter_cache"}),
        ({"dresses": "new"}, {".jupyter_cache"}),
        ({"computes": "new"}, set()),
    ],
)
def test_a_build_keeps_only_what_its_inputs_still_give(built, change, kept):
    build.discard_stale(build.remembered(), {**BEFORE, **change})
    assert built() == kept


def test_without_a_record_of_its_inputs_nothing_is_kept(built):
    build.STATE.unlink()
    build.discard_stale(build.remembered(), BEFORE)
    assert built() == set()


def test_a_build_whose_inputs_have_not_changed_is_not_repeated(built, monkeypatch, capsys):
    monkeypatch.setattr(build, "inputs", lambda: BEFORE)
    assert build.build() == 0
    assert "Nothing has changed" in capsys.readouterr().out


def test_a_build_that_failed_is_repeated_from_the_start_but_keeps_its_outputs(built, monkeypatch):
    now = {**BEFORE, "tells": "new"}
    monkeypatch.setattr(build, "inputs", lambda: now)
    monkeypatch.setattr(build.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=1))
    assert build.build() == 1
    build.discard_stale(build.remembered(), now)
    assert built() == {".jupyter_cache"}


def test_the_digest_changes_with_a_file_and_not_with_compiled_code(tmp_path, monkeypatch):
    monkeypatch.setattr(build, "ROOT", tmp_path)
    (tmp_path / "src" / "__pycache__").mkdir(parents=True)
    (tmp_path / "src" / "a.py").write_text("1")
    first = build.digest(["src/**/*"])
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_text("compiled")
    assert build.digest(["src/**/*"]) == first
    (tmp_path / "src" / "a.py").write_text("2")
    assert build.digest(["src/**/*"]) != first


def test_the_patterns_of_a_build_match_files():
    for pattern in (*build.COMPUTES, *build.DRESSES, *build.TELLS):
        assert list(build.ROOT.glob(pattern)), pattern


def test_the_example_of_the_readme_runs():
    text = (build.ROOT / "README.md").read_text(encoding="utf-8")
    names = {}
    exec(re.search(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)[1], names)
    assert names["edges"].shape == (1, 1, 512, 512)


def test_every_file_that_the_readme_names_is_there():
    text = (build.ROOT / "README.md").read_text(encoding="utf-8")
    for name in re.findall(r"\]\((?!http)([^)]+)\)", text):
        assert (build.ROOT / name).exists(), name


def test_an_old_python_is_refused_in_words(monkeypatch, capsys):
    monkeypatch.setattr(install, "OLDEST_PYTHON", (99, 0))
    assert install.main(["--make-venv", "nowhere"]) == 1
    assert "The book needs Python 99.0 or newer" in capsys.readouterr().out


def test_a_failed_installation_shows_the_words_of_pip(capsys):
    assert install.main(["-r", "no-such-file.txt"]) == 1
    assert "no-such-file.txt" in capsys.readouterr().out.partition("\n")[2]


def test_pips_lines_become_progress(capsys):
    progress = install.Progress()
    for number in range(10):
        install.follow(f"Collecting package{number}==1.0\n", progress)
    install.follow("  Downloading torch-2.0-cp311.whl (190.0 MB)\n", progress)
    install.follow("Installing collected packages: a, b, c\n", progress)
    said = capsys.readouterr().out
    assert "10 packages looked up, now package9" in said
    assert "downloading torch, 190.0 MB" in said
    assert "installing 3 packages" in said


def test_the_browser_named_by_the_environment_is_the_only_candidate(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/my/chromium")
    assert list(browser.candidates()) == ["/my/chromium"]


def test_what_is_no_browser_does_not_work():
    assert not browser.works(sys.executable)
    assert not browser.works("/no/such/file")


def test_the_first_browser_that_works_is_found(monkeypatch):
    monkeypatch.setattr(browser, "candidates", lambda: iter(["broken", "good", "other"]))
    monkeypatch.setattr(browser, "works", lambda path: path != "broken")
    assert browser.find() == "good"


def test_the_distributions_package_is_tried_after_playwrights_own(monkeypatch):
    tried = []
    answers = iter([None, "/usr/bin/chromium"])
    monkeypatch.setattr(browser, "find", lambda: next(answers))
    monkeypatch.setattr(
        browser, "run", lambda command, **_: tried.append(command) or len(tried) == 4
    )
    monkeypatch.setattr(browser.shutil, "which", lambda name: name == "apt-get")
    monkeypatch.setattr(browser.os, "geteuid", lambda: 1000, raising=False)
    assert browser.main(["install"]) == 0
    assert tried[0][-2:] == ["install", "chromium"]
    assert tried[1:] == [
        ["sudo", "-n", "apt-get", "update"],
        ["sudo", "-n", "apt-get", "install", "-y", "chromium-headless-shell"],
        ["sudo", "-n", "apt-get", "install", "-y", "chromium"],
    ]


def test_without_a_browser_the_tool_says_what_to_do(monkeypatch, capsys):
    monkeypatch.setattr(browser, "find", lambda: None)
    assert browser.main([]) == 1
    assert "CHROMIUM=/path/to/chromium make test" in capsys.readouterr().out
