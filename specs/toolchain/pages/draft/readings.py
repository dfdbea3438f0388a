"""Write readings: deviations of a spec from its page."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolchain.document import at_pointer, pointer
from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.nodes import flow, put, unshared
from toolchain.pages.facts import is_same_value
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf, Reading
    from toolchain.pages.prove.proof import Finding

_MOST_ROUNDS: Final = 4
"""Once the presence of a leaf is settled, its other differences show."""


def add_reading(node: Any, aspect: str, page: Any, taken: Any = None, why: str = TO_WRITE) -> None:
    """Add a reading to a node.

    Args:
        node: The node.
        aspect: The aspect.
        page: The value on the page.
        taken: The value in the spec.
        why: The reason; by default a mark for a person to replace.
    """
    entry = CommentedMap(aspect=aspect, page=page, taken=taken, why=why)
    node.setdefault("x-reading", CommentedSeq()).append(entry)


def settle_reading(node: Any, aspect: str, page: Any, *, differs: bool, operation: str | None = None) -> None:
    """Update a reading to the new page, or remove it if page and spec agree.

    Args:
        node: The node with the reading.
        aspect: The aspect.
        page: The new value on the page.
        differs: Whether the spec still differs from it.
        operation: The operation that the reading applies to; None for all.
    """
    readings = _copied_readings(node)
    for entry in [one for one in readings if one["aspect"] == aspect and one.get("operation") == operation]:
        if differs:
            entry["page"] = flow(page) if isinstance(page, list) else page
        else:
            readings.remove(entry)
    put(node, "x-reading", readings or None)


def _copied_readings(node: Any) -> Any:
    """Return a copy of a node's readings, without a YAML anchor."""
    readings = copy.deepcopy(node.get("x-reading", CommentedSeq()))
    if getattr(readings, "anchor", None) is not None:
        readings.yaml_set_anchor(None)
    return readings


def split_reading(document: Any, reading: Reading, operations: Iterable[str]) -> None:
    """Replace a general reading with one per operation.

    Args:
        document: The spec; edited in place.
        reading: The reading.
        operations: The operations that get one.
    """
    holder, _, index = reading.pointer.rpartition("/x-reading/")
    node = unshared(document, holder)
    readings = _copied_readings(node)
    shared = readings.pop(int(index))
    for place, operation in enumerate(operations):
        entry = copy.deepcopy(shared)
        entry["operation"] = operation
        readings.insert(int(index) + place, entry)
    put(node, "x-reading", readings or None)


def operations_with(document: Any, reading: Reading, operations: Iterable[str]) -> list[str]:
    """Return the operations that a reading applies to.

    Args:
        document: The spec.
        reading: The reading.
        operations: The candidates.
    """
    return [
        name
        for name in operations
        if any(one.pointer == reading.pointer for leaf in leaves(document, name).values() for one in leaf.readings)
    ]


def settle_shared(document: Any, operation: str, facts: Mapping[str, Fact], others: Iterable[str]) -> None:
    """Add readings for a new operation where it shares parts with others; theirs stay the same.

    Args:
        document: The spec; edited in place.
        operation: The new operation.
        facts: The facts of its page.
        others: The existing operations.
    """
    known = list(others)
    theirs = {leaf.pointer for name in known for leaf in leaves(document, name).values()}
    # A security scheme belongs to the whole spec, even if only this operation uses it yet.
    theirs |= {pointer("components", "securitySchemes", name) for name in document["components"]["securitySchemes"]}
    for _ in range(_MOST_ROUNDS):
        found = leaves(document, operation)
        shared = [one for one in prove(facts, found) if one.pointer and found[one.place].pointer in theirs]
        written = [_settle(document, operation, found[one.place], one, known) for one in shared]
        if not any(written):
            return


def _settle(document: Any, operation: str, leaf: Leaf, finding: Finding, others: list[str]) -> bool:
    """Settle one difference; return whether anything was written."""
    reading = next((one for one in leaf.readings if one.aspect == finding.aspect), None)
    if reading is not None and reading.operation is None:
        still = at_pointer(document, reading.pointer)
        if still.get("operation") is None and still["aspect"] == finding.aspect:
            split_reading(document, reading, operations_with(document, reading, others))
            return True
    if reading is not None or is_same_value(finding.page, finding.spec):
        return False
    node = unshared(document, leaf.pointer)
    add_reading(node, finding.aspect, finding.page, finding.spec)
    if others:
        node["x-reading"][-1]["operation"] = operation
    return True
