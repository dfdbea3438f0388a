"""IAM version 3 over the fake cloud's data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v3.models import ShowPermanentAccessKeyResponse

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.huawei_iam_v3.models import ShowPermanentAccessKeyParameters


def _show_access_key(
    cloud: CloudState, asked: ShowPermanentAccessKeyParameters, _request_id: str
) -> ShowPermanentAccessKeyResponse:
    """Answer ShowPermanentAccessKey."""
    for key in cloud.access_keys:
        if key.access == asked.access_key:
            return ShowPermanentAccessKeyResponse(credential=key)
    raise RefusedError(refusals.IAM_V3.not_found)


SERVICE: Final = FakeService({show_permanent_access_key.OPERATION: _show_access_key}, refusals.IAM_V3, "domain")
