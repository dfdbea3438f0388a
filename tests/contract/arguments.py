"""The arguments that the specs allow, and checks of the requests that a client sends for them.

Arguments have the vendor's names. A JSON Schema validator, which the clients don't use, decides whether one is valid.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import unicodedata
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

import httpx
import msgspec
from jsonschema import Draft202012Validator, FormatChecker

from callers import CALLERS, TARGETS, client_settings_for
from cloudkeys.errors import ParameterError
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime.types import encode_hook
from contract.cases import CONTRACTS, ExpectedRequest, Parameter, arguments_of, expected_request
from toolchain.document import Document

_ORDINARY_HEADERS = {"accept", "accept-encoding", "connection", "host", "user-agent"}
_UNRESERVED = re.compile("[A-Za-z0-9._~-]")


def refused_parameters(name: str, arguments: Mapping[str, Any]) -> set[str]:
    """Return the parameters, or groups of them, that a client must refuse; it ignores None for optional ones."""
    contract = CONTRACTS[name]
    given = {key for key, value in arguments.items() if value is not None}
    groups = {
        " or ".join(names) for kind, names in contract.constraints if not _fits(kind, len(given.intersection(names)))
    }
    return groups | {
        key
        for key, value in arguments.items()
        if (value is not None or key in contract.required) and not _is_sendable(contract.parameters[key], value)
    }


def _fits(kind: str, count: int) -> bool:
    return {"exactly-one-of": count == 1, "at-least-one-of": count >= 1, "at-most-one-of": count <= 1}[kind]


def _is_sendable(parameter: Parameter, value: Any) -> bool:
    if _has_surrogate(value) or not allows(_without_enums(parameter.schema), value):
        return False
    if parameter.location == "query":
        return bool(value != [])
    if parameter.location != "path" or not isinstance(value, str):
        return True
    # A server, a proxy or a client must take the value for exactly one segment of the path.
    invisible = any(unicodedata.category(character)[0] in "CZ" and character != " " for character in value)
    return not invisible and value not in {"", ".", ".."} and set(value).isdisjoint("/\\")


def _has_surrogate(value: Any) -> bool:
    if isinstance(value, dict):
        return any(map(_has_surrogate, (*value, *value.values())))
    if isinstance(value, list):
        return any(map(_has_surrogate, value))
    return isinstance(value, str) and any(unicodedata.category(character) == "Cs" for character in value)


def _without_enums(schema: Any) -> Any:
    """Return a schema with open enumerations: a spec lists the values known so far."""
    if isinstance(schema, dict):
        return {key: _without_enums(value) for key, value in schema.items() if key != "enum"}
    return schema


def allows(schema: Document, value: Any) -> bool:
    """Whether a schema allows an argument."""
    # A tuple is sent as a list is.
    value = list(value) if isinstance(value, tuple) else value
    # To JSON Schema, 1.0 is an integer; but no service takes `1.0` in a URL for one.
    if isinstance(value, float) or (isinstance(value, list) and any(isinstance(each, float) for each in value)):
        return False
    # jsonschema prints the invalid value, and Python refuses to print 5,000 digits.
    if isinstance(value, int) and not _has_bits(64, value):
        return False
    # In JSON Schema nothing may follow `$`; in Python, a line break may.
    if (pattern := schema.get("pattern", "")).endswith("$"):
        schema = schema | {"pattern": pattern.removesuffix("$") + r"\Z"}
    return Draft202012Validator(schema, format_checker=_FORMATS).is_valid(value)


def _has_bits(bits: int, value: object) -> bool:
    return not isinstance(value, int) or -(1 << bits - 1) <= value < 1 << bits - 1


_FORMATS = FormatChecker(())
_FORMATS.checks("int32")(functools.partial(_has_bits, 32))
_FORMATS.checks("int64")(functools.partial(_has_bits, 64))


def python_names(name: str) -> dict[str, str]:
    """Return the Python names of an operation's arguments, by the vendor's."""
    schema: Any = TARGETS[name].operation.parameters
    return {field.encode_name: field.name for field in msgspec.structs.fields(schema)}


def least_arguments(name: str) -> dict[str, Any]:
    """Return just enough arguments for a call, as plain Python values."""
    contract, names, recorded = CONTRACTS[name], python_names(name), TARGETS[name].arguments
    either = {key for _, keys in contract.constraints for key in keys if names[key] in recorded}
    keys = sorted(contract.required | either)
    return {key: msgspec.to_builtins(recorded[names[key]], enc_hook=encode_hook) for key in keys}


def target_of(name: str, arguments: Mapping[str, Any]) -> str:
    """Return the path and the query that a client sends for some arguments."""
    operation, names = TARGETS[name].operation, python_names(name)
    return operation.build_request(operation.parameters(**{names[key]: arguments[key] for key in arguments})).target


Attempt = tuple[list[httpx.Request], ParameterError | TypeError | None]


def _call_function(name: str, arguments: Mapping[str, Any], caller: str) -> Attempt:
    """Call an operation's generated functions; return the requests and the error, if any."""
    settings, requests = client_settings_for(CONTRACTS[name].example, CONTRACTS[name].success)
    names = python_names(name)
    target = TARGETS[name]._replace(arguments={names[key]: value for key, value in arguments.items()})
    try:
        CALLERS[caller](target, settings=settings)
    except (ParameterError, TypeError) as error:
        return requests, error
    return requests, None


def call_method(name: str, arguments: Mapping[str, Any], *, is_async: bool) -> Attempt:
    """Call an operation's method, for a listing up to the first page; return the requests and the error, if any."""
    contract, names, target = CONTRACTS[name], python_names(name), TARGETS[name]
    settings, requests = client_settings_for(contract.example, contract.success)
    settings |= {"base_url": "http://127.0.0.1"}
    settings |= {names[key]: value for key, value in arguments.items() if key in contract.settings}
    # The size of a page is a number to the caller, even where the vendor wants a string.
    given = {
        names[key]: int(value) if key == contract.paging.get("size") else value
        for key, value in arguments.items()
        if key not in contract.settings
    }

    async def call_async() -> None:
        async with target.package.AsyncClient(**settings) as client:
            found = target.method(client)(**given)
            await anext(found.pages()) if isinstance(found, AsyncListing) else await found

    def call_sync() -> None:
        with target.package.Client(**settings) as client:
            found = target.method(client)(**given)
            if isinstance(found, Listing):
                next(found.pages())

    try:
        asyncio.run(call_async()) if is_async else call_sync()
    except ParameterError as error:
        return requests, error
    return requests, None


def assert_refused(name: str, arguments: Mapping[str, Any], parameters: set[str]) -> None:
    """Check that the client names one of the parameters, and sends nothing."""
    for caller in CALLERS:
        requests, error = _call_function(name, arguments, caller)
        assert isinstance(error, ParameterError), f"{caller}: {error!r} instead of a refusal"
        assert error.operation == TARGETS[name].operation.name
        # An error can name a part of a parameter: `version_stages[0]`.
        named = {error.parameter, re.split(r"[.\[]", error.parameter)[0]}
        assert named & parameters, f"{caller}: {error!r} should name {parameters}"
        assert requests == []


def assert_call_is_incomplete(name: str, arguments: Mapping[str, Any]) -> None:
    """Check that Python itself reports the missing arguments."""
    for caller in CALLERS:
        requests, error = _call_function(name, arguments, caller)
        assert isinstance(error, TypeError), f"{caller}: {error!r} instead of a TypeError"
        assert "required" in str(error)
        assert requests == []


def assert_sent(name: str, arguments: Mapping[str, Any], expected: ExpectedRequest) -> None:
    """Check that the client sends exactly the expected request."""
    for caller in CALLERS:
        requests, error = _call_function(name, arguments, caller)
        assert error is None, f"{caller}: {error!r}"
        assert len(requests) == 2, "with details and without"
        for request in requests:
            assert_same(request, expected)
            _assert_nothing_else(name, request)
            assert request.url.raw_path.decode() == target_of(name, arguments)


def assert_same(request: httpx.Request, expected: ExpectedRequest) -> None:
    """Check a request's method, path, query, expected headers and body."""
    target = request.url.raw_path.decode("ascii")
    path, _, query = target.partition("?")
    segments = tuple(map(_decoded, path.split("/")))
    pairs = [pair.split("=") for pair in query.split("&") if query]
    decoded = sorted((_decoded(key), _decoded(value)) for key, value in pairs)
    headers = {key: request.headers.get(key, "(none)") for key in expected.headers}
    actual = ExpectedRequest(request.method, segments, tuple(decoded), headers, json.loads(request.content or b"null"))
    assert actual == expected, f"sent {actual}, expected {expected}"
    assert not target.endswith("?")


def _decoded(part: str) -> str:
    """Decode a part of a URL, which must encode exactly what RFC 3986 requires: signatures depend on it."""
    text = unquote(part, errors="strict")
    canonical = "".join(
        character if _UNRESERVED.fullmatch(character) else "".join(f"%{byte:02X}" for byte in character.encode())
        for character in text
    )
    assert part == canonical, f"sent {part}, expected {canonical}"
    return text


def _assert_nothing_else(name: str, request: httpx.Request) -> None:
    """Check that a request goes to the right host, with the operation's constant headers and no others."""
    contract, url = CONTRACTS[name], request.url
    assert (url.scheme, url.host, url.port, bool(request.content)) == ("http", "127.0.0.1", None, contract.has_body)
    constants = {"content-type": "application/json"} if contract.has_body else {}
    constants |= {key.lower(): value for key, value in contract.constants.items()}
    assert constants.items() <= dict(request.headers).items()
    length = {"content-length"} if contract.method in {"POST", "PUT"} else set()
    assert set(request.headers) == _ORDINARY_HEADERS | set(constants) | length


def assert_method_sends(name: str, case: Any) -> None:
    """Check that the client's method sends a generated request; for a listing, the request for the first page."""
    arguments = {
        key: value for key, value in arguments_of(name, case).items() if key != CONTRACTS[name].paging.get("step")
    }
    for is_async in (False, True):
        requests, error = call_method(name, arguments, is_async=is_async)
        if refused_parameters(name, arguments):
            assert isinstance(error, ParameterError)
            assert requests == []
        else:
            assert error is None
            assert_same(requests[0], _first_page(name, expected_request(name, case)))


def _first_page(name: str, request: ExpectedRequest) -> ExpectedRequest:
    """Return a request with the pager's parameters for the first page."""
    paging = CONTRACTS[name].paging
    query = [(key, value) for key, value in request.query if key != paging.get("step")]
    names = {key for key, _ in query}
    if paging.get("style") == "page-number":
        query.append((paging["step"], "1"))
    if "page-size" in paging and paging["size"] not in names:
        query.append((paging["size"], str(paging["page-size"])))
    return request._replace(query=tuple(sorted(query)))


def without_other_parts(name: str, arguments: Mapping[str, Any], request: ExpectedRequest) -> ExpectedRequest:
    """Return a request reduced to what arguments can express: no other method, header or parameter."""
    contract = CONTRACTS[name]
    query = tuple(pair for pair in request.query if arguments.get(pair[0].partition(".")[0]) is not None)
    fields = {key: value for key, value in arguments.items() if contract.parameters[key].location == "body"}
    body = {key: value for key, value in fields.items() if value is not None}
    return request._replace(method=contract.method, query=query, headers={}, body=body if contract.has_body else None)
