"""Getting a token for a password: once for all that wait, and what may go wrong."""

from __future__ import annotations

import asyncio
import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from auth.token_cloud import (
    COMPRESSED,
    LOGIN,
    PASSWORD,
    QUICK,
    REFUSALS,
    TOGETHER,
    WRONG,
    Cloud,
    answer,
    keystone,
    open_huawei,
    secrets_of,
    token_body,
)
from cloudkeys import AsyncHuawei, Connections, Huawei, RetryPolicy
from cloudkeys.auth.token import PasswordTokenAuth
from cloudkeys.errors import (
    AuthenticationError,
    DecodeError,
    NoResponseError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    ServerError,
    StatusError,
    TimedOutError,
)
from cloudkeys.runtime.per_process import PerProcess, T
from cloudkeys.testing import FakeCloud, FakeResponse, example_user
from driver import Driver, over_mock, over_sockets


def together(driver: Driver, huawei: Any) -> list[Any]:
    """List the secrets in many threads or tasks at once, and return what each got: a list, or the error."""
    start = threading.Barrier(TOGETHER)

    def in_a_thread() -> list[Any]:
        start.wait()
        return [item.id for item in huawei.csms.list_secrets()]

    def sync() -> list[Any]:
        with ThreadPoolExecutor(TOGETHER) as pool:
            futures = [pool.submit(in_a_thread) for _ in range(TOGETHER)]
            return [future.exception() or future.result() for future in futures]

    async def in_a_task() -> list[Any]:
        return [item.id async for item in huawei.csms.list_secrets()]

    async def asynchronous() -> Any:
        return await asyncio.gather(*(in_a_task() for _ in range(TOGETHER)), return_exceptions=True)

    results: list[Any] = driver.do(asynchronous if driver.is_async else sync)
    return results


@pytest.fixture
def arrivals(monkeypatch: pytest.MonkeyPatch) -> threading.Semaphore:
    """Count those that come to the lock behind which a token is fetched: nothing public says that they wait."""
    arrived = threading.Semaphore(0)
    async_lock = PasswordTokenAuth._async_lock  # noqa: SLF001

    class CountingState(PerProcess[T]):
        @property
        def lock(self) -> threading.Lock:
            arrived.release()
            return super().lock

    def counted(auth: PasswordTokenAuth) -> asyncio.Lock:
        arrived.release()
        return async_lock(auth)

    monkeypatch.setattr("cloudkeys.auth.token.PerProcess", CountingState)
    monkeypatch.setattr(PasswordTokenAuth, "_async_lock", counted)
    return arrived


def when_all_wait(arrived: threading.Semaphore) -> Callable[[], None]:
    """Return what waits until all have arrived, the first time that it's called."""
    missing = iter(range(TOGETHER))

    def wait() -> None:
        for _ in missing:
            assert arrived.acquire(timeout=30)

    return wait


def open_overlapping(driver: Driver, cloud: Cloud, **options: Any) -> Any:
    """Open a client whose async calls wait in the middle over the mock too, as they do over sockets."""
    huawei = open_huawei(driver, cloud, **options)
    inner = huawei.connections.async_transport
    if inner is not None:

        async def later(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0.01)
            response: httpx.Response = await inner.handle_async_request(request)
            return response

        huawei.connections.async_transport = httpx.MockTransport(later)
    return huawei


def test_calls_at_the_same_time_get_one_token(driver: Driver, arrivals: threading.Semaphore) -> None:
    cloud = Cloud(before_login=when_all_wait(arrivals))
    assert together(driver, open_overlapping(driver, cloud)) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 1
    assert cloud.sent == ["token-1"] * TOGETHER


def test_calls_at_the_same_time_renew_a_token_once(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_overlapping(driver, cloud)
    secrets_of(driver, huawei)
    cloud.refused["token-1"] = REFUSALS["403 of CSMS"]
    assert together(driver, huawei) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 2
    assert set(cloud.sent) == {"token-1", "token-2"}


def test_a_wrong_password_is_tried_once_for_all_that_wait(driver: Driver, arrivals: threading.Semaphore) -> None:
    cloud = Cloud(WRONG, before_login=when_all_wait(arrivals))
    huawei = open_overlapping(driver, cloud)
    errors = together(driver, huawei)
    assert [type(error) for error in errors] == [AuthenticationError] * TOGETHER
    assert len(cloud.logins) == 1
    assert cloud.calls == []
    assert secrets_of(driver, huawei) == ["1"], "a later call tries again"


@over_mock
@pytest.mark.parametrize(
    "response",
    [
        pytest.param(FakeResponse(401, gzip.compress(WRONG.body), COMPRESSED), id="compressed"),
        pytest.param(FakeResponse(401, b" " * 2000), id="large"),
        pytest.param(answer(201, {}), id="no token"),
    ],
)
def test_an_unreadable_answer_to_a_login_is_got_once_for_all_that_wait(
    driver: Driver, response: FakeResponse, arrivals: threading.Semaphore
) -> None:
    cloud = Cloud(response, before_login=when_all_wait(arrivals))
    errors = together(driver, open_overlapping(driver, cloud, largest_response=1000))
    assert [error for error in errors if not isinstance(error, ResponseError)] == []
    assert len(cloud.logins) == 1


def test_a_failed_login_is_repeated_by_all_that_wait_and_one_succeeds_for_all(
    driver: Driver, arrivals: threading.Semaphore
) -> None:
    cloud = Cloud(FakeResponse(503, b""), before_login=when_all_wait(arrivals))
    assert together(driver, open_overlapping(driver, cloud)) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 2


def test_a_cancelled_login_keeps_nobody_waiting() -> None:
    cloud, hanging = Cloud(), asyncio.Event()

    async def hanging_first(request: httpx.Request) -> httpx.Response:
        response = cloud(request)
        if len(cloud.logins) == 1 and not cloud.calls and cloud.given == 1:
            cloud.given += 1
            hanging.set()
            await asyncio.Event().wait()
        return httpx.Response(response.status, content=response.body, headers=response.headers)

    connections = Connections(async_transport=httpx.MockTransport(hanging_first))
    huawei = AsyncHuawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)

    async def ids() -> list[Any]:
        return [item.id async for item in huawei.csms.list_secrets()]

    async def run() -> list[Any]:
        async with huawei:
            first = asyncio.create_task(ids())
            await hanging.wait()
            second = asyncio.create_task(ids())
            await asyncio.sleep(0.01)
            first.cancel()
            return await asyncio.wait_for(second, timeout=10)

    assert asyncio.run(run()) == ["1"]
    assert cloud.sent == ["token-3"]


def test_a_token_is_shared_by_event_loops() -> None:
    cloud = Cloud()

    async def respond(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        response = cloud(request)
        return httpx.Response(response.status, content=response.body, headers=response.headers)

    connections = Connections(async_transport=httpx.MockTransport(respond))
    huawei = AsyncHuawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)

    async def run() -> None:
        async def one() -> int:
            return len([item async for item in huawei.csms.list_secrets()])

        async with huawei:
            assert sum(await asyncio.gather(one(), one(), one())) == 3

    for number in (1, 2, 3):
        asyncio.run(run())
        asyncio.run(run())
        assert cloud.sent[-6:] == [f"token-{number}"] * 6
        cloud.refused[f"token-{number}"] = REFUSALS["401 of IAM"]
    assert len(cloud.logins) == 3


def test_event_loops_of_other_threads_come_and_go_meanwhile() -> None:
    auth = PasswordTokenAuth(PASSWORD, {}, "http://127.0.0.1", "http://127.0.0.1")
    locks: dict[Any, Any] = auth._state.value  # noqa: SLF001 - a race, played by one thread

    class Ending:
        def is_closed(self) -> bool:
            locks.pop(self)
            locks[begun] = None
            return True

    begun = asyncio.new_event_loop()

    async def run() -> None:
        locks[Ending()] = None
        assert auth._async_lock() is auth._async_lock()  # noqa: SLF001
        assert set(locks) == {begun, asyncio.get_running_loop()}

    asyncio.run(run())
    begun.close()


FORKED = """
import os, threading
import httpx
from auth.token_cloud import PASSWORD, Cloud
from cloudkeys import Connections, Huawei

parent, cloud, under_way = os.getpid(), Cloud(), threading.Event()

def respond(request):
    if os.getpid() == parent:
        under_way.set()
        threading.Event().wait()
    response = cloud(request)
    return httpx.Response(response.status, content=response.body, headers=response.headers)

connections = Connections(transport=httpx.MockTransport(respond))
huawei = Huawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)
threading.Thread(target=lambda: list(huawei.csms.list_secrets()), daemon=True).start()
under_way.wait()
if os.fork() == 0:
    os._exit(0 if len(list(huawei.csms.list_secrets())) == 1 else 1)
os._exit(os.waitstatus_to_exitcode(os.wait()[1]))
"""


def test_a_child_logs_in_while_its_parent_does() -> None:
    # A process of its own: this one has threads that a fork would do no good.
    command = [sys.executable, "-W", "ignore::DeprecationWarning", "-c", FORKED]
    assert subprocess.run(command, env={"PYTHONPATH": os.pathsep.join(sys.path)}, timeout=60).returncode == 0  # noqa: PLW1510


GOOD = {"X-Subject-Token": "t"}


NO_TOKENS: dict[str, tuple[FakeResponse, type[StatusError | DecodeError], str]] = {
    "wrong password": (keystone(401, "The password is wrong."), AuthenticationError, "401: The password is wrong."),
    "wrong scope": (keystone(400, "scope"), StatusError, "400: scope"),
    "no right": (keystone(403, "You have no right."), PermissionDeniedError, "You have no right."),
    "no domain": (keystone(404, "no such domain"), NotFoundError, "no such domain"),
    "another status": (answer(200, token_body(), **GOOD), StatusError, "status 200"),
    "no header": (answer(201, token_body()), DecodeError, "there is no token"),
    "empty header": (answer(201, token_body(), **GOOD | {"X-Subject-Token": ""}), DecodeError, "there is no token"),
    "no fields": (answer(201, {}, **GOOD), DecodeError, "there is no token"),
    "null": (answer(201, {"token": None}, **GOOD), DecodeError, "there is no token"),
    "no time": (answer(201, {"token": {}}, **GOOD), DecodeError, "no time at which it expires"),
    "time without a zone": (answer(201, token_body("2040-01-02T03:04:05"), **GOOD), DecodeError, "no time"),
    "time in words": (answer(201, token_body("tomorrow"), **GOOD), DecodeError, "no time"),
    "time in seconds": (answer(201, token_body(2**60), **GOOD), DecodeError, "no time"),
    "null time": (answer(201, token_body(None), **GOOD), DecodeError, "no time"),
    "the first of all times": (answer(201, token_body("0001-01-01T00:00:00Z"), **GOOD), DecodeError, "no time"),
    "expired when issued": (answer(201, token_body("2026-01-01T00:00:00Z"), **GOOD), DecodeError, "no time"),
    "no body": (FakeResponse(201, b"", GOOD), DecodeError, "there is no token"),
    "HTML": (FakeResponse(201, b"<html>", GOOD), DecodeError, "there is no token"),
    "no UTF-8": (FakeResponse(201, b'{"token": {"expires_at": "\xff"}}', GOOD), DecodeError, "there is no token"),
    "deep": (FakeResponse(201, b'{"x":' + b"[" * 100_000, GOOD), DecodeError, "there is no token"),
}


@over_mock
@pytest.mark.parametrize("name", NO_TOKENS)
def test_what_iam_answers_in_place_of_a_token_is_a_typed_error(driver: Driver, name: str) -> None:
    response, kind, said = NO_TOKENS[name]
    cloud = Cloud(*[response] * 9)
    with pytest.raises(kind) as caught:
        secrets_of(driver, open_huawei(driver, cloud))
    assert type(caught.value) is kind
    assert (caught.value.operation, caught.value.status_code) == (LOGIN, response.status)
    assert caught.value.content == response.body
    assert said in str(caught.value)
    assert cloud.calls == []
    assert len(cloud.logins) == 1


@over_mock
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_login_that_failed_is_repeated(driver: Driver, status: int) -> None:
    cloud = Cloud(FakeResponse(status, b"<html>"), keystone(status, "later"))
    assert secrets_of(driver, open_huawei(driver, cloud)) == ["1"]
    assert len(cloud.logins) == 3
    assert cloud.sent == ["token-1"]


@pytest.mark.parametrize("body", [gzip.compress(b"<html>"), b"no gzip"], ids=["gzip", "damaged"])
@over_sockets
def test_a_compressed_answer_to_a_login_means_what_its_status_says(driver: Driver, body: bytes) -> None:
    cloud = Cloud(FakeResponse(503, body, COMPRESSED))
    assert secrets_of(driver, open_huawei(driver, cloud)) == ["1"]
    cloud = Cloud(FakeResponse(401, body, COMPRESSED))
    with pytest.raises(AuthenticationError, match=f"{LOGIN}: status 401"):
        secrets_of(driver, open_huawei(driver, cloud))
    assert len(cloud.logins) == 1


def test_a_login_that_never_works_ends(driver: Driver) -> None:
    cloud = Cloud(*[FakeResponse(500, b"")] * 99)
    with pytest.raises(ServerError, match=f"{LOGIN}: status 500"):
        secrets_of(driver, open_huawei(driver, cloud))
    assert len(cloud.logins) == QUICK.attempts


def test_a_login_whose_connection_breaks_is_repeated(driver: Driver) -> None:
    cloud = Cloud()
    broken: list[int] = []

    def breaking(request: httpx.Request) -> FakeResponse:
        if len(broken) < 2:
            broken.append(1)
            raise httpx.ReadError("closed", request=request)
        return cloud(request)

    assert secrets_of(driver, open_huawei(driver, breaking)) == ["1"]
    assert len(cloud.logins) == 1


def test_a_login_waits_no_longer_than_the_time_out_of_the_client(driver: Driver) -> None:
    cloud, over = Cloud(), threading.Event()

    def slow(request: httpx.Request) -> FakeResponse:
        if request.method == "POST":
            if "timeout" in request.extensions:  # only the mock sees them; there is no real waiting over it
                raise httpx.ReadTimeout("slow", request=request)
            over.wait(2)
        return cloud(request)

    huawei = open_huawei(driver, slow, timeout=0.1, retry=RetryPolicy(attempts=1))
    with pytest.raises(TimedOutError):
        secrets_of(driver, huawei)
    assert cloud.calls == []
    over.set()


def test_projects_and_accounts_have_tokens_of_their_own_at_one_base_url(fake_cloud: FakeCloud) -> None:
    fake_cloud.users.append(example_user(user_id="user"))
    with fake_cloud.huawei(password=fake_cloud.password, base_url="https://cloud.example") as huawei:
        assert list(huawei.csms.list_secrets()) == []
        assert list(huawei.iam_v5.list_access_keys("user")) == []
    assert [call.operation for call in fake_cloud.calls].count("KeystoneCreateUserTokenByPassword") == 2


@pytest.mark.parametrize("kind", [httpx.ConnectError, httpx.ReadTimeout])
def test_a_login_that_fails_on_the_network_names_the_host_of_iam(kind: type[httpx.TransportError]) -> None:
    def fail(request: httpx.Request) -> httpx.Response:
        raise kind("broken", request=request)

    connections = Connections(transport=httpx.MockTransport(fail))
    settings: dict[str, Any] = {"password": PASSWORD, "project_id": "p", "connections": connections}
    huawei = Huawei(region="cn-north-4", retry=RetryPolicy(attempts=1), **settings)
    with pytest.raises(NoResponseError, match=r"^ListSecrets: iam\.cn-north-4\.myhuaweicloud\.com: ") as caught:
        list(huawei.csms.list_secrets())
    assert not caught.value.may_have_taken_effect
