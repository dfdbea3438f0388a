"""Call all operations with the installed packages alone, sync and async, through httpx and over sockets."""

from __future__ import annotations

import asyncio
from typing import Any

from cloudkeys import Alibaba, Connections, Huawei
from cloudkeys.testing import FakeCloud, example_access_key, example_leak, example_secret
from cloudkeys.testing.faults import throttled

LEAKS, ACCESS_KEYS, SECRETS = 120, 2, 60


def listed(clients: tuple[Alibaba, Huawei]) -> list[int]:
    with clients[0] as alibaba, clients[1] as huawei:
        keys = [huawei.access_key(key.access_key_id) for key in huawei.access_keys("example-user")]
        return [len(list(alibaba.access_key_leaks())), len(keys), len(list(huawei.secrets()))]


async def listed_async(clients: tuple[Alibaba, Huawei]) -> list[int]:
    async with clients[0] as alibaba, clients[1] as huawei:
        keys = [await huawei.access_key_async(key.access_key_id) async for key in huawei.access_keys("example-user")]
        leaks = [leak async for leak in alibaba.access_key_leaks()]
        return [len(leaks), len(keys), len([secret async for secret in huawei.secrets()])]


def check(cloud: FakeCloud, **settings: Any) -> None:
    """Expect every item, although the first call of each run is refused."""
    for run in (listed, lambda clients: asyncio.run(listed_async(clients))):
        cloud.inject(throttled(retry_after=0))
        if (found := run((cloud.alibaba(**settings), cloud.huawei(**settings)))) != [LEAKS, ACCESS_KEYS, SECRETS]:
            raise SystemExit(f"{found} items were listed, of {[LEAKS, ACCESS_KEYS, SECRETS]}")


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
