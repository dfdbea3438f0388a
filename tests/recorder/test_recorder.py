"""The recorder: what it writes about a vendor whose responses are full of secrets, and what it refuses to write."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from cloudkeys.testing import FakeResponse
from cloudkeys.testing.recording import RecordedRequest, load_recording
from cloudkeys.testing.replay import replay
from contract.recordings import response_failures
from driver import serving
from recorder.leaky_vendor import (
    ACCESS_KEY_ID,
    PROJECT,
    SECRETS,
    TOKEN,
    USER,
    Handler,
    checked,
    error,
    files,
    operation_of,
    responding,
    result,
    run_recorder,
    set_credentials,
)
from toolchain.document import SPECS
from tools.recorder import record

LISTING = "huawei_csms.ListSecrets"
LETTERS = "onlyletters"  # looks like the name of a field


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    set_credentials(monkeypatch)


# What is written.


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize(("body", "status"), [(result, 200), (error, 403)])
def test_every_operation_is_recorded_once_without_secrets(
    body: Any, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str], *, compressed: bool
) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> FakeResponse:
        requests.append(request)
        return responding(body, status, compressed=compressed)(request)

    with serving(handle) as base_url:
        assert run_recorder(tmp_path, f"{base_url}/path/of/a/stack/") == 0
    assert len(requests) == len(record.CALLS), "one request each: the first page of a listing"
    today = datetime.now(UTC).date().isoformat()
    assert {str(file.relative_to(tmp_path)) for file in files(tmp_path)} == {
        f"{name.replace('.', '/')}-{status}-{today}.toml" for name in record.CALLS
    }
    for file in files(tmp_path):
        recording = checked(file)
        assert recording.response.status == status
        assert recording.source == f"recorded on {today}, masked"
        assert recording.request.headers == record.CALLS[recording.operation].operation.headers
    shown = capsys.readouterr()
    assert shown.err == ""
    assert len(shown.out.splitlines()) == len(record.CALLS)


def test_equal_values_of_one_run_have_equal_replacements(tmp_path: Path) -> None:
    moment = "2023-09-13T06:51:20Z"
    key = {"user_id": USER, "access_key_id": ACCESS_KEY_ID, "created_at": moment, "status": "active"}
    credential = {"user_id": USER, "access": ACCESS_KEY_ID, "create_time": moment, "last_use_time": moment} | {
        "status": "active"
    }
    body = {"access_keys": [key], "page_info": {"current_count": 1}, "credential": credential}
    with serving(responding(body)) as base_url:
        run_recorder(tmp_path, base_url, "huawei_iam_v5.ListAccessKeys", "huawei_iam_v3.ShowPermanentAccessKey")
    shown, listed = (load_recording(file) for file in files(tmp_path))
    key, credential = json.loads(listed.response.body)["access_keys"][0], json.loads(shown.response.body)["credential"]
    assert (key["user_id"], key["access_key_id"]) == (credential["user_id"], credential["access"])
    assert shown.request.target.endswith(f"/{credential['access']}")


def test_an_error_is_recorded_without_a_retry(tmp_path: Path) -> None:
    statuses = iter([429, 200])

    def handle(request: httpx.Request) -> FakeResponse:
        return responding({}, next(statuses), {"Retry-After": "0"})(request)

    with serving(handle) as base_url:
        assert run_recorder(tmp_path, base_url, "huawei_iam_v5.ListAccessKeys") == 0
    response = checked(files(tmp_path)[0]).response
    assert (response.status, response.headers["Retry-After"]) == (429, "0")


def test_the_proxy_of_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(responding(result)) as base_url:
        run_recorder(tmp_path / "direct", base_url, "huawei_iam_v5.ListAccessKeys")
    direct = load_recording(files(tmp_path / "direct")[0])
    target = httpx.URL(f"http://127.0.0.1/v5/users/{USER}/access-keys").raw_path.decode()
    direct = type(direct)(
        operation=direct.operation,
        source="proxy",
        request=RecordedRequest(method="GET", target=target, headers={}),
        response=direct.response,
    )
    with replay([direct]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        # Nothing listens on this port.
        assert run_recorder(tmp_path / "proxy", "http://127.0.0.1:9", "huawei_iam_v5.ListAccessKeys") == 0
    assert load_recording(files(tmp_path / "proxy")[0]).response.status == 200


def test_the_page_of_a_gateway_is_recorded_without_its_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = f"<html><h1>502 Bad Gateway</h1>{SECRETS['name']}</html>".encode()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    with serving(responding(page, 502, headers)) as base_url:
        assert run_recorder(tmp_path, base_url, LISTING) == 0
    recording = checked(files(tmp_path)[0], conforms=False)
    assert recording.source.endswith("masked: the response of a gateway")
    assert recording.response.headers["Content-Type"] == "text/html; charset=utf-8"
    assert recording.response.body == f"masked: {len(page)} characters that aren't JSON\n"
    assert response_failures(recording) == {"UndefinedContentType"}
    assert "differs from the spec: the body isn't JSON" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("status", "body", "deviation"),
    [
        (418, {}, "the spec has no status 418"),
        (400, {"error_code": 5}, "5 is not of type 'string'"),
        (200, {"secrets": [{"state": "ALICE"}]}, "'masked-0003' is not one of"),
    ],
)
def test_deviations_from_the_spec_are_reported(
    status: int, body: Any, deviation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(responding(body, status)) as base_url:
        assert run_recorder(tmp_path, base_url, LISTING) == 0
    checked(files(tmp_path)[0], conforms=False)
    assert f"{LISTING}: differs from the spec: {deviation}" in capsys.readouterr().out


@pytest.mark.parametrize(
    "text", ["'''\nstatus = 200\n'''", '"""', "\x1b[2J", "../../../etc/passwd", "\u202e", "\ud800"]
)
def test_a_hostile_response_is_only_a_value(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = {"error_code": text, "error_msg": f"Denied {text} now", "request_id": text, text: {text: text}}
    with serving(responding(body, 403, {"Retry-After": "''' \"\"\" '"})) as base_url:
        assert run_recorder(tmp_path / "recorded", base_url, LISTING) == 0
    recording = checked(files(tmp_path)[0])
    assert recording.response.status == 403
    assert len(json.loads(recording.response.body)) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["recorded"]
    shown = capsys.readouterr()
    assert all(character.isprintable() or character == "\n" for character in shown.out + shown.err)


def test_the_program_overwrites_the_recording_of_the_same_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SPECS), str(Path(__file__).parents[1])]))
    for count in (1, 2):
        body = {"page_info": {"current_count": count}}
        with serving(responding(body)) as base_url:
            options = ["--project-id", PROJECT, "--base-url", base_url, "--folder", str(tmp_path)]
            command = [sys.executable, "-m", "tools.recorder.record", LISTING, *options]
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        (file,) = files(tmp_path)
        assert (done.returncode, done.stdout, done.stderr) == (0, f"{LISTING}: 200, {file}\n", "")
        assert json.loads(checked(file).response.body) == body


# What is refused.


@pytest.mark.parametrize(
    ("handler", "message"),
    [
        (responding(b'{"error_msg": "\xff\x1b[2J"}', 403), "the body isn't UTF-8"),
        (responding(b"no gzip", 403, {"Content-Encoding": "gzip"}), "the content encoding of the body is damaged"),
        (responding({"secrets": {TOKEN: TOKEN}}), "Expected `array | null`"),
        (responding(b"<html>"), "status 200"),
        (None, "ConnectError"),
    ],
)
def test_a_response_that_cannot_be_recorded_leaves_nothing_behind(
    handler: Handler | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with serving(handler or responding({})) as base_url:
        url = base_url if handler else "http://127.0.0.1:9"
        assert run_recorder(tmp_path / "recorded", url, LISTING) == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert TOKEN not in shown.err
    assert shown.err.startswith(f"{LISTING}: not recorded: ")
    assert message in shown.err
    assert shown.err.strip().isprintable()


@pytest.mark.parametrize(
    "name", ["HUAWEICLOUD_SDK_SK", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "HUAWEICLOUD_SDK_DOMAIN_ID", ""]
)
def test_a_credential_that_survives_the_masking_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        monkeypatch.setenv(name, LETTERS)
    with serving(responding({"access_keys": [], LETTERS: 1})) as base_url:
        options = ["--user-id", USER, "--base-url", base_url, "--project-id", PROJECT if name else LETTERS]
        assert record.main(["huawei_iam_v5.ListAccessKeys", "--folder", str(tmp_path / "recorded"), *options]) == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert LETTERS not in shown.out + shown.err
    assert "refused, since this looks like a secret: response.body, line 3: one of the credentials in use" in shown.err


def test_a_failed_operation_does_not_stop_the_others(tmp_path: Path) -> None:
    failing = "huawei_iam_v5.ListAccessKeys"

    def handle(request: httpx.Request) -> FakeResponse:
        return (responding(b"\xff", 500) if operation_of(request) == failing else responding(result))(request)

    with serving(handle) as base_url:
        assert run_recorder(tmp_path, base_url) == 1
    names = {f"{file.parent.name}.{file.name.partition('-')[0]}" for file in files(tmp_path)}
    assert names == record.CALLS.keys() - {failing}


def test_a_file_is_written_completely_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(responding(result)) as base_url:
        run_recorder(tmp_path, base_url, LISTING)
        (file,) = files(tmp_path)
        before = file.read_bytes()
        with monkeypatch.context() as patch:
            patch.setattr(record, "load_recording", lambda _: None)
            assert run_recorder(tmp_path, base_url, LISTING) == 1
        assert "the file would be read back differently" in capsys.readouterr().err
        assert [each.read_bytes() for each in files(tmp_path)] == [before]
        file.unlink()
        (file / "in the way").mkdir(parents=True)
        assert run_recorder(tmp_path, base_url, LISTING) == 1
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "ListSecrets: not recorded: " in capsys.readouterr().err


def test_nothing_is_recorded_without_credentials(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
    assert run_recorder(tmp_path, "http://127.0.0.1:9", LISTING) == 1
    assert "no credentials were found" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["huawei_iam_v5.ListAccessKeys"], 2, "ListAccessKeys needs --user-id"),
        ([], 2, "alibaba_ims.GetAccessKeyLastUsed needs --user-principal-name"),
        (["\x1b[2J"], 2, "there is no operation \\x1b[2J: choose from alibaba_ims.GetAccessKeyLastUsed, "),
        ([LISTING], 1, "give a region"),
    ],
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], status: int, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        found: Any = record.main(arguments)
    except SystemExit as stopped:
        found = stopped.code
    assert found == status
    assert message in capsys.readouterr().err
