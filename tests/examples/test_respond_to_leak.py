"""What the program shows, what it refuses, and what each step does."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest import mock

import msgspec
import pytest

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_access_key, example_leak, example_secret
from cloudkeys.testing.faults import Fault, change
from cloudkeys.testing.http.messages import json_response
from cloudkeys.testing.refusals import UNKNOWN_ACCESS_KEY, WRONG_KEY
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys.testing.vendors import iam_users
from cloudkeys_api.alibaba_sas.models import DescribeAccesskeyLeakListResponse, ModifyAccessKeyLeakDealResponse
from cloudkeys_api.huawei_csms.models import Secret, SecretState
from cloudkeys_api.huawei_iam_v5.models import ListUsersResponse, PageInfo
from programs import start, wait_for
from responding import (
    CALLS,
    IAM_USER,
    LEAK,
    LEAKED_SECRET,
    NAME,
    RAM_USER,
    SECRET,
    STEPS,
    World,
    new_world,
    store_version,
    use,
    yes,
)

MARK = ("mark", "--as", "manual")


def respond(body: object) -> Fault:
    """Return a fault that responds without an effect."""
    return lambda _cloud, _request, _serve: json_response(200, body, {})


def test_all_steps_end_with_a_new_key_and_another_run_changes_nothing(world: World) -> None:
    result = world.run_all()
    assert (result.status, result.err) == (0, "")
    world.assert_done()
    assert len(world.cloud.calls) == CALLS[world.vendor]
    use(world, world.created[0])
    done = [line.partition(": done")[0] for line in result.lines if ": done" in line]
    assert done == ["replace", "wait", "deactivate", "watch", "delete", "mark"][: len(done)]
    assert [entry["state"] for entry in world.entries()[:5]] == ["begun", "created", "stored", "begun", "done"]
    assert world.journal.stat().st_mode & 0o777 == 0o600
    before = world.state()
    again = world.run_all("--yes", "discard")
    assert again.status == 0
    assert "replace: already done" in again.out
    assert f"delete: {world.key} is already deleted" in again.out
    assert world.state() == before


def test_the_new_key_can_be_stored_in_a_private_file(world: World) -> None:
    file = world.folder / "new.json"
    result = world.run("replace", "wait", "deactivate", "--secret-file", file, *yes("replace", "deactivate"))
    assert (result.status, result.err) == (0, "")
    assert file.stat().st_mode & 0o777 == 0o600
    key = world.created[0]
    assert json.loads(file.read_text()) == {"access_key_id": key.access_key_id, "secret": key.secret}
    assert world.keys() == {world.key: False, key.access_key_id: True}
    # A kill before the entry "stored" loses nothing: the next run finds the key in the file.
    lines = world.journal.read_text().splitlines(keepends=True)
    world.journal.write_text("".join(lines[:2]))
    again = world.run("replace", "wait", "deactivate", "--secret-file", file, *yes("replace", "deactivate"))
    assert (again.status, again.err) == (0, "")
    assert f"wait: done: {key.access_key_id} works" in again.out
    assert f"deactivate: {world.key} is already inactive" in again.out
    assert world.created == [key]
    world.assert_silent()


def test_it_shows_where_the_key_was_found_but_not_the_leaked_secret(alibaba: World) -> None:
    created = datetime.now(UTC) - timedelta(days=30, hours=1)
    (key,) = alibaba.cloud.ram_access_keys
    used = msgspec.structs.replace(key, create_date=created, last_used_date="2026-01-02T03:04:05Z")
    alibaba.cloud.ram_access_keys[:] = [used]
    result = alibaba.run()
    assert (result.status, result.err) == (0, "")
    assert result.lines == [
        f"leaks: {LEAK}",
        f"leak {LEAK}: source: GitHub",
        f"leak {LEAK}: github_file_url: https://code.example/repository/{LEAK}",
        f"leak {LEAK}: gmt_create: 2024-01-01 08:07:00",
        f"leak {LEAK}: gmt_modified: 2024-01-01 08:07:00",
        f"leak {LEAK}: deal_type: pending",
        f"owner: {RAM_USER}",
        f"key {alibaba.key}: leaked, active, 30 days old, last used: 2026-01-02T03:04:05Z",
    ]
    alibaba.assert_silent()


@pytest.mark.parametrize("order", [1, -1])
def test_it_shows_all_keys_of_the_owner_even_if_the_service_lists_all_users(huawei: World, order: int) -> None:
    users = iam_users.users(huawei.cloud)[::order]
    all_users = ListUsersResponse(users=users, page_info=PageInfo(current_count=len(users)))
    created = datetime.now(UTC) - timedelta(days=3, hours=1)
    other = example_access_key(access="OTHER", user_id=IAM_USER, create_time=created, last_use_time=created)
    huawei.cloud.access_keys += [msgspec.structs.replace(other, status=type(other.status)("inactive"))]
    huawei.cloud.access_keys.insert(0, example_access_key(access="STRANGER", user_id="example-user-1"))
    huawei.cloud.inject(respond(all_users), operation="huawei_iam_v5.ListUsers")
    result = huawei.run()
    assert result.lines[0] == f"owner: {IAM_USER}"
    assert result.lines[1].startswith(f"key {huawei.key}: leaked, active, ")
    assert result.lines[2:] == ["key OTHER: inactive, 3 days old, last used: never"]


def test_steps_without_yes_are_only_shown(world: World) -> None:
    before, steps = world.state(), list(STEPS) + ["mark"] * world.is_alibaba
    result = world.run(*steps, "--secret", SECRET, *(MARK[1:] if world.is_alibaba else ()))
    assert (result.status, result.err) == (0, "")
    assert [line.split(": would ")[0] for line in result.lines if ": would " in line] == steps
    assert "still active" not in result.out
    assert world.state() == before
    world.assert_silent()


def test_steps_are_taken_in_a_fixed_order(huawei: World) -> None:
    assert huawei.run("delete", "deactivate", *yes("delete", "deactivate")).status == 0
    assert huawei.keys() == {}


def keep_secrets(*secrets: Secret) -> Callable[[World], None]:
    return lambda world: world.cloud.secrets.update({PROJECT_ID: [*secrets]})


def second_leak(world: World) -> None:
    world.cloud.leaks.append(example_leak(8, accesskey_id=world.key))


DISABLED = example_secret(name=SECRET, state=SecretState("DISABLED"))
TO_SECRET = ["replace", "deactivate", "--secret", SECRET, *yes("replace", "deactivate")]
TO_FILE = ["replace", "--yes", "replace", "--secret-file"]
REFUSED: dict[str, tuple[Callable[[World], object] | None, list[str], str]] = {
    "a second key": (lambda world: world.add_key("OTHER"), TO_SECRET, "2 keys, the maximum; the other key: OTHER."),
    "a step that isn't confirmed": (
        None,
        ["replace", "wait", "deactivate", "--secret", SECRET, "--yes", "deactivate"],
        "deactivate: replace comes first, but was only shown: add --yes replace",
    ),
    "no owner": (lambda world: world.remove_keys_after(0), TO_SECRET, "replace: no user has this key. It was deleted"),
    "no secret": (keep_secrets(), TO_SECRET, "ShowSecret: status 404"),
    "a disabled secret": (keep_secrets(DISABLED), TO_SECRET, f"the secret {SECRET} isn't enabled"),
    "a file that exists": (None, [*TO_FILE, __file__], "choose another --secret-file"),
    "a folder that doesn't exist": (None, [*TO_FILE, "/missing/new.json"], "choose another --secret-file"),
    "an active key": (None, ["delete", "--yes", "delete"], "is active: deactivate it first"),
    "an active key without yes": (None, ["delete"], "is active: deactivate it first"),
    "no new key": (None, ["wait", "--secret", SECRET], "no new key is stored: add the step replace"),
    "several leaks": (second_leak, [*MARK, "--yes", "mark"], "mark: choose one of the leaks [7, 8] with --leak"),
    "a leak of another key": (second_leak, [*MARK, "--leak", "1", "--yes", "mark"], "leak 1 is not a leak of LTAI"),
}


@pytest.mark.parametrize(
    ("vendor", "case"),
    [(vendor, case) for vendor in CALLS for case in REFUSED if vendor == "alibaba" or "leak" not in case],
)
def test_a_refused_step_changes_nothing_and_says_what_to_do(vendor: str, case: str, tmp_path: Path) -> None:
    world = new_world(vendor, tmp_path)
    prepare, arguments, message = REFUSED[case]
    if prepare:
        prepare(world)
    before = world.state()
    assert message in world.run_in_vain(*arguments)
    assert world.state() == before
    world.assert_silent()


def test_it_does_not_run_with_the_leaked_key(world: World) -> None:
    setattr(world.cloud, f"{world.vendor}_key", world.leaked)
    assert f"your credentials are the leaked key {world.key}" in world.run_in_vain("deactivate", *yes("deactivate"))
    assert world.cloud.calls == []
    world.assert_silent()


def test_it_does_not_store_the_new_key_with_the_leaked_key(huawei: World, monkeypatch: pytest.MonkeyPatch) -> None:
    profile, other = huawei.folder / "credentials", huawei.cloud.huawei_key
    profile.write_text(
        f"[basic]\nak = {huawei.key}\nsk = {LEAKED_SECRET}\nproject_id = {PROJECT_ID}\n"
        f"[global]\nak = {other.access_key_id}\nsk = {other.secret}\n"
    )
    monkeypatch.setattr("programs.environment", lambda _cloud: {"HUAWEICLOUD_SDK_CREDENTIALS_FILE": str(profile)})
    assert huawei.run().status == 0
    huawei.cloud.calls.clear()
    assert "are the leaked key" in huawei.run_in_vain(*TO_SECRET)
    assert huawei.cloud.calls == []


def test_a_key_without_an_owner_is_reported(world: World) -> None:
    world.remove_keys_after(0)
    result = world.run()
    assert (result.status, result.err) == (0, "")
    assert result.lines[-1].startswith("owner: no user has this key. It was deleted, ")


def test_a_file_that_appears_after_the_check_is_not_overwritten(huawei: World) -> None:
    file = huawei.folder / "new.json"
    huawei.cloud.inject(change(lambda _cloud: file.write_text("{}")), operation="huawei_iam_v5.CreateAccessKey")
    replace = ["replace", "--secret-file", file, *yes("replace", "discard")]
    assert "File exists" in huawei.run_in_vain(*replace)
    assert file.read_text() == "{}"
    file.unlink()
    assert huawei.run(*replace).status == 0
    assert json.loads(file.read_text())["access_key_id"] == huawei.created[1].access_key_id
    assert set(huawei.keys()) == {huawei.key, huawei.created[1].access_key_id}


def test_another_run_must_use_the_same_store(huawei: World) -> None:
    huawei.cloud.denied.add("huawei_csms.CreateSecretVersion")
    result = huawei.run_all()
    assert result.status == 1
    assert "CreateSecretVersion: status 403" in result.err
    # A refused call stored nothing, so the program doesn't look for the version.
    assert huawei.cloud.calls[-1].operation == "huawei_csms.CreateSecretVersion"
    assert f"run the same command again: it continues from {huawei.journal}" in result.err
    assert f"the earlier run used secret {SECRET} of project {PROJECT_ID} for the new key" in huawei.run_in_vain(
        "replace", "--secret-file", huawei.folder / "new.json", *yes("replace", "discard")
    )


@pytest.mark.parametrize("times", [3, None])
def test_it_waits_until_the_new_key_is_known(world: World, times: int | None) -> None:
    refusal = UNKNOWN_ACCESS_KEY if world.is_alibaba else WRONG_KEY
    left = [times]

    def unknown(cloud: FakeCloud, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        is_new = any(key.access_key_id in request.headers["authorization"] for key in world.created)
        if not is_new or left[0] == 0:
            return serve()
        left[0] = left[0] and left[0] - 1
        return refusal.respond(cloud.new_request_id())

    world.cloud.inject(unknown, operation=world.operation("ShowAccessKeyLastUsed"), times=None)
    result = world.run("wait", *TO_SECRET, "--wait-at-most", times or 0.05)
    new = world.created[0].access_key_id
    if times:
        assert (result.status, result.err) == (0, "")
        statuses = [call.status for call in world.cloud.calls if call.caller == new]
        assert [status < 400 for status in statuses] == [False, False, False, True]
    else:
        assert result.status == 1
        assert f"wait: {new} doesn't work yet" in result.err
    assert world.keys() == {world.key: times is None, new: True}


def test_a_missing_permission_shows_that_the_new_key_works(world: World) -> None:
    operation = world.operation("ShowAccessKeyLastUsed")
    world.cloud.inject(change(lambda cloud: cloud.denied.add(operation)), operation="huawei_csms.CreateSecretVersion")
    result = world.run("replace", "wait", "--secret", SECRET, *yes("replace"))
    assert (result.status, result.err) == (0, "")
    assert world.cloud.calls[-1].status == 403
    assert "wait: done" in result.out


def test_a_new_key_must_still_exist_and_be_current(huawei: World) -> None:
    assert huawei.run(*TO_SECRET[:1], *TO_SECRET[2:4], "--yes", "replace").status == 0
    new = huawei.created[0].access_key_id
    store_version(huawei, "another")
    assert f"wait: {new} is no longer current in secret {SECRET}" in huawei.run_in_vain("wait", "--secret", SECRET)
    huawei.remove_keys_after(1)
    assert f"replace: {new} was deleted: move {huawei.journal} away" in huawei.run_in_vain(*TO_SECRET)
    assert huawei.keys() == {huawei.key: True}


def sleeping(effect: Callable[[], object] = lambda: None) -> Any:
    """Let the program sleep for no time, while something happens."""
    return mock.patch("time.sleep", side_effect=lambda _seconds: effect())


def test_a_new_use_of_the_key_ends_the_run(world: World) -> None:
    with sleeping(lambda: use(world, world.leaked)):
        assert f"watch: {world.key} was used at 20" in world.run_in_vain(
            "watch", "delete", *yes("delete"), "--watch", 60
        )
    assert set(world.keys()) == {world.key}
    with sleeping():
        assert world.run("watch", "--watch", 60).status == 0
    assert [entry["state"] for entry in world.entries()] == ["begun", "moved", "begun"]
    world.assert_silent()


def test_an_interrupted_watch_continues(huawei: World) -> None:
    with sleeping(mock.Mock(side_effect=KeyboardInterrupt)):
        assert [huawei.run("watch", "--watch", 60).status for _ in range(2)] == [130, 130]
        (entry,) = huawei.entries()
        entry["at"] = (datetime.now(UTC) - timedelta(seconds=61)).isoformat()
        huawei.journal.write_text(json.dumps(entry) + "\n")
        assert huawei.run("watch", "--watch", 60).status == 0
        use(huawei, huawei.leaked)
        assert huawei.run("watch", "--watch", 60).status == 1


def test_a_watch_from_before_the_deactivation_begins_again(huawei: World) -> None:
    for steps in (["watch"], ["deactivate", *yes("deactivate")], ["watch"]):
        assert huawei.run(*steps).status == 0
    assert [entry["step"] for entry in huawei.entries()] == ["watch", "deactivate", "deactivate", "watch"]


def test_a_mark_counts_once_the_list_shows_it(alibaba: World) -> None:
    operation = "alibaba_sas.ModifyAccessKeyLeakDeal"
    alibaba.cloud.inject(respond(ModifyAccessKeyLeakDealResponse(request_id="1")), operation=operation)
    runs = [alibaba.run(*MARK, *yes("mark")) for _ in range(3)]
    assert [run.status for run in runs] == [1, 0, 0]
    assert "mark: accepted, but the service doesn't show it yet: run the same command again" in runs[0].err
    assert "mark: done" not in runs[0].out
    assert f"mark: done: mark leak {LEAK} as manual" in runs[1].out
    assert f"mark: leak {LEAK} is already marked as manual" in runs[2].out
    assert [call.operation for call in alibaba.cloud.calls].count(operation) == 2


def test_a_mark_warns_that_the_key_is_still_active(alibaba: World) -> None:
    result = alibaba.run("mark", "--as", "disable", *yes("mark"))
    assert result.status == 0
    assert f"mark: {alibaba.key} is still active: no mark disables a key" in result.out
    assert alibaba.keys() == {alibaba.key: True}
    assert alibaba.run("deactivate", *yes("deactivate")).status == 0
    assert "still active" not in alibaba.run(*MARK, *yes("mark")).out


def test_the_chosen_leak_of_a_deleted_key_is_marked(alibaba: World) -> None:
    second_leak(alibaba)
    alibaba.remove_keys_after(0)
    result = alibaba.run(*MARK, "--leak", 8, *yes("mark"))
    assert (result.status, result.lines[0]) == (0, "leaks: 8")
    assert {leak.id: leak.deal_type for leak in alibaba.cloud.leaks} == {1: "pending", 7: "pending", 8: "manual"}


def test_leaks_of_other_keys_are_ignored(alibaba: World) -> None:
    all_leaks = DescribeAccesskeyLeakListResponse(total_count=2, access_key_leak_list=alibaba.cloud.leaks)
    alibaba.cloud.inject(respond(all_leaks), operation="alibaba_sas.DescribeAccesskeyLeakList", times=None)
    result = alibaba.run(*MARK)
    assert (result.status, result.err) == (0, "")
    assert result.lines[0] == f"leaks: {LEAK}"
    assert result.lines[-1] == f"mark: would mark leak {LEAK} as manual"


def test_control_characters_are_escaped(alibaba: World) -> None:
    url = "https://code.example/\x1b]0;title\x07\u202e" + "a" * 1000
    alibaba.cloud.leaks.append(example_leak(8, accesskey_id=alibaba.key, url=url))
    result = alibaba.run("replace", "--secret-file", alibaba.folder / "a\x1bb" / "c", *yes("replace"))
    assert result.status == 1
    assert r"\x1b]0;title\x07\u202e" in result.out
    assert (result.out + result.err).replace("\n", "").isprintable()
    assert max(map(len, result.lines)) < 400


WRONG: dict[str, tuple[list[object], str]] = {
    "a path as the key": ([], "isn't [A-Za-z0-9]"),
    "an unknown step": (["repalce"], "isn't replace|wait"),
    "yes without the step": (["deactivate", "--yes", "delete"], "--yes delete: the step isn't listed"),
    "no store": (["replace"], "replace and wait need --secret or --secret-file"),
    "two stores": (["replace", "--secret", "a", "--secret-file", "b"], "not allowed with argument"),
    "a mark without its kind": (["mark"], "mark is for alibaba, and needs --as"),
    "a mark at huawei": (list(MARK), "mark is for alibaba, and needs --as"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_arguments_are_reported_before_any_request(case: str, tmp_path: Path) -> None:
    world = new_world("alibaba" if case == "a mark without its kind" else "huawei", tmp_path)
    arguments, message = WRONG[case]
    with mock.patch.object(World, "key", "../KEY" if "path" in case else world.key):
        result = world.run(*arguments)
    assert (result.status, result.out) == (2, "")
    assert message in result.err
    assert world.cloud.calls == []


@pytest.mark.parametrize("content", [b'{"key": "ANOTHER"}', b'{"key": "KEY"}', b"[]", b"no JSON", b"\xff"])
def test_the_journal_of_another_key_is_refused(huawei: World, content: bytes) -> None:
    huawei.journal.write_bytes(content.replace(b"KEY", huawei.key.encode()) + b"\n")
    result = huawei.run("deactivate", *yes("deactivate"))
    assert (result.status, result.out) == (2, "")
    assert huawei.cloud.calls == []


@pytest.mark.parametrize("world", ["huawei"], indirect=True)
def test_it_runs_as_a_program_with_its_journal_in_the_current_folder(world: World) -> None:
    times = ["--wait-at-most", 10, "--watch", 0]
    with world.cloud.serving() as url, world.recording_created_keys():
        arguments = [world.vendor, world.key, "--base-url", url, *times, *world.all_steps]
        result = wait_for(start(world.cloud, NAME, *arguments, cwd=world.folder))
    world.texts += [result.out, result.err]
    assert (result.status, result.err) == (0, "")
    world.assert_done()
    assert world.journal.exists()
