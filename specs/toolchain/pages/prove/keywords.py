"""The keywords of a schema, by the aspects that a page's facts have."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.document import Document

KEYWORDS: Final = {
    "type": "type",
    "format": "format",
    "enum": "enum",
    "default": "default",
    "minimum": "minimum",
    "maximum": "maximum",
    "minLength": "minLength",
    "maxLength": "maxLength",
    "minItems": "minItems",
    "maxItems": "maxItems",
    "deprecated": "deprecated",
    "required": "required",
    "x-unit": "unit",
    "x-range": "range",
}
"""The keywords of a schema that are facts, with their aspects."""
SECRET: Final = "secret"  # noqa: S105 - the name of an aspect
"""The aspect of a secret; no page states it, only the spec."""
_ANY_OF: Final = re.compile(r"\^\[a-zA-Z0-9((?:[^\]\\a-zA-Z0-9]|\\.)+)\]\+\$")


def aspects_of(schema: Document) -> Iterator[tuple[str, str, Any]]:
    """Yield the aspects that a schema states, each with its keyword and value."""
    for keyword, aspect in KEYWORDS.items():
        value = schema.get(keyword)
        if (keyword, value) == ("format", "password"):
            yield SECRET, keyword, True
            continue
        if keyword == "type" and isinstance(value, list):
            if "null" in value:
                yield "nullable", keyword, True
            value = next((one for one in value if one != "null"), None)
        if (value is not None and value is not False) or (keyword == "default" and value is False):
            yield aspect, keyword, list(value) if isinstance(value, list) else value
    if schema.get("examples"):
        yield "example", "examples", schema["examples"][0]
    if "pattern" in schema:
        found = _ANY_OF.fullmatch(schema["pattern"])
        if found is None:
            yield "pattern", "pattern", schema["pattern"]
        else:
            special = found[1].replace("\\", "")
            yield "characters", "pattern", "a-zA-Z0-9" + "".join(sorted(set(special)))
