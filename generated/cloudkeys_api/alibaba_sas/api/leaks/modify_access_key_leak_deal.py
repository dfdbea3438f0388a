# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""ModifyAccessKeyLeakDeal: Mark leaks as handled."""

from typing import Final

from cloudkeys.runtime.operation import Operation

from ...models import ErrorBody, ModifyAccessKeyLeakDealParameters, ModifyAccessKeyLeakDealResponse
from ...service import Service

OPERATION: Final = Operation(
    service=Service,
    name="ModifyAccessKeyLeakDeal",
    method="POST",
    path="/",
    headers={"x-acs-action": "ModifyAccessKeyLeakDeal", "x-acs-version": "2018-12-03"},
    parameters=ModifyAccessKeyLeakDealParameters,
    numbered=("IdList",),
    constraints=(("at-least-one-of", ("Id", "IdList")),),
    success={200: ModifyAccessKeyLeakDealResponse},
    errors=dict.fromkeys((403, 500, None), ErrorBody),
)
"""The operation as its spec describes it."""
sync, sync_detailed = OPERATION.sync, OPERATION.sync_detailed
asyncio, asyncio_detailed = OPERATION.asyncio, OPERATION.asyncio_detailed
