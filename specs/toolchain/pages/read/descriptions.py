"""Reads the constraints in a description: range, default, values, unit and the like. Rules, no guesses.

Each rule names the part of the text that it used. A part that looks like a constraint and that no rule used is
reported. Every pattern is bounded, so that the time grows only with the length of the text.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from toolchain.pages.facts import is_same_value
from toolchain.pages.read.bounds import bounds_in
from toolchain.pages.read.claims import Claim, Context, Marked
from toolchain.pages.read.defaults import defaults_in
from toolchain.pages.read.lists import lists_in
from toolchain.pages.read.marks import characters_in, flags_in, keys_in, pattern_of, units_in
from toolchain.pages.read.phrases import phrase
from toolchain.pages.read.signals import listed_in, signals_in
from toolchain.pages.read.words import BLOCKS, states_nothing

LONGEST_DESCRIPTION: Final = 20_000
"""Characters."""
_PATTERN_HERE: Final = "\N{OBJECT REPLACEMENT CHARACTER}"
"""A placeholder for a regular expression, so that no rule reads its characters."""
_MARKUP: Final = re.compile(r":[a-z]{2,12}:(?=`)|\s?<[^<>\n]{1,200}>(?=`)|\*\*|`|\\(?=[()\[\]_*~<>|&#.-])|\u200b")
_SIGNS: Final = str.maketrans("\u201c\u201d\u300c\u300d\u2018\u2019\u2013\u2014\u301c\u00d7", '""""\'\'--~x')
"""Quotes and dashes, translated to those in the patterns."""
_DEFAULT: Final = phrase("{default}")
_RULES: Final = (lists_in, bounds_in, defaults_in, units_in, characters_in, keys_in, flags_in)
"""Lists come first: the meaning of one value is no statement about all."""
_ONE_VALUE: Final = frozenset({"unit", "deprecated", "nullable", "keys"})
"""The aspects that may be stated twice; the first one counts."""
_INTRODUCES: Final = phrase("{regex}")
_INTRODUCED: Final = frozenset({"range", "values"})
_PAIRS: Final = (("minimum", "maximum"), ("minLength", "maxLength"), ("minItems", "maxItems"))


def read_description(text: str, kind: str | None, element: str | None = None) -> tuple[dict[str, Any], list[str]]:
    """Return the aspects that a description states, by OpenAPI's names, and the names of those that can't be read.

    Args:
        text: The description.
        kind: The OpenAPI type of what it describes.
        element: For an array, the type of its elements, to which listed values belong.
    """
    normal = unicodedata.normalize("NFKC", text[:LONGEST_DESCRIPTION]).translate(_SIGNS)
    expression, normal = _without_pattern(normal) if kind == "string" else (None, normal)
    context = Context(_without_blocks(_MARKUP.sub("", normal.replace("****", ","))), kind, element)
    claims = [claim for rule in _RULES for claim in rule(context)]
    if expression is not None:
        claims.append(_of_pattern(context.text, expression))
    found, contradicted = _agreed(claims)
    unread = ["end (too long)"] if len(text) > LONGEST_DESCRIPTION else []
    return found, unread + _unread(context, claims, contradicted)


def _without_pattern(text: str) -> tuple[str | None, str]:
    """Return the regular expression in a text, and the text with a placeholder."""
    found = pattern_of(text)
    if found is None:
        return None, text
    expression, (first, last) = found
    return expression, f"{text[:first]}{_PATTERN_HERE}{text[last:]}"


def _of_pattern(text: str, expression: str) -> Claim:
    """Return the claim for a regular expression, including the words before it."""
    at = text.find(_PATTERN_HERE)
    introduced = [found.start() for found in _INTRODUCES.finditer(text, max(0, at - 60), at)]
    return Claim("pattern", ((min([at, *introduced]), at + 1),), {"pattern": expression})


def _agreed(claims: list[Claim]) -> tuple[dict[str, Any], set[str]]:
    """Return the aspects that the claims agree on, and those that they contradict each other in."""
    found: dict[str, Any] = {}
    contradicted: set[str] = set()
    for claim in claims:
        for aspect, value in claim.aspects.items() if claim.is_read else ():
            if not is_same_value(found.setdefault(aspect, value), value) and aspect not in _ONE_VALUE:
                contradicted.add(aspect)
    # A default that holds in some cases makes the general one doubtful.
    sometimes = [claim.aspects["default"] for claim in claims if not claim.is_read and "default" in claim.aspects]
    if "default" in found and any(not is_same_value(value, found["default"]) for value in sometimes):
        contradicted.add("default")
    for least, most in _PAIRS:
        if least in found and most in found and found[least] > found[most]:
            contradicted |= {least, most}
    # One end of a range is useless if the other is doubtful.
    contradicted |= {other for claim in claims if contradicted & set(claim.aspects) for other in claim.aspects}
    return {aspect: value for aspect, value in found.items() if aspect not in contradicted}, contradicted


def _unread(context: Context, claims: list[Claim], contradicted: set[str]) -> list[str]:
    """Return the names of apparent constraints that no claim covers, and of claims that weren't read, in text order."""
    found = [(claim.start, claim.signal) for claim in claims if not claim.is_read or contradicted & set(claim.aspects)]
    used = Marked(context.text, (span for claim in claims for span in claim.spans))
    bounds = Marked(context.text, (span for claim in claims if claim.signal in _INTRODUCED for span in claim.spans))
    for name, first, last in signals_in(context):
        # The words that introduce a range or values may be anywhere in the sentence.
        end = context.sentence(first)[1] if name in _INTRODUCED else first
        if not used.has(first, last) and not bounds.has(first, end):
            found.append((first, name))
    lists = Marked(context.text, (span for claim in claims if claim.signal == "values" for span in claim.spans))
    found += [(first, "values") for first, last in listed_in(context) if not lists.has(first, last)]
    return list(dict.fromkeys(name for _, name in sorted(found)))


def _without_blocks(text: str) -> str:
    """Remove the headings inside a description, and the blocks that state nothing."""
    parts: list[tuple[str, list[str]]] = [("definition", [])]
    for line in text.split("\n"):
        block = BLOCKS.get(line.strip().rstrip(":").lower())
        if block is None:
            parts[-1][1].append(line)
        else:
            parts.append((block, []))
    blocks = [(block, "\n".join(lines)) for block, lines in parts if not all(map(states_nothing, lines))]
    return "\n".join(_introduced(block, body) for block, body in blocks)


def _introduced(block: str, body: str) -> str:
    """Return the text of a block, with the words for its heading."""
    if block == "default" and not _DEFAULT.search(body):
        return f"Default value: {body.strip()}"
    if block == "range":
        lines = [line for line in body.split("\n") if line.strip()]
        return f"Valid values:{chr(10) if len(lines) > 1 else ' '}{body.strip()}"
    return body
