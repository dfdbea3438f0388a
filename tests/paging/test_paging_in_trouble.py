"""A listing loses nothing and repeats nothing, whatever goes wrong and changes while it is read.

A state machine reads listings of a fake cloud in several loops, while faults occur and the data change.

- Markers name an item, so what comes and goes before it doesn't matter. If the item itself is deleted, the service
  refuses the marker, and the listing resumes once the item is back.
- Page numbers count from the front. New leaks push others onto the next page, where their keys are known. Deleted leaks
  pull others onto the page already read: as many as were deleted may be missing, and the loop ends in an error.
- A loop knows only its own pages. Items that an earlier loop yielded may repeat if they are pushed onto them.
"""

from __future__ import annotations

import asyncio
import functools
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import timedelta
from typing import Any, Final, NamedTuple, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from cloudkeys.errors import (
    AuthenticationError,
    CloudkeysError,
    ConnectionFailedError,
    DecodeError,
    ListingError,
    NoResponseError,
    ServerError,
    ThrottledError,
    TimedOutError,
)
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing import (
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_secret,
    example_user,
    faults,
)
from cloudkeys.testing.faults import Fault
from cloudkeys.testing.state import PROJECT_ID, CloudState, LastMarker
from shells import TARGETS, Target
from testing.requests import CLIENTS, known

FIRST: Final = 100_000
"""The number of the first item; items inserted in front get smaller numbers."""
ONCE: Final = RetryPolicy(attempts=1)
RETRYING: Final = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_retry_after=0)


class Kind(NamedTuple):
    """A kind of item, and where a fake cloud stores it."""

    target: Target
    make: Callable[[int], Any]
    number: Callable[[Any], int]
    stored: Callable[[FakeCloud], list[Any]]


KINDS: Final = {
    "leaks": Kind(
        TARGETS["alibaba_sas.DescribeAccesskeyLeakList"],
        make=functools.cache(example_leak),
        number=lambda leak: leak.id,
        stored=lambda cloud: cloud.leaks,
    ),
    "access keys": Kind(
        TARGETS["huawei_iam_v5.ListAccessKeys"],
        make=functools.cache(example_access_key),
        number=lambda key: int(key.access_key_id.removeprefix("EXAMPLE")),
        stored=lambda cloud: cloud.access_keys,
    ),
    "secrets": Kind(
        TARGETS["huawei_csms.ListSecrets"],
        make=functools.cache(example_secret),
        number=lambda secret: int(secret.name.removeprefix("example-secret-")),
        stored=lambda cloud: cloud.secrets[PROJECT_ID],
    ),
}


class Service:
    """A fake cloud with numbered items of one kind."""

    def __init__(self, kind: str, count: int, **client: Any) -> None:
        self.kind = KINDS[kind]
        self.cloud = FakeCloud(users=[example_user(user_id="example-user")])
        self.settings: dict[str, Any] = {"retry": ONCE, **client}
        self.numbers: list[int] = []
        self.store(range(FIRST, FIRST + count))

    def store(self, numbers: Iterable[int]) -> None:
        self.numbers = sorted(numbers)
        self.kind.stored(self.cloud)[:] = map(self.kind.make, self.numbers)

    def inject(self, fault: Fault, after: int, times: int = 1, *, everywhere: bool = False) -> None:
        operation = None if everywhere else self.kind.target.operation.full_name
        self.cloud.inject(fault, operation=operation, after=after, times=times)


class Run(NamedTuple):
    """The result of one loop over a listing."""

    items: list[int]
    position: str | None
    error: CloudkeysError | None
    calls: int


def read(service: Service, way: str, items: list[int], stop_after: int | None, **options: Any) -> Run:
    """Read with a new client and a new listing, appending to the items."""
    target = service.kind.target
    client = CLIENTS[target.vendor](way, service.cloud, **service.settings)
    size = {target.module.PAGING.size: options["page_size"]}
    listing = target.method(client)(**known(target.method_arguments()), **size, resume=options["resume"])
    calls, error = len(service.cloud.calls), None

    def take(item: Any) -> bool:
        items.append(service.kind.number(item))
        return len(items) == stop_after

    def sync() -> None:
        with client:
            any(take(item) for item in listing)

    async def asynchronous() -> None:
        async with client:
            async for item in listing:
                if take(item):
                    break

    try:
        sync() if way == "sync" else asyncio.run(asynchronous())
    except CloudkeysError as caught:
        error = caught
    return Run(items, listing.position, error, len(service.cloud.calls) - calls)


class Trouble(NamedTuple):
    """A fault of one call.

    Attributes:
        fault: What the cloud does.
        errors: The errors that a reader may see.
        transient: Whether another attempt helps.
        certain: Whether the error always shows without another attempt.
    """

    fault: Fault
    errors: tuple[type[CloudkeysError], ...]
    transient: bool = True
    certain: bool = True


def skew_clock(cloud: CloudState, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
    cloud.clock_skew = timedelta(hours=1)
    try:
        return serve()
    finally:
        cloud.clock_skew = timedelta()


TROUBLES: Final = {
    "throttled": Trouble(faults.throttled(retry_after=20), (ThrottledError,)),
    "failed": Trouble(faults.failed(), (ServerError,)),
    "bad gateway": Trouble(faults.gateway_page(), (ServerError,)),
    "malformed": Trouble(faults.malformed(), (DecodeError,), transient=False),
    "cut off": Trouble(faults.broken_connection("cut off"), (ConnectionFailedError,)),
    "reset": Trouble(faults.broken_connection(), (ConnectionFailedError,)),
    "too slow": Trouble(faults.slow(3600), (TimedOutError,)),
    # A token isn't signed, so the clock doesn't matter to it.
    "clock skew": Trouble(skew_clock, (AuthenticationError,), transient=False, certain=False),
    # The repeated response may be a damaged one.
    "repeated page": Trouble(
        faults.repeated_page(), (ListingError, DecodeError, NoResponseError), transient=False, certain=False
    ),
}
FAULTS: Final = st.sampled_from([name for name in TROUBLES if name != "repeated page"])
SIZES: Final = st.sampled_from((1, 2, 3, 7))
COUNTS: Final = st.integers(0, 30)
STOPS: Final = st.none() | st.integers(1, 12)
WAYS: Final = st.sampled_from(("sync", "async"))
AFTER: Final = st.integers(0, 3)
NOW_OR_LATER: Final = st.none() | AFTER
PLACES: Final = st.lists(st.integers(0, 20), min_size=1, max_size=6)


class PagingLaws(RuleBasedStateMachine):
    """Reads a listing in as many loops as it takes, from a cloud in which faults occur and data change.

    As long as items are only appended, the law is exact: the items read are the beginning of the data.
    """

    kind_name: str

    def __init__(self) -> None:
        super().__init__()
        self.pending: Counter[str] = Counter()
        self.met: list[str] = []
        self.failed, self.done, self.total_fell = True, True, False

    @initialize(password=st.booleans(), retries=st.booleans(), moves=st.booleans(), size=SIZES, count=COUNTS)
    def set_up(self, *, password: bool, retries: bool, moves: bool, size: int, count: int) -> None:
        self.service = Service(self.kind_name, 0, retry=RETRYING if retries else ONCE)
        self.retries, self.moves, self.cloud = retries, moves, self.service.cloud
        self.is_numbered = self.service.kind is KINDS["leaks"]
        self.has_password = password and not self.is_numbered
        if self.has_password:
            self.service.settings["password"] = self.cloud.password
        self.start(size, count, "name")

    @precondition(lambda self: self.done)
    @rule(size=SIZES, count=COUNTS, last_marker=st.sampled_from(get_args(LastMarker)))
    def start(self, size: int, count: int, last_marker: LastMarker) -> None:
        """Start a listing of new data."""
        self.service.store(range(FIRST, FIRST + count))
        self.cloud.csms_last_marker = last_marker
        # A page of an earlier listing, in place of one of this, couldn't be detected.
        self.cloud.last_results.clear()
        self.size, self.count = size, count
        self.first, self.behind = FIRST, FIRST + count
        self.items: list[int] = []
        self.current: list[int] = []
        self.position: str | None = None
        self.removed: list[int] = []
        self.inserted, self.stale, self.done, self.failed = 0, False, False, False

    @precondition(lambda self: not self.done)
    @rule(stop=STOPS, way=WAYS, other_size=SIZES)
    def read_on(self, stop: int | None, way: str, other_size: int) -> None:
        """Read until the stop; the page size is that of the first loop."""
        self.failed, self.current, self.met, self.total_fell = True, [], [], False
        size = self.size if self.position is None else other_size
        run = read(self.service, way, self.current, stop, page_size=size, resume=self.position)
        self.done = run.position is None
        assert self.done or run.error or len(run.items) == stop
        assert not (self.done and run.error)
        self.check_error(run)
        assert run.calls <= self.most_calls(run)
        self.check_items(run)
        self.position, self.failed = run.position, False

    def check_error(self, run: Run) -> None:
        """Check that a fault shows unless a retry hides it, and that nothing else shows."""
        troubles = [TROUBLES[name] for name in self.met if name in TROUBLES]
        shown = [trouble for trouble in troubles if not (trouble.transient and self.retries)]
        if run.error is None:
            assert not any(trouble.certain for trouble in shown)
        elif getattr(run.error, "code", None) in {"PAP5.0010", "CSMS.0005"}:
            # The item that the marker names is deleted. The listing resumes once it is back.
            back = {*self.items, *run.items} - set(self.service.numbers)
            assert back
            self.inserted += len(back)
            self.service.store([*self.service.numbers, *back])
        elif isinstance(run.error, ListingError) and "total fell" in run.error.reason:
            # A repeated page may contain an older total.
            assert self.total_fell or "repeated page" in self.met
            assert self.is_numbered
        else:
            assert isinstance(run.error, tuple(error for trouble in shown for error in trouble.errors))

    def most_calls(self, run: Run) -> int:
        begin, end = len(self.items), len(self.items) + len(run.items)
        pages = (max(begin, end - 1)) // self.size - begin // self.size + 1 + self.done
        if self.inserted or self.removed or self.stale:
            pages = (len(run.items) + self.inserted) // self.size + 4
        return (pages + len(self.met)) * (1 + self.has_password)

    def check_items(self, run: Run) -> None:
        numbers, earlier = self.service.numbers, set(self.items)
        self.stale = self.stale or "repeated page" in self.met
        self.items += run.items
        if not (self.inserted or self.removed or self.stale):
            assert self.items == (numbers if self.done else numbers[: len(self.items)])
            return
        may_miss = self.is_numbered and (self.stale or bool(self.removed))
        lasting = [number for number in run.items if number >= FIRST]
        if self.inserted <= self.size:
            assert len(set(run.items)) == len(run.items)
            assert may_miss or lasting == sorted(lasting)
        else:
            # An item pushed past the next page isn't recognized there.
            assert len(run.items) - len(set(run.items)) <= self.inserted
        assert len(earlier & set(run.items)) <= self.inserted + self.size - 1 + self.size * self.stale
        # A repeated page may be older than the last items.
        wanted = range(FIRST, FIRST + self.count) if self.stale else range(FIRST, FIRST + 10**6)
        missed = {number for number in numbers if number in wanted} - set(self.items)
        if self.done and not (may_miss and self.stale):
            assert len(missed) <= (len(self.removed) if may_miss else 0)

    @rule(name=FAULTS, after=AFTER, times=st.integers(1, 3), everywhere=st.booleans())
    def inject(self, *, name: str, after: int, times: int, everywhere: bool) -> None:
        self.fail(name, after, times, everywhere=everywhere)

    @precondition(lambda self: self.has_password and not self.pending["expiry"])
    @rule(after=AFTER)
    def expire_tokens(self, after: int) -> None:
        """Let tokens expire once in a loop: the client fetches another, and nothing shows."""
        self.plan("expiry", faults.change(FakeCloud.expire_tokens), after)

    @rule(count=st.integers(1, 8), when=NOW_OR_LATER)
    def append(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.add_behind, min(count, self.size + 1)), when)

    @rule(places=PLACES, when=NOW_OR_LATER)
    def remove_behind(self, places: list[int], when: int | None) -> None:
        self.change(functools.partial(self.remove, places, behind=True), when)

    @precondition(lambda self: self.moves)
    @rule(places=PLACES, when=NOW_OR_LATER)
    def remove_before(self, places: list[int], when: int | None) -> None:
        self.change(functools.partial(self.remove, places, behind=False), when)

    @precondition(lambda self: self.moves)
    @rule(count=st.integers(1, 7), when=NOW_OR_LATER)
    def insert_in_front(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.add_in_front, min(count, self.size)), when)

    @precondition(lambda self: self.moves)
    @rule(after=AFTER)
    def repeat_a_page(self, after: int) -> None:
        self.fail("repeated page", after)

    def fail(self, name: str, after: int, times: int = 1, *, everywhere: bool = False) -> None:
        """Let calls fail; with retries, once less than the policy hides."""
        room = RETRYING.attempts - 1 - sum(self.pending[each] for each in TROUBLES) if self.retries else times
        if room > 0:
            self.plan(name, TROUBLES[name].fault, after, min(times, room), everywhere=everywhere)

    def plan(self, name: str, fault: Fault, after: int, times: int = 1, *, everywhere: bool = False) -> None:
        def meet(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
            self.pending[name] -= 1
            self.met.append(name)
            return fault(cloud, request, serve)

        self.pending[name] += times
        self.service.inject(meet, after, times, everywhere=everywhere)

    def change(self, apply: Callable[[], None], when: int | None) -> None:
        """Change the data now, or just before the response to a later call."""
        if when is None:
            apply()
        else:
            self.plan("change", faults.change(lambda _: apply()), when)

    def add_behind(self, count: int) -> None:
        self.service.store([*self.service.numbers, *range(self.behind, self.behind + count)])
        self.behind += count

    def add_in_front(self, count: int) -> None:
        self.first -= count
        self.inserted += count
        self.service.store([*self.service.numbers, *range(self.first, self.first + count)])

    def remove(self, places: list[int], *, behind: bool) -> None:
        """Remove some of the items after the last one read, or of those up to it."""
        last = max((*self.items, *self.current), default=0)
        candidates = [number for number in self.service.numbers if (number > last) == behind]
        gone = {candidates[place] for place in places if place < len(candidates)}
        self.service.store(set(self.service.numbers) - gone)
        self.total_fell |= bool(gone)
        self.removed += [] if behind else sorted(gone)

    def teardown(self) -> None:
        """Read to the end, unless a rule failed."""
        for _ in range(self.pending.total() + 3):
            if not (self.failed or self.done):
                self.read_on(None, "sync", self.size)
        assert self.failed or self.done


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_and_nothing_repeats_whatever_goes_wrong(kind: str) -> None:
    class Laws(PagingLaws):
        kind_name = kind

    examples = settings().max_examples // 2

    run_state_machine_as_test(Laws, settings=settings(max_examples=examples, stateful_step_count=10))
