"""Prove a spec against the facts of its page, both ways: no fact without a leaf, no leaf without a fact.

A reading at a leaf may state a deviation. It must still match both sides.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, is_same_value
from toolchain.pages.prove.keywords import SECRET
from toolchain.pages.prove.places import PLACE, move_facts, page_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf, Reading

PRESENT: Final = "present"
_ALWAYS: Final = frozenset({"operation", "operation id", "title", "page"})
"""Places that every operation has: their presence isn't compared."""
_NOTHING: Final[dict[str, Any]] = {}


@attrs.frozen
class Finding:
    """A difference without a reading, or a reading without a difference.

    Attributes:
        place: The place.
        aspect: The aspect.
        page: The value on the page; None if not stated.
        spec: The value in the spec; None if not stated.
        message: The problem.
        pointer: The pointer in the spec; None if it lacks the place.
        lines: The lines of the page; None if it lacks the place.
    """

    place: str
    aspect: str
    page: Any
    spec: Any
    message: str
    pointer: str | None
    lines: tuple[int, int] | None


def prove(facts: Mapping[str, Fact], leaves: Mapping[str, Leaf]) -> list[Finding]:
    """Return every difference between a page and a spec that no reading explains.

    Args:
        facts: The facts of the page, by place.
        leaves: The facts of the spec, by place.
    """
    moved = move_facts(facts, leaves)
    findings = [
        Finding(leaf.place, PLACE, reading.page, reading.taken, "it moves no fact of the page", reading.pointer, None)
        for leaf, reading in moved.idle
    ]
    for place, leaf in leaves.items():
        findings += _at_leaf(leaf, moved.facts.get(page_place(place)))
    taken = {page_place(place) for place in leaves}
    for place, fact in moved.facts.items():
        if place not in taken:
            findings.append(Finding(place, "presence", PRESENT, None, "missing in the spec", None, fact.lines))
    return findings


def _at_leaf(leaf: Leaf, fact: Fact | None) -> Iterator[Finding]:
    readings = {reading.aspect: reading for reading in leaf.readings if reading.aspect != PLACE}
    compared = _compared(leaf, fact)
    for aspect, (page, spec) in compared.items():
        message = _problem(page, spec, readings.get(aspect), covered=leaf.covered)
        if message is not None:
            yield _finding(leaf, fact, aspect, (page, spec), message)
    for reading in leaf.readings:
        if readings.get(reading.aspect, reading) is not reading:
            message = f"duplicate of the reading {readings[reading.aspect].pointer}"
            yield _finding(leaf, fact, reading.aspect, (reading.page, reading.taken), message)
    for aspect, reading in readings.items():
        if aspect == "meaning" and fact is None:
            message = "the page states nothing here to interpret"
            yield _finding(leaf, fact, aspect, (None, reading.taken), message)
        elif aspect not in compared and aspect != "meaning":
            message = _problem(None, None, reading, covered=False)
            if message is not None:
                yield _finding(leaf, fact, aspect, (None, None), message)


def _compared(leaf: Leaf, fact: Fact | None) -> dict[str, tuple[Any, Any]]:
    """Return the values of page and spec for each aspect that either states."""
    stated = fact.aspects if fact is not None else _NOTHING
    kind = leaf.place.split()[0]
    always = leaf.place in _ALWAYS or kind == "server"
    if fact is None and not always:
        return {"presence": (None, PRESENT)}
    names = dict.fromkeys([*leaf.aspects, *stated])
    pairs = {name: (stated.get(name), leaf.aspects.get(name)) for name in names if name not in {WORDING, SECRET}}
    # A page needn't name its schemas; names that it gives must match.
    if pairs.get("schema", ("", ""))[0] is None:
        del pairs["schema"]
    if not always:
        pairs["presence"] = (PRESENT, PRESENT)
    return {name: pair for name, pair in pairs.items() if pair != (None, None)}


def _problem(page: Any, spec: Any, reading: Reading | None, *, covered: bool) -> str | None:
    """Return the problem of one aspect, if any."""
    if reading is None:
        if is_same_value(page, spec):
            return "a reading states that the page lacks it" if covered else None
        return None if covered and page is None else "page and spec differ"
    if is_same_value(page, spec):
        return "page and spec agree: remove the reading"
    if not is_same_value(reading.page, page):
        return f"the reading expects the page to state {reading.page!r}"
    return None if is_same_value(reading.taken, spec) else f"the reading expects the spec to state {reading.taken!r}"


def _finding(leaf: Leaf, fact: Fact | None, aspect: str, values: tuple[Any, Any], message: str) -> Finding:
    return Finding(leaf.place, aspect, *values, message, leaf.pointer_of(aspect), fact.lines if fact else None)
