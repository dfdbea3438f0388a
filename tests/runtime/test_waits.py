"""How long is waited before a call is repeated, and for how long it is at all."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace

import attrs
import httpx
import pytest

from cloudkeys import RetryPolicy
from cloudkeys.errors import PermissionDeniedError, ServerError, ThrottledError
from cloudkeys.runtime.retries import retry_after
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from paging.paged import KEY
from runtime.scripted import HTML, Scripted, count_of, huawei_error, open_alibaba, open_huawei
from runtime.services import ONCE


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write down what would have been waited, and let the monotonic clock go on by it at once."""
    waited: list[float] = []
    monotonic = time.monotonic

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr("stamina._core._smart_sleep", wait)
    monkeypatch.setattr("time.monotonic", lambda: monotonic() + sum(waited))
    return waited


def test_repeating_is_on_by_default(driver: Driver, waits: list[float]) -> None:
    service = Scripted(*[FakeResponse(503, HTML)] * 9)
    alibaba = driver.alibaba(service, credentials=KEY)
    with pytest.raises(ServerError):
        count_of(driver, alibaba)
    assert len(service.asked) == 4
    for wait, least in zip(waits, [0.2, 0.4, 0.8], strict=True):
        assert least <= wait <= least + 0.5


@over_mock
@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (RetryPolicy(attempts=5, first_wait=1, jitter=0), [1, 2, 4, 8]),
        (RetryPolicy(attempts=5, first_wait=1, jitter=0, longest_wait=3), [1, 2, 3, 3]),
        (RetryPolicy(attempts=3, first_wait=0, jitter=0), [0, 0]),
        (ONCE, []),
    ],
)
def test_waits_double_up_to_the_longest(
    driver: Driver, waits: list[float], policy: RetryPolicy, expected: list[float]
) -> None:
    with pytest.raises(ServerError):
        count_of(driver, open_alibaba(driver, Scripted(*[FakeResponse(503, HTML)] * 9), retry=policy))
    assert waits == expected


@over_mock
def test_waits_are_lengthened_by_chance(driver: Driver, waits: list[float]) -> None:
    random.seed(1)
    policy = RetryPolicy(attempts=9, first_wait=0, jitter=5)
    with pytest.raises(ServerError):
        count_of(driver, open_alibaba(driver, Scripted(*[FakeResponse(503, HTML)] * 9), retry=policy))
    assert len(set(waits)) == 8
    assert all(0 <= wait <= 5 for wait in waits)


class Timed(Scripted):
    """Fails always, and writes down when it was asked."""

    def __init__(self, response: FakeResponse) -> None:
        super().__init__()
        self.response, self.begun = response, time.monotonic()
        self.times: list[float] = []

    def __call__(self, _: httpx.Request) -> FakeResponse:
        self.times.append(time.monotonic() - self.begun)
        return self.response


@over_mock
@pytest.mark.parametrize("total", [1, 10, 100])
def test_no_wait_goes_beyond_the_whole_time(driver: Driver, waits: list[float], total: float) -> None:
    service = Timed(FakeResponse(503, HTML))
    policy = RetryPolicy(attempts=1000, first_wait=3, jitter=0, longest_wait=3)
    with pytest.raises(ServerError):
        count_of(driver, open_alibaba(driver, service, retry=policy, total=total))
    assert waits == [3] * (int(total) // 3)
    assert max(service.times) < total


def test_no_wait_that_the_service_asks_for_goes_beyond_the_whole_time(driver: Driver, waits: list[float]) -> None:
    service = Timed(FakeResponse(429, b"{}", {"Retry-After": "6"}))
    with pytest.raises(ThrottledError):
        count_of(driver, open_alibaba(driver, service, retry=RetryPolicy(attempts=99), total=10))
    assert waits == [6]
    assert len(service.times) == 2


AFTER = RetryPolicy(attempts=2, first_wait=3, jitter=0)
BAD_YEAR = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
JUNK = ["-5", "1.5", "soon", "", "1e3", "nan", "Mon, 99 Foo 2026 00:00:00 GMT", BAD_YEAR]


@over_mock
@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, 3),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "30"}, 30),
        ({"Retry-After": "31"}, 30),
        ({"Retry-After": "9" * 40}, 30),
        ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
        ({"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, 30),
        ({"x-acs-retry-after": "1500"}, 1.5),
        ({"x-acs-retry-after": "0"}, 0),
        ({"x-acs-retry-after": "30001"}, 30),
        ({"x-acs-retry-after": "9" * 40}, 30),
        ({"x-acs-retry-after": "1500", "Retry-After": "7"}, 1.5),
        ({"x-acs-retry-after": "soon", "Retry-After": "7"}, 7),
        *(({"Retry-After": text}, 3) for text in JUNK),
        *(({"x-acs-retry-after": text}, 3) for text in JUNK),
    ],
)
def test_the_service_says_how_long_to_wait(
    driver: Driver, waits: list[float], headers: dict[str, str], expected: float
) -> None:
    service = Scripted(FakeResponse(429, b"{}", headers))
    assert count_of(driver, open_alibaba(driver, service, retry=AFTER)) == 1
    assert waits == [expected]


@pytest.mark.parametrize("response", [huawei_error(429, "IAM.0012"), FakeResponse(500, b""), FakeResponse(503, HTML)])
def test_the_service_says_how_long_to_wait_with_any_error(
    driver: Driver, waits: list[float], response: FakeResponse
) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=25), usegmt=True)
    service = Scripted(attrs.evolve(response, headers={"Retry-After": moment}))
    assert count_of(driver, open_huawei(driver, service, retry=AFTER)) == 1
    (wait,) = waits
    assert 5 < wait <= 25


@over_mock
def test_what_the_service_may_ask_for_is_a_setting(driver: Driver, waits: list[float]) -> None:
    for longest, asked in ((0, 0), (2, 2), (100, 60)):
        policy = attrs.evolve(AFTER, longest_retry_after=longest)
        alibaba = open_alibaba(driver, Scripted(FakeResponse(429, b"{}", {"Retry-After": "60"})), retry=policy)
        assert count_of(driver, alibaba) == 1
        assert waits.pop() == asked


def test_an_error_that_is_not_repeated_is_not_waited_for(driver: Driver, waits: list[float]) -> None:
    service = Scripted(FakeResponse(403, b"{}", {"Retry-After": "7"}))
    with pytest.raises(PermissionDeniedError):
        count_of(driver, open_alibaba(driver, service))
    assert waits == []


def test_what_is_asked_for_is_read_in_every_form() -> None:
    now = datetime.now(UTC)
    assert retry_after({}) is None
    assert retry_after({"retry-after": " 12 "}) == 12
    assert retry_after(httpx.Headers({"Retry-After": "12"})) == 12
    assert retry_after(httpx.Headers({"X-Acs-Retry-After": "12"})) == 0.012
    assert retry_after({"retry-after": format_datetime(now - timedelta(days=1), usegmt=True)}) == 0
    for date in (
        format_datetime(now + timedelta(hours=1), usegmt=True),
        (now + timedelta(hours=1)).strftime("%a, %d %b %Y %H:%M:%S"),
        (now + timedelta(hours=3)).strftime("%a, %d %b %Y %H:%M:%S +0200"),
    ):
        assert 3500 < (retry_after({"retry-after": date}) or 0) <= 3600


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=1), -timedelta(days=1)])
def test_a_moment_that_the_service_names_is_by_its_own_clock(ahead: timedelta) -> None:
    there = datetime.now(UTC) + ahead
    until = format_datetime(there + timedelta(seconds=20), usegmt=True)
    headers = {"Date": format_datetime(there, usegmt=True), "Retry-After": until}
    assert retry_after(httpx.Headers(headers)) == 20
    assert 18 < (
        retry_after(httpx.Headers({"Date": "now", "Retry-After": until})) or 0
    ) - ahead.total_seconds() <= 20 or (ahead < timedelta())
