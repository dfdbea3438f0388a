"""What the program shows, what it refuses, and what each of its steps does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

from cloudkeys.auth.credentials import AccessKey
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_access_key, example_leak, example_secret
from cloudkeys.testing.faults import change
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.refusals import UNKNOWN_ACCESS_KEY, WRONG_KEY
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys.testing.vendors import iam_users
from cloudkeys_api.alibaba_sas.models import DescribeAccesskeyLeakListResponse, ModifyAccessKeyLeakDealResponse
from cloudkeys_api.huawei_csms.models import SecretState
from cloudkeys_api.huawei_iam_v5.models import ListUsersResponse, PageInfo
from programs import ended, start
from responding import IAM_USER, LEAK, LEAKED_SECRET, NAME, RAM_USER, SECRET, World, add_key, use, world, yes

VENDORS = ("alibaba", "huawei")
MARK = ("mark", "--as", "manual")


@pytest.fixture(params=VENDORS)
def here(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return world(request.param, tmp_path)


@pytest.fixture
def alibaba(tmp_path: Path) -> World:
    return world("alibaba", tmp_path)


@pytest.fixture
def huawei(tmp_path: Path) -> World:
    return world("huawei", tmp_path)


def test_the_whole_loop_ends_with_a_new_key_that_is_stored_and_works(here: World) -> None:
    end = here.whole()
    assert (end.status, end.err) == (0, "")
    here.assert_done()
    use(here, here.made[0])
    here.assert_silent()
    done = [line.partition(": done")[0] for line in end.lines if ": done" in line]
    assert done == [*here.steps]
    steps = [(entry["step"], entry["state"]) for entry in here.entries()]
    assert steps[:5] == [
        *(("replace", state) for state in ("begun", "created", "stored")),
        *(("deactivate", state) for state in ("begun", "done")),
    ]
    assert here.journal.stat().st_mode & 0o777 == 0o600


def test_the_new_key_can_go_into_a_file_that_nobody_else_reads(here: World) -> None:
    file = here.folder / "new.json"
    end = here.run("replace", "wait", "deactivate", "--secret-file", file, *yes("replace", "deactivate"))
    assert (end.status, end.err) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    key = here.made[0]
    assert json.loads(file.read_text()) == {"access_key_id": key.access_key_id, "secret": key.secret}
    assert here.keys() == {here.key: False, key.access_key_id: True}
    # The next run finds it there.
    again = here.run("replace", "wait", "--secret-file", file, *yes("replace"))
    assert (again.status, again.err) == (0, "")
    assert f"wait: done: {key.access_key_id} works" in again.out
    assert len(here.made) == 1
    here.assert_silent()


def test_it_shows_where_the_key_was_found_and_never_what_leaked(alibaba: World) -> None:
    made = datetime.now(UTC) - timedelta(days=30, hours=1)
    (key,) = alibaba.cloud.ram_access_keys
    used = msgspec.structs.replace(key, create_date=made, last_used_date="2026-01-02T03:04:05Z")
    alibaba.cloud.ram_access_keys[:] = [used]
    end = alibaba.run()
    assert (end.status, end.err) == (0, "")
    assert end.lines == [
        f"leaks: {LEAK}",
        f"leak {LEAK}: source: GitHub",
        f"leak {LEAK}: github_file_url: https://code.example/repository/{LEAK}",
        f"leak {LEAK}: gmt_create: 2024-01-01 08:07:00",
        f"leak {LEAK}: gmt_modified: 2024-01-01 08:07:00",
        f"leak {LEAK}: deal_type: pending",
        f"owner: {RAM_USER}",
        f"key {alibaba.key}: leaked, active, days old: 30, last used: 2026-01-02T03:04:05Z",
    ]
    alibaba.assert_silent()


def test_it_shows_all_keys_of_the_owner(huawei: World) -> None:
    made = datetime.now(UTC) - timedelta(days=3, hours=1)
    other = example_access_key(access="OTHER", user_id=IAM_USER, create_time=made, last_use_time=made)
    huawei.cloud.access_keys += [msgspec.structs.replace(other, status=type(other.status)("inactive"))]
    huawei.cloud.access_keys += [example_access_key(access="STRANGER", user_id="example-user-1")]
    end = huawei.run()
    assert end.lines[0] == f"owner: {IAM_USER}"
    assert end.lines[1].startswith(f"key {huawei.key}: leaked, active, days old: ")
    assert end.lines[2:] == ["key OTHER: inactive, days old: 3, last used: never"]


@pytest.mark.parametrize("is_first", [True, False])
def test_the_owner_is_found_where_the_service_lists_all_users_instead(huawei: World, is_first: bool) -> None:  # noqa: FBT001
    def all_users(cloud: FakeCloud, _request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        users = iam_users.users(cloud)[:: 1 if is_first else -1]
        return json_response(200, ListUsersResponse(users=users, page_info=PageInfo(current_count=len(users))), {})

    huawei.cloud.access_keys.insert(0, example_access_key(access="STRANGER", user_id="example-user-1"))
    huawei.cloud.inject(all_users, operation="huawei_iam_v5.ListUsers")
    assert f"owner: {IAM_USER}" in huawei.run().out


def test_without_yes_nothing_changes(here: World) -> None:
    before = here.state()
    how = MARK[1:] if here.is_alibaba else ()
    end = here.run(*here.steps, "--secret", SECRET, *how)
    assert (end.status, end.err) == (0, "")
    assert [line.split(": would ")[0] for line in end.lines if ": would " in line] == [*here.steps]
    assert "still active" not in end.out  # it wouldn't be, by then
    assert here.state() == before
    assert not here.journal.exists()
    here.assert_silent()


def test_a_step_with_yes_is_not_taken_after_one_that_is_only_shown(here: World) -> None:
    end = here.run("replace", "wait", "deactivate", "--secret", SECRET, "--yes", "deactivate")
    assert end.status == 1
    assert "deactivate: replace comes before it, and is only shown: add --yes replace" in end.err
    assert here.keys() == {here.key: True}


def test_the_steps_keep_their_order_whatever_the_order_of_the_arguments(here: World) -> None:
    end = here.run("delete", "deactivate", *yes("delete", "deactivate"))
    assert end.status == 0
    assert end.out.index("deactivate: done") < end.out.index("delete: done")
    assert here.keys() == {}


def test_a_second_key_is_in_the_way_and_stays(here: World) -> None:
    before = add_key(here, "OTHER")
    end = here.run("replace", "deactivate", "--secret", SECRET, *yes("replace", "deactivate"))
    assert end.status == 1
    assert "has 2 keys and can't have more; in the way: OTHER. Find out who uses it" in end.err
    assert here.keys() == before
    assert not here.journal.exists()


@pytest.mark.parametrize("vendor", VENDORS)
def test_it_does_not_run_with_the_leaked_key(vendor: str, tmp_path: Path) -> None:
    here = world(vendor, tmp_path)
    leaked = AccessKey(here.key, LEAKED_SECRET)
    setattr(here.cloud, f"{vendor}_key", leaked)
    end = here.run("deactivate", *yes("deactivate"))
    assert end.status == 1
    assert f"the credentials that were found are the leaked key {here.key}" in end.err
    assert here.cloud.calls == []
    here.assert_silent()


def test_it_does_not_store_with_the_leaked_key_of_huawei(huawei: World, monkeypatch: pytest.MonkeyPatch) -> None:
    profile = huawei.folder / "credentials"
    own = huawei.cloud.huawei_key
    profile.write_text(
        f"[basic]\nak = {huawei.key}\nsk = {LEAKED_SECRET}\nproject_id = {PROJECT_ID}\n"
        f"[global]\nak = {own.access_key_id}\nsk = {own.secret}\n"
    )
    environment = {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(profile)}
    monkeypatch.setattr("programs.environment", lambda _cloud: environment)
    assert huawei.run().status == 0
    huawei.cloud.calls.clear()
    end = huawei.run("replace", "--secret", SECRET, *yes("replace"))
    assert end.status == 1
    assert "are the leaked key" in end.err
    assert huawei.cloud.calls == []


def test_without_credentials_it_says_where_it_looked(here: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("programs.environment", lambda _cloud: {"HOME": str(here.folder)})
    end = here.run()
    assert end.status == 1
    assert "no credentials were found" in end.err


def test_a_key_that_no_user_has_is_left_alone(here: World) -> None:
    here.cloud.ram_access_keys.clear()
    here.cloud.access_keys.clear()
    shown = here.run()
    assert shown.status == 0
    assert shown.lines[-1].startswith("owner: no user was found who has the key. It is deleted, or")
    end = here.run("deactivate", *yes("deactivate"))
    assert end.status == 1
    assert "or the account's own (root) key" in end.err


@pytest.mark.parametrize("fault", ["absent", "disabled"])
def test_no_key_is_created_for_a_secret_that_takes_no_version(here: World, fault: str) -> None:
    here.cloud.secrets[PROJECT_ID] = []
    if fault == "disabled":
        here.cloud.secrets[PROJECT_ID].append(example_secret(name=SECRET, state=SecretState("DISABLED")))
    end = here.run("replace", "--secret", SECRET, *yes("replace"))
    assert end.status == 1
    assert ("isn't enabled" if fault == "disabled" else "ShowSecret: status 404") in end.err
    assert here.made == []
    assert not here.journal.exists()


@pytest.mark.parametrize("file", ["there", "missing/new.json"])
def test_no_key_is_created_for_a_file_that_cannot_be_made(here: World, file: str) -> None:
    (here.folder / "there").write_text("precious\n")
    end = here.run("replace", "--secret-file", here.folder / file, *yes("replace"))
    assert end.status == 1
    assert "give another --secret-file" in end.err
    assert here.made == []
    assert (here.folder / "there").read_text() == "precious\n"


def test_a_file_that_cannot_be_written_after_all_leaves_a_key_to_discard(here: World) -> None:
    file = here.folder / "new.json"
    here.cloud.inject(change(lambda _cloud: file.write_text("{}")), operation=here.operation("CreateAccessKey"))
    end = here.run("replace", "--secret-file", file, *yes("replace"))
    assert end.status == 1
    assert "File exists" in end.err
    assert file.read_text() == "{}"
    file.unlink()
    again = here.run("replace", "--secret-file", file, *yes("replace", "discard"))
    assert again.status == 0
    assert json.loads(file.read_text())["access_key_id"] == here.made[1].access_key_id
    assert set(here.keys()) == {here.key, here.made[1].access_key_id}
    here.assert_silent()


def test_a_secret_without_permission_leaves_a_key_to_discard(here: World) -> None:
    here.cloud.denied.add("huawei_csms.CreateSecretVersion")
    end = here.whole()
    assert end.status == 1
    assert "CreateSecretVersion: status 403" in end.err
    # It was refused, so nothing was stored: there is nothing to look for.
    assert here.cloud.calls[-1].operation == "huawei_csms.CreateSecretVersion"
    assert f"run the same command again: it continues from {here.journal}" in end.err
    here.cloud.denied.clear()
    assert here.whole("--yes", "discard").status == 0
    here.assert_done()


def test_a_key_begun_for_one_place_does_not_go_into_another(here: World) -> None:
    here.cloud.denied.add("huawei_csms.CreateSecretVersion")
    here.whole()
    end = here.run("replace", "--secret-file", here.folder / "new.json", *yes("replace", "discard"))
    assert end.status == 1
    assert f"the new key goes to secret {SECRET} of project {PROJECT_ID}: give the same" in end.err


def unknown_at_first(here: World, times: int | None) -> None:
    """Let the new key be unknown to the cloud at first, or forever."""
    refusal = UNKNOWN_ACCESS_KEY if here.is_alibaba else WRONG_KEY
    left = [times]

    def fault(cloud: FakeCloud, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        is_new = any(key.access_key_id in request.headers["authorization"] for key in here.made)
        if not is_new or left[0] == 0:
            return serve()
        left[0] = left[0] and left[0] - 1
        return refusal.respond(cloud.new_request_id())

    here.cloud.inject(fault, operation=here.operation("ShowAccessKeyLastUsed"), times=None)


def test_it_waits_until_the_new_key_is_known(here: World) -> None:
    unknown_at_first(here, 3)
    end = here.run("replace", "wait", "--secret", SECRET, *yes("replace"), "--wait-at-most", 30)
    assert (end.status, end.err) == (0, "")
    asked = [call for call in here.cloud.calls if call.caller == here.made[0].access_key_id]
    assert [call.status < 400 for call in asked] == [False, False, False, True]


def test_a_new_key_that_stays_unknown_keeps_the_old_one_active(here: World) -> None:
    unknown_at_first(here, None)
    end = here.whole()
    assert end.status == 1
    assert f"wait: {here.made[0].access_key_id} doesn't work yet" in end.err
    assert here.keys() == {here.key: True, here.made[0].access_key_id: True}
    here.assert_silent()


def test_a_missing_permission_shows_that_the_new_key_works(here: World) -> None:
    operation = here.operation("ShowAccessKeyLastUsed")
    here.cloud.inject(change(lambda cloud: cloud.denied.add(operation)), operation="huawei_csms.CreateSecretVersion")
    end = here.run("replace", "wait", "--secret", SECRET, *yes("replace"))
    assert (end.status, end.err) == (0, "")
    assert here.cloud.calls[-1].status == 403
    assert "wait: done" in end.out


def test_wait_needs_a_key_that_is_stored_and_still_there(here: World) -> None:
    end = here.run("wait", "--secret", SECRET)
    assert end.status == 1
    assert "wait: no new key is stored: ask for replace, too" in end.err
    assert here.run("replace", "--secret", SECRET, *yes("replace")).status == 0
    with here.cloud.huawei() as client:
        client.csms.create_secret_version(SECRET, secret_string="another")  # noqa: S106 - a fake
    end = here.run("wait", "--secret", SECRET)
    assert end.status == 1
    assert f"wait: {here.made[0].access_key_id} isn't current in secret {SECRET}" in end.err


def test_a_new_key_that_is_deleted_by_somebody_is_not_taken_for_a_replacement(here: World) -> None:
    assert here.run("replace", "--secret", SECRET, *yes("replace")).status == 0
    here.cloud.ram_access_keys[1:] = []
    here.cloud.access_keys[1:] = []
    end = here.run("replace", "deactivate", "--secret", SECRET, *yes("replace", "deactivate"))
    assert end.status == 1
    assert f"replace: {here.made[0].access_key_id} is deleted: move {here.journal} away" in end.err
    assert here.keys() == {here.key: True}


def test_what_is_inactive_or_deleted_already_is_said(here: World) -> None:
    assert here.run("deactivate", *yes("deactivate")).status == 0
    calls = len(here.cloud.calls)
    again = here.run("deactivate", "delete", *yes("deactivate", "delete"))
    assert f"deactivate: {here.key} is inactive" in again.out
    assert here.operation("UpdateAccessKey") not in [call.operation for call in here.cloud.calls[calls:]]
    last = here.run("delete", *yes("delete"))
    assert (last.status, last.lines[-1]) == (0, f"delete: {here.key} is deleted")


def test_an_active_key_is_not_deleted(here: World) -> None:
    for arguments in (["delete"], ["delete", "--yes", "delete"]):
        end = here.run(*arguments)
        assert end.status == 1
        assert f"delete: {here.key} is active: deactivate it first" in end.err
    assert here.keys() == {here.key: True}


def slept(happens: Callable[[], None] = lambda: None) -> Any:
    """Let no time pass where the program sleeps, but something happen."""
    return mock.patch("time.sleep", side_effect=lambda _seconds: happens())


def test_a_last_use_that_moves_ends_the_watch_and_the_run(here: World) -> None:
    leaked = AccessKey(here.key, LEAKED_SECRET)
    with slept(lambda: use(here, leaked)):
        end = here.run("watch", "delete", *yes("delete"), "--watch", 60)
    assert end.status == 1
    assert f"watch: {here.key} was used at 20" in end.err
    assert set(here.keys()) == {here.key}
    # Another watch begins anew.
    with slept():
        assert here.run("watch", "--watch", 60).status == 0
    assert [entry["state"] for entry in here.entries()] == ["begun", "moved", "begun"]
    here.assert_silent()


def test_a_watch_goes_on_from_where_it_was_interrupted(here: World) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with slept(interrupt):
        assert here.run("watch", "--watch", 60).status == 130
    with slept(interrupt):
        assert here.run("watch", "--watch", 60).status == 130
    assert len(here.entries()) == 1
    begun = {**here.entries()[0], "at": (datetime.now(UTC) - timedelta(seconds=61)).isoformat()}
    here.journal.write_text(json.dumps(begun) + "\n")
    with slept(interrupt):
        assert here.run("watch", "--watch", 60).status == 0
    use(here, AccessKey(here.key, LEAKED_SECRET))
    with slept(interrupt):
        assert here.run("watch", "--watch", 60).status == 1


def test_a_watch_that_began_before_the_key_was_deactivated_begins_anew(here: World) -> None:
    assert here.run("watch", "deactivate", *yes("deactivate")).status == 0
    assert [entry["step"] for entry in here.entries()] == ["deactivate", "deactivate", "watch"]
    here.journal.write_text("".join(f"{json.dumps(entry)}\n" for entry in here.entries()[::-1]))
    assert here.run("watch").status == 0
    assert [entry["step"] for entry in here.entries()] == ["watch", "deactivate", "deactivate", "watch"]


def test_a_mark_is_looked_for_in_the_list(alibaba: World) -> None:
    def unmarked(_cloud: FakeCloud, _request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        return json_response(200, ModifyAccessKeyLeakDealResponse(request_id="1"), {})

    alibaba.cloud.inject(unmarked, operation="alibaba_sas.ModifyAccessKeyLeakDeal")
    end = alibaba.run(*MARK, *yes("mark"))
    assert end.status == 1
    assert "mark: the service accepted it, but doesn't show it yet: run the same command again" in end.err
    assert "mark: done" not in end.out
    again = alibaba.run(*MARK, *yes("mark"))
    assert again.status == 0
    assert f"mark: done: mark leak {LEAK} as manual" in again.out
    assert f"mark: leak {LEAK} is marked as manual" in alibaba.run(*MARK, *yes("mark")).out
    assert [call.operation for call in alibaba.cloud.calls].count("alibaba_sas.ModifyAccessKeyLeakDeal") == 2


def test_a_mark_warns_that_it_disables_nothing(alibaba: World) -> None:
    end = alibaba.run("mark", "--as", "disable", *yes("mark"))
    assert end.status == 0
    assert f"mark: {alibaba.key} is still active, and no mark disables it" in end.out
    assert alibaba.keys() == {alibaba.key: True}
    assert alibaba.run("deactivate", *yes("deactivate")).status == 0
    assert "still active" not in alibaba.run(*MARK, *yes("mark")).out


def test_of_several_leaks_one_is_chosen(alibaba: World) -> None:
    alibaba.cloud.leaks.append(example_leak(8, accesskey_id=alibaba.key))
    end = alibaba.run(*MARK, *yes("mark"))
    assert end.status == 1
    assert "mark: of the leaks [7, 8] one must be chosen" in end.err
    assert end.out.startswith("leaks: 7, 8\n")
    assert alibaba.run(*MARK, "--leak", 8, *yes("mark")).status == 0
    assert {leak.id: leak.deal_type for leak in alibaba.cloud.leaks} == {1: "pending", 7: "pending", 8: "manual"}


def test_the_leaks_of_other_keys_are_not_its_own(alibaba: World) -> None:
    def all_leaks(cloud: FakeCloud, _request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        body = DescribeAccesskeyLeakListResponse(total_count=2, access_key_leak_list=cloud.leaks)
        return json_response(200, body, {})

    alibaba.cloud.inject(all_leaks, operation="alibaba_sas.DescribeAccesskeyLeakList", times=None)
    end = alibaba.run(*MARK)
    assert (end.status, end.err) == (0, "")
    assert end.lines[0] == f"leaks: {LEAK}"
    assert end.lines[-1] == f"mark: would mark leak {LEAK} as manual"


def test_the_leak_of_another_key_is_refused(alibaba: World) -> None:
    end = alibaba.run(*MARK, "--leak", 1, *yes("mark"))
    assert end.status == 1
    assert f"leak 1 is not one of {alibaba.key}" in end.err
    assert {leak.deal_type for leak in alibaba.cloud.leaks} == {"pending"}


def test_a_leak_is_marked_although_the_key_is_deleted(alibaba: World) -> None:
    alibaba.cloud.ram_access_keys.clear()
    assert alibaba.run(*MARK, *yes("mark")).status == 0
    assert {leak.id: leak.deal_type for leak in alibaba.cloud.leaks} == {1: "pending", LEAK: "manual"}


def test_nothing_that_the_service_sent_steers_the_terminal(alibaba: World) -> None:
    url = "https://code.example/\x1b]0;title\x07\u202e" + "a" * 1000
    alibaba.cloud.leaks.append(example_leak(8, accesskey_id=alibaba.key, url=url))
    end = alibaba.run("replace", "--secret-file", alibaba.folder / "a\x1bb" / "c", *yes("replace"))
    assert end.status == 1
    assert r"\x1b]0;title\x07\u202e" in end.out
    assert (end.out + end.err).replace("\n", "").isprintable()
    assert max(map(len, end.lines)) < 400


WRONG: dict[str, tuple[list[object], str]] = {
    "a path for a key": ([], "isn't [A-Za-z0-9]"),
    "an unknown step": (["repalce"], "isn't replace|wait"),
    "yes without the step": (["deactivate", "--yes", "delete"], "--yes delete: the step isn't asked for"),
    "nothing to store in": (["replace"], "replace and wait need --secret or --secret-file"),
    "two to store in": (["replace", "--secret", "a", "--secret-file", "b"], "not allowed with argument"),
    "a mark without its kind": (["mark"], "mark is for alibaba, and needs --as"),
    "a mark at huawei": (list(MARK), "mark is for alibaba, and needs --as"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_reported_before_anything_is_sent(case: str, tmp_path: Path) -> None:
    here = world("alibaba" if case == "a mark without its kind" else "huawei", tmp_path)
    arguments, message = WRONG[case]
    key = "../KEY" if "path" in case else here.key
    with mock.patch.object(World, "key", key):
        end = here.run(*arguments)
    assert (end.status, end.out) == (2, "")
    assert message in end.err
    assert here.cloud.calls == []


@pytest.mark.parametrize("content", [b'{"key": "ANOTHER"}', b'{"key": "KEY"}', b"[]", b"no JSON", b"\xff"])
def test_a_journal_that_is_not_its_own_is_refused(here: World, content: bytes) -> None:
    here.journal.write_bytes(content.replace(b"KEY", here.key.encode()) + b"\n")
    end = here.run("deactivate", *yes("deactivate"))
    assert (end.status, end.out) == (2, "")
    assert here.cloud.calls == []


def test_the_journal_lies_beside_by_itself(huawei: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(huawei.folder)
    with mock.patch.object(World, "arguments", lambda here, *rest: [here.vendor, here.key, *rest]):
        assert huawei.run("deactivate", *yes("deactivate")).status == 0
    assert huawei.entries()[-1]["state"] == "done"


def test_it_runs_as_a_program(here: World) -> None:
    how = ["--as", "manual"] if here.is_alibaba else []
    steps = [*here.steps, "--secret", SECRET, *yes(*here.steps), *how]
    with here.cloud.serving() as url, here.noting_keys():
        end = ended(start(here.cloud, NAME, "--base-url", url, *here.arguments(*steps)))
    here.texts += [end.out, end.err]
    assert (end.status, end.err) == (0, "")
    here.assert_done()
    here.assert_silent()
