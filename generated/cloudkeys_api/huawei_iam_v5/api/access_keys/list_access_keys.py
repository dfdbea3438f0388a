# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""ListAccessKeys: List the permanent access keys of an IAM user."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_marker
from cloudkeys.runtime.operation import Operation

from ...models import (
    AccessKeyMetadata,
    BadRequestBody,
    ForbiddenBody,
    ListAccessKeysParameters,
    ListAccessKeysResponse,
    NotFoundBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListAccessKeys",
    method="GET",
    path="/v5/users/{user_id}/access-keys",
    parameters=ListAccessKeysParameters,
    success={200: ListAccessKeysResponse},
    errors={400: BadRequestBody, 403: ForbiddenBody, 404: NotFoundBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, AccessKeyMetadata](
    operation=OPERATION,
    style=by_marker,
    items="access_keys",
    key="access_key_id",
    step="marker",
    size="limit",
    next="page_info.next_marker",
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
