"""Readings that a draft writes: what the page states and the spec doesn't, or the other way round."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolchain.document import at_pointer, pointer
from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.nodes import flow, own, put
from toolchain.pages.facts import same
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf, Reading
    from toolchain.pages.prove.proof import Finding

_MOST_ROUNDS: Final = 4
"""A leaf whose presence is settled shows what else of it differs."""


def add_reading(node: Any, aspect: str, page: Any, taken: Any = None, why: str = TO_WRITE) -> None:
    """Say beside a leaf where it departs from the page.

    Args:
        node: The leaf.
        aspect: What it is about.
        page: What the page says.
        taken: What the spec says.
        why: The reason, where a rule knows it; otherwise a person writes it.
    """
    entry = CommentedMap(aspect=aspect, page=page, taken=taken, why=why)
    node.setdefault("x-reading", CommentedSeq()).append(entry)


def settle_reading(node: Any, aspect: str, page: Any, *, differs: bool, operation: str | None = None) -> None:
    """Bring a reading up to date with what the page says now, or remove it where it no longer differs.

    Args:
        node: What the reading stands beside.
        aspect: What it is about.
        page: What the page says now.
        differs: Whether the spec still departs from that.
        operation: The operation that it counts for; None for every operation.
    """
    readings = _own_readings(node)
    for entry in [one for one in readings if one["aspect"] == aspect and one.get("operation") == operation]:
        if differs:
            entry["page"] = flow(page) if isinstance(page, list) else page
        else:
            readings.remove(entry)
    put(node, "x-reading", readings or None)


def _own_readings(node: Any) -> Any:
    """Return the readings of a leaf, made independent of those that share them by a YAML alias."""
    readings = copy.deepcopy(node.get("x-reading", CommentedSeq()))
    if getattr(readings, "anchor", None) is not None:
        readings.yaml_set_anchor(None)
    return readings


def split_reading(document: Any, reading: Reading, operations: Iterable[str]) -> None:
    """Give a reading of every operation to some of them, each its own.

    Args:
        document: The spec, which is edited in place.
        reading: The reading.
        operations: The operations that have it from now on.
    """
    holder, _, index = reading.pointer.rpartition("/x-reading/")
    node = own(document, holder)
    readings = _own_readings(node)
    shared = readings.pop(int(index))
    for place, operation in enumerate(operations):
        entry = copy.deepcopy(shared)
        entry["operation"] = operation
        readings.insert(int(index) + place, entry)
    put(node, "x-reading", readings or None)


def operations_with(document: Any, reading: Reading, operations: Iterable[str]) -> list[str]:
    """Return the operations that a reading counts for.

    Args:
        document: The spec.
        reading: The reading.
        operations: Those that may have it.
    """
    return [
        name
        for name in operations
        if any(one.pointer == reading.pointer for leaf in leaves(document, name).values() for one in leaf.readings)
    ]


def settle_shared(document: Any, operation: str, facts: Mapping[str, Fact], others: Iterable[str]) -> None:
    """Give an operation its own readings of what it shares with others, whose readings stay theirs.

    Args:
        document: The spec, which is edited in place.
        operation: The operation, which is new.
        facts: What its page states.
        others: The operations that were there before.
    """
    known = list(others)
    theirs = {leaf.pointer for name in known for leaf in leaves(document, name).values()}
    # An authentication is of the whole spec, be it of this operation alone so far.
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
    if reading is not None or same(finding.page, finding.spec):
        return False
    node = own(document, leaf.pointer)
    add_reading(node, finding.aspect, finding.page, finding.spec)
    if others:
        node["x-reading"][-1]["operation"] = operation
    return True
