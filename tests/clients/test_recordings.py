"""Every recorded response is what its spec says, and comes out of the client as it went in, over a real socket."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import msgspec
import pytest

from cloudkeys.errors import StatusError
from cloudkeys.testing.recording import RecordedRequest, Recording, load_recording, load_recordings
from cloudkeys.testing.replay import replay
from conftest import RECORDED
from shells import SHELLS, TARGETS, Shell
from specs import DOCUMENTS, operation_of, schema_errors
from toolchain.checks import module_name
from toolchain.document import operations

RECORDINGS = {str(file.relative_to(RECORDED)): load_recording(file) for file in sorted(RECORDED.rglob("*.toml"))}


def arguments_of(recording: Recording) -> dict[str, Any]:
    """Return the arguments that make the client send the recorded request."""
    target = TARGETS[recording.operation]
    split = urlsplit(recording.request.target)
    template = target.operation.path.strip("/").split("/")
    path = {
        name.strip("{}"): value
        for name, value in zip(template, split.path.strip("/").split("/"), strict=True)
        if name.startswith("{")
    }
    schema = target.operation.parameters
    parsed = msgspec.convert(path | dict(parse_qsl(split.query)), schema, strict=False)
    return {name: value for name, value in msgspec.structs.asdict(parsed).items() if value is not msgspec.UNSET}


@pytest.mark.parametrize("shell", [pytest.param(shell, id=name) for name, shell in SHELLS.items()])
@pytest.mark.parametrize("name", RECORDINGS)
def test_the_client_gives_the_recorded_response(shell: Shell, name: str) -> None:
    recording = RECORDINGS[name]
    answer: Any
    with replay([recording]) as base_url:
        try:
            answer = shell(TARGETS[recording.operation], base_url, **arguments_of(recording))
        except StatusError as error:
            answer = error
    assert answer.status_code == recording.response.status
    assert answer.content == recording.response.body.encode()
    if "json" in recording.response.headers["Content-Type"]:
        assert comparable(msgspec.to_builtins(answer.body)) == comparable(json.loads(answer.content))
    else:
        assert answer.body is None


def comparable(value: Any) -> Any:
    """Return JSON data in which equal moments are written alike: the client reads times as times."""
    if isinstance(value, dict):
        return {key: comparable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [comparable(item) for item in value]
    try:
        return datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return value


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_is_what_its_spec_says(name: str) -> None:
    recording = RECORDINGS[name]
    package = Path(name).parts[0]
    operation = operation_of(package, recording.operation)
    responses = operation["responses"]
    response = responses.get(str(recording.response.status)) or responses["default"]
    if "json" in recording.response.headers["Content-Type"]:
        schema = response["content"]["application/json"]["schema"]
        assert schema_errors(package, schema, json.loads(recording.response.body)) == []


def test_every_operation_has_a_result_and_an_error_recorded() -> None:
    for package, document in DOCUMENTS.items():
        for place in operations(document):
            statuses = {
                recording.response.status
                for name, recording in RECORDINGS.items()
                if Path(name).parts[0] == package and recording.operation == place.operation["operationId"]
            }
            assert 200 in statuses, module_name(place)
            assert max(statuses) >= 400, module_name(place)


def test_the_page_example_is_recorded_to_the_letter() -> None:
    examples = {
        place.operation["operationId"]: place.operation["responses"]["200"]["content"]["application/json"]["examples"]
        for document in DOCUMENTS.values()
        for place in operations(document)
    }
    recorded = {
        recording.operation: json.loads(recording.response.body)
        for recording in RECORDINGS.values()
        if recording.source.startswith("the example of the vendor's page")
    }
    assert recorded.keys() == examples.keys()
    for name, example in examples.items():
        assert recorded[name] == example["page"]["value"], f"{name}: put the page's new example into tests/recorded/"


@pytest.mark.parametrize("text", ["", "not toml = ", 'operation = "X"', 'operation = "X"\nsource = "s"\nother = 1\n'])
def test_a_damaged_recording_is_refused_by_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "damaged.toml").write_text(text)
    with pytest.raises(ValueError, match=r"damaged\.toml"):
        load_recordings(tmp_path)


@pytest.mark.parametrize(
    ("method", "target", "headers", "is_the_same"),
    [
        ("GET", "/v1/1/secrets?limit=2&marker=a", {"x-one": "1"}, True),
        ("GET", "/v1/1/secrets?marker=a&limit=2", {"X-One": "1", "X-Two": "2"}, True),
        ("GET", "/v1/1/secrets?limit=2&marker=b", {"X-One": "1"}, False),
        ("GET", "/v1/1/secrets?limit=2", {"X-One": "1"}, False),
        ("GET", "/v1/2/secrets?limit=2&marker=a", {"X-One": "1"}, False),
        ("POST", "/v1/1/secrets?limit=2&marker=a", {"X-One": "1"}, False),
        ("GET", "/v1/1/secrets?limit=2&marker=a", {"X-One": "2"}, False),
        ("GET", "/v1/1/secrets?limit=2&marker=a", {}, False),
    ],
)
def test_a_recording_answers_its_own_request_alone(
    method: str, target: str, headers: dict[str, str], *, is_the_same: bool
) -> None:
    recorded = RecordedRequest(method="GET", target="/v1/1/secrets?limit=2&marker=a", headers={"X-One": "1"})
    assert recorded.matches(method, target, headers) is is_the_same
