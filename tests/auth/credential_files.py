"""The files of credentials that tests write into the home of nobody."""

from __future__ import annotations

import json
from pathlib import Path

SECRET = "secret-that-nobody-may-see"  # noqa: S105 - what the tests look for in places where it must not be
TOKEN = "token-that-nobody-may-see"  # noqa: S105

CLI = {"name": "default", "mode": "AK", "access_key_id": "cli", "access_key_secret": SECRET}


def write(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def aliyun(home: Path, *profiles: dict[str, str], current: str = "default") -> Path:
    return write(home / ".aliyun" / "config.json", json.dumps({"current": current, "profiles": profiles}))


def alibaba_ini(home: Path) -> Path:
    return home / ".alibabacloud" / "credentials.ini"


def huawei_ini(home: Path) -> Path:
    return home / ".huaweicloud" / "credentials"
