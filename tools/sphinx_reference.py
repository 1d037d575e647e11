"""Let the docstrings of cnnlib refer to each other by short names in single backquotes.

Autodoc knows ``softmax`` only inside its own module, but a reader of `cross_entropy` should be
led to it too: a name that a single function, class, module or constant of the library ends in is
its link.
Chapters may write {py:func}`cnnlib.conv2d`, as a reader would, for what lives in ``cnnlib.conv``.
"""

import re
import sys

from sphinx.util.nodes import make_refnode

ROLES = ("obj", "func", "class", "mod")
LINKED = ("function", "class", "module", "data")
CONSTANT = re.compile(r"(?<==)[A-Z][A-Z_]+\b")


def resolve(app, env, node, contnode):
    """Return the link for a short name, or None if it means nothing or several things."""
    if node.get("refdomain") != "py" or node["reftype"] not in ROLES:
        return None
    name = node["reftarget"].removeprefix("cnnlib.")
    found = [
        (full_name, entry)
        for full_name, entry in env.get_domain("py").objects.items()
        if entry.objtype in LINKED and not entry.aliased and full_name.endswith(f".{name}")
    ]
    if len(found) != 1:
        return None
    full_name, entry = found[0]
    return make_refnode(
        app.builder, node["refdoc"], entry.docname, entry.node_id, contnode, full_name
    )


def skip_fields(app, what, name, obj, skip, options):
    """Leave out the fields of a named tuple, which its docstring has described."""
    return True if type(obj).__name__ == "_tuplegetter" else None


def show_values(app, what, name, obj, options, signature, return_annotation):
    """Write the value in place of a constant that is the default of a parameter."""

    def value(found):
        constant = vars(sys.modules[obj.__module__]).get(found[0], found[0])
        return f"{constant:g}" if isinstance(constant, float) else str(constant)

    return signature and (CONSTANT.sub(value, signature), return_annotation)


def setup(app):
    """Connect all of it to Sphinx."""
    app.connect("autodoc-process-signature", show_values)
    app.connect("missing-reference", resolve)
    app.connect("autodoc-skip-member", skip_fields)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
