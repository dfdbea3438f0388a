"""Clients that were used before a fork, in the children and in the parent."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import signal
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest

from cloudkeys import Connections, Password
from cloudkeys.auth.token_response import HeldToken
from driver import Driver, over_sockets, serving
from runtime.services import AT_ONCE, TOKEN, Service, show
from runtime.transports import Service as CountingService
from runtime.transports import names, opened, served

pytestmark = [over_sockets, pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")]


def in_child(body: Callable[[], Any]) -> int:
    """Run in a child process, which ends with status 0 if all is well; return its ID."""
    child = os.fork()
    if child == 0:
        status = 1
        signal.alarm(60)  # a child that waits for a lock of the parent would wait forever
        try:
            body()
            status = 0
        except BaseException:  # noqa: BLE001 - nothing of the child may go on as the test
            traceback.print_exc()
        finally:
            os._exit(status)
    return child


def assert_ended_well(children: list[int]) -> None:
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * len(children)


def calls(driver: Driver, huawei: Any, access_keys: list[str]) -> None:
    """Show access keys, one after the other; each response must be that of its request."""
    if not driver.is_async:
        assert [show(driver, huawei, access_key).access for access_key in access_keys] == access_keys
        return

    async def run() -> None:
        for access_key in access_keys:
            found = await huawei.iam_v3.show_permanent_access_key(access_key)
            assert found.credential.access == access_key
        await huawei.aclose()

    # A child of a process with an event loop needs one of its own.
    asyncio.run(run())


def test_each_of_eight_children_gets_its_own_responses_and_the_parent_goes_on(driver: Driver) -> None:
    service = CountingService()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=AT_ONCE)
        show(driver, huawei)
        children = [
            in_child(partial(calls, driver, huawei, [f"child{number}-{name}" for name in names(20)]))
            for number in range(8)
        ]
        for name in names(20):
            assert show(driver, huawei, name).access == name
        assert_ended_well(children)
        assert show(driver, huawei).access == "AK"
    assert service.connections == 9
    assert service.requests == 1 + 8 * 20 + 21


def test_a_token_serves_the_children_too_and_each_renews_it_for_itself(driver: Driver) -> None:
    service = Service()
    with serving(service) as base_url:
        password = Password(user="u", password="p", domain="d")  # noqa: S106 - no secret
        huawei = opened(driver, base_url, token=None, password=password, retry=AT_ONCE)
        show(driver, huawei)
        assert_ended_well([in_child(lambda: calls(driver, huawei, names(3))) for _ in range(8)])
        assert service.asked_for_tokens == 1

        def expired() -> None:
            huawei.iam_v3.auth._held = HeldToken(TOKEN, time.monotonic() - 1)  # noqa: SLF001 - no other way
            calls(driver, huawei, names(3))

        assert_ended_well([in_child(expired) for _ in range(8)])
        assert service.asked_for_tokens == 9
        assert show(driver, huawei).access == "AK"
        assert service.asked_for_tokens == 9


def test_a_child_does_not_wait_for_what_threads_of_the_parent_hold(driver: Driver) -> None:
    service, asked, may_respond = Service(), threading.Event(), threading.Event()

    def hold(request: Any) -> Any:
        if request.url.path == "/v3/auth/tokens" and not asked.is_set():
            asked.set()
            assert may_respond.wait(20)
        return service(request)

    with serving(hold) as base_url, ThreadPoolExecutor(1) as pool:
        password = Password(user="u", password="p", domain="d")  # noqa: S106 - no secret
        huawei = opened(driver, base_url, token=None, password=password, retry=AT_ONCE)
        # It holds the lock of the token while it waits for one, and so do locks of connections.
        waiting = pool.submit(calls, driver, huawei, ["AK"])
        assert asked.wait(20)
        with huawei.connections._made.lock:  # noqa: SLF001 - held at the moment of the fork
            child = in_child(lambda: calls(driver, huawei, names(3)))
        assert_ended_well([child])
        may_respond.set()
        waiting.result(20)
        calls(driver, huawei, names(3))


LIBRARIES = {"cloudkeys", "cloudkeys_api", "httpx", "httpcore", "httpx_aiohttp", "aiohttp", "stamina"}
LOCKS = {type(threading.Lock()), type(threading.RLock())}


def locks() -> Iterator[Any]:
    """Give each lock that an object of ours or of the libraries beneath has, and is free."""
    seen = set[int]()
    for one in gc.get_objects():
        if str(type(one).__module__).partition(".")[0] not in {
            "cloudkeys",
            "cloudkeys_api",
            "httpx",
            "httpcore",
            "stamina",
        }:
            continue
        slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
        for name in [*slots, *getattr(one, "__dict__", ())]:
            lock = getattr(one, name, None)
            if type(lock) in LOCKS and id(lock) not in seen:
                seen.add(id(lock))
                yield lock


def test_a_child_waits_for_no_lock_at_all(driver: Driver) -> None:
    service = Service()
    with serving(service) as base_url:
        password = Password(user="u", password="p", domain="d")  # noqa: S106 - no secret
        huawei = opened(driver, base_url, token=None, password=password, retry=AT_ONCE)
        show(driver, huawei)  # what has a lock is there now
        held = list(locks())
        with contextlib.ExitStack() as stack:
            for lock in held:
                stack.enter_context(lock)
            child = in_child(lambda: calls(driver, huawei, names(3)))
        assert_ended_well([child])
        assert huawei.connections._made.lock in held  # noqa: SLF001 - one of them, at the least
        assert show(driver, huawei).access == "AK"


@pytest.mark.parametrize("kind", ["http_client", "transport"])
def test_what_the_caller_brought_and_used_is_refused_in_a_child(driver: Driver, kind: str) -> None:
    makers: dict[str, Callable[[], Any]] = {
        "http_client": httpx.Client,
        "transport": httpx.HTTPTransport,
        "async_http_client": httpx.AsyncClient,
        "async_transport": httpx.AsyncHTTPTransport,
    }
    name = f"async_{kind}" if driver.is_async else kind
    own, other = makers[name](), makers[name]()
    with served(CountingService()) as base_url:
        used = opened(driver, base_url, connections=Connections(**{name: own}))
        unused = opened(driver, base_url, connections=Connections(**{name: other}))
        show(driver, used)

        def refused() -> None:
            with pytest.raises(RuntimeError, match="was used before a fork"):
                calls(driver, used, ["AK"])

        assert_ended_well([in_child(refused), in_child(lambda: calls(driver, unused, names(3)))])
        assert show(driver, used).access == "AK"
        for one in (own, other):
            driver.do(one.aclose if driver.is_async else one.close)


def test_threads_of_a_child_share_what_it_makes(driver: Driver) -> None:
    service = CountingService(together=16)
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=AT_ONCE)
        service.together = 1
        show(driver, huawei)

        def body() -> None:
            barrier = threading.Barrier(16)

            def get(_: int) -> Any:
                barrier.wait()
                made = huawei.connections._made  # noqa: SLF001 - nothing else shows it
                return made.value, made.lock

            with ThreadPoolExecutor(16) as pool:
                assert len(set(map(id, (one for pair in pool.map(get, range(16)) for one in pair)))) == 2

        assert_ended_well([in_child(body)])
