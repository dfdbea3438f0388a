"""Async clients on many event loops, and on those that aren't asyncio's own; sync clients under gevent."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import textwrap
from concurrent.futures import ThreadPoolExecutor

import pytest
import trio

from clients.services import TOKEN, show
from clients.transports import Service, names, opened, served
from cloudkeys import AsyncHuawei
from driver import Driver, over_async_sockets

KEYS = names(8)


async def shown(huawei: AsyncHuawei, access_keys: list[str]) -> list[str]:
    """Show access keys side by side, twice, and close the connections of this event loop."""
    found: list[str] = []
    async with huawei:
        for _ in range(2):
            calls = (huawei.iam_v3.show_permanent_access_key(access_key) for access_key in access_keys)
            found = [one.credential.access for one in await asyncio.gather(*calls)]
            assert found == access_keys
    return found


@over_async_sockets
def test_event_loops_one_after_the_other_share_a_client(driver: Driver) -> None:
    service = Service()
    with served(service) as base_url:
        huawei = opened(driver, base_url)
        for _ in range(10):
            asyncio.run(shown(huawei, KEYS))
            assert show(driver, huawei).access == "AK"
    assert len(huawei.connections._made.value.asynchronous) == 1  # noqa: SLF001 - nothing else shows what is kept


@over_async_sockets
def test_event_loops_at_the_same_time_share_a_client(driver: Driver) -> None:
    with served(Service(together=16)) as base_url, ThreadPoolExecutor(16) as pool:
        huawei = opened(driver, base_url)
        found = pool.map(lambda number: asyncio.run(shown(huawei, [f"AK{number}"])), range(16))
        assert list(found) == [[f"AK{number}"] for number in range(16)]


@pytest.mark.skipif(sys.platform == "win32", reason="there is no uvloop for Windows")
@over_async_sockets
def test_uvloop(driver: Driver) -> None:
    import uvloop  # noqa: PLC0415 - not for Windows

    with served(Service()) as base_url, asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        huawei = opened(driver, base_url)
        assert runner.run(shown(huawei, names(64))) == names(64)
        assert "uvloop" in str(runner.get_loop())


@pytest.mark.parametrize("way", ["call", "block"])
def test_trio_is_refused_in_one_sentence(way: str) -> None:
    huawei = AsyncHuawei(region="cn-north-4", token=TOKEN)

    async def run() -> None:
        if way == "call":
            await huawei.iam_v3.show_permanent_access_key("AK")
        else:
            async with huawei:
                pass

    with pytest.raises(RuntimeError) as caught:
        trio.run(run)
    sentence = "async calls need a running asyncio event loop; other async libraries aren't supported"
    assert str(caught.value) == sentence


GREENLETS = """
    from gevent import monkey

    monkey.patch_all()
    import sys
    import gevent
    from cloudkeys import Huawei

    with Huawei(base_url=sys.argv[1], token="t") as huawei:
        def shown(number):
            return [huawei.iam_v3.show_permanent_access_key(f"AK{number}").credential.access for _ in range(3)]

        jobs = [gevent.spawn(shown, number) for number in range(64)]
        gevent.joinall(jobs, raise_error=True, timeout=30)
        assert [job.value for job in jobs] == [[f"AK{number}"] * 3 for number in range(64)]
        assert shown(0) == ["AK0"] * 3
    print("done")
"""


def test_gevent() -> None:
    # Nobody gets a response before all 64 have asked: the greenlets wait side by side, on one thread.
    service = Service(together=64)
    with served(service) as base_url:
        command = [sys.executable, "-W", "error", "-c", textwrap.dedent(GREENLETS), base_url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.stdout, done.stderr) == ("done\n", "")
    assert service.most_at_once == 64
