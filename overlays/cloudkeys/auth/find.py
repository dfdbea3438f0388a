"""Search for access keys where the vendors' own tools do.

Conventions: Alibaba Cloud's default credential chain (environment, the CLI's `~/.aliyun/config.json`, the
SDKs' `~/.alibabacloud/credentials.ini`) and Huawei Cloud's SDK (environment, `~/.huaweicloud/credentials`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from cloudkeys.auth.files import read_cli_config, read_ini
from cloudkeys.auth.sources import (
    Source,
    UnusableError,
    access_key_of_profile,
    check_found_value,
    look_up,
    read_access_key,
    read_first,
    refuse_role,
)
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudkeys.auth.credentials import AccessKey

_CLI_MODES: Final = {
    "AK": ("access_key_id", "access_key_secret"),
    "StsToken": ("access_key_id", "access_key_secret", "sts_token"),
}
"""The fields of each mode of a CLI profile; other fields may be left over from another mode."""
_INI_TYPES: Final = {"access_key": ("access_key_id", "access_key_secret")}
"""The fields of each type of a section of the SDKs' file."""
_ALIBABA_ROLE: Final = (
    "ALIBABA_CLOUD_ROLE_ARN",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE",
)
_HUAWEI_ROLES: Final = (
    ("HUAWEICLOUD_OIDC_PROVIDER_URN", "HUAWEICLOUD_OIDC_AGENCY_URN"),
    ("HUAWEICLOUD_SDK_IDP_ID", "HUAWEICLOUD_SDK_ID_TOKEN_FILE"),
)
_HUAWEI_FILE_ROLE: Final = ("idp_id", "id_token_file")
_SCOPES: Final = {"basic": "project_id", "global": "domain_id"}


def find_alibaba(profile: str | None = None) -> AccessKey:
    """Find an AccessKey pair where Alibaba Cloud's tools look for one.

    The order: the environment (`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`,
    `ALIBABA_CLOUD_SECURITY_TOKEN`), a profile of the CLI, a profile of the SDKs (`ALIBABA_CLOUD_CREDENTIALS_FILE` names
    another file). `ALIBABA_CLOUD_PROFILE` names the profile.

    Args:
        profile: The name of the profile, instead of that variable; the environment is then not searched for a key.

    Raises:
        CredentialsError: No pair was found, and the message lists the sources searched; or the first one found can't
            be used: it is a role, or a key that can't be sent.
    """
    wanted = profile or os.environ.get("ALIBABA_CLOUD_PROFILE")
    file = os.environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    sources: list[Source[AccessKey]] = [
        ("the environment", _alibaba_environment),
        ("the CLI's ~/.aliyun/config.json", lambda: _alibaba_cli(wanted)),
        (
            f"the SDKs' {printable(file or '~/.alibabacloud/credentials.ini')}",
            lambda: _alibaba_section(file, wanted or "default"),
        ),
    ]
    return read_first(sources[1:] if profile else sources)


def find_huawei(section: str, profile: str | None = None) -> tuple[AccessKey, str | None]:
    """Find an access key where Huawei Cloud's SDK looks for one, and the ID of its project or account.

    The order: the environment (`HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, `HUAWEICLOUD_SDK_SECURITY_TOKEN`, with
    `HUAWEICLOUD_SDK_PROJECT_ID` or `HUAWEICLOUD_SDK_DOMAIN_ID`), the file `~/.huaweicloud/credentials`
    (`HUAWEICLOUD_SDK_CREDENTIALS_FILE` names another).

    Args:
        section: `basic` for regional services, with a project ID; `global` for IAM, with an account ID.
        profile: The suffix of the section name: `prod` for `[basic-prod]` and `[global-prod]`; the environment is then
            not searched for a key or an ID.

    Returns:
        The key, and the unchecked ID; None if there is none.

    Raises:
        CredentialsError: No pair was found, and the message lists the sources searched; or the first one found can't
            be used: it is a role, or a key that can't be sent.
    """
    found = _huawei_key(section, profile)
    return found.key, found.scope_id


def find_scope_id(section: str, profile: str | None = None) -> str | None:
    """Find the ID of the project or account of an access key.

    Args:
        section: As for `find_huawei`.
        profile: As for `find_huawei`.

    Returns:
        The ID; None if there is none.

    Raises:
        CredentialsError: The ID can't be sent, or the profile doesn't exist.
    """
    try:
        found = _huawei_key(section, profile)
    except CredentialsError:
        if profile:
            raise
        # The call itself reports the missing key.
        return scope_id_from_environment(_SCOPES[section])
    return check_found_value(found.scope_name, found.scope_id) if found.scope_id else None


def scope_id_from_environment(scope: str) -> str | None:
    """Return the ID of the project or account from the environment.

    Args:
        scope: `project_id` or `domain_id`.

    Returns:
        The ID; None if it is missing or empty.

    Raises:
        CredentialsError: The ID can't be sent.
    """
    found = os.environ.get(_variable(scope))
    return check_found_value(_variable(scope), found) if found else None


def _alibaba_environment() -> AccessKey:
    names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    try:
        return read_access_key(os.environ.get, names, "ALIBABA_CLOUD_SECURITY_TOKEN")
    except UnusableError:
        _refuse_complete_role(
            os.environ.get, _ALIBABA_ROLE, "uses OIDCRoleArnCredentialsProvider of alibabacloud-credentials"
        )
        raise


def _alibaba_cli(wanted: str | None) -> AccessKey:
    if os.environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        raise UnusableError("disabled by ALIBABA_CLOUD_CLI_PROFILE_DISABLED")
    config = read_cli_config(Path.home() / ".aliyun" / "config.json")
    known: dict[str, dict[str, Any]] = {}
    for each in config.profiles:
        # If names repeat, the first profile counts.
        known.setdefault(str(each.get("name")), each)
    profile = look_up(wanted or config.current or "", known, "profile")
    return access_key_of_profile(profile, "mode", _CLI_MODES, "CLIProfileCredentialsProvider")


def _alibaba_section(file: str | None, wanted: str) -> AccessKey:
    sections = read_ini(Path(file) if file else Path.home() / ".alibabacloud" / "credentials.ini")
    section = {name: value.partition("#")[0].strip() for name, value in look_up(wanted, sections, "profile").items()}
    return access_key_of_profile(section, "type", _INI_TYPES, "ProfileCredentialsProvider")


class _HuaweiKey(NamedTuple):
    key: AccessKey
    scope_id: str | None
    scope_name: str
    """The source of the ID, for messages."""


def _huawei_key(section: str, profile: str | None) -> _HuaweiKey:
    scope, file = _SCOPES[section], os.environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
    wanted = f"{section}-{profile}" if profile else section
    name = f"section [{printable(wanted)}] of {printable(file or '~/.huaweicloud/credentials')}"
    sources: list[Source[_HuaweiKey]] = [
        ("the environment", lambda: _huawei_environment(scope)),
        (name, lambda: _huawei_section(file, wanted, scope)._replace(scope_name=f"{name}: {scope}")),
    ]
    found = read_first(sources[1:] if profile else sources)
    if found.scope_id or profile:
        return found
    return found._replace(scope_id=os.environ.get(_variable(scope)), scope_name=_variable(scope))


def _huawei_environment(scope: str) -> _HuaweiKey:
    for role in _HUAWEI_ROLES:
        _refuse_complete_role(os.environ.get, role)
    found = read_access_key(
        os.environ.get, ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"), "HUAWEICLOUD_SDK_SECURITY_TOKEN"
    )
    return _HuaweiKey(found, os.environ.get(_variable(scope)), _variable(scope))


def _huawei_section(file: str | None, wanted: str, scope: str) -> _HuaweiKey:
    sections = read_ini(Path(file) if file else Path.home() / ".huaweicloud" / "credentials")
    section = look_up(wanted, sections, "section")
    _refuse_complete_role(section.get, _HUAWEI_FILE_ROLE)
    return _HuaweiKey(read_access_key(section.get, ("ak", "sk"), "security_token"), section.get(scope), scope)


def _refuse_complete_role(
    read: Callable[[str], str | None], names: Sequence[str], adapter: str = "supplies its temporary keys"
) -> None:
    """Refuse a role that a vendor's SDK would use before it searches further: the next source is another identity."""
    if all(read(name) for name in names):
        refuse_role(" with ".join(names), adapter)


def _variable(scope: str) -> str:
    return f"HUAWEICLOUD_SDK_{scope.upper()}"
