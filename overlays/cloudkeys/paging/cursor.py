"""Pages of a listing, and the cursor that goes from one to the next, neither sync nor async."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

import msgspec

from cloudkeys.errors import PageLoopError
from cloudkeys.paging.position import Position
from cloudkeys.paging.recent_items import RecentItems
from cloudkeys.runtime.operation import Operation

if TYPE_CHECKING:
    from cloudkeys.runtime.messages import Response

ItemT = TypeVar("ItemT", bound=msgspec.Struct)
Arguments: TypeAlias = Mapping[str, Any]
NextStep: TypeAlias = Callable[[Arguments, Any, int], Arguments | None]
"""From the arguments that were sent, the body that came, and its number of items: the arguments that change, or None
after the last page."""

STALE_PAGES: Final = 100
"""How many pages in a row may hold nothing but repeated items."""


class PagingRule(msgspec.Struct, Generic[ItemT], frozen=True, kw_only=True):
    """How one operation is paged.

    Attributes:
        operation: The operation.
        items: What finds the items in a body.
        key: What tells an item from all others.
        next_step: What to send for the next page.
        own: The parameters that paging sets; all others are the caller's filters.
        numbered: Whether one page tells what to send for all later ones, so that they can be fetched ahead.
    """

    operation: Operation[Any]
    items: Callable[[Any], Sequence[ItemT] | msgspec.UnsetType | None]
    key: Callable[[ItemT], Hashable]
    next_step: NextStep
    own: tuple[str, ...]
    numbered: bool = False


@dataclass(frozen=True)
class Page(Generic[ItemT]):
    """One page of a listing.

    Attributes:
        items: Its items, without those that an earlier page had.
        response: The response that it came in: status, headers, raw and decoded body.
    """

    items: Sequence[ItemT]
    response: Response[Any] = field(repr=False)
    _rule: PagingRule[ItemT] = field(repr=False)
    _asked: Position = field(repr=False)
    _next: Position | None = field(repr=False)
    _cut: bool = field(repr=False)

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
        if count >= len(self.items) and not self._cut:
            return None if self._next is None else self._next.token()
        key = self._rule.key(self.items[count - 1]) if count else self._asked.after
        after = key if isinstance(key, str | int) else None
        return msgspec.structs.replace(self._asked, given=self._asked.given + count, after=after).token()


class Cursor(Generic[ItemT]):
    """One run over a listing: says what to ask for, and takes what came."""

    def __init__(self, rule: PagingRule[ItemT], start: Position, max_items: int | None, max_pages: int) -> None:
        """Begin a run at a position, for at most so many items (None for all) and pages."""
        self._asked: Position | None = None if max_items == 0 else start
        self._failure: PageLoopError | None = None
        self._rule, self._left, self._pages_left = rule, max_items, max_pages
        self._recent = RecentItems(rule.key)
        self._stale = 0
        # Brent's way of finding a circle: compare each step with one that is kept, ever longer, without keeping all.
        self._kept: Arguments = start.arguments
        self._steps = 0
        self._keep_for: int = 1

    def next_request(self) -> Position | None:
        """Return what to ask for next; None at the end.

        Raises:
            PageLoopError: The service repeats a step, or has too many pages; all that came before was given.
        """
        if self._failure is not None:
            raise self._failure
        return self._asked

    def accept(self, asked: Position, response: Response[Any]) -> Page[ItemT]:
        """Take the response to what was asked for, and go on to the next page."""
        found = self._rule.items(response.body)
        items: Sequence[ItemT] = () if found is None or found is msgspec.UNSET else found
        change = self._rule.next_step(asked.arguments, response.body, len(items))
        self._asked = None if change is None else self._step(asked, change)
        rest = _rest(items, asked, self._rule.key)
        # What was given before the listing was resumed may be pushed onto the next page.
        self._recent.remember(items[: len(items) - len(rest)])
        fresh = self._recent.fresh(rest)
        self._stale = self._stale + 1 if rest and not fresh else 0
        if self._stale == STALE_PAGES and self._asked is not None:
            self._failure = PageLoopError(asked.operation, f"{STALE_PAGES} pages in a row have nothing new")
        cut = self._left is not None and len(fresh) > self._left
        page = Page(fresh[: self._left] if cut else fresh, response, self._rule, asked, self._asked, cut)
        if self._left is not None:
            self._left -= len(page.items)
            if self._left == 0:
                self._asked = self._failure = None
        return page

    def coming(self, asked: Position, page: Page[ItemT]) -> Iterator[Arguments]:
        """Give the arguments of the pages that come after one, as far as they are known from it, and are wanted.

        Args:
            asked: What the page was asked for with.
            page: The page.
        """
        size = len(self._rule.items(page.response.body) or ())
        wanted = self._pages_left if self._left is None else min(self._pages_left, -(-self._left // max(size, 1)))
        sent: Arguments = asked.arguments
        while self._asked is not None and wanted > 0:
            change = self._rule.next_step(sent, page.response.body, size)
            if change is None:
                return
            sent = {**sent, **change}
            wanted -= 1
            yield sent

    def _step(self, asked: Position, change: Arguments) -> Position:
        self._pages_left -= 1
        arguments = {**asked.arguments, **change}
        if arguments in (asked.arguments, self._kept):
            self._failure = PageLoopError(
                asked.operation, f"the service repeats a page: {', '.join(change)} comes again"
            )
        elif self._pages_left == 0:
            self._failure = PageLoopError(asked.operation, "the listing has more pages than max_pages")
        self._steps += 1
        if self._steps == self._keep_for:
            self._kept, self._steps = arguments, 0
            self._keep_for *= 2
        return Position(asked.operation, arguments)


def _rest(items: Sequence[ItemT], asked: Position, key: Callable[[ItemT], Hashable]) -> Sequence[ItemT]:
    """Return the items of a page that were not given before the listing was resumed."""
    if asked.after is None:
        return items[asked.given :] if asked.given else items
    place = next((number for number, item in enumerate(items) if key(item) == asked.after), -1)
    return items[place + 1 :]
