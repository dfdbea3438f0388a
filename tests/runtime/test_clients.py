"""Clients: their settings, copies and lifetimes, and httpx clients of the caller's own."""

from __future__ import annotations

import contextlib
import math
import pickle
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

import cloudkeys
from cloudkeys import Alibaba, AsyncHuawei, Connections, Huawei, RetryPolicy
from cloudkeys.runtime.aiohttp_transport import Transport
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys.testing import FakeResponse
from cloudkeys_api import huawei_iam_v3
from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from driver import ASYNC_AIOHTTP, ASYNC_SOCKETS, SYNC_MOCK, Driver, over_mock, over_sockets, raw_server
from runtime.failing import failure_of
from runtime.services import (
    AT_ONCE,
    KEY,
    ONCE,
    PASSWORD,
    RAW_CREDENTIAL,
    REDIRECTS,
    SECRET,
    TOKEN,
    Service,
    close,
    credential,
    show,
)

# Settings.

WRONG_SECONDS: list[float] = [0, -1, -0.0, math.inf, -math.inf, math.nan, 1_000_001, 10**400]


@over_mock
@pytest.mark.parametrize("wrong", WRONG_SECONDS, ids=lambda wrong: str(wrong)[:10])
@pytest.mark.parametrize("name", ["total", "timeout"])
def test_seconds_out_of_range_are_refused(driver: Driver, name: str, wrong: float) -> None:
    make = driver.front_classes[1]
    good = make(region="a", token=TOKEN)
    message = f"^{name} must be more than 0 seconds and 1000000 at most; None means no bound$"
    for change in (good.with_options, good.iam_v3.with_options, lambda **wrong: make(region="a", **wrong)):
        with pytest.raises(ValueError, match=message):
            change(**{name: wrong})
    for step in ("connect", "read", "write", "pool"):
        steps: Any = dict.fromkeys(("connect", "read", "write", "pool"), 5.0) | {step: wrong}
        with pytest.raises(ValueError, match=f"^timeout, {step}, must be more than 0 seconds"):
            make(region="a", timeout=httpx.Timeout(**steps))


def test_seconds_in_range_are_accepted() -> None:
    for seconds in (None, 1, 0.001, 1_000_000):
        huawei = Huawei(region="a", token=TOKEN, total=seconds, timeout=seconds)
        assert (huawei.total, huawei.iam_v3.total) == (seconds, seconds)
    assert Huawei(region="a", token=TOKEN).total == 120


WRONG_TYPES: dict[str, dict[str, Any]] = {
    "timeout must be Timeout or int or float or None, not str": {"timeout": "5"},
    "total must be int or float or None, not tuple": {"total": (5, 5)},
    "retry must be RetryPolicy, not int": {"retry": 3},
    "connections must be Connections, not str": {"connections": "http://proxy.example.com"},
    "password must be Password or None, not str": {"password": "hidden-word"},
}


@pytest.mark.parametrize("message", WRONG_TYPES)
def test_a_setting_of_a_wrong_type_is_refused_and_not_shown(message: str) -> None:
    with pytest.raises(TypeError, match=f"^{message}$") as caught:
        Huawei(region="cn-north-4", **WRONG_TYPES[message])
    assert "hidden" not in str(caught.value)


@over_mock
def test_the_time_out_applies_to_each_request_and_to_the_login(driver: Driver) -> None:
    service = Service()
    huawei = driver.huawei(service, password=PASSWORD, timeout=7)
    show(driver, huawei)
    assert [set(request.extensions["timeout"].values()) for request in service.requests] == [{7}, {7}]
    for timeout in (5, httpx.Timeout(3, connect=1), None):
        driver.items(huawei.with_options(timeout=timeout, total=None).iam_v5.list_access_keys("u"))
        assert service.requests[-1].extensions["timeout"] == httpx.Timeout(timeout).as_dict()
    show(driver, driver.huawei(service, token=TOKEN))
    assert service.requests[-1].extensions["timeout"] == {"connect": 10, "read": 60, "write": 60, "pool": 60}


# Copies.


@over_mock
def test_a_copy_shares_the_connections_and_leaves_the_original_unchanged(driver: Driver) -> None:
    service = Service()
    original = driver.huawei(service, token=TOKEN, project_id="p")
    policy = RetryPolicy(attempts=7)
    copy = original.with_options(timeout=1.0, retry=policy, project_id="other", largest_response=9_000)
    assert type(copy) is type(original)
    for client in (copy, copy.csms):
        assert (client.timeout, client.retry, client.project_id, client.largest_response) == (
            1.0,
            policy,
            "other",
            9_000,
        )
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
    clients: list[Any] = [Alibaba(region="cn-hangzhou"), Huawei(region="cn-north-4", token=TOKEN)]
    for client in [*clients, AsyncHuawei(region="cn-north-4", token=TOKEN)]:
        with pytest.raises(TypeError, match=option):
            client.with_options(**{option: 1})


def test_a_copy_is_checked_like_a_new_client() -> None:
    huawei = Huawei(region="cn-north-4", token=TOKEN)
    with pytest.raises(ValueError, match="give one of credentials, token and password"):
        huawei.with_options(credentials=KEY)
    with pytest.raises(ValueError, match="region must be"):
        huawei.with_options(region="a.b")
    with pytest.raises(ValueError, match="base_url must be https"):
        huawei.with_options(base_url="http://iam.example")


def http_client(driver: Driver, huawei: Any) -> Any:
    """Return the client below, which has the connections."""

    async def run() -> Any:
        return huawei.connections.async_client()

    return driver.run(run if driver.is_async else huawei.connections.sync_client)


@over_mock
def test_closing_a_copy_closes_nothing_of_its_original(driver: Driver) -> None:
    huawei = driver.huawei(Service(), token=TOKEN)
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
    huawei = driver.huawei(Service(), token=TOKEN)
    used: list[Any] = []

    def sync() -> None:
        with huawei as entered:
            assert entered is huawei
            huawei.iam_v3.show_permanent_access_key("AK")
            used.append(huawei.connections.sync_client())
            raise KeyError

    async def asynchronous() -> None:
        async with huawei as entered:
            assert entered is huawei
            await huawei.iam_v3.show_permanent_access_key("AK")
            used.append(huawei.connections.async_client())
            raise KeyError

    with contextlib.suppress(KeyError):
        driver.run(asynchronous if driver.is_async else sync)
    assert used[0]._is_closed  # noqa: SLF001 - nothing public shows it
    assert show(driver, huawei).access == "AK"
    for _ in range(2):
        close(driver, huawei)


def test_an_unused_client_opens_nothing() -> None:
    with Huawei(region="cn-north-4", token=TOKEN) as huawei, Alibaba(region="cn-hangzhou") as alibaba:
        for client in (huawei, alibaba):
            assert client.connections._made.value.sync is None  # noqa: SLF001 - nothing public shows it


def test_threads_share_one_http_client() -> None:
    connections = Connections()
    barrier = threading.Barrier(16)

    def get(_: int) -> Any:
        barrier.wait()
        return connections.sync_client()

    with ThreadPoolExecutor(16) as pool:
        assert len(set(map(id, pool.map(get, range(16))))) == 1
    connections.close()


@over_sockets
def test_an_idle_client_keeps_no_thread(driver: Driver) -> None:
    with raw_server(RAW_CREDENTIAL) as (base_url, _):
        before = threading.enumerate()
        huawei = driver.front_classes[1](base_url=base_url, token=TOKEN, retry=AT_ONCE)
        for _ in range(3):
            assert show(driver, huawei).access == "AK"
        assert threading.enumerate() == before
        close(driver, huawei)


def test_a_client_cannot_be_pickled() -> None:
    with pytest.raises(TypeError, match="make one in each process"):
        pickle.dumps(Alibaba(region="cn-hangzhou"))


# Requests and responses.


@over_mock
def test_the_detailed_response_has_status_headers_and_content(driver: Driver) -> None:
    huawei = driver.huawei(Service(), token=TOKEN, project_id="p")
    module = show_permanent_access_key
    call = module.asyncio_detailed if driver.is_async else module.sync_detailed
    response = driver.run(lambda: call(huawei.iam_v3, access_key="AK"))
    assert response.status_code == 200
    assert response.headers["x-request-id"] == response.headers["X-Request-Id"] == "r-1"
    assert response.content == credential("AK").body
    assert response.body.credential == show(driver, huawei)
    (page,) = driver.pages(huawei.csms.list_secrets())
    assert page.response.status_code == 200
    assert page.response.body.secrets == page.items
    assert int(page.response.headers["content-length"]) == len(page.response.content)


@over_mock
def test_each_request_names_the_package(driver: Driver) -> None:
    service = Service()
    show(driver, driver.huawei(service, password=PASSWORD))
    driver.items(driver.alibaba(service, credentials=KEY).sas.describe_accesskey_leak_list())
    agent = f"cloudkeys/{cloudkeys.__version__} httpx/{httpx.__version__}"
    assert [request.headers["User-Agent"] for request in service.requests] == [agent] * 3


def test_cookies_are_ignored(driver: Driver) -> None:
    sent: list[str | None] = []

    def bake(request: httpx.Request) -> FakeResponse:
        sent.append(request.headers.get("Cookie"))
        return FakeResponse(404, b"{}", {"Set-Cookie": "session=1; Path=/"})

    # By name: aiohttp takes no cookies from addresses.
    served = driver.serve(bake)
    base_url = served["base_url"].replace("127.0.0.1", "localhost")
    huawei = driver.front_classes[1](token=TOKEN, retry=ONCE, **served | {"base_url": base_url})
    for _ in range(2):
        failure_of(driver, huawei)
    assert sent == [None, None]


class OwnClients:
    """httpx clients of the caller's own, configured to do what ours must not."""

    def __init__(self, driver: Driver, handler: Any) -> None:
        served = driver.serve(handler)
        theirs: dict[str, Any] = {"follow_redirects": True, "auth": ("user", SECRET), "headers": {"X-Own": "1"}}
        self.sync = httpx.Client(transport=served["connections"].transport, **theirs)
        asynchronous = Transport(default_tls_settings(), httpx.Limits(), None) if driver.aiohttp else None
        self.asynchronous = httpx.AsyncClient(transport=asynchronous or served["connections"].async_transport, **theirs)
        connections = Connections(http_client=self.sync, async_http_client=self.asynchronous)
        self.settings: dict[str, Any] = {"base_url": served["base_url"], "connections": connections}

    def close(self, driver: Driver) -> None:
        driver.run(self.asynchronous.aclose if driver.is_async else self.sync.close)


def test_an_own_client_sends_requests_without_its_authentication_and_stays_open(driver: Driver) -> None:
    service = Service()
    own = OwnClients(driver, service)
    for holder in ({"token": TOKEN}, {"credentials": KEY}):
        huawei = driver.front_classes[1](**holder, **own.settings)
        show(driver, huawei)
        close(driver, huawei)
    assert not own.sync.is_closed
    assert not own.asynchronous.is_closed
    without = (huawei_iam_v3.AsyncClient if driver.is_async else huawei_iam_v3.Client)(**own.settings)
    driver.run(lambda: without.show_permanent_access_key("AK"))
    sent = [request.headers.get("Authorization", "none").partition(" ")[0] for request in service.requests]
    assert sent == ["none", "SDK-HMAC-SHA256", "none"]
    assert {request.headers["X-Own"] for request in service.requests} == {"1"}
    own.close(driver)


def test_no_redirect_is_followed_not_even_by_an_own_client(driver: Driver) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> FakeResponse:
        asked.append(request.url.path)
        return FakeResponse(REDIRECTS[len(asked) % len(REDIRECTS)], b"", {"Location": "/elsewhere"})

    own, path = OwnClients(driver, redirect), "/v3.0/OS-CREDENTIAL/credentials/AK"
    for holder, first in (
        ({"token": TOKEN}, path),
        ({"credentials": KEY}, path),
        ({"password": PASSWORD}, "/v3/auth/tokens"),
    ):
        for settings in (driver.serve(redirect), own.settings):
            huawei = driver.front_classes[1](retry=ONCE, **holder, **settings)
            for status in (*REDIRECTS[1:], REDIRECTS[0]):
                error = failure_of(driver, huawei)
                assert (error.status_code, error.headers["Location"]) == (status, "/elsewhere")
            assert asked == [first] * 5
            asked.clear()
    own.close(driver)
