from __future__ import annotations

import time

from msgspec import UNSET

from cloudkeys.testing import FakeCloud, example_secret
from cloudkeys.testing.faults import malformed
from cloudkeys.testing.state import PROJECT_ID
from programs import run_here

NAME = "unrotated_secrets"
HOUR = 3_600_000


def test_secrets_are_printed_whose_rotation_is_off_unknown_or_overdue(fake_cloud: FakeCloud) -> None:
    now = round(time.time() * 1000)
    fake_cloud.secrets[PROJECT_ID] += [
        example_secret(1, name="off", auto_rotation=False),
        example_secret(2, name="unknown", auto_rotation=UNSET, secret_type=UNSET),
        example_secret(3, name="null\x1b]0;title\x07\u2066", auto_rotation=None),
        example_secret(4, name="overdue", auto_rotation=True, next_rotation_time=now - HOUR),
        example_secret(5, name="rotates", auto_rotation=True, next_rotation_time=now + HOUR),
        example_secret(6, name="rotates-too", auto_rotation=True),
    ]
    result = run_here(fake_cloud, NAME)
    assert (result.status, result.err) == (0, "")
    assert [line.split() for line in result.lines] == [
        ["ROTATION", "TYPE", "STATE", "NAME"],
        ["off", "COMMON", "ENABLED", "off"],
        ["unknown", "-", "ENABLED", "unknown"],
        ["unknown", "COMMON", "ENABLED", r"null\x1b]0;title\x07\u2066"],
        ["overdue", "COMMON", "ENABLED", "overdue"],
    ]


def test_a_malformed_page_and_a_foreign_project_are_reported(fake_cloud: FakeCloud) -> None:
    fake_cloud.secrets[PROJECT_ID] += [example_secret(number) for number in range(250)]
    fake_cloud.inject(malformed(), after=1)
    result = run_here(fake_cloud, NAME)
    assert (result.status, len(result.lines)) == (1, 201)
    assert "ListSecrets: status 200" in result.err
    assert run_here(fake_cloud, NAME, "--project-id", "another").status == 1
    assert "/v1/another/secrets" in fake_cloud.calls[-1].target
