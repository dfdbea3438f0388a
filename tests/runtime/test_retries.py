"""Retries: which failures are retried, how long the waits are, what a policy may be, and stamina's hooks."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from itertools import count
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import attrs
import httpx
import pytest
import stamina

from cloudkeys import AccessKey, RetryPolicy
from cloudkeys.errors import AuthenticationError, CredentialsError, ParameterError
from cloudkeys.runtime.retries import retry_after
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock
from runtime.calls import failure, open_huawei
from runtime.services import Service, response, show

QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0)
UNAVAILABLE = response(b"<html>", 503)
THROTTLED = response({"Code": "Throttling.User"})
FAILURES = [
    *(httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.CloseError, httpx.RemoteProtocolError),
    *(httpx.ProxyError, httpx.ConnectTimeout, httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout),
]
RETRIED_CODES = [
    *((400, "Throttling"), (503, "Throttling.Api"), (400, "ServiceUnavailable"), (503, "ServiceUnavailable")),
    *((500, "ServerError"), (429, "IAM.0012"), (403, "IAM.0012"), (500, "IAM.0006")),
]
FINAL_CODES = [
    *((400, "SignatureDoesNotMatch"), (429, "SignatureDoesNotMatch"), (503, "SignatureDoesNotMatch")),
    *((401, "APIGW.0301"), (503, "NoPermission"), (400, "CSMS.0002")),
]
RETRIED: list[FakeResponse | Exception] = [
    *(kind("broken") for kind in FAILURES),
    *(response(b"<html>", status) for status in (429, 500, 502, 503, 504)),
    *(response({"Code": code}, status) for status, code in RETRIED_CODES),
    response(b"<Error><Code>Throttling</Code></Error>"),
]
FINAL = [
    *(response(b"<html>", status) for status in (202, 302, 400, 401, 403, 404, 501, 520)),
    *(response({"Code": code}, status) for status, code in FINAL_CODES),
    *(response(body, 200) for body in ({"credential": 5}, b'{"credential": {')),
    response(b" " * 2000, 503),  # too large
]


@over_mock
@pytest.mark.parametrize(("steps", "attempts"), [(RETRIED, 4), (FINAL, 1)], ids=["retried", "final"])
def test_only_failures_that_may_pass_are_retried(driver: Driver, steps: list[Any], attempts: int) -> None:
    for step in steps:
        service = Service(*[step] * 9)
        failure(driver, service, retry=QUICK, largest_response=1000)
        assert len(service.requests) == attempts, step


@over_mock
def test_a_call_that_cannot_be_sent_is_not_retried(driver: Driver) -> None:
    service, keys = Service(), Mock()
    with pytest.raises(ParameterError, match="access_key"):
        show(driver, open_huawei(driver, service, credentials=keys, retry=QUICK), "a/b")
    assert keys.call_count == 0
    for error in (CredentialsError("no key today"), LookupError("the vault is shut")):
        keys = Mock(side_effect=error)
        with pytest.raises(type(error), match=str(error.args[0])):
            show(driver, open_huawei(driver, service, credentials=keys, retry=QUICK))
        assert keys.call_count == 1
    assert service.requests == []


@over_mock
def test_each_attempt_is_signed_anew_with_the_current_key(driver: Driver) -> None:
    service = Service(response(b"", 502), httpx.ReadError("closed"), THROTTLED)
    keys = (AccessKey(f"key-{number}", "SK") for number in count(1))
    alibaba = driver.alibaba(service, credentials=lambda: next(keys), retry=QUICK)
    assert len(driver.items(alibaba.sas.describe_accesskey_leak_list())) == 1
    assert len({request.headers["x-acs-signature-nonce"] for request in service.requests}) == 4
    assert len({str(request.url) for request in service.requests}) == 1
    signed = [request.headers["Authorization"] for request in service.requests]
    assert [text.split("Credential=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]


@over_mock
@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_error_of_the_last_attempt_is_raised(driver: Driver, attempts: int) -> None:
    service = Service(*[response(b"", 503, {"x-request-id": f"r-{number}"}) for number in range(1, 10)])
    assert failure(driver, service, retry=attrs.evolve(QUICK, attempts=attempts)).request_id == f"r-{attempts}"
    service = Service(UNAVAILABLE, response({"Code": "SignatureDoesNotMatch"}), UNAVAILABLE)
    assert type(failure(driver, service, retry=QUICK)) is AuthenticationError
    assert len(service.requests) == 2


@over_mock
def test_an_error_reports_that_an_earlier_attempt_may_have_taken_effect(driver: Driver) -> None:
    for first, expected in ((UNAVAILABLE, True), (httpx.ConnectError("x"), False)):
        service = Service(first, *[httpx.ConnectError("x")] * 3)
        assert failure(driver, service, retry=QUICK).may_have_taken_effect is expected


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


@over_mock
@pytest.mark.parametrize(
    ("policy", "shortest"),
    [
        (RetryPolicy(), [0.2, 0.4, 0.8]),
        (RetryPolicy(attempts=5, first_wait=1, jitter=0, longest_wait=3), [1, 2, 3, 3]),
        (RetryPolicy(attempts=9, first_wait=0, jitter=5), [0] * 8),
        (RetryPolicy(attempts=9, first_wait=3, jitter=5, longest_wait=3), [3] * 8),
    ],
)
def test_waits_double_up_to_the_longest_and_jitter_lengthens_each_at_random(
    driver: Driver, waits: list[float], policy: RetryPolicy, shortest: list[float]
) -> None:
    random.seed(1)
    failure(driver, UNAVAILABLE, retry=policy)
    added = [wait - least for wait, least in zip(waits, shortest, strict=True)]
    assert all(0 <= wait <= policy.jitter for wait in added)
    assert all(wait <= policy.longest_wait for wait in waits)
    is_random = policy.jitter > 0 and policy.first_wait < policy.longest_wait
    assert len(set(added)) == (len(added) if is_random else 1)


@over_mock
@pytest.mark.parametrize(
    ("total", "headers", "expected"), [(1, {}, []), (10, {}, [3] * 3), (10, {"Retry-After": "6"}, [6])]
)
def test_no_wait_ends_after_the_total(
    driver: Driver, waits: list[float], total: int, headers: dict[str, str], expected: list[float]
) -> None:
    policy = RetryPolicy(attempts=99, first_wait=3, jitter=0, longest_wait=3)
    failure(driver, response(b"", 503, headers), retry=policy, total=total)
    assert waits == expected


BAD_YEAR = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
JUNK = ["-5", "1.5", "soon", "", "1e3", "nan", "Mon, 99 Foo 2026 00:00:00 GMT", BAD_YEAR]
REQUESTED: list[tuple[dict[str, str], float]] = [
    ({}, 3),
    *(({"Retry-After": text}, wait) for text, wait in (("7", 7), ("0", 0), ("31", 30), ("9" * 40, 30))),
    ({"Retry-After": "Wed, 21 Oct 2015 07:28:00 GMT"}, 0),
    ({"Retry-After": "Wed, 21 Oct 2099 07:28:00 GMT"}, 30),
    *(({"x-acs-retry-after": text}, wait) for text, wait in (("1500", 1.5), ("0", 0), ("30001", 30), ("9" * 40, 30))),
    ({"x-acs-retry-after": "1500", "Retry-After": "7"}, 1.5),
    ({"x-acs-retry-after": "soon", "Retry-After": "7"}, 7),
    *(({name: text}, 3) for text in JUNK for name in ("Retry-After", "x-acs-retry-after")),
]


@over_mock
@pytest.mark.parametrize("status", [429, 503])
def test_the_service_decides_the_wait_up_to_the_limit_of_the_policy(
    driver: Driver, waits: list[float], status: int
) -> None:
    policy = RetryPolicy(attempts=2, first_wait=3, jitter=0)
    for headers, expected in REQUESTED:
        show(driver, open_huawei(driver, Service(response({}, status, headers)), retry=policy))
        assert waits.pop() == expected, headers
    for longest, wait in ((0, 0), (2, 2), (100, 60)):
        service = Service(response({}, status, {"Retry-After": "60"}))
        show(driver, open_huawei(driver, service, retry=attrs.evolve(policy, longest_retry_after=longest)))
        assert waits.pop() == wait


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
    with pytest.raises(kind, match="|".join([*values, "not supported"])):
        RetryPolicy(**values)


# stamina.


@over_mock
def test_the_switches_of_stamina_apply(driver: Driver) -> None:
    policy = RetryPolicy(first_wait=60, longest_wait=60)
    with stamina.set_testing(True, attempts=2):
        service = Service(*[UNAVAILABLE] * 9)
        failure(driver, service, retry=policy)
        assert len(service.requests) == 2
        stamina.set_active(False)
        try:
            failure(driver, service, retry=policy)
        finally:
            stamina.set_active(True)
        assert len(service.requests) == 3
