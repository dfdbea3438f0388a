"""Every fault that the fake cloud can have is seen by the public clients as it should be, whichever way they call."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import attrs
import httpx
import pytest

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
from cloudkeys.testing import (
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_secret,
    faults,
)
from cloudkeys.testing.state import PROJECT_ID, CloudState
from contract.tally import trying
from driver import Driver
from shells import TARGETS
from testing.requests import CLIENTS, KEY, KEYS, LEAKS, MINUTE, SECRETS, TOKENS, known, new_cloud, reached

RETRIED, RAISED, SCHEDULED = "fake cloud: fault, retried", "fake cloud: fault, raised", "fake cloud: fault, scheduled"
OPERATIONS = (LEAKS, KEYS, KEY, SECRETS)
AT_ONCE = RetryPolicy(attempts=3, first_wait=0, jitter=0)
ONCE = RetryPolicy(attempts=1)
LATE = 60.0


def filled_cloud(**settings: Any) -> FakeCloud:
    return new_cloud(
        leaks=[example_leak(number) for number in range(1, 7)],
        access_keys=[example_access_key(number, access=f"EXAMPLE{number or ''}") for number in range(6)],
        secrets={PROJECT_ID: [example_secret(number) for number in range(1, 7)]},
        **settings,
    )


class Calls:
    """Calls each operation of a cloud in one of four ways, a page of two after another."""

    def __init__(self, cloud: FakeCloud, driver: Driver, settings: dict[str, Any]) -> None:
        self.cloud, self._driver = cloud, driver
        self._settings: dict[str, Any] = {"timeout": 10, "retry": AT_ONCE} | settings

    def __call__(self, operation: str, **settings: Any) -> list[Any]:
        target = TARGETS[operation]
        way = "async" if self._driver.is_async else "sync"
        client = CLIENTS[target.vendor](way, self.cloud, **self._settings | settings)
        arguments = known(target.method_arguments())
        if operation == KEY:
            return [self._driver.do(lambda: target.method(client)(**arguments)).credential]
        size = {target.module.PAGING.size: 2}
        return self._driver.items(target.method(client)(**arguments, **size))

    def statuses(self) -> list[tuple[str, int]]:
        return [(call.operation, call.status) for call in self.cloud.calls]


@pytest.fixture
def calls(driver: Driver) -> Iterator[Calls]:
    cloud = filled_cloud()
    with reached(cloud, driver) as settings:
        yield Calls(cloud, driver, settings)


class Seen(NamedTuple):
    """How a fault is seen: as which error, with which status at either vendor, and whether it is retried."""

    fault: faults.Fault
    error: type[CloudkeysError]
    at_alibaba: int | None = None
    at_huawei: int | None = None
    is_retried: bool = True


FAULTS = {
    "throttled": Seen(faults.throttled(), ThrottledError, 400, 429),
    "throttled with 429": Seen(faults.throttled(status=429), ThrottledError, 429, 429),
    "failed": Seen(faults.failed(), ServerError, 500, 500),
    "failed with 503": Seen(faults.failed(503), ServerError, 503, 503),
    "failed with 520": Seen(faults.failed(520), ServerError, 520, 520, is_retried=False),
    "gateway's page": Seen(faults.gateway_page(), ServerError, 502, 502),
    "gateway's page with 504": Seen(faults.gateway_page(504), ServerError, 504, 504),
    "gateway's page with 599": Seen(faults.gateway_page(599), ServerError, 599, 599, is_retried=False),
    "malformed": Seen(faults.malformed(), DecodeError, 200, 200, is_retried=False),
    "reset": Seen(faults.broken_connection(), ConnectionFailedError),
    "cut off": Seen(faults.broken_connection("cut off"), ConnectionFailedError),
}


# Both vendors meet each fault; the operations of Huawei Cloud, which answer alike, take turns.
MEETINGS = [
    (name, operation) for name, huawei in zip(FAULTS, itertools.cycle(OPERATIONS[1:])) for operation in (LEAKS, huawei)
]


@pytest.mark.parametrize(("name", "operation"), MEETINGS)
def test_a_fault_that_lasts_is_raised_and_a_single_one_retried(name: str, operation: str, calls: Calls) -> None:
    seen = FAULTS[name]
    status = seen.at_alibaba if operation == LEAKS else seen.at_huawei
    expected = calls(operation)
    calls.cloud.calls.clear()
    calls.cloud.inject(seen.fault, operation=operation, times=AT_ONCE.attempts if seen.is_retried else 1)
    with trying(operation, status or "-", RAISED), pytest.raises(seen.error) as raised:
        calls(operation)
    assert type(raised.value) is seen.error
    assert getattr(raised.value, "status_code", None) == status
    assert len(calls.cloud.calls) == (AT_ONCE.attempts if seen.is_retried else 1)
    if seen.is_retried:
        calls.cloud.inject(seen.fault, operation=operation, times=AT_ONCE.attempts - 1)
    with trying(operation, status or "-", RETRIED):
        assert calls(operation) == expected


CODES = {LEAKS: "Throttling.User", KEYS: "IAM.0012", KEY: "IAM.0012", SECRETS: "APIGW.0308"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_service_may_say_when_to_try_again(operation: str, calls: Calls) -> None:
    for seconds, expected in ((0, "0"), (2.0, "2"), (1.6, "2")):
        calls.cloud.inject(faults.throttled(retry_after=seconds), operation=operation)
        with trying(operation, "-", RAISED), pytest.raises(ThrottledError) as raised:
            calls(operation, retry=ONCE)
        asked = {name: raised.value.headers.get(name) for name in ("Retry-After", "x-acs-retry-after")}
        milliseconds = str(round(seconds * 1000))
        is_alibaba = operation == LEAKS
        assert asked == {
            "Retry-After": None if is_alibaba else expected,
            "x-acs-retry-after": milliseconds if is_alibaba else None,
        }
        assert raised.value.code == CODES[operation]
        assert raised.value.request_id


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_failure_has_the_vendors_form_and_a_gateways_page_has_none(operation: str, calls: Calls) -> None:
    for fault, has_form in ((faults.failed(), True), (faults.gateway_page(), False)):
        calls.cloud.inject(fault, operation=operation)
        with trying(operation, "-", RAISED), pytest.raises(ServerError) as raised:
            calls(operation, retry=ONCE)
        assert (raised.value.code is not None) is (raised.value.vendor_message is not None) is has_form
        assert raised.value.content.startswith(b"{" if has_form else b"<html>")


@pytest.mark.parametrize(("ending", "reason"), [("reset", "ReadError"), ("cut off", "RemoteProtocolError")])
def test_a_reset_is_not_what_a_cut_is(ending: Any, reason: str, calls: Calls) -> None:
    calls.cloud.inject(faults.broken_connection(ending))
    with trying(SECRETS, "-", RAISED), pytest.raises(ConnectionFailedError) as raised:
        calls(SECRETS, retry=ONCE)
    assert raised.value.reason.endswith(f": {reason}")
    # What the service did is on record, although nobody got to know.
    assert calls.statuses() == [(SECRETS, 200)]


def test_a_late_answer_is_a_time_out_and_retried(calls: Calls) -> None:
    expected = calls(SECRETS)
    calls.cloud.inject(faults.slow(LATE))
    with trying(SECRETS, "-", RETRIED):
        # A machine that is slow itself needs more attempts.
        assert calls(SECRETS, timeout=1, retry=RetryPolicy(attempts=10, first_wait=0, jitter=0)) == expected
    calls.cloud.inject(faults.slow(LATE))
    with trying(SECRETS, "-", RAISED), pytest.raises(TimedOutError, match="ReadTimeout"):
        calls(SECRETS, timeout=httpx.Timeout(10, read=0.25), retry=ONCE)


def test_an_answer_that_is_late_but_in_time_is_taken(calls: Calls) -> None:
    expected = calls(SECRETS)
    calls.cloud.inject(faults.slow(0.01), times=None)
    for timeout in (10, None):
        with trying(SECRETS, 200, RETRIED):
            assert calls(SECRETS, timeout=timeout) == expected


@pytest.mark.parametrize("operation", [KEYS, SECRETS])
def test_a_repeated_page_with_its_marker_ends_a_listing(operation: str, calls: Calls) -> None:
    calls.cloud.inject(faults.repeated_page(), operation=operation, after=2)
    with trying(operation, 200, RAISED), pytest.raises(ListingError, match="repeats"):
        calls(operation)
    assert len(calls.cloud.calls) == 3


def test_a_repeated_page_of_leaks_is_known_by_its_number(calls: Calls) -> None:
    calls.cloud.inject(faults.repeated_page(), operation=LEAKS, after=1)
    with trying(LEAKS, 200, RAISED), pytest.raises(ListingError, match="page 1 in place of page 2"):
        calls(LEAKS)
    assert len(calls.cloud.calls) == 2


def test_where_there_is_nothing_to_repeat_the_service_answers(calls: Calls) -> None:
    expected = calls(LEAKS)
    calls.cloud.inject(faults.repeated_page(), operation=SECRETS)
    with trying(SECRETS, 200, RETRIED):
        assert calls(SECRETS) == calls.cloud.secrets[PROJECT_ID]
        assert calls(LEAKS) == expected


DAMAGES = {"malformed": faults.malformed(), "cut off": faults.broken_connection("cut off"), "late": faults.slow(LATE)}


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_is_repeated_is_the_page_and_not_its_damage(damage: str, calls: Calls) -> None:
    calls.cloud.inject(DAMAGES[damage], operation=KEY)
    with pytest.raises(CloudkeysError):
        calls(KEY, retry=ONCE, timeout=0.25)
    calls.cloud.inject(faults.repeated_page(), operation=KEY)
    with trying(KEY, 200, RETRIED):
        assert [key.access for key in calls(KEY, retry=ONCE)] == ["EXAMPLE"]


def test_totals_that_move_give_nothing_twice(calls: Calls) -> None:
    before = list(calls.cloud.leaks)
    calls.cloud.inject(faults.change(lambda cloud: cloud.leaks.insert(0, example_leak(100))), after=1)
    with trying(LEAKS, 200, RETRIED):
        assert calls(LEAKS) == before
        assert [call.target[-1] for call in calls.cloud.calls] == ["1", "2", "3", "4"]
    calls.cloud.calls.clear()
    calls.cloud.inject(faults.change(lambda cloud: cloud.leaks.clear()), after=1)
    with trying(LEAKS, 200, RAISED), pytest.raises(ListingError, match="the total fell by 7 meanwhile"):
        calls(LEAKS)
    assert len(calls.cloud.calls) == 2


@pytest.mark.parametrize("operation", OPERATIONS)
def test_a_clock_that_jumps_is_no_reason_to_try_again(operation: str, calls: Calls) -> None:
    jump = faults.change(lambda cloud: setattr(cloud, "clock_skew", 20 * MINUTE))
    calls.cloud.inject(jump, after=0 if operation == KEY else 1)
    with trying(operation, "-", RAISED), pytest.raises(AuthenticationError, match="clock"):
        calls(operation)
    assert len(calls.cloud.calls) == (1 if operation == KEY else 2)


LOGIN_FAULTS = ("throttled", "failed", "gateway's page", "reset", "cut off")


@pytest.mark.parametrize("name", LOGIN_FAULTS)
def test_a_login_meets_faults_too(name: str, calls: Calls) -> None:
    seen = FAULTS[name]
    calls.cloud.inject(seen.fault, operation=TOKENS)
    with trying(TOKENS, seen.at_huawei or "-", RETRIED):
        assert calls(KEY, password=calls.cloud.password) == [calls.cloud.access_keys[0]]
        assert calls.statuses() == [(TOKENS, seen.at_huawei or 201), (TOKENS, 201), (KEY, 200)]
    calls.cloud.inject(seen.fault, operation=TOKENS, times=None)
    with trying(TOKENS, seen.at_huawei or "-", RAISED), pytest.raises(seen.error):
        calls(KEY, password=calls.cloud.password)


def test_a_fault_of_ones_own(calls: Calls) -> None:
    def teapot(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        answer = serve()
        assert (cloud, answer.status) == (calls.cloud, 200)
        return attrs.evolve(answer, status=418, headers={"X-Request-Id": request.method, "X-Teapot": "yes"})

    calls.cloud.inject(teapot, after=1)
    with trying(SECRETS, 418, RAISED), pytest.raises(StatusError) as raised:
        calls(SECRETS)
    assert type(raised.value) is StatusError
    assert (raised.value.status_code, raised.value.request_id) == (418, "GET")
    assert raised.value.headers["x-teapot"] == "yes"
    assert calls.statuses() == [(SECRETS, 200), (SECRETS, 418)]


def test_two_faults_are_met_in_the_order_of_their_injection(calls: Calls) -> None:
    calls.cloud.inject(faults.failed())
    calls.cloud.inject(faults.throttled())
    with trying(SECRETS, "-", SCHEDULED):
        assert len(calls(SECRETS)) == 6
        assert [status for _, status in calls.statuses()] == [500, 429, 200, 200, 200, 200]
