"""A page's bytes, whatever they are, as numbered lines of text; HTML as the lines that a person would see.

Bounded: a page larger than any of these many times over is refused, and a longer line than any is cut.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from lxml import etree

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGEST_PAGE: Final = 2_000_000
"""Bytes."""
LONGEST_LINE: Final = 20_000
"""Characters."""
_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "footer", "form"}
    | {"h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "tfoot", "thead", "title", "tr", "ul"}
)
_CELLS: Final = frozenset({"td", "th"})
_UNSEEN: Final = frozenset({"script", "style", "template", "noscript", "head"})
_HTML: Final = re.compile(rb"<(?:!doctype html|html|body|table|div|h1)\b", re.IGNORECASE)
_HALF_WIDTH: Final = {0xFF01 + place: 0x21 + place for place in range(0x5E)}
"""Punctuation and letters as wide as Chinese ones, which pages mix with the plain ones."""
_MARKDOWN: Final = re.compile(r"^#{1,6} |^\|[ :]?:?-{3}", re.MULTILINE)
_MARKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^#{1,6}\s{1,9}"), ""),
    (re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"(?<![\w*])\*\*([^*\n]{1,200})\*\*(?![\w*])"), r"\1"),
    (re.compile(r"<br ?/?>|</?p>|</?li>", re.IGNORECASE), "\v"),
    (re.compile(r"</?(?:a|b|i|em|strong|span|ul|ol|div|code)(?: [^<>]{0,300})?>", re.IGNORECASE), ""),
    (re.compile(r"\\([*<>_#\[\]{}()~`.!+-])"), r"\1"),
    (re.compile(r"`([^`\n]{1,200})`"), r"\1"),
)


class Line(NamedTuple):
    """A line of a page: its number, from 1, and what it says, without control characters and spaces around it."""

    number: int
    text: str


class PageError(ValueError):
    """A page that can't be read at all."""


def lines_of(content: bytes) -> list[Line]:
    """Return the lines of a page that say something.

    Args:
        content: The page as text, Markdown or HTML, in UTF-8.

    Raises:
        PageError: It is too large, isn't text, or is nested too deeply.
    """
    if len(content) > LARGEST_PAGE:
        raise PageError(f"the page has more than {LARGEST_PAGE:,} bytes")
    if b"\0" in content:
        raise PageError("the page isn't text: it has null bytes")
    text = content.decode("utf-8-sig", "replace").replace("\r\n", "\n").replace("\r", "\n")
    if _HTML.search(content[:4096]):
        numbered = _html_lines(text)
    elif _MARKDOWN.search(text):
        numbered = _markdown_lines(text)
    else:
        numbered = iter(enumerate(text.split("\n"), 1))
    kept = (Line(number, clean(line)) for number, line in numbered)
    return [line for line in kept if line.text]


def clean(text: str) -> str:
    """Return a line without control and invisible characters, which could act on a terminal or hide words."""
    shown = text[:LONGEST_LINE].translate(_HALF_WIDTH)
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    return shown.strip()


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " " if character != "\v" else "\v"
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character


def _markdown_lines(text: str) -> Iterator[tuple[int, str]]:
    fenced = False
    for number, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip()[:1] in set("{}[\"]'"):
            yield number, line
        else:
            yield number, _without_marks(line[:LONGEST_LINE])


def _without_marks(line: str) -> str:
    for mark, instead in _MARKS:
        line = mark.sub(instead, line)
    return line


def _html_lines(text: str) -> Iterator[tuple[int, str]]:
    """Give what a browser shows, block by block; the rows of tables with pipes between their cells."""
    number, parts = 1, list[str]()
    for kind, value, line in _tokens(_parsed(text)):
        if kind != "text":
            if parts:
                yield number, "".join(parts)
            parts = []
            yield from enumerate(value.split("\n"), line)
        else:
            number = number if parts else line
            parts.append(value)
    if parts:
        yield number, "".join(parts)


def _parsed(text: str) -> etree._Element:
    parser = etree.HTMLParser(encoding="utf-8", no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise PageError("the HTML can't be parsed") from error
    # The parser drops what is nested deeper than it goes.
    if any("depth" in entry.message for entry in parser.error_log):
        raise PageError("the tags of the HTML are nested too deeply")
    return root


def _tokens(root: etree._Element) -> Iterator[tuple[str, str, int]]:
    """Give the texts of a document, and what ends a block between them."""
    walk, line, cells = etree.iterwalk(root, events=("start", "end")), 1, 0
    for event, element in walk:
        line = int(element.sourceline or line)
        is_cell, starts = element.tag in _CELLS, event == "start"
        if starts:
            yield from _edge(element.tag, line, starts=True, in_cell=cells > 0)
            if element.tag == "pre":
                yield "lines", "".join(element.itertext()), line
            if element.tag == "pre" or element.tag in _UNSEEN:
                walk.skip_subtree()
        else:
            yield from _edge(element.tag, line, starts=False, in_cell=cells > is_cell)
        cells += is_cell if starts else -is_cell
        shown = element.tag != "pre" and element.tag not in _UNSEEN
        text = element.tail if not starts else element.text if shown else None
        if text and text.strip():
            plain = re.sub(r"\s+", " ", text)
            yield "text", plain.replace("|", "\\|") if cells else plain, line


def _edge(tag: object, line: int, *, starts: bool, in_cell: bool) -> Iterator[tuple[str, str, int]]:
    """Give what stands for the beginning or the end of an element: a pipe, a new line, or a break in a cell."""
    if tag in _CELLS and starts:
        yield "text", "| ", line
    if tag == "tr" and not starts:
        yield "text", " |", line
    if tag in _BLOCKS:
        yield ("text", "\v", line) if in_cell else ("break", "", line)
