"""The recorder: what it writes about a vendor whose responses are full of secrets, and what it refuses to write."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from cloudkeys.testing import FakeResponse, ReceivedRequest
from cloudkeys.testing.http import server
from cloudkeys.testing.recording import Recording, load_recording
from cloudkeys.testing.routes import operation_name
from contract.cases import CONTRACTS
from contract.recordings import request_failures, response_failures
from contract.responses import compact
from driver import Handler, serving
from specs import SPEC_OPERATIONS, expanded
from toolchain.document import SPECS, Document
from tools.recorder import record
from tools.recorder.masking import HEADERS, response_schema
from tools.recorder.secret_scan import findings

LISTING: Final = "huawei_csms.ListSecrets"
KEYS: Final = "huawei_iam_v5.ListAccessKeys"
NOBODY: Final = "http://127.0.0.1:9"
"""Nothing listens on this port."""
LETTERS: Final = "onlyletters"  # looks like the name of a field
# Each is concatenated, so that no secret scanner reports this file.
ACCESS_KEY_ID: Final = "QTWA" + "0X7K" * 4
SECRET: Final = "kY3wQ9vR7" + "tZ1xC5bN2mL8pJ4hG6fD0sA" + "wEiUoPy9"
TOKEN: Final = "MIIab3Cd" * 12
PROJECT: Final = "2b31ed52" + "0c4f4b7a" + "9d8e7f60" + "5a4b3c2d"
USER: Final = "07609fb9" + "358010e2" + "1f7bc003" + "751c77aa"
ACCOUNT: Final = 1276085894171234
SECRETS: Final = {
    "access key ID": ACCESS_KEY_ID,
    "secret": SECRET,
    "token": TOKEN,
    "project": PROJECT,
    "user": USER,
    "account": str(ACCOUNT),
    "other access key ID": "LTAI" + "5tQ" * 5,
    "name": "alice.smith",
    "e-mail address": "alice.smith" + "@example.com",
    "resource": f"acs:ram::{ACCOUNT}:user/alice.smith",
    "URL": "https://alice.smith:word@git.example.com/repository",
    "note": "of the quarter, for Alice",
    "JSON in a text": json.dumps({"InstanceId": "instance-of-alice"}),
}
REQUEST_ID: Final = "7f1c9a52d0b34f5e8a6b1c2d3e4f5061"
UNKNOWN_FIELDS: Final[dict[str, Any]] = {
    "newField": SECRETS["name"],
    "token": TOKEN,
    "newAccount": {"id": ACCOUNT, "names": [SECRETS["name"], None, True, 3]},
    SECRETS["e-mail address"]: "x",
}
STACK: Final = "/path/of/a/stack"


def operation_of(request: httpx.Request) -> str:
    target = request.url.raw_path.decode().removeprefix(STACK)
    return operation_name(ReceivedRequest(request.method, target, request.headers))


def result(request: httpx.Request) -> dict[str, Any]:
    """Return a result with a secret in each string, and with unknown fields."""
    name = operation_of(request)
    package, place = SPEC_OPERATIONS[name]
    secrets = itertools.cycle(SECRETS.values())
    body: dict[str, Any] = _planted(package, response_schema(place, CONTRACTS[name].success), secrets)
    return body | UNKNOWN_FIELDS


def _planted(package: str, schema: Document, secrets: Iterator[str]) -> Any:
    schema = expanded(package, schema)
    if "properties" in schema:
        return {name: _planted(package, field, secrets) for name, field in schema["properties"].items()}
    if "items" in schema:
        return [_planted(package, schema["items"], secrets)]
    if "enum" in schema:
        return schema["enum"][0]
    by_format = {"date-time": "2023-09-13T06:51:20.550Z", "password": SECRET}
    by_type = {"integer": 1612357897000 if "x-unit" in schema else 1, "boolean": True}
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    return next((value for kind, value in by_type.items() if kind in schema["type"]), None) or next(secrets)


def error(request: httpx.Request) -> dict[str, Any]:
    """Return an error that repeats the request, as the spec defines it for status 403."""
    message = f"Denied: {request.headers['Authorization']} of {SECRETS['resource']} ({request.url}), see {TOKEN}"
    package, place = SPEC_OPERATIONS[operation_of(request)]
    known = expanded(package, response_schema(place, 403))["properties"]
    texts: dict[str, Any] = {"error": {"code": 403, "message": message, "title": "Forbidden"}}
    texts |= {"RequestId": REQUEST_ID, "HostId": SECRETS["URL"], "Code": "SignatureDoesNotMatch", "Message": message}
    texts |= {"error_code": "IAM.0003", "error_msg": message, "request_id": REQUEST_ID}
    return {name: text for name, text in texts.items() if name in known}


def responding(body: Any, status: int = 200, **headers: str) -> Handler:
    """Return a handler that responds with a body, bytes or JSON, or with a function's; the headers have secrets too."""

    def handle(request: httpx.Request) -> FakeResponse:
        found = body(request) if callable(body) else body
        content = found if isinstance(found, bytes) else compact(found)
        leaking = {
            "Content-Type": "application/json",
            "X-Request-Id": REQUEST_ID,
            "X-Subject-Token": TOKEN,
            "Set-Cookie": f"user={SECRETS['name']}",
            "X-Echo": request.headers["Authorization"],
        }
        return FakeResponse(status, content, leaking | {name.replace("_", "-"): text for name, text in headers.items()})

    return handle


def run_recorder(folder: Path, vendor: Handler | str, *operations: str) -> int:
    """Record the responses of a handler, or of what listens at a URL, and return the exit status."""
    known = {"project_id": PROJECT, "user_id": USER, "access_key": ACCESS_KEY_ID}
    options: dict[str, str] = {}
    for call in record.CALLS.values():
        arguments = call.target.arguments | known
        options |= {f"--{name.replace('_', '-')}": str(arguments[name]) for name in (*call.needs, *call.settings)}
    pairs = [text for pair in options.items() for text in pair]
    with contextlib.nullcontext(vendor) if isinstance(vendor, str) else serving(vendor) as base_url:
        return record.main([*operations, "--folder", str(folder), "--base-url", f"{base_url}{STACK}/", *pairs])


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def checked(file: Path, *, conforms: bool = True) -> Recording:
    """Load a recording, and check that it satisfies its spec and holds no secret."""
    text = file.read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in text)
    assert [name for name, secret in SECRETS.items() if secret.casefold() in text.casefold()] == []
    recording = load_recording(file)
    assert findings(recording) == []
    assert request_failures(recording) == set()
    assert recording.response.headers.keys() <= HEADERS.keys()
    assert not conforms or response_failures(recording) == set()
    return recording


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix, names in {
        "ALIBABA_CLOUD_": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"),
        "HUAWEICLOUD_SDK_": ("AK", "SK", "SECURITY_TOKEN"),
    }.items():
        for name, value in zip(names, (ACCESS_KEY_ID, SECRET, TOKEN), strict=True):
            monkeypatch.setenv(prefix + name, value)


# What is written.


@pytest.mark.parametrize(
    ("handler", "status"),
    [
        (responding(result), 200),
        (responding(lambda request: gzip.compress(compact(result(request))), Content_Encoding="gzip"), 200),
        (responding(error, 403), 403),
    ],
    ids=["results", "compressed results", "errors"],
)
def test_every_operation_is_recorded_once_without_secrets(
    handler: Handler, status: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> FakeResponse:
        requests.append(request)
        return handler(request)

    assert run_recorder(tmp_path, handle) == 0
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
    common = {"user_id": USER, "status": "active", "created_at": moment, "create_time": moment, "last_use_time": moment}
    key, credential = common | {"access_key_id": ACCESS_KEY_ID}, common | {"access": ACCESS_KEY_ID}
    body = {"access_keys": [key], "page_info": {"current_count": 1}, "credential": credential}
    run_recorder(tmp_path, responding(body), KEYS, "huawei_iam_v3.ShowPermanentAccessKey")
    shown, listed = (load_recording(file) for file in files(tmp_path))
    key, credential = json.loads(listed.response.body)["access_keys"][0], json.loads(shown.response.body)["credential"]
    assert (key["user_id"], key["access_key_id"]) == (credential["user_id"], credential["access"])
    assert shown.request.target.endswith(f"/{credential['access']}")


def test_an_error_is_recorded_without_a_retry(tmp_path: Path) -> None:
    turns = iter([responding({}, 429, Retry_After="0"), responding({})])

    def handle(request: httpx.Request) -> FakeResponse:
        return next(turns)(request)

    assert run_recorder(tmp_path, handle, KEYS) == 0
    response = checked(files(tmp_path)[0]).response
    assert (response.status, response.headers["Retry-After"]) == (429, "0")


def test_the_proxy_of_the_environment_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    response = FakeResponse(200, b'{"access_keys": []}', {"Content-Type": "application/json"})
    with server.serving(lambda _: response) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        assert run_recorder(tmp_path, NOBODY, KEYS) == 0
    assert load_recording(files(tmp_path)[0]).response.status == 200


def test_the_page_of_a_gateway_is_recorded_without_its_text(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = f"<html><h1>502 Bad Gateway</h1>{SECRETS['name']}</html>".encode()
    handler = responding(page, 502, Content_Type="text/html; charset=utf-8")
    assert run_recorder(tmp_path, handler, LISTING) == 0
    recording = checked(files(tmp_path)[0], conforms=False)
    assert recording.source.endswith("masked: the response of a gateway")
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
    assert run_recorder(tmp_path, responding(body, status), LISTING) == 0
    checked(files(tmp_path)[0], conforms=False)
    assert f"{LISTING}: differs from the spec: {deviation}" in capsys.readouterr().out


def test_the_program_overwrites_the_recording_of_the_same_day(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_recorder(tmp_path, responding({"page_info": {"current_count": 1}}), LISTING) == 0
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(SPECS), str(Path(__file__).parents[1])]))
    body = {"page_info": {"current_count": 2}}
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
        (responding(b"no gzip", 403, Content_Encoding="gzip"), "the content encoding of the body is damaged"),
        (responding({"secrets": {TOKEN: TOKEN}}), "Expected `array | null`"),
        (responding(b"<html>"), "status 200"),
        (NOBODY, "ConnectError"),
    ],
)
def test_a_response_that_cannot_be_recorded_leaves_nothing_behind(
    handler: Handler | str, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_recorder(tmp_path / "recorded", handler, LISTING) == 1
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
        assert record.main([KEYS, "--folder", str(tmp_path / "recorded"), *options]) == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert LETTERS not in shown.out + shown.err
    assert "looks like a secret: response.body, line 3: one of the credentials in use" in shown.err


def test_a_failed_operation_does_not_stop_the_others(tmp_path: Path) -> None:
    handler = responding(lambda request: b"\xff" if operation_of(request) == KEYS else result(request))
    assert run_recorder(tmp_path, handler) == 1
    names = {f"{file.parent.name}.{file.name.partition('-')[0]}" for file in files(tmp_path)}
    assert names == record.CALLS.keys() - {KEYS}


def test_a_file_is_written_completely_or_not_at_all(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    run_recorder(tmp_path, responding(result), LISTING)
    (file,) = files(tmp_path)
    before = file.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(record, "load_recording", lambda _: None)
        assert run_recorder(tmp_path, responding(result), LISTING) == 1
    assert "the file would be read back differently" in capsys.readouterr().err
    assert [each.read_bytes() for each in files(tmp_path)] == [before]
    file.unlink()
    (file / "in the way").mkdir(parents=True)
    assert run_recorder(tmp_path, responding(result), LISTING) == 1
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "ListSecrets: not recorded: " in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        ([KEYS], 2, "ListAccessKeys needs --user-id"),
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
