# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""UpdateSecretStage: Assign a stage to a version of a secret."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    ErrorBody,
    UpdateSecretStageParameters,
    UpdateSecretStageRequest,
    UpdateSecretStageResponse,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="UpdateSecretStage",
    method="PUT",
    path="/v1/{project_id}/secrets/{secret_name}/stages/{stage_name}",
    parameters=UpdateSecretStageParameters,
    body=UpdateSecretStageRequest,
    success={200: UpdateSecretStageResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500, 502, 504), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
