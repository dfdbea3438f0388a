# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""CreateAccessKey: Create an access key."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    BadRequestBody,
    CreateAccessKeyParameters,
    CreateAccessKeyResponse,
    ForbiddenBody,
    NotFoundBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="CreateAccessKey",
    method="POST",
    path="/v5/users/{user_id}/access-keys",
    parameters=CreateAccessKeyParameters,
    idempotent=False,
    success={201: CreateAccessKeyResponse},
    errors={400: BadRequestBody, 403: ForbiddenBody, 404: NotFoundBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
