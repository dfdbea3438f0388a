# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""The client of Alibaba Cloud Security Center, and its async twin."""

from typing import Literal

from cloudkeys.paging.listing import AsyncListing, Listing
from cloudkeys.runtime import client

from .api.leaks import describe_accesskey_leak_list
from .models import AccessKeyLeak, DescribeAccesskeyLeakListParameters, LeakStatus
from .service import Service


class Client(client.SyncClient[Service]):
    """A client of Alibaba Cloud Security Center.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
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
        """List the leaks of AccessKey pairs.

        Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
        page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

        Args:
            status: Only the leaks in this state of handling.
            query: Only the leaks of this AccessKey ID. The whole ID must match.
            start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
                Whether the moment itself counts is not known.
            page_size: The number of leaks on a page. 1 to 100.
            resource_directory_account_id: Only the leaks of this member account of the resource directory.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
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


class AsyncClient(client.AsyncClient[Service]):
    """An async client of Alibaba Cloud Security Center.

    The other attributes are those of `cloudkeys.runtime.client.ApiClient`.
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
        """List the leaks of AccessKey pairs.

        Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
        page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

        Args:
            status: Only the leaks in this state of handling.
            query: Only the leaks of this AccessKey ID. The whole ID must match.
            start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
                Whether the moment itself counts is not known.
            page_size: The number of leaks on a page. 1 to 100.
            resource_directory_account_id: Only the leaks of this member account of the resource directory.
            resume: The `position` of an earlier listing with the same arguments, to go on from there.

        Returns:
            The listing; nothing is sent before it is looped over.

        Raises:
            ParameterError: A value is not what the vendor's page allows, or the position is of another listing.
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
