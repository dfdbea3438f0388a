"""Pages of a listing, and the cursor that goes from one to the next, neither sync nor async."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic

import attrs
import msgspec

from cloudkeys.errors import ListingError
from cloudkeys.paging.position import Position
from cloudkeys.paging.styles import ItemT, Paging, Seen, find

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from cloudkeys.runtime.messages import Response

_NO_KEY: Final = (None, msgspec.UNSET)
_MOST_EMPTY_PAGES: Final = 100


@attrs.frozen
class Page(Generic[ItemT]):
    """One page of a listing.

    Attributes:
        items: Its items, without those that the page before had.
        response: The response that it came in: status, headers, raw and decoded body.
    """

    items: Sequence[ItemT]
    response: Response[Any] = attrs.field(repr=False)
    _key: Callable[[ItemT], object] = attrs.field(repr=False)
    _asked: Position = attrs.field(repr=False)
    _next: Position | None = attrs.field(repr=False)

    @property
    def position(self) -> str | None:
        """Where the listing goes on after this page, as a text to save; None after the last page."""
        return self.position_after(len(self.items))

    def position_after(self, count: int) -> str | None:
        """Return where the listing goes on after some items of this page, as a text to save.

        Args:
            count: How many items, 0 to their number.

        Returns:
            The position; None after the last item of the last page.
        """
        if count >= len(self.items):
            return None if self._next is None else self._next.token()
        after = _as_saved(self._key(self.items[count - 1])) if count else self._asked.after
        return attrs.evolve(self._asked, given=self._asked.given + count, after=after).token()


def _as_saved(key: object) -> str | int | None:
    return key if isinstance(key, str | int) else None


class Cursor(Generic[ItemT]):
    """One run over a listing: takes what came, and says what to ask for next."""

    def __init__(self, paging: Paging[Any, ItemT], start: Position) -> None:
        """Begin a run at a position."""
        self._paging, self._asked = paging, start
        self._following: Position | ListingError | None = None
        self._key: Callable[[ItemT], Hashable] = attrgetter(paging.key)
        self._steps = {getattr(start.parameters, paging.step)}
        self._before: set[Hashable] = set()
        self._empty_pages, self._total, self._removed = 0, 0, 0

    def accept(self, response: Response[Any]) -> Page[ItemT]:
        """Take the response to what was asked for.

        Returns:
            The page.

        Raises:
            ListingError: It is no page, or another one than was asked for.
        """
        self._check(response.body)
        items: Sequence[ItemT] = find(response.body, self._paging.items) or ()
        fresh = self._fresh(items)
        try:
            self._following = after = self._after(response.body, len(items))
        except ListingError as error:
            # The items are good: they are given first. What comes after the last of them is to be asked for again.
            self._following = error.with_traceback(None)
            last = _as_saved(self._key(items[-1])) if items else self._asked.after
            after = attrs.evolve(self._asked, given=0, after=last)
        return Page(fresh, response, self._key, self._asked, after)

    def go_on(self) -> Position | None:
        """Return what to ask for next, once the items of the page were given; None after the last page.

        Raises:
            ListingError: The listing would never end, or can't be known to be whole.
        """
        if isinstance(self._following, ListingError):
            raise self._following
        if self._following is not None:
            self._asked = self._following
        return self._following

    def _check(self, body: object) -> None:
        """Check that a body is the page that was asked for, and see whether there are fewer items than before."""
        paging, asked = self._paging, getattr(self._asked.parameters, self._paging.step)
        ends = paging.total, paging.more, paging.next.rpartition(".")[0] or paging.next
        if all(find(body, path) is None for path in (paging.items, *ends)):
            raise self._contradiction(f"the response is no page: it has no {paging.items}")
        page, total = find(body, paging.page), find(body, paging.total)
        if page not in {None, asked}:
            raise self._contradiction(f"the service sent page {page} in place of page {asked}")
        if isinstance(total, int):
            self._removed += max(0, self._total - total)
            self._total = total

    def _after(self, body: msgspec.Struct, count: int) -> Position | None:
        """Return what to ask for after a page; raises where that would never end, or nothing tells the end."""
        paging, sent = self._paging, self._asked.parameters
        seen = Seen(count, self._asked.before + count)
        step = paging.style(paging, sent, body, seen)
        if step is None:
            if self._removed:
                reason = f"the total fell by {self._removed} meanwhile, so as many items may be missing: list again"
                raise self._contradiction(reason)
            return None
        self._empty_pages = 0 if count else self._empty_pages + 1
        if self._empty_pages == _MOST_EMPTY_PAGES:
            raise self._contradiction(f"the service sent {_MOST_EMPTY_PAGES} empty pages one after another")
        if step in self._steps:
            raise self._contradiction(f"the service repeats a page: {paging.step} has a value that came before")
        self._steps.add(step)
        parameters = msgspec.structs.replace(sent, **{paging.step: step})
        return Position(self._asked.operation, parameters, before=seen.so_far)

    def _contradiction(self, reason: str) -> ListingError:
        return ListingError(self._paging.operation.name, reason)

    def _fresh(self, items: Sequence[ItemT]) -> Sequence[ItemT]:
        """Return the items that were given neither before a listing was resumed, nor on the page before."""
        keys = list(map(self._key, items))
        begin = self._begin(keys)
        # With those before `begin`: where this page was resumed, they may be pushed onto the next.
        given, self._before = self._before, set(keys)
        if begin == 0 and len(self._before) == len(keys) and given.isdisjoint(keys):
            return items
        fresh: list[ItemT] = []
        for key, item in zip(keys[begin:], items[begin:], strict=True):
            if key in _NO_KEY or key not in given:
                given.add(key)
                fresh.append(item)
        return fresh

    def _begin(self, keys: list[Hashable]) -> int:
        """Return the number of the first item that wasn't given before the listing was resumed."""
        asked = self._asked
        if asked.after is None:
            return asked.given
        return keys.index(asked.after) + 1 if asked.after in keys else 0
