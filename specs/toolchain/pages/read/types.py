"""Types as pages write them, and as OpenAPI has them."""

from __future__ import annotations

import re
from typing import Any, Final

from toolchain.pages.read.words import SCALARS

_WORD = r"[A-Za-z_]\w{0,80}"
_FORMS: Final = tuple(
    re.compile(pattern, re.IGNORECASE | re.ASCII)
    for pattern in (
        rf"(?P<array>array|list) of (?P<schema>{_WORD}) objects?",
        rf"(?P<array>array|list) of (?P<item>{_WORD})",
        rf"(?P<array>array|list) ?[<\[] ?(?P<item>{_WORD}) ?[>\]]",
        rf"(?P<schema>{_WORD}) (?:objects?|structure)",
        rf"(?P<object>map|object) ?<{_WORD} ?, ?{_WORD}>",
        rf"(?P<item>{_WORD}) ?[<(\[] ?[\w ~-]{{1,40}} ?[>)\]]",
        r"(?P<array>array|list)",
        rf"(?P<item>{_WORD})",
    )
)


def is_type(text: str) -> bool:
    """Tell whether a text is a type, as any of the pages writes one."""
    return read_type(text) is not None


def read_type(text: str) -> tuple[dict[str, Any], dict[str, Any] | None] | None:
    """Return the aspects of a type, and of the elements where it's an array; None where it isn't a type.

    Args:
        text: What the page says, such as `Array of Secret objects`.
    """
    found = next((match for form in _FORMS if (match := form.fullmatch(text.strip()))), None)
    if found is None:
        return None
    parts = {"array": None, "schema": None, "item": None, "object": None} | found.groupdict()
    one = _element(parts)
    if one is None:
        return None
    return ({"type": "array"}, one) if parts["array"] else (one, None)


def _element(parts: dict[str, str | None]) -> dict[str, Any] | None:
    if parts["schema"]:
        return {"type": "object", "schema": parts["schema"]}
    if parts["object"]:
        return {"type": "object"}
    if parts["item"] is None:
        return {}
    known = SCALARS.get(parts["item"].lower())
    if known is None:
        return None
    return {aspect: value for aspect, value in zip(("type", "format"), known, strict=True) if value}
