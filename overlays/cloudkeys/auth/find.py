"""Looking for access keys where the vendors' own tools do.

Conventions followed: Alibaba Cloud's default credential chain (environment, the CLI's `~/.aliyun/config.json`, the
SDKs' `~/.alibabacloud/credentials.ini`) and Huawei Cloud's SDK (environment, `~/.huaweicloud/credentials`).
"""

from __future__ import annotations

import functools
import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Final, TypeAlias

import msgspec

from cloudkeys.auth.credentials import AccessKey
from cloudkeys.errors import CredentialsError

Attempt: TypeAlias = tuple[str, Callable[[], dict[str, str | None]]]
"""A place to look in: its name for people, and what reads it."""


class _CliProfile(msgspec.Struct):
    name: str | None = None
    mode: str | None = None
    access_key_id: str | None = None
    access_key_secret: str | None = None
    sts_token: str | None = None


class _CliConfig(msgspec.Struct):
    current: str | None = None
    profiles: list[_CliProfile] = []


_UNUSABLE: Final = (OSError, ValueError, RuntimeError, msgspec.MsgspecError)


def find_alibaba() -> AccessKey:
    """Find an AccessKey pair where Alibaba Cloud's tools look for it.

    In this order: the environment (`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`,
    `ALIBABA_CLOUD_SECURITY_TOKEN`), a profile of the CLI, a profile of the SDKs (`ALIBABA_CLOUD_CREDENTIALS_FILE` names
    another file). `ALIBABA_CLOUD_PROFILE` names the profile.

    Raises:
        CredentialsError: There is none; the message lists what was looked for.
    """
    return _first(_ALIBABA)[0]


def find_huawei(section: str) -> tuple[AccessKey, str | None]:
    """Find an access key where Huawei Cloud's SDK looks for it, and the ID of its project or account.

    In this order: the environment (`HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, `HUAWEICLOUD_SDK_SECURITY_TOKEN`, with
    `HUAWEICLOUD_SDK_PROJECT_ID` or `HUAWEICLOUD_SDK_DOMAIN_ID`), the file `~/.huaweicloud/credentials`
    (`HUAWEICLOUD_SDK_CREDENTIALS_FILE` names another).

    Args:
        section: `basic` for regional services, with the project's ID; `global` for IAM, with the account's.

    Raises:
        CredentialsError: There is none; the message lists what was looked for.
    """
    place = os.environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE") or "~/.huaweicloud/credentials"
    scope = "project_id" if section == "basic" else "domain_id"
    key, found = _first(
        [
            ("the environment (HUAWEICLOUD_SDK_AK, HUAWEICLOUD_SDK_SK)", lambda: _huawei_environment(scope)),
            (f"section [{section}] of {place}", lambda: _huawei_profile(section, scope)),
        ]
    )
    return key, found or os.environ.get(f"HUAWEICLOUD_SDK_{scope.upper()}")


def _first(places: Iterable[Attempt]) -> tuple[AccessKey, str | None]:
    """Return the key of the first usable place and its scope; what is not usable is told, and never its content."""
    failures: list[str] = []
    for name, read in places:
        try:
            found = read()
        except FileNotFoundError:
            failures.append(f"{name}: there is no such file")
        except _UNUSABLE as error:
            failures.append(f"{name}: not readable ({type(error).__name__})")
        else:
            missing = [part for part in ("id", "secret") if not found.get(part)]
            if missing:
                failures.append(f"{name}: {found.get('problem') or 'no ' + ' and no '.join(missing)}")
                continue
            try:
                return AccessKey(found["id"] or "", found["secret"] or "", found["token"] or None), found.get("scope")
            except ValueError as error:
                failures.append(f"{name}: {error}")
    raise CredentialsError("no credentials were found. Looked for: " + "; ".join(failures))


def _alibaba_environment() -> dict[str, str | None]:
    prefix = "ALIBABA_CLOUD_"
    return _named(os.environ.get, f"{prefix}ACCESS_KEY_ID", f"{prefix}ACCESS_KEY_SECRET", f"{prefix}SECURITY_TOKEN")


def _alibaba_cli() -> dict[str, str | None]:
    if os.environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        return {"problem": "switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED"}
    config = _cli_config(Path.home() / ".aliyun" / "config.json")
    wanted = os.environ.get("ALIBABA_CLOUD_PROFILE") or config.current
    profile = next((profile for profile in config.profiles if profile.name == wanted), None)
    if profile is None:
        return {"problem": "it has no such profile"}
    if profile.mode not in {"AK", "StsToken"}:
        return {"problem": "its profile is neither of mode AK nor of StsToken: give a function as credentials"}
    return {"id": profile.access_key_id, "secret": profile.access_key_secret, "token": profile.sts_token}


def _alibaba_profile() -> dict[str, str | None]:
    file = os.environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE") or Path.home() / ".alibabacloud" / "credentials.ini"
    section = _ini(Path(file)).get(os.environ.get("ALIBABA_CLOUD_PROFILE") or "default")
    if section is None:
        return {"problem": "it has no such profile"}
    if section.get("type") != "access_key":
        return {"problem": "its profile is not of type access_key: give a function as credentials"}
    return _named(section.get, "access_key_id", "access_key_secret", "security_token")


_ALIBABA: Final[tuple[Attempt, ...]] = (
    ("the environment (ALIBABA_CLOUD_ACCESS_KEY_ID, ALIBABA_CLOUD_ACCESS_KEY_SECRET)", _alibaba_environment),
    ("the CLI's ~/.aliyun/config.json", _alibaba_cli),
    ("the SDKs' ~/.alibabacloud/credentials.ini, or ALIBABA_CLOUD_CREDENTIALS_FILE", _alibaba_profile),
)


def _huawei_environment(scope: str) -> dict[str, str | None]:
    prefix = "HUAWEICLOUD_SDK_"
    found = _named(os.environ.get, f"{prefix}AK", f"{prefix}SK", f"{prefix}SECURITY_TOKEN")
    return found | {"scope": os.environ.get(prefix + scope.upper())}


def _huawei_file() -> Path:
    return Path(os.environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE") or Path.home() / ".huaweicloud" / "credentials")


def _huawei_profile(section: str, scope: str) -> dict[str, str | None]:
    found = _ini(_huawei_file()).get(section)
    if found is None:
        return {"problem": "it has no such section"}
    return _named(found.get, "ak", "sk", "security_token") | {"scope": found.get(scope)}


def _named(get: Callable[[str], str | None], key_id: str, secret: str, token: str) -> dict[str, str | None]:
    return {"id": get(key_id), "secret": get(secret), "token": get(token)}


def _ini(file: Path) -> dict[str, dict[str, str]]:
    return _parsed_ini(file, *_version(file))


def _cli_config(file: Path) -> _CliConfig:
    return _parsed_cli_config(file, *_version(file))


def _version(file: Path) -> tuple[int, int]:
    """Return what tells a changed file from the one that was parsed: rotated credentials are seen at once."""
    status = file.stat()
    return status.st_mtime_ns, status.st_size


@functools.lru_cache(maxsize=8)
def _parsed_ini(file: Path, *_version: int) -> dict[str, dict[str, str]]:
    import configparser  # noqa: PLC0415 - most programs have their keys elsewhere

    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(file.read_text(encoding="utf-8"))
    except configparser.Error as error:
        # Not chained: its message repeats the line.
        raise ValueError(type(error).__name__) from None
    return {section: dict(parser.items(section)) for section in parser.sections()}


@functools.lru_cache(maxsize=8)
def _parsed_cli_config(file: Path, *_version: int) -> _CliConfig:
    return msgspec.json.decode(file.read_bytes(), type=_CliConfig)
