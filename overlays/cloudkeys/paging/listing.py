"""Listings: iterate over all items, page by page, from the start or from a saved position.

The engine is independent of paging styles. It follows the style functions of `cloudkeys.paging.styles`, drops items
that the previous page contained, and raises an error if the pages can't form a complete listing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Generic

from cloudkeys.paging.cursor import Cursor
from cloudkeys.paging.position import Position, load_position
from cloudkeys.paging.styles import ItemT

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Generator

    import msgspec

    from cloudkeys.paging.cursor import Page
    from cloudkeys.paging.styles import Paging
    from cloudkeys.runtime.client import AsyncClient, ServiceT, SyncClient


class _BaseListing(Generic[ItemT]):
    def __init__(self, paging: Paging[Any, ItemT], parameters: msgspec.Struct, resume: str | None) -> None:
        paging.operation.build_request(parameters)
        start = Position(paging.operation.full_name, parameters)
        self._start = start if resume is None else load_position(resume, start, paging)
        self._paging = paging
        self._page: Page[ItemT] | None = None
        self._yielded = 0

    @property
    def position(self) -> str | None:
        """The position of the last loop, after the items it yielded, as text to save; None after the last item."""
        return self._start.to_text() if self._page is None else self._page.position_after(self._yielded)

    def _start_loop(self) -> tuple[Cursor[ItemT], Position | None]:
        self._page, self._yielded = None, 0
        return Cursor(self._paging, self._start), self._start

    def _enter(self, page: Page[ItemT]) -> Page[ItemT]:
        self._page, self._yielded = page, len(page.items)
        return page


class Listing(_BaseListing[ItemT]):
    """All items of a list operation: iterate with `for`.

    The loop requests one page at a time and holds no connection between pages, so you can stop it at any point. Run
    one loop at a time: `position` belongs to the latest.
    """

    def __init__(
        self,
        client: SyncClient[ServiceT],
        paging: Paging[ServiceT, ItemT],
        parameters: msgspec.Struct,
        resume: str | None = None,
    ) -> None:
        """Create a listing; the loop sends the first request.

        Args:
            client: The client that calls the operation.
            paging: How the operation is paged.
            parameters: The parameters of the first page.
            resume: A saved position of a listing with the same filters, to continue from there.

        Raises:
            ParameterError: A parameter violates the vendor's documentation, or the position belongs to another listing.
        """
        super().__init__(paging, parameters, resume)
        self._client = client

    def __repr__(self) -> str:
        """Return the operation and how to iterate."""
        return f"<Listing of {self._paging.operation.name}: iterate with for>"

    def __iter__(self) -> Generator[ItemT, None, None]:
        """Yield every item, requesting pages as needed; raises the same errors as `pages`."""
        for page in self.pages():
            for count, item in enumerate(page.items, 1):
                self._yielded = count
                yield item

    def pages(self) -> Generator[Page[ItemT], None, None]:
        """Yield every page.

        Raises:
            ListingError: The pages contradict each other. The items yielded so far are valid.
            CloudkeysError: A page couldn't be fetched; you can resume the listing from `position`.
        """
        read = self._paging.operation.read_response
        cursor, position = self._start_loop()
        while position is not None:
            page = cursor.accept(self._client.call(position.build_request(self._paging), read))
            yield self._enter(page)
            position = cursor.advance()


class AsyncListing(_BaseListing[ItemT]):
    """All items of a list operation: iterate with `async for`; otherwise like `Listing`."""

    def __init__(
        self,
        client: AsyncClient[ServiceT],
        paging: Paging[ServiceT, ItemT],
        parameters: msgspec.Struct,
        resume: str | None = None,
    ) -> None:
        """Create a listing, as `Listing` does."""
        super().__init__(paging, parameters, resume)
        self._client = client

    def __repr__(self) -> str:
        """Return the operation and how to iterate."""
        return f"<AsyncListing of {self._paging.operation.name}: iterate with async for>"

    async def __aiter__(self) -> AsyncGenerator[ItemT, None]:
        """Yield every item, requesting pages as needed; raises the same errors as `pages`."""
        async for page in self.pages():
            for count, item in enumerate(page.items, 1):
                self._yielded = count
                yield item

    async def pages(self) -> AsyncGenerator[Page[ItemT], None]:
        """Yield every page, as `Listing.pages` does."""
        read = self._paging.operation.read_response
        cursor, position = self._start_loop()
        while position is not None:
            page = cursor.accept(await self._client.call(position.build_request(self._paging), read))
            yield self._enter(page)
            position = cursor.advance()
