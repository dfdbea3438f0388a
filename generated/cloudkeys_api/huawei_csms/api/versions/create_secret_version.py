# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""CreateSecretVersion: Store a new value of a secret."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    CreateSecretVersionParameters,
    CreateSecretVersionRequest,
    CreateSecretVersionResponse,
    ErrorBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="CreateSecretVersion",
    method="POST",
    path="/v1/{project_id}/secrets/{secret_name}/versions",
    parameters=CreateSecretVersionParameters,
    body=CreateSecretVersionRequest,
    longest={"secret_binary": 32768, "secret_string": 32768},
    constraints=(("exactly-one-of", ("secret_binary", "secret_string")),),
    idempotent=False,
    success={200: CreateSecretVersionResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500, 502, 504), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
