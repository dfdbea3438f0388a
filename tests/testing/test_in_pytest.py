"""The pytest plugin: its fixtures, which tests it fails, and what the report of a failed test shows."""

from __future__ import annotations

import inspect
import os
import re
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path

import pytest

import cloudkeys.testing
from cloudkeys.testing import FakeCloud, faults

TESTS_OF_A_USER = """
import asyncio

import httpx
import pytest

from cloudkeys import Huawei
from cloudkeys.errors import CloudkeysError, ServerError
from cloudkeys.testing import FakeCloud, example_leak
from cloudkeys.testing.faults import after_effect, change, failed, gateway_page, throttled

LIST_LEAKS = "alibaba_sas.DescribeAccesskeyLeakList"


def leaks_of(cloud):
    with cloud.alibaba() as alibaba:
        return list(alibaba.sas.describe_accesskey_leak_list())


def secrets_of(cloud, **settings):
    async def run():
        async with cloud.async_huawei(**settings) as huawei:
            return [secret async for secret in huawei.csms.list_secrets()]

    return asyncio.run(run())


@pytest.mark.parametrize("number", [1, 2])
def test_each_test_has_its_own_cloud(fake_cloud, number):
    assert (fake_cloud.leaks, fake_cloud.calls) == ([], [])
    fake_cloud.leaks.append(example_leak())
    assert leaks_of(fake_cloud) == [example_leak()]
    assert secrets_of(fake_cloud) == []


def test_the_url_is_that_of_the_cloud(fake_cloud, fake_cloud_url):
    assert fake_cloud_url.startswith("http://127.0.0.1:")
    (project,) = fake_cloud.projects
    with Huawei(base_url=fake_cloud_url, credentials=fake_cloud.huawei_key, project_id=project) as huawei:
        assert list(huawei.csms.list_secrets()) == []
    assert len(fake_cloud.calls) == 1


def test_error_of_a_sync_call(fake_cloud):
    fake_cloud.inject(gateway_page(), times=None)
    leaks_of(fake_cloud)


def test_error_of_an_async_call(fake_cloud):
    fake_cloud.inject(failed(), times=None)
    secrets_of(fake_cloud)


def test_error_of_a_wrong_argument(fake_cloud):
    fake_cloud.huawei().iam_v3.show_permanent_access_key(3)


def test_error_that_another_one_follows(fake_cloud):
    fake_cloud.inject(failed(), times=None)
    try:
        leaks_of(fake_cloud)
    except CloudkeysError as error:
        raise RuntimeError("no report") from error


def test_error_of_a_group_of_tasks(fake_cloud):
    fake_cloud.inject(failed(), times=None)

    async def list_keys(alibaba):
        await alibaba.ims.list_access_keys("ada")

    async def run():
        async with fake_cloud.async_alibaba() as alibaba, asyncio.TaskGroup() as group:
            group.create_task(list_keys(alibaba))

    asyncio.run(run())


@pytest.fixture
def leaks(fake_cloud):
    fake_cloud.inject(failed(), times=None)
    return leaks_of(fake_cloud)


def test_error_of_a_fixture(leaks):
    pass


def test_fault_that_raises(fake_cloud):
    def mine(cloud, request, serve):
        return 1 / 0

    fake_cloud.inject(mine)
    leaks_of(fake_cloud)


def test_calls_with_secrets(fake_cloud, fake_cloud_url):
    fake_cloud.leaks += [example_leak(number) for number in range(250)]
    fake_cloud.inject(throttled(), operation=LIST_LEAKS, after=1)
    leaks_of(fake_cloud)
    secrets_of(fake_cloud, password=fake_cloud.password)
    keys = fake_cloud.alibaba_key, fake_cloud.huawei_key
    # A program with a mistake: it sends secrets in the path and in the query.
    for secret in (*(key.secret for key in keys), fake_cloud.password.password, *fake_cloud.callers.tokens):
        print("secret:", secret)
        httpx.get(f"{fake_cloud_url}/{secret}?token={secret}")
    assert False, "nothing was reported"


def test_many_calls(fake_cloud):
    with fake_cloud.huawei() as huawei:
        for number in range(45):
            list(huawei.csms.list_secrets(event_name=f"e{number}\\x1b\\u202e" + "x" * 400))
    assert False


def test_without_calls(fake_cloud):
    assert False


def test_without_a_cloud():
    assert False


def test_unmet(fake_cloud):
    def mine(cloud, request, serve):
        return serve()

    fake_cloud.inject(throttled(), operation="huawei_csms.ListSecrets", times=None)
    fake_cloud.inject(after_effect(failed()), operation="", after=3, times=2)
    fake_cloud.inject(change(print), after=5)
    fake_cloud.inject(mine, operation=LIST_LEAKS, times=3)
    leaks_of(fake_cloud)


def test_unmet_and_failing_anyway(fake_cloud):
    fake_cloud.inject(failed(), after=5)
    raise ArithmeticError("anyway")


def test_all_faults_met(fake_cloud):
    fake_cloud.inject(failed(), times=2)
    fake_cloud.inject(failed(), operation=LIST_LEAKS, times=None)
    with pytest.raises(ServerError):
        leaks_of(fake_cloud)
"""
TEST_WITHOUT_A_CLOUD = """
import sys

def test_nothing_is_loaded_that_is_not_needed():
    needless = {"httpx", "msgspec", "attrs", "stamina", "cloudkeys.testing.fake_cloud", "cloudkeys.runtime.client"}
    assert "cloudkeys._pytest_plugin" in sys.modules
    assert needless.isdisjoint(sys.modules)
"""


def run_pytest(folder: Path, content: str, *options: str) -> str:
    """Run the tests of a user in a pytest without other plugins; return its output."""
    (folder / "test_of_a_user.py").write_text(content)
    others = [entry.name for entry in entry_points(group="pytest11") if entry.name != "cloudkeys"]
    blocked = [option for name in others for option in ("-p", f"no:{name}")]
    command = [sys.executable, "-m", "pytest", "-q", "-W", "error", "-p", "no:cacheprovider", *blocked, *options]
    # On a CI server pytest repeats whole messages in its summary.
    environment = {name: value for name, value in os.environ.items() if name not in {"CI", "BUILD_NUMBER"}}
    run = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return run.stdout + run.stderr


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the reports of the user's failed tests by their names, and the summary."""
    output = run_pytest(tmp_path_factory.mktemp("user"), TESTS_OF_A_USER)
    _, *parts = re.split(
        r"^_{3,} (?:ERROR at setup of )?(\w+) _{3,}$|^=+ (?=short test summary)", output, flags=re.MULTILINE
    )
    names = [name or "summary" for name in parts[::2]]
    return dict(zip(names, parts[1::2], strict=True))


def test_each_test_has_a_cloud_and_its_url(reports: dict[str, str]) -> None:
    assert "12 failed, 4 passed, 1 error" in reports["summary"]


def test_tests_without_a_fake_cloud_load_none(tmp_path: Path) -> None:
    assert "1 passed" in run_pytest(tmp_path, TEST_WITHOUT_A_CLOUD)


# In the native style, pytest shows its own frames, and with them the hooks of plugins.
OURS = re.compile(r"(?:cloudkeys|cloudkeys_api|stamina|tenacity|concurrent)[\\/](?!_pytest_plugin)\w+.*\.py")


def test_a_failure_shows_no_frame_of_ours(reports: dict[str, str], tmp_path: Path) -> None:
    shown = "".join(report for name, report in reports.items() if name.startswith("test_error"))
    native = run_pytest(tmp_path, TESTS_OF_A_USER, "--tb=native", "--show-capture=no", "-k", "test_error")
    for output in (shown, native):
        assert output.count("ServerError: ") >= 6
        assert OURS.findall(output) == []
    assert "_pytest" not in shown


def test_the_option_full_trace_shows_all_frames(tmp_path: Path) -> None:
    output = run_pytest(tmp_path, TESTS_OF_A_USER, "--full-trace", "-k", "test_error_of_a_sync_call")
    assert re.search(r"cloudkeys[\\/]runtime[\\/]client\.py", output)


def test_an_exception_in_a_fault_is_shown_at_its_line(reports: dict[str, str]) -> None:
    report = reports["test_fault_that_raises"]
    assert ">       return 1 / 0\n" in report
    assert re.search(r"\ntest_of_a_user\.py:\d+: ZeroDivisionError\n", report)


SHOWN = """
1. alibaba_sas.DescribeAccesskeyLeakList 200 - /?PageSize=100&CurrentPage=1
2. alibaba_sas.DescribeAccesskeyLeakList 400 Throttling.User /?PageSize=100&CurrentPage=2
3. alibaba_sas.DescribeAccesskeyLeakList 200 - /?PageSize=100&CurrentPage=2
4. alibaba_sas.DescribeAccesskeyLeakList 200 - /?PageSize=100&CurrentPage=3
5. KeystoneCreateUserTokenByPassword 201 - /v3/auth/tokens?nocatalog=true
6. huawei_csms.ListSecrets 200 - /v1/2b31ed520aaaaaaaebedb6e57bbbbbbb/secrets?limit=50
"""


def test_a_failure_shows_the_calls_and_no_secret(reports: dict[str, str]) -> None:
    report = reports["test_calls_with_secrets"]
    assert "AssertionError: nothing was reported" in report
    _, _, shown = report.partition(" Calls of the fake cloud ")
    assert SHOWN in shown
    assert shown.count(". (no operation) 404 APIGW.0101 /***?token=***\n") == 4
    secrets = re.findall("^secret: (.+)$", report, re.MULTILINE)
    assert len(secrets) == 4
    assert [secret for secret in secrets if secret in shown] == []


def test_a_failure_shows_the_last_20_calls(reports: dict[str, str]) -> None:
    report = reports["test_many_calls"]
    assert "(25 earlier calls)\n26. " in report
    assert report.count(" huawei_csms.ListSecrets 200 ") == 20
    assert max(map(len, report.splitlines())) <= 300
    assert "no calls" in reports["test_without_calls"]
    assert "Calls of the fake cloud" not in reports["test_without_a_cloud"]


UNMET = """
the fake cloud has faults that were not met
throttled for calls of huawei_csms.ListSecrets: 0 of all calls met it
after_effect for calls of no operation: 0 of 2 calls met it, after 3 more that pass
change for any call: 0 of 1 calls met it, after 4 more that pass
mine for calls of alibaba_sas.DescribeAccesskeyLeakList: 1 of 3 calls met it
"""


def test_a_fault_that_too_few_calls_met_fails_the_test(reports: dict[str, str]) -> None:
    assert UNMET in reports["test_unmet"]
    anyway = reports["test_unmet_and_failing_anyway"]
    assert "ArithmeticError: anyway" in anyway
    assert "not met" not in anyway


# The package.

GUIDE = Path(cloudkeys.testing.__file__).with_name("README.md").read_text(encoding="utf-8")


def test_the_names_in_the_guide_exist() -> None:
    for attribute in re.findall(r"fake_cloud\.(\w+)", GUIDE):
        assert hasattr(FakeCloud(), attribute), attribute
    listed = re.search(r"`cloudkeys\.testing\.faults`: (.*?) \|", GUIDE)
    assert listed is not None
    functions = inspect.getmembers(faults, inspect.isfunction)
    public = {name for name, one in functions if one.__module__ == faults.__name__ and not name.startswith("_")}
    assert set(re.findall(r"`(\w+)`", listed[1])) == public
