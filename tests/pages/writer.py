"""A page's parts as text, as what is left of its tables in each of the layouts that the reader knows."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import Final, NamedTuple, TypeAlias

from pages.arrangement import Arranged, Json, Part, Table, Text, by_tables, in_one_table
from pages.html_writer import html
from pages.model import Language, Page
from pages.prose import in_blocks, in_one_line, over_lines
from pages.restructured_writer import restructured
from pages.words_of_pages import TABLE

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


def run_together(table: Table) -> list[str]:
    """Write the closed cells of a row in one line, and its texts below."""
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
                lines.append(TABLE[language].format(number, part.caption))
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
    """A page, and the facts that it has."""

    content: str
    arranged: Arranged


def _tables_of(page: Page, language: Language, tables: Tables, *, captions: bool = True, gap: str = "\n\n") -> Written:
    arranged = by_tables(page, language, over_lines)
    return Written(text(arranged.parts, language, tables, captions=captions, gap=gap), arranged)


def _blocks(page: Page, language: Language, colon: str, tables: Tables, *, captions: bool) -> Written:
    arranged = by_tables(page, language, in_blocks(colon))
    return Written(text(arranged.parts, language, tables, captions=captions), arranged)


def _pipes(page: Page, language: Language, outer: str, rule: str) -> Written:
    arranged = by_tables(page, language, in_one_line)
    return Written(text(arranged.parts, language, between_pipes(outer, rule)), arranged)


def _markdown(page: Page, language: Language) -> Written:
    arranged = by_tables(page, language, over_lines)
    return Written(markdown(arranged.parts, language), arranged)


def _older_markdown(page: Page, language: Language) -> Written:
    arranged = by_tables(page, language, over_lines)
    return Written(older_markdown(arranged.parts, language), arranged)


def _restructured(page: Page, language: Language, *, as_lists: bool) -> Written:
    arranged = by_tables(page, language, over_lines)
    return Written(restructured(arranged.parts, language, as_lists=as_lists), arranged)


def _without_mandatory(page: Page, language: Language) -> Written:
    arranged = by_tables(page, language, over_lines, says_mandatory=False)
    return Written(text(arranged.parts, language, cell_a_line, gap="\n\n"), arranged)


def _html(page: Page, language: Language) -> Written:
    arranged = by_tables(page, language, over_lines)
    return Written(html(arranged.parts, language), arranged)


def _flat(page: Page, language: Language, *, newer: bool, says_mandatory: bool = True) -> Written:
    arranged = in_one_table(page, language, over_lines, newer=newer, says_mandatory=says_mandatory)
    return Written(text(arranged.parts, language, rows_alone if newer else run_together), arranged)


def _flat_marked(page: Page, language: Language, write: Callable[[Iterable[Part], Language], str]) -> Written:
    arranged = in_one_table(page, language, over_lines, newer=False)
    return Written(write(map(_whole, arranged.parts), language), arranged)


def _whole(part: Part) -> Part:
    """Return a table without the cells for which it has no column, which are empty."""
    if not isinstance(part, Table):
        return part
    wide = len(part.columns)
    return part._replace(rows=[row if len(row) == wide else [*row[:2], *row[3:]] for row in part.rows])


BY_TABLES: Final[dict[str, Callable[[Page, Language], Written]]] = {
    "a cell a line": lambda page, language: _tables_of(page, language, cell_a_line),
    "a pipe before each cell": lambda page, language: _tables_of(page, language, begun_by_pipes, gap="\n"),
    "a pipe behind each cell": lambda page, language: _tables_of(
        page, language, ended_by_pipes, captions=False, gap="\n"
    ),
    "rows between pipes": lambda page, language: _pipes(page, language, "|", " --- "),
    "rows with pipes inside": lambda page, language: _pipes(page, language, "", " :--- "),
    "blocks, a cell a line": lambda page, language: _blocks(page, language, "", cell_a_line, captions=True),
    "blocks with colons": lambda page, language: _blocks(page, language, ":", cell_a_line, captions=True),
    "blocks before pipes": lambda page, language: _blocks(page, language, "", ended_by_pipes, captions=False),
    "Markdown": _markdown,
    "older Markdown": _older_markdown,
    "reStructuredText": lambda page, language: _restructured(page, language, as_lists=False),
    "reStructuredText with list tables": lambda page, language: _restructured(page, language, as_lists=True),
    "no Yes and no No": _without_mandatory,
    "HTML": _html,
}
IN_ONE_TABLE: Final[dict[str, Callable[[Page, Language], Written]]] = {
    "run together": lambda page, language: _flat(page, language, newer=False),
    "rows alone": lambda page, language: _flat(page, language, newer=True),
    "Markdown": lambda page, language: _flat_marked(page, language, markdown),
    "older Markdown": lambda page, language: _flat_marked(page, language, older_markdown),
    "HTML": lambda page, language: _flat_marked(page, language, html),
    "rows alone, no Yes and no No": lambda page, language: _flat(page, language, newer=True, says_mandatory=False),
}
