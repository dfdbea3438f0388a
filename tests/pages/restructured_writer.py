"""Writes the parts of a page as reStructuredText, with grid tables or list tables."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence

from pages.arrangement import Json, Part, Table, Text
from pages.model import Cell, Language
from pages.words_of_pages import LINES


def restructured(parts: Iterable[Part], language: Language, *, as_lists: bool) -> str:
    """Write the parts of a page as reStructuredText."""
    lines: list[str] = []
    number = 0
    for part in parts:
        if isinstance(part, Text) and part.role in {"title", "section"}:
            lines += [part.text, ("=" if part.role == "title" else "-") * _width(part.text), ""]
        elif isinstance(part, Text):
            lines += [_escaped(part.text), ""]
        elif isinstance(part, Json):
            body = json.dumps(part.value, indent=2, ensure_ascii=False).split("\n")
            lines += [".. code-block::", "", *(f"   {line}" for line in body), ""]
        else:
            number += 1
            title = f" **{LINES[language]['table'].format(number, '').strip()}** {part.caption}" if part.caption else ""
            written = list(_list_table(part, title) if as_lists else _grid(part, title))
            lines += [*written, ""]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return re.sub(r"([*_`|\\])", r"\\\1", text)


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(one) in "WF" else 1 for one in text)


def _cells(row: Sequence[Cell]) -> list[list[str]]:
    """Return the lines of each cell; each line is a paragraph."""
    return [[line for text in cell for line in (_escaped(text), "")][:-1] for cell in row]


def _grid(table: Table, title: str) -> Iterator[str]:
    rows = [_cells([(column,) for column in table.columns]), *(_cells(row) for row in table.rows)]
    widths = [max(_width(line) for row in rows for line in [*row[at], ""]) + 2 for at in range(len(table.columns))]
    yield from [f".. table::{title}", "", "   " + _rule(widths, "-")]
    for place, row in enumerate(rows):
        for at in range(max(map(len, row))):
            texts = [cell[at] if at < len(cell) else "" for cell in row]
            shown = (f" {text}{' ' * (width - _width(text) - 1)}" for text, width in zip(texts, widths, strict=True))
            yield "   |" + "|".join(shown) + "|"
        yield "   " + _rule(widths, "-" if place else "=")


def _rule(widths: Sequence[int], mark: str) -> str:
    return "+" + "+".join(mark * width for width in widths) + "+"


def _list_table(table: Table, title: str) -> Iterator[str]:
    yield from [f".. list-table::{title}", "   :header-rows: 1", ""]
    for row in [[(column,) for column in table.columns], *table.rows]:
        for at, cell in enumerate(_cells(row)):
            first, *rest = cell or [""]
            yield f"   {'*' if at == 0 else ' '} - {first}"
            yield from (f"       {line}".rstrip() for line in rest)
