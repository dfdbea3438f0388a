"""What a description says beyond words: range, default, values, unit and the like. Rules, no guesses.

Every pattern is bounded, so that no text takes more than a time that grows with its length.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.words import BLOCKS

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_DESCRIPTION: Final = 20_000
"""Characters."""
_MOST_LISTS: Final = 50
"""How many lists of values a description can begin."""
_NUMBER: Final = r"-?\d{1,3}(?:,\d{3}){1,6}|-?\d{1,19}"
_WORD: Final = r"[A-Za-z_][A-Za-z0-9_./-]{0,99}"
_NO_VALUES: Final = (
    r"used|applied|assumed|set|taken|chosen|returned|displayed|specified|determined|required|unlimited|not|none|null|empty"
    r"|n/a|blank|the|an?|that|this|all|any|to|by|as|in|on|of"
)
"""What follows where a value could be named, and is none."""
_WHOLE: Final = rf"(?:{_NUMBER})(?!\.?\d|[A-Za-z%])"
_NAMED: Final = rf"(?!(?:{_NO_VALUES})\b){_WORD}"
_VALUE: Final = rf"[\"“'`]?({_NAMED}(?=[\"”'`]?(?:[,;、。)\s]|$))|{_WHOLE})"
_LAST_VALUE: Final = rf"[\"“'`]?({_NAMED}(?=[\"”'`]?(?:[,;、。)\n]|$| and )|(?<=\.)\s)|{_WHOLE})"
"""As behind a verb, where a word that goes on isn't a value."""


def _compiled(*patterns: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)


_BOUNDS: Final = _compiled(
    rf"\bvalue ranges? (?:is )?(?:from )?({_NUMBER}) (?:to|-|~) ({_NUMBER})",
    rf"\bin the ranges? (?:of )?({_NUMBER}) (?:to|-|~) ({_NUMBER})",
    rf"(?:取值)?范围(?:为|是)?\s?:?\s?\[?({_NUMBER})\s?[-~到至,]\s?({_NUMBER})",
    rf"\brange:\s{{0,3}}\[?({_NUMBER})\s?(?:to|-|~|,)\s?({_NUMBER})",
)
_LENGTHS: Final = _compiled(
    rf"({_NUMBER}) (?:to|-|~) ({_NUMBER}) (?:characters|bytes)",
    rf"长度为?\s?({_NUMBER})\s?[-~到至]\s?({_NUMBER})个?字符",
)
_MINIMUM: Final = _compiled(
    rf"\bminimum(?: value| length| value is| length is| is|\s?:| value\s?:| length\s?:)\s?({_NUMBER})",
    rf"最小(?:值|长度)?(?:为|是)?\s?:?\s?({_NUMBER})",
)
_MAXIMUM: Final = _compiled(
    rf"\bmaximum(?: value| length| value is| length is| is|\s?:| value\s?:| length\s?:)\s?({_NUMBER})",
    rf"\ba maximum of ({_NUMBER}) \w{{1,30}} can be (?:returned|queried|displayed)",
    rf"最大(?:值|长度)?(?:为|是)?\s?:?\s?({_NUMBER})",
)
_MAX_LENGTH: Final = _compiled(
    rf"不超过\s?({_NUMBER})\s?个?字符", rf"(?:at most|up to|a maximum of) ({_NUMBER}) (?:Unicode )?characters"
)
_MAX_ITEMS: Final = _compiled(
    rf"最[大多]可\w{{1,4}}?([一二三四五六七八九十]|{_NUMBER})个",
    rf"(?:at most|up to|a maximum of) (one|{_NUMBER}) (?:events?|items?|tags?) can",
)
_DEFAULT: Final = _compiled(
    rf"\bdefaults?(?: value)?\s?(?::|=|is\s?:)\s?{_VALUE}",
    rf"\bdefaults?(?: value)? (?:is|to) {_LAST_VALUE}",
    rf"\bby default, ({_NUMBER})\b",
    rf"(?:默认值?|缺省值?)\s?(?:为|是)?\s?:?\s?{_VALUE}",
    # What a list says of a value stands between the value and the brackets.
    rf"(?<![\w./-])({_WORD})\s{{0,3}}:\s?[^:,;。\n(]{{0,60}}\((?:the )?(?:默认|缺省|default)\)",
    rf"(?<![\w./-])({_WORD})\s?[^\x00-\x7f,。]{{0,40}}\s?\((?:the )?(?:默认|缺省|default)\)",
)
_UNIT: Final = _compiled(
    r"\bunit\s?:\s?(milliseconds|seconds|minutes|hours|days|bytes)",
    r"\bnumber of (milliseconds|seconds)\b",
    r"\btimestamp[^.]{0,60}\bin (milliseconds|seconds)\b",
    r"单位\s?(?:为|是)?\s?:?\s?(毫秒|秒)",
    r"总(毫秒|秒)数",
)
_UNITS: Final = {"毫秒": "milliseconds", "秒": "seconds"}
_RANGE_OF_TIME: Final = _compiled(
    rf"({_NUMBER})\s?(小时|天|hours?|days?)\s?(?:-|~|到|至|to)\s?({_NUMBER})\s?(小时|天|hours?|days?)"
)
_CHARACTERS: Final = _compiled(
    r"\bonly letters, digits, and the following special characters\s?:?\s?([!-/:-@\[-`{-~]{1,40})",
    r"只包含字母、数字、((?:[\"“][!-/:-@\[-`{-~][\"”][、和与及]{0,2}){1,20})",
)
_NULLABLE: Final = _compiled(r"(?:is|值为|返回为?|为)\s?null\b")
_DEPRECATED: Final = _compiled(
    r"(?<!not )(?<!n't )\bdeprecated\b", r"\bno longer (?:used|supported)\b", r"已?(?:废弃|弃用)"
)
_FIXED: Final = _compiled(
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
_SIGNALS: Final = (
    (
        "default",
        re.compile(r"\bdefaults?(?: (?:value|is|to)\b|\s?[:=])|默认值|缺省值|默认取值", re.IGNORECASE),
        ("default",),
    ),
    (
        "values",
        re.compile(r"\b(?:valid|possible|available) values|枚举值|可选值|取值\s?:", re.IGNORECASE),
        ("enum", "minimum", "valuesOf"),
    ),
    (
        "range",
        re.compile(r"\b(?:minimum|maximum)(?: value)?\s?:|\bvalue range|取值范围|最[大小]值", re.IGNORECASE),
        ("minimum", "maximum", "minLength", "maxLength", "range", "enum", "maxItems"),
    ),
)
_DIGITS: Final = {digit: number for number, digit in enumerate("一二三四五六七八九十", 1)} | {"one": 1}


def read_description(text: str, kind: str | None) -> tuple[dict[str, Any], list[str]]:
    """Return what a description says, by the names of OpenAPI, and what it seems to say that no rule could read.

    Args:
        text: The description.
        kind: The type of what it describes, as OpenAPI has it.
    """
    normal = _without_blocks(unicodedata.normalize("NFKC", text[:LONGEST_DESCRIPTION]))
    found: dict[str, Any] = {}
    for rule in _RULES:
        for aspect, value in rule(normal, kind):
            found.setdefault(aspect, value)
    unread = ["all, since it's too long"] if len(text) > LONGEST_DESCRIPTION else []
    # The values of a boolean are known.
    known = {*found, "enum"} if kind == "boolean" else set(found)
    unread += [name for name, signal, aspects in _SIGNALS if signal.search(normal) and not set(aspects) & known]
    return found, unread


def _without_blocks(text: str) -> str:
    """Return a description that has headings of its own as one without: what says nothing is left out."""
    parts: list[tuple[str, list[str]]] = [("definition", [])]
    for line in text.split("\n"):
        block = BLOCKS.get(line.strip().rstrip(":").lower())
        if block is None:
            parts[-1][1].append(line)
        else:
            parts.append((block, []))
    said = [(block, "\n".join(lines)) for block, lines in parts if _says_something(lines)]
    return "\n".join(_introduced(block, body) for block, body in said)


def _says_something(lines: list[str]) -> bool:
    return any(
        line.strip().rstrip(".。").lower() not in {"", "n/a", "na", "none", "无", "不涉及", "-"} for line in lines
    )


def _introduced(block: str, body: str) -> str:
    if block == "default" and not re.search(r"default|默认|缺省", body, re.IGNORECASE):
        return f"Default value: {body.strip()}"
    if block == "range" and re.match(rf"\s*\[?(?:{_NUMBER})\s?(?:to|-|~|,)\s?(?:{_NUMBER})", body):
        return f"Range: {body.strip()}"
    if block == "range" and re.match(rf"\s*(?:[•*·-]\s?)?{_WORD}\s?(?:[:,\n]|$)", body):
        return f"Valid values:\n{body}"
    return body


def _first(patterns: Iterable[re.Pattern[str]], text: str) -> re.Match[str] | None:
    return next((found for pattern in patterns if (found := pattern.search(text))), None)


def _integer(text: str) -> int:
    return _DIGITS[text] if text in _DIGITS else int(text.replace(",", ""))


def _bounds(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    if (length := _first(_LENGTHS, text)) is not None:
        yield "minLength", _integer(length[1])
        yield "maxLength", _integer(length[2])
    if (both := _first(_BOUNDS, text)) is not None:
        yield "minimum", _integer(both[1])
        yield "maximum", _integer(both[2])
    if (most := _first(_MAX_LENGTH, text)) is not None:
        yield "maxLength", _integer(most[1])
    for aspect, patterns in (("minimum", _MINIMUM), ("maximum", _MAXIMUM)):
        # Of a text, the vendors mean its length.
        named = aspect[:3] + "Length" if kind == "string" and "returned" not in text else aspect
        if (one := _first(patterns, text)) is not None:
            yield named, _integer(one[1])
    if kind == "array" and (items := _first(_MAX_ITEMS, text)) is not None:
        yield "maxItems", _integer(items[1].lower())


def _default(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = _first(_DEFAULT, text)
    if found is not None:
        value = _typed(found[1].rstrip(".,-"), kind)
        if value is not None:
            yield "default", value


def _typed(text: str, kind: str | None) -> Any:
    if kind == "integer":
        return _integer(text) if re.fullmatch(_NUMBER, text) else None
    if kind == "boolean":
        return {"true": True, "false": False}.get(text.lower())
    return text


def _values(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    if (fixed := _first(_FIXED, text)) is not None:
        yield "enum", [_typed(fixed[1].strip(), kind)]
    if kind in {"boolean", "array", "object"}:
        return
    of_keys: dict[str, Any] = {}
    for mark in islice(_VALUES.finditer(text), _MOST_LISTS):
        listed = _listed(text[mark.end() : mark.end() + 4_000])
        values = [value for value in (_typed(item, kind) for item in listed) if value is not None]
        if len(values) > 1 and mark["subject"] and mark["subject"].lower() != "the":
            of_keys[mark["subject"]] = values
        elif len(values) > 1 or (values and kind != "integer" and "can be" not in mark["mark"].lower()):
            yield "enum", values
    if of_keys:
        yield "valuesOf", of_keys


_ITEM: Final = rf"(?:{_WORD}|\d{{1,9}}(?![\d.]\d))"
_ITEM_LINE: Final = re.compile(rf"\s{{0,20}}(?:[•*·-]\s{{0,3}})?({_WORD}|\d{{1,9}})\s{{0,3}}(?:[:,;(-].{{0,500}}|$)")
_INLINE_ITEM: Final = re.compile(r"(?<![\w\"'-])([A-Z][A-Za-z0-9_-]{1,60})\s{0,2}:")
_SEPARATED: Final = re.compile(
    rf"[\"“]?{_ITEM}[\"”]?(?:\s{{0,2}}(?:,? or|,? and|,|、|/|或|和)\s{{0,2}}[\"“]?{_ITEM}[\"”]?){{1,30}}(?=[.。;\n]|$)"
)
_CAPITALS: Final = re.compile(r"[A-Z][A-Z0-9_-]{1,60}(?: [A-Z][A-Z0-9_-]{1,60}){1,30}(?=[.。;\n]|$)")
_IN_BRACKETS: Final = re.compile(rf"[\"“][^\"”\n]{{1,20}}[\"”]\(({_WORD})\)")


def _listed(text: str) -> list[str]:
    """Return the values that a text begins to list: a line each, by commas, in capitals, each with a colon."""
    first = text.split("\n", 1)[0]
    if not first.strip():
        return _items_of_lines(text.split("\n")[1:])
    sentence = re.split(r"[.。](?:\s|$)", first)[0]
    if (separated := _SEPARATED.match(first)) is not None:
        return [word.rstrip(".") for word in re.findall(_ITEM, separated[0]) if word not in {"or", "and"}]
    if (capitals := _CAPITALS.match(first)) is not None:
        return capitals[0].split()
    bracketed = _IN_BRACKETS.findall(sentence)
    if len(bracketed) > 1:
        return list(bracketed)
    lines = _items_of_lines(text.split("\n"))
    inline = _INLINE_ITEM.findall(first) if _INLINE_ITEM.match(first) else []
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


def _unit(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = _first(_UNIT, text)
    if found is not None and kind in {"integer", "number"}:
        yield "unit", _UNITS.get(found[1], found[1].lower())


def _range_of_time(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = _first(_RANGE_OF_TIME, text)
    if found is not None and kind == "string":
        letters = {"小": "h", "天": "d", "h": "h", "d": "d"}
        least, most = (f"{_integer(found[place])}{letters[found[place + 1][0].lower()]}" for place in (1, 3))
        yield "range", {"minimum": least, "maximum": most}


def _characters(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = _first(_CHARACTERS, text)
    if found is not None and kind == "string":
        special = re.sub(r"[\"“”、和与及]", "", found[1])
        yield "characters", "a-zA-Z0-9" + "".join(sorted(set(special)))


def _keys(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = _KEYS.search(text)
    if found is not None and kind == "string":
        yield "keys", re.findall(r"[\"']([A-Za-z_]\w{0,60})[\"']\s?:", found[1])


def _flags(text: str, _kind: str | None) -> Iterable[tuple[str, Any]]:
    if _first(_NULLABLE, text) is not None:
        yield "nullable", True
    if _first(_DEPRECATED, text) is not None:
        yield "deprecated", True


_RULES: Final = (_bounds, _default, _values, _unit, _range_of_time, _characters, _keys, _flags)
