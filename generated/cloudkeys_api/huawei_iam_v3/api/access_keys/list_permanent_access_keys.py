# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""ListPermanentAccessKeys: List permanent access keys."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ListPermanentAccessKeysParameters, ListPermanentAccessKeysResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListPermanentAccessKeys",
    method="GET",
    path="/v3.0/OS-CREDENTIAL/credentials",
    headers={"Content-Type": "application/json;charset=utf8"},
    parameters=ListPermanentAccessKeysParameters,
    success={200: ListPermanentAccessKeysResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
