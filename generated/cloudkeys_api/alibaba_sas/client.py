# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Sync and async clients of Alibaba Cloud Security Center."""

from typing import Literal

from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.leaks import (
    describe_access_key_leak_detail,
    describe_accesskey_leak_list,
    modify_access_key_leak_deal,
)
from .models import (
    AccessKeyLeak,
    DescribeAccessKeyLeakDetailResponse,
    DescribeAccesskeyLeakListParameters,
    LeakMark,
    LeakStatus,
    ModifyAccessKeyLeakDealResponse,
)
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Alibaba Cloud Security Center.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def describe_accesskey_leak_list(
        self,
        *,
        status: LeakStatus | Literal["pending", "dealed"] | None = None,
        query: str | None = None,
        start_ts: int | None = None,
        page_size: int = 100,
        resource_directory_account_id: int | None = None,
        resume: str | None = None,
    ) -> Listing[AccessKeyLeak]:
        """List leaks of AccessKey pairs.

        Lists the leaks of AccessKey pairs that Security Center found, page by page. Source:
        "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

        Args:
            status: The status of the leaks to list.
            query: The AccessKey ID of the leaks to list. The whole ID must match.
            start_ts: The time after which the leaks were found, a Unix time in milliseconds. The vendor
                doesn't document whether the time itself is included.
            page_size: The number of leaks per page. 1 to 100.
            resource_directory_account_id: The member account of the resource directory whose leaks to list.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = DescribeAccesskeyLeakListParameters(
            status=LeakStatus.of(status),
            query=query,
            start_ts=start_ts,
            page_size=page_size,
            current_page=1,
            resource_directory_account_id=resource_directory_account_id,
        )
        return Listing(self, describe_accesskey_leak_list.PAGING, parameters, resume)

    def describe_access_key_leak_detail(
        self, id: int, *, resource_directory_account_id: int | None = None
    ) -> DescribeAccessKeyLeakDetailResponse:
        """Show a leak of an AccessKey pair.

        Shows where an AccessKey pair was found and how the leak was handled. It doesn't show who
        owns the pair: only DescribeAccesskeyLeakList returns the user. Source: "查看泄露的详情。"
        (alibabacloud.com/help/zh).

        Args:
            id: The ID of the leak, as DescribeAccesskeyLeakList returns it.
            resource_directory_account_id: The member account of the resource directory that the leak belongs to.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return describe_access_key_leak_detail.sync(
            self, id=id, resource_directory_account_id=resource_directory_account_id
        )

    def modify_access_key_leak_deal(
        self,
        type: LeakMark | Literal["manual", "disable", "add-whitelist"],
        *,
        id: int | None = None,
        remark: str | None = None,
        id_list: list[int] | None = None,
    ) -> ModifyAccessKeyLeakDealResponse:
        """Mark leaks as handled.

        Marks one or more leaks as handled. It only marks them: no value of Type disables an
        AccessKey pair; UpdateAccessKey of IMS does. Success means that the call was accepted, not
        that a leak was changed, so list the leaks again. Leaks of a member account can't be
        specified. Source: "Security Center:ModifyAccessKeyLeakDeal" of 2023-03-21
        (alibabacloud.com).

        Args:
            type: How to mark the leaks. `disable` doesn't disable an AccessKey pair.
            id: The ID of one leak, as DescribeAccesskeyLeakList returns it. Pass this, IdList or
                both.
            remark: A remark to store with the leaks. Don't include secrets.
            id_list: The IDs of several leaks, at most 50.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return modify_access_key_leak_deal.sync(
            self, id=id, type=LeakMark.of(type), remark=remark, id_list=id_list
        )


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Alibaba Cloud Security Center.

    See `cloudkeys.runtime.client.ApiClient` for the other attributes.
    """

    service = Service

    def describe_accesskey_leak_list(
        self,
        *,
        status: LeakStatus | Literal["pending", "dealed"] | None = None,
        query: str | None = None,
        start_ts: int | None = None,
        page_size: int = 100,
        resource_directory_account_id: int | None = None,
        resume: str | None = None,
    ) -> AsyncListing[AccessKeyLeak]:
        """List leaks of AccessKey pairs.

        Lists the leaks of AccessKey pairs that Security Center found, page by page. Source:
        "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

        Args:
            status: The status of the leaks to list.
            query: The AccessKey ID of the leaks to list. The whole ID must match.
            start_ts: The time after which the leaks were found, a Unix time in milliseconds. The vendor
                doesn't document whether the time itself is included.
            page_size: The number of leaks per page. 1 to 100.
            resource_directory_account_id: The member account of the resource directory whose leaks to list.
            resume: The `position` of an earlier listing with the same arguments; the listing continues there.

        Returns:
            The listing. Iterating over it sends the requests.

        Raises:
            ParameterError: An argument is invalid, or the position belongs to another listing.
        """
        parameters = DescribeAccesskeyLeakListParameters(
            status=LeakStatus.of(status),
            query=query,
            start_ts=start_ts,
            page_size=page_size,
            current_page=1,
            resource_directory_account_id=resource_directory_account_id,
        )
        return AsyncListing(self, describe_accesskey_leak_list.PAGING, parameters, resume)

    async def describe_access_key_leak_detail(
        self, id: int, *, resource_directory_account_id: int | None = None
    ) -> DescribeAccessKeyLeakDetailResponse:
        """Show a leak of an AccessKey pair.

        Shows where an AccessKey pair was found and how the leak was handled. It doesn't show who
        owns the pair: only DescribeAccesskeyLeakList returns the user. Source: "查看泄露的详情。"
        (alibabacloud.com/help/zh).

        Args:
            id: The ID of the leak, as DescribeAccesskeyLeakList returns it.
            resource_directory_account_id: The member account of the resource directory that the leak belongs to.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await describe_access_key_leak_detail.asyncio(
            self, id=id, resource_directory_account_id=resource_directory_account_id
        )

    async def modify_access_key_leak_deal(
        self,
        type: LeakMark | Literal["manual", "disable", "add-whitelist"],
        *,
        id: int | None = None,
        remark: str | None = None,
        id_list: list[int] | None = None,
    ) -> ModifyAccessKeyLeakDealResponse:
        """Mark leaks as handled.

        Marks one or more leaks as handled. It only marks them: no value of Type disables an
        AccessKey pair; UpdateAccessKey of IMS does. Success means that the call was accepted, not
        that a leak was changed, so list the leaks again. Leaks of a member account can't be
        specified. Source: "Security Center:ModifyAccessKeyLeakDeal" of 2023-03-21
        (alibabacloud.com).

        Args:
            type: How to mark the leaks. `disable` doesn't disable an AccessKey pair.
            id: The ID of one leak, as DescribeAccesskeyLeakList returns it. Pass this, IdList or
                both.
            remark: A remark to store with the leaks. Don't include secrets.
            id_list: The IDs of several leaks, at most 50.

        Returns:
            The result.

        Raises:
            CloudkeysError: The call failed; see `cloudkeys.errors` for the subclasses.
        """
        return await modify_access_key_leak_deal.asyncio(
            self, id=id, type=LeakMark.of(type), remark=remark, id_list=id_list
        )
