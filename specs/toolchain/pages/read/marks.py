"""Other statements of a description: units, characters, patterns, keys of a JSON object, flags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.claims import Claim
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.vocabulary import UNITS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.pages.read.claims import Context

_ANY_UNIT: Final = "|".join(f"(?P<{unit}>{words})" for unit, words in UNITS.items())
_UNIT: Final = phrase(
    rf"{{unit}}\s?(?:{{is}})?\s?[\"(]?(?:{_ANY_UNIT})(?![A-Za-z/])",
)
_OF_NUMBERS: Final = phrase(r"{unit}\s?:?\s?{items}(?![\w])")
"""A count of items has no unit."""
_BEGINS: Final = phrase(rf"\s?(?:{_ANY_UNIT})(?![A-Za-z])")
_COUNTED: Final = (
    phrase(rf"\bnumber of (?:{_ANY_UNIT})\b(?= (?:since|from|elapsed|that))"),
    phrase(rf"\btimestamp[^.]{{0,60}}\bin (?:{_ANY_UNIT})\b"),
    phrase(rf"总(?:{_ANY_UNIT})数"),
    phrase(rf"以(?:{_ANY_UNIT})为单位"),
)
_CHARACTERS: Final = (
    re.compile(
        r"\bonly letters, digits, and the following special characters\s?:?\s?([!-/:-@\[-`{-~]{1,40})", re.IGNORECASE
    ),
    re.compile(r"只包含字母、数字[、和与及]((?:(?:\"[!-/:-@\[-`{-~]\"|空格)[、和与及]{0,2}){1,20})"),
)
_PATTERN: Final = re.compile(r"\^[^\s\"'`。]{2,300}\$")
_KEYS: Final = re.compile(
    r"(?:配置为|configured as|set (?:it|this parameter) to|format is)\s?(\{[^{}\n]{1,300}\})", re.IGNORECASE
)
_NULLABLE: Final = re.compile(r"(?:is|值为|返回为?|为)\s?null\b", re.IGNORECASE)
_DEPRECATED: Final = re.compile(
    r"(?<!not )(?<!n't )\bdeprecated\b|\bno longer (?:used|supported)\b|已?(?:废弃|弃用)|已?(?:廢棄|棄用)",
    re.IGNORECASE,
)


def same_unit(one: str, other: str) -> bool:
    """Return whether two texts begin with the same unit of time, or with none.

    Args:
        one: A text behind a number.
        other: Another one.
    """
    found = [_BEGINS.match(text) for text in (one, other)]
    names = [None if match is None else match.lastgroup for match in found]
    return names[0] == names[1]


def units_in(context: Context) -> Iterator[Claim]:
    """Yield the unit of a number."""
    for found in _OF_NUMBERS.finditer(context.text):
        yield Claim("unit", (found.span(),))
    for pattern in (_UNIT, *_COUNTED) if context.kind in {"integer", "number"} else ():
        for found in pattern.finditer(context.text):
            unit = next(name for name, text in found.groupdict().items() if text)
            yield Claim("unit", (found.span(),), {"unit": unit})


def pattern_of(text: str) -> tuple[str, tuple[int, int]] | None:
    """Return the regular expression in a text, and its position; None if there is none, or it is invalid."""
    for found in _PATTERN.finditer(text):
        try:
            re.compile(found[0])
        except re.error:
            continue
        return found[0], found.span()
    return None


def characters_in(context: Context) -> Iterator[Claim]:
    """Yield the characters that a text may contain."""
    for pattern in _CHARACTERS if context.kind == "string" else ():
        for found in pattern.finditer(context.text):
            special = re.sub(r"[\"、和与及]", "", found[1].replace("空格", " "))
            yield Claim("characters", (found.span(),), {"characters": "a-zA-Z0-9" + "".join(sorted(set(special)))})


def keys_in(context: Context) -> Iterator[Claim]:
    """Yield the keys of the JSON object that a text must be."""
    found = _KEYS.search(context.text)
    if found is not None and context.kind == "string":
        keys = re.findall(r"[\"']([A-Za-z_]\w{0,60})[\"']\s?:", found[1])
        yield Claim("keys", (found.span(),), {"keys": keys})


def flags_in(context: Context) -> Iterator[Claim]:
    """Yield whether the value can be null, and whether it is deprecated."""
    for aspect, pattern in (("nullable", _NULLABLE), ("deprecated", _DEPRECATED)):
        for found in pattern.finditer(context.text):
            if not context.is_in_meaning(found.start()):
                yield Claim(aspect, (found.span(),), {aspect: True})
