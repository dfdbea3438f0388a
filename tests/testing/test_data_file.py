"""The file with data and faults for a fake cloud: what is wrong in it is told, with its name and the place."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from cloudkeys.testing import FakeCloud
from cloudkeys.testing.data_file import fill
from cloudkeys.testing.state import PROJECT_ID
from contract.tally import trying
from testing.requests import KEY, SECRETS, fixed_cloud, request_of

DATA_FILE = "fake cloud: data file"


def filled(folder: Path, content: str | bytes) -> FakeCloud:
    file, cloud = folder / "data.toml", fixed_cloud()
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    fill(cloud, file)
    return cloud


def fault(*lines: str) -> str:
    return "\n".join(["[[faults]]", 'fault = "slow"', *lines])


WRONG: dict[str, tuple[str | bytes, str]] = {
    "no TOML": ("[[leaks", "Expected"),
    "not UTF-8": (b"a = '\xff'", "utf-8"),
    "a misspelt field": ("[[leaks]]\nId = 1\n[[leaks]]\nIdd = 2", r"unknown field `Idd` - at `\$\.leaks\[1\]`"),
    "a misspelt field of a secret": ("[[secrets.p]]\nname = 's'\nstat = 'ENABLED'", r"unknown field `stat`"),
    "a table that is none": ("[[leak]]", "leak"),
    "one in place of many": ("[leaks]\nId = 1", "leaks"),
    "a wrong type": ("[[leaks]]\nId = 1\n[[leaks]]\nId = 'x'", r"leaks\[1\]\.Id"),
    "a missing field": ("[[access_keys]]\naccess = 'a'", r"access_keys\[0\]"),
    "no time zone": (
        "[[access_keys]]\nuser_id='u'\naccess='a'\nstatus='active'\ncreate_time=2024-01-01T00:00:00\nlast_use_time=2024-01-01T00:00:00Z",
        "create_time",
    ),
    "no member": ("[[member_leaks.x]]\nId = 1", "member_leaks"),
    "secrets of no project": ("[[secrets]]\nname = 'a'", "secrets"),
    "no fault": ("[[faults]]\nafter = 1", r"faults\[0\]"),
    "an unknown fault": ("[[faults]]\nfault = 'change'", "change"),
    "an unknown key of a fault": (fault("settings = {seconds = 1}", "afterwards = 1"), "afterwards"),
    "an unknown setting": (fault("settings = {minutes = 1}"), "minutes"),
    "a missing setting": (fault(), "seconds"),
    "a number as text": (fault("settings = {seconds = 1}", "times = '1'"), "times"),
    "a setting of the wrong type": (fault("settings = {seconds = 'long'}"), "seconds"),
    "an ending that is none": ("[[faults]]\nfault = 'broken_connection'\nsettings = {ending = 'other'}", "ending"),
    "a call before the first": (fault("settings = {seconds = 1}", "after = -1"), "after"),
    "no calls": (fault("settings = {seconds = 1}", "times = 0"), "times"),
    "an operation that is none": (fault("settings = {seconds = 1}", "operation = 'ListSecret'"), "operation"),
    "an item twice": ("[[leaks]]\nId = 1\n[[leaks]]\nId = 1", r"leaks: the id 1 is there more than once"),
    "an item that is there": (
        "[[ram_access_keys]]\nUserPrincipalName = 'u'\nAccessKeyId = 'LTAIexample000000001'",
        "ram_access_keys: the access_key_id 'LTAIexample000000001'",
    ),
    "nesting": ("a = " + "[" * 100_000, "data"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_told(name: str, tmp_path: Path) -> None:
    content, place = WRONG[name]
    with trying("-", "-", DATA_FILE), pytest.raises(ValueError, match=place) as raised:
        filled(tmp_path, content)
    assert str(tmp_path / "data.toml") in str(raised.value)


@pytest.mark.parametrize("is_folder", [True, False])
def test_a_file_that_cannot_be_read_is_told(tmp_path: Path, *, is_folder: bool) -> None:
    file = tmp_path / "data.toml"
    if is_folder:
        file.mkdir()
    with trying("-", "-", DATA_FILE), pytest.raises(OSError, match=re.escape(str(file))):
        fill(FakeCloud(), file)


def test_an_empty_file_adds_nothing(tmp_path: Path) -> None:
    with trying("-", "-", DATA_FILE):
        assert (filled(tmp_path, "").leaks, fixed_cloud().leaks) == ([], [])


def test_what_was_there_stays(tmp_path: Path) -> None:
    cloud = fixed_cloud()
    cloud.secrets[PROJECT_ID] = []
    file = tmp_path / "data.toml"
    file.write_text(f"[[secrets.{PROJECT_ID}]]\nname = 'a'\n[[secrets.new]]\nname = 'b'\n")
    fill(cloud, file)
    file.write_text(f"[[secrets.{PROJECT_ID}]]\nname = 'c'\n")
    fill(cloud, file)
    with trying(SECRETS, "-", DATA_FILE):
        assert [secret.name for secret in cloud.secrets[PROJECT_ID]] == ["a", "c"]
        assert cloud.projects[PROJECT_ID] == "cn-north-4"
        assert cloud.projects["new"] == "new"


EACH_FAULT: dict[str, tuple[str, Any]] = {
    "throttled": ("{status = 503}", 503),
    "failed": ("{status = 504}", 504),
    "gateway_page": ("{}", 502),
    "malformed": ("{}", 200),
    "slow": ("{seconds = 3}", 200),
    "broken_connection": ("{ending = 'cut off'}", 200),
    "repeated_page": ("{}", 200),
}


@pytest.mark.parametrize("name", EACH_FAULT)
def test_each_fault_can_be_planned(name: str, tmp_path: Path) -> None:
    settings, status = EACH_FAULT[name]
    planned = f"[[faults]]\nfault = '{name}'\nsettings = {settings}\noperation = '{KEY}'\nafter = 1\n"
    cloud = filled(tmp_path, planned)
    with trying(KEY, status, DATA_FILE):
        first, second, third = (cloud.answer(request_of(KEY)) for _ in range(3))
        assert (first.status, second.status, third.status) == (200, status, 200)
        assert third.body == first.body
        changed = {"malformed": len(second.body) < len(first.body), "slow": second.delay == 3}
        assert changed.get(name, True)
        assert second.ending == ("cut off" if name == "broken_connection" else "complete")
