"""Looking for access keys where the vendors' own tools do.

Conventions followed: Alibaba Cloud's default credential chain (environment, the CLI's `~/.aliyun/config.json`, the
SDKs' `~/.alibabacloud/credentials.ini`) and Huawei Cloud's SDK (environment, `~/.huaweicloud/credentials`).
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from cloudkeys.auth.files import cli_config, ini_sections
from cloudkeys.auth.places import Place, UnusableError, first, key, named, of_mode, refuse_role, sendable
from cloudkeys.errors import CredentialsError
from cloudkeys.runtime.redaction import printable

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from cloudkeys.auth.credentials import AccessKey

_CLI_MODES: Final = {
    "AK": ("access_key_id", "access_key_secret"),
    "StsToken": ("access_key_id", "access_key_secret", "sts_token"),
}
"""The fields that belong to each mode of a profile of the CLI; the others may be left from another mode."""
_INI_TYPES: Final = {"access_key": ("access_key_id", "access_key_secret")}
"""The same for the types of a section of the SDKs' file."""
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
    """Find an AccessKey pair where Alibaba Cloud's tools look for it.

    In this order: the environment (`ALIBABA_CLOUD_ACCESS_KEY_ID`, `ALIBABA_CLOUD_ACCESS_KEY_SECRET`,
    `ALIBABA_CLOUD_SECURITY_TOKEN`), a profile of the CLI, a profile of the SDKs (`ALIBABA_CLOUD_CREDENTIALS_FILE` names
    another file). `ALIBABA_CLOUD_PROFILE` names the profile.

    Args:
        profile: The name of the profile, in place of that variable; then no key is read from the environment.

    Raises:
        CredentialsError: There is none, and the message lists what was looked for; or what was found first can't be
            used: a role, or a key that can't be sent.
    """
    wanted = profile or os.environ.get("ALIBABA_CLOUD_PROFILE")
    file = os.environ.get("ALIBABA_CLOUD_CREDENTIALS_FILE")
    places: list[Place[AccessKey]] = [
        ("the environment", _alibaba_environment),
        ("the CLI's ~/.aliyun/config.json", lambda: _alibaba_cli(wanted)),
        (
            f"the SDKs' {printable(file or '~/.alibabacloud/credentials.ini')}",
            lambda: _alibaba_section(file, wanted or "default"),
        ),
    ]
    return first(places[1:] if profile else places)


def find_huawei(section: str, profile: str | None = None) -> tuple[AccessKey, str | None]:
    """Find an access key where Huawei Cloud's SDK looks for it, and the ID of its project or account.

    In this order: the environment (`HUAWEICLOUD_SDK_AK`, `HUAWEICLOUD_SDK_SK`, `HUAWEICLOUD_SDK_SECURITY_TOKEN`, with
    `HUAWEICLOUD_SDK_PROJECT_ID` or `HUAWEICLOUD_SDK_DOMAIN_ID`), the file `~/.huaweicloud/credentials`
    (`HUAWEICLOUD_SDK_CREDENTIALS_FILE` names another).

    Args:
        section: `basic` for regional services, with the project's ID; `global` for IAM, with the account's.
        profile: What follows the name of the section and a hyphen: `prod` for `[basic-prod]` and `[global-prod]`; then
            no key and no ID is read from the environment.

    Returns:
        The key, and the ID as it was found; None where there is none.

    Raises:
        CredentialsError: There is none, and the message lists what was looked for; or what was found first can't be
            used: a role, or a key that can't be sent.
    """
    found = _huawei_key(section, profile)
    return found.key, found.scope_id


def find_scope_id(section: str, profile: str | None = None) -> str | None:
    """Find the ID of the project or the account that stands beside an access key.

    Args:
        section: As for `find_huawei`.
        profile: As for `find_huawei`.

    Returns:
        The ID; None where there is none.

    Raises:
        CredentialsError: The ID can't be sent, or there is no such profile.
    """
    try:
        found = _huawei_key(section, profile)
    except CredentialsError:
        if profile:
            raise
        # The call itself says that there is no key.
        return scope_in_environment(_SCOPES[section])
    return sendable(found.scope_name, found.scope_id) if found.scope_id else None


def scope_in_environment(scope: str) -> str | None:
    """Return the ID of the project or the account that the environment has.

    Args:
        scope: `project_id` or `domain_id`.

    Returns:
        The ID; None where there is none, or an empty one.

    Raises:
        CredentialsError: It can't be sent.
    """
    found = os.environ.get(_variable(scope))
    return sendable(_variable(scope), found) if found else None


def _alibaba_environment() -> AccessKey:
    names = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALIBABA_CLOUD_ACCESS_KEY_SECRET")
    try:
        return key(os.environ.get, names, "ALIBABA_CLOUD_SECURITY_TOKEN")
    except UnusableError:
        _refuse_role(os.environ.get, _ALIBABA_ROLE, "uses OIDCRoleArnCredentialsProvider of alibabacloud-credentials")
        raise


def _alibaba_cli(wanted: str | None) -> AccessKey:
    if os.environ.get("ALIBABA_CLOUD_CLI_PROFILE_DISABLED", "").lower() == "true":
        raise UnusableError("switched off by ALIBABA_CLOUD_CLI_PROFILE_DISABLED")
    config = cli_config(Path.home() / ".aliyun" / "config.json")
    # Of profiles with the same name, the first one counts.
    known = {str(profile.get("name")): profile for profile in reversed(config.profiles)}
    profile = named(wanted or config.current or "", known, "profile")
    return of_mode(profile, "mode", _CLI_MODES, "CLIProfileCredentialsProvider")


def _alibaba_section(file: str | None, wanted: str) -> AccessKey:
    sections = ini_sections(Path(file) if file else Path.home() / ".alibabacloud" / "credentials.ini")
    section = {name: value.partition("#")[0].strip() for name, value in named(wanted, sections, "profile").items()}
    return of_mode(section, "type", _INI_TYPES, "ProfileCredentialsProvider")


class _HuaweiKey(NamedTuple):
    key: AccessKey
    scope_id: str | None
    scope_name: str
    """Where the ID is from, for messages."""


def _huawei_key(section: str, profile: str | None) -> _HuaweiKey:
    scope, file = _SCOPES[section], os.environ.get("HUAWEICLOUD_SDK_CREDENTIALS_FILE")
    wanted = f"{section}-{profile}" if profile else section
    name = f"section [{printable(wanted)}] of {printable(file or '~/.huaweicloud/credentials')}"
    places: list[Place[_HuaweiKey]] = [
        ("the environment", lambda: _huawei_environment(scope)),
        (name, lambda: _huawei_section(file, wanted, scope)._replace(scope_name=f"{name}: {scope}")),
    ]
    found = first(places[1:] if profile else places)
    if found.scope_id or profile:
        return found
    return found._replace(scope_id=os.environ.get(_variable(scope)), scope_name=_variable(scope))


def _huawei_environment(scope: str) -> _HuaweiKey:
    for role in _HUAWEI_ROLES:
        _refuse_role(os.environ.get, role)
    found = key(os.environ.get, ("HUAWEICLOUD_SDK_AK", "HUAWEICLOUD_SDK_SK"), "HUAWEICLOUD_SDK_SECURITY_TOKEN")
    return _HuaweiKey(found, os.environ.get(_variable(scope)), _variable(scope))


def _huawei_section(file: str | None, wanted: str, scope: str) -> _HuaweiKey:
    sections = ini_sections(Path(file) if file else Path.home() / ".huaweicloud" / "credentials")
    section = named(wanted, sections, "section")
    _refuse_role(section.get, _HUAWEI_FILE_ROLE)
    return _HuaweiKey(key(section.get, ("ak", "sk"), "security_token"), section.get(scope), scope)


def _refuse_role(
    read: Callable[[str], str | None], names: Sequence[str], adapter: str = "supplies its temporary keys"
) -> None:
    """Refuse what a vendor's SDK uses before it looks further: another place would be another identity."""
    if all(read(name) for name in names):
        refuse_role(" with ".join(names), adapter)


def _variable(scope: str) -> str:
    return f"HUAWEICLOUD_SDK_{scope.upper()}"
