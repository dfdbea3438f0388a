# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""UpdateAccessKey: Disable an AccessKey pair, or enable it again."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, UpdateAccessKeyParameters, UpdateAccessKeyResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="UpdateAccessKey",
    method="POST",
    path="/",
    headers={"x-acs-action": "UpdateAccessKey", "x-acs-version": "2019-08-15"},
    parameters=UpdateAccessKeyParameters,
    success={200: UpdateAccessKeyResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
