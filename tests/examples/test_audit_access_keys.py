from __future__ import annotations

import csv
import io
import json
import os
import pty
import re
import signal
import subprocess
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import attrs
import msgspec
import pytest

from cloudkeys import AccessKey
from cloudkeys.testing import (
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_ram_access_key,
    example_user,
)
from cloudkeys.testing.faults import broken_connection, change, gateway_page, malformed, throttled
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.http.server import serving
from cloudkeys.testing.records import RamAccessKey
from cloudkeys.testing.signatures import claimed_caller_id
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus, Credential
from programs import TIME_LIMIT, Ended, Gate, command, ended, environment, run_here, shown_on, start

NAME = "audit_access_keys"
NOW = datetime.now(UTC)
BANK_ID = "0123456789abcdef0123456789abcdef"
ALIBABA_LIST = "alibaba_ims.ListAccessKeys"
ALIBABA_LAST_USED = "alibaba_ims.GetAccessKeyLastUsed"
HUAWEI_LIST = "huawei_iam_v5.ListAccessKeys"
HUAWEI_LAST_USED = "huawei_iam_v5.ShowAccessKeyLastUsed"
ACCOUNTS = f"""
[shop]
cloud = "alibaba"
credentials = ["SHOP_AK", "SHOP_SK"]

[lab]
cloud = "alibaba"
region = "cn-hangzhou"

[bank]
cloud = "huawei"
domain_id = "{BANK_ID}"
credentials = ["BANK_AK", "BANK_SK", "BANK_TOKEN"]
"""


OLDEST_FIRST = ["BANK-OLDEST", "SHOP-OLD", "BANK-NEVER", "SHOP-OFF", "LAB", "BANK-OFF", "BANK-YOUNG", "SHOP-NEW"]
CALLS = 17
"""The users of three accounts, the access keys of six users, and the last use of eight access keys."""
HOSTILE = "\x1b[2J\x9b31m\u202e\r\n\x7f"


@attrs.define(kw_only=True, eq=False)
class World(FakeCloud):
    """Several accounts: the access key that signs a request says which one answers. `lab` is this cloud itself."""

    shop: FakeCloud
    bank: FakeCloud
    before: Callable[[int], object] = lambda _count: None
    count: int = 0

    def respond(self, request: ReceivedRequest) -> FakeResponse:
        with self.lock:
            self.before(self.count)
            self.count += 1
        clouds = {self.shop.alibaba_key.access_key_id: self.shop, self.bank.huawei_key.access_key_id: self.bank}
        answerer = clouds.get(claimed_caller_id(request))
        return super().respond(request) if answerer is None else answerer.respond(request)

    def targets(self) -> list[str]:
        return [unquote(call.target) for cloud in (self.shop, self, self.bank) for call in cloud.calls]

    def secrets_in(self, text: str) -> list[str]:
        keys = (self.shop.alibaba_key, self.alibaba_key, self.bank.huawei_key)
        return [each for key in keys for each in (key.secret, key.security_token) if each and each in text]


def moment(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def pair(key_id: str, days: float, user: str = "ada", used: float | None = None, **changes: Any) -> RamAccessKey:
    last = "" if used is None else moment(used)
    user = f"{user}@example.onaliyun.com"
    return example_ram_access_key(
        access_key_id=key_id, user_principal_name=user, create_date=moment(days), last_used_date=last, **changes
    )


def key(access: str, days: float, user_id: str = "grace", used: float | None = None, **changes: Any) -> Credential:
    made = datetime.fromisoformat(moment(days))
    last = made if used is None else datetime.fromisoformat(moment(used))
    return example_access_key(access=access, user_id=user_id, create_time=made, last_use_time=last, **changes)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> World:
    shop = FakeCloud(alibaba_key=AccessKey("LTAIshop", "secret-of-the-shop"))
    shop.ram_access_keys += [pair("SHOP-OLD", 400, used=1), pair("SHOP-NEW", 10), pair("SHOP-OFF", 200, "bob")]
    shop.ram_access_keys[2] = pair("SHOP-OFF", 200, "bob", status="Inactive")
    bank = FakeCloud(huawei_key=AccessKey("BANK", "secret-of-the-bank", "token-of-the-bank"), domain_id=BANK_ID)
    bank.users += [example_user(user_id="grace", user_name="Grace Hopper"), example_user(user_id="nobody")]
    bank.access_keys += [
        key("BANK-OLDEST", 500, used=100),
        key("BANK-YOUNG", 20, used=2),
        key("BANK-NEVER", 300, "linus"),
        key("BANK-OFF", 30, "linus", used=29, status=AccessKeyStatus.INACTIVE),
    ]
    world = World(shop=shop, bank=bank)
    world.ram_access_keys.append(pair("LAB", 100, "eve", used=95))
    for name, access_key in (("SHOP", shop.alibaba_key), ("BANK", bank.huawei_key)):
        monkeypatch.setenv(f"{name}_AK", access_key.access_key_id)
        monkeypatch.setenv(f"{name}_SK", access_key.secret)
        monkeypatch.setenv(f"{name}_TOKEN", access_key.security_token or "")
    return world


@pytest.fixture
def accounts(tmp_path: Path) -> Path:
    (tmp_path / "accounts.toml").write_text(ACCOUNTS)
    return tmp_path / "accounts.toml"


def state_of(accounts: Path) -> Path:
    return accounts.with_name("state")


def audited(world: World, accounts: Path, *arguments: object) -> Ended:
    return run_here(world, NAME, "--format", "jsonl", accounts, *arguments)


def ids(end: Ended) -> list[str]:
    return [json.loads(line)["access_key_id"] for line in end.lines]


def test_all_access_keys_of_all_users_are_listed_the_oldest_first(world: World, accounts: Path) -> None:
    end = audited(world, accounts)
    assert end.status == 0
    assert ids(end) == OLDEST_FIRST
    assert end.err.splitlines() == [f"{NAME}: {count} of 3 accounts are done" for count in (1, 2, 3)]
    listed = {line["access_key_id"]: line for line in map(json.loads, end.lines)}
    assert listed["SHOP-OFF"] == {
        "account": "shop",
        "cloud": "alibaba",
        "user_id": "bob@example.onaliyun.com",
        "user_name": "bob@example.onaliyun.com",
        "access_key_id": "SHOP-OFF",
        "status": "inactive",
        "created_at": moment(200),
        "last_used_at": None,
    }
    assert listed["BANK-OLDEST"] == {
        "account": "bank",
        "cloud": "huawei",
        "user_id": "grace",
        "user_name": "Grace Hopper",
        "access_key_id": "BANK-OLDEST",
        "status": "active",
        "created_at": moment(500),
        "last_used_at": moment(100),
    }
    assert len(world.targets()) == CALLS


def test_the_table_shows_age_last_use_and_status(world: World, accounts: Path) -> None:
    end = run_here(world, NAME, accounts)
    assert end.status == 0
    rows = [re.split(r"  +", line) for line in end.lines]
    assert rows[0] == ["ACCOUNT", "USER", "ACCESS KEY", "STATUS", "CREATED", "LAST USED"]
    assert [row[2] for row in rows[1:]] == OLDEST_FIRST
    assert rows[1] == ["bank", "Grace Hopper", "BANK-OLDEST", "active", moment(500)[:10], moment(100)[:10]]
    assert rows[4] == ["shop", "bob@example.onaliyun.com", "SHOP-OFF", "inactive", moment(200)[:10], "never"]
    assert len({line.index(moment(days)[:10]) for line, days in zip(end.lines[1:3], (500, 400), strict=True)}) == 1


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (["--older-than", "200"], ["BANK-OLDEST", "SHOP-OLD", "BANK-NEVER", "SHOP-OFF"]),
        (["--older-than", "501"], []),
        (["--unused-for", "95"], ["BANK-OLDEST", "BANK-NEVER", "SHOP-OFF", "LAB"]),
        # Never used, it counts from its creation.
        (["--unused-for", "9"], ["BANK-OLDEST", "BANK-NEVER", "SHOP-OFF", "LAB", "BANK-OFF", "SHOP-NEW"]),
        (["--active-only"], ["BANK-OLDEST", "SHOP-OLD", "BANK-NEVER", "LAB", "BANK-YOUNG", "SHOP-NEW"]),
        (["--active-only", "--older-than", "99", "--unused-for", "99"], ["BANK-OLDEST", "BANK-NEVER"]),
    ],
)
def test_filters_leave_what_is_asked_for(world: World, accounts: Path, filters: list[str], left: list[str]) -> None:
    assert ids(audited(world, accounts, *filters)) == left


def test_users_of_several_pages_are_all_looked_at(world: World, accounts: Path) -> None:
    world.bank.access_keys += [key(f"KEY-{number}", 600, f"user-{number}") for number in range(201)]
    assert sorted(ids(audited(world, accounts, "--older-than", "599"))) == sorted(f"KEY-{n}" for n in range(201))


@pytest.mark.parametrize("name", ["shop", "bank"])
def test_an_account_with_a_wrong_secret_is_called_once_and_the_others_go_on(
    world: World, accounts: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{name.upper()}_SK", "a-wrong-secret")
    end = audited(world, accounts)
    assert end.status == 1
    assert ids(end) == [each for each in OLDEST_FIRST if not each.startswith(name.upper())]
    assert end.err.count(f"account {name}: ListUsers: status 40") == 1
    # Huawei Cloud locks an access key after five.
    assert len(getattr(world, name).calls) == 1


@pytest.mark.parametrize(("name", "operation"), [("shop", ALIBABA_LIST), ("bank", HUAWEI_LIST)])
def test_an_account_without_permission_is_reported_once_and_made_up_for_later(
    world: World, accounts: Path, name: str, operation: str
) -> None:
    cloud = getattr(world, name)
    cloud.ram_access_keys += [pair(f"MORE-{number}", 1, f"user-{number}") for number in range(50)]
    cloud.access_keys += [key(f"MORE-{number}", 1, f"user-{number}") for number in range(50)]
    cloud.denied.add(operation)
    end = audited(world, accounts, "--state", state_of(accounts), "--at-once", 3)
    assert end.status == 1
    assert ids(end) == [each for each in OLDEST_FIRST if not each.startswith(name.upper())]
    assert end.err.count(f"account {name}: ListAccessKeys: status 403") == 1
    assert len(cloud.calls) <= 1 + 3
    cloud.denied.clear()
    world.shop.calls.clear()
    world.bank.calls.clear()
    end = audited(world, accounts, "--state", state_of(accounts), "--older-than", "2")
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)
    other = world.bank if cloud is world.shop else world.shop
    assert [call.operation.partition(".")[2] for call in other.calls] == ["ListUsers"]


def test_throttling_and_broken_answers_cost_nothing(world: World, accounts: Path) -> None:
    for cloud, operation in ((world.shop, ALIBABA_LAST_USED), (world.bank, HUAWEI_LAST_USED)):
        cloud.inject(throttled(retry_after=0), times=3)
        cloud.inject(throttled(retry_after=0), operation=operation, after=1, times=2)
    world.shop.inject(broken_connection(), operation=ALIBABA_LIST)
    world.bank.inject(gateway_page(), operation=HUAWEI_LIST)
    end = audited(world, accounts, "--at-once", 2)
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)
    assert sum(call.status in {400, 429, 502} for cloud in (world.shop, world.bank) for call in cloud.calls) == 11


def test_what_a_service_leaves_out_is_hidden_by_no_filter(world: World, accounts: Path) -> None:
    left_out = {"AccessKeys": {"AccessKey": [{"AccessKeyId": "LAB", "CreateDate": moment(100)}]}}
    world.inject(lambda _cloud, _request, _serve: json_response(200, left_out), operation=ALIBABA_LIST)
    world.shop.inject(lambda _cloud, _request, _serve: json_response(200, {}), operation=ALIBABA_LIST, times=2)
    end = audited(world, accounts, "--active-only")
    assert (end.status, ids(end)) == (0, ["BANK-OLDEST", "BANK-NEVER", "LAB", "BANK-YOUNG"])
    assert json.loads(end.lines[2])["status"] == "unknown"


def test_for_a_user_without_a_name_nothing_is_asked(world: World, accounts: Path) -> None:
    # With no name, IMS would list the access keys of the caller.
    nameless = {"Users": {"User": [{"UserId": "1"}]}}
    world.inject(lambda _cloud, _request, _serve: json_response(200, nameless), operation="alibaba_ims.ListUsers")
    end = audited(world, accounts)
    assert (end.status, ids(end)) == (1, [each for each in OLDEST_FIRST if each != "LAB"])
    assert "account lab: ListAccessKeys: parameter UserPrincipalName" in end.err
    assert len(world.calls) == 1


def test_half_an_answer_ends_the_account_alone(world: World, accounts: Path) -> None:
    world.bank.inject(malformed(), operation=HUAWEI_LAST_USED)
    end = audited(world, accounts)
    assert end.status == 1
    assert "account bank: ShowAccessKeyLastUsed: status 200" in end.err
    assert [each for each in ids(end) if not each.startswith("BANK")] == ["SHOP-OLD", "SHOP-OFF", "LAB", "SHOP-NEW"]


@pytest.mark.parametrize(
    ("operation", "gone", "user"),
    [
        (ALIBABA_LIST, {"SHOP-OFF"}, "bob@example.onaliyun.com"),
        (ALIBABA_LAST_USED, {"SHOP-NEW"}, "ada@example.onaliyun.com"),
        (HUAWEI_LIST, {"BANK-NEVER", "BANK-OFF"}, "linus"),
        (HUAWEI_LAST_USED, {"BANK-YOUNG"}, "grace"),
    ],
)
def test_who_is_deleted_meanwhile_is_reported_and_the_rest_goes_on(
    world: World, accounts: Path, operation: str, gone: set[str], user: str
) -> None:
    name = "shop" if operation.startswith("alibaba") else "bank"

    def delete(cloud: FakeCloud) -> None:
        cloud.ram_access_keys = [each for each in cloud.ram_access_keys if each.access_key_id not in gone]
        cloud.access_keys = [each for each in cloud.access_keys if each.access not in gone]

    getattr(world, name).inject(change(delete), operation=operation)
    end = audited(world, accounts, "--state", state_of(accounts))
    assert end.status == 1
    assert f"account {name}: user {user}: {operation.partition('.')[2]}: status 404" in end.err
    held = {json.loads(line)["user_id"] for line in end.lines}
    assert held == {
        "ada@example.onaliyun.com",
        "bob@example.onaliyun.com",
        "eve@example.onaliyun.com",
        "grace",
        "linus",
    } - {user}
    end = audited(world, accounts, "--state", state_of(accounts))
    assert (end.status, ids(end)) == (0, [each for each in OLDEST_FIRST if each not in gone])


def test_a_time_that_is_none_is_reported_and_the_rest_goes_on(world: World, accounts: Path) -> None:
    odd = msgspec.structs.replace(pair("ODD", 1, "odd"), last_used_date=f"N/A{HOSTILE}")
    world.ram_access_keys.append(odd)
    end = audited(world, accounts)
    assert (end.status, ids(end)) == (1, OLDEST_FIRST)
    assert "account lab: user odd@example.onaliyun.com: Invalid RFC3339" in end.err
    assert end.err.replace("\n", "").isprintable()


def interrupting(point: int) -> Callable[[int], None]:
    """Return what interrupts this process while it waits for the answer of a call."""

    def interrupt(count: int) -> None:
        if count == point:
            os.kill(os.getpid(), signal.SIGINT)

    return interrupt


@pytest.mark.parametrize("point", range(CALLS))
def test_interrupted_at_any_call_it_goes_on_with_nothing_twice_and_nothing_lost(
    world: World, accounts: Path, point: int
) -> None:
    state = state_of(accounts)
    world.before = interrupting(point)
    end = audited(world, accounts, "--state", state, "--at-once", 2)
    assert (end.status, end.out) == (130, "")
    assert "interrupted; run it again" in end.err
    known = [json.loads(line)["user_id"] for line in state.read_text().splitlines()]
    assert len(known) == len(set(known))
    world.before = lambda _count: None
    for cloud in (world, world.shop, world.bank):
        cloud.calls.clear()
    end = audited(world, accounts, "--state", state)
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)
    assert (f"{len(known)} users are in" in end.err) == bool(known)
    assert [target for target in world.targets() for user in known if re.search(rf"\b{user}\b", target)] == []
    assert not state.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_as_a_program_it_is_stopped_by_a_signal_and_goes_on(
    world: World, accounts: Path, number: signal.Signals
) -> None:
    state = state_of(accounts)
    gate = Gate(world.respond, holds_after=10)
    with serving(gate) as url:
        process = start(world, NAME, "--base-url", url, "--state", state, "--at-once", 2, accounts)
        assert gate.reached.wait(TIME_LIMIT)
        process.send_signal(number)
        end = ended(process)
        gate.open.set()
    assert (end.status, end.out) == (-number if number == signal.SIGKILL else 130, "")
    assert "Traceback" not in end.err
    assert state.stat().st_mode & 0o077 == 0
    assert world.secrets_in(state.read_text() + end.err) == []
    known = len(state.read_text().splitlines())
    with world.serving() as url:
        end = ended(start(world, NAME, "--base-url", url, "--state", state, "--format", "jsonl", accounts))
    assert 0 < known < 6
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)
    assert world.secrets_in(end.out + end.err) == []


def test_a_line_that_was_cut_off_is_cut_out(world: World, accounts: Path) -> None:
    state = state_of(accounts)
    world.bank.denied.add(HUAWEI_LIST)
    assert audited(world, accounts, "--state", state).status == 1
    state.write_bytes(state.read_bytes()[:-40])
    assert audited(world, accounts, "--state", state).status == 1
    assert len(state.read_bytes().splitlines()) == 3
    world.bank.denied.clear()
    end = audited(world, accounts, "--state", state)
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)


def test_without_a_state_an_interrupted_run_promises_nothing(world: World, accounts: Path) -> None:
    world.before = interrupting(3)
    end = audited(world, accounts)
    assert (end.status, end.out) == (130, "")
    assert end.err.endswith("audit_access_keys: interrupted\n")


@pytest.mark.parametrize("content", ["precious\n", "precious", '{"account":"shop"}\n', '{"account":"x"}\n{"acc'])
def test_a_file_that_is_no_state_is_refused_and_kept(world: World, accounts: Path, content: str) -> None:
    state_of(accounts).write_text(content)
    end = audited(world, accounts, "--state", state_of(accounts))
    assert (end.status, end.out) == (2, "")
    assert state_of(accounts).read_text() == content
    assert world.targets() == []


def test_a_state_says_nothing_of_accounts_that_are_not_asked_for(world: World, accounts: Path) -> None:
    world.bank.denied.add(HUAWEI_LIST)
    assert audited(world, accounts, "--state", state_of(accounts)).status == 1
    accounts.write_text(ACCOUNTS.partition("[bank]")[0].partition("[lab]")[0])
    assert ids(audited(world, accounts, "--state", state_of(accounts))) == ["SHOP-OLD", "SHOP-OFF", "SHOP-NEW"]


def test_a_full_disk_ends_it_and_room_lets_it_go_on(world: World, accounts: Path) -> None:
    world.bank.access_keys += [key(f"MORE-{number}", 1, f"user-{number}") for number in range(40)]
    with world.serving() as url:
        whole = command(NAME, "--base-url", url, "--state", state_of(accounts), accounts)
        limited = ["sh", "-c", 'ulimit -f 8 && exec "$@"', "sh", *whole]
        end = ended(
            subprocess.Popen(limited, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(world))
        )
    assert (end.status, end.out) == (1, "")
    assert "File too large" in end.err
    assert "Traceback" not in end.err
    end = audited(world, accounts, "--state", state_of(accounts), "--older-than", "2")
    assert (end.status, ids(end)) == (0, OLDEST_FIRST)


# The first calls of three accounts, or the calls of one that follow the list of its users.
@pytest.mark.parametrize(("first", "passed"), [("[shop]", 0), ("[bank]", 1)])
def test_as_many_calls_are_in_flight_as_asked_for_and_no_more(
    world: World, accounts: Path, first: str, passed: int
) -> None:
    accounts.write_text(ACCOUNTS[ACCOUNTS.index(first) :])
    world.bank.access_keys += [key(f"MORE-{number}", 1, f"user-{number}") for number in range(10)]
    gate = Gate(world.respond, holds_after=passed)
    with serving(gate) as url:
        process = start(world, NAME, "--base-url", url, "--at-once", 2, accounts)
        begun = time.monotonic()
        while gate.most_inside < 2 and time.monotonic() < begun + TIME_LIMIT:
            time.sleep(0.01)
        time.sleep(0.2)  # a third would come in this time, while the two are held back
        gate.open.set()
        end = ended(process)
    assert (end.status, len(end.lines)) == (0, 1 + (4 if passed else 8) + 10)
    assert gate.most_inside == 2


def test_nothing_that_a_service_sent_steers_the_terminal(world: World, accounts: Path) -> None:
    world.bank.users[0] = example_user(user_id="grace", user_name=f"李雷 {HOSTILE}[bold]x[/bold]")
    world.bank.access_keys[0] = key("BANK-OLDEST", 500, status=AccessKeyStatus(HOSTILE))
    world.ram_access_keys.append(pair(HOSTILE, 700, HOSTILE))
    end = run_here(world, NAME, accounts)
    assert end.status == 0
    assert end.out.replace("\n", "").isprintable()
    assert len(end.lines) == 1 + len(OLDEST_FIRST) + 1
    assert r"李雷 \x1b[2J\x9b31m\u202e\r\n\x7f[bold]x[/bold]" in end.out
    # Each Chinese character takes two cells.
    wide, narrow = (next(line for line in end.lines if name in line) for name in ("BANK-OLDEST", "BANK-NEVER"))
    assert narrow.index("BANK-NEVER") == wide.index("BANK-OLDEST") + 2
    assert audited(world, accounts).out.isascii()


def test_a_hostile_name_is_harmless_where_it_is_reported(world: World, accounts: Path) -> None:
    world.ram_access_keys.append(pair("ODD", 700, HOSTILE))
    world.inject(change(lambda cloud: cloud.ram_access_keys.pop()), operation=ALIBABA_LIST)
    accounts.write_text(ACCOUNTS.replace("[lab]", r'["lab\u001b[2J"]'))
    end = run_here(world, NAME, accounts)
    assert end.status == 1
    assert r"account lab\x1b[2J: user \x1b[2J\x9b31m\u202e\r\n\x7f@example" in end.err
    assert end.err.replace("\n", "").isprintable()


FORMULAS = ['=HYPERLINK("https://evil.example","a")', "+1", "-1", "@SUM(1)", " =1", "\t=1", "\uff1d1", "\uff201"]


def test_csv_holds_no_formula_and_one_access_key_in_a_row(world: World, accounts: Path) -> None:
    harmless = 'a,"b";c\n=d'
    for number, name in enumerate([*FORMULAS, harmless]):
        world.bank.users.append(example_user(user_id=f"user-{number}", user_name=name))
        world.bank.access_keys.append(key(f"MORE-{number}", 600 - number, f"user-{number}"))
    end = run_here(world, NAME, "--format", "csv", accounts)
    assert end.status == 0
    header, *rows = csv.reader(io.StringIO(end.out))
    assert header == [
        *("account", "cloud", "user_id", "user_name", "access_key_id", "status", "created_at", "last_used_at")
    ]
    assert [row[4] for row in rows] == [f"MORE-{number}" for number in range(9)] + OLDEST_FIRST
    assert [row[3] for row in rows[:9]] == [
        *(f"'{name}" for name in FORMULAS[:5]),
        r"\t=1",
        *(f"'{name}" for name in FORMULAS[6:]),
        r'a,"b";c\n=d',
    ]
    assert rows[9] == ["bank", "huawei", "grace", "Grace Hopper", "BANK-OLDEST", "active", moment(500), moment(100)]
    assert rows[11][-1] == ""


def test_a_terminal_gets_a_bar_in_place_of_lines(world: World, accounts: Path) -> None:
    world.shop.denied.add("alibaba_ims.ListUsers")
    main, terminal = pty.openpty()
    with world.serving() as url:
        process = start(world, NAME, "--base-url", url, accounts, stderr=terminal)
        os.close(terminal)
        shown = shown_on(main)
        assert ended(process).status == 1
    assert b"4/4" in shown
    assert b"account shop: ListUsers: status 403" in shown
    assert b"are done" not in shown


def test_a_reader_that_is_gone_gets_no_complaint(world: World, accounts: Path) -> None:
    with world.serving() as url:
        process = start(world, NAME, "--base-url", url, "--state", state_of(accounts), accounts)
        assert process.stdout is not None
        process.stdout.close()
        process.stdout = None
        end = ended(process)
    assert end.status == 1
    assert [line for line in end.err.splitlines() if not line.endswith(" are done")] == []
    assert state_of(accounts).exists()


@pytest.mark.parametrize(
    ("text", "reported"),
    [
        ("[shop", "Expected ']'"),
        ('[shop]\ncloud = "aws"', "$"),
        ('[shop]\ncloud = "alibaba"\nsecret = "hidden"', "unknown field `secret`"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK"]', "length >= 2"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK", "MISSING"]', "environment variable MISSING"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK", "SHOP_TOKEN"]', "environment variable SHOP_TOKEN"),
        ('[bank]\ncloud = "huawei"\ndomain_id = "a b\\n"', "domain_id must be printable"),
    ],
)
def test_a_wrong_list_of_accounts_is_reported_before_anything_is_sent(
    world: World, accounts: Path, text: str, reported: str
) -> None:
    accounts.write_text(text)
    end = run_here(world, NAME, accounts)
    assert (end.status, end.out) == (2, "")
    assert reported in end.err
    assert "hidden" not in end.err
    assert world.targets() == []


def test_an_account_needs_a_region_where_no_base_url_is_given(world: World, accounts: Path) -> None:
    end = ended(start(world, NAME, accounts))
    assert (end.status, end.out) == (2, "")
    assert "region" in end.err


@pytest.mark.parametrize("days", ["many", "99999999999"])
def test_wrong_arguments_are_reported(world: World, accounts: Path, days: str) -> None:
    end = audited(world, accounts, "--unused-for", days)
    assert end.status == 2
    assert "--unused-for" in end.err
    assert world.targets() == []
