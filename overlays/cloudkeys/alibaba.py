"""Alibaba Cloud: the leaks of AccessKey pairs that Security Center found."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Final, Literal

from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.find import find_alibaba
from cloudkeys.errors import ParameterError
from cloudkeys.paging.cursor import PagingRule
from cloudkeys.paging.listing import DEFAULT_MAX_PAGES, Listing
from cloudkeys.paging.styles import next_page_number
from cloudkeys.runtime.client import ApiClient
from cloudkeys.runtime.endpoints import base_url_of
from cloudkeys.runtime.settings import ClientSettings
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.alibaba_sas.servers import SERVERS

if TYPE_CHECKING:
    from cloudkeys.auth.credentials import AccessKeySource
    from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, LeakStatus

LEAKS: Final[PagingRule[AccessKeyLeak]] = PagingRule(
    operation=describe_accesskey_leak_list.OPERATION,
    items=attrgetter("access_key_leak_list"),
    key=attrgetter("id"),
    next_step=next_page_number,
    own=("CurrentPage", "PageSize"),
    numbered=True,
)
"""How the leak list is paged."""


@dataclass(frozen=True, kw_only=True, eq=False)
class Alibaba(ClientSettings):
    """Alibaba Cloud. Threads and tasks may share it.

    Attributes:
        region: The region's ID, such as `cn-hangzhou`; it decides which of the two data partitions answers.
        base_url: Where to send requests, in place of what the region says.
        credentials: The AccessKey pair, or a function, sync or async, that returns the current one; by default what
            `cloudkeys.auth.find.find_alibaba` finds, looked up for each attempt. Not shown in `repr`.

    The other attributes (timeout, retry, connections, ...) are those of `cloudkeys.runtime.settings.ClientSettings`.

    Raises:
        ValueError: There is neither a region nor a base_url, or one of them can't be right.
    """

    region: str | None = None
    base_url: str | None = None
    credentials: AccessKeySource = field(default=find_alibaba, repr=False)

    def __post_init__(self) -> None:
        """Make the client of the one service, which checks the settings."""
        _ = self._client

    @cached_property
    def _client(self) -> ApiClient:
        if self.base_url is None and self.region is None:
            raise ValueError("give a region, such as cn-hangzhou, or a base_url")
        base_url = self.base_url or base_url_of(self.region or "", SERVERS)
        return ApiClient(**self.shared(), base_url=base_url, auth=Acs3Auth(self.credentials, base_url))

    def access_key_leaks(  # noqa: PLR0913 - all are keywords, and none is needed
        self,
        *,
        status: LeakStatus | Literal["pending", "dealed"] | None = None,
        access_key_id: str | None = None,
        since: datetime | int | None = None,
        account_id: int | None = None,
        page_size: int = 100,
        max_items: int | None = None,
        max_pages: int = DEFAULT_MAX_PAGES,
        resume: str | None = None,
        ahead: int = 0,
    ) -> Listing[AccessKeyLeak]:
        """List the leaks of AccessKey pairs.

        The vendor's page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25.

        Args:
            status: Only leaks in this state: `pending`, or `dealed` for handled ones.
            access_key_id: Only leaks of this AccessKey ID.
            since: Only leaks found after this moment: a datetime with a time zone, or Unix milliseconds.
            account_id: Only leaks of this member account of the resource directory.
            page_size: How many leaks to ask for at once, 1 to 100.
            max_items: How many leaks to give at the most, 0 or more; None for all.
            max_pages: How many pages to ask for at the most, 1 or more.
            resume: The position of an earlier listing with the same filters.
            ahead: How many pages to ask for before they are needed, 0 to 32: what a long list gains where the service
                is far away. Each counts against the service's limit of requests.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value isn't what the vendor's page allows, or the position is of another listing.
        """
        arguments = {
            "Status": status,
            "Query": access_key_id,
            "StartTs": _milliseconds(since),
            "ResourceDirectoryAccountId": account_id,
            "PageSize": page_size,
            "CurrentPage": 1,
        }
        return Listing(
            self._client, LEAKS, arguments, resume=resume, max_items=max_items, max_pages=max_pages, ahead=ahead
        )


def _milliseconds(moment: datetime | int | None) -> int | None:
    if moment is None or type(moment) is int:
        return moment
    if not isinstance(moment, datetime):
        reason = f"must be a datetime with a time zone, or Unix milliseconds, not {type(moment).__name__}"
        raise ParameterError(LEAKS.operation.name, "since", reason)
    if moment.tzinfo is None:
        reason = "must have a time zone: a naive datetime is another moment on each machine"
        raise ParameterError(LEAKS.operation.name, "since", reason)
    return round(moment.timestamp() * 1000)
