"""Splits rows of joined cells: `limitIntegerNo`, and below it the description and the example."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.words import FLAGS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.text import Line

_LIKE_JOINED: Final = re.compile(r"[A-Za-z_][\w.<>-]{1,150}[是否]?", re.ASCII)
CODE: Final = re.compile(r"[A-Za-z][\w.-]{1,99}", re.ASCII)
"""The form of an error code."""
_JOINED: Final = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,99}?)??(?P<type>array<[a-z]{3,9}>|string|integer|long|float|double|boolean|object|array"
    rf"|map)(?P<mandatory>{'|'.join(FLAGS)})?",
    re.ASCII,
)
_LAST_WORDS: Final = re.compile(
    r"(?:Permission|Error|NotFound|Denied|Forbidden|Expired|Exceeded|Unavailable|Failed|Failure|Parameter|Unauthorized"
    r"|NotExist|Conflict|Throttling|Invalid|Timeout|Limit|User)(?=[A-Za-z])"
)


def rows_of_joined_cells(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield the lines of each row of a table with joined cells."""
    group: list[Line] = []
    for at, line in enumerate(lines):
        begins = _begins_joined(line.text, columns) or (bool(group) and _seems_joined(lines, at, columns))
        if group and begins:
            yield group
            group = []
        elif columns[0] not in {"name", "action"} and not begins:
            break
        group.append(line)
    if group:
        yield group


def _begins_joined(text: str, columns: tuple[str, ...]) -> bool:
    if columns[0] == "name":
        return bool(_JOINED.fullmatch(text))
    return columns[0] != "action" and bool(re.match(r"[1-5]\d\d[A-Z]|\d{4}-\d\d-\d\d", text))


def _seems_joined(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> bool:
    """Return whether a line seems to begin a row of an unknown type: one word, in the position of a row's first line.

    An empty line follows the first line of a row; none comes before it. But the line right above a row is the example
    of the row before.
    """
    if columns[0] != "name" or not _LIKE_JOINED.fullmatch(lines[at].text):
        return False
    if "mandatory" in columns and lines[at].text.endswith(FLAGS):
        return True
    if at + 1 < len(lines) and _begins_joined(lines[at + 1].text, columns):
        return False
    above, below = (lines[place].number if place < len(lines) else 0 for place in (at - 1, at + 1))
    return lines[at].number == above + 1 and below > lines[at].number + 1


def split_joined_cells(group: Sequence[Line], columns: tuple[str, ...]) -> dict[str, str] | None:
    """Return the cells of a row by the meaning of their columns; None if the lines aren't a row.

    Args:
        group: The lines of the row.
        columns: What the columns of the table mean.
    """
    head, *rest = (line.text for line in group)
    if columns[0] == "status":
        return _split_error(head) if not rest else None
    if columns[0] != "name":
        return {columns[0]: "\n".join([head, *rest])}
    found = _JOINED.fullmatch(head)
    if found is None:
        return None
    cells = {"name": found["name"] or "", "type": found["type"], "mandatory": found["mandatory"] or ""}
    # The last line is the example; an only line is the description.
    if "example" in columns and len(rest) > 1 and "object" not in found["type"]:
        cells["example"] = rest.pop()
    return {**cells, "description": "\n".join(rest)}


def _split_error(text: str) -> dict[str, str] | None:
    """Split status, code, message and description: a code ends with one of a few words, before the first space."""
    found = re.fullmatch(r"([1-5]\d\d)([A-Z].{1,2100})", text)
    if found is None:
        return None
    rest = found[2]
    ends = [match.end() for match in _LAST_WORDS.finditer(rest.split(" ", 1)[0])]
    if not ends:
        return None
    code, message = rest[: ends[-1]], rest[ends[-1] :]
    if not CODE.fullmatch(code):
        return None
    # The description is a dash, or begins with a capital right after the message.
    shown = message[:-1] if message.endswith("-") else re.split(r"(?<=[a-z.])(?=[A-Z])", message, maxsplit=1)[0]
    return {"status": found[1], "code": code, "message": shown}
