"""Turns HTML into the lines that a browser shows; table rows have pipes between their cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs
from lxml import etree

from toolchain.pages.facts import PageError
from toolchain.pages.read.grid import Grid
from toolchain.pages.read.text import CODE, HEADING, ITEM, ROW, TERM, TEXT, Line

if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADINGS: Final = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
_BLOCKS: Final = frozenset(
    {"address", "article", "aside", "blockquote", "body", "br", "caption", "dd", "div", "dl", "dt", "footer", "form"}
    | {"header", "hr", "html", "li", "main", "nav", "ol", "p", "pre", "section"}
    | {"table", "tbody", "tfoot", "thead", "title", "tr", "ul", *_HEADINGS}
)
_KINDS: Final = {"li": ITEM, "dt": TERM} | dict.fromkeys(_HEADINGS, HEADING)
_CELLS: Final = frozenset({"td", "th"})
_WITHOUT_BLOCKS: Final = frozenset({"script", "style", "template", "noscript", "head", "pre"})
"""The elements without blocks of text; the text of `pre` is read as a whole."""
_TAG: Final = re.compile(r"<[a-z](?:[^\"'<>]|\"[^\"]*+\"|'[^']*+'|[\"'])*+", re.IGNORECASE)
_MOST_ATTRIBUTES: Final = 5_000


def html_lines(text: str) -> Iterator[Line]:
    """Yield the lines that a browser shows; table rows have pipes between their cells.

    The line number of a block is that of its first word, since its tag may be far above.

    Args:
        text: The HTML.

    Raises:
        PageError: The HTML can't be parsed, or is nested too deeply.
    """
    page = _Page()
    for event, element, line in _walk(_parsed(text)):
        yield from page.take(event, element, line)
    yield from page.flush()


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
    # The parser drops elements that are nested too deeply.
    if any("depth" in entry.message for entry in parser.error_log):
        raise PageError("the tags of the HTML are nested too deeply")
    return root


def _walk(root: etree._Element) -> Iterator[tuple[str, etree._Element, int]]:
    """Yield the start and end of each element with its line, as far as the texts show it."""
    walk, line = etree.iterwalk(root, events=("start", "end")), 1
    for event, element in walk:
        line = max(line, int(element.sourceline or 0))
        yield event, element, line
        if event == "start" and element.tag in _WITHOUT_BLOCKS:
            walk.skip_subtree()
        text = element.tail if event == "end" else element.text if element.tag not in _WITHOUT_BLOCKS else None
        line += text.count("\n") if text else 0


@attrs.define
class _Page:
    """The current block, and the tables around it."""

    parts: list[str] = attrs.Factory(list)
    first: int = 0
    last: int = 0
    kind: str = TEXT
    level: int = 0
    code: int = 0
    grids: list[Grid] = attrs.Factory(list)
    tables: int = 0
    row: int = 1

    def take(self, event: str, element: etree._Element, line: int) -> Iterator[Line]:
        """Process the start or end of an element, and the text after it."""
        tag, starts = str(element.tag), event == "start"
        if tag == "table":
            yield from self._table(starts=starts)
        elif self.grids and len(self.grids) == 1 and (tag == "tr" or tag in _CELLS):
            yield from self._cell(element, line, starts=starts)
        elif tag in _BLOCKS or (starts and tag == "pre"):
            yield from self._edge(tag, starts=starts)
        if starts and tag == "pre":
            yield from self._verbatim("".join(element.itertext()), line)
        text = element.tail if not starts else element.text if tag not in _WITHOUT_BLOCKS else None
        if text and text.strip():
            above = text[: len(text) - len(text.lstrip())].count("\n")
            self._add_text(re.sub(r"\s+", " ", text), line + above)

    def flush(self) -> Iterator[Line]:
        """Yield the block that ends here."""
        if self.parts:
            yield Line(self.first, self.last, "".join(self.parts), self.kind, self.level)
        self.parts, self.kind, self.level = [], TEXT, 0

    def _add_text(self, text: str, line: int) -> None:
        if self.grids:
            self.grids[0].add_text(text, line)
            return
        self.first = self.first if self.parts else line
        self.last = line
        self.parts.append(text)

    def _table(self, *, starts: bool) -> Iterator[Line]:
        yield from self.flush()
        if starts:
            self.tables += not self.grids
            self.grids.append(Grid())
            return
        if len(self.grids) == 1:
            yield from self._row(self.row)
        if self.grids:
            self.grids.pop()

    def _cell(self, element: etree._Element, line: int, *, starts: bool) -> Iterator[Line]:
        """Begin a row or a cell; a table inside a cell is part of its text."""
        if element.tag == "tr":
            yield from self._row(self.row)
            self.row = line
        elif element.tag in _CELLS and starts:
            self.grids[0].cell(element.get("colspan"), element.get("rowspan"))

    def _row(self, line: int) -> Iterator[Line]:
        row = self.grids[0].row(line)
        if row is not None:
            first, last, cells = row
            yield Line(first, last, "| " + " | ".join(cells) + " |", ROW, self.tables)

    def _edge(self, tag: str, *, starts: bool) -> Iterator[Line]:
        """End a block, and begin another; in a cell, add a line break."""
        if self.grids:
            self.grids[0].add_text("\v", 0)
            return
        yield from self.flush()
        if starts:
            self.kind, self.level = _KINDS.get(tag, TEXT), _HEADINGS.get(tag, 0)

    def _verbatim(self, text: str, line: int) -> Iterator[Line]:
        """Add a text with its line breaks."""
        if self.grids:
            self.grids[0].add_text(text.strip().replace("\n", "\v"), line)
            return
        self.code += 1
        for number, one in enumerate(text.split("\n"), line):
            yield Line(number, number, one, CODE, self.code)
