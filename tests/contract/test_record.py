"""The recorder, against a vendor on loopback whose answers are full of secrets: what it writes, and what it refuses."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

import record
from cloudkeys.testing.recording import Recording, load_recording
from cloudkeys.testing.replay import replay
from contract.conformance import request_failures, response_failures
from contract.leaky_vendor import (
    ACCESS_KEY_ID,
    PROJECT,
    SECRET,
    SECRETS,
    TOKEN,
    USER,
    always,
    answering,
    error_of,
    page_of,
)
from contract.tally import trying
from driver import Answer, serving
from masking import HEADERS, operation_place
from secret_scan import findings
from toolchain.document import SPECS

PROGRAM = Path(record.__file__)


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for prefix, names in {
        "ALIBABA_CLOUD_": ("ACCESS_KEY_ID", "ACCESS_KEY_SECRET", "SECURITY_TOKEN"),
        "HUAWEICLOUD_SDK_": ("AK", "SK", "SECURITY_TOKEN"),
    }.items():
        for name, value in zip(names, (ACCESS_KEY_ID, SECRET, TOKEN), strict=True):
            monkeypatch.setenv(prefix + name, value)


def recorded(folder: Path, base_url: str, *operations: str) -> int:
    given = {"--project-id": PROJECT, "--user-id": USER, "--access-key": ACCESS_KEY_ID, "--base-url": base_url}
    options = [text for pair in given.items() for text in pair]
    return record.main([*operations, "--folder", str(folder), *options])


def files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.is_file()]


def only(folder: Path) -> Recording:
    (file,) = files(folder)
    return load_recording(file)


def check(file: Path, *, conforms: bool = True) -> Recording:
    """Check that a file holds a recording that is what its spec says, without any secret."""
    text = file.read_text(encoding="utf-8")
    assert all(character.isprintable() or character == "\n" for character in text)
    assert [name for name, secret in SECRETS.items() if secret.casefold() in text.casefold()] == []
    recording = load_recording(file)
    assert findings(recording) == []
    assert request_failures(recording) == []
    assert recording.response.headers.keys() <= HEADERS.keys()
    assert not conforms or response_failures(recording) == set()
    return recording


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
    assert [str(file.relative_to(tmp_path)) for file in files(tmp_path)] == [
        f"alibaba_sas/DescribeAccesskeyLeakList-{status}-{today}.toml",
        f"huawei_csms/ListSecrets-{status}-{today}.toml",
        f"huawei_iam_v3/ShowPermanentAccessKey-{status}-{today}.toml",
        f"huawei_iam_v5/ListAccessKeys-{status}-{today}.toml",
    ]
    for file in files(tmp_path):
        recording = load_recording(file)
        with trying(recording.operation, status, "recording"):
            check(file)
            assert recording.response.status == status
            assert recording.source == f"recorded on {today}, masked"
            assert recording.request.headers == record.CALLS[recording.operation].operation.headers
    shown = capsys.readouterr()
    assert shown.err == ""
    assert len(shown.out.splitlines()) == 4


def test_the_operations_of_one_run_still_belong_together(tmp_path: Path) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "ListAccessKeys", "ShowPermanentAccessKey")
    shown, listed = (load_recording(file) for file in files(tmp_path))
    key, credential = json.loads(listed.response.body)["access_keys"][0], json.loads(shown.response.body)["credential"]
    assert (key["user_id"], key["access_key_id"]) == (credential["user_id"], credential["access"])
    assert shown.request.target.endswith(f"/{credential['access']}")


def test_the_first_page_is_recorded_and_no_more(tmp_path: Path) -> None:
    asked: list[str] = []

    def handle(request: httpx.Request) -> Answer:
        asked.append(str(request.url))
        return answering(page_of)(request)

    with serving(handle) as base_url:
        recorded(tmp_path, base_url)
    assert len(asked) == 4


def test_an_error_is_recorded_as_it_comes_the_first_time(tmp_path: Path) -> None:
    statuses = iter([429, 200])

    def handle(request: httpx.Request) -> Answer:
        return answering(always({}), next(statuses), {"Retry-After": "0"})(request)

    with serving(handle) as base_url:
        assert recorded(tmp_path, base_url, "ListAccessKeys") == 0
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
        recorded(tmp_path / "direct", base_url, "ListAccessKeys")
    answer = only(tmp_path / "direct")
    asked = httpx.URL(f"http://127.0.0.1/v5/users/{USER}/access-keys").raw_path.decode()
    request = type(answer.request)(method="GET", target=asked, headers={})
    behind = Recording(operation=answer.operation, source="behind", request=request, response=answer.response)
    with replay([behind]) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy)
        # Nothing listens on this port.
        assert recorded(tmp_path / "proxy", "http://127.0.0.1:9", "ListAccessKeys") == 0
    assert only(tmp_path / "proxy").response.status == 200


def test_the_page_of_a_gateway_is_recorded_as_no_json(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = f"<html><h1>502 Bad Gateway</h1>{SECRETS['name']}</html>".encode()
    headers = {"Content-Type": "text/html; charset=utf-8"}
    with serving(answering(always(page), 502, headers)) as base_url:
        assert recorded(tmp_path, base_url, "ListSecrets") == 0
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
        assert recorded(tmp_path, base_url, "ListSecrets") == 0
    check(files(tmp_path)[0], conforms=False)
    assert f"ListSecrets: not what the spec says: {deviation}" in capsys.readouterr().out


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
        assert recorded(tmp_path / "recorded", base_url, "ListSecrets") == 0
    recording = check(files(tmp_path)[0])
    assert recording.response.status == 403
    assert len(json.loads(recording.response.body)) == 4
    assert [path.name for path in tmp_path.iterdir()] == ["recorded"]
    shown = capsys.readouterr()
    assert all(character.isprintable() or character == "\n" for character in shown.out + shown.err)


REFUSED = {
    "the body isn't UTF-8": (answering(always(b'{"error_msg": "\xff\x1b[2J"}'), 403), "the body isn't UTF-8"),
    "damaged compression": (
        answering(always(b"no gzip"), 403, {"Content-Encoding": "gzip"}),
        "the content encoding of the body is damaged",
    ),
    "not what the spec says": (answering(always({"secrets": {TOKEN: TOKEN}})), "Expected `array | null`"),
    "no JSON": (answering(always(b"<html>")), "status 200"),
    "a secret as a field name": (
        answering(always({"onlyletters": 1})),
        "refused, since this looks like a secret: response.body, line 2: one of the credentials in use",
    ),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_can_not_be_recorded_is_told_and_leaves_nothing(
    reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "onlyletters")
    handler, message = REFUSED[reason]
    with serving(handler) as base_url:
        assert recorded(tmp_path / "recorded", base_url, "ListSecrets") == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert "onlyletters" not in shown.err
    assert TOKEN not in shown.err
    assert shown.err.startswith("ListSecrets: not recorded: ")
    assert message in shown.err
    assert shown.err.strip().isprintable()


def test_no_reason_steers_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("\x1b[2J")

    monkeypatch.setattr(record, "record", fail)
    assert record.main(["ListSecrets"]) == 1
    assert capsys.readouterr().err == "ListSecrets: not recorded: \\x1b[2J\n"


def test_one_operation_that_fails_keeps_no_other_from_being_recorded(tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> Answer:
        return answering(always(b"\xff"), 500)(request) if "/v5/" in str(request.url) else answering(page_of)(request)

    with serving(handle) as base_url:
        assert recorded(tmp_path, base_url) == 1
    assert {file.name.partition("-")[0] for file in files(tmp_path)} == {
        *("DescribeAccesskeyLeakList", "ListSecrets", "ShowPermanentAccessKey")
    }


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "ListSecrets")
        (file,) = files(tmp_path)
        file.unlink()
        (file / "in the way").mkdir(parents=True)
        assert recorded(tmp_path, base_url, "ListSecrets") == 1
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "ListSecrets: not recorded: " in capsys.readouterr().err


def test_a_file_that_would_be_read_back_otherwise_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "ListSecrets")
        before = files(tmp_path)[0].read_bytes()
        monkeypatch.setattr(record, "load_recording", lambda _: None)
        monkeypatch.setattr(record, "recording_text", lambda _: "another")
        assert recorded(tmp_path, base_url, "ListSecrets") == 1
    assert [file.read_bytes() for file in files(tmp_path)] == [before]
    assert "the file wouldn't be read back" in capsys.readouterr().err


def test_recording_again_takes_the_place_of_the_file_of_the_day(tmp_path: Path) -> None:
    for times in (1, 2):
        body = {"page_info": {"current_count": times}}
        with serving(answering(always(body))) as base_url:
            assert recorded(tmp_path, base_url, "ListSecrets") == 0
        assert json.loads(only(tmp_path).response.body) == body


def test_without_credentials_nothing_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
    assert recorded(tmp_path, "http://127.0.0.1:9", "ListSecrets") == 1
    assert "no credentials were found" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_an_answer_nothing_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recorded(tmp_path, "http://127.0.0.1:9", "ListSecrets") == 1
    assert "ListSecrets: not recorded: ListSecrets: ConnectError" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ListAccessKeys"], "ListAccessKeys needs --user-id"),
        ([], "ListAccessKeys needs --user-id"),
        (["ShowPermanentAccessKey"], "ShowPermanentAccessKey needs --access-key"),
        (["\x1b[2J"], "there is no operation \\x1b[2J: choose from DescribeAccesskeyLeakList, "),
    ],
)
def test_a_wrong_command_line_is_refused(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as exit_:
        record.main(arguments)
    assert exit_.value.code == 2
    assert message in capsys.readouterr().err


def test_neither_region_nor_url_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert record.main(["ListSecrets", "--folder", str(tmp_path)]) == 1
    assert "give a region" in capsys.readouterr().err


def test_the_program_runs_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(SPECS))
    with serving(answering(page_of)) as base_url:
        options = ["ListSecrets", "--project-id", PROJECT, "--base-url", base_url, "--folder", str(tmp_path)]
        done = subprocess.run([sys.executable, str(PROGRAM), *options], check=False, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    (file,) = files(tmp_path)
    assert done.stdout == f"ListSecrets: 200, {file}\n"
    assert operation_place(check(file).operation)[0] == file.parent.name
