from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from auth.credential_files import CLI, SECRET, TOKEN, aliyun, write
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError
from cloudkeys.testing import FakeResponse
from driver import Driver

INI = "[default]\ntype = access_key\naccess_key_id = ini\naccess_key_secret = se%cret\n"


def test_alibaba_is_looked_for_in_the_vendors_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".alibabacloud" / "credentials.ini", INI)
    assert find_alibaba() == AccessKey("ini", "se%cret")
    aliyun(home, CLI)
    assert find_alibaba() == AccessKey("cli", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")
    assert find_alibaba() == AccessKey("ini", "se%cret")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env")
    assert find_alibaba() == AccessKey("ini", "se%cret"), "half a pair is none"
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    assert find_alibaba() == AccessKey("env", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN)
    assert find_alibaba() == AccessKey("env", SECRET, TOKEN)


def test_alibaba_profiles_have_names(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    sts = {"name": "ci", "mode": "StsToken", "access_key_id": "sts", "access_key_secret": SECRET, "sts_token": TOKEN}
    aliyun(home, CLI, sts, current="ci")
    assert find_alibaba() == AccessKey("sts", SECRET, TOKEN)
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "default")
    assert find_alibaba() == AccessKey("cli", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "other")
    write(tmp_path / "mine.ini", INI.replace("default", "other"))
    monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", str(tmp_path / "mine.ini"))
    assert find_alibaba() == AccessKey("ini", "se%cret")


def test_huawei_is_looked_for_in_the_vendors_order(home: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    write(
        home / ".huaweicloud" / "credentials",
        f"[basic]\nak = b\nsk = {SECRET}\nproject_id = p\n[global]\nak = g\nsk = {SECRET}\ndomain_id = d\n",
    )
    assert find_huawei("basic") == (AccessKey("b", SECRET), "p")
    assert find_huawei("global") == (AccessKey("g", SECRET), "d")
    write(tmp_path / "mine", f"[basic]\nak = m\nsk = {SECRET}\nsecurity_token = {TOKEN}\n")
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(tmp_path / "mine"))
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "env-project")
    assert find_huawei("basic") == (AccessKey("m", SECRET, TOKEN), "env-project")
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "env")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    assert find_huawei("basic") == (AccessKey("env", SECRET), "env-project")
    monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "env-domain")
    assert find_huawei("global") == (AccessKey("env", SECRET), "env-domain")


def test_a_machine_without_home_folders_needs_none(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", missing)
    for find in (find_alibaba, lambda: find_huawei("basic")):
        with pytest.raises(CredentialsError, match="RuntimeError"):
            find()
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "env")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    assert find_huawei("basic") == (AccessKey("env", SECRET), None)


DAMAGES: dict[str, Callable[[Path], object]] = {
    "nothing": lambda _: None,
    "no JSON": lambda home: write(home / ".aliyun" / "config.json", SECRET),
    "no profiles": lambda home: write(home / ".aliyun" / "config.json", "{}"),
    "another shape": lambda home: write(home / ".aliyun" / "config.json", '{"profiles": [1], "current": "default"}'),
    "a role": lambda home: aliyun(home, CLI | {"mode": "RamRoleArn"}),
    "no secret": lambda home: aliyun(home, {k: v for k, v in CLI.items() if k != "access_key_secret"}),
    "no INI": lambda home: write(home / ".alibabacloud" / "credentials.ini", SECRET),
    "other type": lambda home: write(home / ".alibabacloud" / "credentials.ini", INI.replace("access_key\n", "x\n")),
    "a folder": lambda home: (home / ".aliyun" / "config.json").mkdir(parents=True),
    "bytes": lambda home: write(home / ".alibabacloud" / "credentials.ini", "\xff".encode("latin-1").decode("latin-1")),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_what_was_looked_for_is_reported_without_a_secret(name: str, home: Path) -> None:
    DAMAGES[name](home)
    with pytest.raises(CredentialsError) as caught:
        find_alibaba()
    for source in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "~/.aliyun/config.json", "credentials.ini"):
        assert source in str(caught.value)
    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_missing_huawei_credentials_are_reported(home: Path) -> None:
    with pytest.raises(CredentialsError, match=r"no HUAWEICLOUD_SDK_AK and no .*_SK; .*\.huaweicloud.*no such file"):
        find_huawei("basic")
    write(home / ".huaweicloud" / "credentials", f"[basic]\nsk = {SECRET}\n")
    with pytest.raises(CredentialsError, match=r"\[basic\].*no ak$"):
        find_huawei("basic")
    with pytest.raises(CredentialsError, match=r"\[global\].*no such section"):
        find_huawei("global")


def test_secrets_are_shown_nowhere() -> None:
    key = AccessKey("AK", SECRET, TOKEN)
    password = Password(user="user", password=SECRET, domain="domain")
    holders: list[Any] = [
        key,
        password,
        Alibaba(region="cn-hangzhou", credentials=key),
        Huawei(region="cn-north-4", credentials=key),
        AsyncAlibaba(region="cn-hangzhou", credentials=key),
        AsyncHuawei(region="cn-north-4", token=TOKEN),
        Huawei(region="cn-north-4", password=password),
    ]
    for holder in holders:
        for text in (repr(holder), str(holder)):
            assert SECRET not in text
            assert TOKEN not in text
    for holder in (key, password):
        with pytest.raises(TypeError, match="holds a secret"):
            pickle.dumps(holder)
    assert copy.copy(holders[2]).credentials is key


@pytest.mark.parametrize(("key_id", "secret"), [("", "s"), ("i", "")])
def test_an_empty_key_is_refused(key_id: str, secret: str) -> None:
    with pytest.raises(ValueError, match="must be printable ASCII, not empty"):
        AccessKey(key_id, secret)


def leaks(request: httpx.Request) -> FakeResponse:
    key_id = request.headers["Authorization"].partition("Credential=")[2].partition(",")[0]
    leak = {"Id": 1, "AccesskeyId": key_id}
    return FakeResponse(200, json.dumps({"AccessKeyLeakList": [leak], "TotalCount": 1}).encode())


def used_key(driver: Driver, alibaba: Any) -> Any:
    """Return the ID of the key that a call was signed with."""
    return driver.items(alibaba.sas.describe_accesskey_leak_list())[0].accesskey_id


def test_rotated_credentials_are_used_at_once(driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    alibaba = driver.alibaba(leaks)
    used = []
    aliyun(home, CLI)
    used.append(used_key(driver, alibaba))
    aliyun(home, CLI | {"access_key_id": "rotated"})
    used.append(used_key(driver, alibaba))
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s")
    used.append(used_key(driver, alibaba))
    assert used == ["cli", "rotated", "env"]


def test_a_function_supplies_the_current_key(driver: Driver) -> None:
    calls = []

    def supply() -> AccessKey:
        calls.append(1)
        return AccessKey(f"key-{len(calls)}", "s")

    alibaba = driver.alibaba(leaks, credentials=supply)
    found = [used_key(driver, alibaba) for _ in range(2)]
    assert found == ["key-1", "key-2"]


def test_an_async_function_supplies_keys_to_async_calls_alone(driver: Driver) -> None:
    async def supply() -> AccessKey:
        return AccessKey("from-async", "s")

    alibaba = driver.alibaba(leaks, credentials=supply)
    if driver.is_async:
        assert used_key(driver, alibaba) == "from-async"
    else:
        with pytest.raises(CredentialsError, match="async function"):
            used_key(driver, alibaba)


def test_a_function_that_supplies_something_else_is_refused(driver: Driver) -> None:
    alibaba = driver.alibaba(leaks, credentials=lambda: SECRET)
    with pytest.raises(CredentialsError, match="must be an AccessKey, not str"):
        used_key(driver, alibaba)


def test_missing_credentials_are_reported_by_the_call(driver: Driver) -> None:
    alibaba = driver.alibaba(leaks)
    with pytest.raises(CredentialsError, match="Looked for: the environment"):
        used_key(driver, alibaba)


def test_a_found_key_that_cannot_be_sent_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI\n")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    with pytest.raises(
        CredentialsError, match=r"ALIBABA_CLOUD_ACCESS_KEY_ID must be printable ASCII.* line break at its end"
    ):
        find_alibaba()
