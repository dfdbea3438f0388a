"""A fact of a spec, with its JSON pointer and its readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.document import below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolchain.document import Document

MISSHAPEN: Final = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What a document raises on the walk that isn't of OpenAPI's shape."""


@attrs.frozen
class Reading:
    """A spec's own word on where it departs from the page: what the page says, what it takes, and why.

    Attributes:
        aspect: What it is about.
        page: What the page says.
        taken: What the spec says.
        why: Why it does.
        pointer: Where the reading stands.
        since: When the vendor changed what the page still says.
        operation: The operation whose page it is about; None for that of every operation.
    """

    aspect: str
    page: Any
    taken: Any
    why: str
    pointer: str
    since: str | None = None
    operation: str | None = None


@attrs.define
class Leaf:
    """A fact of a spec.

    Attributes:
        place: What it is about.
        pointer: Where it stands.
        aspects: What it says.
        pointers: Where each aspect stands, if not at the leaf itself.
        readings: Where it departs from the page.
        schema: The name of the schema that has it as a property or is its type.
        covered: Whether something that it is a part of is said to be missing on the page.
        page_url: Where the page is; of an operation alone.
    """

    place: str
    pointer: str
    aspects: dict[str, Any]
    pointers: dict[str, str] = attrs.field(factory=dict)
    readings: list[Reading] = attrs.field(factory=list)
    schema: str | None = None
    covered: bool = False
    page_url: str | None = None

    def pointer_of(self, aspect: str) -> str:
        """Return where an aspect stands."""
        return self.pointers.get(aspect, self.pointer)


def readings_at(node: Document, where: str, operation: str) -> list[Reading]:
    """Return the readings beside a part of a spec that count for an operation."""
    return [
        Reading(one["aspect"], one["page"], one["taken"], one["why"], f"{where}/x-reading/{index}", *_of_whom(one))
        for index, one in enumerate(node.get("x-reading", []))
        if one.get("operation", operation) == operation
    ]


def _of_whom(reading: Document) -> tuple[str | None, str | None]:
    return reading.get("since"), reading.get("operation")


def readings_of_one(node: Any, where: str = "#") -> Iterator[tuple[str, Document]]:
    """Give the readings of a document that count for one operation alone, with their pointers.

    Args:
        node: The document, or a part of it.
        where: The pointer of the part.
    """
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from readings_of_one(value, below(where, key))
        if key == "x-reading":
            found = enumerate(value if isinstance(value, list) else ())
            yield from ((below(where, key, at), one) for at, one in found if "operation" in one)


def nearest(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings of a leaf without those of every operation where its own operation has one of the aspect."""
    found = list(readings)
    own = {reading.aspect for reading in found if reading.operation is not None}
    return [reading for reading in found if reading.operation is not None or reading.aspect not in own]
