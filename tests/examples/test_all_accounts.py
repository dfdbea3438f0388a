from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import time
from pathlib import Path

import pytest

from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys.testing.http.server import serving
from programs import TIME_LIMIT, Ended, Gate, command, ended, environment, run_here, shown_on, start

NAME = "all_accounts"
ACCOUNTS = range(1_000_000_000_000_001, 1_000_000_000_000_006)
EACH = 250


@pytest.fixture
def listed(fake_cloud: FakeCloud, tmp_path: Path) -> Path:
    """Five accounts of three pages each, and a folder with the list of them."""
    for place, account in enumerate(ACCOUNTS):
        fake_cloud.member_leaks[account] = [example_leak(1000 * place + number) for number in range(EACH)]
    # The first one twice: it is listed once.
    (tmp_path / "accounts.txt").write_text("".join(f"{account}\n" for account in (*ACCOUNTS, f"0{ACCOUNTS[0]}")))
    return tmp_path


def paths(folder: Path) -> tuple[Path, Path]:
    return folder / "accounts.txt", folder / "leaks.jsonl"


def expected() -> list[tuple[str, int]]:
    return [(str(account), 1000 * place + number) for place, account in enumerate(ACCOUNTS) for number in range(EACH)]


def written(folder: Path) -> list[tuple[str, int]]:
    leaks = [json.loads(line) for line in (folder / "leaks.jsonl").read_text().splitlines()]
    return sorted((leak["Account"], leak["Id"]) for leak in leaks)


def test_all_accounts_are_written_once_and_the_state_is_gone(fake_cloud: FakeCloud, listed: Path) -> None:
    fake_cloud.inject(throttled(retry_after=0), after=2, times=2)
    done = run_here(fake_cloud, NAME, *paths(listed))
    assert (done.status, done.out) == (0, "")
    assert written(listed) == expected()
    assert [line.split(": ")[1] for line in done.err.splitlines()] == [
        f"{count} of 5 accounts are done" for count in range(1, 6)
    ]
    assert sorted(file.name for file in listed.glob("*.*")) == ["accounts.txt", "leaks.jsonl"]
    assert (listed / "leaks.jsonl").stat().st_mode & 0o077 == 0


def test_no_more_accounts_are_listed_at_once_than_asked_for(fake_cloud: FakeCloud, listed: Path) -> None:
    gate = Gate(fake_cloud.respond, holds_after=0)
    with serving(gate) as url:
        process = start(fake_cloud, NAME, "--base-url", url, "--at-once", 2, *paths(listed))
        begun = time.monotonic()
        while gate.most_inside < 2 and time.monotonic() < begun + TIME_LIMIT:
            time.sleep(0.01)
        time.sleep(0.2)  # a third would come in this time, while the two are held back
        gate.open.set()
        assert ended(process).status == 0
    assert gate.most_inside == 2
    assert written(listed) == expected()


def interrupted(fake_cloud: FakeCloud, folder: Path, number: signal.Signals, after: int) -> Ended:
    """Run the program until it has had some answers, and send it a signal while it waits for more."""
    gate = Gate(fake_cloud.respond, holds_after=after)
    with serving(gate) as url:
        process = start(fake_cloud, NAME, "--base-url", url, "--at-once", 2, *paths(folder))
        assert gate.reached.wait(TIME_LIMIT)
        process.send_signal(number)
        end = ended(process)
        gate.open.set()
    return end


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_it_goes_on_where_it_stopped(fake_cloud: FakeCloud, listed: Path, number: signal.Signals) -> None:
    end = interrupted(fake_cloud, listed, number, after=7)
    assert end.status == 130
    assert "interrupted" in end.err
    assert "Traceback" not in end.err
    (state,) = listed.glob("*.state*")
    assert state.stat().st_mode & 0o077 == 0
    saved = state.read_text()
    assert fake_cloud.alibaba_key.secret not in saved
    assert fake_cloud.alibaba_key.access_key_id not in saved
    assert json.loads(saved)["written"] == (listed / "leaks.jsonl").stat().st_size > 0

    answered = [call.target for call in fake_cloud.calls[:7]]
    fake_cloud.calls.clear()
    assert run_here(fake_cloud, NAME, *paths(listed)).status == 0
    assert written(listed) == expected()
    # What was asked for before the signal is not asked for again, but for the answers that it caught on their way.
    assert len({call.target for call in fake_cloud.calls} & set(answered)) <= 2


def test_killed_it_cuts_off_what_its_state_does_not_cover(fake_cloud: FakeCloud, listed: Path) -> None:
    assert interrupted(fake_cloud, listed, signal.SIGKILL, after=7).status == -signal.SIGKILL
    # As if it had written much more since its state was saved, the last line by half.
    with (listed / "leaks.jsonl").open("ab") as file:
        file.write(b'{"Account": "1"}\n' * 50_000 + b'{"Acc')
    assert run_here(fake_cloud, NAME, *paths(listed)).status == 0
    assert written(listed) == expected()


def test_an_account_that_fails_stops_no_other_and_is_made_up_for_later(fake_cloud: FakeCloud, listed: Path) -> None:
    missing = fake_cloud.member_leaks.pop(ACCOUNTS[1])
    fake_cloud.inject(malformed(), after=5)
    end = run_here(fake_cloud, NAME, *paths(listed))
    assert end.status == 1
    assert f"account {ACCOUNTS[1]}: DescribeAccesskeyLeakList: status 400: RdCheckNoPermission" in end.err
    assert end.err.count("status 200") == 1
    fake_cloud.member_leaks[ACCOUNTS[1]] = missing
    assert run_here(fake_cloud, NAME, *paths(listed)).status == 0
    assert written(listed) == expected()


def test_a_full_disk_ends_it_and_room_lets_it_go_on(fake_cloud: FakeCloud, listed: Path) -> None:
    with fake_cloud.serving() as url:
        whole = command(NAME, "--base-url", url, *paths(listed))
        limited = ["sh", "-c", 'ulimit -f 128 && exec "$@"', "sh", *whole]
        end = ended(
            subprocess.Popen(
                limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(fake_cloud)
            )
        )
    assert end.status == 1
    assert "File too large" in end.err
    assert "Traceback" not in end.err
    assert run_here(fake_cloud, NAME, *paths(listed)).status == 0
    assert written(listed) == expected()


def test_it_overwrites_no_file_that_is_not_its_own(fake_cloud: FakeCloud, listed: Path) -> None:
    (listed / "leaks.jsonl").write_text("precious\n")
    end = run_here(fake_cloud, NAME, *paths(listed))
    assert end.status == 2
    assert "isn't the output" in end.err
    assert (listed / "leaks.jsonl").read_text() == "precious\n"
    assert fake_cloud.calls == []


@pytest.mark.parametrize("state", ["", "[]", '{"written": "x"}', '{"written": 1000000, "positions": {}}'])
def test_a_state_that_cannot_be_right_is_refused(fake_cloud: FakeCloud, listed: Path, state: str) -> None:
    (listed / "leaks.jsonl").write_text("{}\n")
    (listed / "leaks.jsonl.state").write_text(state)
    end = run_here(fake_cloud, NAME, *paths(listed))
    assert end.status == 2
    assert "Traceback" not in end.err
    assert (listed / "leaks.jsonl").read_text() == "{}\n"


def test_a_terminal_gets_a_bar_in_place_of_lines(fake_cloud: FakeCloud, listed: Path) -> None:
    del fake_cloud.member_leaks[ACCOUNTS[1]]
    main, terminal = pty.openpty()
    with fake_cloud.serving() as url:
        process = start(fake_cloud, NAME, "--base-url", url, *paths(listed), stderr=terminal)
        os.close(terminal)
        shown = shown_on(main)
        assert ended(process).status == 1
    assert b"4/5" in shown
    assert b"\x1b[" in shown
    assert b"RdCheckNoPermission" in shown
    assert b"accounts are done" not in shown
