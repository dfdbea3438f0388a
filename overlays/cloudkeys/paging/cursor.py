"""Pages, and the cursor that moves from one page to the next; it does no I/O."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic

import attrs
import msgspec

from cloudkeys.errors import ListingError
from cloudkeys.paging.position import Position
from cloudkeys.paging.styles import ItemCounts, ItemT, Paging, value_at

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from cloudkeys.runtime.messages import Response

_NO_KEY: Final = (None, msgspec.UNSET)
_MAX_EMPTY_PAGES: Final = 100


@attrs.frozen
class Page(Generic[ItemT]):
    """One page of a listing.

    Attributes:
        items: The items, without those that the previous page contained.
        response: The response: status, headers, raw and decoded body.
    """

    items: Sequence[ItemT]
    response: Response[Any] = attrs.field(repr=False)
    _indexes: Sequence[int] = attrs.field(repr=False)
    _key: Callable[[ItemT], object] = attrs.field(repr=False)
    _requested: Position = attrs.field(repr=False)
    _next: Position | None = attrs.field(repr=False)

    @property
    def position(self) -> str | None:
        """The position after this page, as text to save; None after the last page."""
        return self.position_after(len(self.items))

    def position_after(self, count: int) -> str | None:
        """Return the position after some items of this page, as text to save.

        Args:
            count: The number of items, from 0 to all of them.

        Returns:
            The position; None after the last item of the last page.
        """
        if count >= len(self.items):
            return None if self._next is None else self._next.to_text()
        after = _key_to_save(self._key(self.items[count - 1])) if count else self._requested.after
        read = self._indexes[count - 1] + 1 if count else self._requested.read
        return attrs.evolve(self._requested, read=read, after=after).to_text()


def _key_to_save(key: object) -> str | int | None:
    return key if isinstance(key, str | int) else None


class Cursor(Generic[ItemT]):
    """One loop over a listing: accepts responses and decides which page to request next."""

    def __init__(self, paging: Paging[Any, ItemT], start: Position) -> None:
        """Start at a position."""
        self._paging, self._requested = paging, start
        self._next: Position | ListingError | None = None
        self._key: Callable[[ItemT], Hashable] = attrgetter(paging.key)
        self._steps = {getattr(start.parameters, paging.step)}
        self._previous_keys: set[Hashable] = set()
        self._empty_pages, self._total, self._removed = 0, 0, 0

    def accept(self, response: Response[Any]) -> Page[ItemT]:
        """Accept the response to the current request.

        Returns:
            The page.

        Raises:
            ListingError: The response isn't a page, or isn't the page that was requested.
        """
        self._check(response.body)
        items: Sequence[ItemT] = value_at(response.body, self._paging.items) or ()
        indexes = self._new_indexes(items)
        new_items = items if isinstance(indexes, range) else [items[index] for index in indexes]
        try:
            self._next = following = self._position_after(response.body, len(items))
        except ListingError as error:
            # The items are valid, so they are yielded first. The saved position repeats the request for this page.
            self._next = error.with_traceback(None)
            last = _key_to_save(self._key(items[-1])) if items else self._requested.after
            following = attrs.evolve(self._requested, read=0, after=last)
        return Page(new_items, response, indexes, self._key, self._requested, following)

    def advance(self) -> Position | None:
        """Return the next position to request, once the items of the page were yielded; None after the last page.

        Raises:
            ListingError: The listing would never end, or may be incomplete.
        """
        if isinstance(self._next, ListingError):
            raise self._next
        if self._next is not None:
            self._requested = self._next
        return self._next

    def _check(self, body: object) -> None:
        """Check that a body is the requested page, and count items that were removed since the previous page."""
        paging, requested = self._paging, getattr(self._requested.parameters, self._paging.step)
        ends = paging.total, paging.more, paging.next.rpartition(".")[0] or paging.next
        if all(value_at(body, path) is None for path in (paging.items, *ends)):
            raise self._error(f"the response isn't a page: it has no {paging.items}")
        page, total = value_at(body, paging.page), value_at(body, paging.total)
        if page not in {None, requested}:
            raise self._error(f"the service sent page {page} in place of page {requested}")
        if isinstance(total, int):
            self._removed += max(0, self._total - total)
            self._total = total

    def _position_after(self, body: msgspec.Struct, count: int) -> Position | None:
        """Return the position of the next page; raise if the listing would never end or may be incomplete."""
        paging, sent = self._paging, self._requested.parameters
        counts = ItemCounts(count, self._requested.before + count)
        step = paging.style(paging, sent, body, counts)
        if step is None:
            if self._removed:
                reason = f"the total fell by {self._removed} meanwhile, so as many items may be missing: list again"
                raise self._error(reason)
            return None
        self._empty_pages = 0 if count else self._empty_pages + 1
        if self._empty_pages == _MAX_EMPTY_PAGES:
            raise self._error(f"the service sent {_MAX_EMPTY_PAGES} empty pages in a row")
        if step in self._steps:
            raise self._error(f"the service repeats a page: {paging.step} has a value that came before")
        self._steps.add(step)
        parameters = msgspec.structs.replace(sent, **{paging.step: step})
        return Position(self._requested.operation, parameters, before=counts.so_far)

    def _error(self, reason: str) -> ListingError:
        return ListingError(self._paging.operation.name, reason)

    def _new_indexes(self, items: Sequence[ItemT]) -> Sequence[int]:
        """Return the indexes of the items that neither the previous page nor the loop before a resume yielded."""
        keys = list(map(self._key, items))
        first = self._first_new(keys)
        # Keys before `first` count too: new items may push them from a resumed page onto the next one.
        known, self._previous_keys = self._previous_keys, set(keys)
        if first == 0 and len(self._previous_keys) == len(keys) and known.isdisjoint(keys):
            return range(len(items))
        known.update(keys[:first])
        new: list[int] = []
        for index, key in enumerate(keys[first:], first):
            if key in _NO_KEY or key not in known:
                known.add(key)
                new.append(index)
        return new

    def _first_new(self, keys: list[Hashable]) -> int:
        """Return the index of the first item that wasn't yielded before the listing was resumed."""
        requested = self._requested
        if requested.after is None:
            return requested.read
        return keys.index(requested.after) + 1 if requested.after in keys else 0
