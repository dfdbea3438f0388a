"""What the clients give beside the items: the raw response."""

from __future__ import annotations

import json

from cloudkeys_api.huawei_iam_v3.api.access_keys import show_permanent_access_key
from driver import Driver
from runtime.services import TOKEN, Service, credential, show


def test_the_raw_response_comes_beside_the_decoded_one(driver: Driver) -> None:
    huawei = driver.huawei(Service(), token=TOKEN, project_id="p")
    module = show_permanent_access_key
    call = module.asyncio_detailed if driver.is_async else module.sync_detailed
    response = driver.do(lambda: call(huawei.iam_v3, access_key="AK"))
    assert response.status_code == 200
    assert response.headers["x-request-id"] == response.headers["X-Request-Id"] == "r-1"
    assert response.content == credential("AK").body
    assert response.body.credential == show(driver, huawei)
    assert response.body.credential.last_use_time == response.body.credential.create_time, "it was never used"
    (page,) = driver.pages(huawei.csms.list_secrets())
    assert page.response.status_code == 200
    assert json.loads(page.response.content)["secrets"][0]["id"] == page.items[0].id == "1"
    assert page.response.body.secrets == page.items
    assert int(page.response.headers["content-length"]) == len(page.response.content)
