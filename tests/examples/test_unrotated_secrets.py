from __future__ import annotations

import time

import pytest
from msgspec import UNSET

from cloudkeys.testing import FakeCloud, example_secret
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys.testing.state import PROJECT_ID
from programs import run_here

NAME = "unrotated_secrets"
HOUR = 3_600_000


def test_secrets_are_printed_whose_rotation_is_off_unknown_or_overdue(fake_cloud: FakeCloud) -> None:
    now = round(time.time() * 1000)
    fake_cloud.secrets[PROJECT_ID] += [
        example_secret(1, name="off", auto_rotation=False),
        example_secret(2, name="unknown", auto_rotation=UNSET, secret_type=UNSET),
        example_secret(3, name="null", auto_rotation=None),
        example_secret(4, name="overdue", auto_rotation=True, next_rotation_time=now - HOUR),
        example_secret(5, name="rotates", auto_rotation=True, next_rotation_time=now + HOUR),
        example_secret(6, name="rotates-too", auto_rotation=True),
    ]
    printed = run_here(fake_cloud, NAME)
    assert (printed.status, printed.err) == (0, "")
    assert [line.split("  ")[0] + ": " + line.split()[-1] for line in printed.lines] == [
        *("ROTATION: NAME", "off: off", "unknown: unknown", "unknown: null", "overdue: overdue"),
    ]
    assert printed.lines[1].split() == ["off", "COMMON", "ENABLED", "off"]
    assert printed.lines[2].split() == ["unknown", "-", "ENABLED", "unknown"]


@pytest.mark.parametrize("last_marker", ["name", "absent"])
def test_all_pages_are_looked_at_although_the_service_throttles(fake_cloud: FakeCloud, last_marker: str) -> None:
    fake_cloud.csms_last_marker = last_marker  # type: ignore[assignment] # one of its values
    fake_cloud.secrets[PROJECT_ID] += [example_secret(number) for number in range(450)]
    fake_cloud.inject(throttled(retry_after=0), after=1)
    printed = run_here(fake_cloud, NAME)
    assert printed.status == 0
    assert [line.split()[-1] for line in printed.lines[1:]] == [f"example-secret-{number}" for number in range(450)]


def test_nothing_that_the_service_sent_steers_the_terminal(fake_cloud: FakeCloud) -> None:
    fake_cloud.secrets[PROJECT_ID].append(example_secret(name="a\x1b]0;title\x07\u2066b"))
    printed = run_here(fake_cloud, NAME)
    assert r"a\x1b]0;title\x07\u2066b" in printed.out
    assert printed.out.replace("\n", "").isprintable()


def test_a_broken_page_and_a_missing_permission_are_reported(fake_cloud: FakeCloud) -> None:
    fake_cloud.secrets[PROJECT_ID] += [example_secret(number) for number in range(250)]
    fake_cloud.inject(malformed(), after=1)
    printed = run_here(fake_cloud, NAME)
    assert printed.status == 1
    assert len(printed.lines) == 201
    assert "ListSecrets: status 200" in printed.err
    fake_cloud.denied.add("huawei_csms.ListSecrets")
    printed = run_here(fake_cloud, NAME)
    assert (printed.status, len(printed.lines)) == (1, 1)
    assert "ListSecrets: status 403" in printed.err


def test_a_project_that_is_not_the_callers_is_reported(fake_cloud: FakeCloud) -> None:
    printed = run_here(fake_cloud, NAME, "--project-id", "another")
    assert printed.status == 1
    assert "/v1/another/secrets" in fake_cloud.calls[0].target
