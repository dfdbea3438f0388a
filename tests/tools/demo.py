"""Call every operation, sync and async, against its recorded responses, which a server on loopback replays."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import msgspec
from rich.console import Console
from rich.table import Table
from rich.text import Text

from callers import CALLERS, RECORDED, TARGETS, recorded_arguments
from cloudkeys.errors import StatusError
from cloudkeys.runtime.connections import Connections
from cloudkeys.runtime.redaction import printable
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys.testing.recording import Recording, load_recordings
from cloudkeys.testing.replay import replay

TLS = default_tls_settings()


def direct() -> Connections:
    """Return connections that ignore the proxies of the environment: the server is on this machine."""
    return Connections(transport=httpx.HTTPTransport(verify=TLS), async_transport=httpx.AsyncHTTPTransport(verify=TLS))


def outcomes(recording: Recording) -> Iterator[Any]:
    """Yield the response, or the error, of a sync call and of an async call."""
    target = TARGETS[recording.operation]
    target = target._replace(arguments=recorded_arguments(target.operation, recording.request))
    with replay([recording]) as base_url:
        for call in CALLERS.values():
            try:
                yield call(target, base_url, settings={"connections": direct()})
            except StatusError as error:
                yield error


def summary(recording: Recording) -> Text:
    """Call an operation sync and async, and return the result's first fields, or the error; secrets stay redacted."""
    sync, asynchronous = outcomes(recording)
    if (sync.status_code, sync.body) != (asynchronous.status_code, asynchronous.body):
        raise SystemExit(f"{recording.operation}: the sync and the async result differ")
    if sync.status_code != recording.response.status:
        raise SystemExit(f"{recording.operation}: {sync!r}")
    shown = f"{type(sync).__name__}: {sync.code}" if isinstance(sync, StatusError) else fields(first_struct(sync.body))
    return Text(printable(f"{sync.status_code} {shown}"))


def first_struct(value: Any) -> Any:
    """Return the first struct inside a body, such as the first item of a listing; else the body."""
    for name in value.__struct_fields__ if isinstance(value, msgspec.Struct) else ():
        inner = getattr(value, name)
        inner = inner[0] if isinstance(inner, list | tuple) and inner else inner
        if isinstance(inner, msgspec.Struct):
            return first_struct(inner)
    return value


def fields(struct: msgspec.Struct | None) -> str:
    values = msgspec.structs.asdict(struct).items() if struct is not None else ()
    return ", ".join(f"{name}={value}" for name, value in values if value is not msgspec.UNSET) or "(no body)"


def main() -> None:
    recordings = load_recordings(RECORDED)
    table = Table("operation", "result or error, the same sync and async")
    for column, width in zip(table.columns, (27, 46), strict=True):
        column.width, column.no_wrap, column.overflow = width, True, "ellipsis"
    package = ""
    for name in sorted(TARGETS):
        if not name.startswith(f"{package}."):
            package = name.partition(".")[0]
            table.add_section()
            table.add_row(Text(package, "bold"))
        own = [recording for recording in recordings if recording.operation == name]
        errors = [recording for recording in own if 400 <= recording.response.status < 500]
        results = [recording for recording in own if recording.response.status < 300]
        lines = Text("\n").join(map(summary, results[:1] + errors[:1]))
        table.add_row(name.partition(".")[2], lines)
    Console(width=80).print(table)


if __name__ == "__main__":
    main()
