"""The server that all contenders talk to: a process of its own that answers from memory, as fast as Python can.

How many items a listing has is what its request filters by (the project, the user, or the time from which on leaks are
asked for), so one server has listings of every length. It listens on two ports: plain, and with TLS.

    python tests/bench/server.py CERTIFICATE KEY

It prints the two ports as JSON, and serves until its standard input ends; then it prints how many requests it
answered, and how many seconds of CPU time that took.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import ssl
import sys
import time
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

_LENGTH: Final = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
SHOWN: Final = json.dumps(
    {
        "credential": {
            "access": "LOSZM4YRVLKOY9E8X6IY",
            "create_time": "2020-01-08T06:26:08.123059Z",
            "user_id": "07609fb9358010e21f7bc003751c7d32",
            "description": "",
            "status": "active",
            "last_use_time": "2020-01-09T06:26:08.123059Z",
        }
    }
).encode()


VERSION: Final = json.dumps(
    {
        "version_metadata": {
            "id": "v2",
            "create_time": 1581507580000,
            "kms_key_id": "b168fe00ff56492495a7d22974df2d0b",
            "secret_name": "secret",
            "version_stages": ["SYSCURRENT"],
        }
    }
).encode()


def _secret(number: int) -> dict[str, Any]:
    return {
        "id": f"bb6a3d22-dc93-{number:04}-b5bd-0000%(page)08d",
        "name": f"secret-%(page)08d-{number:04}",
        "state": "ENABLED",
        "kms_key_id": "b168fe00ff56492495a7d22974df2d0b",
        "description": "What it is for, and who may use it",
        "create_time": 1581507580000,
        "update_time": 1581507580000,
        "scheduled_delete_time": None,
        "secret_type": "RDS",
        "auto_rotation": True,
        "rotation_period": "30d",
        "rotation_config": "{'RDSInstanceId':'b168fe00ff56','SecretSubType':'MultiUser'}",
        "rotation_time": 1668567940000,
        "next_rotation_time": 1668629140000,
        "event_subscriptions": ["pocEvent"],
        "enterprise_project_id": "0",
    }


def _leak(number: int) -> dict[str, Any]:
    return {
        "Id": f"#%(page)d{number:04}#",
        "DealTime": "2020-12-03 21:23:38",
        "Status": "pending",
        "Type": "AccessKey",
        "UserType": "master",
        "AccesskeyId": f"LTAI4F%(page)08d{number:04}",
        "AliUserName": "testAccountName",
        "DealType": "pending",
        "Url": "https://github.com/hht312/test-ak/blob/0e466d2ecce55b4c924d773a058e5dc602d8/1001",
        "GmtModified": 1612357897000,
        "Asset": "Cloud platform",
    }


def _access_key(number: int) -> dict[str, Any]:
    return {
        "user_id": "07609fb9358010e21f7bc003751c7d32",
        "access_key_id": f"HST3%(page)08d{number:04}",
        "created_at": "2023-09-13T06:51:20.550Z",
        "status": "active",
    }


@functools.cache
def _template(kind: str, count: int, *, is_last: bool) -> bytes:
    """Return a page with places for its number, the next page's and the total; `#` takes the quotes off a number."""
    page_info = {"current_count": count} if is_last else {"current_count": count, "next_marker": "%(next)d"}
    body: dict[str, Any]
    if kind == "secrets":
        body = {"secrets": [_secret(number) for number in range(count)], "page_info": page_info}
    elif kind == "access-keys":
        body = {"access_keys": [_access_key(number) for number in range(count)], "page_info": page_info}
    else:
        body = {"RequestId": "B37C9052", "PageSize": count, "CurrentPage": "#%(page)d#", "TotalCount": "#%(total)d#"}
        body |= {"AccessKeyLeakList": [_leak(number) for number in range(count)]}
    return json.dumps(body, separators=(",", ":")).encode().replace(b'"#', b"").replace(b'#"', b"")


@functools.lru_cache(maxsize=64)
def page_of(kind: str, total: int, size: int, page: int) -> bytes:
    """Return the body of one page of a listing.

    Args:
        kind: `secrets`, `access-keys` or `leaks`.
        total: How many items the listing has.
        size: How many items a page has.
        page: The number of the page, from 1.
    """
    count = max(0, min(size, total - (page - 1) * size))
    values = {b"page": page, b"next": page + 1, b"total": total}
    return _template(kind, count, is_last=page * size >= total) % values


@functools.lru_cache(maxsize=64)
def _response(target: str) -> bytes:
    url = urlsplit(target)
    query = {name: values[0] for name, values in parse_qs(url.query).items()}
    parts = url.path.strip("/").split("/")
    if "OS-CREDENTIAL" in parts:
        body = SHOWN
    elif parts[-1] == "versions":
        body = VERSION
    elif parts[-1] in {"secrets", "access-keys"}:
        body = page_of(parts[-1], int(parts[-2]), int(query.get("limit", "50")), int(query.get("marker") or 1))
    else:
        body = page_of("leaks", int(query["StartTs"]), int(query["PageSize"]), int(query["CurrentPage"]))
    return b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body)


class Connection(asyncio.Protocol):
    """Responds to the requests of one connection."""

    answered = 0

    def __init__(self) -> None:
        self._received = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport: Any = transport

    def data_received(self, data: bytes) -> None:
        self._received += data
        while b"\r\n\r\n" in self._received:
            head, _, rest = self._received.partition(b"\r\n\r\n")
            length = int(found[1]) if (found := _LENGTH.search(head)) else 0
            if len(rest) < length:
                return
            self._received = rest[length:]
            Connection.answered += 1
            self._transport.write(_response(head.split(b" ", 2)[1].decode()))


async def serve(certificate: str, key: str) -> None:
    """Serve until standard input ends."""
    tls = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    tls.load_cert_chain(certificate, key)
    loop = asyncio.get_running_loop()
    servers = [
        await loop.create_server(Connection, "127.0.0.1", 0, backlog=1000),
        await loop.create_server(Connection, "127.0.0.1", 0, ssl=tls, backlog=1000),
    ]
    ports = [server.sockets[0].getsockname()[1] for server in servers]
    print(json.dumps(dict(zip(("plain", "tls"), ports, strict=True))), flush=True)
    while command := await loop.run_in_executor(None, sys.stdin.readline):
        del command
        print(json.dumps({"answered": Connection.answered, "cpu_seconds": time.process_time()}), flush=True)


if __name__ == "__main__":
    import uvloop

    uvloop.run(serve(*sys.argv[1:]))
