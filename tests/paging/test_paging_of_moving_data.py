"""What a listing gives while its data move.

- Markers name an item. What comes before it may come and go; the rest is exact, unless the item itself is gone: then
  the service refuses the marker, and the listing goes on once it takes it again.
- Page numbers count from the front. In one run, leaks that come in front push others onto the next page, where they
  are known, unless more come between two calls than a page has: nothing is lost, and nothing comes twice. Leaks that go
  from the front pull others onto the page that was read: as many as went can be missed, and a run that sees the total
  shrink says so at its end.
- A listing that is broken off within a page goes on behind the last item that it gave, if that is on the page still.
  If it isn't, the page is given from its beginning: better twice than never.
- A run knows what its own pages showed. What only an earlier run gave comes again where it is pushed onto them.
"""

from __future__ import annotations

import functools
from typing import Final, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudkeys.errors import ListingError, StatusError
from cloudkeys.testing import faults
from cloudkeys.testing.state import LastMarker
from contract.tally import trying
from paging.listings import (
    DATA,
    FIRST,
    KINDS,
    LAW,
    LEAKS,
    MARKERS,
    SHELLS,
    Data,
    Service,
    Stop,
    numbers_in_front,
    read,
    rest_of,
)


@given(data=DATA, moves=st.dictionaries(st.integers(1, 6), st.integers(1, 150), max_size=3), shell=SHELLS)
def test_leaks_that_come_in_front_of_a_run_move_nothing_out_of_it(
    data: Data, moves: dict[int, int], shell: str
) -> None:
    service = Service("leaks", data.total)

    def come(count: int) -> None:
        service.hold([*service.numbers, *numbers_in_front(service, count)])

    for after, count in moves.items():
        service.inject(faults.change(functools.partial(lambda n, _: come(n), min(count, data.size))), after)
    with trying(service.kind.operation, 200, LAW):
        run = read(service, shell=shell, page_size=data.size)
        assert (run.position, run.error) == (None, None)
        assert len(set(run.given)) == len(run.given)
        assert [number for number in run.given if number >= FIRST] == list(range(FIRST, FIRST + data.total))
        assert len(run.calls) == service.calls_for(len(service.numbers), data.size)


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
        missed = set(service.numbers) - set(run.given)
        assert run.given == sorted(set(run.given))
        assert len(missed) <= gone
        assert isinstance(run.error, ListingError) == (gone > 0)
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
