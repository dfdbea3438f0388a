"""The access keys of both vendors' users: a created key can call until it is deactivated or deleted."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final, Literal, TypeVar

import msgspec

from cloudkeys.auth.credentials import AccessKey
from cloudkeys.testing.callers import Caller

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from cloudkeys.testing.state import CloudState

StructT = TypeVar("StructT", bound=msgspec.Struct)
MAX_ACCESS_KEYS: Final = 2
"""The number of access keys that a user may have."""
_PREFIXES: Final = {"alibaba": "LTAIfake", "huawei": "FAKE"}


def create_access_key(cloud: CloudState, vendor: Literal["alibaba", "huawei"]) -> AccessKey:
    """Create an access key, and accept it from now on."""
    key = AccessKey(f"{_PREFIXES[vendor]}{secrets.token_hex(8).upper()}", f"fake-{secrets.token_hex(20)}")
    cloud.callers.add([Caller(vendor=vendor, key=key)])
    return key


def record_use(cloud: CloudState, operation: str) -> None:
    """Record the use of the caller's access key for an operation, if it belongs to a user."""
    vendor, _, service = operation.partition(".")[0].partition("_")
    if vendor == "alibaba":
        changes = {"last_used_date": _written(cloud.now()), "service_name": service.capitalize()}
        replace_first(cloud.ram_access_keys, lambda key: key.access_key_id == cloud.caller, **changes)
    else:
        replace_first(cloud.access_keys, lambda key: key.access == cloud.caller, last_use_time=cloud.now())


def replace_first(items: list[StructT], matches: Callable[[StructT], bool], **changes: object) -> StructT | None:
    """Replace fields of the first item that matches; return the new item, or None if none matches."""
    for number, item in enumerate(items):
        if matches(item):
            items[number] = changed = msgspec.structs.replace(item, **changes)
            return changed
    return None


def _written(moment: datetime) -> str:
    """Return a time in UTC, in Alibaba Cloud's format."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
