"""The four operations over the fake cloud's data: filtered and paged as the vendors' pages say."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from msgspec import UNSET, UnsetType

from cloudkeys.testing.vendors import refusals
from cloudkeys.testing.vendors.refusals import RefusedError
from cloudkeys_api.alibaba_sas.models import DescribeAccesskeyLeakListResponse, LeakStatus
from cloudkeys_api.huawei_csms.models import ListSecretsResponse
from cloudkeys_api.huawei_csms.models import PageInfo as SecretsPageInfo
from cloudkeys_api.huawei_iam_v3.models import ShowPermanentAccessKeyResponse
from cloudkeys_api.huawei_iam_v5.models import (
    AccessKeyMetadata,
    AccessKeyStatus,
    ListAccessKeysResponse,
)
from cloudkeys_api.huawei_iam_v5.models import PageInfo as AccessKeysPageInfo

if TYPE_CHECKING:
    from cloudkeys.testing.fake_cloud import FakeCloud
    from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, DescribeAccesskeyLeakListParameters
    from cloudkeys_api.huawei_csms.models import ListSecretsParameters, Secret
    from cloudkeys_api.huawei_iam_v3.models import Credential, ShowPermanentAccessKeyParameters
    from cloudkeys_api.huawei_iam_v5.models import ListAccessKeysParameters

LastMarker: TypeAlias = Literal["name", "absent", "null", "empty"]
"""What the last page of CSMS has for a next marker: the vendor's page leaves all of these possible."""

_LAST_MARKERS: Final[dict[LastMarker, str | UnsetType | None]] = {"absent": UNSET, "null": None, "empty": ""}
_DEFAULT_ACCESS_KEYS: Final = 100
_DEFAULT_SECRETS: Final = "50"


def list_leaks(
    cloud: FakeCloud, asked: DescribeAccesskeyLeakListParameters, request_id: str
) -> DescribeAccesskeyLeakListResponse:
    """Answer DescribeAccesskeyLeakList: pages have numbers, and a page after the last is empty."""
    account = asked.resource_directory_account_id
    if account is not UNSET and account not in cloud.member_leaks:
        raise RefusedError(refusals.NOT_A_MEMBER)
    known = cloud.leaks if account is UNSET else cloud.member_leaks[account]
    found = [leak for leak in known if _is_asked_for(leak, asked)]
    begin = (asked.current_page - 1) * asked.page_size
    return DescribeAccesskeyLeakListResponse(
        current_page=asked.current_page,
        page_size=asked.page_size,
        total_count=len(found),
        ak_leak_count=sum(leak.status == LeakStatus.PENDING for leak in known),
        gmt_last=max((leak.gmt_modified for leak in known if isinstance(leak.gmt_modified, int)), default=0),
        request_id=request_id,
        access_key_leak_list=found[begin : begin + asked.page_size],
    )


def _is_asked_for(leak: AccessKeyLeak, asked: DescribeAccesskeyLeakListParameters) -> bool:
    is_late = asked.start_ts is UNSET or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > asked.start_ts)
    return is_late and asked.status in {UNSET, leak.status} and asked.query in {UNSET, leak.accesskey_id}


def list_access_keys(cloud: FakeCloud, asked: ListAccessKeysParameters, _request_id: str) -> ListAccessKeysResponse:
    """Answer ListAccessKeys: a page with another after it has a marker, which nobody but the service can read."""
    keys = [key for key in cloud.access_keys if key.user_id == asked.user_id]
    if not keys and asked.user_id not in cloud.users:
        raise RefusedError(refusals.IAM_V5.not_found)
    begin = 0 if asked.marker is UNSET else _after(asked, keys)
    end = begin + (_DEFAULT_ACCESS_KEYS if asked.limit is UNSET else asked.limit)
    page = keys[begin:end]
    marker = _marker(asked.user_id, page[-1].access) if end < len(keys) else UNSET
    return ListAccessKeysResponse(
        access_keys=[_metadata(key) for key in page],
        page_info=AccessKeysPageInfo(next_marker=marker, current_count=len(page)),
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


def show_access_key(
    cloud: FakeCloud, asked: ShowPermanentAccessKeyParameters, _request_id: str
) -> ShowPermanentAccessKeyResponse:
    """Answer ShowPermanentAccessKey."""
    for key in cloud.access_keys:
        if key.access == asked.access_key:
            return ShowPermanentAccessKeyResponse(credential=key)
    raise RefusedError(refusals.IAM_V3.not_found)


def list_secrets(cloud: FakeCloud, asked: ListSecretsParameters, _request_id: str) -> ListSecretsResponse:
    """Answer ListSecrets: the marker is the name of the last secret of the page before."""
    known = cloud.secrets.get(asked.project_id, [])
    begin = 0
    if asked.marker:
        begin = next((number for number, secret in enumerate(known, 1) if secret.name == asked.marker), 0)
        if begin == 0:
            raise RefusedError(refusals.CSMS.wrong_marker)
    found = [secret for secret in known[begin:] if _has_event(secret, asked.event_name)]
    limit = int(asked.limit or _DEFAULT_SECRETS)
    page = found[:limit]
    info = SecretsPageInfo(
        next_marker=_next_marker(cloud, page, is_last=len(found) <= limit),
        previous_marker=page[0].name if page else UNSET,
        current_count=len(page),
    )
    return ListSecretsResponse(secrets=page, page_info=info)


def _next_marker(cloud: FakeCloud, page: list[Secret], *, is_last: bool) -> str | UnsetType | None:
    if not is_last or cloud.csms_last_marker == "name":
        return page[-1].name if page else UNSET
    return _LAST_MARKERS[cloud.csms_last_marker]


def _has_event(secret: Secret, event_name: str | UnsetType) -> bool:
    return not event_name or event_name in (secret.event_subscriptions or ())


OPERATIONS: Final[dict[str, Any]] = {
    "DescribeAccesskeyLeakList": list_leaks,
    "ListAccessKeys": list_access_keys,
    "ShowPermanentAccessKey": show_access_key,
    "ListSecrets": list_secrets,
}
"""What answers each operation, given the cloud, the parameters and the ID of the request."""
