"""Which items of a listing came before, of those that are remembered."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, Final, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator, Sequence

ItemT = TypeVar("ItemT", bound=msgspec.Struct)

REMEMBERED_ITEMS: Final = 10_000
"""How many items back a repeated one is noticed: more than totals move between two pages, and little memory."""
_NO_KEY: Final = (None, msgspec.UNSET)


class RecentItems(Generic[ItemT]):
    """The keys of the items that came last."""

    def __init__(self, key: Callable[[ItemT], Hashable]) -> None:
        """Begin with none; a key tells an item from all others."""
        self._key = key
        self._pages: deque[tuple[int, list[Hashable]]] = deque()
        self._page_of: dict[Hashable, int] = {}
        self._page, self._count = 0, 0

    def fresh(self, items: Sequence[ItemT]) -> Sequence[ItemT]:
        """Return the items that didn't come before, nor earlier among them, and remember them."""
        keys = list(map(self._key, items))
        distinct = set(keys)
        if len(distinct) < len(keys) or not self._page_of.keys().isdisjoint(distinct):
            items = list(self._first_of_each(keys, items))
        self._remember(keys)
        return items

    def remember(self, items: Sequence[ItemT]) -> None:
        """Remember items that were given."""
        self._remember(list(map(self._key, items)))

    def _first_of_each(self, keys: list[Hashable], items: Sequence[ItemT]) -> Iterator[ItemT]:
        given = set(self._page_of)
        for key, item in zip(keys, items, strict=True):
            if key in _NO_KEY or key not in given:
                given.add(key)
                yield item

    def _remember(self, keys: list[Hashable]) -> None:
        self._page += 1
        self._page_of.update(dict.fromkeys(keys, self._page))
        self._pages.append((self._page, keys))
        self._count += len(keys)
        while self._count > REMEMBERED_ITEMS and len(self._pages) > 1:
            number, oldest = self._pages.popleft()
            self._count -= len(oldest)
            for key in oldest:
                if self._page_of.get(key) == number:
                    del self._page_of[key]
