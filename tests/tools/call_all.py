"""Call operations of every API with only the installed packages: sync and async, in this process and over sockets."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from cloudkeys import Alibaba, AsyncAlibaba, AsyncHuawei, Connections, Huawei
from cloudkeys.testing import FakeCloud, example_access_key, example_leak, example_secret
from cloudkeys.testing.faults import throttled

LEAKS, ACCESS_KEYS, SECRETS = 120, 2, 60


def listed(alibaba: Alibaba, huawei: Huawei) -> list[int]:
    with alibaba, huawei:
        listing = huawei.iam_v5.list_access_keys("example-user")
        keys = [huawei.iam_v3.show_permanent_access_key(key.access_key_id) for key in listing]
        return [len(list(alibaba.sas.describe_accesskey_leak_list())), len(keys), len(list(huawei.csms.list_secrets()))]


async def listed_async(alibaba: AsyncAlibaba, huawei: AsyncHuawei) -> list[int]:
    async with alibaba, huawei:
        listing = huawei.iam_v5.list_access_keys("example-user")
        keys = [await huawei.iam_v3.show_permanent_access_key(key.access_key_id) async for key in listing]
        leaks = [leak async for leak in alibaba.sas.describe_accesskey_leak_list()]
        return [len(leaks), len(keys), len([secret async for secret in huawei.csms.list_secrets()])]


def check(cloud: FakeCloud, **settings: Any) -> None:
    """Check that each run lists every item, although its first request is throttled."""
    runs: tuple[Callable[[], list[int]], ...] = (
        lambda: listed(cloud.alibaba(**settings), cloud.huawei(**settings)),
        lambda: asyncio.run(listed_async(cloud.async_alibaba(**settings), cloud.async_huawei(**settings))),
    )
    for run in runs:
        cloud.inject(throttled(retry_after=0))
        if (found := run()) != [LEAKS, ACCESS_KEYS, SECRETS]:
            raise SystemExit(f"listed {found} items instead of {[LEAKS, ACCESS_KEYS, SECRETS]}")


def main() -> None:
    cloud = FakeCloud()
    cloud.leaks += [example_leak(number) for number in range(LEAKS)]
    cloud.access_keys += [example_access_key(number) for number in range(ACCESS_KEYS)]
    next(iter(cloud.secrets.values())).extend(example_secret(number) for number in range(SECRETS))
    check(cloud)
    with cloud.serving() as url:
        check(cloud, base_url=url, connections=Connections())
    print(f"made {len(cloud.calls)} calls")


if __name__ == "__main__":
    main()
