"""Table headers: where they are, what their columns mean, and how the rows below are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.read.cells import PIPE, split_cells
from toolchain.pages.read.headings import heading_of
from toolchain.pages.read.text import PLAIN, ROW
from toolchain.pages.read.words import COLUMNS, FIRST_COLUMNS, key_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.text import Line

_OF_RULES: Final = frozenset(" :|-")
_RULE: Final = re.compile(r"\|(?: ?:?-{1,300}:? ?\|){2,30}|\|?(?: ?:?-{2,300}:? ?\|){1,30}(?: ?:?-{2,300}:? ?)?")
_MOST_COLUMNS: Final = 10
_LONGEST_HEAD: Final = 60
"""The most characters of a column's name in a report."""
_ANY_COLUMN: Final = re.compile("|".join(re.escape(word) for word in sorted(COLUMNS, key=len, reverse=True)))
_AROUND: Final = "*?:. "
"""Characters that may surround the name of a column."""
_CLOSED: Final = frozenset({"name", "type", "mandatory", "status", "code", "action"})
"""The columns whose names appear only in headers."""
_IN_CELLS: Final = frozenset({"range", "default", "more"})
"""The columns whose names also begin a block inside a cell."""
_MORE, _MORE_OF = "more", "description"
"""The meaning of a second column of descriptions."""
_OF_FIELDS: Final = frozenset({"type", "mandatory"})
"""The columns that only a table of parameters or fields has."""


@attrs.frozen
class Heading:
    """The heading of a table.

    Attributes:
        columns: What its columns mean; empty if it is unknown.
        layout: How its rows are written.
        end: The place after it.
        texts: The texts of its cells, where they are known.
    """

    columns: tuple[str, ...]
    layout: str
    end: int
    texts: tuple[str, ...] = ()

    def unknown(self) -> list[str]:
        """Return the names of the unknown columns."""
        return [text for column, text in zip(self.columns, self.texts, strict=False) if not column]


def heading_at(lines: Sequence[Line], at: int) -> Heading | None:
    """Return the table header that begins at a place; None if there is none.

    Args:
        lines: The lines of the page.
        at: The place.
    """
    line = lines[at]
    if line.kind == ROW:
        begins = at == 0 or (lines[at - 1].kind, lines[at - 1].level) != (ROW, line.level)
        return _heading_of_cells(line.text, "grid", at + 1) if begins else None
    text = line.text
    if PIPE.search(text):
        if columns := _meanings(split_cells(text)):
            return Heading(columns, "pipes" if text.endswith("|") else "rows", at + 1, tuple(split_cells(text)))
        if (end := _rule_below(lines, at)) is not None:
            whole = "\n".join(line.text for line in lines[at:end])
            return _heading_of_cells(whole, "pipes" if whole.endswith("|") else "rows", end)
    if text == "|" or _meaning(text.strip("|")):
        for layout, prefix, suffix in (("pipes", "", "|"), ("begun", "|", ""), ("lines", "", "")):
            found = _heading_over_lines(lines, at, prefix, suffix)
            if found is not None:
                return Heading(found[0], layout, found[1])
        if not _is_section(text) and (end := _damaged(lines, at)) is not None:
            return Heading((), "unknown", end, tuple(line.text[:_LONGEST_HEAD] for line in lines[at:end]))
    columns = _joined_headers(text) if line.kind == PLAIN else ()
    return Heading(columns, "joined cells", at + 1) if columns else None


def _rule_below(lines: Sequence[Line], at: int) -> int | None:
    """Return the place of the rule below a header: it has as many columns as the header."""
    cells = 0
    farthest = 2 if lines[at].kind == PLAIN else _MOST_COLUMNS
    for place in range(at, min(at + farthest, len(lines))):
        text = lines[place].text
        if is_rule(text):
            return place if cells and cells == len(split_cells(text)) else None
        cells = len(split_cells("\n".join(line.text for line in lines[at : place + 1])))
    return None


def _heading_of_cells(text: str, layout: str, end: int) -> Heading:
    """Return a header with known cells; some names may be unknown if others show what the table lists."""
    texts = tuple(" ".join(cell.split())[:_LONGEST_HEAD] for cell in split_cells(text))
    found = [_meaning(cell) or "" for cell in texts[:_MOST_COLUMNS]]
    columns = [
        column if column not in found[:place] else _MORE if column == _MORE_OF else ""
        for place, column in enumerate(found)
    ]
    if not columns[0] and _OF_FIELDS & set(columns) and "name" not in columns:
        columns[0] = "name"
    known = bool(key_of(columns)) and len([column for column in columns if column]) > 1
    return Heading(tuple(columns) if known else (), layout, end, texts)


def _meaning(text: str) -> str | None:
    word = text.replace("\v", "").strip(_AROUND)
    # The name of a column has a capital, or is Chinese; a field may have the same name in lower case.
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
        # Where each cell ends with a pipe, a pipe alone begins the header.
        if not (text == "|" and place == at and suffix):
            inner = text.removeprefix(prefix).removesuffix(suffix)
            if not (text.startswith(prefix) and text.endswith(suffix)) or not _meaning(inner):
                break
            if (
                texts
                and _meaning(inner) == _meaning(texts[0])
                and not (_is_section(inner) and not _is_section(texts[0]))
            ):
                # The first line was the heading of the section, in the words of a column.
                return None
            if _meaning(inner) in map(_meaning, texts):
                break
            texts.append(inner)
        place += 1
    columns = _meanings(texts)
    goes_on = place + 1 < len(lines) and _meaning(lines[place + 1].text.strip("| ")) not in {None, *columns}
    return (columns, place) if columns and not goes_on else None


def _damaged(lines: Sequence[Line], at: int) -> int | None:
    """Return the place below a header with a cell a line, one of them unknown; None if there is none."""
    known: list[str] = []
    end = at
    for place in range(at, min(at + _MOST_COLUMNS, len(lines))):
        meaning = _meaning(lines[place].text.strip("| "))
        if meaning is not None and meaning not in {*known, *_IN_CELLS}:
            known.append(meaning)
            end = place + 1
        elif place > end:
            break
    return end if len(known) > 1 and _CLOSED & set(known) else None


def _is_section(text: str) -> bool:
    found = heading_of(text)
    return found is not None and found.is_sure


def _joined_headers(text: str) -> tuple[str, ...]:
    found: list[str] = []
    place, lower = 0, text.lower()
    while place < len(lower):
        word = _ANY_COLUMN.match(lower, place)
        if word is None or len(found) == _MOST_COLUMNS:
            return ()
        found.append(COLUMNS[word[0]])
        place = word.end()
    # Two joined words may be one word; three are a header.
    return tuple(found) if len(found) > 2 and len(set(found)) == len(found) and found[0] in FIRST_COLUMNS else ()  # noqa: PLR2004


def is_rule(text: str) -> bool:
    """Return whether a line is a rule of a table.

    Args:
        text: The line.
    """
    return ("---" in text and set(text) <= _OF_RULES) or _RULE.fullmatch(text) is not None
