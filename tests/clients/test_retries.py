from __future__ import annotations

import json
import logging
import random
import socket
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import attrs
import httpx
import pytest

from clients.test_paging import Keys, Leaks, Secrets
from cloudkeys import AccessKey, Alibaba, Huawei, RetryPolicy
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    CredentialsError,
    DecodeError,
    NotFoundError,
    PageLoopError,
    ParameterError,
    PermissionDeniedError,
    ResponseTooLargeError,
    ServerError,
    StatusError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.messages import Reply
from cloudkeys.retries import is_retryable, retry_after
from cloudkeys.status import status_error
from cloudkeys.testing import Answer
from driver import Driver, Handler

KEY = AccessKey("AK", "SK")
QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)
ONCE = RetryPolicy(attempts=1)
HTML = b"<html><h1>Bad Gateway</h1></html>"
RETRIED = (429, 500, 502, 503, 504)
THROTTLING = ("Throttling", "Throttling.User", "Throttling.Api")

Step = Answer | Exception


def alibaba_error(status: int, code: str) -> Answer:
    return Answer(status, json.dumps({"Code": code, "Message": "message", "RequestId": "R"}).encode())


def huawei_error(status: int, code: str) -> Answer:
    return Answer(status, json.dumps({"error_code": code, "error_msg": "message", "request_id": "R"}).encode())


class Scripted:
    """Plays a service: takes the steps one after the other, and then serves one leak or one secret."""

    def __init__(self, *steps: Step) -> None:
        self.steps: list[Any] = list(steps)
        self.asked: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> Answer:
        self.asked.append(request)
        step = self.steps.pop(0) if self.steps else (Secrets(1) if "/v1/" in request.url.path else Leaks(1))(request)
        if isinstance(step, Exception):
            raise step
        return step


def open_alibaba(driver: Driver, service: Handler, **options: Any) -> Alibaba:
    defaults: dict[str, Any] = {"credentials": KEY, "retry": QUICK}
    return Alibaba(**defaults | driver.serve(service) | options)


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Huawei:
    defaults: dict[str, Any] = {"credentials": KEY, "project_id": "p", "retry": QUICK}
    return Huawei(**defaults | driver.serve(service) | options)


def count_of(driver: Driver, client: Alibaba | Huawei) -> int:
    return len(driver.items(client.secrets() if isinstance(client, Huawei) else client.access_key_leaks()))


OPENERS: dict[str, Callable[..., Alibaba | Huawei]] = {"alibaba": open_alibaba, "huawei": open_huawei}


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def mocked(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Run the test without sockets, where these make no difference and there are many cases."""
    made = Driver(is_async=request.param, over_sockets=False)
    yield made
    made.close()


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Write down what would have been waited, and let the time that monotonic clocks tell go on by it at once."""
    waited: list[float] = []
    monotonic = time.monotonic

    async def wait(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr("tenacity.nap.time", SimpleNamespace(sleep=waited.append))
    monkeypatch.setattr("stamina._core._smart_sleep", wait)
    monkeypatch.setattr("time.monotonic", lambda: monotonic() + sum(waited))
    return waited


REPEATED: dict[str, tuple[str, Answer]] = {
    **{f"{vendor} {status}": (vendor, Answer(status, HTML)) for vendor in OPENERS for status in RETRIED},
    **{f"400 {code}": ("alibaba", alibaba_error(400, code)) for code in THROTTLING},
    "503 Throttling.User": ("alibaba", alibaba_error(503, "Throttling.User")),
    "400 ServiceUnavailable": ("alibaba", alibaba_error(400, "ServiceUnavailable")),
    "503 ServiceUnavailable": ("alibaba", alibaba_error(503, "ServiceUnavailable")),
    "500 ServerError": ("alibaba", alibaba_error(500, "ServerError")),
    "429 IAM.0012": ("huawei", huawei_error(429, "IAM.0012")),
    "403 IAM.0012": ("huawei", huawei_error(403, "IAM.0012")),
    "500 IAM.0006": ("huawei", huawei_error(500, "IAM.0006")),
}


@pytest.mark.parametrize("name", REPEATED)
def test_what_may_pass_is_repeated(driver: Driver, name: str) -> None:
    vendor, reply = REPEATED[name]
    service = Scripted(reply, reply)
    assert count_of(driver, OPENERS[vendor](driver, service)) == 1
    assert len(service.asked) == 3


NOT_REPEATED: dict[str, tuple[str, Answer, type[CloudkeysError]]] = {
    "alibaba 400": ("alibaba", Answer(400, HTML), StatusError),
    "alibaba 401": ("alibaba", Answer(401, HTML), AuthenticationError),
    "alibaba 403": ("alibaba", Answer(403, HTML), PermissionDeniedError),
    "alibaba 404": ("alibaba", Answer(404, HTML), NotFoundError),
    "huawei 400": ("huawei", huawei_error(400, "CSMS.0002"), StatusError),
    "huawei 401": ("huawei", Answer(401, HTML), AuthenticationError),
    "huawei 403": ("huawei", Answer(403, HTML), PermissionDeniedError),
    "huawei 404": ("huawei", Answer(404, HTML), NotFoundError),
    "a wrong signature of Huawei": ("huawei", huawei_error(401, "APIGW.0301"), AuthenticationError),
    "an expired token": ("huawei", huawei_error(403, "KMS.0303"), AuthenticationError),
    "a wrong signature": ("alibaba", alibaba_error(400, "SignatureDoesNotMatch"), AuthenticationError),
    "a wrong signature, 403": ("alibaba", alibaba_error(403, "SignatureDoesNotMatch"), AuthenticationError),
    "a wrong signature, 503": ("alibaba", alibaba_error(503, "SignatureDoesNotMatch"), AuthenticationError),
    "a nonce that was used": ("alibaba", alibaba_error(400, "SignatureNonceUsed"), AuthenticationError),
    "a clock that is off": ("alibaba", alibaba_error(400, "InvalidTimeStamp.Expired"), AuthenticationError),
    "no such key": ("alibaba", alibaba_error(404, "InvalidAccessKeyId.NotFound"), AuthenticationError),
    "no permission": ("alibaba", alibaba_error(400, "NoPermission"), PermissionDeniedError),
    "501": ("alibaba", Answer(501, HTML), ServerError),
    "an undocumented success": ("alibaba", Answer(202, b"{}"), StatusError),
    "a redirect": ("alibaba", Answer(302, b"", {"Location": "/"}), StatusError),
    "a wrong type": ("alibaba", Answer(200, b'{"AccessKeyLeakList": 5}'), DecodeError),
    "no JSON": ("huawei", Answer(200, HTML), DecodeError),
    "a truncated body": ("huawei", Answer(200, b'{"secrets": ['), DecodeError),
    "a large body": ("huawei", Answer(200, b" " * 2000), ResponseTooLargeError),
}


@pytest.mark.parametrize("name", NOT_REPEATED)
def test_what_will_not_pass_is_not_repeated(mocked: Driver, name: str) -> None:
    vendor, reply, kind = NOT_REPEATED[name]
    service = Scripted(*[reply] * 9)
    with pytest.raises(kind) as caught:
        count_of(mocked, OPENERS[vendor](mocked, service, largest_response=1000))
    assert type(caught.value) is kind
    assert len(service.asked) == 1


def test_what_cannot_be_sent_is_not_repeated(driver: Driver) -> None:
    service, keys = Scripted(), Supply()
    huawei = open_huawei(driver, service, credentials=keys)
    with pytest.raises(ParameterError, match="access_key"):
        driver.call(lambda: huawei.access_key("a/b"), lambda: huawei.access_key_async("a/b"))
    assert (keys.given, service.asked) == (0, [])


@pytest.mark.parametrize("failure", [CredentialsError("no key today"), LookupError("the vault is shut")])
def test_missing_credentials_are_not_looked_for_again(driver: Driver, failure: Exception) -> None:
    service, keys = Scripted(), Supply(failure)
    with pytest.raises(type(failure), match=str(failure.args[0])):
        count_of(driver, open_alibaba(driver, service, credentials=keys))
    assert (keys.given, service.asked) == (1, [])


class Supply:
    """Supplies key-1, key-2 and so on, or a failure."""

    def __init__(self, failure: Exception | None = None) -> None:
        self.given, self.failure = 0, failure

    def __call__(self) -> AccessKey:
        self.given += 1
        if self.failure is not None:
            raise self.failure
        return AccessKey(f"key-{self.given}", "SK")


BREAKS: list[type[httpx.TransportError]] = [
    httpx.ConnectError,
    httpx.ReadError,
    httpx.WriteError,
    httpx.CloseError,
    httpx.RemoteProtocolError,
    httpx.ProxyError,
    httpx.ConnectTimeout,
    httpx.ReadTimeout,
    httpx.WriteTimeout,
    httpx.PoolTimeout,
]


@pytest.mark.parametrize("kind", BREAKS)
def test_each_failure_of_the_transport_is_repeated(mocked: Driver, kind: type[httpx.TransportError]) -> None:
    service = Scripted(*[kind("broken")] * 3)
    assert count_of(mocked, open_alibaba(mocked, service)) == 1
    assert len(service.asked) == 4
    service = Scripted(*[kind("broken")] * 9)
    ours = TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError
    with pytest.raises(ours, match=f"DescribeAccesskeyLeakList: .*{kind.__name__}"):
        count_of(mocked, open_alibaba(mocked, service))
    assert len(service.asked) == QUICK.attempts


@pytest.mark.parametrize("vendor", OPENERS)
def test_a_connection_that_is_closed_is_repeated(driver: Driver, vendor: str) -> None:
    # Over sockets the thread that serves the connection ends with it, and the connection is closed.
    service = Scripted(*[httpx.RemoteProtocolError("closed")] * 2)
    assert count_of(driver, OPENERS[vendor](driver, service)) == 1
    assert len(service.asked) == 3


def test_a_time_out_is_repeated(driver: Driver) -> None:
    service, over = Scripted(), threading.Event()

    def slow(request: httpx.Request) -> Answer:
        reply = service(request)
        if len(service.asked) <= 2:
            if not driver.over_sockets:
                raise httpx.ReadTimeout("slow", request=request)
            over.wait(5)
        over.set()
        return reply

    assert count_of(driver, open_alibaba(driver, slow, timeout=0.2)) == 1
    assert len(service.asked) == 3
    threading.Event().wait(0.05)  # so that what the server's threads print belongs to this test


@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_a_closed_port_is_tried_as_often_as_the_policy_says(is_async: bool, caplog: pytest.LogCaptureFixture) -> None:  # noqa: FBT001
    caplog.set_level(logging.DEBUG, logger="cloudkeys")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    driver = Driver(is_async=is_async, over_sockets=True)
    with pytest.raises(ConnectionFailedError, match="ListSecrets: ConnectError"):
        count_of(driver, open_huawei(driver, Scripted(), base_url=f"http://127.0.0.1:{port}"))
    driver.close()
    messages = [record.getMessage() for record in caplog.records if record.name == "cloudkeys"]
    assert len(messages) == QUICK.attempts
    assert [f"attempt {number}," in text for number, text in enumerate(messages, 1)] == [True] * QUICK.attempts


@pytest.mark.parametrize("vendor", OPENERS)
@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_last_error_is_raised_after_all_attempts(driver: Driver, vendor: str, attempts: int) -> None:
    service = Scripted(*[Answer(503, HTML, {"x-request-id": f"request-{number}"}) for number in range(1, 10)])
    with pytest.raises(ServerError) as caught:
        count_of(driver, OPENERS[vendor](driver, service, retry=attrs.evolve(QUICK, attempts=attempts)))
    assert caught.value.request_id == f"request-{attempts}"
    assert len(service.asked) == attempts


def test_errors_of_several_kinds_are_repeated_in_one_call(driver: Driver) -> None:
    service = Scripted(Answer(502, HTML), httpx.ReadError("closed"), alibaba_error(400, "Throttling.User"))
    assert count_of(driver, open_alibaba(driver, service)) == 1
    service = Scripted(Answer(502, HTML), alibaba_error(400, "SignatureDoesNotMatch"), Answer(502, HTML))
    with pytest.raises(AuthenticationError):
        count_of(driver, open_alibaba(driver, service))
    assert len(service.asked) == 2


def test_repeating_is_on_by_default(driver: Driver, waits: list[float]) -> None:
    service = Scripted(*[Answer(503, HTML)] * 9)
    alibaba = Alibaba(credentials=KEY, **driver.serve(service))
    with pytest.raises(ServerError):
        count_of(driver, alibaba)
    assert len(service.asked) == 4
    for wait, least in zip(waits, [0.2, 0.4, 0.8], strict=True):
        assert least <= wait <= least + 0.5


def test_each_attempt_is_signed_anew(driver: Driver) -> None:
    service, keys = Scripted(*[Answer(503, HTML)] * 3), Supply()
    assert count_of(driver, open_alibaba(driver, service, credentials=keys)) == 1
    assert len({request.headers["x-acs-signature-nonce"] for request in service.asked}) == 4
    signed = [request.headers["Authorization"] for request in service.asked]
    assert [text.split("Credential=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]
    assert len({str(request.url) for request in service.asked}) == 1


def test_each_attempt_is_signed_with_the_key_of_the_moment(driver: Driver) -> None:
    service, keys = Scripted(*[Answer(503, HTML)] * 3), Supply()
    assert count_of(driver, open_huawei(driver, service, credentials=keys)) == 1
    signed = [request.headers["Authorization"] for request in service.asked]
    assert [text.split("Access=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]


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
    mocked: Driver, waits: list[float], policy: RetryPolicy, expected: list[float]
) -> None:
    with pytest.raises(ServerError):
        count_of(mocked, open_alibaba(mocked, Scripted(*[Answer(503, HTML)] * 9), retry=policy))
    assert waits == expected


def test_waits_are_lengthened_by_chance(mocked: Driver, waits: list[float]) -> None:
    random.seed(1)
    policy = RetryPolicy(attempts=9, first_wait=0, jitter=5)
    with pytest.raises(ServerError):
        count_of(mocked, open_alibaba(mocked, Scripted(*[Answer(503, HTML)] * 9), retry=policy))
    assert len(set(waits)) == 8
    assert all(0 <= wait <= 5 for wait in waits)


class Timed(Scripted):
    """Fails always, and writes down when it was asked."""

    def __init__(self, reply: Answer) -> None:
        super().__init__()
        self.reply, self.begun = reply, time.monotonic()
        self.times: list[float] = []

    def __call__(self, _: httpx.Request) -> Answer:
        self.times.append(time.monotonic() - self.begun)
        return self.reply


@pytest.mark.parametrize("total_seconds", [1, 10, 100])
def test_there_is_a_limit_on_the_whole_time(mocked: Driver, waits: list[float], total_seconds: float) -> None:
    service = Timed(Answer(503, HTML))
    policy = RetryPolicy(attempts=1000, first_wait=3, jitter=0, longest_wait=3, total_seconds=total_seconds)
    with pytest.raises(ServerError):
        count_of(mocked, open_alibaba(mocked, service, retry=policy))
    assert total_seconds - 3.1 < sum(waits) <= total_seconds + 3


@pytest.mark.parametrize("total_seconds", [1, 10, 100])
def test_no_attempt_is_begun_after_the_whole_time(mocked: Driver, waits: list[float], total_seconds: float) -> None:
    service = Timed(Answer(503, HTML))
    policy = RetryPolicy(attempts=1000, first_wait=3, jitter=0, longest_wait=3, total_seconds=total_seconds)
    with pytest.raises(ServerError):
        count_of(mocked, open_alibaba(mocked, service, retry=policy))
    assert max(service.times) <= total_seconds
    assert sum(waits) <= total_seconds


def test_no_wait_that_the_service_asks_for_goes_beyond_the_whole_time(driver: Driver, waits: list[float]) -> None:
    service = Timed(Answer(429, b"{}", {"Retry-After": "6"}))
    with pytest.raises(ThrottledError):
        count_of(driver, open_alibaba(driver, service, retry=RetryPolicy(attempts=99, total_seconds=10)))
    assert waits == [6]
    assert len(service.times) == 2


AFTER = RetryPolicy(attempts=2, first_wait=3, jitter=0, total_seconds=1000)
BAD_YEAR = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
JUNK = ["-5", "1.5", "soon", "", "1e3", "nan", "Mon, 99 Foo 2026 00:00:00 GMT", BAD_YEAR]


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
    mocked: Driver, waits: list[float], headers: dict[str, str], expected: float
) -> None:
    service = Scripted(Answer(429, b"{}", headers))
    assert count_of(mocked, open_alibaba(mocked, service, retry=AFTER)) == 1
    assert waits == [expected]


@pytest.mark.parametrize("reply", [huawei_error(429, "IAM.0012"), Answer(500, b""), Answer(503, HTML)])
def test_the_service_says_how_long_to_wait_with_any_error(driver: Driver, waits: list[float], reply: Answer) -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(seconds=25), usegmt=True)
    service = Scripted(attrs.evolve(reply, headers={"Retry-After": moment}))
    assert count_of(driver, open_huawei(driver, service, retry=AFTER)) == 1
    (wait,) = waits
    assert 5 < wait <= 25


def test_what_the_service_may_ask_for_is_a_setting(mocked: Driver, waits: list[float]) -> None:
    for longest, asked in ((0, 0), (2, 2), (100, 60)):
        policy = attrs.evolve(AFTER, longest_retry_after=longest)
        alibaba = open_alibaba(mocked, Scripted(Answer(429, b"{}", {"Retry-After": "60"})), retry=policy)
        assert count_of(mocked, alibaba) == 1
        assert waits.pop() == asked


def test_an_error_that_is_not_repeated_is_not_waited_for(driver: Driver, waits: list[float]) -> None:
    service = Scripted(Answer(403, b"{}", {"Retry-After": "7"}))
    with pytest.raises(PermissionDeniedError):
        count_of(driver, open_alibaba(driver, service))
    assert waits == []


@pytest.mark.parametrize("text", JUNK)
def test_junk_asks_for_nothing(text: str) -> None:
    assert retry_after({"retry-after": text}) is None
    assert retry_after({"x-acs-retry-after": text}) is None


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


def error_of(status: int, code: str | None = None) -> StatusError:
    return status_error("Op", Reply(status, {}, json.dumps({"Code": code} if code else {}).encode()), None)


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (ConnectionFailedError("Op", "refused"), True),
        (TimedOutError("Op", "slow"), True),
        *((error_of(status), True) for status in RETRIED),
        *((error_of(400, code), True) for code in THROTTLING),
        *((error_of(status, "ServiceUnavailable"), True) for status in (400, 429, 503)),
        (error_of(429, "IAM.0012"), True),
        *((error_of(status), False) for status in (202, 302, 400, 401, 403, 404, 409, 410, 418, 499, 501, 505, 520)),
        *(
            (error_of(status, code), False)
            for code in ("APIGW.0301", "SignatureDoesNotMatch", "SignatureNonceUsed", "KMS.0303", "NoPermission")
            for status in (400, 401, 403, 429, 500, 503)
        ),
        (ParameterError("Op", "limit", "must be 1 or more"), False),
        (CredentialsError("none"), False),
        (PageLoopError("Op", "repeats"), False),
        (DecodeError("Op", 200, {}, b""), False),
        (DecodeError("Op", 503, {}, b""), False),
        (ResponseTooLargeError("Op", 503, {}, b""), False),
        (ValueError("x"), False),
        (TimeoutError(), False),
    ],
)
def test_which_errors_may_be_repeated(error: Exception, *, expected: bool) -> None:
    assert is_retryable(error) is expected


@pytest.mark.parametrize("vendor", OPENERS)
def test_the_policy_is_replaced_for_a_copy(driver: Driver, vendor: str) -> None:
    service = Scripted()
    client = OPENERS[vendor](driver, service)
    impatient = client.with_options(retry=ONCE)
    service.steps = [Answer(503, HTML)]
    with pytest.raises(ServerError):
        count_of(driver, impatient)
    service.steps = [Answer(503, HTML)] * 3
    assert count_of(driver, client) == 1
    assert (client.retry, impatient.retry) == (QUICK, ONCE)
    assert impatient.connections is client.connections
    assert len(service.asked) == 5


def test_the_policy_is_replaced_for_a_call(driver: Driver) -> None:
    service = Scripted()
    huawei = open_huawei(driver, service, retry=ONCE)
    service.steps = [Answer(503, HTML)] * 3
    assert len(driver.items(huawei.with_options(retry=QUICK).secrets())) == 1
    assert len(service.asked) == 4
    service.steps = [Answer(503, HTML)]
    with pytest.raises(ServerError):
        driver.items(huawei.secrets())
    assert len(service.asked) == 5


@pytest.mark.parametrize(
    "values",
    [
        {"attempts": 0},
        {"attempts": -1},
        {"total_seconds": 0},
        {"total_seconds": -1},
        {"first_wait": -0.1},
        {"longest_wait": -1},
        {"jitter": -1},
        {"longest_retry_after": -1},
        *({name: float("nan")} for name in ("attempts", "total_seconds", "first_wait", "longest_wait", "jitter")),
    ],
)
def test_a_policy_that_cannot_be_right_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(values))):
        RetryPolicy(**values)
    with pytest.raises(ValueError, match=next(iter(values))):
        attrs.evolve(QUICK, **values)


@pytest.mark.parametrize("values", [{"attempts": "3"}, {"attempts": None}, {"tries": 3}])
def test_a_policy_of_another_type_is_refused(values: dict[str, Any]) -> None:
    with pytest.raises(TypeError):
        RetryPolicy(**values)


def test_a_policy_stays_as_it_is() -> None:
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        QUICK.attempts = 9  # type: ignore[misc]
    assert RetryPolicy() == RetryPolicy()


LISTED: dict[str, tuple[Callable[[int], Any], Callable[..., Any]]] = {
    "leaks": (Leaks, lambda driver, service: open_alibaba(driver, service).access_key_leaks(page_size=6)),
    "secrets": (Secrets, lambda driver, service: open_huawei(driver, service).secrets(page_size=6)),
    "keys": (Keys, lambda driver, service: open_huawei(driver, service).access_keys("u", page_size=6)),
}
HICCUPS: dict[str, Step] = {
    "throttled": Answer(429, b"{}", {"Retry-After": "0"}),
    "failed": Answer(503, HTML),
    "closed": httpx.ReadError("closed"),
}


@pytest.mark.parametrize("kind", LISTED)
@pytest.mark.parametrize("hiccup", HICCUPS)
@pytest.mark.parametrize("bad", [{2}, {1, 3, 5}, {2, 3, 4}])
def test_a_page_that_fails_is_repeated_and_no_item_is_lost(
    mocked: Driver, kind: str, hiccup: str, bad: set[int]
) -> None:
    make, open_listing = LISTED[kind]
    service = make(18)
    received: list[str] = []

    def hiccuping(request: httpx.Request) -> Answer:
        received.append(str(request.url.query))
        if len(received) not in bad:
            reply: Answer = service(request)
            return reply
        step = HICCUPS[hiccup]
        if isinstance(step, Exception):
            raise step
        return step

    found = mocked.items(open_listing(mocked, hiccuping))
    key = "access_key_id" if kind == "keys" else "id"
    assert [getattr(item, key) for item in found] == (service.names if kind == "secrets" else service.ids)
    assert len(received) == len(service.asked) + len(bad)
    assert len(service.asked) == len({str(query) for query in service.asked})
