"""Number chapters by their file names: ``chapters/05_convolution`` is chapter 5.

Sphinx would count the chapters it finds, so the numbers in the text would change with every
chapter that is added before them.
"""

import re
from functools import partial

from sphinx.addnodes import compact_paragraph
from sphinx.environment.collectors.toctree import TocTreeCollector


def chapter_number(docname):
    """Return the number in front of a page's file name, or None."""
    match = re.match(r"(\d+)_", docname.rsplit("/", 1)[-1])
    return int(match[1]) if match else None


def renumber(env, docname, chapter):
    """Put the chapter's number in front of every section number of a page."""
    secnums = env.toc_secnumbers[docname]
    for anchor, number in secnums.items():
        secnums[anchor] = (chapter, *number[1:]) if number else number
    for entry in env.tocs[docname].findall(compact_paragraph):
        reference = entry[0]
        if reference.get("secnumber"):
            reference["secnumber"] = [chapter, *reference["secnumber"][1:]]
    if env.titles[docname].get("secnumber"):
        env.titles[docname]["secnumber"] = [chapter]


def number_by_name(count, env):
    """Let Sphinx count, put the names' numbers in; return the pages whose numbers changed."""
    before = env.toc_secnumbers
    count(env)
    for docname in env.toc_secnumbers:
        chapter = chapter_number(docname)
        if chapter is not None:
            renumber(env, docname, chapter)
    return [page for page, numbers in env.toc_secnumbers.items() if numbers != before.get(page)]


def use_names(app):
    """Wrap the collector in use: sphinx-external-toc has put its own in place of Sphinx's."""
    for listener in app.events.listeners["env-get-updated"]:
        collector = getattr(listener.handler, "__self__", None)
        if isinstance(collector, TocTreeCollector):
            count = collector.assign_section_numbers
            collector.assign_section_numbers = partial(number_by_name, count)


def setup(app):
    """Take the numbers from the names, once all extensions are loaded."""
    app.connect("builder-inited", use_names)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
