"""Paging: every item once and in order, positions that go on, and listings that can't be right."""

from __future__ import annotations

import base64
import itertools
import tracemalloc
from typing import Any

import httpx
import pytest

from clients.paged import Keys, Leaks, Secrets, answer
from clients.scripted import KINDS, list_keys, list_leaks, list_secrets, open_alibaba, open_huawei
from clients.services import ONCE
from cloudkeys import Connections
from cloudkeys.errors import PageLoopError, ParameterError, ServerError
from cloudkeys.testing import Answer
from driver import Driver, Handler, over_mock, over_sockets


def open_leaks(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_leaks(open_alibaba(driver, service, retry=ONCE), *args, **options)


def open_secrets(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_secrets(open_huawei(driver, service, retry=ONCE), *args, **options)


def open_keys(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_keys(open_huawei(driver, service, retry=ONCE), *args, **options)


OPEN = {"leaks": open_leaks, "secrets": open_secrets, "keys": open_keys}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("count", [0, 1, 6, 7, 12, 13])
def test_every_item_once_and_in_order(driver: Driver, kind: str, count: int) -> None:
    service = KINDS[kind].serve(count)
    listing = OPEN[kind](driver, service, 6)
    assert KINDS[kind].keys(driver.items(listing)) == service.ids
    assert listing.position is None
    assert len(service.asked) <= count // 6 + 1


@pytest.mark.parametrize("kind", KINDS)
def test_pages_come_with_their_responses(driver: Driver, kind: str) -> None:
    service = KINDS[kind].serve(13)
    pages = driver.pages(OPEN[kind](driver, service, 6))
    assert [KINDS[kind].keys(page.items) for page in pages] == [service.ids[:6], service.ids[6:12], service.ids[12:]]
    assert {page.response.status_code for page in pages} == {200}
    assert all(page.response.content.startswith(b"{") for page in pages)
    assert [page.position is None for page in pages] == [False, False, True]


@over_mock
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("stop_after", range(1, 13))
def test_a_broken_off_listing_is_resumed_in_another_process(driver: Driver, kind: str, stop_after: int) -> None:
    service = KINDS[kind].serve(13)
    first = OPEN[kind](driver, service, 6)
    given = driver.items(first, stop_after)
    # The size of the pages is that of the first listing: their numbers mean nothing with another.
    rest = OPEN[kind](driver, service, 5, resume=first.position)
    assert rest.position == first.position
    assert KINDS[kind].keys(given + driver.items(rest)) == service.ids
    assert {query.get("PageSize", query.get("limit")) for query in service.asked} == {"6"}


@over_mock
@pytest.mark.parametrize("moved", [0, 1, 3, 6])
@pytest.mark.parametrize("stop_after", range(1, 13))
def test_leaks_that_move_while_a_listing_is_resumed_are_given_once(driver: Driver, stop_after: int, moved: int) -> None:
    first = open_leaks(driver, Leaks(13), 6)
    given = driver.items(first, stop_after)
    rest = driver.items(open_leaks(driver, Leaks(13, moved=moved), resume=first.position))
    found = [item.id for item in given + rest]
    assert sorted(set(found)) == sorted(found)
    assert set(range(1, 14)) <= set(found)


@pytest.mark.parametrize(("pushed", "again"), [(2, []), (3, []), (4, [1, 2]), (6, [1, 2, 3])])
def test_leaks_that_came_before_a_listing_is_resumed_hide_none(driver: Driver, pushed: int, again: list[int]) -> None:
    service = Leaks(12)
    first = open_leaks(driver, service, 6)
    given = [item.id for item in driver.items(first, 3)]
    service.ids[:0] = range(1 - pushed, 1)
    found = [item.id for item in driver.items(open_leaks(driver, service, resume=first.position))]
    assert [number for number in found if number > 3] == list(range(4, 13))
    # Where the last item that was given has left its page, nothing else says what was given of it.
    assert [number for number in found if number in given] == again + [3] * (pushed == 4)


@pytest.mark.parametrize("kind", KINDS)
def test_a_failure_leaves_the_position_right(driver: Driver, kind: str) -> None:
    service = KINDS[kind].serve(13)

    def failing(request: httpx.Request) -> Answer:
        return service(request) if len(service.asked) < 2 else Answer(503, b"{}")

    listing = OPEN[kind](driver, failing, 6)
    given = items_before(driver, listing, ServerError)
    assert KINDS[kind].keys(given) == service.ids[:12]
    rest = OPEN[kind](driver, KINDS[kind].serve(13), 6, resume=listing.position)
    assert KINDS[kind].keys(given + driver.items(rest)) == service.ids


def items_before(driver: Driver, listing: Any, failure: type[Exception]) -> list[Any]:
    """Return what a listing gives before it fails."""
    given: list[Any] = []

    def sync() -> None:
        for item in listing:
            given.append(item)  # noqa: PERF402 - it must hold what came before the failure

    async def asynchronous() -> None:
        async for item in listing:
            given.append(item)  # noqa: PERF401

    with pytest.raises(failure):
        driver.do(asynchronous if driver.is_async else sync)
    return given


@pytest.mark.parametrize("last", ["absent", "null", "empty"])
def test_the_last_page_of_access_keys_has_no_marker(driver: Driver, last: str) -> None:
    service = Keys(4, last)
    assert len(driver.items(open_keys(driver, service, 2))) == 4
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
    assert [item.id for item in driver.items(open_secrets(driver, service, 4))] == service.ids
    exact = last.startswith("name") and count in {4, 8}
    assert len(service.asked) == requests + exact, "an exact multiple costs one more request where the marker stays"
    assert all(query["limit"] == "4" for query in service.asked)


def test_a_marker_that_names_the_first_item_of_the_next_page_gives_nothing_twice(driver: Driver) -> None:
    service = Secrets(10, "empty", inclusive=True)
    assert [item.id for item in driver.items(open_secrets(driver, service, 4))] == service.ids


@over_mock
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(("count", "requests"), [(0, 1), (3, 1), (4, 2), (5, 2), (8, 3)])
def test_leaks_stop_at_the_total_or_at_a_short_page(driver: Driver, total: bool, count: int, requests: int) -> None:  # noqa: FBT001
    service = Leaks(count, total=total)
    assert len(driver.items(open_leaks(driver, service, 4))) == count
    assert len(service.asked) == requests - (total and count in {4, 8})


@pytest.mark.parametrize("moved", [1, 3, 6])
def test_leaks_that_move_to_the_next_page_are_not_given_twice(driver: Driver, moved: int) -> None:
    service = Leaks(12, moved=moved)
    given = [item.id for item in driver.items(open_leaks(driver, service, 6))]
    assert len(given) == len(set(given))
    assert set(range(1, 13)) <= set(given)


@pytest.mark.parametrize(
    ("pages", "given"),
    [
        ([[None, 1, None], [1, None, 2], []], [None, 1, None, None, 2]),
        ([[1, 1, 2], [2, 3, 4], []], [1, 2, 3, 4]),
        ([[1, 2], [3, 4], [1, 2], []], [1, 2, 3, 4, 1, 2]),
    ],
    ids=["without a key", "twice on a page", "two pages later"],
)
def test_items_are_dropped_that_their_page_or_the_page_before_had(
    driver: Driver, pages: list[list[int | None]], given: list[int | None]
) -> None:
    coming = iter(pages)

    def service(_: httpx.Request) -> Answer:
        items = [{} if number is None else {"Id": number} for number in next(coming)]
        return answer({"AccessKeyLeakList": items, "TotalCount": 1000})

    found = driver.items(open_leaks(driver, service, len(pages[0])))
    assert [item.id or None for item in found] == given


@over_mock
@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_marker_that_comes_again_raises_after_the_items_before_it(driver: Driver, length: int) -> None:
    asked: list[str] = []

    def looping(request: httpx.Request) -> Answer:
        asked.append(dict(request.url.params).get("marker", ""))
        assert len(asked) < 50
        key = {"user_id": "u", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
        info = {"current_count": 1, "next_marker": f"mark{len(asked) % length}"}
        return answer({"access_keys": [key | {"access_key_id": f"AK{len(asked)}"}], "page_info": info})

    listing = open_keys(driver, looping)
    assert len(items_before(driver, listing, PageLoopError)) == len(asked) == length + 1
    rest = open_keys(driver, looping, resume=listing.position)
    with pytest.raises(PageLoopError, match="ListAccessKeys: the service repeats a page: marker has a value that came"):
        driver.items(rest)


DEEP = base64.b64encode(
    b'{"operation": "huawei_csms.ListSecrets", "arguments": {"a": ' + b"[" * 100_000 + b"}}"
).decode()


@over_mock
@pytest.mark.parametrize(
    ("kind", "options", "parameter"),
    [
        *(("leaks", {"size": size}, "PageSize") for size in (0, 101, None, "6")),
        *(("leaks", {"start_ts": moment}, "StartTs") for moment in ("now", 1.5, True)),
        ("leaks", {"status": 5}, "Status"),
        *(("keys", {"size": size}, "limit") for size in (0, 201)),
        *(("secrets", {"size": size}, "limit") for size in (0, 1001, None, True)),
        ("secrets", {"resume": DEEP}, "resume"),
        *((kind, {"resume": text}, "resume") for kind in KINDS for text in ("", "x", "e30=", "é", "bnVsbA==")),
    ],
)
def test_what_cannot_be_right_is_refused_before_the_loop(
    driver: Driver, kind: str, options: dict[str, Any], parameter: str
) -> None:
    service = KINDS[kind].serve(1)
    with pytest.raises(ParameterError) as caught:
        OPEN[kind](driver, service, **options)
    assert caught.value.parameter == parameter
    assert service.asked == []


def test_a_position_of_another_listing_is_refused(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), 6, status="pending")
    driver.items(listing, 3)
    for options in ({}, {"status": "dealed"}, {"status": "pending", "query": "x"}):
        with pytest.raises(ParameterError, match="other filters"):
            open_leaks(driver, Leaks(13), resume=listing.position, **options)
    with pytest.raises(ParameterError, match="resume"):
        open_keys(driver, Keys(1), resume=listing.position)
    position = open_secrets(driver, Secrets(1)).position
    with pytest.raises(ParameterError, match="other filters"):
        open_huawei(driver, Secrets(1), project_id="another").csms.list_secrets(resume=position)


def test_a_position_holds_no_secret(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), 6)
    driver.items(listing, 3)
    assert b"SK" not in base64.urlsafe_b64decode(listing.position)


def test_a_listing_can_be_looped_over_again(driver: Driver) -> None:
    listing = open_keys(driver, Keys(3), 2)
    assert driver.items(listing) == driver.items(listing)
    assert listing.position is None


def test_a_listing_says_what_it_is(driver: Driver) -> None:
    start, loop = ("AsyncListing", "async for") if driver.is_async else ("Listing", "for")
    assert repr(open_leaks(driver, Leaks(1))) == f"<{start} of DescribeAccesskeyLeakList: loop over it with {loop}>"


@over_sockets
def test_no_connection_is_busy_between_two_pages(driver: Driver) -> None:
    limits = httpx.Limits(max_connections=1)
    connections = Connections(
        transport=httpx.HTTPTransport(limits=limits), async_transport=httpx.AsyncHTTPTransport(limits=limits)
    )
    huawei = open_huawei(driver, Secrets(10), connections=connections, timeout=5, retry=ONCE)
    begun = huawei.csms.list_secrets(limit=2)
    loop = aiter(begun) if driver.is_async else iter(begun)
    assert driver.do(lambda: anext(loop) if driver.is_async else next(loop)).id == "s00000"
    assert len(driver.items(huawei.csms.list_secrets(limit=2))) == 10
    driver.do(huawei.aclose if driver.is_async else huawei.close)


def test_memory_stays_flat_over_many_items() -> None:
    body = [{"Id": 0, "AccesskeyId": "k", "Url": "u" * 200}] * 100

    def endless(request: httpx.Request) -> Answer:
        first = int(dict(request.url.params)["CurrentPage"]) * 100
        return answer(
            {"AccessKeyLeakList": [item | {"Id": first + n} for n, item in enumerate(body)], "TotalCount": 10**9}
        )

    driver = Driver(is_async=False, over_sockets=False)
    loop = iter(open_leaks(driver, endless))
    used: list[int] = []
    tracemalloc.start()
    for _ in range(3):
        assert sum(1 for _ in itertools.islice(loop, 10_000)) == 10_000
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    driver.close()
    assert used[2] - used[1] < 100_000, "the keys alone of 10,000 items would take more"
