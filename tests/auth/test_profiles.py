"""People with many accounts name a profile: no key of another account is used in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from huaweicloudsdkcore.auth.provider import ProfileCredentialProvider

from auth.credential_files import CLI, SECRET, alibaba_ini, aliyun, huawei_ini, write
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock

ACCOUNTS = [f"account-{number}" for number in range(30)]
KINDS = pytest.mark.parametrize("kind", [Alibaba, AsyncAlibaba, Huawei, AsyncHuawei])


@pytest.fixture
def accounts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of 30 accounts in each file, and of yet another one in the environment."""
    aliyun(home, *(CLI | {"name": name, "access_key_id": f"key-of-{name}"} for name in ACCOUNTS), current="account-1")
    sections = [
        f"[{kind}-{name}]\nak = key-of-{name}\nsk = {SECRET}\n{scope} = {scope}-of-{name}\n"
        for name in ACCOUNTS
        for kind, scope in {"basic": "project_id", "global": "domain_id"}.items()
    ]
    write(huawei_ini(home), "".join(sections))
    for name in ("AK", "SK", "PROJECT_ID", "DOMAIN_ID"):
        monkeypatch.setenv(f"HUAWEICLOUD_SDK_{name}", "of-the-environment")
    for name in ("ID", "SECRET"):
        monkeypatch.setenv(f"ALIBABA_CLOUD_ACCESS_KEY_{name}", "of-the-environment")
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "account-2")


def answering(sent: list[httpx.Request]) -> Callable[[httpx.Request], FakeResponse]:
    def answer(request: httpx.Request) -> FakeResponse:
        sent.append(request)
        return FakeResponse(
            200,
            b'{"AccessKeyLeakList":[],"TotalCount":0,"access_keys":[],"secrets":[],"page_info":{"current_count":0}}',
        )

    return answer


@over_mock
@pytest.mark.usefixtures("accounts")
def test_alibaba_signs_with_the_key_of_the_profile(driver: Driver) -> None:
    sent: list[httpx.Request] = []
    alibaba = driver.alibaba(answering(sent), profile="account-7")
    driver.items(alibaba.sas.describe_accesskey_leak_list())
    driver.items(alibaba.with_options(profile="account-8").sas.describe_accesskey_leak_list())
    driver.items(alibaba.with_options(profile=None).sas.describe_accesskey_leak_list())
    names = ["key-of-account-7", "key-of-account-8", "of-the-environment"]
    for name, request in zip(names, sent, strict=True):
        assert f"Credential={name}," in request.headers["Authorization"]


@over_mock
@pytest.mark.usefixtures("accounts")
def test_huawei_signs_with_the_key_and_the_ids_of_the_profile(driver: Driver) -> None:
    sent: list[httpx.Request] = []
    huawei = driver.huawei(answering(sent), profile="account-7", project_id=None)
    driver.items(huawei.csms.list_secrets())
    driver.items(huawei.iam_v5.list_access_keys("user"))
    csms, iam = sent
    assert "Access=key-of-account-7," in csms.headers["Authorization"]
    assert "Access=key-of-account-7," in iam.headers["Authorization"]
    assert csms.headers["X-Project-Id"] == "project_id-of-account-7"
    assert "project_id-of-account-7" in csms.url.path
    assert iam.headers["X-Domain-Id"] == "domain_id-of-account-7"


@pytest.mark.usefixtures("accounts")
def test_the_files_of_the_sdks_are_looked_in_after_the_clis(home: Path) -> None:
    write(alibaba_ini(home), "[mine]\ntype = access_key\naccess_key_id = ini\naccess_key_secret = s\n")
    assert find_alibaba("mine") == AccessKey("ini", "s")
    assert find_alibaba("account-3").access_key_id == "key-of-account-3"
    assert find_alibaba().access_key_id == "of-the-environment"


def test_huaweis_sdk_reads_the_same_section(home: Path) -> None:
    write(huawei_ini(home), f"[basic-prod]\nak=a\nsk={SECRET}\nproject_id=p\n[global-prod]\nak=g\nsk={SECRET}\n")
    for section, ours in {"basic": find_huawei("basic", "prod"), "global": find_huawei("global", "prod")}.items():
        theirs: Any = ProfileCredentialProvider(f"{section}-prod").get_credentials()
        assert ours == (AccessKey(theirs.ak, theirs.sk), getattr(theirs, "project_id", None))


@pytest.mark.usefixtures("accounts")
def test_a_profile_that_is_not_there_is_told_which_are(home: Path) -> None:
    write(alibaba_ini(home), "[mi\x1bne]\ntype = access_key\n")
    with pytest.raises(CredentialsError, match=r"config\.json: it has no such profile as 'prod', but acc") as caught:
        find_alibaba("prod")
    assert [name for name in ACCOUNTS if name not in str(caught.value)] == []
    assert "credentials.ini: it has no such profile as 'prod', but mi\\x1bne" in str(caught.value)
    assert "environment" not in str(caught.value)
    with pytest.raises(CredentialsError, match=r"no such section as 'basic-prod', but .*basic-account-1") as caught:
        find_huawei("basic", "prod")
    assert str(caught.value).isprintable()
    aliyun(home)
    with pytest.raises(CredentialsError, match="no such profile as 'prod', but none at all"):
        find_alibaba("prod")


@pytest.mark.usefixtures("accounts")
@pytest.mark.parametrize("kind", [Huawei, AsyncHuawei])
def test_a_client_of_a_profile_without_a_project_takes_none_from_elsewhere(kind: Any, home: Path) -> None:
    write(huawei_ini(home), f"[basic-prod]\nak=a\nsk={SECRET}\n[basic]\nak=b\nsk=s\nproject_id=of-another\n")
    huawei = kind(region="cn-north-4", profile="prod")
    with pytest.raises(ValueError, match=r"csms needs project_id: give it, or set .* the profile prod$"):
        _ = huawei.csms
    assert huawei.with_options(project_id="given").csms.project_id == "given"
    missing = kind(region="cn-north-4", profile="missing")
    for name in ("csms", "iam_v3", "iam_v5"):
        with pytest.raises(CredentialsError, match="-missing"):
            getattr(missing, name)


@over_mock
def test_the_call_says_that_there_is_no_such_profile(driver: Driver, home: Path) -> None:
    aliyun(home, CLI)
    alibaba = driver.alibaba(answering([]), profile="prod")
    with pytest.raises(CredentialsError, match=r"no such profile as 'prod', but default"):
        driver.items(alibaba.sas.describe_accesskey_leak_list())


@KINDS
def test_a_profile_is_the_only_source(kind: Any) -> None:
    sources: dict[str, Any] = {"credentials": AccessKey("a", "s")}
    if "Huawei" in kind.__name__:
        sources |= {"token": "t", "password": Password(user="u", password="p", domain="d")}  # noqa: S106
    for name, source in sources.items():
        with pytest.raises(ValueError, match="give a profile or other credentials, and not both"):
            kind(region="cn-north-4", profile="prod", **{name: source})


@KINDS
def test_the_name_of_a_profile_is_a_text_and_not_empty(kind: Any) -> None:
    with pytest.raises(ValueError, match="profile must not be empty"):
        kind(region="cn-north-4", profile="")
    with pytest.raises(TypeError, match="profile must be str or None, not int"):
        kind(region="cn-north-4", profile=1)
