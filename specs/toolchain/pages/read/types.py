"""Turns the types that pages write into OpenAPI's types."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from toolchain.pages.read.type_words import ALSO_NAMES, ARRAYS, MAPS, SCALARS

_WORD = r"[^\W\d]\w{0,80}"
_ARRAY = rf"(?P<array>{'|'.join(sorted(map(re.escape, ARRAYS), key=len, reverse=True))})"
_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"{_ARRAY} (?:of|de) (?:an? )?(?P<schema>{_WORD}) objects?",
        rf"{_ARRAY} (?:of|de) (?:an? )?(?P<element>{_WORD}(?: object)?)",
        rf"{_ARRAY} ?[<\[(] ?(?P<element>{_WORD}(?: object)?) ?[>\])]",
        rf"(?P<element>{_WORD}) ?(?P<array>\[\])",
        rf"(?P<array>\[\]) ?(?P<element>{_WORD})",
        rf"(?P<scalar>{_WORD}) {_ARRAY}",
        r"(?P<scalar>字符串|字串|整数|整型|数字|布尔|对象|物件|json)(?P<array>数组|列表|集合|陣列)",
        rf"(?P<schema>{_WORD}) (?:objects?|structure)",
        rf"(?P<object>{_WORD} to {_WORD} map)",
        rf"(?P<object>map|object|dict) ?[<\[(] ?{_WORD} ?[,:] ?{_WORD} ?[>\])]",
        rf"(?P<item>{_WORD}(?: object)?) ?[<(\[] ?[\w ~-]{{1,40}} ?[>)\]]",
        _ARRAY,
        rf"(?P<item>{_WORD}(?: object)?)",
    )
)
_MARKS: Final = re.compile(r"\]\([^()\s]{0,300}\)|[*`_]{1,3}(?=[\W_]|$)|(?<![^\W_])[*`_]{1,3}")
_OPEN: Final = re.compile(r"\[\[(\w{1,80})\]{1,2}")
_LINK: Final = re.compile(r"^\[(\w{1,80})\]$")
_SCHEMA: Final = re.compile(r"[A-Z]\w{1,80}", re.ASCII)
Type: TypeAlias = "tuple[dict[str, Any], dict[str, Any] | None]"


def is_type(text: str) -> bool:
    """Return whether a text is a type, as any of the pages writes one, and hardly anything else."""
    return text not in ALSO_NAMES and read_type(text) is not None


def is_map(text: str) -> bool:
    """Return whether a type is that of an object which may have any fields."""
    words = re.split(r"[<\[( ]", text.strip().lower())
    return bool({words[0], words[-1]} & MAPS)


def read_type(text: str) -> Type | None:
    """Return the aspects of a type, and of an array's elements; None if the text is no type.

    An unknown word for the elements of an array is the name of their schema. They have no type then; other rules find
    out whether they are objects.

    Args:
        text: The text of the page, such as `Array of Secret objects`.
    """
    plain = _plain(text)
    found = next((match for form in _FORMS if (match := form.fullmatch(plain))), None)
    if found is None:
        return None
    parts = {"array": None, "schema": None, "item": None, "scalar": None, "element": None} | found.groupdict()
    one = _element(parts)
    if one is None:
        return None
    return ({"type": "array"}, one) if parts["array"] else (one, None)


def word_of(text: str) -> str | None:
    """Return a type as a word if it may be the name of a schema; otherwise None."""
    plain = _plain(text)
    return plain if _SCHEMA.fullmatch(plain) else None


def _plain(text: str) -> str:
    """Return a type without the marks of links, bold and italics, which may be incomplete."""
    bare = _MARKS.sub(lambda found: "]" if found[0][0] == "]" else "", text.strip())
    return _OPEN.sub(r"[\1]", bare) if "[[" in bare else _LINK.sub(r"\1", bare)


def _element(parts: dict[str, str | None]) -> dict[str, Any] | None:
    if parts.get("object"):
        return {"type": "object"}
    if parts["schema"] is not None:
        return _known(parts["schema"]) or {"type": "object", "schema": parts["schema"]}
    if (word := parts["element"]) is not None:
        known = {"type": "array"} if word.lower() in ARRAYS else _known(word)
        return known or {"schema": word.removesuffix(" object")}
    word = parts["item"] or parts["scalar"]
    return {} if word is None else _known(word)


def _known(word: str) -> dict[str, Any] | None:
    known = SCALARS.get(word.lower())
    if known is None:
        return None
    return {aspect: value for aspect, value in zip(("type", "format"), known, strict=True) if value}
