"""The drawing of a network: one block for each shape that an image takes on its way."""

from matplotlib.patches import Rectangle

# Soft and strong colour of a block by the kind of the layer that made it, as in palette.css.
COLOURS = {
    "input": ("#dcecf6", "#00659e"),
    "conv": ("#f7e6f1", "#9a3f7d"),
    "pool": ("#dcf1ea", "#00735a"),
}
OTHER = ("#f5f3ee", "#565e67")
SHEETS = 16  # more maps than these are not told apart on paper
OFFSET, GAP = 0.04, 0.7  # from sheet to sheet, and from block to block
TALLEST = 1.5


def blocks(summary):
    """Return what is drawn: a (kind, shape, names, parameters) for each shape in turn.

    A layer that leaves the shape alone, such as ReLU, joins the block before it.
    """
    found = [["input", summary.input_shape, ["input"], 0]]
    for row in summary.rows:
        if row.output_shape == found[-1][1] and len(found) > 1:
            found[-1][2].append(row.name)
            found[-1][3] += row.parameters
        else:
            kind = row.name.rpartition(".")[2].rstrip("0123456789")
            found.append([kind, row.output_shape, [row.name], row.parameters])
    return found


def draw(ax, found):
    """Draw the blocks from left to right, with names above, shapes and parameters below."""
    largest = max(shape[1] for _, shape, _, _ in found if len(shape) == 3)
    longest = max((shape[0] for _, shape, _, _ in found if len(shape) == 1), default=1)
    x = 0
    for number, (kind, shape, names, parameters) in enumerate(found):
        soft, strong = COLOURS.get(kind, OTHER)
        style = {"facecolor": soft, "edgecolor": strong, "linewidth": 0.8}
        if number:
            arrow = {"arrowstyle": "-|>", "color": "#565e67", "linewidth": 1}
            ends = {"xy": (x - 0.1, 0), "xytext": (x - GAP + 0.1, 0)}
            ax.annotate("", **ends, arrowprops=arrow)
        width = _sheets(ax, x, shape, largest, style) if len(shape) == 3 else 0.16
        if len(shape) == 1:
            _bar(ax, x, width, shape[0] / longest, style)
        middle = x + width / 2
        ax.text(middle, 1.12, "\n".join(names), ha="center", va="bottom", fontsize=8.5)
        ax.text(middle, -1.0, "×".join(map(str, shape)), ha="center", va="top", fontsize=8.5)
        if parameters:
            count = f"{parameters:,}"
            ax.text(middle, -1.24, count, ha="center", va="top", fontsize=8.5, color=strong)
        x += width + GAP
    ax.set(xlim=(-0.3, x - GAP + 0.3), ylim=(-1.5, 1.8), aspect="equal")
    ax.set_axis_off()


def _sheets(ax, x, shape, largest, style):
    """Draw a stack of maps, the last one first; return its width."""
    count = min(SHEETS, shape[0])
    # A map half as high is drawn more than half as high, so that the small ones can be seen.
    height, width = (TALLEST * (n / largest) ** 0.7 for n in shape[1:])
    lean = OFFSET * (count - 1)
    for k in reversed(range(count)):
        corner = (x + OFFSET * k, -height / 2 - lean / 2 + OFFSET * k)
        ax.add_patch(Rectangle(corner, width, height, **style))
    return width + lean


def _bar(ax, x, width, share, style):
    half = 0.5 * TALLEST * max(0.18, share**0.5)
    ax.add_patch(Rectangle((x, -half), width, 2 * half, **style))
