"""Call all four operations through the generated clients, sync and async, against recorded responses on loopback."""

from __future__ import annotations

from pathlib import Path
from typing import Any

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
from cloudkeys_api.alibaba_sas.models import LeakStatus
from shells import SHELLS, TARGETS, Target

RECORDED = Path(__file__).parent / "recorded"
REFUSED: dict[str, dict[str, Any]] = {
    "DescribeAccesskeyLeakList": {"status": LeakStatus.DEALED},
    "ListAccessKeys": {"user_id": "nobody"},
    "ShowPermanentAccessKey": {"access_key": "UNKNOWN"},
    "ListSecrets": {"event_name": "token_expired"},
}
"""The arguments of each operation that the recorded service refuses."""


def call(shell: str, target: Target, base_url: str, **arguments: Any) -> Any:
    # No proxy of the environment, since the server is on this machine.
    direct = Connections(transport=httpx.HTTPTransport(), async_transport=httpx.AsyncHTTPTransport())
    return SHELLS[shell](target, base_url, settings={"connections": direct}, **arguments)


def items_of(target: Target, body: msgspec.Struct) -> list[msgspec.Struct]:
    """Return the items of a listing, or whatever else a result holds."""
    paging = getattr(target.module, "PAGING", None)
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
        for name, target in TARGETS.items():
            response, twin = (call(shell, target, base_url) for shell in SHELLS)
            if response.body != twin.body:
                raise SystemExit("the sync and the async result differ")
            title = f"{name}: status {response.status_code}, sync and async alike"
            console.print(result_table(title, items_of(target, response.body)), "")
            for shell in SHELLS:
                try:
                    call(shell, target, base_url, **REFUSED[name])
                except StatusError as error:
                    fields = msgspec.to_builtins(error.body)
                    errors.add_row(name, shell, str(error.status_code), Text(printable(str(fields))))
                else:
                    raise SystemExit(f"{name}: the refusal raised nothing")
    console.print(errors)


if __name__ == "__main__":
    main()
