"""HTML as the lines that a person would see; the rows of its tables with pipes between their cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from lxml import etree

from toolchain.pages.facts import PageError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "tfoot", "thead", "title", "tr", "ul"}
)
_CELLS: Final = frozenset({"td", "th"})
_WITHOUT_BLOCKS: Final = frozenset({"script", "style", "template", "noscript", "head", "pre"})
"""What has no text of blocks in it; that of `pre` is taken whole."""
_TAG: Final = re.compile(r"<[a-z](?:[^\"'<>]|\"[^\"]*+\"|'[^']*+'|[\"'])*+", re.IGNORECASE)
_MOST_ATTRIBUTES: Final = 5_000


def html_lines(text: str) -> Iterator[tuple[int, int, str]]:
    """Give what a browser shows, block by block; the rows of tables with pipes between their cells.

    A block has the number of the line with its first word, since the tag may be far above it.
    """
    number, last, is_blank, parts = 1, 1, True, list[str]()
    for kind, value, line in _tokens(_parsed(text)):
        if kind != "text":
            if parts:
                yield number, last, "".join(parts)
            is_blank, parts = True, []
            yield from ((at, at, one) for at, one in enumerate(value.split("\n"), line))
        else:
            # A row without any word has at least the line of its tags.
            if value.strip("|\v ") or not parts:
                number, last = line if is_blank else number, line
                is_blank = not value.strip("|\v ")
            parts.append(value)
    if parts:
        yield number, last, "".join(parts)


def _parsed(text: str) -> etree._Element:
    # The parser compares each attribute of a tag with all others.
    if any(len(tag[0]) > _MOST_ATTRIBUTES and len(tag[0].split()) > _MOST_ATTRIBUTES for tag in _TAG.finditer(text)):
        raise PageError(f"a tag of the HTML has more than {_MOST_ATTRIBUTES:,} attributes")
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root: etree._Element | None = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise PageError("the HTML can't be parsed") from error
    if root is None:
        raise PageError("the HTML has no elements")
    # The parser drops what is nested deeper than it goes.
    if any("depth" in entry.message for entry in parser.error_log):
        raise PageError("the tags of the HTML are nested too deeply")
    return root


def _tokens(root: etree._Element) -> Iterator[tuple[str, str, int]]:
    """Give the texts of a document, and what ends a block between them."""
    walk, line, cells = etree.iterwalk(root, events=("start", "end")), 1, 0
    for event, element in walk:
        line = max(line, int(element.sourceline or 0))
        is_cell, starts, is_shown = element.tag in _CELLS, event == "start", element.tag not in _WITHOUT_BLOCKS
        yield from _edge(element.tag, line, starts=starts, in_cell=cells > (is_cell and not starts))
        if starts and element.tag == "pre":
            yield _verbatim("".join(element.itertext()), line, in_cell=cells > 0)
        if starts and not is_shown:
            walk.skip_subtree()
        cells += is_cell if starts else -is_cell
        text = element.tail if not starts else element.text if is_shown else None
        if text and text.strip():
            plain = re.sub(r"\s+", " ", text)
            above = text[: len(text) - len(text.lstrip())].count("\n")
            yield "text", plain.replace("|", "\\|") if cells else plain, line + above
        line += text.count("\n") if text else 0


def _verbatim(text: str, line: int, *, in_cell: bool) -> tuple[str, str, int]:
    """Return what stands for a text whose lines are to be kept: in a cell, with breaks."""
    return ("text", text.strip().replace("|", "\\|").replace("\n", "\v"), line) if in_cell else ("lines", text, line)


def _edge(tag: object, line: int, *, starts: bool, in_cell: bool) -> Iterator[tuple[str, str, int]]:
    """Give what stands for the beginning or the end of an element: a pipe, a new line, or a break in a cell."""
    if tag in _CELLS and starts:
        yield "text", "| ", line
    if tag == "tr" and not starts:
        yield "text", " |", line
    if tag in _BLOCKS:
        yield ("text", "\v", line) if in_cell else ("break", "", line)
