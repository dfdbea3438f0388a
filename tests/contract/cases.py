"""Requests that schemathesis makes from the specs, and what they say on the wire.

All but the results is derived from the specs alone, so that it can check the code that is generated from them. The
results are recorded ones, since some pages have none.
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

from cloudkeys.testing.recording import load_recordings
from shells import RECORDED
from specs import DOCUMENTS, expanded
from toolchain.document import Document, OperationPlace, operations

PHASES = ("examples", "coverage", "fuzzing")
BASE_URL = "http://127.0.0.1"


RECORDED_RESULTS = {
    each.operation: each.response.body.encode() for each in load_recordings(RECORDED) if each.response.status < 300
}
"""A result of each operation."""


class Parameter(NamedTuple):
    """A parameter of an operation that a caller gives."""

    name: str
    location: str
    required: bool
    schema: Document


class Contract(NamedTuple):
    """What the spec says of the requests of an operation, of its paging, and of what is a setting of its client."""

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
        """Whether schemathesis knows a wrong request: no text is wrong for a parameter of a path that takes any."""
        return bool(self.constants) or any(
            each.location != "path" or set(each.schema) - {"description"} != {"type"}
            for each in self.parameters.values()
        )


class Wire(NamedTuple):
    """What a request says, whatever way it is encoded."""

    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]
    body: Any


def _contracts() -> Iterator[tuple[str, Contract]]:
    for package, document in DOCUMENTS.items():
        loaded = schemathesis.openapi.from_dict(closed(package, document))
        for place in operations(document):
            yield (
                f"{package}.{place.operation['operationId']}",
                _contract(package, place, loaded[place.path][place.method.upper()]),
            )


def closed(package: str, document: Document) -> Document:
    """Return a spec whose requests have no fields that it doesn't name: no argument of a method is for them."""
    closed = copy.deepcopy(document)
    for place in operations(closed):
        for content in place.operation.get("requestBody", {}).get("content", {}).values():
            content["schema"] = _without_others(whole(package, content["schema"]))
    return closed


def _without_others(schema: Document) -> Document:
    fields = {name: _without_others(each) for name, each in schema.get("properties", {}).items()}
    return schema | ({"properties": fields, "additionalProperties": False} if fields else {})


def _contract(package: str, place: OperationPlace, source: Any) -> Contract:
    described = place.operation.get("parameters", [])
    body = place.operation.get("requestBody")
    return Contract(
        method=place.method.upper(),
        path=place.path.partition("#")[0],
        parameters={each.name: each for each in (*_described(package, described), *_fields(package, body))},
        constants={each["name"]: each["schema"]["default"] for each in described if each["in"] == "header"},
        constraints=tuple(
            (kind, tuple(names)) for each in place.operation.get("x-constraints", ()) for kind, names in each.items()
        ),
        numbered=frozenset(each["name"] for each in described if "x-array" in each),
        has_body=body is not None,
        success=next(int(status) for status in place.operation["responses"] if status.startswith("2")),
        example=RECORDED_RESULTS[f"{package}.{place.operation['operationId']}"],
        paging=place.operation.get("x-paging", {}),
        settings=frozenset(each["name"] for each in described if "x-client-setting" in each),
        source=source,
    )


def _described(package: str, described: list[Document]) -> Iterator[Parameter]:
    for each in described:
        if each["in"] != "header":
            yield Parameter(each["name"], each["in"], each["required"], whole(package, each["schema"]))


def _fields(package: str, body: Document | None) -> Iterator[Parameter]:
    """Give the fields of a body, which are arguments of the method."""
    schema = whole(package, body["content"]["application/json"]["schema"]) if body else {}
    for name, field in schema.get("properties", {}).items():
        yield Parameter(name, "body", name in schema.get("required", ()), _without_others(field))


def whole(package: str, schema: Document) -> Document:
    """Return a schema without references."""
    found = expanded(package, schema)
    if "properties" in found:
        found = found | {"properties": {name: whole(package, each) for name, each in found["properties"].items()}}
    return found | {"items": whole(package, found["items"])} if "items" in found else found


CONTRACTS = dict(_contracts())


def each_case(name: str, phase: str, mode: GenerationMode, check: Callable[[Any], None]) -> None:
    """Give a function every case that a phase of schemathesis makes for an operation."""
    source = CONTRACTS[name].source
    if phase == "coverage":
        config = source.schema.config.generation_for(operation=source)
        for case in source.schema.iter_coverage_cases(source, generation_modes=[mode], generation_config=config):
            check(case)
    elif phase == "fuzzing":
        _runner(source.as_strategy(generation_mode=mode), check)()
    else:
        # Two operations have no example of a parameter, so their defaults are filled in.
        for strategy in source.get_strategies_from_examples(fill_missing=True):
            # Little but the login differs between the cases of one example.
            _runner(strategy, check, max_examples=10)()


def _runner(strategy: SearchStrategy[Any], check: Callable[[Any], None], **options: Any) -> Callable[[], None]:
    # Few requests of an operation that takes little are wrong.
    lenient = settings(suppress_health_check=[HealthCheck.filter_too_much], **options)
    run: Callable[[], None] = lenient(given(strategy)(check))
    return run


def witness(name: str, case: Any) -> Wire:
    """Return what a case says on the wire, as schemathesis and requests serialise it.

    OpenAPI has no words for an array whose items are numbered, so such an array is written as the vendor does.
    """
    numbered = {key: value for key, value in case.query.items() if key in CONTRACTS[name].numbered}
    sent = case.as_transport_kwargs(base_url=BASE_URL)
    sent["params"] = {key: value for key, value in sent["params"].items() if key not in numbered}
    prepared = requests.Request(**sent).prepare()
    parts = urlsplit(prepared.url or "")
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    query += [pair for key, value in numbered.items() for pair in flattened(key, value)]
    segments = tuple(unquote(segment, errors="strict") for segment in parts.path.split("/"))
    headers = {key.lower(): str(value) for key, value in prepared.headers.items()}
    content = content_of(prepared)
    body = json.loads(content) if content else None
    return Wire(prepared.method or "", segments, tuple(sorted(query)), headers, body)


def content_of(prepared: requests.PreparedRequest) -> bytes:
    """Return the body of a request as the bytes that are sent."""
    body = prepared.body or b""
    if not isinstance(body, str | bytes):
        raise TypeError("a body that isn't whole")
    return body.encode() if isinstance(body, str) else body


def flattened(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Give the pairs of a query that an array has whose items are numbered."""
    items = value.items() if isinstance(value, dict) else enumerate(value, 1) if isinstance(value, list) else ()
    for key, item in items:
        yield from flattened(f"{name}.{key}", item)
    if not isinstance(value, dict | list):
        yield name, value if isinstance(value, str) else json.dumps(value)


def arguments_of(name: str, case: Any) -> dict[str, Any]:
    """Return what a caller would give to ask for a case: values of the parameters' types, by the vendor's names."""
    contract = CONTRACTS[name]
    path = {key: unquote(value, errors="strict") for key, value in case.path_parameters.items()}
    fields = whole_numbers(case.body) if isinstance(case.body, dict) else {}
    values = {**path, **case.query, **fields}
    return {
        key: _typed(parameter.schema, values[key]) if parameter.location != "body" else values[key]
        for key, parameter in contract.parameters.items()
        if key in values
    }


def whole_numbers(value: Any) -> Any:
    """Return a value with 7 in place of 7.0, which is an integer to JSON Schema, but not to the client."""
    if isinstance(value, dict):
        return {name: whole_numbers(item) for name, item in value.items()}
    if isinstance(value, list):
        return [whole_numbers(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _typed(schema: Document, value: Any) -> Any:
    if isinstance(value, list) and "items" in schema:
        return [_typed(schema["items"], each) for each in value]
    if schema["type"] == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
