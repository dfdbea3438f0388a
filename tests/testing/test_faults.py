"""The public clients handle each fault of the fake cloud as they should, and each fault affects the calls it should."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from callers import TARGETS
from cloudkeys import RetryPolicy
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    ListingError,
    ServerError,
    StatusError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, faults
from cloudkeys.testing.state import CloudState
from driver import Driver, over_mock, over_sockets_of_httpx
from testing.requests import (
    KEY,
    KEYS,
    LEAKS,
    MINUTE,
    SECRETS,
    TOKENS,
    fixed_cloud,
    known,
    reached,
    request_of,
    stocked_cloud,
)

OPERATIONS = (LEAKS, KEYS, KEY, SECRETS)
ATTEMPTS = RetryPolicy().attempts
ONCE = RetryPolicy(attempts=1)
LATE = 600.0


class Calls:
    """Calls the operations of a cloud in the way of a driver; a page of a listing has two items."""

    def __init__(self, cloud: FakeCloud, driver: Driver, settings: dict[str, Any]) -> None:
        self.cloud, self._driver, self._settings = cloud, driver, settings

    def __call__(self, operation: str, **settings: Any) -> list[Any]:
        target = TARGETS[operation]
        front = getattr(self.cloud, f"async_{target.vendor}" if self._driver.is_async else target.vendor)
        client = front(**self._settings | settings)
        size = {} if operation == KEY else {target.module.PAGING.size: 2}

        def call() -> Any:
            return target.method(client)(**known(target.method_arguments()), **size)

        return [self._driver.run(call).credential] if operation == KEY else self._driver.items(call())

    def statuses(self) -> list[tuple[str, int]]:
        return [(call.operation, call.status) for call in self.cloud.calls]


@pytest.fixture
def calls(driver: Driver) -> Iterator[Calls]:
    cloud = stocked_cloud(6)
    with reached(cloud, driver) as settings:
        yield Calls(cloud, driver, settings)


class Seen(NamedTuple):
    """A fault, the error that it raises, the status codes at both vendors, and whether the client retries."""

    fault: faults.Fault
    error: type[CloudkeysError]
    at_alibaba: int | None = None
    at_huawei: int | None = None
    is_retried: bool = True


FAULTS = {
    "throttled": Seen(faults.throttled(), ThrottledError, 400, 429),
    "throttled with 429": Seen(faults.throttled(status=429), ThrottledError, 429, 429),
    "throttled for 30 s": Seen(faults.throttled(retry_after=30), ThrottledError, 400, 429),
    "failed": Seen(faults.failed(), ServerError, 500, 500),
    "failed with 503": Seen(faults.failed(503), ServerError, 503, 503),
    "failed with 520": Seen(faults.failed(520), ServerError, 520, 520, is_retried=False),
    "gateway's page": Seen(faults.gateway_page(), ServerError, 502, 502),
    "gateway's page with 599": Seen(faults.gateway_page(599), ServerError, 599, 599, is_retried=False),
    "malformed": Seen(faults.malformed(), DecodeError, 200, 200, is_retried=False),
    "late": Seen(faults.slow(LATE), TimedOutError),
    "reset": Seen(faults.broken_connection(), ConnectionFailedError),
    "cut off": Seen(faults.broken_connection("cut off"), ConnectionFailedError),
}
# Each fault is tried at both vendors, with one operation of Huawei Cloud's after another.
CASES = [
    (name, operation) for name, huawei in zip(FAULTS, itertools.cycle(OPERATIONS[1:])) for operation in (LEAKS, huawei)
]


def check_fault(name: str, operation: str, calls: Calls) -> Any:
    """Check that a lasting fault raises an error, and that a call succeeds after a single one; return the error."""
    seen = FAULTS[name]
    attempts = ATTEMPTS if seen.is_retried else 1
    expected = calls(operation)
    calls.cloud.calls.clear()
    calls.cloud.inject(seen.fault, operation=operation, times=attempts)
    with pytest.raises(seen.error) as raised:
        calls(operation)
    assert type(raised.value) is seen.error
    assert getattr(raised.value, "status_code", None) == (seen.at_alibaba if operation == LEAKS else seen.at_huawei)
    assert len(calls.cloud.calls) == attempts
    if seen.is_retried:
        calls.cloud.inject(seen.fault, operation=operation, times=attempts - 1)
    assert calls(operation) == expected
    return raised.value


@pytest.fixture
def no_sleep(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail the test if it sleeps."""

    def sleep(seconds: float) -> None:
        assert seconds == 0, "the client waits"

    async def async_sleep(seconds: float, *_: object) -> None:
        sleep(seconds)

    monkeypatch.setattr("time.sleep", sleep)
    monkeypatch.setattr("asyncio.sleep", async_sleep)


@over_mock
@pytest.mark.usefixtures("no_sleep")
@pytest.mark.parametrize(("name", "operation"), CASES)
def test_a_lasting_fault_raises_an_error_and_a_single_one_is_retried_at_once(
    name: str, operation: str, calls: Calls
) -> None:
    check_fault(name, operation, calls)


# aiohttp repeats a GET by itself when its connection is reset.
@over_sockets_of_httpx
@pytest.mark.parametrize(
    ("name", "reason"),
    [("throttled", ""), ("malformed", ""), ("reset", ": ReadError"), ("cut off", ": RemoteProtocolError")],
)
def test_a_fault_is_the_same_over_sockets(name: str, reason: str, calls: Calls) -> None:
    assert getattr(check_fault(name, SECRETS, calls), "reason", "").endswith(reason)


CODES = {LEAKS: "Throttling.User", KEYS: "IAM.0012", KEY: "IAM.0012", SECRETS: "APIGW.0308"}


@over_mock
@pytest.mark.parametrize("operation", OPERATIONS)
def test_errors_have_the_form_of_the_vendor(operation: str, calls: Calls) -> None:
    def error_of(fault: faults.Fault) -> Any:
        calls.cloud.inject(fault, operation=operation)
        with pytest.raises(StatusError) as raised:
            calls(operation, retry=ONCE)
        return raised.value

    throttled, failed = error_of(faults.throttled(retry_after=1.6)), error_of(faults.failed())
    wait = {"x-acs-retry-after": "1600"} if operation == LEAKS else {"retry-after": "2"}
    assert {name: throttled.headers[name] for name in throttled.headers if "retry" in name} == wait
    assert throttled.code == CODES[operation]
    assert None not in {throttled.request_id, failed.code, failed.vendor_message}
    page = error_of(faults.gateway_page())
    assert page.code is page.vendor_message is None
    assert page.content.startswith(b"<html>")


def test_a_late_response_is_a_time_out(calls: Calls) -> None:
    expected = calls(SECRETS)
    calls.cloud.inject(faults.slow(LATE))
    with pytest.raises(TimedOutError, match="ReadTimeout"):
        calls(SECRETS, timeout=httpx.Timeout(10, read=0.25), retry=ONCE)
    calls.cloud.inject(faults.slow(0.01), times=None)
    for timeout in (10, None):
        assert calls(SECRETS, timeout=timeout) == expected


@over_mock
@pytest.mark.parametrize(
    ("operation", "after", "message"), [(KEYS, 2, "repeats"), (SECRETS, 2, "repeats"), (LEAKS, 1, "page 1 in place of")]
)
def test_a_repeated_page_ends_a_listing(operation: str, after: int, message: str, calls: Calls) -> None:
    calls.cloud.inject(faults.repeated_page(), operation=operation, after=after)
    with pytest.raises(ListingError, match=message):
        calls(operation)
    assert len(calls.cloud.calls) == after + 1


@over_mock
@pytest.mark.parametrize("operation", [LEAKS, SECRETS])
def test_a_clock_that_is_off_is_explained_and_not_retried(operation: str, calls: Calls) -> None:
    calls.cloud.inject(faults.change(lambda cloud: setattr(cloud, "clock_skew", 20 * MINUTE)), after=1)
    with pytest.raises(AuthenticationError, match="clock"):
        calls(operation)
    assert len(calls.cloud.calls) == 2


@over_mock
def test_a_fault_may_affect_a_login(calls: Calls) -> None:
    calls.cloud.inject(faults.failed(), operation=TOKENS)
    assert calls(KEY, password=calls.cloud.password) == [calls.cloud.access_keys[0]]
    assert calls.statuses() == [(TOKENS, 500), (TOKENS, 201), (KEY, 200)]


@over_mock
def test_a_test_may_write_its_own_fault(calls: Calls) -> None:
    def teapot(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        assert cloud is calls.cloud
        return attrs.evolve(serve(), status=418, headers={"X-Teapot": request.method})

    calls.cloud.inject(teapot, after=1)
    with pytest.raises(StatusError) as raised:
        calls(SECRETS)
    assert (type(raised.value), raised.value.headers["x-teapot"]) == (StatusError, "GET")
    assert calls.statuses() == [(SECRETS, 200), (SECRETS, 418)]


# The schedule.

NO_OPERATION = ReceivedRequest("GET", "/nothing", httpx.Headers())


def are_affected(cloud: FakeCloud, operations: list[str]) -> list[bool]:
    """Call operations, or none of them for an empty name; return which calls fail with a fault."""
    requests = [request_of(name, nonce=str(number)) if name else NO_OPERATION for number, name in enumerate(operations)]
    return [cloud.respond(request).status >= 500 for request in requests]


@given(
    st.sampled_from([None, LEAKS, SECRETS, ""]),
    st.integers(0, 3),
    st.none() | st.integers(1, 3),
    st.lists(st.sampled_from([LEAKS, SECRETS, KEYS, ""]), max_size=12),
)
def test_a_fault_affects_the_planned_calls(
    operation: str | None, after: int, times: int | None, operations: list[str]
) -> None:
    cloud = fixed_cloud()
    cloud.inject(faults.failed(), operation=operation, after=after, times=times)
    affected = [number for number, name in enumerate(operations) if operation in {None, name}][after:][:times]
    assert are_affected(cloud, operations) == [number in affected for number in range(len(operations))]


def test_a_call_meets_the_first_fault_that_is_due_and_counts_for_all() -> None:
    cloud = fixed_cloud()
    for status, after in ((501, 1), (502, 0), (503, 0), (504, 4)):
        cloud.inject(faults.failed(status), after=after)
    assert [cloud.respond(request_of(SECRETS)).status for _ in range(6)] == [502, 501, 503, 200, 504, 200]


WRONG_PLANS: list[dict[str, Any]] = [
    *({"fault": fault} for fault in (faults.throttled, faults.change, "throttled", None)),
    *({"operation": "ListSecret"}, {"after": -1}, {"times": 0}),
]


@pytest.mark.parametrize("wrong", WRONG_PLANS)
def test_an_impossible_plan_is_refused(wrong: dict[str, Any]) -> None:
    plan: dict[str, Any] = {"fault": faults.failed(), **wrong}
    with pytest.raises((TypeError, ValueError), match="must be"):
        FakeCloud().inject(**plan)
