"""The access keys that users hold, of both vendors: who made one may call with it, until it is switched off or gone."""

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
MOST: Final = 2
"""How many access keys a user may have."""
_PREFIXES: Final = {"alibaba": "LTAIfake", "huawei": "FAKE"}


def new_caller(cloud: CloudState, vendor: Literal["alibaba", "huawei"]) -> AccessKey:
    """Make up an access key, with which its owner may call from now on."""
    key = AccessKey(f"{_PREFIXES[vendor]}{secrets.token_hex(8).upper()}", f"fake-{secrets.token_hex(20)}")
    cloud.callers.add([Caller(vendor=vendor, key=key)])
    return key


def note_use(cloud: CloudState, operation: str) -> None:
    """Note that the caller's access key was used for an operation, if a user holds it."""
    vendor, _, service = operation.partition(".")[0].partition("_")
    if vendor == "alibaba":
        changes = {"last_used_date": _written(cloud.now()), "service_name": service.capitalize()}
        replace_first(cloud.ram_access_keys, lambda key: key.access_key_id == cloud.caller, **changes)
    else:
        replace_first(cloud.access_keys, lambda key: key.access == cloud.caller, last_use_time=cloud.now())


def replace_first(items: list[StructT], is_meant: Callable[[StructT], bool], **changes: object) -> StructT | None:
    """Change fields of the first item that is meant; return what it is now, or None where there is none."""
    for number, item in enumerate(items):
        if is_meant(item):
            items[number] = changed = msgspec.structs.replace(item, **changes)
            return changed
    return None


def _written(moment: datetime) -> str:
    """Return a time as Alibaba Cloud writes it, in UTC."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"
