"""schemathesis property-tests the clients of all operations, sync and async, against the specs and the recordings.

1. It generates valid requests: the client sends exactly these. It generates invalid ones: the client refuses them.
2. It generates valid responses: the client returns the same data. It generates invalid ones: the client raises errors.
3. It validates the recorded responses by the specs: the client returns the same data for these too.
"""

from __future__ import annotations

import json
from types import NoneType
from typing import Any

import pytest
from schemathesis import GenerationMode

from callers import CALLERS, TARGETS, Caller, recorded_arguments
from cloudkeys.errors import StatusError
from cloudkeys.testing.replay import replay
from contract.arguments import (
    assert_call_is_incomplete,
    assert_method_sends,
    assert_refused,
    assert_sent,
    refused_parameters,
    without_other_parts,
)
from contract.cases import CONTRACTS, arguments_of, each_case, expected_request
from contract.recordings import RECORDINGS, is_json, request_failures, response_failures
from contract.responses import (
    RESPONSE_SCHEMAS,
    ResponseSchema,
    as_json,
    check_response,
    comparable,
    each_response,
    kept_content,
    validate,
)
from specs import DOCUMENTS

each_operation = pytest.mark.parametrize("name", CONTRACTS)
each_schema = pytest.mark.parametrize("schema", RESPONSE_SCHEMAS, ids=str)
each_recording = pytest.mark.parametrize("name", RECORDINGS)
each_way = pytest.mark.parametrize("caller", CALLERS.values(), ids=CALLERS)


# Requests.


@each_operation
def test_a_valid_request_is_sent_exactly_as_the_spec_defines_it(name: str) -> None:
    sent = []

    def check(case: Any) -> None:
        arguments = arguments_of(name, case)
        # OpenAPI can't describe constraints on several parameters, or which texts a path can't contain.
        if refused := refused_parameters(name, arguments):
            assert_refused(name, arguments, refused)
        else:
            assert_sent(name, arguments, expected_request(name, case))
            sent.append(case)
        assert_method_sends(name, case)

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
            # No argument is invalid: the method or a header is, or a new value of an enumeration, which clients allow.
            assert_sent(name, arguments, without_other_parts(name, arguments, expected_request(name, case)))

    each_case(name, GenerationMode.NEGATIVE, check)
    takes_any_text = all(set(each.schema) - {"description"} == {"type"} for each in contract.parameters.values())
    assert refusals or takes_any_text


# Responses.


@each_schema
def test_a_valid_response_is_returned_as_the_same_data(schema: ResponseSchema) -> None:
    def check(content: bytes) -> None:
        assert validate(schema, content).wrong == frozenset()
        check_response(schema, content)

    each_response(schema, GenerationMode.POSITIVE, check)


@each_schema
def test_an_invalid_response_raises_one_typed_error(schema: ResponseSchema) -> None:
    each_response(schema, GenerationMode.NEGATIVE, lambda content: check_response(schema, content))


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
def test_a_recorded_response_is_returned_as_the_same_data(name: str, caller: Caller) -> None:
    recording = RECORDINGS[name]
    status, content = recording.response.status, recording.response.body.encode()
    found: Any
    target = TARGETS[recording.operation]
    target = target._replace(arguments=recorded_arguments(target.operation, recording.request))
    with replay([recording]) as base_url:
        try:
            found = caller(target, base_url)
        except StatusError as error:
            found = error
    assert (found.status_code, found.content) == (status, kept_content(recording.operation, content, status))
    if not is_json(recording):
        assert found.body is None
        return
    assert comparable(as_json(found.body)) == comparable(json.loads(content))


# No operation without cases.


def test_every_operation_has_requests_responses_and_recordings() -> None:
    recorded = {(each.operation, each.response.status) for each in RECORDINGS.values()}
    assert TARGETS.keys() == CONTRACTS.keys() == {name for name, status in recorded if status < 300}
    assert {name.partition(".")[0] for name, status in recorded if status >= 400} == DOCUMENTS.keys()
    for name, target in TARGETS.items():
        generated = {code for schema in RESPONSE_SCHEMAS if schema.operation == name for code in schema.codes}
        results = {code for code, model in target.operation.success.items() if model is not NoneType}
        assert generated >= {*results, *(code for code in target.operation.errors if code is not None)}
