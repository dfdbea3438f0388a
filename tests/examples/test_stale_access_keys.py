from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cloudkeys.testing import FakeCloud, example_access_key
from cloudkeys.testing.faults import gateway_page, malformed, throttled
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus, Credential
from programs import run_here

NAME = "stale_access_keys"
NOW = datetime.now(UTC)


def key(access: str, days: float, *, used: bool = True, user_id: str = "user", **changes: Any) -> Credential:
    made = NOW - timedelta(days=days)
    last = made + timedelta(hours=1) if used else made
    return example_access_key(access=access, user_id=user_id, create_time=made, last_use_time=last, **changes)


def test_keys_that_are_old_or_were_never_used_are_printed_one_in_a_row(fake_cloud: FakeCloud) -> None:
    fake_cloud.access_keys += [
        key("OLD", 91),
        key("YOUNG", 89),
        key("UNUSED", 1, used=False),
        key("BOTH", 400, used=False, user_id="other"),
    ]
    fake_cloud.users.add("nothing")
    printed = run_here(fake_cloud, NAME, "user", "other", "nothing", "user")
    assert (printed.status, printed.err) == (0, "")
    made = f"{NOW - timedelta(days=91):%Y-%m-%d}"
    used = f"{NOW - timedelta(days=91) + timedelta(hours=1):%Y-%m-%d}"
    assert [line.split() for line in printed.lines] == [
        ["USER", "ACCESS", "KEY", "STATUS", "MADE", "LAST", "USED", "WHY"],
        ["user", "OLD", "active", made, used, "old"],
        ["user", "UNUSED", "active", f"{NOW - timedelta(days=1):%Y-%m-%d}", "-", "never", "used"],
        ["other", "BOTH", "active", f"{NOW - timedelta(days=400):%Y-%m-%d}", "-", "old,", "never", "used"],
    ]
    asked = [call.operation for call in fake_cloud.calls]
    assert (asked.count("ListAccessKeys"), asked.count("ShowPermanentAccessKey")) == (3, 4)


def test_another_age_can_be_given(fake_cloud: FakeCloud) -> None:
    fake_cloud.access_keys += [key("OLDER", 31), key("YOUNGER", 29)]
    printed = run_here(fake_cloud, NAME, "--days", "30", "user")
    assert [line.split()[1] for line in printed.lines[1:]] == ["OLDER"]


def test_nothing_that_the_service_sent_steers_the_terminal(fake_cloud: FakeCloud) -> None:
    fake_cloud.access_keys.append(key("OLD", 91, status=AccessKeyStatus("\x9b31m\x1b[2J\u202e")))
    printed = run_here(fake_cloud, NAME, "user")
    assert printed.status == 0
    assert printed.lines[1].split()[2].startswith(r"\x9b31m\x1b[2J\u202e")
    assert printed.out.replace("\n", "").isprintable()


def test_a_user_who_does_not_exist_does_not_stop_the_others(fake_cloud: FakeCloud) -> None:
    fake_cloud.access_keys.append(key("OLD", 91))
    fake_cloud.inject(throttled(retry_after=0), operation="ShowPermanentAccessKey")
    printed = run_here(fake_cloud, NAME, "nobody", "user")
    assert printed.status == 1
    assert [line.split()[1] for line in printed.lines[1:]] == ["OLD"]
    assert printed.err.startswith("stale_access_keys: nobody: ListAccessKeys: status 404: ")


@pytest.mark.parametrize(
    ("operation", "reported"), [("ListAccessKeys", "status 403"), ("ShowPermanentAccessKey", "status 403")]
)
def test_without_permission_it_stops_at_once(fake_cloud: FakeCloud, operation: str, reported: str) -> None:
    fake_cloud.access_keys += [key("OLD", 91), key("OTHER", 91, user_id="other")]
    fake_cloud.denied.add(operation)
    printed = run_here(fake_cloud, NAME, "user", "other")
    assert printed.status == 1
    assert len(printed.lines) == 1
    assert f"{operation}: {reported}" in printed.err
    assert len(fake_cloud.calls) == (1 if operation == "ListAccessKeys" else 2)


def test_a_broken_answer_ends_it_and_a_gateway_page_does_not(fake_cloud: FakeCloud) -> None:
    fake_cloud.access_keys.append(key("OLD", 91))
    fake_cloud.inject(gateway_page())
    fake_cloud.inject(malformed(), operation="ShowPermanentAccessKey")
    printed = run_here(fake_cloud, NAME, "user")
    assert printed.status == 1
    assert "ShowPermanentAccessKey: status 200" in printed.err
    assert [call.status for call in fake_cloud.calls] == [502, 200, 200]


def test_wrong_arguments_are_reported_before_anything_is_sent(fake_cloud: FakeCloud) -> None:
    printed = run_here(fake_cloud, NAME, "user", "no user")
    assert printed.status == 2
    assert "user_id" in printed.err
    assert fake_cloud.calls == []
