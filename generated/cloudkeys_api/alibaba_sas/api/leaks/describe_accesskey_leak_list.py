# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""DescribeAccesskeyLeakList: List leaks of AccessKey pairs."""

from typing import Final

from cloudkeys.paging.styles import Paging, by_page_number
from cloudkeys.runtime.operation import Operation

from ...models import (
    AccessKeyLeak,
    DescribeAccesskeyLeakListParameters,
    DescribeAccesskeyLeakListResponse,
    ErrorBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="DescribeAccesskeyLeakList",
    method="POST",
    path="/",
    headers={"x-acs-action": "DescribeAccesskeyLeakList", "x-acs-version": "2018-12-03"},
    parameters=DescribeAccesskeyLeakListParameters,
    success={200: DescribeAccesskeyLeakListResponse},
    errors=dict.fromkeys((400, 403, 500, None), ErrorBody),
)
"""The operation as its spec describes it."""
PAGING: Final = Paging[Service, AccessKeyLeak](
    operation=OPERATION,
    style=by_page_number,
    items="access_key_leak_list",
    key="id",
    step="current_page",
    size="page_size",
    page="current_page",
    total="total_count",
)
"""The paging of the operation."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
