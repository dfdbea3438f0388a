"""Splits a page into blocks: sections, tables, examples and other text."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

import attrs

from toolchain.pages.read.cells import is_head
from toolchain.pages.read.columns import Heading, heading_at
from toolchain.pages.read.examples import Example, begins_example, read_example
from toolchain.pages.read.headings import PartOfPage, heading_of
from toolchain.pages.read.labelled import COLUMNS_OF_LABELS, begins_at
from toolchain.pages.read.layouts import Table, read_table
from toolchain.pages.read.text import CODE, HEADING, PLAIN, ROW
from toolchain.pages.read.types import is_type
from toolchain.pages.read.words import BLOCKS, CAPTION, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.text import Line


@attrs.frozen
class Section:
    """The heading of a section, such as `request` or `errors`; `other` if it is unknown.

    Attributes:
        kind: The part of the page that it begins.
        line: Its line.
        level: Its level as a heading; 0 if it isn't marked as one.
        location: The location of its parameters, if it names one.
        text: What it states.
    """

    kind: str
    line: int
    level: int = 0
    location: str | None = None
    text: str = ""


@attrs.frozen
class Caption:
    """The caption of a table; a lower heading can be one, even without a table."""

    text: str
    line: int
    is_heading: bool = False
    number: int | None = None


@attrs.frozen
class StatusMark:
    """A line that names the status of the next tables or examples; None if it isn't a number."""

    status: int | None
    line: int


@attrs.frozen
class Text:
    """Any other line, with its kind."""

    text: str
    line: int
    kind: str = PLAIN


Block: TypeAlias = Section | Caption | StatusMark | Example | Text | Table
_WITHOUT_HEADING: Final = {
    "request": ("name", "type", "mandatory", "description", "example"),
    "response": ("name", "type", "description", "example"),
}
"""The columns of tables without a header."""
_EXAMPLES: Final = frozenset({"response example", "request example", "error example"})
_BEFORE_END: Final = frozenset({"uri", "request", "response"})
"""The sections that never come after the end of a page."""
_LONGEST_HEADING: Final = 60
"""The most characters of a heading without a mark."""
_SIDES: Final = frozenset({"request", "response"})
_WITH_STATUS: Final = frozenset({"response", "response example", "error example"})
_STATUS_LINE: Final = re.compile(r"HTTP/\d(?:\.\d)? (\d{3})\b.{0,40}")
_FARTHEST_ROW: Final = 40
"""The most lines of a cell below a line that could begin a section."""


def blocks_of(lines: Sequence[Line]) -> Iterator[Block]:
    """Yield the blocks of a page, from its first line to its last.

    Args:
        lines: Its lines.
    """
    at, section = 0, Section("", 0)
    last = max((place for place, line in enumerate(lines) if _begins(line) in _BEFORE_END), default=0)
    while at < len(lines) and section.kind != "end":
        block, at = _block_at(lines, at, section)
        if isinstance(block, Section):
            is_listed = not section.kind and at < len(lines) and isinstance(_mark(lines, at, section), Section)
            if (is_listed and not block.level) or (block.kind == "end" and at <= last):
                # A link to a section, in a table of contents or in the footer.
                continue
            # A heading without a mark is part of the section around it.
            section = block if block.level else attrs.evolve(block, level=section.level)
        yield block


def _begins(line: Line) -> str | None:
    """Return the part of the page that a line begins, going by its words alone."""
    if line.kind in {CODE, ROW} or len(line.text) > _LONGEST_HEADING or not (line.level or _is_titled(line.text)):
        return None
    found = heading_of(line.text)
    return found.part if found is not None and found.is_sure else None


def _block_at(lines: Sequence[Line], at: int, section: Section) -> tuple[Block, int]:
    line = lines[at]
    if section.kind == "code":
        mark = _mark(lines, at, section)
        return (mark if isinstance(mark, Section) else Text(line.text, line.number, line.kind)), at + 1
    heading = _heading(lines, at, section.kind)
    if heading is not None:
        table = read_table(lines, at, heading, _end_of_table(lines, heading, section))
        return table, table.end
    mark = _mark(lines, at, section)
    if mark is not None:
        return mark, at + 1
    if begins_example(line.text) and (section.kind in _EXAMPLES or line.kind == CODE):
        return read_example(lines, at, lambda place: _mark(lines, place, section) is not None)
    return Text(line.text, line.number, line.kind), at + 1


def _heading(lines: Sequence[Line], at: int, section: str) -> Heading | None:
    if lines[at].kind in {CODE, HEADING}:
        return None
    found = heading_at(lines, at)
    if found is None and section in _WITHOUT_HEADING:
        if begins_at(lines, at):
            return Heading(COLUMNS_OF_LABELS, "labels", at)
        if lines[at].kind == PLAIN and is_head(lines, at, _WITHOUT_HEADING[section]):
            return Heading(_WITHOUT_HEADING[section], "lines", at)
    return found


def _mark(lines: Sequence[Line], at: int, section: Section) -> Section | Caption | StatusMark | None:
    """Return the section, caption or status that begins at a place, if any."""
    line = lines[at]
    if line.kind in {CODE, ROW}:
        found = _STATUS_LINE.fullmatch(line.text) if line.kind == CODE else None
        return StatusMark(int(found[1]), line.number) if found is not None else None
    found = STATUS.fullmatch(line.text)
    if found is not None and (found["status"] or section.kind in _WITH_STATUS):
        return StatusMark(int(found["status"]) if found["status"] else None, line.number)
    if (caption := CAPTION.fullmatch(line.text)) is not None:
        return Caption(caption[2].strip(), line.number, number=int(caption[1]))
    return _marked(line, section) if line.kind != PLAIN or _is_titled(line.text) else None


def _is_titled(text: str) -> bool:
    """Return whether a line without marks can be a heading: unlike a field, it begins with a capital."""
    return text[:1] != text[:1].lower() or not text.isascii()


def _marked(line: Line, section: Section) -> Section | Caption | None:
    """Return the section or caption that a marked line begins."""
    found = heading_of(line.text)
    if line.kind == HEADING:
        is_below = bool(section.level) and section.kind != "other" and line.level > section.level
        if found is not None and is_below and _is_within(found, section):
            # Its location applies within the section around it.
            return Section(section.kind, line.number, section.level, found.location, line.text)
        if found is not None:
            return Section(found.part, line.number, line.level, found.location, line.text)
        if is_below:
            return Caption(line.text, line.number, is_heading=True)
        return Section("other", line.number, line.level, None, line.text)
    if found is not None and found.is_sure and len(line.text) <= _LONGEST_HEADING:
        kind = section.kind if _is_within(found, section) else found.part
        is_shown = section.kind in _EXAMPLES and kind in _SIDES and not found.lists
        return Section(f"{kind} example" if is_shown else kind, line.number, 0, found.location, line.text)
    return None


def _is_within(found: PartOfPage, section: Section) -> bool:
    """Return whether a heading names a part of the section around it, not another section."""
    return found.side is None and found.part == "request" and section.kind in _SIDES


def _end_of_table(lines: Sequence[Line], heading: Heading, section: Section) -> int:
    """Return the place of the next line that can't be a cell."""
    last = heading.end
    for place in range(heading.end, len(lines)):
        line = lines[place]
        if line.kind == HEADING or (place > heading.end and heading_at(lines, place) is not None):
            return last if line.kind != PLAIN and heading.layout == "pipes" else place
        if line.kind != PLAIN and heading.layout in {"pipes", "grid"}:
            # A cell continues to the end of its row, whatever its lines look like.
            last = place + 1 if "|" in line.text else last
        elif line.text == "{" or (
            _mark(lines, place, section) is not None and not _is_cell(lines, place, heading.columns)
        ):
            return place
    return last if heading.layout == "pipes" and last > heading.end else len(lines)


def _is_cell(lines: Sequence[Line], place: int, columns: tuple[str, ...]) -> bool:
    """Return whether a line that could begin a section is part of a cell."""
    text = lines[place].text
    if text.rstrip(":").lower() in BLOCKS and (not columns or columns[0] == "name"):
        return True
    if not columns or columns[0] != "name":
        return False
    if text.endswith(":") and _has_row_below(lines, place, columns):
        return True
    # After a type comes a description: that of an error code has the words of the section of error codes.
    described = is_head(lines, place + 1, columns) or _begins(lines[place]) == "errors"
    return is_head(lines, place, columns) or (is_type(lines[place - 1].text.strip("| ")) and described)


def _has_row_below(lines: Sequence[Line], place: int, columns: tuple[str, ...]) -> bool:
    """Return whether the table continues below a line, before anything else begins."""
    for below in range(place + 1, min(place + _FARTHEST_ROW, len(lines))):
        if is_head(lines, below, columns):
            return True
        if _begins(lines[below]) is not None or begins_example(lines[below].text):
            return False
    return False
