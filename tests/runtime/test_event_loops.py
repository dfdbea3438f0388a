"""Event loops: one client on many loops, other loops than asyncio's, and greenlets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import anyio
import httpx
import pytest
import trio

from cloudkeys import AsyncHuawei, Connections, Huawei
from cloudkeys.errors import CloudkeysError, EventLoopError
from driver import Driver, over_async_sockets, raw_server, stay_silent
from runtime.calls import open_huawei
from runtime.services import TOKEN, show
from runtime.transports import Server, limit_connections, names

KEYS = names(8)


async def show_all(huawei: AsyncHuawei, access_keys: list[str] = KEYS) -> list[str]:
    """Show access keys concurrently, twice, and close the connections of this event loop."""
    found: list[str] = []
    async with huawei:
        for _ in range(2):
            calls = (huawei.iam_v3.show_permanent_access_key(access_key) for access_key in access_keys)
            found = [one.credential.access for one in await asyncio.gather(*calls)]
            assert found == access_keys
    return found


@over_async_sockets
def test_consecutive_event_loops_share_a_client(driver: Driver) -> None:
    with Server() as server:
        huawei = open_huawei(driver, server.url)
        for _ in range(3):
            asyncio.run(show_all(huawei))
            assert show(driver, huawei).access == "AK"
    assert len(huawei.connections._made.value.asynchronous) == 1  # noqa: SLF001 - nothing public shows it


@over_async_sockets
def test_concurrent_event_loops_share_a_client(driver: Driver) -> None:
    with Server(together=16) as server, ThreadPoolExecutor(16) as pool:
        huawei = open_huawei(driver, server.url)
        found = pool.map(lambda name: asyncio.run(show_all(huawei, [name])), names(16))
        assert [*found] == [[name] for name in names(16)]


def test_sync_and_async_calls_work_in_a_running_event_loop_as_in_a_notebook() -> None:
    async def run_cell(base_url: str) -> None:
        with Huawei(base_url=base_url, token=TOKEN) as huawei:
            assert huawei.iam_v3.show_permanent_access_key("AK").credential.access == "AK"
        assert await show_all(AsyncHuawei(base_url=base_url, token=TOKEN)) == KEYS

    with Server() as server:
        asyncio.run(run_cell(server.url))


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
@over_async_sockets
def test_a_client_runs_on_uvloop(driver: Driver) -> None:
    import uvloop  # noqa: PLC0415 - not for Windows

    with Server() as server, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(show_all(open_huawei(driver, server.url))) == KEYS
        assert "uvloop" in str(runner.get_loop())


async def enter_block(huawei: AsyncHuawei) -> None:
    async with huawei:
        pytest.fail("the block began")


async def list_one(huawei: AsyncHuawei) -> None:
    await anext(aiter(huawei.iam_v5.list_access_keys("u")))


async def show_one(huawei: AsyncHuawei) -> None:
    await huawei.iam_v3.show_permanent_access_key("AK")


# httpx's own client runs under trio, but our code around it doesn't.
@pytest.mark.parametrize("make_own_client", [lambda: None, httpx.AsyncClient], ids=["our client", "own client"])
@pytest.mark.parametrize("action", [enter_block, list_one, show_one, AsyncHuawei.aclose])
def test_trio_is_refused_with_a_clear_message(action: Any, make_own_client: Any) -> None:
    connections = Connections(async_http_client=make_own_client())
    huawei = AsyncHuawei(region="cn-north-4", token=TOKEN, connections=connections)
    with pytest.raises(EventLoopError, match="async calls need a running asyncio event loop") as caught:
        trio.run(action, huawei)
    assert caught.value.__context__ is None or caught.value.__suppress_context__
    assert isinstance(caught.value, CloudkeysError)


@over_async_sockets
@pytest.mark.parametrize("steps", [*range(0, 30, 3), None])
def test_calls_cancelled_by_anyio_leave_room_for_others(
    driver: Driver, steps: int | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit_connections(monkeypatch, max_connections=1)
    with Server() as server:
        huawei = open_huawei(driver, server.url)

        async def run() -> list[str]:
            server.may_respond.clear()
            # A scope of anyio cancels everything awaited in it, repeatedly.
            async with anyio.create_task_group() as group:
                for _ in range(3):
                    group.start_soon(huawei.iam_v3.show_permanent_access_key, "AK")
                for _ in range(steps or 0):
                    await anyio.lowlevel.checkpoint()
                while steps is None and not server.received.is_set():  # noqa: ASYNC110 - set by a thread
                    await anyio.sleep(0.001)
                group.cancel_scope.cancel()
            server.may_respond.set()
            return await show_all(huawei)

        assert anyio.run(run) == KEYS
        server.wait_until_closed()


def assert_done(program: str, *arguments: str) -> None:
    """Run a program in which warnings are errors."""
    command = [sys.executable, "-W", "error", "-c", textwrap.dedent(program), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("done\n", "")


GREENLETS = """
    import sys, warnings
    PATCHING
    from cloudkeys import Huawei, Password
    from cloudkeys.errors import TimedOutError

    with Huawei(base_url=sys.argv[1], token="t") as huawei:
        def shown(number):
            return [huawei.iam_v3.show_permanent_access_key(f"AK{number}").credential.access for _ in range(3)]

        jobs = [spawn(shown, number) for number in range(64)]
        assert [finish(job) for job in jobs] == [[f"AK{number}"] * 3 for number in range(64)]

    def late(huawei):
        try:
            huawei.iam_v3.show_permanent_access_key("AK")
        except TimedOutError as error:
            return str(error).partition(": the call ")[2]

    settings = {"base_url": sys.argv[2], "total": 0.2}
    password = Password(user="u", password="p", domain="d")
    with Huawei(**settings, token="t") as one, Huawei(**settings, password=password) as other:
        ends = {finish(job) for job in [spawn(late, huawei) for huawei in (one, other, one, other)]}
    assert ends == {"took longer than its total of 0.2 seconds"}, ends
    print("done")
"""
GEVENT = """
    from gevent import monkey, spawn
    monkey.patch_all()
    finish = lambda job: job.get(timeout=30)
"""
# eventlet warns that it is deprecated, and trio, which httpcore imports if it can, fails to import with it.
EVENTLET = """
    warnings.simplefilter("ignore")
    import eventlet
    from eventlet import spawn
    eventlet.monkey_patch()
    sys.modules["trio"] = None
    finish = lambda job: job.wait()
"""


@pytest.mark.parametrize("patching", [GEVENT, EVENTLET], ids=["gevent", "eventlet"])
def test_greenlets_call_concurrently_and_each_has_its_own_bounds(patching: str) -> None:
    # The server responds only once all 64 have asked: the greenlets wait concurrently, on one thread.
    with Server(together=64) as server, raw_server(stay_silent) as (silent_url, _):
        assert_done(GREENLETS.replace("    PATCHING\n", patching), server.url, silent_url)
        assert server.most_at_once == 64
