"""The default that a description states, in words or next to one of the listed values."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from toolchain.pages.read.claims import Claim, Marked
from toolchain.pages.read.listings import ITEM, plain
from toolchain.pages.read.marks import same_unit
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.values import NUMBER, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.pages.read.claims import Context

_TWICE: Final = 2
_LISTED: Final = 4_000
_NO_VALUES: Final = (
    r"used|applied|assumed|set|taken|chosen|returned|displayed|specified|determined|required|unlimited|not|blank|the|an?"
    r"|that|this|all|any|to|by|as|in|on|of|is|it|you|no"
)
"""Words in the position of a value that aren't values."""
_END: Final = (
    r"(?=[\"']?\s{0,2}(?:[,;、。)(\n]|\.(?:\s|$|(?-i:[A-Z]))|$|\s(?:and|or)\s|[个条次台项](?![一-鿿])"
    r"|{unit}|{minimum}|{maximum}|{values}|{note}|{time}))"
)
_LAST_END: Final = r"(?=[\"']?(?:[,;、。)\n(]|\.(?:\s|$)|$|\sand\s|\s(?:{minimum}|{maximum}|{values}|{unit})))"
_VALUE: Final = rf"(?P<value>(?:{NUMBER})(?!\.?\d)|{ITEM})"
_NAMED_VALUE: Final = rf"(?!(?:{_NO_VALUES})\b){_VALUE}"
_NAMED: Final = (
    phrase(rf"{{default}}(?:\s?(?:{{value}}))?\s?(?::|=|{{is}}\s?:|为|是|為)\s?{_VALUE}{_END}"),
    phrase(rf"(?:{{default}}(?:\s?{{value}})?\s(?:{{is}})|{{defaults_to}})\s?{_NAMED_VALUE}{_LAST_END}"),
    phrase(rf"{{by_default}},?\s(?P<value>{NUMBER})(?![\w.%])"),
    # After the value; its meaning may be in between.
    phrase(
        rf"(?<![\w./-])(?P<value>{ITEM})\s{{0,3}}(?::|{{meaning}})"
        r"\s?[^:,;。\n(]{0,80}\((?:the )?{default}(?: value)?\)",
        rf"(?<![\w./-])(?P<beside>{ITEM})\s?[^\x00-\x7f,。、]{{0,40}}\s?\((?:the )?{{default}}(?: value)?\)",
        rf"{{default}}\s?\((?P<bracketed>{ITEM})\)",
        rf"\({{default}}\s?:?\s?(?P<inside>{ITEM})\)",
        rf"(?<![\w./-])(?P<said>{ITEM})\s{{0,3}}\((?:the )?{{default}}(?: value)?\)",
        rf"(?<=\n)[ \t]{{0,9}}(?:[•*·-][ \t]{{1,4}})?(?P<of>{ITEM})"
        r"\s{0,2}:[^\n]{0,300}\b(?:this is|is) the default(?: value)?\b",
    ),
)
_TIME: Final = phrase(r"\s?{time}")
_TIMES: Final = phrase(r"(?<=[\d一-鿿:])\s?{time}(?![一-鿿A-Za-z])", r"{time}(?=为单位)")
_NONE: Final = phrase(
    r"{default}(?:\s?{value})?\s?(?:(?::|=|{is}|为|是|為)\s?){0,2}(?:an? )?(?P<nothing>{nothing})(?![\w])",
    r"{empty} by default",
)
_IN_WORDS: Final = phrase(
    r"(?:{by_default}|{defaults_to})(?![一-鿿]{0,3}\s?:?\s?[A-Za-z0-9\"])",
    r"\bby default\b",
    r"\bthe default value is used",
)


def defaults_in(context: Context) -> Iterator[Claim]:
    """Yield the defaults that a description states, and those that can't be read.

    Args:
        context: The description.
    """
    none = Marked(context.text)
    for found in _NONE.finditer(context.text):
        # If `none` is listed among the values, it is a value.
        if not found["nothing"] or len(re.findall(re.escape(found["nothing"]), context.text[:_LISTED])) < _TWICE:
            none.add(*found.span())
            yield Claim("default", (found.span(),))
    for pattern in _NAMED:
        for found in pattern.finditer(context.text):
            if none.has(*found.span()) or not _is_in_its_unit(context, found):
                continue
            value = typed(plain(next(text for text in found.groups() if text)).rstrip(".,-"), context.kind)
            if value is None:
                continue
            is_some = context.is_conditional(found.start(), unless_empty=True)
            yield Claim("default", (found.span(),), {"default": value}, is_read=not is_some)
    for found in _IN_WORDS.finditer(context.text):
        yield Claim("default", (found.span(),))


def _is_in_its_unit(context: Context, found: re.Match[str]) -> bool:
    """Return whether a number has no unit, or the only one in the description."""
    unit = _TIME.match(context.text, found.end())
    return unit is None or all(same_unit(one[0], unit[0]) for one in _TIMES.finditer(context.text))
