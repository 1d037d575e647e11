"""The table that `Sequential.summary` returns."""

from dataclasses import dataclass
from html import escape
from typing import NamedTuple

__all__ = ["Row", "Summary"]

_HEADER = ("name", "layer", "output", "parameters", "multiply-adds")


class Row(NamedTuple):
    """One layer of a network; the numbers are for one image."""

    name: str
    layer: str
    output_shape: tuple
    parameters: int
    multiply_adds: int


@dataclass(frozen=True)
class Summary:
    """Shapes and costs of a network, layer by layer, as text and as an HTML table.

    Attributes
    ----------
    input_shape : tuple of int
        Shape of one image.
    rows : tuple of Row
        ``name``, ``layer``, ``output_shape``, ``parameters``, ``multiply_adds``.
    """

    input_shape: tuple
    rows: tuple

    @property
    def parameters(self):
        """Number of parameters of the whole network."""
        return sum(row.parameters for row in self.rows)

    @property
    def multiply_adds(self):
        """Multiplications, each with its addition, that one image costs."""
        return sum(row.multiply_adds for row in self.rows)

    def __repr__(self):
        lines = [_HEADER, *self._cells()]
        widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
        text = [
            "  ".join(
                [*map(str.ljust, line[:3], widths[:3]), *map(str.rjust, line[3:], widths[3:])]
            )
            for line in lines
        ]
        rule = "-" * len(text[0])
        return "\n".join(line.rstrip() for line in (text[0], rule, *text[1:-1], rule, text[-1]))

    def _repr_html_(self):
        head, *body, total = (
            "".join(_cell(tag, text, right=i >= 3) for i, text in enumerate(line))
            for tag, line in [("th", _HEADER), *(("td", cells) for cells in self._cells())]
        )
        rows = "\n".join(f"<tr>{cells}</tr>" for cells in body)
        return (
            f'<table class="summary">\n<thead><tr>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n'
            f"<tfoot><tr>{total}</tr></tfoot>\n</table>"
        )

    def _cells(self):
        yield "input", "", _times(self.input_shape), "", ""
        for name, layer, shape, parameters, multiply_adds in self.rows:
            yield name, layer, _times(shape), f"{parameters:,}", f"{multiply_adds:,}"
        yield "total", "", "", f"{self.parameters:,}", f"{self.multiply_adds:,}"


def _times(shape):
    return " × ".join(map(str, shape))


def _cell(tag, text, *, right):
    style = ' style="text-align: right"' if right else ' style="text-align: left"'
    return f"<{tag}{style}>{escape(text)}</{tag}>"
