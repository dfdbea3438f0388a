"""Whether a recording is what its spec says: the response by schemathesis' checks, the request by its parameters."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
import schemathesis
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from cloudkeys.testing.recording import Recording
from specs import PLACES, schema_errors
from toolchain.document import SPECS, OperationPlace

# The conformance checks alone: the default ones also send requests.
CHECKS: Final = [
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]


def response_failures(recording: Recording) -> set[str]:
    """Return the classes of the failures that schemathesis finds in the response of a recording."""
    package, place = PLACES[recording.operation]
    request = httpx.Request(recording.request.method, f"http://127.0.0.1{recording.request.target}")
    response = httpx.Response(
        recording.response.status,
        headers=recording.response.headers,
        content=recording.response.body.encode(),
        request=request,
    )
    response.elapsed = timedelta()
    path_parameters = {name: text for where, name, text in _given(recording, place) or () if where == "path"}
    case = _operation(package, place.operation["operationId"]).Case(path_parameters=path_parameters)
    try:
        case.validate_response(response, checks=CHECKS)
    except FailureGroup as group:
        return {type(failure).__name__ for failure in group.exceptions}
    return set()


def request_failures(recording: Recording) -> list[str]:
    """Return what is wrong with the request of a recording, judged by the parameters in the spec.

    Its headers are only those that tell it from other requests, so that a documented one may be absent.
    """
    package, place = PLACES[recording.operation]
    if recording.request.method != place.method.upper():
        return [f"the method is {recording.request.method}"]
    given = _given(recording, place)
    if given is None:
        return ["the path isn't that of the operation"]
    documented = {(item["in"], item["name"].lower()): item for item in place.operation.get("parameters", ())}
    # The items of an array may be numbered: `IdList.1`.
    numbered = {item["name"] for item in place.operation.get("parameters", ()) if "x-array" in item}
    given = [(where, _array(name, numbered), text) for where, name, text in given]
    places = {(where, name.lower()) for where, name, _ in given}
    failures = [f"{name}: not documented" for where, name in places - documented.keys()]
    failures += [
        f"{item['name']}: missing"
        for where_and_name, item in documented.items()
        if item["required"] and item["in"] != "header" and where_and_name not in places
    ]
    for where, name, text in given:
        schema = documented.get((where, name.lower()), {}).get("schema", {})
        schema = schema["items"] if name in numbered else schema
        is_integer = schema.get("type") == "integer" and re.fullmatch("-?[0-9]+", text)
        failures += [f"{name}: {error}" for error in schema_errors(package, schema, int(text) if is_integer else text)]
    return failures


def _array(name: str, numbered: Collection[str]) -> str:
    array, _, number = name.rpartition(".")
    return array if array in numbered and number.isdecimal() else name


def _given(recording: Recording, place: OperationPlace) -> list[tuple[str, str, str]] | None:
    """Return where each parameter of a recorded request stands, its name and its text; None if the path is another."""
    split = urlsplit(recording.request.target)
    pattern = re.sub(r"\{([^{}]+)\}", r"(?P<\1>[^/]+)", place.path.partition("#")[0])
    match = re.fullmatch(pattern, split.path)
    return match and [
        *(("path", name, unquote(text)) for name, text in match.groupdict().items()),
        *(("query", name, text) for name, text in parse_qsl(split.query, keep_blank_values=True)),
        *(("header", name, text) for name, text in recording.request.headers.items()),
    ]


@functools.cache
def _operation(package: str, name: str) -> Any:
    schema = schemathesis.openapi.from_path(SPECS / f"{package}.yaml")
    found = (result.ok() for result in schema.get_all_operations() if isinstance(result, Ok))
    return next(operation for operation in found if operation.definition.raw["operationId"] == name)
