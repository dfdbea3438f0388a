"""What the clients give beside the items: the raw response, and when a key was used last."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from clients.services import TOKEN, Service, credential, show
from cloudkeys import Huawei, last_used_at
from driver import Driver, over_mock


def test_the_raw_response_comes_beside_the_decoded_one(driver: Driver) -> None:
    huawei = Huawei(token=TOKEN, project_id="p", **driver.serve(Service()))
    response = driver.call(lambda: huawei.access_key_detailed("AK"), lambda: huawei.access_key_detailed_async("AK"))
    assert response.status_code == 200
    assert response.headers["x-request-id"] == response.headers["X-Request-Id"] == "r-1"
    assert response.content == credential("AK").body
    assert response.body.credential == show(driver, huawei)
    (page,) = driver.pages(huawei.secrets())
    assert page.response.status_code == 200
    assert json.loads(page.response.content)["secrets"][0]["id"] == page.items[0].id == "1"
    assert page.response.body.secrets == page.items
    assert int(page.response.headers["content-length"]) == len(page.response.content)


@over_mock
@pytest.mark.parametrize(
    ("used", "expected"),
    [
        ("2026-01-02T03:04:05Z", None),
        ("2026-01-02T03:04:05.000000Z", None),
        ("2026-01-02T04:04:05+01:00", None),
        ("2026-01-02T03:04:06Z", datetime(2026, 1, 2, 3, 4, 6, tzinfo=UTC)),
        ("2026-05-06T07:08:09.123456Z", datetime(2026, 5, 6, 7, 8, 9, 123456, tzinfo=UTC)),
    ],
)
def test_a_key_that_was_never_used_has_no_last_use(driver: Driver, used: str, expected: datetime | None) -> None:
    huawei = Huawei(token=TOKEN, **driver.serve(lambda _: credential("AK", used=used)))
    assert last_used_at(show(driver, huawei)) == expected
