"""What the rules for descriptions are made of: the shapes of numbers and words, and how they become values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

NUMBER: Final = r"-?\d{1,3}(?:,\d{3}){1,6}|-?\d{1,19}"
WORD: Final = r"[A-Za-z_][A-Za-z0-9_./-]{0,99}"
_DIGITS: Final = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"one": 1}


def compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    """Return patterns that take capitals and small letters alike."""
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


def first(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    """Return where the first pattern that occurs is found."""
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def integer(text: str) -> int:
    """Return the number that a text is, such as `1,000` or `一`."""
    return _DIGITS[text] if text in _DIGITS else int(text.replace(",", ""))


def typed(text: str, kind: str | None) -> Any:
    """Return a value in the type of what it is a value of; None where it can't be one."""
    if kind == "integer":
        return integer(text) if re.fullmatch(NUMBER, text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    return text
