"""Listings: every item, page by page, or from a saved position, in whatever style a vendor pages.

The engine knows no style: it goes where `cloudkeys.paging.styles` says, drops items that the page before had, and
raises where the pages can't be those of a whole listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic

from cloudkeys.paging.cursor import Cursor
from cloudkeys.paging.position import Position, resumed
from cloudkeys.paging.styles import ItemT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import msgspec

    from cloudkeys.paging.cursor import Page
    from cloudkeys.paging.styles import Paging
    from cloudkeys.runtime.client import AsyncClient, ServiceT, SyncClient


class _AnyListing(Generic[ItemT]):
    def __init__(self, paging: Paging[Any, ItemT], parameters: msgspec.Struct, resume: str | None) -> None:
        paging.operation.build_request(parameters)
        start = Position(paging.operation.full_name, parameters)
        self._start = start if resume is None else resumed(resume, start, paging)
        self._paging = paging
        self._page: Page[ItemT] | None = None
        self._given = 0

    @property
    def position(self) -> str | None:
        """Where the last loop stands, after the items that it gave, as a text to save; None when all were given."""
        return self._start.token() if self._page is None else self._page.position_after(self._given)

    def _begin(self) -> tuple[Cursor[ItemT], Position | None]:
        self._page, self._given = None, 0
        return Cursor(self._paging, self._start), self._start

    def _at(self, page: Page[ItemT]) -> Page[ItemT]:
        self._page, self._given = page, len(page.items)
        return page


class Listing(_AnyListing[ItemT]):
    """All items that an operation lists: loop over it with `for`.

    A loop asks for one page at a time, and no connection is busy while it works on the items, so it may be broken off
    at any moment. One loop at a time: `position` belongs to the last.
    """

    def __init__(
        self,
        client: SyncClient[ServiceT],
        paging: Paging[ServiceT, ItemT],
        parameters: msgspec.Struct,
        resume: str | None = None,
    ) -> None:
        """Set up a listing; nothing is sent before the loop begins.

        Args:
            client: What calls the operation.
            paging: How the operation is paged.
            parameters: What to send for the first page.
            resume: The position of an earlier listing with the same filters, to go on from there.

        Raises:
            ParameterError: A parameter isn't what the vendor's page allows, or the position is of another listing.
        """
        super().__init__(paging, parameters, resume)
        self._client = client

    def __repr__(self) -> str:
        """Return what is listed, and how to read it."""
        return f"<Listing of {self._paging.operation.name}: loop over it with for>"

    def __iter__(self) -> Generator[ItemT, None, None]:
        """Give every item, asking for pages as they are needed; raises as `pages` does."""
        for page in self.pages():
            for count, item in enumerate(page.items, 1):
                self._given = count
                yield item

    def pages(self) -> Generator[Page[ItemT], None, None]:
        """Give every page.

        Raises:
            ListingError: The pages contradict each other. What was given is good.
            CloudkeysError: A page didn't come; `position` is right, and the listing can be resumed from it.
        """
        read = self._paging.operation.read_response
        cursor, asked = self._begin()
        while asked is not None:
            page = cursor.accept(self._client.call(asked.request(self._paging), read))
            yield self._at(page)
            asked = cursor.go_on()


class AsyncListing(_AnyListing[ItemT]):
    """All items that an operation lists: loop over it with `async for`; else as `Listing`."""

    def __init__(
        self,
        client: AsyncClient[ServiceT],
        paging: Paging[ServiceT, ItemT],
        parameters: msgspec.Struct,
        resume: str | None = None,
    ) -> None:
        """Set up a listing, as `Listing` does."""
        super().__init__(paging, parameters, resume)
        self._client = client

    def __repr__(self) -> str:
        """Return what is listed, and how to read it."""
        return f"<AsyncListing of {self._paging.operation.name}: loop over it with async for>"

    async def __aiter__(self) -> AsyncGenerator[ItemT, None]:
        """Give every item, asking for pages as they are needed; raises as `pages` does."""
        async for page in self.pages():
            for count, item in enumerate(page.items, 1):
                self._given = count
                yield item

    async def pages(self) -> AsyncGenerator[Page[ItemT], None]:
        """Give every page, as `Listing.pages` does."""
        read = self._paging.operation.read_response
        cursor, asked = self._begin()
        while asked is not None:
            page = cursor.accept(await self._client.call(asked.request(self._paging), read))
            yield self._at(page)
            asked = cursor.go_on()
