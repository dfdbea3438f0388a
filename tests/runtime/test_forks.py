"""Forks: children of a process that used a client have their own connections, tokens and locks."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.auth.token_response import HeldToken
from driver import Driver, over_sockets, serving
from runtime.calls import close, open_huawei
from runtime.services import PASSWORD, TOKEN, Service, show
from runtime.transports import Server, names

pytestmark = [
    over_sockets,
    pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning"),
]


def in_child(body: Callable[[], Any]) -> int:
    """Run a function in a child process; return the ID of the child, which exits with status 0 on success."""
    child = os.fork()
    if child == 0:
        status = 1
        signal.alarm(60)  # a lock of the parent would never be free
        try:
            body()
            status = 0
        except BaseException:  # noqa: BLE001 - the child must not continue the test
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def assert_succeeded(*children: int) -> None:
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * len(children)


def show_each(driver: Driver, huawei: Any, *access_keys: str) -> None:
    """Show access keys one after the other, and check each response; in a new event loop, as a child needs it."""

    async def show_async() -> None:
        for access_key in access_keys:
            found = await huawei.iam_v3.show_permanent_access_key(access_key)
            assert found.credential.access == access_key
        await huawei.aclose()

    if driver.is_async:
        asyncio.run(show_async())
    else:
        assert [show(driver, huawei, access_key).access for access_key in access_keys] == [*access_keys]


def test_each_child_receives_its_own_responses_and_the_parent_goes_on(driver: Driver) -> None:
    with Server() as server:
        huawei = open_huawei(driver, server.url)
        show(driver, huawei)
        children = []
        for number in range(3):
            keys = [f"child{number}-{name}" for name in names(10)]
            children.append(in_child(partial(show_each, driver, huawei, *keys)))
        for name in names(10):
            assert show(driver, huawei, name).access == name
        assert_succeeded(*children)
        assert show(driver, huawei).access == "AK"
        assert (server.connections, server.requests) == (4, 1 + 3 * 10 + 11)


def test_children_inherit_a_token_and_each_renews_its_own(driver: Driver) -> None:
    service = Service()
    with serving(service) as base_url:
        huawei = open_huawei(driver, base_url, password=PASSWORD)
        show(driver, huawei)
        assert_succeeded(*(in_child(lambda: show_each(driver, huawei, *names(3))) for _ in range(2)))
        assert service.token_requests == 1

        def call_with_expired_token() -> None:
            huawei.iam_v3.auth._held = HeldToken(TOKEN, time.monotonic() - 1)  # noqa: SLF001 - nothing public expires a token
            show_each(driver, huawei, *names(3))

        assert_succeeded(*(in_child(call_with_expired_token) for _ in range(2)))
        assert show(driver, huawei).access == "AK"
        assert service.token_requests == 3


def test_a_child_waits_for_no_lock_of_its_parent(driver: Driver) -> None:
    service, asked, may_respond = Service(), threading.Event(), threading.Event()

    def hold(request: httpx.Request) -> Any:
        if request.url.path == "/v3/auth/tokens" and not asked.is_set():
            asked.set()
            assert may_respond.wait(20)
        return service(request)

    with serving(hold) as base_url, ThreadPoolExecutor(1) as pool:
        huawei = open_huawei(driver, base_url, password=PASSWORD)
        # This thread holds the lock of the token.
        waiting = pool.submit(show_each, driver, huawei, "AK")
        assert asked.wait(20)
        with huawei.connections._made.lock:  # noqa: SLF001 - another thread may hold it
            child = in_child(lambda: show_each(driver, huawei, *names(3)))
        assert_succeeded(child)
        may_respond.set()
        waiting.result(20)
        show_each(driver, huawei, *names(3))


@pytest.mark.parametrize("kind", ["http_client", "transport"])
def test_a_client_or_transport_of_the_callers_is_refused_in_a_child_once_used(driver: Driver, kind: str) -> None:
    kinds: dict[str, tuple[Any, Any]] = {
        "http_client": (httpx.Client, httpx.AsyncClient),
        "transport": (httpx.HTTPTransport, httpx.AsyncHTTPTransport),
    }
    given = [kinds[kind][driver.is_async]() for _ in range(2)]
    option = f"async_{kind}" if driver.is_async else kind
    with Server() as server:
        used, unused = (open_huawei(driver, server.url, connections=Connections(**{option: one})) for one in given)
        show(driver, used)

        def assert_refused() -> None:
            with pytest.raises(RuntimeError, match="was used before a fork"):
                show_each(driver, used, "AK")

        assert_succeeded(in_child(assert_refused), in_child(lambda: show_each(driver, unused, *names(3))))
        assert show(driver, used).access == "AK"
        for one in given:
            close(driver, one)
