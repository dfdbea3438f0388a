"""Listings: every item, page by page, or from a saved position, whatever way a vendor pages.

A vendor's way is a pure function from what was sent and what came back to what to send next
(`cloudkeys.paging.styles`). The engine knows none of them: it drops items that come twice, and raises
where the steps go in a circle.
"""

from __future__ import annotations

import contextlib
from functools import partial
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

import msgspec

from cloudkeys.errors import ParameterError
from cloudkeys.paging.cursor import Cursor
from cloudkeys.paging.look_ahead import MOST_AHEAD, LookAhead, as_tasks, cancelled, on_threads
from cloudkeys.paging.position import Position, resumed

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Generator

    from cloudkeys.paging.cursor import Arguments, Page, PagingRule
    from cloudkeys.runtime.client import ApiClient
    from cloudkeys.runtime.messages import Response

ItemT = TypeVar("ItemT", bound=msgspec.Struct)
DEFAULT_MAX_PAGES: Final = 1_000_000
_NOT_SENT: Final = (None, msgspec.UNSET)


class Listing(Generic[ItemT]):
    """All items that an operation lists: loop over it with `for`, or with `async for`.

    A loop asks for one page at a time, unless some are to be fetched ahead, and no connection is busy while it works on
    the items, so it may be broken off at any moment; a sync loop waits then for what was asked for ahead. One loop at a
    time: `position` belongs to the last.
    """

    def __init__(  # noqa: PLR0913 - only the vendor modules make listings, and they name each argument
        self,
        client: ApiClient,
        rule: PagingRule[ItemT],
        arguments: Arguments,
        *,
        max_items: int | None = None,
        max_pages: int = DEFAULT_MAX_PAGES,
        resume: str | None = None,
        ahead: int = 0,
    ) -> None:
        """Set up a listing; nothing is sent before the loop begins.

        Args:
            client: What calls the operation.
            rule: How the operation is paged.
            arguments: What to send for the first page; UNSET and None are not sent.
            max_items: How many items to give at the most, 0 or more; None for all.
            max_pages: How many pages to ask for at the most, 1 or more, against a service that never ends.
            resume: The position of an earlier listing with the same filters, to go on from there.
            ahead: How many pages to ask for before they are needed, 0 to 32.

        Raises:
            ParameterError: An argument isn't what the vendor's page allows, or the position is of another listing.
        """
        name = rule.operation.name
        for parameter, value, least in (("max_items", max_items, 0), ("max_pages", max_pages, 1), ("ahead", ahead, 0)):
            if value is not None and (type(value) is not int or value < least):
                raise ParameterError(name, parameter, f"must be a whole number, {least} or more")
        if ahead > (MOST_AHEAD if rule.numbered else 0):
            reason = f"must be {MOST_AHEAD} or less" if rule.numbered else "must be 0: each page tells the next"
            raise ParameterError(name, "ahead", reason)
        start = Position(name, {key: value for key, value in arguments.items() if value not in _NOT_SENT})
        rule.operation.build_request(start.arguments)
        self._start = start if resume is None else resumed(resume, start, rule)
        self._client, self._rule, self._max_items, self._max_pages = client, rule, max_items, max_pages
        self._ahead = ahead
        self._page: Page[ItemT] | None = None
        self._given = 0

    def __repr__(self) -> str:
        """Return what is listed, and how to get it."""
        return f"<Listing of {self._rule.operation.name}: loop over it with for or async for>"

    @property
    def position(self) -> str | None:
        """Where the last loop stands, after the items that it gave, as a text to save; None when all were given."""
        return self._start.token() if self._page is None else self._page.position_after(self._given)

    def __iter__(self) -> Generator[ItemT, None, None]:
        """Give every item, asking for pages as they are needed; raises as `pages` does."""
        for page in self.pages():
            for count, item in enumerate(page.items, 1):
                self._given = count
                yield item

    async def __aiter__(self) -> AsyncGenerator[ItemT, None]:
        """Give every item, as the sync loop does."""
        async for page in self.pages_async():
            for count, item in enumerate(page.items, 1):
                self._given = count
                yield item

    def pages(self) -> Generator[Page[ItemT], None, None]:
        """Give every page.

        Raises:
            PageLoopError: The service repeats a step or its items, or has more pages than max_pages.
            CloudkeysError: A page could not be had; `position` is right, and the listing can be resumed from it, though
                after a circle it would only go round again.
        """
        call, operation = self._client.call, self._rule.operation
        with contextlib.ExitStack() as stack:
            begin: Callable[[Arguments], Callable[[], Response[Any]]] = partial(partial, call, operation)
            if self._ahead:
                begin = stack.enter_context(on_threads(begin, self._ahead))
            pages = LookAhead(begin, self._ahead)
            cursor = self._cursor()
            while (asked := cursor.next_request()) is not None:
                page = cursor.accept(asked, pages.take(asked.arguments)())
                pages.begin(cursor.coming(asked, page))
                yield self._at(page)

    async def pages_async(self) -> AsyncGenerator[Page[ItemT], None]:
        """Give every page, as `pages` does."""
        call, operation = self._client.call_async, self._rule.operation
        begin: Callable[[Arguments], Awaitable[Response[Any]]] = partial(call, operation)
        if self._ahead:
            begin = as_tasks(begin)
        pages = LookAhead(begin, self._ahead)
        cursor = self._cursor()
        try:
            while (asked := cursor.next_request()) is not None:
                page = cursor.accept(asked, await pages.take(asked.arguments))
                pages.begin(cursor.coming(asked, page))
                yield self._at(page)
        finally:
            await cancelled(pages.left())

    def _cursor(self) -> Cursor[ItemT]:
        self._page, self._given = None, 0
        return Cursor(self._rule, self._start, self._max_items, self._max_pages)

    def _at(self, page: Page[ItemT]) -> Page[ItemT]:
        self._page, self._given = page, len(page.items)
        return page
