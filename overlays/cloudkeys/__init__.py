"""Typed clients for leaked access keys: find the owner of a key, replace it, and deactivate it.

    >>> import cloudkeys
    >>> alibaba = cloudkeys.Alibaba(region="cn-hangzhou")
    >>> leaks = alibaba.sas.describe_accesskey_leak_list(status="pending")

`Alibaba`, `Huawei`, `AsyncAlibaba` and `AsyncHuawei` hold the generated clients of `cloudkeys_api`. They sign requests,
fetch pages, retry and raise typed errors.
"""

from __future__ import annotations

import importlib

from cloudkeys._version import __version__

# Not from `typing`, which takes longer to import than everything else here. Type checkers know the name.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Final

    from cloudkeys.alibaba import Alibaba, AsyncAlibaba
    from cloudkeys.auth.credentials import AccessKey, Password
    from cloudkeys.errors import CloudkeysError
    from cloudkeys.huawei import AsyncHuawei, Huawei
    from cloudkeys.paging.cursor import Page
    from cloudkeys.paging.listing import AsyncListing, Listing
    from cloudkeys.runtime.connections import Connections
    from cloudkeys.runtime.retries import RetryPolicy

__all__ = [
    "AccessKey",
    "Alibaba",
    "AsyncAlibaba",
    "AsyncHuawei",
    "AsyncListing",
    "CloudkeysError",
    "Connections",
    "Huawei",
    "Listing",
    "Page",
    "Password",
    "RetryPolicy",
    "__version__",
]

# Imported on first use: the generated code imports `cloudkeys.runtime`, and with it this package, before the front
# classes can import the generated code.
_HOMES: Final = {
    "AccessKey": "auth.credentials",
    "Alibaba": "alibaba",
    "AsyncAlibaba": "alibaba",
    "AsyncHuawei": "huawei",
    "AsyncListing": "paging.listing",
    "CloudkeysError": "errors",
    "Connections": "runtime.connections",
    "Huawei": "huawei",
    "Listing": "paging.listing",
    "Page": "paging.cursor",
    "Password": "auth.credentials",
    "RetryPolicy": "runtime.retries",
}


# Hidden from type checkers, which would otherwise accept any name.
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
