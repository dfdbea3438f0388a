"""Pages that are fetched before they are needed: the same items in the same order, and no more requests than said."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import httpx
import pytest

from clients.paged import KEY
from clients.services import ONCE
from cloudkeys import Alibaba, Huawei
from cloudkeys.errors import ParameterError, ServerError
from cloudkeys.huawei import SECRETS
from cloudkeys.paging.listing import Listing
from cloudkeys.testing import Answer
from driver import Driver, over_mock, over_sockets


class Leaks:
    """Numbered leaks; one page may fail."""

    def __init__(self, count: int, *, total: bool = True, fails: int = 0) -> None:
        self.count, self.total, self.fails = count, total, fails
        self.asked: list[int] = []

    def __call__(self, request: httpx.Request) -> Answer:
        query = dict(request.url.params)
        size, number = int(query["PageSize"]), int(query["CurrentPage"])
        self.asked.append(number)
        if number == self.fails:
            return Answer(500, b'{"Code": "ServerError"}')
        ids = range((number - 1) * size, min(self.count, number * size))
        body: dict[str, Any] = {"AccessKeyLeakList": [{"Id": i} for i in ids]}
        return Answer(200, json.dumps(body | ({"TotalCount": self.count} if self.total else {})).encode())


def listed(driver: Driver, service: Leaks, **options: Any) -> Any:
    return Alibaba(credentials=KEY, retry=ONCE, **driver.serve(service)).access_key_leaks(page_size=10, **options)


@over_mock
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 95])
@pytest.mark.parametrize("ahead", [1, 3, 32])
def test_the_items_are_the_same_in_the_same_order(driver: Driver, ahead: int, count: int, total: bool) -> None:  # noqa: FBT001
    service = Leaks(count, total=total)
    listing = listed(driver, service, ahead=ahead)
    assert [item.id for item in driver.items(listing)] == list(range(count))
    assert listing.position is None
    assert len(service.asked) == len(set(service.asked))
    if total:
        assert sorted(service.asked) == list(range(1, max(1, -(-count // 10)) + 1)), "each page once, and no other"


@pytest.mark.parametrize("ahead", [1, 4])
def test_no_more_pages_are_asked_for_ahead_than_said(driver: Driver, ahead: int) -> None:
    service = Leaks(1000)
    listing = listed(driver, service, ahead=ahead)
    assert len(driver.items(listing, stop_after=25)) == 25
    assert set(service.asked) <= set(range(1, 3 + ahead + 1))
    resumed = Alibaba(credentials=KEY, **driver.serve(service)).access_key_leaks(page_size=10, resume=listing.position)
    assert [item.id for item in driver.items(resumed)] == list(range(25, 1000))


@pytest.mark.parametrize("bound", [{"max_items": 25}, {"max_items": 30}])
def test_nothing_is_asked_for_that_nobody_wants(driver: Driver, bound: dict[str, int]) -> None:
    service = Leaks(1000)
    found = driver.items(listed(driver, service, ahead=8, **bound))
    assert [item.id for item in found] == list(range(bound["max_items"]))
    assert sorted(service.asked) == [1, 2, 3]


def test_an_error_comes_where_its_page_would(driver: Driver) -> None:
    service = Leaks(100, fails=4)
    listing, found = listed(driver, service, ahead=8), list[int]()

    async def asynchronous() -> None:
        async for item in listing:
            found.append(item.id)

    def sync() -> None:
        for item in listing:
            found.append(item.id)

    with pytest.raises(ServerError):
        driver.call(sync, asynchronous)
    assert found == list(range(30))
    service.fails = 0
    rest = Alibaba(credentials=KEY, **driver.serve(service)).access_key_leaks(page_size=10, resume=listing.position)
    assert [item.id for item in driver.items(rest)] == list(range(30, 100))


@over_sockets
def test_requests_are_under_way_at_the_same_time(driver: Driver) -> None:
    together = threading.Barrier(3)

    class Meeting(Leaks):
        def __call__(self, request: httpx.Request) -> Answer:
            if int(dict(request.url.params)["CurrentPage"]) in {2, 3, 4}:
                together.wait(5)
            return super().__call__(request)

    assert len(driver.items(listed(driver, Meeting(40), ahead=3))) == 40


def test_breaking_off_leaves_nothing_under_way(driver: Driver) -> None:
    threads = set(threading.enumerate())

    async def asynchronous() -> set[Any]:
        pages = listed(driver, Leaks(1000), ahead=8).pages_async()
        await anext(pages)
        await pages.aclose()
        return asyncio.all_tasks() - {asyncio.current_task()}

    def sync() -> set[Any]:
        pages = listed(driver, Leaks(1000), ahead=8).pages()
        next(pages)
        pages.close()
        return {thread for thread in set(threading.enumerate()) - threads if thread.name.startswith("cloudkeys")}

    assert driver.call(sync, asynchronous) == set()


@pytest.mark.parametrize("ahead", [-1, 33])
def test_a_number_out_of_range_is_refused(ahead: int) -> None:
    with pytest.raises(ParameterError, match="parameter ahead: must be"):
        Alibaba(region="cn-hangzhou", credentials=KEY).access_key_leaks(ahead=ahead)


def test_pages_that_follow_from_a_marker_cannot_be_asked_for_ahead() -> None:
    client: Any = Huawei(region="cn-north-4", token="t", project_id="p")._csms  # noqa: S106, SLF001
    with pytest.raises(ParameterError, match="parameter ahead: must be 0"):
        Listing(client, SECRETS, {"project_id": "p", "limit": "10"}, ahead=1)
