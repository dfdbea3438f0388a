"""A page's facts: from blocks to places and aspects. Rules only; what no rule reads is reported with its lines."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages import nesting
from toolchain.pages.facts import WORDING, Fact, PageFacts, Unread, wording_of
from toolchain.pages.fields import Field, field_of
from toolchain.pages.layouts import Table
from toolchain.pages.outline import Block, Caption, Example, Section, StatusMark, Text, blocks_of, says_nothing
from toolchain.pages.text import PageError, lines_of
from toolchain.pages.words import ACCESS_LEVELS, PLACES, REQUEST_LINE, UPDATED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from toolchain.pages.cells import Row

_OPERATION: Final = re.compile(r"(?:^|[::-] ?)([A-Z][a-z]+(?:[A-Z][A-Za-z0-9]*)+)$")
_IN_SAMPLE: Final = re.compile(r"\b([A-Z][a-z]+[A-Z]\w{1,80})Request\(\)")
_PARAMETER: Final = re.compile(r"\{([\w-]{1,100})\}")


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
    if not any(fact.place.split()[0] in {"path", "query", "header", "200"} for fact in reader.facts):
        raise PageError("no parameter and no response field can be read: this isn't the page of an operation")
    facts = {fact.place: fact for fact in reversed(reader.facts)}
    ordered = tuple(sorted(facts.values(), key=lambda fact: (fact.lines, fact.place)))
    return PageFacts(
        ordered, tuple(reader.unread), reader.table_lines, reader.understood, hashlib.sha256(content).hexdigest()
    )


class _Reader:
    """What was read so far, and where on the page the reader is."""

    def __init__(self) -> None:
        self.facts: list[Fact] = []
        self.unread: list[Unread] = []
        self.table_lines = self.understood = 0
        self._section = ""
        self._caption: str | None = None
        self._status = 200
        self._path = ""
        self._responses: dict[int, list[nesting.Part]] = {}
        self._bodies: list[nesting.Part] = []
        self._examples: dict[int, Example] = {}
        self._before: list[Text] = []

    def add(self, place: str, lines: tuple[int, int], **aspects: Any) -> None:
        """Take a fact."""
        self.facts.append(Fact(place, lines, {name: value for name, value in aspects.items() if value is not None}))

    def read(self, block: Block) -> None:
        """Take one block."""
        if isinstance(block, Section):
            if not self._section and self._before:
                self._title(self._before[-1])
            self._section, self._caption, self._status = block.kind, None, 200
        elif isinstance(block, Caption):
            self._caption = block.text
        elif isinstance(block, StatusMark):
            self._status, self._caption = block.status, None
            self.add(f"status {block.status}", (block.line, block.line))
        elif isinstance(block, Example):
            self._read_example(block)
        elif isinstance(block, Table):
            self._read_table(block)
            self._caption = None
        else:
            self._read_text(block)

    def finish(self) -> None:
        """Put together what takes all tables."""
        for status, parts in self._responses.items():
            example = self._examples.get(status)
            self._take(nesting.places(str(status), parts, example.value if example else None))
        self._take(nesting.places("body", self._bodies, None))

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
            self._before.append(block)
            self._read_top(block)
        elif found is not None and self._section == "uri":
            self._path = found[2]
            self.add("operation", (block.line, block.line), method=found[1], path=found[2].split("?")[0])
        elif found is not None and self._section == "request example" and "://" in found[2]:
            self.add("server", (block.line, block.line), host="/".join(found[2].split("/")[:3]))
        elif self._section == "code" and (sample := _IN_SAMPLE.search(block.text)) is not None:
            self.add("operation id", (block.line, block.line), operationId=sample[1])
        elif self._section == "authorization" and block.text.startswith("|") and not says_nothing(block.text):
            self.unread.append(Unread((block.line, block.line), "a table that no rule knows"))

    def _read_top(self, block: Text) -> None:
        if (updated := UPDATED.search(block.text)) is not None:
            self.add("page", (block.line, block.line), updated=_date(updated[1]))
            if len(self._before) > 1 and block.text.lower().startswith("last updated"):
                self._title(self._before[-2])

    def _title(self, block: Text) -> None:
        """Take the title: the line before the date, or the last one before the first section."""
        if any(fact.place == "title" for fact in self.facts):
            return
        self.add("title", (block.line, block.line), title=block.text)
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
        self.understood += table.lines - len(table.unread)
        self.unread += [Unread((line.number, line.number), "a line that fits no row") for line in table.unread]
        kind = table.columns[0]
        if kind == "name":
            self._read_fields(table)
        elif kind == "status":
            for row in table.rows:
                self._read_status(row)
        elif kind == "action":
            for row in table.rows:
                self._read_permission(row)

    def _read_fields(self, table: Table) -> None:
        fields = []
        for row in table.rows:
            field, unread = field_of(row)
            fields.append(field)
            self.unread += unread
        part = nesting.Part(self._caption, fields, table.first, flat="example" in table.columns)
        if self._section in {"response", "response example"}:
            self._responses.setdefault(self._status, []).append(part)
            self.add(f"status {self._status}", (table.first, table.first))
            return
        place = self._place(table)
        if place == "body":
            self._bodies.append(part)
            return
        for field in fields:
            where = "path" if f"{{{field.name}}}" in self._path else field.location or place
            self.add(f"{where} {field.name}", field.lines, **field.aspects)

    def _place(self, table: Table) -> str:
        """Return where the parameters of a table are sent, by its caption, or by what it can't be."""
        named = next((place for place, words in PLACES if words.search(self._caption or "")), None)
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
        self.facts = [fact for fact in self.facts if fact.place != f"status {status}" or WORDING in fact.aspects]
        self.add(f"status {status}", lines, **{WORDING: wording_of(words)})

    def _read_permission(self, row: Row) -> None:
        aspects = _permission(row)
        if aspects is None:
            self.unread.append(Unread((row.first, row.last), "a permission that no rule knows"))
        else:
            self.add("permission", (row.first, row.last), **aspects)


def _permission(row: Row) -> dict[str, Any] | None:
    action = row.text("action").split("\n")
    if "access level" in row.cells:
        level, resources, conditions = (
            row.text(name).split("\n") for name in ("access level", "resource", "condition")
        )
        return _permission_of(action[0], level[0], resources, conditions)
    # Run together: the action ends with its level; then the resources, each with a star, and the condition keys.
    found = re.fullmatch(rf"([\w-]{{1,60}}:[\w*]{{1,100}}?)({'|'.join(ACCESS_LEVELS)})", action[0])
    stars = [text for text in action[1:] if text.startswith("*")]
    return found and _permission_of(found[1], found[2], stars[-1:], [text for text in action[1:] if text not in stars])


def _permission_of(action: str, level: str, resources: Sequence[str], conditions: Sequence[str]) -> dict[str, Any]:
    def listed(texts: Sequence[str]) -> list[str]:
        plain = [text.strip(" •-\t") for text in texts]
        return list(dict.fromkeys(text for text in plain if text and not says_nothing(text)))

    stars = ["*" if text == "*" else text.removesuffix("*").strip() for text in listed(resources)]
    return {"action": action, "access-level": level, "resources": stars, "condition-keys": listed(conditions)}


def _date(text: str) -> str | None:
    for form in ("%Y-%m-%d", "%b %d, %Y"):
        for length in (len(text), 12, 10):
            try:
                return datetime.strptime(text[:length].strip(), form).date().isoformat()  # noqa: DTZ007 - a date alone
            except ValueError:
                continue
    return None
