"""The values that a description lists: `enum` for its own, `valuesOf` for keys in it."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.read.claims import Claim, Marked
from toolchain.pages.read.listings import ITEM, explained_at, lines_at, listing_at, separated_at
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.values import FIGURE, typed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.pages.read.claims import Context, Spans
    from toolchain.pages.read.listings import Listing

_MOST_LISTS: Final = 50
_FIXED: Final = (
    re.compile(r"\bvalue is fixed (?:as|to|at) ([^.\n]{1,60})", re.IGNORECASE),
    re.compile(r"(?:^|(?<=[.\n] )|(?<=\n))Value: ([A-Z][A-Za-z]{3,60})\.?\s{0,9}$"),
    re.compile(r"^(application/[\w+.;=-]{2,60})\.?$"),
    re.compile(r"\bfill ([^\s\"]{1,60}) in this field", re.IGNORECASE),
    phrase(
        r"{constant}\s?(?:as|to|at|:|=)?\s?\"([^\"\n]{1,60})\"",
        rf"{{constant}}\s?:?\s?(?P<token>{ITEM})(?=\s{{0,3}}(?:[。;\n,]|\.(?:\s|$)|$))",
    ),
)
_INTRO: Final = phrase(
    r"(?:(?<![A-Za-z0-9_])(?P<subject>(?a:[A-Za-z_]\w{0,60}))(?P<of>的)?)?(?:为[^,。;\n]{0,20},)?"
    r"(?P<mark>(?P<strong>{values}|{range})|(?P<weak>{can_be})|(?P<constant>{constant}))"
    r"(?P<other>\s(?:of|for) (?:the )?[A-Za-z][\w.]{0,60})?(?: parameter)?"
    r"[ \t]{0,3}{following}?(?P<is>{is}[ \t]{0,3}{following}?[ \t]{0,3}:?)?[ \t]{0,3}"
)
_BARE_LINE: Final = phrase(
    rf"(?:^|(?<=\n)|(?<=[.。:])(?=\s?-\s))(?P<head>[ \t]{{0,20}}(?:[•*·●-][ \t]{{0,4}})?(?:{ITEM})[ \t]{{0,3}}"
    r"(?:{meaning}|[:(,;-]|$|(?=\n)))"
)
_BARE_HEAD: Final = phrase(
    r"(?:^|(?<=[\s,;。、:(一-鿿]))(?P<head>-?\d{1,6})\s{0,2}(?:{meaning}|-(?=[一-鿿])|为|是)(?![/\d])",
    rf"(?:^|(?<=[\n,;。、:(])|(?<=[;,、。一-鿿)] ))(?P<words>(?:{ITEM})\s{{0,2}}:(?![/\d]))",
    rf"(?<=\bvalue )(?P<said>(?:{ITEM})\s{{meaning}})",
)
_BARE_ITEMS: Final = phrase(
    rf"(?:^|(?<=[\n:。]))\s?(?P<quoted>\"(?:{ITEM})\"(?=\s?(?:[,、/|]|{{or}})))",
    rf"(?:^|(?<=\n))\s?(?P<alone>(?:{ITEM})(?=\s?\|))",
    rf"(?<=[一-鿿)]:)\s?(?P<closed>(?![\d-])(?:{ITEM})(?=\s?(?:[、|(]|{{or}})))",
    rf"(?<=[一-鿿])\s?(?P<bars>(?:{ITEM})(?=\|{ITEM}))",
)
_RANGE: Final = phrase(
    rf"\s{{0,9}}[\[(]\s?(?:{FIGURE})\s?,\s?(?:{FIGURE})\s?[\])]",
    rf"\s{{0,9}}[\[(]?\s?(?:{FIGURE})\s?(?:{{time}}|{{items}})?\s?{{to}}\s?(?:{FIGURE})(?!\d|-\d)",
)
_SEVERAL: Final = re.compile(r"枚举|列舉|enum|.*(?:包括|包含|如下|有)", re.IGNORECASE)
_BULLET_ABOVE: Final = re.compile(r"(?:^|[:。.])\s{0,9}[•*·●-]\s")
_GLUED: Final = re.compile(r"[一-鿿]")
_USUALLY: Final = re.compile(r"(?:一般|通常|usually|typically|generally)[^\w\n]{0,3}$", re.IGNORECASE)
_BULLET: Final = re.compile(r"[ \t]{0,20}[•*·●-]")
_MARKS: Final = phrase(r"{note}|{minimum}|{maximum}|{default}|{values}|{value}|{range}|{length}|{unit}")
_SIGN: Final = re.compile(r"[-_.,@/:#+&!? ]")
"""The characters of lists that are no values."""
_FIELDS: Final = phrase(r"{fields}")
_FEWEST: Final = 2
_SHORT: Final = 12


def lists_in(context: Context) -> Iterator[Claim]:
    """Yield the values that a description lists, and the lists that can't be read.

    Args:
        context: The description.
    """
    of_keys: dict[str, Any] = {}
    used = Marked(context.text)
    for claim in (*_fixed(context), *_introduced(context), *_bare(context)):
        if used.has(claim.start, claim.start + 1):
            continue
        used.add(min(first for first, _ in claim.spans), max(last for _, last in claim.spans))
        of_keys |= claim.aspects.get("valuesOf", {})
        if claim.aspects.get("enum") in of_keys.values():
            # The list describes the values of a key.
            yield Claim(claim.signal, claim.spans)
            continue
        yield Claim(claim.signal, claim.spans, {"valuesOf": of_keys}) if "valuesOf" in claim.aspects else claim


def _fixed(context: Context) -> Iterator[Claim]:
    for pattern in _FIXED:
        for found in islice(pattern.finditer(context.text), _MOST_LISTS):
            if not context.is_aside(found.start()):
                text = next(group for group in found.groups() if group)
                yield _claim(
                    context,
                    (found.span(),),
                    [text.strip().strip("\"'")],
                    is_conditional=context.is_conditional(found.start()),
                )


def _claim(context: Context, spans: Spans, items: list[str], *, is_conditional: bool = False) -> Claim:
    kind = context.element
    values = [typed(item, kind) for item in items]
    if kind == "boolean" and None not in values:
        # The values of a boolean are known.
        return Claim("values", spans)
    if None in values or is_conditional or all(map(_SIGN.fullmatch, items)) or kind in {"boolean", "object", "array"}:
        return Claim("values", spans, is_read=False)
    return Claim("values", spans, {"enum": list(dict.fromkeys(values))})


def _introduced(context: Context) -> Iterator[Claim]:
    after = 0
    for mark in islice(_INTRO.finditer(context.text), _MOST_LISTS):
        at = mark.start("mark")
        is_labelled = bool(mark["strong"] and ":" in (mark["is"] or "")) and not context.is_example(at)
        if at < after or (context.is_aside(at) and not is_labelled):
            continue
        listing = listing_at(context.text, mark.end())
        if listing is None or not _is_list(mark, listing, context):
            continue
        context.add_meanings((*listing.spans, *listing.meanings))
        spans = (mark.span(), *listing.spans)
        after = max(last for _, last in spans)
        if not listing.is_closed:
            yield Claim("values", spans)
        elif (
            mark["subject"]
            and mark["subject"].lower() not in {"the", "this"}
            and len(listing.items) > 1
            and not mark["of"]
        ):
            yield Claim("values", spans, {"valuesOf": {mark["subject"]: listing.items}})
        else:
            is_usual = _USUALLY.search(context.text[max(0, at - 20) : at]) is not None
            is_other = is_usual or not listing.is_known or bool(mark["of"] or mark["other"]) or context.is_aside(at)
            yield _claim(
                context, spans, listing.items, is_conditional=is_other or context.is_conditional(mark.start("mark"))
            )


def _is_list(mark: re.Match[str], listing: Listing, context: Context) -> bool:
    """Return whether some words introduce a list of values; after weak words, prose is possible too."""
    if _RANGE.match(context.text, mark.end()) and not _SEVERAL.match(mark["mark"]):
        return False
    if context.kind == "boolean" and mark["is"] and {item.lower() for item in listing.items} <= {"true", "false"}:
        return True
    if len(listing.items) >= _FEWEST:
        return True
    is_line = context.text[mark.end() : listing.spans[0][0] + 1].startswith("\n")
    # One value after a word for several may be several joined values.
    is_one = is_line or not _SEVERAL.match(mark["mark"])
    # Joined values have no separators.
    is_glued = _GLUED.match(context.text, listing.spans[-1][1]) is not None
    return bool(mark["constant"]) or bool(mark["strong"] and ":" in (mark["is"] or "") and is_one and not is_glued)


def _bare(context: Context) -> Iterator[Claim]:
    """Yield the lists without an introduction."""
    if context.element in {"object", "array"}:
        return
    for pattern, form in ((_BARE_LINE, lines_at), (_BARE_HEAD, explained_at), (_BARE_ITEMS, separated_at)):
        after = 0
        for found in islice(pattern.finditer(context.text), _MOST_LISTS):
            at = max(found.start(group) for group in found.groupdict())
            listing = (
                None
                if at < after or context.is_aside(found.end() - 1) or context.is_in_meaning(at)
                else form(context.text, at)
            )
            if listing is None or len(listing.items) < _FEWEST or _MARKS.fullmatch(listing.items[0]):
                continue
            after = max(last for _, last in (*listing.meanings, *listing.spans))
            if not listing.is_closed or _FIELDS.search(_above(context.text, at)):
                continue
            context.add_meanings((*listing.spans, *listing.meanings))
            # Bullets above that are no values show that these are part of something else.
            is_vague = (
                not listing.is_known
                or _BULLET_ABOVE.search(_line_above(context.text, at))
                or context.is_conditional(at)
                or not _looks_listed(context.text[at : at + 30], listing, is_inline=form is not lines_at)
            )
            yield _claim(context, tuple(listing.spans), listing.items, is_conditional=bool(is_vague))


def _above(text: str, at: int) -> str:
    """Return the words before a list: of its sentence, or of the last sentence of the line above."""
    before = text[max(0, at - 200) : at].rstrip(" ")
    is_below = before.endswith("\n") or _BULLET.match(text[at : at + 30]) is not None
    line = before.rstrip(" \n。." if is_below else " ").rpartition("\n")[2]
    return re.split(r"。|\.(?:\s|$)", line)[-1]


def _line_above(text: str, at: int) -> str:
    lines = text[max(0, at - 1_000) : at].rstrip().rpartition("\n")
    return lines[2] if text[:at].endswith("\n") else ""


def _looks_listed(text: str, listing: Listing, *, is_inline: bool) -> bool:
    """Return whether words with colons are values, not fields: bullets, numbers, capitals or short meanings."""
    numbers = {item.lstrip("-").isdigit() for item in listing.items}
    if len(numbers) > 1:
        return False
    is_short = all(last - first < _SHORT for first, last in listing.meanings) and "_" not in "".join(listing.items)
    has_small = any(re.match(r"[a-z]", item) for item in listing.items)
    return True in numbers or is_short or not (is_inline or (has_small and _BULLET.match(text) is None))
