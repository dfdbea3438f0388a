"""The forms of lists of values: with commas, in capitals, in brackets, with meanings, one per line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import attrs

from toolchain.pages.read.phrases import phrase

if TYPE_CHECKING:
    from collections.abc import Iterator

_MOST: Final = 200
_LONGEST: Final = 4_000
_FEWEST: Final = 2
_LONGEST_LINE: Final = 2_000
_SIMPLE: Final = (
    r"(?<![A-Za-z0-9_])(?:(?:application|text|image|multipart|audio|video)/[\w.+;=-]{1,80}"
    r"|(?!(?:or|and|ou|the|an|from|if|when|for|such|etc)\b|(?-i:[ayeo])\b(?=\s\w))"
    r"(?a:[A-Za-z_$](?:[\w.+*-]{0,98}[\w*])?(?![\w])|-?\d{1,9}(?:[.-]\d{1,9}){0,4}(?![\w]|,\d{3}(?!\d))|\*(?!\w)))"
)
_QUOTED: Final = r"[\"'][^\"'\n]{1,60}[\"']"
ITEM: Final = rf"(?:{_QUOTED}|{_SIMPLE})"
_LINE_ITEM: Final = (
    rf"(?:{ITEM}(?:,{ITEM}){{1,3}}(?=\s?:)|{ITEM}(?::{ITEM}){{2,4}}(?=\s{{0,9}}$)"
    rf"|{ITEM}(?:/{ITEM}|:{ITEM}(?=\s?:)){{0,3}}|[<>=!]{{1,2}})"
)
"""A value on its own line, which can contain more characters."""
_NOTE: Final = r"\((?:[^()\n]|\([^()\n]{0,60}\)){0,160}\)"
_SEPARATORS: Final = r"\s{0,2}(?:[,、;/|]|{or}){1,2}(?:\s?{or})?\s{0,2}"
_END: Final = (
    r"(?=\s{0,3}(?:[。;\n)]|(?:[两二三四五六七八九]|\d)[种个类]|\.(?:\s|$)|$|,\s?[一-鿿]|\s(?-i:[A-Z])[a-z]"
    r"|[,、]?\s?(?:{default}|{by_default}|{unit}|{minimum}|{maximum}|{note})))"
)
_SEPARATED: Final = phrase(
    rf"\s{{0,3}}[\[{{{{【]?\s?{ITEM}(?:\s?{_NOTE})?(?:{_SEPARATORS}{ITEM}(?:\s?{_NOTE})?){{0,{_MOST}}}[\]}}}}】]?"
)
_ENDED: Final = phrase(_END)
_OPEN: Final = phrase(r"\s{0,2},?\s?(?:and\s)?(?:{open}|{for_example})", r"\s?,\s?for example")
_MORE_WORDS: Final = re.compile(r" [A-Za-z][^\n。;、]{0,60}、")
_CAPITALS: Final = re.compile(r"\s{0,3}[A-Z][A-Z0-9_-]{1,60}(?: [A-Z][A-Z0-9_-]{1,60}){1,30}(?=[.。;\n]|$)")
_IN_BRACKETS: Final = re.compile(rf"(\"[^\"\n]{{1,20}}\"|[一-鿿]{{1,12}})\s?\(({_SIMPLE})\)")
_BETWEEN_BRACKETED: Final = phrase(r"\s{0,2}(?:[,、;]|{or}){0,2}\s{0,2}(?:{can_be})?")
_HEAD: Final = phrase(
    rf"(?:^|(?<=[\n,;。、./|()>:])|(?<=[:;,、。.一-鿿)] )|(?<=\bvalue )|(?<=[\s一-鿿])(?=-?\d|\"))(?P<item>{ITEM})"
    rf"\s{{0,2}}(?:{_NOTE}\s?)?"
    r"(?:(?P<sign>{meaning})(?!//)|(?P<comma>,(?=\s?[一-鿿]))|(?<=\d)-(?=[一-鿿])|(?<=\d)(?P<verb>为|是)|(?P<bracket>\()(?!{default}))"
)
_BULLET: Final = r"[ \t]{0,20}(?:[•*·●◦‣-]|\d{1,2}[.)、])[ \t]{1,4}|[ \t]{0,20}[•·●◦-]"
_LINE: Final = phrase(
    rf"({_BULLET})?[ \t]{{0,20}}({_LINE_ITEM})[ \t]{{0,3}}(?:(?:{{meaning}}|[:,;(=\[])|-[ \t]|[.。]?$"
    rf"|(?P<ended>[.。]\s)|[ \t](?={{meaning}}))"
)
_NOTE_LINE: Final = phrase(rf"(?:{_BULLET})?\s{{0,8}}{{note}}\s{{0,2}}(?::|$|\n)")
_MARK: Final = phrase(
    r"{note}", r"{minimum}", r"{maximum}", r"{default}", r"{values}", r"{range}", r"{length}", r"{unit}"
)
_OTHER_LINE: Final = re.compile(r"\s{0,9}[{<\[*(][^:\n]{1,40}:")
"""A line that continues a list but is no value."""
_GOES_ON: Final = re.compile(r":.{0,200}[,、;]")
_IS_BULLET: Final = re.compile(_BULLET)


@attrs.frozen
class Listing:
    """Values that a text lists.

    Attributes:
        items: The values.
        spans: Where they are.
        meanings: Where their meanings are.
        is_closed: Whether there are no other values.
        is_known: Whether each part of the list is a value.
    """

    items: list[str]
    spans: list[tuple[int, int]]
    meanings: list[tuple[int, int]]
    is_closed: bool = True
    is_known: bool = True


def plain(item: str) -> str:
    """Return a value without its quotes."""
    return item.strip("\"'").strip()


def listing_at(text: str, at: int) -> Listing | None:
    """Return the list of values at a place; None if there is none in a known form.

    Args:
        text: The text.
        at: The place.
    """
    text = text[: at + _LONGEST]
    end = text.find("\n", at)
    line = text[at : end if end >= 0 else len(text)]
    if not line.strip(" :"):
        return lines_at(text, end + 1) if end >= 0 else None
    found = [form(text, at) for form in (_bracketed, separated_at, _capitals, explained_at, lines_at)]
    # A single value with a colon, in a line that continues, is part of an unknown form.
    known = [
        one for one in found if one is not None and not (one.meanings and len(one.items) == 1 and _GOES_ON.search(line))
    ]
    return max(known, key=lambda one: len(one.items), default=None)


def separated_at(text: str, at: int) -> Listing | None:
    """Return values of one line, separated by commas and the like; None if it doesn't end like a list.

    Args:
        text: The text.
        at: Where the first of them is.
    """
    found = _SEPARATED.match(text, at)
    if found is None:
        return None
    is_open = _OPEN.match(text, found.end()) is not None
    if not is_open and _ENDED.match(text, found.end()) is None:
        return None
    spans: list[tuple[int, int]] = []
    meanings: list[tuple[int, int]] = []
    position = found.start()
    for one in re.finditer(rf"{ITEM}|{_NOTE}", found[0]):
        where = position + one.start(), position + one.end()
        (meanings if one[0].startswith("(") else spans).append(where)
    items = [plain(text[first:last]) for first, last in spans]
    # If more words and commas follow, the values have several words.
    return Listing(items, spans, meanings, is_closed=not is_open, is_known=not _MORE_WORDS.match(text, found.end()))


def _capitals(text: str, at: int) -> Listing | None:
    found = _CAPITALS.match(text, at)
    if found is None:
        return None
    return Listing(found[0].split(), [found.span()], [])


def _bracketed(text: str, at: int) -> Listing | None:
    """Return values in brackets after their meanings."""
    items, spans = [], []
    place = at
    while (gap := _BETWEEN_BRACKETED.match(text, place)) and (found := _IN_BRACKETS.match(text, gap.end())):
        items.append(found[2])
        spans.append(found.span())
        place = found.end()
    return Listing(items, spans, []) if len(items) > 1 else None


def explained_at(text: str, at: int) -> Listing | None:
    """Return values of one line, each with its meaning.

    Args:
        text: The text.
        at: Where the first of them is.
    """
    end = text.find("\n", at)
    while text[at : at + 1] and text[at] in " \t:":
        at += 1
    if not _HEAD.match(text, at):
        return None
    heads = list(_HEAD.finditer(text, at, min(end if end >= 0 else len(text), at + _LONGEST_LINE)))
    heads = [head for head in heads if _form(head) == _form(heads[0]) and not _MARK.fullmatch(plain(head["item"]))]
    # A value that occurs twice is part of longer ones.
    if len(heads) < _FEWEST or len({head["item"] for head in heads}) < len(heads):
        return None
    items = list(dict.fromkeys(plain(head["item"]) for head in heads))
    spans = [head.span() for head in heads]
    line_end = end if end >= 0 else len(text)
    sentence_end = text.find("。", heads[-1].end(), line_end)
    ends = [*(head.start() for head in heads[1:]), sentence_end if sentence_end >= 0 else line_end]
    meanings = list(zip((last for _, last in spans), ends, strict=True))
    return Listing(items, spans, meanings)


def _form(head: re.Match[str]) -> tuple[bool, str | None]:
    """Return what values of one list share: whether they are numbers, and the sign after them."""
    return plain(head["item"]).lstrip("-").isdigit(), head.lastgroup


def lines_at(text: str, at: int) -> Listing | None:
    """Return values with a line each.

    Args:
        text: The text.
        at: Where the first of them is.
    """
    found = _Lines(text, at)
    for first, last in _lines(text, at):
        if text[first:last].strip() and not found.take(first, last):
            break
    return found.listing()


class _Lines:
    """The lines of a list: all with bullets, or all without."""

    def __init__(self, text: str, at: int) -> None:
        self._text, self._at = text, at
        self._bulleted: bool | None = None
        self._indent = 0
        self._is_known = True
        self._items: list[str] = []
        self._spans: list[tuple[int, int]] = []
        self._meanings: list[tuple[int, int]] = []

    def listing(self) -> Listing | None:
        if not self._items:
            return None
        items = list(dict.fromkeys(self._items))
        return Listing(items, self._spans, self._meanings, is_known=self._is_known)

    def take(self, first: int, last: int) -> bool:
        """Add a line; return whether the list continues."""
        line = self._text[first:last]
        bullet = _IS_BULLET.match(line)
        if self._bulleted and not bullet and first > self._at:
            # The meaning of a value continues.
            return not (_NOTE_LINE.match(line) or line.rstrip().endswith(":"))
        indent = len(line) - len(line.lstrip())
        if self._items and bullet and indent > self._indent + 1:
            return True
        if bullet and self._bulleted is False:
            return False
        found = _LINE.match(line)
        if found is None or (not bullet and self._is_other(line, found)):
            self._is_known = not ((self._bulleted and bullet) or _OTHER_LINE.match(line))
            return False
        self._indent = self._indent if self._items else indent
        self._bulleted = bool(bullet)
        self._add(first, last, found, is_plain=not bullet)
        return True

    @staticmethod
    def _is_other(line: str, found: re.Match[str]) -> bool:
        """Return whether a line without a bullet is a note, the default, or prose."""
        return bool(_NOTE_LINE.match(line) or found["ended"] or _MARK.fullmatch(plain(found[2])))

    def _add(self, first: int, last: int, found: re.Match[str], *, is_plain: bool) -> None:
        """Add the value of a line; a line without a bullet can have several numbers."""
        several = explained_at(self._text, first) if is_plain and plain(found[2]).isdigit() else None
        if several is None:
            several = Listing([plain(found[2])], [(first, first + found.end(2))], [(first + found.end(2), last)])
        self._items += several.items
        self._spans += several.spans
        self._meanings += several.meanings


def _lines(text: str, at: int) -> Iterator[tuple[int, int]]:
    while at < len(text):
        end = text.find("\n", at)
        end = end if end >= 0 else len(text)
        yield at, end
        at = end + 1
