"""A page as editable text: the rows of its fields, in the page's layout."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final

import attrs

from toolchain.pages.facts import Fact, PageFacts
from toolchain.pages.prove.spec import Spec
from toolchain.pages.read.page import read_page

FLAGS: Final = ("Yes", "No", "是", "否")
_PLACES: Final = re.compile(r"(path|query|header|body|\d{3}) (.+)")


@attrs.frozen
class Row:
    """A row of a table of parameters or fields; the description includes blank lines."""

    name: str
    type: str
    description: tuple[str, ...]
    mandatory: str = ""
    example: str | None = None

    def said(self) -> str:
        return "\n".join(line.strip() for line in self.description if line.strip())


class Style:
    """How a page writes its rows."""

    gap: tuple[str, ...] = ()

    def parse(self, lines: Sequence[str], name: str) -> Row:
        raise NotImplementedError

    def render(self, row: Row) -> list[str]:
        raise NotImplementedError

    def cells(self, texts: Sequence[str]) -> list[str]:
        """Return the lines of a row of plain cells, such as a status and its meaning."""
        raise NotImplementedError


class Together(Style):
    """Name, type and flag in one line, then the description, then the example."""

    def parse(self, lines: Sequence[str], name: str) -> Row:
        found = re.fullmatch(r"(.+?)(Yes|No)?", lines[0].removeprefix(name))
        assert found is not None
        rest = list(lines[1:])
        has_example = sum(bool(line.strip()) for line in rest) > 1 and "object" not in found[1]
        example = rest.pop() if has_example else None
        return Row(name, found[1], tuple(rest), found[2] or "", example)

    def render(self, row: Row) -> list[str]:
        head = f"{row.name}{row.type}{row.mandatory}"
        return [head, *row.description, *([] if row.example is None else [row.example])]

    def cells(self, texts: Sequence[str]) -> list[str]:
        return ["".join(texts)]


class Lines(Style):
    """A cell a line, with blank lines between."""

    gap = ("",)

    def parse(self, lines: Sequence[str], name: str) -> Row:
        assert lines[0] == name
        flag = lines[2] if lines[2] in FLAGS else ""
        at = 4 if flag else 2
        return Row(name, lines[at], tuple(lines[at + 2 :]), flag)

    def render(self, row: Row) -> list[str]:
        return [*self.cells([row.name, *([row.mandatory] if row.mandatory else []), row.type]), "", *row.description]

    def cells(self, texts: Sequence[str]) -> list[str]:
        return [line for text in texts for line in ("", text)][1:]


class Ended(Style):
    """A pipe, then a cell a line, each ended by a pipe."""

    def parse(self, lines: Sequence[str], name: str) -> Row:
        texts = [line.removesuffix(" |") for line in lines[1:]]
        assert texts[0] == name
        flag = texts[1] if texts[1] in FLAGS else ""
        at = 2 if flag else 1
        return Row(name, texts[at], tuple(texts[at + 1 :]), flag)

    def render(self, row: Row) -> list[str]:
        said = "\n".join(row.description)
        return self.cells([row.name, *([row.mandatory] if row.mandatory else []), row.type, said])

    def cells(self, texts: Sequence[str]) -> list[str]:
        return ["|", *(line for text in texts for line in f"{text} |".split("\n"))]


@attrs.frozen
class Page:
    """A page of an operation before an edit."""

    label: str
    spec: Spec
    operation: str
    lines: tuple[str, ...]
    facts: PageFacts
    style: Style

    @property
    def chinese(self) -> bool:
        return any("描述" in line for line in self.lines)

    def fields(self) -> list[Fact]:
        """Return the facts that have a row: no elements of arrays, no bodies."""
        return [fact for fact in self.facts.facts if _PLACES.fullmatch(fact.place) and not fact.place.endswith("[]")]

    def plain(self) -> list[Fact]:
        """Return the fields without fields inside."""
        places = [fact.place for fact in self.facts.facts]
        parents = {place for place in places for other in places if other.startswith((f"{place}.", f"{place}[]."))}
        return [fact for fact in self.fields() if fact.place not in parents]

    def row(self, fact: Fact) -> Row:
        first, last = fact.lines
        return self.style.parse(self.lines[first - 1 : last], name_of(fact.place))

    def with_rows(self, fact: Fact, *rows: Row) -> str:
        """Return the text of the page with other rows instead of one."""
        texts = [self.style.render(row) for row in rows]
        return self.replaced(fact.lines, [line for text in texts for line in (*self.style.gap, *text)][len(self.gap) :])

    @property
    def gap(self) -> tuple[str, ...]:
        return self.style.gap

    def replaced(self, span: tuple[int, int], lines: Iterable[str]) -> str:
        """Return the text of the page with other lines instead of some."""
        first, last = span
        return "\n".join([*self.lines[: first - 1], *lines, *self.lines[last:]])

    def text(self) -> str:
        return "\n".join(self.lines)


def name_of(place: str) -> str:
    """Return the name in the row of a place: for `200 secrets[].id` it is `id`."""
    return re.split(r"[ .]", place)[-1]


def page_of(label: str, spec: Spec, operation: str, content: bytes) -> Page:
    """Return a page, with the style in which it writes its rows."""
    facts, lines = read_page(content), content.decode().split("\n")
    field = next(fact for fact in facts.facts if _PLACES.fullmatch(fact.place) and "." not in fact.place)
    head = lines[field.lines[0] - 1]
    style = Ended() if head == "|" else Lines() if head == name_of(field.place) else Together()
    return Page(label, spec, operation, tuple(lines), facts, style)
