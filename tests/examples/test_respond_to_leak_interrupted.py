"""Whatever goes wrong at whichever call, the next run ends where an undisturbed one does."""

from __future__ import annotations

import json
import os
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
from cloudkeys.testing.http.server import serving
from programs import TIME_LIMIT, Gate, ended, start
from responding import NAME, SECRET, KilledError, Switched, World, add_key, killed, use, world, yes

FAULTS: dict[str, Fault] = {
    "throttled": throttled(retry_after=0),
    "failed": failed(),
    "gateway page": gateway_page(),
    "reset": broken_connection(),
    "gateway page after effect": after_effect(gateway_page(504)),
    "time-out": slow(1000),
    "malformed": malformed(),
    "interrupted": killed(after=True, error=KeyboardInterrupt),
}
KILLS: dict[str, Fault] = {"killed before": killed(after=False), "killed after": killed(after=True)}
LOST = ("reset", "gateway page after effect", "time-out", "malformed")
"""Those with which the service acts, and its response is lost."""
KEYS = ("ListUsers", "ListAccessKeys", "ShowAccessKeyLastUsed", "CreateAccessKey", "UpdateAccessKey", "DeleteAccessKey")
CSMS = ("huawei_csms.ShowSecret", "huawei_csms.ListSecretVersions", "huawei_csms.CreateSecretVersion")
SAS = (
    "alibaba_sas.DescribeAccesskeyLeakList",
    "alibaba_sas.DescribeAccessKeyLeakDetail",
    "alibaba_sas.ModifyAccessKeyLeakDeal",
)
CALLS = {"alibaba": 22, "huawei": 17}
"""How many calls an undisturbed run makes."""


def cases() -> list[tuple[str, str]]:
    worlds = [world(vendor, Path()) for vendor in CALLS]
    return [
        (here.vendor, operation)
        for here in worlds
        for operation in (*map(here.operation, KEYS), *CSMS, *(SAS if here.is_alibaba else ()))
    ]


@pytest.fixture
def here(request: pytest.FixtureRequest, tmp_path: Path) -> World:
    return world(request.param, tmp_path)


def disturbed(here: World, attempts: int = 4) -> int:
    """Run all steps, and return the exit status; a kill gives none."""
    try:
        return here.whole(attempts=attempts).status
    except KilledError:
        return -9


@pytest.mark.parametrize("vendor", CALLS)
def test_an_undisturbed_run_makes_so_many_calls(vendor: str, tmp_path: Path) -> None:
    here = world(vendor, tmp_path)
    assert here.whole().status == 0
    here.assert_done()
    assert len(here.cloud.calls) == CALLS[vendor]


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize(("here", "operation"), cases(), indirect=["here"])
def test_a_fault_that_stays_ends_the_run_and_the_next_one_ends_alike(here: World, operation: str, fault: str) -> None:
    switched = Switched(FAULTS[fault])
    here.cloud.inject(switched, operation=operation, times=None)
    status = disturbed(here)
    switched.is_on = False
    # A version whose response was lost is found at once, and a response without a body can't be malformed.
    is_found = operation == "huawei_csms.CreateSecretVersion" and fault in LOST
    is_empty = operation == "huawei_iam_v5.DeleteAccessKey" and fault == "malformed"
    assert status == (0 if is_found or is_empty else 130 if fault == "interrupted" else 1)
    here.assert_silent()
    assert here.whole("--yes", "discard").status == 0
    here.assert_done()
    here.assert_silent()


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_when_all_is_done_another_run_changes_nothing(here: World) -> None:
    assert here.whole().status == 0
    before, entries = here.state(), here.entries()
    end = here.whole("--yes", "discard")
    assert end.status == 0
    assert "replace: done before" in end.out
    assert here.state() == before
    assert here.entries() == entries


@pytest.mark.parametrize("fault", ["reset", *KILLS])
@pytest.mark.parametrize(
    ("here", "number"),
    [(vendor, number) for vendor, most in CALLS.items() for number in range(most)],
    indirect=["here"],
)
def test_a_fault_at_any_call_is_made_up_for(here: World, number: int, fault: str) -> None:
    here.cloud.inject((FAULTS | KILLS)[fault], after=number)
    disturbed(here, attempts=1)
    assert here.whole("--yes", "discard").status == 0
    here.assert_done()
    here.assert_silent()


@pytest.mark.parametrize("operation", ["ListSecretVersions", "ShowSecretStage", "ShowSecretVersion"])
@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_version_whose_response_was_lost_is_found_by_the_next_run_too(here: World, operation: str) -> None:
    here.cloud.inject(after_effect(gateway_page()), operation="huawei_csms.CreateSecretVersion")
    # The first listing, which has two pages, comes before the creation of the version.
    after = 2 if operation == "ListSecretVersions" else 0
    here.cloud.inject(failed(), operation=f"huawei_csms.{operation}", times=4, after=after)
    ended_run = here.whole()
    assert ended_run.status == 1
    assert f"{operation}: status 500" in ended_run.err
    assert here.whole().status == 0
    here.assert_done()
    assert len(here.made) == 1


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_no_version_is_read_that_was_there_before(here: World) -> None:
    here.cloud.inject(failed(), operation="huawei_csms.CreateSecretVersion")
    assert here.whole().status == 1
    asked = [call.operation for call in here.cloud.calls]
    assert asked[-2:] == ["huawei_csms.ListSecretVersions", "huawei_csms.ShowSecretStage"]


@pytest.mark.parametrize("value", ['{"access_key_id": "OTHER", "secret": "another"}', "[]", "another"])
@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_version_that_somebody_else_made_is_not_taken_for_the_new_key(here: World, value: str) -> None:
    here.cloud.denied.add("huawei_csms.CreateSecretVersion")
    assert here.whole().status == 1
    here.cloud.denied.clear()
    with here.cloud.huawei() as huawei:
        huawei.csms.create_secret_version(SECRET, secret_string=value)
    end = here.run("replace", "--secret", SECRET)
    assert (end.status, end.err) == (0, "")
    assert f"discard: would delete {here.made[0].access_key_id}" in end.out


@pytest.mark.parametrize("option", ["--secret", "--secret-file"])
@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_kill_between_the_store_and_the_journal_loses_no_key(here: World, option: str) -> None:
    replace = ["replace", "wait", option, SECRET if option == "--secret" else here.folder / "new.json", *yes("replace")]
    assert here.run(*replace).status == 0
    lines = here.journal.read_text().splitlines(keepends=True)
    assert json.loads(lines[-1])["state"] == "stored"
    here.journal.write_text("".join(lines[:-1]))
    end = here.run(*replace)
    assert (end.status, end.err) == (0, "")
    assert here.keys() == {here.key: True, here.made[0].access_key_id: True}
    assert here.entries()[-1]["state"] == "stored"
    here.assert_silent()


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_only_a_version_with_the_very_secret_counts_as_stored(here: World) -> None:
    def store_another(cloud: FakeCloud, request: ReceivedRequest, _serve: Callable[[], FakeResponse]) -> FakeResponse:
        with cloud.huawei() as huawei:
            text = json.dumps({"access_key_id": here.made[0].access_key_id, "secret": "another"})
            huawei.csms.create_secret_version(SECRET, secret_string=text)
        return failed()(cloud, request, _serve)

    here.cloud.inject(store_another, operation="huawei_csms.CreateSecretVersion")
    end = here.whole()
    assert end.status == 1
    assert "CreateSecretVersion: status 500" in end.err
    assert [json.loads(text)["secret"] for text in here.stored()] == ["another"]


@pytest.mark.parametrize("fault", [*LOST, "killed after"])
@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_key_whose_secret_is_lost_is_named_and_deleted_only_if_that_is_meant(here: World, fault: str) -> None:
    here.cloud.inject((FAULTS | KILLS)[fault], operation=here.operation("CreateAccessKey"))
    disturbed(here)
    (orphan,) = here.keys().keys() - {here.key}

    shown = here.run("replace", "deactivate", "--secret", SECRET)
    assert shown.status == 0
    assert f"discard: would delete {orphan}, which was created, and whose secret is lost" in shown.out
    assert "replace: would create a key" in shown.out
    refused = here.whole()
    assert refused.status == 1
    assert f"discard: would delete {orphan}" in refused.out
    assert "replace: discard comes before it, and is only shown: add --yes discard" in refused.err
    assert set(here.keys()) == {here.key, orphan}

    assert here.run("replace", "--secret", SECRET, "--yes", "discard").status == 0
    assert set(here.keys()) == {here.key}
    assert here.whole().status == 0
    here.assert_done()
    here.assert_silent()


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_new_key_that_somebody_uses_is_not_discarded(here: World) -> None:
    here.cloud.inject(broken_connection(), operation=here.operation("CreateAccessKey"))
    disturbed(here)
    use(here, here.made[0])
    refused = here.whole("--yes", "discard")
    assert refused.status == 1
    assert "find out who has its secret" in refused.err
    assert len(here.keys()) == 2


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_creation_that_was_refused_makes_no_other_key_an_orphan(here: World) -> None:
    here.cloud.denied.add(here.operation("CreateAccessKey"))
    assert here.whole().status == 1
    here.cloud.denied.clear()
    others = add_key(here, "OTHER")
    refused = here.whole("--yes", "discard")
    assert refused.status == 1
    assert "in the way: OTHER" in refused.err
    assert here.keys() == others


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_no_other_key_is_taken_for_one_whose_id_is_known(here: World) -> None:
    here.cloud.denied.add("huawei_csms.CreateSecretVersion")
    assert here.whole().status == 1
    here.cloud.ram_access_keys[1:] = []
    here.cloud.access_keys[1:] = []
    others = add_key(here, "OTHER")
    refused = here.whole("--yes", "discard")
    assert refused.status == 1
    assert "in the way: OTHER" in refused.err
    assert here.keys() == others


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_of_two_new_keys_none_is_taken_for_the_one_that_was_created(here: World) -> None:
    here.cloud.inject(killed(after=False), operation=here.operation("CreateAccessKey"))
    disturbed(here)
    add_key(here, "ONE")
    others = add_key(here, "TWO")
    refused = here.whole("--yes", "discard")
    assert refused.status == 1
    assert "ONE and TWO are new" in refused.err
    assert here.keys() == others


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_program_that_gets_a_signal_goes_on_with_the_next_run(here: World, number: signal.Signals) -> None:
    how = ["--as", "manual"] if here.is_alibaba else []
    steps = [*here.steps, "--secret", SECRET, *yes(*here.steps, "discard"), *how]
    calls = {"alibaba": 10, "huawei": 9}[here.vendor]  # the creation of the key is the last of these
    gate = Gate(here.cloud.respond, holds_after=calls)
    with serving(gate) as url, here.noting_keys():
        process = start(here.cloud, NAME, "--base-url", url, *here.arguments(*steps))
        assert gate.reached.wait(TIME_LIMIT)
        process.send_signal(number)
        end = ended(process)
        gate.open.set()
    here.texts += [end.out, end.err]
    assert end.status == (-number if number == signal.SIGKILL else 130)
    assert here.entries()[-1]["state"] == "created"
    here.assert_silent()
    assert here.whole("--yes", "discard").status == 0
    here.assert_done()
    here.assert_silent()


@pytest.mark.parametrize("here", CALLS, indirect=True)
def test_a_line_that_a_kill_cut_off_is_as_if_it_was_not_written(here: World) -> None:
    here.cloud.inject(killed(after=False), operation="huawei_csms.CreateSecretVersion")
    disturbed(here)
    with here.journal.open("ab") as file:
        file.write(b'{"step": "replace", "state": "sto')
    assert here.whole("--yes", "discard").status == 0
    here.assert_done()
    assert all(isinstance(entry, dict) for entry in here.entries())


def test_two_runs_at_once_do_not_write_to_one_journal(tmp_path: Path) -> None:
    here = world("huawei", tmp_path)

    def write(_cloud: FakeCloud) -> None:
        with here.journal.open("a") as file:
            file.write("{}\n")

    here.cloud.inject(change(write), operation="huawei_iam_v5.UpdateAccessKey")
    end = here.run("deactivate", *yes("deactivate"))
    assert end.status == 1
    assert "another run writes to" in end.err


def test_it_is_left_to_the_reader_what_a_closed_pipe_means(tmp_path: Path) -> None:
    here = world("huawei", tmp_path)
    reading, writing = os.pipe()
    os.close(reading)
    with here.cloud.serving() as url:
        process = start(here.cloud, NAME, "--base-url", url, *here.arguments("deactivate"), stdout=writing)
        os.close(writing)
        end = ended(process)
    assert (end.status, end.err) == (1, "")
