# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""ListAccessKeys: List the permanent access keys of an IAM user."""

from typing import Final

from cloudkeys.runtime.messages import Request, Response
from cloudkeys.runtime.operation import Operation
from msgspec import UNSET, UnsetType

from ...client import Client
from ...models import (
    BadRequestBody,
    ForbiddenBody,
    ListAccessKeysParameters,
    ListAccessKeysResponse,
    NotFoundBody,
)

OPERATION: Final = Operation(
    name="ListAccessKeys",
    method="GET",
    path="/v5/users/{user_id}/access-keys",
    query=(
        "limit",
        "marker",
    ),
    headers={},
    parameters=ListAccessKeysParameters,
    success_status=200,
    success=ListAccessKeysResponse,
    errors={
        400: BadRequestBody,
        403: ForbiddenBody,
        404: NotFoundBody,
        None: ForbiddenBody,
    },
)
"""What the spec says of the operation."""


def build_request(
    user_id: str,
    *,
    limit: int | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
) -> Request:
    """List the permanent access keys of an IAM user.

    Lists all permanent access keys of one IAM user, page by page. The vendor's page:
    "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

    Args:
        user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
        limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
            given.
        marker: The next_marker of the page before. 4 to 400 characters. It matches
            `^[a-zA-Z0-9+/=_-]+$`.

    Returns:
        The request, neither signed nor sent.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
    """
    return OPERATION.build_request(
        {
            "user_id": user_id,
            "limit": limit,
            "marker": marker,
        }
    )


def sync_detailed(
    user_id: str,
    *,
    client: Client,
    limit: int | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
) -> Response[ListAccessKeysResponse]:
    """List the permanent access keys of an IAM user.

    Lists all permanent access keys of one IAM user, page by page. The vendor's page:
    "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

    Args:
        user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
        client: What sends the request.
        limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
            given.
        marker: The next_marker of the page before. 4 to 400 characters. It matches
            `^[a-zA-Z0-9+/=_-]+$`.

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
            "user_id": user_id,
            "limit": limit,
            "marker": marker,
        },
    )


def sync(
    user_id: str,
    *,
    client: Client,
    limit: int | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
) -> ListAccessKeysResponse:
    """List the permanent access keys of an IAM user.

    Lists all permanent access keys of one IAM user, page by page. The vendor's page:
    "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

    Args:
        user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
        client: What sends the request.
        limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
            given.
        marker: The next_marker of the page before. 4 to 400 characters. It matches
            `^[a-zA-Z0-9+/=_-]+$`.

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
        user_id=user_id,
        limit=limit,
        marker=marker,
    )
    return response.body


async def asyncio_detailed(
    user_id: str,
    *,
    client: Client,
    limit: int | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
) -> Response[ListAccessKeysResponse]:
    """List the permanent access keys of an IAM user.

    Lists all permanent access keys of one IAM user, page by page. The vendor's page:
    "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

    Args:
        user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
        client: What sends the request.
        limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
            given.
        marker: The next_marker of the page before. 4 to 400 characters. It matches
            `^[a-zA-Z0-9+/=_-]+$`.

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
            "user_id": user_id,
            "limit": limit,
            "marker": marker,
        },
    )


async def asyncio(
    user_id: str,
    *,
    client: Client,
    limit: int | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
) -> ListAccessKeysResponse:
    """List the permanent access keys of an IAM user.

    Lists all permanent access keys of one IAM user, page by page. The vendor's page:
    "Querying All Permanent Access Keys" (support.huaweicloud.com/intl/en-us).

    Args:
        user_id: The ID of the IAM user. It matches `^[a-zA-Z0-9-]{1,64}$`.
        client: What sends the request.
        limit: The number of access keys on a page. 1 to 200. The service takes 100 where it is not
            given.
        marker: The next_marker of the page before. 4 to 400 characters. It matches
            `^[a-zA-Z0-9+/=_-]+$`.

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
        user_id=user_id,
        limit=limit,
        marker=marker,
    )
    return response.body
