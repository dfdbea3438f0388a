"""The log: one line for each attempt, at debug level, without secrets."""

from __future__ import annotations

import logging
import re

import pytest

from cloudkeys import AccessKey
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock, over_sockets, raw_server
from runtime.failing import failure, failure_at, respond
from runtime.services import AT_ONCE, HOLDERS, OPERATION, SECRET, TOKEN, Service, credential, show


def messages(caplog: pytest.LogCaptureFixture) -> list[str]:
    found = [record for record in caplog.records if record.name == "cloudkeys"]
    assert {record.levelno for record in found} <= {logging.DEBUG}
    return [record.getMessage() for record in found]


@over_mock
def test_each_attempt_is_logged_at_debug_level(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    responses = iter(
        [FakeResponse(503, b"{}", {"X-Request-Id": "r-1"}), FakeResponse(429, b"{}", {"X-IAM-Trace-Id": "r-2"})]
    )
    served = driver.serve(lambda _: next(responses, credential("AK")))
    huawei = driver.front_classes[1](credentials=AccessKey("AK", SECRET, TOKEN), retry=AT_ONCE, **served)
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
    url = re.escape(f"{served['base_url']}/v3.0/OS-CREDENTIAL/credentials/AK")
    expected = [("503", 1, "r-1"), ("429", 2, "r-2"), ("200", 3, "r-1")]
    for message, (status, attempt, request_id) in zip(messages(caplog), expected, strict=True):
        assert re.fullmatch(
            rf"{OPERATION}: GET {url}: {status} in \d+\.\d{{3}} s, attempt {attempt}, request id {request_id}", message
        )
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


@over_sockets
def test_an_attempt_without_a_response_is_logged(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with raw_server(b"HTTP/1.") as (base_url, _):
        failure_at(driver, base_url, retry=AT_ONCE)
    found = [re.search(r": (\w+) in \d\.\d{3} s, attempt (\d), request id -$", text) for text in messages(caplog)]
    assert [match and match.groups() for match in found] == [("ConnectionFailedError", str(n)) for n in (1, 2, 3)]
    caplog.clear()
    failure(driver, Service(), token=None, credentials=lambda: SECRET)
    assert re.search(r": CredentialsError in \d\.\d{3} s, attempt 1, request id -$", messages(caplog)[0])
    assert SECRET not in caplog.text
    assert TOKEN not in caplog.text


@over_mock
def test_no_log_shows_a_secret_that_the_service_echoes(driver: Driver, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, "cloudkeys"):
        for text in (TOKEN, "r" * 10_000, "\x1b[31m"):
            failure(driver, respond({"error_msg": TOKEN}, headers={"X-Request-Id": text}))
    assert len(messages(caplog)) == 3
    for message in messages(caplog):
        assert TOKEN not in message
        assert message.isprintable()
        assert len(message) < 600


@pytest.mark.parametrize("holder", HOLDERS)
def test_no_log_of_any_library_shows_a_secret(driver: Driver, holder: str, caplog: pytest.LogCaptureFixture) -> None:
    huawei = driver.huawei(Service(), project_id="p", **HOLDERS[holder])
    # At debug level, httpcore logs the headers of each response, and so a new token.
    caplog.set_level(logging.INFO, logger="httpcore")
    with caplog.at_level(logging.DEBUG):
        show(driver, huawei)
        driver.items(huawei.csms.list_secrets())
    assert len(messages(caplog)) == 2
    shown = caplog.text + "".join(str(vars(record)) for record in caplog.records)
    assert SECRET not in shown
    assert TOKEN not in shown
