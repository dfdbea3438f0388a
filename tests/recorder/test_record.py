"""What the recorder writes, of a vendor on loopback whose answers are full of secrets."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloudkeys.testing import FakeResponse
from cloudkeys.testing.recording import Recording, load_recording
from cloudkeys.testing.replay import replay
from contract.recordings import response_failures
from driver import serving
from recorder.leaky_vendor import PROJECT, SECRETS, USER, always, answering, error_of, page_of
from recorder.recorder_runs import check, files, only, recorded, set_credentials
from specs import PLACES
from toolchain.document import SPECS
from tools.recorder import record

TESTS = Path(__file__).parents[1]


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    set_credentials(monkeypatch)


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(("body_of", "status"), [(page_of, 200), (error_of, 403)])
def test_every_operation_is_recorded_without_secrets(
    body_of: Callable[[httpx.Request], Any],
    status: int,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    *,
    compressed: bool,
) -> None:
    with serving(answering(body_of, status, compressed=compressed)) as base_url:
        assert recorded(tmp_path, base_url) == 0
    today = datetime.now(UTC).date().isoformat()
    assert {str(file.relative_to(tmp_path)) for file in files(tmp_path)} == {
        f"{name.replace('.', '/')}-{status}-{today}.toml" for name in record.CALLS
    }
    for file in files(tmp_path):
        recording = load_recording(file)
        check(file)
        assert recording.response.status == status
        assert recording.source == f"recorded on {today}, masked"
        assert recording.request.headers == record.CALLS[recording.operation].operation.headers
    shown = capsys.readouterr()
    assert shown.err == ""
    assert len(shown.out.splitlines()) == len(record.CALLS)


def test_the_operations_of_one_run_still_belong_together(tmp_path: Path) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "huawei_iam_v5.ListAccessKeys", "huawei_iam_v3.ShowPermanentAccessKey")
    shown, listed = (load_recording(file) for file in files(tmp_path))
    key, credential = json.loads(listed.response.body)["access_keys"][0], json.loads(shown.response.body)["credential"]
    assert (key["user_id"], key["access_key_id"]) == (credential["user_id"], credential["access"])
    assert shown.request.target.endswith(f"/{credential['access']}")


def test_the_first_page_is_recorded_and_no_more(tmp_path: Path) -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> FakeResponse:
        asked.append(str(request.url))
        return answering(page_of)(request)

    with serving(handle) as base_url:
        recorded(tmp_path, base_url)
    assert len(asked) == len(record.CALLS)


def test_an_error_is_recorded_as_it_comes_the_first_time(tmp_path: Path) -> None:
    statuses = iter([429, 200])

    def handle(request: httpx.Request) -> FakeResponse:
        return answering(always({}), next(statuses), {"Retry-After": "0"})(request)

    with serving(handle) as base_url:
        assert recorded(tmp_path, base_url, "huawei_iam_v5.ListAccessKeys") == 0
    response = check(files(tmp_path)[0]).response
    assert (response.status, response.headers["Retry-After"]) == (429, "0")


def test_a_base_url_may_have_a_path(tmp_path: Path) -> None:
    with serving(answering(page_of)) as base_url:
        assert recorded(tmp_path, f"{base_url}/of/a/stack/") == 0
    targets = {load_recording(file).request.target.partition("?")[0] for file in files(tmp_path)}
    assert "/" in targets
    assert not any("stack" in target for target in targets)


def test_the_proxy_of_the_environment_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path / "direct", base_url, "huawei_iam_v5.ListAccessKeys")
    answer = only(tmp_path / "direct")
    asked = httpx.URL(f"http://127.0.0.1/v5/users/{USER}/access-keys").raw_path.decode()
    request = type(answer.request)(method="GET", target=asked, headers={})
    behind = Recording(operation=answer.operation, source="behind", request=request, response=answer.response)
    with replay([behind]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        # Nothing listens on this port.
        assert recorded(tmp_path / "proxy", "http://127.0.0.1:9", "huawei_iam_v5.ListAccessKeys") == 0
    assert only(tmp_path / "proxy").response.status == 200


def test_the_page_of_a_gateway_is_recorded_as_no_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = f"<html><h1>502 Bad Gateway</h1>{SECRETS['name']}</html>".encode()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    with serving(answering(always(page), 502, headers)) as base_url:
        assert recorded(tmp_path, base_url, "huawei_csms.ListSecrets") == 0
    recording = check(files(tmp_path)[0], conforms=False)
    assert recording.source.endswith("masked: the answer of a gateway")
    assert recording.response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert recording.response.body == f"masked: {len(page)} characters that are no JSON\n"
    assert response_failures(recording) == {"UndefinedContentType"}
    assert "not what the spec says: the body is no JSON" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "body", "deviation"),
    [
        (418, {}, "the spec has no status 418"),
        (400, {"error_code": 5}, "5 is not of type 'string'"),
        (200, {"secrets": [{"state": "ALICE"}]}, "'masked-0003' is not one of"),
    ],
)
def test_what_the_spec_does_not_say_is_told(
    status: int, body: Any, deviation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(answering(always(body), status)) as base_url:
        assert recorded(tmp_path, base_url, "huawei_csms.ListSecrets") == 0
    check(files(tmp_path)[0], conforms=False)
    assert f"huawei_csms.ListSecrets: not what the spec says: {deviation}" in capsys.readouterr().out


HOSTILE = [
    "'''\nstatus = 200\n'''",
    '"""',
    "\\u001b]0;title\\u0007",
    "\x1b[2J",
    "../../../etc/passwd",
    "\u202e",
    "\ud800",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_hostile_answer_becomes_nothing_but_a_value(
    text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = {"error_code": text, "error_msg": f"Denied {text} now", "request_id": text, text: {text: text}}
    with serving(answering(always(body), 403, {"Retry-After": "''' \"\"\" '"})) as base_url:
        assert recorded(tmp_path / "recorded", base_url, "huawei_csms.ListSecrets") == 0
    recording = check(files(tmp_path)[0])
    assert recording.response.status == 403
    assert len(json.loads(recording.response.body)) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["recorded"]
    shown = capsys.readouterr()
    assert all(character.isprintable() or character == "\n" for character in shown.out + shown.err)


def test_recording_again_takes_the_place_of_the_file_of_the_day(tmp_path: Path) -> None:
    for times in (1, 2):
        body = {"page_info": {"current_count": times}}
        with serving(answering(always(body))) as base_url:
            assert recorded(tmp_path, base_url, "huawei_csms.ListSecrets") == 0
        assert json.loads(only(tmp_path).response.body) == body


def test_the_program_runs_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SPECS), str(TESTS)]))
    with serving(answering(page_of)) as base_url:
        options = [
            "huawei_csms.ListSecrets",
            "--project-id",
            PROJECT,
            "--base-url",
            base_url,
            "--folder",
            str(tmp_path),
        ]
        command = [sys.executable, "-m", "tools.recorder.record", *options]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (file,) = files(tmp_path)
    assert done.stdout == f"huawei_csms.ListSecrets: 200, {file}\n"
    assert PLACES[check(file).operation][0] == file.parent.name
