"""Writing recordings: any text comes back from the file as it was, or is refused, and becomes nothing but a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.testing.recording import RecordedRequest, RecordedResponse, Recording, load_recording, recording_text

PIECES = ["'", "'''", '"', '"""', "\\", "\n", "\r\n", "\t", *"\x00\x7f\x85\u2028\u202e\ufeff\ud800\udfff", " = 1"]
ANY_TEXT = st.text() | st.lists(st.sampled_from(PIECES) | st.text()).map("".join)


def of_body(body: str, **headers: str) -> Recording:
    request = RecordedRequest(method="GET", target="/", headers={})
    return Recording(
        operation="Operation",
        source="source",
        request=request,
        response=RecordedResponse(status=200, headers=headers, body=body),
    )


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("recorded") / "written.toml"


def written(recording: Recording, file: Path) -> Recording:
    file.write_text(recording_text(recording), encoding="utf-8", newline="\n")
    return load_recording(file)


def made_of(text: str) -> Recording:
    """Return a recording that has a text in each of its places."""
    request = RecordedRequest(method=text, target=text, headers={text: text, "X-Other": text})
    response = RecordedResponse(status=200, headers={"X-Other": text, text: ""}, body=text)
    return Recording(operation=text, source=text, request=request, response=response)


@given(text=ANY_TEXT)
def test_a_recording_is_read_back_as_it_was_or_refused(text: str, file: Path) -> None:
    recording = made_of(text)
    if any("\ud800" <= character <= "\udfff" for character in text):
        with pytest.raises(ValueError, match="a recording can't hold the surrogate"):
            recording_text(recording)
        return
    assert written(recording, file) == recording
    in_file = file.read_bytes().decode()
    assert all(character.isprintable() or character in "\t\n" for character in in_file)


@pytest.mark.parametrize(
    ("body", "in_file"),
    [
        ("", "body = '''\n'''\n"),
        ('{"a": "\\n"}\n', "body = '''\n{\"a\": \"\\n\"}\n'''\n"),
        ("\n\nindented\n\t", "body = '''\n\n\nindented\n\t'''\n"),
        ("it's ''fine''.", "body = '''\nit's ''fine''.'''\n"),
        ("at the end'", 'body = "at the end\'"\n'),
        ("'''\nstatus = 500", "body = \"'''\\U0000000astatus = 500\"\n"),
        ("\x1b[2J", 'body = "\\U0000001b[2J"\n'),
        ("\r\n", 'body = "\\U0000000d\\U0000000a"\n'),
        ('\u202e"\\', 'body = "\\U0000202e\\"\\\\"\n'),
        ("\u00e9 \u4e2d \U0001f511", "body = '''\n\u00e9 \u4e2d \U0001f511'''\n"),
    ],
)
def test_a_body_stands_to_the_letter_where_it_can(body: str, in_file: str, file: Path) -> None:
    recording = of_body(body)
    assert recording_text(recording).endswith(in_file)
    assert written(recording, file) == recording


def test_what_utf_8_can_not_encode_is_refused() -> None:
    with pytest.raises(ValueError, match=r"a recording can't hold the surrogate '\\udfff'"):
        recording_text(of_body("before \udfff after"))


def test_nothing_in_a_recording_becomes_another_value(file: Path) -> None:
    break_out = '" }\nstatus = 500\n[request]\nheaders = { a = "'
    recording = of_body("{}", **{break_out: break_out, "a.b": "c", "X-Plain": "d"})
    text = recording_text(recording)
    assert "\n[request]\n" in text
    assert text.count("\nstatus = ") == 1
    assert "X-Plain = " in text
    assert written(recording, file) == recording


def test_a_file_that_is_not_in_utf_8_is_refused_by_name(file: Path) -> None:
    file.write_bytes(b'operation = "\xff"')
    with pytest.raises(ValueError, match=r"written\.toml: .*utf-8"):
        load_recording(file)
