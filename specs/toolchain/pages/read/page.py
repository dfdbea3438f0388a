"""Turns the blocks of a page into facts, by rules only. What no rule reads is reported with its lines."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.facts import PageError, PageFacts
from toolchain.pages.read.bodies import Bodies
from toolchain.pages.read.collected import Collected
from toolchain.pages.read.examples import Example
from toolchain.pages.read.fields import field_of
from toolchain.pages.read.head import Head, Names, names_in
from toolchain.pages.read.layouts import Table
from toolchain.pages.read.lines import lines_of
from toolchain.pages.read.nesting import Part
from toolchain.pages.read.other_tables import read_rows
from toolchain.pages.read.outline import Block, Caption, Section, StatusMark, Text, blocks_of
from toolchain.pages.read.placing import Request, names_something, table_content
from toolchain.pages.read.requests import read_request
from toolchain.pages.read.text import CODE, ITEM, LONGEST_LINE, ROW
from toolchain.pages.read.words import states_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.text import Line

_OF_TABLE: Final = re.compile(r"\||.*(?<!\\)\|$|.*(?<!\\)\|.*(?<!\\)\|")
_OF_FIELDS: Final = frozenset({"request", "response"})
_WITH_TABLES: Final = _OF_FIELDS | {"uri", "authorization", "statuses", "errors"}
_WITHOUT_FACTS: Final = frozenset({"code", "history", "end"})
"""The sections whose tables and examples don't describe the operation."""
_LISTED: Final = re.compile(r"[-*+•·]?\s{0,9}[A-Za-z_][\w.\[\]-]{0,99}\s{0,3}(?:[:：(（]|[-–] )")  # noqa: RUF001 - as written
"""An item of a list that may describe a field."""
_LONGEST_CAPTION: Final = 100
_LONGEST_NAME: Final = 40
_MOST_HEADS: Final = 12


def read_page(content: bytes) -> PageFacts:
    """Return the facts of a page.

    Args:
        content: The page, as text, Markdown, reStructuredText or HTML.

    Raises:
        PageError: The content can't be decoded, or has no readable table of an operation. The message names
            what is missing.
    """
    reader = _Reader()
    lines = lines_of(content)
    for block in blocks_of(lines):
        reader.read(block)
    reader.finish(names_in(content))
    for line in lines:
        if line.is_cut:
            reader.found.report((line.number, line.last), f"the part of a line after {LONGEST_LINE:,} characters")
    if not reader.found.has_fields():
        hint = "; scripts may write its text: save it in a browser" if b"<script" in content else ""
        known = "no parameter and no field can be read: this isn't the page of an operation"
        raise PageError(f"{known}, or {reader.lacks(lines)}{hint}")
    return reader.found.page(hashlib.sha256(content).hexdigest())


class _Reader:
    """The state of the reader: where on the page it is, and tables that are assembled at the end."""

    def __init__(self) -> None:
        self.found = Collected()
        self._head = Head(self.found)
        self._section = Section("", 0)
        self._caption: Caption | None = None
        self._above: Text | None = None
        self._has_table = False
        self._status: int | None = None
        self._is_lost = False
        self._bodies = Bodies(self.found)
        self._request = Request(self.found, self._bodies)
        self._alone: list[Text] = []
        self._heads: list[str] = []

    def read(self, block: Block) -> None:
        """Process one block."""
        if isinstance(block, Section):
            self._begin(block)
        elif isinstance(block, Caption):
            self._end_caption()
            self._caption = block
        elif isinstance(block, StatusMark):
            self._end_caption()
            self._mark_status(block)
        elif isinstance(block, Example):
            self._read_example(block)
        elif isinstance(block, Table):
            self._read_table(block)
            self._caption = None
            self._has_table = True
        else:
            self._read_text(block)
        self._above = block if isinstance(block, Text) else None

    def lacks(self, lines: Sequence[Line]) -> str:
        """Return what an unreadable page lacks."""
        if not lines:
            return "it is empty"
        heads = ", ".join(dict.fromkeys(self._heads))
        known = "its table headers are unknown (read/words.py lists the known ones)"
        reasons = [f"{known}: {heads}" if heads else "it has no readable table"]
        if "operation" not in self.found.facts:
            reasons.append("it has no method and path")
        if self._section.kind in {"", "other"}:
            reasons.append("it has no known heading of parameters or fields (read/heading_words.py lists them)")
        return "; ".join(reasons)

    def _begin(self, section: Section) -> None:
        """Begin a section; the first heading that begins no section is the title of the page."""
        if not self._section.kind:
            if section.kind == "other" and not self._head.has_title():
                self._head.title(Text(section.text, section.line))
                return
            self._head.end()
        self._end_section()
        self._section, self._caption, self._status, self._is_lost = section, None, None, False

    def _mark_status(self, mark: StatusMark) -> None:
        """Set the status of the next tables and examples; below an unknown status, they aren't read."""
        self._status, self._is_lost = mark.status, mark.status is None
        if mark.status is not None:
            self.found.name_status(mark.status, mark.line)
            return
        self.found.report((mark.line, mark.line), "an unknown status")

    def _end_caption(self) -> None:
        """Report a caption without a table."""
        if self._caption is not None and self._section.kind in _WITH_TABLES and not self._caption.is_heading:
            self.found.report((self._caption.line, self._caption.line), "a table that can't be read")
        self._caption = None

    def _end_section(self) -> None:
        """Report the text of a section of parameters or fields that has no readable table."""
        self._end_caption()
        stated = [block for block in self._alone if not states_nothing(block.text)]
        if stated and not self._has_table:
            self.found.report((stated[0].line, stated[-1].line), "a section without a readable table")
        elif stated:
            for block in stated:
                if block.kind == ITEM and _LISTED.match(block.text):
                    self.found.report((block.line, block.line), "a list that can't be read")
        self._alone, self._has_table = [], False

    def finish(self, named: Names) -> None:
        """Assemble the tables; take the operation's name from the page's links where nothing else states it."""
        if not self._section.kind:
            self._head.end()
        self._end_section()
        self._request.finish()
        self._bodies.finish()
        self._head.name_by(named)

    def _read_text(self, block: Text) -> None:
        kind = self._section.kind
        if not kind and block.kind != CODE:
            self._head.read(block)
        elif read_request(block, kind, self.found):
            return
        elif block.kind == ROW or (
            block.kind != CODE and kind in _WITH_TABLES and _OF_TABLE.match(block.text) and block.text != "|"
        ):
            self.found.state(block.line)
            self.found.report((block.line, block.line), "a table that can't be read")
        elif kind in _OF_FIELDS and block.kind != CODE:
            self._alone.append(block)

    def _read_example(self, block: Example) -> None:
        kind = self._section.kind
        if kind in _WITHOUT_FACTS:
            return
        lines = (block.first, block.last)
        self.found.state(*range(block.first, block.last + 1))
        if block.problem is not None:
            self.found.report(lines, block.problem)
        elif kind in {"response example", "response", "error example"}:
            if self._status is None and (self._is_lost or kind == "error example"):
                known = "of an unknown status" if self._is_lost else "of an error without a status"
                self.found.report(lines, f"an example {known}")
            else:
                self._bodies.add_example(self._status, block)
        elif kind not in {"request example", "request"} and block.is_code:
            self.found.report(lines, "an example outside the sections of examples")
        elif "example body" not in self.found.facts:
            self.found.add("example body", lines, example=block.value)

    def _read_table(self, table: Table) -> None:
        heading = table.heading
        if self._section.kind in _WITHOUT_FACTS and table.kind in {"", "name"}:
            return
        self.found.state(*table.lines)
        if not table.kind:
            shown = ", ".join(heading.texts[:_MOST_HEADS])
            self._heads += heading.texts[:_MOST_HEADS]
            self.found.report((table.lines[0], table.lines[-1]), f"unknown table header: {shown}")
            return
        if unknown := heading.unknown():
            # The cells of this column are lost.
            self.found.report((table.lines[0], table.lines[-1]), f"unknown column: {', '.join(unknown)}")
        for group in table.unread:
            named = " ".join(group[0].text.strip("| ").split())[:_LONGEST_NAME]
            self.found.report((group[0].number, group[-1].last), f"{named}: not a row of this table")
        for row in table.rows:
            for problem in row.problems:
                self.found.report((row.first, row.last), f"{row.text(table.kind)}: {problem}")
        if table.kind == "name":
            self._read_fields(table)
        else:
            read_rows(table, self.found)

    def _read_fields(self, table: Table) -> None:
        caption = self._caption_text()
        found = table_content(self._section, caption, table)
        if found is None or self._is_lost:
            why = "of an unknown status" if found else "outside the sections of requests and responses"
            self.found.report((table.lines[0], table.lines[-1]), f"a table of fields {why}")
            return
        part = self._part(table, caption)
        if found.is_response:
            self._bodies.add_response(self._status, part, are_headers=found.location == "header")
        else:
            self._request.take(part, found)

    def _part(self, table: Table, caption: str | None) -> Part:
        fields = []
        for row in table.rows:
            field, unread = field_of(row)
            fields.append(field)
            self.found.unread += unread
        number = self._caption.number if self._caption is not None else None
        return Part(caption, fields, table.first, flat="example" in table.heading.columns, number=number)

    def _caption_text(self) -> str | None:
        """Return the caption of the next table: a marked one, or the line above if it isn't a sentence."""
        if self._caption is not None:
            return self._caption.text
        above = self._above
        if above is None or above.kind in {CODE, ROW} or len(above.text) > _LONGEST_CAPTION:
            return None
        return above.text if names_something(above.text) else None
