# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""DeleteAccessKey: Delete an access key."""

from types import NoneType
from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import DeleteAccessKeyParameters, ForbiddenBody, NotFoundBody
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="DeleteAccessKey",
    method="DELETE",
    path="/v5/users/{user_id}/access-keys/{access_key_id}",
    parameters=DeleteAccessKeyParameters,
    absent_is_done=True,
    success={204: NoneType},
    errors={403: ForbiddenBody, 404: NotFoundBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
