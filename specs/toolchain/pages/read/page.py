"""A page's facts: from blocks to places and aspects. Rules only; what no rule reads is reported with its lines."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.facts import PageError, PageFacts, Unread
from toolchain.pages.read import nesting
from toolchain.pages.read.bodies import Bodies
from toolchain.pages.read.collected import Collected
from toolchain.pages.read.fields import Field, field_of
from toolchain.pages.read.flat_tables import nested_rows
from toolchain.pages.read.head import Head
from toolchain.pages.read.layouts import Table
from toolchain.pages.read.lines import lines_of
from toolchain.pages.read.other_tables import read_rows
from toolchain.pages.read.outline import Block, Caption, Example, Section, StatusMark, Text, blocks_of
from toolchain.pages.read.text import LONGEST_LINE
from toolchain.pages.read.words import PLACES, REQUEST_LINE, says_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence


_IN_SAMPLE: Final = re.compile(r"\b([A-Z][a-z]+[A-Z]\w{1,80})Request\(\)")
_RESPONSE_HEADER: Final = re.compile(r"header|消息头", re.IGNORECASE)
_OF_TABLE: Final = re.compile(r"\||.*(?<!\\)\|$|.*(?<!\\)\|.*(?<!\\)\|")
_OF_FIELDS: Final = frozenset({"request", "response"})
_WITH_TABLES: Final = _OF_FIELDS | {"uri", "authorization", "statuses", "errors"}


def read_page(content: bytes) -> PageFacts:
    """Return the facts of a page.

    Args:
        content: The page, as text, Markdown or HTML.

    Raises:
        PageError: It isn't a page of an operation: it can't be decoded, or no table of it can be read.
    """
    reader = _Reader()
    lines = lines_of(content)
    for block in blocks_of(lines):
        reader.read(block)
    reader.finish()
    for line in lines:
        if line.is_cut:
            reader.found.report((line.number, line.last), f"what a line has after {LONGEST_LINE:,} characters")
    if not reader.found.has_fields():
        hint = "; scripts may write its text: save it in a browser" if b"<script" in content else ""
        raise PageError(f"no parameter and no response field can be read: this isn't the page of an operation{hint}")
    return reader.found.page(hashlib.sha256(content).hexdigest())


class _Reader:
    """Where on the page the reader is, and the tables that can only be put together at the end."""

    def __init__(self) -> None:
        self.found = Collected()
        self._head = Head(self.found)
        self._section = ""
        self._caption: Caption | None = None
        self._has_table = False
        self._status: int | None = None
        self._path = ""
        self._bodies = Bodies(self.found)
        self._alone: list[Text] = []

    def read(self, block: Block) -> None:
        """Take one block."""
        if isinstance(block, Section):
            if not self._section:
                self._head.end()
            self._end_section()
            self._section, self._caption, self._status = block.kind, None, None
        elif isinstance(block, Caption):
            self._end_caption()
            self._caption = block
        elif isinstance(block, StatusMark):
            self._end_caption()
            self._status = block.status
            self.found.name_status(block.status, block.line)
        elif isinstance(block, Example):
            self._read_example(block)
        elif isinstance(block, Table):
            self._read_table(block)
            self._caption = None
            self._has_table = True
        else:
            self._read_text(block)

    def _end_caption(self) -> None:
        """Report a caption that no table came after."""
        if self._caption is not None and self._section in _WITH_TABLES:
            self.found.report((self._caption.line, self._caption.line), "a table that no rule knows")
        self._caption = None

    def _end_section(self) -> None:
        """Report what a section of parameters or fields says, if no table of it could be read."""
        self._end_caption()
        said = [block for block in self._alone if not says_nothing(block.text)]
        if said and not self._has_table:
            self.found.report((said[0].line, said[-1].line), "a section without a table that a rule knows")
        self._alone, self._has_table = [], False

    def finish(self) -> None:
        """Put together what takes all tables."""
        self._end_section()
        self._bodies.finish()

    def _read_text(self, block: Text) -> None:
        found = REQUEST_LINE.match(block.text)
        if not self._section:
            self._head.read(block)
        elif found is not None and self._section == "uri":
            self._path = found[2]
            self.found.add("operation", (block.line, block.line), method=found[1], path=found[2].split("?")[0])
        elif found is not None and self._section == "request example" and "://" in found[2]:
            self.found.add("server", (block.line, block.line), host="/".join(found[2].split("/")[:3]))
        elif self._section == "code" and (sample := _IN_SAMPLE.search(block.text)) is not None:
            self.found.add("operation id", (block.line, block.line), operationId=sample[1])
        elif self._section in _WITH_TABLES and _OF_TABLE.match(block.text) and block.text != "|":
            self.found.table_lines += 1
            self.found.report((block.line, block.line), "a table that no rule knows")
        elif self._section in _OF_FIELDS:
            self._alone.append(block)

    def _read_example(self, block: Example) -> None:
        if block.problem is not None:
            self.found.report((block.first, block.last), block.problem)
        elif self._section == "response example":
            self._bodies.add_example(self._status, block)
        elif "example body" not in self.found.facts:
            self.found.add("example body", (block.first, block.last), example=block.value)

    def _read_table(self, table: Table) -> None:
        self.found.table_lines += table.lines
        kind = table.columns[0]
        self.found.understood_lines += table.lines - len(table.unread) if kind != "code" else 0
        self.found.unread += [Unread((line.number, line.last), "a line that fits no row") for line in table.unread]
        if kind == "name":
            self._read_fields(table)
        else:
            read_rows(table, self.found)

    def _read_fields(self, table: Table) -> None:
        fields = []
        for row in table.rows:
            field, unread = field_of(row)
            fields.append(field)
            self.found.unread += unread
        caption = self._caption.text if self._caption is not None else None
        part = nesting.Part(caption, fields, table.first, flat="example" in table.columns)
        if self._section in {"response", "response example"}:
            self._bodies.add_response(self._status, part, are_headers=bool(_RESPONSE_HEADER.search(caption or "")))
            return
        place = self._place(table, caption)
        in_body = [field for field in fields if (field.location or place) == "body"]
        if in_body:
            self._bodies.add_request(attrs.evolve(part, fields=in_body))
        self._read_parameters([field for field in fields if (field.location or place) != "body"], place)

    def _read_parameters(self, fields: Sequence[Field], place: str) -> None:
        """Take parameters, with what the page says of the elements of those that are arrays."""
        placed, unread = nested_rows("", fields, None)
        self.found.unread += unread
        for path, field in placed:
            name = path.removeprefix(".")
            if not name:
                self.found.report(field.lines, "a parameter without a name")
                continue
            where = "path" if f"{{{name}}}" in self._path else field.location or place
            self.found.add_field(f"{where} {name}", field)

    def _place(self, table: Table, caption: str | None) -> str:
        """Return where the parameters of a table are sent, by its caption, or by what it can't be."""
        named = next((place for place, words in PLACES if words.search(caption or "")), None)
        if named is not None or self._section == "uri" or not self._path:
            return named or "query"
        names = [row.text("name") for row in table.rows]
        return "header" if all("-" in name for name in names) else "body"
