"""The IAM users of Huawei Cloud and their access keys, for both versions of IAM."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors import access_keys
from cloudkeys.testing.vendors.access_keys import MAX_ACCESS_KEYS, replace_first
from cloudkeys_api.huawei_iam_v3.models import AccessKeyStatus, Credential
from cloudkeys_api.huawei_iam_v5.models import User

if TYPE_CHECKING:
    from cloudkeys.testing.refusals import Refusal
    from cloudkeys.testing.state import CloudState


def users(cloud: CloudState) -> list[User]:
    """Return all users: those of the cloud, and the other owners of access keys."""
    named = {user.user_id: user for user in cloud.users}
    for key in cloud.access_keys:
        if key.user_id not in named:
            named[key.user_id] = User(
                user_id=key.user_id,
                user_name=key.user_id,
                is_root_user=False,
                created_at=key.create_time,
                urn=f"iam::{cloud.domain_id}:user:{key.user_id}",
                enabled=True,
            )
    return list(named.values())


def user_ids(cloud: CloudState) -> set[str]:
    """Return the IDs of all users."""
    return {user.user_id for user in cloud.users} | {key.user_id for key in cloud.access_keys}


def caller_id(cloud: CloudState) -> str:
    """Return the ID of the user whose access key signed the request; empty if it belongs to no user."""
    return next((key.user_id for key in cloud.access_keys if key.access == cloud.caller), "")


def find_key(cloud: CloudState, access_key_id: str, refusal: Refusal, user_id: str | None = None) -> Credential:
    """Return an access key, of a certain user if one is given; raises the refusal if there is none."""
    for key in cloud.access_keys:
        if key.access == access_key_id and user_id in {None, key.user_id}:
            return key
    raise RefusedError(refusal)


def new_key(cloud: CloudState, user_id: str, refusal: Refusal, description: str = "") -> tuple[Credential, str]:
    """Create an access key of a user; return it with its secret. Raises the refusal if the user has too many."""
    if sum(key.user_id == user_id for key in cloud.access_keys) >= MAX_ACCESS_KEYS:
        raise RefusedError(refusal)
    made, now = access_keys.create_access_key(cloud, "huawei"), cloud.now()
    key = Credential(
        user_id=user_id,
        access=made.access_key_id,
        status=AccessKeyStatus.ACTIVE,
        create_time=now,
        last_use_time=now,
        description=description,
    )
    cloud.access_keys.append(key)
    return key, made.secret


def update_key(cloud: CloudState, access_key_id: str, **changes: object) -> Credential:
    """Change an existing access key, and accept it only while it is active."""
    key = replace_first(cloud.access_keys, lambda each: each.access == access_key_id, **changes)
    assert key is not None  # noqa: S101 - the caller has found it
    cloud.callers.switch("huawei", access_key_id, active=key.status == AccessKeyStatus.ACTIVE)
    return key


def delete_key(cloud: CloudState, key: Credential) -> None:
    """Delete an access key, and accept it no longer."""
    cloud.access_keys.remove(key)
    cloud.callers.remove("huawei", key.access)
