"""A fact of a spec, with its JSON pointer and its readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

if TYPE_CHECKING:
    from toolchain.document import Document

MISSHAPEN: Final = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""What a document raises on the walk that isn't of OpenAPI's shape."""


@attrs.frozen
class Reading:
    """A spec's own word on where it departs from the page: what the page says, what it takes, and why."""

    aspect: str
    page: Any
    taken: Any
    why: str
    pointer: str
    since: str | None = None


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


def readings_at(node: Document, where: str) -> list[Reading]:
    """Return the readings beside a part of a spec."""
    return [
        Reading(one["aspect"], one["page"], one["taken"], one["why"], f"{where}/x-reading/{index}", one.get("since"))
        for index, one in enumerate(node.get("x-reading", []))
    ]
