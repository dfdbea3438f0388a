"""A page's bytes, whatever they are, as numbered lines of text; HTML as the lines that a person would see.

Bounded: a page larger than any of these many times over is refused, and a longer line than any is cut, and says so.
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
_WITHOUT_BLOCKS: Final = frozenset({"script", "style", "template", "noscript", "head", "pre"})
"""What has no text of blocks in it; that of `pre` is taken whole."""
_HTML: Final = re.compile(rb"<(?:!doctype html|html|body|table|div|h1)\b", re.IGNORECASE)
_CHARSET: Final = re.compile(rb"<meta\b[^<>]{0,200}?charset\s{0,3}=\s{0,3}[\"']?([\w-]{1,20})", re.IGNORECASE)
_CODECS: Final = {"gb2312": "gb18030", "gbk": "gb18030", "gb18030": "gb18030", "iso-8859-1": "cp1252"}
"""The charsets that pages have besides UTF-8; what is called GB2312 has letters of its successors."""
_HALF_WIDTH: Final = {0xFF01 + place: 0x21 + place for place in range(0x5E)}
"""Punctuation and letters as wide as Chinese ones, which pages mix with the plain ones."""
_TAG: Final = re.compile(r"<[a-z](?:[^\"'<>]|\"[^\"]*+\"|'[^']*+'|[\"'])*+", re.IGNORECASE)
_TABLE: Final = re.compile(r"<table\b[^<>]{0,1000}>")
_MOST_ATTRIBUTES: Final = 5_000
_JSON: Final = frozenset("{}[]\"'")
_SPACES: Final = re.compile(r" {2,}")
_MARKDOWN: Final = re.compile(r"^#{1,6} |^\|[ :]?:?-{3}", re.MULTILINE)
_MARKS: Final[tuple[tuple[re.Pattern[str], str], ...]] = (
    (re.compile(r"^#{1,6}\s{1,9}"), ""),
    (re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]{0,500}\)"), r"\1"),
    (re.compile(r"(?<![\w*])\*\*((?:[^*\n]|\*(?!\*)){1,200})\*\*(?![\w*])"), r"\1"),
    (re.compile(r"<br ?/?>|</?p>|</?li>", re.IGNORECASE), "\v"),
    (re.compile(r"</?(?:a|b|i|em|strong|span|ul|ol|div|code)(?: [^<>]{0,300})?>", re.IGNORECASE), ""),
    (re.compile(r"\\([*<>_#\[\]{}()~`.!+-])"), r"\1"),
    (re.compile(r"`([^`\n]{1,200})`"), r"\1"),
)


class Line(NamedTuple):
    """A line of a page, without control characters and spaces around it.

    Attributes:
        number: Its number, from 1.
        last: The same, but for a row of HTML, which can go over many lines.
        text: What it says.
        is_cut: Whether it says more, and was cut.
    """

    number: int
    last: int
    text: str
    is_cut: bool = False


class PageError(ValueError):
    """A page that can't be read at all."""


def lines_of(content: bytes) -> list[Line]:
    """Return the lines of a page that say something.

    Args:
        content: The page as text, Markdown or HTML, in UTF-8, or in a charset that its HTML declares.

    Raises:
        PageError: It is too large, isn't text, or is nested too deeply.
    """
    if len(content) > LARGEST_PAGE:
        raise PageError(f"the page has more than {LARGEST_PAGE:,} bytes")
    if b"\0" in content:
        raise PageError("the page isn't text: it has null bytes")
    text = decoded(content).replace("\r\n", "\n").replace("\r", "\n")
    is_html = _HTML.search(content[:4096]) is not None
    # The vendor's older Markdown has its tables in HTML, and begins with a title as Markdown does.
    if _MARKDOWN.match(text.lstrip()) or (not is_html and _MARKDOWN.search(text)):
        numbered = _markdown_lines(text)
    elif is_html:
        numbered = _html_lines(text)
    else:
        numbered = iter((number, number, line) for number, line in enumerate(text.split("\n"), 1))
    # A break stays in a row with pipes, and divides any other line.
    parts = ((first, last, [line] if "|" in line else line.split("\v")) for first, last, line in numbered)
    kept = (Line(first, last, clean(part), len(part) > LONGEST_LINE) for first, last, texts in parts for part in texts)
    return [line for line in kept if line.text]


def decoded(content: bytes, charset: str | None = None) -> str:
    """Return bytes as text: as UTF-8, or where they aren't, in the charset that was named.

    Args:
        content: The bytes.
        charset: What they were sent as; None for what the HTML says of itself.
    """
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        said = _CHARSET.search(content[:4096])
        named = charset or (said[1].decode() if said else "")
        return content.decode(_CODECS.get(named.lower(), "utf-8-sig"), "replace")


def clean(text: str) -> str:
    """Return a line without control and invisible characters, which could act on a terminal or hide words."""
    shown = text[:LONGEST_LINE].translate(_HALF_WIDTH)
    if not shown.isascii() or not shown.isprintable():
        shown = "".join(_shown(character) for character in shown)
    shown = shown.strip()
    # Of JSON, spaces may be a part of a value.
    return shown if shown[:1] in _JSON else _SPACES.sub(" ", shown)


def printable(text: str) -> str:
    """Return a text of several lines without control and invisible characters."""
    return text if text.isprintable() else "".join(one if one == "\n" else _shown(one) for one in text)


def _shown(character: str) -> str:
    category = unicodedata.category(character)
    if category in {"Zs", "Zl", "Zp", "Cc"}:
        return " " if character != "\v" else "\v"
    return "" if category in {"Cf", "Cs", "Co", "Cn"} else character


def _markdown_lines(text: str) -> Iterator[tuple[int, int, str]]:
    fenced, table, opened = False, list[str](), 0
    for number, line in enumerate(text.split("\n"), 1):
        if not fenced:
            opened = max(0, opened + len(_TABLE.findall(line)) - line.count("</table"))
        if opened or (table and "</table" in line):
            table.append(line)
        if opened:
            continue
        if table:
            yield from _table_lines(table, number)
            table = []
        elif line.lstrip().startswith("```"):
            fenced = not fenced
        elif fenced or line.lstrip()[:1] in set("{}[\"]'"):
            yield number, number, line
        else:
            yield number, number, line if len(line) > LONGEST_LINE else _without_marks(line)
    # The end of the last table may be missing.
    yield from _table_lines(table, text.count("\n") + 1) if table else ()


def _table_lines(table: list[str], last: int) -> Iterator[tuple[int, int, str]]:
    """Give the rows of a table of HTML that ends at a line of Markdown."""
    above = last - len(table)
    yield from ((first + above, end + above, row) for first, end, row in _html_lines("\n".join(table)))


def _without_marks(line: str) -> str:
    for mark, instead in _MARKS:
        line = mark.sub(instead, line)
    return line


def _html_lines(text: str) -> Iterator[tuple[int, int, str]]:
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
