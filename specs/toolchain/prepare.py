"""Prepare a spec for the generators, so that the spec itself can stay true to the page.

Only known keywords pass: an extension that a generator would obey (an import path, a base class) never reaches it.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from toolchain.document import Document, LocatedOperation, operations, resolved

SCHEMA_KEYWORDS = frozenset(
    {"$ref", "type", "format", "enum", "required", "properties", "items"}
    | {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"}
)
"""The schema keywords that are passed to the generators."""
_WIDTHS = {"int32": 31, "int64": 63}
_OPERATION_KEYWORDS = ("operationId", "tags", "summary")
_DOCSTRING_WIDTH = 90


def schemas_for_models(document: Document) -> Document:
    """Return the document for the model generator: the schemas, and one more for each operation's parameters."""
    received = _received(document)
    schemas = {
        name: _schema(schema, is_received=name in received) | {"description": _documentation(schema)}
        for name, schema in document["components"]["schemas"].items()
    }
    for place in operations(document):
        name = f"{place.operation['operationId']}Parameters"
        schemas[name] = _parameters_schema(document, place)
    return {"openapi": "3.1.0", "info": {"title": "-", "version": "-"}, "paths": {}, "components": {"schemas": schemas}}


def document_for_endpoints(document: Document) -> Document:
    """Return the document for the endpoint generator: names and texts. The templates get the rest as data."""
    paths: Document = {}
    for place in operations(document):
        kept: Document = {key: place.operation[key] for key in _OPERATION_KEYWORDS if key in place.operation}
        kept["description"] = _operation_description(place.operation)
        kept["parameters"] = [
            {"name": parameter["name"], "in": "path", "required": True, "schema": {"type": "string"}}
            for parameter in place.operation.get("parameters", ())
            if parameter["in"] == "path"
        ]
        kept["responses"] = {"200": {"description": "-"}}
        paths.setdefault(place.path, {})[place.method] = kept
    info = {key: document["info"].get(key, "") for key in ("title", "version", "description")}
    return {"openapi": document["openapi"], "info": info, "paths": paths}


def body_schema(document: Document, operation: Document) -> Document | None:
    """Return the schema of an operation's request body, or None if it has no body."""
    body: Document | None = operation.get("requestBody")
    return None if body is None else resolved(document, body["content"]["application/json"]["schema"])


def _received(document: Document) -> set[str]:
    """Return the names of the schemas used in responses: servers send null for their optional fields."""
    found: set[str] = set()

    def visit(node: Any) -> None:
        if isinstance(node, list):
            for item in node:
                visit(item)
        elif isinstance(node, dict):
            name = str(node.get("$ref", "")).removeprefix("#/components/schemas/")
            if name and name not in found:
                found.add(name)
                visit(document["components"]["schemas"].get(name))
            for value in node.values():
                visit(value)

    for place in operations(document):
        visit([response.get("content") for response in place.operation["responses"].values()])
    return found


def _schema(schema: Document, *, is_received: bool) -> Document:
    """Return a schema with only the known keywords. Optional fields of responses may be null."""
    kept = {key: value for key, value in schema.items() if key in SCHEMA_KEYWORDS}
    if kept.get("format") == "password":
        # msgspec can't check the length of a wrapped value; the operation does.
        return {"type": kept["type"], "customTypePath": "cloudkeys.runtime.types.SecretStr"}
    if "properties" in kept:
        required = kept.get("required", ())
        kept["properties"] = {
            name: inner if name in required or not is_received else _or_null(inner)
            for name, value in kept["properties"].items()
            for inner in [_schema(value, is_received=is_received)]
        }
    if not is_received:
        kept = _within_width(kept)
    if isinstance(kept.get("items"), dict):
        kept["items"] = _schema(kept["items"], is_received=is_received)
    if "pattern" in kept:
        kept["pattern"] = _for_python(kept["pattern"])
    return kept


def _for_python(pattern: str) -> str:
    """Return a pattern in which `$` doesn't match before a final newline, as it otherwise does in Python."""
    return re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern)


def _or_null(schema: Document) -> Document:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*(kind for kind in kinds if kind != "null"), "null"]}


def _documentation(schema: Document) -> str:
    """Return the docstring of a class: its description, then its attributes or values."""
    sections = [_filled(schema.get("description", ""))]
    if "properties" in schema:
        entries = [_entry(name, value.get("description", "")) for name, value in schema["properties"].items()]
        sections.append("\n".join(["Attributes, by the vendor's names:", *entries]))
    if "x-enum-descriptions" in schema:
        entries = list(map(_entry, map(str, schema["enum"]), schema["x-enum-descriptions"]))
        sections.append("\n".join(["Values:", *entries]))
    return "\n\n".join(section for section in sections if section)


def _entry(name: str, text: str) -> str:
    return _filled(f"{name}: {text}", indent="    ")


def _filled(text: str, indent: str = "") -> str:
    """Return the text wrapped to the width of a docstring, without non-printable characters."""
    one_line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return textwrap.fill(one_line, _DOCSTRING_WIDTH, initial_indent=indent, subsequent_indent=indent * 2)


def _parameters_schema(document: Document, place: LocatedOperation) -> Document:
    """Return the schema of the arguments of a call: parameters and fields of the body."""
    body = body_schema(document, place.operation) or {}
    given = {each["name"]: each["schema"] for each in argument_parameters(place.operation)} | body.get("properties", {})
    required = [each["name"] for each in argument_parameters(place.operation) if each.get("required")]
    required += body.get("required", ())
    schemas = {name: _schema(schema, is_received=False) for name, schema in given.items()}
    return {
        "type": "object",
        "description": f"The parameters of {place.operation['operationId']}, by the vendor's names.",
        "required": required,
        "properties": {name: schema if name in required else _or_null(schema) for name, schema in schemas.items()},
    }


def argument_parameters(operation: Document) -> list[Document]:
    """Return the parameters that are arguments: all except constant headers."""
    parameters: list[Document] = operation.get("parameters", [])
    return [each for each in parameters if each["in"] != "header" or "enum" not in each["schema"]]


def _within_width(schema: Document) -> Document:
    """Return a schema with the bounds that its format implies, unless it states its own."""
    bits = _WIDTHS.get(schema.get("format", ""))
    return schema if bits is None else {"minimum": -(2**bits), "maximum": 2**bits - 1} | schema


def parameter_documentation(parameter: Document) -> str:
    """Return the docstring entry of a parameter: description, range, pattern and the service's default."""
    schema = parameter["schema"]
    sentences = [parameter.get("description", "")]
    sentences += [
        text.format(**schema)
        for keywords, text in (
            ({"minimum", "maximum"}, "{minimum} to {maximum}."),
            ({"minLength", "maxLength"}, "{minLength} to {maxLength} characters."),
            ({"pattern"}, "Must match `{pattern}`."),
        )
        if keywords <= schema.keys()
    ]
    if "default" in schema and not parameter.get("required"):
        sentences.append(f"The service's default is {schema['default']}.")
    return " ".join(sentence for sentence in sentences if sentence)


def _operation_description(operation: Document) -> str:
    page: dict[str, Any] = operation.get("x-page", {})
    sentences = [operation.get("description", "")]
    if page:
        updated = f" of {page['updated']}" if page["updated"] else ""
        sentences.append(f'Source: "{page["title"]}"{updated} ({page["edition"]}).')
    return " ".join(sentence for sentence in sentences if sentence)
