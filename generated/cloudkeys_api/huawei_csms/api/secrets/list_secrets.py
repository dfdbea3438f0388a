# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""ListSecrets: List the secrets of a project."""

from typing import Final

from cloudkeys.runtime.messages import Request, Response
from cloudkeys.runtime.operation import Operation
from msgspec import UNSET, UnsetType

from ...client import Client
from ...models import ErrorBody, ListSecretsParameters, ListSecretsResponse

OPERATION: Final = Operation(
    name="ListSecrets",
    method="GET",
    path="/v1/{project_id}/secrets",
    query=(
        "limit",
        "marker",
        "event_name",
    ),
    headers={},
    parameters=ListSecretsParameters,
    success_status=200,
    success=ListSecretsResponse,
    errors={
        400: ErrorBody,
        401: ErrorBody,
        403: ErrorBody,
        404: ErrorBody,
        500: ErrorBody,
        502: ErrorBody,
        504: ErrorBody,
    },
)
"""What the spec says of the operation."""


def build_request(
    project_id: str,
    *,
    limit: str | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
    event_name: str | UnsetType = UNSET,
) -> Request:
    """List the secrets of a project.

    Lists all secrets that the caller made in a project, page by page. The answer holds no
    secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
    cn).

    Args:
        project_id: The ID of the project.
        limit: The number of secrets on a page, 1 to 1,000, as a decimal string. It matches
            `^([1-9][0-9]{0,2}|1000)$`. The service takes 50 where it is not given.
        marker: The next_marker of the page before. Empty for the first page.
        event_name: Only the secrets that are bound to the event of this name.

    Returns:
        The request, neither signed nor sent.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
    """
    return OPERATION.build_request(
        {
            "project_id": project_id,
            "limit": limit,
            "marker": marker,
            "event_name": event_name,
        }
    )


def sync_detailed(
    project_id: str,
    *,
    client: Client,
    limit: str | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
    event_name: str | UnsetType = UNSET,
) -> Response[ListSecretsResponse]:
    """List the secrets of a project.

    Lists all secrets that the caller made in a project, page by page. The answer holds no
    secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
    cn).

    Args:
        project_id: The ID of the project.
        client: What sends the request.
        limit: The number of secrets on a page, 1 to 1,000, as a decimal string. It matches
            `^([1-9][0-9]{0,2}|1000)$`. The service takes 50 where it is not given.
        marker: The next_marker of the page before. Empty for the first page.
        event_name: Only the secrets that are bound to the event of this name.

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
            "project_id": project_id,
            "limit": limit,
            "marker": marker,
            "event_name": event_name,
        },
    )


def sync(
    project_id: str,
    *,
    client: Client,
    limit: str | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
    event_name: str | UnsetType = UNSET,
) -> ListSecretsResponse:
    """List the secrets of a project.

    Lists all secrets that the caller made in a project, page by page. The answer holds no
    secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
    cn).

    Args:
        project_id: The ID of the project.
        client: What sends the request.
        limit: The number of secrets on a page, 1 to 1,000, as a decimal string. It matches
            `^([1-9][0-9]{0,2}|1000)$`. The service takes 50 where it is not given.
        marker: The next_marker of the page before. Empty for the first page.
        event_name: Only the secrets that are bound to the event of this name.

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
        project_id=project_id,
        limit=limit,
        marker=marker,
        event_name=event_name,
    )
    return response.body


async def asyncio_detailed(
    project_id: str,
    *,
    client: Client,
    limit: str | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
    event_name: str | UnsetType = UNSET,
) -> Response[ListSecretsResponse]:
    """List the secrets of a project.

    Lists all secrets that the caller made in a project, page by page. The answer holds no
    secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
    cn).

    Args:
        project_id: The ID of the project.
        client: What sends the request.
        limit: The number of secrets on a page, 1 to 1,000, as a decimal string. It matches
            `^([1-9][0-9]{0,2}|1000)$`. The service takes 50 where it is not given.
        marker: The next_marker of the page before. Empty for the first page.
        event_name: Only the secrets that are bound to the event of this name.

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
            "project_id": project_id,
            "limit": limit,
            "marker": marker,
            "event_name": event_name,
        },
    )


async def asyncio(
    project_id: str,
    *,
    client: Client,
    limit: str | UnsetType = UNSET,
    marker: str | UnsetType = UNSET,
    event_name: str | UnsetType = UNSET,
) -> ListSecretsResponse:
    """List the secrets of a project.

    Lists all secrets that the caller made in a project, page by page. The answer holds no
    secret value. The vendor's page: "查询凭据列表" of 2024-07-11 (support.huaweicloud.com/intl/zh-
    cn).

    Args:
        project_id: The ID of the project.
        client: What sends the request.
        limit: The number of secrets on a page, 1 to 1,000, as a decimal string. It matches
            `^([1-9][0-9]{0,2}|1000)$`. The service takes 50 where it is not given.
        marker: The next_marker of the page before. Empty for the first page.
        event_name: Only the secrets that are bound to the event of this name.

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
        project_id=project_id,
        limit=limit,
        marker=marker,
        event_name=event_name,
    )
    return response.body
