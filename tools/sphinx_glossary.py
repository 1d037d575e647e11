"""Link the first mention of each term of the glossary on a page to its entry.

Authors write the terms as they come; nothing is marked in a chapter. A term is found as it stands
in the glossary, with a capital at its beginning, and with an "s" at its end. What else is to be
found stands in a comment at the end of its entry, ``% also: indices, indexed``; for a term that is
an everyday word, too, ``% only: the jump`` names all that is to be found, and ``% not: imaginary
unit`` phrases in which it means something else. A page that says ``terms: none`` in its front
matter has no such links.
"""

import re
from functools import cache
from itertools import groupby

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx.util.nodes import make_refnode
from sphinx_folds import Fold

FORMS = re.compile(r"^\s*(also|only|not):(.*)", re.MULTILINE)
# What is no running text, or has a link of its own.
ELSEWHERE = (
    addnodes.desc,
    addnodes.glossary,
    Fold,
    nodes.caption,
    nodes.citation,
    nodes.figure,
    nodes.footnote,
    nodes.literal,
    nodes.literal_block,
    nodes.math,
    nodes.raw,
    nodes.reference,
    nodes.rubric,
    nodes.table,
    nodes.title,
)
ELSEWHERE_CLASSES = {"cell_output", "sd-card"}  # a card is a link as a whole


def forms_of(item):
    """Return the forms under which an entry is found, and the phrases that aren't meant."""
    terms = [term.astext() for term in item.findall(nodes.term)]
    forms, others = [*terms, *(f"{term}s" for term in terms)], []
    for comment in item.findall(nodes.comment):
        for kind, phrases in FORMS.findall(comment.astext()):
            listed = [phrase.strip() for phrase in phrases.split(",")]
            if kind == "not":
                others += listed
            else:
                forms = listed if kind == "only" else forms + listed
    return forms, others


def collect(app, doctree):
    """Keep the terms of a glossary with its page; Sphinx forgets them when the page changes."""
    entries = {}
    for glossary in doctree.findall(addnodes.glossary):
        for item in glossary.findall(nodes.definition_list_item):
            place = next(item.findall(nodes.term))["ids"][0]
            forms, others = forms_of(item)
            entries.update(dict.fromkeys(forms, place) | dict.fromkeys(others))
    if entries:
        app.env.metadata[app.env.docname]["glossary"] = entries


def all_terms(env):
    """Return the page and the place of the entry of each form; no place if it isn't meant."""
    pages = [(page, data["glossary"]) for page, data in env.metadata.items() if "glossary" in data]
    return {form: (page, place) for page, forms in pages for form, place in forms.items()}


def write_all_again(app, env):
    """Have every page written again when the glossary is no longer what their links go by."""
    before = getattr(env, "terms_linked", None)
    env.terms_linked = all_terms(env)
    return [] if before == env.terms_linked else sorted(env.found_docs)


@cache
def finder(forms):
    """Return a pattern that finds the forms, longer ones first, also where a line breaks."""
    alternatives = []
    for form in sorted(forms, key=len, reverse=True):
        first = f"[{form[0]}{form[0].upper()}]" if form[0].islower() else re.escape(form[0])
        alternatives.append(first + r"\s+".join(map(re.escape, form[1:].split(" "))))
    return re.compile(rf"(?<![\w-])(?:{'|'.join(alternatives)})(?![\w-])")


def is_elsewhere(node):
    """Tell whether no term in a node is to be linked."""
    classes = node.get("classes", ()) if isinstance(node, nodes.Element) else ()
    return isinstance(node, ELSEWHERE) or bool(ELSEWHERE_CLASSES.intersection(classes))


class LinkTerms(SphinxPostTransform):
    """Make links of first mentions, once all other links are made and boxes are folded."""

    default_priority = 50

    def run(self, **kwargs):
        """Go through the page from its top."""
        self.terms, self.linked = all_terms(self.env), set()
        wanted = self.env.metadata[self.env.docname].get("terms") != "none"
        if wanted and self.terms:
            self.walk(self.document, in_paragraph=False)

    def walk(self, node, *, in_paragraph):
        """Put links into the paragraphs of a node, whose lines MyST leaves in pieces."""
        in_paragraph = in_paragraph or isinstance(node, nodes.paragraph)
        children = []
        for is_text, run in groupby(node.children, lambda child: isinstance(child, nodes.Text)):
            if is_text and in_paragraph:
                children += self.pieces("".join(run))
                continue
            for child in run:
                if not is_elsewhere(child):
                    self.walk(child, in_paragraph=in_paragraph)
                children.append(child)
        if in_paragraph:
            node[:] = children

    def pieces(self, text):
        """Yield a text in pieces, the first mentions of terms among them as links."""
        done = 0
        for found in finder(frozenset(self.terms)).finditer(text):
            form = " ".join(found[0].split())
            entry = self.terms[form if form in self.terms else form[0].lower() + form[1:]]
            if entry[1] is None or entry in self.linked:
                continue
            self.linked.add(entry)
            yield nodes.Text(text[done : found.start()])
            link = make_refnode(self.app.builder, self.env.docname, *entry, nodes.Text(found[0]))
            link["classes"].append("term")
            yield link
            done = found.end()
        yield nodes.Text(text[done:])


def setup(app):
    """Connect the steps."""
    app.connect("doctree-read", collect)
    app.connect("env-updated", write_all_again)
    app.add_post_transform(LinkTerms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
