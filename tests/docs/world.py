"""The world that the documentation's code runs in: a fake cloud in place of every host but this machine.

Imported, it serves the code of a page; run as a program, `world.py FILE ARGUMENT...` or `world.py -m MODULE ...`, it
runs another program in such a world.
"""

from __future__ import annotations

import contextlib
import os
import runpy
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx

from cloudkeys import AccessKey
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError
from cloudkeys.testing import (
    Caller,
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_secret,
)
from cloudkeys.testing.http.transport import HandlerTransport
from cloudkeys.testing.state import PROJECT_ID

TRANSPORTS: tuple[type[httpx.BaseTransport | httpx.AsyncBaseTransport], ...] = (
    httpx.HTTPTransport,
    httpx.AsyncHTTPTransport,
)
LOOPBACK = frozenset({"127.0.0.1", "localhost"})


def new_world() -> FakeCloud:
    """Return the fake cloud of one page, with the data that its output tells of."""
    unused = example_access_key(3)
    return FakeCloud(
        leaks=[example_leak(number) for number in range(1, 251)],
        access_keys=[
            *(example_access_key(number) for number in (1, 2)),
            example_access_key(3, last_use_time=unused.create_time),
            # The access key of the vendor's own example.
            example_access_key(4, access="LOSZM4YRVLKOY9E8", last_use_time=example_access_key(4).create_time),
        ],
        secrets={PROJECT_ID: [example_secret(number) for number in range(1, 121)]},
    )


def environment(cloud: FakeCloud) -> dict[str, str]:
    """Return the variables by which the clients find the credentials of a cloud."""
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.alibaba_key.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.alibaba_key.secret,
        "HUAWEICLOUD_SDK_AK": cloud.huawei_key.access_key_id,
        "HUAWEICLOUD_SDK_SK": cloud.huawei_key.secret,
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT_ID,
        "HUAWEICLOUD_SDK_DOMAIN_ID": cloud.domain_id,
    }


def replacements(cloud: FakeCloud) -> Iterator[tuple[type, str, Callable[..., Any]]]:
    """Give the methods that bring requests into the world: of which class, their names, and what stands for them."""

    def answer(request: ReceivedRequest) -> FakeResponse:
        admit_whoever_is_found(cloud)
        return cloud.answer(request)

    here = HandlerTransport(answer)
    for kind in TRANSPORTS:
        name = "handle_request" if issubclass(kind, httpx.BaseTransport) else "handle_async_request"
        yield kind, name, _choosing(getattr(kind, name), getattr(here, name))


def _choosing(real: Callable[..., Any], fake: Callable[..., Any]) -> Callable[..., Any]:
    # Of async transports both return an awaitable, so that this needs no twin.
    return lambda transport, request: real(transport, request) if request.url.host in LOOPBACK else fake(request)


def admit_whoever_is_found(cloud: FakeCloud) -> None:
    """Let the keys call that a page has put where the clients look."""
    for vendor, find in FINDERS.items():
        with contextlib.suppress(CredentialsError):
            cloud.callers.add([Caller(vendor=vendor, key=find())])


FINDERS: dict[Any, Callable[[], AccessKey]] = {"alibaba": find_alibaba, "huawei": lambda: find_huawei("basic")[0]}


def main(arguments: list[str]) -> None:
    folder = str(Path(__file__).parents[1])
    sys.path.insert(0, folder)
    from network_guard import guard  # noqa: PLC0415 - elsewhere than in the tests it has to be found first

    sys.path.remove(folder)
    sys.addaudithook(guard)
    cloud = new_world()
    os.environ.update({name: value for name, value in environment(cloud).items() if name not in os.environ})
    for kind, name, function in replacements(cloud):
        setattr(kind, name, function)
    if arguments[0] == "-m":
        sys.argv = arguments[1:]
        runpy.run_module(arguments[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv = arguments
        sys.path[0] = str(Path(arguments[0]).parent.resolve())
        runpy.run_path(arguments[0], run_name="__main__")


if __name__ == "__main__":
    main(sys.argv[1:])
