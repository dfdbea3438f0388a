"""What an error shows is printable and bounded, and never a secret."""

from __future__ import annotations

import json
import pickle
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cloudkeys import AccessKey, Password, RetryPolicy
from cloudkeys.errors import ConnectionFailedError, ResponseError
from cloudkeys.runtime.status import REQUEST_ID_HEADERS
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock, over_sockets, raw_server
from runtime.failing import CREDENTIAL, WAYS_TO_COPY, answering, assert_shows_no_secret, failure, failure_at
from runtime.services import ONCE, OPERATION, SECRET, TOKEN

HOSTILE = {
    "escapes": "\x1b[31mred\x07\x00\x9b",
    "lines": "one\r\ntwo\x85three\u2028four\u2029five\x0b\x0c",
    "directions": "\u202eabc\u2066\u200b\ufeff",
    "beyond Unicode's assigned planes": "\U000e0001\U0010ffff\ue000",
    "long": "x" * 100_000,
    "long and escaped": "\x1b" * 100_000,
}


@over_mock
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("shape", ["error_code error_msg request_id", "Code Message RequestId"])
def test_what_a_service_says_is_shown_on_one_printable_line_of_bounded_length(
    driver: Driver, name: str, shape: str
) -> None:
    error = failure(driver, answering(dict.fromkeys(shape.split(), HOSTILE[name])))
    assert error.code == error.vendor_message == HOSTILE[name]
    for text in (str(error), repr(error), error.request_id):
        assert text.isprintable()
        assert len(text) < 1200


def test_a_long_request_id_of_a_header_is_cut(driver: Driver) -> None:
    error = failure(driver, answering({}, headers={"X-Request-Id": "r" * 20_000}))
    assert len(error.request_id) == 300
    assert len(str(error)) < 400


def test_a_result_that_is_wrong_is_told_on_one_printable_line_of_bounded_length(driver: Driver) -> None:
    for hostile in HOSTILE.values():
        for body in ({"credential": {hostile: 1}}, {"credential": CREDENTIAL | {"create_time": hostile}}):
            error = failure(driver, answering(body, 200))
            assert str(error).isprintable()
            assert len(str(error)) < 1200


@over_sockets
def test_what_a_service_says_in_place_of_http_is_shown_on_one_printable_line(driver: Driver) -> None:
    with raw_server(b"\x1b[31m\x00\xff" * 1000 + b"\r\n\r\n") as (base_url, _):
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert str(error).isprintable()
    assert len(str(error)) < 400


def wrong_result(text: str, name: str) -> bytes:
    wrong = {"create_time": text, "Id": text, name: text}
    return json.dumps({"credential": CREDENTIAL | wrong, "AccessKeyLeakList": [wrong]}).encode()


SENT_SECRETS = ("Authorization", "X-Auth-Token", "X-Security-Token", "x-acs-security-token")


ECHOES: dict[str, Callable[[str], FakeResponse]] = {
    "the code": lambda text: FakeResponse(400, json.dumps({"error_code": text}).encode()),
    "the message": lambda text: FakeResponse(401, json.dumps({"error_code": "APIGW.0301", "error_msg": text}).encode()),
    "a long message": lambda text: FakeResponse(400, json.dumps({"Code": "c", "Message": f"a{text}b" * 99}).encode()),
    "the end of what is shown": lambda text: FakeResponse(400, json.dumps({"Code": "c" * 290 + text}).encode()),
    "an inner message": lambda text: FakeResponse(403, json.dumps({"error": {"code": 403, "message": text}}).encode()),
    "the request id": lambda text: FakeResponse(500, json.dumps({"request_id": text}).encode()),
    "Alibaba's request id": lambda text: FakeResponse(400, json.dumps({"Code": "c", "RequestId": f"a{text}"}).encode()),
    "a page": lambda text: FakeResponse(502, f"<html>{text}</html>".encode()),
    "a header": lambda text: FakeResponse(404, b"{}", {"X-Echo": text, "WWW-Authenticate": text}),
    "a redirect": lambda text: FakeResponse(302, b"", {"Location": f"/{text}"}),
    **{
        f"the header {name}": lambda text, name=name: FakeResponse(429, b"{}", {name: text})  # type: ignore[misc]
        for name in REQUEST_ID_HEADERS
    },
    "the request id of a wrong result": lambda text: FakeResponse(200, b"[]", {"X-Request-Id": text}),
    "a value of a wrong result": lambda text: FakeResponse(200, wrong_result(text, "status")),
    "a name of a wrong result": lambda text: FakeResponse(200, wrong_result("7", text)),
    "a large result": lambda text: FakeResponse(200, text.encode() * 1000, {"X-Request-Id": text}),
}


HELD: dict[str, dict[str, Any]] = {
    "a token": {"token": TOKEN},
    "temporary keys": {"token": None, "credentials": AccessKey("AK", SECRET, TOKEN)},
}


@over_mock
@pytest.mark.parametrize("place", ECHOES)
@pytest.mark.parametrize("held", HELD)
def test_no_message_shows_a_secret_that_the_service_echoes(driver: Driver, place: str, held: str) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> FakeResponse:
        sent.extend(value for name in SENT_SECRETS if (value := request.headers.get(name)))
        return ECHOES[place](sent[-1])

    error = failure(driver, echo, largest_response=9000, **HELD[held])
    assert sent[-1] == TOKEN
    assert_shows_no_secret(error, *sent)


@over_mock
@pytest.mark.parametrize("header", ["Authorization", "x-acs-security-token"])
@pytest.mark.parametrize("place", ECHOES)
def test_no_message_of_alibaba_shows_a_secret_that_the_service_echoes(driver: Driver, place: str, header: str) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers[header])
        return ECHOES[place](sent[-1])

    key = AccessKey("AK", SECRET, TOKEN)
    alibaba = driver.alibaba(echo, credentials=key, retry=ONCE, largest_response=9000)
    with pytest.raises(ResponseError) as caught:
        driver.items(alibaba.sas.describe_accesskey_leak_list())
    assert_shows_no_secret(caught.value, *sent)


def test_no_message_shows_the_signature_that_the_service_echoes(driver: Driver) -> None:
    sent: list[str] = []

    def echo(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers["Authorization"])
        body = {"error_code": "APIGW.0301", "error_msg": f"Incorrect authorization: {sent[-1]}", "request_id": sent[-1]}
        return FakeResponse(401, json.dumps(body).encode())

    assert_shows_no_secret(failure(driver, echo, token=None, credentials=AccessKey("AK", SECRET)), *sent)


@over_mock
@pytest.mark.parametrize("place", ECHOES)
def test_no_message_shows_a_password_that_the_service_echoes(driver: Driver, place: str) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    error = failure(driver, lambda _: ECHOES[place](SECRET), token=None, password=password)
    assert error.operation == "KeystoneCreateUserTokenByPassword"
    assert_shows_no_secret(error)


def test_no_message_shows_a_new_token_that_the_service_echoes(driver: Driver) -> None:
    password = Password(user="u", password=SECRET, domain="d")
    for body in (b"{}", b'{"token": {"expires_at": "2099-01-01T00:00:00Z"}}'):

        def echo(request: httpx.Request, body: bytes = body) -> FakeResponse:
            headers = {"X-Subject-Token": TOKEN, "X-Request-Id": TOKEN}
            return FakeResponse(201, body, headers) if request.method == "POST" else ECHOES["the request id"](TOKEN)

        assert_shows_no_secret(failure(driver, echo, token=None, password=password))


def test_no_message_shows_a_secret_after_repeated_attempts(driver: Driver) -> None:
    attempts: list[int] = []

    def echo(_: httpx.Request) -> FakeResponse:
        attempts.append(1)
        return FakeResponse(503, json.dumps({"error_code": TOKEN, "error_msg": TOKEN}).encode())

    error = failure(driver, echo, retry=RetryPolicy(attempts=3, first_wait=0, jitter=0))
    assert len(attempts) == 3
    assert_shows_no_secret(error)


@over_sockets
@pytest.mark.parametrize("start", ["", "HTTP/1.1 ", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 200 OK\r\nContent-Length: "])
def test_no_message_shows_a_secret_that_comes_in_place_of_http(driver: Driver, start: str) -> None:
    with raw_server(f"{start}{TOKEN}\r\n\r\n".encode()) as (base_url, _):
        error = failure_at(driver, base_url)
    assert type(error) is ConnectionFailedError
    assert_shows_no_secret(error)


def test_what_the_service_sent_is_in_attributes_unchanged(driver: Driver) -> None:
    body = {"error_code": "X.1", "error_msg": f"bad token {TOKEN}"}
    error = failure(driver, answering(body))
    assert error.vendor_message == body["error_msg"]
    assert json.loads(error.content) == body
    assert str(error) == f"{OPERATION}: status 400: X.1: bad token ***"


@pytest.mark.parametrize("held", HELD)
def test_an_error_holds_no_secret_that_the_service_did_not_send(driver: Driver, held: str) -> None:
    for status in (200, 401, 500):
        error = failure(driver, answering({"Code": "c"}, status), **HELD[held])
        for secret in (SECRET, TOKEN):
            assert secret not in str(vars(error))
            assert secret not in str(error.args)
            assert secret.encode() not in pickle.dumps(error)


@over_mock
@pytest.mark.parametrize("place", ["the message", "the request id", "the header x-request-id"])
@pytest.mark.parametrize("way", WAYS_TO_COPY)
def test_a_copy_shows_no_secret_that_the_service_echoes(driver: Driver, place: str, way: str) -> None:
    error = failure(driver, lambda _: ECHOES[place](TOKEN))
    again = WAYS_TO_COPY[way](error)
    assert_shows_no_secret(again)
    assert (str(again), again.request_id) == (str(error), error.request_id)
