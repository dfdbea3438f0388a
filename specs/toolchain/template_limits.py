"""Limits of the endpoint template: a spec that needs more is refused, so that nothing is dropped silently."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolchain.document import Document, LocatedOperation, operations, pointer, resolved
from toolchain.prepare import SCHEMA_KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Finding = tuple[str, str]
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_KNOWN_KEYWORDS = SCHEMA_KEYWORDS | {"description", "default", "deprecated", "example", "examples"}
_PARAMETER_KEYWORDS = frozenset(
    {"name", "in", "required", "description", "schema", "style", "explode", "deprecated", "example", "examples"}
)
_OPERATION_KEYWORDS = frozenset(
    {"operationId", "tags", "summary", "description", "parameters", "requestBody", "responses", "deprecated"}
    | {"security", "externalDocs"}
)
_PATH_KEYWORDS = frozenset({"get", "put", "post", "delete", "options", "head", "patch", "trace", "parameters"})
_WITH_BODY = frozenset({"put", "post", "delete", "patch"})
_OF_THE_CONNECTION = frozenset(
    {"accept-encoding", "authorization", "connection", "content-length", "expect", "host", "te", "trailer"}
    | {"transfer-encoding", "upgrade"}
)
"""Headers that only the client sets."""
_FORMATS: dict[str, set[str | None]] = {
    "string": {None, "password", "date-time"},
    "integer": {None, "int32", "int64"},
    "number": {None, "float", "double"},
    "boolean": {None},
}
"""The types of values in a request body, and the formats for which the generators have a type."""
_PARAMETER_TYPES = ("string", "integer", "number", "boolean")
_ENUM = "or a $ref to an enum of strings in components"


def is_within_the_templates(document: Document) -> Iterator[Finding]:
    """Yield the pointer and the message of everything that the endpoint template does not support."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _checked_schema(schema, pointer("components", "schemas", name), is_component=True)
    for path, item in document["paths"].items():
        yield from _unknown(item, _PATH_KEYWORDS | {"summary", "description"}, pointer("paths", path))
    for place in operations(document):
        yield from _unknown(place.operation, _OPERATION_KEYWORDS, place.pointer)
        yield from _checked_path(place)
        yield from _checked_body(document, place)
        if "parameters" in document["paths"][place.path]:
            yield pointer("paths", place.path, "parameters"), "put the parameters into the operation"
        yield from _checked_parameters(document, place)
        yield from _checked_responses(document, place)


def _unknown(node: Document, known: frozenset[str], here: str) -> Iterator[Finding]:
    unknown = sorted(key for key in node if key not in known and not key.startswith("x-"))
    if unknown:
        yield here, f"the templates don't support {', '.join(unknown)}"


def _checked_schema(schema: Document, here: str, *, is_component: bool) -> Iterator[Finding]:
    """Yield whatever a generator would drop or misread."""
    unknown = sorted(key for key in schema if key not in _KNOWN_KEYWORDS and not key.startswith("x-"))
    if unknown:
        yield here, f"the generators don't support {', '.join(unknown)}"
    if "type" not in schema and "$ref" not in schema:
        yield here, "must have a type or be a $ref"
    yield from _checked_names(schema, here)
    if schema.get("format") == "password" and (is_component or _kinds(schema) != ["string"]):
        yield here, "format: password is only for a string, and belongs in the property itself"
    if schema.get("format") == "password" and {"minLength", "pattern"} & schema.keys():
        yield here, "with format: password, the client checks only maxLength"
    if "enum" in schema and not (is_component and schema.get("type") == "string"):
        yield f"{here}/enum", "an enumeration must be of strings, and a named schema in components"
    try:
        re.compile(schema.get("pattern", ""))
    except re.error as error:
        yield f"{here}/pattern", f"not a valid Python pattern: {error}"
    for name, inner in schema.get("properties", {}).items():
        yield from _checked_schema(inner, f"{here}/properties/{name}", is_component=False)
    if "items" in schema:
        yield from _checked_schema(schema["items"], f"{here}/items", is_component=False)


def _checked_names(schema: Document, here: str) -> Iterator[Finding]:
    for name in sorted(set(schema.get("required", ())) - set(schema.get("properties", {}))):
        yield f"{here}/required", f"{name!r} is not a property"
    beside = sorted(schema.keys() & (SCHEMA_KEYWORDS - {"$ref"})) if "$ref" in schema else []
    if beside:
        yield here, f"next to a $ref, the generators ignore {', '.join(beside)}"


def _kinds(schema: Document) -> list[str]:
    kind = schema.get("type", [])
    return [each for each in (kind if isinstance(kind, list) else [kind]) if each != "null"]


def _checked_path(place: LocatedOperation) -> Iterator[Finding]:
    path, _, _ = place.path.partition("#")
    if not path.startswith("/") or path.startswith("//") or "?" in path:
        yield place.pointer, "the path must begin with one slash and have no query"
    in_template = re.findall(r"\{([^{}]*)\}", path)
    parameters = place.operation.get("parameters", [])
    if sorted(in_template) != sorted(p.get("name", "") for p in parameters if p.get("in") == "path"):
        yield f"{place.pointer}/parameters", "the path parameters must be those in the braces of the path"
    sent = [str(p.get("name", "")).lower() if p.get("in") == "header" else p.get("name") for p in parameters]
    if len(set(sent)) < len(sent):
        yield f"{place.pointer}/parameters", "two parameters have the same name"


def _checked_parameters(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    for index, parameter in enumerate(place.operation.get("parameters", ())):
        here = f"{place.pointer}/parameters/{index}"
        schema = parameter.get("schema", {})
        constant: list[str] = schema.get("enum", []) if parameter.get("in") == "header" else []
        if parameter.get("in") not in {"path", "query", "header"}:
            yield here, "a parameter must be in path, query or header, and must not be a $ref"
        elif constant:
            yield from _checked_constant(schema, constant, here)
        elif not (_is_plain(document, schema) or (parameter["in"] == "query" and _is_array(document, schema))):
            yield (
                f"{here}/schema",
                f"must be one of {', '.join(_PARAMETER_TYPES)}, an array of them in the query, {_ENUM}",
            )
        elif ("x-array" in parameter or "style" in parameter) and schema.get("type") != "array":
            yield here, "only an array can have x-array or a style"
        elif parameter.get("style", "form") != "form" or parameter.get("explode", True) is not True:
            yield here, "an array must be style form, exploded, or have x-array"
        elif _is_of_objects(document, schema) and "x-array" not in parameter:
            yield here, "an array of objects in the query must have x-array"
        else:
            yield from _checked_schema(schema, f"{here}/schema", is_component=False)
            yield from _checked_sent(document, schema, f"{here}/schema", set())
        if parameter.get("in") == "header":
            yield from _checked_header(str(parameter.get("name")), here)
        yield from _unknown(parameter, _PARAMETER_KEYWORDS, here)


def _checked_header(name: str, here: str) -> Iterator[Finding]:
    if name.lower() in _OF_THE_CONNECTION:
        yield here, f"the client sends the header {name} itself"
    elif not _HEADER_NAME.fullmatch(name):
        yield here, "a header's name must consist of letters, digits and hyphens"


def _checked_constant(schema: Document, constant: list[str], here: str) -> Iterator[Finding]:
    if len(constant) != 1 or schema.get("default") != constant[0]:
        yield here, "a header with an enum must be constant: one value, which is also the default"
    elif not _HEADER_VALUE.fullmatch(str(constant[0])):
        yield f"{here}/schema/enum/0", "must be printable ASCII, because it is sent as a header"


def _is_plain(document: Document, schema: Document) -> bool:
    if "$ref" in schema:
        target = document["components"]["schemas"].get(schema["$ref"].removeprefix("#/components/schemas/"), {})
        return target.get("type") == "string" and "enum" in target
    formats = {None, "int32", "int64", "password"}
    return schema.get("type") in _PARAMETER_TYPES and "enum" not in schema and schema.get("format") in formats


def _is_of_objects(document: Document, schema: Document) -> bool:
    return "properties" in resolved(document, schema.get("items", {}))


def _checked_sent(document: Document, schema: Document, here: str, seen: set[str]) -> Iterator[Finding]:
    """Yield the parts of a request's schema, at any depth, that can't be sent as stated."""
    if "$ref" in schema:
        reference, target = schema["$ref"], resolved(document, schema)
        if not _is_named(schema) or not ("enum" in target or target.get("properties")):
            yield here, "a $ref in a request must lead to an object with properties, or to an enumeration"
        elif reference not in seen:
            seen.add(reference)
            for name, inner in target.get("properties", {}).items():
                yield from _checked_sent(document, inner, f"{reference}/properties/{name}", seen)
        return
    kinds = _kinds(schema)
    if kinds == ["array"] and "items" in schema:
        yield from _checked_sent(document, schema["items"], f"{here}/items", seen)
    elif kinds == ["object"]:
        yield here, "an object in a request must be a named schema in components"
    elif len(kinds) != 1 or schema.get("format") not in _FORMATS.get(kinds[0], ()):
        yield (
            here,
            f"must be one of {', '.join(_FORMATS)}, an array or a $ref, with a known format",
        )


def _is_array(document: Document, schema: Document) -> bool:
    items = schema.get("items", {})
    is_object = "$ref" in items and "properties" in resolved(document, items)
    return schema.get("type") == "array" and (is_object or _is_plain(document, items))


def _checked_body(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    """Yield whatever prevents the whole body from being sent."""
    operation, here = place.operation, f"{place.pointer}/requestBody"
    if place.method != "get" and "x-idempotent" not in operation:
        yield place.pointer, "set x-idempotent to true, false or delete: may a call be retried?"
    body = operation.get("requestBody")
    if body is None:
        return
    if place.method not in _WITH_BODY:
        yield here, f"a {place.method.upper()} can't have a body"
    schema = body.get("content", {}).get("application/json", {}).get("schema", {})
    if set(body.get("content", ())) != {"application/json"} or not _is_named(schema):
        yield here, "must have only application/json content, and its schema must be a $ref into components/schemas"
        return
    properties = resolved(document, schema).get("properties")
    if not properties:
        yield here, "the schema of a body must be an object with properties"
    names = {parameter.get("name") for parameter in operation.get("parameters", ())}
    for name in sorted(names & set(properties or ())):
        yield here, f"a field of the body has the same name as the parameter {name!r}"
    yield from _checked_sent(document, schema, f"{here}/content/application~1json/schema", set())


def _is_required(document: Document) -> Callable[[Document | None], bool]:
    """Return a function that returns whether the content of a response has a required field."""

    def requires(content: Document | None) -> bool:
        schema = (content or {}).get("application/json", {}).get("schema", {})
        return bool(resolved(document, schema).get("required"))

    return requires


def _is_named(schema: Document) -> bool:
    return str(schema.get("$ref", "")).startswith("#/components/schemas/")


def _checked_responses(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    responses = place.operation["responses"]
    done = [each.get("content") for status, each in responses.items() if str(status).startswith("2")]
    if place.operation.get("x-idempotent") == "delete" and all(map(_is_required(document), done)):
        message = "with x-idempotent: delete, one 2xx response must have no body, or no required field"
        yield f"{place.pointer}/x-idempotent", message
    if not any(str(status).startswith("2") for status in responses):
        yield f"{place.pointer}/responses", "must have a 2xx response"
    for status, response in responses.items():
        here = f"{place.pointer}/responses/{status}"
        if status != "default" and not str(status).isdecimal():
            yield here, "must be a status code; ranges are not supported"
        content = response.get("content")
        if content is not None and not _is_named(content.get("application/json", {}).get("schema", {})):
            yield (
                here,
                "must have application/json content, with a $ref into components/schemas, or no content",
            )
