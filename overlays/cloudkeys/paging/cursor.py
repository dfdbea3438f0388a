"""Pages of a listing, and the cursor that goes from one to the next, neither sync nor async."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, Generic

import attrs
import msgspec

from cloudkeys.errors import PageLoopError
from cloudkeys.paging.position import Position
from cloudkeys.paging.styles import ItemT, Paging, find

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Sequence

    from cloudkeys.runtime.messages import Response

_NO_KEY: Final = (None, msgspec.UNSET)


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
        key = self._key(self.items[count - 1]) if count else self._asked.after
        after = key if isinstance(key, str | int) else None
        return attrs.evolve(self._asked, given=self._asked.given + count, after=after).token()


class Cursor(Generic[ItemT]):
    """One run over a listing: says what to ask for, and takes what came."""

    def __init__(self, paging: Paging[Any, ItemT], start: Position) -> None:
        """Begin a run at a position."""
        self._paging, self._asked = paging, start
        self._key: Callable[[ItemT], Hashable] = attrgetter(paging.key)
        self._steps = {getattr(start.parameters, paging.step)}
        self._before: set[Hashable] = set()

    def accept(self, response: Response[Any]) -> tuple[Page[ItemT], Position | None]:
        """Take the response to what was asked for.

        Returns:
            The page, and what to ask for next; None after the last page.
        """
        items: Sequence[ItemT] = find(response.body, self._paging.items) or ()
        sent = self._asked.parameters
        step = self._paging.style(self._paging, sent, response.body, len(items))
        following = None
        if step is not None:
            following = Position(self._asked.operation, msgspec.structs.replace(sent, **{self._paging.step: step}))
        return Page(self._fresh(items), response, self._key, self._asked, following), following

    def go_on(self, following: Position) -> None:
        """Go on to the next page.

        Raises:
            PageLoopError: Its step came before: the listing would never end. All items before it were given.
        """
        step = getattr(following.parameters, self._paging.step)
        if step in self._steps:
            reason = f"the service repeats a page: {self._paging.step} has a value that came before"
            raise PageLoopError(self._paging.operation.name, reason)
        self._steps.add(step)
        self._asked = following

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
