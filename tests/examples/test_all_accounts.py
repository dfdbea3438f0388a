from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from programs import run_here, run_on_terminal, run_with_full_disk, run_with_signal, run_with_two_at_once

NAME = "all_accounts"
ACCOUNTS = range(1_000_000_000_000_001, 1_000_000_000_000_006)
PER_ACCOUNT = 250


@pytest.fixture
def folder(fake_cloud: FakeCloud, tmp_path: Path) -> Path:
    """Fill five accounts with three pages each, and return a folder with their list."""
    for index, account in enumerate(ACCOUNTS):
        fake_cloud.member_leaks[account] = [example_leak(1000 * index + number) for number in range(PER_ACCOUNT)]
    # The first one is in the file twice, but is listed once.
    (tmp_path / "accounts.txt").write_text("".join(f"{account}\n" for account in (*ACCOUNTS, f"0{ACCOUNTS[0]}")))
    return tmp_path


def paths(folder: Path) -> tuple[Path, Path]:
    return folder / "accounts.txt", folder / "leaks.jsonl"


def assert_complete(folder: Path) -> None:
    """Check that each leak was written exactly once, and that the state file is gone."""
    leaks = [json.loads(line) for line in (folder / "leaks.jsonl").read_text().splitlines()]
    assert sorted((leak["Account"], leak["Id"]) for leak in leaks) == [
        (str(account), 1000 * index + number) for index, account in enumerate(ACCOUNTS) for number in range(PER_ACCOUNT)
    ]
    assert not (folder / "leaks.jsonl.state").exists()


def test_all_accounts_are_written_once(fake_cloud: FakeCloud, folder: Path) -> None:
    fake_cloud.inject(throttled(retry_after=0), after=2, times=2)
    result = run_here(fake_cloud, NAME, *paths(folder))
    assert (result.status, result.out) == (0, "")
    assert_complete(folder)
    assert result.err.splitlines() == [f"{NAME}: {count} of 5 accounts are done" for count in range(1, 6)]
    assert sorted(file.name for file in folder.glob("*.*")) == ["accounts.txt", "leaks.jsonl"]
    assert (folder / "leaks.jsonl").stat().st_mode & 0o077 == 0


def test_at_most_two_accounts_are_listed_at_once(fake_cloud: FakeCloud, folder: Path) -> None:
    result, most = run_with_two_at_once(fake_cloud, NAME, *paths(folder), free=0)
    assert (result.status, most) == (0, 2)
    assert_complete(folder)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_is_continued(fake_cloud: FakeCloud, folder: Path, number: signal.Signals) -> None:
    result = run_with_signal(fake_cloud, number, NAME, "--at-once", 2, *paths(folder), free=7)
    assert result.status == 130
    assert result.err.endswith("interrupted; run the same command again to continue\n")
    assert "Traceback" not in result.err
    (state,) = folder.glob("*.state*")
    assert state.stat().st_mode & 0o077 == 0
    saved = state.read_text()
    assert fake_cloud.alibaba_key.secret not in saved
    assert json.loads(saved)["written"] == (folder / "leaks.jsonl").stat().st_size > 0
    before = [call.target for call in fake_cloud.calls]
    fake_cloud.calls.clear()
    assert run_here(fake_cloud, NAME, *paths(folder)).status == 0
    assert_complete(folder)
    # The signal can prevent that the program reads a response to each of its two tasks.
    assert len({call.target for call in fake_cloud.calls} & set(before)) <= 2


def test_after_a_kill_the_output_is_cut_off_where_the_state_ends(fake_cloud: FakeCloud, folder: Path) -> None:
    result = run_with_signal(fake_cloud, signal.SIGKILL, NAME, *paths(folder), free=7)
    assert result.status == -signal.SIGKILL
    # Pretend that it wrote much more after saving its state.
    with (folder / "leaks.jsonl").open("ab") as file:
        file.write(b'{"Account": "1"}\n' * 50_000 + b'{"Acc')
    assert run_here(fake_cloud, NAME, *paths(folder)).status == 0
    assert_complete(folder)


def test_a_failed_account_stops_no_other_and_is_written_later(fake_cloud: FakeCloud, folder: Path) -> None:
    missing = fake_cloud.member_leaks.pop(ACCOUNTS[1])
    fake_cloud.inject(malformed(), after=5)
    status, shown = run_on_terminal(fake_cloud, NAME, *paths(folder))
    assert status == 1
    assert f"account {ACCOUNTS[1]}".encode() in shown
    assert b"RdCheckNoPermission" in shown
    # A terminal shows a bar instead of lines.
    assert b"3/5" in shown
    assert b"accounts are done" not in shown
    fake_cloud.member_leaks[ACCOUNTS[1]] = missing
    assert run_here(fake_cloud, NAME, *paths(folder)).status == 0
    assert_complete(folder)


def test_after_a_full_disk_the_next_run_continues(fake_cloud: FakeCloud, folder: Path) -> None:
    result = run_with_full_disk(fake_cloud, 128, NAME, *paths(folder))
    assert result.status == 1
    assert "File too large" in result.err
    assert "Traceback" not in result.err
    assert run_here(fake_cloud, NAME, *paths(folder)).status == 0
    assert_complete(folder)


@pytest.mark.parametrize(
    "state", [None, "", "[]", '{"written": "x"}', '{"written": 1000000, "positions": {}}'], ids=repr
)
def test_a_file_that_is_not_the_output_is_not_overwritten(
    fake_cloud: FakeCloud, folder: Path, state: str | None
) -> None:
    (folder / "leaks.jsonl").write_text("precious\n")
    if state is not None:
        (folder / "leaks.jsonl.state").write_text(state)
    result = run_here(fake_cloud, NAME, *paths(folder))
    assert result.status == 2
    assert "Traceback" not in result.err
    assert (folder / "leaks.jsonl").read_text() == "precious\n"
    assert fake_cloud.calls == []
