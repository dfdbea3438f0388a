"""Turns reStructuredText into lines by docutils; table rows have pipes between their cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from toolchain.pages.facts import PageError
from toolchain.pages.read.grid import Grid
from toolchain.pages.read.text import CODE, HEADING, ITEM, ROW, TERM, TEXT, Line

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

Node: TypeAlias = Any
"""A node of docutils, whose type hints lack its attributes."""
_LARGEST: Final = 250_000
"""Characters; docutils compares each line of a table with all others."""
_UNDERLINE: Final = re.compile(r"^[^\s\n][^\n]{0,300}\n([=~^\"'*+#-])\1{2,300}$", re.MULTILINE)
_MARKS: Final = re.compile(r"^\s{0,20}(?:\.\. |\+[-=]{3,}\+|={3,} +={3,})", re.MULTILINE)
_NEARBY: Final = 4
"""How many lines the position of a text may be off in docutils."""
_ENDS: Final = re.compile(r"[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_SETTINGS: Final = {
    "file_insertion_enabled": False,
    "raw_enabled": False,
    "halt_level": 5,
    "report_level": 3,
    "warning_stream": False,
    "input_encoding": "unicode",
    "line_length_limit": 20_000,
    "_disable_config": True,
    "doctitle_xform": False,
    "docinfo_xform": False,
    "smart_quotes": False,
}
_TEXTS: Final = ("title", "paragraph", "rubric", "caption", "attribution", "subtitle", "line")
_HIDDEN: Final = ("comment", "target", "substitution_definition", "docinfo", "field_list", "raw")


def is_restructured(text: str) -> bool:
    """Return whether a text is reStructuredText: it has underlined titles, and a directive or a table.

    Args:
        text: The text.
    """
    return _UNDERLINE.search(text) is not None and _MARKS.search(text) is not None


def restructured_lines(text: str) -> Iterator[Line]:
    """Yield the lines of a text in reStructuredText.

    Args:
        text: The text.

    Raises:
        PageError: The text is too large, or can't be parsed.
    """
    if len(text) > _LARGEST:
        raise PageError(f"the page has more than {_LARGEST:,} characters, too many of reStructuredText")
    # docutils also splits lines at characters that end no line elsewhere.
    plain = _ENDS.sub(" ", text)
    yield from _Walk(plain).lines(_parsed(plain), 0)


def _parsed(text: str) -> Node:
    # Only this format needs docutils, and it takes long to import.
    from docutils import core  # noqa: PLC0415
    from docutils.parsers.rst import roles  # noqa: PLC0415

    for role in ("ref", "doc", "term", "abbr", "menuselection", "guilabel", "download", "numref"):
        roles.register_local_role(role, _shown)
    try:
        document: Node = core.publish_doctree(text, settings_overrides=dict(_SETTINGS))
    except Exception as error:
        raise PageError(f"the reStructuredText can't be parsed: {type(error).__name__}") from error
    return document


def _shown(
    _role: str, raw: str, text: str, _line: int, _inliner: Any, _options: Any = None, _content: Any = None
) -> tuple[list[Any], list[Any]]:
    """Return the text of a Sphinx role without its target."""
    from docutils import nodes  # noqa: PLC0415

    return [nodes.inline(raw, re.sub(r"\s{0,9}<[^<>]{0,500}>$", "", text))], []


class _Walk:
    """A walk over the nodes; a node without a line has the line of the one before it."""

    def __init__(self, text: str) -> None:
        self._source = [line.strip() for line in text.split("\n")]
        self._at = 1
        self._blocks = 0

    def lines(self, node: Node, depth: int, kind: str = TEXT) -> Iterator[Line]:
        """Yield the lines of a node and its children."""
        for child in node.children:
            name = child.tagname
            # The line of a section is the one below its title.
            self._at = max(self._at, self._line_of(child)) if name != "section" else self._at
            if name in _HIDDEN:
                continue
            if name in {"literal_block", "doctest_block"}:
                yield from self._code(child)
            elif name == "system_message":
                yield from self._unparsed(child)
            elif name == "table":
                yield from self._table(child)
            elif name == "title" and node.tagname == "section":
                yield Line(self._at, self._at, child.astext(), HEADING, depth)
            elif name == "term":
                yield Line(self._at, self._at, child.astext(), TERM)
            elif name == "classifier":
                yield Line(self._at, self._at, f"Type: {child.astext()}", TEXT)
            elif name in _TEXTS:
                yield from self._text(child, kind)
                kind = TEXT
            else:
                inner = ITEM if name == "list_item" else kind
                yield from self.lines(child, depth + (name == "section"), inner)

    def _line_of(self, node: Node) -> int:
        line = node.line or 0
        return self._find([node.astext()], line) if node.tagname == "title" and line else line

    def _find(self, texts: Sequence[str], near: int) -> int:
        """Return the first line of the nearest occurrence of a text, since docutils often knows only a line nearby."""
        lines = [text.strip() for text in texts]
        last = len(self._source) - len(lines)
        reach = len(lines) + _NEARBY
        places = range(max(0, near - reach), min(last + 1, near + reach))
        found = [at + 1 for at in places if self._source[at : at + len(lines)] == lines]
        return min(found, key=lambda number: abs(number - near), default=max(1, min(near, last + 1)))

    def _text(self, node: Node, kind: str) -> Iterator[Line]:
        for more, text in enumerate(node.astext().split("\n")):
            yield Line(self._at + more, self._at + more, text, kind if more == 0 else TEXT)

    def _unparsed(self, node: Node) -> Iterator[Line]:
        """Yield as text what docutils couldn't parse, such as a malformed table."""
        blocks = [block.astext() for block in node.children if block.tagname == "literal_block"]
        texts = "\n".join(blocks).split("\n")
        first = self._find(texts, int(node.attributes.get("line", self._at)))
        for number, text in enumerate(texts, first):
            yield Line(number, number, text, TEXT)

    def _code(self, node: Node) -> Iterator[Line]:
        self._blocks += 1
        texts = node.astext().split("\n")
        first = self._find(texts, self._at)
        for number, text in enumerate(texts, first):
            yield Line(number, number, text, CODE, self._blocks)

    def _table(self, table: Node) -> Iterator[Line]:
        self._blocks += 1
        block = self._blocks
        titles = [child.astext() for child in table.children if child.tagname == "title"]
        yield from (Line(self._at, self._at, title, TEXT) for title in titles)
        grid = Grid()
        for row in table.findall(lambda node: node.tagname == "row"):
            for entry in row.children:
                grid.cell(_spans(entry, "morecols"), _spans(entry, "morerows"))
                grid.add_text(_cell(entry), self._in_row(entry))
            found = grid.row(self._at)
            if found is not None:
                first, last, cells = found
                yield Line(first, last, "| " + " | ".join(cells) + " |", ROW, block)

    def _in_row(self, entry: Node) -> int:
        known = [node.line for node in entry.findall() if getattr(node, "line", None)]
        self._at = max([self._at, *known[:1]])
        return self._at


def _spans(entry: Node, more: str) -> str:
    return str(int(entry.attributes.get(more, 0)) + 1)


def _cell(entry: Node) -> str:
    """Return the text of a cell with line breaks, and with bullets for lists."""
    return "\v".join(_texts(entry)) or " "


def _texts(node: Node) -> Iterator[str]:
    for child in node.children:
        if child.tagname in _HIDDEN:
            continue
        if child.tagname == "list_item":
            first, *rest = list(_texts(child)) or [""]
            yield from (f"- {first}", *rest)
        elif child.tagname in {*_TEXTS, "term", "literal_block"}:
            yield child.astext().replace("\n", " " if child.tagname == "paragraph" else "\v")
        elif child.children:
            yield from _texts(child)
