"""Paging styles: pure functions that derive the next page from a request and its response.

The `x-paging` of an operation in the spec names the style and its settings; `Paging` holds them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, Generic, NamedTuple, TypeAlias, TypeVar

import attrs
import msgspec

from cloudkeys.errors import ListingError
from cloudkeys.runtime.client import ServiceT

if TYPE_CHECKING:
    from cloudkeys.runtime.operation import Operation

ItemT = TypeVar("ItemT", bound=msgspec.Struct)


@attrs.frozen(kw_only=True, eq=False)
class Paging(Generic[ServiceT, ItemT]):
    """How an operation is paged. Names are attributes of its Structs; a dotted path leads into a response body.

    Attributes:
        operation: The operation.
        style: The function that computes the next value of `step`.
        items: The path of the items.
        key: The attribute that identifies an item.
        step: The parameter that selects the page: a marker, a page number or an offset.
        size: The parameter that sets the page size.
        next: The path of the next marker; empty in other styles.
        more: The path of the flag for more pages; empty if there is none.
        page: The path of the number of the page; empty if there is none.
        total: The path of the total number of items; empty in other styles.
        empty_page_is_last: Whether an empty page ends the listing even if it contains a marker.
    """

    operation: Operation[ServiceT, ..., Any]
    style: Style
    items: str
    key: str
    step: str
    size: str
    next: str = ""
    more: str = ""
    page: str = ""
    total: str = ""
    empty_page_is_last: bool = False


class ItemCounts(NamedTuple):
    """Numbers of items received.

    Attributes:
        on_page: The number on this page.
        so_far: The number on this page and all pages before it.
    """

    on_page: int
    so_far: int


Style: TypeAlias = Callable[[Paging[Any, Any], msgspec.Struct, msgspec.Struct, ItemCounts], str | int | None]
"""Takes the paging, the parameters sent, the body received and the item counts; returns the next value of `step`, or
None after the last page. Raises ListingError if the listing is incomplete and can't continue."""


def by_page_number(
    paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, counts: ItemCounts
) -> int | None:
    """Return the number of the next page; pages are numbered from 1.

    The listing ends once the number of items reaches the total; without a total, it ends after an empty page.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The body of the page.
        counts: The numbers of items received.

    Returns:
        The number of the next page; None after the last one.

    Raises:
        ListingError: The page is empty, but fewer items than the total were received.
    """
    return getattr(sent, paging.step) + 1 if _has_more(paging, body, counts) else None


def by_offset(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, counts: ItemCounts) -> int | None:
    """Return the offset of the next page: the number of items to skip.

    The listing ends under the same conditions as with `by_page_number`.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The body of the page.
        counts: The numbers of items received.

    Returns:
        The offset of the next page; None after the last one.

    Raises:
        ListingError: The page is empty, but fewer items than the total were received.
    """
    return getattr(sent, paging.step) + counts.on_page if _has_more(paging, body, counts) else None


def _has_more(paging: Paging[Any, Any], body: msgspec.Struct, counts: ItemCounts) -> bool:
    # A page shorter than requested isn't necessarily the last: the service may cap the page size.
    total = value_at(body, paging.total)
    if not isinstance(total, int):
        return counts.on_page > 0
    if counts.on_page == 0 and counts.so_far < total:
        reason = f"the service reports a total of {total} items, but its pages contain {counts.so_far}"
        raise ListingError(paging.operation.name, reason)
    return counts.so_far < total


def by_marker(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, counts: ItemCounts) -> str | None:
    """Return the marker of the next page, taken from the body; it is absent, null or empty on the last page.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The body of the page.
        counts: The numbers of items received.

    Returns:
        The marker of the next page; None after the last one.

    Raises:
        ListingError: The body announces another page but contains no marker.
    """
    del sent
    more, marker = value_at(body, paging.more), value_at(body, paging.next)
    if more is False or (paging.empty_page_is_last and counts.on_page == 0):
        return None
    if more and not marker:
        raise ListingError(paging.operation.name, "the service announces another page but sends no marker")
    return marker or None


def value_at(body: object, path: str) -> Any:
    """Return the value at a path in a body; None if a part of the path is absent or null.

    Args:
        body: The body.
        path: Attribute names, joined by dots.
    """
    if not path:
        return None
    value: object = reduce(lambda parent, name: getattr(parent, name, None), path.split("."), body)
    return None if value is msgspec.UNSET else value
