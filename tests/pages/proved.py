"""The frozen specs with the facts of their pages, for tests to alter one side of."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

from pages.frozen_specs import FROZEN
from toolchain.document import Document, at_pointer, spec_files, tokens_of
from toolchain.pages.facts import Fact
from toolchain.pages.prove.leaf import Leaf
from toolchain.pages.prove.proof import Finding, prove
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.spec_facts import leaves
from toolchain.pages.prove.store import kept_pages


class Proved(NamedTuple):
    """One operation: its spec, its leaves, and the facts of its page."""

    spec: Spec
    operation: str
    facts: dict[str, Fact]
    leaves: dict[str, Leaf]

    def findings(self, *facts: Fact, without: str | None = None) -> list[Finding]:
        """Prove the spec against the facts with some of them replaced or added, and one left out."""
        altered = self.facts | {fact.place: fact for fact in facts}
        return prove({place: fact for place, fact in altered.items() if place != without}, self.leaves)

    def findings_of(self, document: Document) -> list[Finding]:
        """Prove another version of the spec against the same facts."""
        return prove(self.facts, leaves(document, self.operation))


PROVED = {
    spec.stem: Proved(spec, operation, kept.page().by_place(), spec.leaves(operation))
    for spec in map(read_spec, spec_files(FROZEN))
    for operation, kept in kept_pages(FROZEN, spec.stem).items()
}


def edited(document: Document, pointer: str, *value: Any) -> Document:
    """Return a copy of a document with another value at a pointer, or without the value there."""
    altered = deepcopy(document)
    holder, last = at_pointer(altered, pointer.rpartition("/")[0]), tokens_of(pointer)[-1]
    key: Any = int(last) if isinstance(holder, list) else last
    if value:
        (holder[key],) = value
    else:
        del holder[key]
    return altered


def other_than(value: Any) -> Any:
    """Return another value of the same type."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return value + 1
    if isinstance(value, dict):
        return {**value, "another": 1}
    return [*value, "another"] if isinstance(value, list) else f"{value} another"
