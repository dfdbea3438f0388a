"""Claims that a description makes, and the context of a description."""

from __future__ import annotations

import bisect
import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.read.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterable

_SENTENCE_ENDS: Final = re.compile(r"[。;!?\n]|\.(?=\s|$)")
_PARTS_END: Final = re.compile(r"[,、:。;()\n]|\.(?=\s|$)")
_EXAMPLE: Final = phrase(r"{for_example}(?:(?!\.\s)[^。;)\n]){0,200}")
_JSON: Final = re.compile(r"(?:\"\w{1,60}\"\s?:\s?)?\{\s{0,40}\"[^\"\n]{1,60}\"\s?:[\s\S]{0,3000}\}")
_CONDITION: Final = phrase(
    r"当(?!前)[^。;\n]{1,160}?时",
    r"{condition}(?:(?!\.\s)[^。;,:\n]){1,160}",
    r"(?:^|(?<=[。;,\n]))[^。;,\n]{1,60}时(?=[,:])",
    r"(?:^|(?<=[.;\n•-] ))for (?!more|details)[^.,:;\n]{1,80}[,:]",
)
_COMPLETE: Final = re.compile(r"则[^,。]{2}|\bthen\b")
_NEAREST: Final = 5
_FARTHEST: Final = 200
"""Characters; anything farther away doesn't count."""
_ONLY_EMPTY: Final = phrase("{empty}")


Spans = tuple[tuple[int, int], ...]


@attrs.frozen
class Claim:
    """A part of a description that states something.

    Attributes:
        signal: What it looks like: a range, values, a default, a pattern.
        spans: The parts of the text that state it, the chief one first.
        aspects: The aspects that were read, by OpenAPI's names.
        is_read: Whether it could be read; if not, it is reported.
    """

    signal: str
    spans: Spans
    aspects: dict[str, Any] = attrs.field(factory=dict)
    is_read: bool = True

    @property
    def start(self) -> int:
        """Where it begins."""
        return min(first for first, _ in self.spans)


class Marked:
    """Marked parts of a text; looking one up takes the same time however many there are."""

    def __init__(self, text: str, spans: Iterable[tuple[int, int]] = ()) -> None:
        """Mark some parts.

        Args:
            text: The text.
            spans: The parts to mark at once.
        """
        self._marks = bytearray(len(text) + 1)
        for first, last in spans:
            self.add(first, last)

    def add(self, first: int, last: int) -> None:
        """Mark a part."""
        self._marks[first:last] = b"\1" * (min(last, len(self._marks)) - first)

    def has(self, first: int, last: int) -> bool:
        """Return whether any of a part is marked."""
        return self._marks.find(1, first, last) >= 0


class Context:
    """A description, with the positions of its sentences, examples and conditions."""

    def __init__(self, text: str, kind: str | None, element: str | None = None) -> None:
        """Analyze a description.

        Args:
            text: The description.
            kind: The type of what it describes.
            element: For an array, the type of the elements.
        """
        self.text, self.kind = text, kind
        self.element = kind if kind != "array" or element is None else element
        self._meanings = Marked(text)
        self._sentences = [0, *(found.end() for found in _SENTENCE_ENDS.finditer(text)), len(text) + 1]
        self._parts = [0, *(found.end() for found in _PARTS_END.finditer(text)), len(text) + 1]
        self._conditions = [found.span() for found in _CONDITION.finditer(text)]
        examples = [found.span() for pattern in (_EXAMPLE, _JSON) for found in pattern.finditer(text)]
        self._examples = Marked(text, examples)
        self._asides = Marked(text, (*self._conditions, *examples))

    def sentence(self, at: int) -> tuple[int, int]:
        """Return the start and end of the sentence around a place."""
        index = bisect.bisect_right(self._sentences, at)
        return self._sentences[index - 1], self._sentences[min(index, len(self._sentences) - 1)]

    def part_before(self, at: int) -> str:
        """Return the text before a place, in the same clause."""
        return self.text[max(self._parts[bisect.bisect_right(self._parts, at) - 1], at - _FARTHEST) : at]

    def near(self, at: int) -> str:
        """Return the text around a place, in the same sentence."""
        first, last = self.sentence(at)
        return self.text[max(first, at - _FARTHEST) : min(last, at + _FARTHEST)]

    def is_aside(self, at: int) -> bool:
        """Return whether a place is in an example or a condition, neither of which states a fact."""
        return self._asides.has(at, at + 1)

    def is_example(self, at: int) -> bool:
        """Return whether a place is in an example."""
        return self._examples.has(at, at + 1)

    def add_meanings(self, spans: Iterable[tuple[int, int]]) -> None:
        """Mark the meanings of the values in a list."""
        for first, last in spans:
            self._meanings.add(first, last)

    def is_in_meaning(self, at: int) -> bool:
        """Return whether a place is in the meaning of a listed value."""
        return self._meanings.has(at, at + 1)

    def is_conditional(self, at: int, *, unless_empty: bool = False) -> bool:
        """Return whether a statement holds in some cases only.

        Args:
            at: The place.
            unless_empty: Whether to ignore the condition that nothing is sent.
        """
        first, _ = self.sentence(at)
        latest = bisect.bisect_right(self._conditions, (at, at))
        near = self._conditions[max(0, latest - _NEAREST) : latest]
        found = [self.text[start:end] for start, end in near if first <= start and end <= at]
        return any(not (_COMPLETE.search(one) or (unless_empty and _ONLY_EMPTY.search(one))) for one in found)
