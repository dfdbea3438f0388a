"""What the generators are given in place of a spec, so that the spec itself stays true to the page.

Only known keywords pass: an extension that a generator would obey (an import path, a base class) never reaches it.
"""

from __future__ import annotations

import re
import textwrap
from typing import Any

from toolchain.document import Document, OperationPlace, operations

SCHEMA_KEYWORDS = frozenset(
    {"$ref", "type", "format", "enum", "required", "properties", "items"}
    | {"minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "pattern"}
)
"""The keywords of a schema that the generators are given."""
_WIDTHS = {"int32": 31, "int64": 63}
_OPERATION_KEYWORDS = ("operationId", "tags", "summary")
_DOCSTRING_WIDTH = 90


def schemas_for_models(document: Document) -> Document:
    """Return the component schemas, and one for the parameters of each operation, as the model generator needs them."""
    schemas = {
        name: _schema(schema) | {"description": _documentation(schema)}
        for name, schema in document["components"]["schemas"].items()
    }
    for place in operations(document):
        name = f"{place.operation['operationId']}Parameters"
        schemas[name] = _parameters_schema(place)
    return {"openapi": "3.1.0", "info": {"title": "-", "version": "-"}, "paths": {}, "components": {"schemas": schemas}}


def document_for_endpoints(document: Document) -> Document:
    """Return the spec as the endpoint generator needs it."""
    paths: Document = {}
    for place in operations(document):
        kept: Document = {key: place.operation[key] for key in _OPERATION_KEYWORDS if key in place.operation}
        kept["description"] = _operation_description(place.operation)
        kept["parameters"] = [
            {key: parameter[key] for key in ("name", "in", "required") if key in parameter}
            | {"schema": {key: value for key, value in parameter["schema"].items() if key in {"$ref", "type", "enum"}}}
            for parameter in place.operation.get("parameters", ())
        ]
        kept["responses"] = {
            status: {"description": response["description"], "content": _content(response["content"])}
            for status, response in place.operation["responses"].items()
        }
        paths.setdefault(place.path, {})[place.method] = kept
    info = {key: document["info"].get(key, "") for key in ("title", "version", "description")}
    return {
        "openapi": document["openapi"],
        "info": info,
        "paths": paths,
        "components": {"schemas": {name: _named(schema) for name, schema in document["components"]["schemas"].items()}},
    }


def _named(schema: Document) -> Document:
    """Return no more than makes a class: the endpoint generator needs its name, and would make models of its own."""
    return {key: schema[key] for key in ("type", "enum") if key in schema}


def _content(content: Document) -> Document:
    return {"application/json": {"schema": {"$ref": content["application/json"]["schema"]["$ref"]}}}


def _schema(schema: Document) -> Document:
    """Return a schema with known keywords alone; what isn't required may be null, and no default is invented."""
    kept = {key: value for key, value in schema.items() if key in SCHEMA_KEYWORDS}
    if "properties" in kept:
        required = kept.get("required", ())
        kept["properties"] = {
            name: _schema(value) if name in required else _or_null(_schema(value))
            for name, value in kept["properties"].items()
        }
    if isinstance(kept.get("items"), dict):
        kept["items"] = _schema(kept["items"])
    if "pattern" in kept:
        kept["pattern"] = _for_python(kept["pattern"])
    return kept


def _for_python(pattern: str) -> str:
    """Return a pattern in which `$` is the end of the text: in Python it would also match before a final newline."""
    return re.sub(r"\\.|\[(?:\\.|[^\]\\])*\]|\$", lambda m: r"\Z" if m[0] == "$" else m[0], pattern)


def _or_null(schema: Document) -> Document:
    if "$ref" in schema:
        return {"anyOf": [schema, {"type": "null"}]}
    kinds: list[str] = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    return schema | {"type": [*(kind for kind in kinds if kind != "null"), "null"]}


def _documentation(schema: Document) -> str:
    """Return what a class says of itself: its description, then its attributes or its values."""
    sections = [_filled(schema.get("description", ""))]
    if "properties" in schema:
        entries = [_entry(name, value.get("description", "")) for name, value in schema["properties"].items()]
        sections.append("\n".join(["Attributes, by the vendor's names:", *entries]))
    if "x-enum-descriptions" in schema:
        entries = [_entry(name, text) for name, text in schema["x-enum-descriptions"].items()]
        sections.append("\n".join(["Values:", *entries]))
    return "\n\n".join(section for section in sections if section)


def _entry(name: str, text: str) -> str:
    return _filled(f"{name}: {text}", indent="    ")


def _filled(text: str, indent: str = "") -> str:
    """Return the text in lines of a docstring's width, without what could steer a terminal."""
    one_line = "".join(character for character in " ".join(text.split()) if character.isprintable())
    return textwrap.fill(one_line, _DOCSTRING_WIDTH, initial_indent=indent, subsequent_indent=indent * 2)


def _parameters_schema(place: OperationPlace) -> Document:
    parameters = [p for p in place.operation.get("parameters", ()) if p["in"] != "header"]
    return {
        "type": "object",
        "description": f"The parameters of {place.operation['operationId']}, by the vendor's names.",
        "required": [parameter["name"] for parameter in parameters if parameter.get("required")],
        "properties": {
            each["name"]: schema if each.get("required") else _or_null(schema)
            for each in parameters
            for schema in [_within_width(_schema(each["schema"]))]
        },
    }


def _within_width(schema: Document) -> Document:
    """Return a schema with the bounds that its format stands for, where it has none of its own."""
    bits = _WIDTHS.get(schema.get("format", ""))
    return schema if bits is None else {"minimum": -(2**bits), "maximum": 2**bits - 1} | schema


def parameter_documentation(parameter: Document) -> str:
    """Return what is said of a parameter: its description, its range, and what the service takes in its absence."""
    schema = parameter["schema"]
    sentences = [parameter.get("description", "")]
    sentences += [
        text.format(**schema)
        for keywords, text in (
            ({"minimum", "maximum"}, "{minimum} to {maximum}."),
            ({"minLength", "maxLength"}, "{minLength} to {maxLength} characters."),
            ({"pattern"}, "It matches `{pattern}`."),
        )
        if keywords <= schema.keys()
    ]
    if "default" in schema and not parameter.get("required"):
        sentences.append(f"The service takes {schema['default']} where it is not given.")
    return " ".join(sentence for sentence in sentences if sentence)


def _operation_description(operation: Document) -> str:
    page: dict[str, Any] = operation.get("x-page", {})
    sentences = [operation.get("description", "")]
    if page:
        updated = f" of {page['updated']}" if page["updated"] else ""
        sentences.append(f'The vendor\'s page: "{page["title"]}"{updated} ({page["edition"]}).')
    return " ".join(sentence for sentence in sentences if sentence)
