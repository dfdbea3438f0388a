# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""GetUser: Show a RAM user."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, GetUserParameters, GetUserResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="GetUser",
    method="POST",
    path="/",
    headers={"x-acs-action": "GetUser", "x-acs-version": "2019-08-15"},
    parameters=GetUserParameters,
    constraints=(("exactly-one-of", ("UserPrincipalName", "UserId", "UserAccessKeyId")),),
    success={200: GetUserResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
