"""A listing loses nothing and gives nothing twice, whatever goes wrong and changes while it is read."""

from __future__ import annotations

import functools
import itertools
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from typing import Final, NamedTuple

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
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing import FakeCloud, FakeResponse, ReceivedRequest, faults
from cloudkeys.testing.faults import Fault
from cloudkeys.testing.state import CloudState, LastMarker
from contract.tally import trying
from paging.listings import (
    DATA,
    FIRST,
    KINDS,
    LAW,
    LEAKS,
    LOOPS,
    ONCE,
    SHELLS,
    SIZES,
    THE_END,
    VARIANTS,
    Data,
    Run,
    Service,
    Stop,
    read,
)

AGAIN: Final = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_retry_after=0)
COUNTS: Final = st.integers(1, 8) | st.integers(1, 150)


STOPS: Final = st.one_of(
    st.builds(Stop, st.just("items"), COUNTS, st.sampled_from(("break", "exception"))),
    st.builds(Stop, st.just("pages"), st.integers(1, 4), st.sampled_from(("break", "exception"))),
    st.just(THE_END),
)


BOOLEANS: Final = st.booleans()
PLACES: Final = st.lists(st.integers(0, 10) | st.integers(0, 300), min_size=1, max_size=10)


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


def skewed(cloud: CloudState, _request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
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
        faults.repeated_page(), (ListingError, DecodeError, NoResponseError), transient=False, sure=False
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
        self.failed, self.done, self.total_fell = True, True, False

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
        self.failed, self.chunks, self.met, self.total_fell = True, [], [], False
        size = self.size if self.position is None else other_size
        with trying(self.service.kind.operation, 200, LAW):
            run = read(self.service, stop, shell, self.chunks, page_size=size, resume=self.position)
            self.done = run.position is None
            assert self.done or run.error or run.stopped
            assert not (self.done and run.error)
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
        elif isinstance(run.error, ListingError) and "total fell" in run.error.reason:
            # A page that comes again can be from before the total fell.
            assert self.total_fell or "repeated page" in self.met
            assert self.service.kind is LEAKS
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
        can_miss = self.service.kind is LEAKS and (self.stale or bool(self.removed))
        lasting = [number for number in run.given if number >= FIRST]
        if self.inserted <= self.size:
            assert len(set(run.given)) == len(run.given)
            assert can_miss or lasting == sorted(lasting)
        else:
            # What is pushed farther than onto the next page isn't known there.
            assert len(run.given) - len(set(run.given)) <= self.inserted
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
        self.change(functools.partial(self.come_in_front, min(count, self.size)), when)

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
        def meet(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
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
        self.total_fell |= bool(gone)
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
