"""How often each operation reaches the server after each failure, and what its error says: counted where it arrives."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cloudkeys import Password
from cloudkeys.auth.token import PasswordTokenAuth
from cloudkeys.errors import CloudkeysError, NotFoundError, ServerError
from cloudkeys.runtime.operation import Operation
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, raw_server
from generation.writes import QUICK, models, open_client, package, writes_spec
from shells import TARGETS
from specs import DOCUMENTS, PLACES
from toolchain.document import operations

ADVICE = "the call may have taken effect: list, and look, before you make it again"
CALLS: dict[str, Callable[[Any], Any]] = {
    "CreateKey": lambda client: client.create_key("u", None),
    "DeleteKeys": lambda client: client.delete_keys(["a"]),
    "DeleteKey": lambda client: client.delete_key("1"),
    "UpdateKey": lambda client: client.update_key("1", 1, models().CredentialUpdate()),
    "ActivateKey": lambda client: client.activate_key("1"),
    "Mark": lambda client: client.mark(id=1),
    "DropKey": lambda client: client.drop_key(id="1"),
    "SetPassword": lambda client: client.set_password("password"),
    "Find": lambda client: client.find(user_id="1"),
    "ListKeys": lambda client: client.list_keys(),
    "ListByMarker": lambda client: client.list_by_marker(),
    "ListByOffset": lambda client: client.list_by_offset(),
    "ListByNumber": lambda client: client.list_by_number(),
}
ONCE = {"CreateKey", "ActivateKey", "SetPassword"}
"""The operations of the small spec that aren't idempotent."""
DELETES = [name for name in CALLS if name in {"DeleteKey", "DeleteKeys", "DropKey"}]
FAILURES: dict[str, tuple[FakeResponse | Exception, bool]] = {
    "500": (FakeResponse(500, b""), True),
    "502": (FakeResponse(502, b"<html>"), True),
    "503": (FakeResponse(503, b'{"Code": "ServiceUnavailable", "Message": "m"}'), True),
    "a service that fails at 400": (FakeResponse(400, b'{"Code": "ServiceUnavailable", "Message": "m"}'), True),
    "429": (FakeResponse(429, b""), False),
    "throttling at 400": (FakeResponse(400, b'{"Code": "Throttling.User", "Message": "m"}'), False),
    "throttling at 503": (FakeResponse(503, b'{"Code": "Throttling", "Message": "m"}'), False),
    "a read time-out": (httpx.ReadTimeout("x"), True),
    "a write time-out": (httpx.WriteTimeout("x"), True),
    "a connection that broke": (httpx.ReadError("x"), True),
    "a connection that broke while it was written to": (httpx.WriteError("x"), True),
    "a server that hung up": (httpx.RemoteProtocolError("x"), True),
    "a connection that was refused": (httpx.ConnectError("x"), False),
    "a connection that took too long": (httpx.ConnectTimeout("x"), False),
    "no free connection": (httpx.PoolTimeout("x"), False),
    "a proxy that refused": (httpx.ProxyError("x"), False),
}
"""Each failure, and whether the call may have taken effect after it."""


class Counting:
    """Takes the steps one after the other, the last again and again, and counts what arrives."""

    def __init__(self, *steps: FakeResponse | Exception) -> None:
        self.steps, self.count = steps, 0

    def __call__(self, _: httpx.Request) -> FakeResponse:
        step = self.steps[min(self.count, len(self.steps) - 1)]
        self.count += 1
        if isinstance(step, Exception):
            raise step
        return step


def run(driver: Driver, call: Callable[[Any], Any], client: Any) -> Any:
    def start() -> Any:
        found = call(client)
        return driver_first(found)

    return driver.do(start)


def driver_first(found: Any) -> Any:
    """Loop over a listing, and leave what is no listing alone."""
    if hasattr(found, "__aiter__"):

        async def loop() -> list[Any]:
            return [item async for item in found]

        return loop()
    return list(found) if hasattr(found, "pages") else found


def failed(driver: Driver, call: Callable[[Any], Any], client: Any) -> CloudkeysError:
    with pytest.raises(CloudkeysError) as caught:
        run(driver, call, client)
    return caught.value


def test_there_is_a_call_of_each_operation() -> None:
    places = list(operations(writes_spec()))
    assert {place.operation["operationId"] for place in places} == set(CALLS)
    assert {place.operation["operationId"] for place in places if place.operation.get("x-idempotent") is False} == ONCE


@over_mock
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_repeated_only_where_that_does_no_harm(name: str, failure: str, driver: Driver) -> None:
    step, may_have = FAILURES[failure]
    service = Counting(step)
    error = failed(driver, CALLS[name], open_client(driver, service))
    assert service.count == (1 if name in ONCE and may_have else QUICK.attempts)
    assert error.may_have_taken_effect is may_have
    assert (ADVICE in str(error)) is (name in ONCE and may_have)
    assert str(error).count(ADVICE) <= 1


def test_what_creates_is_never_repeated_and_what_is_deleted_may_be_gone() -> None:
    said = {name: place.operation.get("x-idempotent") for name, (_, place) in PLACES.items()}
    for answer, verb in ((False, "Create"), ("delete", "Delete")):
        named = {name for name in said if name.partition(".")[2].startswith(verb)}
        assert named == {name for name, each in said.items() if each == answer}
        assert named


@over_mock
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("spec", DOCUMENTS)
def test_each_operation_of_each_spec_is_repeated_as_it_says(spec: str, failure: str, driver: Driver) -> None:
    step, may_have = FAILURES[failure]
    tried = 0
    for place in operations(DOCUMENTS[spec]):
        target = TARGETS[f"{spec}.{place.operation['operationId']}"]
        operation: Operation[Any, ..., Any] = target.operation
        may_repeat = place.operation.get("x-idempotent", True) is not False
        assert place.method == "get" or "x-idempotent" in place.operation
        assert operation.idempotent is may_repeat
        assert operation.absent_is_done is (place.operation.get("x-idempotent") == "delete")
        service = Counting(step)
        settings = target.settings("http://127.0.0.1", driver.serve(service) | {"retry": QUICK})
        made: Any = target.package.AsyncClient if driver.is_async else target.package.Client
        shell = target.module.asyncio if driver.is_async else target.module.sync
        error = failed(driver, lambda client: shell(client, **target.arguments), made(**settings))  # noqa: B023
        assert service.count == (QUICK.attempts if may_repeat or not may_have else 1)
        assert error.may_have_taken_effect is may_have
        tried += 1
    assert tried


@over_mock
@pytest.mark.parametrize("name", DELETES)
@pytest.mark.parametrize("failure", [name for name, (_, may_have) in FAILURES.items() if may_have])
def test_a_delete_that_is_repeated_and_finds_nothing_is_done(name: str, failure: str, driver: Driver) -> None:
    missing = FakeResponse(404, b'{"Code": "EntityNotExist.User.AccessKey", "Message": "m"}')
    service = Counting(FAILURES[failure][0], missing)
    result = run(driver, CALLS[name], open_client(driver, service))
    assert result == (None if name == "DeleteKey" else models().Done())
    assert service.count == 2


@over_mock
@pytest.mark.parametrize("name", DELETES)
@pytest.mark.parametrize("failure", [None, *(name for name, (_, may_have) in FAILURES.items() if not may_have)])
def test_a_delete_that_finds_nothing_at_first_is_an_error(name: str, failure: str | None, driver: Driver) -> None:
    steps = [FAILURES[failure][0]] if failure else []
    service = Counting(*steps, FakeResponse(404, b"{}"))
    error = failed(driver, CALLS[name], open_client(driver, service))
    assert isinstance(error, NotFoundError)
    assert error.may_have_taken_effect is False
    assert service.count == len(steps) + 1


@over_mock
@pytest.mark.parametrize("name", [name for name in CALLS if name not in DELETES and name not in ONCE])
def test_only_a_delete_takes_nothing_found_for_done(name: str, driver: Driver) -> None:
    service = Counting(FakeResponse(503, b""), FakeResponse(404, b"{}"))
    error = failed(driver, CALLS[name], open_client(driver, service))
    assert isinstance(error, NotFoundError)
    assert error.may_have_taken_effect


@over_mock
@pytest.mark.parametrize("name", sorted(ONCE))
def test_a_call_that_was_refused_as_one_too_many_is_made_again(name: str, driver: Driver) -> None:
    service = Counting(FakeResponse(429, b""), httpx.ConnectError("x"), FakeResponse(503, b""))
    error = failed(driver, CALLS[name], open_client(driver, service))
    assert isinstance(error, ServerError)
    assert ADVICE in str(error)
    assert service.count == 3


@pytest.mark.parametrize("broken", ["before the request", "after the request", "in the response"])
@pytest.mark.parametrize("name", ["CreateKey", "DeleteKey"])
def test_a_connection_that_breaks_on_loopback(name: str, broken: str) -> None:
    made, _ = package()

    def play(connection: socket.socket) -> None:
        if broken == "in the response":
            connection.sendall(b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{")

    if broken == "before the request":
        url = f"http://127.0.0.1:{closed_port()}"
        with made.Client(base_url=url, retry=QUICK) as client, pytest.raises(CloudkeysError) as caught:
            CALLS[name](client)
        assert caught.value.may_have_taken_effect is False
        assert ADVICE not in str(caught.value)
        return
    with raw_server(play) as (url, requests), made.Client(base_url=url, retry=QUICK) as client:
        with pytest.raises(CloudkeysError) as caught:
            CALLS[name](client)
        assert len(requests) == (1 if name in ONCE else QUICK.attempts)
    assert caught.value.may_have_taken_effect
    assert (ADVICE in str(caught.value)) is (name in ONCE)


TOKEN_FAILURES: dict[str, tuple[FakeResponse | Exception, int]] = {
    "a time-out": (httpx.ReadTimeout("x"), 4),
    "a connection that broke": (httpx.ReadError("x"), 4),
    "503": (FakeResponse(503, b""), 4),
    "a damaged answer": (FakeResponse(201, b"{"), 1),
}


@over_mock
@pytest.mark.parametrize("failure", TOKEN_FAILURES)
@pytest.mark.parametrize("name", ["CreateKey", "DeleteKey"])
def test_a_failed_request_for_a_token_is_no_failure_of_the_call(name: str, failure: str, driver: Driver) -> None:
    step, attempts = TOKEN_FAILURES[failure]
    arrived: list[str] = []

    def handle(request: httpx.Request) -> FakeResponse:
        arrived.append(request.url.path)
        if isinstance(step, Exception):
            raise step
        return step

    url = "http://127.0.0.1:8080"
    password = Password(user="u", password="password", domain="d")  # noqa: S106
    auth = PasswordTokenAuth(password, {"domain": {"id": "d"}}, url, url)
    error = failed(driver, CALLS[name], open_client(driver, handle, auth=auth))
    assert arrived == ["/v3/auth/tokens"] * attempts
    assert error.may_have_taken_effect is False
    assert ADVICE not in str(error)


@over_mock
def test_a_delete_after_a_failed_request_for_a_token_was_not_sent_before(driver: Driver) -> None:
    token = json.dumps({"token": {"expires_at": "2099-01-01T00:00:00Z"}}).encode()
    given = FakeResponse(201, token, {"X-Subject-Token": "token"})
    service = Counting(httpx.ReadTimeout("x"), given, FakeResponse(404, b"{}"))
    url = "http://127.0.0.1:8080"
    password = Password(user="u", password="password", domain="d")  # noqa: S106
    auth = PasswordTokenAuth(password, {"domain": {"id": "d"}}, url, url)
    error = failed(driver, CALLS["DeleteKey"], open_client(driver, service, auth=auth))
    assert isinstance(error, NotFoundError)
    assert service.count == 3
