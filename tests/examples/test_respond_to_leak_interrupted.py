"""If anything fails at any call, the next run reaches the same end as an undisturbed one."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest
from cloudkeys.testing.faults import (
    Fault,
    after_effect,
    broken_connection,
    change,
    failed,
    gateway_page,
    malformed,
    slow,
    throttled,
)
from programs import run_with_signal
from responding import CALLS, NAME, SECRET, KilledError, World, killed, new_world, store_version, use, yes

ONCE: dict[str, Fault] = {
    "reset": broken_connection(),
    "killed before": killed(after=False),
    "killed after": killed(after=True),
}
LASTING: dict[str, Fault] = {
    "throttled": throttled(retry_after=0),
    "failed": failed(),
    "gateway page after effect": after_effect(gateway_page(504)),
    "time-out": slow(1000),
    "malformed": malformed(),
    "interrupted": killed(after=True, error=KeyboardInterrupt),
}
LOST = ("gateway page after effect", "time-out", "malformed")
"""The faults with which the call takes effect, but the response is lost."""
KEYS = ("ListUsers", "ListAccessKeys", "ShowAccessKeyLastUsed", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
CSMS = ("huawei_csms.ShowSecret", "huawei_csms.ListSecretVersions", "huawei_csms.CreateSecretVersion")
SAS = (
    "alibaba_sas.DescribeAccesskeyLeakList",
    "alibaba_sas.DescribeAccessKeyLeakDetail",
    "alibaba_sas.ModifyAccessKeyLeakDeal",
)


def operations() -> list[tuple[str, str]]:
    """Return all operations that the program calls; those of CSMS and Security Center for one vendor."""
    alibaba, huawei = (new_world(vendor, Path()) for vendor in ("alibaba", "huawei"))
    return [
        *(("alibaba", operation) for operation in (*map(alibaba.operation, KEYS), *SAS)),
        *(("huawei", operation) for operation in (*map(huawei.operation, KEYS), *CSMS)),
    ]


def run_disturbed(world: World, attempts: int = 4) -> int:
    """Run all steps, and return the exit status; -9 stands for a kill."""
    try:
        return world.run_all(attempts=attempts).status
    except KilledError:
        return -9


@pytest.mark.parametrize("fault", ONCE)
@pytest.mark.parametrize(
    ("world", "number"),
    [(vendor, number) for vendor, count in CALLS.items() for number in range(count)],
    indirect=["world"],
)
def test_the_next_run_makes_up_for_a_fault_at_any_call(world: World, number: int, fault: str) -> None:
    world.cloud.inject(ONCE[fault], after=number)
    run_disturbed(world, attempts=1)
    assert world.run_all("--yes", "discard").status == 0
    world.assert_done()


@pytest.mark.parametrize("fault", LASTING)
@pytest.mark.parametrize(("world", "operation"), operations(), indirect=["world"])
def test_a_lasting_fault_ends_the_run_and_the_next_run_makes_up_for_it(
    world: World, operation: str, fault: str
) -> None:
    is_on = True

    def switched(cloud: FakeCloud, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        return LASTING[fault](cloud, request, serve) if is_on else serve()

    world.cloud.inject(switched, operation=operation, times=None)
    status = run_disturbed(world)
    is_on = False
    # A version whose response was lost is found at once, and an empty response can't be malformed.
    is_found = operation == "huawei_csms.CreateSecretVersion" and fault in LOST
    is_empty = operation == "huawei_iam_v5.DeleteAccessKey" and fault == "malformed"
    assert status == (0 if is_found or is_empty else 130 if fault == "interrupted" else 1)
    assert world.run_all("--yes", "discard").status == 0
    world.assert_done()


@pytest.mark.parametrize("operation", ["ListSecretVersions", "ShowSecretStage", "ShowSecretVersion"])
def test_the_next_run_finds_a_version_whose_response_was_lost(huawei: World, operation: str) -> None:
    huawei.cloud.inject(after_effect(gateway_page()), operation="huawei_csms.CreateSecretVersion")
    # The listing before the creation has two pages.
    after = 2 if operation == "ListSecretVersions" else 0
    huawei.cloud.inject(failed(), operation=f"huawei_csms.{operation}", times=4, after=after)
    assert f"{operation}: status 500" in huawei.run_in_vain(*huawei.all_steps)
    assert huawei.run_all().status == 0
    huawei.assert_done()
    assert len(huawei.created) == 1


def test_an_older_version_is_not_read(huawei: World) -> None:
    huawei.cloud.inject(failed(), operation="huawei_csms.CreateSecretVersion")
    assert huawei.run_all().status == 1
    called = [call.operation for call in huawei.cloud.calls]
    assert called[-2:] == ["huawei_csms.ListSecretVersions", "huawei_csms.ShowSecretStage"]


@pytest.mark.parametrize("value", ['{"access_key_id": "OTHER", "secret": "another"}', "[]", "another"])
def test_a_version_that_somebody_else_stored_is_not_the_new_key(huawei: World, value: str) -> None:
    huawei.cloud.denied.add("huawei_csms.CreateSecretVersion")
    assert huawei.run_all().status == 1
    huawei.cloud.denied.clear()
    store_version(huawei, value)
    result = huawei.run("replace", "--secret", SECRET)
    assert (result.status, result.err) == (0, "")
    assert f"discard: would delete {huawei.created[0].access_key_id}" in result.out


def test_a_version_with_another_secret_does_not_count_as_stored(huawei: World) -> None:
    def store_another(cloud: FakeCloud, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        store_version(huawei, json.dumps({"access_key_id": huawei.created[0].access_key_id, "secret": "another"}))
        return failed()(cloud, request, serve)

    huawei.cloud.inject(store_another, operation="huawei_csms.CreateSecretVersion")
    assert "CreateSecretVersion: status 500" in huawei.run_in_vain(*huawei.all_steps)


@pytest.mark.parametrize("world", CALLS, indirect=True)
def test_a_key_whose_secret_is_lost_is_deleted_only_with_yes(world: World) -> None:
    world.cloud.inject(broken_connection(), operation=world.operation("CreateAccessKey"))
    assert world.run_all().status == 1
    (orphan,) = world.keys().keys() - {world.key}
    shown = world.run("replace", "deactivate", "--secret", SECRET)
    assert shown.status == 0
    assert f"discard: would delete {orphan}, a new key whose secret is lost" in shown.out
    assert "replace: would create a key" in shown.out
    refused = world.run_all()
    assert refused.status == 1
    assert "replace: discard comes first, but was only shown: add --yes discard" in refused.err
    assert set(world.keys()) == {world.key, orphan}
    assert world.run("replace", "--secret", SECRET, "--yes", "discard").status == 0
    assert set(world.keys()) == {world.key}
    assert world.run_all().status == 0
    world.assert_done()


@pytest.mark.parametrize("world", CALLS, indirect=True)
def test_a_new_key_that_somebody_uses_is_not_discarded(world: World) -> None:
    world.cloud.inject(broken_connection(), operation=world.operation("CreateAccessKey"))
    run_disturbed(world)
    use(world, world.created[0])
    assert "find out who has its secret" in world.run_in_vain(*world.all_steps, "--yes", "discard")
    assert len(world.keys()) == 2


OTHER_KEYS: dict[str, tuple[str, Fault, list[str], str]] = {
    "a refused creation": ("huawei_iam_v5.CreateAccessKey", throttled(), ["OTHER"], "the other key: OTHER"),
    "another ID": ("huawei_csms.CreateSecretVersion", throttled(), ["OTHER"], "the other key: OTHER"),
    "two new keys": ("huawei_iam_v5.CreateAccessKey", killed(after=False), ["ONE", "TWO"], "ONE and TWO are new"),
}


@pytest.mark.parametrize("case", OTHER_KEYS)
def test_keys_that_the_program_did_not_create_are_not_discarded(huawei: World, case: str) -> None:
    operation, fault, others, message = OTHER_KEYS[case]
    huawei.cloud.inject(fault, operation=operation, times=4)
    assert run_disturbed(huawei) != 0
    huawei.remove_keys_after(1)
    for key_id in others:
        huawei.add_key(key_id)
    before = huawei.keys()
    assert message in huawei.run_in_vain(*huawei.all_steps, "--yes", "discard")
    assert huawei.keys() == before


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_after_a_signal_the_next_run_continues(huawei: World, number: signal.Signals) -> None:
    steps = [*huawei.arguments(*huawei.all_steps), "--yes", "discard"]
    with huawei.recording_created_keys():
        # The 9th call creates the key.
        result = run_with_signal(huawei.cloud, number, NAME, *steps, free=9)
    huawei.texts += [result.out, result.err]
    assert result.status == (-number if number == signal.SIGKILL else 130)
    assert huawei.entries()[-1]["state"] == "created"
    assert huawei.run_all("--yes", "discard").status == 0
    huawei.assert_done()


def test_a_line_that_a_kill_cut_off_is_dropped(huawei: World) -> None:
    huawei.cloud.inject(killed(after=False), operation="huawei_csms.CreateSecretVersion")
    run_disturbed(huawei)
    with huawei.journal.open("ab") as file:
        file.write(b'{"step": "replace", "state": "sto')
    assert huawei.run_all("--yes", "discard").status == 0
    huawei.assert_done()
    assert all(isinstance(entry, dict) for entry in huawei.entries())


def test_two_runs_at_once_do_not_write_to_one_journal(huawei: World) -> None:
    def write(_cloud: FakeCloud) -> None:
        with huawei.journal.open("a") as file:
            file.write("{}\n")

    huawei.cloud.inject(change(write), operation="huawei_iam_v5.UpdateAccessKey")
    assert "another run is writing to" in huawei.run_in_vain("deactivate", *yes("deactivate"))
