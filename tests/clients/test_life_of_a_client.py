"""Opening, sharing, copying and closing a client, and what it holds meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from clients.services import AT_ONCE, KEY, RAW_CREDENTIAL, TOKEN, Service, show
from cloudkeys import Alibaba, Connections, Huawei
from cloudkeys.runtime.connections import AsyncClient, SyncClient
from driver import Driver, over_sockets, raw_server


@pytest.mark.parametrize("broken", [False, True])
def test_leaving_the_block_closes_the_connections_and_a_later_call_opens_new_ones(
    driver: Driver,
    broken: bool,  # noqa: FBT001
) -> None:
    huawei = Huawei(token=TOKEN, **driver.serve(Service()))
    used: list[SyncClient | AsyncClient] = []

    def sync() -> None:
        with huawei as entered:
            assert entered is huawei
            huawei.access_key("AK")
            used.append(huawei.connections.sync_client())
            assert not used[0].is_closed
            if broken:
                raise KeyError

    async def asynchronous() -> None:
        async with huawei as entered:
            assert entered is huawei
            await huawei.access_key_async("AK")
            used.append(huawei.connections.async_client())
            assert not used[0].is_closed
            if broken:
                raise KeyError

    with pytest.raises(KeyError) if broken else contextlib.nullcontext():
        driver.call(sync, asynchronous)
    assert used[0].is_closed
    assert show(driver, huawei).access == "AK"
    assert used[0].is_closed
    driver.call(huawei.close, huawei.aclose)
    driver.call(huawei.close, huawei.aclose)


def test_an_unused_client_opens_nothing() -> None:
    with Huawei(region="cn-north-4", token=TOKEN) as huawei, Alibaba(region="cn-hangzhou") as alibaba:
        assert huawei.connections._sync is alibaba.connections._sync is None  # noqa: SLF001 - nothing else tells


def test_many_threads_or_tasks_share_a_client(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(credentials=KEY, project_id="p", domain_id="d", **driver.serve(service))
    names = [f"AK{number}" for number in range(200)]

    def sync() -> list[str]:
        def work(name: str) -> str:
            assert [secret.id for secret in huawei.secrets()] == ["1"]
            return huawei.access_key(name).access

        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(work, names))

    async def asynchronous() -> list[str]:
        async def work(some: list[str]) -> list[str]:
            assert [secret.id async for secret in huawei.secrets()] == ["1"]
            return [(await huawei.access_key_async(name)).access for name in some]

        found = await asyncio.gather(*(work(names[number::50]) for number in range(50)))
        return sorted((name for some in found for name in some), key=names.index)

    assert driver.call(sync, asynchronous) == names
    assert len(service.requests) == (250 if driver.is_async else 400)


def test_many_threads_make_one_http_client() -> None:
    connections = Connections()
    barrier = threading.Barrier(16)

    def get(_: int) -> SyncClient:
        barrier.wait()
        return connections.sync_client()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(map(id, pool.map(get, range(16))))) == 1
    connections.close()


@over_sockets
def test_an_idle_client_holds_no_thread(driver: Driver) -> None:
    with raw_server(RAW_CREDENTIAL) as (base_url, _):
        before = threading.enumerate()
        huawei = Huawei(base_url=base_url, token=TOKEN, retry=AT_ONCE)
        assert threading.enumerate() == before
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
        assert threading.enumerate() == before
        driver.call(huawei.close, huawei.aclose)


def test_event_loops_that_ended_leave_no_client_behind() -> None:
    connections = Connections(async_transport=httpx.MockTransport(lambda _: httpx.Response(404)))

    async def use() -> None:
        connections.async_client()

    for _ in range(5):
        asyncio.run(use())
    assert len(connections._async) == 1  # noqa: SLF001 - nothing else shows what is kept
