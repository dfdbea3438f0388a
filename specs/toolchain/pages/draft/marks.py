"""Mark what no rule could read or place, with comments in the spec; nothing is generated until they are gone."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML

from toolchain.gaps import decision_mark
from toolchain.pages.facts import line_range
from toolchain.pages.prove.places import move_facts
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec import Spec
from toolchain.pages.prove.spec_facts import leaves
from toolchain.pages.safe_text import as_plain_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from toolchain.pages.facts import Fact, PageFacts, Unread


_MOST_LINES: Final = 12
"""The most line spans that a mark names."""


def unplaced(document: Any, operation: str, facts: Mapping[str, Fact]) -> list[str]:
    """Return the facts of a page that a draft lacks, a sentence each.

    Args:
        document: The spec with the draft.
        operation: The operation.
        facts: The facts of its page.
    """
    found = prove(facts, leaves(document, operation))
    return [f"{one.place}: {one.message}" for one in found if one.pointer is None]


def marked(
    text: str, operation: str, page: PageFacts, unread: Mapping[Unread, str | None], left: Sequence[str] = ()
) -> str:
    """Return the text of a spec with marks for what no rule could read or place.

    Marks of a parameter or field go above it, all others above the operation.

    Args:
        text: The spec.
        operation: The operation.
        page: The facts of its page.
        unread: The unread lines of the page, each with its place if known.
        left: The facts that no rule could place, a sentence each.
    """
    if not unread and not left:
        return text
    spec = Spec(Path(), YAML(typ="safe", pure=True).load(text), text)
    leaves_of = spec.leaves(operation)
    facts = {place: fact for place, fact in move_facts(page.by_place(), leaves_of).facts.items() if place in leaves_of}
    above = {spec.line(leaves_of["operation"].pointer): [*left]} if left else {}
    for place, sentence in _by_place(facts, unread):
        leaf = leaves_of.get(place, leaves_of["operation"])
        above.setdefault(spec.line(leaf.pointer), []).append(sentence)
    rows = text.split("\n")
    for line in sorted(above, reverse=True):
        row = rows[line - 1]
        indent, end = row[: len(row) - len(row.lstrip(" "))], "\r" if row.endswith("\r") else ""
        rows[line - 1 : line - 1] = [f"{indent}# {decision_mark(as_plain_text(what))}{end}" for what in above[line]]
    return "\n".join(rows)


def _by_place(facts: Mapping[str, Fact], unread: Mapping[Unread, str | None]) -> Iterator[tuple[str, str]]:
    """Yield a sentence for each place and reason of unread lines."""
    found: dict[tuple[str, str], list[str]] = {}
    for one, place in unread.items():
        found.setdefault((place or _nearest(facts, one), one.why), []).append(line_range(one.lines))
    for (place, why), lines in found.items():
        more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
        word = "line" if len(lines) == 1 and lines[0].isdigit() else "lines"
        yield place, f"{word} {', '.join(lines[:_MOST_LINES])}{more} of the page: {why}"


def _nearest(facts: Mapping[str, Fact], unread: Unread) -> str:
    """Return the place with the fewest lines that contain the unread ones; otherwise the operation.

    A body has the lines of its first field, so the field wins.
    """
    first, last = unread.lines
    around = [fact for fact in facts.values() if fact.lines[0] <= first and last <= fact.lines[1]]
    nearest = min(around, key=lambda fact: (fact.lines[1] - fact.lines[0], " " not in fact.place), default=None)
    return nearest.place if nearest is not None else "operation"
