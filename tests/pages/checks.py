"""What was read from a page, in forms that tests compare."""

from __future__ import annotations

from pages.words_of_pages import Aspects
from toolchain.pages.facts import WORDING, PageFacts
from toolchain.pages.read.page import read_page


def read(content: str) -> PageFacts:
    return read_page(content.encode())


def stated_by(page: PageFacts) -> dict[str, Aspects]:
    """Return the facts of a page without the wording."""
    return {fact.place: {name: value for name, value in fact.aspects.items() if name != WORDING} for fact in page.facts}


def reported(page: PageFacts, content: str) -> str:
    """Return the lines of a page that couldn't be read."""
    lines = content.split("\n")
    return "\n".join(line for one in page.unread for line in lines[one.lines[0] - 1 : one.lines[1]])
