# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""DescribeAccessKeyLeakDetail: Show a leak of an AccessKey pair."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import (
    DescribeAccessKeyLeakDetailParameters,
    DescribeAccessKeyLeakDetailResponse,
    ErrorBody,
)
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="DescribeAccessKeyLeakDetail",
    method="POST",
    path="/",
    headers={"x-acs-action": "DescribeAccessKeyLeakDetail", "x-acs-version": "2018-12-03"},
    parameters=DescribeAccessKeyLeakDetailParameters,
    success={200: DescribeAccessKeyLeakDetailResponse},
    errors=dict.fromkeys((400, 403, 500, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
