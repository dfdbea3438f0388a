"""Opening, sharing, copying and closing a client, and what it holds meanwhile."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from cloudkeys import Alibaba, Connections, Huawei
from driver import Driver, over_sockets, raw_server
from runtime.services import AT_ONCE, KEY, RAW_CREDENTIAL, TOKEN, Service, show


@pytest.mark.parametrize("broken", [False, True])
def test_leaving_the_block_closes_the_connections_and_a_later_call_opens_new_ones(
    driver: Driver,
    broken: bool,  # noqa: FBT001
) -> None:
    huawei = driver.huawei(Service(), token=TOKEN)
    used: list[Any] = []

    def sync() -> None:
        with huawei as entered:
            assert entered is huawei
            huawei.iam_v3.show_permanent_access_key("AK")
            used.append(huawei.connections.sync_client())
            assert huawei.connections.sync_client() is used[0]
            if broken:
                raise KeyError

    async def asynchronous() -> None:
        async with huawei as entered:
            assert entered is huawei
            await huawei.iam_v3.show_permanent_access_key("AK")
            used.append(huawei.connections.async_client())
            assert huawei.connections.async_client() is used[0]
            if broken:
                raise KeyError

    with pytest.raises(KeyError) if broken else contextlib.nullcontext():
        driver.do(asynchronous if driver.is_async else sync)
    assert used[0]._is_closed  # noqa: SLF001 - nothing public says
    assert show(driver, huawei).access == "AK"
    for _ in range(2):
        driver.do(huawei.aclose if driver.is_async else huawei.close)


def test_an_unused_client_opens_nothing() -> None:
    with Huawei(region="cn-north-4", token=TOKEN) as huawei, Alibaba(region="cn-hangzhou") as alibaba:
        for client in (huawei, alibaba):
            assert client.connections._made.value.sync is None  # noqa: SLF001 - nothing else says


def test_many_threads_or_tasks_share_a_client(driver: Driver) -> None:
    service = Service()
    huawei = driver.huawei(service, credentials=KEY, project_id="p", domain_id="d")
    show_by = huawei.iam_v3.show_permanent_access_key
    names = [f"AK{number}" for number in range(200)]

    def sync() -> list[str]:
        def work(name: str) -> Any:
            assert [secret.id for secret in huawei.csms.list_secrets()] == ["1"]
            return show_by(name).credential.access

        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(work, names))

    async def asynchronous() -> list[str]:
        async def work(some: list[str]) -> list[str]:
            assert [secret.id async for secret in huawei.csms.list_secrets()] == ["1"]
            return [(await show_by(name)).credential.access for name in some]

        found = await asyncio.gather(*(work(names[number::50]) for number in range(50)))
        return sorted((name for some in found for name in some), key=names.index)

    assert driver.do(asynchronous if driver.is_async else sync) == names
    assert len(service.requests) == (250 if driver.is_async else 400)


def test_many_threads_make_one_http_client() -> None:
    connections = Connections()
    barrier = threading.Barrier(16)

    def get(_: int) -> Any:
        barrier.wait()
        return connections.sync_client()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(map(id, pool.map(get, range(16))))) == 1
    connections.close()


@over_sockets
def test_an_idle_client_holds_no_thread(driver: Driver) -> None:
    with raw_server(RAW_CREDENTIAL) as (base_url, _):
        before = threading.enumerate()
        huawei = driver.front_classes[1](base_url=base_url, token=TOKEN, retry=AT_ONCE)
        assert threading.enumerate() == before
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
        assert threading.enumerate() == before
        driver.do(huawei.aclose if driver.is_async else huawei.close)


def test_event_loops_that_ended_leave_no_client_behind() -> None:
    connections = Connections(async_transport=httpx.MockTransport(lambda _: httpx.Response(404)))

    async def use() -> None:
        connections.async_client()

    for _ in range(5):
        asyncio.run(use())
    assert len(connections._made.value.asynchronous) == 1  # noqa: SLF001 - nothing else shows what is kept
