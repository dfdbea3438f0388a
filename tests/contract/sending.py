"""Giving arguments to the generated functions, sync and async, and checking what reaches the transport.

Arguments are given by the vendor's names. The assertions say themselves what was wrong: pytest rewrites only tests.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec

from cloudkeys.errors import ParameterError
from cloudkeys.runtime.types import encode_hook
from contract.cases import CONTRACTS, Wire
from shells import SHELLS, TARGETS, answering

ORDINARY_HEADERS = {"accept", "accept-encoding", "connection", "host", "user-agent"}
UNRESERVED = re.compile("[A-Za-z0-9._~-]")


def python_names(name: str) -> dict[str, str]:
    """Return the names of a function's arguments, by the vendor's."""
    schema: Any = TARGETS[name].operation.parameters
    fields = msgspec.structs.fields(schema)
    return {field.encode_name: field.name for field in fields}


def least_arguments(name: str) -> dict[str, Any]:
    """Return arguments that are enough for a call: those that are required, and those that must be given together."""
    contract, names, recorded = CONTRACTS[name], python_names(name), TARGETS[name].arguments
    either = {key for _, keys in contract.constraints for key in keys if names[key] in recorded}
    return {key: plain(recorded[names[key]]) for key in sorted(contract.required | either)}


def plain(value: Any) -> Any:
    """Return a value as a caller may write it in place of a Struct or a secret."""
    return msgspec.to_builtins(value, enc_hook=encode_hook)


def target_of(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the path and the query of a request that isn't sent."""
    operation, names = TARGETS[name].operation, python_names(name)
    return operation.build_request(operation.parameters(**{names[key]: arguments[key] for key in arguments})).target


def attempt(
    name: str, arguments: Mapping[str, Any], shell: str
) -> tuple[list[httpx.Request], ParameterError | TypeError | None]:
    """Call an operation, with its details and without, and return what was sent and what was raised.

    No other error may come out than the two.
    """
    settings, requests = answering(CONTRACTS[name].example, CONTRACTS[name].success)
    names = python_names(name)
    target = TARGETS[name]._replace(arguments={names[key]: value for key, value in arguments.items()})
    try:
        SHELLS[shell](target, settings=settings)
    except (ParameterError, TypeError) as error:
        return requests, error
    return requests, None


def assert_refused(name: str, arguments: Mapping[str, Any], parameters: set[str]) -> None:
    """Check that the client names one of the parameters, and sends nothing."""
    for shell in SHELLS:
        requests, error = attempt(name, arguments, shell)
        assert isinstance(error, ParameterError), f"{shell}: {error!r} in place of a refusal"
        assert error.operation == TARGETS[name].operation.name
        # An error names what is wrong within a parameter, too: `version_stages[0]`.
        assert error.parameter in parameters or re.split(r"[.\[]", error.parameter)[0] in parameters, (
            f"{shell}: {error!r} should name {parameters}"
        )
        assert requests == []


def assert_call_is_incomplete(name: str, arguments: Mapping[str, Any]) -> None:
    """Check that Python itself asks for what is missing."""
    for shell in SHELLS:
        requests, error = attempt(name, arguments, shell)
        assert isinstance(error, TypeError), f"{shell}: {error!r} in place of a TypeError"
        assert "required" in str(error)
        assert requests == []


def assert_sent(name: str, arguments: Mapping[str, Any], expected: Wire) -> None:
    """Check that the client sends what is expected, and nothing beside it."""
    for shell in SHELLS:
        requests, error = attempt(name, arguments, shell)
        assert error is None, f"{shell}: {error!r}"
        assert len(requests) == 2
        for request in requests:
            assert_says(request, expected)
            assert_is_plain(name, request)
            assert request.url.raw_path.decode() == target_of(name, arguments)


def assert_says(request: httpx.Request, expected: Wire) -> None:
    """Check the meaning of a request: method, path, query, and such headers as are expected."""
    target = request.url.raw_path.decode("ascii")
    path, _, query = target.partition("?")
    segments = tuple(map(_decoded, path.split("/")))
    pairs = [pair.split("=") for pair in query.split("&") if query]
    decoded = sorted((_decoded(key), _decoded(value)) for key, value in pairs)
    headers = {key: request.headers.get(key, "(none)") for key in expected.headers}
    said = Wire(request.method, segments, tuple(decoded), headers, json.loads(request.content or b"null"))
    assert said == expected, f"sent {said}, expected {expected}"
    assert not target.endswith("?")


def _decoded(part: str) -> str:
    """Decode a part of a URL, which must be encoded as RFC 3986 says: unreserved characters are left, all others not.

    So there is no `+` for a space, and no signature can be of another form of the same text.
    """
    text = unquote(part, errors="strict")
    as_it_should_be = "".join(
        character if UNRESERVED.fullmatch(character) else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )
    assert part == as_it_should_be, f"sent {part}, expected {as_it_should_be}"
    return text


def assert_is_plain(name: str, request: httpx.Request) -> None:
    """Check that a request goes where it should, with what is constant for its operation, and nothing else."""
    contract, url = CONTRACTS[name], request.url
    assert (url.scheme, url.host, url.port, bool(request.content)) == ("http", "127.0.0.1", None, contract.has_body)
    constants = {key.lower(): value for key, value in contract.constants.items()}
    constants = ({"content-type": "application/json"} if contract.has_body else {}) | constants
    assert constants.items() <= dict(request.headers).items()
    length = {"content-length"} if contract.method in {"POST", "PUT"} else set()
    assert set(request.headers) == ORDINARY_HEADERS | set(constants) | length
