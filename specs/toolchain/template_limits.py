"""What the endpoint template can say of an operation; a spec that needs more is refused, and nothing is dropped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from toolchain.document import Document, OperationPlace, operations, pointer
from toolchain.prepare import SCHEMA_KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

Finding = tuple[str, str]
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")
_KNOWN_KEYWORDS = SCHEMA_KEYWORDS | {"description", "default", "deprecated", "example", "examples"}
_PARAMETER_TYPES = ("string", "integer", "number", "boolean")


def is_within_the_templates(document: Document) -> Iterator[Finding]:
    """Yield the pointer and the message of all that the endpoint template can't say, so that nothing is dropped."""
    for name, schema in document.get("components", {}).get("schemas", {}).items():
        yield from _checked_schema(schema, pointer("components", "schemas", name), is_component=True)
    for place in operations(document):
        yield from _checked_path(place)
        if "requestBody" in place.operation:
            yield f"{place.pointer}/requestBody", "request bodies are not supported by the endpoint template"
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
        if parameter.get("in") == "header" and (len(constant) != 1 or schema.get("default") != constant[0]):
            yield here, "a header parameter must be constant: an enum of one value, which is also the default"
        elif constant and not _HEADER_NAME.fullmatch(str(parameter.get("name"))):
            yield here, "the name of a header must be letters, digits and hyphens"
        elif constant and not _HEADER_VALUE.fullmatch(str(constant[0])):
            yield f"{here}/schema/enum/0", "must be printable ASCII, since it is sent as a header"
        elif parameter.get("in") not in {"path", "query", "header"}:
            yield here, "a parameter must be in path, query or header, and no $ref"
        elif not constant and not _is_plain(document, schema):
            yield (
                f"{here}/schema",
                (f"must be one of {', '.join(_PARAMETER_TYPES)}, or a $ref to an enum of strings in components"),
            )


def _is_plain(document: Document, schema: Document) -> bool:
    if "$ref" in schema:
        target = document["components"]["schemas"].get(schema["$ref"].removeprefix("#/components/schemas/"), {})
        return target.get("type") == "string" and "enum" in target
    formats = {None, "int32", "int64"}
    return schema.get("type") in _PARAMETER_TYPES and "enum" not in schema and schema.get("format") in formats


def _checked_responses(place: OperationPlace) -> Iterator[Finding]:
    responses = place.operation["responses"]
    if sum(str(status).startswith("2") for status in responses) != 1:
        yield f"{place.pointer}/responses", "there must be exactly one response with a status of 2xx"
    for status, response in responses.items():
        here = f"{place.pointer}/responses/{status}"
        if status != "default" and not str(status).isdecimal():
            yield here, "name each status code; ranges are not supported by the endpoint template"
        schema = response.get("content", {}).get("application/json", {}).get("schema", {})
        if not str(schema.get("$ref", "")).startswith("#/components/schemas/"):
            yield here, "must have application/json content whose schema is a $ref into components/schemas"
