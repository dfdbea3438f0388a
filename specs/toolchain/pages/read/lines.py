"""Turns the bytes of a page into numbered lines of text, each with its kind.

The size is bounded: a page that is too large is refused, and a line that is too long is cut and reported.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.facts import PageError
from toolchain.pages.read.html import html_lines
from toolchain.pages.read.markdown import is_markdown, markdown_lines
from toolchain.pages.read.restructured import is_restructured, restructured_lines
from toolchain.pages.read.text import CODE, LARGEST_PAGE, LONGEST_LINE, Line, clean, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HTML: Final = re.compile(rb"<(?:!doctype html|html|body|table|div|h1)\b", re.IGNORECASE)


def lines_of(content: bytes) -> list[Line]:
    """Return the lines of a page that aren't empty.

    Args:
        content: The page as text, Markdown, reStructuredText or HTML, in UTF-8, or in a charset that its HTML declares.

    Raises:
        PageError: The page is too large, isn't text, or is nested too deeply.
    """
    if len(content) > LARGEST_PAGE:
        raise PageError(f"the page has more than {LARGEST_PAGE:,} bytes")
    if b"\0" in content:
        raise PageError("the page isn't text: it has null bytes")
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    found = _raw_lines(text, is_html=_HTML.search(content[:4096]) is not None)
    return [line for one in found for line in _cleaned(one) if line.text]


def _raw_lines(text: str, *, is_html: bool) -> Iterable[Line]:
    if is_markdown(text, is_html=is_html):
        return markdown_lines(text)
    if is_html:
        return html_lines(text)
    if is_restructured(text):
        return restructured_lines(text)
    return (Line(number, number, line) for number, line in enumerate(text.split("\n"), 1))


def _cleaned(line: Line) -> Iterator[Line]:
    # Line breaks stay in rows with pipes, and split other lines.
    parts = [line.text] if "|" in line.text or line.kind == CODE else line.text.split("\v")
    for part in parts:
        yield line._replace(text=clean(part), is_cut=len(part) > LONGEST_LINE)
