"""How each vendor pages: pure functions from what was sent and what came back to what to send next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cloudkeys.paging.cursor import Arguments


def next_page_number(sent: Arguments, body: Any, count: int) -> Arguments | None:
    """Alibaba Cloud Security Center: pages have numbers from 1, and the body has the total.

    The vendor's page: DescribeAccesskeyLeakList. It doesn't say what comes after the last page, so an empty page ends
    the listing too; without a total, so does a short one.

    Args:
        sent: The arguments of the page.
        body: The page.
        count: The number of its items.
    """
    number, size, total = sent["CurrentPage"], sent["PageSize"], body.total_count
    last = number * size >= total if isinstance(total, int) else count < size
    return None if last or count == 0 else {"CurrentPage": number + 1}


def next_marker(_sent: Arguments, body: Any, _count: int) -> Arguments | None:
    """Huawei Cloud IAM v5: the body has the next marker, and none on the last page.

    The vendor's page: Querying All Permanent Access Keys. Sibling services send null or an empty marker there.

    Args:
        _sent: The arguments of the page.
        body: The page.
        _count: The number of its items.
    """
    marker = body.page_info.next_marker if body.page_info else None
    return {"marker": marker} if marker else None


def next_secret_marker(sent: Arguments, body: Any, count: int) -> Arguments | None:
    """Huawei Cloud CSMS: the body has the next marker, but it's not known whether the last page has one too.

    The vendor's page, ListSecrets, contradicts itself, and its examples have a marker on short pages. So a page that is
    empty, or shorter than was asked for, ends the listing, as the page's edition of 2026-06 says.

    Args:
        sent: The arguments of the page.
        body: The page.
        count: The number of its items.
    """
    return None if count == 0 or count < int(sent["limit"]) else next_marker(sent, body, count)
