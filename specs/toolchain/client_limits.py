"""Limits of the client template: names of methods and arguments, settings, constraints and paging."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from openapi_python_client.strings import PythonIdentifier

from toolchain.document import Document, LocatedOperation, operations, resolved
from toolchain.prepare import argument_parameters, body_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from toolchain.template_limits import Finding

CLIENT_NAMES: Final = frozenset(
    {"aclose", "allow_http", "auth", "base_url", "call", "close", "connections", "headers", "largest_response"}
    | {"owns_connections", "retry", "service", "common_settings", "timeout", "total", "with_options"}
)
"""Names that every client already has: no method or setting can use them."""
_STEPS: Final = {"marker": "string", "offset": "integer", "page-number": "integer"}
"""The type of each style's step parameter."""
_ARGUMENT_NAMES: Final = frozenset({"self", "resume", "parameters"})


def is_within_the_client(document: Document) -> Iterator[Finding]:
    """Yield the pointer and the message of everything that the client template does not support."""
    for place in operations(document):
        method = PythonIdentifier(place.operation["operationId"], "")
        if method in CLIENT_NAMES:
            yield f"{place.pointer}/operationId", f"every client already has the attribute {method!r}"
        for here, parameter in _given(document, place):
            # A Python keyword gets an underscore here, but not in the models.
            name = PythonIdentifier(parameter.get("name", ""), "").rstrip("_")
            if name in _ARGUMENT_NAMES or name == method:
                yield here, f"the generated method uses the name {name!r}"
            if "x-client-setting" in parameter and not _can_be_setting(parameter, name):
                yield here, "a setting of a client must be a required string, with a name that no client has"
        yield from _checked_constraints(document, place)
        if "x-paging" in place.operation:
            yield from _checked_paging(document, place)


def _given(document: Document, place: LocatedOperation) -> Iterator[tuple[str, Document]]:
    """Yield the arguments of a call with their pointers: parameters and fields of the body."""
    constant = [
        each["name"]
        for each in place.operation.get("parameters", ())
        if each not in argument_parameters(place.operation)
    ]
    for index, parameter in enumerate(place.operation.get("parameters", ())):
        if parameter["name"] not in constant:
            yield f"{place.pointer}/parameters/{index}", parameter
    for name, schema in (body_schema(document, place.operation) or {}).get("properties", {}).items():
        yield f"{place.pointer}/requestBody", {"name": name, "in": "body", "schema": schema}


def _checked_constraints(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    optional = {each["name"] for _, each in _given(document, place) if not each.get("required")}
    optional -= set((body_schema(document, place.operation) or {}).get("required", ()))
    for index, constraint in enumerate(place.operation.get("x-constraints", ())):
        names: set[str] = set(*constraint.values())
        for name in sorted(names - optional):
            message = f"must name optional parameters, not {name!r}"
            yield f"{place.pointer}/x-constraints/{index}", message


def _can_be_setting(parameter: Document, name: str) -> bool:
    is_needed = parameter.get("required") is True and parameter.get("in") in {"path", "query"}
    return is_needed and parameter["schema"].get("type") == "string" and name not in CLIENT_NAMES


def _checked_paging(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    paging, here = place.operation["x-paging"], f"{place.pointer}/x-paging"
    done = [each for status, each in place.operation["responses"].items() if str(status).startswith("2")]
    if len(done) != 1 or "content" not in done[0]:
        yield here, "a listing must have exactly one 2xx response, with a body"
        return
    if paging["style"] == "marker" and "next" not in paging:
        yield here, "the style marker needs next"
    parameters = {each["name"]: each for each in place.operation.get("parameters", ()) if each["in"] != "header"}
    for name in ("step", "size"):
        if "x-client-setting" in parameters.get(paging[name], {"x-client-setting": True}):
            yield f"{here}/{name}", f"must name a path or query parameter, not {paging[name]!r}"
    kind = parameters.get(paging["size"], {}).get("schema", {}).get("type")
    if "page-size" not in paging and kind == "string":
        yield here, "needs page-size: the size parameter is a string"
    yield from _checked_steps(document, place, parameters.get(paging["step"], {}).get("schema", {}))
    yield from _checked_items(document, place)


def _checked_items(document: Document, place: LocatedOperation) -> Iterator[Finding]:
    paging, here = place.operation["x-paging"], f"{place.pointer}/x-paging"
    items = result_field(document, place, paging["items"]) or {}
    if not str(items.get("items", {}).get("$ref", "")).startswith("#/components/schemas/"):
        yield f"{here}/items", f"must lead to an array of schemas in components, not {paging['items']!r}"
    elif paging["key"] not in resolved(document, items["items"]).get("properties", {}):
        yield f"{here}/key", f"must be a field of the items, not {paging['key']!r}"
    for name in sorted({"more", "next", "page", "total"} & paging.keys()):
        if result_field(document, place, paging[name]) is None:
            yield f"{here}/{name}", f"must lead to a field of the result, not {paging[name]!r}"


def _checked_steps(document: Document, place: LocatedOperation, step: Document) -> Iterator[Finding]:
    """Yield fields and parameters of a wrong type: they would end a listing before its last page."""
    paging, style = place.operation["x-paging"], place.operation["x-paging"]["style"]
    found = [("step", step, _STEPS[style])]
    found += [
        (name, result_field(document, place, paging[name]) or {}, wanted)
        for name, wanted in (("next", "string"), ("more", "boolean"), ("page", "integer"), ("total", "integer"))
        if name in paging
    ]
    for name, schema, wanted in found:
        if wanted not in schema.get("type", wanted):
            yield f"{place.pointer}/x-paging/{name}", f"must be of type {wanted} in the style {style}"
    for where, each in _given(document, place):
        if each["schema"].get("format") == "password":
            yield where, "a listing takes no secret: its positions can be saved"


def result_field(document: Document, place: LocatedOperation, path: str) -> Document | None:
    """Return the schema of a field of an operation's result, or None if there is no such field.

    Args:
        document: The spec.
        place: The operation.
        path: The vendor's names of the fields on the way to it, joined by dots.
    """
    responses = place.operation["responses"]
    response = next(each for status, each in responses.items() if str(status).startswith("2") and "content" in each)
    schema: Document | None = response["content"]["application/json"]["schema"]
    for name in path.split("."):
        schema = None if schema is None else resolved(document, schema).get("properties", {}).get(name)
    return schema
