"""The objects of a body without a table yet, in the order of tables without captions."""

from __future__ import annotations

import heapq
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from toolchain.pages.read.captions import Object

_Tables: TypeAlias = "tuple[int, list[int]] | None"
"""The rank of a match between an object and tables, 0 for the most certain, and the places of the tables."""


class Objects:
    """Objects without tables, breadth first or depth first."""

    def __init__(self, *, is_deep: bool) -> None:
        """Start without objects.

        Args:
            is_deep: Whether the order is depth first.
        """
        self.needing = 0
        self._is_deep = is_deep
        self._orders: dict[Object, tuple[int, ...]] = {}
        self._open: dict[Object, None] = {}
        self._surest: list[tuple[int, tuple[int, ...], Object]] = []
        self._in_order: list[tuple[tuple[int, ...], Object]] = []

    def add(self, one: Object, inside: Object | None, tables: _Tables) -> None:
        """Add an object.

        Args:
            one: The object.
            inside: The object whose table has its row; None for the body.
            tables: The candidates for its table.
        """
        number = len(self._orders)
        around = self._orders[inside] if self._is_deep and inside is not None else ()
        self._orders[one] = order = (*around, number)
        self._open[one] = None
        if tables is not None:
            heapq.heappush(self._surest, (tables[0], order, one))
        if one.needs_fields:
            self.needing += 1
            heapq.heappush(self._in_order, (order, one))

    def close(self, one: Object) -> None:
        """Remove an object that has its table."""
        if one in self._open:
            del self._open[one]
            self.needing -= one.needs_fields
        self._orders.setdefault(one, (len(self._orders),))

    def left(self) -> list[Object]:
        """Return the objects without tables."""
        return list(self._open)

    def first_needing(self) -> Object | None:
        """Return the first object that needs a table."""
        while self._in_order and self._in_order[0][1] not in self._open:
            heapq.heappop(self._in_order)
        return self._in_order[0][1] if self._in_order else None

    def surest(self, tables_of: Callable[[Object], _Tables]) -> tuple[Object, list[int]] | None:
        """Return the object with the most certain table, and the candidates for it.

        Args:
            tables_of: Returns the current candidates for an object; other objects may have taken some.
        """
        while self._surest:
            rank, order, one = heapq.heappop(self._surest)
            tables = tables_of(one) if one in self._open else None
            if tables is not None and tables[0] > rank:
                heapq.heappush(self._surest, (tables[0], order, one))
            elif tables is not None:
                return one, tables[1]
        return None
