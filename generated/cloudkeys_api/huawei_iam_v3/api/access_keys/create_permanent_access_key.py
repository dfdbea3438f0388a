# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""CreatePermanentAccessKey: Create a permanent access key."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    CreatePermanentAccessKeyParameters,
    CreatePermanentAccessKeyRequest,
    CreatePermanentAccessKeyResponse,
    ErrorBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="CreatePermanentAccessKey",
    method="POST",
    path="/v3.0/OS-CREDENTIAL/credentials",
    headers={"Content-Type": "application/json;charset=utf8"},
    parameters=CreatePermanentAccessKeyParameters,
    body=CreatePermanentAccessKeyRequest,
    idempotent=False,
    success={201: CreatePermanentAccessKeyResponse},
    errors=dict.fromkeys((400, 401, 403, 500), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
