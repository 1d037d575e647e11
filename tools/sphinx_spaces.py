"""Let no line of text begin with what belongs to the end of the line before.

That is the full stop or comma after a formula, which a browser would take for a word of its own,
and the unit after a number.
"""

import re

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

POINTS = re.compile(r"[.,;:!?)]+")
UNIT = re.compile(r"(?<=\d)[ \n](?=%|(?:[KMG]B|nm|ms)\b)")
NO_BREAK_SPACE = "\N{NO-BREAK SPACE}"
AS_WRITTEN = (nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.raw)


class KeepTogether(SphinxPostTransform):
    """Join formulas with their points, and numbers with their units."""

    default_priority = 900

    def run(self, **kwargs):
        for formula in [*self.document.findall(nodes.math)]:
            parent = formula.parent
            place = parent.index(formula)
            after = parent[place + 1] if place + 1 < len(parent) else None
            points = isinstance(after, nodes.Text) and POINTS.match(after)
            if points:
                together = nodes.inline(
                    "", "", formula, nodes.Text(points[0]), classes=["together"]
                )
                parent[place : place + 2] = [together, nodes.Text(after[points.end() :])]
        for element in self.document.findall(nodes.TextElement):
            if not isinstance(element, AS_WRITTEN):
                join_units(element)


def join_units(element):
    """Put a no-break space between number and unit, also where the source has a new line."""
    for place in range(len(element) - 1, -1, -1):
        if isinstance(element[place], nodes.Text):
            several = place + 1 < len(element) and isinstance(element[place + 1], nodes.Text)
            text = "".join(element[place : place + 1 + several])
            element[place : place + 1 + several] = [nodes.Text(UNIT.sub(NO_BREAK_SPACE, text))]


def setup(app):
    """Register the transform."""
    app.add_post_transform(KeepTogether)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
