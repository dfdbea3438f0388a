"""What the clients log: each attempt, at debug level, on one line, without secrets."""

from __future__ import annotations

import json
import logging
import re

import httpx
import pytest

import cloudkeys
from cloudkeys import AccessKey
from cloudkeys.errors import ConnectionFailedError, StatusError
from cloudkeys.testing import FakeResponse
from driver import Driver, over_sockets, raw_server
from runtime.services import AT_ONCE, HOLDERS, ONCE, OPERATION, SECRET, TOKEN, Service, credential, show


def records(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if record.name == "cloudkeys"]
    assert {record.levelno for record in found} <= {logging.DEBUG}
    return [record.getMessage() for record in found]


def test_each_attempt_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter(
        [FakeResponse(503, b"{}", {"X-Request-Id": "r-1"}), FakeResponse(429, b"{}", {"X-IAM-Trace-Id": "r-2"})]
    )

    def handler(_: httpx.Request) -> FakeResponse:
        return next(answers, credential("AK"))

    served = driver.serve(handler)
    huawei = driver.front_classes[1](credentials=AccessKey("AK", SECRET, TOKEN), retry=AT_ONCE, **served)
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
    url = re.escape(f"{served['base_url']}/v3.0/OS-CREDENTIAL/credentials/AK")
    expected = [("503", 1, "r-1"), ("429", 2, "r-2"), ("200", 3, "r-1")]
    found = records(caplog)
    assert len(found) == len(expected)
    for message, (status, attempt, request_id) in zip(found, expected, strict=True):
        assert re.fullmatch(
            rf"{OPERATION}: GET {url}: {status} in \d+\.\d{{3}} s, attempt {attempt}, request id {request_id}",
            message,
        )
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


def test_an_attempt_without_a_response_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    huawei = driver.huawei(Service(), credentials=lambda: SECRET)
    with caplog.at_level(logging.DEBUG), pytest.raises(cloudkeys.CloudkeysError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert re.search(r": CredentialsError in \d\.\d{3} s, attempt 1, request id -$", message)
    assert SECRET not in caplog.text


@over_sockets
def test_an_attempt_that_failed_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    with raw_server(b"HTTP/1.") as (base_url, _), caplog.at_level(logging.DEBUG):
        huawei = driver.front_classes[1](base_url=base_url, token=TOKEN, retry=AT_ONCE)
        with pytest.raises(ConnectionFailedError):
            show(driver, huawei)
        driver.do(huawei.aclose if driver.is_async else huawei.close)
    found = [re.search(r": (\w+) in \d\.\d{3} s, attempt (\d),", message) for message in records(caplog)]
    assert [match and match.groups() for match in found] == [("ConnectionFailedError", str(n)) for n in (1, 2, 3)]
    assert TOKEN not in caplog.text


def test_nothing_is_logged_above_debug(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answers = iter([FakeResponse(503, b"{}"), FakeResponse(401, b"{}")])
    huawei = driver.huawei(lambda _: next(answers), token=TOKEN, retry=AT_ONCE)
    with caplog.at_level(logging.INFO), pytest.raises(StatusError):
        show(driver, huawei)
    assert records(caplog) == []


def test_what_a_service_sends_steers_no_log(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    answer = FakeResponse(400, b"{}", {"X-Request-Id": "r" * 10_000})
    huawei = driver.huawei(lambda _: answer, token=TOKEN, retry=ONCE)
    with caplog.at_level(logging.DEBUG, "cloudkeys"), pytest.raises(StatusError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert message.isprintable()
    assert len(message) < 600


def test_no_log_shows_a_secret_that_the_service_echoes(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    def echo(request: httpx.Request) -> FakeResponse:
        return FakeResponse(
            400, json.dumps({"error_msg": TOKEN}).encode(), {"X-Request-Id": request.headers["X-Auth-Token"]}
        )

    huawei = driver.huawei(echo, token=TOKEN, retry=ONCE)
    with caplog.at_level(logging.DEBUG, "cloudkeys"), pytest.raises(StatusError):
        show(driver, huawei)
    (message,) = records(caplog)
    assert TOKEN not in message


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_log_of_any_library_shows_a_secret(driver: Driver, holder: str, caplog: pytest.LogCaptureFixture) -> None:
    huawei = driver.huawei(Service(), project_id="p", **HOLDERS[holder])
    # At debug level httpcore logs the headers of each response, and so a new token, whoever uses it.
    caplog.set_level(logging.INFO, logger="httpcore")
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
        driver.items(huawei.csms.list_secrets())
    assert len(records(caplog)) == 2
    shown = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in shown
    assert TOKEN not in shown
