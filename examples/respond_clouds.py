"""The calls to both clouds that `respond_to_leak.py` makes, about the access keys of a user and their leaks."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, NamedTuple, Self, TypeAlias

import cloudkeys
from cloudkeys.errors import AuthenticationError, NotFoundError, PermissionDeniedError

Mark: TypeAlias = Literal["manual", "disable", "add-whitelist"]
# The fields of a leak that are shown. `code` is not one of them, since it contains the secret.
SHOWN_FIELDS = (
    *("source", "github_repo_url", "github_file_url", "github_user"),
    *("gmt_create", "gmt_modified", "deal_type"),
)


class StopError(Exception):
    """The run can't go on; the message says what to do next."""


class Key(NamedTuple):
    """An access key of a user, without its secret."""

    key_id: str
    is_active: bool
    created_at: datetime | None


@dataclass(frozen=True)
class _Keys:
    client: Any

    def signing_with(self, key: cloudkeys.AccessKey) -> Self:
        """Return the same cloud with another key as the credentials."""
        return replace(self, client=self.client.with_options(credentials=key))


@dataclass(frozen=True)
class AlibabaKeys(_Keys):
    """The keys of RAM users of Alibaba Cloud. A user is identified by the principal name."""

    client: cloudkeys.Alibaba

    def owner(self, key_id: str) -> str | None:
        """Return the user who owns a key, or None if no user does, as with a root key."""
        try:
            user = self.client.ims.get_user(user_access_key_id=key_id).user
        except NotFoundError:
            return None
        return (user.user_principal_name or None) if user else None

    def keys(self, user: str) -> list[Key]:
        """Return the keys of a user."""
        listed = self.client.ims.list_access_keys(user).access_keys
        found = (listed.access_key or []) if listed else []
        return [
            Key(key.access_key_id, key.status == "Active", key.create_date or None)
            for key in found
            if key.access_key_id
        ]

    def last_used(self, user: str, key_id: str) -> str:
        """Return when a key was last used, or an empty string if never."""
        used = self.client.ims.get_access_key_last_used(user, key_id).access_key_last_used
        return (used.last_used_date or "") if used else ""

    def create(self, user: str) -> cloudkeys.AccessKey:
        """Create a key."""
        new = self.client.ims.create_access_key(user).access_key
        if not new or not new.access_key_id or not new.access_key_secret:
            raise StopError("the response has no ID or secret for the new key: run the same command again")
        return cloudkeys.AccessKey(new.access_key_id, new.access_key_secret.reveal())

    def deactivate(self, user: str, key_id: str) -> None:
        """Deactivate a key."""
        self.client.ims.update_access_key(user, key_id, "Inactive")

    def delete(self, user: str, key_id: str) -> None:
        """Delete a key."""
        self.client.ims.delete_access_key(user, key_id)


@dataclass(frozen=True)
class HuaweiKeys(_Keys):
    """The keys of IAM users of Huawei Cloud. A user is identified by the ID."""

    client: cloudkeys.Huawei

    def owner(self, key_id: str) -> str | None:
        """Return the user who owns a key, or None if no user does."""
        # A service that ignores the parameter lists all users, so check each user's keys.
        for user in self.client.iam_v5.list_users(access_key_id=key_id):
            if any(key.key_id == key_id for key in self.keys(user.user_id)):
                return user.user_id
        return None

    def keys(self, user: str) -> list[Key]:
        """Return the keys of a user."""
        listed = self.client.iam_v5.list_access_keys(user)
        return [Key(key.access_key_id, key.status == "active", key.created_at) for key in listed]

    def last_used(self, user: str, key_id: str) -> str:
        """Return when a key was last used, or an empty string if never."""
        used = self.client.iam_v5.show_access_key_last_used(user, key_id).access_key_last_used
        return used.last_used_at.isoformat() if used and used.last_used_at else ""

    def create(self, user: str) -> cloudkeys.AccessKey:
        """Create a key."""
        new = self.client.iam_v5.create_access_key(user).access_key
        return cloudkeys.AccessKey(new.access_key_id, new.secret_access_key.reveal())

    def deactivate(self, user: str, key_id: str) -> None:
        """Deactivate a key."""
        self.client.iam_v5.update_access_key(user, key_id, "inactive")

    def delete(self, user: str, key_id: str) -> None:
        """Delete a key."""
        self.client.iam_v5.delete_access_key(user, key_id)


Keys: TypeAlias = AlibabaKeys | HuaweiKeys


def is_known(keys: Keys, user: str, key: cloudkeys.AccessKey) -> bool:
    """Return whether the cloud accepts a key as a signature; it does even if a permission is missing."""
    try:
        keys.signing_with(key).last_used(user, key.access_key_id)
    except AuthenticationError:
        return False
    except PermissionDeniedError:
        return True
    return True


@dataclass(frozen=True)
class Leaks:
    """The leaks that Alibaba Cloud's Security Center has found."""

    client: cloudkeys.Alibaba

    def listed(self, key_id: str) -> dict[int, str]:
        """Return how each leak of a key was handled, by the leak's ID."""
        listed = self.client.sas.describe_accesskey_leak_list(query=key_id)
        return {leak.id: str(leak.deal_type) for leak in listed if leak.id and leak.accesskey_id == key_id}

    def detail(self, key_id: str, leak_id: int) -> dict[str, str]:
        """Return where and when a leak of a key was found, by field name."""
        detail = self.client.sas.describe_access_key_leak_detail(leak_id)
        if detail.accesskey_id != key_id:
            raise StopError(f"leak {leak_id} is not a leak of {key_id}: look up the right one in Security Center")
        found = {name: getattr(detail, name) for name in SHOWN_FIELDS}
        return {name: value for name, value in found.items() if isinstance(value, str) and value}

    def mark(self, leak_id: int, how: Mark) -> None:
        """Mark a leak as handled; this doesn't change the key."""
        self.client.sas.modify_access_key_leak_deal(how, id=leak_id)
