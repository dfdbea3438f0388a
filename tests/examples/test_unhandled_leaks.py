from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import malformed, throttled
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, LeakStatus
from programs import ended, environment, run_here, start

NAME = "unhandled_leaks"
HOSTILE = "https://code.example/\x1b[2J\x9b31m\u202e\u2028\x7f"


def leak(number: int, days_ago: float, status: str = "pending", **changes: object) -> AccessKeyLeak:
    found = datetime.now(UTC) - timedelta(days=days_ago)
    milliseconds = round(found.timestamp() * 1000)
    return example_leak(number, gmt_modified=milliseconds, status=LeakStatus(status), **changes)


def test_the_service_is_asked_for_unhandled_leaks_of_the_last_week_only(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [leak(1, 8), leak(2, 6.9), leak(3, 1, "dealed"), leak(4, 0.1)]
    begun = datetime.now(UTC)
    printed = run_here(fake_cloud, NAME)
    assert (printed.status, printed.err) == (0, "")
    assert [json.loads(line)["Id"] for line in printed.lines] == [2, 4]
    (call,) = fake_cloud.calls
    asked = parse_qs(urlsplit(call.target).query)
    assert asked["Status"] == ["pending"]
    since = datetime.fromtimestamp(int(asked["StartTs"][0]) / 1000, UTC)
    assert timedelta(0) <= since - (begun - timedelta(days=7)) < timedelta(minutes=5)


def test_every_field_is_printed_and_nothing_steers_the_terminal(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks.append(leak(1, 1, url=HOSTILE))
    (line,) = run_here(fake_cloud, NAME).lines
    assert line.isascii()
    assert "\x1b" not in line
    assert json.loads(line)["Url"] == HOSTILE
    assert set(json.loads(line)) > {"AccesskeyId", "AliUserName", "Asset", "GmtModified", "Id", "Status", "Type"}


def test_a_given_beginning_takes_the_place_of_a_week_and_throttling_loses_nothing(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [example_leak(number) for number in range(1, 251)]
    fake_cloud.inject(throttled(retry_after=0), after=1, times=2)
    printed = run_here(fake_cloud, NAME, "--since", "2024-01-01T00:10:00Z")
    assert printed.status == 0
    assert [json.loads(line)["Id"] for line in printed.lines] == list(range(11, 251))


def test_a_broken_page_is_reported_after_what_came_before(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [leak(number, 1) for number in range(1, 151)]
    fake_cloud.inject(malformed(), after=1)
    printed = run_here(fake_cloud, NAME)
    assert printed.status == 1
    assert len(printed.lines) == 100
    assert printed.err.startswith("unhandled_leaks: DescribeAccesskeyLeakList: status 200: ")
    assert printed.err.count("\n") == 1


def test_a_caller_without_permission_is_reported(fake_cloud: FakeCloud) -> None:
    fake_cloud.denied.add("alibaba_sas.DescribeAccesskeyLeakList")
    printed = run_here(fake_cloud, NAME)
    assert (printed.status, printed.out) == (1, "")
    assert "NoPermission" in printed.err
    assert fake_cloud.alibaba_key.secret not in printed.err


def test_without_credentials_it_says_where_it_looked(fake_cloud: FakeCloud) -> None:
    names = environment(fake_cloud)
    without = {name: value for name, value in names.items() if not name.startswith("ALIBABA")}
    printed = ended(start(fake_cloud, NAME, "--region", "cn-hangzhou", env=without))
    assert (printed.status, printed.out) == (1, "")
    assert "ALIBABA_CLOUD_ACCESS_KEY_ID" in printed.err
    assert "Traceback" not in printed.err


def test_wrong_arguments_are_reported_before_anything_is_sent(fake_cloud: FakeCloud) -> None:
    printed = run_here(fake_cloud, NAME, "--since", "2024-01-01")
    assert printed.status == 2
    assert "must have a time zone" in printed.err
    assert fake_cloud.calls == []


def test_a_reader_that_has_enough_gets_no_complaint(fake_cloud: FakeCloud) -> None:
    fake_cloud.leaks += [leak(number, 1) for number in range(1, 1001)]
    with fake_cloud.serving() as url:
        process = start(fake_cloud, NAME, "--base-url", url)
        assert process.stdout is not None
        assert json.loads(process.stdout.readline())["Id"] == 1
        process.stdout.close()
        process.stdout = None
        end = ended(process)
    assert (end.status, end.err) == (1, "")
