"""Rows without separators, recognized by their cells: a name, then a type."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.read.joined_cells import CODE, split_joined_cells
from toolchain.pages.read.labelled import cells_of_labels
from toolchain.pages.read.types import is_type, read_type
from toolchain.pages.read.words import BLOCKS, FLAGS, FREE_TEXT, MANDATORY, key_of, states_nothing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from toolchain.pages.read.text import Line

PIPE: Final = re.compile(r"(?<!\\)\|")
"""What divides cells."""
_NAME: Final = re.compile(r"(?:[└∟»>-]{1,5} ?)?[A-Za-z_][\w.\[\]-]{0,99}\*?", re.ASCII)
_NAME_IN_GRID: Final = re.compile(r"(?:[└∟»>+·•-]{1,9} {0,3}){0,9}[$@]?[A-Za-z_][\w.:\[\]{}<>*$@/-]{0,119}", re.ASCII)
"""The form of a name where the cells of a row are known, so that it can't be anything else."""
_NO_NAMES: Final = frozenset(BLOCKS) | {"yes", "no", "sim"}
_FLAGS: Final = frozenset({*(flag.lower() for flag in FLAGS), "y", "n"})
_LIKE_TYPE: Final = re.compile(r"[A-Z][a-z]{2,30}(?:[<\[(][\w ,]{1,40}[>\])])?", re.ASCII)
_STATUS: Final = re.compile(r"[1-5]\d\d(?: [A-Z][A-Za-z -]{1,40})?")


@attrs.frozen
class Row:
    """A row.

    Attributes:
        cells: The texts of its cells by the meaning of their columns.
        first: Its first line.
        last: Its last line.
        problems: What of it can't be read.
    """

    cells: dict[str, str]
    first: int
    last: int
    problems: tuple[str, ...] = ()

    def text(self, column: str) -> str:
        """Return the text of a cell; empty if there is none."""
        return self.cells.get(column, "")


_ACCEPTED: Final[dict[str, Callable[[str], bool]]] = {
    "name": lambda text: bool(_NAME.fullmatch(text)) and text.lower() not in _NO_NAMES,
    "type": is_type,
    "mandatory": lambda text: text.lower() in _FLAGS,
    "location": lambda text: text.lower() in {"query", "path", "header", "body", "formdata"},
    "status": lambda text: bool(_STATUS.fullmatch(text)),
    "code": lambda text: bool(CODE.fullmatch(text)),
}
"""The check whether a text can be the cell of a column."""


def _head(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> dict[str, int] | None:
    """Return the places of a row's cells up to its free text; optional cells may be missing."""
    found: dict[str, int] = {}
    place = at
    for column in columns:
        if column in FREE_TEXT:
            break
        accepts = _ACCEPTED.get(column)
        if place < len(lines) and (accepts is None or accepts(lines[place].text.removeprefix("|").strip())):
            found[column] = place
            place += 1
    needed = {columns[0], *({"type"} & set(columns))}
    return found if needed <= set(found) else None


def is_head(lines: Sequence[Line], at: int, columns: tuple[str, ...]) -> bool:
    """Return whether a row begins at a place."""
    return _head(lines, at, columns) is not None


def known_rows(lines: Sequence[Line], columns: tuple[str, ...]) -> Iterator[list[Line]]:
    """Yield the lines of each row of a table with a cell a line."""
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
    """Return whether a row seems to begin at a place without its name, or with an unknown type.

    Otherwise it would be taken for the end of the row before, and be lost.
    """
    texts = [line.text.removeprefix("|").strip() for line in lines[at : at + 3]] + ["", "", ""]
    if "type" not in columns or columns[0] != "name":
        return False
    closed = [column for column in columns if column in {"type", "mandatory"}]
    if "mandatory" in columns and all(_ACCEPTED[column](text) for column, text in zip(closed, texts, strict=False)):
        return True
    if not _ACCEPTED["name"](texts[0]):
        return False
    if "mandatory" in columns and _ACCEPTED["mandatory"](texts[1]):
        return True
    if "example" in columns:
        return False
    nameless = is_type(texts[0]) and bool(texts[1])
    # A word in lower case, one with a capital, and a sentence, which may have no spaces.
    is_sentence = len(texts[2].split()) > 1 or not texts[2].isascii() or texts[2].endswith(".")
    return nameless or (texts[0].islower() and bool(_LIKE_TYPE.fullmatch(texts[1])) and is_sentence)


def split_cells(text: str) -> list[str]:
    """Return the cells between pipes."""
    inner = text.strip().removeprefix("|")
    inner = inner[:-1] if inner.endswith("|") and not inner.endswith("\\|") else inner
    return [cell.replace("\\|", "|").strip() for cell in PIPE.split(inner)]


def cells_of_group(group: Sequence[Line], columns: tuple[str, ...], layout: str) -> Row | None:
    """Return the row in some lines; None if they aren't a row.

    Args:
        group: The lines.
        columns: What the columns of the table mean.
        layout: How its rows are written.
    """
    problems: list[str] = []
    if layout in {"grid", "pipes", "rows"}:
        texts = [text.replace("\v", "\n").strip() for text in split_cells("\n".join(line.text for line in group))]
        if group[0].text == "|" and _begins_with_type(texts, columns):
            texts = ["", *texts]
        cells = _of_grid(texts, columns, problems) if _is_whole(texts, columns, layout) else _aligned(texts, columns)
    elif layout == "joined cells":
        cells = split_joined_cells(group, columns)
    elif layout == "labels":
        cells = cells_of_labels(group)
    else:
        cells = _cells_of_lines(group, columns)
    if cells is None:
        return None
    found = {column: text.replace("\v", "\n").strip() for column, text in cells.items() if column}
    kept = _with_blocks({column: text for column, text in found.items() if text})
    return Row(kept, group[0].number, group[-1].last, tuple(problems))


def _begins_with_type(texts: Sequence[str], columns: tuple[str, ...]) -> bool:
    """Return whether a row lost its empty first cell: it has the type object where others have a name."""
    found = read_type(texts[0]) if columns[:2] == ("name", "type") else None
    return found is not None and found[0].get("type") == "object" and not is_type("".join(texts[1:2]))


def _is_whole(texts: Sequence[str], columns: tuple[str, ...], layout: str) -> bool:
    """Return whether a row has all its cells, so that each is known by its column."""
    return layout == "grid" or len(texts) >= len(columns)


def _of_grid(texts: list[str], columns: tuple[str, ...], problems: list[str]) -> dict[str, str] | None:
    """Return the cells of a complete row; None if its name can't be a name."""
    cells = dict(zip(columns, texts, strict=False))
    if any(texts[len(columns) :]):
        problems.append("the row has more cells than the table has columns")
    key = key_of(columns)
    first = cells[key] = cells.get(key, "").replace(" *", "").strip()
    known = _KEY_IN_GRID.get(key)
    is_nameless = key == "name" and not first and any(cells.values())
    if not is_nameless and (not first or (known is not None and not known.fullmatch(first))):
        return None
    flag = cells.get("mandatory", "")
    if flag.strip("*() ").lower() in MANDATORY:
        cells["mandatory"] = flag.strip("*() ")
    elif not states_nothing(flag):
        problems.append("whether it is required can't be read")
    return cells


_KEY_IN_GRID: Final = {"name": _NAME_IN_GRID, "status": _STATUS}
"""The form of the cell that identifies a row, by column."""


def _with_blocks(cells: dict[str, str]) -> dict[str, str]:
    """Move the columns of ranges and defaults into the description, where other pages have them."""
    blocks = [f"{name}\n{cells.pop(column)}".strip() for column, name in _BLOCK_OF.items() if column in cells]
    return cells | {"description": "\n".join([cells.get("description", ""), *blocks])} if blocks else cells


_BLOCK_OF: Final = {"more": "", "range": "Range", "default": "Default Value"}


def _aligned(texts: Sequence[str], columns: tuple[str, ...]) -> dict[str, str] | None:
    """Assign cells to columns from left to right, if each fits its column."""
    if not any(texts):
        return None
    cells = dict(zip(columns, texts, strict=False))
    wrong = [column for column, text in cells.items() if column in _ACCEPTED and text and not _ACCEPTED[column](text)]
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
