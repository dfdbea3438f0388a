"""A page as a row of blocks: what begins a section, a table, an example; so that the reader needs no lines."""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, TypeAlias

import attrs

from toolchain.pages.facts import is_deeper
from toolchain.pages.read.cells import is_head
from toolchain.pages.read.layouts import Heading, Table, heading_at, read_table
from toolchain.pages.read.text import printable
from toolchain.pages.read.types import is_type
from toolchain.pages.read.words import BLOCKS, CAPTION, SECTIONS, STATUS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from toolchain.pages.read.lines import Line


@attrs.frozen
class Section:
    """The heading of a part of the page, such as `request` or `errors`."""

    kind: str
    line: int


@attrs.frozen
class Caption:
    """The caption of a table."""

    text: str
    line: int


@attrs.frozen
class StatusMark:
    """A line that says for which status code the next tables or examples are."""

    status: int
    line: int


@attrs.frozen
class Example:
    """An example body, or what begins like one and isn't JSON."""

    value: Any
    first: int
    last: int
    problem: str | None = None


@attrs.frozen
class Text:
    """Any other line."""

    text: str
    line: int


Block: TypeAlias = Section | Caption | StatusMark | Example | Text | Table
_WITHOUT_HEADING = {
    "request": ("name", "type", "mandatory", "description", "example"),
    "response": ("name", "type", "description", "example"),
}
"""The columns of tables that lost their heading."""
_EXAMPLES = frozenset({"response example", "request example"})
_BEFORE_END = frozenset({"uri", "request", "response"})
"""The sections that no page has below its end."""
_DEEPEST = 50
"""How many levels an example may have: what keeps facts and compares them goes down into each."""
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*+"|[\[\]{}]')


def blocks_of(lines: Sequence[Line]) -> Iterator[Block]:
    """Give the blocks of a page, from its first line to its last."""
    at, section = 0, ""
    last = max(
        (place for place, line in enumerate(lines) if SECTIONS.get(line.text.rstrip(":")) in _BEFORE_END), default=0
    )
    while at < len(lines) and section != "end":
        block, at = _block_at(lines, at, section)
        if isinstance(block, Section):
            is_listed = not section and at < len(lines) and isinstance(_mark(lines, at), Section)
            if is_listed or (block.kind == "end" and at <= last):
                # A link to a section: in a list of them above the page, or to where it ends.
                continue
            section = block.kind
        yield block


def _block_at(lines: Sequence[Line], at: int, section: str) -> tuple[Block, int]:
    number, text = lines[at].number, lines[at].text
    if section == "code":
        kind = SECTIONS.get(text)
        return (Section(kind, number) if kind else Text(text, number)), at + 1
    heading = _heading(lines, at, section)
    if heading is not None:
        table = read_table(lines, at, heading, _end_of_table(lines, heading))
        return table, table.end
    mark = _mark(lines, at)
    if mark is not None:
        return mark, at + 1
    if text[0] in "{[" and section in _EXAMPLES:
        return _example(lines, at)
    return Text(text, number), at + 1


def _heading(lines: Sequence[Line], at: int, section: str) -> Heading | None:
    found = heading_at(lines, at)
    if found is None and section in _WITHOUT_HEADING and is_head(lines, at, _WITHOUT_HEADING[section]):
        return Heading(_WITHOUT_HEADING[section], "lines", at)
    return found


def _mark(lines: Sequence[Line], at: int) -> Section | Caption | StatusMark | None:
    """Return what stands at a place if it ends what is before it."""
    number, text = lines[at].number, lines[at].text
    if (kind := SECTIONS.get(text.rstrip(":"))) is not None:
        return Section(kind, number)
    if (status := STATUS.fullmatch(text)) is not None:
        return StatusMark(int(status[1]), number)
    if (caption := CAPTION.fullmatch(text)) is not None:
        return Caption(caption[1].strip(), number)
    return None


def _end_of_table(lines: Sequence[Line], heading: Heading) -> int:
    """Return the place of the next line that can't be a cell."""
    for place in range(heading.end, len(lines)):
        if place > heading.end and heading_at(lines, place) is not None:
            return place
        if _mark(lines, place) is not None and not _is_cell(lines, place, heading.columns):
            return place
        if lines[place].text == "{":
            return place
    return len(lines)


def _is_cell(lines: Sequence[Line], place: int, columns: tuple[str, ...]) -> bool:
    """Tell whether a line that could begin a section is a cell: the name of a row, or the last cell of one."""
    if columns[0] != "name":
        return False
    if lines[place].text.rstrip(":").lower() in BLOCKS:
        return True
    # Behind a type there is a description: what a body's error code is has the words of the section of error codes.
    described = is_head(lines, place + 1, columns) or SECTIONS.get(lines[place].text) == "errors"
    return is_head(lines, place, columns) or (is_type(lines[place - 1].text.strip("| ")) and described)


def _example(lines: Sequence[Line], at: int) -> tuple[Block, int]:
    """Take the lines up to the one that closes the first bracket, or to what ends the section."""
    end, depth = at, 0
    while end < len(lines) and _mark(lines, end) is None:
        for found in _BRACKETS.finditer(lines[end].text):
            depth += (found[0] in "{[") - (found[0] in "}]")
        end += 1
        if depth <= 0:
            break
    try:
        value = _DECODER.raw_decode("\n".join(line.text for line in lines[at:end]))[0]
        problem = "an example that is nested too deeply" if is_deeper(value, _DEEPEST) else None
    except (ValueError, RecursionError) as error:
        value, problem = None, f"no JSON: {error}"[:200]
    return Example(None if problem else _printable(value), lines[at].number, lines[end - 1].number, problem), end


def _finite(text: str) -> float:
    """Return a number of an example; what is none can't be compared, nor written as JSON."""
    value = float(text)
    if not math.isfinite(value):
        raise ValueError(f"{text[:20]} is no number of JSON")
    return value


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_finite)


def _printable(value: Any) -> Any:
    """Return an example without characters that act on a terminal, which its escapes can name."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, list):
        return [_printable(one) for one in value]
    if isinstance(value, dict):
        return {printable(name): _printable(one) for name, one in value.items()}
    return value
