"""The fake of Identity Management Service: RAM users and their access keys."""

from __future__ import annotations

import base64
from functools import wraps
from typing import TYPE_CHECKING, Any, Final

from msgspec import UNSET

from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import refusals
from cloudkeys.testing.records import RamAccessKey
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import access_keys
from cloudkeys.testing.vendors.access_keys import MAX_ACCESS_KEYS, replace_first
from cloudkeys.testing.vendors.paging import index_after
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.alibaba_ims.api.access_keys import (
    create_access_key,
    delete_access_key,
    get_access_key_last_used,
    list_access_keys,
    update_access_key,
)
from cloudkeys_api.alibaba_ims.api.users import get_user, list_users
from cloudkeys_api.alibaba_ims.models import (
    AccessKeyList,
    AccessKeyMetadata,
    AccessKeyStatus,
    CreateAccessKeyResponse,
    CreatedAccessKey,
    DeleteAccessKeyResponse,
    GetAccessKeyLastUsedResponse,
    GetUserResponse,
    LastUse,
    ListAccessKeysResponse,
    ListUsersResponse,
    RamUser,
    RamUserList,
    UpdateAccessKeyResponse,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cloudkeys.runtime.operation import Operation
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.alibaba_ims.models import (
        CreateAccessKeyParameters,
        DeleteAccessKeyParameters,
        GetAccessKeyLastUsedParameters,
        GetUserParameters,
        ListAccessKeysParameters,
        ListUsersParameters,
        UpdateAccessKeyParameters,
    )

_DEFAULT_SIZE: Final = 1000


def _users(cloud: CloudState) -> list[RamUser]:
    """Return all users: those of the cloud, and the other owners of access keys."""
    users = [*cloud.ram_users]
    named = {user.user_principal_name for user in users}
    for key in cloud.ram_access_keys:
        name = key.user_principal_name
        if name not in named:
            named.add(name)
            made = RamUser(
                user_id=str(int.from_bytes(name.encode()) % 10**18),
                user_principal_name=name,
                display_name=name.partition("@")[0],
                create_date=key.create_date,
                update_date=key.create_date,
            )
            users.append(made)
    return users


def _list_users(cloud: CloudState, asked: ListUsersParameters, request_id: str) -> ListUsersResponse:
    """List the users: a page that isn't the last is truncated, and has a marker."""
    users = _users(cloud)
    markers = [base64.b32encode(str(user.user_principal_name).encode()).decode() for user in users]
    begin = index_after(markers, asked.marker, refusals.ALIBABA_IMS.wrong_marker)
    end = begin + (asked.max_items or _DEFAULT_SIZE)
    more = end < len(users)
    return ListUsersResponse(
        is_truncated=more,
        marker=markers[end - 1] if more else UNSET,
        users=RamUserList(user=users[begin:end]),
        request_id=request_id,
    )


def _get_user(cloud: CloudState, asked: GetUserParameters, request_id: str) -> GetUserResponse:
    """Get the user with a name, an ID or an access key; the request must have exactly one of them."""
    given = [each for each in (asked.user_principal_name, asked.user_id, asked.user_access_key_id) if each]
    if len(given) != 1:
        raise RefusedError(
            refusals.ALIBABA_IMS.wrong_parameter.about(
                "set exactly one of UserPrincipalName, UserId and UserAccessKeyId"
            )
        )
    held = (key.user_principal_name for key in cloud.ram_access_keys if key.access_key_id == asked.user_access_key_id)
    name = asked.user_principal_name or next(held, None)
    for user in _users(cloud):
        if (name and user.user_principal_name == name) or (asked.user_id and user.user_id == asked.user_id):
            return GetUserResponse(user=user, request_id=request_id)
    raise RefusedError(refusals.NO_RAM_ACCESS_KEY if asked.user_access_key_id else refusals.ALIBABA_IMS.not_found)


def _list_access_keys(cloud: CloudState, asked: ListAccessKeysParameters, request_id: str) -> ListAccessKeysResponse:
    keys = [
        AccessKeyMetadata(
            access_key_id=key.access_key_id,
            status=AccessKeyStatus(key.status),
            create_date=key.create_date,
            update_date=key.update_date,
        )
        for key in _keys_of(cloud, asked.user_principal_name)
    ]
    return ListAccessKeysResponse(access_keys=AccessKeyList(access_key=keys), request_id=request_id)


def _get_last_used(
    cloud: CloudState, asked: GetAccessKeyLastUsedParameters, request_id: str
) -> GetAccessKeyLastUsedResponse:
    """Get the last use; it is empty for an unused key."""
    key = _held(cloud, asked.user_principal_name, asked.user_access_key_id)
    used = LastUse(last_used_date=key.last_used_date, service_name=key.service_name)
    return GetAccessKeyLastUsedResponse(access_key_last_used=used, request_id=request_id)


def _create(cloud: CloudState, asked: CreateAccessKeyParameters, request_id: str) -> CreateAccessKeyResponse:
    if len(_keys_of(cloud, asked.user_principal_name)) >= MAX_ACCESS_KEYS:
        raise RefusedError(refusals.TOO_MANY_RAM_ACCESS_KEYS)
    made, now = access_keys.create_access_key(cloud, "alibaba"), _now(cloud)
    cloud.ram_access_keys.append(
        RamAccessKey(
            user_principal_name=asked.user_principal_name,
            access_key_id=made.access_key_id,
            create_date=now,
            update_date=now,
        )
    )
    key = CreatedAccessKey(
        access_key_id=made.access_key_id,
        access_key_secret=SecretStr(made.secret),
        status=AccessKeyStatus.ACTIVE,
        create_date=now,
    )
    return CreateAccessKeyResponse(access_key=key, request_id=request_id)


def _update(cloud: CloudState, asked: UpdateAccessKeyParameters, request_id: str) -> UpdateAccessKeyResponse:
    key = _held(cloud, asked.user_principal_name, asked.user_access_key_id)
    changes = {"status": str(asked.status), "update_date": _now(cloud)}
    replace_first(cloud.ram_access_keys, lambda each: each is key, **changes)
    cloud.callers.switch("alibaba", key.access_key_id, active=asked.status == AccessKeyStatus.ACTIVE)
    return UpdateAccessKeyResponse(request_id=request_id)


def _delete(cloud: CloudState, asked: DeleteAccessKeyParameters, request_id: str) -> DeleteAccessKeyResponse:
    key = _held(cloud, asked.user_principal_name, asked.user_access_key_id)
    cloud.ram_access_keys.remove(key)
    cloud.callers.remove("alibaba", key.access_key_id)
    return DeleteAccessKeyResponse(request_id=request_id)


def _now(cloud: CloudState) -> datetime:
    """Return the current time in whole seconds, like the service."""
    return cloud.now().replace(microsecond=0)


def _keys_of(cloud: CloudState, name: str) -> list[RamAccessKey]:
    keys = [key for key in cloud.ram_access_keys if key.user_principal_name == name]
    if not keys and name not in {user.user_principal_name for user in cloud.ram_users}:
        raise RefusedError(refusals.ALIBABA_IMS.not_found)
    return keys


def _held(cloud: CloudState, name: str, access_key_id: str) -> RamAccessKey:
    for key in _keys_of(cloud, name):
        if key.access_key_id == access_key_id:
            return key
    raise RefusedError(refusals.NO_RAM_ACCESS_KEY)


def _unless_restricted(handle: Callable[[Any, Any, str], object]) -> Callable[[Any, Any, str], object]:
    """Refuse a caller whose access key Alibaba Cloud has restricted after a leak."""

    @wraps(handle)
    def checked(cloud: CloudState, asked: Any, request_id: str) -> object:  # noqa: ANN401 - one type per operation
        if cloud.caller in cloud.restricted:
            raise RefusedError(refusals.RESTRICTED_KEY)
        return handle(cloud, asked, request_id)

    return checked


_HANDLERS: Final[dict[Operation[Any, ..., Any], Callable[[Any, Any, str], object]]] = {
    get_user.OPERATION: _get_user,
    list_users.OPERATION: _list_users,
    list_access_keys.OPERATION: _list_access_keys,
    get_access_key_last_used.OPERATION: _get_last_used,
    create_access_key.OPERATION: _create,
    update_access_key.OPERATION: _update,
    delete_access_key.OPERATION: _delete,
}
SERVICE: Final = FakeService(
    {operation: _unless_restricted(handle) for operation, handle in _HANDLERS.items()}, refusals.ALIBABA_IMS, ""
)
