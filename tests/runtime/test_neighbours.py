"""Other packages in the process: stopped clocks, structlog, and stamina's hooks and switches."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
import stamina
from stamina import instrumentation

from cloudkeys import RetryPolicy
from cloudkeys.errors import ServerError
from driver import Driver, over_mock
from runtime.scripted import QUICK, UNAVAILABLE, Scripted, count_of, open_alibaba


def run(program: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-W", "error", "-c", program]
    environment = {"PYTHONPATH": os.pathsep.join(sys.path)}
    return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)


CALLS = """
import asyncio, datetime

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

    async def later():
        async with cloud.async_huawei() as huawei:
            return [user.created_at async for user in huawei.iam_v5.list_users()]

    listed += asyncio.run(later())
    assert [type(moment) for moment in (made, *listed)] == real * 4, listed
    return made
"""
STOPPED = {
    "freezegun": "from freezegun import freeze_time as stopped",
    "time-machine": "import functools, time_machine; stopped = functools.partial(time_machine.travel, tick=False)",
}
FIRST = {"nothing": "", "all": "import cloudkeys.huawei, cloudkeys.testing"}


@pytest.mark.parametrize("imported", FIRST)
@pytest.mark.parametrize("library", STOPPED)
def test_a_client_works_with_a_stopped_clock_and_refuses_a_date_where_a_string_is_needed(
    library: str, imported: str
) -> None:
    done = run(f"""
import datetime
real = [datetime.datetime]  # freezegun replaces what a module names
early = datetime.datetime(2026, 11, 28, tzinfo=datetime.UTC)
{STOPPED[library]}
{FIRST[imported]}
{CALLS}
moment = real[0](2026, 11, 28, 10, tzinfo=datetime.UTC)
with stopped(moment):
    assert calls() == moment
assert calls() != moment, "the clock runs again"
""")
    assert (done.returncode, done.stderr) == (0, "")


REPORTED = """
import json, logging, sys
import stamina, structlog
from cloudkeys import RetryPolicy
from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import failed

def call():
    cloud = FakeCloud(leaks=[example_leak(1)])
    cloud.inject(failed(503))
    with cloud.alibaba(retry=RetryPolicy(first_wait=0, jitter=0)) as alibaba:
        print(json.dumps([leak.id for leak in alibaba.sas.describe_accesskey_leak_list()]))
        assert len(cloud.calls) == 2
"""


CONFIGURED = "structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))"
OF_THE_PROGRAM = """
call()
for attempt in stamina.retry_context(on=ValueError, wait_initial=0, wait_jitter=0):
    with attempt:
        if attempt.num == 1:
            raise ValueError("of the program")
"""


def test_structlog_prints_no_retry_of_ours_until_the_program_configures_it() -> None:
    done = run(REPORTED + "call()")
    assert (done.stdout, done.stderr) == ("[1]\n", "")
    done = run(REPORTED + "logging.basicConfig(format='%(name)s %(message)s'); call()")
    assert (done.stdout, done.stderr) == ("[1]\n", "stamina stamina.retry_scheduled\n")
    done = run(f"{REPORTED}call(); {CONFIGURED}; call()")
    assert done.stderr.count("stamina.retry_scheduled") == 1
    assert done.stdout == "[1]\n" * 2
    done = run(REPORTED + OF_THE_PROGRAM)
    assert done.stdout.count("stamina.retry_scheduled") == 1
    assert "of the program" in done.stdout


@over_mock
def test_hooks_of_the_program_are_called(driver: Driver) -> None:
    seen: list[instrumentation.RetryDetails] = []

    def hook(details: instrumentation.RetryDetails) -> None:
        seen.append(details)

    instrumentation.set_on_retry_hooks([hook])
    try:
        assert count_of(driver, open_alibaba(driver, Scripted(UNAVAILABLE, UNAVAILABLE), retry=QUICK)) == 1
    finally:
        instrumentation.set_on_retry_hooks(None)
    assert [details.retry_num for details in seen] == [1, 2]


@over_mock
def test_the_switches_of_stamina_apply(driver: Driver) -> None:
    stamina.set_active(False)
    try:
        service = Scripted(UNAVAILABLE, UNAVAILABLE)
        with pytest.raises(ServerError):
            count_of(driver, open_alibaba(driver, service, retry=QUICK))
        assert len(service.asked) == 1
    finally:
        stamina.set_active(True)
    stamina.set_testing(True, attempts=2)
    try:
        service = Scripted(UNAVAILABLE, UNAVAILABLE)
        with pytest.raises(ServerError):
            count_of(driver, open_alibaba(driver, service, retry=RetryPolicy(first_wait=60, longest_wait=60)))
        assert len(service.asked) == 2
    finally:
        stamina.set_testing(False)
