"""The credentials files that tests write to an empty home folder."""

from __future__ import annotations

import json
from pathlib import Path

from runtime.services import SECRET

CLI = {"name": "default", "mode": "AK", "access_key_id": "cli", "access_key_secret": SECRET}
INI = "[default]\ntype = access_key\naccess_key_id = ini\naccess_key_secret = se%cret\n"


def write(file: Path, text: str | bytes) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return file


def aliyun(home: Path) -> Path:
    return home / ".aliyun" / "config.json"


def write_aliyun(home: Path, *profiles: dict[str, str], current: str = "default") -> Path:
    return write(aliyun(home), json.dumps({"current": current, "profiles": profiles}))


def alibaba_ini(home: Path) -> Path:
    return home / ".alibabacloud" / "credentials.ini"


def huawei_ini(home: Path) -> Path:
    return home / ".huaweicloud" / "credentials"
