"""Report what a newer page changes: where to edit the spec, which symbols it affects, and the next version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.change.changes import Change, changes, reworded
from toolchain.pages.change.lost import unread_in_place_of
from toolchain.pages.change.severity import ORDER, WORDING_ONLY, current_version, next_version
from toolchain.pages.change.symbols import symbol
from toolchain.pages.facts import WORDING, is_same_value, line_range, parent_of
from toolchain.pages.prove.places import move_facts
from toolchain.pages.safe_text import as_json_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolchain.pages.facts import Fact, PageFacts, Unread
    from toolchain.pages.prove.leaf import Leaf, Reading
    from toolchain.pages.prove.spec import Spec

_PARAMETERS: Final = frozenset({"path", "query"})
_ALREADY_THERE: Final = "the spec already has this: its reading is obsolete"


@attrs.frozen
class Item:
    """A change and where it applies.

    Attributes:
        change: The change.
        severity: The effect on callers, given what the spec already has.
        pointer: The JSON pointer to edit.
        line: The line of that pointer in the spec.
        symbol: The affected Python symbol; None if nothing is generated from it.
        note: How a reading in the spec affects it.
        unread: The unread lines of the newer page that may still have what seems removed.
    """

    change: Change
    severity: str
    pointer: str
    line: int
    symbol: str | None
    note: str | None
    unread: tuple[Unread, ...] = ()


@attrs.frozen
class Report:
    """The changes of one page, or of one operation between two versions of a spec.

    Attributes:
        spec: The name of the spec.
        operation: The operation.
        items: The changes, in the order of the page.
        reread: Readings of meaning whose wording changed on the page, with their lines in the spec.
        unread: Newly unread lines.
        version: The current version.
        next_version: The version that the changes require.
        known_unread: Lines that were already unread on the older page.
        coverage: How many lines of the newer page state something, and how many were understood.
        of_spec: Whether lines refer to the spec instead of the page.
    """

    spec: str
    operation: str
    items: list[Item]
    reread: list[tuple[str, int]]
    unread: list[Unread]
    version: str
    next_version: str
    known_unread: list[Unread] = attrs.field(factory=list)
    coverage: tuple[int, int] = (0, 0)
    of_spec: bool = False

    def by_severity(self) -> list[Item]:
        """Return the changes by severity, the most severe first, then by the line of the spec."""
        return sorted(self.items, key=lambda item: (-ORDER.index(item.severity), item.line))

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.items or self.unread or self.reread)


def compare(spec: Spec, operation: str, before: PageFacts, after: PageFacts) -> Report:
    """Compare two copies of a page.

    Args:
        spec: The spec.
        operation: The operation.
        before: The kept facts of the older page.
        after: The newer page.
    """
    leaves = spec.leaves(operation)
    old, new = (move_facts(page.by_place(), leaves).facts for page in (before, after))
    unread = _newly_unread(before.unread, after.unread)
    items = [
        _noting_unread(_item_of(spec, operation, leaves, change), old, new, unread) for change in changes(old, new)
    ]
    again = set(reworded(old, new))
    reread = {
        (reading.why, spec.line(reading.pointer)): None
        for leaf in leaves.values()
        if leaf.place in again
        for reading in leaf.readings
        if reading.aspect == "meaning"
    }
    version = current_version(spec.file.parent.parent)
    return Report(
        spec=spec.stem,
        operation=operation,
        items=items,
        reread=sorted(reread, key=lambda one: one[1]),
        unread=unread,
        version=version,
        next_version=next_version(version, [item.severity for item in items]),
        known_unread=[one for one in after.unread if one not in unread],
        coverage=(after.stated_lines, after.understood_lines),
    )


def _newly_unread(before: Sequence[Unread], after: Sequence[Unread]) -> list[Unread]:
    """Return the lines that are newly unread; of several with the same reason, the last ones."""
    known = Counter(one.why for one in before)
    found = []
    for one in sorted(after, key=lambda one: one.lines):
        if known[one.why]:
            known[one.why] -= 1
        else:
            found.append(one)
    return found


def _noting_unread(item: Item, old: Mapping[str, Fact], new: Mapping[str, Fact], unread: Sequence[Unread]) -> Item:
    """Return an item, noting unread lines that may still have what seems removed."""
    if item.change.kind != "removed" or not (found := unread_in_place_of(item.change.place, old, new, unread)):
        return item
    note = f"the page may still have it, in the unread lines {', '.join(line_range(one.lines) for one in found)}"
    return attrs.evolve(item, unread=found, note="; ".join(filter(None, [item.note, note])))


def _item_of(spec: Spec, operation: str, leaves: Mapping[str, Leaf], change: Change) -> Item:
    """Return a change with its location in the spec and in the generated code."""
    item = item_in_spec(spec, operation, leaves, change)
    leaf = leaves.get(change.place)
    if leaf is None:
        return item
    severity, note = _weighed(leaf, change)
    return attrs.evolve(item, severity=severity, note=note)


def item_in_spec(spec: Spec, operation: str, leaves: Mapping[str, Leaf], change: Change) -> Item:
    """Return a change with its location, whatever the readings."""
    leaf = leaves.get(change.place) or leaves.get(f"{change.place} 1")
    pointer, owner = (leaf.pointer_of(change.aspect), leaf) if leaf else _parent(leaves, change.place)
    name = symbol(spec.stem, operation, owner, change.aspect) if owner is not None else None
    return Item(change, change.severity, pointer, spec.line(pointer), name, None)


def _weighed(leaf: Leaf, change: Change) -> tuple[str, str | None]:
    """Return the severity of a change and a note, given the spec and its readings."""
    reading = next((one for one in leaf.readings if one.aspect == change.aspect), None)
    if change.kind == "added":
        other = _differences(leaf, change.after)
        if other:
            return change.severity, f"the spec already has it, but differs: {'; '.join(other)}"
        return WORDING_ONLY, _ALREADY_THERE
    taken = leaf.aspects.get(change.aspect)
    if change.kind == "changed" and is_same_value(taken, change.after) and not is_same_value(taken, change.before):
        return WORDING_ONLY, _ALREADY_THERE
    if reading is None:
        return change.severity, None
    return (change.severity if _reaches_callers(reading, change) else WORDING_ONLY), f"the spec deviates: {reading.why}"


def _differences(leaf: Leaf, page: Mapping[str, Any]) -> list[str]:
    """Return the aspects in which a newer page differs from the spec, as texts."""
    return [
        f"{aspect}: page {as_json_text(value)}, spec {as_json_text(leaf.aspects.get(aspect))}"
        for aspect, value in page.items()
        if aspect != WORDING
        and not is_same_value(value, leaf.aspects.get(aspect))
        and not _is_explained(leaf, aspect, value)
    ]


def _is_explained(leaf: Leaf, aspect: str, page: Any) -> bool:
    """Return whether a reading explains why the spec doesn't have the value of the page."""
    return any(reading.aspect == aspect and is_same_value(reading.page, page) for reading in leaf.readings)


def _reaches_callers(reading: Reading, change: Change) -> bool:
    """Return whether a change reaches callers despite a reading: only if the spec states nothing instead."""
    return reading.taken is None or change.aspect == "presence"


def _parent(leaves: Mapping[str, Leaf], place: str) -> tuple[str, Leaf | None]:
    """Return the pointer at which a new place belongs, and its parent leaf."""
    kind, _, name = place.partition(" ")
    operation = leaves["operation"].pointer
    if kind in {"path", "query", "header", "body"}:
        return f"{operation}/parameters", next((leaves[one] for one in leaves if one.split()[0] in _PARAMETERS), None)
    if kind in {"status", "error", "example"}:
        status = name.split()[0]
        return f"{operation}/responses" + (f"/{status}" if f"status {status}" in leaves else ""), leaves["operation"]
    parent = leaves.get(parent_of(place)) if name else None
    if parent is None:
        return operation, leaves["operation"]
    return parent.pointers.get("schema", parent.pointer), parent
