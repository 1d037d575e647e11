"""Make every admonition of class ``dropdown`` a native ``<details>``.

It folds without a script and without moving the page while it loads, works by keyboard, and stays
readable where scripts are off. Also gives each exercise the one id it should have.
"""

from docutils import nodes
from sphinx.locale import admonitionlabels
from sphinx.transforms.post_transforms import SphinxPostTransform


class Fold(nodes.General, nodes.Element):
    """An admonition that opens: a summary and what it hides."""


class FoldTitle(nodes.TextElement):
    """The line that is always seen."""


def to_fold(admonition):
    """Return a fold with the title, content, classes and ids of an admonition."""
    kind = admonition.tagname
    classes = [name for name in admonition["classes"] if name != "dropdown"]
    body = list(admonition.children)
    if body and isinstance(body[0], nodes.title):
        title = FoldTitle("", "", *body.pop(0).children)
    else:
        classes.append(kind)
        title = FoldTitle("", str(admonitionlabels[kind]))
    return Fold("", title, *body, classes=classes, ids=admonition["ids"])


class FoldDropdowns(SphinxPostTransform):
    """Replace dropdown admonitions, once sphinx-exercise has resolved its titles (20 to 22)."""

    default_priority = 30

    def run(self, **kwargs):
        """Unwrap the boxes with repeated ids, then fold."""
        for section in list(self.document.findall(nodes.section)):
            if section["ids"] in (["exercise-content"], ["solution-content"]):
                section.parent.replace(section, section.children)
        for admonition in list(self.document.findall(nodes.Admonition)):
            if "dropdown" in admonition["classes"]:
                admonition.parent.replace(admonition, to_fold(admonition))


def visit_fold(writer, node):
    """Open the details."""
    writer.body.append(writer.starttag(node, "details", CLASS="admonition"))


def depart_fold(writer, _node):
    """Close the details."""
    writer.body.append("</details>\n")


def visit_title(writer, node):
    """Open the summary."""
    writer.body.append(writer.starttag(node, "summary", "", CLASS="admonition-title"))


def depart_title(writer, _node):
    """Close the summary."""
    writer.body.append("</summary>\n")


def setup(app):
    """Register the two nodes and the transform."""
    app.add_node(Fold, html=(visit_fold, depart_fold))
    app.add_node(FoldTitle, html=(visit_title, depart_title))
    app.add_post_transform(FoldDropdowns)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
