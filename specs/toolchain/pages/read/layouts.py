"""Reads the rows of a table in any layout, each with its lines.

There are four kinds: known cells; rows with pipes, in many forms; one or several lines a cell; joined cells.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.read.cells import PIPE, Row, cells_of_group, known_rows
from toolchain.pages.read.columns import Heading, is_rule
from toolchain.pages.read.joined_cells import rows_of_joined_cells
from toolchain.pages.read.labelled import labelled_rows
from toolchain.pages.read.text import ROW
from toolchain.pages.read.words import key_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.text import Line


_BETWEEN_ROWS: Final = ("pipes", "|", 1)
"""A pipe alone between two rows, which means nothing: the layout, the text and the number of lines."""


@attrs.frozen
class Table:
    """A table.

    Attributes:
        heading: Its heading.
        rows: Its rows.
        unread: Groups of lines in the position of a row that aren't one.
        lines: The numbers of its lines.
        first: The number of its first line.
        end: The place of the line after it.
    """

    heading: Heading
    rows: tuple[Row, ...]
    unread: tuple[tuple[Line, ...], ...]
    lines: tuple[int, ...]
    first: int
    end: int

    @property
    def kind(self) -> str:
        """The column that identifies its rows; empty if it is unknown."""
        return key_of(self.heading.columns)


def read_table(lines: Sequence[Line], at: int, heading: Heading, end: int) -> Table:
    """Return the table below a heading.

    Args:
        lines: The lines of the page.
        at: The place of the heading's first line.
        heading: The heading.
        end: The place at which the table ends at the latest.
    """
    body = lines[heading.end : end]
    rows: list[Row] = []
    unread: list[tuple[Line, ...]] = []
    taken = 0
    for group in _GROUPS[heading.layout](body, heading.columns or heading.texts):
        taken += len(group)
        if all(is_rule(line.text) for line in group) or (heading.layout, group[0].text, len(group)) == _BETWEEN_ROWS:
            continue
        row = cells_of_group(group, heading.columns, heading.layout) if any(heading.columns) else None
        if row is None:
            unread.append(tuple(group))
        else:
            rows.append(row)
    rows = _with_lost_flags(rows, heading, has_lost=bool(unread))
    end = heading.end + taken
    numbers = tuple(line.number for line in lines[at:end])
    return Table(heading, tuple(rows), tuple(unread), numbers, lines[at].number, end)


def _with_lost_flags(rows: list[Row], heading: Heading, *, has_lost: bool) -> list[Row]:
    """Mark rows without a flag if most rows have one, or a row is lost: a cell may be missing."""
    with_flag = sum(bool(row.text("mandatory")) for row in rows)
    has_flags = 2 * with_flag > len(rows) or (has_lost and "mandatory" in heading.columns)
    if heading.layout not in {"lines", "begun"} or not has_flags:
        return rows
    above = [0, *(row.last for row in rows)]
    lost = ("whether it is required, or its name, can't be read",)
    return [
        row if row.text("mandatory") else attrs.evolve(row, first=above[at] or row.first, problems=lost)
        for at, row in enumerate(rows)
    ]


def _rows_of_grid(lines: Sequence[Line], _columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield each row of a table with known cells."""
    for line in lines:
        if (line.kind, line.level) != (ROW, lines[0].level):
            return
        yield [line]


def _rows_of_lines(lines: Sequence[Line], _columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield each line with a pipe."""
    for line in lines:
        if not PIPE.search(line.text):
            return
        yield [line]


def _whole(lines: Sequence[Line], _columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield all lines together: nothing shows where a row begins."""
    yield from [list(lines)] if lines else ()


def _between_pipes(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield each row: it begins with a pipe, or ends after as many cells as there are columns."""
    group: list[Line] = []
    pipes = 0
    for line in lines:
        text = line.text
        if group and is_rule(text):
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
        if is_rule(text):
            yield group
            group = []
    if group:
        yield group


_GROUPS: Final = {
    "grid": _rows_of_grid,
    "pipes": _between_pipes,
    "rows": _rows_of_lines,
    "begun": known_rows,
    "lines": known_rows,
    "joined cells": rows_of_joined_cells,
    "labels": labelled_rows,
    "unknown": _whole,
}
