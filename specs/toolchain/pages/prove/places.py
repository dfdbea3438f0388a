"""Map the places of a page to those of a spec; a reading can state that they differ."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import attrs
import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf, Reading

PLACE: Final = "place"
"""The aspect of a reading that maps a place of the page, such as `200`, to one of the spec, such as 201."""


@attrs.frozen
class Moved:
    """The facts of a page at the places of the spec.

    Attributes:
        facts: The facts, by place.
        idle: Readings that move nothing, each with its leaf.
    """

    facts: dict[str, Fact]
    idle: list[tuple[Leaf, Reading]]


def page_place(place: str) -> str:
    """Return the place on the page for a place of the spec: a page shows one host, a spec lists all servers."""
    return "server" if place.startswith("server ") else place


def move_facts(facts: Mapping[str, Fact], leaves: Mapping[str, Leaf]) -> Moved:
    """Return the facts of a page, moved as the readings of places state.

    Args:
        facts: The facts of the page, by place.
        leaves: The facts of the spec, by place.
    """
    moved, idle = dict(facts), []
    for leaf, reading in _of_places(leaves):
        before, after = str(reading.page), leaf.place.removeprefix("status ")
        found = _moved(moved, before, after)
        if reading.taken != after or found.keys() == moved.keys():
            idle.append((leaf, reading))
        else:
            moved = found
    return Moved(moved, idle)


def _of_places(leaves: Mapping[str, Leaf]) -> Iterator[tuple[Leaf, Reading]]:
    for leaf in leaves.values():
        for reading in leaf.readings:
            if reading.aspect == PLACE:
                yield leaf, reading


def _moved(facts: Mapping[str, Fact], before: str, after: str) -> dict[str, Fact]:
    """Return facts with those of one place moved to another; facts already there stay."""
    found: dict[str, Fact] = {}
    for place, fact in facts.items():
        new = _renamed(place, before, after)
        if new == place or new not in facts:
            found[new] = msgspec.structs.replace(fact, place=new)
        elif place != f"status {before}":
            found[place] = fact
    return found


def _renamed(place: str, before: str, after: str) -> str:
    """Return the new place of a fact; the facts of a status move with it."""
    if place == before or place.startswith((f"{before} ", f"{before}[", f"{before}.")):
        return after + place[len(before) :]
    kind, _, rest = place.partition(" ")
    of_status = before.isdigit() and kind in {"status", "error", "example", "response-header"}
    return f"{kind} {after}{rest[len(before) :]}" if of_status and rest.split(" ")[0] == before else place
