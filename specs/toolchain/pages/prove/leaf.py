"""A fact of a spec, with its JSON pointer and its readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.document import extend_pointer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from toolchain.document import Document

MISSHAPEN: Final = (AttributeError, IndexError, KeyError, RecursionError, TypeError, ValueError)
"""The exceptions of a walk through a document without the shape of OpenAPI."""


@attrs.frozen
class Reading:
    """A deviation of a spec from its page: what the page states, what the spec takes, and why.

    Attributes:
        aspect: The aspect.
        page: The value on the page.
        taken: The value in the spec.
        why: The reason.
        pointer: The pointer of the reading.
        since: When the vendor changed what the page still states.
        operation: The operation that it applies to; None for all.
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
        place: The place.
        pointer: Its pointer.
        aspects: The values of its aspects.
        pointers: The pointers of aspects that aren't at the leaf itself.
        readings: Its deviations from the page.
        schema: The named schema that is its type.
        covered: Whether a reading states that the page lacks something it is part of.
        page_url: The address of the page; set on the operation only.
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
        """Return the pointer of an aspect."""
        return self.pointers.get(aspect, self.pointer)


def readings_at(node: Document, where: str, operation: str) -> list[Reading]:
    """Return the readings at a node that apply to an operation."""
    return [
        Reading(one["aspect"], one["page"], one["taken"], one["why"], f"{where}/x-reading/{index}", *_scope(one))
        for index, one in enumerate(node.get("x-reading", []))
        if one.get("operation", operation) == operation
    ]


def _scope(reading: Document) -> tuple[str | None, str | None]:
    return reading.get("since"), reading.get("operation")


def operation_readings(node: Any, where: str = "#") -> Iterator[tuple[str, Document]]:
    """Yield the readings that apply to a single operation, with their pointers.

    Args:
        node: The document, or a node of it.
        where: The pointer of the node.
    """
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        yield from operation_readings(value, extend_pointer(where, key))
        if key == "x-reading":
            found = enumerate(value if isinstance(value, list) else ())
            yield from ((extend_pointer(where, key, at), one) for at, one in found if "operation" in one)


def most_specific(readings: Iterable[Reading]) -> list[Reading]:
    """Return the readings of a leaf; one of its own operation replaces a general one of the same aspect."""
    found = list(readings)
    own = {reading.aspect for reading in found if reading.operation is not None}
    return [reading for reading in found if reading.operation is not None or reading.aspect not in own]
