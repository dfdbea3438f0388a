"""Writes the parts of a page as text, in each layout that the reader knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from pages.arrangement import Arranged, Json, Part, Table, Text, by_tables, in_one_table
from pages.html_writer import html
from pages.model import Language, Page
from pages.prose import Prose, in_blocks, in_one_line, over_lines
from pages.restructured_writer import restructured
from pages.words_of_pages import LINES

Tables: TypeAlias = Callable[[Table], Iterable[str]]


def cell_a_line(table: Table) -> list[str]:
    """Write a cell a line, with empty lines between."""
    cells = [[(column,) for column in table.columns], *table.rows]
    return [text for row in cells for cell in row for line in cell if line for text in ("", line)]


def rows_alone(table: Table) -> list[str]:
    """Write a cell a line, without a heading where the section has only one table."""
    heading = [] if table.kind in {"request", "response"} else [(column,) for column in table.columns]
    return [line for row in [heading, *table.rows] for cell in row for line in cell if line]


def begun_by_pipes(table: Table) -> list[str]:
    """Write a pipe before each cell."""
    cells = [cell for row in [[(column,) for column in table.columns], *table.rows] for cell in row if cell[0]]
    return [f"|{line}" if at == 0 else line for cell in cells for at, line in enumerate(cell)]


def ended_by_pipes(table: Table) -> list[str]:
    """Write a pipe behind each cell, and one alone before each row."""
    lines = ["|", *(f"{column} |" for column in table.columns), "|" + "---|" * len(table.columns)]
    for row in table.rows:
        lines.append("|")
        for cell in row:
            lines += [*cell[:-1], f"{cell[-1]} |"]
    return lines


def between_pipes(outer: str, rule: str) -> Tables:
    """Write a row a line."""

    def written(table: Table) -> list[str]:
        rows = [table.columns, *([" ".join(cell) for cell in row] for row in table.rows)]
        texts = [" | ".join(text.replace("|", "\\|") for text in row) for row in rows]
        lines = [f"| {text} |" if outer else text for text in texts]
        return [lines[0], outer + "|".join([rule] * len(table.columns)) + outer, *lines[1:]]

    return written


def markdown_table(table: Table) -> list[str]:
    """Write a row a line, with breaks in cells, and with marks and escapes."""
    rows = [[f"**{name}**" for name in table.columns], ["---"] * len(table.columns)]
    for name, *cells in table.rows:
        shown = [re.sub(r"([*_<>\[\]])", r"\\\1", "<br>".join(cell)).replace("\\<br\\>", "<br>") for cell in cells]
        rows.append([f"[{name[0]}](https://docs.example/a_b)", *shown])
    return [f"|{'|'.join(row)}|" for row in rows]


def over_paragraphs(table: Table) -> list[str]:
    """Write rows between pipes whose last cells go on over several paragraphs, as the older Markdown has them."""
    lines = [f"|{'|'.join(table.columns)}|", f"|{'|'.join(['--'] * len(table.columns))}|"]
    for row in table.rows:
        cells = [[re.sub(r"([*_<>\[\]{}])", r"\\\1", line) for line in cell] for cell in row]
        lines.append("|" + "|".join("\n\n".join(cell) + ("\n\n " if len(cell) > 1 else "") for cell in cells) + "|")
    return lines


def joined_cells(table: Table) -> list[str]:
    """Write the short cells of a row in one line, and its texts below."""
    lines = ["".join(table.columns)]
    for row in table.rows:
        if table.kind == "permission":
            (action,), (level,), *rest = row
            lines += [action + level, *(f"    {text}" for (text,) in rest)]
        elif table.kind == "errors":
            lines.append("".join(text for (text,) in row))
        else:
            (name,), (kind,), (mandatory,), description, example = row
            texts = ["", *description, "", *example] if example[0] else ["", *description]
            lines += [name + kind + mandatory, *(texts if any(texts) else [])]
    return lines


def text(parts: Iterable[Part], language: Language, tables: Tables, *, captions: bool = True, gap: str = "\n") -> str:
    """Write the parts of a page as lines."""
    lines: list[str] = []
    number = 0
    for part in parts:
        if isinstance(part, Text):
            lines.append(part.text)
        elif isinstance(part, Json):
            lines.append(json.dumps(part.value, indent=2, ensure_ascii=False))
        else:
            number += 1
            if captions and part.caption:
                lines.append(LINES[language]["table"].format(number, part.caption))
            lines.append("\n".join(tables(part)))
    return gap.join(lines) + "\n"


def markdown(parts: Iterable[Part], language: Language) -> str:
    """Write the parts of a page as the vendor's Markdown."""
    marked: list[Part] = []
    for part in parts:
        if isinstance(part, Text) and part.role in {"title", "section"}:
            marked.append(Text(f"{'#' if part.role == 'title' else '####'} {part.text}"))
        elif isinstance(part, Json):
            marked += [Text("```json"), part, Text("```")]
        elif isinstance(part, Text) and part.role in {"text", "date"}:
            marked.append(Text(part.text.replace("|", "\\|")))
        else:
            marked.append(part)
    return text(marked, language, markdown_table)


def older_markdown(parts: Iterable[Part], language: Language) -> str:
    """Write the parts of a page as the vendor's older Markdown: headings with attributes, code below bullets."""
    marked: list[Part] = []
    for at, part in enumerate(parts):
        if isinstance(part, Text) and part.role in {"title", "section"}:
            marked.append(Text(f"{'#' if part.role == 'title' else '##'} {part.text} {{#part_{at} .section}}"))
        elif isinstance(part, Json):
            marked += [Text("-   JSON"), Text("    ``` {#shown}"), part, Text("    ```")]
        else:
            marked.append(Text(part.text.replace("|", "\\|")) if isinstance(part, Text) else part)
    return text(marked, language, over_paragraphs, gap="\n\n")


class Written(NamedTuple):
    """A page, and its facts."""

    content: str
    arranged: Arranged


Layout: TypeAlias = Callable[[Page, Language], Written]
Write: TypeAlias = Callable[[Iterable[Part], Language], str]


def _as_text(tables: Tables, *, captions: bool = True, gap: str = "\n") -> Write:
    return lambda parts, language: text(parts, language, tables, captions=captions, gap=gap)


def _layout(write: Write, prose: Prose = over_lines, *, has_flags: bool = True) -> Layout:
    """Return a layout that has a table for each object."""

    def written(page: Page, language: Language) -> Written:
        arranged = by_tables(page, language, prose, has_flags=has_flags)
        return Written(write(arranged.parts, language), arranged)

    return written


def _flat_layout(write: Write, *, newer: bool = False, has_flags: bool = True) -> Layout:
    """Return a layout that has all rows in one table."""

    def written(page: Page, language: Language) -> Written:
        arranged = in_one_table(page, language, over_lines, newer=newer, has_flags=has_flags)
        return Written(write(arranged.parts, language), arranged)

    return written


def _aligned(write: Write) -> Write:
    """Leave out the cells for which a table has no column."""
    return lambda parts, language: write(map(_without_spare_cells, parts), language)


def _without_spare_cells(part: Part) -> Part:
    if not isinstance(part, Table):
        return part
    return part._replace(rows=[row if len(row) == len(part.columns) else [*row[:2], *row[3:]] for row in part.rows])


_CELL_A_LINE: Final = _as_text(cell_a_line, gap="\n\n")
_ENDED_BY_PIPES: Final = _as_text(ended_by_pipes, captions=False)
BY_TABLES: Final[dict[str, Layout]] = {
    "a cell a line": _layout(_CELL_A_LINE),
    "a pipe before each cell": _layout(_as_text(begun_by_pipes)),
    "a pipe behind each cell": _layout(_ENDED_BY_PIPES),
    "rows between pipes": _layout(_as_text(between_pipes("|", " --- ")), in_one_line),
    "rows with pipes inside": _layout(_as_text(between_pipes("", " :--- ")), in_one_line),
    "blocks, a cell a line": _layout(_as_text(cell_a_line), in_blocks("")),
    "blocks with colons": _layout(_as_text(cell_a_line), in_blocks(":")),
    "blocks before pipes": _layout(_ENDED_BY_PIPES, in_blocks("")),
    "Markdown": _layout(markdown),
    "older Markdown": _layout(older_markdown),
    "reStructuredText": _layout(partial(restructured, as_lists=False)),
    "reStructuredText with list tables": _layout(partial(restructured, as_lists=True)),
    "no Yes and no No": _layout(_CELL_A_LINE, has_flags=False),
    "HTML": _layout(html),
}
IN_ONE_TABLE: Final[dict[str, Layout]] = {
    "joined cells": _flat_layout(_as_text(joined_cells)),
    "rows alone": _flat_layout(_as_text(rows_alone), newer=True),
    "Markdown": _flat_layout(_aligned(markdown)),
    "older Markdown": _flat_layout(_aligned(older_markdown)),
    "HTML": _flat_layout(_aligned(html)),
    "rows alone, no Yes and no No": _flat_layout(_as_text(rows_alone), newer=True, has_flags=False),
}
