"""Credentials files are read within bounds, and as the vendors' own SDKs read them."""

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
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from auth.credential_files import CLI, alibaba_ini, aliyun, huawei_ini, write, write_aliyun
from cloudkeys import AccessKey
from cloudkeys.auth.files import MAX_BYTES
from cloudkeys.auth.find import find_alibaba, find_huawei
from cloudkeys.errors import CredentialsError
from runtime.services import SECRET, TOKEN

NEVER_IN_KEYS = frozenset(" \"'\n#")
"""Characters that an SDK takes for a part of the key; cloudkeys raises an error instead."""


def huawei_key(section: str = "global") -> AccessKey:
    return find_huawei(section)[0]


def read_or_none(read: Callable[[], AccessKey]) -> AccessKey | None:
    try:
        return read()
    except Exception:  # noqa: BLE001 - the SDKs let their parser's exceptions through
        return None


def read_with_alibabas_sdk(provider: Any) -> AccessKey:
    found = provider.get_credentials()
    return AccessKey(found.get_access_key_id(), found.get_access_key_secret(), found.get_security_token())


def read_with_huaweis_sdk() -> AccessKey:
    found: Any = ProfileCredentialProvider("global").get_credentials()
    return AccessKey(found.ak, found.sk, found.security_token)


def assert_same(ours: Callable[[], AccessKey], theirs: AccessKey | None) -> None:
    """Check that both read the same key, or that cloudkeys raises an error where the SDK finds no valid one."""
    if theirs is not None and not NEVER_IN_KEYS & {*theirs.access_key_id, *theirs.secret}:
        assert ours() == theirs
    else:
        with pytest.raises(CredentialsError):
            ours()


KEY_LINES = ["[{S}]", "type = access_key", "{I} = id", "{K} = sec"]
OTHER_LINES = [
    *("[{S}]", "[DEFAULT]", "[other] # mine", "type: access_key # kind", "type = {K}", "type = ACCESS_KEY"),
    *("{I} = id # who", "{I}:id;x", "{I}", "{I} =", "{I}#x = id", '{I} = "id"', "= id", "base = sec"),
    *("{K} = s%%c#", "\t{K}=a=b:c", "{K} = %(base)sret", "{K} = 100%", "sts_token = stale"),
    *("", " ", "# {K} = not", "; not", "  continued"),
]


def mix(others: list[str]) -> st.SearchStrategy[list[str]]:
    """Mix lines into those of a key, most often keeping the key's lines in order."""
    in_order = st.sampled_from([[*others[:1], *KEY_LINES, *others[1:]], [*KEY_LINES, *others]])
    return in_order | st.permutations([*KEY_LINES, *others])


FILE_NUMBERS = itertools.count()


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(st.sampled_from(OTHER_LINES), max_size=3).flatmap(mix), end=st.sampled_from(["\n", "\r\n", "\r"]))
@example(lines=["[{S}] # mine", "type = access_key # kind", "{I} = id  # who", "{K} = sec\t# hidden"], end="\n")
@example(lines=["[{S}]", "base = sec", "type = access_key", "{I} = id", "{K} = %(base)sret"], end="\n")
@example(lines=["[DEFAULT]", "type = access_key", "{K} = sec", "[{S}]", "{I} = id"], end="\n")
def test_any_ini_file_is_read_as_the_sdks_read_it(lines: list[str], end: str, tmp_path: Path) -> None:
    def write_with(section: str, key_id: str, secret: str) -> str:
        text = end.join(lines).replace("{S}", section).replace("{I}", key_id).replace("{K}", secret)
        # Each file has a new name: the SDKs cache files.
        return str(write(tmp_path / f"{next(FILE_NUMBERS)}.ini", text))

    with pytest.MonkeyPatch.context() as environment:
        file = write_with("default", "access_key_id", "access_key_secret")
        environment.setenv("ALIBABA_CLOUD_CREDENTIALS_FILE", file)
        provider = ProfileCredentialsProvider(profile_file=file, profile_name="default")
        assert_same(find_alibaba, read_or_none(lambda: read_with_alibabas_sdk(provider)))
        environment.setenv("HUAWEICLOUD_SDK_CREDENTIALS_FILE", write_with("global", "ak", "sk"))
        assert_same(huawei_key, read_or_none(read_with_huaweis_sdk))


@pytest.mark.parametrize("mode", ["AK", "StsToken"])
@pytest.mark.parametrize("token", [{}, {"sts_token": ""}, {"sts_token": TOKEN}], ids=["none", "empty", "present"])
def test_fields_of_a_profile_belong_to_its_mode(mode: str, token: dict[str, str], home: Path) -> None:
    file = write_aliyun(home, CLI | token | {"mode": mode, "ram_role_arn": "acs:ram::1:role/r"})
    provider = CLIProfileCredentialsProvider(profile_file=str(file), profile_name="default")
    theirs = read_or_none(lambda: read_with_alibabas_sdk(provider))
    assert_same(find_alibaba, theirs)
    sends_token = mode == "StsToken" and token.get("sts_token") == TOKEN
    expected = AccessKey("cli", SECRET, TOKEN if sends_token else None)
    assert theirs == (expected if mode == "AK" or sends_token else None)


def sparse(file: Path) -> None:
    with file.open("wb") as opened:
        opened.truncate(1 << 40)


UNREADABLE: dict[str, tuple[Callable[[Path], object], str]] = {
    "a pipe that nobody writes to": (os.mkfifo, "it is a pipe or a device"),
    "an endless device": (lambda file: file.symlink_to("/dev/zero"), "it is a pipe or a device"),
    "a terabyte": (sparse, f"it is larger than {MAX_BYTES} bytes"),
    "one byte more than the limit": (lambda file: write(file, b"#" * (MAX_BYTES + 1)), "it is larger than"),
    "a folder": (Path.mkdir, "can't be read"),
    "a loop of links": (lambda file: file.symlink_to(file), "can't be read"),
    "a byte order mark": (lambda file: write(file, "\ufeff{}"), "it begins with a byte order mark"),
    "UTF-16": (lambda file: write(file, "{}".encode("utf-16")), "it begins with a byte order mark"),
    "another encoding": (lambda file: write(file, b"[\xe9]"), "it isn't UTF-8"),
    "another syntax": (lambda file: write(file, SECRET), "can't be parsed"),
}
FINDERS: dict[str, tuple[Callable[[Path], Path], Callable[[], object]]] = {
    "config.json": (aliyun, find_alibaba),
    "credentials.ini": (alibaba_ini, find_alibaba),
    ".huaweicloud/credentials": (huawei_ini, huawei_key),
}


@pytest.mark.parametrize("finder", FINDERS)
@pytest.mark.parametrize("kind", UNREADABLE)
def test_an_unreadable_file_raises_an_error_that_names_it(kind: str, finder: str, home: Path) -> None:
    (locate, find), (make, reason) = FINDERS[finder], UNREADABLE[kind]
    locate(home).parent.mkdir()
    make(locate(home))
    caught: list[CredentialsError] = []

    def look() -> None:
        with pytest.raises(CredentialsError) as raised:
            find()
        caught.append(raised.value)

    # In a thread: reading a pipe could block forever.
    looking = threading.Thread(target=look, daemon=True)
    looking.start()
    looking.join(60)
    assert [error for error in caught if f"{finder}: {reason}" in str(error) and SECRET not in str(error)], caught


def test_a_link_to_a_file_of_the_largest_size_is_followed(home: Path) -> None:
    text = "[basic]\nak = a\nsk = s\n"
    target = write(home / "mounted", text + "#" * (MAX_BYTES - len(text)))
    huawei_ini(home).parent.mkdir()
    huawei_ini(home).symlink_to(target)
    assert find_huawei("basic") == (AccessKey("a", "s"), None)


def test_a_replaced_file_takes_effect_at_once(home: Path) -> None:
    for name in "ab":
        new = write(home / name, f"[basic]\nak = {name}\nsk = s\n")
        os.utime(new, (0, 0))
        huawei_ini(home).parent.mkdir(exist_ok=True)
        new.replace(huawei_ini(home))
        assert huawei_key("basic").access_key_id == name
