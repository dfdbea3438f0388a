"""Clients: their settings, copies and lifetimes, and httpx clients of the caller's own."""

from __future__ import annotations

import contextlib
import math
import pickle
from typing import Any

import httpx
import pytest

import cloudkeys
from cloudkeys import Alibaba, AsyncHuawei, Connections, Huawei, RetryPolicy
from cloudkeys.runtime.aiohttp_transport import Transport
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys_api import huawei_iam_v3
from driver import ASYNC_AIOHTTP, ASYNC_SOCKETS, SYNC_MOCK, Driver, over_mock
from runtime.calls import close, failure_of, open_huawei
from runtime.services import HOLDERS, KEY, PASSWORD, SECRET, TOKEN, Service, response, show

# Settings.

STEPS = ("connect", "read", "write", "pool")


@pytest.mark.parametrize("front", [Huawei, AsyncHuawei])
def test_seconds_out_of_range_are_refused(front: type[Any]) -> None:
    good = front(region="a", token=TOKEN, total=1_000_000, timeout=0.001)
    assert (good.total, good.iam_v3.total, good.iam_v3.timeout) == (1_000_000, 1_000_000, 0.001)
    assert good.with_options(total=None, timeout=None).iam_v3.total is None
    assert front(region="a", token=TOKEN).total == 120
    for wrong in (0, -1, -0.0, math.inf, -math.inf, math.nan, 1_000_001, 10**400):
        for name in ("total", "timeout"):
            message = f"^{name} must be more than 0 seconds and 1000000 at most; None means no bound$"
            for change in (good.with_options, good.iam_v3.with_options):
                with pytest.raises(ValueError, match=message):
                    change(**{name: wrong})
        for step in STEPS:
            steps: Any = dict.fromkeys(STEPS, 5.0) | {step: wrong}
            with pytest.raises(ValueError, match=f"^timeout, {step}, must be more than 0 seconds"):
                front(region="a", timeout=httpx.Timeout(**steps))


WRONG: dict[str, dict[str, Any]] = {
    "timeout must be Timeout or int or float or None, not str": {"timeout": "5"},
    "total must be int or float or None, not tuple": {"total": (5, 5)},
    "retry must be RetryPolicy, not int": {"retry": 3},
    "connections must be Connections, not str": {"connections": "http://proxy.example.com"},
    "password must be Password or None, not str": {"password": "hidden-word"},
    "give one of credentials, token and password": {"credentials": KEY, "token": TOKEN},
    "region must be lower-case letters, digits and hyphens, such as cn-north-4": {"region": "a.b"},
}


@pytest.mark.parametrize("message", WRONG)
def test_a_wrong_setting_of_a_client_or_of_a_copy_is_refused_and_not_shown(message: str) -> None:
    options: dict[str, Any] = {"region": "cn-north-4"} | WRONG[message]
    for change in (Huawei, Huawei(region="cn-north-4").with_options):
        with pytest.raises((TypeError, ValueError), match=f"^{message}$"):
            change(**options)


@over_mock
def test_the_time_out_applies_to_each_request_and_to_the_login(driver: Driver) -> None:
    service = Service()
    huawei = open_huawei(driver, service, password=PASSWORD, timeout=7)
    show(driver, huawei)
    assert [set(request.extensions["timeout"].values()) for request in service.requests] == [{7}, {7}]
    for timeout in (5, httpx.Timeout(3, connect=1), None):
        driver.items(huawei.with_options(timeout=timeout, total=None).iam_v5.list_access_keys("u"))
        assert service.requests[-1].extensions["timeout"] == httpx.Timeout(timeout).as_dict()
    show(driver, open_huawei(driver, service))
    assert service.requests[-1].extensions["timeout"] == {"connect": 10, "read": 60, "write": 60, "pool": 60}


# Copies.


@over_mock
def test_a_copy_shares_the_connections_and_leaves_the_original_unchanged(driver: Driver) -> None:
    service, policy = Service(), RetryPolicy(attempts=7)
    original = driver.huawei(service, token=TOKEN, project_id="p")
    changes: dict[str, Any] = {"timeout": 1.0, "retry": policy, "project_id": "other", "largest_response": 9_000}
    copy = original.with_options(**changes)
    assert type(copy) is type(original)
    for client in (copy, copy.csms):
        assert {name: getattr(client, name) for name in changes} == changes
    assert (original.project_id, original.retry, original.timeout.read) == ("p", RetryPolicy(), 60)
    assert copy.connections is original.connections
    for client, project in ((copy, "other"), (original, "p")):
        driver.items(client.csms.list_secrets())
        assert service.requests[-1].url.path == f"/v1/{project}/secrets"
        assert service.requests[-1].headers["X-Auth-Token"] == TOKEN
    marked = original.csms.with_options(headers={"X-Mine": "1"})
    for client, mine in ((marked, "1"), (original.csms, None)):
        driver.items(client.list_secrets())
        assert service.requests[-1].headers.get("X-Mine") == mine


@pytest.mark.parametrize("option", ["time_out", "_client", "client", "iam_v3", "headers", "auth", "sas"])
def test_an_unknown_option_is_refused(option: str) -> None:
    clients: list[Any] = [Alibaba(region="a"), Huawei(region="a", token=TOKEN), AsyncHuawei(region="a", token=TOKEN)]
    for client in clients:
        with pytest.raises(TypeError, match=option):
            client.with_options(**{option: 1})


def http_client(driver: Driver, huawei: Any) -> Any:
    """Return the client below, which has the connections."""

    async def asynchronous() -> Any:
        return huawei.connections.async_client()

    return driver.run(asynchronous if driver.is_async else huawei.connections.sync_client)


@over_mock
def test_closing_a_copy_closes_nothing_of_its_original(driver: Driver) -> None:
    huawei = open_huawei(driver, Service())
    before = http_client(driver, huawei)
    copy = huawei.with_options(timeout=5)
    show(driver, copy)
    close(driver, copy)
    assert http_client(driver, huawei) is before
    close(driver, huawei)
    assert http_client(driver, huawei) is not before


# Lifetimes.


@pytest.mark.parametrize("driver", [SYNC_MOCK, ASYNC_SOCKETS, ASYNC_AIOHTTP], indirect=True)
def test_leaving_the_block_closes_the_connections_and_a_later_call_opens_new_ones(driver: Driver) -> None:
    huawei = open_huawei(driver, Service())
    used: list[Any] = []

    def sync() -> None:
        with huawei as entered:
            assert entered is huawei
            used.append(huawei.connections.sync_client())
            raise KeyError

    async def asynchronous() -> None:
        async with huawei as entered:
            assert entered is huawei
            used.append(huawei.connections.async_client())
            raise KeyError

    show(driver, huawei)
    with contextlib.suppress(KeyError):
        driver.run(asynchronous if driver.is_async else sync)
    assert used[0]._is_closed  # noqa: SLF001 - nothing public shows it
    assert show(driver, huawei).access == "AK"
    for _ in range(2):
        close(driver, huawei)


def test_a_client_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="make one in each process"):
        pickle.dumps(Alibaba(region="cn-hangzhou"))


# Requests and responses.


@over_mock
def test_each_request_names_the_package(driver: Driver) -> None:
    service = Service()
    show(driver, open_huawei(driver, service, password=PASSWORD))
    driver.items(driver.alibaba(service, credentials=KEY).sas.describe_accesskey_leak_list())
    agent = f"cloudkeys/{cloudkeys.__version__} httpx/{httpx.__version__}"
    assert [request.headers["User-Agent"] for request in service.requests] == [agent] * 3


def test_cookies_are_ignored(driver: Driver) -> None:
    service = Service(response({}, 404, {"Set-Cookie": "session=1; Path=/"}))
    # By name: aiohttp takes no cookies from addresses.
    served = driver.serve(service)
    served["base_url"] = served["base_url"].replace("127.0.0.1", "localhost")
    huawei = driver.front_classes[1](token=TOKEN, **served)
    failure_of(driver, huawei)
    show(driver, huawei)
    assert "Cookie" not in service.requests[1].headers


@contextlib.contextmanager
def own_clients(driver: Driver, handler: Any) -> Any:
    """Yield the settings of a client over httpx clients that are configured to do what ours must not."""
    served = driver.serve(handler)
    theirs: dict[str, Any] = {"follow_redirects": True, "auth": ("user", SECRET), "headers": {"X-Own": "1"}}
    sync = httpx.Client(transport=served["connections"].transport, **theirs)
    transport = Transport(default_tls_settings(), httpx.Limits(), None) if driver.aiohttp else None
    asynchronous = httpx.AsyncClient(transport=transport or served["connections"].async_transport, **theirs)
    connections = Connections(http_client=sync, async_http_client=asynchronous)
    yield {"base_url": served["base_url"], "connections": connections}
    assert not sync.is_closed
    assert not asynchronous.is_closed
    driver.run(asynchronous.aclose if driver.is_async else sync.close)


def test_an_own_client_sends_requests_without_its_authentication_and_stays_open(driver: Driver) -> None:
    service = Service()
    with own_clients(driver, service) as settings:
        for holder in ({"token": TOKEN}, {"credentials": KEY}):
            huawei = driver.front_classes[1](**holder, **settings)
            show(driver, huawei)
            close(driver, huawei)
        without = (huawei_iam_v3.AsyncClient if driver.is_async else huawei_iam_v3.Client)(**settings)
        driver.run(lambda: without.show_permanent_access_key("AK"))
    sent = [request.headers.get("Authorization", "none").partition(" ")[0] for request in service.requests]
    assert sent == ["none", "SDK-HMAC-SHA256", "none"]
    assert {request.headers["X-Own"] for request in service.requests} == {"1"}


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_redirect_is_followed_not_even_by_an_own_client(driver: Driver, holder: str) -> None:
    redirects = [response(b"", status, {"Location": "/elsewhere"}) for status in (301, 302, 303, 307, 308)]
    service = Service(*redirects * 2)
    with own_clients(driver, service) as of_own_clients:
        for settings in (driver.serve(service), of_own_clients):
            huawei = driver.front_classes[1](**HOLDERS[holder], **settings)
            errors = [failure_of(driver, huawei) for _ in redirects]
            assert [error.status_code for error in errors] == [redirect.status for redirect in redirects]
            assert {error.headers["Location"] for error in errors} == {"/elsewhere"}
    login, call = "/v3/auth/tokens", "/v3.0/OS-CREDENTIAL/credentials/AK"
    assert {request.url.path for request in service.requests} == {login if holder == "a password" else call}
