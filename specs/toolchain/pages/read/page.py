"""A page's facts: from blocks to places and aspects. Rules only; what no rule reads is reported with its lines."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.facts import WORDING, Fact, PageFacts, Unread, wording_of
from toolchain.pages.read import nesting
from toolchain.pages.read.fields import Field, field_of, permission_of
from toolchain.pages.read.layouts import Table
from toolchain.pages.read.outline import Block, Caption, Example, Section, StatusMark, Text, blocks_of
from toolchain.pages.read.text import LONGEST_LINE, PageError, lines_of
from toolchain.pages.read.words import PLACES, REQUEST_LINE, UPDATED, says_nothing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.read.cells import Row

_OPERATION: Final = re.compile(r"(?:^|[::-] ?)([A-Z][a-z]{1,60}[A-Z][A-Za-z0-9]{0,100})$")
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
    reader.unread += [
        Unread((line.number, line.last), f"what a line has after {LONGEST_LINE:,} characters")
        for line in lines
        if line.is_cut
    ]
    if not any(place.startswith(("path ", "query ", "header ")) or place[0].isdigit() for place in reader.facts):
        hint = "; scripts may write its text: save it in a browser" if b"<script" in content else ""
        raise PageError(f"no parameter and no response field can be read: this isn't the page of an operation{hint}")
    ordered = tuple(sorted(reader.facts.values(), key=lambda fact: (fact.lines, fact.place)))
    return PageFacts(
        ordered, tuple(reader.unread), reader.table_lines, reader.understood, hashlib.sha256(content).hexdigest()
    )


class _Reader:
    """What was read so far, and where on the page the reader is."""

    def __init__(self) -> None:
        self.facts: dict[str, Fact] = {}
        self.unread: list[Unread] = []
        self.table_lines = self.understood = 0
        self._section = ""
        self._caption: Caption | None = None
        self._has_table = False
        self._status = 200
        self._path = ""
        self._responses: dict[int, list[nesting.Part]] = {}
        self._bodies: list[nesting.Part] = []
        self._examples: dict[int, Example] = {}
        self._before: list[Text] = []
        self._alone: list[Text] = []

    def add(self, place: str, lines: tuple[int, int], **aspects: Any) -> None:
        """Take a fact."""
        fact = Fact(place, lines, {name: value for name, value in aspects.items() if value is not None})
        if self.facts.setdefault(place, fact).aspects != fact.aspects:
            self.unread.append(Unread(lines, f"{place}: said a second time, and differently"))

    def _name_status(self, line: int) -> None:
        """Take a status code that a line names, without saying what it means."""
        self.facts.setdefault(f"status {self._status}", Fact(f"status {self._status}", (line, line), {}))

    def add_status(self, status: str, lines: tuple[int, int], wording: str | None) -> None:
        """Take a row with a status code; the first that says what it means counts."""
        fact = Fact(f"status {status}", lines, {WORDING: wording} if wording else {})
        known = self.facts.get(fact.place)
        if known is None or WORDING not in known.aspects:
            self.facts[fact.place] = fact
        elif wording is not None and known.aspects != fact.aspects:
            self.unread.append(Unread(lines, f"{fact.place}: said a second time, and differently"))

    def read(self, block: Block) -> None:
        """Take one block."""
        if isinstance(block, Section):
            if not self._section and self._before:
                self._title(self._before[-1])
            self._end_section()
            self._section, self._caption, self._status = block.kind, None, 200
        elif isinstance(block, Caption):
            self._end_caption()
            self._caption = block
        elif isinstance(block, StatusMark):
            self._end_caption()
            self._status = block.status
            self._name_status(block.line)
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
            self.unread.append(Unread((self._caption.line, self._caption.line), "a table that no rule knows"))
        self._caption = None

    def _end_section(self) -> None:
        """Report what a section of parameters or fields says, if no table of it could be read."""
        self._end_caption()
        said = [block for block in self._alone if not says_nothing(block.text)]
        if said and not self._has_table:
            self.unread.append(Unread((said[0].line, said[-1].line), "a section without a table that a rule knows"))
        self._alone, self._has_table = [], False

    def finish(self) -> None:
        """Put together what takes all tables."""
        self._end_section()
        for status, parts in self._responses.items():
            example = self._examples.get(status)
            self._take(nesting.nested(str(status), parts, example.value if example else None))
        self._take(nesting.nested("body", self._bodies, None))

    def _take(self, placed: tuple[list[tuple[str, Field]], list[Unread]]) -> None:
        fields, unread = placed
        needed = nesting.required(fields)
        for place, field in fields:
            aspects = {name: value for name, value in field.aspects.items() if name != "required"}
            self.add(place, field.lines, **aspects, required=needed.get(place))
        self.unread += unread

    def _read_text(self, block: Text) -> None:
        found = REQUEST_LINE.match(block.text)
        if not self._section:
            self._read_top(block)
        elif found is not None and self._section == "uri":
            self._path = found[2]
            self.add("operation", (block.line, block.line), method=found[1], path=found[2].split("?")[0])
        elif found is not None and self._section == "request example" and "://" in found[2]:
            self.add("server", (block.line, block.line), host="/".join(found[2].split("/")[:3]))
        elif self._section == "code" and (sample := _IN_SAMPLE.search(block.text)) is not None:
            self.add("operation id", (block.line, block.line), operationId=sample[1])
        elif self._section in _WITH_TABLES and _OF_TABLE.match(block.text) and block.text != "|":
            self.table_lines += 1
            self.unread.append(Unread((block.line, block.line), "a table that no rule knows"))
        elif self._section in _OF_FIELDS:
            self._alone.append(block)

    def _read_top(self, block: Text) -> None:
        lines = (block.line, block.line)
        found = UPDATED.search(block.text)
        updated = _date(found[1]) if found is not None else None
        if updated is None:
            self._before.append(block)
            if found is not None and found.start() == 0:
                self.unread.append(Unread(lines, "a date that no rule knows"))
            return
        self.add("page", lines, updated=updated)
        if self._before and block.text.lower().startswith("last updated"):
            self._title(self._before[-1])

    def _title(self, block: Text) -> None:
        """Take the title: the line before the date of some pages, or the last one before the first section."""
        if "title" in self.facts:
            return
        self.add("title", (block.line, block.line), title=" ".join(block.text.split()))
        if (named := _OPERATION.search(block.text)) is not None:
            self.add("operation id", (block.line, block.line), operationId=named[1])

    def _read_example(self, block: Example) -> None:
        if block.problem is not None:
            self.unread.append(Unread((block.first, block.last), block.problem))
        elif self._section == "response example" and self._status not in self._examples:
            self._examples[self._status] = block
            self.add(f"example {self._status}", (block.first, block.last), example=block.value)

    def _read_table(self, table: Table) -> None:
        self.table_lines += table.lines
        kind = table.columns[0]
        self.understood += table.lines - len(table.unread) if kind != "code" else 0
        self.unread += [Unread((line.number, line.last), "a line that fits no row") for line in table.unread]
        if kind == "name":
            self._read_fields(table)
        elif kind == "status":
            for row in table.rows:
                self._read_status(row)
        elif kind == "action":
            for row in table.rows:
                self._read_permission(row)
        elif kind == "code":
            self.unread += [Unread((row.first, row.last), "an error without a status code") for row in table.rows]

    def _read_fields(self, table: Table) -> None:
        fields = []
        for row in table.rows:
            field, unread = field_of(row)
            fields.append(field)
            self.unread += unread
        caption = self._caption.text if self._caption is not None else None
        part = nesting.Part(caption, fields, table.first, flat="example" in table.columns)
        if self._section in {"response", "response example"}:
            self._name_status(table.first)
            if _RESPONSE_HEADER.search(caption or ""):
                self._read_each(fields, f"response-header {self._status}")
            else:
                self._responses.setdefault(self._status, []).append(part)
            return
        place = self._place(table, caption)
        if place == "body":
            self._bodies.append(part)
        else:
            self._read_each(fields, place)

    def _read_each(self, fields: Sequence[Field], place: str) -> None:
        """Take fields that aren't nested: parameters, and the headers of a response."""
        for field in fields:
            if not field.name:
                self.unread.append(Unread(field.lines, "a parameter without a name"))
                continue
            is_path = f"{{{field.name}}}" in self._path and not place.startswith("response")
            where = "path" if is_path else field.location or place
            self.add(f"{where} {field.name}", field.lines, **field.aspects)

    def _place(self, table: Table, caption: str | None) -> str:
        """Return where the parameters of a table are sent, by its caption, or by what it can't be."""
        named = next((place for place, words in PLACES if words.search(caption or "")), None)
        if named is not None or self._section == "uri" or not self._path:
            return named or "query"
        names = [row.text("name") for row in table.rows]
        return "header" if all("-" in name for name in names) else "body"

    def _read_status(self, row: Row) -> None:
        status, lines = row.text("status")[:3], (row.first, row.last)
        words = row.text("description") or row.text("message") or row.text("status")[3:]
        if row.text("code"):
            self.add(f"error {status} {row.text('code')}", lines, message=row.text("message"))
            words = ""
        self.add_status(status, lines, wording_of(words))

    def _read_permission(self, row: Row) -> None:
        aspects = permission_of(row)
        if aspects is None:
            self.unread.append(Unread((row.first, row.last), "a permission that no rule knows"))
        else:
            self.add("permission", (row.first, row.last), **aspects)


def _date(text: str) -> str | None:
    for form in ("%Y-%m-%d", "%b %d, %Y"):
        for length in (len(text), 12, 10):
            try:
                return datetime.strptime(text[:length].strip(), form).date().isoformat()  # noqa: DTZ007 - a date alone
            except ValueError:
                continue
    return None
