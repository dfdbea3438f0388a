"""A vendor's machine-readable definition, read as a spec is.

Two forms are read: Alibaba Cloud's API metadata (`apis`, each with `parameters` and `responses`), and OpenAPI or
Swagger documents, as Huawei Cloud's API Explorer gives them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from toolchain.pages.facts import PageError, is_deeper
from toolchain.pages.prove.keywords import KEYWORDS
from toolchain.pages.prove.leaf import MISSHAPEN, Leaf
from toolchain.pages.prove.spec_facts import leaves

if TYPE_CHECKING:
    from collections.abc import Mapping

_METHODS: Final = frozenset({"get", "post", "put", "delete", "patch", "head"})
_SCHEMA_KEYWORDS: Final = frozenset(
    {keyword for keyword in KEYWORDS if not keyword.startswith("x-")} | {"pattern", "items", "properties", "$ref"}
)
_NUMBERS: Final = frozenset({"minimum", "maximum", "minLength", "maxLength", "maxItems"})
_DEEPEST: Final = 100
"""Levels of a definition."""
LARGEST_DEFINITION: Final = 20_000_000
"""Bytes."""
LARGEST_YAML: Final = 1_000_000
"""Bytes: to read YAML takes a hundred times as long as JSON."""


def read_definition(content: bytes, operation: str) -> dict[str, Leaf]:
    """Return the facts of one operation of a definition, by place.

    Args:
        content: The definition, as JSON or YAML.
        operation: The operation.

    Raises:
        PageError: It is in neither form, or doesn't have the operation.
    """
    document = _parsed(content)
    try:
        return leaves(_as_openapi(document, operation), operation)
    except MISSHAPEN as error:
        raise PageError(f"the definition has no {operation} in a form that is known: {error!r}"[:300]) from error


def has_operation(content: bytes, operation: str) -> bool:
    """Tell whether a definition has an operation, in a form that is known.

    Raises:
        PageError: It is neither JSON nor YAML, or too large or too deep.
    """
    document = _parsed(content)
    try:
        _as_openapi(document, operation)
    except MISSHAPEN:
        return False
    return True


@lru_cache(maxsize=1)
def _parsed(content: bytes) -> dict[str, Any]:
    if len(content) > LARGEST_DEFINITION:
        raise PageError(f"the definition has more than {LARGEST_DEFINITION:,} bytes")
    try:
        text = content.decode("utf-8-sig")
        # JSON is YAML too, but faster to read.
        document: Any = json.loads(text) if text.lstrip().startswith("{") else _yaml(text)
    except (YAMLError, *MISSHAPEN) as error:
        raise PageError(f"the definition is neither JSON nor YAML: {error}"[:300]) from error
    if not isinstance(document, dict):
        raise PageError("the definition is no object")
    if is_deeper(document, _DEEPEST):
        raise PageError(f"the definition has more than {_DEEPEST} levels")
    return document


class _NoAliases(Composer):
    """Refuses aliases: they make a few lines mean a billion nodes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise ValueError("it has aliases")
        return super().compose_node(parent, index)


def _yaml(text: str) -> Any:
    """Return YAML as JSON has it: with keys that are texts, and no dates."""
    if len(text) > LARGEST_YAML:
        raise ValueError(f"YAML of more than {LARGEST_YAML:,} characters takes too long: give it as JSON")
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _NoAliases
    return json.loads(json.dumps(yaml.load(text), default=str))


def _as_openapi(document: dict[str, Any], operation: str) -> dict[str, Any]:
    """Return a definition as a document of the form that a spec has."""
    schemas = document.get("components", {}).get("schemas") or document.get("definitions") or {}
    components = {"schemas": {name: _schema(schema) for name, schema in schemas.items()}}
    if "apis" in document:
        api = document["apis"][operation]
        method = next(iter(api.get("methods") or ["post"])).lower()
        return {"paths": {api.get("path") or "/": {method: _operation(api, operation)}}, "components": components}
    for path, item in document["paths"].items():
        for method, found in item.items() if isinstance(item, dict) else ():
            if method in _METHODS and _is_named(found.get("operationId", ""), operation):
                return {"paths": {path: {method: _operation(found, operation)}}, "components": components}
    raise KeyError(operation)


def _is_named(name: str, operation: str) -> bool:
    """Tell whether a name is that of an operation; the vendor puts the version behind it in some definitions."""
    return name == operation or (name.startswith(operation) and name[len(operation) :].lower() in {"v5", "v3", "v1"})


def _operation(found: dict[str, Any], operation: str) -> dict[str, Any]:
    responses = {str(status): _response(response) for status, response in found.get("responses", {}).items()}
    for status, errors in found.get("errorCodes", {}).items():
        codes = [{"code": error["errorCode"], "message": error.get("errorMessage")} for error in errors]
        responses.setdefault(str(status), {})["x-error-codes"] = codes
    parameters = [_parameter(parameter) for parameter in found.get("parameters", []) if parameter.get("in") != "body"]
    return {"operationId": operation, "parameters": parameters, "responses": responses}


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    schema = found.get("schema") or found
    required = bool(found.get("required", schema.get("required") is True))
    return {"name": found["name"], "in": found["in"], "required": required, "schema": _schema(schema)}


def _response(found: dict[str, Any]) -> dict[str, Any]:
    content = found.get("content") or {}
    schema = found.get("schema") or next((media.get("schema") for media in content.values()), None)
    return {} if not schema else {"content": {"application/json": {"schema": _schema(schema)}}}


def _schema(found: dict[str, Any]) -> dict[str, Any]:
    """Return a schema in the keywords and under the names that a spec has."""
    schema = {key: value for key, value in found.items() if key in _SCHEMA_KEYWORDS}
    if "$ref" in schema:
        schema["$ref"] = "#/components/schemas/" + str(schema["$ref"]).rpartition("/")[2]
    if "enumValueTitles" in found and "enum" not in schema:
        schema["enum"] = list(found["enumValueTitles"])
    if not isinstance(schema.get("required"), list):
        schema.pop("required", None)
    if "properties" in schema:
        schema["properties"] = {name: _schema(part) for name, part in schema["properties"].items()}
        required = [name for name, part in found["properties"].items() if part.get("required") is True]
        schema |= {"required": required} if required else {}
    if "items" in schema:
        schema["items"] = _schema(schema["items"])
    return schema | _typed(schema) | _nullable(found)


def _typed(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that Alibaba Cloud's metadata give as texts, whatever they are, as what they are."""
    kind = str(schema.get("type"))
    typed = {name: _value(schema[name], "number") for name in _NUMBERS & schema.keys()}
    if "default" in schema:
        typed["default"] = _value(schema["default"], kind)
    if isinstance(schema.get("enum"), list):
        typed["enum"] = [_value(value, kind) for value in schema["enum"]]
    return typed


def _value(value: Any, kind: str) -> Any:
    """Return the value of a type that a text stands for; a text that stands for none stays."""
    if not isinstance(value, str) or kind not in {"integer", "number", "boolean"}:
        return value
    try:
        found = json.loads(value)
    except ValueError:
        return value
    return found if isinstance(found, bool) == (kind == "boolean") and isinstance(found, bool | int | float) else value


def _nullable(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return the type of what OpenAPI 3.0 calls nullable, as 3.1 has it."""
    kind = found.get("type")
    return {"type": [kind, "null"]} if found.get("nullable") is True and isinstance(kind, str) else {}
