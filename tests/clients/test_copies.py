"""Copies of a client with other options."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from clients.services import KEY, TOKEN, Service, show
from cloudkeys import Alibaba, Huawei, RetryPolicy
from cloudkeys.runtime.connections import AsyncClient
from driver import Driver


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
