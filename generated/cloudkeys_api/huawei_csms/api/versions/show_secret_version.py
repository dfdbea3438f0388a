# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""ShowSecretVersion: Show a version of a secret, with its value."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ShowSecretVersionParameters, ShowSecretVersionResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ShowSecretVersion",
    method="GET",
    path="/v1/{project_id}/secrets/{secret_name}/versions/{version_id}",
    parameters=ShowSecretVersionParameters,
    success={200: ShowSecretVersionResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500, 502, 504), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
