"""Rows that no mark divides: known by what stands in their cells, a name, then a type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.types import is_type
from toolchain.pages.words import BLOCKS, FREE_TEXT, MANDATORY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolchain.pages.text import Line

_NAME: Final = re.compile(r"(?:[└∟»>-]{1,5} ?)?[A-Za-z_][\w.\[\]-]{0,99}\*?", re.ASCII)
_NO_NAMES: Final = frozenset(BLOCKS) | {"yes", "no"}
_LIKE_TYPE: Final = re.compile(r"[A-Z][a-z]{2,30}(?:[<\[(][\w ,]{1,40}[>\])])?", re.ASCII)
_LIKE_RUN_TOGETHER: Final = re.compile(r"[A-Za-z_][\w.<>-]{1,150}[是否]?", re.ASCII)
_STATUS: Final = re.compile(r"[1-5]\d\d(?: [A-Z][A-Za-z -]{1,40})?")
_CODE: Final = re.compile(r"[A-Za-z][\w.-]{1,99}", re.ASCII)
_RUN_TOGETHER: Final = re.compile(
    r"(?P<name>[A-Za-z_][\w.-]{0,99}?)??(?P<type>array<[a-z]{3,9}>|string|integer|long|float|double|boolean|object|array"
    r"|map)(?P<mandatory>Yes|No|是|否)?",
    re.ASCII,
)
_LAST_WORDS: Final = re.compile(
    r"(?:Permission|Error|NotFound|Denied|Forbidden|Expired|Exceeded|Unavailable|Failed|Failure|Parameter|Unauthorized"
    r"|NotExist|Conflict|Throttling|Invalid|Timeout|Limit|User)(?=[A-Za-z])"
)


@attrs.frozen
class Row:
    """A row: the texts of its cells by the meaning of their columns, and its first and last line."""

    cells: dict[str, str]
    first: int
    last: int

    def text(self, column: str) -> str:
        """Return the text of a cell; empty where there is none."""
        return self.cells.get(column, "")


ACCEPTED: Final[dict[str, Callable[[str], bool]]] = {
    "name": lambda text: bool(_NAME.fullmatch(text)) and text.lower() not in _NO_NAMES,
    "type": is_type,
    "mandatory": lambda text: text.lower() in MANDATORY,
    "location": lambda text: text.lower() in {"query", "path", "header", "body", "formdata"},
    "status": lambda text: bool(_STATUS.fullmatch(text)),
    "code": lambda text: bool(_CODE.fullmatch(text)),
}
"""Whether a text can be the cell of a column."""


def _head(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> dict[str, int] | None:
    """Return the places of a row's cells up to its free text; the cell of a closed list of texts may be missing."""
    found: dict[str, int] = {}
    place = at
    for column in columns:
        if column in FREE_TEXT:
            break
        accepts = ACCEPTED.get(column)
        if place < len(lines) and (accepts is None or accepts(lines[place].text.removeprefix("|").strip())):
            found[column] = place
            place += 1
    needed = {columns[0], *({"type"} & set(columns))}
    return found if needed <= set(found) else None


def is_head(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> bool:
    """Tell whether a row begins at a place."""
    return _head(lines, at, columns) is not None


def known_rows(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Give the lines of each row of a table with a cell a line."""
    at = 0
    while at < len(lines):
        head = _head(lines, at, columns)
        end = at + 1 if head is None else max(head.values()) + 1
        described = end + 1
        while end < len(lines) and not is_head(lines, end, columns):
            if end >= described and _lost_a_cell(lines, end, columns):
                break
            end += 1
        yield list(lines[at:end])
        at = end


def _lost_a_cell(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> bool:
    """Tell whether a row seems to begin at a place without its name, or with no type that is known.

    It would pass for the end of the row before, and be lost.
    """
    texts = [line.text.removeprefix("|").strip() for line in lines[at : at + 3]] + ["", "", ""]
    if "type" not in columns or columns[0] != "name":
        return False
    closed = [column for column in columns if column in {"type", "mandatory"}]
    if "mandatory" in columns and all(ACCEPTED[column](text) for column, text in zip(closed, texts, strict=False)):
        return True
    if not ACCEPTED["name"](texts[0]):
        return False
    if "mandatory" in columns and ACCEPTED["mandatory"](texts[1]):
        return True
    if "example" in columns:
        return False
    nameless = is_type(texts[0]) and bool(texts[1])
    # A word of small letters, one with a capital, and a sentence, which may have no spaces.
    is_sentence = len(texts[2].split()) > 1 or not texts[2].isascii() or texts[2].endswith(".")
    return nameless or (texts[0].islower() and bool(_LIKE_TYPE.fullmatch(texts[1])) and is_sentence)


def run_together_rows(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Give the lines of each row of a table whose cells were run together."""
    group: list[Line] = []
    for at, line in enumerate(lines):
        begins = _begins_run_together(line.text, columns) or (bool(group) and _seems_run_together(lines, at, columns))
        if group and begins:
            yield group
            group = []
        elif columns[0] not in {"name", "action"} and not begins:
            break
        group.append(line)
    if group:
        yield group


def _begins_run_together(text: str, columns: tuple[str, ...]) -> bool:
    if columns[0] == "name":
        return bool(_RUN_TOGETHER.fullmatch(text))
    return columns[0] != "action" and bool(re.match(r"[1-5]\d\d[A-Z]|\d{4}-\d\d-\d\d", text))


def _seems_run_together(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> bool:
    """Tell whether a line seems to begin a row whose type isn't known: one word, in the place of a row's first line.

    An empty line is below the first line of a row, and none is between it and the row before. But what is right above
    a row is the example of the row before.
    """
    if columns[0] != "name" or not _LIKE_RUN_TOGETHER.fullmatch(lines[at].text):
        return False
    if "mandatory" in columns and lines[at].text.endswith(("Yes", "No", "是", "否")):
        return True
    if at + 1 < len(lines) and _begins_run_together(lines[at + 1].text, columns):
        return False
    above, below = (lines[place].number if place < len(lines) else 0 for place in (at - 1, at + 1))
    return lines[at].number == above + 1 and below > lines[at].number + 1


def cells_of_group(
    group: Sequence[Line], columns: tuple[str, ...], layout: str, split: Callable[[str], list[str]]
) -> Row | None:
    """Return the row that some lines are; None where they aren't one.

    Args:
        group: The lines.
        columns: What the columns of the table mean.
        layout: How its rows are written.
        split: What divides a text at its pipes.
    """
    if layout in {"pipes", "rows"}:
        cells = _aligned(split("\n".join(line.text for line in group)), columns)
    elif layout == "run together":
        cells = _cells_run_together(group, columns)
    else:
        cells = _cells_of_lines(group, columns)
    if cells is None:
        return None
    texts = {column: text.replace("\v", "\n").strip() for column, text in cells.items()}
    return Row({column: text for column, text in texts.items() if text}, group[0].number, group[-1].last)


def _aligned(texts: Sequence[str], columns: tuple[str, ...]) -> dict[str, str] | None:
    """Give cells to columns from left to right, if each can be the cell of its column."""
    if len(texts) > len(columns) and not any(text.strip() for text in texts[len(columns) :]):
        texts = texts[: len(columns)]
    if not 0 < len(texts) <= len(columns) or not any(texts):
        return None
    cells = {column: text.replace("\v", "\n").strip() for column, text in zip(columns, texts, strict=False)}
    wrong = [column for column, text in cells.items() if column in ACCEPTED and text and not ACCEPTED[column](text)]
    is_root = not cells.get("name") and cells.get("type") == "object"
    missing = not cells[columns[0]] or ("type" in columns and not cells.get("type"))
    return None if wrong or (missing and not is_root) else cells


def _cells_of_lines(group: Sequence[Line], columns: tuple[str, ...]) -> dict[str, str] | None:
    head = _head(group, 0, columns)
    if head is None:
        return None
    texts = [line.text.removeprefix("|").strip() for line in group]
    cells = {column: texts[place] for column, place in head.items()}
    rest = texts[max(head.values()) + 1 :]
    free = [column for column in columns if column in FREE_TEXT]
    if len(free) > 1 and len(rest) > 1 and "message" in free:
        cells["message"], rest, free = rest[0], rest[1:], [column for column in free if column != "message"]
    if "example" in free and len(rest) > 1 and "object" not in cells.get("type", "").lower():
        cells["example"] = rest.pop()
    if free:
        cells[free[0]] = "\n".join(rest)
    return cells if free or not rest else None


def _cells_run_together(group: Sequence[Line], columns: tuple[str, ...]) -> dict[str, str] | None:
    head, *rest = (line.text for line in group)
    if columns[0] == "status":
        return _error_run_together(head) if not rest else None
    if columns[0] != "name":
        return {columns[0]: "\n".join([head, *rest])}
    found = _RUN_TOGETHER.fullmatch(head)
    if found is None:
        return None
    cells = {"name": found["name"] or "", "type": found["type"], "mandatory": found["mandatory"] or ""}
    # The last line is the example, unless it's the only one: then it's the description.
    if "example" in columns and len(rest) > 1 and "object" not in found["type"]:
        cells["example"] = rest.pop()
    return {**cells, "description": "\n".join(rest)}


def _error_run_together(text: str) -> dict[str, str] | None:
    """Divide status, code, message and description: a code ends with one of few words, the last before a space."""
    found = re.fullmatch(r"([1-5]\d\d)([A-Z].{1,2100})", text)
    if found is None:
        return None
    rest = found[2]
    ends = [match.end() for match in _LAST_WORDS.finditer(rest.split(" ", 1)[0])]
    if not ends:
        return None
    code, message = rest[: ends[-1]], rest[ends[-1] :]
    if not _CODE.fullmatch(code):
        return None
    # The description is a dash, or begins with a capital right behind the message.
    said = message[:-1] if message.endswith("-") else re.split(r"(?<=[a-z.])(?=[A-Z])", message, maxsplit=1)[0]
    return {"status": found[1], "code": code, "message": said}
