"""A listing loses nothing and repeats nothing, whatever goes wrong and changes while it is read in several loops.

Markers name an item that was read, so what comes before it doesn't matter. Page numbers count from the front: what
happens if leaks move is in test_paging.py.
"""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable
from typing import Any, Final, NamedTuple, TypeAlias, get_args

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from callers import TARGETS, Target
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
from cloudkeys.testing.state import PROJECT_ID, CloudState, LastMarker
from runtime.services import ONCE

USER: Final = TARGETS["huawei_iam_v5.ListAccessKeys"].arguments["user_id"]
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
        make=functools.cache(functools.partial(example_access_key, user_id=USER)),
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
Loop: TypeAlias = tuple[int | None, int, list[tuple[str, int]]]
"""After how many items to stop, the page size, and the events with the number of responses before each."""
SIZES: Final = st.sampled_from((1, 2, 3, 7))
EVENTS: Final = st.tuples(st.sampled_from([*FAULTS, "append", "remove the last", "insert in front"]), st.integers(0, 3))
LOOPS: Final = st.lists(st.tuples(st.none() | st.integers(1, 12), SIZES, st.lists(EVENTS, max_size=3)), max_size=5)


class Reader:
    """Reads a listing in as many loops as it takes, from a cloud in which events occur before its responses."""

    def __init__(self, kind: Kind, count: int, last_marker: LastMarker) -> None:
        self.kind, self.cloud = kind, FakeCloud(users=[example_user(user_id=USER)])
        self.cloud.csms_last_marker = last_marker
        self.numbers = list(range(FIRST, FIRST + count))
        self.in_front, self.behind = itertools.count(FIRST - 1, -1), itertools.count(FIRST + count)
        self.items: list[int] = []
        self.met: list[str] = []
        self.is_done = False
        self.position: str | None = None
        self.store()

    def store(self) -> None:
        self.kind.stored(self.cloud)[:] = map(self.kind.make, self.numbers)

    def plan(self, name: str, after: int) -> None:
        def meet(cloud: CloudState, request: ReceivedRequest, serve: Callable[[], FakeResponse]) -> FakeResponse:
            self.met.append(name)
            fault = FAULTS.get(name) or faults.change(lambda _: self.change(name))
            return fault(cloud, request, serve)

        self.cloud.inject(meet, after=after)

    def change(self, name: str) -> None:
        if name == "append":
            self.numbers.append(next(self.behind))
        elif name == "remove the last" and self.numbers and self.numbers[-1] not in self.items:
            self.numbers.pop()
        elif name == "insert in front" and self.kind is not KINDS["leaks"]:
            self.numbers.insert(0, next(self.in_front))
        self.store()

    def read(self, stop: int | None, size: int) -> None:
        """Read with a new client and a new listing; check that each fault shows, and which items were read."""
        target, taken = self.kind.target, 0
        error: CloudkeysError | None = None
        arguments = target.method_arguments() | {target.module.PAGING.size: size}
        self.met.clear()
        with getattr(self.cloud, target.vendor)(retry=ONCE) as client:
            listing = target.method(client)(**arguments, resume=self.position)
            try:
                for taken, item in enumerate(listing, 1):
                    self.items.append(self.kind.number(item))
                    if taken == stop:
                        break
            except CloudkeysError as caught:
                error = caught
        self.position = listing.position
        self.is_done = self.position is None
        if "remove the last" in self.met and isinstance(error, ListingError):
            assert "total fell" in error.reason
        else:
            assert (error is not None) == bool(FAULTS.keys() & set(self.met))
        assert error or self.is_done or taken == stop
        lasting = [number for number in self.numbers if number >= FIRST]
        found = [number for number in self.items if number >= FIRST]
        assert found == (lasting if self.is_done else lasting[: len(found)])
        assert len(set(self.items)) == len(self.items)


@pytest.mark.parametrize("name", KINDS)
@given(count=st.integers(0, 30), last_marker=st.sampled_from(get_args(LastMarker)), loops=LOOPS)
@example(count=9, last_marker="absent", loops=[(4, 3, [("cut off", 1), ("append", 1)]), (None, 2, [("failed", 0)])])
def test_nothing_is_lost_and_nothing_repeats_whatever_goes_wrong(
    name: str, count: int, last_marker: LastMarker, loops: list[Loop]
) -> None:
    reader = Reader(KINDS[name], count, last_marker)
    # Each event that is still to come can end one more loop.
    last_loops: list[Loop] = [(None, 3, [])] * (1 + sum(len(events) for _, _, events in loops))
    for stop, size, events in [*loops, *last_loops]:
        for event in events:
            reader.plan(*event)
        if not reader.is_done:
            reader.read(stop, size)
    assert reader.is_done
