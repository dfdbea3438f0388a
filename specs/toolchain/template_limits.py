"""What the endpoint template can say of an operation; a spec that needs more is refused, and nothing is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolchain.document import Document, OperationPlace, operations, pointer, resolved
from toolchain.prepare import SCHEMA_KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

Finding = tuple[str, str]
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_KNOWN_KEYWORDS = SCHEMA_KEYWORDS | {"description", "default", "deprecated", "example", "examples"}
_PARAMETER_TYPES = ("string", "integer", "number", "boolean")
_ENUM = "or a $ref to an enum of strings in components"


def is_within_the_templates(document: Document) -> Iterator[Finding]:
    """Yield the pointer and the message of all that the endpoint template can't say, so that nothing is dropped."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _checked_schema(schema, pointer("components", "schemas", name), is_component=True)
    for place in operations(document):
        yield from _checked_path(place)
        yield from _checked_body(document, place)
        if "parameters" in document["paths"][place.path]:
            yield pointer("paths", place.path, "parameters"), "put the parameters into the operation"
        yield from _checked_parameters(document, place)
        yield from _checked_responses(place)


def _checked_schema(schema: Document, here: str, *, is_component: bool) -> Iterator[Finding]:
    """Yield what one of the generators would leave out, or would make something else of."""
    unknown = sorted(key for key in schema if key not in _KNOWN_KEYWORDS and not key.startswith("x-"))
    if unknown:
        yield here, f"the generators don't know {', '.join(unknown)}"
    if "type" not in schema and "$ref" not in schema:
        yield here, "must have a type or be a $ref"
    if "enum" in schema and not (is_component and schema.get("type") == "string"):
        yield f"{here}/enum", "an enumeration must be of strings, and a schema of its own in components"
    try:
        re.compile(schema.get("pattern", ""))
    except re.error as error:
        yield f"{here}/pattern", f"Python can't read it: {error}"
    for name, inner in schema.get("properties", {}).items():
        yield from _checked_schema(inner, f"{here}/properties/{name}", is_component=False)
    if "items" in schema:
        yield from _checked_schema(schema["items"], f"{here}/items", is_component=False)


def _checked_path(place: OperationPlace) -> Iterator[Finding]:
    path, _, _ = place.path.partition("#")
    if not path.startswith("/") or path.startswith("//") or "?" in path:
        yield place.pointer, "the path must begin with one slash and have no query"
    in_template = re.findall(r"\{([^{}]*)\}", path)
    parameters = place.operation.get("parameters", [])
    if sorted(in_template) != sorted(p.get("name", "") for p in parameters if p.get("in") == "path"):
        yield f"{place.pointer}/parameters", "the path parameters must be those in the braces of the path"
    sent = [str(p.get("name", "")).lower() if p.get("in") == "header" else p.get("name") for p in parameters]
    if len(set(sent)) < len(sent):
        yield f"{place.pointer}/parameters", "two parameters have one name"


def _checked_parameters(document: Document, place: OperationPlace) -> Iterator[Finding]:
    for index, parameter in enumerate(place.operation.get("parameters", ())):
        here = f"{place.pointer}/parameters/{index}"
        schema = parameter.get("schema", {})
        constant: list[str] = schema.get("enum", []) if parameter.get("in") == "header" else []
        if parameter.get("in") not in {"path", "query", "header"}:
            yield here, "a parameter must be in path, query or header, and no $ref"
        elif parameter["in"] == "header" and not _HEADER_NAME.fullmatch(str(parameter.get("name"))):
            yield here, "the name of a header must be letters, digits and hyphens"
        elif constant:
            yield from _checked_constant(schema, constant, here)
        elif not (_is_plain(document, schema) or (parameter["in"] == "query" and _is_array(document, schema))):
            yield (
                f"{here}/schema",
                f"must be one of {', '.join(_PARAMETER_TYPES)}, an array of them in the query, {_ENUM}",
            )
        elif ("x-array" in parameter or "style" in parameter) and schema.get("type") != "array":
            yield here, "only an array has a style"
        elif parameter.get("style", "form") != "form" or parameter.get("explode", True) is not True:
            yield here, "an array must be style form, exploded, or have x-array"


def _checked_constant(schema: Document, constant: list[str], here: str) -> Iterator[Finding]:
    if len(constant) != 1 or schema.get("default") != constant[0]:
        yield here, "a header of which the spec lists values must be constant: one value, which is also the default"
    elif not _HEADER_VALUE.fullmatch(str(constant[0])):
        yield f"{here}/schema/enum/0", "must be printable ASCII, since it is sent as a header"


def _is_plain(document: Document, schema: Document) -> bool:
    if "$ref" in schema:
        target = document["components"]["schemas"].get(schema["$ref"].removeprefix("#/components/schemas/"), {})
        return target.get("type") == "string" and "enum" in target
    formats = {None, "int32", "int64", "password"}
    return schema.get("type") in _PARAMETER_TYPES and "enum" not in schema and schema.get("format") in formats


def _is_array(document: Document, schema: Document) -> bool:
    items = schema.get("items", {})
    is_object = "$ref" in items and "properties" in resolved(document, items)
    return schema.get("type") == "array" and (is_object or _is_plain(document, items))


def _checked_body(document: Document, place: OperationPlace) -> Iterator[Finding]:
    """Yield what keeps a body from being sent: nothing may send less than the page demands."""
    operation, here = place.operation, f"{place.pointer}/requestBody"
    if place.method != "get" and "x-idempotent" not in operation:
        yield place.pointer, "say with x-idempotent whether the call may be repeated: true, false or delete"
    body = operation.get("requestBody")
    if body is None:
        return
    if place.method == "get":
        yield here, "a GET has no body"
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if set(body.get("content", ())) != {"application/json"} or not _is_named(schema):
        yield here, "must have application/json content alone, whose schema is a $ref into components/schemas"
        return
    properties = resolved(document, schema).get("properties")
    if not properties:
        yield here, "the schema of a body must be an object with properties"
    names = {parameter.get("name") for parameter in operation.get("parameters", ())}
    for name in sorted(names & set(properties or ())):
        yield here, f"a field of the body has the name of the parameter {name!r}"


def _is_named(schema: Document) -> bool:
    return str(schema.get("$ref", "")).startswith("#/components/schemas/")


def _checked_responses(place: OperationPlace) -> Iterator[Finding]:
    responses = place.operation["responses"]
    if not any(str(status).startswith("2") for status in responses):
        yield f"{place.pointer}/responses", "there must be a response with a status of 2xx"
    for status, response in responses.items():
        here = f"{place.pointer}/responses/{status}"
        if status != "default" and not str(status).isdecimal():
            yield here, "name each status code; the endpoint template knows no ranges"
        content = response.get("content")
        if content is not None and not _is_named(content.get("application/json", {}).get("schema", {})):
            yield (
                here,
                "must have application/json content whose schema is a $ref into components/schemas, or no content",
            )
