# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""UpdateAccessKey: Activate or deactivate an access key."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    ForbiddenBody,
    NotFoundBody,
    UpdateAccessKeyParameters,
    UpdateAccessKeyRequest,
    UpdateAccessKeyResponse,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="UpdateAccessKey",
    method="PUT",
    path="/v5/users/{user_id}/access-keys/{access_key_id}",
    parameters=UpdateAccessKeyParameters,
    body=UpdateAccessKeyRequest,
    success={200: UpdateAccessKeyResponse},
    errors={403: ForbiddenBody, 404: NotFoundBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
