"""Convert the schemas of a vendor's definition to the keywords of a spec."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from toolchain.pages.prove.keywords import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_SCHEMA_KEYWORDS: Final = frozenset(
    {keyword for keyword in KEYWORDS if not keyword.startswith("x-")} | {"pattern", "items", "properties", "$ref"}
)
_NUMBERS: Final = frozenset({"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems"})


def schema_of(found: dict[str, Any]) -> dict[str, Any]:
    """Return a schema with the keywords and names of a spec.

    Args:
        found: The schema of the definition.
    """
    schema = {key: value for key, value in found.items() if key in _SCHEMA_KEYWORDS}
    if "$ref" in schema:
        schema["$ref"] = "#/components/schemas/" + str(schema["$ref"]).rpartition("/")[2]
    if "enumValueTitles" in found and "enum" not in schema:
        schema["enum"] = list(found["enumValueTitles"])
    if not isinstance(schema.get("required"), list):
        schema.pop("required", None)
    if "properties" in schema:
        schema.setdefault("type", "object")
        schema["properties"] = {name: schema_of(part) for name, part in schema["properties"].items()}
        required = [name for name, part in found["properties"].items() if part.get("required") is True]
        schema |= {"required": required} if required else {}
    if "items" in schema:
        schema["items"] = schema_of(schema["items"])
    return schema | _typed(schema) | _nullable(found)


def _typed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that Alibaba Cloud's metadata write as strings, in their real types."""
    kind = str(schema.get("type"))
    typed = {name: _value(schema[name], "number") for name in _NUMBERS & schema.keys()}
    if "default" in schema:
        typed["default"] = _value(schema["default"], kind)
    if isinstance(schema.get("enum"), list):
        typed["enum"] = [_value(value, kind) for value in schema["enum"]]
    return typed


def _value(value: Any, kind: str) -> Any:
    """Return the value that a string stands for in a type; the string itself if it stands for none."""
    if not isinstance(value, str) or kind not in {"integer", "number", "boolean"}:
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, bool) == (kind == "boolean") and isinstance(found, bool | int | float) else value


def _nullable(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the 3.1 type of what OpenAPI 3.0 marks as nullable."""
    kind = found.get("type")
    return {"type": [kind, "null"]} if found.get("nullable") is True and isinstance(kind, str) else {}
