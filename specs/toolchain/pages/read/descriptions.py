"""What a description says beyond words: range, default, values, unit and the like. Rules, no guesses.

Every pattern is bounded, so that no text takes more than a time that grows with its length.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.read.signals import seems_to_say
from toolchain.pages.read.values import NUMBER, WORD, compiled, first, integer, keys_in, typed, values_in
from toolchain.pages.read.words import BLOCKS, says_nothing

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_DESCRIPTION: Final = 20_000
"""Characters."""
_NO_VALUES: Final = (
    r"used|applied|assumed|set|taken|chosen|returned|displayed|specified|determined|required|unlimited|not|none|null|empty"
    r"|n/a|blank|the|an?|that|this|all|any|to|by|as|in|on|of"
)
"""What follows where a value could be named, and is none."""
_WHOLE: Final = rf"(?:{NUMBER})(?!\.?\d|[A-Za-z%])"
_NAMED: Final = rf"(?!(?:{_NO_VALUES})\b){WORD}"
_VALUE: Final = rf"[\"“'`]?({_NAMED}(?=[\"”'`]?(?:[,;、。)\s]|$))|{_WHOLE})"
_LAST_VALUE: Final = rf"[\"“'`]?({_NAMED}(?=[\"”'`]?(?:[,;、。)\n]|$| and )|(?<=\.)\s)|{_WHOLE})"
"""As behind a verb, where a word that goes on isn't a value."""


_BOUNDS: Final = compiled(
    rf"\bvalue ranges? (?:is )?(?:from )?({NUMBER}) (?:to|-|~) ({NUMBER})",
    rf"\bin the ranges? (?:of )?({NUMBER}) (?:to|-|~) ({NUMBER})",
    rf"(?:取值)?范围(?:为|是)?\s?:?\s?\[?({NUMBER})\s?[-~到至,]\s?({NUMBER})",
    rf"\brange:\s{{0,3}}\[?({NUMBER})\s?(?:to|-|~|,)\s?({NUMBER})",
)
_LENGTHS: Final = compiled(
    rf"({NUMBER}) (?:to|-|~) ({NUMBER}) (?:characters|bytes)",
    rf"长度为?\s?({NUMBER})\s?[-~到至]\s?({NUMBER})个?字符",
)
_MINIMUM: Final = compiled(
    rf"\bminimum(?: value| length| value is| length is| is|\s?:| value\s?:| length\s?:)\s?({NUMBER})",
    rf"最小(?:值|长度)?(?:为|是)?\s?:?\s?({NUMBER})",
)
_MAXIMUM: Final = compiled(
    rf"\bmaximum(?: value| length| value is| length is| is|\s?:| value\s?:| length\s?:)\s?({NUMBER})",
    rf"\ba maximum of ({NUMBER}) \w{{1,30}} can be (?:returned|queried|displayed)",
    rf"最大(?:值|长度)?(?:为|是)?\s?:?\s?({NUMBER})",
)
_THOUSANDS: Final = re.compile(r"\s?[KMG]i?(?:B|bytes)?(?![A-Za-z])", re.IGNORECASE)
"""What makes another number of a number; how many bytes a text may have is no keyword of a schema."""
_SIZES: Final = {"string": "Length", "array": "Items"}
"""What is bounded of a value that is no number."""
_MAX_LENGTH: Final = compiled(
    rf"不超过\s?({NUMBER})\s?个?字符", rf"(?:at most|up to|a maximum of) ({NUMBER}) (?:Unicode )?characters"
)
_MAX_ITEMS: Final = compiled(
    rf"最[大多]可\w{{1,4}}?([一二三四五六七八九十]|{NUMBER})个",
    rf"(?:at most|up to|a maximum of) (one|{NUMBER}) (?:events?|items?|tags?) can",
)
_DEFAULT: Final = compiled(
    rf"\bdefaults?(?: value)?\s?(?::|=|is\s?:)\s?{_VALUE}",
    rf"\bdefaults?(?: value)? (?:is|to) {_LAST_VALUE}",
    rf"\bby default, ({NUMBER})\b",
    rf"(?:默认值?|缺省值?)\s?(?:为|是)?\s?:?\s?{_VALUE}",
    # What a list says of a value stands between the value and the brackets.
    rf"(?<![\w./-])({WORD})\s{{0,3}}:\s?[^:,;。\n(]{{0,60}}\((?:the )?(?:默认|缺省|default)\)",
    rf"(?<![\w./-])({WORD})\s?[^\x00-\x7f,。]{{0,40}}\s?\((?:the )?(?:默认|缺省|default)\)",
)
_UNIT: Final = compiled(
    r"\bunit\s?:\s?(milliseconds|seconds|minutes|hours|days|bytes)",
    r"\bnumber of (milliseconds|seconds)\b",
    r"\btimestamp[^.]{0,60}\bin (milliseconds|seconds)\b",
    r"单位\s?(?:为|是)?\s?:?\s?(毫秒|秒)",
    r"总(毫秒|秒)数",
)
_UNITS: Final = {"毫秒": "milliseconds", "秒": "seconds"}
_RANGE_OF_TIME: Final = compiled(
    rf"({NUMBER})\s?(小时|天|hours?|days?)\s?(?:-|~|到|至|to)\s?({NUMBER})\s?(小时|天|hours?|days?)"
)
_CHARACTERS: Final = compiled(
    r"\bonly letters, digits, and the following special characters\s?:?\s?([!-/:-@\[-`{-~]{1,40})",
    r"只包含字母、数字、((?:[\"“][!-/:-@\[-`{-~][\"”][、和与及]{0,2}){1,20})",
)
_NULLABLE: Final = compiled(r"(?:is|值为|返回为?|为)\s?null\b")
_DEPRECATED: Final = compiled(
    r"(?<!not )(?<!n't )\bdeprecated\b", r"\bno longer (?:used|supported)\b", r"已?(?:废弃|弃用)"
)


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
    return found, unread + seems_to_say(normal, {*found, "enum"} if kind == "boolean" else set(found))


def _without_blocks(text: str) -> str:
    """Return a description that has headings of its own as one without: what says nothing is left out."""
    parts: list[tuple[str, list[str]]] = [("definition", [])]
    for line in text.split("\n"):
        block = BLOCKS.get(line.strip().rstrip(":").lower())
        if block is None:
            parts[-1][1].append(line)
        else:
            parts.append((block, []))
    said = [(block, "\n".join(lines)) for block, lines in parts if not all(map(says_nothing, lines))]
    return "\n".join(_introduced(block, body) for block, body in said)


def _introduced(block: str, body: str) -> str:
    if block == "default" and not re.search(r"default|默认|缺省", body, re.IGNORECASE):
        return f"Default value: {body.strip()}"
    if block == "range" and re.match(rf"\s*\[?(?:{NUMBER})\s?(?:to|-|~|,)\s?(?:{NUMBER})", body):
        return f"Range: {body.strip()}"
    if block == "range" and re.match(rf"\s*(?:[•*·-]\s?)?{WORD}\s?(?:[:,\n]|$)", body):
        return f"Valid values:\n{body}"
    return body


def _bounds(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    if (length := first(_LENGTHS, text)) is not None:
        yield "minLength", integer(length[1])
        yield "maxLength", integer(length[2])
    if (both := first(_BOUNDS, text)) is not None:
        yield "minimum", integer(both[1])
        yield "maximum", integer(both[2])
    if (most := first(_MAX_LENGTH, text)) is not None:
        yield "maxLength", integer(most[1])
    for aspect, patterns in (("minimum", _MINIMUM), ("maximum", _MAXIMUM)):
        # Of a text, the vendors mean its length.
        named = aspect[:3] + _SIZES.get(str(kind) if "returned" not in text else "", aspect[3:])
        if (one := first(patterns, text)) is not None and not _THOUSANDS.match(text, one.end(1)):
            yield named, integer(one[1])
    if kind == "array" and (items := first(_MAX_ITEMS, text)) is not None:
        yield "maxItems", integer(items[1].lower())


def _default(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = first(_DEFAULT, text)
    if found is not None:
        value = typed(found[1].rstrip(".,-"), kind)
        if value is not None:
            yield "default", value


def _unit(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = first(_UNIT, text)
    if found is not None and kind in {"integer", "number"}:
        yield "unit", _UNITS.get(found[1], found[1].lower())


def _range_of_time(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = first(_RANGE_OF_TIME, text)
    if found is not None and kind == "string":
        letters = {"小": "h", "天": "d", "h": "h", "d": "d"}
        least, most = (f"{integer(found[place])}{letters[found[place + 1][0].lower()]}" for place in (1, 3))
        yield "range", {"minimum": least, "maximum": most}


def _characters(text: str, kind: str | None) -> Iterable[tuple[str, Any]]:
    found = first(_CHARACTERS, text)
    if found is not None and kind == "string":
        special = re.sub(r"[\"“”、和与及]", "", found[1])
        yield "characters", "a-zA-Z0-9" + "".join(sorted(set(special)))


def _flags(text: str, _kind: str | None) -> Iterable[tuple[str, Any]]:
    if first(_NULLABLE, text) is not None:
        yield "nullable", True
    if first(_DEPRECATED, text) is not None:
        yield "deprecated", True


_RULES: Final = (_bounds, _default, values_in, _unit, _range_of_time, _characters, keys_in, _flags)
