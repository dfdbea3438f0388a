"""Paging: every item once and in order, positions that go on, and listings that can't be right."""

from __future__ import annotations

import base64
import itertools
import re
import tracemalloc
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import ListingError, ParameterError, ServerError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler, over_mock, over_sockets
from paging.paged import Keys, Leaks, Secrets, answer
from runtime.scripted import KINDS, list_keys, list_leaks, list_secrets, open_alibaba, open_huawei
from runtime.services import ONCE


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

    def failing(request: httpx.Request) -> FakeResponse:
        return service(request) if len(service.asked) < 2 else FakeResponse(503, b"{}")

    listing = OPEN[kind](driver, failing, 6)
    given = items_before(driver, listing, ServerError)
    assert KINDS[kind].keys(given) == service.ids[:12]
    rest = OPEN[kind](driver, KINDS[kind].serve(13), 6, resume=listing.position)
    assert KINDS[kind].keys(given + driver.items(rest)) == service.ids


def items_before(driver: Driver, listing: Any, failure: type[Exception], match: str | None = None) -> list[Any]:
    """Return what a listing gives before it fails."""
    given: list[Any] = []

    def sync() -> None:
        for item in listing:
            given.append(item)  # noqa: PERF402 - it must hold what came before the failure

    async def asynchronous() -> None:
        async for item in listing:
            given.append(item)  # noqa: PERF401

    with pytest.raises(failure, match=match):
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
    stays = last.startswith("name") and count > 0
    assert len(service.asked) == requests + stays, "where the marker stays, only an empty page is known to be the last"
    assert all(query["limit"] == "4" for query in service.asked)


def test_an_empty_page_of_secrets_is_the_last_though_it_has_a_marker(driver: Driver) -> None:
    coming = iter([[{"id": "1"}], []])
    listing = open_secrets(
        driver, lambda _: answer({"secrets": next(coming), "page_info": {"next_marker": "1", "current_count": 0}}), 4
    )
    assert [item.id for item in driver.items(listing)] == ["1"]
    assert listing.position is None


def test_a_marker_that_names_the_first_item_of_the_next_page_gives_nothing_twice(driver: Driver) -> None:
    service = Secrets(10, "empty", inclusive=True)
    assert [item.id for item in driver.items(open_secrets(driver, service, 4))] == service.ids


@over_mock
@pytest.mark.parametrize("total", [True, False])
@pytest.mark.parametrize(("count", "requests"), [(0, 1), (3, 1), (4, 1), (5, 2), (8, 2)])
def test_leaks_stop_at_the_total_or_at_an_empty_page(driver: Driver, total: bool, count: int, requests: int) -> None:  # noqa: FBT001
    service = Leaks(count, total=total)
    assert len(driver.items(open_leaks(driver, service, 4))) == count
    assert len(service.asked) == requests + (count > 0 and not total)


@pytest.mark.parametrize("moved", [1, 3, 6])
def test_leaks_that_move_to_the_next_page_are_not_given_twice(driver: Driver, moved: int) -> None:
    service = Leaks(12, moved=moved)
    given = [item.id for item in driver.items(open_leaks(driver, service, 6))]
    assert len(given) == len(set(given))
    assert set(range(1, 13)) <= set(given)


@pytest.mark.parametrize(
    ("pages", "given"),
    [
        ([[None, 1, None], [1, None, 2]], [None, 1, None, None, 2]),
        ([[1, 1, 2], [2, 3, 4]], [1, 2, 3, 4]),
        ([[1, 2], [3, 4], [1, 2]], [1, 2, 3, 4, 1, 2]),
    ],
    ids=["without a key", "twice on a page", "two pages later"],
)
def test_items_are_dropped_that_their_page_or_the_page_before_had(
    driver: Driver, pages: list[list[int | None]], given: list[int | None]
) -> None:
    coming = iter(pages)

    def service(_: httpx.Request) -> FakeResponse:
        items = [{} if number is None else {"Id": number} for number in next(coming)]
        return answer({"AccessKeyLeakList": items, "TotalCount": sum(map(len, pages))})

    found = driver.items(open_leaks(driver, service, len(pages[0])))
    assert [item.id or None for item in found] == given


@over_mock
@pytest.mark.parametrize("length", [1, 2, 3, 7])
def test_a_marker_that_comes_again_raises_after_the_items_before_it(driver: Driver, length: int) -> None:
    asked: list[str] = []

    def looping(request: httpx.Request) -> FakeResponse:
        asked.append(dict(request.url.params).get("marker", ""))
        assert len(asked) < 50
        key = {"user_id": "u", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
        info = {"current_count": 1, "next_marker": f"mark{len(asked) % length}"}
        return answer({"access_keys": [key | {"access_key_id": f"AK{len(asked)}"}], "page_info": info})

    listing = open_keys(driver, looping)
    assert len(items_before(driver, listing, ListingError)) == len(asked) == length + 1
    rest = open_keys(driver, looping, resume=listing.position)
    with pytest.raises(ListingError, match="ListAccessKeys: the service repeats a page: marker has a value that came"):
        driver.items(rest)


@over_mock
@pytest.mark.parametrize("stop_after", range(1, 7))
def test_pages_that_are_shorter_than_was_asked_for_are_followed(driver: Driver, stop_after: int) -> None:
    class Capped:
        """Serves two of six leaks on a page, whatever it is asked for."""

        ids = range(1, 7)

        def __call__(self, request: httpx.Request) -> FakeResponse:
            number = int(dict(request.url.params)["CurrentPage"])
            items = [{"Id": each} for each in self.ids[2 * number - 2 : 2 * number]]
            return answer({"AccessKeyLeakList": items, "TotalCount": 6, "PageSize": 2, "CurrentPage": number})

    service = Capped()
    listing = open_leaks(driver, service, 100)
    given = driver.items(listing, stop_after)
    rest = driver.items(open_leaks(driver, service, resume=listing.position)) if listing.position else []
    assert [leak.id for leak in given + rest] == list(service.ids)


@over_mock
@pytest.mark.parametrize("limit", [50, 1000])
def test_secrets_that_come_in_shorter_pages_than_was_asked_for_are_followed(driver: Driver, limit: int) -> None:
    service = Secrets(7, "name")

    def capped(request: httpx.Request) -> FakeResponse:
        return service(httpx.Request("GET", request.url.copy_set_param("limit", 3)))

    assert [item.id for item in driver.items(open_secrets(driver, capped, limit))] == service.ids


KEY = {"user_id": "u", "access_key_id": "AK1", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
NO_WHOLE_LISTING: dict[str, tuple[str, list[dict[str, Any]], int, str]] = {
    "items are missing": (
        "leaks",
        [{"AccessKeyLeakList": [{"Id": 1}], "TotalCount": 3}, {"AccessKeyLeakList": [], "TotalCount": 3}],
        1,
        "the service counts 3 items, but its pages have 1",
    ),
    "another page": (
        "leaks",
        [{"AccessKeyLeakList": [{"Id": 1}], "TotalCount": 2, "CurrentPage": 7}],
        0,
        "the service sent page 7 in place of page 1",
    ),
    "the total falls": (
        "leaks",
        [{"AccessKeyLeakList": [{"Id": n}], "TotalCount": total} for n, total in ((1, 3), (2, 2))],
        2,
        "the total fell by 1 meanwhile, so as many items may be missing",
    ),
    "no page of leaks": ("leaks", [{"RequestId": "R"}], 0, "the response is no page: it has no access_key_leak_list"),
    "no page of secrets": ("secrets", [{}], 0, "the response is no page: it has no secrets"),
    "no page of users": ("users", [{"RequestId": "R"}], 0, "the response is no page: it has no users.user"),
    "no marker": (
        "users",
        [{"Users": {"User": [{"UserId": "1"}]}, "IsTruncated": True}],
        1,
        "the service says that there is another page, and gives no marker",
    ),
    "empty pages without end": (
        "keys",
        [{"access_keys": [], "page_info": {"current_count": 0, "next_marker": f"mark{n}"}} for n in range(100)],
        0,
        "the service sent 100 empty pages one after another",
    ),
    "a marker that is longer than a URL": (
        "keys",
        [{"access_keys": [KEY], "page_info": {"current_count": 1, "next_marker": "m" * 17_000}}],
        1,
        "the service's marker can't be sent: make a URL of more than 16384 characters together",
    ),
}


def open_users(driver: Driver, service: Handler, size: int | None = None, **options: Any) -> Any:
    return open_alibaba(driver, service, retry=ONCE).ims.list_users(max_items=size, **options)


@pytest.mark.parametrize("case", NO_WHOLE_LISTING)
def test_a_listing_that_is_not_known_to_be_whole_raises_after_the_items_that_came(driver: Driver, case: str) -> None:
    kind, bodies, given, reason = NO_WHOLE_LISTING[case]
    coming = iter(bodies)
    listing = {**OPEN, "users": open_users}[kind](driver, lambda _: answer(next(coming)), 1)
    assert len(items_before(driver, listing, ListingError, match=re.escape(reason))) == given
    assert next(coming, None) is None, "every page was asked for"
    assert listing.position is not None


def test_a_listing_may_have_empty_pages_between_others(driver: Driver) -> None:
    pages = [[KEY], *[[]] * 99, [KEY | {"access_key_id": "AK2"}], *[[]] * 99, [KEY | {"access_key_id": "AK3"}]]
    service = iter(enumerate(pages, 1))

    def scarce(_: httpx.Request) -> FakeResponse:
        number, items = next(service)
        info = {"current_count": len(items)} | ({"next_marker": f"mark{number}"} if number < len(pages) else {})
        return answer({"access_keys": items, "page_info": info})

    assert [key.access_key_id for key in driver.items(open_keys(driver, scarce))] == ["AK1", "AK2", "AK3"]


@pytest.mark.parametrize("marker", ["x", "a b", "é", "\u202e", "m" * 5_000, "x&limit=1#/../", "\x1b[31m\r\n", "a\0b"])
@pytest.mark.parametrize("kind", ["secrets", "keys", "users"])
def test_the_marker_of_a_service_may_have_any_form(driver: Driver, kind: str, marker: str) -> None:
    asked: list[str | None] = []

    def service(request: httpx.Request) -> FakeResponse:
        asked.append(request.url.params.get("marker", request.url.params.get("Marker")))
        first, following = ("1", {}) if asked[-1] else ("0", {"next_marker": marker})
        return answer(
            {
                "secrets": [{"id": first}],
                "access_keys": [KEY | {"access_key_id": first}],
                "Users": {"User": [{"UserId": first}]},
                "IsTruncated": bool(following),
                "Marker": following.get("next_marker"),
                "page_info": {"current_count": 1} | following,
            }
        )

    opened = {**OPEN, "users": open_users}[kind]
    assert len(driver.items(opened(driver, service))) == 2
    listing = opened(driver, service)
    driver.items(listing, 1)
    assert len(driver.items(opened(driver, service, resume=listing.position))) == 1
    assert asked == [None, marker, None, marker]


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

    def endless(request: httpx.Request) -> FakeResponse:
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
