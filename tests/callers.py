"""All operations of the specs, and functions that call them sync or async."""

from __future__ import annotations

import asyncio
import importlib
import pkgutil
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, unquote

import attrs
import httpx
import msgspec

import cloudkeys_api
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.messages import Response
from cloudkeys.runtime.operation import Operation
from cloudkeys.runtime.retries import RetryPolicy
from cloudkeys.runtime.types import SecretStr, decode_hook
from cloudkeys.testing.recording import RecordedRequest, load_recordings
from specs import SPEC_OPERATIONS

RECORDED = Path(__file__).parent / "recorded"
SINGLE_ATTEMPT: dict[str, Any] = {"retry": RetryPolicy(attempts=1)}


class Target(NamedTuple):
    """An operation under test, with the arguments of a successful recorded request, if there is one."""

    module: ModuleType
    package: ModuleType
    arguments: dict[str, Any]

    @property
    def operation(self) -> Operation[Any, ..., Any]:
        operation: Operation[Any, ..., Any] = self.module.OPERATION
        return operation

    @property
    def vendor(self) -> str:
        """The vendor's name, as in methods of the fake cloud."""
        return self.package.__name__.rpartition(".")[2].partition("_")[0]

    @property
    def api(self) -> str:
        """The attribute of the front classes for the API's client."""
        return self.package.__name__.rpartition(".")[2].partition("_")[2]

    @property
    def holds_secrets(self) -> bool:
        """Whether the call or its result has secrets; then responses don't keep their content."""
        return self.operation.returns_secrets or any(isinstance(each, SecretStr) for each in self.arguments.values())

    def own_settings(self) -> dict[str, Any]:
        """Return the arguments of the API's client, not of the method."""
        return {name: self.arguments[name] for name in attrs.fields_dict(self.package.Client) if name in self.arguments}

    def method_arguments(self) -> dict[str, Any]:
        """Return the arguments of the operation's method, without the page size."""
        paging = getattr(self.module, "PAGING", None)
        elsewhere = {*self.own_settings(), *((paging.step, paging.size) if paging else ())}
        return {name: value for name, value in self.arguments.items() if name not in elsewhere}

    def settings(self, base_url: str, settings: dict[str, Any] | None) -> dict[str, Any]:
        """Return all arguments of the API's client."""
        return {"base_url": base_url, **SINGLE_ATTEMPT, **self.own_settings(), **(settings or {})}

    def method(self, client: Any) -> Callable[..., Any]:
        """Return the operation's method of a client or of a front."""
        method: Callable[..., Any] = getattr(getattr(client, self.api, client), self.module.__name__.rpartition(".")[2])
        return method


def _targets() -> Iterator[Target]:
    requests = {each.operation: each.request for each in load_recordings(RECORDED) if each.response.status < 300}
    for package in (importlib.import_module(found.name) for found in _modules(cloudkeys_api)):
        for found in pkgutil.walk_packages(package.api.__path__, f"{package.__name__}.api."):
            module = importlib.import_module(found.name)
            if hasattr(module, "OPERATION"):
                request = requests.get(module.OPERATION.full_name)
                yield Target(module, package, recorded_arguments(module.OPERATION, request) if request else {})


def _modules(package: ModuleType) -> Iterator[pkgutil.ModuleInfo]:
    return pkgutil.iter_modules(package.__path__, f"{package.__name__}.")


def recorded_arguments(operation: Operation[Any, ..., Any], request: RecordedRequest) -> dict[str, Any]:
    """Return the arguments of a recorded request by their Python names, in the types of the operation's struct.

    Recordings have no request bodies; the spec's example replaces them.
    """
    found = arguments_in(operation, request.target, body_example(operation.full_name))
    return {name: value for name, value in msgspec.structs.asdict(found).items() if value is not msgspec.UNSET}


def arguments_in(operation: Operation[Any, ..., Any], target: str, body: dict[str, Any]) -> msgspec.Struct:
    """Return the arguments in a target and a body, as the Struct of the operation's parameters."""
    path, _, query = target.partition("?")
    found = re.fullmatch(re.sub(r"\{([^{}]+)\}", r"(?P<\1>[^/]+)", operation.path), path)
    values: dict[str, Any] = {name: unquote(text) for name, text in (found.groupdict() if found else {}).items()}
    for name, text in parse_qsl(query):
        array, _, number = name.partition(".")
        if number:
            values.setdefault(array, []).append(text)
        else:
            values[name] = text
    schema: Any = operation.parameters
    parameters: msgspec.Struct = msgspec.convert(values | body, schema, strict=False, dec_hook=decode_hook)
    return parameters


def body_example(operation: str) -> dict[str, Any]:
    """Return the spec's example of a request body; empty if a request has none."""
    body = SPEC_OPERATIONS[operation][1].operation.get("requestBody")
    examples = body["content"]["application/json"]["examples"] if body else {}
    return dict(next(iter(examples.values()))["value"]) if examples else {}


TARGETS = {target.operation.full_name: target for target in _targets()}

Caller = Callable[..., Response[Any]]


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


CALLERS = {"sync": call_sync, "async": call_async}


def client_settings_for(
    content: bytes | str, status: int = 200, headers: dict[str, str] | None = None
) -> tuple[dict[str, Any], list[httpx.Request]]:
    """Return the settings of a client that always receives this response, and the list of its requests."""
    requests: list[httpx.Request] = []

    def handle(request: httpx.Request) -> httpx.Response:
        requests.append(request)
        return httpx.Response(status, content=content, headers=headers)

    transport = httpx.MockTransport(handle)
    connections = Connections(transport=transport, async_transport=transport)
    return {"connections": connections}, requests
