"""What a newer copy of a page changes: where to edit, what it touches, what it asks of callers and of the version."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.change.changes import Change, changes, reworded
from toolchain.pages.change.lost import in_its_place
from toolchain.pages.change.severity import ORDER, WORDING_ONLY, current_version, next_version
from toolchain.pages.change.symbols import symbol
from toolchain.pages.facts import WORDING, parent_of, same, span
from toolchain.pages.prove.places import as_read
from toolchain.pages.safe_text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from toolchain.pages.facts import Fact, PageFacts, Unread
    from toolchain.pages.prove.leaf import Leaf, Reading
    from toolchain.pages.prove.spec import Spec

_SENT: Final = frozenset({"path", "query"})
_TAKEN: Final = "the spec takes this already: its reading isn't needed any more"


@attrs.frozen
class Item:
    """One change, and where it leads.

    Attributes:
        change: The change.
        severity: What it asks of callers, given what the spec takes already.
        pointer: The JSON pointer to edit.
        line: The line of the spec at which that stands.
        symbol: The Python symbol that is affected; None where nothing is generated from it.
        note: What a reading in the spec says of it.
        unread: The lines of the newer page that no rule could read, and that may have what seems to be gone.
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
    """What changed on one page, or of one operation between two versions of a spec.

    Attributes:
        spec: The name of the spec.
        operation: The operation.
        items: The changes, in the order of the page.
        reread: Readings of meaning whose words on the page are others now, with their lines in the spec.
        unread: What couldn't be read on the newer page, and could on the older.
        version: The version now.
        next_version: The version that the changes ask for.
        known_unread: What couldn't be read on the older page either, when it was accepted.
        coverage: How many lines of the newer page say something, and how many of them were understood.
        of_spec: Whether the lines of the changes are those of the spec; otherwise they are those of the page.
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
        """Return the changes as they are shown: what asks most of callers first, then by the line of the spec."""
        return sorted(self.items, key=lambda item: (-ORDER.index(item.severity), item.line))

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        return not (self.items or self.unread or self.reread)


def compare(spec: Spec, operation: str, before: PageFacts, after: PageFacts) -> Report:
    """Return what a newer page changes.

    Args:
        spec: The spec.
        operation: The operation.
        before: What was kept of the older page.
        after: The newer page.
    """
    leaves = spec.leaves(operation)
    old, new = (as_read(page.by_place(), leaves).facts for page in (before, after))
    unread = _newly_unread(before.unread, after.unread)
    items = [_perhaps_lost(_item_of(spec, operation, leaves, change), old, new, unread) for change in changes(old, new)]
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
    """Return what can't be read more often than before; where one reason has several lines, the last of them."""
    known = Counter(one.why for one in before)
    found = []
    for one in sorted(after, key=lambda one: one.lines):
        if known[one.why]:
            known[one.why] -= 1
        else:
            found.append(one)
    return found


def _perhaps_lost(item: Item, old: Mapping[str, Fact], new: Mapping[str, Fact], unread: Sequence[Unread]) -> Item:
    """Return a change that says so, where what seems to be gone may stand in lines that can't be read."""
    if item.change.kind != "removed" or not (found := in_its_place(item.change.place, old, new, unread)):
        return item
    note = f"the page may still have it: no rule could read its lines {', '.join(span(one.lines) for one in found)}"
    return attrs.evolve(item, unread=found, note="; ".join(filter(None, [item.note, note])))


def _item_of(spec: Spec, operation: str, leaves: Mapping[str, Leaf], change: Change) -> Item:
    """Return a change with its places in the spec and in the generated code."""
    item = item_in_spec(spec, operation, leaves, change)
    leaf = leaves.get(change.place)
    if leaf is None:
        return item
    severity, note = _read_already(leaf, change)
    return attrs.evolve(item, severity=severity, note=note)


def item_in_spec(spec: Spec, operation: str, leaves: Mapping[str, Leaf], change: Change) -> Item:
    """Return a change of the spec itself, for which no reading stands."""
    leaf = leaves.get(change.place) or leaves.get(f"{change.place} 1")
    pointer, owner = (leaf.pointer_of(change.aspect), leaf) if leaf else _home(leaves, change.place)
    name = symbol(spec.stem, operation, owner, change.aspect) if owner is not None else None
    return Item(change, change.severity, pointer, spec.line(pointer), name, None)


def _read_already(leaf: Leaf, change: Change) -> tuple[str, str | None]:
    """Return the severity of a change, and a note, where the spec already departs from the older page."""
    reading = next((one for one in leaf.readings if one.aspect == change.aspect), None)
    if change.kind == "added":
        other = _taken_otherwise(leaf, change.after)
        if other:
            return change.severity, f"the spec has it already, but otherwise: {'; '.join(other)}"
        return WORDING_ONLY, _TAKEN
    taken = leaf.aspects.get(change.aspect)
    if change.kind == "changed" and same(taken, change.after) and not same(taken, change.before):
        return WORDING_ONLY, _TAKEN
    if reading is None:
        return change.severity, None
    return (change.severity if _tells(reading, change) else WORDING_ONLY), f"the spec reads otherwise: {reading.why}"


def _taken_otherwise(leaf: Leaf, page: Mapping[str, Any]) -> list[str]:
    """Return what a newer page says of something that the spec has another word of, a text each."""
    return [
        f"{aspect}: page {shown(value)}, spec {shown(leaf.aspects.get(aspect))}"
        for aspect, value in page.items()
        if aspect != WORDING and not same(value, leaf.aspects.get(aspect)) and not _is_read(leaf, aspect, value)
    ]


def _is_read(leaf: Leaf, aspect: str, page: Any) -> bool:
    """Tell whether a reading says that a page has a value, and why the spec takes another."""
    return any(reading.aspect == aspect and same(reading.page, page) for reading in leaf.readings)


def _tells(reading: Reading, change: Change) -> bool:
    """Tell whether a change reaches callers though the spec departs from the page here: where it took nothing of it."""
    return reading.taken is None or change.aspect == "presence"


def _home(leaves: Mapping[str, Leaf], place: str) -> tuple[str, Leaf | None]:
    """Return where something new belongs, and the leaf that it will be a part of."""
    kind, _, name = place.partition(" ")
    operation = leaves["operation"].pointer
    if kind in {"path", "query", "header", "body"}:
        return f"{operation}/parameters", next((leaves[one] for one in leaves if one.split()[0] in _SENT), None)
    if kind in {"status", "error", "example"}:
        status = name.split()[0]
        return f"{operation}/responses" + (f"/{status}" if f"status {status}" in leaves else ""), leaves["operation"]
    parent = leaves.get(parent_of(place)) if name else None
    if parent is None:
        return operation, leaves["operation"]
    return parent.pointers.get("schema", parent.pointer), parent
