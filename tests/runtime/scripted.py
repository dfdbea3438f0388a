"""Listings of numbered items, and clients of their services."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from cloudkeys import RetryPolicy
from driver import Driver, Handler
from paging.paged import KEY, Keys, Leaks, Secrets

QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)


def open_alibaba(driver: Driver, service: Handler, **options: Any) -> Any:
    return driver.alibaba(service, **{"credentials": KEY, "retry": QUICK} | options)


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Any:
    return driver.huawei(service, **{"credentials": KEY, "project_id": "p", "retry": QUICK} | options)


def list_leaks(alibaba: Any, size: int = 100, **options: Any) -> Any:
    return alibaba.sas.describe_accesskey_leak_list(page_size=size, **options)


def list_secrets(huawei: Any, size: int = 50, **options: Any) -> Any:
    return huawei.csms.list_secrets(limit=size, **options)


def list_keys(huawei: Any, size: int | None = None, **options: Any) -> Any:
    return huawei.iam_v5.list_access_keys("u", limit=size, **options)


class Kind(NamedTuple):
    """A kind of listing: a service of so many items, a client of it, its listing, and the key of an item."""

    serve: Callable[[int], Any]
    open: Callable[..., Any]
    listing: Callable[..., Any]
    key: str

    def keys(self, items: Sequence[Any]) -> list[Any]:
        return [getattr(item, self.key) for item in items]


KINDS = {
    "leaks": Kind(Leaks, open_alibaba, list_leaks, "id"),
    "secrets": Kind(Secrets, open_huawei, list_secrets, "id"),
    "keys": Kind(Keys, open_huawei, list_keys, "access_key_id"),
}
