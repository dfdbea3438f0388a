"""Call four operations through the generated clients, sync and async, against recorded responses on loopback."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import httpx
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from cloudkeys.errors import StatusError
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.redaction import printable
from cloudkeys.testing.recording import load_recordings
from cloudkeys.testing.replay import replay
from cloudkeys_api import alibaba_sas, huawei_csms, huawei_iam_v3, huawei_iam_v5
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.alibaba_sas.models import LeakStatus
from cloudkeys_api.huawei_csms.api.secrets import list_secrets
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from cloudkeys_api.huawei_iam_v5.api.access_keys import list_access_keys

RECORDED = Path(__file__).parents[1] / "recorded"
PROJECT = {"project_id": "2b31ed520aaaaaaaebedb6e57bbbbbbb"}


class Call(NamedTuple):
    """An operation, its API, arguments that succeed, others that fail, and the settings of the API's own client."""

    operation: ModuleType
    package: ModuleType
    good: dict[str, Any]
    bad: dict[str, Any]
    settings: dict[str, Any]


PAGE = {"page_size": 20, "current_page": 1}
CALLS = (
    Call(describe_accesskey_leak_list, alibaba_sas, PAGE, PAGE | {"status": LeakStatus.DEALED}, {}),
    Call(list_access_keys, huawei_iam_v5, {"user_id": "user"}, {"user_id": "nobody"}, {}),
    Call(show_permanent_access_key, huawei_iam_v3, {"access_key": "LOSZM4YRVLKOY9E8"}, {"access_key": "UNKNOWN"}, {}),
    Call(list_secrets, huawei_csms, PROJECT, PROJECT | {"event_name": "token_expired"}, PROJECT),
)


def direct() -> Connections:
    """Return connections that take no proxy of the environment, since the server is on this machine."""
    return Connections(transport=httpx.HTTPTransport(), async_transport=httpx.AsyncHTTPTransport())


def call_sync(call: Call, base_url: str, arguments: dict[str, Any]) -> Any:
    with call.package.Client(base_url=base_url, connections=direct(), **call.settings) as client:
        return call.operation.sync_detailed(client, **arguments)


def call_async(call: Call, base_url: str, arguments: dict[str, Any]) -> Any:
    async def run() -> Any:
        async with call.package.AsyncClient(base_url=base_url, connections=direct(), **call.settings) as client:
            return await call.operation.asyncio_detailed(client, **arguments)

    return asyncio.run(run())


def items_of(operation: ModuleType, body: msgspec.Struct) -> list[msgspec.Struct]:
    """Return the items of a listing, or whatever else a result holds."""
    paging = getattr(operation, "PAGING", None)
    if paging is None:
        return [getattr(body, name) for name in body.__struct_fields__]
    items: list[msgspec.Struct] = getattr(body, paging.items)
    return items


def result_table(title: str, items: list[msgspec.Struct]) -> Table:
    """Show the fields of items as rows, a column for each item: they have many fields, and the demo has few items."""
    table = Table(
        "field", *(f"item {number}" for number in range(1, len(items) + 1)), title=title, title_justify="left"
    )
    for name in items[0].__struct_fields__:
        values = [getattr(item, name) for item in items]
        table.add_row(name, *(Text("(absent)" if v is msgspec.UNSET else printable(str(v))) for v in values))
    return table


def errors_table() -> Table:
    columns = ("operation", "shell", "status", "error body, decoded")
    return Table(*columns, title="Errors, raised with what the service said", title_justify="left")


def main() -> None:
    console = Console(width=118)
    errors = errors_table()
    with replay(load_recordings(RECORDED)) as base_url:
        for call in CALLS:
            name = call.operation.OPERATION.name
            response, twin = call_sync(call, base_url, call.good), call_async(call, base_url, call.good)
            if response.body != twin.body:
                raise SystemExit("the sync and the async result differ")
            title = f"{name}: status {response.status_code}, sync and async alike"
            console.print(result_table(title, items_of(call.operation, response.body)), "")
            for shell, run in (("sync", call_sync), ("async", call_async)):
                try:
                    run(call, base_url, call.bad)
                except StatusError as error:
                    fields = msgspec.to_builtins(error.body)
                    errors.add_row(name, shell, str(error.status_code), Text(printable(str(fields))))
                else:
                    raise SystemExit(f"{name}: the refusal raised nothing")
    console.print(errors)


if __name__ == "__main__":
    main()
