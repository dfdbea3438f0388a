"""What the environment says of proxies, certificates and key logs: right, wrong, and of no concern."""

from __future__ import annotations

import base64
import ssl
from pathlib import Path
from typing import Any

import httpx
import pytest
import trustme

from cloudkeys import Alibaba, AsyncAlibaba, AsyncHuawei, Connections, Huawei
from cloudkeys.errors import CloudkeysError, EnvironmentVariableError
from driver import Driver, over_sockets, raw_server
from runtime.failing import failure_at, shown
from runtime.services import ONCE, RAW_CREDENTIAL, TOKEN, show

TLS_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR", "SSLKEYLOGFILE")
BROKEN_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"


@pytest.fixture(autouse=True)
def no_tls_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TLS_VARIABLES:
        monkeypatch.delenv(name, raising=False)


PROXY_VARIABLES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
NO_PROXIES = {
    "another scheme": "socks://user:hidden-word@127.0.0.1:1080",
    "no address": "user:hidden-word@[::1",
    "no host": "http://user:hidden-word@",
    "no port": "http://user:hidden-word",
    "a port that is none": "http://user:hidden-word@x:99999",
    "a slash in the password": "http://user:1/hidden-word@x:3128",
    "a question mark in the password": "http://user:1?hidden-word@x:3128",
    "a hash in the password": "http://user:1#hidden-word@x:3128",
    "a line break": "http://user:hidden-word@x:3128\n",
    "a label that is too long": f"http://user:hidden-word@{'x' * 64}",
}


def assert_refused(variable: str, reason: str) -> None:
    """Assert that no client can be made, sync or async, and that the error says why and shows no password."""
    for kind, region in {
        (Alibaba, "cn-hangzhou"),
        (Huawei, "cn-north-4"),
        (AsyncAlibaba, "cn-hangzhou"),
        (AsyncHuawei, "cn-north-4"),
    }:
        with pytest.raises(EnvironmentVariableError, match=f"^{variable} of the environment .*{reason}") as caught:
            kind(region=region)
        assert caught.value.variable == variable
        assert "hidden" not in shown(caught.value)
        assert caught.value.__context__ is None or caught.value.__suppress_context__
        assert isinstance(caught.value, CloudkeysError)


@pytest.mark.parametrize("variable", PROXY_VARIABLES)
@pytest.mark.parametrize("kind", NO_PROXIES)
def test_a_proxy_that_is_none_is_refused_when_a_client_is_made(
    variable: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(variable, NO_PROXIES[kind])
    assert_refused(variable, "must be a URL")
    Huawei(region="cn-north-4", token=TOKEN, connections=Connections(proxy="http://proxy.example.com:3128"))


@pytest.mark.parametrize("variable", ["no_proxy", "NO_PROXY"])
@pytest.mark.parametrize("entry", ["10.0.0.0/33", "10.0.0/x", "http://example.com", "fd00::/129", "[fd00::/x]"])
def test_a_range_that_is_none_is_refused(variable: str, entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(variable, f"localhost, {entry}")
    assert_refused(variable, "ranges of addresses")


def test_a_socks_proxy_without_what_speaks_to_it_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks5://user:hidden-word@127.0.0.1:1080")
    with pytest.raises(EnvironmentVariableError, match=r"^ALL_PROXY .*aiohttp supports none"):
        Connections(aiohttp=True)
    monkeypatch.setattr("cloudkeys.runtime.proxies.find_spec", lambda _: None)
    assert_refused("ALL_PROXY", r"pip install 'httpx\[socks\]'")
    with pytest.raises(ValueError, match=r"^proxy is a SOCKS proxy, .*pip install 'httpx\[socks\]'$"):
        Connections(proxy="socks5://user:hidden-word@127.0.0.1:1080")
    with pytest.raises(ValueError, match=r"^proxy must not be a SOCKS proxy: aiohttp supports none$"):
        Connections(proxy="socks5://user:hidden-word@127.0.0.1:1080", aiohttp=True)


WRONG_FILES = {
    "nothing": ("SSL_CERT_FILE", "nowhere/ca.pem", "No such file"),
    "a directory": ("SSL_CERT_FILE", "", "Is a directory|Permission denied"),
    "an empty file": ("SSL_CERT_FILE", "empty.pem", "no certificates in the PEM format"),
    "another file": ("SSL_CERT_FILE", "text.pem", "no certificates in the PEM format"),
    "a broken file": ("SSL_CERT_FILE", "broken.pem", "no certificates in the PEM format"),
    "no directory": ("SSL_CERT_DIR", "nowhere", "openssl rehash"),
    "a file as a directory": ("SSL_CERT_DIR", "text.pem", "openssl rehash"),
    "a directory of other names": ("SSL_CERT_DIR", "", "openssl rehash"),
    "a key log nowhere": ("SSLKEYLOGFILE", "nowhere/keys.log", "No such file"),
    "a directory as a key log": ("SSLKEYLOGFILE", "", "Is a directory|Permission denied"),
}


@pytest.mark.parametrize("case", WRONG_FILES)
def test_a_file_that_cannot_be_used_is_refused_when_a_client_is_made(
    case: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, text in {"empty.pem": "", "text.pem": "no certificate", "broken.pem": BROKEN_PEM}.items():
        (tmp_path / name).write_text(text)
    variable, name, reason = WRONG_FILES[case]
    monkeypatch.setenv(variable, str(tmp_path / name))
    assert_refused(variable, f"{tmp_path.name}.*({reason})")
    # Settings of the caller's own take the place of the certificates.
    Connections(verify=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT))


def test_what_is_wrong_and_of_no_concern_is_not_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")  # as desktops have it, beside those of the schemes
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:3128")
    monkeypatch.setenv("HTTPS_PROXY", "http://127.0.0.1:3128")
    Connections()
    monkeypatch.delenv("HTTPS_PROXY")
    assert_refused("ALL_PROXY", "must be a URL")
    monkeypatch.setenv("NO_PROXY", "localhost,*")
    Connections()


def test_who_brings_a_transport_or_a_client_has_no_use_for_the_environment(
    driver: Driver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALL_PROXY", "socks://127.0.0.1:1080")
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/company-ca.pem")
    transport: Any = httpx.MockTransport(lambda _: httpx.Response(404, content=b"{}"))
    own = {"async_transport" if driver.is_async else "transport": transport}
    assert failure_at(driver, "https://iam.invalid", Connections(**own)).status_code == 404
    other = {"transport" if driver.is_async else "async_transport": transport}
    with pytest.raises(EnvironmentVariableError):
        show(driver, driver.front_classes[1](region="cn-north-4", token=TOKEN, connections=Connections(**other)))


@over_sockets
def test_the_certificates_and_the_key_log_of_the_environment_are_used(
    driver: Driver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    authority, server = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(server)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    (tmp_path / "0123abcd.0").write_bytes(authority.cert_pem.bytes())
    monkeypatch.setenv("SSL_CERT_DIR", f"/nowhere:{tmp_path}")
    Connections()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("SSLKEYLOGFILE", str(tmp_path / "keys.log"))
    with raw_server(RAW_CREDENTIAL, host="localhost", tls=server) as (base_url, _):
        huawei = driver.front_classes[1](base_url=base_url, token=TOKEN, retry=ONCE, connections=driver.connections())
        assert show(driver, huawei).access == "AK"
    assert "TRAFFIC_SECRET" in (tmp_path / "keys.log").read_text()


PASSWORDS = {"p%40ss%25%2F%3A": b"user:p@ss%/:", "p@ss": b"user:p@ss", "p%ss": b"user:p%ss", "": b"user:"}


@over_sockets
@pytest.mark.parametrize("written", PASSWORDS)
def test_a_password_arrives_as_it_is_meant(driver: Driver, written: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with raw_server(RAW_CREDENTIAL) as (proxy, requests):
        monkeypatch.setenv("HTTP_PROXY", proxy.replace("//", f"//user:{written}@"))
        connections = driver.connections()
        settings = {"base_url": "http://iam.invalid", "allow_http": True, "token": TOKEN, "retry": ONCE}
        assert show(driver, driver.front_classes[1](connections=connections, **settings)).access == "AK"
    assert base64.b64encode(PASSWORDS[written]) in requests[0]
