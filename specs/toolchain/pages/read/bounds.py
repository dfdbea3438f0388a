"""The ranges, lengths and numbers of elements that a description states."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import attrs

from toolchain.pages.read.claims import Claim, Marked
from toolchain.pages.read.marks import same_unit
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.values import FIGURE, NUMBER, figure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.pages.read.claims import Context

NUMBERS: Final = frozenset({"integer", "number"})
_NUMBER: Final = rf"(?:{NUMBER})(?:\.\d{{1,9}})?"
_FIRST: Final = rf"(?<!\d:)(?<![A-Za-z0-9_./])(?P<low>{_NUMBER})"
_LAST: Final = rf"(?P<high>{_NUMBER})(?![.,:/-]?\d)"
_UNIT: Final = r"(?P<unit>\s?(?:{time}|{characters}|{items}|{adjective}){1,3})?"
_RANGES: Final = (
    phrase(rf"[\[(]\s?{_FIRST}\s?(?:,|{{to}})\s?{_LAST}\s?[\])]"),
    phrase(
        rf"(?:{{between}}\s?)?{_FIRST}{_UNIT}\s?(?:{{to}})\s?{_LAST}",
    ),
    phrase(rf"{{between}}\s?{_FIRST}{_UNIT}\s?{{and}}\s?{_LAST}"),
)
_ONE: Final = rf"(?<![A-Za-z0-9_./-])(?P<one>{FIGURE})(?![.,:/-]?\d)"
_WHAT: Final = (
    r"\s?(?P<what>(?P<length>{length}|{characters})|(?P<count>{count})|(?P<value>{value}))?"
    r"(?:\s?(?P<is>{is})){0,2}\s{0,2}\"?"
)
_BOUNDS: Final = (
    # The bound, whether it is exclusive, whether it is called minimum or maximum, and its words.
    ("max", False, False, phrase(rf"{{at_most}}{_WHAT}{_ONE}")),
    ("min", False, False, phrase(rf"{{at_least}}{_WHAT}{_ONE}")),
    ("max", True, False, phrase(rf"{{below}}\s?{_ONE}")),
    ("min", True, False, phrase(rf"{{above}}\s?{_ONE}")),
    ("max", False, True, phrase(rf"{{maximum}}{_WHAT}{_ONE}")),
    ("min", False, True, phrase(rf"{{minimum}}{_WHAT}{_ONE}")),
    ("max", False, False, phrase(rf"(?=\d){_ONE}\s?(?:{{adjective}}\s?){{0,3}}(?:{{characters}})?\s?{{or_less}}")),
    ("min", False, False, phrase(rf"(?=\d){_ONE}\s?(?:{{adjective}}\s?){{0,3}}(?:{{characters}})?\s?{{or_more}}")),
)
_MEASURES: Final = (
    ("size", phrase(r"\s?{size}(?![A-Za-z])", "%")),
    ("characters", phrase(r"(?:[\s-]?{adjective}){0,5}\s?{characters}")),
    ("time", phrase(r"\s?{time}")),
    ("items", phrase(r"\s?{items}")),
    (
        "none",
        phrase(r"\s?(?:[.,;:。、)\]\n\"(]|$|[一-鿿]|{and}|{default}|{minimum}|{maximum}|{by_default}|{unit}|{note})"),
    ),
)
_SUBJECTS: Final = (
    ("length", phrase(r"{length}[^\d,;。\n.]{0,25}\Z")),
    ("count", phrase(r"{count}[^\d,;。\n.]{0,25}\Z")),
    ("range", phrase(r"(?:{range}|{values}|{can_be})[^\d,;。]{0,25}\Z")),
    ("value", phrase(r"{value}[^\d,;。\n]{0,25}\Z")),
    (
        "alone",
        phrase(
            r"(?:^|\n)\s{0,3}\Z", r"(?:\b(?:must|should|has to) be|必须|必須)\s?\Z", r"\d\s?,?\s?{and}\s?(?:{is}\s)?\Z"
        ),
    ),
)
_OTHER: Final = re.compile(
    r"\bof (?:the )?[A-Z][\w.]{0,60}\b[^\n]{0,20}\Z"
    r"|(?<![A-Za-z0-9_])[A-Za-z](?a:[\w.]{0,60})(?:的[^\d\n。;,]{0,12}|为[^\d,。;\n]{0,20},\s?)\Z"
)
_ONE_MORE: Final = phrase(rf"(?<![\w.])(?:{NUMBER})\s?{{or}}\s?\Z")
_EACH: Final = phrase("{each}")
_LONGEST: Final = 1_000
_COUNTED: Final = re.compile(r" (?!and |or |to |in |for |by |if |with )[a-z]{2}")
"""The things that a bound counts."""
_RETURNED: Final = phrase("{returned}")
_TIMES: Final = {"小": "h", "天": "d", "h": "h", "d": "d"}


@attrs.frozen
class _Around:
    """The words around a bound: what it bounds, and what its number counts."""

    subject: str
    measure: str
    start: int

    @property
    def is_length(self) -> bool:
        return self.measure == "characters" or self.subject == "length"


def bounds_in(context: Context) -> Iterator[Claim]:
    """Yield the bounds that a description states, and those that can't be read.

    Args:
        context: The description.
    """
    if context.kind == "boolean":
        return
    taken = Marked(context.text)
    for claim in (*_ranges(context), *_single(context)):
        if not taken.has(*claim.spans[0]):
            taken.add(*claim.spans[0])
            yield claim


def _measure(text: str, at: int) -> str:
    return next((name for name, pattern in _MEASURES if pattern.match(text, at)), "other")


def _around(context: Context, first: int, last: int) -> _Around:
    before = context.text[max(0, first - 60) : first]
    for name, pattern in _SUBJECTS:
        if (found := pattern.search(before)) is not None:
            start = first - len(before) + found.start()
            # What it bounds may be named before the words that introduce it, or after them.
            other = any(_OTHER.search(context.text[max(0, start - 60) : end]) for end in (start, first))
            return _Around("other" if other else name, _measure(context.text, last), start)
    return _Around("", _measure(context.text, last), first)


def _ranges(context: Context) -> Iterator[Claim]:
    for pattern in _RANGES:
        for found in pattern.finditer(context.text):
            if context.is_aside(found.start()):
                continue
            around = _around(context, found.start(), found.end("high"))
            span = (found.span(), (around.start, found.start()))
            aspects = _range_of(context, found, around)
            is_part = _is_of_some(context, found.start()) or _ONE_MORE.search(
                context.text[max(0, found.start() - 30) : found.start()]
            )
            if aspects is not None:
                yield Claim("range", span, aspects, is_read=bool(aspects and not is_part))


def _is_of_some(context: Context, at: int, *, is_named: bool = False) -> bool:
    """Return whether a bound is of a part of the value, or holds in some cases only."""
    is_part = _EACH.search(context.part_before(at))
    return bool(is_part) or context.is_in_meaning(at) or (context.is_conditional(at) and not is_named)


def _range_of(context: Context, found: re.Match[str], around: _Around) -> dict[str, Any] | None:
    """Return the aspects that a range bounds: none if unknown, None if it isn't a range of the value."""
    size = _size_of_range(context, found, around)
    if size is None:
        is_plain = around.subject in {"", "value", "alone"} and around.measure != "characters"
        return None if is_plain and not _seems_bare(context, found, around) else {}
    if size == "time":
        return _times(found)
    if (unit := found.groupdict().get("unit")) and not same_unit(unit, context.text[found.end("high") :]):
        return {}
    low, high = (figure(found[end], context.kind) for end in ("low", "high"))
    if low is None or high is None or low > high:
        return {}
    return {f"min{size}": low, f"max{size}": high}


def _seems_bare(context: Context, found: re.Match[str], around: _Around) -> bool:
    """Return whether a range without an introduction is a constraint; in a text, only a number of items is."""
    return ("-" not in found[0] or found[0][0] in "[(") and (context.kind in NUMBERS or around.measure == "items")


def _size_of_range(context: Context, found: re.Match[str], around: _Around) -> str | None:
    kind, after = context.kind, context.text[found.end("high") :]
    if around.subject == "other" or around.measure == "size":
        return None
    if around.is_length:
        return "Length" if kind == "string" else None
    if kind == "string" and around.measure == "time" and re.match(r"\s?(?:小时|天|hours?|days?)", after):
        return "time"
    if kind in NUMBERS:
        is_alone = not context.part_before(found.start()).strip(" [(") and around.measure == "none"
        return "imum" if around.subject in {"range", "value"} or is_alone else None
    if kind == "array":
        return "Items" if around.subject == "count" or around.measure == "items" else None
    return "imum" if kind == "string" and around.subject == "range" and around.measure == "none" else None


def _times(found: re.Match[str]) -> dict[str, Any]:
    last = re.match(r"\s?(小|天|h|d)", found.string[found.end("high") :], re.IGNORECASE)
    first = re.match(r"\s?(小|天|h|d)", found.string[found.end("low") :], re.IGNORECASE) or last
    if first is None or last is None:
        return {}
    ends = ((found["low"], first), (found["high"], last))
    low, high = (f"{figure(number, None)}{_TIMES[unit[1].lower()]}" for number, unit in ends)
    return {"range": {"minimum": low, "maximum": high}}


def _single(context: Context) -> Iterator[Claim]:
    for bound, is_open, is_named, pattern in _BOUNDS:
        for found in pattern.finditer(context.text):
            if context.is_example(found.start()) if is_named else context.is_aside(found.start()):
                continue
            around = _named(found, _around(context, found.start(), found.end("one")))
            if not is_named and around.measure == "other" and context.is_in_meaning(found.start()):
                continue
            if context.kind != "array" and not found["one"][-1].isdigit():
                continue
            if is_open and not (around.subject or around.measure == "characters"):
                continue
            size = _size(context, found, around, is_named=is_named)
            number = figure(found["one"], context.kind)
            span = (found.span(), (around.start, found.start()))
            if (
                size is None
                or number is None
                or (is_open and context.kind == "number")
                or _is_of_some(context, found.start(), is_named=is_named)
            ):
                yield Claim("range", span, is_read=False)
            else:
                step = (1 if bound == "min" else -1) if is_open else 0
                yield Claim("range", span, {f"{bound}{size}": number + step})


def _named(found: re.Match[str], around: _Around) -> _Around:
    """Return the words around a bound, with the subject that the bound itself names."""
    named = found.groupdict()
    subject = next((name for name in ("length", "count", "value") if named.get(name)), None)
    return attrs.evolve(around, subject=subject) if subject and around.subject != "other" else around


def _size(context: Context, found: re.Match[str], around: _Around, *, is_named: bool) -> str | None:
    """Return what a bound limits: the length, the number of elements, the value; None if nothing of these."""
    is_explicit = is_named and (around.measure == "none" or bool(found.groupdict().get("is")))
    if around.subject == "other" or around.measure == "size":
        return None
    if around.is_length:
        return "Length" if context.kind == "string" else None
    if context.kind == "array":
        return None if around.subject in {"value", "range"} else "Items"
    shown = _RETURNED.search(context.near(found.start())) is not None
    if context.kind in NUMBERS:
        is_value = around.subject in {"range", "value", "alone"} and around.measure in {"none", "time", "items"}
        return "imum" if is_value or shown or (is_explicit and around.measure != "other") else None
    if context.kind == "string" and is_explicit and around.measure in {"none", "other"}:
        # For a text, the vendors mean the length, unless they name the value, or count what is shown.
        is_number = around.subject == "value" or shown or _RETURNED.search(context.text[:_LONGEST]) is not None
        is_counted = _COUNTED.match(context.text, found.end("one")) is not None
        return "imum" if is_number else None if is_counted else "Length"
    return None
