"""Writes the parts of a page as text, in each layout that the reader knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from typing import Final, NamedTuple, TypeAlias

from pages.arrangement import Json, Part, Style, Table, Text, by_tables, in_one_table
from pages.markup_writers import html, restructured
from pages.model import Aspects, Cell, Language, Page, facts_of
from pages.words_of_pages import LINES, Prose, in_blocks, in_one_line, over_lines

Tables: TypeAlias = Callable[[Table], Iterable[str]]


def cell_a_line(table: Table) -> list[str]:
    """Write a cell a line, with empty lines between."""
    return [text for row in [_head(table), *table.rows] for cell in row for line in cell if line for text in ("", line)]


def rows_alone(table: Table) -> list[str]:
    """Write a cell a line, without a heading where the section has only one table."""
    heading = [] if table.kind in {"request", "response"} else _head(table)
    return [line for row in [heading, *table.rows] for cell in row for line in cell if line]


def _head(table: Table) -> list[Cell]:
    return [(column,) for column in table.columns]


def ended_by_pipes(table: Table) -> Iterator[str]:
    """Write a pipe behind each cell, and one alone before each row."""
    yield from ("|", *(f"{column} |" for column in table.columns), "|" + "---|" * len(table.columns))
    for row in table.rows:
        yield "|"
        for cell in row:
            yield from (*cell[:-1], f"{cell[-1]} |")


def row_a_line(table: Table) -> Iterator[str]:
    """Write a row a line, between pipes."""
    yield from (_between_pipes(table.columns), _between_pipes(["---"] * len(table.columns)))
    for row in table.rows:
        yield _between_pipes([" ".join(cell).replace("|", "\\|") for cell in row])


def markdown_rows(table: Table) -> Iterator[str]:
    """Write a row a line, with breaks in cells, and with marks and escapes."""
    yield from (_between_pipes([f"**{name}**" for name in table.columns]), _between_pipes(["---"] * len(table.columns)))
    for (name,), *cells in table.rows:
        shown = ["<br>".join(re.sub(r"([*_<>\[\]])", r"\\\1", line) for line in cell) for cell in cells]
        yield _between_pipes([f"[{name}](https://docs.example/a_b)", *shown])


def _between_pipes(texts: Iterable[str]) -> str:
    return f"| {' | '.join(texts)} |"


def over_paragraphs(table: Table) -> Iterator[str]:
    """Write rows between pipes whose last cells go on over several paragraphs, as the older Markdown has them."""
    yield from (f"|{'|'.join(table.columns)}|", f"|{'|'.join(['--'] * len(table.columns))}|")
    for row in table.rows:
        cells = [[re.sub(r"([*_<>\[\]{}])", r"\\\1", line) for line in cell] for cell in row]
        yield "|" + "|".join("\n\n".join(cell) + ("\n\n " if len(cell) > 1 else "") for cell in cells) + "|"


def joined_cells(table: Table) -> Iterator[str]:
    """Write the short cells of a row in one line, and its texts below."""
    yield "".join(table.columns)
    for row in table.rows:
        if table.kind == "permission":
            (action,), (level,), *rest = row
            yield from (action + level, *(f"    {text}" for (text,) in rest))
        elif table.kind == "errors":
            yield "".join(text for (text,) in row)
        else:
            *short, description, example = row
            texts = ["", *description, "", *example] if example[0] else ["", *description]
            yield from ("".join(text for (text,) in short), *(texts if any(texts) else []))


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


def markdown(parts: Iterable[Part], language: Language, *, is_older: bool) -> str:
    """Write the parts of a page as the vendor's Markdown; the older has attributes, and code below bullets."""
    marked: list[Part] = []
    fences = ["-   JSON", "    ``` {#shown}", "    ```"] if is_older else ["```json", "```"]
    for at, part in enumerate(parts):
        if isinstance(part, Text) and part.role in {"title", "section"}:
            attributes = f" {{#part_{at} .section}}" if is_older else ""
            marked.append(Text(f"{'#' if part.role == 'title' else '##'} {part.text}{attributes}"))
        elif isinstance(part, Json):
            marked += [*map(Text, fences[:-1]), part, Text(fences[-1])]
        else:
            marked.append(Text(part.text.replace("|", "\\|")) if isinstance(part, Text) else part)
    if is_older:
        return text(marked, language, over_paragraphs, gap="\n\n")
    return text(marked, language, markdown_rows)


class Written(NamedTuple):
    """A page, and its facts."""

    content: str
    facts: dict[str, Aspects]


Layout: TypeAlias = Callable[[Page, Language], Written]
Write: TypeAlias = Callable[[Iterable[Part], Language], str]


def _layout(write: Write, prose: Prose = over_lines, *, is_flat: bool = False, has_flags: bool = True) -> Layout:
    """Return a layout that has a table for each object, or, if it is flat, one table."""

    def written(page: Page, language: Language) -> Written:
        style = Style(language, prose, has_flags)
        content = write(list((in_one_table if is_flat else by_tables)(page, style)), language)
        return Written(content, facts_of(page, style.described, in_one_table=is_flat, has_flags=has_flags))

    return written


_MARKDOWN: Final = partial(markdown, is_older=False)
_OLDER_MARKDOWN: Final = partial(markdown, is_older=True)
_CELL_A_LINE: Final = partial(text, tables=cell_a_line, gap="\n\n")
BY_TABLES: Final[dict[str, Layout]] = {
    "a cell a line": _layout(_CELL_A_LINE),
    "a pipe behind each cell": _layout(partial(text, tables=ended_by_pipes, captions=False)),
    "rows between pipes": _layout(partial(text, tables=row_a_line), in_one_line),
    "blocks, a cell a line": _layout(partial(text, tables=cell_a_line), in_blocks),
    "Markdown": _layout(_MARKDOWN),
    "older Markdown": _layout(_OLDER_MARKDOWN),
    "reStructuredText": _layout(partial(restructured, as_lists=False)),
    "reStructuredText with list tables": _layout(partial(restructured, as_lists=True)),
    "no Yes and no No": _layout(_CELL_A_LINE, has_flags=False),
    "HTML": _layout(html),
}
IN_ONE_TABLE: Final[dict[str, Layout]] = {
    "joined cells": _layout(partial(text, tables=joined_cells), is_flat=True),
    "rows alone": _layout(partial(text, tables=rows_alone), is_flat=True),
    "Markdown": _layout(_MARKDOWN, is_flat=True),
    "older Markdown": _layout(_OLDER_MARKDOWN, is_flat=True),
    "HTML": _layout(html, is_flat=True),
}
