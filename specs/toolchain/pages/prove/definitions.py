"""Read a vendor's machine-readable definition like a spec.

Two forms are read: Alibaba Cloud's API metadata (`apis`, each with `parameters` and `responses`), and OpenAPI or
Swagger documents, as Huawei Cloud's API Explorer exports them.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.composer import Composer
from ruamel.yaml.error import YAMLError
from ruamel.yaml.events import AliasEvent

from toolchain.document import at_pointer
from toolchain.pages.facts import PageError, is_deeper
from toolchain.pages.prove.definition_schemas import schema_of
from toolchain.pages.prove.leaf import MISSHAPEN, Leaf
from toolchain.pages.prove.spec_facts import leaves

_METHODS: Final = frozenset({"get", "post", "put", "delete", "patch", "head"})
_DEEPEST: Final = 100
"""Levels of a definition."""
LARGEST_DEFINITION: Final = 20_000_000
"""Bytes."""
LARGEST_YAML: Final = 1_000_000
"""Bytes: YAML takes a hundred times as long to read as JSON."""


def read_definition(content: bytes, operation: str) -> dict[str, Leaf]:
    """Return the facts of one operation of a definition, by place.

    Args:
        content: The definition, as JSON or YAML.
        operation: The operation.

    Raises:
        PageError: The definition has neither form, or doesn't have the operation.
    """
    document = _parsed(content)
    try:
        return leaves(_as_openapi(document, operation), operation)
    except MISSHAPEN as error:
        raise PageError(f"the definition has no {operation} in a form that is known: {error!r}"[:300]) from error


def has_operation(content: bytes, operation: str) -> bool:
    """Return whether a definition has an operation in a known form.

    Raises:
        PageError: The definition is neither JSON nor YAML, too large or too deep.
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
    """Refuses aliases: with them, a few lines can mean a billion nodes."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.parser.check_event(AliasEvent):
            raise ValueError("it has aliases")
        return super().compose_node(parent, index)


def _yaml(text: str) -> Any:
    """Return YAML as JSON: keys are strings, and so are dates."""
    if len(text) > LARGEST_YAML:
        raise ValueError(f"YAML of more than {LARGEST_YAML:,} characters takes too long: give it as JSON")
    yaml = YAML(typ="safe", pure=True)
    yaml.Composer = _NoAliases
    return json.loads(json.dumps(yaml.load(text), default=str))


def _as_openapi(document: dict[str, Any], operation: str) -> dict[str, Any]:
    """Return a definition as a document with the form of a spec."""
    schemas = (document.get("components") or {}).get("schemas") or document.get("definitions") or {}
    components = {"schemas": {name: schema_of(schema) for name, schema in schemas.items()}}
    if "apis" in document:
        api = document["apis"][operation]
        method = next(iter(api.get("methods") or ["post"])).lower()
        return {
            "paths": {api.get("path") or "/": {method: _operation(document, api, operation)}},
            "components": components,
        }
    for path, item in document["paths"].items():
        for method, found in item.items() if isinstance(item, dict) else ():
            if method in _METHODS and _is_named(found.get("operationId", ""), operation):
                shared = [*(item.get("parameters") or []), *(found.get("parameters") or [])]
                made = _operation(document, {**found, "parameters": shared}, operation)
                return {"paths": {path: {method: made}}, "components": components}
    raise KeyError(operation)


def _is_named(name: str, operation: str) -> bool:
    """Return whether a name is that of an operation; some definitions append the version."""
    return name == operation or (name.startswith(operation) and name[len(operation) :].lower() in {"v5", "v3", "v1"})


def _operation(document: dict[str, Any], found: dict[str, Any], operation: str) -> dict[str, Any]:
    responses = {
        str(status): _response(_resolved(document, response))
        for status, response in (found.get("responses") or {}).items()
    }
    for status, errors in (found.get("errorCodes") or {}).items():
        codes = [{"code": error["errorCode"], "message": error.get("errorMessage")} for error in errors]
        responses.setdefault(str(status), {})["x-error-codes"] = codes
    parameters = [_resolved(document, parameter) for parameter in found.get("parameters") or []]
    sent = [_parameter(parameter) for parameter in parameters if parameter.get("in") != "body"]
    body = next((parameter for parameter in parameters if parameter.get("in") == "body"), None)
    body = body or _resolved(document, found.get("requestBody") or {})
    return {
        "operationId": operation,
        "parameters": sent,
        **({"requestBody": _response(body)} if body else {}),
        "responses": responses,
    }


def _resolved(document: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return a parameter, body or response, with references resolved."""
    for _ in range(_DEEPEST):
        if "$ref" not in node:
            return node
        node = at_pointer(document, str(node["$ref"]))
    raise ValueError(f"{node['$ref']} refers to itself")


def _parameter(found: dict[str, Any]) -> dict[str, Any]:
    schema = found.get("schema") or found
    required = bool(found.get("required", schema.get("required") is True))
    return {"name": found["name"], "in": found["in"], "required": required, "schema": schema_of(schema)}


def _response(found: dict[str, Any]) -> dict[str, Any]:
    """Return the body of a response or request in the form of OpenAPI."""
    content = found.get("content") or {}
    schema = found.get("schema") or next((media.get("schema") for media in content.values()), None)
    return {} if not schema else {"content": {"application/json": {"schema": schema_of(schema)}}}
