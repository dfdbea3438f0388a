from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
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
from cloudkeys.testing.faults import change, malformed
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.records import RamAccessKey
from cloudkeys.testing.signatures import claimed_caller_id
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus, Credential
from programs import (
    Result,
    run_here,
    run_main,
    run_on_terminal,
    run_with_full_disk,
    run_with_signal,
    run_with_two_at_once,
)

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
    """Several accounts. The access key of a request selects the cloud that responds; `lab` is this cloud itself."""

    shop: FakeCloud
    bank: FakeCloud
    accounts: Path
    state: Path
    interrupted_at: int | None = None
    count: int = 0

    def respond(self, request: ReceivedRequest) -> FakeResponse:
        with self.lock:
            if self.count == self.interrupted_at:
                os.kill(os.getpid(), signal.SIGINT)
            self.count += 1
        clouds = {self.shop.alibaba_key.access_key_id: self.shop, self.bank.huawei_key.access_key_id: self.bank}
        cloud = clouds.get(claimed_caller_id(request))
        return super().respond(request) if cloud is None else cloud.respond(request)

    def audit(self, *arguments: object) -> Result:
        return run_here(self, NAME, "--format", "jsonl", self.accounts, *arguments)

    def targets(self) -> list[str]:
        return [unquote(call.target) for cloud in (self.shop, self, self.bank) for call in cloud.calls]

    def secrets_in(self, text: str) -> list[str]:
        keys = (self.shop.alibaba_key, self.alibaba_key, self.bank.huawei_key)
        return [each for key in keys for each in (key.secret, key.security_token) if each and each in text]


def time_ago(days: float) -> str:
    return f"{NOW - timedelta(days=days):%Y-%m-%dT%H:%M:%SZ}"


def ram_key(key_id: str, days: float, user: str = "ada", used: float | None = None, **changes: Any) -> RamAccessKey:
    last = "" if used is None else time_ago(used)
    user = f"{user}@example.onaliyun.com"
    return example_ram_access_key(
        access_key_id=key_id, user_principal_name=user, create_date=time_ago(days), last_used_date=last, **changes
    )


def iam_key(access: str, days: float, user_id: str = "grace", used: float | None = None, **changes: Any) -> Credential:
    created = datetime.fromisoformat(time_ago(days))
    last = created if used is None else datetime.fromisoformat(time_ago(used))
    return example_access_key(access=access, user_id=user_id, create_time=created, last_use_time=last, **changes)


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> World:
    shop = FakeCloud(alibaba_key=AccessKey("LTAIshop", "secret-of-the-shop"))
    shop.ram_access_keys += [ram_key("SHOP-OLD", 400, used=1), ram_key("SHOP-NEW", 10)]
    shop.ram_access_keys.append(ram_key("SHOP-OFF", 200, "bob", status="Inactive"))
    bank = FakeCloud(huawei_key=AccessKey("BANK", "secret-of-the-bank", "token-of-the-bank"), domain_id=BANK_ID)
    bank.users += [example_user(user_id="grace", user_name="Grace Hopper"), example_user(user_id="nobody")]
    bank.access_keys += [
        iam_key("BANK-OLDEST", 500, used=100),
        iam_key("BANK-YOUNG", 20, used=2),
        iam_key("BANK-NEVER", 300, "linus"),
        iam_key("BANK-OFF", 30, "linus", used=29, status=AccessKeyStatus.INACTIVE),
    ]
    world = World(shop=shop, bank=bank, accounts=tmp_path / "accounts.toml", state=tmp_path / "state")
    world.accounts.write_text(ACCOUNTS)
    world.ram_access_keys.append(ram_key("LAB", 100, "eve", used=95))
    for name, access_key in (("SHOP", shop.alibaba_key), ("BANK", bank.huawei_key)):
        monkeypatch.setenv(f"{name}_AK", access_key.access_key_id)
        monkeypatch.setenv(f"{name}_SK", access_key.secret)
        monkeypatch.setenv(f"{name}_TOKEN", access_key.security_token or "")
    return world


def ids(result: Result) -> list[str]:
    return [json.loads(line)["access_key_id"] for line in result.lines]


def without(*prefixes: str) -> list[str]:
    return [each for each in OLDEST_FIRST if not each.startswith(prefixes)]


def test_json_lines_contain_all_access_keys_the_oldest_first(world: World) -> None:
    result = world.audit()
    assert (result.status, ids(result)) == (0, OLDEST_FIRST)
    assert result.err.splitlines() == [f"{NAME}: {count} of 3 accounts are done" for count in (1, 2, 3)]
    keys = {line["access_key_id"]: line for line in map(json.loads, result.lines)}
    assert keys["SHOP-OFF"] == {
        "account": "shop",
        "cloud": "alibaba",
        "user_id": "bob@example.onaliyun.com",
        "user_name": "bob@example.onaliyun.com",
        "access_key_id": "SHOP-OFF",
        "status": "inactive",
        "created_at": time_ago(200),
        "last_used_at": None,
    }
    assert list(keys["BANK-OLDEST"].values()) == [
        *("bank", "huawei", "grace", "Grace Hopper", "BANK-OLDEST", "active", time_ago(500), time_ago(100))
    ]
    assert len(world.targets()) == CALLS


def test_the_table_shows_age_last_use_and_status_without_control_characters(world: World) -> None:
    world.bank.users[0] = example_user(user_id="grace", user_name=f"李雷 {HOSTILE}[bold]x[/bold]")
    world.bank.access_keys[1] = iam_key("BANK-YOUNG", 20, status=AccessKeyStatus(HOSTILE))
    world.ram_access_keys.append(ram_key(HOSTILE, 1, HOSTILE))
    result = run_here(world, NAME, world.accounts)
    assert result.status == 0
    assert result.out.replace("\n", "").isprintable()
    rows = [re.split(r"  +", line) for line in result.lines]
    assert rows[0] == ["ACCOUNT", "USER", "ACCESS KEY", "STATUS", "CREATED", "LAST USED"]
    assert [row[2] for row in rows[1:-1]] == OLDEST_FIRST
    name = r"李雷 \x1b[2J\x9b31m\u202e\r\n\x7f[bold]x[/bold]"
    assert rows[1] == ["bank", name, "BANK-OLDEST", "active", time_ago(500)[:10], time_ago(100)[:10]]
    assert rows[4] == ["shop", "bob@example.onaliyun.com", "SHOP-OFF", "inactive", time_ago(200)[:10], "never"]
    # Each Chinese character takes two cells.
    wide, narrow = (next(line for line in result.lines if key in line) for key in ("BANK-OLDEST", "BANK-NEVER"))
    assert narrow.index("BANK-NEVER") == wide.index("BANK-OLDEST") + 2
    assert world.audit().out.isascii()


FORMULAS = ['=HYPERLINK("https://evil.example","a")', "+1", "-1", "@SUM(1)", " =1", "\uff1d1", "\uff201", "\t=1"]


def test_csv_contains_no_formula_and_one_access_key_per_row(world: World) -> None:
    for number, name in enumerate([*FORMULAS, 'a,"b";c\n=d']):
        world.bank.users.append(example_user(user_id=f"user-{number}", user_name=name))
        world.bank.access_keys.append(iam_key(f"MORE-{number}", 600 - number, f"user-{number}"))
    result = run_here(world, NAME, "--format", "csv", world.accounts)
    assert result.status == 0
    header, *rows = csv.reader(io.StringIO(result.out))
    assert header == [
        *("account", "cloud", "user_id", "user_name", "access_key_id", "status", "created_at", "last_used_at")
    ]
    assert [row[4] for row in rows] == [f"MORE-{number}" for number in range(9)] + OLDEST_FIRST
    assert [row[3] for row in rows[:9]] == [*(f"'{name}" for name in FORMULAS[:7]), r"\t=1", r'a,"b";c\n=d']
    assert rows[9][4:] == ["BANK-OLDEST", "active", time_ago(500), time_ago(100)]
    assert rows[11][-1] == ""


@pytest.mark.parametrize(
    ("filters", "left"),
    [
        (["--older-than", "200"], ["BANK-OLDEST", "SHOP-OLD", "BANK-NEVER", "SHOP-OFF"]),
        (["--older-than", "501"], []),
        (["--unused-for", "95"], ["BANK-OLDEST", "BANK-NEVER", "SHOP-OFF", "LAB"]),
        # A key that was never used counts from its creation.
        (["--unused-for", "9"], ["BANK-OLDEST", "BANK-NEVER", "SHOP-OFF", "LAB", "BANK-OFF", "SHOP-NEW"]),
        (["--active-only"], ["BANK-OLDEST", "SHOP-OLD", "BANK-NEVER", "LAB", "BANK-YOUNG", "SHOP-NEW"]),
        (["--active-only", "--older-than", "99", "--unused-for", "99"], ["BANK-OLDEST", "BANK-NEVER"]),
    ],
)
def test_filters_select_access_keys(world: World, filters: list[str], left: list[str]) -> None:
    assert ids(world.audit(*filters)) == left


@pytest.mark.parametrize("name", ["shop", "bank"])
def test_an_account_with_a_wrong_secret_is_called_only_once(
    world: World, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(f"{name.upper()}_SK", "a-wrong-secret")
    result = world.audit()
    assert (result.status, ids(result)) == (1, without(name.upper()))
    assert result.err.count(f"account {name}: ListUsers: status 40") == 1
    # Huawei Cloud locks an access key after five wrong signatures.
    assert len(getattr(world, name).calls) == 1


@pytest.mark.parametrize(("name", "operation"), [("shop", ALIBABA_LIST), ("bank", HUAWEI_LIST)])
def test_the_next_run_audits_only_the_account_that_failed(world: World, name: str, operation: str) -> None:
    cloud, other = getattr(world, name), world.bank if name == "shop" else world.shop
    cloud.ram_access_keys += [ram_key(f"MORE-{number}", 1, f"user-{number}") for number in range(50)]
    cloud.access_keys += [iam_key(f"MORE-{number}", 1, f"user-{number}") for number in range(50)]
    cloud.denied.add(operation)
    result = world.audit("--state", world.state, "--at-once", 3)
    assert (result.status, ids(result)) == (1, without(name.upper()))
    assert result.err.count(f"account {name}: ListAccessKeys: status 403") == 1
    assert len(cloud.calls) <= 1 + 3
    cloud.denied.clear()
    other.calls.clear()
    result = world.audit("--state", world.state, "--older-than", "2")
    assert (result.status, ids(result)) == (0, OLDEST_FIRST)
    assert [call.operation.partition(".")[2] for call in other.calls] == ["ListUsers"]


def test_a_key_without_a_status_passes_the_filter(world: World) -> None:
    left_out = {"AccessKeys": {"AccessKey": [{"AccessKeyId": "LAB", "CreateDate": time_ago(100)}]}}
    world.inject(lambda _cloud, _request, _serve: json_response(200, left_out), operation=ALIBABA_LIST)
    world.shop.inject(lambda _cloud, _request, _serve: json_response(200, {}), operation=ALIBABA_LIST, times=2)
    result = world.audit("--active-only")
    assert (result.status, ids(result)) == (0, ["BANK-OLDEST", "BANK-NEVER", "LAB", "BANK-YOUNG"])
    assert json.loads(result.lines[2])["status"] == "unknown"


def test_a_user_without_a_name_is_reported_without_a_call(world: World) -> None:
    # Without a name, IMS lists the access keys of the caller.
    nameless = {"Users": {"User": [{"UserId": "1"}]}}
    world.inject(lambda _cloud, _request, _serve: json_response(200, nameless), operation="alibaba_ims.ListUsers")
    world.bank.inject(malformed(), operation=HUAWEI_LAST_USED)
    result = world.audit()
    assert result.status == 1
    assert [each for each in ids(result) if not each.startswith("BANK")] == ["SHOP-OLD", "SHOP-OFF", "SHOP-NEW"]
    assert "account lab: ListAccessKeys: parameter UserPrincipalName" in result.err
    assert "account bank: ShowAccessKeyLastUsed: status 200" in result.err
    assert len(world.calls) == 1


@pytest.mark.parametrize(
    ("operation", "gone", "user"),
    [
        (ALIBABA_LIST, ("SHOP-OFF",), "bob@example.onaliyun.com"),
        (ALIBABA_LAST_USED, ("SHOP-NEW",), "ada@example.onaliyun.com"),
        (HUAWEI_LIST, ("BANK-NEVER", "BANK-OFF"), "linus"),
        (HUAWEI_LAST_USED, ("BANK-YOUNG",), "grace"),
    ],
)
def test_a_deletion_concerns_only_that_user(world: World, operation: str, gone: tuple[str, ...], user: str) -> None:
    name = "shop" if operation.startswith("alibaba") else "bank"

    def delete(cloud: FakeCloud) -> None:
        cloud.ram_access_keys = [each for each in cloud.ram_access_keys if each.access_key_id not in gone]
        cloud.access_keys = [each for each in cloud.access_keys if each.access not in gone]

    getattr(world, name).inject(change(delete), operation=operation)
    result = world.audit("--state", world.state)
    assert result.status == 1
    assert f"account {name}: user {user}: {operation.partition('.')[2]}: status 404" in result.err
    others = {"ada@example.onaliyun.com", "bob@example.onaliyun.com", "eve@example.onaliyun.com", "grace", "linus"}
    assert {json.loads(line)["user_id"] for line in result.lines} == others - {user}
    result = world.audit("--state", world.state)
    assert (result.status, ids(result)) == (0, without(*gone))


def test_an_error_about_a_user_is_reported_without_control_characters(world: World) -> None:
    odd = msgspec.structs.replace(ram_key("ODD", 1, HOSTILE), last_used_date=f"N/A{HOSTILE}")
    world.ram_access_keys.append(odd)
    world.accounts.write_text(ACCOUNTS.replace("[lab]", r'["lab\u001b[2J"]'))
    result = world.audit()
    assert (result.status, ids(result)) == (1, OLDEST_FIRST)
    name = r"\x1b[2J\x9b31m\u202e\r\n\x7f@example.onaliyun.com"
    assert rf"account lab\x1b[2J: user {name}: Invalid RFC3339" in result.err
    assert result.err.replace("\n", "").isprintable()


@pytest.mark.parametrize("point", range(CALLS))
def test_a_run_interrupted_at_any_call_continues_without_repeating_users(world: World, point: int) -> None:
    world.interrupted_at = point
    result = world.audit("--state", world.state, "--at-once", 2)
    assert (result.status, result.out) == (130, "")
    assert "interrupted; run the same command again" in result.err
    known = [json.loads(line)["user_id"] for line in world.state.read_text().splitlines()]
    assert len(known) == len(set(known))
    world.interrupted_at = None
    for cloud in (world, world.shop, world.bank):
        cloud.calls.clear()
    result = world.audit("--state", world.state)
    assert (result.status, ids(result)) == (0, OLDEST_FIRST)
    assert (f"continuing after {len(known)} users in" in result.err) == bool(known)
    assert [target for target in world.targets() for user in known if re.search(rf"\b{user}\b", target)] == []
    assert not world.state.exists()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_program_stopped_by_a_signal_continues(world: World, number: signal.Signals) -> None:
    result = run_with_signal(world, number, NAME, "--state", world.state, "--at-once", 2, world.accounts, free=10)
    assert (result.status, result.out) == (-number if number == signal.SIGKILL else 130, "")
    assert "Traceback" not in result.err
    assert world.state.stat().st_mode & 0o077 == 0
    assert world.secrets_in(world.state.read_text() + result.err) == []
    assert 0 < len(world.state.read_text().splitlines()) < 6
    world.state.write_bytes(world.state.read_bytes()[:-40])  # a kill can also cut off the last line
    world.bank.denied.add(HUAWEI_LIST)
    assert world.audit("--state", world.state).status == 1
    world.bank.denied.discard(HUAWEI_LIST)
    result = world.audit("--state", world.state)
    assert (result.status, ids(result)) == (0, OLDEST_FIRST)
    assert world.secrets_in(result.out + result.err) == []


@pytest.mark.parametrize("content", ["precious\n", "precious", '{"account":"shop"}\n'])
def test_a_file_that_is_not_a_state_is_refused_and_kept(world: World, content: str) -> None:
    world.state.write_text(content)
    result = world.audit("--state", world.state)
    assert (result.status, result.out) == (2, "")
    assert world.state.read_text() == content
    assert world.targets() == []


def test_accounts_that_the_list_no_longer_has_are_left_out(world: World) -> None:
    world.bank.denied.add(HUAWEI_LIST)
    assert world.audit("--state", world.state).status == 1
    world.accounts.write_text(ACCOUNTS.partition("[lab]")[0])
    assert ids(world.audit("--state", world.state)) == ["SHOP-OLD", "SHOP-OFF", "SHOP-NEW"]


def test_after_a_full_disk_the_next_run_continues(world: World) -> None:
    world.bank.access_keys += [iam_key(f"MORE-{number}", 1, f"user-{number}") for number in range(40)]
    result = run_with_full_disk(world, 8, NAME, "--state", world.state, world.accounts)
    assert (result.status, result.out) == (1, "")
    assert "File too large" in result.err
    assert "Traceback" not in result.err
    result = world.audit("--state", world.state, "--older-than", "2")
    assert (result.status, ids(result)) == (0, OLDEST_FIRST)


# The first calls of three accounts, or the calls of one account after the list of its users.
@pytest.mark.parametrize(("first", "free"), [("[shop]", 0), ("[bank]", 1)])
def test_at_most_two_calls_are_in_flight(world: World, first: str, free: int) -> None:
    world.accounts.write_text(ACCOUNTS[ACCOUNTS.index(first) :])
    world.bank.access_keys += [iam_key(f"MORE-{number}", 1, f"user-{number}") for number in range(10)]
    result, most = run_with_two_at_once(world, NAME, world.accounts, free=free)
    assert (result.status, len(result.lines)) == (0, 1 + (4 if free else 8) + 10)
    assert most == 2


def test_a_terminal_shows_a_bar_instead_of_lines(world: World) -> None:
    world.shop.denied.add("alibaba_ims.ListUsers")
    status, shown = run_on_terminal(world, NAME, world.accounts)
    assert status == 1
    assert b"4/4" in shown
    assert b"account shop: ListUsers: status 403" in shown
    assert b"are done" not in shown


@pytest.mark.parametrize(
    ("text", "arguments", "reported"),
    [
        ("[shop", [], "Expected ']'"),
        ('[shop]\ncloud = "aws"', [], "$"),
        ('[shop]\ncloud = "alibaba"\nsecret = "hidden"', [], "unknown field `secret`"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK"]', [], "length >= 2"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK", "MISSING"]', [], "variable MISSING is not set"),
        ('[shop]\ncloud = "alibaba"\ncredentials = ["SHOP_AK", "SHOP_TOKEN"]', [], "variable SHOP_TOKEN is not set"),
        ('[bank]\ncloud = "huawei"\ndomain_id = "a b\\n"', [], "domain_id must be printable"),
        (ACCOUNTS, ["--unused-for", "many"], "--unused-for"),
        (ACCOUNTS, ["--unused-for", "99999999999"], "--unused-for"),
    ],
)
def test_wrong_input_is_reported_before_a_call(world: World, text: str, arguments: list[str], reported: str) -> None:
    world.accounts.write_text(text)
    result = world.audit(*arguments)
    assert (result.status, result.out) == (2, "")
    assert reported in result.err
    assert "hidden" not in result.err
    assert world.targets() == []


def test_without_a_base_url_each_account_needs_a_region(world: World) -> None:
    result = run_main(world, NAME, world.accounts)
    assert (result.status, result.out) == (2, "")
    assert "region" in result.err
