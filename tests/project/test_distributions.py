"""The check of the wheel and the sdist finds differences and faults."""

from __future__ import annotations

import io
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tools import distributions

FILES = {"overlays/cloudkeys/__init__.py", "overlays/cloudkeys/py.typed", "generated/cloudkeys_api/py.typed", "LICENSE"}
INFO = [f"cloudkeys-1.0.dist-info/{name}" for name in sorted(distributions.DIST_INFO)]
IN_WHEEL = ["cloudkeys/__init__.py", "cloudkeys/py.typed", "cloudkeys_api/py.typed", *INFO]


def wheel(folder: Path, names: list[str], **changed: Any) -> Path:
    """Write a wheel whose first member has these properties."""
    folder.mkdir()
    file = folder / "cloudkeys-1.0-py3-none-any.whl"
    with zipfile.ZipFile(file, "w") as archive:
        for number, name in enumerate(names):
            odd = changed if number == 0 else {}
            member = zipfile.ZipInfo(name, odd.get("date", (2020, 2, 2, 0, 0, 0)))
            member.external_attr = odd.get("mode", 0o644) << 16
            archive.writestr(member, odd.get("content", "one\ntwo\n"), odd.get("compression", zipfile.ZIP_STORED))
    return file


def sdist(folder: Path, contents: dict[str, bytes], *, owner: str = "", mtime: int = 0, mode: int = 0o644) -> Path:
    folder.mkdir()
    file = folder / "cloudkeys-1.0.tar.gz"
    with tarfile.open(file, "w:gz") as archive:
        for name, content in contents.items():
            entry = tarfile.TarInfo(f"cloudkeys-1.0/{name}")
            entry.size, entry.uname, entry.mtime, entry.mode = len(content), owner, mtime, mode
            archive.addfile(entry, io.BytesIO(content))
    return file


@pytest.mark.parametrize(
    ("write", "changed", "message"),
    [
        (wheel, {}, "None"),
        (wheel, {"content": "one\nto\n"}, "the content of cloudkeys/__init__.py differs"),
        (wheel, {"mode": 0o600}, "the mode of cloudkeys/__init__.py differs: 0o644 and 0o600"),
        (
            wheel,
            {"date": (2026, 1, 2, 3, 4, 6)},
            "the date of cloudkeys/__init__.py differs: (2020, 2, 2, 0, 0, 0)",
        ),
        (wheel, {"compression": zipfile.ZIP_DEFLATED}, "the members are the same, but the archives aren't"),
        (sdist, {"owner": "me"}, "the owner of cloudkeys-1.0/LICENSE differs: (0, 0, '', '') and (0, 0, 'me', '')"),
        (sdist, {"mtime": 7}, "the date of cloudkeys-1.0/LICENSE differs: 0 and 7"),
        (sdist, {"mode": 0o755}, "the mode of cloudkeys-1.0/LICENSE differs: 0o644 and 0o755"),
    ],
)
def test_the_difference_between_two_builds_is_named(
    tmp_path: Path, write: Callable[..., Path], changed: dict[str, Any], message: str
) -> None:
    names: Any = IN_WHEEL if write is wheel else {"LICENSE": b"text"}
    found = distributions.difference(write(tmp_path / "1", names), write(tmp_path / "2", names, **changed))
    assert str(found).startswith(message)


def test_a_different_order_and_an_extra_member_are_named(tmp_path: Path) -> None:
    first = wheel(tmp_path / "1", IN_WHEEL)
    reversed_ = wheel(tmp_path / "2", IN_WHEEL[::-1])
    longer = wheel(tmp_path / "3", [*IN_WHEEL, "cloudkeys/new.py"])
    assert distributions.difference(first, reversed_) == "the order of the members differs"
    assert distributions.difference(first, longer) == "cloudkeys/new.py is only in the second"


def test_a_complete_wheel_has_no_fault(tmp_path: Path) -> None:
    assert distributions.faults(wheel(tmp_path / "1", IN_WHEEL), FILES) == []


@pytest.mark.parametrize("name", IN_WHEEL)
def test_a_missing_member_of_a_wheel_is_a_fault(tmp_path: Path, name: str) -> None:
    archive = wheel(tmp_path / "1", [each for each in IN_WHEEL if each != name])
    assert distributions.faults(archive, FILES) == [f"{archive.name} lacks {name}"]


def test_a_file_that_git_does_not_track_is_a_fault(tmp_path: Path) -> None:
    contents = dict.fromkeys([*FILES, "PKG-INFO", "notes.txt"], b"text")
    assert distributions.faults(sdist(tmp_path / "1", contents), FILES) == [
        "cloudkeys-1.0.tar.gz has cloudkeys-1.0/notes.txt, which git doesn't track"
    ]


def test_large_files_and_binary_files_are_faults(tmp_path: Path) -> None:
    contents = dict.fromkeys([*FILES, "PKG-INFO"], b"text") | {"a.whl": b"PK\0", "b.json": b"1" * 150_001}
    assert distributions.faults(sdist(tmp_path / "1", contents), FILES | {"a.whl", "b.json"}) == [
        "cloudkeys-1.0/b.json has 150,001 bytes",
        "cloudkeys-1.0/a.whl isn't text",
    ]


def test_an_archive_that_is_too_large_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(distributions.LIMITS, ".whl", 100)
    archive = wheel(tmp_path / "1", IN_WHEEL)
    size = archive.stat().st_size
    assert distributions.faults(archive, FILES) == [f"{archive.name} has {size:,} bytes, more than the 100 of LIMITS"]
