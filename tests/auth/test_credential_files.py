"""The vendors' files of credentials are read as the vendors' own SDKs read them, and within bounds."""

from __future__ import annotations

import itertools
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alibabacloud_credentials.provider import CLIProfileCredentialsProvider, ProfileCredentialsProvider
from huaweicloudsdkcore.auth.provider import ProfileCredentialProvider
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auth.credential_files import CLI, SECRET, TOKEN, alibaba_ini, aliyun, huawei_ini, write
from cloudkeys import AccessKey
from cloudkeys.auth.files import LARGEST
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError

FORMS = {
    "as it should be": "[{S}]\ntype = access_key\n{I} = id\n{K} = sec\n",
    "a comment behind each value": "[{S}] # mine\ntype = access_key # kind\n{I} = id  # who\n{K} = sec\t# hidden\n",
    "a comment without a space": "[{S}]\ntype = access_key#kind\n{I} = id#who\n{K} = sec#hidden\n",
    "a semicolon behind a value": "[{S}]\ntype = access_key\n{I} = id ; who\n{K} = sec ; hidden\n",
    "comments on lines of their own": "# one\n[{S}]\n; two\ntype = access_key\n  # three\n{I} = id\n{K} = sec\n",
    "quotation marks": "[{S}]\ntype = access_key\n{I} = \"id\"\n{K} = 'sec'\n",
    "colons": "[{S}]\ntype : access_key\n{I}: id\n{K} :sec\n",
    "no spaces": "[{S}]\ntype=access_key\n{I}=id\n{K}=sec=\n",
    "capitals": "[{S}]\nType = access_key\n{I} = id\n{K} = sec\n",
    "another type in capitals": "[{S}]\ntype = ACCESS_KEY\n{I} = id\n{K} = sec\n",
    "line breaks of Windows": "[{S}]\r\ntype = access_key\r\n{I} = id\r\n{K} = sec\r\n",
    "line breaks of old Macs": "[{S}]\rtype = access_key\r{I} = id\r{K} = sec\r",
    "a doubled percent sign": "[{S}]\ntype = access_key\n{I} = id\n{K} = s%%ec\n",
    "an interpolation": "[{S}]\nbase = sec\ntype = access_key\n{I} = id\n{K} = %(base)sret\n",
    "defaults": "[DEFAULT]\ntype = access_key\n{K} = sec\n[{S}]\n{I} = id\n",
    "two lines": "[{S}]\ntype = access_key\n{I} = id\n{K} = sec\n  ret\n",
    "a section twice": "[{S}]\ntype = access_key\n{I} = id\n{K} = sec\n[{S}]\n{I} = other\n",
    "a key twice": "[{S}]\ntype = access_key\n{I} = id\n{I} = other\n{K} = sec\n",
    "another section in ruins": "[{S}]\ntype = access_key\n{I} = id\n{K} = sec\n[other]\nnothing\n",
    "no section": "type = access_key\n{I} = id\n{K} = sec\n",
    "an empty value": "[{S}]\ntype = access_key\n{I} =\n{K} = sec\n",
    "no value": "[{S}]\ntype = access_key\n{I}\n{K} = sec\n",
    "spaces before the names": "[{S}]\n  type = access_key\n  {I} = id\n  {K} = sec\n",
    "spaces in the section": "[ {S} ]\ntype = access_key\n{I} = id\n{K} = sec\n",
    "tokens of another type": "[{S}]\ntype = access_key\n{I} = id\n{K} = sec\nsts_token = stale\n",
    "no type": "[{S}]\n{I} = id\n{K} = sec\n",
    "nothing": "",
}
NO_KEY = frozenset(" \"'\n#")
"""What the SDK takes for a part of a key, and no key has: there, we say what is wrong."""


def attempt(read: Callable[[], AccessKey]) -> AccessKey | None:
    try:
        return read()
    except Exception:  # noqa: BLE001 - the SDKs let out what their parser raises
        return None


def of_alibabas_sdk(provider: Any) -> AccessKey:
    found = provider.get_credentials()
    return AccessKey(found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token())


def of_huaweis_sdk() -> AccessKey:
    found: Any = ProfileCredentialProvider.get_global().get_credentials()
    return AccessKey(found.ak, found.sk, found.security_token)


def in_file(form: str, section: str, key_id: str, secret: str) -> str:
    return form.replace("{S}", section).replace("{I}", key_id).replace("{K}", secret)


def agree(ours: Callable[[], AccessKey], theirs: AccessKey | None) -> bool:
    if theirs is not None and not NO_KEY & {*theirs.access_key_id, *theirs.secret}:
        return ours() == theirs
    with pytest.raises(CredentialsError):
        ours()
    return True


@pytest.mark.parametrize("form", FORMS)
def test_alibabas_file_is_read_as_its_sdk_reads_it(form: str, home: Path) -> None:
    file = write(alibaba_ini(home), in_file(FORMS[form], "default", "access_key_id", "access_key_secret"))
    provider = ProfileCredentialsProvider(profile_file=str(file), profile_name="default")
    assert agree(find_alibaba, attempt(lambda: of_alibabas_sdk(provider)))


@pytest.mark.parametrize("form", FORMS)
def test_huaweis_file_is_read_as_its_sdk_reads_it(form: str, home: Path) -> None:
    write(huawei_ini(home), in_file(FORMS[form], "global", "ak", "sk"))
    assert agree(lambda: find_huawei("global")[0], attempt(of_huaweis_sdk))


NUMBERS = itertools.count()
LINES = st.sampled_from(
    [
        *("[{S}]", "[{S}]", "[DEFAULT]", "[other] # mine", "type = access_key", "type: access_key # kind"),
        *("{I} = id", "{I} = id # who", "{I}:id;x", "{I}", "{I} =", "{K} = sec", "{K} = s%%c#", "\t{K}=a=b:c"),
        *("", " ", "# {K} = not", "; not", "  continued", "{I}#x = id", "= id", "type = {K}"),
    ]
)


def around_a_key(others: list[str]) -> st.SearchStrategy[list[str]]:
    """Mix lines into those of a key, which keep their order more often than not."""
    key = ["[{S}]", "type = access_key", "{I} = id", "{K} = sec"]
    return st.permutations([*key, *others]) | st.just([*others[:1], *key, *others[1:]]) | st.just([*key, *others])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINES, max_size=3).flatmap(around_a_key), end=st.sampled_from(["\n", "\r\n", "\r", "\n\n"]))
def test_any_file_is_read_as_the_sdks_read_it(lines: list[str], end: str, tmp_path: Path) -> None:
    drawn, number = end.join(lines), next(NUMBERS)
    # Each pair has new names: of a file that changes twice within a tick of its clock, the old text may be seen.
    of_alibaba = write(tmp_path / f"{number}.a", in_file(drawn, "default", "access_key_id", "access_key_secret"))
    of_huawei = write(tmp_path / f"{number}.h", in_file(drawn, "global", "ak", "sk"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", str(of_alibaba))
        environment.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", str(of_huawei))
        provider = ProfileCredentialsProvider(profile_file=str(of_alibaba), profile_name="default")
        assert agree(find_alibaba, attempt(lambda: of_alibabas_sdk(provider)))
        assert agree(lambda: find_huawei("global")[0], attempt(of_huaweis_sdk))


def test_the_forms_show_something(home: Path) -> None:
    read = []
    for form in FORMS.values():
        write(huawei_ini(home), in_file(form, "global", "ak", "sk"))
        read.append(attempt(of_huaweis_sdk))
    assert 10 < sum(key is not None for key in read) < len(FORMS) - 5


def test_a_comment_behind_a_value_is_none_of_it(home: Path) -> None:
    text = (
        "[default]                       # the profile\n"
        "type = access_key               # the kind\n"
        "access_key_id = foo             # the key\n"
        "access_key_secret = bar#the secret\n"
    )
    write(alibaba_ini(home), text)
    assert find_alibaba() == AccessKey("foo", "bar")


def test_a_percent_sign_that_stands_for_nothing_stays(home: Path) -> None:
    write(huawei_ini(home), "[global]\nak = id\nsk = 100%sure\nother = %(nothing)s\n")
    assert find_huawei("global")[0] == AccessKey("id", "100%sure")


@pytest.mark.parametrize("value", ["id # mine", '"id"', "'id'", "id ; mine", "id#mine"])
def test_what_no_key_has_is_named_and_not_shown(value: str, home: Path) -> None:
    write(huawei_ini(home), f"[global]\nak = {value}\nsk = {SECRET}\n")
    with pytest.raises(CredentialsError, match=r"\[global\] of .*: ak has a space, a quotation mark or a #") as caught:
        find_huawei("global")
    assert value not in str(caught.value)
    assert "mine" not in str(caught.value)


FULL = {**CLI, "sts_token": TOKEN, "ram_role_arn": "acs:ram::1:role/r", "ram_session_name": "s"}
EMPTY_TOKEN = {**CLI, "mode": "StsToken", "sts_token": ""}


@pytest.mark.parametrize("profile", [FULL, FULL | {"mode": "StsToken"}, CLI | {"mode": "StsToken"}, EMPTY_TOKEN])
def test_fields_of_a_profile_belong_to_its_mode(profile: dict[str, str], home: Path) -> None:
    file = aliyun(home, profile)
    theirs = attempt(
        lambda: of_alibabas_sdk(CLIProfileCredentialsProvider(profile_file=str(file), profile_name="default"))
    )
    assert (theirs is None) is ("sts_token" not in profile or not profile["sts_token"])
    assert agree(find_alibaba, theirs)


def test_a_token_that_another_mode_has_left_is_not_sent(home: Path) -> None:
    aliyun(home, FULL)
    assert find_alibaba() == AccessKey("cli", SECRET)
    aliyun(home, FULL | {"mode": "StsToken"})
    assert find_alibaba() == AccessKey("cli", SECRET, TOKEN)
    aliyun(home, EMPTY_TOKEN)
    with pytest.raises(CredentialsError, match=r"config\.json: an empty sts_token;"):
        find_alibaba()
    aliyun(home)
    fields = f"type=access_key\naccess_key_id=i\naccess_key_secret=s\nsecurity_token={TOKEN}\n"
    write(alibaba_ini(home), f"[default]\n{fields}")
    assert find_alibaba() == AccessKey("i", "s"), "its SDK reads no token either"


MODES = ["RamRoleArn", "EcsRamRole", "OIDC", "ChainableRamRoleArn", "CloudSSO", "OAuth", "External", "New\x1b[31m"]


@pytest.mark.parametrize("mode", MODES)
def test_another_mode_is_named_with_what_knows_it_and_no_other_key_is_used(mode: str, home: Path) -> None:
    aliyun(home, FULL | {"mode": mode})
    write(alibaba_ini(home), "[default]\ntype=access_key\naccess_key_id=of-another-account\naccess_key_secret=s\n")
    with pytest.raises(CredentialsError, match=r"mode [A-Z].*CLIProfileCredentialsProvider.*not looked at") as caught:
        find_alibaba()
    assert mode.partition("\x1b")[0] in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("kind", ["ram_role_arn", "ecs_ram_role", "oidc_role_arn", "rsa_key_pair", "sts"])
def test_another_type_is_named_with_what_knows_it(kind: str, home: Path) -> None:
    write(alibaba_ini(home), f"[default]\ntype = {kind}\naccess_key_id = i\naccess_key_secret = {SECRET}\n")
    with pytest.raises(CredentialsError, match=f"type {kind} is not read here: .* ProfileCredentialsProvider"):
        find_alibaba()


ROLES = {
    "Alibaba's OIDC": ("ALIBABA_CLOUD_ROLE_ARN", "ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "ALIBABA_CLOUD_OIDC_TOKEN_FILE"),
    "Huawei's OIDC": ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN"),
    "Huawei's federation": ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
}


@pytest.mark.parametrize("role", ROLES)
def test_a_role_in_the_environment_is_named_and_no_file_is_used(
    role: str, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aliyun(home, CLI)
    write(huawei_ini(home), "[global]\nak = a\nsk = s\n")
    find: Callable[[], AccessKey] = find_alibaba if "Alibaba" in role else lambda: find_huawei("global")[0]
    for name in ROLES[role]:
        assert find().access_key_id in {"cli", "a"}
        monkeypatch.setenv(name, "x")
    with pytest.raises(CredentialsError, match=" with ".join(ROLES[role])):
        find()


def test_a_key_in_the_environment_comes_before_alibabas_role(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*ROLES["Alibaba's OIDC"], "ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET"):
        monkeypatch.setenv(name, "x")
    assert find_alibaba() == AccessKey("x", "x"), "as in its SDK"


def test_a_role_in_huaweis_file_is_named(home: Path) -> None:
    write(huawei_ini(home), "[global]\nak = a\nsk = s\nidp_id = i\nid_token_file = /t\n")
    with pytest.raises(CredentialsError, match="idp_id with id_token_file"):
        find_huawei("global")


def endless(file: Path) -> None:
    file.symlink_to("/dev/zero")


def sparse(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(1 << 40)


def process_substitution(file: Path) -> None:
    reading, _ = os.pipe()
    file.symlink_to(f"/proc/self/fd/{reading}")


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe that nobody writes to": (os.mkfifo, "it is a pipe or a device"),
    "a device without an end": (endless, "it is a pipe or a device"),
    "a process substitution": (process_substitution, "it is a pipe or a device"),
    "a terabyte": (sparse, f"it has more than {LARGEST} bytes"),
    "a folder": (Path.mkdir, "not readable"),
    "a loop of links": (lambda file: file.symlink_to(file), "not readable"),
    "a byte order mark": (lambda file: write(file, "\ufeff{}"), "it begins with a byte order mark"),
    "a text of PowerShell": (lambda file: write(file, "{}".encode("utf-16")), "it begins with a byte order mark"),
    "another encoding": (lambda file: write(file, b"[\xe9]"), "it isn't UTF-8"),
}
FINDERS: dict[str, tuple[Callable[[Path], Path], Callable[[], object]]] = {
    "config.json": (lambda home: home / ".aliyun" / "config.json", find_alibaba),
    "credentials.ini": (alibaba_ini, find_alibaba),
    ".huaweicloud/credentials": (huawei_ini, lambda: find_huawei("basic")),
}


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_file_ends_in_an_error_that_names_it(kind: str, finder: str, home: Path) -> None:
    (place, find), (make, said) = FINDERS[finder], UNREADABLE[kind]
    place(home).parent.mkdir()
    make(place(home))
    caught: list[CredentialsError] = []

    def look() -> None:
        with pytest.raises(CredentialsError) as raised:
            find()
        caught.append(raised.value)

    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(60)
    assert [error for error in caught if f"{finder}: {said}" in str(error)], caught


def test_a_file_of_another_name_is_named(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(home / "pi\npe")
    for name in ("ALIBABA_CLOUD_CREDENTIALS_FILE", "HUAWEICLOUD_SDK_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(home / "pi\npe"))
    for find in (find_alibaba, lambda: find_huawei("basic")):
        with pytest.raises(CredentialsError, match=r"home/pi\\npe: it is a pipe"):
            find()


def test_a_link_to_a_file_is_followed(home: Path) -> None:
    write(home / "mounted", "[basic]\nak = a\nsk = s\n")
    huawei_ini(home).parent.mkdir()
    huawei_ini(home).symlink_to(home / "mounted")
    assert find_huawei("basic") == (AccessKey("a", "s"), None)


def test_a_file_may_be_large(home: Path) -> None:
    write(huawei_ini(home), "[basic]\nak = a\nsk = s\n" + "#" * (LARGEST - 22))
    assert huawei_ini(home).stat().st_size == LARGEST
    assert find_huawei("basic") == (AccessKey("a", "s"), None)


def test_a_file_that_takes_the_place_of_another_is_seen_at_once(home: Path) -> None:
    for name in "ab":
        new = write(home / name, f"[basic]\nak = {name}\nsk = s\n")
        os.utime(new, (0, 0))
        huawei_ini(home).parent.mkdir(exist_ok=True)
        new.replace(huawei_ini(home))
        assert find_huawei("basic")[0].access_key_id == name
