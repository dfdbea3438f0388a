"""A listing loses nothing and repeats nothing, whatever goes wrong and changes while it is read.

A state machine reads listings of a fake cloud in several loops, while faults occur and the data change.

- Markers name an item, so what comes and goes before it doesn't matter. If the item itself is deleted, the service
  refuses the marker, and the listing resumes once the item is back.
- Page numbers count from the front. New leaks push others onto the next page, where their keys are known. Deleted leaks
  pull others onto the page already read: as many as were deleted may be missing, and the loop ends in an error.
- A loop knows only its own pages. Items that an earlier loop yielded may repeat if they are pushed onto them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any, Final, NamedTuple, get_args

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from cloudkeys.errors import CloudkeysError, ListingError
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
from runtime.services import ONCE
from shells import TARGETS, Target
from testing.requests import known

FIRST: Final = 100_000
"""The number of the first item; items inserted in front get smaller numbers."""


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


FAULTS: Final = {
    "failed": faults.failed(),
    "malformed": faults.malformed(),
    "cut off": faults.broken_connection("cut off"),
}
DELETED_MARKER: Final = {"PAP5.0010", "CSMS.0005"}
"""The codes of the error that the item named by a marker doesn't exist."""
SIZES: Final = st.sampled_from((1, 2, 3, 7))
COUNTS: Final = st.integers(0, 30)
AFTER: Final = st.integers(0, 3)
NOW_OR_LATER: Final = st.none() | AFTER
INDEXES: Final = st.lists(st.integers(0, 20), min_size=1, max_size=6)


class PagingLaws(RuleBasedStateMachine):
    """Reads a listing in as many loops as it takes, from a cloud in which faults occur and data change.

    As long as items are only appended, the law is exact: the items read are the beginning of the data.
    """

    kind: Kind

    def __init__(self) -> None:
        super().__init__()
        self.cloud = FakeCloud(users=[example_user(user_id="example-user")])
        self.pending, self.met = 0, list[str]()
        self.failed, self.done, self.total_fell = True, True, False

    @initialize(moves=st.booleans(), size=SIZES, count=COUNTS)
    def set_up(self, *, moves: bool, size: int, count: int) -> None:
        self.moves, self.is_numbered = moves, self.kind is KINDS["leaks"]
        self.start(size, count, "name")

    @precondition(lambda self: self.done)
    @rule(size=SIZES, count=COUNTS, last_marker=st.sampled_from(get_args(LastMarker)))
    def start(self, size: int, count: int, last_marker: LastMarker) -> None:
        """Start a listing of new data."""
        self.store(range(FIRST, FIRST + count))
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
    @rule(stop=st.none() | st.integers(1, 12), other_size=SIZES)
    def read_on(self, stop: int | None, other_size: int) -> None:
        """Read until the stop; the page size is that of the first loop."""
        self.failed, self.current, self.met, self.total_fell = True, [], [], False
        error = self.read(stop, self.size if self.position is None else other_size)
        self.done = self.position is None
        assert self.done or error or len(self.current) == stop
        assert not (self.done and error)
        self.check_error(error)
        self.check_items(self.current)
        self.failed = False

    def read(self, stop: int | None, size: int) -> CloudkeysError | None:
        """Read with a new client and a new listing; return the error."""
        target = self.kind.target
        arguments = known(target.method_arguments()) | {target.module.PAGING.size: size}
        with getattr(self.cloud, target.vendor)(retry=ONCE) as client:
            listing = target.method(client)(**arguments, resume=self.position)
            try:
                for item in listing:
                    self.current.append(self.kind.number(item))
                    if len(self.current) == stop:
                        break
            except CloudkeysError as error:
                return error
            finally:
                self.position = listing.position
        return None

    def check_error(self, error: CloudkeysError | None) -> None:
        """Check that each fault shows, and nothing else."""
        if error is None:
            assert not FAULTS.keys() & set(self.met)
        elif getattr(error, "code", None) in DELETED_MARKER:
            # The listing resumes once the item is back.
            back = {*self.items, *self.current} - set(self.numbers)
            assert back
            self.inserted += len(back)
            self.store([*self.numbers, *back])
        elif isinstance(error, ListingError) and "total fell" in error.reason:
            # A repeated page may contain an older total.
            assert self.total_fell or "repeated page" in self.met
            assert self.is_numbered
        else:
            assert {*FAULTS, "repeated page"} & set(self.met)

    def check_items(self, items: list[int]) -> None:
        """Check which items of the data the loops read so far."""
        numbers, earlier = self.numbers, set(self.items)
        self.stale = self.stale or "repeated page" in self.met
        self.items += items
        if not (self.inserted or self.removed or self.stale):
            assert self.items == (numbers if self.done else numbers[: len(self.items)])
            return
        may_miss = self.is_numbered and (self.stale or bool(self.removed))
        lasting = [number for number in items if number >= FIRST]
        if self.inserted <= self.size:
            assert len(set(items)) == len(items)
            assert may_miss or lasting == sorted(lasting)
        else:
            # An item pushed past the next page isn't recognized there.
            assert len(items) - len(set(items)) <= self.inserted
        assert len(earlier & set(items)) <= self.inserted + self.size - 1 + self.size * self.stale
        # A repeated page may be older than the last items.
        wanted = range(FIRST, FIRST + self.count) if self.stale else range(FIRST, FIRST + 10**6)
        missed = {number for number in numbers if number in wanted} - set(self.items)
        if self.done and not (may_miss and self.stale):
            assert len(missed) <= (len(self.removed) if may_miss else 0)

    @rule(name=st.sampled_from([*FAULTS]), after=AFTER)
    def inject(self, *, name: str, after: int) -> None:
        self.plan(name, FAULTS[name], after)

    @precondition(lambda self: self.moves)
    @rule(after=AFTER)
    def repeat_a_page(self, after: int) -> None:
        self.plan("repeated page", faults.repeated_page(), after)

    @rule(count=st.integers(1, 8), when=NOW_OR_LATER)
    def append(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.add_behind, min(count, self.size + 1)), when)

    @rule(indexes=INDEXES, when=NOW_OR_LATER)
    def remove_behind(self, indexes: list[int], when: int | None) -> None:
        self.change(functools.partial(self.remove, indexes, behind=True), when)

    @precondition(lambda self: self.moves)
    @rule(indexes=INDEXES, when=NOW_OR_LATER)
    def remove_before(self, indexes: list[int], when: int | None) -> None:
        self.change(functools.partial(self.remove, indexes, behind=False), when)

    @precondition(lambda self: self.moves)
    @rule(count=st.integers(1, 7), when=NOW_OR_LATER)
    def insert_in_front(self, count: int, when: int | None) -> None:
        self.change(functools.partial(self.add_in_front, min(count, self.size)), when)

    def plan(self, name: str, fault: Fault, after: int) -> None:
        def meet(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
            self.pending -= 1
            self.met.append(name)
            return fault(cloud, request, serve)

        self.pending += 1
        self.cloud.inject(meet, after=after)

    def change(self, apply: Callable[[], None], when: int | None) -> None:
        """Change the data now, or just before the response to a later call."""
        if when is None:
            apply()
        else:
            self.plan("change", faults.change(lambda _: apply()), when)

    def store(self, numbers: Iterable[int]) -> None:
        self.numbers = sorted(numbers)
        self.kind.stored(self.cloud)[:] = map(self.kind.make, self.numbers)

    def add_behind(self, count: int) -> None:
        self.store([*self.numbers, *range(self.behind, self.behind + count)])
        self.behind += count

    def add_in_front(self, count: int) -> None:
        self.first -= count
        self.inserted += count
        self.store([*self.numbers, *range(self.first, self.first + count)])

    def remove(self, indexes: list[int], *, behind: bool) -> None:
        """Remove some of the items after the last one read, or of those up to it."""
        last = max((*self.items, *self.current), default=0)
        candidates = [number for number in self.numbers if (number > last) == behind]
        gone = {candidates[index] for index in indexes if index < len(candidates)}
        self.store(set(self.numbers) - gone)
        self.total_fell |= bool(gone)
        self.removed += [] if behind else sorted(gone)

    def teardown(self) -> None:
        """Read to the end, unless a rule failed."""
        for _ in range(self.pending + 3):
            if not (self.failed or self.done):
                self.read_on(None, self.size)
        assert self.failed or self.done


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_lost_and_nothing_repeats_whatever_goes_wrong(name: str) -> None:
    class Laws(PagingLaws):
        kind = KINDS[name]

    examples = settings().max_examples // 2
    run_state_machine_as_test(Laws, settings=settings(max_examples=examples, stateful_step_count=10))
