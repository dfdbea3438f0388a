# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""DeleteAccessKey: Delete an AccessKey pair of a RAM user."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import DeleteAccessKeyParameters, DeleteAccessKeyResponse, ErrorBody
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="DeleteAccessKey",
    method="POST",
    path="/",
    headers={"x-acs-action": "DeleteAccessKey", "x-acs-version": "2019-08-15"},
    parameters=DeleteAccessKeyParameters,
    absent_is_done=True,
    success={200: DeleteAccessKeyResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
