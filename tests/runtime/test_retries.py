"""Retries: which failures are retried, how long the waits are, and what a policy may be."""

from __future__ import annotations

import functools
import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import attrs
import httpx
import pytest

from cloudkeys import AccessKey, RetryPolicy
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    CredentialsError,
    ParameterError,
    ServerError,
    StatusError,
)
from cloudkeys.runtime.retries import retry_after
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from paging.paged import KEY
from runtime.scripted import (
    HTML,
    OPENERS,
    QUICK,
    UNAVAILABLE,
    Scripted,
    Step,
    alibaba_error,
    count_of,
    huawei_error,
    open_alibaba,
    open_huawei,
)
from runtime.services import ONCE, show

FAILURES = [
    *(httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError),
    *(httpx.ProxyError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout),
]
RETRIED: dict[str, tuple[str, Step]] = {
    **{f"status {status}": ("huawei", FakeResponse(status, HTML)) for status in (429, 500, 502, 503, 504)},
    **{kind.__name__: ("alibaba", kind("broken")) for kind in FAILURES},
    **{
        f"{status} {code}": ("alibaba", alibaba_error(status, code))
        for status, code in (
            (400, "Throttling"),
            (400, "Throttling.User"),
            (400, "Throttling.Api"),
            (503, "Throttling.User"),
            (400, "ServiceUnavailable"),
            (503, "ServiceUnavailable"),
            (500, "ServerError"),
        )
    },
    "400 Throttling, in XML": ("alibaba", FakeResponse(400, b"<Error><Code>Throttling</Code></Error>")),
    "429 IAM.0012": ("huawei", huawei_error(429, "IAM.0012")),
    "403 IAM.0012": ("huawei", huawei_error(403, "IAM.0012")),
    "500 IAM.0006": ("huawei", huawei_error(500, "IAM.0006")),
}


@over_mock
@pytest.mark.parametrize("name", RETRIED)
def test_a_failure_that_may_pass_is_retried_until_the_last_attempt(driver: Driver, name: str) -> None:
    vendor, step = RETRIED[name]
    service = Scripted(step, step, step)
    assert count_of(driver, OPENERS[vendor](driver, service)) == 1
    assert len(service.asked) == QUICK.attempts
    service = Scripted(*[step] * 9)
    with pytest.raises(CloudkeysError):
        count_of(driver, OPENERS[vendor](driver, service))
    assert len(service.asked) == QUICK.attempts


NOT_RETRIED: dict[str, tuple[str, FakeResponse]] = {
    **{f"status {status}": ("alibaba", FakeResponse(status, HTML)) for status in (400, 401, 403, 404, 501, 520)},
    "an undocumented success": ("alibaba", FakeResponse(202, b"{}")),
    "a redirect": ("alibaba", FakeResponse(302, b"", {"Location": "/"})),
    "a wrong parameter": ("huawei", huawei_error(400, "CSMS.0002")),
    "Huawei's wrong signature": ("huawei", huawei_error(401, "APIGW.0301")),
    **{
        f"a wrong signature, {status}": ("alibaba", alibaba_error(status, "SignatureDoesNotMatch"))
        for status in (400, 429, 503)
    },
    "no permission, 503": ("alibaba", alibaba_error(503, "NoPermission")),
    "a wrong type": ("alibaba", FakeResponse(200, b'{"AccessKeyLeakList": 5}')),
    "a truncated body": ("huawei", FakeResponse(200, b'{"secrets": [')),
    "a large body": ("huawei", FakeResponse(503, b" " * 2000)),
}


@over_mock
@pytest.mark.parametrize("name", NOT_RETRIED)
def test_a_failure_that_cannot_pass_is_not_retried(driver: Driver, name: str) -> None:
    vendor, response = NOT_RETRIED[name]
    service = Scripted(*[response] * 9)
    with pytest.raises(CloudkeysError):
        count_of(driver, OPENERS[vendor](driver, service, largest_response=1000))
    assert len(service.asked) == 1


class Keys:
    """Returns key-1, key-2 and so on, or raises."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.count, self.failure = 0, failure

    def __call__(self) -> AccessKey:
        self.count += 1
        if self.failure is not None:
            raise self.failure
        return AccessKey(f"key-{self.count}", "SK")


@over_mock
def test_a_call_that_cannot_be_sent_is_not_retried(driver: Driver) -> None:
    service, keys = Scripted(), Keys()
    huawei = open_huawei(driver, service, credentials=keys)
    with pytest.raises(ParameterError, match="access_key"):
        show(driver, huawei, "a/b")
    assert (keys.count, service.asked) == (0, [])
    for failure in (CredentialsError("no key today"), LookupError("the vault is shut")):
        keys = Keys(failure)
        with pytest.raises(type(failure), match=str(failure.args[0])):
            count_of(driver, open_alibaba(driver, service, credentials=keys))
        assert (keys.count, service.asked) == (1, [])


@over_mock
def test_each_attempt_is_signed_anew_with_the_current_key(driver: Driver) -> None:
    failures: list[Step] = [FakeResponse(502, HTML), httpx.ReadError("closed"), alibaba_error(400, "Throttling.User")]
    service = Scripted(*failures)
    assert count_of(driver, open_alibaba(driver, service, credentials=Keys())) == 1
    assert len({request.headers["x-acs-signature-nonce"] for request in service.asked}) == 4
    assert len({str(request.url) for request in service.asked}) == 1
    signed = [request.headers["Authorization"] for request in service.asked]
    assert [text.split("Credential=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]


@over_mock
@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_error_of_the_last_attempt_is_raised(driver: Driver, attempts: int) -> None:
    service = Scripted(*[FakeResponse(503, HTML, {"x-request-id": f"request-{number}"}) for number in range(1, 10)])
    with pytest.raises(ServerError) as caught:
        count_of(driver, open_alibaba(driver, service, retry=attrs.evolve(QUICK, attempts=attempts)))
    assert caught.value.request_id == f"request-{attempts}"
    assert len(service.asked) == attempts
    service = Scripted(UNAVAILABLE, alibaba_error(400, "SignatureDoesNotMatch"), UNAVAILABLE)
    with pytest.raises(AuthenticationError):
        count_of(driver, open_alibaba(driver, service))
    assert len(service.asked) == 2


@over_mock
def test_an_error_reports_that_an_earlier_attempt_may_have_taken_effect(driver: Driver) -> None:
    for first, expected in ((UNAVAILABLE, True), (httpx.ConnectError("x"), False)):
        service = Scripted(first, httpx.ConnectError("x"))
        with pytest.raises(ConnectionFailedError) as caught:
            count_of(driver, open_huawei(driver, service, retry=attrs.evolve(QUICK, attempts=2)))
        assert caught.value.may_have_taken_effect is expected


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Record the waits instead of waiting, and advance the monotonic clock by them."""
    waited: list[float] = []
    monotonic = time.monotonic

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr("stamina._core._smart_sleep", wait)
    monkeypatch.setattr("time.monotonic", lambda: monotonic() + sum(waited))
    return waited


def fail_for_ever(driver: Driver, response: FakeResponse = UNAVAILABLE, **settings: Any) -> int:
    """Call a service that always fails; return the number of requests."""
    service = Scripted(*[response] * 99)
    with pytest.raises(StatusError):
        count_of(driver, driver.alibaba(service, credentials=KEY, **settings))
    return len(service.asked)


@over_mock
@pytest.mark.parametrize(
    ("policy", "shortest"),
    [
        (RetryPolicy(), [0.2, 0.4, 0.8]),
        (RetryPolicy(attempts=5, first_wait=1, jitter=0), [1, 2, 4, 8]),
        (RetryPolicy(attempts=5, first_wait=1, jitter=0, longest_wait=3), [1, 2, 3, 3]),
        (RetryPolicy(attempts=9, first_wait=0, jitter=5), [0] * 8),
        (RetryPolicy(attempts=9, first_wait=3, jitter=5, longest_wait=3), [3] * 8),
        (ONCE, []),
    ],
)
def test_waits_double_up_to_the_longest_and_jitter_lengthens_each_at_random(
    driver: Driver, waits: list[float], policy: RetryPolicy, shortest: list[float]
) -> None:
    random.seed(1)
    fail_for_ever(driver, retry=policy)
    added = [wait - least for wait, least in zip(waits, shortest, strict=True)]
    assert all(0 <= wait <= policy.jitter for wait in added)
    assert all(wait <= policy.longest_wait for wait in waits)
    is_random = policy.jitter > 0 and policy.first_wait < policy.longest_wait
    assert len(set(added)) == (len(added) if is_random else min(1, len(added)))


@over_mock
def test_no_wait_ends_after_the_total(driver: Driver, waits: list[float]) -> None:
    policy = RetryPolicy(attempts=99, first_wait=3, jitter=0, longest_wait=3)
    for total in (1, 10, 100):
        waits.clear()
        assert fail_for_ever(driver, retry=policy, total=total) == 1 + total // 3
        assert waits == [3] * (total // 3)
    waits.clear()
    asks_for_6 = FakeResponse(429, b"{}", {"Retry-After": "6"})
    assert fail_for_ever(driver, asks_for_6, retry=RetryPolicy(attempts=99), total=10) == 2
    assert waits == [6]


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
        *(({name: text}, 3) for text in JUNK for name in ("Retry-After", "x-acs-retry-after")),
    ],
)
def test_the_service_decides_the_wait(
    driver: Driver, waits: list[float], headers: dict[str, str], expected: float
) -> None:
    for status in (429, 503):
        service = Scripted(FakeResponse(status, b"{}", headers))
        assert count_of(driver, open_alibaba(driver, service, retry=AFTER)) == 1
        assert waits.pop() == expected


@over_mock
@pytest.mark.parametrize(("longest", "wait"), [(0, 0), (2, 2), (100, 60)])
def test_the_policy_limits_what_the_service_may_ask_for(
    driver: Driver, waits: list[float], longest: float, wait: float
) -> None:
    service = Scripted(FakeResponse(429, b"{}", {"Retry-After": "60"}))
    count_of(driver, open_alibaba(driver, service, retry=attrs.evolve(AFTER, longest_retry_after=longest)))
    assert waits == [wait]


@pytest.mark.parametrize("ahead", [timedelta(), timedelta(days=1), -timedelta(days=1)])
def test_a_date_in_retry_after_counts_from_the_clock_of_the_service(ahead: timedelta) -> None:
    there = datetime.now(UTC) + ahead
    until = there + timedelta(hours=1)
    date = {"Date": format_datetime(there, usegmt=True)}
    for text in (
        format_datetime(until, usegmt=True),
        until.strftime("%a, %d %b %Y %H:%M:%S"),
        (until + timedelta(hours=2)).strftime("%a, %d %b %Y %H:%M:%S +0200"),
    ):
        assert retry_after(httpx.Headers({**date, "Retry-After": text})) == 3600
        # Without the service's clock, this machine's has to do.
        expected = max(0.0, 3600 + ahead.total_seconds())
        assert expected - 60 < (retry_after(httpx.Headers({"Date": "now", "Retry-After": text})) or 0) <= expected


NUMBERS = ("first_wait", "longest_wait", "jitter", "longest_retry_after")
WRONG_POLICIES: list[tuple[type[Exception], dict[str, Any]]] = [
    *((ValueError, {"attempts": wrong}) for wrong in (0, float("nan"))),
    *((ValueError, {name: wrong}) for name in NUMBERS for wrong in (-0.1, float("nan"), float("inf"))),
    *((TypeError, {"attempts": wrong}) for wrong in ("3", None)),
    (TypeError, {"tries": 3}),
]


@pytest.mark.parametrize(("kind", "values"), WRONG_POLICIES, ids=str)
def test_a_policy_with_a_wrong_value_is_refused(kind: type[Exception], values: dict[str, Any]) -> None:
    for make in (RetryPolicy, functools.partial(attrs.evolve, QUICK)):
        with pytest.raises(kind, match="|".join([*values, "not supported"])):
            make(**values)
