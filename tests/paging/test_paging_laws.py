"""A listing gives every item once and in order, and goes on from wherever it was broken off."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cloudkeys.errors import AuthenticationError, ListingError
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, example_leak, example_secret, faults
from cloudkeys.testing.state import DOMAIN_ID, PROJECT_ID, CloudState, LastMarker
from contract.tally import trying
from paging.listings import (
    DATA,
    FIRST,
    KINDS,
    LAW,
    LEAKS,
    LOOPS,
    SHELLS,
    VARIANTS,
    Data,
    Service,
    Stop,
    read,
    rest_of,
)


@pytest.mark.parametrize("kind", KINDS)
@given(data=DATA)
def test_items_and_pages_sync_and_async_are_the_data_set(kind: str, data: Data) -> None:
    service = Service(kind, data.total, data.last_marker)
    pages = []
    for shell, unit in itertools.product(LOOPS, ("items", "pages")):
        with trying(service.kind.operation, 200, LAW):
            run = read(service, Stop(unit), shell, page_size=data.size)
            assert (run.given, run.position, run.error) == (service.numbers, None, None)
            assert len(run.calls) == service.calls_for(data.total, data.size)
            pages += [run.chunks] if unit == "pages" else []
    whole = data.total // data.size
    assert pages[0] == pages[1]
    assert [len(page) for page in pages[0][:whole]] == [data.size] * whole


@pytest.mark.parametrize("count", [0, 99, 100, 101, 200, 201])
def test_the_service_may_decide_the_size_of_a_page(count: int) -> None:
    service = Service("access keys", count)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, Stop("pages", 1))
        assert run.given == service.numbers[:100]
        assert run.given + rest_of(service, run) == service.numbers
        assert len(service.cloud.calls) == service.calls_for(count, 100)


@pytest.mark.parametrize(("kind", "last_marker"), VARIANTS)
def test_a_listing_goes_on_after_any_number_of_items(kind: str, last_marker: LastMarker) -> None:
    hows = itertools.cycle(("break", "exception"))
    shells = itertools.cycle((("sync", "async"), ("async", "sync"), ("sync", "sync"), ("async", "async")))
    for count, size in itertools.product(range(7), (1, 2, 3)):
        service = Service(kind, count, last_marker)
        for taken in range(1, count + 1):
            with trying(service.kind.operation, 200, LAW):
                first, second = next(shells)
                run = read(service, Stop("items", taken, next(hows)), first, page_size=size)
                assert (run.given, run.error, len(run.calls)) == (service.numbers[:taken], None, -(-taken // size))
                # The size of the pages is the position's, whatever the new listing asks for.
                assert rest_of(service, run, shell=second, page_size=5) == service.numbers[taken:]


@pytest.mark.parametrize(("kind", "last_marker"), VARIANTS)
def test_a_listing_goes_on_after_any_number_of_pages(kind: str, last_marker: LastMarker) -> None:
    shells = itertools.cycle(LOOPS)
    for count, pages, how in itertools.product(range(7), (1, 2, 3), ("break", "exception")):
        service = Service(kind, count, last_marker)
        with trying(service.kind.operation, 200, LAW):
            run = read(service, Stop("pages", pages, how), next(shells), page_size=2)
            assert (run.given, run.error) == (service.numbers[: 2 * pages], None)
            assert len(run.calls) == min(pages, service.calls_for(count, 2))
            assert rest_of(service, run) == service.numbers[2 * pages :]


@pytest.mark.parametrize("without", range(16))
def test_leaks_without_an_id_are_counted(without: int) -> None:
    def make(number: int) -> Any:
        return example_leak(number, **({"id": UNSET} if without >> number - FIRST & 1 else {}))

    service = Service("leaks", 0)
    service.kind = LEAKS._replace(make=make, number=lambda leak: int(leak.accesskey_id[-9:]))
    service.hold(range(FIRST, FIRST + 4))
    for size, step in itertools.product((1, 2, 3, 4), (1, 2, 3)):
        with trying(service.kind.operation, 200, LAW):
            run = read(service, Stop("items", step), page_size=size)
            found = run.given
            for _ in service.numbers:
                if run.position is not None:
                    run = read(service, Stop("items", step), resume=run.position)
                    found += run.given
            assert (found, run.position) == (service.numbers, None)


@pytest.mark.parametrize(
    ("kind", "changes", "filters"),
    [
        ("leaks", {"status": "dealed"}, {"status": "pending"}),
        ("leaks", {"gmt_modified": 5}, {"start_ts": 5}),
        ("secrets", {"event_subscriptions": ["other"]}, {"event_name": "an event"}),
    ],
)
def test_a_listing_goes_on_with_the_same_filters(kind: str, changes: dict[str, Any], filters: dict[str, Any]) -> None:
    wanted = {"event_subscriptions": ["an event"]} if kind == "secrets" else {}
    service = Service(kind, 0)
    examples = {"leaks": example_leak, "secrets": example_secret}
    service.kind = service.kind._replace(make=lambda n: examples[kind](n, **(changes if n % 2 else wanted)))
    service.hold(range(FIRST, FIRST + 10))
    expected = [number for number in service.numbers if number % 2 == 0]
    for taken in range(1, 5):
        with trying(service.kind.operation, 200, LAW):
            run = read(service, Stop("items", taken), page_size=2, **filters)
            assert run.given + rest_of(service, run, **filters) == expected


@pytest.mark.parametrize("kind", ["access keys", "secrets"])
@given(data=DATA, after=st.integers(0, 6), shell=SHELLS)
def test_a_password_gets_a_new_token_unseen(kind: str, data: Data, after: int, shell: str) -> None:
    service = Service(kind, data.total, data.last_marker)
    service.settings["password"] = service.cloud.password
    service.inject(faults.change(FakeCloud.expire_tokens), after)
    calls = service.calls_for(data.total, data.size)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        assert (run.given, run.position, run.error) == (service.numbers, None, None)
        # A token, the pages, and for a token that expired another, and its page again.
        assert len(run.calls) == 1 + calls + 2 * (after < calls)


@pytest.mark.parametrize("kind", ["access keys", "secrets"])
@given(data=DATA, after=st.integers(0, 6), shell=SHELLS)
def test_a_listing_goes_on_with_a_new_token(kind: str, data: Data, after: int, shell: str) -> None:
    service = Service(kind, data.total, data.last_marker)
    cloud, scope = service.cloud, ("project", PROJECT_ID) if kind == "secrets" else ("domain", DOMAIN_ID)

    def new_token() -> str:
        return cloud.callers.give_token(scope, cloud.now() + timedelta(hours=1)).value

    service.settings["token"] = new_token()
    service.inject(faults.change(FakeCloud.expire_tokens), after)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        assert isinstance(run.error, AuthenticationError) == (after < service.calls_for(data.total, data.size))
        assert run.given == service.numbers[: after * data.size]
        service.settings["token"] = new_token()
        assert run.given + rest_of(service, run) == service.numbers


@pytest.mark.parametrize("kind", KINDS)
@given(data=DATA, after=st.integers(1, 5), times=st.sampled_from((1, 2, None)), shell=SHELLS)
def test_a_page_that_comes_again_is_no_endless_listing(
    kind: str, data: Data, after: int, times: int | None, shell: str
) -> None:
    service = Service(kind, data.total, data.last_marker)
    service.inject(faults.repeated_page(), after, times)
    calls = service.calls_for(data.total, data.size)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        read_before = service.numbers[: after * data.size]
        assert run.given[: len(read_before)] == read_before
        if after < calls:
            assert (run.given, len(run.calls)) == (read_before, after + 1)
            assert isinstance(run.error, ListingError)
            assert times != 1 or run.given + rest_of(service, run) == service.numbers
        else:
            assert (run.given, run.error) == (service.numbers, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", range(1, 7))
@pytest.mark.parametrize("lead", range(4))
def test_a_loop_of_pages_ends(kind: str, lead: int, length: int) -> None:
    service = Service(kind, 2 * (lead + length) + 1)
    answers: list[FakeResponse] = []
    count = itertools.count()

    def loop(_cloud: CloudState, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
        number = next(count)
        if number < lead + length:
            answers.append(serve())
        return answers[number if number < lead else lead + (number - lead) % length]

    service.inject(loop, times=None)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell="async" if length % 2 else "sync", page_size=2)
        # Only the items of the page before are known; the first page that comes again ends the loop. Leaks say which
        # page they are.
        again = service.numbers[2 * lead : 2 * lead + 2] if length > 1 and service.kind is not LEAKS else []
        assert run.given == service.numbers[:-1] + again
        assert isinstance(run.error, ListingError)
        assert len(run.calls) == lead + length + 1
