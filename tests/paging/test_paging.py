"""What the laws of listings don't cover: moving data, undocumented ends, inconsistent pages, and arguments."""

from __future__ import annotations

import base64
import itertools
import re
import tracemalloc
from collections.abc import Sequence
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import ListingError, ParameterError, StatusError
from cloudkeys.testing import FakeResponse
from driver import Driver, Handler, over_mock, over_sockets
from paging.paged import (
    KEY,
    LISTINGS,
    Leaks,
    keys_body,
    leaks_body,
    open_client,
    open_listing,
    respond,
    secrets_body,
)


def read_in_two_loops(driver: Driver, service: Handler, stop_after: int, resumed: Handler | None = None) -> list[Any]:
    """Return the IDs of the leaks that a listing yields up to a stop, and those after it."""
    listing = open_listing(driver, "leaks", service, 6)
    found = driver.items(listing, stop_after)
    if listing.position:
        found += driver.items(open_listing(driver, "leaks", resumed or service, resume=listing.position))
    return [leak.id for leak in found]


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
        driver.run(asynchronous if driver.is_async else sync)
    return found


@over_mock
def test_a_second_loop_that_fails_at_once_is_at_the_start(driver: Driver) -> None:
    requests: list[httpx.Request] = []

    def serve(request: httpx.Request) -> FakeResponse:
        requests.append(request)
        return FakeResponse(400, b"{}") if requests[1:] else respond(keys_body(["AK1", "AK2"], None))

    listing = open_listing(driver, "keys", serve)
    start = listing.position
    assert repr(listing).endswith("iterate with async for>" if driver.is_async else "iterate with for>")
    assert len(driver.items(listing)) == 2
    assert requests[0].url.query == b"", "the service decides the page size if none is given"
    assert items_before(driver, listing, StatusError, "ListAccessKeys: status 400") == []
    assert listing.position == start


@over_mock
@pytest.mark.parametrize(
    ("pages", "expected"),
    [
        ([(["1"], "1"), ([], "1")], ["1"]),
        ([(["1", "2"], "2"), (["2", "3"], "")], ["1", "2", "3"]),
    ],
    ids=["an empty last page repeats the marker", "a marker names the first item of the next page"],
)
def test_a_marker_of_secrets_repeats_nothing(
    driver: Driver, pages: list[tuple[list[str], str]], expected: list[str]
) -> None:
    bodies = (respond(secrets_body(*page)) for page in pages)
    listing = open_listing(driver, "secrets", lambda _: next(bodies), 4)
    assert [item.id for item in driver.items(listing)] == expected
    assert listing.position is None
    assert next(bodies, None) is None


@over_mock
@pytest.mark.parametrize("moved", [0, 1, 3, 6])
def test_leaks_that_move_towards_the_end_are_yielded_once(driver: Driver, moved: int) -> None:
    for stop_after in (1, 5, 6, 7, 12, 99):
        first = Leaks(13) if stop_after < 13 else Leaks(13, moved=moved)
        found = read_in_two_loops(driver, first, stop_after, Leaks(13, moved=moved))
        assert len(set(found)) == len(found)
        assert set(range(1, 14)) <= set(found)


@over_mock
@pytest.mark.parametrize(
    ("new", "deleted", "repeated"), [(2, 0, []), (3, 0, []), (4, 0, [1, 2, 3]), (6, 0, [1, 2, 3]), (0, 3, [])]
)
def test_leaks_that_come_and_go_before_a_resume_conceal_none(
    driver: Driver, new: int, deleted: int, repeated: list[int]
) -> None:
    changed = Leaks(12)
    changed.ids = [*range(1 - new, 1), *changed.ids[deleted:]]
    found = read_in_two_loops(driver, Leaks(12), 3, changed)[3:]
    assert [number for number in found if number > 3] == list(range(4, 13))
    # If the last item yielded has left the page, nothing else shows which of its items were yielded.
    assert [number for number in found if 0 < number <= 3] == repeated


@over_mock
@pytest.mark.parametrize(
    ("pages", "expected", "stops"),
    [
        ([[None, 1, None], [1, None, 2]], [None, 1, None, None, 2], (1, 2, 4)),
        ([[None, None, None]], [None, None, None], (1, 2)),
        ([[1, 1, None, None, 2]], [1, None, None, 2], (1, 2, 3)),
        ([[1, 1, 2], [2, 3, 4]], [1, 2, 3, 4], (1, 3)),
        ([[1, 2], [3, 4], [1, 2]], [1, 2, 3, 4, 1, 2], range(1, 6)),
        ([[1, 2], [3, 4], [5, 6]], [1, 2, 3, 4, 5, 6], range(1, 6)),
    ],
    ids=["without a key", "no key at all", "both", "twice on a page", "two pages later", "short pages"],
)
def test_only_repeated_items_of_a_page_and_the_one_before_it_are_dropped(
    driver: Driver, pages: list[list[int | None]], expected: list[int | None], stops: Sequence[int]
) -> None:
    """A page shorter than requested isn't the last one."""
    total = sum(map(len, pages))

    def serve(request: httpx.Request) -> FakeResponse:
        return respond(leaks_body(pages[int(request.url.params["CurrentPage"]) - 1], total))

    for stop_after in (*stops, len(expected)):
        found = read_in_two_loops(driver, serve, stop_after)
        assert [number or None for number in found] == expected


@over_mock
@pytest.mark.parametrize("length", [1, 2, 7])
def test_a_loop_of_markers_ends_in_an_error_after_its_items(driver: Driver, length: int) -> None:
    bodies = (keys_body([f"AK{number}"], f"mark{number % length}") for number in range(1, 50))
    received: list[dict[str, Any]] = []

    def loop(_: httpx.Request) -> FakeResponse:
        received.append(next(bodies))
        return respond(received[-1])

    reason = "ListAccessKeys: the service repeats a page: marker has a value that came before"
    listing = open_listing(driver, "keys", loop)
    assert len(items_before(driver, listing, ListingError, reason)) == len(received) == length + 1
    items_before(driver, open_listing(driver, "keys", loop, resume=listing.position), ListingError, reason)


INCOMPLETE: dict[str, tuple[str, list[dict[str, Any]], int, str]] = {
    "items are missing": ("leaks", [leaks_body([1], 3), leaks_body([], 3)], 1, "a total of 3 items, but its pages"),
    "another page": ("leaks", [leaks_body([1], 2) | {"CurrentPage": 7}], 0, "sent page 7 in place of page 1"),
    "the total falls": ("leaks", [leaks_body([1], 3), leaks_body([2], 2)], 2, "the total fell by 1 meanwhile"),
    "no page of leaks": ("leaks", [{"RequestId": "R"}], 0, "isn't a page: it has no access_key_leak_list"),
    "no page of secrets": ("secrets", [{}], 0, "isn't a page: it has no secrets"),
    "no page of users": ("users", [{"RequestId": "R"}], 0, "isn't a page: it has no users.user"),
    "no marker": ("users", [{"Users": {"User": [{"UserId": "1"}]}, "IsTruncated": True}], 1, "but sends no marker"),
    "endless empty pages": ("keys", [keys_body([], f"mark{n}") for n in range(100)], 0, "100 empty pages in a row"),
    "a marker longer than a URL": ("keys", [keys_body(["AK1"], "m" * 17_000)], 1, "marker can't be sent: make a URL"),
}


@over_mock
@pytest.mark.parametrize("case", INCOMPLETE)
def test_a_listing_that_may_be_incomplete_raises_after_the_items_that_came(driver: Driver, case: str) -> None:
    kind, bodies, count, reason = INCOMPLETE[case]
    coming = iter(bodies)
    listing = open_listing(driver, kind, lambda _: respond(next(coming)), 1)
    assert len(items_before(driver, listing, ListingError, re.escape(reason))) == count
    assert next(coming, None) is None, "every page was requested"
    assert listing.position is not None


@over_mock
def test_a_listing_may_contain_empty_pages(driver: Driver) -> None:
    pages = [["AK1"], *[[]] * 99, ["AK2"], *[[]] * 99, ["AK3"]]
    markers = [*(f"mark{number}" for number in range(1, len(pages))), None]
    bodies = map(keys_body, pages, markers)
    listing = open_listing(driver, "keys", lambda _: respond(next(bodies)))
    assert [key.access_key_id for key in driver.items(listing)] == ["AK1", "AK2", "AK3"]


@over_sockets
@pytest.mark.parametrize("kind", ["secrets", "users"])
def test_a_marker_of_any_form_is_sent_unchanged(driver: Driver, kind: str) -> None:
    requested: list[str | None] = []

    def serve(request: httpx.Request) -> FakeResponse:
        requested.append(request.url.params.get("marker", request.url.params.get("Marker")))
        is_last = requested[-1] is not None
        item, following = ("1", None) if is_last else ("0", marker)
        users = {"Users": {"User": [{"UserId": item}]}, "IsTruncated": not is_last, "Marker": following}
        return respond(users | secrets_body([item], following))

    for marker in ("é", "m" * 5_000, "x&limit=1#/../", "\x1b[31m\r\n", "a\0b"):
        listing = open_listing(driver, kind, serve)
        assert len(driver.items(listing)) == 2
        driver.items(listing, 1)
        assert len(driver.items(open_listing(driver, kind, serve, resume=listing.position))) == 1
        assert requested[-4:] == [None, marker, None, marker]


def nothing(request: httpx.Request) -> FakeResponse:
    raise AssertionError(request)


DEEP = base64.b64encode(
    b'{"operation": "huawei_csms.ListSecrets", "arguments": {"a": ' + b"[" * 100_000 + b"}}"
).decode()


@over_mock
@pytest.mark.parametrize(
    ("kind", "options", "parameter"),
    [
        ("leaks", {"start_ts": "now"}, "StartTs"),
        ("secrets", {"resume": DEEP}, "resume"),
        *((kind, {"resume": text}, "resume") for kind in LISTINGS for text in ("", "x", "e30=", "é", "bnVsbA==")),
    ],
)
def test_invalid_arguments_are_refused_before_the_loop(
    driver: Driver, kind: str, options: dict[str, Any], parameter: str
) -> None:
    with pytest.raises(ParameterError) as caught:
        open_listing(driver, kind, nothing, **options)
    assert caught.value.parameter == parameter


@over_mock
def test_a_position_belongs_to_its_listing_and_contains_no_secret(driver: Driver) -> None:
    listing = open_listing(driver, "leaks", Leaks(13), 6, status="pending")
    driver.items(listing, 3)
    assert KEY.secret.encode() not in base64.urlsafe_b64decode(listing.position)
    rest = open_listing(driver, "leaks", Leaks(13), 4, resume=listing.position, status="pending")
    assert len(driver.items(rest)) == 10
    for options in ({}, {"status": "dealed"}, {"status": "pending", "query": "x"}):
        with pytest.raises(ParameterError, match="other filters"):
            open_listing(driver, "leaks", nothing, resume=listing.position, **options)
    with pytest.raises(ParameterError, match="another operation"):
        open_listing(driver, "keys", nothing, resume=listing.position)
    position = open_listing(driver, "secrets", nothing).position
    with pytest.raises(ParameterError, match="other filters"):
        open_client(driver, "secrets", nothing, project_id="another").csms.list_secrets(resume=position)


@over_sockets
def test_no_connection_is_busy_between_two_pages(driver: Driver) -> None:
    limits = httpx.Limits(max_connections=1)
    connections = Connections(
        transport=httpx.HTTPTransport(limits=limits), async_transport=httpx.AsyncHTTPTransport(limits=limits)
    )

    def serve(request: httpx.Request) -> FakeResponse:
        return respond(secrets_body(["1"], None if "marker" in request.url.params else "more"))

    huawei = open_client(driver, "secrets", serve, connections=connections, timeout=5)
    loop = aiter(huawei.csms.list_secrets()) if driver.is_async else iter(huawei.csms.list_secrets())
    assert driver.run(lambda: anext(loop) if driver.is_async else next(loop)).id == "1"
    assert [secret.id for secret in driver.items(huawei.csms.list_secrets())] == ["1"]
    driver.run(huawei.aclose if driver.is_async else huawei.close)


def test_memory_stays_flat_over_many_items() -> None:
    def serve(request: httpx.Request) -> FakeResponse:
        first = int(request.url.params["CurrentPage"]) * 100
        return respond(leaks_body(range(first, first + 100), 10**9))

    driver = Driver(is_async=False, over_sockets=False)
    loop = iter(open_listing(driver, "leaks", serve))
    used: list[int] = []
    tracemalloc.start()
    for _ in range(3):
        assert sum(1 for _ in itertools.islice(loop, 2_000)) == 2_000
        used.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    driver.close()
    assert used[2] - used[1] < 30_000, "the keys alone of 2,000 items would take more"
