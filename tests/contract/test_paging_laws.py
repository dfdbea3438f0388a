"""A listing gives every item once and in order, and goes on from wherever it was broken off, whatever goes wrong.

The vendors are played by the fake cloud, which holds numbered items of one kind, in the order of their numbers.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
from collections import Counter
from collections.abc import AsyncIterable, Callable, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from msgspec import UNSET

from cloudkeys.connections import Connections
from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    NoResponseError,
    PageLoopError,
    ServerError,
    StatusError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.page_cursor import Page
from cloudkeys.paging import Listing
from cloudkeys.retries import RetryPolicy
from cloudkeys.testing import (
    Answer,
    Call,
    FakeCloud,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_secret,
    faults,
)
from cloudkeys.testing.fake_cloud import DOMAIN_ID, PROJECT_ID
from cloudkeys.testing.faults import Fault
from cloudkeys.testing.operations import LastMarker
from contract.tally import trying

LAW: Final = "paging law"
FIRST: Final = 100_000
"""The number of the first item; those that come before it while a listing is read have smaller numbers."""
LAST_MARKERS: Final[tuple[LastMarker, ...]] = get_args(LastMarker)
ONCE: Final = RetryPolicy(attempts=1)
AGAIN: Final = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_retry_after=0)


class Kind(NamedTuple):
    """What is listed, and how."""

    operation: str
    make: Callable[[int], Any]
    number: Callable[[Any], int]
    stock: Callable[[FakeCloud], list[Any]]
    client: Callable[..., Any]
    listing: Callable[..., Listing[Any]]


KINDS: Final = {
    "leaks": Kind(
        operation="DescribeAccesskeyLeakList",
        make=functools.cache(example_leak),
        number=lambda leak: leak.id,
        stock=lambda cloud: cloud.leaks,
        client=FakeCloud.alibaba,
        listing=lambda alibaba, **options: alibaba.access_key_leaks(**options),
    ),
    "access keys": Kind(
        operation="ListAccessKeys",
        make=functools.cache(example_access_key),
        number=lambda key: int(key.access_key_id.removeprefix("EXAMPLE")),
        stock=lambda cloud: cloud.access_keys,
        client=FakeCloud.huawei,
        listing=lambda huawei, **options: huawei.access_keys("example-user", **options),
    ),
    "secrets": Kind(
        operation="ListSecrets",
        make=functools.cache(example_secret),
        number=lambda secret: int(secret.name.removeprefix("example-secret-")),
        stock=lambda cloud: cloud.secrets[PROJECT_ID],
        client=FakeCloud.huawei,
        listing=lambda huawei, **options: huawei.secrets(**options),
    ),
}
LEAKS, ACCESS_KEYS, SECRETS = KINDS.values()
VARIANTS: Final = [("leaks", "name"), ("access keys", "name"), *(("secrets", marker) for marker in LAST_MARKERS)]


class Service:
    """A fake cloud with numbered items of one kind."""

    def __init__(self, kind: str, count: int, last_marker: LastMarker = "name", **client: Any) -> None:
        self.kind = KINDS[kind]
        self.cloud = FakeCloud(csms_last_marker=last_marker, users={"example-user"})
        self.settings: dict[str, Any] = {"retry": ONCE, **client}
        self.numbers: list[int] = []
        self.hold(range(FIRST, FIRST + count))

    def hold(self, numbers: Iterable[int]) -> None:
        self.numbers = sorted(numbers)
        self.kind.stock(self.cloud)[:] = map(self.kind.make, self.numbers)

    def calls_for(self, count: int, size: int) -> int:
        """Return how many calls all of so many items take: one more where only an empty page can tell the end."""
        unknown_end = self.kind is SECRETS and self.cloud.csms_last_marker == "name" and count > 0 and count % size == 0
        return max(1, -(-count // size)) + unknown_end

    def inject(self, fault: Fault, after: int = 0, times: int | None = 1, *, anywhere: bool = False) -> None:
        operation = None if anywhere else self.kind.operation
        self.cloud.inject(fault, operation=operation, after=after, times=times)


class Stop(NamedTuple):
    """Where a reader stops: after so many items or pages, by a break, by an exception, or by the listing's limit."""

    unit: str = "items"
    after: int | None = None
    how: str = "break"

    @property
    def limits(self) -> dict[str, Any]:
        return {f"max_{self.unit}": self.after} if self.how == "limit" and self.after is not None else {}


THE_END: Final = Stop()


class InterruptedReadingError(Exception):
    """Something in the body of the reader's loop."""


class Run(NamedTuple):
    """One loop over a listing."""

    chunks: list[list[int]]
    position: str | None
    error: CloudkeysError | None
    calls: list[Call]
    stopped: bool

    @property
    def given(self) -> list[int]:
        return list(itertools.chain(*self.chunks))


def loop_sync(client: Any, listing: Listing[Any], unit: str, take: Callable[[Any], bool]) -> None:
    source: Iterable[Any] = listing if unit == "items" else listing.pages()
    with client:
        for got in source:
            if take(got):
                break


def loop_async(client: Any, listing: Listing[Any], unit: str, take: Callable[[Any], bool]) -> None:
    async def loop() -> None:
        source: AsyncIterable[Any] = listing if unit == "items" else listing.pages_async()
        async with client:
            async for got in source:
                if take(got):
                    break

    asyncio.run(loop())


LOOPS: Final = {"sync": loop_sync, "async": loop_async}


def read(
    service: Service, stop: Stop = THE_END, shell: str = "sync", chunks: list[list[int]] | None = None, **options: Any
) -> Run:
    """Read with a new client and a new listing, which a position that was saved as JSON may begin."""
    resume = json.loads(json.dumps(options.pop("resume", None)))
    client = service.kind.client(service.cloud, **service.settings)
    listing = service.kind.listing(client, resume=resume, **options, **stop.limits)
    assert resume in {None, listing.position}
    before, taken = len(service.cloud.calls), [] if chunks is None else chunks
    error: CloudkeysError | None = None

    def take(got: Any) -> bool:
        taken.append([service.kind.number(item) for item in (got.items if isinstance(got, Page) else [got])])
        is_enough = stop.how != "limit" and len(taken) == stop.after
        if is_enough and stop.how == "exception":
            raise InterruptedReadingError
        return is_enough

    try:
        LOOPS[shell](client, listing, stop.unit, take)
    except InterruptedReadingError:
        pass
    except CloudkeysError as caught:
        error = caught
    stopped = len(taken) == stop.after
    if stopped and "max_pages" in stop.limits and isinstance(error, PageLoopError):
        error = None
    return Run(taken, listing.position, error, service.cloud.calls[before:], stopped)


class Data(NamedTuple):
    """How many items there are, how many are asked for at once, and what marker the last page of secrets has."""

    total: int
    size: int
    last_marker: LastMarker


def data_of(size: int, pages: int, more: int, last_marker: LastMarker) -> Data:
    return Data(max(0, min(300, size * pages) + more), size, last_marker)


SIZES: Final = (1, 2, 3, 4, 7, 20, 75, 100)
MARKERS: Final = st.sampled_from(LAST_MARKERS)
DATA: Final = st.builds(data_of, st.sampled_from(SIZES), st.integers(0, 4), st.sampled_from((0, 1, -1)), MARKERS)
COUNTS: Final = st.integers(1, 8) | st.integers(1, 150)
STOPS: Final = st.one_of(
    st.builds(Stop, st.just("items"), COUNTS, st.sampled_from(("break", "exception", "limit"))),
    st.builds(Stop, st.just("pages"), st.integers(1, 4), st.sampled_from(("break", "exception", "limit"))),
    st.sampled_from((THE_END, Stop("items", 0, "limit"))),
)
SHELLS: Final = st.sampled_from(tuple(LOOPS))
BOOLEANS: Final = st.booleans()
PLACES: Final = st.lists(st.integers(0, 10) | st.integers(0, 300), min_size=1, max_size=10)


def rest_of(service: Service, run: Run, **options: Any) -> list[int]:
    """Return what comes after a run, if anything does."""
    if run.position is None:
        return []
    rest = read(service, resume=run.position, **options)
    assert (rest.position, rest.error) == (None, None)
    return rest.given


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


@pytest.mark.parametrize("kind", KINDS)
@given(data=DATA, most=st.integers(0, 8) | st.integers(0, 310), shell=SHELLS)
def test_a_limit_on_items_gives_the_first_of_them(kind: str, data: Data, most: int, shell: str) -> None:
    service = Service(kind, data.total, data.last_marker)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, Stop("items", most, "limit"), shell, page_size=data.size)
        assert (run.given, run.error) == (service.numbers[:most], None)
        assert len(run.calls) == (
            service.calls_for(data.total, data.size) if most > data.total else -(-most // data.size)
        )
        assert rest_of(service, run) == service.numbers[most:]


@pytest.mark.parametrize(("kind", "last_marker"), VARIANTS)
def test_a_listing_goes_on_after_any_number_of_items(kind: str, last_marker: LastMarker) -> None:
    hows = itertools.cycle(("break", "exception", "limit"))
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
    for count, pages, how in itertools.product(range(7), (1, 2, 3), ("break", "exception", "limit")):
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
        ("leaks", {"gmt_modified": 5}, {"since": 5}),
        ("leaks", {"gmt_modified": 5}, {"since": datetime.fromtimestamp(1, UTC)}),
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


# What the next tests say of data that move while they are read:
# - Markers name an item. What comes before it may come and go; the rest is exact, unless the item itself is gone: then
#   the service refuses the marker, and the listing goes on once it takes it again.
# - Page numbers count from the front. In one run, leaks that come in front push others onto the next page, where they
#   are known: nothing is lost, and nothing comes twice. Leaks that go from the front pull others onto the page that was
#   read: as many as went can be missed, and no client can tell.
# - A listing that is broken off within a page goes on behind the last item that it gave, if that is on the page still.
#   If it isn't, the page is given from its beginning: better twice than never.
# - A run knows what its own pages showed. What only an earlier run gave comes again where it is pushed onto them.


@given(data=DATA, moves=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 150)), max_size=3), shell=SHELLS)
def test_leaks_that_come_in_front_of_a_run_move_nothing_out_of_it(
    data: Data, moves: list[tuple[int, int]], shell: str
) -> None:
    service = Service("leaks", data.total)

    def come(count: int) -> None:
        service.hold([*service.numbers, *numbers_in_front(service, count)])

    for after, count in moves:
        service.inject(faults.change(functools.partial(lambda n, _: come(n), min(count, 2 * data.size + 1))), after)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        assert (run.position, run.error) == (None, None)
        assert len(set(run.given)) == len(run.given)
        assert [number for number in run.given if number >= FIRST] == list(range(FIRST, FIRST + data.total))
        assert len(run.calls) == service.calls_for(len(service.numbers), data.size)


def numbers_in_front(service: Service, count: int) -> range:
    first = min(service.numbers, default=FIRST)
    return range(first - count, first)


@given(data=DATA, moves=st.lists(st.tuples(st.integers(1, 6), st.integers(1, 150)), max_size=3), shell=SHELLS)
def test_leaks_that_go_from_the_front_hide_no_more_than_went(
    data: Data, moves: list[tuple[int, int]], shell: str
) -> None:
    service = Service("leaks", data.total)
    gone = 0

    def go(count: int) -> None:
        nonlocal gone
        gone += len(service.numbers[:count])
        service.hold(service.numbers[count:])

    for after, count in moves:
        service.inject(faults.change(functools.partial(lambda n, _: go(n), min(count, data.size + 1))), after)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        assert (run.position, run.error) == (None, None)
        assert run.given == sorted(set(run.given))
        assert len(set(service.numbers) - set(run.given)) <= gone
        assert len(run.calls) <= service.calls_for(data.total, data.size)


class Place(NamedTuple):
    """Where a listing is broken off: after so many whole pages and so many items of the next."""

    size: int
    pages: int
    offset: int

    @property
    def taken(self) -> int:
        return self.pages * self.size + self.offset


def place_of(size: int, pages: int, offset: int) -> Place:
    return Place(size, pages, min(offset, size - 1) if pages else 1)


BROKEN_OFF: Final = st.builds(place_of, st.integers(2, 8), st.integers(0, 3), st.integers(0, 7))


@pytest.mark.parametrize("kind", KINDS)
@given(place=BROKEN_OFF, coming=st.integers(0, 9), going=st.sets(st.integers(0, 31)), last_marker=MARKERS)
def test_a_listing_goes_on_behind_the_last_item_though_all_before_it_moved(
    kind: str, place: Place, coming: int, going: set[int], last_marker: LastMarker
) -> None:
    service = Service(kind, place.taken + 2 * place.size, last_marker)
    before = list(service.numbers)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, Stop("items", place.taken), page_size=place.size)
        gone = {before[each] for each in going if each < place.taken}
        service.hold([*numbers_in_front(service, coming), *(number for number in before if number not in gone)])
        marked = before[place.pages * place.size - 1] if place.pages and service.kind is not LEAKS else None
        if marked in gone:
            refused = read(service, resume=run.position)
            assert (refused.given, refused.position) == ([], run.position)
            assert isinstance(refused.error, StatusError)
            service.hold([*service.numbers, marked])
        now, last = service.numbers, before[place.taken - 1]
        begin = place.pages * place.size if service.kind is LEAKS else now.index(marked) + 1 if marked else 0
        is_there = place.offset > 0 and last in now[begin : begin + place.size]
        assert rest_of(service, run) == now[now.index(last) + 1 if is_there else begin :]
        assert service.kind is LEAKS or begin <= now.index(before[place.taken])


@given(place=BROKEN_OFF, coming=st.integers(1, 8), shell=SHELLS)
def test_what_the_first_page_of_a_run_shows_again_comes_no_more(place: Place, coming: int, shell: str) -> None:
    service = Service("leaks", place.taken + 2 * place.size)
    lasting = list(service.numbers)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, Stop("items", place.taken), shell, page_size=place.size)
        # All that is pushed onto the second page of the next run was on its first page.
        pushed = [*numbers_in_front(service, min(coming, place.size)), *lasting]
        service.inject(faults.change(lambda _: service.hold(pushed)), after=1)
        assert run.given + rest_of(service, run) == lasting


@pytest.mark.parametrize("kind", KINDS)
@given(data=DATA, after=st.integers(1, 5), times=st.sampled_from((1, 2, None)), shell=SHELLS)
def test_a_page_that_comes_again_is_no_circle(kind: str, data: Data, after: int, times: int | None, shell: str) -> None:
    service = Service(kind, data.total, data.last_marker)
    service.inject(faults.repeated_page(), after, times)
    calls = service.calls_for(data.total, data.size)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        read_before = service.numbers[: after * data.size]
        assert run.given[: len(read_before)] == read_before
        if service.kind is LEAKS:
            # The page in whose place another comes is missed: a page of leaks is asked for by its number alone.
            assert (run.position, run.error, len(run.calls)) == (None, None, calls)
            assert run.given == sorted(set(run.given))
            assert len(service.numbers) - len(run.given) <= data.size * (times or calls)
        elif after < calls:
            assert (run.given, len(run.calls)) == (read_before, after + 1)
            assert isinstance(run.error, PageLoopError)
            assert times != 1 or run.given + rest_of(service, run) == service.numbers
        else:
            assert (run.given, run.error) == (service.numbers, None)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("length", range(1, 7))
@pytest.mark.parametrize("lead", range(4))
def test_a_circle_of_pages_ends(kind: str, lead: int, length: int) -> None:
    service = Service(kind, 2 * (lead + length) + 1)
    answers: list[Answer] = []
    count = itertools.count()

    def circle(_cloud: FakeCloud, _request: ReceivedRequest, serve: Callable[[], Answer]) -> Answer:
        number = next(count)
        if number < lead + length:
            answers.append(serve())
        return answers[number if number < lead else lead + (number - lead) % length]

    service.inject(circle, times=None)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell="async" if length % 2 else "sync", page_size=2)
        assert run.given == service.numbers[:-1]
        # The leaks end where their total says; a circle of markers is found within a few rounds.
        assert isinstance(run.error, PageLoopError) == (service.kind is not LEAKS)
        assert len(run.calls) <= 3 * (lead + length) + 2


class Trouble(NamedTuple):
    """What goes wrong with one call.

    Attributes:
        fault: What the cloud does.
        errors: What a reader may see of it.
        transient: Whether another attempt helps.
        sure: Whether it always shows where there is no other attempt.
    """

    fault: Fault
    errors: tuple[type[CloudkeysError], ...]
    transient: bool = True
    sure: bool = True


def skewed(cloud: FakeCloud, _request: ReceivedRequest, serve: Callable[[], Answer]) -> Answer:
    cloud.clock_skew = timedelta(hours=1)
    try:
        return serve()
    finally:
        cloud.clock_skew = timedelta()


TROUBLES: Final = {
    "throttled": Trouble(faults.throttled(), (ThrottledError,)),
    "throttled for a while": Trouble(faults.throttled(retry_after=20), (ThrottledError,)),
    "throttled with 429": Trouble(faults.throttled(status=429), (ThrottledError,)),
    "throttled with 503": Trouble(faults.throttled(status=503), (ThrottledError, ServerError)),
    "failed": Trouble(faults.failed(), (ServerError,)),
    "failed with 503": Trouble(faults.failed(503), (ServerError,)),
    "bad gateway": Trouble(faults.gateway_page(), (ServerError,)),
    "gateway time-out": Trouble(faults.gateway_page(504), (ServerError,)),
    "malformed": Trouble(faults.malformed(), (DecodeError,), transient=False),
    "cut off": Trouble(faults.broken_connection("cut off"), (ConnectionFailedError,)),
    "reset": Trouble(faults.broken_connection(), (ConnectionFailedError,)),
    "too slow": Trouble(faults.slow(3600), (TimedOutError,)),
    "slow": Trouble(faults.slow(1), (), sure=False),
    # A token isn't signed, so the clock doesn't matter to it.
    "clock skew": Trouble(skewed, (AuthenticationError,), transient=False, sure=False),
    # The answer that comes again may be one that was damaged on its way.
    "repeated page": Trouble(
        faults.repeated_page(), (PageLoopError, DecodeError, NoResponseError), transient=False, sure=False
    ),
}
FAULTS: Final = st.sampled_from([name for name in TROUBLES if name != "repeated page"])
WHEN: Final = st.integers(0, 3)
NOW_OR_LATER: Final = st.none() | WHEN


class PagingLaws(RuleBasedStateMachine):
    """A reader, who reads a listing in as many runs as it takes, and a cloud in which things go wrong and change.

    Where nothing but appending changes the data, the law is exact: what was given is the beginning of the data set.
    """

    kind_name: str

    def __init__(self) -> None:
        super().__init__()
        self.pending: Counter[str] = Counter()
        self.met: list[str] = []
        self.failed, self.done = True, True

    @initialize(data=DATA, password=BOOLEANS, again=BOOLEANS, moves=BOOLEANS)
    def set_up(self, *, data: Data, password: bool, again: bool, moves: bool) -> None:
        self.service = Service(self.kind_name, 0, retry=AGAIN if again else ONCE)
        self.again, self.moves, self.cloud = again, moves, self.service.cloud
        self.has_password = password and self.service.kind is not LEAKS
        if self.has_password:
            self.service.settings["password"] = self.cloud.password
        self.start(data)

    @precondition(lambda self: self.done)
    @rule(data=DATA)
    def start(self, data: Data) -> None:
        """Begin a listing of a new data set."""
        self.service.hold(range(FIRST, FIRST + data.total))
        self.cloud.csms_last_marker = data.last_marker
        # A page of another listing, in place of one of this, couldn't be told from it.
        self.cloud.last_results.clear()
        self.size, self.count = data.size, data.total
        self.first, self.behind = FIRST, FIRST + data.total
        self.given: list[int] = []
        self.chunks: list[list[int]] = []
        self.position: str | None = None
        self.removed: list[int] = []
        self.inserted, self.stale, self.done, self.failed = 0, False, False, False

    @precondition(lambda self: not self.done)
    @rule(stop=STOPS, shell=SHELLS, other_size=st.sampled_from(SIZES))
    def read_on(self, stop: Stop, shell: str, other_size: int) -> None:
        """Read, and break off; the size of the pages is decided when the listing begins."""
        self.failed, self.chunks, self.met = True, [], []
        size = self.size if self.position is None else other_size
        with trying(self.service.kind.operation, 200, LAW):
            run = read(self.service, stop, shell, self.chunks, page_size=size, resume=self.position)
            self.done = run.position is None
            assert self.done or run.error or run.stopped
            assert not (self.done and run.error)
            assert stop.how != "limit" or stop.after is None or len(run.chunks) <= stop.after
            self.check_error(run)
            assert len(run.calls) <= self.most_calls(run)
            self.check_given(run)
        self.position, self.failed = run.position, False

    def check_error(self, run: Run) -> None:
        """Check that faults show where nothing hides them, and that nothing else does."""
        troubles = [TROUBLES[name] for name in self.met if name in TROUBLES]
        shown = [trouble for trouble in troubles if not (trouble.transient and self.again)]
        if run.error is None:
            assert not any(trouble.sure for trouble in shown)
        elif getattr(run.error, "code", None) in {"PAP5.0010", "CSMS.0005"}:
            # The item that the marker names was given, and is gone. The listing goes on once it is back.
            back = {*self.given, *run.given} - set(self.service.numbers)
            assert back
            self.inserted += len(back)
            self.service.hold([*self.service.numbers, *back])
        else:
            assert isinstance(run.error, tuple(error for trouble in shown for error in trouble.errors))

    def most_calls(self, run: Run) -> int:
        begin, end = len(self.given), len(self.given) + len(run.given)
        pages = (max(begin, end - 1)) // self.size - begin // self.size + 1 + self.done
        if self.inserted or self.removed or self.stale:
            pages = (len(run.given) + self.inserted) // self.size + 4
        return (pages + len(self.met)) * (1 + self.has_password)

    def check_given(self, run: Run) -> None:
        numbers, earlier = self.service.numbers, set(self.given)
        self.stale = self.stale or "repeated page" in self.met
        self.given += run.given
        if not (self.inserted or self.removed or self.stale):
            assert self.given == (numbers if self.done else numbers[: len(self.given)])
            return
        assert len(set(run.given)) == len(run.given)
        can_miss = self.service.kind is LEAKS and (self.stale or bool(self.removed))
        lasting = [number for number in run.given if number >= FIRST]
        assert can_miss or lasting == sorted(lasting)
        assert len(earlier & set(run.given)) <= self.inserted + self.size - 1 + self.size * self.stale
        # A page that comes again may be from before the last items were there.
        wanted = range(FIRST, FIRST + self.count) if self.stale else range(FIRST, FIRST + 10**6)
        missed = {number for number in numbers if number in wanted} - set(self.given)
        if self.done and not (can_miss and self.stale):
            assert len(missed) <= (len(self.removed) if can_miss else 0)

    @rule(
        name=FAULTS,
        after=WHEN,
        times=st.integers(1, 3),
        anywhere=BOOLEANS,
    )
    def inject(self, *, name: str, after: int, times: int, anywhere: bool) -> None:
        self.fail(name, after, times, anywhere=anywhere)

    @precondition(lambda self: self.has_password and not self.pending["expiry"])
    @rule(after=WHEN)
    def expire_tokens(self, after: int) -> None:
        """Let tokens expire once in a run: the client gets another without a word."""
        self.plan("expiry", faults.change(FakeCloud.expire_tokens), after)

    @rule(count=st.integers(1, 150), when=NOW_OR_LATER)
    def append(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.come_behind, min(count, self.size + 1)), when)

    @rule(places=PLACES, when=NOW_OR_LATER)
    def remove_behind(self, places: list[int], when: int | None) -> None:
        self.change(functools.partial(self.go, places, behind=True), when)

    @precondition(lambda self: self.moves)
    @rule(places=PLACES, when=NOW_OR_LATER)
    def remove_before(self, places: list[int], when: int | None) -> None:
        self.change(functools.partial(self.go, places, behind=False), when)

    @precondition(lambda self: self.moves)
    @rule(count=st.integers(1, 150), when=NOW_OR_LATER)
    def insert_in_front(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.come_in_front, min(count, 2 * self.size + 1)), when)

    @precondition(lambda self: self.moves)
    @rule(after=WHEN)
    def repeat_a_page(self, after: int) -> None:
        self.fail("repeated page", after)

    def fail(self, name: str, after: int, times: int = 1, *, anywhere: bool = False) -> None:
        """Let calls fail; where calls are repeated, one time less than would show."""
        room = AGAIN.attempts - 1 - sum(self.pending[each] for each in TROUBLES) if self.again else times
        if room > 0:
            self.plan(name, TROUBLES[name].fault, after, min(times, room), anywhere=anywhere)

    def plan(self, name: str, fault: Fault, after: int, times: int = 1, *, anywhere: bool = False) -> None:
        def meet(cloud: FakeCloud, request: ReceivedRequest, serve: Callable[[], Answer]) -> Answer:
            self.pending[name] -= 1
            self.met.append(name)
            return fault(cloud, request, serve)

        self.pending[name] += times
        self.service.inject(meet, after, times, anywhere=anywhere)

    def change(self, what: Callable[[], None], when: int | None) -> None:
        """Change the data now, or just before a call is answered."""
        if when is None:
            what()
        else:
            self.plan("change", faults.change(lambda _: what()), when)

    def come_behind(self, count: int) -> None:
        self.service.hold([*self.service.numbers, *range(self.behind, self.behind + count)])
        self.behind += count

    def come_in_front(self, count: int) -> None:
        self.first -= count
        self.inserted += count
        self.service.hold([*self.service.numbers, *range(self.first, self.first + count)])

    def go(self, places: list[int], *, behind: bool) -> None:
        """Remove some of the items behind the reader's place, or of those up to it."""
        last = max((*self.given, *itertools.chain(*self.chunks)), default=0)
        can_go = [number for number in self.service.numbers if (number > last) == behind]
        gone = {can_go[place] for place in places if place < len(can_go)}
        self.service.hold(set(self.service.numbers) - gone)
        self.removed += [] if behind else sorted(gone)

    def teardown(self) -> None:
        """Read to the end; a rule that failed has told why."""
        for _ in range(self.pending.total() + 3):
            if not (self.failed or self.done):
                self.read_on(THE_END, "sync", self.size)
        assert self.failed or self.done


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_and_nothing_comes_twice_whatever_goes_wrong(kind: str) -> None:
    class Laws(PagingLaws):
        kind_name = kind

    run_state_machine_as_test(Laws, settings=settings(stateful_step_count=20))


@pytest.mark.parametrize("shell", LOOPS)
@pytest.mark.parametrize(("kind", "last_marker"), VARIANTS)
def test_a_listing_goes_on_over_real_connections(kind: str, last_marker: LastMarker, shell: str) -> None:
    service = Service(kind, 14, last_marker)
    names = ("reset", "cut off", "malformed", "throttled", "bad gateway", "failed")
    for number, name in enumerate(names):
        service.inject(TROUBLES[name].fault, 2 * number)
    found: list[int] = []
    with trying(service.kind.operation, 200, LAW), service.cloud.serving() as url:
        service.settings |= {"base_url": url, "connections": Connections()}
        run = read(service, shell=shell, page_size=2)
        for name in names:
            assert isinstance(run.error, TROUBLES[name].errors)
            found += run.given
            run = read(service, shell=shell, resume=run.position)
        assert (found + run.given, run.position) == (service.numbers, None)
        assert len(service.cloud.calls) == service.calls_for(14, 2) + len(names)
