"""Retries: how often each operation reaches the server after each failure, and what its error reports."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from callers import TARGETS
from cloudkeys import Password
from cloudkeys.auth.token import PasswordTokenAuth
from cloudkeys.errors import CloudkeysError, NotFoundError, ServerError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler, over_mock, raw_server
from generation.writes import QUICK, models, open_client, package, writes_spec
from specs import SPEC_OPERATIONS
from toolchain.document import operations

ADVICE = "the call may have taken effect: list what exists before you make it again"
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
"""The operations that are not idempotent."""
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
    """Play the steps in turn, then the last one again and again; record the path of each request."""

    def __init__(self, *steps: FakeResponse | Exception) -> None:
        self.steps = steps
        self.paths: list[str] = []

    @property
    def count(self) -> int:
        return len(self.paths)

    def __call__(self, request: httpx.Request) -> FakeResponse:
        step = self.steps[min(self.count, len(self.steps) - 1)]
        self.paths.append(request.url.path)
        if isinstance(step, Exception):
            raise step
        return step


def failed(driver: Driver, name: str, service: Handler, **settings: Any) -> CloudkeysError:
    """Return the error that a call of an operation raises."""
    client = open_client(driver, service, **settings)

    def call() -> object:
        is_listing = name.startswith("List")
        return driver.items(CALLS[name](client)) if is_listing else driver.run(lambda: CALLS[name](client))

    with pytest.raises(CloudkeysError) as caught:
        call()
    return caught.value


def test_the_table_of_calls_covers_each_operation() -> None:
    places = [place.operation for place in operations(writes_spec())]
    assert {each["operationId"] for each in places} == set(CALLS)
    assert {each["operationId"] for each in places if each.get("x-idempotent") is False} == ONCE


@over_mock
@pytest.mark.parametrize("failure", FAILURES)
@pytest.mark.parametrize("name", CALLS)
def test_a_call_is_retried_only_where_that_does_no_harm(name: str, failure: str, driver: Driver) -> None:
    step, may_have = FAILURES[failure]
    service = Counting(step)
    error = failed(driver, name, service)
    assert service.count == (1 if name in ONCE and may_have else QUICK.attempts)
    assert error.may_have_taken_effect is may_have
    assert (ADVICE in str(error)) is (name in ONCE and may_have)
    assert str(error).count(ADVICE) <= 1


def test_only_what_creates_is_never_retried_and_only_a_delete_may_find_nothing() -> None:
    idempotent = {name: place.operation.get("x-idempotent") for name, (_, place) in SPEC_OPERATIONS.items()}
    for value, verb in ((False, "Create"), ("delete", "Delete")):
        found = {name for name in idempotent if name.partition(".")[2].startswith(verb)}
        assert found
        assert found == {name for name, each in idempotent.items() if each == value}


@pytest.mark.parametrize("name", SPEC_OPERATIONS)
def test_each_generated_operation_is_retried_as_its_spec_states(name: str) -> None:
    idempotent = SPEC_OPERATIONS[name][1].operation.get("x-idempotent", True)
    operation = TARGETS[name].operation
    assert (operation.idempotent, operation.absent_is_done) == (idempotent is not False, idempotent == "delete")


@over_mock
@pytest.mark.parametrize("failure", [None, *FAILURES])
@pytest.mark.parametrize("name", DELETES)
def test_a_delete_is_done_where_only_a_retry_finds_nothing(name: str, failure: str | None, driver: Driver) -> None:
    step, may_have = FAILURES[failure] if failure else (None, False)
    missing = FakeResponse(404, b'{"Code": "EntityNotExist.User.AccessKey", "Message": "m"}')
    service = Counting(*([step] if step else []), missing)
    if may_have:
        result = driver.run(lambda: CALLS[name](open_client(driver, service)))
        assert result == (None if name == "DeleteKey" else models().Done())
    else:
        error = failed(driver, name, service)
        assert isinstance(error, NotFoundError)
        assert error.may_have_taken_effect is False
    assert service.count == len(service.steps)


@over_mock
@pytest.mark.parametrize("name", [name for name in CALLS if name not in {*DELETES, *ONCE}])
def test_any_other_call_that_finds_nothing_on_a_retry_is_an_error(name: str, driver: Driver) -> None:
    error = failed(driver, name, Counting(FakeResponse(503, b""), FakeResponse(404, b"{}")))
    assert isinstance(error, NotFoundError)
    assert error.may_have_taken_effect


@over_mock
def test_a_creation_is_retried_until_it_may_have_taken_effect(driver: Driver) -> None:
    service = Counting(FakeResponse(429, b""), httpx.ConnectError("x"), FakeResponse(503, b""))
    error = failed(driver, "CreateKey", service)
    assert isinstance(error, ServerError)
    assert ADVICE in str(error)
    assert service.count == 3


@pytest.mark.parametrize("content", [b"", b"HTTP/1.1 201 Created\r\nContent-Length: 100\r\n\r\n{"])
@pytest.mark.parametrize("name", ["CreateKey", "DeleteKey"])
def test_a_connection_that_breaks_on_loopback(name: str, content: bytes) -> None:
    made, _ = package()
    with raw_server(content) as (url, requests), made.Client(base_url=url, retry=QUICK) as client:
        with pytest.raises(CloudkeysError) as caught:
            CALLS[name](client)
        assert len(requests) == (1 if name in ONCE else QUICK.attempts)
    assert caught.value.may_have_taken_effect
    assert (ADVICE in str(caught.value)) is (name in ONCE)


def password_auth() -> PasswordTokenAuth:
    url = "http://127.0.0.1:8080"
    password = Password(user="u", password="password", domain="d")  # noqa: S106
    return PasswordTokenAuth(password, {"domain": {"id": "d"}}, url, url)


@over_mock
@pytest.mark.parametrize(
    ("step", "attempts"),
    [
        (httpx.ReadTimeout("x"), QUICK.attempts),
        (httpx.ReadError("x"), QUICK.attempts),
        (FakeResponse(503, b""), QUICK.attempts),
        (FakeResponse(201, b"{"), 1),
    ],
)
@pytest.mark.parametrize("name", ["CreateKey", "DeleteKey"])
def test_a_failed_token_request_does_not_count_as_the_call(
    name: str, step: FakeResponse | Exception, attempts: int, driver: Driver
) -> None:
    service = Counting(step)
    error = failed(driver, name, service, auth=password_auth())
    assert service.paths == ["/v3/auth/tokens"] * attempts
    assert error.may_have_taken_effect is False
    assert ADVICE not in str(error)


@over_mock
def test_a_delete_after_a_failed_token_request_is_a_first_attempt(driver: Driver) -> None:
    token = json.dumps({"token": {"expires_at": "2099-01-01T00:00:00Z"}}).encode()
    given = FakeResponse(201, token, {"X-Subject-Token": "token"})
    service = Counting(httpx.ReadTimeout("x"), given, FakeResponse(404, b"{}"))
    error = failed(driver, "DeleteKey", service, auth=password_auth())
    assert isinstance(error, NotFoundError)
    assert service.count == 3
