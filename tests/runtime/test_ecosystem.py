"""Other packages in the process: mocks and tracers of httpx, stopped clocks, and structlog."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from typing import Any

import httpx
import pytest
import pytest_httpx
import respx

from cloudkeys import AsyncHuawei, Connections, Huawei
from runtime.services import TOKEN, credential

URL = "https://iam.cn-north-4.myhuaweicloud.com/v3.0/OS-CREDENTIAL/credentials/AK"
BODY = credential("AK").body


def assert_shown() -> None:
    """Show an access key with a sync and an async client."""
    with Huawei(region="cn-north-4", token=TOKEN) as huawei:
        assert huawei.iam_v3.show_permanent_access_key("AK").credential.access == "AK"

    async def show() -> None:
        async with AsyncHuawei(region="cn-north-4", token=TOKEN) as huawei:
            assert (await huawei.iam_v3.show_permanent_access_key("AK")).credential.access == "AK"

    asyncio.run(show())


def test_respx_sees_the_calls() -> None:
    with respx.mock as router:
        route = router.get(URL).respond(content=BODY)
        assert_shown()
    assert [call.request.headers["X-Auth-Token"] for call in route.calls] == [TOKEN] * 2


def test_pytest_httpx_sees_the_calls(httpx_mock: pytest_httpx.HTTPXMock) -> None:
    httpx_mock.add_response(url=URL, content=BODY, is_reusable=True)
    assert_shown()
    assert [request.headers["X-Auth-Token"] for request in httpx_mock.get_requests()] == [TOKEN] * 2


def test_a_tracer_that_wraps_the_methods_of_httpx_sees_the_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wrap the transports as opentelemetry-instrumentation-httpx does, and add a header."""
    spans: list[tuple[str, str]] = []

    def handle(self: Any, request: httpx.Request) -> httpx.Response:  # noqa: ARG001 - a method
        request.headers["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
        spans.append((request.method, str(request.url)))
        return httpx.Response(200, content=BODY)

    async def handle_async(self: Any, request: httpx.Request) -> httpx.Response:
        return handle(self, request)

    monkeypatch.setattr(httpx.HTTPTransport, "handle_request", handle)
    monkeypatch.setattr(httpx.AsyncHTTPTransport, "handle_async_request", handle_async)
    assert_shown()
    assert spans == [("GET", URL)] * 2


def test_the_missing_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cloudkeys.runtime.aiohttp_transport", None)
    with pytest.raises(ImportError, match=r"^Connections\(aiohttp=True\) needs the extra: pip install 'cloudkeys\["):
        Connections(aiohttp=True)
    Connections()


def run(program: str) -> str:
    """Run a program in which warnings are errors, and return its output and its errors."""
    command = [sys.executable, "-W", "error", "-c", program]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    return done.stdout + done.stderr


CALLS = """
def calls():
    from cloudkeys import RetryPolicy
    from cloudkeys.errors import ParameterError
    from cloudkeys.testing import FakeCloud, example_user
    from cloudkeys.testing.faults import failed

    cloud = FakeCloud(users=[example_user(user_id="user")])
    cloud.inject(failed(503))
    with cloud.huawei(retry=RetryPolicy(first_wait=0, jitter=0)) as huawei:
        listed = [user.created_at for user in huawei.iam_v5.list_users()]
        made = huawei.iam_v5.create_access_key("user").access_key.created_at
        for moment in (early, datetime.datetime.now(datetime.UTC), datetime.date.today()):
            try:
                huawei.csms.create_secret_version("name", secret_string="value", version_stages=[moment])
            except ParameterError:
                continue
            raise AssertionError(moment)
    with cloud.huawei(password=cloud.password) as huawei:
        listed += [key.created_at for key in huawei.iam_v5.list_access_keys("user")]
    assert [type(moment) for moment in (made, *listed)] == real * 3, listed
    return made
"""
FREEZEGUN = "from freezegun import freeze_time as stopped"
TIME_MACHINE = "import functools, time_machine; stopped = functools.partial(time_machine.travel, tick=False)"
CLOCKS = [(FREEZEGUN, ""), (FREEZEGUN, "import cloudkeys.huawei, cloudkeys.testing"), (TIME_MACHINE, "")]


@pytest.mark.parametrize(("library", "imported"), CLOCKS, ids=["freezegun", "freezegun-imported", "time-machine"])
def test_a_client_works_with_a_stopped_clock_and_refuses_a_date_where_a_string_is_needed(
    library: str, imported: str
) -> None:
    shown = run(f"""
import datetime
real = [datetime.datetime]  # freezegun replaces what a module names
early = datetime.datetime(2026, 11, 28, tzinfo=datetime.UTC)
{library}
{imported}
{CALLS}
moment = real[0](2026, 11, 28, 10, tzinfo=datetime.UTC)
with stopped(moment):
    assert calls() == moment
assert calls() != moment, "the clock runs again"
print("done")
""")
    assert shown == "done\n"


RETRIED = """
import logging, sys
import stamina, structlog
from cloudkeys import RetryPolicy
from cloudkeys.testing import FakeCloud
from cloudkeys.testing.faults import failed

def call():
    cloud = FakeCloud()
    cloud.inject(failed(503))
    with cloud.alibaba(retry=RetryPolicy(first_wait=0, jitter=0)) as alibaba:
        assert list(alibaba.sas.describe_accesskey_leak_list()) == []
    assert len(cloud.calls) == 2

call()
print("---")
structlog.configure()
call()
print("---")
structlog.reset_defaults()
for attempt in stamina.retry_context(on=ValueError, wait_initial=0, wait_jitter=0):
    with attempt:
        if attempt.num == 1:
            raise ValueError("of the program")
print("---")
logging.basicConfig(format="%(name)s %(message)s", stream=sys.stdout)
call()
"""


def test_structlog_prints_no_retry_of_ours_until_the_program_configures_it() -> None:
    unconfigured, configured, of_the_program, with_logging = run(RETRIED).split("---\n")
    assert unconfigured == ""
    assert configured.count("stamina.retry_scheduled") == 1
    assert of_the_program.count("of the program") == 1
    assert with_logging == "stamina stamina.retry_scheduled\n"
