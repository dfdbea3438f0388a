# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""ShowAccessKeyLastUsed: Show when an access key was last used."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    ForbiddenBody,
    NotFoundBody,
    ShowAccessKeyLastUsedParameters,
    ShowAccessKeyLastUsedResponse,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ShowAccessKeyLastUsed",
    method="GET",
    path="/v5/users/{user_id}/access-keys/{access_key_id}/last-used",
    parameters=ShowAccessKeyLastUsedParameters,
    success={200: ShowAccessKeyLastUsedResponse},
    errors={403: ForbiddenBody, 404: NotFoundBody, None: ForbiddenBody},
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
