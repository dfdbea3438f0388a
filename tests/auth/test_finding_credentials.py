"""Credentials are searched in the vendors' order, and what can't be used is reported without its value."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from auth.credential_files import (
    CLI,
    INI,
    alibaba_ini,
    aliyun,
    huawei_ini,
    write,
    write_aliyun,
)
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError
from driver import Driver, over_mock
from runtime.services import SECRET, TOKEN, Service

BOTH_HUAWEIS = pytest.mark.parametrize("kind", [Huawei, AsyncHuawei])


def test_alibabas_sources_are_searched_in_its_tools_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(alibaba_ini(home), INI)
    assert find_alibaba() == AccessKey("ini", "se%cret")
    write_aliyun(home, CLI)
    assert find_alibaba() == AccessKey("cli", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "true")
    assert find_alibaba() == AccessKey("ini", "se%cret")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env")
    assert find_alibaba() == AccessKey("ini", "se%cret"), "an ID without a secret doesn't count"
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", SECRET)
    assert find_alibaba() == AccessKey("env", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_SECURITY_TOKEN", TOKEN)
    assert find_alibaba() == AccessKey("env", SECRET, TOKEN)


def test_a_variable_or_the_configuration_names_alibabas_profile(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    temporary = CLI | {"name": "ci", "mode": "StsToken", "sts_token": TOKEN}
    write_aliyun(home, CLI, temporary, CLI | {"name": "ci"}, current="ci")
    assert find_alibaba() == AccessKey("cli", SECRET, TOKEN), "of profiles with the same name, the first"
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "default")
    assert find_alibaba() == AccessKey("cli", SECRET)
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "other")
    mine = write(home / "mine.ini", INI.replace("default", "other") + f"security_token = {TOKEN}\n")
    monkeypatch.setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", str(mine))
    assert find_alibaba() == AccessKey("ini", "se%cret"), "its SDK reads no token from this file"


def test_huaweis_sources_are_searched_in_its_sdks_order(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sections = f"[basic]\nak = b\nsk = {SECRET}\nproject_id = p\n[global]\nak = g\nsk = {SECRET}\ndomain_id = d\n"
    write(huawei_ini(home), sections)
    assert find_huawei("basic") == (AccessKey("b", SECRET), "p")
    assert find_huawei("global") == (AccessKey("g", SECRET), "d")
    mine = write(home / "mine", f"[basic]\nak = m\nsk = {SECRET}\nsecurity_token = {TOKEN}\n")
    monkeypatch.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(mine))
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "env-project")
    assert find_huawei("basic") == (AccessKey("m", SECRET, TOKEN), "env-project")
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "env")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "env-domain")
    assert find_huawei("basic") == (AccessKey("env", SECRET), "env-project")
    assert find_huawei("global") == (AccessKey("env", SECRET), "env-domain")


def test_no_home_folder_is_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", missing)
    for find in (find_alibaba, lambda: find_huawei("basic")):
        with pytest.raises(CredentialsError, match="RuntimeError"):
            find()
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "env")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", SECRET)
    assert find_huawei("basic") == (AccessKey("env", SECRET), None)


def of_cli(**changes: str) -> Callable[[Path], object]:
    return lambda home: write_aliyun(home, CLI | changes)


NOT_FOUND: dict[str, tuple[Callable[[Path], object], str]] = {
    "nothing": (lambda _: None, "no ALIBABA_CLOUD_ACCESS_KEY_ID and no .*_SECRET; .*json: there is no such file"),
    "no profiles": (lambda home: write(aliyun(home), "{}"), r"no profile '' \(found: none\)"),
    "another shape": (lambda home: write(aliyun(home), '{"profiles": [1]}'), "can't be parsed"),
    "no secret": (lambda home: write_aliyun(home, {"name": "default", "mode": "AK"}), "json: .* no access_key_secret"),
    "no mode": (of_cli(mode=""), "json: no mode"),
    "empty token": (of_cli(mode="StsToken", sts_token=""), "json: an empty sts_token"),
}


@pytest.mark.parametrize("case", NOT_FOUND)
def test_missing_credentials_are_reported_source_by_source_without_a_secret(case: str, home: Path) -> None:
    make, reason = NOT_FOUND[case]
    make(home)
    with pytest.raises(CredentialsError, match=reason) as caught:
        find_alibaba()
    assert str(caught.value).startswith("no credentials were found. Looked for: the environment: ")
    assert "the SDKs' ~/.alibabacloud/credentials.ini: there is no such file" in str(caught.value)
    assert SECRET not in str(caught.value)


UNUSABLE_OF_HUAWEI = {
    "no file": ("", "basic", "no HUAWEICLOUD_SDK_AK and an empty .*_SK; .*no such file"),
    "no ID": ("[basic]\nsk = visible\n", "basic", r"an empty HUAWEICLOUD_SDK_SK; .*\[basic\].*no ak$"),
    "another section": ("[basic]\nsk = visible\n", "global", r"no section 'global' \(found: basic\)"),
    "a role": ("[basic]\nak = a\nsk = s\nidp_id = i\nid_token_file = /t\n", "basic", "idp_id with id_token_file"),
    "invisible": ("[basic]\nak = x\nsk = visible\u200b\n", "basic", r"section \[basic\] of ~.*s: sk must be"),
    "quoted": ('[basic]\nak = x\nsk = "visible"\n', "basic", r"section \[basic\] of ~.*s: sk contains"),
    "a comment": ("[basic]\nak = x\nsk = visible # mine\n", "basic", r"section \[basic\] of ~.*s: sk contains"),
}


@pytest.mark.parametrize("case", UNUSABLE_OF_HUAWEI)
def test_a_file_of_huawei_without_a_usable_key_is_named(case: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text, section, message = UNUSABLE_OF_HUAWEI[case]
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "")
    if text:
        write(huawei_ini(home), text)
    assert_refused(partial(find_huawei, section), CredentialsError, message)


@pytest.mark.parametrize("mode", ["RamRoleArn", "New\x1b[31m"])
def test_a_profile_of_another_mode_is_named_and_no_other_key_is_used(mode: str, home: Path) -> None:
    write(alibaba_ini(home), INI.replace("access_key\n", "ram_role_arn\n"))
    with pytest.raises(CredentialsError, match=r"type ram_role_arn is not supported: .* ProfileCredentialsProvider"):
        find_alibaba()
    write(alibaba_ini(home), INI)
    write_aliyun(home, CLI | {"mode": mode})
    with pytest.raises(CredentialsError, match=r"its mode [A-Z].*CLIProfileCredentialsProvider.*not search") as caught:
        find_alibaba()
    assert mode.partition("\x1b")[0] in str(caught.value)
    assert str(caught.value).isprintable()


ROLES = {
    "Alibaba's OIDC": ("ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
    "Huawei's OIDC": ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN"),
    "Huawei's federation": ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_in_the_environment_is_named_and_no_file_is_used(
    role: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_aliyun(home, CLI)
    write(huawei_ini(home), "[global]\nak = a\nsk = s\n")
    find: Callable[[], AccessKey] = find_alibaba if "Alibaba" in role else lambda: find_huawei("global")[0]
    for name in ROLES[role]:
        assert find().access_key_id in {"cli", "a"}, "an incomplete role doesn't count"
        monkeypatch.setenv(name, "x")
    with pytest.raises(CredentialsError, match=" with ".join(ROLES[role])):
        find()
    for name in ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.setenv(name, "x")
    if find is find_alibaba:
        assert find() == AccessKey("x", "x"), "its SDK prefers a key to a role"


FLAWS = {
    "visible\n": "there is a line break at its end",
    "visible\r\n": "there is a line break at its end",
    "visi\nble": r"its character 5 is U\+000A, which isn't visible",
    " visible": "there is a space before or after it",
    "\ufeffvisible": r"its character 1 is U\+FEFF, which isn't visible",
    "visi\u200bble": r"its character 5 is U\+200B, which isn't visible",
    "visible\x01": r"its character 8 is U\+0001, which isn't visible",
    "visiblé": "its character 7 isn't ASCII",
}
IN_SOURCES = dict.fromkeys(['"visible"', "visi ble", "visible#"], "contains a space, a quotation mark or")
"""In a program, a value may contain these: nobody writes a comment or a shell's quotation marks there."""


def assert_refused(make: Callable[[], object], kind: type[Exception], message: str) -> None:
    """Check the message of the error, and that it doesn't show the value."""
    with pytest.raises(kind, match=message) as caught:
        make()
    assert "visi" not in str(caught.value).replace("isn't visible", "")
    assert str(caught.value).isprintable()


PASSED: dict[str, Callable[[Any], object]] = {
    "access_key_id": lambda value: AccessKey(value, "s"),
    "secret": lambda value: AccessKey("i", value),
    "security_token": lambda value: AccessKey("i", "s", value),
    "token": lambda value: Huawei(region="cn-north-4", token=value),
    "project_id": lambda value: Huawei(region="cn-north-4", token="t", project_id=value),  # noqa: S106
    "domain_id": lambda value: AsyncHuawei(region="cn-north-4", token="t", domain_id=value),  # noqa: S106
}


@pytest.mark.parametrize(("value", "reason"), [*FLAWS.items(), ("", "it is empty"), (7, "it is of the type int")])
def test_a_passed_value_that_cannot_be_sent_is_refused(value: Any, reason: str) -> None:
    for name, make in PASSED.items():
        assert_refused(partial(make, value), ValueError, f"^{name} must be printable ASCII.*: {reason}$")


@pytest.mark.parametrize("name", ["user", "password", "domain"])
def test_a_password_must_be_printable_text(name: str) -> None:
    settings: dict[str, Any] = {"user": "张三", "password": " pässwörd# '\"", "domain": "d d"}
    assert Password(**settings).password == settings["password"]
    for value in ("", "visible\n", "\ufeffvisible", 7):
        message = f"^{name} must be printable text, and not empty: "
        assert_refused(partial(Password, **settings | {name: value}), ValueError, message)


VARIABLES: dict[str, Callable[[], object]] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": find_alibaba,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": find_alibaba,
    "ALIBABA_CLOUD_SECURITY_TOKEN": find_alibaba,
    "HUAWEICLOUD_SDK_AK": partial(find_huawei, "basic"),
    "HUAWEICLOUD_SDK_SK": partial(find_huawei, "basic"),
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": partial(find_huawei, "basic"),
}


@pytest.mark.parametrize(("value", "reason"), [*FLAWS.items(), *IN_SOURCES.items()])
def test_a_value_of_a_source_that_cannot_be_sent_is_named_and_no_other_source_is_used(
    value: str, reason: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(huawei_ini(home), "[basic]\nak = of-another-account\nsk = s\n")
    for name in VARIABLES:
        monkeypatch.setenv(name, "x")
    for name, find in VARIABLES.items():
        with monkeypatch.context() as patch:
            patch.setenv(name, value)
            assert_refused(find, CredentialsError, f"the environment: {name} .*{reason}.*: not searched")


CREDENTIALS: dict[str, dict[str, Any]] = {
    "a key": {"credentials": AccessKey("a", "s")},
    "a token": {"token": "t"},
    "a password": {"password": Password(user="u", password="p", domain="d")},  # noqa: S106
    "a key in the environment": {},
}


@BOTH_HUAWEIS
@pytest.mark.parametrize("source", CREDENTIALS)
def test_an_id_that_cannot_be_sent_affects_only_the_services_that_need_it(
    kind: Any, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {"AK": "a", "SK": "s", "PROJECT_ID": '"visible"'}.items():
        monkeypatch.setenv(f"HUAWEICLOUD_SDK_{name}", value)
    huawei = kind(region="cn-north-4", **CREDENTIALS[source])
    assert huawei.iam_v5
    assert huawei.iam_v3
    assert huawei.with_options(project_id="p").csms
    assert_refused(lambda: huawei.csms, CredentialsError, "^HUAWEICLOUD_SDK_PROJECT_ID ")
    _ = Alibaba(region="cn-hangzhou").ims
    monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "visible\n")
    huawei = kind(region="cn-north-4", project_id="p", **CREDENTIALS[source])
    assert huawei.csms
    if source == "a token":
        assert huawei.iam_v5
    else:
        assert_refused(lambda: huawei.iam_v5, CredentialsError, "^HUAWEICLOUD_SDK_DOMAIN_ID ")


def test_a_missing_an_empty_and_an_unusable_project_are_told_apart(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    huawei = Huawei(region="cn-north-4", credentials=AccessKey("a", "s"))
    with pytest.raises(ValueError, match=r"csms needs project_id: .*HUAWEICLOUD_SDK_PROJECT_ID$"):
        _ = huawei.csms
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "")
    with pytest.raises(ValueError, match=r"csms needs project_id: .*HUAWEICLOUD_SDK_PROJECT_ID, which is empty$"):
        _ = huawei.csms
    write(huawei_ini(home), "[basic]\nak = a\nsk = s\nproject_id = visible # mine\n")
    message = r"^section \[basic\] of ~/.huaweicloud/credentials: project_id contains a space"
    assert_refused(lambda: Huawei(region="cn-north-4").csms, CredentialsError, message)


ACCOUNTS = [f"account-{number}" for number in range(60)]


@pytest.fixture
def accounts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys of 60 accounts in each file, and of yet another account in the environment."""
    profiles = [CLI | {"name": name, "access_key_id": f"key-of-{name}"} for name in ACCOUNTS]
    write_aliyun(home, *profiles, current="account-1")
    sections = [
        f"[{kind}-{name}]\nak = key-of-{name}\nsk = {SECRET}\n{scope} = {scope}-of-{name}\n"
        for name in ACCOUNTS
        for kind, scope in {"basic": "project_id", "global": "domain_id"}.items()
    ]
    write(huawei_ini(home), "".join(sections))
    huawei = [f"HUAWEICLOUD_SDK_{name}" for name in ("AK", "SK", "PROJECT_ID", "DOMAIN_ID")]
    for name in (*huawei, "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.setenv(name, "of-the-environment")
    monkeypatch.setenv("ALIBABA_CLOUD_PROFILE", "account-2")


def key_ids(service: Service) -> list[str]:
    """Return the IDs of the keys that the requests to a service were signed with."""
    headers = [request.headers["Authorization"].partition(",")[0] for request in service.requests]
    return [header.partition("=")[2] for header in headers]


def list_leaks(driver: Driver, alibaba: Any) -> None:
    driver.items(alibaba.sas.describe_accesskey_leak_list())


@over_mock
@pytest.mark.usefixtures("accounts")
def test_requests_are_signed_with_the_key_and_the_ids_of_the_profile(driver: Driver) -> None:
    service = Service()
    alibaba = driver.alibaba(service, profile="account-7")
    for client in (alibaba, alibaba.with_options(profile="account-8"), alibaba.with_options(profile=None)):
        list_leaks(driver, client)
    assert key_ids(service) == ["key-of-account-7", "key-of-account-8", "of-the-environment"]
    service = Service()
    huawei = driver.huawei(service, profile="account-7", project_id=None)
    driver.items(huawei.csms.list_secrets())
    driver.items(huawei.iam_v5.list_access_keys("user"))
    csms, iam = service.requests
    assert key_ids(service) == ["key-of-account-7"] * 2
    assert csms.headers["X-Project-Id"] == "project_id-of-account-7"
    assert "project_id-of-account-7" in csms.url.path
    assert iam.headers["X-Domain-Id"] == "domain_id-of-account-7"


@pytest.mark.usefixtures("accounts")
def test_an_unknown_profile_is_reported_with_the_known_ones(home: Path) -> None:
    write(alibaba_ini(home), INI.replace("default", "mi\x1bne"))
    assert find_alibaba("account-3").access_key_id == "key-of-account-3"
    known = re.escape(", ".join(ACCOUNTS[:50]))
    with pytest.raises(CredentialsError, match=rf"config\.json: it has no profile 'prod' \(found: {known}\)") as caught:
        find_alibaba("prod")
    assert r"credentials.ini: it has no profile 'prod' (found: mi\x1bne)" in str(caught.value)
    assert "environment" not in str(caught.value)
    with pytest.raises(CredentialsError, match=r"no section 'basic-prod' \(found: .*basic-account-1") as caught:
        find_huawei("basic", "prod")
    write(alibaba_ini(home), INI.replace("default", "prod"))
    assert find_alibaba("prod") == AccessKey("ini", "se%cret"), "the SDKs' file is searched after the CLI's"


@pytest.mark.usefixtures("accounts")
@BOTH_HUAWEIS
def test_a_profile_without_a_project_takes_none_from_elsewhere(kind: Any, home: Path) -> None:
    write(huawei_ini(home), f"[basic-prod]\nak=a\nsk={SECRET}\n[basic]\nak=b\nsk=s\nproject_id=of-another\n")
    huawei = kind(region="cn-north-4", profile="prod")
    with pytest.raises(ValueError, match=r"csms needs project_id: give it, or set .* the profile prod$"):
        _ = huawei.csms
    assert huawei.with_options(project_id="given").csms.project_id == "given"
    missing = kind(region="cn-north-4", profile="missing")
    for name in ("csms", "iam_v3", "iam_v5"):
        with pytest.raises(CredentialsError, match="-missing"):
            getattr(missing, name)


@pytest.mark.parametrize("kind", [Alibaba, AsyncAlibaba, Huawei, AsyncHuawei])
def test_a_profile_is_the_only_source_and_has_a_name(kind: Any) -> None:
    names = CREDENTIALS if "Huawei" in kind.__name__ else ["a key"]
    for settings in (CREDENTIALS[name] for name in names if CREDENTIALS[name]):
        with pytest.raises(ValueError, match="give a profile or other credentials, not both"):
            kind(region="cn-north-4", profile="prod", **settings)
    with pytest.raises(ValueError, match="profile must not be empty"):
        kind(region="cn-north-4", profile="")
    with pytest.raises(TypeError, match="profile must be str or None, not int"):
        kind(region="cn-north-4", profile=1)


@over_mock
def test_each_call_uses_the_current_credentials(driver: Driver, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    service = Service()
    alibaba = driver.alibaba(service)
    with pytest.raises(CredentialsError, match="Looked for: the environment"):
        list_leaks(driver, alibaba)
    for key_id in ("cli", "rotated"):
        write_aliyun(home, CLI | {"access_key_id": key_id})
        list_leaks(driver, alibaba)
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_ID", "env")
    monkeypatch.setenv("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "s")
    list_leaks(driver, alibaba)
    assert key_ids(service) == ["cli", "rotated", "env"]


@over_mock
def test_a_function_supplies_an_access_key_and_an_async_one_only_to_async_calls(driver: Driver) -> None:
    async def supply() -> AccessKey:
        return AccessKey("from-async", "s")

    service = Service()
    alibaba = driver.alibaba(service, credentials=supply)
    if driver.is_async:
        list_leaks(driver, alibaba)
        assert key_ids(service) == ["from-async"]
    else:
        with pytest.raises(CredentialsError, match="async function"):
            list_leaks(driver, alibaba)
    with pytest.raises(CredentialsError, match="must be an AccessKey, not str"):
        list_leaks(driver, driver.alibaba(service, credentials=lambda: SECRET))
