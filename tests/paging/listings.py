"""Listings of numbered items, read in runs that may be broken off: what the laws of paging are said of.

The vendors are played by the fake cloud, which holds numbered items of one kind, in the order of their numbers.
"""

from __future__ import annotations

import asyncio
import functools
import itertools
import json
from collections.abc import AsyncIterable, Callable, Iterable
from typing import Any, Final, NamedTuple, get_args

from hypothesis import strategies as st

from cloudkeys.errors import CloudkeysError
from cloudkeys.paging.cursor import Page
from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.testing import Call, FakeCloud, example_access_key, example_leak, example_secret, example_user
from cloudkeys.testing.faults import Fault
from cloudkeys.testing.state import PROJECT_ID, LastMarker
from shells import TARGETS, Target
from testing.requests import CLIENTS, known

LAW: Final = "paging law"
FIRST: Final = 100_000
"""The number of the first item; those that come before it while a listing is read have smaller numbers."""


LAST_MARKERS: Final[tuple[LastMarker, ...]] = get_args(LastMarker)
ONCE: Final = RetryPolicy(attempts=1)


class Kind(NamedTuple):
    """What is listed, and how a fake cloud is filled with it."""

    target: Target
    make: Callable[[int], Any]
    number: Callable[[Any], int]
    stock: Callable[[FakeCloud], list[Any]]

    @property
    def operation(self) -> str:
        return self.target.operation.full_name


KINDS: Final = {
    "leaks": Kind(
        TARGETS["alibaba_sas.DescribeAccesskeyLeakList"],
        make=functools.cache(example_leak),
        number=lambda leak: leak.id,
        stock=lambda cloud: cloud.leaks,
    ),
    "access keys": Kind(
        TARGETS["huawei_iam_v5.ListAccessKeys"],
        make=functools.cache(example_access_key),
        number=lambda key: int(key.access_key_id.removeprefix("EXAMPLE")),
        stock=lambda cloud: cloud.access_keys,
    ),
    "secrets": Kind(
        TARGETS["huawei_csms.ListSecrets"],
        make=functools.cache(example_secret),
        number=lambda secret: int(secret.name.removeprefix("example-secret-")),
        stock=lambda cloud: cloud.secrets[PROJECT_ID],
    ),
}
"""The kinds of items with which a fake cloud is filled here; other listings are tested by their specs alone."""


LEAKS, ACCESS_KEYS, SECRETS = KINDS.values()
VARIANTS: Final = [("leaks", "name"), ("access keys", "name"), *(("secrets", marker) for marker in LAST_MARKERS)]


class Service:
    """A fake cloud with numbered items of one kind."""

    def __init__(self, kind: str, count: int, last_marker: LastMarker = "name", **client: Any) -> None:
        self.kind = KINDS[kind]
        self.cloud = FakeCloud(csms_last_marker=last_marker, users=[example_user(user_id="example-user")])
        self.settings: dict[str, Any] = {"retry": ONCE, **client}
        self.numbers: list[int] = []
        self.hold(range(FIRST, FIRST + count))

    def hold(self, numbers: Iterable[int]) -> None:
        self.numbers = sorted(numbers)
        self.kind.stock(self.cloud)[:] = map(self.kind.make, self.numbers)

    def calls_for(self, count: int, size: int) -> int:
        """Return how many calls all of so many items take: one more where only an empty page can tell the end."""
        unknown_end = self.kind is SECRETS and self.cloud.csms_last_marker == "name" and count > 0
        return max(1, -(-count // size)) + unknown_end

    def inject(self, fault: Fault, after: int = 0, times: int | None = 1, *, anywhere: bool = False) -> None:
        operation = None if anywhere else self.kind.operation
        self.cloud.inject(fault, operation=operation, after=after, times=times)


class Stop(NamedTuple):
    """Where a reader stops: after so many items or pages, by a break or by an exception."""

    unit: str = "items"
    after: int | None = None
    how: str = "break"


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


def loop_async(client: Any, listing: AsyncListing[Any], unit: str, take: Callable[[Any], bool]) -> None:
    async def loop() -> None:
        source: AsyncIterable[Any] = listing if unit == "items" else listing.pages()
        async with client:
            async for got in source:
                if take(got):
                    break

    asyncio.run(loop())


LOOPS: Final[dict[str, Callable[..., None]]] = {"sync": loop_sync, "async": loop_async}


def read(
    service: Service, stop: Stop = THE_END, shell: str = "sync", chunks: list[list[int]] | None = None, **options: Any
) -> Run:
    """Read with a new client and a new listing, which a position that was saved as JSON may begin."""
    resume = json.loads(json.dumps(options.pop("resume", None)))
    target = service.kind.target
    client = CLIENTS[target.vendor](shell, service.cloud, **service.settings)
    size = {target.module.PAGING.size: options.pop("page_size")} if "page_size" in options else {}
    listing = target.method(client)(**known(target.method_arguments()), **size, **options, resume=resume)
    assert resume in {None, listing.position}
    before, taken = len(service.cloud.calls), [] if chunks is None else chunks
    error: CloudkeysError | None = None

    def take(got: Any) -> bool:
        taken.append([service.kind.number(item) for item in (got.items if isinstance(got, Page) else [got])])
        is_enough = len(taken) == stop.after
        if is_enough and stop.how == "exception":
            raise InterruptedReadingError
        return is_enough

    try:
        LOOPS[shell](client, listing, stop.unit, take)
    except InterruptedReadingError:
        pass
    except CloudkeysError as caught:
        error = caught
    return Run(taken, listing.position, error, service.cloud.calls[before:], len(taken) == stop.after)


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
SHELLS: Final = st.sampled_from(tuple(LOOPS))


def rest_of(service: Service, run: Run, **options: Any) -> list[int]:
    """Return what comes after a run, if anything does."""
    if run.position is None:
        return []
    rest = read(service, resume=run.position, **options)
    assert (rest.position, rest.error) == (None, None)
    return rest.given


def numbers_in_front(service: Service, count: int) -> range:
    first = min(service.numbers, default=FIRST)
    return range(first - count, first)
