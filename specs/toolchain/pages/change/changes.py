"""Compare two sets of facts: two copies of a page, or two versions of a spec."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.change.severity import severity_of
from toolchain.pages.facts import WORDING, enclosing_places, is_same_value, parent_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.pages.facts import Fact

_NOT_API: Final = frozenset({"page", "title"})
"""Places whose changes don't change the API."""


@attrs.frozen
class Change:
    """One change.

    Attributes:
        kind: `added`, `removed`, `renamed` or `changed`.
        place: The place; if renamed, the old one.
        aspect: The aspect; `presence` if the whole place was added, removed or renamed.
        before: The old value; None if added.
        after: The new value; None if removed.
        severity: `breaking`, `addition` or `wording`, for callers of the generated functions.
        before_lines: The lines of the older page.
        after_lines: The lines of the newer page.
    """

    kind: str
    place: str
    aspect: str
    before: Any
    after: Any
    severity: str
    before_lines: tuple[int, int] | None = None
    after_lines: tuple[int, int] | None = None


def changes(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> list[Change]:
    """Return the changes in the order of the newer facts, removals last.

    Changes of wording, order and dates don't count.

    Args:
        before: The older facts, by place.
        after: The newer facts, by place.
    """
    renamed = _renamed(before, after)
    older = {_moved(place, renamed): fact for place, fact in before.items()}
    found: list[Change] = []
    for place, fact in after.items():
        if place.split()[0] in _NOT_API or place in renamed.values():
            continue
        old = older.get(place)
        found += [_whole("added", None, fact)] if old is None else _of_aspects(old, fact)
    for place, fact in older.items():
        if fact.place in renamed:
            new = after[place]
            found += [_whole("renamed", fact, new), *_of_aspects(fact, new)]
        elif place not in after and place.split()[0] not in _NOT_API:
            found.append(_whole("removed", fact, None))
    return _without_parts(found)


def reworded(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> list[str]:
    """Return the places whose description was reworded."""
    return [
        place
        for place, fact in after.items()
        if place in before and fact.aspects.get(WORDING) != before[place].aspects.get(WORDING)
    ]


def _of_aspects(before: Fact, after: Fact) -> Iterator[Change]:
    for aspect in dict.fromkeys([*before.aspects, *after.aspects]):
        old, new = before.aspects.get(aspect), after.aspects.get(aspect)
        if aspect != WORDING and not is_same_value(old, new):
            severity = severity_of(after.place, aspect, old, new)
            yield Change("changed", before.place, aspect, old, new, severity, before.lines, after.lines)


def _whole(kind: str, before: Fact | None, after: Fact | None) -> Change:
    fact = before or after
    if fact is None:
        raise AssertionError("a change has at least one side")
    old = None if before is None else before.place if kind == "renamed" else before.aspects
    new = None if after is None else after.place if kind == "renamed" else after.aspects
    severity = severity_of(fact.place, "presence", old, new)
    older, newer = (None if side is None else side.lines for side in (before, after))
    return Change(kind, fact.place, "presence", old, new, severity, older, newer)


def _renamed(before: Mapping[str, Fact], after: Mapping[str, Fact]) -> dict[str, str]:
    """Return the renamed places: same parent, type and words, but another name. Objects come before their fields."""
    new: dict[tuple[str, ...], list[str]] = {}
    for place, fact in after.items():
        if place not in before:
            new.setdefault(_likeness(fact, place), []).append(place)
    found: dict[str, str] = {}
    for place in sorted((place for place in before if place not in after), key=len):
        moved, fact = _moved(place, found), before[place]
        alike = new.get(_likeness(fact, moved), []) if WORDING in fact.aspects and moved not in after else []
        if len(alike) == 1 and place.split()[0] not in {"status", "error"}:
            found[place] = alike.pop()
    return found


def _likeness(fact: Fact, place: str) -> tuple[str, ...]:
    """Return what a fact keeps when it is renamed: its parent, type and words."""
    parent = parent_of(place)
    return parent, str(fact.aspects.get("type")), str(fact.aspects.get(WORDING))


def _moved(place: str, renamed: Mapping[str, str]) -> str:
    """Return the new place of a place: a renamed object takes its fields along."""
    nearest = next((one for one in (place, *enclosing_places(place)) if one in renamed), None)
    return place if nearest is None else renamed[nearest] + place[len(nearest) :]


def _without_parts(found: list[Change]) -> list[Change]:
    """Return changes without those that others imply: an added or removed object includes its fields."""
    whole = {(change.kind, change.place) for change in found if change.aspect == "presence"}
    return [
        change
        for change in found
        if change.aspect != "presence"
        or change.kind == "renamed"
        or not any((change.kind, place) in whole for place in enclosing_places(change.place))
    ]
