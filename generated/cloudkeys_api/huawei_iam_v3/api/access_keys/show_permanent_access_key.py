# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""ShowPermanentAccessKey: Show a permanent access key."""

from typing import Final

from cloudkeys.runtime.messages import Request, Response
from cloudkeys.runtime.operation import Operation

from ...client import Client
from ...models import ErrorBody, ShowPermanentAccessKeyParameters, ShowPermanentAccessKeyResponse

OPERATION: Final = Operation(
    name="ShowPermanentAccessKey",
    method="GET",
    path="/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    query=(),
    headers={
        "Content-Type": "application/json;charset=utf8",
    },
    parameters=ShowPermanentAccessKeyParameters,
    success_status=200,
    success=ShowPermanentAccessKeyResponse,
    errors={
        400: ErrorBody,
        401: ErrorBody,
        403: ErrorBody,
        404: ErrorBody,
        500: ErrorBody,
    },
)
"""What the spec says of the operation."""


def build_request(
    access_key: str,
) -> Request:
    """Show a permanent access key.

    Shows one permanent access key, with the time of its last use. The vendor's page:
    "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

    Args:
        access_key: The ID of the access key (AK).

    Returns:
        The request, neither signed nor sent.

    Raises:
        ParameterError: A value is not what the vendor's page allows; nothing was sent.
    """
    return OPERATION.build_request(
        {
            "access_key": access_key,
        }
    )


def sync_detailed(
    access_key: str,
    *,
    client: Client,
) -> Response[ShowPermanentAccessKeyResponse]:
    """Show a permanent access key.

    Shows one permanent access key, with the time of its last use. The vendor's page:
    "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

    Args:
        access_key: The ID of the access key (AK).
        client: What sends the request.

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
            "access_key": access_key,
        },
    )


def sync(
    access_key: str,
    *,
    client: Client,
) -> ShowPermanentAccessKeyResponse:
    """Show a permanent access key.

    Shows one permanent access key, with the time of its last use. The vendor's page:
    "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

    Args:
        access_key: The ID of the access key (AK).
        client: What sends the request.

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
        access_key=access_key,
    )
    return response.body


async def asyncio_detailed(
    access_key: str,
    *,
    client: Client,
) -> Response[ShowPermanentAccessKeyResponse]:
    """Show a permanent access key.

    Shows one permanent access key, with the time of its last use. The vendor's page:
    "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

    Args:
        access_key: The ID of the access key (AK).
        client: What sends the request.

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
            "access_key": access_key,
        },
    )


async def asyncio(
    access_key: str,
    *,
    client: Client,
) -> ShowPermanentAccessKeyResponse:
    """Show a permanent access key.

    Shows one permanent access key, with the time of its last use. The vendor's page:
    "Querying a Permanent Access Key" of 2022-08-16 (my-kualalumpur-1).

    Args:
        access_key: The ID of the access key (AK).
        client: What sends the request.

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
        access_key=access_key,
    )
    return response.body
