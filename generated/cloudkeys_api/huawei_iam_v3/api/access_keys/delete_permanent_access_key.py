# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""DeletePermanentAccessKey: Delete a permanent access key."""

from types import NoneType
from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import DeletePermanentAccessKeyParameters, ErrorBody
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="DeletePermanentAccessKey",
    method="DELETE",
    path="/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    headers={"Content-Type": "application/json;charset=utf8"},
    parameters=DeletePermanentAccessKeyParameters,
    absent_is_done=True,
    success={204: NoneType},
    errors=dict.fromkeys((400, 401, 403, 404, 500), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
