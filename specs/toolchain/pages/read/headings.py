"""What a section heading, or the caption of a table, is about.

A heading is known if all its words are in `heading_words.py`, in any order, so no sentence is mistaken for one.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final, NamedTuple

from toolchain.pages.read.heading_words import HEADING_WORDS
from toolchain.pages.read.words import by_word

_PARTS: Final[tuple[tuple[str, str], ...]] = (
    ("end", "end"),
    ("history", "history"),
    ("permission", "authorization"),
    ("sdk", "code"),
    ("example code", "code"),
    ("example error", "error example"),
    ("example request", "request example"),
    ("example", "response example"),
    ("error", "errors"),
    ("status", "statuses"),
    ("response code", "statuses"),
    ("response value", "statuses"),
    ("response", "response"),
    ("syntax", "uri"),
    ("uri", "uri"),
    ("path", "uri"),
    ("request", "request"),
    ("query", "request"),
    ("header", "request"),
    ("body", "request"),
    ("parameter", "request"),
    ("text", "text"),
)
"""The words of a heading, and the part of the page that it begins; the first match counts."""
_SIDES: Final = {"response": "response"} | dict.fromkeys(("request", "path", "query", "uri"), "request")
_PLACES: Final = ("header", "body", "query", "path")
_SURE: Final = frozenset({"request", "response", "example", "sdk", "permission", "uri", "text", "end", "history"})
"""The words that alone make a line a heading; otherwise two known words are needed."""
_LONGEST: Final = 100
_COLON: Final = re.compile(r"[:：]")  # noqa: RUF001 - as pages write it
_NUMBER: Final = re.compile(r"\d{1,2}(?:\.\d{1,2}){0,4}[.)、]?\s{1,3}")
_BETWEEN: Final = re.compile(r"[\s:.,/()*_-]{1,20}|\d{1,3}(?![\w])")


class PartOfPage(NamedTuple):
    """What a heading is about.

    Attributes:
        part: The part of the page that it begins, such as `request`.
        location: The location of its parameters: `path`, `query`, `header` or `body`; None if it names none.
        side: `request` or `response`; None if it names neither.
        is_sure: Whether it is a heading even without a mark.
        lists: Whether it names the rows of a table.
    """

    part: str
    location: str | None
    side: str | None
    is_sure: bool
    lists: bool


def _compiled() -> tuple[re.Pattern[str], dict[str, str]]:
    meanings = by_word(HEADING_WORDS)
    longest_first = sorted(meanings, key=len, reverse=True)
    one = "|".join(re.escape(word) + (r"(?![a-z\u00c0-\u024f])" if word < "\u0250" else "") for word in longest_first)
    return re.compile(one), meanings


_WORD, _MEANINGS = _compiled()


def heading_of(text: str) -> PartOfPage | None:
    """Return what a heading is about; None if a word is unknown.

    Args:
        text: The heading, without its marks.
    """
    found = _meanings_of(text)
    before = _COLON.split(text, maxsplit=1)[0]
    if found is None and before != text and (numbered := _meanings_of(before)) is not None and "example" in numbered:
        # The rest names what the example shows.
        found = numbered
    if found is None:
        return None
    part = next((part for words, part in _PARTS if set(words.split()) <= found), None)
    location = next((place for place in _PLACES if place in found), None)
    side = next((side for word, side in _SIDES.items() if word in found), None)
    is_sure = bool(found & _SURE) or len(found) > 1
    return PartOfPage(part, location, side, is_sure, "parameter" in found) if part is not None else None


def side_in(text: str) -> str | None:
    """Return the side that a text names among other words; None if it names neither, or both.

    Args:
        text: The text, such as the caption of a table.
    """
    normal = unicodedata.normalize("NFKC", text[:_LONGEST]).casefold()
    words = re.findall(r"[a-z\u00c0-\u024f]+|[^\x00-\u024f]+", normal)
    meanings = {_MEANINGS[word[0]] for text in words for word in _WORD.finditer(text) if _is_whole(text, word[0])}
    sides = {_SIDES[meaning] for meaning in meanings & {"request", "response"}}
    return sides.pop() if len(sides) == 1 else None


def _is_whole(text: str, word: str) -> bool:
    """Return whether a word stands alone; Chinese has no spaces between words."""
    return text == word or not text.isascii()


def _meanings_of(text: str) -> set[str] | None:
    normal = unicodedata.normalize("NFKC", text[: _LONGEST + 1]).casefold().strip()
    if not normal or len(normal) > _LONGEST:
        return None
    found: set[str] = set()
    number = _NUMBER.match(normal)
    at = number.end() if number is not None else 0
    while at < len(normal):
        word = _WORD.match(normal, at)
        matched = word or _BETWEEN.match(normal, at)
        if matched is None:
            return None
        if word is not None:
            found.add(_MEANINGS[word[0]])
        at = matched.end()
    return found - {"nothing"}
