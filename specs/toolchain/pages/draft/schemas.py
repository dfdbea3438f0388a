"""Write facts as keywords of a schema; descriptions are marked for a person."""

from __future__ import annotations

import re
from typing import Any, Final

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from toolchain.gaps import TO_WRITE
from toolchain.pages.draft.nodes import flow, put
from toolchain.pages.draft.readings import add_reading
from toolchain.pages.prove.keywords import KEYWORDS

_KEYWORD_OF: Final = {aspect: keyword for keyword, aspect in KEYWORDS.items()}
_PLAIN: Final = frozenset(_KEYWORD_OF) - {"type", "enum", "required"}
_OF_NUMBERS: Final = frozenset({"minimum", "maximum"})


def set_aspect(schema: Any, aspect: str, value: Any) -> None:
    """Set an aspect of a schema, or remove it if the value is None."""
    if aspect == "type":
        put(schema, "type", value)
    elif aspect == "nullable":
        kind = schema.get("type")
        plain = next((one for one in kind if one != "null"), None) if isinstance(kind, list) else kind
        put(schema, "type", flow([plain, "null"]) if value else plain)
    elif aspect == "characters":
        put(schema, "pattern", None if value is None else _pattern(value))
    elif aspect == "pattern":
        put(schema, "pattern", value)
    elif aspect == "example":
        put(schema, "examples", None if value is None else flow([value]))
    elif aspect in _PLAIN and (schema.get("type") not in {"string", "array"} or aspect not in _OF_NUMBERS):
        put(schema, _KEYWORD_OF[aspect], value)
    else:
        add_reading(schema, aspect, value)


def _pattern(characters: str) -> str:
    special = characters.removeprefix("a-zA-Z0-9")
    escaped = "".join(f"\\{one}" if one in "\\]^" else one for one in special.replace("-", ""))
    return f"^[a-zA-Z0-9{escaped}{'-' if '-' in special else ''}]+$"


def set_values(schema: Any, values: list[Any] | None) -> None:
    """Set the values of an enumeration, with a mark as the description of each new one."""
    known = dict(zip(schema.get("enum", ()), schema.get("x-enum-descriptions", ()), strict=False))
    put(schema, "enum", None if values is None else flow(values))
    if values and len(values) == 1 and "default" in schema:
        schema["default"] = values[0]  # the schema of a constant
    if known:
        texts = None if values is None else CommentedSeq(known.get(value, TO_WRITE) for value in values)
        put(schema, "x-enum-descriptions", texts)


def set_aspects(schema: Any, aspects: dict[str, Any]) -> None:
    """Set all aspects of a fact, except those that decide which schema it is."""
    for aspect, value in aspects.items():
        if aspect not in {"type", "enum", "schema", "required", "wording"} and (
            aspect != "format" or "$ref" not in schema
        ):
            set_aspect(schema, aspect, value)


def object_schema(aspects: dict[str, Any]) -> CommentedMap:
    """Return the named schema of an object, without fields.

    Args:
        aspects: The aspects of the object.
    """
    schema = CommentedMap(type="object", description=TO_WRITE)
    if aspects.get("required"):
        schema["required"] = flow(aspects["required"])
    schema["properties"] = CommentedMap()
    return schema


def camel_case(name: str) -> str:
    """Return a name of the API in camel case."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))
