# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""GetAccessKeyLastUsed: Show when an AccessKey pair was last used."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, GetAccessKeyLastUsedParameters, GetAccessKeyLastUsedResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="GetAccessKeyLastUsed",
    method="POST",
    path="/",
    headers={"x-acs-action": "GetAccessKeyLastUsed", "x-acs-version": "2019-08-15"},
    parameters=GetAccessKeyLastUsedParameters,
    success={200: GetAccessKeyLastUsedResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
