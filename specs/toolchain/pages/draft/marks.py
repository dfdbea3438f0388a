"""Marks of what no rule could read or place: comments in a spec, and nothing is generated before they are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from toolchain.gaps import to_decide
from toolchain.pages.facts import span
from toolchain.pages.prove.places import as_read
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec import Spec
from toolchain.pages.prove.spec_facts import leaves
from toolchain.pages.safe_text import shown_place

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact, PageFacts, Unread


def unplaced(document: Any, operation: str, facts: Mapping[str, Fact]) -> list[str]:
    """Return what a page states and a draft has nothing of, for whatever reason.

    Args:
        document: The spec with the draft.
        operation: The operation.
        facts: What its page states.
    """
    found = prove(facts, leaves(document, operation))
    return [f"{one.place}: {one.message}" for one in found if one.pointer is None]


def marked(text: str, operation: str, page: PageFacts, unread: Sequence[Unread], left: Sequence[str] = ()) -> str:
    """Return a spec with a mark of each thing that no rule could read or place, as near to its place as is known.

    What could not be read of a parameter or a field is marked above it, all else above the operation.

    Args:
        text: The spec.
        operation: The operation.
        page: What its page states.
        unread: Which lines of the page no rule could read.
        left: What no rule could place, a sentence each.
    """
    if not unread and not left:
        return text
    spec = Spec(Path(), YAML(typ="safe", pure=True).load(text), text)
    found = spec.leaves(operation)
    facts = as_read(page.by_place(), found).facts
    marks: dict[int, list[str]] = {}
    for pointer, what in [
        *((found["operation"].pointer, one) for one in left),
        *((found[_nearest(facts, one, found)].pointer, why) for one, why in _by_reason(unread)),
    ]:
        marks.setdefault(spec.line(pointer), []).append(what)
    rows = text.split("\n")
    for line in sorted(marks, reverse=True):
        row = rows[line - 1]
        indent = row[: len(row) - len(row.lstrip(" "))]
        end = "\r" if row.endswith("\r") else ""
        rows[line - 1 : line - 1] = [f"{indent}# {to_decide(shown_place(what))}{end}" for what in marks[line]]
    return "\n".join(rows)


def _by_reason(unread: Sequence[Unread]) -> Iterator[tuple[Unread, str]]:
    for one in unread:
        yield one, f"line{'' if one.lines[0] == one.lines[1] else 's'} {span(one.lines)} of the page: {one.why}"


def _nearest(facts: Mapping[str, Fact], unread: Unread, known: Mapping[str, Any]) -> str:
    """Return the place whose lines have what couldn't be read, the one of the fewest lines; otherwise the operation."""
    first, last = unread.lines
    around = [
        fact for fact in facts.values() if fact.place in known and fact.lines[0] <= first and last <= fact.lines[1]
    ]
    return min(around, key=lambda fact: fact.lines[1] - fact.lines[0]).place if around else "operation"
