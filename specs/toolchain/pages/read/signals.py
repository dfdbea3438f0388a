"""Signals that a description states a constraint in any form; if no rule reads it, it is reported."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from toolchain.pages.read.claims import Marked
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.values import NUMBER

if TYPE_CHECKING:
    import re
    from collections.abc import Iterator

    from toolchain.pages.read.claims import Context

_NEAR: Final = r"[^\d\n,.;。]{0,20}"
_LISTED: Final = phrase(r"取值(?:范围|範圍)?\s?[:为為]\s?[A-Za-z_]{2}")
"""Values right after the words for a range; no bound elsewhere in the sentence explains them."""
_SIGNALS: Final = (
    (
        "default",
        phrase(
            r"{default}(?:\s?{value})?\s?[:=为是為]",
            r"\bdefault value (?!is used)|\bdefaults? (?:is|to)\b",
            r"(?:{defaults_to})\s?[A-Za-z0-9\"]",
        ),
    ),
    ("range", phrase(r"{range}\s?(?::|=)", r"取值范围|取值範圍", r"\bvalue range\b")),
    (
        "values",
        phrase(
            # A value that is described is no list: 取值为上一页的最后一条记录。
            r"{values}\s?(?::|=|[为是](?!空|[一-鿿]{1,30}的[一-鿿]{1,30}(?:[。;\n]|$)))",
            r"\b(?:valid|possible|available|allowed|enumerated) values\b",
            r"枚举值|可选值|列舉值",
        ),
    ),
    (
        "values",
        phrase(r"(?:(?:^|\n)\s{0,9}[•-]\s{1,4}[^\n:A-Za-z]{1,30}:\s?[A-Za-z][\w.-]{1,60}[ \t]{0,3}(?=\n|$)){2}"),
    ),
    # Joined values, an only value, and a list without separators.
    ("values", phrase(r"(?<![\w.])[A-Za-z0-9_]{1,30}\s?:\s?[一-鿿]{1,20}[A-Za-z0-9_]{1,30}\s?:\s?[一-鿿]")),
    ("values", phrase(r"[仅只]支持\s?[A-Za-z0-9\"]", r"取值[为為是]\s?\"?[A-Za-z0-9]")),
    ("values", phrase(r"{can_be}(?:\s?:)?\s?\"[^\"\n]{1,40}\"(?:[,、]|\s?{or})")),
    (
        "range",
        phrase(
            rf"(?:{{at_most}}|{{at_least}}){_NEAR}(?:{NUMBER})",
            rf"(?:{{maximum}}|{{minimum}})\s?(?:{{value}}|{{length}}|{{count}})?(?:{{is}}|\s){{0,3}}(?:{NUMBER})",
            r"\b(?:minimum|maximum)(?: value| length)?\s?:",
            r"最[大小](?:值|长度)\s?[:为]",
            rf"{{length}}{_NEAR}(?:{NUMBER})",
            r"\b(?:starts?|starting|begins?|beginning) (?:from|with|at) \d",
            r"\b\d{1,5}-(?:bytes?|bits?|characters?|digits?)\b",
            r"\d\s?(?:{adjective}\s?){0,3}(?:characters|字符|字元|caracteres)",
            r"\d{1,9}\s?[KMG](?:i?B)?(?:ytes)?(?![A-Za-z])(?=[^\n]{0,9}(?:$|[.。,;]))",
            r"\b(?:minimum|maximum)\b[^\d\n.,]{1,40}\bis \d",
            r"[<≤]=?\s?\d",
        ),
    ),
    ("pattern", phrase(r"{regex}", r"(?<![\w)])\^[\[(\\]")),
    ("unit", phrase(r"{unit}\s?:\s?\w")),
)


_WITHOUT: Final = {
    "unit": (None, "string", "boolean", "array", "object"),
    # The values of a boolean are known.
    "range": ("boolean",),
    "values": ("boolean",),
}
"""The types for which a signal means nothing."""


def signals_in(context: Context) -> Iterator[tuple[str, int, int]]:
    """Yield the constraints that a description seems to state, with their positions.

    Args:
        context: The description.
    """
    known = Marked(context.text)
    for name, pattern in _SIGNALS:
        for first, last in _found(context, name, pattern):
            if not known.has(first, last):
                known.add(first, last)
                yield name, first, last


def listed_in(context: Context) -> Iterator[tuple[int, int]]:
    """Yield the positions of values that only a rule for values can read.

    Args:
        context: The description.
    """
    return _found(context, "values", _LISTED)


def _found(context: Context, name: str, pattern: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    if context.kind in _WITHOUT.get(name, ()):
        return
    for found in pattern.finditer(context.text):
        first, last = found.span()
        if not context.is_aside(first) and not context.is_in_meaning(first):
            yield first, last
