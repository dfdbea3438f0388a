# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""CreateAccessKey: Create an AccessKey pair for a RAM user."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import CreateAccessKeyParameters, CreateAccessKeyResponse, ErrorBody
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="CreateAccessKey",
    method="POST",
    path="/",
    headers={"x-acs-action": "CreateAccessKey", "x-acs-version": "2019-08-15"},
    parameters=CreateAccessKeyParameters,
    idempotent=False,
    success={200: CreateAccessKeyResponse},
    errors=dict.fromkeys((404, 409, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
