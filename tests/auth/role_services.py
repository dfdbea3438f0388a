"""The services that issue temporary keys, on loopback, behind a proxy that the environment names."""

from __future__ import annotations

import contextlib
import json
import ssl
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import trustme

AUTHORITY: Final = trustme.CA()
HOSTS: Final = ("sts.aliyuncs.com", "100.100.100.200", "169.254.169.254")


class RoleServices:
    """Issues TEMPORARY1, TEMPORARY2 and so on, and records the requests."""

    def __init__(self) -> None:
        self.requests: list[tuple[str, str, dict[str, str]]] = []
        self.issued = 0
        self.lifetime = timedelta(hours=1)

    def respond(self, host: str, path: str, fields: dict[str, str]) -> str:
        self.requests.append((host, path, fields))
        if path.endswith("/token"):
            return "token-of-the-instance"
        self.issued += 1
        end = datetime.now(UTC) + self.lifetime
        if host == "169.254.169.254":
            keys = {"access": f"TEMPORARY{self.issued}", "secret": "s", "securitytoken": "t"}
            return json.dumps({"credential": keys | {"expires_at": f"{end:%Y-%m-%dT%H:%M:%S.%fZ}"}})
        keys = {"AccessKeyId": f"TEMPORARY{self.issued}", "AccessKeySecret": "s", "SecurityToken": "t"}
        keys |= {"Expiration": f"{end:%Y-%m-%dT%H:%M:%SZ}", "Code": "Success"}
        return json.dumps(keys if host == "100.100.100.200" else {"Credentials": keys})


@contextlib.contextmanager
def proxy_to(services: RoleServices) -> Iterator[str]:
    """Serve a proxy that forwards all requests, including HTTPS, to the services."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    AUTHORITY.issue_cert(*HOSTS).configure_cert(tls)

    class Handler(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            self.send_response(200)
            self.end_headers()
            connection = tls.wrap_socket(self.connection, server_side=True)
            inner = type("Inner", (Handler,), {"host": self.path.partition(":")[0]})
            inner(connection, self.client_address, self.server)
            connection.close()
            self.close_connection = True

        def do_GET(self) -> None:
            url = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            fields = {name: values[0] for name, values in parse_qs(f"{url.query}&{body}").items()}
            host: Any = getattr(self, "host", url.hostname)
            content = services.respond(host, url.path, fields).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_POST = do_PUT = do_GET  # noqa: N815 - the server's names

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the server's name
            """Log nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
