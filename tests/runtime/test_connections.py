"""How requests travel: time-outs, proxies, TLS, httpx clients of the user's own, redirects and headers."""

from __future__ import annotations

import pickle
import ssl
from typing import Any

import httpx
import pytest
import trustme

import cloudkeys
from cloudkeys import Alibaba, Connections, Huawei, Password
from cloudkeys.errors import CloudkeysError, ConnectionFailedError, StatusError
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys.testing import FakeResponse
from driver import Driver, closed_port, over_mock, over_sockets, raw_server
from runtime.failing import assert_shows_no_secret, failure_at
from runtime.services import KEY, ONCE, RAW_CREDENTIAL, REDIRECTS, SECRET, TOKEN, Service, show


@over_mock
def test_the_time_out_reaches_the_request(driver: Driver) -> None:
    service = Service()
    huawei = driver.huawei(service, token=TOKEN)
    whole: list[tuple[httpx.Timeout | float | None, dict[str, float | None]]] = [
        (5, {"connect": 5, "read": 5, "write": 5, "pool": 5}),
        (httpx.Timeout(3, connect=1), {"connect": 1, "read": 3, "write": 3, "pool": 3}),
        (None, {"connect": None, "read": None, "write": None, "pool": None}),
    ]
    default = {"connect": 10, "read": 60, "write": 60, "pool": 60}
    for timeout, expected in whole:
        impatient = huawei.with_options(timeout=timeout, total=None)
        show(driver, impatient)
        assert service.requests[-1].extensions["timeout"] == expected
        show(driver, huawei)
        assert service.requests[-1].extensions["timeout"] == default
        driver.items(impatient.iam_v5.list_access_keys("u"))
        assert service.requests[-1].extensions["timeout"] == expected


@over_mock
def test_the_time_out_of_the_client_is_that_of_its_calls(driver: Driver) -> None:
    service = Service()
    driver.items(driver.alibaba(service, credentials=KEY, timeout=7).sas.describe_accesskey_leak_list())
    assert set(service.requests[0].extensions["timeout"].values()) == {7}


@over_mock
def test_the_time_out_is_that_of_the_request_for_a_token_too(driver: Driver) -> None:
    service = Service()
    password = Password(user="u", password=SECRET, domain="d")
    show(driver, driver.huawei(service, password=password, timeout=7))
    assert service.asked_for_tokens == 1
    assert service.requests[0].extensions.get("timeout") == {"connect": 7, "read": 7, "write": 7, "pool": 7}


def through_proxy(driver: Driver, base_url: str, connections: Connections, **options: Any) -> Any:
    huawei = driver.front_classes[1]
    return huawei(base_url=base_url, allow_http=True, token=TOKEN, connections=connections, **options)


@over_sockets
@pytest.mark.parametrize("said_by", ["the caller", "the environment", "the environment, without a scheme"])
def test_a_proxy_gets_all_requests(driver: Driver, said_by: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(RAW_CREDENTIAL) as (proxy, requests):
        address = proxy.replace("//", f"//user:{SECRET}@")
        if said_by == "the caller":
            connections = driver.connections(proxy=address)
        else:
            with monkeypatch.context() as environment:
                environment.setenv("HTTP_PROXY", address.removeprefix("" if "scheme" not in said_by else "http://"))
                connections = driver.connections()
        # A name that no resolver knows: only the proxy is asked for it.
        huawei = through_proxy(driver, "http://iam.invalid", connections)
        assert show(driver, huawei).access == "AK"
        assert requests[0].startswith(b"GET http://iam.invalid/v3.0/OS-CREDENTIAL/credentials/AK HTTP/1.1\r\n")
        assert b"proxy-authorization: basic " in requests[0].lower()
        assert SECRET not in repr(huawei)


@over_sockets
def test_a_proxy_sees_nothing_of_https(driver: Driver) -> None:
    with raw_server(b"HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n") as (proxy, requests):
        connections = driver.connections(proxy=proxy.replace("//", f"//user:{SECRET}@"))
        with pytest.raises(ConnectionFailedError, match="ProxyError") as caught:
            show(driver, through_proxy(driver, "https://iam.invalid", connections, retry=ONCE))
        assert_shows_no_secret(caught.value)
        assert requests[0].startswith(b"CONNECT iam.invalid:443 HTTP/1.1\r\n")
        assert TOKEN.encode() not in requests[0]


@over_sockets
def test_a_proxy_that_is_not_there_is_named_without_its_password(driver: Driver) -> None:
    connections = driver.connections(proxy=f"http://user:{SECRET}@127.0.0.1:{closed_port()}")
    error = failure_at(driver, "https://iam.invalid", connections)
    assert type(error) is ConnectionFailedError
    assert_shows_no_secret(error)


BYPASSED = {
    "127.0.0.1": "http://127.0.0.1",
    "localhost, .example.com": "http://localhost",
    "*": "http://127.0.0.1",
    "::1": "http://[::1]",
    "[::1]": "http://[::1]",
}


@over_sockets
@pytest.mark.parametrize("no_proxy", BYPASSED)
def test_no_proxy_is_asked_for_hosts_that_the_environment_excepts(
    driver: Driver, no_proxy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    host = BYPASSED[no_proxy].removeprefix("http://").strip("[]")
    with raw_server(RAW_CREDENTIAL, host=host) as (base_url, requests):
        port = base_url.rpartition(":")[2]
        with monkeypatch.context() as environment:
            environment.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
            environment.setenv("NO_PROXY", no_proxy)
            connections = driver.connections()
        assert show(driver, through_proxy(driver, f"{BYPASSED[no_proxy]}:{port}", connections, retry=ONCE)).access
        assert requests[0].startswith(b"GET /v3.0/")
        with monkeypatch.context() as environment:
            environment.setenv("ALL_PROXY", f"http://127.0.0.1:{closed_port()}")
            environment.setenv("NO_PROXY", f"other.example.com,1{no_proxy}" if no_proxy != "*" else "")
            connections = driver.connections()
        with pytest.raises(ConnectionFailedError):
            show(driver, through_proxy(driver, f"{BYPASSED[no_proxy]}:{port}", connections, retry=ONCE))


@over_sockets
def test_the_server_of_an_unknown_authority_is_refused_and_that_of_a_given_one_is_not(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = trustme.CA()
    server, trusting = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), ssl.create_default_context()
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(trusting)
    with raw_server(RAW_CREDENTIAL, host="localhost", tls=server) as (base_url, _):
        assert "certificate" in str(failure_at(driver, base_url))
        other_name = base_url.replace("localhost", "127.0.0.1")
        assert "certificate" in str(failure_at(driver, other_name, driver.connections(verify=trusting)))
        huawei = through_proxy(driver, base_url, driver.connections(verify=trusting))
        assert show(driver, huawei).access == "AK"
        monkeypatch.setattr("cloudkeys.runtime.connections._tls_settings", lambda: trusting)
        assert show(driver, through_proxy(driver, base_url, driver.connections())).access == "AK"


def test_the_default_settings_check_servers_and_are_made_once() -> None:
    settings = default_tls_settings()
    assert settings.verify_mode is ssl.CERT_REQUIRED
    assert settings.check_hostname
    assert default_tls_settings() is settings


@pytest.mark.parametrize("status", REDIRECTS)
def test_no_redirect_is_followed(driver: Driver, status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> FakeResponse:
        asked.append(request.url.path)
        return FakeResponse(status, b"", {"Location": "/elsewhere"})

    served = driver.serve(redirect)
    alibaba, huawei = driver.front_classes
    password = Password(user="u", password=SECRET, domain="d")
    holders: list[dict[str, Any]] = [{"token": TOKEN}, {"credentials": KEY}, {"password": password}]
    for holder in holders:
        with pytest.raises(StatusError) as caught:
            show(driver, huawei(retry=ONCE, **holder, **served))
        assert caught.value.status_code == status
        assert caught.value.headers["Location"] == "/elsewhere"
    with pytest.raises(StatusError):
        driver.items(alibaba(credentials=KEY, retry=ONCE, **served).sas.describe_accesskey_leak_list())
    path = "/v3.0/OS-CREDENTIAL/credentials/AK"
    assert asked == [path, path, "/v3/auth/tokens", "/"]


def test_who_asks_is_told(driver: Driver) -> None:
    service = Service()
    served = driver.serve(service)
    alibaba, huawei = driver.front_classes
    driver.items(alibaba(credentials=KEY, **served).sas.describe_accesskey_leak_list())
    show(driver, huawei(credentials=KEY, **served))
    agent = f"cloudkeys/{cloudkeys.__version__} httpx/{httpx.__version__}"
    assert [request.headers["User-Agent"] for request in service.requests] == [agent] * 2


def test_who_asks_for_a_token_is_told_too(driver: Driver) -> None:
    service = Service()
    show(driver, driver.huawei(service, password=Password(user="u", password=SECRET, domain="d")))
    assert service.asked_for_tokens == 1
    assert service.requests[0].headers["User-Agent"] == service.requests[1].headers["User-Agent"]


def test_no_cookie_is_taken(driver: Driver) -> None:
    sent: list[str | None] = []

    def bake(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers.get("Cookie"))
        return FakeResponse(404, b"{}", {"Set-Cookie": "session=1; Path=/"})

    # By a name: aiohttp takes no cookies from addresses.
    served = driver.serve(bake)
    base_url = served["base_url"].replace("127.0.0.1", "localhost")
    huawei = driver.front_classes[1](token=TOKEN, retry=ONCE, **served | {"base_url": base_url})
    for _ in range(2):
        with pytest.raises(CloudkeysError):
            show(driver, huawei)
    assert sent == [None, None]


WRONG_SETTINGS: dict[str, dict[str, Any]] = {
    "timeout must be Timeout or int or float or None, not str": {"timeout": "5"},
    "retry must be RetryPolicy, not int": {"retry": 3},
    "connections must be Connections, not str": {"connections": "http://proxy.example.com"},
    "password must be Password or None, not str": {"password": "hidden-word"},
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
