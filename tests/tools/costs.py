"""Costs of actions, counted without a clock: the same code costs the same on every machine.

`python tests/tools/costs.py` prints the costs that `test_budgets.py` compares with `budgets.toml`.
"""

from __future__ import annotations

import asyncio
import gc
import itertools
import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, partial
from types import FrameType
from typing import Any

import httpx
import msgspec

import cloudkeys
from cloudkeys.auth import acs3, sdk_hmac
from cloudkeys.auth.signing import sha256_hex
from cloudkeys.testing import FakeResponse, example_secret
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_csms.models import ListSecretsResponse
from driver import serving

KEY = cloudkeys.AccessKey("AK", "secret")
SECRET: dict[str, Any] = msgspec.to_builtins(example_secret(1, event_subscriptions=["event"]))


def page(count: int, following: str | None = None) -> bytes:
    """Return a page with this number of secrets."""
    info = {"current_count": count} | ({"next_marker": following} if following else {})
    return json.dumps({"secrets": [SECRET | {"id": str(n)} for n in range(count)], "page_info": info}).encode()


@contextmanager
def without_collections() -> Iterator[None]:
    """Switch off garbage collections, which would run other objects' finalizers and free their memory."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        sys.settrace(None)
        sys.setprofile(None)
        gc.enable()


def instructions(work: Callable[[], object]) -> int:
    """Return the number of Python instructions of an action, after runs that fill its caches."""
    found = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal found
        frame.f_trace_opcodes, frame.f_trace_lines = True, False
        found += event == "opcode"
        return trace

    for _ in range(3):
        work()
    with without_collections():
        sys.settrace(trace)
        work()
    return found


def system_calls(work: Callable[[], object]) -> int:
    """Return how often an action sends to or receives from a socket, after a run that opens the connection."""
    found = 0

    def profile(_frame: FrameType, event: str, argument: Any) -> None:
        nonlocal found
        found += event == "c_call" and argument.__name__ in {"send", "sendall", "recv", "recv_into"}

    work()
    with without_collections():
        sys.setprofile(profile)
        work()
    return found


def settings(connections: cloudkeys.Connections, base_url: str = "http://127.0.0.1:9") -> dict[str, Any]:
    """Return the settings of a client of Huawei Cloud, sync or async."""
    return {"base_url": base_url, "project_id": "p", "credentials": KEY, "connections": connections}


def mocked(*bodies: bytes) -> cloudkeys.Connections:
    """Return connections that respond with these bodies in turn, without end."""
    following = itertools.cycle(bodies)
    transport = httpx.MockTransport(lambda _: httpx.Response(200, content=next(following)))
    return cloudkeys.Connections(transport=transport, async_transport=transport)


def signatures() -> dict[str, int]:
    """Count the instructions of a signature."""
    headers = [("host", "example.com"), ("x-sdk-date", "20260101T000000Z")]
    nothing, query = sha256_hex(b""), "limit=100&marker=m"

    def of_huawei() -> str:
        canonical = sdk_hmac.canonical_request("GET", "/v1/p/secrets", query, headers, nothing)
        return sdk_hmac.signed_authorization(KEY, "20260101T000000Z", canonical)

    def of_alibaba() -> str:
        return acs3.signed_authorization(KEY, acs3.canonical_request("POST", "/", query, headers, nothing))

    return {"sdk_hmac_signature": instructions(of_huawei), "acs3_signature": instructions(of_alibaba)}


def call_each_way(given: dict[str, Any]) -> tuple[int, int]:
    """Count the instructions of a call, sync and async."""
    with cloudkeys.Huawei(**given) as huawei, asyncio.Runner() as runner:
        twin = cloudkeys.AsyncHuawei(**given)

        async def call() -> None:
            # Without a result: the runner would turn it into text.
            await list_secrets.asyncio(twin.csms, project_id="p", limit="100")

        sync = instructions(partial(list_secrets.sync, huawei.csms, project_id="p", limit="100"))
        asynchronous = instructions(lambda: runner.run(call()))
        runner.run(twin.aclose())
    return sync, asynchronous


def calls() -> dict[str, int]:
    """Count the instructions of a call, mocked and over sockets, and of each further item on a page."""
    sync, asynchronous = call_each_way(settings(mocked(page(100))))
    with serving(lambda _: FakeResponse(200, page(1))) as base_url:
        sync_sent, async_sent = call_each_way(settings(cloudkeys.Connections(), base_url))
    clients = [cloudkeys.Huawei(**settings(mocked(page(count)))).csms for count in (100, 1000)]
    few, many = (instructions(partial(list, client.list_secrets(limit=1000))) for client in clients)
    return {
        "call": sync,
        "async_call": asynchronous,
        "call_over_sockets": sync_sent,
        "async_call_over_sockets": async_sent,
        "each_item": round((many - few) / 900),
    }


def allocations() -> dict[str, int]:
    """Count the memory blocks of each item of a decoded page."""
    decoder = msgspec.json.Decoder(ListSecretsResponse)
    body, kept = page(1000), [decoder.decode(page(100))]
    with without_collections():
        before = sys.getallocatedblocks()
        kept.append(decoder.decode(body))
        return {"blocks_of_an_item": round((sys.getallocatedblocks() - before) / 1000)}


def traffic() -> dict[str, int]:
    """Count the system calls of ten pages: a client that reopens its connection sends and receives more."""

    def handler(request: httpx.Request) -> FakeResponse:
        number = int(dict(request.url.params).get("marker", "1"))
        return FakeResponse(200, page(100, str(number + 1) if number < 10 else None))

    found: dict[str, int] = {}
    with serving(handler) as base_url, asyncio.Runner() as runner:
        given = settings(cloudkeys.Connections(), base_url)
        with cloudkeys.Huawei(**given) as huawei:
            found["system_calls_of_ten_pages"] = system_calls(lambda: list(huawei.csms.list_secrets(limit=100)))
        asynchronous = cloudkeys.AsyncHuawei(**given)

        async def drain() -> None:
            async for _ in asynchronous.csms.list_secrets(limit=100):
                pass

        found["async_system_calls_of_ten_pages"] = system_calls(lambda: runner.run(drain()))
        runner.run(asynchronous.aclose())
    return found


@cache
def modules_after(code: str) -> set[str]:
    """Return the modules that Python has loaded after running a program."""
    command = [sys.executable, "-c", f"{code}\nimport sys; print(' '.join(sys.modules))"]
    return set(subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())


def loaded(code: str) -> set[str]:
    """Return the modules that a program loads, without those that Python loads itself."""
    return modules_after(code) - modules_after("pass")


def costs() -> dict[str, int]:
    """Return all costs."""
    return signatures() | calls() | allocations() | traffic()


if __name__ == "__main__":
    for name, cost in costs().items():
        print(f"{name} = {cost}")
