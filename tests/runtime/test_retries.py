"""What is repeated, and what never is."""

from __future__ import annotations

import json
import logging
import threading

import attrs
import httpx
import pytest

from cloudkeys import AccessKey
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    CredentialsError,
    DecodeError,
    ListingError,
    NotFoundError,
    ParameterError,
    PermissionDeniedError,
    ResponseTooLargeError,
    ServerError,
    StatusError,
    TimedOutError,
)
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.retries import is_retryable
from cloudkeys.runtime.status import status_error
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets
from runtime.scripted import (
    HTML,
    KINDS,
    OPENERS,
    QUICK,
    RETRIED,
    THROTTLING,
    Scripted,
    Step,
    alibaba_error,
    count_of,
    huawei_error,
    open_alibaba,
    open_huawei,
)
from runtime.services import show

REPEATED: dict[str, tuple[str, FakeResponse]] = {
    **{f"{vendor} {status}": (vendor, FakeResponse(status, HTML)) for vendor in OPENERS for status in RETRIED},
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
    vendor, response = REPEATED[name]
    service = Scripted(response, response)
    assert count_of(driver, OPENERS[vendor](driver, service)) == 1
    assert len(service.asked) == 3


NOT_REPEATED: dict[str, tuple[str, FakeResponse, type[CloudkeysError]]] = {
    "alibaba 400": ("alibaba", FakeResponse(400, HTML), StatusError),
    "alibaba 401": ("alibaba", FakeResponse(401, HTML), AuthenticationError),
    "alibaba 403": ("alibaba", FakeResponse(403, HTML), PermissionDeniedError),
    "alibaba 404": ("alibaba", FakeResponse(404, HTML), NotFoundError),
    "huawei 400": ("huawei", huawei_error(400, "CSMS.0002"), StatusError),
    "huawei 401": ("huawei", FakeResponse(401, HTML), AuthenticationError),
    "huawei 403": ("huawei", FakeResponse(403, HTML), PermissionDeniedError),
    "huawei 404": ("huawei", FakeResponse(404, HTML), NotFoundError),
    "a wrong signature of Huawei": ("huawei", huawei_error(401, "APIGW.0301"), AuthenticationError),
    "an expired token": ("huawei", huawei_error(403, "KMS.0303"), AuthenticationError),
    "a wrong signature": ("alibaba", alibaba_error(400, "SignatureDoesNotMatch"), AuthenticationError),
    "a wrong signature, 403": ("alibaba", alibaba_error(403, "SignatureDoesNotMatch"), AuthenticationError),
    "a wrong signature, 503": ("alibaba", alibaba_error(503, "SignatureDoesNotMatch"), AuthenticationError),
    "a nonce that was used": ("alibaba", alibaba_error(400, "SignatureNonceUsed"), AuthenticationError),
    "a clock that is off": ("alibaba", alibaba_error(400, "InvalidTimeStamp.Expired"), AuthenticationError),
    "no such key": ("alibaba", alibaba_error(404, "InvalidAccessKeyId.NotFound"), AuthenticationError),
    "no permission": ("alibaba", alibaba_error(400, "NoPermission"), PermissionDeniedError),
    "501": ("alibaba", FakeResponse(501, HTML), ServerError),
    "an undocumented success": ("alibaba", FakeResponse(202, b"{}"), StatusError),
    "a redirect": ("alibaba", FakeResponse(302, b"", {"Location": "/"}), StatusError),
    "a wrong type": ("alibaba", FakeResponse(200, b'{"AccessKeyLeakList": 5}'), DecodeError),
    "no JSON": ("huawei", FakeResponse(200, HTML), DecodeError),
    "a truncated body": ("huawei", FakeResponse(200, b'{"secrets": ['), DecodeError),
    "a large body": ("huawei", FakeResponse(200, b" " * 2000), ResponseTooLargeError),
}


@over_mock
@pytest.mark.parametrize("name", NOT_REPEATED)
def test_what_will_not_pass_is_not_repeated(driver: Driver, name: str) -> None:
    vendor, response, kind = NOT_REPEATED[name]
    service = Scripted(*[response] * 9)
    with pytest.raises(kind) as caught:
        count_of(driver, OPENERS[vendor](driver, service, largest_response=1000))
    assert type(caught.value) is kind
    assert len(service.asked) == 1


def test_what_cannot_be_sent_is_not_repeated(driver: Driver) -> None:
    service, keys = Scripted(), Supply()
    huawei = open_huawei(driver, service, credentials=keys)
    with pytest.raises(ParameterError, match="access_key"):
        show(driver, huawei, "a/b")
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


@over_mock
@pytest.mark.parametrize("kind", BREAKS)
def test_each_failure_of_the_transport_is_repeated(driver: Driver, kind: type[httpx.TransportError]) -> None:
    service = Scripted(*[kind("broken")] * 3)
    assert count_of(driver, open_alibaba(driver, service)) == 1
    assert len(service.asked) == 4
    service = Scripted(*[kind("broken")] * 9)
    ours = TimedOutError if issubclass(kind, httpx.TimeoutException) else ConnectionFailedError
    with pytest.raises(ours, match=f"DescribeAccesskeyLeakList: .*{kind.__name__}"):
        count_of(driver, open_alibaba(driver, service))
    assert len(service.asked) == QUICK.attempts


@pytest.mark.parametrize("vendor", OPENERS)
def test_a_connection_that_is_closed_is_repeated(driver: Driver, vendor: str) -> None:
    # Over sockets the thread that serves the connection ends with it, and the connection is closed.
    service = Scripted(*[httpx.RemoteProtocolError("closed")] * 2)
    assert count_of(driver, OPENERS[vendor](driver, service)) == 1
    assert len(service.asked) == 3


def test_a_time_out_is_repeated(driver: Driver) -> None:
    service, over = Scripted(), threading.Event()

    def slow(request: httpx.Request) -> FakeResponse:
        response = service(request)
        if len(service.asked) <= 2:
            if not driver.over_sockets:
                raise httpx.ReadTimeout("slow", request=request)
            over.wait(5)
        over.set()
        return response

    assert count_of(driver, open_alibaba(driver, slow, timeout=0.2)) == 1
    # On a machine that is slow itself, the third attempt may take too long too.
    assert len(service.asked) in {3, QUICK.attempts}


@over_sockets
def test_a_closed_port_is_tried_as_often_as_the_policy_says(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, logger="cloudkeys")
    with pytest.raises(ConnectionFailedError, match=r"ListSecrets: \S+: ConnectError"):
        count_of(driver, open_huawei(driver, Scripted(), base_url=f"http://127.0.0.1:{closed_port()}"))
    messages = [record.getMessage() for record in caplog.records if record.name == "cloudkeys"]
    assert len(messages) == QUICK.attempts
    assert [f"attempt {number}," in text for number, text in enumerate(messages, 1)] == [True] * QUICK.attempts


@pytest.mark.parametrize("vendor", OPENERS)
@pytest.mark.parametrize("attempts", [1, 2, 5])
def test_the_last_error_is_raised_after_all_attempts(driver: Driver, vendor: str, attempts: int) -> None:
    service = Scripted(*[FakeResponse(503, HTML, {"x-request-id": f"request-{number}"}) for number in range(1, 10)])
    with pytest.raises(ServerError) as caught:
        count_of(driver, OPENERS[vendor](driver, service, retry=attrs.evolve(QUICK, attempts=attempts)))
    assert caught.value.request_id == f"request-{attempts}"
    assert len(service.asked) == attempts


def test_errors_of_several_kinds_are_repeated_in_one_call(driver: Driver) -> None:
    service = Scripted(FakeResponse(502, HTML), httpx.ReadError("closed"), alibaba_error(400, "Throttling.User"))
    assert count_of(driver, open_alibaba(driver, service)) == 1
    service = Scripted(FakeResponse(502, HTML), alibaba_error(400, "SignatureDoesNotMatch"), FakeResponse(502, HTML))
    with pytest.raises(AuthenticationError):
        count_of(driver, open_alibaba(driver, service))
    assert len(service.asked) == 2


def test_each_attempt_is_signed_anew(driver: Driver) -> None:
    service, keys = Scripted(*[FakeResponse(503, HTML)] * 3), Supply()
    assert count_of(driver, open_alibaba(driver, service, credentials=keys)) == 1
    assert len({request.headers["x-acs-signature-nonce"] for request in service.asked}) == 4
    signed = [request.headers["Authorization"] for request in service.asked]
    assert [text.split("Credential=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]
    assert len({str(request.url) for request in service.asked}) == 1


def test_each_attempt_is_signed_with_the_key_of_the_moment(driver: Driver) -> None:
    service, keys = Scripted(*[FakeResponse(503, HTML)] * 3), Supply()
    assert count_of(driver, open_huawei(driver, service, credentials=keys)) == 1
    signed = [request.headers["Authorization"] for request in service.asked]
    assert [text.split("Access=")[1].split(",")[0] for text in signed] == ["key-1", "key-2", "key-3", "key-4"]


def error_of(status: int, code: str | None = None) -> StatusError:
    return status_error("Op", RawResponse(status, {}, json.dumps({"Code": code} if code else {}).encode()), None)


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
        (ListingError("Op", "repeats"), False),
        (DecodeError("Op", 200, {}, b""), False),
        (DecodeError("Op", 503, {}, b""), False),
        (ResponseTooLargeError("Op", 503, {}, b""), False),
        (ValueError("x"), False),
        (TimeoutError(), False),
    ],
)
def test_which_errors_may_be_repeated(error: Exception, *, expected: bool) -> None:
    assert is_retryable(error) is expected


HICCUPS: dict[str, Step] = {
    "throttled": FakeResponse(429, b"{}", {"Retry-After": "0"}),
    "failed": FakeResponse(503, HTML),
    "closed": httpx.ReadError("closed"),
}


@over_mock
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hiccup", HICCUPS)
@pytest.mark.parametrize("bad", [{2}, {1, 3, 5}, {2, 3, 4}])
def test_a_page_that_fails_is_repeated_and_no_item_is_lost(
    driver: Driver, kind: str, hiccup: str, bad: set[int]
) -> None:
    service = KINDS[kind].serve(18)
    received: list[str] = []

    def hiccuping(request: httpx.Request) -> FakeResponse:
        received.append(str(request.url.query))
        if len(received) not in bad:
            response: FakeResponse = service(request)
            return response
        step = HICCUPS[hiccup]
        if isinstance(step, Exception):
            raise step
        return step

    found = driver.items(KINDS[kind].listing(KINDS[kind].open(driver, hiccuping), 6))
    assert KINDS[kind].keys(found) == service.ids
    assert len(received) == len(service.requests) + len(bad)
    assert len(service.requests) == len({str(query) for query in service.requests})
