"""Proxies that refuse, that break, and that aren't asked."""

from __future__ import annotations

import socket
import threading
from typing import Any

import httpx
import pytest

from cloudkeys import Password
from cloudkeys.errors import ConnectionFailedError, TimedOutError
from cloudkeys.runtime.proxies import routes_of_environment
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets, over_sockets_of_httpx, raw_server
from runtime.failing import assert_shows_no_secret, failure, failure_at
from runtime.services import AT_ONCE, RAW_CREDENTIAL, SECRET, TOKEN, show

URLS = {"https": "https://iam.invalid", "http": "http://iam.invalid"}


def proxied_failure(driver: Driver, url: str, proxy: str, **options: Any) -> Any:
    """Return what a call through a proxy raises, which must name the proxy and show no password."""
    connections = driver.connections(proxy=proxy.replace("//", f"//hidden-user:{SECRET}@"))
    error = failure_at(driver, url, connections, **{"retry": AT_ONCE, "allow_http": True} | options)
    assert f"iam.invalid through the proxy {proxy}: " in str(error)
    assert_shows_no_secret(error, "hidden-user")
    return error


REFUSALS = {"407 Proxy Authentication Required": 1, "403 Forbidden": 1, "302 Found": 1, "502 Bad Gateway": 3}


@over_sockets
@pytest.mark.parametrize("status", REFUSALS)
def test_a_proxy_that_does_not_connect_is_named_with_its_status_and_asked_again_where_that_may_help(
    driver: Driver, status: str
) -> None:
    answer = f"HTTP/1.1 {status}, not with {SECRET}\r\nContent-Length: 0\r\n\r\n"
    with raw_server(answer.encode()) as (proxy, requests):
        error = proxied_failure(driver, URLS["https"], proxy)
    assert type(error) is ConnectionFailedError
    assert f"ProxyError: status {status[:3]}" in str(error)
    assert not error.may_have_taken_effect
    assert len(requests) == REFUSALS[status]
    assert error.is_worth_repeating == (REFUSALS[status] > 1)


@over_sockets
def test_a_proxy_that_wants_a_password_for_http_is_named_too(driver: Driver) -> None:
    answer = b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 2\r\n\r\n{}"
    with raw_server(answer) as (proxy, requests):
        error = proxied_failure(driver, URLS["http"], proxy)
    assert type(error) is ConnectionFailedError
    assert "ProxyError: status 407" in str(error)
    assert not error.may_have_taken_effect
    assert len(requests) == 1


@over_sockets
def test_a_service_that_answers_407_itself_is_no_proxy(driver: Driver) -> None:
    with raw_server(b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\n{}") as (base_url, requests):
        error = failure_at(driver, base_url, retry=AT_ONCE)
    assert error.status_code == 407
    assert len(requests) == 1


@over_sockets
@pytest.mark.parametrize("scheme", URLS)
def test_each_failure_of_a_connection_names_the_proxy(driver: Driver, scheme: str) -> None:
    missing = proxied_failure(driver, URLS[scheme], f"http://127.0.0.1:{closed_port()}")
    assert type(missing) is ConnectionFailedError
    with raw_server(b"") as (proxy, requests):
        broken = proxied_failure(driver, URLS[scheme], proxy)
        assert type(broken) is ConnectionFailedError
        assert len(requests) >= 3  # aiohttp asks again by itself
    with raw_server(lambda connection: connection.recv(1)) as (proxy, _):
        silent = proxied_failure(driver, URLS[scheme], proxy, timeout=httpx.Timeout(0.1), retry=AT_ONCE)
        assert type(silent) is TimedOutError


@over_sockets
def test_a_login_that_a_proxy_refuses_names_the_proxy_and_is_made_once(driver: Driver) -> None:
    login = {"token": None, "password": Password(user="u", password=SECRET, domain="d")}
    for url in URLS.values():
        with raw_server(b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\n{}") as (proxy, requests):
            error = proxied_failure(driver, url, proxy, **login)
        assert str(error).endswith("ProxyError: status 407")
        assert len(requests) == 1


SOCKS = {
    "Invalid username/password": False,
    "Requested USERNAME/PASSWORD from proxy server, but got NO AUTHENTICATION REQUIRED.": False,
    "Proxy Server could not connect: Host unreachable.": True,
}
"""What httpcore says where a SOCKS proxy refuses, and whether asking again may help."""


@over_mock
@pytest.mark.parametrize("said", SOCKS)
def test_a_socks_proxy_is_asked_again_where_that_may_help(driver: Driver, said: str) -> None:
    asked: list[httpx.Request] = []

    def refuse(request: httpx.Request) -> FakeResponse:
        asked.append(request)
        raise httpx.ProxyError(said)

    error = failure(driver, refuse, retry=AT_ONCE)
    assert type(error) is ConnectionFailedError
    assert str(error).endswith(f"ProxyError: {said}")
    assert len(asked) == (3 if SOCKS[said] else 1)


@over_sockets_of_httpx
def test_no_connection_stays_open_that_a_socks_proxy_has_refused(driver: Driver) -> None:
    closed = threading.Semaphore(0)

    def refuse(connection: socket.socket) -> None:
        connection.settimeout(5)  # one that stays open fails the test, and doesn't hold it
        connection.sendall(b"\x05\x02")
        connection.recv(4_096)  # the user and the password
        connection.sendall(b"\x01\x00")
        connection.recv(4_096)  # where to connect
        connection.sendall(b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")
        if connection.recv(1) == b"":
            closed.release()

    with raw_server(refuse) as (proxy, requests):
        error = proxied_failure(driver, URLS["https"], proxy.replace("http:", "socks5:"))
        assert str(error).endswith("ProxyError: Proxy Server could not connect: Connection refused.")
        # The server takes one connection after the other: each was closed before the next.
        assert len(requests) == 3
        assert all(closed.acquire(timeout=5) for _ in requests)


EXCEPTED = {
    "10.0.0.0/8": ("http://10.1.2.3", "http://11.1.2.3"),
    "10.1.2.3/8": ("http://10.200.0.1:8080", "http://iam.example.com"),
    "169.254.169.254": ("http://169.254.169.254", "http://169.254.169.25"),
    "fd00::/8": ("http://[fd12::1]", "http://[fe80::1]"),
    "[fd00::]/8": ("http://[fd12::1]:80", "http://[::1]"),
    "0:0:0:0:0:0:0:1": ("http://[::1]", "http://[::2]"),
    "iam.example.com:443": ("https://iam.example.com", "http://iam.example.com"),
    "10.0.0.1:8080": ("http://10.0.0.1:8080", "http://10.0.0.1"),
    "Example.COM": ("https://iam.example.com", "https://notexample.com"),
    ".example.com": ("https://example.com", "https://example.com.evil.example"),
    "*.example.com": ("https://iam.example.com.", "https://notexample.com"),
    "a.example  b.example\t,, ": ("https://b.example", "https://c.example"),
    "1": ("https://x.1.", "http://10.0.0.1"),
}


@pytest.mark.parametrize("no_proxy", EXCEPTED)
def test_what_the_environment_excepts_is_reached_without_a_proxy(
    no_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    routes, (excepted, other) = routes_of_environment(aiohttp=False), EXCEPTED[no_proxy]
    assert routes.proxy_for(httpx.URL(excepted)) is None
    assert routes.proxy_for(httpx.URL(other)) is routes.proxies["all"]


@over_sockets
def test_no_proxy_is_asked_for_a_range(driver: Driver, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
    monkeypatch.setenv("NO_PROXY", "127.0.0.0/8")
    with raw_server(RAW_CREDENTIAL) as (base_url, _):
        huawei = driver.front_classes[1](base_url=base_url, token=TOKEN, connections=driver.connections())
        assert show(driver, huawei).access == "AK"
