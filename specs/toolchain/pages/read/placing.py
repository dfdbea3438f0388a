"""Finds out whether a table describes the request or a response, and the location of each parameter."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

import attrs

from toolchain.pages.read.flat_tables import nested_rows
from toolchain.pages.read.headings import heading_of, side_in
from toolchain.pages.read.words import PLACES

if TYPE_CHECKING:
    from toolchain.pages.read.bodies import Bodies
    from toolchain.pages.read.collected import Collected
    from toolchain.pages.read.fields import Field
    from toolchain.pages.read.layouts import Table
    from toolchain.pages.read.nesting import Part
    from toolchain.pages.read.outline import Section

_SIDE_OF: Final = {
    "request": "request",
    "uri": "request",
    "request example": "request",
    "response": "response",
    "response example": "response",
    "statuses": "response",
    "error example": "response",
}
"""The side that the tables of a section describe."""
_NAME: Final = re.compile(r"[A-Za-z_][\w.\[\]-]{0,99}(?: (?:objects?|structure|fields?|parameters?))?", re.ASCII)
_IN_PATH: Final = re.compile(r"\{([^{}/]{1,100})\}")
_HEADER: Final = re.compile(
    r"x-[\w-]+|content-(?:type|length|md5)|authorization|accept(?:-[\w-]+)?|host", re.IGNORECASE
)
_WITH_OBJECTS: Final = frozenset({"body", "query"})
_WITHOUT_BODY: Final = frozenset({"GET", "HEAD"})
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class TableContent(NamedTuple):
    """What a table lists.

    Attributes:
        is_response: Whether it describes a response.
        location: The location of its parameters, if the page states it.
        is_uri: Whether it is below the path of the operation.
        section: The line of the heading that it is below.
    """

    is_response: bool
    location: str | None
    is_uri: bool
    section: int


def table_content(section: Section, caption: str | None, table: Table) -> TableContent | None:
    """Return what a table of fields lists; None if the page doesn't show it.

    Args:
        section: The section that it is in.
        caption: Its caption, if it has one.
        table: The table.
    """
    captioned = heading_of(caption) if caption is not None else None
    side = captioned.side if captioned is not None else side_in(caption or "")
    side = side or _SIDE_OF.get(section.kind) or ("request" if "location" in table.heading.columns else None)
    if side is None:
        return None
    named = next((place for place, words in PLACES if words.search(caption or "")), None)
    is_uri = section.kind == "uri" or (captioned is not None and captioned.part == "uri")
    # Below a heading of headers, a table without a location in its caption is that of an object.
    inherited = section.location if caption is None or section.location in _WITH_OBJECTS else None
    return TableContent(side == "response", named or inherited, is_uri and side == "request", section.line)


def names_something(text: str) -> bool:
    """Return whether a line above a table is its caption: a name or a heading, not a sentence.

    Args:
        text: The line.
    """
    return _NAME.fullmatch(text) is not None or heading_of(text) is not None


class Request:
    """The tables of the request; the locations are known once the whole page is read."""

    def __init__(self, found: Collected, bodies: Bodies) -> None:
        """Start without tables.

        Args:
            found: The facts so far.
            bodies: The bodies so far.
        """
        self._found = found
        self._bodies = bodies
        self._tables: list[tuple[Part, TableContent]] = []

    def take(self, part: Part, found: TableContent) -> None:
        """Add a table.

        Args:
            part: The table.
            found: What the page states about the table.
        """
        self._tables.append((part, found))

    def finish(self) -> None:
        """Locate all parameters, and add them."""
        operation = self._found.facts.get("operation")
        method, path = (operation.aspects["method"], operation.aspects["path"]) if operation is not None else ("", "")
        above: tuple[str | None, int] = (None, 0)
        for part, found in self._tables:
            # A table without a location in its caption has the fields of an object in the table above.
            inherited = above[0] if part.caption and above[1] == found.section else None
            place = found.location or inherited or self._default(part, found, method)
            above = (place if place in _WITH_OBJECTS and (found.location or inherited) else None, found.section)
            located = [(_location(field, found, place, path), field) for field in part.fields]
            if in_body := [field for location, field in located if location == "body"]:
                self._bodies.add_request(attrs.evolve(part, fields=in_body))
            self._add([field for location, field in located if location != "body"], place, path)
        if operation is not None:
            for name in _IN_PATH.findall(path):
                if f"path {name}" not in self._found.facts:
                    self._found.report(operation.lines, f"{name}: no row describes this path parameter")

    def _default(self, part: Part, found: TableContent, method: str) -> str:
        """Return the location of parameters that the page doesn't locate, by method and names."""
        if found.is_uri or not method or method in _WITHOUT_BODY:
            return "query"
        if all("-" in field.name for field in part.fields):
            return "header"
        if method not in _WITH_BODY:
            self._found.report((part.line, part.line), "nothing shows if these parameters are in the query or the body")
        return "body"

    def _add(self, fields: list[Field], place: str, path: str) -> None:
        """Add parameters, and the elements of those that are arrays."""
        placed, unread = nested_rows("", fields, None)
        self._found.unread += unread
        for inner, field in placed:
            name = inner.removeprefix(".")
            if not name:
                self._found.report(field.lines, "a parameter without a name")
                continue
            location = _location(attrs.evolve(field, name=name), None, place, path)
            if location == "path" and path and f"{{{name}}}" not in path:
                self._found.report(field.lines, f"{name}: the path of the operation has no such parameter")
            self._found.add_field(f"{location} {name}", field)


def _location(field: Field, found: TableContent | None, place: str, path: str) -> str:
    """Return the location of a parameter: the path if it names it, otherwise by its row, table or name."""
    if f"{{{field.name}}}" in path:
        return "path"
    return field.location or _of_header(field, found) or place


def _of_header(field: Field, found: TableContent | None) -> str | None:
    """Return `header` for the name of a header that nothing else locates."""
    return "header" if (found is None or found.location is None) and _HEADER.fullmatch(field.name) else None
