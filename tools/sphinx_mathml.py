"""Draw mathematics as MathML, converted from LaTeX while the book is built.

A page then needs no script for its formulas. LaTeX that math-core does not know stops the build
and names the page and the line, so nothing half drawn is ever published.
"""

import re

from docutils import nodes
from math_core import LatexError, LatexToMathML
from sphinx.errors import SphinxError
from sphinx.locale import _
from sphinx.util.math import get_node_equation_number

CONVERTER = LatexToMathML(fancy_error=False)

# Equation numbers are Sphinx's, so the environments that would count for themselves lose theirs.
NUMBERED = re.compile(r"\\(begin|end)\{(equation|align|gather|multline|alignat|flalign)\}")

INNERMOST = re.compile(r"\\begin\{(\w+\*?)\}((?!\\begin\{).)*?\\end\{\1\}", re.DOTALL)

# The prime of a letter. A font draws it high up, so that a superscript would be raised twice.
PRIME = re.compile(r"<msup>(<(m\w+)[^>]*>[^<]*</\2>)<mo>([′″])</mo></msup>")


class MathError(SphinxError):
    """A formula that cannot be drawn."""

    category = "Mathematics"


def place(writer, node):
    """Return ``page:line`` of a node, or ``page, cell c, line l`` for a notebook."""
    while node.line is None and node.parent is not None:
        node = node.parent
    page = str(writer.builder.env.doc2path(writer.builder.current_docname, base=False))
    if page.endswith(".ipynb") and node.line:
        cell, line = divmod(node.line, 10_000)  # myst-nb packs both into one number
        return f"{page}, cell {cell}, line {line}"
    return f"{page}:{node.line}"


def convert(writer, node, latex, *, displaystyle):
    """Return the MathML of one formula."""
    try:
        math = CONVERTER.convert_with_local_state(latex, displaystyle=displaystyle)
    except LatexError as error:
        reason = str(error).split(":", 1)[-1].strip()  # in front of it stands a column
        raise MathError(f"{place(writer, node)}: {reason} In: {latex.strip()}") from error
    return PRIME.sub(r'<mrow>\1<mo lspace="0" rspace="0">\3</mo></mrow>', math)


def as_one_formula(latex):
    """Align the rows of a block of LaTeX, which Sphinx lets an author write without saying so."""
    parts = [part.strip() for part in latex.split("\n\n") if part.strip()]
    rows = [
        rf"\begin{{aligned}}{part}\end{{aligned}}" if has_rows(part) else part for part in parts
    ]
    return rows[0] if len(rows) == 1 else r"\begin{gathered}" + r"\\".join(rows) + r"\end{gathered}"


def has_rows(latex):
    """Tell whether a line break or an ampersand stands outside every environment."""
    bare, before = latex, None
    while bare != before:
        before, bare = bare, INNERMOST.sub("", bare)
    return r"\\" in bare or re.search(r"(?<!\\)&", bare) is not None


def visit_math(writer, node):
    """Write an inline formula."""
    math = convert(writer, node, node.astext(), displaystyle=False)
    writer.body.append(
        f"{writer.starttag(node, 'span', '', CLASS='math notranslate')}{math}</span>"
    )
    raise nodes.SkipNode


def visit_math_block(writer, node):
    """Write a displayed formula in a box that scrolls, with its number outside that box."""
    latex = NUMBERED.sub(r"\\\1{\2*}", node.astext())
    latex = latex if node["nowrap"] else as_one_formula(latex)
    writer.body.append(writer.starttag(node, "div", CLASS="math notranslate"))
    math = convert(writer, node, latex, displaystyle=True)
    writer.body.append(f'<div class="math-scroll">{math}</div>')
    if node["number"]:
        writer.body.append(f'<span class="eqno">({get_node_equation_number(writer, node)})')
        writer.add_permalink_ref(node, _("Link to this equation"))
        writer.body.append("</span>")
    writer.body.append("</div>\n")
    raise nodes.SkipNode


def setup(app):
    """Register the renderer and make it the book's."""
    app.add_html_math_renderer("mathml", (visit_math, None), (visit_math_block, None))
    app.config.html_math_renderer = "mathml"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
