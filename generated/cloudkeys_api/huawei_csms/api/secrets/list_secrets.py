# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""ListSecrets: List the secrets of a project."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_marker
from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ListSecretsParameters, ListSecretsResponse, Secret
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListSecrets",
    method="GET",
    path="/v1/{project_id}/secrets",
    parameters=ListSecretsParameters,
    success={200: ListSecretsResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500, 502, 504), ErrorBody),
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, Secret](
    operation=OPERATION,
    style=by_marker,
    items="secrets",
    key="id",
    step="marker",
    size="limit",
    next="page_info.next_marker",
    empty_page_is_last=True,
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
