"""Calling an operation both ways, so that one body tests sync and async alike."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import ModuleType
from typing import Any, NamedTuple

import attrs
import httpx

from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.messages import Response
from cloudkeys.runtime.operation import Operation
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys

SINGLE_ATTEMPT: dict[str, Any] = {"retry": RetryPolicy(attempts=1)}


class Target(NamedTuple):
    """An operation under test, with arguments that the spec allows."""

    module: ModuleType
    package: ModuleType
    arguments: dict[str, Any]

    @property
    def operation(self) -> Operation[Any, ..., Any]:
        operation: Operation[Any, ..., Any] = self.module.OPERATION
        return operation

    def settings(self, base_url: str, settings: dict[str, Any] | None) -> dict[str, Any]:
        """Return the arguments of the API's client: those that every client has, and those of its own."""
        own = {name: self.arguments[name] for name in attrs.fields_dict(self.package.Client) if name in self.arguments}
        return {"base_url": base_url, **SINGLE_ATTEMPT, **own, **(settings or {})}


TARGETS = {
    target.operation.name: target
    for target in (
        Target(describe_accesskey_leak_list, alibaba_sas, {"page_size": 20, "current_page": 1}),
        Target(list_access_keys, huawei_iam_v5, {"user_id": "user"}),
        Target(show_permanent_access_key, huawei_iam_v3, {"access_key": "LOSZM4YRVLKOY9E8"}),
        Target(list_secrets, huawei_csms, {"project_id": "2b31ed520aaaaaaaebedb6e57bbbbbbb"}),
    )
}

Shell = Callable[..., Response[Any]]


def call_sync(target: Target, base_url: str = "http://127.0.0.1", *, settings: Any = None, **arguments: Any) -> Any:
    with target.package.Client(**target.settings(base_url, settings)) as client:
        detailed = target.module.sync_detailed(client, **target.arguments | arguments)
        assert target.module.sync(client, **target.arguments | arguments) == detailed.body
        return detailed


def call_async(target: Target, base_url: str = "http://127.0.0.1", *, settings: Any = None, **arguments: Any) -> Any:
    async def run() -> Any:
        async with target.package.AsyncClient(**target.settings(base_url, settings)) as client:
            detailed = await target.module.asyncio_detailed(client, **target.arguments | arguments)
            assert await target.module.asyncio(client, **target.arguments | arguments) == detailed.body
            return detailed

    return asyncio.run(run())


SHELLS = {"sync": call_sync, "async": call_async}


def answering(
    content: bytes | str, status: int = 200, headers: dict[str, str] | None = None
) -> tuple[dict[str, Any], list[httpx.Request]]:
    """Return settings for a client whose every request gets this answer, and the list of requests that it fills."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, content=content, headers=headers)

    transport = httpx.MockTransport(handle)
    connections = Connections(transport=transport, async_transport=transport)
    return {"connections": connections}, requests
