"""The log: one line for each attempt, at debug level, without secrets."""

from __future__ import annotations

import logging
import re

import httpx
import pytest

from driver import Driver, over_mock
from runtime.calls import failure, open_huawei
from runtime.services import AT_ONCE, HOLDERS, OPERATION, SECRET, TOKEN, Service, response, show


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if record.name == "cloudkeys"]
    assert {record.levelno for record in found} <= {logging.DEBUG}
    return [record.getMessage() for record in found]


@over_mock
def test_each_attempt_is_logged_at_debug_level(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    service = Service(response({}, 503, {"X-Request-Id": "r-1"}), httpx.ReadError("broken"))
    show(driver, open_huawei(driver, service, retry=AT_ONCE))
    failure(driver, service, credentials=lambda: SECRET)
    start = rf"{OPERATION}: GET http://127\.0\.0\.1:8080/v3\.0/OS-CREDENTIAL/credentials/AK"
    ends = [("503", 1, "r-1"), ("ConnectionFailedError", 2, "-"), ("200", 3, "r-1"), ("CredentialsError", 1, "-")]
    for message, (result, attempt, request_id) in zip(messages(caplog), ends, strict=True):
        end = rf"{result} in \d+\.\d{{3}} s, attempt {attempt}, request id {request_id}"
        assert re.fullmatch(f"{start}: {end}", message)
    assert SECRET not in caplog.text


@over_mock
def test_no_log_shows_a_secret_that_the_service_echoes(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG, "cloudkeys")
    for text in (TOKEN, "r" * 10_000, "\x1b[31m"):
        failure(driver, response({"error_msg": TOKEN}, 400, {"X-Request-Id": text}))
    assert len(messages(caplog)) == 3
    for message in messages(caplog):
        assert TOKEN not in message
        assert message.isprintable()
        assert len(message) < 600


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_log_of_any_library_shows_a_secret(driver: Driver, holder: str, caplog: pytest.LogCaptureFixture) -> None:
    huawei = open_huawei(driver, Service(), project_id="p", **HOLDERS[holder])
    # At debug level, httpcore logs the headers of each response, and so a new token.
    caplog.set_level(logging.INFO, logger="httpcore")
    caplog.set_level(logging.DEBUG)
    show(driver, huawei)
    driver.items(huawei.csms.list_secrets())
    assert len(messages(caplog)) == 2
    shown = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in shown
    assert TOKEN not in shown
