"""How vendors page: pure functions from what was sent and what came back to what to send next.

A spec's `x-paging` names the style of an operation, and what the style needs; `Paging` has it as data.
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
    """How one operation is paged. Names are those of the attributes of its Structs; dots lead into a body.

    Attributes:
        operation: The operation.
        style: What says what to send for the next page.
        items: Where a body has the items.
        key: The attribute that tells an item from all others.
        step: The parameter that leads to the next page: a marker, or a page's number.
        size: The parameter that says how many items to ask for at once.
        next: Where a body has the next marker; empty in other styles.
        more: Where a body says whether there is another page; empty where it doesn't.
        page: Where a body says which page it is; empty where it doesn't.
        total: Where a body has the number of all items; empty in other styles.
        empty_page_is_last: Whether an empty page ends the listing, though it has a marker.
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


class Seen(NamedTuple):
    """How many items the pages had.

    Attributes:
        here: How many the page has.
        so_far: How many it and all pages before it have.
    """

    here: int
    so_far: int


Style: TypeAlias = Callable[[Paging[Any, Any], msgspec.Struct, msgspec.Struct, Seen], str | int | None]
"""From the paging, the parameters that were sent, the body that came, and the numbers of items: the next value of the
step, or None after the last page. It raises ListingError where the listing is neither whole nor can go on."""


def by_page_number(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, seen: Seen) -> int | None:
    """Return the number of the next page, where pages have numbers from 1.

    The listing ends when there were as many items as the total says; without a total, after an empty page.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        seen: How many items it has, and how many there were.

    Returns:
        The number of the next page; None after the last.

    Raises:
        ListingError: The page is empty, and the total says that there are more items than came.
    """
    return getattr(sent, paging.step) + 1 if _are_more(paging, body, seen) else None


def by_offset(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, seen: Seen) -> int | None:
    """Return the number of items before the next page, where a call says how many to skip.

    The listing ends as that of `by_page_number` does.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        seen: How many items it has, and how many there were.

    Returns:
        How many items to skip for the next page; None after the last.

    Raises:
        ListingError: The page is empty, and the total says that there are more items than came.
    """
    return getattr(sent, paging.step) + seen.here if _are_more(paging, body, seen) else None


def _are_more(paging: Paging[Any, Any], body: msgspec.Struct, seen: Seen) -> bool:
    # A page may be shorter than was asked for: a service may have a size of its own.
    total = find(body, paging.total)
    if not isinstance(total, int):
        return seen.here > 0
    if seen.here == 0 and seen.so_far < total:
        reason = f"the service counts {total} items, but its pages have {seen.so_far}"
        raise ListingError(paging.operation.name, reason)
    return seen.so_far < total


def by_marker(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, seen: Seen) -> str | None:
    """Return the marker of the next page, which the body has; it is absent, null or empty on the last page.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        seen: How many items it has, and how many there were.

    Returns:
        The marker of the next page; None after the last.

    Raises:
        ListingError: The body says that there is another page, and has no marker.
    """
    del sent
    more, marker = find(body, paging.more), find(body, paging.next)
    if more is False or (paging.empty_page_is_last and seen.here == 0):
        return None
    if more and not marker:
        raise ListingError(paging.operation.name, "the service says that there is another page, and gives no marker")
    return marker or None


def find(body: object, path: str) -> Any:
    """Return the value that a body has at a path; None where something on the way is absent or null.

    Args:
        body: The body.
        path: The names of attributes, joined by dots.
    """
    if not path:
        return None
    found: object = reduce(lambda place, name: getattr(place, name, None), path.split("."), body)
    return None if found is msgspec.UNSET else found
