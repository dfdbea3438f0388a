"""Paging: every item once and in order, positions that go on, and listings that can't be right."""

from __future__ import annotations

import base64
import gc
import tracemalloc
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from clients.paged import KEY, PROJECT, Keys, Leaks, Secrets, answer
from clients.services import ONCE
from cloudkeys import Alibaba, Huawei
from cloudkeys.errors import PageLoopError, ParameterError, ServerError
from cloudkeys.paging.recent_items import REMEMBERED_ITEMS
from cloudkeys.testing import Answer
from driver import Driver, Handler, over_mock

Open = Callable[..., Any]


def open_leaks(driver: Driver, service: Handler, **options: Any) -> Any:
    return Alibaba(credentials=KEY, retry=ONCE, **driver.serve(service)).access_key_leaks(**options)


def open_secrets(driver: Driver, service: Handler, **options: Any) -> Any:
    return Huawei(**PROJECT, retry=ONCE, **driver.serve(service)).secrets(**options)


def open_keys(driver: Driver, service: Handler, **options: Any) -> Any:
    return Huawei(**PROJECT, retry=ONCE, **driver.serve(service)).access_keys("u", **options)


KINDS: dict[str, tuple[Callable[[int], Any], Open, Callable[[Any], Any]]] = {
    "leaks": (Leaks, open_leaks, lambda item: item.id),
    "secrets": (Secrets, open_secrets, lambda item: item.id),
    "keys": (Keys, open_keys, lambda item: item.access_key_id),
}


def everything(service: Any) -> list[Any]:
    return list(getattr(service, "ids", None) or getattr(service, "names", []))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 6, 7, 12, 13])
def test_every_item_once_and_in_order(driver: Driver, kind: str, count: int) -> None:
    make, open_listing, key = KINDS[kind]
    service = make(count)
    listing = open_listing(driver, service, page_size=6)
    assert [key(item) for item in driver.items(listing)] == everything(service)
    assert listing.position is None
    assert len(service.asked) <= count // 6 + 1


@pytest.mark.parametrize("kind", KINDS)
def test_pages_come_with_their_responses(driver: Driver, kind: str) -> None:
    make, open_listing, key = KINDS[kind]
    service = make(13)
    pages = driver.pages(open_listing(driver, service, page_size=6))
    assert [[key(item) for item in page.items] for page in pages] == [
        everything(service)[:6],
        everything(service)[6:12],
        everything(service)[12:],
    ]
    assert {page.response.status_code for page in pages} == {200}
    assert all(page.response.content.startswith(b"{") for page in pages)
    assert [page.position is None for page in pages] == [False, False, True]


@over_mock
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stop_after", range(1, 14))
def test_a_broken_off_listing_is_resumed_in_another_process(driver: Driver, kind: str, stop_after: int) -> None:
    make, open_listing, key = KINDS[kind]
    service = make(13)
    first = open_listing(driver, service, page_size=6)
    given = driver.items(first, stop_after)
    saved = first.position
    if stop_after == 13:
        assert saved is None
        return
    rest = open_listing(driver, make(13), page_size=6, resume=saved)
    assert rest.position == saved
    assert [key(item) for item in given + driver.items(rest)] == everything(service)


@over_mock
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("max_items", [0, 1, 6, 8, 12, 13, 100])
def test_a_limit_on_items(driver: Driver, kind: str, max_items: int) -> None:
    make, open_listing, key = KINDS[kind]
    service = make(13)
    listing = open_listing(driver, service, page_size=6, max_items=max_items)
    given = [key(item) for item in driver.items(listing)]
    assert given == everything(service)[:max_items]
    assert len(service.asked) == min((max_items + 5) // 6, 3)
    rest = open_listing(driver, make(13), page_size=6, resume=listing.position) if listing.position else None
    assert given + ([key(item) for item in driver.items(rest)] if rest else []) == everything(service)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_leaves_the_position_right(driver: Driver, kind: str) -> None:
    make, open_listing, key = KINDS[kind]
    service = make(13)

    def failing(request: httpx.Request) -> Answer:
        return service(request) if len(service.asked) < 2 else Answer(503, b"{}")

    listing = open_listing(driver, failing, page_size=6)
    given: list[Any] = []
    with pytest.raises(ServerError):
        driver.call(lambda: iter_into(listing, given), lambda: aiter_into(listing, given))
    assert [key(item) for item in given] == everything(service)[:12]
    rest = open_listing(driver, make(13), page_size=6, resume=listing.position)
    assert [key(item) for item in given + driver.items(rest)] == everything(service)


def iter_into(listing: Any, given: list[Any]) -> None:
    for item in listing:
        given.append(item)  # noqa: PERF402 - it must hold what came before the failure


async def aiter_into(listing: Any, given: list[Any]) -> None:
    async for item in listing:
        given.append(item)  # noqa: PERF401


@pytest.mark.parametrize("last", ["absent", "null", "empty"])
def test_the_last_page_of_access_keys_has_no_marker(driver: Driver, last: str) -> None:
    service = Keys(4, last)
    assert len(driver.items(open_keys(driver, service, page_size=2))) == 4
    assert [query.get("marker") for query in service.asked] == [None, "mark2"]


def test_the_service_decides_the_page_size_where_none_is_given(driver: Driver) -> None:
    service = Keys(2)
    driver.items(open_keys(driver, service))
    assert service.asked == [{}]


@over_mock
@pytest.mark.parametrize("last", ["absent", "null", "empty", "name of the last secret"])
@pytest.mark.parametrize(("count", "requests"), [(0, 1), (3, 1), (4, 1), (5, 2), (8, 2)])
def test_the_last_page_of_secrets_under_every_reading(driver: Driver, last: str, count: int, requests: int) -> None:
    service = Secrets(count, last)
    assert [item.id for item in driver.items(open_secrets(driver, service, page_size=4))] == service.names
    exact = last.startswith("name") and count in {4, 8}
    assert len(service.asked) == requests + exact, "an exact multiple costs one more request where the marker stays"
    assert all(query["limit"] == "4" for query in service.asked)


def test_a_marker_that_names_the_first_item_of_the_next_page_gives_nothing_twice(driver: Driver) -> None:
    service = Secrets(10, "empty", inclusive=True)
    assert [item.id for item in driver.items(open_secrets(driver, service, page_size=4))] == service.names


def test_secrets_are_asked_for_with_an_explicit_limit(driver: Driver) -> None:
    service = Secrets(1)
    driver.items(open_secrets(driver, service, event_name="a b"))
    assert service.asked == [{"limit": "50", "event_name": "a b"}]


@over_mock
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(("count", "requests"), [(0, 1), (3, 1), (4, 2), (5, 2), (8, 3)])
def test_leaks_stop_at_the_total_or_at_a_short_page(driver: Driver, total: bool, count: int, requests: int) -> None:  # noqa: FBT001
    service = Leaks(count, total=total)
    assert len(driver.items(open_leaks(driver, service, page_size=4))) == count
    assert len(service.asked) == requests - (total and count in {4, 8})


@pytest.mark.parametrize("moved", [1, 3, 6])
def test_leaks_that_move_to_a_later_page_are_not_given_twice(driver: Driver, moved: int) -> None:
    service = Leaks(12, moved=moved)
    given = [item.id for item in driver.items(open_leaks(driver, service, page_size=6))]
    assert len(given) == len(set(given))
    assert set(range(1, 13)) <= set(given)


def test_items_without_a_key_are_all_given(driver: Driver) -> None:
    pages = iter([[{}, {"Id": 1}, {}], [{"Id": 1}, {}]])
    listing = open_leaks(driver, lambda _: answer({"AccessKeyLeakList": next(pages), "TotalCount": 5}), page_size=3)
    assert len(driver.items(listing)) == 4


def test_the_items_before_a_circle_are_given(driver: Driver) -> None:
    key = {"user_id": "u", "access_key_id": "AK1", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
    body = {"access_keys": [key], "page_info": {"current_count": 1, "next_marker": "mark"}}
    given: list[Any] = []
    listing = open_keys(driver, lambda _: answer(body))
    with pytest.raises(PageLoopError):
        driver.call(lambda: iter_into(listing, given), lambda: aiter_into(listing, given))
    assert [item.access_key_id for item in given] == ["AK1"]


@over_mock
@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_marker_that_comes_again_raises(driver: Driver, length: int) -> None:
    asked: list[str] = []

    def circling(request: httpx.Request) -> Answer:
        asked.append(dict(request.url.params).get("marker", ""))
        info = {"current_count": 1, "next_marker": f"mark{len(asked) % length}"}
        return answer({"access_keys": [], "page_info": info})

    with pytest.raises(PageLoopError, match="ListAccessKeys: the service repeats a page"):
        driver.items(open_keys(driver, circling))
    assert len(asked) <= 4 * length + 2


def test_a_listing_without_end_raises(driver: Driver) -> None:
    asked: list[int] = []

    def endless(_: httpx.Request) -> Answer:
        asked.append(1)
        return answer({"access_keys": [], "page_info": {"current_count": 0, "next_marker": f"mark{len(asked)}"}})

    with pytest.raises(PageLoopError, match="more pages than max_pages"):
        driver.items(open_keys(driver, endless, max_pages=20))
    assert len(asked) == 20


DEEP = base64.b64encode(b'{"operation": "ListSecrets", "arguments": {"a": ' + b"[" * 100_000 + b"}}").decode()


@over_mock
@pytest.mark.parametrize(
    ("kind", "options", "parameter"),
    [
        ("leaks", {"page_size": 101}, "PageSize"),
        ("leaks", {"page_size": 0}, "PageSize"),
        ("leaks", {"since": "now"}, "since"),
        ("leaks", {"max_items": -1}, "max_items"),
        ("leaks", {"max_pages": 0}, "max_pages"),
        *(("secrets", {"max_items": number}, "max_items") for number in (2.5, "5", True)),
        ("leaks", {"ahead": 1.0}, "ahead"),
        ("secrets", {"resume": DEEP}, "resume"),
        ("keys", {"page_size": 201}, "limit"),
        ("keys", {"page_size": 0}, "limit"),
        ("secrets", {"page_size": 1001}, "limit"),
        ("secrets", {"page_size": 0}, "limit"),
        *((kind, {"resume": text}, "resume") for kind in KINDS for text in ("", "x", "e30=", "é", "bnVsbA==")),
    ],
)
def test_what_cannot_be_right_is_refused_before_the_loop(
    driver: Driver, kind: str, options: dict[str, Any], parameter: str
) -> None:
    make, open_listing, _ = KINDS[kind]
    service = make(1)
    with pytest.raises(ParameterError) as caught:
        open_listing(driver, service, **options)
    assert caught.value.parameter == parameter
    assert service.asked == []


def test_a_position_of_another_listing_is_refused(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), page_size=6, status="pending")
    driver.items(listing, 3)
    for options in ({}, {"status": "dealed"}, {"status": "pending", "access_key_id": "x"}):
        with pytest.raises(ParameterError, match="other filters"):
            open_leaks(driver, Leaks(13), resume=listing.position, **options)
    with pytest.raises(ParameterError, match="resume"):
        open_keys(driver, Keys(1), resume=listing.position)
    assert driver.items(open_leaks(driver, Leaks(13), resume=listing.position, status="pending"))


def test_a_position_holds_no_secret(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), page_size=6)
    driver.items(listing, 3)
    assert b"SK" not in base64.urlsafe_b64decode(listing.position)


def test_a_listing_can_be_looped_over_again(driver: Driver) -> None:
    listing = open_keys(driver, Keys(3), page_size=2)
    assert driver.items(listing) == driver.items(listing)
    assert listing.position is None


def test_breaking_off_leaves_no_connection_behind(driver: Driver) -> None:
    connected = driver.serve(Secrets(10))
    huawei = Huawei(**PROJECT, **connected)
    assert len(driver.items(huawei.secrets(page_size=2), stop_after=1)) == 1
    gc.collect()
    connections = connected["connections"]

    async def async_client() -> Any:
        return connections.async_client()

    # Nothing public tells how many connections are open, and which of them are busy.
    transport = driver.call(connections.sync_client, async_client)._transport  # noqa: SLF001
    if driver.over_sockets:
        assert transport._busy == set()  # noqa: SLF001
        assert [len(idle) for idle in transport._idle.values()] == [1]  # noqa: SLF001


def test_memory_stays_flat_over_many_items() -> None:
    body = [{"Id": 0, "AccesskeyId": "k", "Url": "u" * 200}] * 100

    def endless(request: httpx.Request) -> Answer:
        first = int(dict(request.url.params)["CurrentPage"]) * 100
        return answer(
            {"AccessKeyLeakList": [item | {"Id": first + n} for n, item in enumerate(body)], "TotalCount": 10**9}
        )

    driver = Driver(is_async=False, over_sockets=False)
    listing = open_leaks(driver, endless, max_items=4 * REMEMBERED_ITEMS)
    peaks: list[int] = []
    tracemalloc.start()
    for number, _ in enumerate(listing, 1):
        if number % REMEMBERED_ITEMS == 0:
            peaks.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    driver.close()
    assert len(peaks) == 4
    assert peaks[3] < 1.5 * peaks[1]
