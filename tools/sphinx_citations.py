"""List the bibliography by author and year, without a label in front of each entry.

Each entry is an item of a plain list: the roles that docutils writes are deprecated.
"""

from docutils import nodes
from pybtex.plugin import register_plugin
from pybtex.style.formatting.plain import Style as PlainStyle
from pybtex.style.labels import BaseLabelStyle


def short_names(entry):
    """Return the authors as a reader would say them: one, two, or the first and "et al."."""
    names = [
        " ".join(person.prelast_names + person.last_names) for person in entry.persons["author"]
    ]
    return " and ".join(names) if len(names) < 3 else f"{names[0]} et al."


class AuthorYearLabels(BaseLabelStyle):
    """Labels such as "LeCun et al. 1998"."""

    def format_labels(self, sorted_entries):
        """Yield one label for each entry."""
        for entry in sorted_entries:
            yield f"{short_names(entry)} {entry.fields['year']}"


class AuthorYearStyle(PlainStyle):
    """Plain entries, sorted by author and year."""

    default_label_style = AuthorYearLabels
    default_sorting_style = "author_year_title"


def visit_citation(writer, node):
    """Open an item, and the list before the first."""
    if not isinstance(node.previous_sibling(), nodes.citation):
        writer.body.append('<ul class="bibliography">\n')
    node.children = [child for child in node.children if not isinstance(child, nodes.label)]
    writer.body.append(writer.starttag(node, "li"))


def depart_citation(writer, node):
    """Close the item, and the list after the last."""
    writer.body.append("</li>\n")
    if not isinstance(node.next_node(descend=False, siblings=True), nodes.citation):
        writer.body.append("</ul>\n")


def setup(app):
    """Make the style known as ``author_year`` and the book's."""
    register_plugin("pybtex.style.formatting", "author_year", AuthorYearStyle)
    app.add_node(nodes.citation, override=True, html=(visit_citation, depart_citation))
    app.config.bibtex_default_style = "author_year"
    return {"parallel_read_safe": True, "parallel_write_safe": True}
