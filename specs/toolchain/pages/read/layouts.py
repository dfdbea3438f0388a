"""Tables, whatever became of them in a page's text: the heading of one, and its rows, each with its lines.

Three kinds of layout: cells between pipes, in many forms; a cell a line, or several; all cells of a row run together.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.read.cells import PIPE, Row, cells_of_group, known_rows, split_cells
from toolchain.pages.read.run_together import run_together_rows
from toolchain.pages.read.words import COLUMNS, FIRST_COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.lines import Line

_OF_RULES: Final = frozenset(" :|-")
_MOST_COLUMNS: Final = 10
_ANY_COLUMN: Final = re.compile("|".join(re.escape(word) for word in sorted(COLUMNS, key=len, reverse=True)))


@attrs.frozen
class Heading:
    """The heading of a table: what its columns mean, how its rows are written, and the place after it."""

    columns: tuple[str, ...]
    layout: str
    end: int


@attrs.frozen
class Table:
    """A table.

    Attributes:
        columns: What its columns mean, from left to right.
        rows: Its rows.
        unread: The lines of it that make no row.
        lines: How many lines it has.
        first: The number of its first line.
        end: The place of the line after it.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    unread: tuple[Line, ...]
    lines: int
    first: int
    end: int


def heading_at(lines: Sequence[Line], at: int) -> Heading | None:
    """Return the heading of a table that begins at a place; None where there is none."""
    text = lines[at].text
    if PIPE.search(text) and (columns := _meanings(split_cells(text))):
        return Heading(columns, "pipes" if text.endswith("|") else "rows", at + 1)
    if text == "|" or _meaning(text.strip("|")):
        for layout, prefix, suffix in (("pipes", "", "|"), ("begun", "|", ""), ("lines", "", "")):
            found = _heading_over_lines(lines, at, prefix, suffix)
            if found is not None:
                return Heading(found[0], layout, found[1])
    columns = _run_together(text)
    return Heading(columns, "run together", at + 1) if columns else None


def _meaning(text: str) -> str | None:
    word = text.replace("\v", "").strip()
    # A column is named with a capital, or in Chinese; a field may have the same name in small letters.
    return COLUMNS.get(word.lower()) if word[:1] != word[:1].lower() or not word.isascii() else None


def _meanings(texts: Sequence[str]) -> tuple[str, ...]:
    found = tuple(_meaning(text) or "" for text in texts)
    whole = 1 < len(found) <= _MOST_COLUMNS and all(found) and len(set(found)) == len(found)
    return found if whole and found[0] in FIRST_COLUMNS else ()


def _heading_over_lines(lines: Sequence[Line], at: int, prefix: str, suffix: str) -> tuple[tuple[str, ...], int] | None:
    texts: list[str] = []
    place = at
    while place < min(len(lines), at + 2 * _MOST_COLUMNS):
        text = lines[place].text
        # A pipe alone begins the row of headings, where each cell is ended by one.
        if not (text == "|" and place == at and suffix):
            inner = text.removeprefix(prefix).removesuffix(suffix)
            if not (text.startswith(prefix) and text.endswith(suffix)) or not _meaning(inner):
                break
            if texts and _meaning(inner) == _meaning(texts[0]):
                # The first was the heading of the section, and has the same words as a column.
                return None
            if _meaning(inner) in map(_meaning, texts):
                break
            texts.append(inner)
        place += 1
    columns = _meanings(texts)
    return (columns, place) if columns else None


def _run_together(text: str) -> tuple[str, ...]:
    found: list[str] = []
    place, lower = 0, text.lower()
    while place < len(lower):
        word = _ANY_COLUMN.match(lower, place)
        if word is None or len(found) == _MOST_COLUMNS:
            return ()
        found.append(COLUMNS[word[0]])
        place = word.end()
    # Two words run together may be a word of their own, three are a heading.
    return tuple(found) if len(found) > 2 and len(set(found)) == len(found) and found[0] in FIRST_COLUMNS else ()  # noqa: PLR2004


def read_table(lines: Sequence[Line], at: int, heading: Heading, end: int) -> Table:
    """Return the table below a heading.

    Args:
        lines: The lines of the page.
        at: The place of the heading's first line.
        heading: The heading.
        end: The place of the line at which something else begins at the latest.
    """
    body = lines[heading.end : end]
    rows: list[Row] = []
    unread: list[Line] = []
    taken = 0
    for group in _GROUPS[heading.layout](body, heading.columns):
        taken += len(group)
        if all(_is_rule(line.text) for line in group):
            continue
        row = cells_of_group(group, heading.columns, heading.layout)
        if row is None:
            unread += group
        else:
            rows.append(row)
    end = heading.end + taken
    return Table(heading.columns, tuple(rows), tuple(unread), end - at, lines[at].number, end)


def _is_rule(text: str) -> bool:
    return "---" in text and set(text) <= _OF_RULES


def _rows_of_lines(lines: Sequence[Line], _columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Give each line with a pipe: a heading with none at its end has rows with none either."""
    for line in lines:
        if not PIPE.search(line.text):
            return
        yield [line]


def _between_pipes(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """A row begins at a pipe after a pipe, or ends with as many cells as there are columns."""
    group: list[Line] = []
    pipes = 0
    for line in lines:
        text = line.text
        if group and _is_rule(text):
            yield group
            group = []
        ended = bool(group) and group[-1].text.endswith("|")
        begins = (text.startswith("|") and bool(set(text) - set("| "))) or text == "|"
        if ended and (begins or pipes >= len(columns) + group[0].text.startswith("|")):
            yield group
            group = []
        if not group and "|" not in text:
            return
        pipes = (pipes if group else 0) + len(PIPE.findall(text))
        group.append(line)
        if _is_rule(text):
            yield group
            group = []
    if group:
        yield group


_GROUPS: Final = {
    "pipes": _between_pipes,
    "rows": _rows_of_lines,
    "begun": known_rows,
    "lines": known_rows,
    "run together": run_together_rows,
}
