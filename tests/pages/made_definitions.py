"""Definitions as the two vendors write them, made from a spec, and altered."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from toolchain.document import Document, at_pointer, operations

_KEYWORDS = frozenset({"format", "enum", "default", "minimum", "maximum", "minLength", "maxLength", "maxItems"}) | {
    *("deprecated", "pattern"),
}


def _resolved(document: Document, node: Any) -> Any:
    """Return what a reference leads to, with what stands beside it."""
    if "$ref" not in node:
        return node
    beside = {name: value for name, value in node.items() if name != "$ref"}
    return {**_resolved(document, at_pointer(document, node["$ref"])), **beside}


def _flat(node: Document) -> Document:
    """Return the keywords of a schema that both forms have; null is allowed in a keyword of its own."""
    kind = node["type"]
    flat = {name: value for name, value in node.items() if name in _KEYWORDS}
    if isinstance(kind, list):
        return flat | {"type": next(one for one in kind if one != "null"), "nullable": True}
    return flat | {"type": kind}


def alibaba(document: Document) -> Document:
    """Return the metadata that Alibaba Cloud gives of an API: schemas without names, and numbers as texts."""
    apis = {}
    for place in operations(document):
        responses = {status: _resolved(document, found) for status, found in place.operation["responses"].items()}
        bodies = {status: _body(found) for status, found in responses.items() if "content" in found}
        errors = {status: found.get("x-error-codes", []) for status, found in responses.items()}
        apis[place.operation["operationId"]] = {
            "methods": ["post", "get"],
            "parameters": [_alibaba_parameter(document, found) for found in place.operation["parameters"]],
            "responses": {
                status: {"schema": _alibaba_schema(document, bodies[status])} if status in bodies else {}
                for status in responses
            },
            "errorCodes": {
                status: [{"errorCode": one["code"], "errorMessage": one["message"]} for one in found]
                for status, found in errors.items()
                if found
            },
        }
    return {"version": "1.0", "info": {"style": "RPC"}, "components": {"schemas": {}}, "apis": apis}


def _body(response: Document) -> Document:
    schema: Document = next(iter(response["content"].values()))["schema"]
    return schema


def _alibaba_parameter(document: Document, found: Document) -> Document:
    schema = _alibaba_schema(document, found["schema"]) | {"required": found.get("required", False)}
    return {"name": found["name"], "in": found["in"], "schema": schema | {"example": str(found.get("example", ""))}}


def _alibaba_schema(document: Document, node: Document) -> Document:
    target = _resolved(document, node)
    texts = {name: str(value) for name, value in _flat(target).items() if type(value) is int}
    schema: Document = {**_flat(target), **texts, "title": "A title", "description": "What it is."}
    if "properties" in target:
        needed = target.get("required", [])
        schema["properties"] = {
            name: _alibaba_schema(document, part) | ({"required": True} if name in needed else {})
            for name, part in target["properties"].items()
        }
    return schema | ({"items": _alibaba_schema(document, target["items"])} if "items" in target else {})


def swagger(document: Document) -> Document:
    """Return a Swagger 2.0 document with the vendor's version behind the name of the operation."""
    return _huawei(document, is_swagger=True)


def openapi(document: Document) -> Document:
    """Return an OpenAPI 3.0 document with the vendor's version behind the name of the operation."""
    return _huawei(document, is_swagger=False)


def _huawei(document: Document, *, is_swagger: bool) -> Document:
    paths: Document = {}
    for place in operations(document):
        paths.setdefault(place.path, {"parameters": []})[place.method] = {
            "operationId": place.operation["operationId"] + "V5",
            "parameters": [_huawei_parameter(document, found, is_swagger) for found in place.operation["parameters"]],
            "responses": {
                status: _huawei_response(_resolved(document, found), is_swagger)
                for status, found in place.operation["responses"].items()
            },
        }
    schemas = {name: _huawei_schema(schema) for name, schema in document["components"]["schemas"].items()}
    named: Document = {"definitions": schemas} if is_swagger else {"components": {"schemas": schemas}}
    version = {"swagger": "2.0"} if is_swagger else {"openapi": "3.0.0"}
    return {**version, "paths": paths, **named}


def _huawei_parameter(document: Document, found: Document, is_swagger: bool) -> Document:  # noqa: FBT001 - a form
    schema = _flat(_resolved(document, found["schema"]))
    head = {"name": found["name"], "in": found["in"], "required": found.get("required", False)}
    return head | (schema if is_swagger else {"schema": schema})


def _huawei_response(found: Document, is_swagger: bool) -> Document:  # noqa: FBT001 - a form
    if "content" not in found:
        return {"description": "None."}
    schema = _huawei_schema(_body(found))
    return {"schema": schema} if is_swagger else {"content": {"application/json;charset=utf8": {"schema": schema}}}


def _huawei_schema(node: Document) -> Document:
    if "$ref" in node:
        beside = {name: value for name, value in node.items() if name in _KEYWORDS}
        return {"$ref": "#/definitions/" + node["$ref"].rpartition("/")[2], **beside}
    schema = _flat(node) | {name: node[name] for name in ("required",) if name in node}
    if "properties" in node:
        schema["properties"] = {name: _huawei_schema(part) for name, part in node["properties"].items()}
    return schema | ({"items": _huawei_schema(node["items"])} if "items" in node else {})


def altered(definition: Document, path: str, change: Callable[[Any], Any]) -> Document:
    """Return a copy in which what stands at a path is changed; what becomes None is dropped."""
    copied = deepcopy(definition)
    node: Any = copied
    *above, last = path.split("/")
    for token in above:
        index: Any = int(token) if isinstance(node, list) else token
        node = node[index]
    key: Any = int(last) if isinstance(node, list) else last
    if (value := change(node.get(key) if isinstance(node, dict) else node[key])) is None:
        node.pop(key, None) if isinstance(node, dict) else node.pop(key)
    else:
        node[key] = value
    return copied


def other(value: Any) -> Callable[[Any], Any]:
    return lambda _: value
