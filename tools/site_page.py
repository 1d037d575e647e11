"""Read a built HTML page into what the checks ask about: links, loads, pictures, explorers."""

import re
from collections import namedtuple
from html.parser import HTMLParser

WIDGET_STATE = "application/vnd.jupyter.widget-state+json"
WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"
LOADING_RELS = {
    "apple-touch-icon", "dns-prefetch", "icon", "manifest", "mask-icon", "modulepreload",
    "preconnect", "prefetch", "preload", "stylesheet",
}  # fmt: skip
LOADING = {
    "audio": ("src",), "embed": ("src",), "iframe": ("src",), "image": ("href", "xlink:href"),
    "img": ("src", "srcset"), "input": ("src",), "object": ("data",), "script": ("src",),
    "source": ("src", "srcset"), "track": ("src",), "use": ("href", "xlink:href"),
    "video": ("src", "poster"),
}  # fmt: skip
VOID = {"br", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
CSS_LOAD = re.compile(r"url\(\s*[\"']?([^\"')]+)|@import\s+[\"']([^\"']+)")
JS_LOAD = re.compile(
    r"(?:\bimport\s*\(?|\bfrom|\bfetch\(|\bsrc\s*=|importScripts\()\s*[\"'`]((?:https?:)?//[^\"'`]+)"
)

Image = namedtuple("Image", "src alt in_article")


def css_loads(css):
    """Return the addresses that a style sheet loads."""
    return [(url or imported).strip() for url, imported in CSS_LOAD.findall(css)]


class Explorer:
    """A ``<figure class="explorer">`` of a page."""

    def __init__(self, name):
        self.name = name
        self.images, self.views = [], 0
        self.caption = ""


class Page(HTMLParser):
    """What a page loads and links, and which names, pictures, widgets and explorers it has."""

    def __init__(self, html):
        super().__init__(convert_charrefs=True)
        self.ids, self.links, self.loads = set(), [], []
        self.images, self.explorers = [], []
        self.states, self.views, self.stray_views = [], [], 0
        self.inline_scripts = []
        self._stack = []
        self._script_type = None
        self._text = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, pairs):
        attributes = {key: value or "" for key, value in pairs}
        self.ids.update(filter(None, (attributes.get("id"), attributes.get("name"))))
        if tag == "a" and "href" in attributes:
            self.links.append(attributes["href"])
        self._collect_loads(tag, attributes)
        if tag == "figure" and "explorer" in attributes.get("class", "").split():
            self.explorers.append(Explorer(attributes.get("data-explorer", "")))
        if tag == "img":
            image = Image(
                attributes.get("src", ""), attributes.get("alt"), "article" in self._stack
            )
            self.images.append(image)
            if self._explorer:
                self._explorer.images.append(image)
        if tag in ("script", "style"):
            self._script_type, self._text = attributes.get("type", ""), []
        if tag not in VOID:
            self._stack.append(self._name(tag, attributes))

    def handle_endtag(self, tag):
        if tag in ("script", "style"):
            self._end_code(tag, "".join(self._text))
        for place in range(len(self._stack) - 1, -1, -1):
            if self._stack[place].split(" ")[0] == tag:
                del self._stack[place:]
                break

    def handle_data(self, data):
        if self._stack and self._stack[-1] in ("script", "style"):
            self._text.append(data)
        elif self._explorer and "figcaption" in self._stack:
            self._explorer.caption += data

    @staticmethod
    def _name(tag, attributes):
        explorer = tag == "figure" and "explorer" in attributes.get("class", "").split()
        return "figure explorer" if explorer else tag

    @property
    def _explorer(self):
        return self.explorers[-1] if "figure explorer" in self._stack else None

    def _collect_loads(self, tag, attributes):
        if tag == "link" and LOADING_RELS.intersection(attributes.get("rel", "").lower().split()):
            self.loads.append(attributes.get("href", ""))
        for key in LOADING.get(tag, ()):
            if value := attributes.get(key):
                several = value.split(",") if key == "srcset" and "data:" not in value else [value]
                self.loads += [one.strip().split(" ")[0] for one in several]
        self.loads += css_loads(attributes.get("style", ""))

    def _end_code(self, tag, text):
        if tag == "style":
            self.loads += css_loads(text)
        elif self._script_type == WIDGET_STATE:
            self.states.append(text)
        elif self._script_type == WIDGET_VIEW:
            self.views.append(text)
            if self._explorer:
                self._explorer.views += 1
            else:
                self.stray_views += 1
        elif "json" not in self._script_type:
            self.inline_scripts.append(text)
            self.loads += JS_LOAD.findall(text)
