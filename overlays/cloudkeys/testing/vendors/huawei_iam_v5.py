"""The fake of IAM version 5."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import iam_users
from cloudkeys.testing.vendors.paging import index_after
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus as V3Status
from cloudkeys_api.huawei_iam_v5.api.access_keys import (
    create_access_key,
    delete_access_key,
    list_access_keys,
    show_access_key_last_used,
    update_access_key,
)
from cloudkeys_api.huawei_iam_v5.api.users import list_users
from cloudkeys_api.huawei_iam_v5.models import (
    AccessKeyLastUsed,
    AccessKeyMetadata,
    AccessKeyStatus,
    CreateAccessKeyResponse,
    CreatedAccessKey,
    ListAccessKeysResponse,
    ListUsersResponse,
    PageInfo,
    ShowAccessKeyLastUsedResponse,
    UpdateAccessKeyResponse,
)

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.huawei_iam_v3.models import Credential
    from cloudkeys_api.huawei_iam_v5.models import (
        CreateAccessKeyParameters,
        DeleteAccessKeyParameters,
        ListAccessKeysParameters,
        ListUsersParameters,
        ShowAccessKeyLastUsedParameters,
        UpdateAccessKeyParameters,
    )

_DEFAULT_LIMIT: Final = 100
_NO_KEY: Final = refusals.huawei(404, "IAM.0004", "There is no such access key of this user.")


def _list_users(cloud: CloudState, asked: ListUsersParameters, _request_id: str) -> ListUsersResponse:
    """List the users, or the owner of an access key. The fake has no groups."""
    users = [] if asked.group_id else iam_users.users(cloud)
    if asked.access_key_id:
        owners = {key.user_id for key in cloud.access_keys if key.access == asked.access_key_id}
        users = [user for user in users if user.user_id in owners]
    markers = [_marker("users", user.user_id) for user in users]
    begin = index_after(markers, asked.marker, refusals.IAM_V5.wrong_marker)
    end = begin + (asked.limit or _DEFAULT_LIMIT)
    return ListUsersResponse(users=users[begin:end], page_info=_page_info(markers, begin, end))


def _list_access_keys(cloud: CloudState, asked: ListAccessKeysParameters, _request_id: str) -> ListAccessKeysResponse:
    """List the access keys of a user: a page that isn't the last has a marker, which is opaque to clients."""
    keys = [key for key in cloud.access_keys if key.user_id == asked.user_id]
    if not keys:
        _check_user(cloud, asked.user_id)
    markers = [_marker(asked.user_id, key.access) for key in keys]
    begin = index_after(markers, asked.marker, refusals.IAM_V5.wrong_marker)
    end = begin + (asked.limit or _DEFAULT_LIMIT)
    return ListAccessKeysResponse(
        access_keys=[_metadata(key) for key in keys[begin:end]], page_info=_page_info(markers, begin, end)
    )


def _page_info(markers: list[str], begin: int, end: int) -> PageInfo:
    page = markers[begin:end]
    return PageInfo(next_marker=page[-1] if end < len(markers) else UNSET, current_count=len(page))


def _show_last_used(
    cloud: CloudState, asked: ShowAccessKeyLastUsedParameters, _request_id: str
) -> ShowAccessKeyLastUsedResponse:
    """Show the last use. In the form of IAM v3, an unused key has its time of creation."""
    key = iam_users.find_key(cloud, asked.access_key_id, _NO_KEY, asked.user_id)
    used = UNSET if key.last_use_time == key.create_time else key.last_use_time
    return ShowAccessKeyLastUsedResponse(access_key_last_used=AccessKeyLastUsed(last_used_at=used))


def _create(cloud: CloudState, asked: CreateAccessKeyParameters, _request_id: str) -> CreateAccessKeyResponse:
    _check_user(cloud, asked.user_id)
    key, secret = iam_users.new_key(cloud, asked.user_id, refusals.KEYS_OF_V5)
    return CreateAccessKeyResponse(
        access_key=CreatedAccessKey(
            user_id=key.user_id,
            access_key_id=key.access,
            created_at=key.create_time,
            secret_access_key=SecretStr(secret),
            status=AccessKeyStatus.ACTIVE,
        )
    )


def _update(cloud: CloudState, asked: UpdateAccessKeyParameters, _request_id: str) -> UpdateAccessKeyResponse:
    iam_users.find_key(cloud, asked.access_key_id, _NO_KEY, asked.user_id)
    key = iam_users.update_key(cloud, asked.access_key_id, status=V3Status(str(asked.status)))
    return UpdateAccessKeyResponse(access_key=_metadata(key))


def _delete(cloud: CloudState, asked: DeleteAccessKeyParameters, _request_id: str) -> None:
    iam_users.delete_key(cloud, iam_users.find_key(cloud, asked.access_key_id, _NO_KEY, asked.user_id))


def _check_user(cloud: CloudState, user_id: str) -> None:
    if user_id not in iam_users.user_ids(cloud):
        raise RefusedError(refusals.IAM_V5.not_found)


def _marker(listing: str, item: str) -> str:
    return base64.urlsafe_b64encode(f"{listing}/{item}".encode()).decode()


def _metadata(key: Credential) -> AccessKeyMetadata:
    return AccessKeyMetadata(
        user_id=key.user_id,
        access_key_id=key.access,
        created_at=key.create_time,
        status=AccessKeyStatus(str(key.status)),
    )


SERVICE: Final = FakeService(
    {
        list_users.OPERATION: _list_users,
        list_access_keys.OPERATION: _list_access_keys,
        show_access_key_last_used.OPERATION: _show_last_used,
        create_access_key.OPERATION: _create,
        update_access_key.OPERATION: _update,
        delete_access_key.OPERATION: _delete,
    },
    refusals.IAM_V5,
    "domain",
)
