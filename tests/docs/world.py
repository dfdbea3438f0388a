"""The environment of the documents' code: a fake cloud that receives all requests except those to this machine."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
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

LOOPBACK = frozenset({"127.0.0.1", "localhost"})
FINDERS: dict[Any, Callable[[], AccessKey]] = {"alibaba": find_alibaba, "huawei": lambda: find_huawei("basic")[0]}


def new_world() -> FakeCloud:
    """Return the fake cloud of one page, with the data that the pages show."""
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
    """Return the variables in which clients find the credentials of a cloud."""
    return {
        "ALIBABA_CLOUD_ACCESS_KEY_ID": cloud.alibaba_key.access_key_id,
        "ALIBABA_CLOUD_ACCESS_KEY_SECRET": cloud.alibaba_key.secret,
        "HUAWEICLOUD_SDK_AK": cloud.huawei_key.access_key_id,
        "HUAWEICLOUD_SDK_SK": cloud.huawei_key.secret,
        "HUAWEICLOUD_SDK_PROJECT_ID": PROJECT_ID,
        "HUAWEICLOUD_SDK_DOMAIN_ID": cloud.domain_id,
    }


def replacements(cloud: FakeCloud) -> Iterator[tuple[type, str, Callable[..., Any]]]:
    """Yield httpx's methods to replace: the class, the name, and the function that sends requests to the cloud."""

    def respond(request: ReceivedRequest) -> FakeResponse:
        _admit_found_keys(cloud)
        return cloud.respond(request)

    fake = HandlerTransport(respond)
    yield httpx.HTTPTransport, "handle_request", _choose(httpx.HTTPTransport.handle_request, fake.handle_request)
    real = httpx.AsyncHTTPTransport.handle_async_request
    yield httpx.AsyncHTTPTransport, "handle_async_request", _choose(real, fake.handle_async_request)


def _choose(real: Callable[..., Any], fake: Callable[..., Any]) -> Callable[..., Any]:
    # Both async methods return an awaitable, so this works for them too.
    return lambda transport, request: real(transport, request) if request.url.host in LOOPBACK else fake(request)


def _admit_found_keys(cloud: FakeCloud) -> None:
    """Let the cloud accept the keys that a page has put where clients look."""
    for vendor, find in FINDERS.items():
        with contextlib.suppress(CredentialsError):
            cloud.callers.add([Caller(vendor=vendor, key=find())])
