# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""DescribeAccesskeyLeakList: List the leaks of AccessKey pairs."""

from typing import Final

from cloudkeys.runtime.messages import Request, Response
from cloudkeys.runtime.operation import Operation
from msgspec import UNSET, UnsetType

from ...client import Client
from ...models import (
    DescribeAccesskeyLeakListParameters,
    DescribeAccesskeyLeakListResponse,
    ErrorBody,
    LeakStatus,
)

OPERATION: Final = Operation(
    name="DescribeAccesskeyLeakList",
    method="POST",
    path="/",
    query=(
        "Status",
        "Query",
        "StartTs",
        "PageSize",
        "CurrentPage",
        "ResourceDirectoryAccountId",
    ),
    headers={
        "x-acs-action": "DescribeAccesskeyLeakList",
        "x-acs-version": "2018-12-03",
    },
    parameters=DescribeAccesskeyLeakListParameters,
    success_status=200,
    success=DescribeAccesskeyLeakListResponse,
    errors={
        400: ErrorBody,
        403: ErrorBody,
        500: ErrorBody,
        None: ErrorBody,
    },
)
"""What the spec says of the operation."""


def build_request(
    *,
    page_size: int,
    current_page: int,
    status: LeakStatus | UnsetType = UNSET,
    query: str | UnsetType = UNSET,
    start_ts: int | UnsetType = UNSET,
    resource_directory_account_id: int | UnsetType = UNSET,
) -> Request:
    """List the leaks of AccessKey pairs.

    Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
    page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

    Args:
        page_size: The number of leaks on a page. 1 to 100.
        current_page: The number of the page, counted from 1.
        status: Only the leaks in this state of handling.
        query: Only the leaks of this AccessKey ID. The whole ID must match.
        start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
            Whether the moment itself counts is not known.
        resource_directory_account_id: Only the leaks of this member account of the resource directory.

    Returns:
        The request, neither signed nor sent.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
    """
    return OPERATION.build_request(
        {
            "Status": status,
            "Query": query,
            "StartTs": start_ts,
            "PageSize": page_size,
            "CurrentPage": current_page,
            "ResourceDirectoryAccountId": resource_directory_account_id,
        }
    )


def sync_detailed(
    *,
    client: Client,
    page_size: int,
    current_page: int,
    status: LeakStatus | UnsetType = UNSET,
    query: str | UnsetType = UNSET,
    start_ts: int | UnsetType = UNSET,
    resource_directory_account_id: int | UnsetType = UNSET,
) -> Response[DescribeAccesskeyLeakListResponse]:
    """List the leaks of AccessKey pairs.

    Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
    page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

    Args:
        client: What sends the request.
        page_size: The number of leaks on a page. 1 to 100.
        current_page: The number of the page, counted from 1.
        status: Only the leaks in this state of handling.
        query: Only the leaks of this AccessKey ID. The whole ID must match.
        start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
            Whether the moment itself counts is not known.
        resource_directory_account_id: Only the leaks of this member account of the resource directory.

    Returns:
        The result, with its status, headers and raw content.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
        ResponseError: The service answered, but not with a result: an error, or a body that is not what the spec says.
        NoResponseError: The service did not answer.
        CredentialsError: There are no credentials, or they can't be sent there.
    """
    return client.call(
        OPERATION,
        {
            "Status": status,
            "Query": query,
            "StartTs": start_ts,
            "PageSize": page_size,
            "CurrentPage": current_page,
            "ResourceDirectoryAccountId": resource_directory_account_id,
        },
    )


def sync(
    *,
    client: Client,
    page_size: int,
    current_page: int,
    status: LeakStatus | UnsetType = UNSET,
    query: str | UnsetType = UNSET,
    start_ts: int | UnsetType = UNSET,
    resource_directory_account_id: int | UnsetType = UNSET,
) -> DescribeAccesskeyLeakListResponse:
    """List the leaks of AccessKey pairs.

    Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
    page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

    Args:
        client: What sends the request.
        page_size: The number of leaks on a page. 1 to 100.
        current_page: The number of the page, counted from 1.
        status: Only the leaks in this state of handling.
        query: Only the leaks of this AccessKey ID. The whole ID must match.
        start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
            Whether the moment itself counts is not known.
        resource_directory_account_id: Only the leaks of this member account of the resource directory.

    Returns:
        The result.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
        ResponseError: The service answered, but not with a result: an error, or a body that is not what the spec says.
        NoResponseError: The service did not answer.
        CredentialsError: There are no credentials, or they can't be sent there.
    """
    response = sync_detailed(
        client=client,
        status=status,
        query=query,
        start_ts=start_ts,
        page_size=page_size,
        current_page=current_page,
        resource_directory_account_id=resource_directory_account_id,
    )
    return response.body


async def asyncio_detailed(
    *,
    client: Client,
    page_size: int,
    current_page: int,
    status: LeakStatus | UnsetType = UNSET,
    query: str | UnsetType = UNSET,
    start_ts: int | UnsetType = UNSET,
    resource_directory_account_id: int | UnsetType = UNSET,
) -> Response[DescribeAccesskeyLeakListResponse]:
    """List the leaks of AccessKey pairs.

    Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
    page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

    Args:
        client: What sends the request.
        page_size: The number of leaks on a page. 1 to 100.
        current_page: The number of the page, counted from 1.
        status: Only the leaks in this state of handling.
        query: Only the leaks of this AccessKey ID. The whole ID must match.
        start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
            Whether the moment itself counts is not known.
        resource_directory_account_id: Only the leaks of this member account of the resource directory.

    Returns:
        The result, with its status, headers and raw content.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
        ResponseError: The service answered, but not with a result: an error, or a body that is not what the spec says.
        NoResponseError: The service did not answer.
        CredentialsError: There are no credentials, or they can't be sent there.
    """
    return await client.call_async(
        OPERATION,
        {
            "Status": status,
            "Query": query,
            "StartTs": start_ts,
            "PageSize": page_size,
            "CurrentPage": current_page,
            "ResourceDirectoryAccountId": resource_directory_account_id,
        },
    )


async def asyncio(
    *,
    client: Client,
    page_size: int,
    current_page: int,
    status: LeakStatus | UnsetType = UNSET,
    query: str | UnsetType = UNSET,
    start_ts: int | UnsetType = UNSET,
    resource_directory_account_id: int | UnsetType = UNSET,
) -> DescribeAccesskeyLeakListResponse:
    """List the leaks of AccessKey pairs.

    Lists the leaks of AccessKey pairs that Security Center found, page by page. The vendor's
    page: "Security Center:DescribeAccesskeyLeakList" of 2024-11-25 (alibabacloud.com).

    Args:
        client: What sends the request.
        page_size: The number of leaks on a page. 1 to 100.
        current_page: The number of the page, counted from 1.
        status: Only the leaks in this state of handling.
        query: Only the leaks of this AccessKey ID. The whole ID must match.
        start_ts: Only the leaks that were found after this moment, a Unix time in milliseconds.
            Whether the moment itself counts is not known.
        resource_directory_account_id: Only the leaks of this member account of the resource directory.

    Returns:
        The result.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
        ResponseError: The service answered, but not with a result: an error, or a body that is not what the spec says.
        NoResponseError: The service did not answer.
        CredentialsError: There are no credentials, or they can't be sent there.
    """
    response = await asyncio_detailed(
        client=client,
        status=status,
        query=query,
        start_ts=start_ts,
        page_size=page_size,
        current_page=current_page,
        resource_directory_account_id=resource_directory_account_id,
    )
    return response.body
