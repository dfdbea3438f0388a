"""Every recorded response is what its spec says, and comes out of the client as it went in, over a real socket."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from cloudkeys.errors import StatusError
from cloudkeys.runtime.types import encode_hook
from cloudkeys.testing.recording import RecordedRequest, Recording, load_recording, load_recordings
from cloudkeys.testing.replay import replay
from shells import RECORDED, SHELLS, TARGETS, Shell, arguments_in, body_example
from specs import DOCUMENTS, PLACES, schema_errors

RECORDINGS = {str(file.relative_to(RECORDED)): load_recording(file) for file in sorted(RECORDED.rglob("*.toml"))}


def arguments_of(recording: Recording) -> dict[str, Any]:
    """Return the arguments that make the client send the recorded request."""
    operation = TARGETS[recording.operation].operation
    asked = arguments_in(operation, recording.request.target, body_example(recording.operation))
    return {name: value for name, value in msgspec.structs.asdict(asked).items() if value is not msgspec.UNSET}


@pytest.mark.parametrize("shell", [pytest.param(shell, id=name) for name, shell in SHELLS.items()])
@pytest.mark.parametrize("name", RECORDINGS)
def test_the_client_gives_the_recorded_response(shell: Shell, name: str) -> None:
    recording = RECORDINGS[name]
    answer: Any
    with replay([recording]) as base_url:
        try:
            answer = shell(TARGETS[recording.operation]._replace(arguments=arguments_of(recording)), base_url)
        except StatusError as error:
            answer = error
    assert answer.status_code == recording.response.status
    is_kept = answer.status_code >= 300 or not TARGETS[recording.operation].holds_secrets
    assert answer.content == (recording.response.body.encode() if is_kept else b"")
    if "json" in recording.response.headers.get("Content-Type", ""):
        body = msgspec.to_builtins(answer.body, enc_hook=encode_hook)
        assert comparable(body) == comparable(json.loads(recording.response.body))
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
    responses = PLACES[recording.operation][1].operation["responses"]
    response = responses.get(str(recording.response.status)) or responses["default"]
    if "json" in recording.response.headers.get("Content-Type", ""):
        schema = response["content"]["application/json"]["schema"]
        assert schema_errors(package, schema, json.loads(recording.response.body)) == []


def test_every_operation_has_a_result_recorded_and_every_api_an_error() -> None:
    recorded = [(each.operation, each.response.status) for each in RECORDINGS.values()]
    assert {operation for operation, status in recorded if status < 300} == PLACES.keys()
    assert {operation.partition(".")[0] for operation, status in recorded if status >= 400} == DOCUMENTS.keys()


def unmasked(recorded: Any, shown: Any) -> Any:
    """Return a recorded body with what the page shows in place of what is masked."""
    if isinstance(recorded, dict) and isinstance(shown, dict):
        return {name: unmasked(value, shown.get(name)) for name, value in recorded.items()}
    if isinstance(recorded, list) and isinstance(shown, list) and len(recorded) == len(shown):
        return list(map(unmasked, recorded, shown))
    return shown if isinstance(recorded, str) and recorded.startswith("masked-") else recorded


def test_the_page_example_is_recorded_to_the_letter() -> None:
    tried = 0
    for recording in RECORDINGS.values():
        responses = PLACES[recording.operation][1].operation["responses"]
        content = responses.get(str(recording.response.status), {}).get("content", {})
        example = content.get("application/json", {}).get("examples", {}).get("page")
        if example is None or not recording.source.startswith("the example of the vendor's page"):
            continue
        body, name = json.loads(recording.response.body), recording.operation
        assert unmasked(body, example["value"]) == example["value"], f"{name}: put the new example into tests/recorded/"
        tried += 1
    assert tried


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
