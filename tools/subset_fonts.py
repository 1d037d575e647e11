"""Cut the book's fonts down to the glyphs that it uses; see assets/SOURCES.md for their origin.

Run by hand when a page needs a new glyph, in an environment with fonttools and brotli::

    python tools/subset_fonts.py FOLDER_WITH_THE_ORIGINALS assets/fonts

The originals' licence reserves the name "Source", so the cut text fonts are named after the book.
"""

import copy
import io
import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.varLib import instancer

ASCII = {chr(c) for c in range(0x20, 0x7F)}
TEXT = ASCII | set("\u00a0§©°±²³µ·½×÷äåéèëöøüßÄÖÜçñíóáàêôï–—‘’“”†•…′−←↑→↓↔≈≠≤≥∞✓\u2009\u202f\u2011")

GREEK = set("ΓΔΘΛΠΣΦΨΩϵ")  # upright; a browser takes a single letter from the italic block
ITALIC = {chr(c) for c in (*range(0x1D434, 0x1D468), *range(0x1D6FC, 0x1D71C))} | {"ℎ"}
BOLD = {chr(c) for c in range(0x1D400, 0x1D434)} | set("𝟎𝟏")
SCRIPT = set("ℒ𝒟𝒩𝒪ℓ")
ACCENTS = set("¨¯´˙ˆˇ˘˜⃗̂̃̄̅̇̈̌̆‾")
OPERATORS = set("¬°±·×÷†…′″‖⁡∀∂∃∅∇∈∉∏∑−∓∗∘√∝∞∣∥∧∨∩∪∫∼≈≔≠≡≤≥≪≫⊂⊆⊕⊖⊗⊙⊛⊤⊥⋅⋆⋮⋯⋱")
ARROWS = set("←↑→↓↔↦⇐⇒⇔⟶⟹⟺")
FENCES = set("⌈⌉⌊⌋⟨⟩⏞⏟⎴⎵ℂℕℝℤ𝔼𝟙")
MATH = ASCII | GREEK | ITALIC | BOLD | SCRIPT | ACCENTS | OPERATORS | ARROWS | FENCES
MATH |= set("\u00a0\u2002\u2003\u2009\u200b–—")

# Heights of the radical signs, in thousandths of an em, and their width; see `add_short_radicals`.
RADICALS = (*range(700, 1900, 80), 2400, 2900)
RADICAL_WIDTH = 700

FEATURES = ["kern", "liga", "mark", "mkmk", "ccmp", "tnum", "lnum"]

# output: (original, glyphs, weights, name)
FONTS = {
    "book-serif": ("source-serif-4-latin-wght-normal.woff2", TEXT, (400, 700), "Book Serif"),
    "book-serif-italic": (
        "source-serif-4-latin-wght-italic.woff2",
        TEXT,
        (400, 400),
        "Book Serif",
    ),
    "book-sans": ("source-sans-3-latin-wght-normal.woff2", TEXT, (400, 700), "Book Sans"),
    "book-mono": ("source-code-pro-latin-wght-normal.woff2", TEXT, (400, 400), "Book Mono"),
    "stix-two-math": ("STIXTwoMath-Regular.ttf", MATH, None, None),
}


def cut(path, glyphs):
    """Return a font with only the glyphs for some characters, and those they can turn into."""
    options = subset.Options(
        layout_features=FEATURES, hinting=False, name_IDs=[0, 1, 2, 4, 6, 13, 14]
    )
    font = subset.load_font(path, options)
    if "MATH" in font:
        add_short_radicals(font)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(c) for c in glyphs])
    subsetter.subset(font)
    font.flavor = None
    kept = io.BytesIO()
    font.save(kept)
    return TTFont(kept)


def add_short_radicals(font):
    """Give a mathematical font radical signs for low letters, all of one width.

    Chromium lets a sign that is too tall hang below the line, and behind a formula it leaves as
    much room as the widest sign would need.
    """
    font["MATH"].ensureDecompiled(recurse=True)
    glyphs, metrics, variants = font["glyf"], font["hmtx"], font["MATH"].table.MathVariants
    shortest = font.getBestCmap()[ord("√")]
    original, (width, _) = copy.deepcopy(glyphs[shortest]), metrics[shortest]
    records = []
    for height in RADICALS:
        name = f"radical{height}" if records else shortest
        glyph = glyphs[name] = copy.deepcopy(original)
        stretch_radical(glyph, height, RADICAL_WIDTH / width)
        glyph.recalcBounds(glyphs)
        metrics[name] = (RADICAL_WIDTH, glyph.xMin)
        record = otTables.MathGlyphVariantRecord()
        record.VariantGlyph, record.AdvanceMeasurement = name, height + 1
        records.append(record)
    font.setGlyphOrder(list(glyphs.glyphOrder))
    construction = variants.VertGlyphConstruction[variants.VertGlyphCoverage.glyphs.index(shortest)]
    construction.MathGlyphVariantRecord, construction.GlyphAssembly = records, None


def stretch_radical(glyph, height, across):
    """Change the size of a radical sign, but not the thickness of its bar."""
    top, bottom = glyph.yMax, glyph.yMin
    bar = min(y for x, y in glyph.coordinates if x == glyph.xMax)
    down = (height - (top - bar)) / (bar - bottom)
    for i, (x, y) in enumerate(glyph.coordinates):
        above = y - bar if y > bar else (y - bar) * down
        # Its foot stands a little below the line, for where the sign is a letter of a text.
        glyph.coordinates[i] = (round(across * x), round(height - (top - bar) - 40 + above))


def limit_weight(font, low, high):
    """Return a variable font that keeps only a range of its weights, or one weight."""
    variations = font["gvar"].variations
    for glyph in font.getGlyphOrder():
        try:
            variations[glyph]
        except KeyError:  # an unvaried glyph has no entry, and the instancer asks for one
            variations[glyph] = []
    return instancer.instantiateVariableFont(
        font, {"wght": low if low == high else (low, low, high)}
    )


def rename(font, family):
    """Put a name of our own in place of a reserved one."""
    for record in font["name"].names:
        if record.nameID in (1, 4):
            record.string = family
        elif record.nameID == 6:
            record.string = family.replace(" ", "")


def main(originals, target):
    """Write every font of the book and print its size."""
    for output, (original, glyphs, weights, family) in FONTS.items():
        font = cut(Path(originals, original), glyphs)
        if weights:
            font = limit_weight(font, *weights)
            rename(font, family)
        font.flavor = "woff2"
        path = Path(target, f"{output}.woff2")
        font.save(path)
        print(f"{path} {path.stat().st_size:,} bytes, {len(font.getGlyphOrder())} glyphs")


if __name__ == "__main__":
    main(*sys.argv[1:])
