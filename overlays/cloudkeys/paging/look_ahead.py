"""Requests that are begun before they are needed: bounded, and taken in the order of the listing."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any, Final, Generic, TypeAlias, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator, Iterable

    from cloudkeys.paging.cursor import Arguments

HandleT = TypeVar("HandleT")
ResultT = TypeVar("ResultT")
_Key: TypeAlias = tuple[tuple[str, Any], ...]

MOST_AHEAD: Final = 32
"""How many pages may be asked for before they are needed: services throttle who asks for more."""


class LookAhead(Generic[HandleT]):
    """The requests of one loop over a listing."""

    def __init__(self, begin: Callable[[Arguments], HandleT], most: int) -> None:
        """Look ahead.

        Args:
            begin: What begins the request for a page, and returns a handle on it.
            most: How many requests may have been begun and not been taken.
        """
        self._begin, self._most = begin, most
        self._begun: dict[_Key, HandleT] = {}

    def take(self, arguments: Arguments) -> HandleT:
        """Return the handle on the request for a page, which is begun now unless it was before."""
        begun = self._begun.pop(_key(arguments), None)
        return self._begin(arguments) if begun is None else begun

    def begin(self, coming: Iterable[Arguments]) -> None:
        """Begin requests for the pages that come next, as many as there is room for."""
        for arguments in coming:
            if len(self._begun) >= self._most:
                return
            if _key(arguments) not in self._begun:
                self._begun[_key(arguments)] = self._begin(arguments)

    def left(self) -> list[HandleT]:
        """Return the handles that nobody took."""
        return list(self._begun.values())


def _key(arguments: Arguments) -> _Key:
    return tuple(sorted(arguments.items()))


@contextlib.contextmanager
def on_threads(
    begin: Callable[[Arguments], Callable[[], ResultT]], most: int
) -> Generator[Callable[[Arguments], Callable[[], ResultT]]]:
    """Give what begins requests on threads; the end waits for those that are under way, and drops the others.

    Args:
        begin: What returns a function that makes a request.
        most: How many threads there may be.
    """
    from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415 - most listings need no threads

    with ThreadPoolExecutor(most, "cloudkeys-ahead") as threads:
        try:
            yield lambda arguments: threads.submit(begin(arguments)).result
        finally:
            threads.shutdown(cancel_futures=True)


def as_tasks(begin: Callable[[Arguments], Awaitable[ResultT]]) -> Callable[[Arguments], Awaitable[ResultT]]:
    """Return what begins requests as tasks of the running event loop.

    Args:
        begin: What returns a coroutine that makes a request.
    """
    import asyncio  # noqa: PLC0415 - a program that makes no async call shouldn't wait for it

    return lambda arguments: asyncio.ensure_future(begin(arguments))


async def cancelled(begun: Iterable[Awaitable[object]]) -> None:
    """Cancel tasks, and wait until they ended."""
    import asyncio  # noqa: PLC0415 - as above

    tasks = [asyncio.ensure_future(one) for one in begun]
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
