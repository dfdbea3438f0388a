"""Proxies and TLS: settings of the caller and of the environment, and proxies that refuse or fail."""

from __future__ import annotations

import base64
import socket
import ssl
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from cloudkeys import Alibaba, AsyncAlibaba, AsyncHuawei, Connections, Huawei
from cloudkeys.errors import CloudkeysError, ConnectionFailedError, EnvironmentVariableError, TimedOutError
from cloudkeys.runtime.proxies import routes_of_environment
from cloudkeys.runtime.tls import default_tls_settings
from driver import Driver, closed_port, over_mock, over_sockets, over_sockets_of_httpx, raw_server, stay_silent
from runtime.calls import assert_shows_no_secret, failure, open_huawei, printed
from runtime.services import AT_ONCE, ONCE, PASSWORD, RAW_CREDENTIAL, SECRET, TOKEN, Service, show


@pytest.fixture(autouse=True)
def no_tls_variables_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE"):
        monkeypatch.delenv(name, raising=False)


def assert_refused(variable: str, reason: str) -> None:
    """Assert that no client can be made, and that the error gives the reason and shows no password."""
    for front in (Alibaba, AsyncAlibaba, Huawei, AsyncHuawei):
        with pytest.raises(EnvironmentVariableError, match=f"^{variable} of the environment .*{reason}") as caught:
            front(region="cn-north-4")
        assert caught.value.variable == variable
        assert "hidden" not in printed(caught.value)
        assert caught.value.__context__ is None or caught.value.__suppress_context__
        assert isinstance(caught.value, CloudkeysError)


# Which proxy a request takes.

WRONG_PROXIES = [
    *("http://", "ftp://user:hidden-word@x", "socks://user:hidden-word@127.0.0.1:1080"),
    *("user:hidden-word@[::1", "http://user:hidden-word@", "http://user:hidden-word"),
    *(f"http://user:1{mark}hidden-word@x:3128" for mark in "/?#"),
    *(f"http://user:hidden-word@{host}" for host in ("x:99999", "x:3128\n", "x" * 64)),
]


@pytest.mark.parametrize(
    "variable", ["http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"]
)
def test_a_wrong_proxy_is_refused_when_a_client_is_made_and_not_shown(
    variable: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for proxy in WRONG_PROXIES:
        monkeypatch.setenv(variable, proxy)
        assert_refused(variable, "must be a URL")
        Huawei(region="cn-north-4", token=TOKEN, connections=Connections(proxy="http://proxy.example.com:3128"))
        with pytest.raises(ValueError, match=r"^proxy must be a URL, such as") as caught:
            Connections(proxy=proxy)
        assert "hidden" not in printed(caught.value)


@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
def test_a_wrong_range_in_no_proxy_is_refused(variable: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for entry in ("10.0.0.0/33", "10.0.0/x", "http://example.com", "fd00::/129", "[fd00::/x]"):
        monkeypatch.setenv(variable, f"localhost, {entry}")
        assert_refused(variable, "ranges of addresses")


def test_a_socks_proxy_is_refused_without_the_package_that_supports_it(monkeypatch: pytest.MonkeyPatch) -> None:
    proxy = "socks5://user:hidden-word@127.0.0.1:1080"
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(EnvironmentVariableError, match=r"^ALL_PROXY .*aiohttp supports none"):
        Connections(aiohttp=True)
    monkeypatch.setattr("cloudkeys.runtime.proxies.find_spec", lambda _: None)
    assert_refused("ALL_PROXY", r"pip install 'httpx\[socks\]'")
    for aiohttp, reason in ((False, "is a SOCKS proxy, which needs: pip"), (True, "must not be a SOCKS proxy")):
        with pytest.raises(ValueError, match=f"^proxy {reason}"):
            Connections(proxy=proxy, aiohttp=aiohttp)


# Each value with a URL that it excepts and one that it doesn't.
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
def test_hosts_in_no_proxy_are_reached_without_a_proxy(no_proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "http://proxy.example.com:3128")
    monkeypatch.setenv("NO_PROXY", no_proxy)
    routes, (excepted, other) = routes_of_environment(aiohttp=False), EXCEPTED[no_proxy]
    assert routes.proxy_for(httpx.URL(excepted)) is None
    assert routes.proxy_for(httpx.URL(other)) is routes.proxies["all"]


def test_a_wrong_variable_that_has_no_effect_is_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")  # desktops set it next to those of the schemes
    for variable in ("HTTP_PROXY", "HTTPS_PROXY"):
        assert_refused("ALL_PROXY", "must be a URL")
        monkeypatch.setenv(variable, "http://127.0.0.1:3128")
    Connections()
    monkeypatch.delenv("HTTPS_PROXY")
    monkeypatch.setenv("NO_PROXY", "localhost,*")
    Connections()


@over_mock
def test_the_environment_is_ignored_where_the_caller_gives_a_transport(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/company-ca.pem")
    transport: Any = httpx.MockTransport(lambda _: httpx.Response(404, content=b"{}"))
    given, other = Connections(transport=transport), Connections(async_transport=transport)
    if driver.is_async:
        given, other = other, given
    assert failure(driver, "https://iam.invalid", connections=given).status_code == 404
    assert type(failure(driver, "https://iam.invalid", connections=other)) is EnvironmentVariableError


# Calls through a proxy.

URLS = {"https": "https://iam.invalid", "http": "http://iam.invalid"}
# As they are written in the URL of a proxy, and as they arrive there.
PASSWORDS = {"p%40ss%25%2F%3A": b"user:p@ss%/:", "p@ss": b"user:p@ss", "p%ss": b"user:p%ss", "": b"user:"}


@over_sockets
@pytest.mark.parametrize("source", ["caller", "environment", "environment, without a scheme"])
def test_a_proxy_receives_all_requests_with_its_password(
    driver: Driver, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for written, password in PASSWORDS.items():
        with raw_server(RAW_CREDENTIAL) as (proxy, requests):
            address = proxy.replace("//", f"//user:{written}@")
            with monkeypatch.context() as environment:
                if source != "caller":
                    environment.setenv("HTTP_PROXY", address.removeprefix("http://" if "scheme" in source else ""))
                connections = driver.connections(proxy=address if source == "caller" else None)
            # No resolver knows the name: only the proxy is asked for it.
            huawei = open_huawei(driver, URLS["http"], connections=connections, allow_http=True)
            assert show(driver, huawei).access == "AK"
        assert requests[0].startswith(b"GET http://iam.invalid/v3.0/OS-CREDENTIAL/credentials/AK HTTP/1.1\r\n")
        assert base64.b64encode(password) in requests[0]
        assert "user" not in repr(huawei)


def proxied_failure(driver: Driver, url: str, proxy: str, **options: Any) -> Any:
    """Return the error of a call through a proxy; it must name the proxy and show no password."""
    connections = driver.connections(proxy=proxy.replace("//", f"//hidden-user:{SECRET}@"))
    settings = {"retry": AT_ONCE, "allow_http": True, "connections": connections} | options
    error = failure(driver, url, **settings)
    assert type(error) in {ConnectionFailedError, TimedOutError}
    assert f"iam.invalid through the proxy {proxy}: " in str(error)
    assert_shows_no_secret(error, "hidden-user")
    return error


REFUSALS = {"407 Proxy Authentication Required": 1, "403 Forbidden": 1, "302 Found": 1, "502 Bad Gateway": 3}
"""The statuses of a proxy that refuses, and the attempts that are made."""


@over_sockets
@pytest.mark.parametrize("status", REFUSALS)
def test_the_error_names_a_proxy_that_refuses_and_its_status(driver: Driver, status: str) -> None:
    refusal = f"HTTP/1.1 {status}, not with {SECRET}\r\nContent-Length: 0\r\n\r\n"
    with raw_server(refusal.encode()) as (proxy, requests):
        error = proxied_failure(driver, URLS["https"], proxy)
    assert f"ProxyError: status {status[:3]}" in str(error)
    assert not error.may_have_taken_effect
    assert len(requests) == REFUSALS[status]
    assert error.is_retryable == (REFUSALS[status] > 1)
    assert requests[0].startswith(b"CONNECT iam.invalid:443 HTTP/1.1\r\n")
    assert TOKEN.encode() not in requests[0], "a proxy sees nothing of https but the host"


@over_sockets
def test_a_407_is_an_error_of_the_proxy_only_where_there_is_one(driver: Driver) -> None:
    with raw_server(b"HTTP/1.1 407 No\r\nContent-Length: 2\r\n\r\n{}") as (proxy, requests):
        for url, holder in ((URLS["http"], {}), (URLS["http"], {"password": PASSWORD})):
            error = proxied_failure(driver, url, proxy, **holder)
            assert str(error).endswith("ProxyError: status 407")
            assert not error.may_have_taken_effect
        assert failure(driver, proxy, retry=AT_ONCE).status_code == 407
        assert len(requests) == 3


@over_sockets
@pytest.mark.parametrize("scheme", URLS)
def test_the_error_names_a_proxy_that_is_missing_breaks_off_or_is_silent(driver: Driver, scheme: str) -> None:
    proxied_failure(driver, URLS[scheme], f"http://127.0.0.1:{closed_port()}")
    with raw_server(b"") as (proxy, requests):
        proxied_failure(driver, URLS[scheme], proxy)
        assert len(requests) == 3
    with raw_server(stay_silent) as (proxy, _):
        error = proxied_failure(driver, URLS[scheme], proxy, timeout=0.05, retry=ONCE)
        assert type(error) is TimedOutError


SOCKS = {
    "Invalid username/password": 1,
    "Requested USERNAME/PASSWORD from proxy server, but got NO AUTHENTICATION REQUIRED.": 1,
    "Proxy Server could not connect: Host unreachable.": 3,
}
"""httpcore's messages for a SOCKS proxy that refuses, and the attempts that are made."""


@over_mock
@pytest.mark.parametrize("message", SOCKS)
def test_a_socks_proxy_is_retried_only_where_that_may_help(driver: Driver, message: str) -> None:
    service = Service(*[httpx.ProxyError(message)] * 3)
    error = failure(driver, service, retry=AT_ONCE)
    assert type(error) is ConnectionFailedError
    assert str(error).endswith(f"ProxyError: {message}")
    assert len(service.requests) == SOCKS[message]


@over_sockets_of_httpx
def test_a_connection_that_a_socks_proxy_refused_is_closed(driver: Driver) -> None:
    closed = threading.Semaphore(0)

    def refuse(connection: socket.socket) -> None:
        connection.settimeout(5)
        connection.sendall(b"\x05\x02")
        connection.recv(4_096)  # the user and the password
        connection.sendall(b"\x01\x00")
        connection.recv(4_096)  # the target
        connection.sendall(b"\x05\x05\x00\x01\x00\x00\x00\x00\x00\x00")
        if connection.recv(1) == b"":
            closed.release()

    with raw_server(refuse) as (proxy, requests):
        error = proxied_failure(driver, URLS["https"], proxy.replace("http:", "socks5:"))
        assert str(error).endswith("ProxyError: Proxy Server could not connect: Connection refused.")
        # The server accepts one connection at a time: each was closed before the next.
        assert len(requests) == 3
        assert all(closed.acquire(timeout=5) for _ in requests)


# TLS.

FILES = {
    "empty.pem": "",
    "text.pem": "no certificate",
    "broken.pem": "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
}
WRONG_FILES = [
    ("SSL_CERT_FILE", "nowhere/ca.pem", "No such file"),
    ("SSL_CERT_FILE", "", "Is a directory|Permission denied"),
    *(("SSL_CERT_FILE", name, "no certificates in the PEM format") for name in FILES),
    *(("SSL_CERT_DIR", name, "openssl rehash") for name in ("nowhere", "text.pem", "")),
    ("SSLKEYLOGFILE", "nowhere/keys.log", "No such file"),
    ("SSLKEYLOGFILE", "", "Is a directory|Permission denied"),
]


@pytest.mark.parametrize(("variable", "name", "reason"), WRONG_FILES)
def test_a_file_that_cannot_be_used_is_refused_when_a_client_is_made(
    variable: str, name: str, reason: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for file, text in FILES.items():
        (tmp_path / file).write_text(text)
    monkeypatch.setenv(variable, str(tmp_path / name))
    assert_refused(variable, f"{tmp_path.name}.*({reason})")
    Connections(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


@pytest.fixture
def authority(tmp_path: Path) -> trustme.CA:
    """Return an authority, and write its certificate to files."""
    made = trustme.CA()
    made.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    made.cert_pem.write_to_path(str(tmp_path / "0123abcd.0"))
    return made


@pytest.fixture
def tls(authority: trustme.CA) -> ssl.SSLContext:
    """Return the settings of a server with a certificate for localhost."""
    settings = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(settings)
    return settings


@over_sockets
@pytest.mark.usefixtures("authority")
def test_certificates_and_key_log_of_the_environment_are_used(
    driver: Driver, tls: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("SSL_CERT_DIR", f"/nowhere:{tmp_path}")
    Connections()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    with raw_server(RAW_CREDENTIAL, host="localhost", tls=tls) as (base_url, _):
        assert show(driver, open_huawei(driver, base_url)).access == "AK"
    assert "TRAFFIC_SECRET" in (tmp_path / "keys.log").read_text()


@over_sockets
def test_a_server_of_an_unknown_authority_is_refused(
    driver: Driver, authority: trustme.CA, tls: ssl.SSLContext
) -> None:
    trusting = ssl.create_default_context()
    authority.configure_trust(trusting)
    connections = driver.connections(verify=trusting)
    with raw_server(RAW_CREDENTIAL, host="localhost", tls=tls) as (base_url, _):
        assert "certificate" in str(failure(driver, base_url))
        assert "certificate" in str(
            failure(driver, base_url.replace("localhost", "127.0.0.1"), connections=connections)
        )
        assert show(driver, open_huawei(driver, base_url, connections=connections)).access == "AK"


def test_tls_settings_are_made_once_and_checked() -> None:
    assert default_tls_settings() is default_tls_settings()
    wrong: list[Any] = [False, "company-ca.pem"]
    for verify in wrong:
        with pytest.raises(TypeError, match=r"verify must be an ssl\.SSLContext"):
            Connections(verify=verify)
