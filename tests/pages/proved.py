"""The frozen specs with the facts of their pages, for tests to alter one side of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
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


def proved() -> Iterator[Proved]:
    for file in spec_files(FROZEN):
        spec = read_spec(file)
        for operation, kept in kept_pages(FROZEN, spec.stem).items():
            yield Proved(spec, operation, kept.page().by_place(), spec.leaves(operation))


PROVED = {one.spec.stem: one for one in proved()}


def replaced(document: Document, pointer: str, value: Any) -> Document:
    """Return a copy of a document with another value at a pointer."""
    altered = deepcopy(document)
    holder, key = _holder(altered, pointer)
    holder[key] = value
    return altered


def removed(document: Document, pointer: str) -> Document:
    """Return a copy of a document without what stands at a pointer."""
    altered = deepcopy(document)
    holder, key = _holder(altered, pointer)
    del holder[key]
    return altered


def _holder(document: Document, pointer: str) -> tuple[Any, Any]:
    above, _, _ = pointer.rpartition("/")
    holder = at_pointer(document, above)
    last = tokens_of(pointer)[-1]
    return holder, int(last) if isinstance(holder, list) else last


def with_aspects(fact: Fact, aspects: Mapping[str, Any]) -> Fact:
    return Fact(fact.place, fact.lines, dict(aspects))


def other_than(value: Any) -> Any:
    """Return another value of the same type."""
    match value:
        case bool():
            return not value
        case int() | float():
            return value + 1
        case list():
            return [*value, "another"]
        case dict():
            return {**value, "another": 1}
        case _:
            return f"{value} another"
