"""Writes the parts of a page as reStructuredText, and as a saved page of HTML with what surrounds its content."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from pages.arrangement import Json, Part, Table, Text
from pages.model import Cell, Language
from pages.words_of_pages import LINES


def restructured(parts: Iterable[Part], language: Language, *, as_lists: bool) -> str:
    """Write the parts of a page as reStructuredText, with grid tables or list tables."""
    lines: list[str] = []
    number = 0
    for part in parts:
        if isinstance(part, Text) and part.role in {"title", "section"}:
            lines += [part.text, ("=" if part.role == "title" else "-") * _width(part.text)]
        elif isinstance(part, Text):
            lines.append(_escaped(part.text))
        elif isinstance(part, Json):
            lines += [".. code-block::", "", *(f"   {line}" for line in _shown(part).split("\n"))]
        else:
            number += 1
            title = f" **{LINES[language]['table'].format(number, '').strip()}** {part.caption}" if part.caption else ""
            lines += _list_table(part, title) if as_lists else _grid(part, title)
        lines.append("")
    return "\n".join(lines) + "\n"


def _shown(example: Json) -> str:
    return json.dumps(example.value, indent=2, ensure_ascii=False)


def _escaped(text: str) -> str:
    return re.sub(r"([*_`|\\])", r"\\\1", text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _rows(table: Table) -> list[list[list[str]]]:
    """Return the lines of each cell; each line is a paragraph."""
    rows = [[(column,) for column in table.columns], *table.rows]
    return [[[line for text in cell for line in (_escaped(text), "")][:-1] for cell in row] for row in rows]


def _grid(table: Table, title: str) -> Iterator[str]:
    rows = _rows(table)
    widths = [max(_width(line) for row in rows for line in [*row[at], ""]) + 2 for at in range(len(table.columns))]
    yield from [f".. table::{title}", "", _rule(widths, "-")]
    for place, row in enumerate(rows):
        for at in range(max(map(len, row))):
            texts = [cell[at] if at < len(cell) else "" for cell in row]
            shown = (f" {text}{' ' * (width - _width(text) - 1)}" for text, width in zip(texts, widths, strict=True))
            yield "   |" + "|".join(shown) + "|"
        yield _rule(widths, "-" if place else "=")


def _rule(widths: Sequence[int], mark: str) -> str:
    return "   +" + "+".join(mark * width for width in widths) + "+"


def _list_table(table: Table, title: str) -> Iterator[str]:
    yield from [f".. list-table::{title}", "   :header-rows: 1", ""]
    for row in _rows(table):
        for at, cell in enumerate(row):
            first, *rest = cell or [""]
            yield f"   {'*' if at == 0 else ' '} - {first}"
            yield from (f"       {line}".rstrip() for line in rest)


_HEAD = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Somewhere else</title>
<style>table { color: red }</style><script>var rows = "| Parameter | Type |";</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li>Lamps &amp; more</li></ul></nav>
<!-- a comment with <td>cells</td> -->
<div class="main" id=main>
"""
_TAGS = {"title": ("h1", ""), "section": ("h4", "<a name='x'></a>"), "sample": ("pre", ""), "text": ("p", "<b></b>")}


def html(parts: Iterable[Part], language: Language) -> str:
    """Write the parts of a page as HTML."""
    lines = [_HEAD]
    number = 0
    for part in parts:
        if isinstance(part, Table):
            number += 1
            caption = LINES[language]["table"].format(number, part.caption) if part.caption else None
            lines += _html_table(part, caption)
        elif isinstance(part, Json):
            shown = escape(_shown(part)).replace("&quot;", "&#34;")
            lines.append(f'<div class="code"><pre><code class="json">{shown}</code></pre></div>')
        else:
            tag, before = _TAGS[part.role]
            lines.append(f"<{tag}>{before}{escape(part.text)}</{tag}>")
    return "\n".join([*lines, "</div><script>track('| Parameter | Type |')</script></body></html>\n"])


def _html_table(table: Table, caption: str | None) -> Iterator[str]:
    yield '<div class="tablenoborder"><table cellpadding="4" summary="">'
    if caption:
        yield f"<caption><b>{escape(caption)}</b></caption>"
    heads = "\n".join(f'<th align="left" valign="top"><p>{escape(text)}</p>\n</th>' for text in table.columns)
    yield f"<thead><tr>{heads}\n</tr>\n</thead>\n<tbody>"
    for row in table.rows:
        yield from ("<tr>", *(_html_cell(cell, linked=at == 0) for at, cell in enumerate(row)), "</tr>")
    yield "</tbody></table></div>"


def _html_cell(cell: Cell, *, linked: bool) -> str:
    first, *rest = (escape(line, quote=False).replace("。", "&#12290;") for line in cell)
    inner = f'<a href="#{escape(cell[0])}">{first}</a>' if linked else f"<p>{first}</p>"
    if rest:
        inner += "<ul>" + "\n".join(f"<li><strong></strong>{line}</li>" for line in rest) + "</ul>"
    return f"<td class='cell'>\n{inner}\n</td>"
