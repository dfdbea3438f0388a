"""The proof of a spec against the facts of its page, both ways: no fact without a leaf, no leaf without a fact.

They may differ where the spec says so: in a reading beside the leaf, which must still be true of both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.facts import WORDING, same
from toolchain.pages.prove.keywords import SECRET
from toolchain.pages.prove.places import PLACE, as_read, page_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from toolchain.pages.facts import Fact
    from toolchain.pages.prove.leaf import Leaf, Reading

PRESENT: Final = "present"
_ALWAYS: Final = frozenset({"operation", "operation id", "title", "page"})
"""Places that every operation has, so that only what is said of them is compared."""
_NOTHING: Final[dict[str, Any]] = {}


@attrs.frozen
class Finding:
    """One difference that no reading explains, or a reading that explains none.

    Attributes:
        place: What it is about.
        aspect: What of it.
        page: What the page says; None where it is silent.
        spec: What the spec says; None where it is silent.
        message: What is wrong.
        pointer: Where in the spec; None where it has no such place.
        lines: Where on the page; None where it has no such place.
    """

    place: str
    aspect: str
    page: Any
    spec: Any
    message: str
    pointer: str | None
    lines: tuple[int, int] | None


def prove(facts: Mapping[str, Fact], leaves: Mapping[str, Leaf]) -> list[Finding]:
    """Return every difference between a page and a spec that the spec doesn't explain.

    Args:
        facts: The facts of the page, by place.
        leaves: The facts of the spec, by place.
    """
    moved = as_read(facts, leaves)
    findings = [
        Finding(leaf.place, PLACE, reading.page, reading.taken, "it moves nothing of the page", reading.pointer, None)
        for leaf, reading in moved.idle
    ]
    for place, leaf in leaves.items():
        findings += _at_leaf(leaf, moved.facts.get(page_place(place)))
    taken = {page_place(place) for place in leaves}
    for place, fact in moved.facts.items():
        if place not in taken:
            findings.append(Finding(place, "presence", PRESENT, None, "the spec has nothing of it", None, fact.lines))
    return findings


def _at_leaf(leaf: Leaf, fact: Fact | None) -> Iterator[Finding]:
    readings = {reading.aspect: reading for reading in leaf.readings if reading.aspect != PLACE}
    compared = _compared(leaf, fact)
    for aspect, (page, spec) in compared.items():
        message = _judged(page, spec, readings.get(aspect), covered=leaf.covered)
        if message is not None:
            yield _finding(leaf, fact, aspect, (page, spec), message)
    for reading in leaf.readings:
        if readings.get(reading.aspect, reading) is not reading:
            message = f"another reading says it too: {readings[reading.aspect].pointer}"
            yield _finding(leaf, fact, reading.aspect, (reading.page, reading.taken), message)
    for aspect, reading in readings.items():
        if aspect == "meaning" and fact is None:
            message = "the page says nothing here that could be read otherwise"
            yield _finding(leaf, fact, aspect, (None, reading.taken), message)
        elif aspect not in compared and aspect != "meaning":
            message = _judged(None, None, reading, covered=False)
            if message is not None:
                yield _finding(leaf, fact, aspect, (None, None), message)


def _compared(leaf: Leaf, fact: Fact | None) -> dict[str, tuple[Any, Any]]:
    """Return what page and spec say of each aspect that one of them mentions."""
    said = fact.aspects if fact is not None else _NOTHING
    kind = leaf.place.split()[0]
    always = leaf.place in _ALWAYS or kind == "server"
    if fact is None and not always:
        return {"presence": (None, PRESENT)}
    names = dict.fromkeys([*leaf.aspects, *said])
    pairs = {name: (said.get(name), leaf.aspects.get(name)) for name in names if name not in {WORDING, SECRET}}
    # A page needn't name its schemas; where it does, the names must be the same.
    if pairs.get("schema", ("", ""))[0] is None:
        del pairs["schema"]
    if not always:
        pairs["presence"] = (PRESENT, PRESENT)
    return {name: pair for name, pair in pairs.items() if pair != (None, None)}


def _judged(page: Any, spec: Any, reading: Reading | None, *, covered: bool) -> str | None:
    """Return what is wrong with what page and spec say of one aspect; None if nothing is."""
    if reading is None:
        if same(page, spec):
            return "the spec says that the page lacks it" if covered else None
        return None if covered and page is None else "page and spec differ"
    if same(page, spec):
        return "the reading no longer differs: remove it"
    if not same(reading.page, page):
        return f"the reading says that the page has {reading.page!r}"
    return None if same(reading.taken, spec) else f"the reading says that the spec takes {reading.taken!r}"


def _finding(leaf: Leaf, fact: Fact | None, aspect: str, said: tuple[Any, Any], message: str) -> Finding:
    return Finding(leaf.place, aspect, *said, message, leaf.pointer_of(aspect), fact.lines if fact else None)
