"""How numbers and words look in a description, how they become values, and which values one lists, in whatever form."""

from __future__ import annotations

import re
from itertools import islice
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


_MOST_LISTS: Final = 50
"""How many lists of values a description can begin."""
_FIXED: Final = compiled(
    r"\bvalue is fixed (?:as|to) ([^.\n]{1,60})",
    r"\bfill ([^\s\"]{1,60}) in this field",
    r"该字段填为[\"“]([^\"”\n]{1,60})[\"”]",
)
_VALUES: Final = re.compile(
    r"(?:(?<![A-Za-z0-9_])(?P<subject>[A-Za-z_][A-Za-z0-9_]{0,60}))?(?:为[^,。;\n]{0,20},)?"
    r"(?P<mark>\b(?:valid|possible|available) values(?: are as follows| are| include)?|\bvalue can be"
    r"|\bit can be(?=\s{0,3}:)|\boptions|\bvalue options|取值(?:如下|范围)?(?:为)?|可以为|可选值|枚举值)"
    r"[ \t]{0,3}:?[ \t]{0,3}",
    re.IGNORECASE,
)
_KEYS: Final = re.compile(
    r"(?:配置为|configured as|set (?:it|this parameter) to|format is)\s?(\{[^{}\n]{1,300}\})", re.IGNORECASE
)


def values_in(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    """Give the values that a description lists: its own as `enum`, those of keys in it as `valuesOf`."""
    if (fixed := first(_FIXED, text)) is not None:
        yield "enum", [typed(fixed[1].strip(), kind)]
    if kind in {"boolean", "array", "object"}:
        return
    of_keys: dict[str, Any] = {}
    for mark in islice(_VALUES.finditer(text), _MOST_LISTS):
        listed = _listed(text[mark.end() : mark.end() + 4_000])
        values = [value for value in (typed(item, kind) for item in listed) if value is not None]
        if len(values) > 1 and mark["subject"] and mark["subject"].lower() != "the":
            of_keys[mark["subject"]] = values
        elif len(values) > 1 or (values and kind != "integer" and "can be" not in mark["mark"].lower()):
            yield "enum", values
    if of_keys:
        yield "valuesOf", of_keys


_ITEM: Final = rf"(?:{WORD}|\d{{1,9}}(?![\d.]\d))"
_ITEM_LINE: Final = re.compile(rf"\s{{0,20}}(?:[•*·-]\s{{0,3}})?({WORD}|\d{{1,9}})\s{{0,3}}(?:[:,;(-].{{0,500}}|$)")
_INLINE_ITEM: Final = re.compile(r"(?<![\w\"'-])([A-Z][A-Za-z0-9_-]{1,60})\s{0,2}:")
_SEPARATED: Final = re.compile(
    rf"[\"“]?{_ITEM}[\"”]?(?:\s{{0,2}}(?:,? or|,? and|,|、|/|或|和)\s{{0,2}}[\"“]?{_ITEM}[\"”]?){{1,30}}(?=[.。;\n]|$)"
)
_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9_-]{1,60}(?: [A-Z][A-Z0-9_-]{1,60}){1,30}(?=[.。;\n]|$)")
_IN_BRACKETS: Final = re.compile(rf"[\"“][^\"”\n]{{1,20}}[\"”]\(({WORD})\)")


def _listed(text: str) -> list[str]:
    """Return the values that a text begins to list: a line each, by commas, in capitals, each with a colon."""
    line = text.split("\n", 1)[0]
    if not line.strip():
        return _items_of_lines(text.split("\n")[1:])
    sentence = re.split(r"[.。](?:\s|$)", line)[0]
    if (separated := _SEPARATED.match(line)) is not None:
        return [word.rstrip(".") for word in re.findall(_ITEM, separated[0]) if word not in {"or", "and"}]
    if (capitals := _CAPITALS.match(line)) is not None:
        return capitals[0].split()
    bracketed = _IN_BRACKETS.findall(sentence)
    if len(bracketed) > 1:
        return list(bracketed)
    lines = _items_of_lines(text.split("\n"))
    inline = _INLINE_ITEM.findall(line) if _INLINE_ITEM.match(line) else []
    if len(lines) == 1 and re.search(r"[,(、;]", sentence):
        # There are more in this line, in a form that no rule knows.
        lines = []
    return lines if len(lines) >= len(inline) else list(inline)


def _items_of_lines(lines: list[str]) -> list[str]:
    found: list[str] = []
    for line in lines:
        if not line.strip():
            continue
        item = _ITEM_LINE.fullmatch(line)
        if item is None:
            break
        found.append(item[1].rstrip("."))
    return found


def keys_in(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    """Give the keys of the JSON that a text is said to be."""
    found = _KEYS.search(text)
    if found is not None and kind == "string":
        yield "keys", re.findall(r"[\"']([A-Za-z_]\w{0,60})[\"']\s?:", found[1])
