"""The forms of numbers and words in a description, and their values in a type."""

from __future__ import annotations

import re
from typing import Any, Final

NUMBER: Final = r"-?\d{1,3}(?:,\d{3}){1,6}(?!\d)|-?\d{1,19}"
_DIGITS: Final = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"两": 2, "one": 1}
FIGURE: Final = rf"(?:{NUMBER})(?:\.\d{{1,9}})?|[一两二三四五六七八九十]|one(?![A-Za-z])"
"""A number as a bound, in digits or in words."""


def integer(text: str) -> int:
    """Return the number that a text is, such as `1,000` or `一`."""
    return _DIGITS[text.lower()] if text.lower() in _DIGITS else int(text.replace(",", ""))


def figure(text: str, kind: str | None) -> int | float | None:
    """Return the number of a bound; None if the bounded type can't have it.

    Args:
        text: The number, as the page has it.
        kind: The type of what is bounded.
    """
    if "." not in text:
        return integer(text)
    return float(text.replace(",", "")) if kind == "number" else None


def typed(text: str, kind: str | None) -> Any:
    """Return a text as a value of a type; None if it can't be one."""
    if kind == "integer":
        return integer(text) if re.fullmatch(NUMBER, text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    if kind == "number":
        return float(text) if re.fullmatch(r"-?\d{1,19}(?:\.\d{1,19})?", text) else None
    return text
