"""The page chapters/reference.md is generated; what it is generated from is checked here."""

import importlib
import inspect
import re
from pathlib import Path

import pytest

import cnnlib

PAGE = (Path(__file__).parents[1] / "chapters" / "reference.md").read_text("utf-8")
MODULES = re.findall(r"automodule:: (\S+)\n +:members:", PAGE)


def described(module):
    """Return the functions and classes that the page takes from a module, by name."""
    module = importlib.import_module(module)
    members = {name: getattr(module, name) for name in getattr(module, "__all__", vars(module))}
    return {
        name: member
        for name, member in members.items()
        if (inspect.isfunction(member) or inspect.isclass(member))
        and not name.startswith("_")
        and (hasattr(module, "__all__") or member.__module__ == module.__name__)
    }


def test_every_public_name_is_on_the_page():
    names = {name for module in MODULES for name in described(module)}
    modules = {module.removeprefix("cnnlib.") for module in MODULES}
    missing = [
        name
        for name in cnnlib.__all__
        if name not in names | modules and callable(getattr(cnnlib, name))
    ]
    assert missing == []


@pytest.mark.parametrize("module", MODULES)
def test_every_function_says_what_it_takes_and_gives_and_shows_it(module):
    assert importlib.import_module(module).__doc__
    for name, member in described(module).items():
        text = inspect.getdoc(member)
        assert text, f"{name} has no docstring"
        if inspect.isclass(member):
            continue
        sections = re.findall(r"^(\w+)\n-+$", text, re.MULTILINE)
        assert "Examples" in sections, f"{name} has no example"
        assert ">>> " in text, f"the example of {name} is not a doctest"
        takes = [p for p in inspect.signature(member).parameters if p not in ("args", "kwargs")]
        if takes:
            assert "Parameters" in sections, f"{name} doesn't describe its parameters"
            described_part = text.split("Parameters\n")[1].split("\nReturns\n")[0]
            for parameter in takes:
                assert re.search(rf"^[*\w, ]*\b{parameter}\b", described_part, re.MULTILINE), (
                    f"{name} doesn't describe {parameter}"
                )
