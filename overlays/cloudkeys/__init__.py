"""Typed clients for the cloud operations that tell who holds which credential, and which of them leaked.

    >>> import cloudkeys
    >>> alibaba = cloudkeys.Alibaba(region="cn-hangzhou")
    >>> leaks = alibaba.access_key_leaks(status="pending")

`Alibaba` and `Huawei` sign, page, retry and raise typed errors; what they give are the generated models of
`cloudkeys_api`. Everything named here is imported when it is first used.
"""

from __future__ import annotations

import importlib

# Not from `typing`, which takes longer to import than all the rest: type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from cloudkeys.alibaba import Alibaba
    from cloudkeys.auth.credentials import AccessKey, Password
    from cloudkeys.errors import CloudkeysError
    from cloudkeys.huawei import Huawei, last_used_at
    from cloudkeys.paging.cursor import Page
    from cloudkeys.paging.listing import Listing
    from cloudkeys.runtime.connections import Connections
    from cloudkeys.runtime.retries import RetryPolicy

__version__ = "0.1.0"
__all__ = [
    "AccessKey",
    "Alibaba",
    "CloudkeysError",
    "Connections",
    "Huawei",
    "Listing",
    "Page",
    "Password",
    "RetryPolicy",
    "last_used_at",
]

_HOMES: Final = {
    "AccessKey": "auth.credentials",
    "Alibaba": "alibaba",
    "CloudkeysError": "errors",
    "Connections": "runtime.connections",
    "Huawei": "huawei",
    "Listing": "paging.listing",
    "Page": "paging.cursor",
    "Password": "auth.credentials",
    "RetryPolicy": "runtime.retries",
    "last_used_at": "huawei",
}


# Hidden from type checkers, which would otherwise take any name for one of this package.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        if name == "errors":
            return importlib.import_module(f"{__name__}.errors")
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "errors"} - {"TYPE_CHECKING", "_HOMES", "annotations", "importlib"})
