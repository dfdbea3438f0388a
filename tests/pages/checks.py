"""Checks of pages that were read."""

from __future__ import annotations

from pages.model import Aspects
from pages.writer import Written
from toolchain.pages.facts import WORDING, PageFacts
from toolchain.pages.read.page import read_page


def read(content: str) -> PageFacts:
    return read_page(content.encode())


def aspects_of(page: PageFacts) -> dict[str, Aspects]:
    assert len({fact.place for fact in page.facts}) == len(page.facts)
    return {fact.place: fact.aspects for fact in page.facts}


def stated_by(page: PageFacts) -> dict[str, Aspects]:
    """Return the facts of a page without the wording."""
    return {
        place: {name: value for name, value in aspects.items() if name != WORDING}
        for place, aspects in aspects_of(page).items()
    }


def check_whole(written: Written) -> None:
    """Check that a page states exactly the facts of its model, from the lines that have them."""
    page = read(written.content)
    assert aspects_of(page) == written.facts, written.content
    assert page.unread == ()
    assert 0 < page.understood_lines == page.stated_lines
    check_lines(page, written.content)


def check_lines(page: PageFacts, content: str) -> None:
    """Check that the lines of each fact of a parameter or a field have its name."""
    lines = content.split("\n")
    for fact in page.facts:
        first, last = fact.lines
        assert 1 <= first <= last <= len(lines)
        kind, _, path = fact.place.partition(" ")
        name = path.rpartition(".")[2].rpartition(" ")[2]
        # The row of an array's elements has only the name of their schema.
        names = (name, fact.aspects.get("schema", name)) if name.endswith("[]") else (name,)
        is_named = kind in {"path", "query", "header", "body", "error", "200", "404"} or "wording" in fact.aspects
        if path and is_named:
            shown = "\n".join(lines[first - 1 : last]).replace("\\", "")
            assert any(one.removesuffix("[]") in shown for one in names), (fact, shown)


def reported(page: PageFacts, content: str) -> str:
    """Return the lines of a page that couldn't be read."""
    lines = content.split("\n")
    return "\n".join(line for one in page.unread for line in lines[one.lines[0] - 1 : one.lines[1]])
