# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""ShowPermanentAccessKey: Show a permanent access key."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ShowPermanentAccessKeyParameters, ShowPermanentAccessKeyResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ShowPermanentAccessKey",
    method="GET",
    path="/v3.0/OS-CREDENTIAL/credentials/{access_key}",
    headers={"Content-Type": "application/json;charset=utf8"},
    parameters=ShowPermanentAccessKeyParameters,
    success={200: ShowPermanentAccessKeyResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
