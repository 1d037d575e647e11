"""Place an explorer in a page of the book: the plug-in that myst-nb calls for its outputs.

The page's script (`assets/live.js`) finds the figure and brings it to life;
without JavaScript the still is shown.
"""

import base64
import hashlib
import html
import json

from ._explorer import EXPLORER_MIME


class ExplorerFigure:
    """Turn the mime bundle of an explorer into ``<figure class="explorer">``."""

    mime_priority_overrides = (("*", EXPLORER_MIME, 1),)

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the document nodes of the figure, or None for what is not an explorer."""
        from docutils import nodes

        if data.mime_type != EXPLORER_MIME or inline:
            return None
        about = data.content if isinstance(data.content, dict) else json.loads(data.content)
        page = data.output_metadata[EXPLORER_MIME]
        still = base64.b64decode(page["still"])
        file = f"{about['name']}-{hashlib.sha256(still).hexdigest()[:12]}.png"
        uri = renderer.write_file([file], still, overwrite=True, exists_ok=True)
        view = json.dumps({"version_major": 2, "version_minor": 0, "model_id": page["model_id"]})
        name = html.escape(about["name"])
        before = (
            f'<figure class="explorer" data-explorer="{name}">'
            "<script>hold(document.currentScript.parentElement)</script><noscript>"
        )
        after = (
            f'</noscript><script type="application/vnd.jupyter.widget-view+json">{view}</script>'
            f"<figcaption>{html.escape(about['caption'])}</figcaption></figure>"
        )
        image = nodes.image(uri=uri, alt=about["alt"], classes=["explorer-still"])
        image.source, image.line = renderer.renderer.document["source"], data.line
        return [nodes.raw("", before, format="html"), image, nodes.raw("", after, format="html")]
