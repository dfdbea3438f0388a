"""How vendors page: pure functions from what was sent and what came back to what to send next.

A spec's `x-paging` names the style of an operation, and what the style needs; `Paging` has it as data.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import reduce
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

import attrs
import msgspec

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
        total: Where a body has the number of all items; empty in other styles.
        short_page_is_last: Whether a page with fewer items than asked for ends the listing.
    """

    operation: Operation[ServiceT, ..., Any]
    style: Style
    items: str
    key: str
    step: str
    size: str
    next: str = ""
    more: str = ""
    total: str = ""
    short_page_is_last: bool = False


Style: TypeAlias = Callable[[Paging[Any, Any], msgspec.Struct, msgspec.Struct, int], str | int | None]
"""From the paging, the parameters that were sent, the body that came and its number of items: the next value of the
step, or None after the last page."""


def by_page_number(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, count: int) -> int | None:
    """Return the number of the next page, where pages have numbers from 1 and the body has the total.

    An empty page ends the listing; without a total, so does a short one.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        count: The number of its items.

    Returns:
        The number of the next page; None after the last.
    """
    number, size, total = getattr(sent, paging.step), int(getattr(sent, paging.size)), find(body, paging.total)
    is_last = number * size >= total if isinstance(total, int) else count < size
    return None if is_last or count == 0 else number + 1


def by_offset(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, count: int) -> int | None:
    """Return the number of items before the next page, where a call says how many to skip.

    An empty page ends the listing; without a total, so does a short one.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        count: The number of its items.

    Returns:
        How many items to skip for the next page; None after the last.
    """
    following, total = getattr(sent, paging.step) + count, find(body, paging.total)
    is_last = following >= total if isinstance(total, int) else count < int(getattr(sent, paging.size))
    return None if is_last or count == 0 else following


def by_marker(paging: Paging[Any, Any], sent: msgspec.Struct, body: msgspec.Struct, count: int) -> str | None:
    """Return the marker of the next page, which the body has; it is absent, null or empty on the last page.

    Where a short page is the last, it ends the listing even with a marker, and so does an empty one.

    Args:
        paging: How the operation is paged.
        sent: The parameters of the page.
        body: The page.
        count: The number of its items.

    Returns:
        The marker of the next page; None after the last.
    """
    if paging.more and find(body, paging.more) is False:
        return None
    if paging.short_page_is_last and (count == 0 or count < int(getattr(sent, paging.size))):
        return None
    marker = find(body, paging.next)
    return marker if isinstance(marker, str) and marker else None


def find(body: object, path: str) -> Any:
    """Return the value that a body has at a path; None where something on the way is absent or null.

    Args:
        body: The body.
        path: The names of attributes, joined by dots.
    """
    found: object = reduce(lambda place, name: getattr(place, name, None), path.split("."), body)
    return None if found is msgspec.UNSET else found
