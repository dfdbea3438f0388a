"""What the recorder refuses, and that it leaves nothing behind then."""

from __future__ import annotations

import re
from pathlib import Path

import httpx
import pytest

from cloudkeys.testing import FakeResponse
from driver import serving
from recorder.leaky_vendor import PROJECT, TOKEN, USER, always, answering, operation_of, page_of
from recorder.recorder_runs import files, recorded, set_credentials
from tools.recorder import record


@pytest.fixture(autouse=True)
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    set_credentials(monkeypatch)


LETTERS = "onlyletters"  # looks like the name of a field
REFUSED = {
    "the body isn't UTF-8": (answering(always(b'{"error_msg": "\xff\x1b[2J"}'), 403), "the body isn't UTF-8"),
    "damaged compression": (
        answering(always(b"no gzip"), 403, {"Content-Encoding": "gzip"}),
        "the content encoding of the body is damaged",
    ),
    "not what the spec says": (answering(always({"secrets": {TOKEN: TOKEN}})), "Expected `array | null`"),
    "no JSON": (answering(always(b"<html>")), "status 200"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_can_not_be_recorded_is_told_and_leaves_nothing(
    reason: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    handler, message = REFUSED[reason]
    with serving(handler) as base_url:
        assert recorded(tmp_path / "recorded", base_url, "huawei_csms.ListSecrets") == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert shown.out == ""
    assert TOKEN not in shown.err
    assert shown.err.startswith("huawei_csms.ListSecrets: not recorded: ")
    assert message in shown.err
    assert shown.err.strip().isprintable()


@pytest.mark.parametrize(
    "name", ["HUAWEICLOUD_SDK_SK", "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "HUAWEICLOUD_SDK_DOMAIN_ID", ""]
)
def test_what_the_masking_leaves_of_the_credentials_in_use_is_refused(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if name:
        monkeypatch.setenv(name, LETTERS)
    with serving(answering(always({"access_keys": [], LETTERS: 1}))) as base_url:
        options = ["--user-id", USER, "--base-url", base_url, "--project-id", PROJECT if name else LETTERS]
        assert record.main(["huawei_iam_v5.ListAccessKeys", "--folder", str(tmp_path / "recorded"), *options]) == 1
    assert not list(tmp_path.iterdir())
    shown = capsys.readouterr()
    assert LETTERS not in shown.out + shown.err
    place = "refused, since this looks like a secret: response.body, line 3: one of the credentials in use"
    assert place in shown.err


def test_no_reason_steers_the_terminal(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise ValueError("\x1b[2J")

    monkeypatch.setattr(record, "record", fail)
    assert record.main(["huawei_csms.ListSecrets"]) == 1
    assert capsys.readouterr().err == "huawei_csms.ListSecrets: not recorded: \\x1b[2J\n"


def test_one_operation_that_fails_keeps_no_other_from_being_recorded(tmp_path: Path) -> None:
    def handle(request: httpx.Request) -> FakeResponse:
        damaged = operation_of(request) == "huawei_iam_v5.ListAccessKeys"
        return answering(always(b"\xff"), 500)(request) if damaged else answering(page_of)(request)

    with serving(handle) as base_url:
        assert recorded(tmp_path, base_url) == 1
    assert {f"{file.parent.name}.{file.name.partition('-')[0]}" for file in files(tmp_path)} == record.CALLS.keys() - {
        "huawei_iam_v5.ListAccessKeys"
    }


def test_a_file_is_written_as_a_whole_or_not_at_all(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "huawei_csms.ListSecrets")
        (file,) = files(tmp_path)
        file.unlink()
        (file / "in the way").mkdir(parents=True)
        assert recorded(tmp_path, base_url, "huawei_csms.ListSecrets") == 1
    assert [path.name for path in file.parent.iterdir()] == [file.name]
    assert "ListSecrets: not recorded: " in capsys.readouterr().err


def test_a_file_that_would_be_read_back_otherwise_is_not_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(answering(page_of)) as base_url:
        recorded(tmp_path, base_url, "huawei_csms.ListSecrets")
        before = files(tmp_path)[0].read_bytes()
        monkeypatch.setattr(record, "load_recording", lambda _: None)
        monkeypatch.setattr(record, "recording_text", lambda _: "another")
        assert recorded(tmp_path, base_url, "huawei_csms.ListSecrets") == 1
    assert [file.read_bytes() for file in files(tmp_path)] == [before]
    assert "the file wouldn't be read back" in capsys.readouterr().err


def test_without_credentials_nothing_is_recorded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HUAWEICLOUD_SDK_AK")
    assert recorded(tmp_path, "http://127.0.0.1:9", "huawei_csms.ListSecrets") == 1
    assert "no credentials were found" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_without_an_answer_nothing_is_recorded(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert recorded(tmp_path, "http://127.0.0.1:9", "huawei_csms.ListSecrets") == 1
    assert re.search(r"ListSecrets: not recorded: ListSecrets: \S+: ConnectError", capsys.readouterr().err)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["huawei_iam_v5.ListAccessKeys"], "ListAccessKeys needs --user-id"),
        ([], "alibaba_ims.GetAccessKeyLastUsed needs --user-principal-name"),
        (["huawei_iam_v3.ShowPermanentAccessKey"], "ShowPermanentAccessKey needs --access-key"),
        (["\x1b[2J"], "there is no operation \\x1b[2J: choose from alibaba_ims.GetAccessKeyLastUsed, "),
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
    assert record.main(["huawei_csms.ListSecrets", "--folder", str(tmp_path)]) == 1
    assert "give a region" in capsys.readouterr().err
