"""Tokens: when one is fetched, shared and renewed, and what a failed login raises."""

from __future__ import annotations

import asyncio
import gzip
import json
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from auth.token_cloud import (
    PASSWORD,
    REFUSALS,
    Cloud,
    call_csms,
    gateway,
    keystone,
    list_ids,
    open_huawei,
    respond,
    show_key,
    token_body,
)
from cloudkeys import AsyncHuawei, Connections, Huawei, Password, RetryPolicy
from cloudkeys.auth.token import PasswordTokenAuth
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    DecodeError,
    NoResponseError,
    ResponseError,
    StatusError,
)
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.sent import SentRequest
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock, over_sockets
from runtime.services import AT_ONCE, TOKEN

LOGIN = "KeystoneCreateUserTokenByPassword"
WRONG = keystone(401, "The username or password is wrong.")
GZIP = {"Content-Encoding": "gzip"}
CALLERS = 20


def test_a_passed_token_is_sent_and_never_renewed(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud, token=TOKEN)
    assert (list_ids(driver, huawei), show_key(driver, huawei)) == (["1"], "AK")
    cloud.refused[TOKEN] = REFUSALS["403 of CSMS"]
    with pytest.raises(AuthenticationError):
        list_ids(driver, huawei)
    assert cloud.sent == [TOKEN] * 3
    assert cloud.logins == []
    assert not any("Authorization" in request.headers for request in cloud.calls)


@over_mock
@pytest.mark.parametrize(
    ("call", "options", "scope"),
    [
        (list_ids, {}, {"project": {"id": "p"}}),
        (show_key, {}, {"domain": {"id": "d"}}),
        (show_key, {"domain_id": None}, {"domain": {"name": "acme"}}),
    ],
)
def test_a_token_is_fetched_with_a_password(
    driver: Driver, call: Callable[..., Any], options: dict[str, Any], scope: dict[str, Any]
) -> None:
    cloud = Cloud()
    call(driver, open_huawei(driver, cloud, **options))
    (login,), (request,) = cloud.logins, cloud.calls
    assert (login.method, login.url.raw_path) == ("POST", b"/v3/auth/tokens?nocatalog=true")
    assert login.headers["Content-Type"] == "application/json"
    assert login.headers["User-Agent"] == request.headers["User-Agent"]
    assert login.extensions["timeout"] == request.extensions["timeout"]
    user = {"name": "alice", "password": PASSWORD.password, "domain": {"name": "acme"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    assert json.loads(login.content) == {"auth": {"identity": identity, "scope": scope}}
    assert cloud.sent == ["token-1"]


def test_the_calls_of_a_service_and_of_copies_of_its_client_share_a_token(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud)
    for each in (huawei, huawei.with_options(timeout=5), huawei.with_options(retry=AT_ONCE).with_options(timeout=6)):
        list_ids(driver, each)
    show_key(driver, huawei)
    show_key(driver, huawei)
    list_ids(driver, huawei.with_options(project_id="another"))
    list_ids(driver, huawei.with_options(password=Password(user="bob", password="p", domain="acme")))  # noqa: S106
    assert cloud.sent == ["token-1"] * 3 + ["token-2"] * 2 + ["token-3", "token-4"]
    assert len(cloud.logins) == 4


@over_mock
@pytest.mark.parametrize("path", ["", "/iam/"])
def test_a_password_is_sent_to_iam_alone(driver: Driver, path: str) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    iam = served["base_url"].replace("127.0.0.1", "localhost") + path
    huawei = open_huawei(driver, cloud, **served, base_urls={"iam_v3": iam, "iam_v5": iam})
    list_ids(driver, huawei)
    show_key(driver, huawei)
    target = ("localhost", path.rstrip("/") + "/v3/auth/tokens")
    assert [(request.url.host, request.url.path) for request in cloud.logins] == [target] * 2
    assert [request.url.host for request in cloud.calls] == ["127.0.0.1", "localhost"]
    for request in cloud.calls:
        assert PASSWORD.password not in f"{request.url} {request.headers.multi_items()} {request.content.decode()}"


def first_token(lifetime: float, skew: timedelta, source: str) -> FakeResponse:
    """Return the login response of a service whose clock is ahead of this machine's by the skew."""
    issued = datetime.now(UTC) + skew
    zone = timezone(timedelta(hours=2)) if source == "another zone" else UTC
    token = {"expires_at": (issued + timedelta(seconds=lifetime)).astimezone(zone).isoformat()}
    # With issued_at, the Date is that of a gateway, whose clock may differ.
    date = format_datetime(issued, usegmt=True) if source == "Date" else "Thu, 01 Jan 1970 00:00:00 GMT"
    more = {} if source == "Date" else {"issued_at": issued.isoformat()}
    return respond(201, {"token": token | more}, **{"X-Subject-Token": "first", "Date": date})


@over_mock
@pytest.mark.parametrize("source", ["issued_at", "another zone", "Date"])
@pytest.mark.parametrize("skew", [timedelta(), timedelta(days=1), -timedelta(days=4000)], ids=str)
@pytest.mark.parametrize("times", [(86_400, 86_100), (600, 300), (10, 5)])
def test_a_token_is_renewed_before_it_expires_despite_clock_skew(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, source: str, skew: timedelta, times: tuple[int, int]
) -> None:
    lifetime, renewed_after = times
    # The age of tokens is measured by the monotonic clock alone.
    now = 1000.0
    for module in ("token", "token_response"):
        monkeypatch.setattr(f"cloudkeys.auth.{module}.time", SimpleNamespace(monotonic=lambda: now))
    cloud = Cloud(first_token(lifetime, skew, source))
    huawei = open_huawei(driver, cloud)
    # The Date header has a resolution of one second.
    for after, logins in ((0, 1), (renewed_after - 2, 1), (renewed_after + 1, 2)):
        now = 1000.0 + after
        list_ids(driver, huawei)
        assert len(cloud.logins) == logins, after
    assert cloud.sent == ["first", "first", "token-1"]


@over_mock
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_token_is_renewed_once(driver: Driver, refusal: str) -> None:
    cloud = Cloud()
    cloud.refused["token-1"] = REFUSALS[refusal]
    huawei = open_huawei(driver, cloud)
    assert (list_ids(driver, huawei), list_ids(driver, huawei)) == (["1"], ["1"])
    assert cloud.sent == ["token-1", "token-2", "token-2"]
    cloud.refused["any"] = cloud.refused["token-2"] = REFUSALS[refusal]
    with pytest.raises(AuthenticationError, match="ListSecrets: status 40"):
        list_ids(driver, huawei)
    assert cloud.sent[3:] == ["token-2", "token-3"]
    assert len(cloud.logins) == 3


@over_mock
@pytest.mark.parametrize(
    "error",
    [gateway(403, "KMS.0321"), FakeResponse(403, b"KMS.0303"), gateway(404, "IAM.0004")],
    ids=["403 with another code", "403 without JSON", "404 of IAM"],
)
def test_another_error_renews_no_token(driver: Driver, error: FakeResponse) -> None:
    cloud = Cloud()
    cloud.refused["any"] = error
    with pytest.raises(StatusError):
        list_ids(driver, open_huawei(driver, cloud))
    assert cloud.sent == ["token-1"]


@over_mock
def test_a_late_refusal_of_an_old_token_keeps_the_new_one(driver: Driver) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    auth = PasswordTokenAuth(PASSWORD, {"project": {"id": "p"}}, served["base_url"], served["base_url"])
    cloud.refused["token-1"] = REFUSALS["401 of IAM"]
    call_csms(driver, auth, **served)
    late = RawResponse(401, {}, b"", SentRequest(("token-1",)))
    assert auth.renew_after(late), "the call is retried with the newer token"
    call_csms(driver, auth, **served)
    assert cloud.sent == ["token-1", "token-2", "token-2"]


@pytest.fixture
def wait_for_callers(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function whose first call waits until all callers need a token; no public interface shows that."""
    arrived, begin_login = threading.Semaphore(0), PasswordTokenAuth._begin_login  # noqa: SLF001
    missing = iter(range(CALLERS))

    def counted(auth: PasswordTokenAuth) -> CloudkeysError | None:
        failure = begin_login(auth)
        arrived.release()
        return failure

    def wait() -> None:
        for _ in missing:
            assert arrived.acquire(timeout=30)

    monkeypatch.setattr(PasswordTokenAuth, "_begin_login", counted)
    return wait


def call_concurrently(driver: Driver, cloud: Cloud, **options: Any) -> list[Any]:
    """List secrets in many threads or tasks at once; return the result or the error of each."""
    huawei = open_huawei(driver, cloud, **options)

    def sync() -> list[Any]:
        with ThreadPoolExecutor(CALLERS) as pool:
            futures = [pool.submit(lambda: [each.id for each in huawei.csms.list_secrets()]) for _ in range(CALLERS)]
            return [future.exception() or future.result() for future in futures]

    async def asynchronous() -> Any:
        return await asyncio.gather(*(list_ids_async(huawei) for _ in range(CALLERS)), return_exceptions=True)

    results: list[Any] = driver.run(asynchronous if driver.is_async else sync)
    return results


async def list_ids_async(huawei: AsyncHuawei) -> list[Any]:
    return [item.id async for item in huawei.csms.list_secrets()]


CONCURRENT: dict[str, tuple[list[FakeResponse], type | None, int]] = {
    "a login": ([], None, 1),
    "a failed login": ([FakeResponse(503, b"")], None, 2),
    "a wrong password": ([WRONG], AuthenticationError, 1),
    "a compressed refusal": ([FakeResponse(401, gzip.compress(WRONG.body), GZIP)], ResponseError, 1),
    "a large refusal": ([FakeResponse(401, b" " * 2000)], ResponseError, 1),
    "a response without a token": ([respond(201, {})], DecodeError, 1),
}


@over_sockets
@pytest.mark.parametrize("case", CONCURRENT)
def test_concurrent_calls_share_a_login_and_its_failure(
    driver: Driver, case: str, wait_for_callers: Callable[[], None]
) -> None:
    responses, error, logins = CONCURRENT[case]
    cloud = Cloud(*responses, before_login=wait_for_callers)
    results = call_concurrently(driver, cloud, largest_response=1000)
    assert len(cloud.logins) == logins
    if error is None:
        assert results == [["1"]] * CALLERS
        assert cloud.sent == ["token-1"] * CALLERS
    else:
        assert [result for result in results if not isinstance(result, error)] == []
        assert cloud.calls == []


@over_sockets
def test_concurrent_calls_renew_a_token_once(driver: Driver) -> None:
    cloud = Cloud()
    cloud.refused["token-1"] = REFUSALS["403 of CSMS"]
    assert call_concurrently(driver, cloud) == [["1"]] * CALLERS
    assert len(cloud.logins) == 2
    assert set(cloud.sent) == {"token-1", "token-2"}


def open_async(cloud: Cloud, wait: Callable[[httpx.Request], Any]) -> AsyncHuawei:
    """Open an async client whose responses wait."""

    async def handle(request: httpx.Request) -> httpx.Response:
        await wait(request)
        response = cloud(request)
        return httpx.Response(response.status, content=response.body, headers=response.headers)

    connections = Connections(async_transport=httpx.MockTransport(handle))
    return AsyncHuawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)


def test_a_cancelled_login_blocks_no_other_call() -> None:
    started = asyncio.Event()

    async def wait(_: httpx.Request) -> None:
        if not started.is_set():
            started.set()
            await asyncio.Event().wait()

    async def run() -> list[Any]:
        async with open_async(Cloud(), wait) as huawei:
            first, second = (asyncio.create_task(list_ids_async(huawei)) for _ in range(2))
            await started.wait()
            first.cancel()
            return await asyncio.wait_for(second, timeout=10)

    assert asyncio.run(run()) == ["1"]


def test_event_loops_share_a_token() -> None:
    cloud = Cloud()
    huawei = open_async(cloud, lambda _: asyncio.sleep(0))

    async def run() -> None:
        async with huawei:
            assert await asyncio.gather(*(list_ids_async(huawei) for _ in range(3))) == [["1"]] * 3

    for number in (1, 2):
        asyncio.run(run())
        asyncio.run(run())
        assert cloud.sent[-6:] == [f"token-{number}"] * 6
        cloud.refused[f"token-{number}"] = REFUSALS["401 of IAM"]
    assert len(cloud.logins) == 2


def test_event_loops_of_other_threads_may_come_and_go() -> None:
    auth = PasswordTokenAuth(PASSWORD, {}, "http://127.0.0.1", "http://127.0.0.1")
    locks: dict[Any, Any] = auth._state.value  # noqa: SLF001 - simulates a race in one thread

    class EndingLoop:
        def is_closed(self) -> bool:
            locks.pop(self)
            locks[begun] = None
            return True

    begun = asyncio.new_event_loop()

    async def run() -> None:
        locks[EndingLoop()] = None
        assert auth._async_lock() is auth._async_lock()  # noqa: SLF001
        assert set(locks) == {begun, asyncio.get_running_loop()}

    asyncio.run(run())
    begun.close()


GOOD = {"X-Subject-Token": "t"}
NO_TOKENS: dict[str, tuple[FakeResponse, type[StatusError | DecodeError], str]] = {
    "wrong password": (keystone(401, "The password is wrong."), AuthenticationError, "401: The password is wrong."),
    "a redirect": (respond(307, {}, Location="http://localhost/v3/auth/tokens"), StatusError, "status 307"),
    "another status": (respond(200, token_body(), **GOOD), StatusError, "status 200"),
    "no header": (respond(201, token_body()), DecodeError, "no token or"),
    "empty header": (respond(201, token_body(), **GOOD | {"X-Subject-Token": ""}), DecodeError, "no token or"),
    "no time": (respond(201, {"token": {}}, **GOOD), DecodeError, "or no expiry time"),
    "time without a zone": (respond(201, token_body("2040-01-02T03:04:05"), **GOOD), DecodeError, "no expiry time"),
    "time in seconds": (respond(201, token_body(2**60), **GOOD), DecodeError, "no expiry time"),
    "earliest time": (respond(201, token_body("0001-01-01T00:00:00Z"), **GOOD), DecodeError, "no expiry time"),
    "expired when issued": (respond(201, token_body("2026-01-01T00:00:00Z"), **GOOD), DecodeError, "no expiry time"),
    "HTML": (FakeResponse(201, b"<html>", GOOD), DecodeError, "no token or"),
    "deep": (FakeResponse(201, b'{"x":' + b"[" * 100_000, GOOD), DecodeError, "no token or"),
}


@over_mock
@pytest.mark.parametrize("name", NO_TOKENS)
def test_a_login_response_without_a_token_raises_a_typed_error(driver: Driver, name: str) -> None:
    response, kind, message = NO_TOKENS[name]
    cloud = Cloud(*[response] * 9)
    with pytest.raises(kind, match=message) as caught:
        list_ids(driver, open_huawei(driver, cloud))
    assert type(caught.value) is kind
    assert (caught.value.operation, caught.value.status_code) == (LOGIN, response.status)
    assert caught.value.content == response.body
    assert cloud.calls == []
    assert len(cloud.logins) == 1


@over_mock
@pytest.mark.parametrize(
    "failure",
    [FakeResponse(429, b""), FakeResponse(503, b"<html>"), httpx.ReadError("connection reset")],
    ids=["throttled", "unavailable", "reset"],
)
def test_a_failed_login_is_retried_within_the_policy(driver: Driver, failure: Any) -> None:
    cloud = Cloud(failure, failure)
    assert list_ids(driver, open_huawei(driver, cloud)) == ["1"]
    assert len(cloud.logins) == 3
    cloud = Cloud(*[failure] * 99)
    with pytest.raises((NoResponseError, StatusError)):
        list_ids(driver, open_huawei(driver, cloud))
    assert len(cloud.logins) == AT_ONCE.attempts


@over_sockets
def test_a_login_response_that_cannot_be_decompressed_means_what_its_status_says(driver: Driver) -> None:
    cloud = Cloud(FakeResponse(503, b"no gzip", GZIP), FakeResponse(401, gzip.compress(b"<html>"), GZIP))
    with pytest.raises(AuthenticationError, match=f"{LOGIN}: status 401"):
        list_ids(driver, open_huawei(driver, cloud))
    assert len(cloud.logins) == 2


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout])
@pytest.mark.parametrize("host", ["iam", "kms"])
def test_a_failure_on_the_network_names_the_host_that_was_called(kind: type[httpx.TransportError], host: str) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        if request.url.host.startswith(host):
            raise kind("broken", request=request)
        return httpx.Response(201, json=token_body(), headers=GOOD)

    connections = Connections(transport=httpx.MockTransport(fail))
    once = RetryPolicy(attempts=1)
    huawei = Huawei(region="cn-north-4", retry=once, password=PASSWORD, project_id="p", connections=connections)
    with pytest.raises(NoResponseError, match=rf"^ListSecrets: {host}\.cn-north-4\.myhuaweicloud\.com: ") as caught:
        list(huawei.csms.list_secrets())
    assert host == "kms" or not caught.value.may_have_taken_effect
