"""Collects the facts of a page, each place once, and what can't be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from toolchain.pages.facts import WORDING, Fact, PageFacts, Unread

if TYPE_CHECKING:
    from toolchain.pages.read.fields import Field

_OF_FIELDS = ("path ", "query ", "header ", "body ", "formdata ")


class Collected:
    """The facts so far, the unread lines, and the lines that state something."""

    def __init__(self) -> None:
        """Start empty."""
        self.facts: dict[str, Fact] = {}
        self.unread: list[Unread] = []
        self._stated: set[int] = set()

    def add(self, place: str, lines: tuple[int, int], **aspects: Any) -> None:
        """Add a fact."""
        fact = Fact(place, lines, {name: value for name, value in aspects.items() if value is not None})
        if self.facts.setdefault(place, fact).aspects != fact.aspects:
            self.report(lines, f"{place}: stated twice, with different content")

    def state(self, *lines: int) -> None:
        """Note the numbers of lines that state something: those of tables and examples."""
        self._stated.update(lines)

    def add_field(self, place: str, field: Field) -> None:
        """Add a field outside a body; elements of arrays are neither required nor optional."""
        aspects = {name: value for name, value in field.aspects.items() if name != "required" or place[-2:] != "[]"}
        self.add(place, field.lines, **aspects)

    def name_status(self, status: int, line: int) -> None:
        """Add a status code that a line only names."""
        self.facts.setdefault(f"status {status}", Fact(f"status {status}", (line, line), {}))

    def add_status(self, status: str, lines: tuple[int, int], wording: str | None) -> None:
        """Add a row with a status code; the first one that describes the status counts."""
        fact = Fact(f"status {status}", lines, {WORDING: wording} if wording else {})
        known = self.facts.get(fact.place)
        if known is None or WORDING not in known.aspects:
            self.facts[fact.place] = fact
        elif wording is not None and known.aspects != fact.aspects:
            self.report(lines, f"{fact.place}: stated twice, with different content")

    def report(self, lines: tuple[int, int], why: str) -> None:
        """Report lines that can't be read."""
        self.unread.append(Unread(lines, why))

    def has_fields(self) -> bool:
        """Return whether any parameter or any field of a response was read."""
        return any(place.startswith(_OF_FIELDS) or place[0].isdigit() for place in self.facts)

    def page(self, sha256: str) -> PageFacts:
        """Return everything, in the order of the page.

        Args:
            sha256: The hash of the page's bytes.
        """
        ordered = tuple(sorted(self.facts.values(), key=lambda fact: (fact.lines, fact.place)))
        unread = self._stated & {line for one in self.unread for line in range(one.lines[0], one.lines[1] + 1)}
        return PageFacts(ordered, tuple(self.unread), len(self._stated), len(self._stated - unread), sha256)
