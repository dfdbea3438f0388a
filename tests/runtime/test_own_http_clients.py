"""Clients over httpx clients of the user's own, which do what ours must not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest

from cloudkeys import Connections
from cloudkeys.errors import StatusError
from cloudkeys.runtime.aiohttp_transport import Transport
from cloudkeys.runtime.tls import default_tls_settings
from cloudkeys.testing import FakeResponse
from cloudkeys_api import huawei_iam_v3
from driver import Driver, Handler
from runtime.services import KEY, ONCE, REDIRECTS, SECRET, TOKEN, Service, show


class Own:
    """A user's own httpx clients, which do what ours must not."""

    def __init__(self, driver: Driver, handler: Handler) -> None:
        served = driver.serve(handler)
        theirs: dict[str, Any] = {"follow_redirects": True, "auth": ("user", SECRET), "headers": {"X-Own": "1"}}
        self.sync = httpx.Client(transport=served["connections"].transport, **theirs)
        asynchronous = Transport(default_tls_settings(), httpx.Limits(), None) if driver.aiohttp else None
        self.asynchronous = httpx.AsyncClient(transport=asynchronous or served["connections"].async_transport, **theirs)
        connections = Connections(http_client=self.sync, async_http_client=self.asynchronous)
        self.settings: dict[str, Any] = {"base_url": served["base_url"], "connections": connections}


@pytest.fixture
def own(driver: Driver) -> Iterator[Callable[[Handler], Own]]:
    made: list[Own] = []

    def make(handler: Handler) -> Own:
        made.append(Own(driver, handler))
        return made[-1]

    yield make
    for clients in made:
        driver.do(clients.asynchronous.aclose if driver.is_async else clients.sync.close)


def test_an_httpx_client_of_the_users_own_carries_requests_and_stays_open(
    driver: Driver, own: Callable[[Handler], Own]
) -> None:
    service = Service()
    clients = own(service)
    huawei = driver.front_classes[1](token=TOKEN, **clients.settings)
    show(driver, huawei)
    assert service.requests[0].headers["X-Own"] == "1"
    driver.do(lambda: huawei.aclose() if driver.is_async else huawei.close())
    assert not clients.sync.is_closed
    assert not clients.asynchronous.is_closed
    show(driver, huawei)
    assert len(service.requests) == 2


def test_the_authentication_of_an_own_client_is_not_used(driver: Driver, own: Callable[[Handler], Own]) -> None:
    service = Service()
    clients = own(service)
    show(driver, driver.front_classes[1](token=TOKEN, **clients.settings))
    show(driver, driver.front_classes[1](credentials=KEY, **clients.settings))
    without = (huawei_iam_v3.AsyncClient if driver.is_async else huawei_iam_v3.Client)(**clients.settings)
    driver.do(lambda: without.show_permanent_access_key("AK"))
    sent = [request.headers.get("Authorization", "none").partition(" ")[0] for request in service.requests]
    assert sent == ["none", "SDK-HMAC-SHA256", "none"]


@pytest.mark.parametrize("status", REDIRECTS)
def test_an_own_client_follows_no_redirect_either(driver: Driver, own: Callable[[Handler], Own], status: int) -> None:
    asked: list[str] = []

    def redirect(request: httpx.Request) -> FakeResponse:
        asked.append(request.url.path)
        return FakeResponse(status, b"", {"Location": "/elsewhere"})

    with pytest.raises(StatusError) as caught:
        show(driver, driver.front_classes[1](token=TOKEN, retry=ONCE, **own(redirect).settings))
    assert caught.value.status_code == status
    assert asked == ["/v3.0/OS-CREDENTIAL/credentials/AK"]
