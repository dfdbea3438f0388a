"""Forks: children of a process that used a client have their own connections, tokens and locks."""

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

from cloudkeys import Connections
from cloudkeys.auth.token_response import HeldToken
from driver import Driver, over_sockets, serving
from runtime.services import AT_ONCE, PASSWORD, TOKEN, Service, show
from runtime.transports import Service as CountingService
from runtime.transports import names, opened, served

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


def assert_succeeded(children: list[int]) -> None:
    assert [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children] == [0] * len(children)


def show_each(driver: Driver, huawei: Any, access_keys: list[str]) -> None:
    """Show access keys one after the other, and check each response."""
    if not driver.is_async:
        assert [show(driver, huawei, access_key).access for access_key in access_keys] == access_keys
        return

    async def run() -> None:
        for access_key in access_keys:
            found = await huawei.iam_v3.show_permanent_access_key(access_key)
            assert found.credential.access == access_key
        await huawei.aclose()

    # The event loop of the parent can't run in a child.
    asyncio.run(run())


def test_each_child_receives_its_own_responses_and_the_parent_goes_on(driver: Driver) -> None:
    service = CountingService()
    with served(service) as base_url:
        huawei = opened(driver, base_url, retry=AT_ONCE)
        show(driver, huawei)
        children = [
            in_child(partial(show_each, driver, huawei, [f"child{number}-{name}" for name in names(10)]))
            for number in range(4)
        ]
        for name in names(10):
            assert show(driver, huawei, name).access == name
        assert_succeeded(children)
        assert show(driver, huawei).access == "AK"
    assert service.connections == 5
    assert service.requests == 1 + 4 * 10 + 11


def test_children_inherit_a_token_and_each_renews_its_own(driver: Driver) -> None:
    service = Service()
    with serving(service) as base_url:
        huawei = opened(driver, base_url, token=None, password=PASSWORD, retry=AT_ONCE)
        show(driver, huawei)
        assert_succeeded([in_child(lambda: show_each(driver, huawei, names(3))) for _ in range(3)])
        assert service.token_requests == 1

        def expired() -> None:
            huawei.iam_v3.auth._held = HeldToken(TOKEN, time.monotonic() - 1)  # noqa: SLF001 - nothing public expires a token
            show_each(driver, huawei, names(3))

        assert_succeeded([in_child(expired) for _ in range(3)])
        assert service.token_requests == 4
        assert show(driver, huawei).access == "AK"
        assert service.token_requests == 4


LIBRARIES = {"cloudkeys", "cloudkeys_api", "httpx", "httpcore", "stamina"}
LOCKS = {type(threading.Lock()), type(threading.RLock())}


def free_locks() -> Iterator[Any]:
    """Yield each lock of an object of ours or of the libraries beneath that no thread holds."""
    seen = set[int]()
    for one in gc.get_objects():
        if str(type(one).__module__).partition(".")[0] not in LIBRARIES:
            continue
        slots = [name for kind in type(one).__mro__ for name in getattr(kind, "__slots__", ())]
        for name in [*slots, *getattr(one, "__dict__", ())]:
            lock = getattr(one, name, None)
            if type(lock) in LOCKS and id(lock) not in seen and not is_held(lock):
                seen.add(id(lock))
                yield lock


def is_held(lock: Any) -> bool:
    if lock.acquire(blocking=False):
        lock.release()
        return False
    return True


def test_a_child_waits_for_no_lock_of_its_parent(driver: Driver) -> None:
    service, asked, may_respond = Service(), threading.Event(), threading.Event()

    def hold(request: Any) -> Any:
        if request.url.path == "/v3/auth/tokens" and not asked.is_set():
            asked.set()
            assert may_respond.wait(20)
        return service(request)

    with serving(hold) as base_url, ThreadPoolExecutor(1) as pool:
        huawei = opened(driver, base_url, token=None, password=PASSWORD, retry=AT_ONCE)
        # This thread holds the lock of the token.
        waiting = pool.submit(show_each, driver, huawei, ["AK"])
        assert asked.wait(20)
        held = list(free_locks())
        with contextlib.ExitStack() as stack:
            for lock in held:
                stack.enter_context(lock)
            child = in_child(lambda: show_each(driver, huawei, names(3)))
        assert_succeeded([child])
        assert huawei.connections._made.lock in held  # noqa: SLF001 - at least this one
        may_respond.set()
        waiting.result(20)
        show_each(driver, huawei, names(3))


@pytest.mark.parametrize("kind", ["http_client", "transport"])
def test_a_client_or_transport_of_the_callers_is_refused_in_a_child_once_used(driver: Driver, kind: str) -> None:
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
                show_each(driver, used, ["AK"])

        assert_succeeded([in_child(refused), in_child(lambda: show_each(driver, unused, names(3)))])
        assert show(driver, used).access == "AK"
        for one in (own, other):
            driver.run(one.aclose if driver.is_async else one.close)


def test_threads_of_a_child_share_its_state(driver: Driver) -> None:
    with served(CountingService()) as base_url:
        huawei = opened(driver, base_url, retry=AT_ONCE)
        show(driver, huawei)

        def body() -> None:
            barrier = threading.Barrier(16)

            def get(_: int) -> Any:
                barrier.wait()
                made = huawei.connections._made  # noqa: SLF001 - nothing public shows it
                return made.value, made.lock

            with ThreadPoolExecutor(16) as pool:
                assert len(set(map(id, (one for pair in pool.map(get, range(16)) for one in pair)))) == 2

        assert_succeeded([in_child(body)])
