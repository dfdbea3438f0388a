"""The clients do what the specs define: schemathesis property-tests all operations, sync and async.

It generates requests and responses from the specs, and validates the recorded responses.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from types import NoneType
from typing import Any

import pytest
from schemathesis import GenerationMode

from cloudkeys.errors import ParameterError, StatusError
from cloudkeys.testing.replay import replay
from contract.arguments import (
    assert_call_is_incomplete,
    assert_refused,
    assert_same,
    assert_sent,
    call_method,
    refused_parameters,
)
from contract.cases import CONTRACTS, Wire, arguments_of, each_case, wire_of
from contract.recordings import RECORDINGS, is_json, request_failures, response_failures
from contract.responses import BODIES, Body, as_json, check_outcome, each_body, judge, kept_content
from shells import SHELLS, TARGETS, Shell, recorded_arguments
from specs import DOCUMENTS

each_operation = pytest.mark.parametrize("name", CONTRACTS)
each_schema = pytest.mark.parametrize("body", BODIES, ids=str)
each_recording = pytest.mark.parametrize("name", RECORDINGS)
each_way = pytest.mark.parametrize("shell", SHELLS.values(), ids=SHELLS)


# Requests.


@each_operation
def test_a_valid_request_is_sent_exactly_as_the_spec_defines_it(name: str) -> None:
    sent = []

    def check(case: Any) -> None:
        arguments = arguments_of(name, case)
        # OpenAPI can't describe rules for several parameters, nor what a URL can't hold.
        if refused := refused_parameters(name, arguments):
            assert_refused(name, arguments, refused)
        else:
            assert_sent(name, arguments, wire_of(name, case))
            sent.append(case)
        check_method(name, case)

    each_case(name, GenerationMode.POSITIVE, check)
    assert sent


@each_operation
def test_an_invalid_request_is_refused_before_it_is_sent(name: str) -> None:
    contract, refusals = CONTRACTS[name], []

    def check(case: Any) -> None:
        arguments = arguments_of(name, case)
        refused = refused_parameters(name, arguments)
        if contract.required - set(arguments):
            assert_call_is_incomplete(name, arguments)
        elif refused:
            assert_refused(name, arguments, refused)
            refusals.append(case)
        else:
            # The wrong part is no argument, such as another method, or it is a new value of an enumeration.
            assert_sent(name, arguments, part_of_arguments(name, arguments, wire_of(name, case)))

    each_case(name, GenerationMode.NEGATIVE, check)
    takes_any_text = all(set(each.schema) - {"description"} == {"type"} for each in contract.parameters.values())
    assert refusals or takes_any_text


def part_of_arguments(name: str, arguments: Mapping[str, Any], wire: Wire) -> Wire:
    """Return the part of a request that arguments determine."""
    contract = CONTRACTS[name]
    query = tuple(pair for pair in wire.query if arguments.get(pair[0].partition(".")[0]) is not None)
    fields = {key: value for key, value in arguments.items() if contract.parameters[key].location == "body"}
    body = {key: value for key, value in fields.items() if value is not None}
    return wire._replace(method=contract.method, query=query, headers={}, body=body if contract.has_body else None)


def check_method(name: str, case: Any) -> None:
    """Check that the client's method sends a case too; for a listing, as the request for the first page."""
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
            assert_same(requests[0], first_page(name, wire_of(name, case)))


def first_page(name: str, wire: Wire) -> Wire:
    """Return a request with the pager's parameters for the first page."""
    paging = CONTRACTS[name].paging
    query = [(key, value) for key, value in wire.query if key != paging.get("step")]
    names = {key for key, _ in query}
    if paging.get("style") == "page-number":
        query.append((paging["step"], "1"))
    if "page-size" in paging and paging["size"] not in names:
        query.append((paging["size"], str(paging["page-size"])))
    return wire._replace(query=tuple(sorted(query)))


# Responses.


@each_schema
def test_a_valid_response_comes_out_of_the_client_as_the_same_data(body: Body) -> None:
    def check(content: bytes) -> None:
        assert judge(body, content).wrong == frozenset()
        check_outcome(body, content)

    each_body(body, GenerationMode.POSITIVE, check)


@each_schema
def test_an_invalid_response_ends_in_one_typed_error(body: Body) -> None:
    each_body(body, GenerationMode.NEGATIVE, lambda content: check_outcome(body, content))


# Recorded responses.


@each_recording
def test_a_recording_satisfies_its_spec(name: str) -> None:
    recording = RECORDINGS[name]
    assert request_failures(recording) == set()
    from_gateway = "gateway" in recording.source and recording.response.status >= 400
    assert is_json(recording) != (from_gateway or recording.response.status == 204)
    assert response_failures(recording) == ({"UndefinedContentType"} if from_gateway else set())


@each_way
@each_recording
def test_a_recorded_response_comes_out_of_the_client_unchanged(name: str, shell: Shell) -> None:
    recording = RECORDINGS[name]
    status, content = recording.response.status, recording.response.body.encode()
    target, found = TARGETS[recording.operation], None
    target = target._replace(arguments=recorded_arguments(target.operation, recording.request))
    with replay([recording]) as base_url:
        try:
            found = shell(target, base_url)
        except StatusError as error:
            found = error
    assert (found.status_code, found.content) == (status, kept_content(recording.operation, content, status))
    if not is_json(recording):
        assert found.body is None
        return
    assert comparable(as_json(found.body)) == comparable(json.loads(content))


def comparable(value: Any) -> Any:
    """Return JSON data with times as moments: the client may write the same moment differently."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


# No operation without cases.


def test_every_operation_has_requests_responses_and_recordings() -> None:
    recorded = {(each.operation, each.response.status) for each in RECORDINGS.values()}
    assert TARGETS.keys() == CONTRACTS.keys() == {name for name, status in recorded if status < 300}
    assert {name.partition(".")[0] for name, status in recorded if status >= 400} == DOCUMENTS.keys()
    for name, target in TARGETS.items():
        generated = {code for body in BODIES if body.operation == name for code in body.codes}
        results = {code for code, model in target.operation.success.items() if model is not NoneType}
        assert generated >= {*results, *(code for code in target.operation.errors if code is not None)}
