"""Recordings as files: any text is read back unchanged or refused. A recording matches only its own request."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from callers import RECORDED
from cloudkeys.testing.recording import (
    RecordedRequest,
    RecordedResponse,
    Recording,
    load_recording,
    load_recordings,
    recording_text,
)
from contract.recordings import RECORDINGS
from specs import SPEC_OPERATIONS

PIECES = [
    *"'\"\\\n\t\x00\x7f\x85\u2028\u202e\ufeff\ud800\udfff",
    *("'''", '"""', "\r\n", '" }\nstatus = 500\n[request]\nheaders = { a = "'),
]
ANY_TEXT = st.text() | st.lists(st.sampled_from(PIECES) | st.text()).map("".join)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded") / "written.toml"


def made_of(text: str) -> Recording:
    """Return a recording with the text in every field."""
    request = RecordedRequest(method=text, target=text, headers={text: text, "X-Other": text})
    response = RecordedResponse(status=200, headers={"X-Other": text, text: ""}, body=text)
    return Recording(operation=text, source=text, request=request, response=response)


@given(text=ANY_TEXT)
def test_a_recording_is_read_back_unchanged_or_refused(text: str, file: Path) -> None:
    recording = made_of(text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        with pytest.raises(ValueError, match="a recording can't hold the surrogate"):
            recording_text(recording)
        return
    file.write_text(recording_text(recording), encoding="utf-8", newline="\n")
    assert load_recording(file) == recording
    in_file = file.read_bytes().decode()
    assert all(character.isprintable() or character in "\t\n" for character in in_file)


@pytest.mark.parametrize(
    ("body", "in_file"),
    [
        ("", "body = '''\n'''\n"),
        ("it's ''fine''.", "body = '''\nit's ''fine''.'''\n"),
        ("at the end'", 'body = "at the end\'"\n'),
        ("\u00e9 \u4e2d \U0001f511", "body = '''\n\u00e9 \u4e2d \U0001f511'''\n"),
    ],
)
def test_a_body_stands_to_the_letter_where_it_can(body: str, in_file: str) -> None:
    assert recording_text(made_of(body)).endswith(in_file)


@pytest.mark.parametrize("name", RECORDINGS)
def test_a_recording_has_the_format_that_the_recorder_writes(name: str) -> None:
    assert recording_text(RECORDINGS[name]) == (RECORDED / name).read_text(encoding="utf-8")


def unmasked(recorded: Any, shown: Any) -> Any:
    """Return a recorded body with the page's text in place of masked text."""
    if isinstance(recorded, dict) and isinstance(shown, dict):
        return {name: unmasked(value, shown.get(name)) for name, value in recorded.items()}
    if isinstance(recorded, list) and isinstance(shown, list) and len(recorded) == len(shown):
        return list(map(unmasked, recorded, shown))
    return shown if isinstance(recorded, str) and recorded.startswith("masked-") else recorded


def test_the_example_of_a_page_is_recorded_unchanged() -> None:
    tried = 0
    for recording in RECORDINGS.values():
        responses = SPEC_OPERATIONS[recording.operation][1].operation["responses"]
        content = responses.get(str(recording.response.status), {}).get("content", {})
        example = content.get("application/json", {}).get("examples", {}).get("page")
        if example is None or not recording.source.startswith("the example of the vendor's page"):
            continue
        body, name = json.loads(recording.response.body), recording.operation
        assert unmasked(body, example["value"]) == example["value"], f"{name}: put the new example into tests/recorded/"
        tried += 1
    assert tried


@pytest.mark.parametrize(
    "content",
    [b"", b"not toml = ", b'operation = "X"', b'operation = "X"\nsource = "s"\nother = 1\n', b'operation = "\xff"'],
)
def test_a_damaged_recording_is_refused_by_name(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "damaged.toml").write_bytes(content)
    with pytest.raises(ValueError, match=r"damaged\.toml"):
        load_recordings(tmp_path)


@pytest.mark.parametrize(
    ("change", "is_the_same"),
    [
        ({}, True),
        ({"target": "/v1/1/secrets?marker=a&limit=2"}, True),
        ({"headers": {"x-one": "1", "X-Two": "2"}}, True),
        ({"target": "/v1/1/secrets?limit=2&marker=b"}, False),
        ({"target": "/v1/1/secrets?limit=2"}, False),
        ({"target": "/v1/2/secrets?limit=2&marker=a"}, False),
        ({"method": "POST"}, False),
        ({"headers": {"X-One": "2"}}, False),
        ({"headers": {}}, False),
    ],
)
def test_a_recording_matches_only_its_own_request(change: dict[str, Any], *, is_the_same: bool) -> None:
    request: dict[str, Any] = {"method": "GET", "target": "/v1/1/secrets?limit=2&marker=a", "headers": {"X-One": "1"}}
    assert RecordedRequest(**request).matches(**request | change) is is_the_same
