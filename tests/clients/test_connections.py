"""How requests travel: time-outs, proxies, TLS, httpx clients of the user's own, redirects and headers."""

from __future__ import annotations

import asyncio
import pickle
import ssl
from typing import Any

import httpx
import pytest

import cloudkeys
from clients.services import KEY, ONCE, RAW_CREDENTIAL, REDIRECTS, SECRET, TOKEN, Service, show
from cloudkeys import Alibaba, Connections, Huawei, Password, RetryPolicy
from cloudkeys.errors import CloudkeysError, ConnectionFailedError, StatusError
from cloudkeys.runtime.asyncio_transport import AsyncioTransport
from cloudkeys.runtime.connections import default_tls_settings
from cloudkeys.runtime.socket_transport import SocketTransport
from cloudkeys.testing import Answer
from driver import Driver, over_mock, over_sockets, raw_server


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

    monkeypatch.setattr("cloudkeys.runtime.connections.SocketTransport", NotedTransport)
    monkeypatch.setattr("cloudkeys.runtime.asyncio_transport.AsyncioTransport", NotedAsyncTransport)

    async def make() -> None:
        Connections().async_client()

    for _ in range(2):
        Connections().sync_client()
        asyncio.run(make())
    assert used == [settings] * 4


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


WRONG_SETTINGS: dict[str, dict[str, Any]] = {
    "timeout must be seconds": {"timeout": "5"},
    "retry must be a RetryPolicy": {"retry": 3},
    "connections must be Connections": {"connections": "http://proxy.example.com"},
    "password must be a Password, not str": {"password": "hidden-word"},
}


@pytest.mark.parametrize("message", WRONG_SETTINGS)
def test_a_setting_of_another_type_is_refused_at_once(message: str) -> None:
    with pytest.raises(TypeError, match=message) as caught:
        Huawei(region="cn-north-4", **WRONG_SETTINGS[message])
    assert "hidden" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy", ["user:hidden-word@proxy.example.com:3128", "ftp://user:hidden-word@x", "http://", ""]
)
def test_what_is_no_proxy_is_refused_at_once_and_not_shown(proxy: str) -> None:
    with pytest.raises(ValueError, match="proxy must be a URL, such as") as caught:
        Connections(proxy=proxy)
    assert "hidden" not in str(caught.value)
    assert caught.value.__context__ is None


@pytest.mark.parametrize("verify", [False, "company-ca.pem"])
def test_tls_settings_are_a_context(verify: Any) -> None:
    with pytest.raises(TypeError, match=r"verify must be an ssl\.SSLContext"):
        Connections(verify=verify)


def test_a_client_is_not_pickled() -> None:
    with pytest.raises(TypeError, match="no client is: make one in each process"):
        pickle.dumps(Alibaba(region="cn-hangzhou"))
