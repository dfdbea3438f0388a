"""Requests that schemathesis makes from the specs, and what they say on the wire.

All is derived from the specs alone, so that it can bear witness about the code that is generated from them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

import requests
import schemathesis
from hypothesis import given, settings
from hypothesis.strategies import SearchStrategy
from schemathesis import GenerationMode

from specs import DOCUMENTS, expanded
from toolchain.document import Document, OperationPlace, operations

PHASES = ("examples", "coverage", "fuzzing")
BASE_URL = "http://127.0.0.1"


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
    example: bytes
    paging: Document
    settings: frozenset[str]
    source: Any

    @property
    def required(self) -> set[str]:
        return {parameter.name for parameter in self.parameters.values() if parameter.required}


class Wire(NamedTuple):
    """What a request says, whatever way it is encoded."""

    method: str
    segments: tuple[str, ...]
    query: tuple[tuple[str, str], ...]
    headers: Mapping[str, str]


def _contracts() -> Iterator[tuple[str, Contract]]:
    for package, document in DOCUMENTS.items():
        loaded = schemathesis.openapi.from_dict(document)
        for place in operations(document):
            yield place.operation["operationId"], _contract(package, place, loaded[place.path][place.method.upper()])


def _contract(package: str, place: OperationPlace, source: Any) -> Contract:
    described = place.operation.get("parameters", [])
    return Contract(
        method=place.method.upper(),
        path=place.path.partition("#")[0],
        parameters={
            each["name"]: Parameter(each["name"], each["in"], each["required"], expanded(package, each["schema"]))
            for each in described
            if each["in"] != "header"
        },
        constants={each["name"]: each["schema"]["default"] for each in described if each["in"] == "header"},
        example=json.dumps(
            place.operation["responses"]["200"]["content"]["application/json"]["examples"]["page"]["value"]
        ).encode(),
        paging=place.operation.get("x-paging", {}),
        settings=frozenset(each["name"] for each in described if "x-client-setting" in each),
        source=source,
    )


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
            settings(max_examples=10)(_runner(strategy, check))()


def _runner(strategy: SearchStrategy[Any], check: Callable[[Any], None]) -> Callable[[], None]:
    run: Callable[[], None] = given(strategy)(check)
    return run


def witness(case: Any) -> Wire:
    """Return what a case says on the wire, as schemathesis and requests serialise it."""
    prepared = requests.Request(**case.as_transport_kwargs(base_url=BASE_URL)).prepare()
    parts = urlsplit(prepared.url or "")
    query = parse_qsl(parts.query, keep_blank_values=True, strict_parsing=bool(parts.query), errors="strict")
    segments = tuple(unquote(segment, errors="strict") for segment in parts.path.split("/"))
    headers = {name.lower(): str(value) for name, value in prepared.headers.items()}
    return Wire(prepared.method or "", segments, tuple(sorted(query)), headers)


def arguments_of(name: str, case: Any) -> dict[str, Any]:
    """Return what a caller would give to ask for a case: values of the parameters' types, by the vendor's names."""
    contract = CONTRACTS[name]
    path = {key: unquote(value, errors="strict") for key, value in case.path_parameters.items()}
    values = {**path, **case.query}
    return {
        key: _typed(parameter.schema, values[key]) for key, parameter in contract.parameters.items() if key in values
    }


def _typed(schema: Document, value: Any) -> Any:
    if schema["type"] == "string" or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value
