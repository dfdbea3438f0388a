from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import re
import socket
import ssl
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import httpx
import pytest

import cloudkeys
from cloudkeys import AccessKey, Alibaba, Connections, Huawei, Password, RetryPolicy, last_used_at
from cloudkeys.asyncio_transport import AsyncioTransport
from cloudkeys.auth import acs3
from cloudkeys.auth.base import hmac_sha256_hex
from cloudkeys.connections import AsyncClient, SyncClient, default_tls_settings
from cloudkeys.errors import (
    CloudkeysError,
    ConnectionFailedError,
    CredentialsError,
    ParameterError,
    ServerError,
    StatusError,
)
from cloudkeys.find_credentials import find_alibaba
from cloudkeys.socket_transport import SocketTransport
from cloudkeys.testing import Answer
from cloudkeys_api import huawei_iam_v3
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from driver import Driver, Handler

SECRET = "secret-that-nobody-may-see"  # noqa: S105 - what the tests look for in places where it must not be
TOKEN = "token-that-nobody-may-see"  # noqa: S105
KEY = AccessKey("AK", SECRET)
OPERATION = "ShowPermanentAccessKey"
ONCE = RetryPolicy(attempts=1)
AT_ONCE = RetryPolicy(attempts=3, first_wait=0, jitter=0)

over_mock = pytest.mark.parametrize(
    "driver", [(False, False), (True, False)], ids=["sync-mock", "async-mock"], indirect=True
)
over_sockets = pytest.mark.parametrize(
    "driver", [(False, True), (True, True)], ids=["sync-sockets", "async-sockets"], indirect=True
)


def credential(access: str, *, used: str = "2026-01-02T03:04:05Z") -> Answer:
    fields = {"user_id": "u", "access": access, "status": "active", "create_time": "2026-01-02T03:04:05Z"}
    return Answer(200, json.dumps({"credential": fields | {"last_use_time": used}}).encode(), {"X-Request-Id": "r-1"})


class Service:
    """Answers every operation with one item, and keeps the requests."""

    def __init__(self) -> None:
        self.requests: list[httpx.Request] = []

    def __call__(self, request: httpx.Request) -> Answer:
        self.requests.append(request)
        if request.url.path == "/v3/auth/tokens":
            body = b'{"token": {"expires_at": "2099-01-01T00:00:00Z"}}'
            return Answer(201, body, {"X-Subject-Token": TOKEN})
        if "/credentials/" in request.url.path:
            return credential(request.url.path.rpartition("/")[2])
        item = {"Id": 1, "id": "1", "user_id": "u", "access_key_id": "AK", "status": "active"}
        page = [item | {"created_at": "2026-01-02T03:04:05Z"}]
        common = {"page_info": {"current_count": 1}, "TotalCount": 1}
        return Answer(
            200, json.dumps({"access_keys": page, "secrets": page, "AccessKeyLeakList": page} | common).encode()
        )

    @property
    def asked_for_tokens(self) -> int:
        return sum(request.url.path == "/v3/auth/tokens" for request in self.requests)


def show(driver: Driver, huawei: Huawei, access_key: str = "AK") -> Any:
    return driver.call(lambda: huawei.access_key(access_key), lambda: huawei.access_key_async(access_key))


# The life of a client.


@pytest.mark.parametrize("broken", [False, True])
def test_leaving_the_block_closes_the_connections_and_a_later_call_opens_new_ones(
    driver: Driver,
    broken: bool,  # noqa: FBT001
) -> None:
    huawei = Huawei(token=TOKEN, **driver.serve(Service()))
    used: list[SyncClient | AsyncClient] = []

    def sync() -> None:
        with huawei as entered:
            assert entered is huawei
            huawei.access_key("AK")
            used.append(huawei.connections.sync_client())
            assert not used[0].is_closed
            if broken:
                raise KeyError

    async def asynchronous() -> None:
        async with huawei as entered:
            assert entered is huawei
            await huawei.access_key_async("AK")
            used.append(huawei.connections.async_client())
            assert not used[0].is_closed
            if broken:
                raise KeyError

    with pytest.raises(KeyError) if broken else contextlib.nullcontext():
        driver.call(sync, asynchronous)
    assert used[0].is_closed
    assert show(driver, huawei).access == "AK"
    assert used[0].is_closed
    driver.call(huawei.close, huawei.aclose)
    driver.call(huawei.close, huawei.aclose)


def test_an_unused_client_opens_nothing() -> None:
    with Huawei(region="cn-north-4", token=TOKEN) as huawei, Alibaba(region="cn-hangzhou") as alibaba:
        assert huawei.connections._sync is alibaba.connections._sync is None  # noqa: SLF001 - nothing else tells


def test_many_threads_or_tasks_share_a_client(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(credentials=KEY, project_id="p", domain_id="d", **driver.serve(service))
    names = [f"AK{number}" for number in range(200)]

    def sync() -> list[str]:
        def work(name: str) -> str:
            assert [secret.id for secret in huawei.secrets()] == ["1"]
            return huawei.access_key(name).access

        with ThreadPoolExecutor(16) as pool:
            return list(pool.map(work, names))

    async def asynchronous() -> list[str]:
        async def work(some: list[str]) -> list[str]:
            assert [secret.id async for secret in huawei.secrets()] == ["1"]
            return [(await huawei.access_key_async(name)).access for name in some]

        found = await asyncio.gather(*(work(names[number::50]) for number in range(50)))
        return sorted((name for some in found for name in some), key=names.index)

    assert driver.call(sync, asynchronous) == names
    assert len(service.requests) == (250 if driver.is_async else 400)


def test_many_threads_make_one_http_client() -> None:
    connections = Connections()
    barrier = threading.Barrier(16)

    def get(_: int) -> SyncClient:
        barrier.wait()
        return connections.sync_client()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(map(id, pool.map(get, range(16))))) == 1
    connections.close()


@contextlib.contextmanager
def raw_server(response: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Answer each connection with the same bytes, on one thread; yield the URL, and the list of requests."""
    requests: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def serve() -> None:
            while True:
                connection, _ = listener.accept()
                with connection:
                    request = connection.recv(65536)
                    if not request:
                        return
                    requests.append(request)
                    connection.sendall(response)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}", requests
        finally:
            with socket.create_connection(listener.getsockname()):
                pass  # a connection that sends nothing ends the thread
            thread.join(5)


RAW = b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%b"
RAW_CREDENTIAL = RAW % (len(credential("AK").body), credential("AK").body)


@over_sockets
def test_an_idle_client_holds_no_thread(driver: Driver) -> None:
    with raw_server(RAW_CREDENTIAL) as (base_url, _):
        before = threading.enumerate()
        huawei = Huawei(base_url=base_url, token=TOKEN, retry=AT_ONCE)
        assert threading.enumerate() == before
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
        assert threading.enumerate() == before
        driver.call(huawei.close, huawei.aclose)


# Time-outs.


@over_mock
def test_the_time_out_reaches_the_request(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(token=TOKEN, **driver.serve(service))
    whole: list[tuple[httpx.Timeout | float | None, dict[str, float | None]]] = [
        (5, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
        (httpx.Timeout(3, connect=1), {"connect": 1, "read": 3, "write": 3, "pool": 3}),
        (None, {"connect": None, "read": None, "write": None, "pool": None}),
    ]
    default = {"connect": 10, "read": 60, "write": 60, "pool": 60}
    for timeout, expected in whole:
        show(driver, huawei.with_options(timeout=timeout))
        assert service.requests[-1].extensions["timeout"] == expected
        show(driver, huawei)
        assert service.requests[-1].extensions["timeout"] == default
        driver.items(huawei.with_options(timeout=timeout).access_keys("u"))
        assert service.requests[-1].extensions["timeout"] == expected


@over_mock
def test_the_time_out_of_the_client_is_that_of_its_calls(driver: Driver) -> None:
    service = Service()
    driver.items(Alibaba(credentials=KEY, timeout=7, **driver.serve(service)).access_key_leaks())
    assert set(service.requests[0].extensions["timeout"].values()) == {7}


@over_mock
def test_the_time_out_is_that_of_the_request_for_a_token_too(driver: Driver) -> None:
    service = Service()
    password = Password(user="u", password=SECRET, domain="d")
    show(driver, Huawei(password=password, timeout=7, **driver.serve(service)))
    assert service.asked_for_tokens == 1
    assert service.requests[0].extensions.get("timeout") == {"connect": 7, "read": 7, "write": 7, "pool": 7}


# How requests travel.


@over_sockets
@pytest.mark.parametrize("said_by", ["the caller", "the environment"])
def test_a_proxy_carries_all_requests(driver: Driver, said_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(RAW_CREDENTIAL) as (proxy, requests):
        address = proxy.replace("//", f"//user:{SECRET}@")
        if said_by == "the environment":
            monkeypatch.setenv("HTTP_PROXY", address)
            connections = Connections()
        else:
            connections = Connections(proxy=address)
        # A name that no resolver knows: only the proxy is asked for it.
        huawei = Huawei(base_url="http://iam.invalid", allow_http=True, token=TOKEN, connections=connections)
        assert show(driver, huawei).access == "AK"
        driver.call(huawei.close, huawei.aclose)
        assert requests[0].startswith(b"GET http://iam.invalid/v3.0/OS-CREDENTIAL/credentials/AK HTTP/1.1\r\n")
        assert b"proxy-authorization: basic " in requests[0].lower()
        assert SECRET not in repr(huawei)


@over_sockets
def test_a_proxy_sees_nothing_of_https(driver: Driver) -> None:
    with raw_server(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n") as (proxy, requests):
        connections = Connections(proxy=proxy)
        huawei = Huawei(base_url="https://iam.invalid", token=TOKEN, retry=ONCE, connections=connections)
        with pytest.raises(ConnectionFailedError, match="ProxyError"):
            show(driver, huawei)
        driver.call(huawei.close, huawei.aclose)
        assert requests[0].startswith(b"CONNECT iam.invalid:443 HTTP/1.1\r\n")
        assert TOKEN.encode() not in requests[0]


class NotedContext(ssl.SSLContext):
    """TLS settings that refuse every connection, and note that they were asked."""

    asked: int

    def wrap_socket(self, *_arguments: Any, **_keywords: Any) -> Any:
        self.asked += 1
        raise ssl.SSLError("refused")

    wrap_bio = wrap_socket


@over_sockets
def test_servers_are_checked_with_the_tls_settings_that_are_given(driver: Driver) -> None:
    settings = NotedContext(ssl.PROTOCOL_TLS_CLIENT)
    settings.asked = 0
    with raw_server(b"") as (base_url, requests):
        connections = Connections(verify=settings)
        https = base_url.replace("http:", "https:")
        huawei = Huawei(base_url=https, token=TOKEN, retry=ONCE, connections=connections)
        with pytest.raises(ConnectionFailedError, match="refused"):
            show(driver, huawei)
        driver.call(huawei.close, huawei.aclose)
    assert settings.asked == 1
    assert requests == []


def test_servers_are_checked_by_default_with_settings_that_are_made_once(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = default_tls_settings()
    assert settings.verify_mode is ssl.CERT_REQUIRED
    assert settings.check_hostname
    used: list[object] = []

    class NotedTransport(SocketTransport):
        def __init__(self, verify: ssl.SSLContext) -> None:
            super().__init__(verify)
            used.append(verify)

    class NotedAsyncTransport(AsyncioTransport):
        def __init__(self, verify: ssl.SSLContext) -> None:
            super().__init__(verify)
            used.append(verify)

    monkeypatch.setattr("cloudkeys.connections.SocketTransport", NotedTransport)
    monkeypatch.setattr("cloudkeys.asyncio_transport.AsyncioTransport", NotedAsyncTransport)

    async def make() -> None:
        Connections().async_client()

    for _ in range(2):
        Connections().sync_client()
        asyncio.run(make())
    assert used == [settings] * 4


class Own:
    """A user's own httpx clients, which do what ours must not."""

    def __init__(self, driver: Driver, handler: Handler) -> None:
        served = driver.serve(handler)
        theirs: dict[str, Any] = {"follow_redirects": True, "auth": ("user", SECRET), "headers": {"X-Own": "1"}}
        self.sync = httpx.Client(transport=served["connections"].transport, **theirs)
        self.asynchronous = httpx.AsyncClient(transport=served["connections"].async_transport, **theirs)
        connections = Connections(http_client=self.sync, async_http_client=self.asynchronous)
        self.settings: dict[str, Any] = {"base_url": served["base_url"], "connections": connections}

    async def aclose(self) -> None:
        await self.asynchronous.aclose()


@pytest.fixture
def own(driver: Driver) -> Iterator[Callable[[Handler], Own]]:
    made: list[Own] = []

    def make(handler: Handler) -> Own:
        made.append(Own(driver, handler))
        return made[-1]

    yield make
    for clients in made:
        clients.sync.close()
        driver.call(lambda: None, clients.aclose)


def test_an_httpx_client_of_the_users_own_carries_requests_and_stays_open(
    driver: Driver, own: Callable[[Handler], Own]
) -> None:
    service = Service()
    clients = own(service)
    huawei = Huawei(token=TOKEN, **clients.settings)
    show(driver, huawei)
    assert service.requests[0].headers["X-Own"] == "1"
    driver.call(huawei.close, huawei.aclose)
    assert not clients.sync.is_closed
    assert not clients.asynchronous.is_closed
    show(driver, huawei)
    assert len(service.requests) == 2


def test_the_authentication_of_an_own_client_is_not_used(driver: Driver, own: Callable[[Handler], Own]) -> None:
    service = Service()
    clients = own(service)
    show(driver, Huawei(token=TOKEN, **clients.settings))
    show(driver, Huawei(credentials=KEY, **clients.settings))
    without = huawei_iam_v3.Client(**clients.settings)
    driver.call(
        lambda: show_permanent_access_key.sync("AK", client=without),
        lambda: show_permanent_access_key.asyncio("AK", client=without),
    )
    sent = [request.headers.get("Authorization", "none").partition(" ")[0] for request in service.requests]
    assert sent == ["none", "SDK-HMAC-SHA256", "none"]


REDIRECTS = [301, 302, 303, 307, 308]


@pytest.mark.parametrize("status", REDIRECTS)
def test_an_own_client_follows_no_redirect_either(driver: Driver, own: Callable[[Handler], Own], status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> Answer:
        asked.append(request.url.path)
        return Answer(status, b"", {"Location": "/elsewhere"})

    with pytest.raises(StatusError) as caught:
        show(driver, Huawei(token=TOKEN, retry=ONCE, **own(redirect).settings))
    assert caught.value.status_code == status
    assert asked == ["/v3.0/OS-CREDENTIAL/credentials/AK"]


@pytest.mark.parametrize("status", REDIRECTS)
def test_no_redirect_is_followed(driver: Driver, status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> Answer:
        asked.append(request.url.path)
        return Answer(status, b"", {"Location": "/elsewhere"})

    served = driver.serve(redirect)
    password = Password(user="u", password=SECRET, domain="d")
    holders: list[dict[str, Any]] = [{"token": TOKEN}, {"credentials": KEY}, {"password": password}]
    for holder in holders:
        with pytest.raises(StatusError) as caught:
            show(driver, Huawei(retry=ONCE, **holder, **served))
        assert caught.value.status_code == status
        assert caught.value.headers["Location"] == "/elsewhere"
    with pytest.raises(StatusError):
        driver.items(Alibaba(credentials=KEY, retry=ONCE, **served).access_key_leaks())
    path = "/v3.0/OS-CREDENTIAL/credentials/AK"
    assert asked == [path, path, "/v3/auth/tokens", "/"]


def test_who_asks_is_told(driver: Driver) -> None:
    service = Service()
    served = driver.serve(service)
    driver.items(Alibaba(credentials=KEY, **served).access_key_leaks())
    show(driver, Huawei(credentials=KEY, **served))
    agent = f"cloudkeys/{cloudkeys.__version__} httpx/{httpx.__version__}"
    assert [request.headers["User-Agent"] for request in service.requests] == [agent] * 2


def test_who_asks_for_a_token_is_told_too(driver: Driver) -> None:
    service = Service()
    show(driver, Huawei(password=Password(user="u", password=SECRET, domain="d"), **driver.serve(service)))
    assert service.asked_for_tokens == 1
    assert service.requests[0].headers["User-Agent"] == service.requests[1].headers["User-Agent"]


# Copies with other options.


def test_a_copy_leaves_the_original_as_it_was_and_shares_its_connections(driver: Driver) -> None:
    service = Service()
    original = Huawei(token=TOKEN, project_id="p", **driver.serve(service))
    policy = RetryPolicy(attempts=7)
    copy = original.with_options(timeout=1.0, retry=policy, project_id="other", largest_response=9_000)
    assert (copy.timeout, copy.retry, copy.project_id, copy.largest_response) == (1.0, policy, "other", 9_000)
    assert (original.project_id, original.largest_response) == ("p", Huawei(region="a", token="t").largest_response)  # noqa: S106
    assert original.retry == RetryPolicy()
    assert original.timeout == httpx.Timeout(60, connect=10)
    assert copy.connections is original.connections
    for client, project in ((copy, "other"), (original, "p")):
        driver.items(client.secrets())
        assert service.requests[-1].url.path == f"/v1/{project}/secrets"
        assert service.requests[-1].headers["X-Auth-Token"] == TOKEN
    driver.call(copy.close, copy.aclose)
    driver.items(original.secrets())


def test_a_copy_with_another_policy_retries_by_it(driver: Driver) -> None:
    asked: list[int] = []

    def fail(_: httpx.Request) -> Answer:
        asked.append(1)
        return Answer(503, b"{}")

    alibaba = Alibaba(credentials=KEY, retry=ONCE, **driver.serve(fail))
    for client, attempts in ((alibaba, 1), (alibaba.with_options(retry=AT_ONCE), 3), (alibaba, 1)):
        asked.clear()
        with pytest.raises(ServerError):
            driver.items(client.access_key_leaks())
        assert len(asked) == attempts


@pytest.mark.parametrize("option", ["time_out", "_client", "client", "_iam", "iam", "headers", "auth"])
def test_an_unknown_option_is_refused(option: str) -> None:
    for client in (Alibaba(region="cn-hangzhou"), Huawei(region="cn-north-4", token=TOKEN)):
        with pytest.raises(TypeError, match=option):
            client.with_options(**{option: 1})


def test_a_copy_is_checked_as_a_new_client_is() -> None:
    huawei = Huawei(region="cn-north-4", token=TOKEN)
    with pytest.raises(ValueError, match="give one of credentials, token and password"):
        huawei.with_options(credentials=KEY)
    with pytest.raises(ValueError, match="region must be"):
        huawei.with_options(region="a.b")
    with pytest.raises(ValueError, match="base_url must be https"):
        huawei.with_options(base_url="http://iam.example")


def test_a_copy_uses_the_token_that_was_got(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(password=Password(user="u", password=SECRET, domain="d"), **driver.serve(service))
    show(driver, huawei)
    for timeout in (1, 2, 3):
        show(driver, huawei.with_options(timeout=timeout))
    assert service.asked_for_tokens == 1
    show(driver, huawei.with_options(password=Password(user="other", password=SECRET, domain="d")))
    assert service.asked_for_tokens == 2


# The raw response.


def test_the_raw_response_comes_beside_the_decoded_one(driver: Driver) -> None:
    huawei = Huawei(token=TOKEN, project_id="p", **driver.serve(Service()))
    response = driver.call(lambda: huawei.access_key_detailed("AK"), lambda: huawei.access_key_detailed_async("AK"))
    assert response.status_code == 200
    assert response.headers["x-request-id"] == response.headers["X-Request-Id"] == "r-1"
    assert response.content == credential("AK").body
    assert response.body.credential == show(driver, huawei)
    (page,) = driver.pages(huawei.secrets())
    assert page.response.status_code == 200
    assert json.loads(page.response.content)["secrets"][0]["id"] == page.items[0].id == "1"
    assert page.response.body.secrets == page.items
    assert int(page.response.headers["content-length"]) == len(page.response.content)


# The log.


def records(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if record.name == "cloudkeys"]
    assert {record.levelno for record in found} <= {logging.DEBUG}
    return [record.getMessage() for record in found]


def test_each_attempt_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([Answer(503, b"{}", {"X-Request-Id": "r-1"}), Answer(429, b"{}", {"X-IAM-Trace-Id": "r-2"})])

    def handler(_: httpx.Request) -> Answer:
        return next(answers, credential("AK"))

    served = driver.serve(handler)
    huawei = Huawei(credentials=AccessKey("AK", SECRET, TOKEN), retry=AT_ONCE, **served)
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
    url = re.escape(f"{served['base_url']}/v3.0/OS-CREDENTIAL/credentials/AK")
    expected = [("503", 1, "r-1"), ("429", 2, "r-2"), ("200", 3, "r-1")]
    found = records(caplog)
    assert len(found) == len(expected)
    for message, (status, attempt, request_id) in zip(found, expected, strict=True):
        assert re.fullmatch(
            rf"{OPERATION}: GET {url}: {status} in \d+\.\d{{3}} s, attempt {attempt}, request id {request_id}",
            message,
        )
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


def test_an_attempt_without_a_response_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    huawei = Huawei(credentials=lambda: SECRET, **driver.serve(Service()))  # type: ignore[arg-type]
    with caplog.at_level(logging.DEBUG), pytest.raises(cloudkeys.CloudkeysError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert re.search(r": CredentialsError in \d\.\d{3} s, attempt 1, request id -$", message)
    assert SECRET not in caplog.text


@over_sockets
def test_an_attempt_that_failed_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    with raw_server(b"HTTP/1.") as (base_url, _), caplog.at_level(logging.DEBUG):
        huawei = Huawei(base_url=base_url, token=TOKEN, retry=AT_ONCE)
        with pytest.raises(ConnectionFailedError):
            show(driver, huawei)
        driver.call(huawei.close, huawei.aclose)
    found = [re.search(r": (\w+) in \d\.\d{3} s, attempt (\d),", message) for message in records(caplog)]
    assert [match and match.groups() for match in found] == [("ConnectionFailedError", str(n)) for n in (1, 2, 3)]
    assert TOKEN not in caplog.text


def test_nothing_is_logged_above_debug(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([Answer(503, b"{}"), Answer(401, b"{}")])
    huawei = Huawei(token=TOKEN, retry=AT_ONCE, **driver.serve(lambda _: next(answers)))
    with caplog.at_level(logging.INFO), pytest.raises(StatusError):
        show(driver, huawei)
    assert records(caplog) == []


def test_what_a_service_sends_steers_no_log(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answer = Answer(400, b"{}", {"X-Request-Id": "r" * 10_000})
    huawei = Huawei(token=TOKEN, retry=ONCE, **driver.serve(lambda _: answer))
    with caplog.at_level(logging.DEBUG, "cloudkeys"), pytest.raises(StatusError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert message.isprintable()
    assert len(message) < 600


def test_no_log_shows_a_secret_that_the_service_echoes(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    def echo(request: httpx.Request) -> Answer:
        return Answer(400, json.dumps({"error_msg": TOKEN}).encode(), {"X-Request-Id": request.headers["X-Auth-Token"]})

    huawei = Huawei(token=TOKEN, retry=ONCE, **driver.serve(echo))
    with caplog.at_level(logging.DEBUG, "cloudkeys"), pytest.raises(StatusError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert TOKEN not in message


HOLDERS: dict[str, dict[str, Any]] = {
    "a token": {"token": TOKEN},
    "temporary keys": {"credentials": AccessKey("AK", SECRET, TOKEN)},
    "a password": {"password": Password(user="u", password=SECRET, domain="d")},
}


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_log_of_any_library_shows_a_secret(driver: Driver, holder: str, caplog: pytest.LogCaptureFixture) -> None:
    huawei = Huawei(project_id="p", **HOLDERS[holder], **driver.serve(Service()))
    # At debug level httpcore logs the headers of each response, and so a new token, whoever uses it.
    caplog.set_level(logging.INFO, logger="httpcore")
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
        driver.items(huawei.secrets())
    assert len(records(caplog)) == 2
    shown = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in shown
    assert TOKEN not in shown


# The package.

PUBLIC = {"AccessKey", "Alibaba", "CloudkeysError", "Connections", "Huawei", "Listing", "Page", "Password"} | {
    "RetryPolicy",
    "__version__",
    "last_used_at",
}


def run(code: str) -> str:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True, timeout=60)
    assert done.stderr == ""
    return done.stdout


@pytest.mark.parametrize("module", ["cloudkeys", "cloudkeys.errors"])
def test_importing_the_package_loads_nothing_else(module: str) -> None:
    heavy = {"asyncio", "attr", "attrs", "cloudkeys_api", "httpx", "msgspec", "ssl", "stamina"}
    code = f"import sys; before = set(sys.modules); import {module}; print(*sorted(set(sys.modules) - before))"
    loaded = set(run(code).split())
    assert module in loaded
    assert not heavy & loaded


def test_all_public_names_are_listed_and_are_there() -> None:
    listed = run("import cloudkeys; print(*dir(cloudkeys))").split()
    assert set(listed) >= PUBLIC
    assert len(listed) == len(set(listed))
    assert set(dir(cloudkeys)) >= PUBLIC
    names = ", ".join(sorted(PUBLIC))
    code = f"from cloudkeys import {names}; import cloudkeys; print(*sorted(vars(cloudkeys)))"
    assert set(run(code).split()) >= PUBLIC


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'cloudkeys' has no attribute 'Aws'"):
        getattr(cloudkeys, "Aws")  # noqa: B009 - type checkers know that it isn't there
    with pytest.raises(ImportError, match="cannot import name 'Aws'"):
        exec("from cloudkeys import Aws")  # noqa: S102 - likewise


# What is asked for.


@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("2026-01-02T03:04:05Z", None),
        ("2026-01-02T03:04:05.000000Z", None),
        ("2026-01-02T04:04:05+01:00", None),
        ("2026-01-02T03:04:06Z", datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)),
        ("2026-05-06T07:08:09.123456Z", datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)),
    ],
)
def test_a_key_that_was_never_used_has_no_last_use(driver: Driver, used: str, expected: datetime | None) -> None:
    huawei = Huawei(token=TOKEN, **driver.serve(lambda _: credential("AK", used=used)))
    assert last_used_at(show(driver, huawei)) == expected


NO_SEGMENT = [
    "",
    ".",
    "..",
    "a/b",
    "/",
    "../x",
    "a\\b",
    "a\nb",
    "a\r\n",
    "a\x00",
    "\x1b[0m",
    "a\x7f",
    "a\x85",
    "a\u2028",
]


@pytest.mark.parametrize("text", [*NO_SEGMENT, "a b", "a%2Fb", "é", "a" * 65, "a.b"])
def test_what_cannot_be_the_id_of_a_user_is_refused(text: str) -> None:
    service = Service()
    transport = httpx.MockTransport(lambda request: httpx.Response(200, content=service(request).body))
    huawei = Huawei(base_url="http://127.0.0.1", token=TOKEN, connections=Connections(transport=transport))
    with pytest.raises(ParameterError) as caught:
        huawei.access_keys(text)
    assert (caught.value.operation, caught.value.parameter) == ("ListAccessKeys", "user_id")
    assert str(caught.value).isprintable()
    assert service.requests == []


@pytest.mark.parametrize("text", NO_SEGMENT)
def test_what_cannot_be_an_access_key_is_refused(driver: Driver, text: str) -> None:
    service = Service()
    huawei = Huawei(token=TOKEN, **driver.serve(service))
    with pytest.raises(ParameterError) as caught:
        show(driver, huawei, text)
    assert (caught.value.operation, caught.value.parameter) == (OPERATION, "access_key")
    assert service.requests == []


@pytest.mark.parametrize("holder", HOLDERS)
@pytest.mark.parametrize("text", NO_SEGMENT)
def test_what_cannot_be_the_id_of_a_project_is_refused(holder: str, text: str) -> None:
    # A client with an access key refuses some already when it is made, since the ID goes into a header too.
    with pytest.raises(ValueError, match=r"project_id|X-Project-Id"):
        Huawei(region="cn-north-4", project_id=text, **HOLDERS[holder]).secrets()


@pytest.mark.parametrize("text", ["a/b", "..", "a\nb"])
def test_what_cannot_be_a_segment_of_a_path_is_not_sent(driver: Driver, text: str) -> None:
    service = Service()
    served = driver.serve(service)
    with pytest.raises(ParameterError):
        driver.items(Huawei(token=TOKEN, project_id=text, **served).secrets())
    with pytest.raises(ParameterError):
        driver.items(Huawei(token=TOKEN, **served).access_keys(text))
    assert service.requests == []


def test_other_characters_are_sent_as_they_are_meant(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(credentials=KEY, **driver.serve(service))
    show(driver, huawei, "a b%2F?c#d+é")
    assert service.requests[0].url.raw_path.endswith(b"/credentials/a%20b%252F%3Fc%23d%2B%C3%A9")


def test_a_moment_without_a_time_zone_is_refused(driver: Driver) -> None:
    service = Service()
    alibaba = Alibaba(credentials=KEY, **driver.serve(service))
    with pytest.raises(ValueError, match="since: must have a time zone"):
        alibaba.access_key_leaks(since=datetime(2026, 1, 2))  # noqa: DTZ001 - what must be refused
    assert service.requests == []


@pytest.mark.parametrize(
    ("since", "sent"),
    [
        (datetime(1970, 1, 1, 0, 0, 1, tzinfo=UTC), "1000"),
        (datetime(2026, 1, 2, 3, 4, 5, 678_000, tzinfo=UTC), "1767323045678"),
        (datetime(2026, 1, 2, 11, 4, 5, 678_000, tzinfo=timezone(timedelta(hours=8))), "1767323045678"),
        (1767323045678, "1767323045678"),
    ],
)
def test_a_moment_is_sent_as_unix_milliseconds(driver: Driver, since: datetime | int, sent: str) -> None:
    service = Service()
    driver.items(Alibaba(credentials=KEY, **driver.serve(service)).access_key_leaks(since=since))
    assert service.requests[0].url.params["StartTs"] == sent


@pytest.mark.parametrize("holder", HOLDERS)
def test_a_missing_project_is_told(holder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    huawei = Huawei(region="cn-north-4", **HOLDERS[holder])
    with pytest.raises(ParameterError, match=r"ListSecrets: parameter project_id: .*give project_id") as caught:
        huawei.secrets()
    assert "HUAWEICLOUD_SDK_PROJECT_ID" in str(caught.value)
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "p")
    Huawei(region="cn-north-4", **HOLDERS[holder]).secrets()


@pytest.mark.parametrize(
    "pair", [("a token", "temporary keys"), ("a token", "a password"), ("temporary keys", "a password")]
)
def test_two_ways_to_authenticate_are_refused(pair: tuple[str, str]) -> None:
    for holders in (pair, tuple(HOLDERS)):
        given: dict[str, Any] = {name: value for holder in holders for name, value in HOLDERS[holder].items()}
        with pytest.raises(ValueError, match="give one of credentials, token and password") as caught:
            Huawei(region="cn-north-4", **given)
        assert SECRET not in str(caught.value)


@pytest.mark.parametrize("given_by", ["the caller", "the environment", "the environment, with the key"])
def test_the_project_and_the_account_are_in_signed_headers(
    driver: Driver, given_by: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    options: dict[str, Any] = {"credentials": KEY, "project_id": "the-project", "domain_id": "the-account"}
    if given_by != "the caller":
        options = {"credentials": KEY}
        monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "the-project")
        monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "the-account")
    if given_by == "the environment, with the key":
        options = {}
        monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "AK")
        monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    service = Service()
    huawei = Huawei(**options, **driver.serve(service))
    driver.items(huawei.secrets())
    driver.items(huawei.access_keys("u"))
    show(driver, huawei)
    csms, *iam = service.requests
    assert csms.headers["X-Project-Id"] == "the-project"
    assert "X-Domain-Id" not in csms.headers
    assert "x-project-id" in csms.headers["Authorization"]
    for request in iam:
        assert request.headers["X-Domain-Id"] == "the-account"
        assert "X-Project-Id" not in request.headers
        assert "x-domain-id" in request.headers["Authorization"]


# What a review of the overlay found.


def test_the_end_of_a_copy_closes_nothing_of_its_original(driver: Driver) -> None:
    service = Service()
    huawei = Huawei(token=TOKEN, project_id="p", **driver.serve(service))
    opened = driver.call(huawei.connections.sync_client, async_client_of(huawei))
    with huawei.with_options(timeout=5) as copy:
        show(driver, copy)
    assert not opened.is_closed
    show(driver, huawei)


def async_client_of(huawei: Huawei) -> Any:
    async def client() -> AsyncClient:
        return huawei.connections.async_client()

    return client


def test_event_loops_that_ended_leave_no_client_behind() -> None:
    connections = Connections(async_transport=httpx.MockTransport(lambda _: httpx.Response(404)))

    async def use() -> None:
        connections.async_client()

    for _ in range(5):
        asyncio.run(use())
    assert len(connections._async) == 1  # noqa: SLF001 - nothing else shows what is kept


def test_no_cookie_is_taken(driver: Driver) -> None:
    sent: list[str | None] = []

    def bake(request: httpx.Request) -> Answer:
        sent.append(request.headers.get("Cookie"))
        return Answer(404, b"{}", {"Set-Cookie": "session=1; Path=/"})

    huawei = Huawei(token=TOKEN, retry=RetryPolicy(attempts=1), **driver.serve(bake))
    for _ in range(2):
        with pytest.raises(CloudkeysError):
            show(driver, huawei)
    assert sent == [None, None]


def test_a_found_key_that_cannot_be_sent_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI\n")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    with pytest.raises(CredentialsError, match="access_key_id must be printable ASCII"):
        find_alibaba()


def test_the_project_in_the_path_is_the_one_in_the_header(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "one")
    huawei = Huawei(credentials=KEY, **driver.serve(service))
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "two")
    driver.items(huawei.secrets())
    assert service.requests[0].url.path.split("/")[2] == service.requests[0].headers["X-Project-Id"] == "one"


@pytest.mark.parametrize("base_url", ["https://x:abc", "https://", "https://[::"])
def test_a_base_url_that_is_none_is_a_value_error(base_url: str) -> None:
    with pytest.raises(ValueError, match="base_url must be"):
        Huawei(base_url=base_url, token=TOKEN)


def test_a_path_in_front_is_signed_as_it_is_sent(driver: Driver) -> None:
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> Answer:
        seen.append(request)
        return Answer(200, b'{"AccessKeyLeakList": []}')

    served = driver.serve(handle)
    alibaba = Alibaba(credentials=KEY, **served | {"base_url": served["base_url"] + "/my%20proxy"})
    driver.items(alibaba.access_key_leaks())
    (request,) = seen
    path, _, query = request.url.raw_path.decode().partition("?")
    assert path == "/my%20proxy/"
    names = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    headers = [(name, request.headers[name]) for name in names.split(";")]
    canonical = acs3.canonical_request("POST", path, query, headers, request.headers["x-acs-content-sha256"])
    signature = hmac_sha256_hex(KEY.secret, acs3.string_to_sign(canonical))
    assert request.headers["Authorization"].endswith(f"Signature={signature}")
