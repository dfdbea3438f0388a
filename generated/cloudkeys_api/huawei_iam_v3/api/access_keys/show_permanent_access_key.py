# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
from typing import Final

from cloudkeys.operation import Operation, Request, Response

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
        StatusError: The service answered with an error, or with a status that the spec does not document.
        DecodeError: The body of the result is not what the spec says.
        httpx.HTTPError: There is no response: a time-out, or a fault of the connection.
    """
    request = build_request(
        access_key=access_key,
    )
    return OPERATION.read_response(client.send(request))


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
        StatusError: The service answered with an error, or with a status that the spec does not document.
        DecodeError: The body of the result is not what the spec says.
        httpx.HTTPError: There is no response: a time-out, or a fault of the connection.
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
        StatusError: The service answered with an error, or with a status that the spec does not document.
        DecodeError: The body of the result is not what the spec says.
        httpx.HTTPError: There is no response: a time-out, or a fault of the connection.
    """
    request = build_request(
        access_key=access_key,
    )
    return OPERATION.read_response(await client.send_async(request))


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
        StatusError: The service answered with an error, or with a status that the spec does not document.
        DecodeError: The body of the result is not what the spec says.
        httpx.HTTPError: There is no response: a time-out, or a fault of the connection.
    """
    response = await asyncio_detailed(
        client=client,
        access_key=access_key,
    )
    return response.body
