"""Requests that schemathesis generates from the specs, and the requests that clients must send for them.

All of this comes from the specs alone, so it can check the code that is generated from the specs.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from callers import RECORDED
from cloudkeys.testing.recording import load_recordings
from specs import DOCUMENTS, expanded
from toolchain.document import Document, LocatedOperation, operations

RECORDED_RESULTS = {
    each.operation: each.response.body.encode() for each in load_recordings(RECORDED) if each.response.status < 300
}
"""A successful body of each operation; not every page has an example of one."""


class Parameter(NamedTuple):
    """A parameter of an operation, or a field of its body, that the caller passes."""

    name: str
    location: str
    required: bool
    schema: Document


class Contract(NamedTuple):
    """The spec of an operation's requests, of its paging and of its client's settings."""

    method: str
    path: str
    parameters: Mapping[str, Parameter]
    constants: Mapping[str, str]
    constraints: tuple[tuple[str, tuple[str, ...]], ...]
    numbered: frozenset[str]
    has_body: bool
    success: int
    example: bytes
    paging: Document
    settings: frozenset[str]
    source: Any

    @property
    def required(self) -> set[str]:
        return {parameter.name for parameter in self.parameters.values() if parameter.required}

    @property
    def can_be_wrong(self) -> bool:
        """Whether a request can be invalid: any text is valid in a path parameter without further rules."""
        return bool(self.constants) or any(
            each.location != "path" or set(each.schema) - {"description"} != {"type"}
            for each in self.parameters.values()
        )


class ExpectedRequest(NamedTuple):
    """A decoded request; requests with the same meaning are equal."""

    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any


def _contracts() -> Iterator[tuple[str, Contract]]:
    for package, document in DOCUMENTS.items():
        loaded = schemathesis.openapi.from_dict(without_unknown_fields(package, document))
        for place in operations(document):
            source = loaded[place.path][place.method.upper()]
            yield f"{package}.{place.operation['operationId']}", _contract(package, place, source)


def without_unknown_fields(package: str, document: Document) -> Document:
    """Return a copy of a spec whose request bodies allow no unknown fields: no argument exists for them."""
    without_unknown_fields = copy.deepcopy(document)
    for place in operations(without_unknown_fields):
        for content in place.operation.get("requestBody", {}).get("content", {}).values():
            content["schema"] = _without_unknown(_resolved(package, content["schema"]))
    return without_unknown_fields


def _without_unknown(schema: Document) -> Document:
    fields = {name: _without_unknown(each) for name, each in schema.get("properties", {}).items()}
    return schema | ({"properties": fields, "additionalProperties": False} if fields else {})


def _contract(package: str, place: LocatedOperation, source: Any) -> Contract:
    parameters = place.operation.get("parameters", [])
    body = place.operation.get("requestBody")
    return Contract(
        method=place.method.upper(),
        path=place.path.partition("#")[0],
        parameters={each.name: each for each in (*_parameters(package, parameters), *_fields(package, body))},
        constants={each["name"]: each["schema"]["default"] for each in parameters if each["in"] == "header"},
        constraints=tuple(
            (kind, tuple(names)) for each in place.operation.get("x-constraints", ()) for kind, names in each.items()
        ),
        numbered=frozenset(each["name"] for each in parameters if "x-array" in each),
        has_body=body is not None,
        success=next(int(status) for status in place.operation["responses"] if status.startswith("2")),
        example=RECORDED_RESULTS[f"{package}.{place.operation['operationId']}"],
        paging=place.operation.get("x-paging", {}),
        settings=frozenset(each["name"] for each in parameters if "x-client-setting" in each),
        source=source,
    )


def _parameters(package: str, parameters: list[Document]) -> Iterator[Parameter]:
    for each in parameters:
        if each["in"] != "header":
            yield Parameter(each["name"], each["in"], each["required"], _resolved(package, each["schema"]))


def _fields(package: str, body: Document | None) -> Iterator[Parameter]:
    schema = _resolved(package, body["content"]["application/json"]["schema"]) if body else {}
    for name, field in schema.get("properties", {}).items():
        yield Parameter(name, "body", name in schema.get("required", ()), _without_unknown(field))


def _resolved(package: str, schema: Document) -> Document:
    """Return a schema without references."""
    found = expanded(package, schema)
    if "properties" in found:
        found = found | {"properties": {name: _resolved(package, each) for name, each in found["properties"].items()}}
    return found | {"items": _resolved(package, found["items"])} if "items" in found else found


CONTRACTS = dict(_contracts())


def each_case(name: str, mode: GenerationMode, check: Callable[[Any], None]) -> None:
    """Call a function with every request that schemathesis generates for an operation, valid or invalid."""
    source = CONTRACTS[name].source
    config = source.schema.config.generation_for(operation=source)
    for case in source.schema.iter_coverage_cases(source, generation_modes=[mode], generation_config=config):
        check(case)
    if mode is GenerationMode.POSITIVE:
        # Some operations lack an example of a parameter, so schemathesis fills it in.
        for strategy in source.get_strategies_from_examples(fill_missing=True):
            check_each(strategy, check, max_examples=1)
    # schemathesis rarely generates invalid values in paths; its coverage cases have them.
    if mode is GenerationMode.POSITIVE or any(each.location != "path" for each in CONTRACTS[name].parameters.values()):
        check_each(source.as_strategy(generation_mode=mode), check)


def check_each(strategy: SearchStrategy[Any], check: Callable[[Any], object], max_examples: int | None = None) -> None:
    """Call a function with values of a strategy: by default, with half as many as the profile has."""
    limit = max_examples or settings().max_examples // 2

    # Few requests of an operation with few parameters are invalid.
    @settings(
        max_examples=limit,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(strategy)
    def run(value: Any) -> None:
        check(value)

    run()


def expected_request(name: str, case: Any) -> ExpectedRequest:
    """Return a generated case as schemathesis and requests would send it.

    OpenAPI can't describe arrays with numbered items; these are sent as the vendor defines.
    """
    numbered = {key: value for key, value in case.query.items() if key in CONTRACTS[name].numbered}
    sent = case.as_transport_kwargs(base_url="http://127.0.0.1")
    sent["params"] = {key: value for key, value in sent["params"].items() if key not in numbered}
    prepared = requests.Request(**sent).prepare()
    parts = urlsplit(prepared.url or "")
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    query += [pair for key, value in numbered.items() for pair in query_pairs(key, value)]
    segments = tuple(unquote(segment, errors="strict") for segment in parts.path.split("/"))
    constants = {key.lower() for key in CONTRACTS[name].constants}
    headers = {key.lower(): str(value) for key, value in prepared.headers.items() if key.lower() in constants}
    content = content_of(prepared)
    return ExpectedRequest(
        prepared.method or "", segments, tuple(sorted(query)), headers, json.loads(content or b"null")
    )


def content_of(prepared: requests.PreparedRequest) -> bytes:
    """Return the body of a request as bytes."""
    body = prepared.body or b""
    return body if isinstance(body, bytes) else str(body).encode()


def query_pairs(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the query pairs of a value; the items of an array are numbered."""
    items = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    for key, item in items:
        yield from query_pairs(f"{name}.{key}", item)
    if not isinstance(value, dict | list):
        yield name, value if isinstance(value, str) else json.dumps(value)


def arguments_of(name: str, case: Any) -> dict[str, Any]:
    """Return the arguments that make a client send a case, by the vendor's names, in the parameters' types."""
    path = {key: unquote(value, errors="strict") for key, value in case.path_parameters.items()}
    fields = whole_numbers(case.body) if isinstance(case.body, dict) else {}
    values = {**path, **case.query, **fields}
    return {
        key: typed(parameter.schema, values[key]) if parameter.location != "body" else values[key]
        for key, parameter in CONTRACTS[name].parameters.items()
        if key in values
    }


def whole_numbers(value: Any) -> Any:
    """Return a value with 7 in place of 7.0: JSON Schema takes 7.0 for an integer, the client doesn't."""
    if isinstance(value, dict):
        return {name: whole_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def typed(schema: Document, value: Any) -> Any:
    """Return a value of a URL in the type that its schema has, if it has that type."""
    if isinstance(value, list) and "items" in schema:
        return [typed(schema["items"], each) for each in value]
    if schema["type"] == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
