# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""ListSecretVersions: List the versions of a secret."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_marker
from cloudkeys.runtime.operation import Operation

from ...models import (
    ErrorBody,
    ListSecretVersionsParameters,
    ListSecretVersionsResponse,
    VersionMetadata,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ListSecretVersions",
    method="GET",
    path="/v1/{project_id}/secrets/{secret_name}/versions",
    parameters=ListSecretVersionsParameters,
    success={200: ListSecretVersionsResponse},
    errors=dict.fromkeys((400, 401, 403, 404, 500, 502, 504), ErrorBody),
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, VersionMetadata](
    operation=OPERATION,
    style=by_marker,
    items="version_metadatas",
    key="id",
    step="marker",
    size="limit",
    next="page_info.next_marker",
    empty_page_is_last=True,
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
