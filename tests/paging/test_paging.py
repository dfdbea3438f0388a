"""What the laws of listings don't cover: moving data, undocumented ends, inconsistent pages, and arguments."""

from __future__ import annotations

import base64
import itertools
import re
import tracemalloc
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import AuthenticationError, ListingError, ParameterError, StatusError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler, over_mock, over_sockets
from paging.paged import Keys, Leaks, Secrets, respond
from runtime.scripted import KINDS, list_keys, list_leaks, list_secrets, open_alibaba, open_huawei
from runtime.services import ONCE


def open_leaks(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_leaks(open_alibaba(driver, service, retry=ONCE), *args, **options)


def open_secrets(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_secrets(open_huawei(driver, service, retry=ONCE), *args, **options)


def open_keys(driver: Driver, service: Handler, *args: Any, **options: Any) -> Any:
    return list_keys(open_huawei(driver, service, retry=ONCE), *args, **options)


def open_users(driver: Driver, service: Handler, size: int | None = None, **options: Any) -> Any:
    return open_alibaba(driver, service, retry=ONCE).ims.list_users(max_items=size, **options)


OPEN = {"leaks": open_leaks, "secrets": open_secrets, "keys": open_keys, "users": open_users}


def items_before(driver: Driver, listing: Any, failure: type[Exception], match: str) -> list[Any]:
    """Return the items that a listing yields before it fails."""
    found: list[Any] = []

    def sync() -> None:
        for item in listing:
            found.append(item)  # noqa: PERF402 - the list must hold the items before the failure

    async def asynchronous() -> None:
        async for item in listing:
            found.append(item)  # noqa: PERF401

    with pytest.raises(failure, match=match):
        driver.do(asynchronous if driver.is_async else sync)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_a_listing_yields_every_item_in_order_each_time(driver: Driver, kind: str) -> None:
    service = KINDS[kind].serve(13)
    listing = OPEN[kind](driver, service, 6)
    for _ in range(2):
        assert KINDS[kind].keys(driver.items(listing)) == service.ids
        assert listing.position is None
    assert len(service.requests) == 2 * 3
    start, loop = ("<AsyncListing of ", "async for>") if driver.is_async else ("<Listing of ", "for>")
    assert repr(listing).startswith(start)
    assert repr(listing).endswith(f"iterate with {loop}")


@over_mock
def test_a_second_loop_that_fails_at_once_is_at_the_start(driver: Driver) -> None:
    service = Keys(3)
    listing = open_keys(driver, lambda request: service(request) if not service.requests else FakeResponse(400, b"{}"))
    start = listing.position
    assert len(driver.items(listing)) == 3
    assert items_before(driver, listing, StatusError, "ListAccessKeys: status 400") == []
    assert listing.position == start


LAST_PAGES: dict[str, tuple[Callable[[int], Any], int]] = {
    "a total": (Leaks, 0),
    "no total": (lambda count: Leaks(count, total=False), 1),
    "secrets without a marker": (lambda count: Secrets(count, "absent"), 0),
    "secrets with a null marker": (lambda count: Secrets(count, "null"), 0),
    "secrets with an empty marker": (lambda count: Secrets(count, "empty"), 0),
    "secrets with the last name as marker": (lambda count: Secrets(count, "name"), 1),
    "keys without a marker": (Keys, 0),
    "keys with a null marker": (lambda count: Keys(count, "null"), 0),
    "keys with an empty marker": (lambda count: Keys(count, "empty"), 0),
}


@over_mock
@pytest.mark.parametrize("case", LAST_PAGES)
@pytest.mark.parametrize(("count", "pages"), [(0, 1), (3, 1), (4, 1), (5, 2), (8, 2)])
def test_a_listing_ends_however_the_service_marks_the_last_page(
    driver: Driver, case: str, count: int, pages: int
) -> None:
    serve, empty_pages = LAST_PAGES[case]
    service = serve(count)
    opened = {Leaks: open_leaks, Secrets: open_secrets, Keys: open_keys}[type(service)]
    assert len(driver.items(opened(driver, service, 4))) == count
    assert len(service.requests) == pages + (empty_pages if count else 0)


@over_mock
def test_an_empty_page_of_secrets_is_the_last_even_with_a_marker(driver: Driver) -> None:
    pages = iter([[{"id": "1"}], []])
    listing = open_secrets(driver, lambda _: respond({"secrets": next(pages), "page_info": {"next_marker": "1"}}), 4)
    assert [item.id for item in driver.items(listing)] == ["1"]
    assert listing.position is None


@over_mock
def test_a_marker_that_names_the_first_item_of_the_next_page_repeats_nothing(driver: Driver) -> None:
    service = Secrets(10, "empty", inclusive=True)
    assert [item.id for item in driver.items(open_secrets(driver, service, 4))] == service.ids


@over_mock
def test_the_service_decides_the_page_size_if_none_is_given(driver: Driver) -> None:
    service = Keys(2)
    driver.items(open_keys(driver, service))
    assert service.requests == [{}]


@over_mock
@pytest.mark.parametrize("moved", [0, 1, 3, 6])
@pytest.mark.parametrize("stop_after", [1, 5, 6, 7, 12])
def test_leaks_that_move_towards_the_end_are_yielded_once(driver: Driver, stop_after: int, moved: int) -> None:
    found = [item.id for item in driver.items(open_leaks(driver, Leaks(13, moved=moved), 6))]
    assert len(set(found)) == len(found)
    assert set(range(1, 14)) <= set(found)
    listing = open_leaks(driver, Leaks(13), 6)
    items = driver.items(listing, stop_after)
    items += driver.items(open_leaks(driver, Leaks(13, moved=moved), resume=listing.position))
    found = [item.id for item in items]
    assert len(set(found)) == len(found)
    assert set(range(1, 14)) <= set(found)


@over_mock
@pytest.mark.parametrize(("new", "repeated"), [(2, []), (3, []), (4, [1, 2, 3]), (6, [1, 2, 3])])
def test_new_leaks_before_a_resume_hide_none(driver: Driver, new: int, repeated: list[int]) -> None:
    service = Leaks(12)
    listing = open_leaks(driver, service, 6)
    assert len(driver.items(listing, 3)) == 3
    service.ids[:0] = range(1 - new, 1)
    found = [item.id for item in driver.items(open_leaks(driver, service, resume=listing.position))]
    assert [number for number in found if number > 3] == list(range(4, 13))
    # If the last item yielded has left the page, nothing else shows which of its items were yielded.
    assert [number for number in found if 0 < number <= 3] == repeated


@over_mock
def test_leaks_deleted_before_a_resume_hide_none_of_their_page(driver: Driver) -> None:
    service = Leaks(12)
    listing = open_leaks(driver, service, 6)
    assert len(driver.items(listing, 3)) == 3
    del service.ids[:3]
    found = driver.items(open_leaks(driver, service, resume=listing.position))
    assert [item.id for item in found] == list(range(4, 13))


@over_mock
@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([[None, 1, None], [1, None, 2]], [None, 1, None, None, 2]),
        ([[1, 1, 2], [2, 3, 4]], [1, 2, 3, 4]),
        ([[1, 2], [3, 4], [1, 2]], [1, 2, 3, 4, 1, 2]),
    ],
    ids=["without a key", "twice on a page", "two pages later"],
)
def test_repeated_items_of_a_page_and_the_one_before_it_are_dropped(
    driver: Driver, pages: list[list[int | None]], expected: list[int | None]
) -> None:
    def serve(request: httpx.Request) -> FakeResponse:
        page = pages[int(request.url.params["CurrentPage"]) - 1]
        items = [{} if number is None else {"Id": number} for number in page]
        return respond({"AccessKeyLeakList": items, "TotalCount": sum(map(len, pages))})

    found = driver.items(open_leaks(driver, serve, len(pages[0])))
    assert [item.id or None for item in found] == expected


@over_mock
@pytest.mark.parametrize("page", [[None, None, None], [None, 1, None], [1, 1, 2], [1, 1, None, None, 2]], ids=str)
def test_a_listing_resumes_after_items_without_a_key_or_with_the_same_key(
    driver: Driver, page: list[int | None]
) -> None:
    items = [{} if number is None else {"Id": number} for number in page]

    def serve(_: httpx.Request) -> FakeResponse:
        return respond({"AccessKeyLeakList": items, "TotalCount": len(items)})

    expected = [item.id for item in driver.items(open_leaks(driver, serve))]
    for taken in range(1, len(expected)):
        listing = open_leaks(driver, serve)
        found = driver.items(listing, taken)
        found += driver.items(open_leaks(driver, serve, resume=listing.position))
        assert [item.id for item in found] == expected


@over_mock
@pytest.mark.parametrize("length", [1, 2, 7])
def test_a_loop_of_markers_ends_in_an_error_after_its_items(driver: Driver, length: int) -> None:
    asked: list[str] = []

    def loop(request: httpx.Request) -> FakeResponse:
        asked.append(dict(request.url.params).get("marker", ""))
        assert len(asked) < 50
        info = {"current_count": 1, "next_marker": f"mark{len(asked) % length}"}
        return respond({"access_keys": [KEY | {"access_key_id": f"AK{len(asked)}"}], "page_info": info})

    reason = "ListAccessKeys: the service repeats a page: marker has a value that came before"
    listing = open_keys(driver, loop)
    assert len(items_before(driver, listing, ListingError, reason)) == len(asked) == length + 1
    items_before(driver, open_keys(driver, loop, resume=listing.position), ListingError, reason)


@over_mock
@pytest.mark.parametrize("stop_after", range(1, 7))
def test_pages_shorter_than_requested_are_not_the_last(driver: Driver, stop_after: int) -> None:
    def serve(request: httpx.Request) -> FakeResponse:
        number = int(request.url.params["CurrentPage"])
        items = [{"Id": each} for each in range(2 * number - 1, min(2 * number, 6) + 1)]
        return respond({"AccessKeyLeakList": items, "TotalCount": 6, "PageSize": 2, "CurrentPage": number})

    listing = open_leaks(driver, serve, 100)
    found = driver.items(listing, stop_after)
    found += driver.items(open_leaks(driver, serve, resume=listing.position)) if listing.position else []
    assert [leak.id for leak in found] == list(range(1, 7))


KEY = {"user_id": "u", "access_key_id": "AK1", "created_at": "2026-01-02T03:04:05Z", "status": "active"}
INCOMPLETE: dict[str, tuple[str, list[dict[str, Any]], int, str]] = {
    "items are missing": (
        "leaks",
        [{"AccessKeyLeakList": [{"Id": 1}], "TotalCount": 3}, {"AccessKeyLeakList": [], "TotalCount": 3}],
        1,
        "the service reports a total of 3 items, but its pages contain 1",
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
    "no page of leaks": ("leaks", [{"RequestId": "R"}], 0, "the response isn't a page: it has no access_key_leak_list"),
    "no page of secrets": ("secrets", [{}], 0, "the response isn't a page: it has no secrets"),
    "no page of users": ("users", [{"RequestId": "R"}], 0, "the response isn't a page: it has no users.user"),
    "no marker": (
        "users",
        [{"Users": {"User": [{"UserId": "1"}]}, "IsTruncated": True}],
        1,
        "the service announces another page but sends no marker",
    ),
    "endless empty pages": (
        "keys",
        [{"access_keys": [], "page_info": {"current_count": 0, "next_marker": f"mark{n}"}} for n in range(100)],
        0,
        "the service sent 100 empty pages in a row",
    ),
    "a marker longer than a URL": (
        "keys",
        [{"access_keys": [KEY], "page_info": {"current_count": 1, "next_marker": "m" * 17_000}}],
        1,
        "the service's marker can't be sent: make a URL of more than 16384 characters together",
    ),
}


@over_mock
@pytest.mark.parametrize("case", INCOMPLETE)
def test_a_listing_that_may_be_incomplete_raises_after_the_items_that_came(driver: Driver, case: str) -> None:
    kind, bodies, count, reason = INCOMPLETE[case]
    coming = iter(bodies)
    listing = OPEN[kind](driver, lambda _: respond(next(coming)), 1)
    assert len(items_before(driver, listing, ListingError, re.escape(reason))) == count
    assert next(coming, None) is None, "every page was requested"
    assert listing.position is not None


@over_mock
def test_a_listing_may_contain_empty_pages(driver: Driver) -> None:
    pages = [[KEY], *[[]] * 99, [KEY | {"access_key_id": "AK2"}], *[[]] * 99, [KEY | {"access_key_id": "AK3"}]]
    numbered = iter(enumerate(pages, 1))

    def serve(_: httpx.Request) -> FakeResponse:
        number, items = next(numbered)
        info = {"current_count": len(items)} | ({"next_marker": f"mark{number}"} if number < len(pages) else {})
        return respond({"access_keys": items, "page_info": info})

    assert [key.access_key_id for key in driver.items(open_keys(driver, serve))] == ["AK1", "AK2", "AK3"]


@over_sockets
@pytest.mark.parametrize("marker", ["é", "m" * 5_000, "x&limit=1#/../", "\x1b[31m\r\n", "a\0b"])
@pytest.mark.parametrize("kind", ["secrets", "users"])
def test_a_marker_of_any_form_is_sent_unchanged(driver: Driver, kind: str, marker: str) -> None:
    asked: list[str | None] = []

    def serve(request: httpx.Request) -> FakeResponse:
        asked.append(request.url.params.get("marker", request.url.params.get("Marker")))
        key, following = ("1", {}) if asked[-1] else ("0", {"next_marker": marker})
        return respond(
            {
                "secrets": [{"id": key}],
                "Users": {"User": [{"UserId": key}]},
                "IsTruncated": bool(following),
                "Marker": following.get("next_marker"),
                "page_info": {"current_count": 1} | following,
            }
        )

    listing = OPEN[kind](driver, serve)
    assert len(driver.items(listing)) == 2
    driver.items(listing, 1)
    assert len(driver.items(OPEN[kind](driver, serve, resume=listing.position))) == 1
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
def test_invalid_arguments_are_refused_before_the_loop(
    driver: Driver, kind: str, options: dict[str, Any], parameter: str
) -> None:
    service = KINDS[kind].serve(1)
    with pytest.raises(ParameterError) as caught:
        OPEN[kind](driver, service, **options)
    assert caught.value.parameter == parameter
    assert service.requests == []


@over_mock
def test_a_position_of_another_listing_is_refused(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), 6, status="pending")
    driver.items(listing, 3)
    assert len(driver.items(open_leaks(driver, Leaks(13), 4, resume=listing.position, status="pending"))) == 10
    for options in ({}, {"status": "dealed"}, {"status": "pending", "query": "x"}):
        with pytest.raises(ParameterError, match="other filters"):
            open_leaks(driver, Leaks(13), resume=listing.position, **options)
    with pytest.raises(ParameterError, match="resume"):
        open_keys(driver, Keys(1), resume=listing.position)
    position = open_secrets(driver, Secrets(1)).position
    with pytest.raises(ParameterError, match="other filters"):
        open_huawei(driver, Secrets(1), project_id="another").csms.list_secrets(resume=position)


@over_mock
def test_a_position_holds_no_secret(driver: Driver) -> None:
    listing = open_leaks(driver, Leaks(13), 6)
    driver.items(listing, 3)
    assert b"SK" not in base64.urlsafe_b64decode(listing.position)


@over_mock
def test_a_listing_resumes_with_a_new_token(driver: Driver) -> None:
    service = Secrets(10)

    def serve(request: httpx.Request) -> FakeResponse:
        is_expired = request.headers["X-Auth-Token"] == "old" and len(service.requests) >= 2
        return FakeResponse(401, b"{}") if is_expired else service(request)

    listing = open_huawei(driver, serve, credentials=None, token="old").csms.list_secrets(limit=3)  # noqa: S106
    found = items_before(driver, listing, AuthenticationError, "ListSecrets: status 401")
    huawei = open_huawei(driver, serve, credentials=None, token="new")  # noqa: S106
    found += driver.items(huawei.csms.list_secrets(resume=listing.position))
    assert [item.id for item in found] == service.ids


@over_sockets
def test_no_connection_is_busy_between_two_pages(driver: Driver) -> None:
    limits = httpx.Limits(max_connections=1)
    connections = Connections(
        transport=httpx.HTTPTransport(limits=limits), async_transport=httpx.AsyncHTTPTransport(limits=limits)
    )
    huawei = open_huawei(driver, Secrets(10), connections=connections, timeout=5, retry=ONCE)
    listing = huawei.csms.list_secrets(limit=2)
    loop = aiter(listing) if driver.is_async else iter(listing)
    assert driver.do(lambda: anext(loop) if driver.is_async else next(loop)).id == "s00000"
    assert len(driver.items(huawei.csms.list_secrets(limit=2))) == 10
    driver.do(huawei.aclose if driver.is_async else huawei.close)


def test_memory_stays_flat_over_many_items() -> None:
    item = {"AccesskeyId": "k", "Url": "u" * 200}

    def serve(request: httpx.Request) -> FakeResponse:
        first = int(request.url.params["CurrentPage"]) * 100
        items = [item | {"Id": number} for number in range(first, first + 100)]
        return respond({"AccessKeyLeakList": items, "TotalCount": 10**9})

    driver = Driver(is_async=False, over_sockets=False)
    loop = iter(open_leaks(driver, serve))
    used: list[int] = []
    tracemalloc.start()
    for _ in range(3):
        assert sum(1 for _ in itertools.islice(loop, 2_000)) == 2_000
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    driver.close()
    assert used[2] - used[1] < 30_000, "the keys alone of 2,000 items would take more"
