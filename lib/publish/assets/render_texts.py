"""Turns markdown and code into HTML with nbconvert's own filters.

Reads a JSON list of {"kind": "markdown" | "code", "source", "attachments"} on its standard input, writes the list of their HTML.
What it writes isn't safe: raw HTML of a markdown text goes through.
"""

import json
import sys

from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath


def html(text: dict) -> str:
    if text["kind"] == "code":
        return highlight(text["source"], language="typescript")
    renderer = IPythonRenderer(
        escape=False, exclude_anchor_links=True, attachments=text.get("attachments") or {}
    )
    return MarkdownWithMath(renderer=renderer).render(text["source"])


highlight = Highlight2HTML()
json.dump([html(text) for text in json.load(sys.stdin)], sys.stdout)
