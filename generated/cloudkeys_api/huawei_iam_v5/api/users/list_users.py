# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""ListUsers: List the IAM users."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_marker
from cloudkeys.runtime.operation import Operation

from ...models import BadRequestBody, ForbiddenBody, ListUsersParameters, ListUsersResponse, User
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListUsers",
    method="GET",
    path="/v5/users",
    parameters=ListUsersParameters,
    success={200: ListUsersResponse},
    errors={400: BadRequestBody, 403: ForbiddenBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, User](
    operation=OPERATION,
    style=by_marker,
    items="users",
    key="user_id",
    step="marker",
    size="limit",
    next="page_info.next_marker",
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
