"""What a spec must be before anything is generated from it: valid OpenAPI, and within what the generators can say.

Each check is a function from a spec to the pointers and messages of what is wrong; `CHECKS` lists them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from jsonschema import Draft202012Validator
from openapi_python_client.strings import ClassName, PythonIdentifier
from openapi_spec_validator import OpenAPIV31SpecValidator

from toolchain.document import Document, OperationPlace, Problem, operations, pointer
from toolchain.extensions import EXTENSIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

Finding = tuple[str, str]
FIELD_PREFIX = "field_"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
_HEADER_VALUE = re.compile(r"[!-~]([ -~]*[!-~])?")
_PARAMETER_TYPES = ("string", "integer", "number", "boolean")


def check(file: Path, document: Document) -> list[Problem]:
    """Return all that is wrong with a spec; what a later check relies on, an earlier one makes sure of."""
    for find in CHECKS:
        problems = [Problem(file, place, message) for place, message in find(document)]
        if problems:
            return problems
    return []


def module_name(place: OperationPlace) -> tuple[str, str]:
    """Return the names of the generated subpackage and module of an operation."""
    tag = (place.operation.get("tags") or ["default"])[0]
    return PythonIdentifier(tag, "tag"), PythonIdentifier(place.operation["operationId"], FIELD_PREFIX)


def _has_plain_names(document: Document) -> Iterator[Finding]:
    for place in operations(document):
        if not _NAME.fullmatch(str(place.operation.get("operationId", ""))):
            yield place.pointer, "operationId must be the vendor's name of the operation: letters, digits, underscores"
        for tag in place.operation.get("tags", ()):
            if not _NAME.fullmatch(str(tag)):
                yield f"{place.pointer}/tags", f"{tag!r} must be letters, digits and underscores, since it names a package"


def _is_unique(document: Document) -> Iterator[Finding]:
    by_id: dict[str, list[str]] = defaultdict(list)
    by_module: dict[tuple[str, str], list[str]] = defaultdict(list)
    for place in operations(document):
        by_id[place.operation["operationId"]].append(place.pointer)
        by_module[module_name(place)].append(place.pointer)
    for name, places in by_id.items():
        for other in places[1:]:
            yield f"{other}/operationId", f"duplicate operationId {name!r}, first used at {places[0]}"
    if all(len(places) == 1 for places in by_id.values()):
        for module, places in by_module.items():
            for other in places[1:]:
                text = f"maps to the same module {'.'.join(module)} as {places[0]}; rename one operationId"
                yield f"{other}/operationId", text


def _is_openapi(document: Document) -> Iterator[Finding]:
    if not str(document.get("openapi", "")).startswith("3.1."):
        yield "#/openapi", "must be 3.1.x"
        return
    for error in OpenAPIV31SpecValidator(document).iter_errors():
        yield pointer(*error.absolute_path), error.message


def _has_known_extensions(document: Document) -> Iterator[Finding]:
    validators = {name: Draft202012Validator(schema) for name, schema in EXTENSIONS.items()}
    for place, key, value in _walk(document, ()):
        if key not in validators:
            yield pointer(*place), f"unknown extension; known are {', '.join(validators)}"
            continue
        for error in validators[key].iter_errors(value):
            yield pointer(*place, *error.absolute_path), error.message


def _walk(node: Any, place: tuple[object, ...]) -> Iterator[tuple[tuple[object, ...], str, Any]]:
    """Yield each extension, but not what stands inside examples, where any key is data."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ():
        here = (*place, key)
        if isinstance(key, str) and key.startswith("x-") and not _names_things(place):
            yield here, key, value
        elif _names_things(place) or not _is_data(key, value):
            yield from _walk(value, here)


def _names_things(place: tuple[object, ...]) -> bool:
    """Return whether the keys of an object are names that the vendor chose, and not keywords of OpenAPI."""
    return bool(place) and place[-1] in {"properties", "schemas", "parameters", "headers", "responses", "variables"}


def _is_data(key: object, value: Any) -> bool:
    """Return whether a keyword's value is an example or a default; a map of named examples only contains some."""
    return key in {"example", "value", "default"} or (key == "examples" and not isinstance(value, dict))


def _has_generator_names(document: Document) -> Iterator[Finding]:
    schemas = document.get("components", {}).get("schemas", {})
    for name in schemas:
        if name != ClassName(name, FIELD_PREFIX):
            yield (
                pointer("components", "schemas", name),
                (f"both generators must give it one class name; call it {ClassName(name, FIELD_PREFIX)}"),
            )
    for place in operations(document):
        name = ClassName(f"{place.operation['operationId']}Parameters", FIELD_PREFIX)
        if name in schemas:
            yield pointer("components", "schemas", name), f"the parameters of {place.pointer} take this name; rename it"


def _is_within_the_templates(document: Document) -> Iterator[Finding]:
    for place in operations(document):
        if "requestBody" in place.operation:
            yield f"{place.pointer}/requestBody", "request bodies are not supported by the endpoint template"
        if "parameters" in document["paths"][place.path]:
            yield pointer("paths", place.path, "parameters"), "put the parameters into the operation"
        yield from _checked_parameters(document, place)
        yield from _checked_responses(place)


def _checked_parameters(document: Document, place: OperationPlace) -> Iterator[Finding]:
    for index, parameter in enumerate(place.operation.get("parameters", ())):
        here = f"{place.pointer}/parameters/{index}"
        schema = parameter.get("schema", {})
        constant = schema.get("enum", ()) if parameter.get("in") == "header" else ()
        if parameter.get("in") == "header" and (len(constant) != 1 or schema.get("default") != constant[0]):
            yield here, "a header parameter must be constant: an enum of one value, which is also the default"
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


CHECKS: tuple[Callable[[Document], Iterator[Finding]], ...] = (
    _has_plain_names,
    _is_unique,
    _is_openapi,
    _has_known_extensions,
    _has_generator_names,
    _is_within_the_templates,
)
"""The checks, in the order in which they rely on each other."""
