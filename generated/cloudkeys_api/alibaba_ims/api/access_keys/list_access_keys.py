# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""ListAccessKeys: List the AccessKey pairs of a RAM user."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ListAccessKeysParameters, ListAccessKeysResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListAccessKeys",
    method="POST",
    path="/",
    headers={"x-acs-action": "ListAccessKeys", "x-acs-version": "2019-08-15"},
    parameters=ListAccessKeysParameters,
    success={200: ListAccessKeysResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
