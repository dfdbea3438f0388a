"""What is wrong with a key, a token or an ID is said with its name, without its value, and only to who needs it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from auth.credential_files import huawei_ini, write
from cloudkeys import AccessKey, Alibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError

FLAWS = {
    "visible\n": "there is a line break at its end",
    "visible\r\n": "there is a line break at its end",
    "visi\nble": r"its character 5 is U\+000A, which isn't visible",
    " visible": "there is a space before or after it",
    "visible ": "there is a space before or after it",
    "\ufeffvisible": r"its character 1 is U\+FEFF, which isn't visible",
    "visible\u00a0": r"its character 8 is U\+00A0, which isn't visible",
    "visi\u200bble": r"its character 5 is U\+200B, which isn't visible",
    "visible\x00": r"its character 8 is U\+0000, which isn't visible",
    "visiblé": "its character 7 isn't ASCII",
}
IN_PLACES = {
    '"visible"': "has a space, a quotation mark or a # in it",
    "visi ble": "has a space, a quotation mark or a # in it",
}
"""Flaws of what was found alone: nobody writes a shell's quotation marks in a program."""


def said_without_the_value(make: Callable[[], object], kind: type[Exception], said: str) -> None:
    with pytest.raises(kind, match=said) as caught:
        make()
    assert "visi" not in str(caught.value).replace("isn't visible", "")
    assert str(caught.value).isprintable()


GIVEN: dict[str, Callable[[Any], object]] = {
    "access_key_id": lambda value: AccessKey(value, "s"),
    "secret": lambda value: AccessKey("i", value),
    "security_token": lambda value: AccessKey("i", "s", value),
    "token": lambda value: Huawei(region="cn-north-4", token=value),
    "project_id": lambda value: Huawei(region="cn-north-4", token="t", project_id=value),  # noqa: S106
    "domain_id": lambda value: AsyncHuawei(region="cn-north-4", token="t", domain_id=value),  # noqa: S106
}


@pytest.mark.parametrize("name", GIVEN)
@pytest.mark.parametrize(("value", "said"), [*FLAWS.items(), ("", "it is empty"), (7, "it is of the type int")])
def test_of_what_is_given(name: str, value: Any, said: str) -> None:
    said_without_the_value(lambda: GIVEN[name](value), ValueError, f"^{name} must be printable ASCII.*: {said}$")


@pytest.mark.parametrize("name", ["user", "password", "domain"])
@pytest.mark.parametrize("value", ["", "visible\n", "\ufeffvisible", "visi\u200bble", "visible\u00a0", 7])
def test_of_a_password(name: str, value: Any) -> None:
    settings: dict[str, Any] = {"user": "u", "password": "p", "domain": "d", name: value}
    said_without_the_value(lambda: Password(**settings), ValueError, f"^{name} must be printable text, and not empty: ")


def test_a_password_may_have_any_printable_character() -> None:
    assert Password(user="张三", password=" pässwörd# '\"", domain="d d").password == " pässwörd# '\""  # noqa: S105, S106


VARIABLES: dict[str, Callable[[], object]] = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": find_alibaba,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": find_alibaba,
    "ALIBABA_CLOUD_SECURITY_TOKEN": find_alibaba,
    "HUAWEICLOUD_SDK_AK": lambda: find_huawei("basic"),
    "HUAWEICLOUD_SDK_SK": lambda: find_huawei("basic"),
    "HUAWEICLOUD_SDK_SECURITY_TOKEN": lambda: find_huawei("basic"),
}


@pytest.mark.parametrize("name", VARIABLES)
@pytest.mark.parametrize(("value", "said"), [*FLAWS.items(), *IN_PLACES.items()])
def test_of_a_variable(name: str, value: str, said: str, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if "\x00" in value:
        value = value.replace("\x00", "\x01")  # no environment has the other one
        said = said.replace("0000", "0001")
    write(huawei_ini(home), "[basic]\nak = of-another-account\nsk = s\n")
    for other in VARIABLES:
        monkeypatch.setenv(other, "x")
    monkeypatch.setenv(name, value)
    said_without_the_value(VARIABLES[name], CredentialsError, f"the environment: {name} .*{said}")


@pytest.mark.parametrize("name", ["HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"])
def test_an_empty_variable_is_told_from_none(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "")
    with pytest.raises(CredentialsError, match=f"the environment: .*an empty {name}"):
        find_huawei("basic")


@pytest.mark.parametrize("field", ["ak", "sk", "security_token"])
def test_of_a_field(field: str, home: Path) -> None:
    fields = {"ak": "x", "sk": "x", field: "visible\u200b"}
    write(huawei_ini(home), "[basic]\n" + "".join(f"{name} = {value}\n" for name, value in fields.items()))
    said = rf"section \[basic\] of ~/.huaweicloud/credentials: {field} .*U\+200B"
    said_without_the_value(lambda: find_huawei("basic"), CredentialsError, said)


SOURCES: dict[str, dict[str, Any]] = {
    "a key": {"credentials": AccessKey("a", "s")},
    "a token": {"token": "t"},
    "a password": {"password": Password(user="u", password="p", domain="d")},  # noqa: S106
    "what is found": {},
}
KINDS = pytest.mark.parametrize("kind", [Huawei, AsyncHuawei])


@KINDS
@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("value", ["visible\n", '"visible"', "\ufeffvisible"])
def test_a_project_that_cannot_be_sent_matters_to_who_needs_one(
    kind: Any, source: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_AK", "a")
    monkeypatch.setenv("HUAWEICLOUD_SDK_SK", "s")
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", value)
    huawei = kind(region="cn-north-4", **SOURCES[source])
    assert huawei.iam_v5
    assert huawei.iam_v3
    assert huawei.with_options(project_id="p").csms
    said_without_the_value(lambda: huawei.csms, CredentialsError, "^HUAWEICLOUD_SDK_PROJECT_ID ")


@KINDS
@pytest.mark.parametrize("source", SOURCES)
def test_an_account_that_cannot_be_sent_matters_to_who_needs_one(
    kind: Any, source: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_DOMAIN_ID", "visible\n")
    huawei = kind(region="cn-north-4", project_id="p", **SOURCES[source])
    assert huawei.csms
    if source == "a token":
        assert huawei.iam_v5
    else:
        said_without_the_value(lambda: huawei.iam_v5, CredentialsError, "^HUAWEICLOUD_SDK_DOMAIN_ID ")


@KINDS
def test_an_empty_project_is_said_to_be_empty(kind: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "")
    huawei = kind(region="cn-north-4", credentials=AccessKey("a", "s"))
    with pytest.raises(ValueError, match=r"csms needs project_id: .*HUAWEICLOUD_SDK_PROJECT_ID, which is empty$"):
        _ = huawei.csms
    monkeypatch.delenv("HUAWEICLOUD_SDK_PROJECT_ID")
    with pytest.raises(ValueError, match=r"HUAWEICLOUD_SDK_PROJECT_ID$"):
        _ = huawei.csms


def test_a_project_of_a_file_is_named_with_its_file(home: Path) -> None:
    write(huawei_ini(home), "[basic]\nak = a\nsk = s\nproject_id = visible # mine\n")
    huawei = Huawei(region="cn-north-4")
    said = r"^section \[basic\] of ~/.huaweicloud/credentials: project_id has a space"
    said_without_the_value(lambda: huawei.csms, CredentialsError, said)


def test_alibaba_does_not_mind_the_variables_of_huawei(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HUAWEICLOUD_SDK_PROJECT_ID", "\n")
    _ = Alibaba(region="cn-hangzhou").ims
