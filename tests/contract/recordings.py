"""The recorded responses, and whether a recording satisfies its spec."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

import httpx
from schemathesis.core.failures import FailureGroup
from schemathesis.specs.openapi import checks

from callers import RECORDED
from cloudkeys.testing.recording import Recording, load_recording
from contract.arguments import allows
from contract.cases import CONTRACTS, typed

RECORDINGS: Final = {str(file.relative_to(RECORDED)): load_recording(file) for file in sorted(RECORDED.rglob("*.toml"))}
# schemathesis' default checks also send requests.
_CHECKS: Final = [
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_headers_conformance,
    checks.response_schema_conformance,
]


def is_json(recording: Recording) -> bool:
    """Whether the response has a JSON body: one without a body, or from a gateway, has none."""
    return "json" in recording.response.headers.get("Content-Type", "")


def response_failures(recording: Recording) -> set[str]:
    """Return the classes of the failures that schemathesis finds in a recorded response."""
    request = httpx.Request(recording.request.method, f"http://127.0.0.1{recording.request.target}")
    response = httpx.Response(
        recording.response.status,
        headers=recording.response.headers,
        content=recording.response.body.encode(),
        request=request,
    )
    response.elapsed = timedelta()
    case = CONTRACTS[recording.operation].source.Case(path_parameters=_path_parameters(recording) or {})
    try:
        case.validate_response(response, checks=_CHECKS)
    except FailureGroup as group:
        return {type(failure).__name__ for failure in group.exceptions}
    return set()


def request_failures(recording: Recording) -> set[str]:
    """Return the parameters of a recorded request that violate the spec.

    A recording has only those headers that distinguish its request from others, and no body.
    """
    contract, request = CONTRACTS[recording.operation], recording.request
    in_path = _path_parameters(recording)
    if request.method != contract.method or in_path is None:
        return {f"{request.method} {request.target}"}
    given: dict[str, Any] = dict(in_path)
    for name, text in parse_qsl(urlsplit(request.target).query, keep_blank_values=True):
        array = name.rpartition(".")[0]
        if array in contract.numbered:
            given.setdefault(array, []).append(text)
        else:
            given[name] = text
    parameters = {name: each for name, each in contract.parameters.items() if each.location != "body"}
    known = {name: typed(parameters[name].schema, value) for name, value in given.items() if name in parameters}
    in_body = {name for name, each in contract.parameters.items() if each.location == "body"}
    missing = contract.required - given.keys() - in_body
    headers = {name for name, value in contract.constants.items() if request.headers.get(name, value) != value}
    wrong = {name for name, value in known.items() if not allows(parameters[name].schema, value)}
    return (given.keys() - known.keys()) | missing | headers | wrong


def _path_parameters(recording: Recording) -> dict[str, str] | None:
    """Return the path parameters of a recorded request; None if the path isn't the operation's."""
    pattern = re.sub(r"\{([^{}]+)\}", r"(?P<\1>[^/]+)", CONTRACTS[recording.operation].path)
    match = re.fullmatch(pattern, urlsplit(recording.request.target).path)
    return match and {name: unquote(text) for name, text in match.groupdict().items()}
