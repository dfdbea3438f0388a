"""Fields without a table: a name, and below it labels such as `Type:` and `Required:`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.text import CODE, HEADING, ITEM, ROW, TERM, TEXT
from toolchain.pages.read.words import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.text import Line

COLUMNS_OF_LABELS: Final = ("name", "type", "mandatory", "description")
"""The columns of fields that labels describe."""
_NAME: Final = re.compile(r"[A-Za-z_][\w.\[\]-]{0,99}", re.ASCII)
_LABEL: Final = re.compile(r"(?:[-*+•] {1,3})?([^\W\d_][\w /]{1,30}?) {0,3}: {0,3}(\S.{0,2000})")
_LABELS: Final = frozenset({"type", "mandatory", "description"})
_FARTHEST: Final = 40
"""The most lines between the name of a field and its type."""


def begins_at(lines: Sequence[Line], at: int) -> bool:
    """Return whether a labelled field begins at a place: a name alone, with a type below it.

    Args:
        lines: The lines of the page.
        at: The place.
    """
    line = lines[at]
    if line.kind not in {TERM, TEXT, ITEM} or not _NAME.fullmatch(line.text.strip("* ")):
        return False
    for below in lines[at + 1 : at + _FARTHEST]:
        if below.kind in {HEADING, ROW, TERM}:
            return False
        if _label(below)[0] == "type":
            return True
        if below.kind != CODE and _NAME.fullmatch(below.text.strip("* ")):
            return False
    return False


def labelled_rows(lines: Sequence[Line], _columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield the lines of each field.

    Args:
        lines: The lines from the first field on.
    """
    group: list[Line] = []
    for at, line in enumerate(lines):
        if line.kind in {HEADING, ROW}:
            break
        if group and begins_at(lines, at):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def cells_of_labels(group: Sequence[Line]) -> dict[str, str]:
    """Return the cells of a field by the meaning of their columns.

    Args:
        group: Its lines.
    """
    cells = {"name": group[0].text.strip("* ")}
    described: list[str] = []
    for line in group[1:]:
        meaning, text = _label(line)
        if meaning == "description":
            described.append(text)
        elif meaning in _LABELS and meaning not in cells:
            cells[meaning] = text
        else:
            described.append(line.text)
    return cells | {"description": "\n".join(described)}


def _label(line: Line) -> tuple[str | None, str]:
    found = _LABEL.fullmatch(line.text)
    return (COLUMNS.get(found[1].lower()), found[2]) if found is not None else (None, "")
