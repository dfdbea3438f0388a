"""Writes the parts of a page as HTML, with everything that surrounds the content of a saved page."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape

from pages.arrangement import Json, Part, Table, Text
from pages.model import Cell, Language
from pages.words_of_pages import LINES

_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Somewhere else</title>
<style>table { color: red }</style><script>var rows = "| Parameter | Type |";</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li>Lamps &amp; more</li></ul></nav>
<!-- a comment with <td>cells</td> -->
<div class="main" id=main>
"""


def html(parts: Iterable[Part], language: Language) -> str:
    """Write the parts of a page as HTML."""
    lines = [_HEAD]
    number = 0
    for part in parts:
        if isinstance(part, Table):
            number += 1
            caption = LINES[language]["table"].format(number, part.caption) if part.caption else None
            lines += _table(part, caption)
        elif isinstance(part, Json):
            shown = escape(json.dumps(part.value, indent=2, ensure_ascii=False)).replace("&quot;", "&#34;")
            lines.append(f'<div class="code"><pre><code class="json">{shown}</code></pre></div>')
        else:
            lines.append(_text(part))
    return "\n".join([*lines, "</div><script>track('| Parameter | Type |')</script></body></html>\n"])


def _text(part: Text) -> str:
    tags = {"title": ("h1", ""), "section": ("h4", "<a name='x'></a>"), "sample": ("pre", "")}
    tag, before = tags.get(part.role, ("p", "<span></span>"))
    return f"<{tag}>{before}{escape(part.text)}</{tag}>"


def _table(table: Table, caption: str | None) -> list[str]:
    lines = ['<div class="tablenoborder"><table cellpadding="4" summary="">']
    if caption:
        lines.append(f"<caption><b>{escape(caption)}</b></caption>")
    heads = "\n".join(f'<th align="left" valign="top"><p>{escape(text)}</p>\n</th>' for text in table.columns)
    lines.append(f"<thead><tr>{heads}\n</tr>\n</thead>\n<tbody>")
    for row in table.rows:
        lines += ["<tr>", *(_cell(cell, linked=at == 0) for at, cell in enumerate(row)), "</tr>"]
    return [*lines, "</tbody></table></div>"]


def _cell(cell: Cell, *, linked: bool) -> str:
    first, *rest = (escape(line, quote=False).replace("。", "&#12290;") for line in cell)
    inner = f'<a href="#{escape(cell[0])}">{first}</a>' if linked else f"<p>{first}</p>"
    if rest:
        inner += "<ul>" + "\n".join(f"<li><strong></strong>{line}</li>" for line in rest) + "</ul>"
    return f"<td class='cell'>\n{inner}\n</td>"
