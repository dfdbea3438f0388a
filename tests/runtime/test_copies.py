"""Copies of a client with other options."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from cloudkeys import Alibaba, AsyncHuawei, Huawei, RetryPolicy
from driver import Driver
from runtime.services import KEY, TOKEN, Service, show


def test_a_copy_leaves_the_original_as_it_was_and_shares_its_connections(driver: Driver) -> None:
    service = Service()
    original = driver.huawei(service, token=TOKEN, project_id="p")
    policy = RetryPolicy(attempts=7)
    copy = original.with_options(timeout=1.0, retry=policy, project_id="other", largest_response=9_000)
    assert type(copy) is type(original)
    assert (copy.timeout, copy.retry, copy.project_id, copy.largest_response) == (1.0, policy, "other", 9_000)
    assert (copy.csms.timeout, copy.csms.retry, copy.csms.project_id) == (1.0, policy, "other")
    assert (original.project_id, original.largest_response) == ("p", Huawei(region="a", token="t").largest_response)  # noqa: S106
    assert original.retry == RetryPolicy()
    assert original.timeout == httpx.Timeout(60, connect=10)
    assert copy.connections is original.connections
    for client, project in ((copy, "other"), (original, "p")):
        driver.items(client.csms.list_secrets())
        assert service.requests[-1].url.path == f"/v1/{project}/secrets"
        assert service.requests[-1].headers["X-Auth-Token"] == TOKEN


def test_a_client_of_one_api_is_copied_likewise(driver: Driver) -> None:
    service = Service()
    csms = driver.huawei(service, token=TOKEN, project_id="p").csms
    copy = csms.with_options(headers={"X-Mine": "1"})
    for client, mine in ((copy, "1"), (csms, None)):
        driver.items(client.list_secrets())
        assert service.requests[-1].headers.get("X-Mine") == mine


@pytest.mark.parametrize("option", ["time_out", "_client", "client", "iam_v3", "headers", "auth", "sas"])
def test_an_unknown_option_is_refused(option: str) -> None:
    clients: list[Any] = [Alibaba(region="cn-hangzhou"), Huawei(region="cn-north-4", token=TOKEN)]
    for client in [*clients, AsyncHuawei(region="cn-north-4", token=TOKEN)]:
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
    huawei = driver.huawei(Service(), token=TOKEN)

    def opened() -> Any:
        connections = huawei.connections
        return driver.do(connections.sync_client if not driver.is_async else async_client)

    async def async_client() -> Any:
        return huawei.connections.async_client()

    before = opened()
    copy = huawei.with_options(timeout=5)
    show(driver, copy)
    driver.do(copy.aclose if driver.is_async else copy.close)
    assert opened() is before
    driver.do(huawei.aclose if driver.is_async else huawei.close)
    assert opened() is not before
