"""IAM version 5 over the fake cloud's data."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys
from cloudkeys_api.huawei_iam_v5.models import AccessKeyMetadata, AccessKeyStatus, ListAccessKeysResponse, PageInfo

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.huawei_iam_v3.models import Credential
    from cloudkeys_api.huawei_iam_v5.models import ListAccessKeysParameters

_DEFAULT_LIMIT: Final = 100


def _list_access_keys(cloud: CloudState, asked: ListAccessKeysParameters, _request_id: str) -> ListAccessKeysResponse:
    """Answer ListAccessKeys: a page with another after it has a marker, which nobody but the service can read."""
    keys = [key for key in cloud.access_keys if key.user_id == asked.user_id]
    if not keys and asked.user_id not in cloud.users:
        raise RefusedError(refusals.IAM_V5.not_found)
    begin = 0 if asked.marker is UNSET else _after(asked, keys)
    end = begin + (asked.limit if isinstance(asked.limit, int) else _DEFAULT_LIMIT)
    page = keys[begin:end]
    marker = _marker(asked.user_id, page[-1].access) if end < len(keys) else UNSET
    return ListAccessKeysResponse(
        access_keys=[_metadata(key) for key in page],
        page_info=PageInfo(next_marker=marker, current_count=len(page)),
    )


def _after(asked: ListAccessKeysParameters, keys: list[Credential]) -> int:
    ends = (n for n, key in enumerate(keys, 1) if _marker(asked.user_id, key.access) == asked.marker)
    end = next(ends, None)
    if end is None:
        raise RefusedError(refusals.IAM_V5.wrong_marker)
    return end


def _marker(user_id: str, access_key_id: str) -> str:
    return base64.urlsafe_b64encode(f"{user_id}/{access_key_id}".encode()).decode()


def _metadata(key: Credential) -> AccessKeyMetadata:
    return AccessKeyMetadata(
        user_id=key.user_id,
        access_key_id=key.access,
        created_at=key.create_time,
        status=AccessKeyStatus(str(key.status)),
    )


SERVICE: Final = FakeService({list_access_keys.OPERATION: _list_access_keys}, refusals.IAM_V5, "domain")
