# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""UpdatePermanentAccessKey: Change the status or the description of an access key."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    ErrorBody,
    UpdatePermanentAccessKeyParameters,
    UpdatePermanentAccessKeyRequest,
    UpdatePermanentAccessKeyResponse,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="UpdatePermanentAccessKey",
    method="PUT",
    path="/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    headers={"Content-Type": "application/json;charset=utf8"},
    parameters=UpdatePermanentAccessKeyParameters,
    body=UpdatePermanentAccessKeyRequest,
    success={200: UpdatePermanentAccessKeyResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
