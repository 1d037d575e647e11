"""Join the front-end modules of an explorer into one source.

anywidget imports a module from a blob URL, where a relative import cannot
resolve, and ``data:`` URLs are refused by some hosts' content security policy.
So the modules are concatenated in the order of their imports, each once.
"""

import re
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "js"
_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w.]+)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|const|class)\b)", re.MULTILINE)
_NAME = re.compile(r"^(?:async )?(?:function|const|let|class) (\w+)", re.MULTILINE)


def modules(name):
    """Return the names of the modules that ``name`` needs, itself last, each after its imports."""
    order = []

    def visit(module):
        if module not in order:
            for imported in _IMPORT.findall((FOLDER / module).read_text(encoding="utf-8")):
                visit(imported)
            order.append(module)

    visit(name)
    return order


@cache
def frontend(name):
    """Return the source of the front-end module ``name`` with its relative imports inlined.

    Raises
    ------
    ValueError
        If two modules give the same name to something at their top level, or
        if an import has a form that cannot be inlined.

    Examples
    --------
    >>> source = frontend("sliding_window.js")
    >>> "import " in source, source.count("export default")
    (False, 1)
    """
    parts, owner = [], {}
    for module in modules(name):
        source = _EXPORT.sub("", _IMPORT.sub("", (FOLDER / module).read_text(encoding="utf-8")))
        if re.search(r"^import\b", source, re.MULTILINE):
            raise ValueError(
                f'{module}: only `import {{ a, b }} from "./module.js";` can be inlined'
            )
        if module != name and re.search(r"^export\b", source, re.MULTILINE):
            raise ValueError(f"{module}: only functions, constants and classes can be exported")
        for declared in _NAME.findall(source):
            if owner.setdefault(declared, module) != module:
                raise ValueError(f"{declared} is declared in both {owner[declared]} and {module}")
        parts.append(source)
    return "\n".join(parts)


def stylesheet(*own):
    """Return the style sheet of an explorer: palette, shared rules, then its own files."""
    names = ("palette.css", "explorer.css", *own)
    return "\n".join((FOLDER.parent / "css" / name).read_text(encoding="utf-8") for name in names)
