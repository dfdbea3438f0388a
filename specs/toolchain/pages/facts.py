"""The facts of a page: each has a place, aspects, and the lines that it came from.

A place is a line of text: `operation`, `query limit`, `200 secrets[].id`, `status 404`, `error 400 NoPermission`. An
aspect has the name that OpenAPI has for it: `type`, `required`, `default`.
"""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDING: Final = "wording"
"""The aspect with the hash of a description: it shows that words changed without storing them."""


class PageError(ValueError):
    """A page that can't be read at all."""


class Fact(msgspec.Struct, frozen=True):
    """One fact.

    Attributes:
        place: What the fact is about.
        lines: The first and the last line of the page that state it.
        aspects: What it states.
    """

    place: str
    lines: tuple[int, int]
    aspects: dict[str, Any]


class Unread(msgspec.Struct, frozen=True):
    """Lines that look like facts but can't be read."""

    lines: tuple[int, int]
    why: str


class PageFacts(msgspec.Struct, frozen=True):
    """Everything that was read from a page.

    Attributes:
        facts: The facts, in the order of the page.
        unread: The lines that can't be read.
        stated_lines: How many of its lines state something: those of tables and examples.
        understood_lines: How many of them were understood.
        sha256: The hash of the page's bytes.
    """

    facts: tuple[Fact, ...]
    unread: tuple[Unread, ...]
    stated_lines: int
    understood_lines: int
    sha256: str

    def by_place(self) -> dict[str, Fact]:
        """Return the facts by their places."""
        return {fact.place: fact for fact in self.facts}


def line_range(lines: tuple[int, int]) -> str:
    """Return the first and the last line as text: `7`, or `7-9`."""
    first, last = lines
    return str(first) if first == last else f"{first}-{last}"


def wording_of(text: str) -> str | None:
    """Return a short hash of a text, ignoring spaces and case; None for an empty text."""
    words = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", text)).casefold()
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:12] if words else None


def is_same_value(one: Any, other: Any) -> bool:
    """Return whether two values of an aspect are equal.

    They are equal as JSON, where `true` isn't 1, unlike in Python. The order of strings in a list, such as the values
    of an enumeration, doesn't matter.
    """
    return one is other or _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    is_texts = isinstance(value, list) and all(isinstance(item, str) for item in value)
    return json.dumps(sorted(value) if is_texts else value, sort_keys=True, default=str)


def is_deeper(document: Any, levels: int) -> bool:
    """Return whether a document has more levels than a limit, without recursion."""
    level = [document]
    for _ in range(levels):
        inner = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        level = [child for children in inner for child in children]
    return bool(level)


_IN_ARRAY: Final = re.compile(r"(\w+)(\[\].*)")
"""A place in a body that is an array, such as `200[].id`."""


def enclosing_places(place: str) -> Iterator[str]:
    """Yield the places that contain a place, the nearest first.

    For `200 secrets[].id` they are `200 secrets[]`, `200 secrets`, `200` and `status 200`.
    """
    found = _IN_ARRAY.fullmatch(place)
    root, gap, path = (found[1], "", found[2]) if found is not None else place.partition(" ")
    if root == "example":
        yield path if path == "body" else f"status {path}"
        return
    while path:
        path = path.removesuffix("[]") if path.endswith("[]") else path.rpartition(".")[0]
        yield f"{root}{gap}{path}" if path else root
    yield f"status {root}"


def parent_of(place: str) -> str:
    """Return the nearest place that contains a place: for `200 secrets[].id` it is `200 secrets[]`."""
    return next(enclosing_places(place))


def name_of(place: str) -> str:
    """Return the name at the end of a place: for `200 secrets[].id` it is `id`."""
    return re.split(r"[ .]", place)[-1].removesuffix("[]")


def field_place(place: str, name: str) -> str:
    """Return the place of a field: after a space in a body, after a dot in an object."""
    return f"{place}{' ' if place.isalnum() else '.'}{name}"
