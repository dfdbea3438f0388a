# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""ListUsers: List the RAM users."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_marker
from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ListUsersParameters, ListUsersResponse, RamUser
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListUsers",
    method="POST",
    path="/",
    headers={"x-acs-action": "ListUsers", "x-acs-version": "2019-08-15"},
    parameters=ListUsersParameters,
    success={200: ListUsersResponse},
    errors=dict.fromkeys((404, None), ErrorBody),
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, RamUser](
    operation=OPERATION,
    style=by_marker,
    items="users.user",
    key="user_id",
    step="marker",
    size="max_items",
    next="marker",
    more="is_truncated",
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
