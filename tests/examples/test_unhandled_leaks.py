from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, LeakStatus
from programs import run_here

NAME = "unhandled_leaks"


def leak(number: int, days_ago: float, status: str = "pending", **changes: object) -> AccessKeyLeak:
    found = datetime.now(UTC) - timedelta(days=days_ago)
    milliseconds = round(found.timestamp() * 1000)
    return example_leak(number, gmt_modified=milliseconds, status=LeakStatus(status), **changes)


def test_it_requests_only_the_unhandled_leaks_of_the_last_week(fake_cloud: FakeCloud) -> None:
    hostile = "https://code.example/\x1b[2J\x9b31m\u202e\u2028\x7f"
    fake_cloud.leaks += [leak(1, 8), leak(2, 6.9, url=hostile), leak(3, 1, "dealed"), leak(4, 0.1)]
    result = run_here(fake_cloud, NAME)
    assert (result.status, result.err) == (0, "")
    assert [json.loads(line)["Id"] for line in result.lines] == [2, 4]
    assert result.out.isascii()
    assert "\x1b" not in result.out
    first = json.loads(result.lines[0])
    assert first["Url"] == hostile
    assert set(first) > {"AccesskeyId", "AliUserName", "Asset", "GmtModified", "Id", "Status", "Type"}
    (call,) = fake_cloud.calls
    assert parse_qs(urlsplit(call.target).query)["Status"] == ["pending"]


def test_since_replaces_the_week_and_throttling_loses_nothing(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.inject(throttled(retry_after=0), after=1, times=2)
    result = run_here(fake_cloud, NAME, "--since", "2024-01-01T00:10:00Z")
    assert result.status == 0
    assert [json.loads(line)["Id"] for line in result.lines] == list(range(11, 251))


def test_a_malformed_page_is_reported_after_the_pages_before(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [leak(number, 1) for number in range(1, 151)]
    fake_cloud.inject(malformed(), after=1)
    result = run_here(fake_cloud, NAME)
    assert result.status == 1
    assert len(result.lines) == 100
    assert result.err.startswith("unhandled_leaks: DescribeAccesskeyLeakList: status 200: ")
    assert result.err.count("\n") == 1


def test_a_time_without_a_time_zone_is_refused(fake_cloud: FakeCloud) -> None:
    result = run_here(fake_cloud, NAME, "--since", "2024-01-01")
    assert result.status == 2
    assert "must have a time zone" in result.err
    assert fake_cloud.calls == []
