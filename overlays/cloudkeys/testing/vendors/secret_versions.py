"""The versions of CSMS secrets, and the stages that refer to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import refusals
from cloudkeys.testing.records import SecretHistory
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.access_keys import replace_first
from cloudkeys_api.huawei_csms.models import SecretState, Stage, Version, VersionMetadata

if TYPE_CHECKING:
    from collections.abc import Sequence

    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.huawei_csms.models import CreateSecretVersionParameters, Secret

_MOST_VERSIONS: Final = 20
_MOST_STAGES: Final = 12
_LONGEST_VALUE: Final = 32 * 1024
_CURRENT, _PREVIOUS = "SYSCURRENT", "SYSPREVIOUS"


def find_secret(cloud: CloudState, project_id: str, name: str) -> Secret:
    """Return a secret; raises a RefusedError if there is none."""
    for secret in cloud.secrets.get(project_id, []):
        if secret.name == name:
            return secret
    raise RefusedError(refusals.CSMS.not_found)


def check_enabled(cloud: CloudState, project_id: str, name: str) -> None:
    """Raise a RefusedError unless a secret is enabled: only then can it be read or get a new version."""
    if find_secret(cloud, project_id, name).state != SecretState.ENABLED:
        raise RefusedError(refusals.SECRET_NOT_ENABLED)


def history(cloud: CloudState, project_id: str, name: str) -> SecretHistory:
    """Return the versions and stages of a secret; at first it has one version, with an invented value."""
    secret = find_secret(cloud, project_id, name)
    known = cloud.histories.get((project_id, name))
    if known is None:
        first = Version(
            version_metadata=VersionMetadata(
                id="v1", create_time=secret.create_time, kms_key_id=secret.kms_key_id, secret_name=name
            ),
            secret_string=SecretStr(f"fake-value-of-{name}"),
        )
        known = cloud.histories[project_id, name] = SecretHistory([first], {})
        set_stages(cloud, name, known, [_CURRENT], first)
    return known


def find_version(known: SecretHistory, version_id: str) -> Version:
    """Return a version, `latest` for the newest one; raises a RefusedError if there is none."""
    for version in reversed(known.versions):
        if version_id in {"latest", _id(version)}:
            return msgspec.structs.replace(version, version_metadata=metadata(known, version))
    raise RefusedError(refusals.CSMS.not_found)


def metadata(known: SecretHistory, version: Version) -> VersionMetadata:
    """Return the metadata of a version, with its current stages."""
    stages = [name for name, stage in known.stages.items() if stage.version_id == _id(version)]
    return msgspec.structs.replace(_described(version), version_stages=stages)


def set_stages(cloud: CloudState, name: str, known: SecretHistory, stages: Sequence[str], version: Version) -> None:
    """Let stages refer to a version instead of their old ones; raises a RefusedError if there are too many stages."""
    if len(known.stages.keys() | set(stages)) > _MOST_STAGES:
        raise RefusedError(refusals.TOO_MANY_STAGES)
    for stage in stages:
        known.stages[stage] = Stage(
            name=stage, update_time=_milliseconds(cloud), secret_name=name, version_id=_id(version)
        )


def add_version(cloud: CloudState, asked: CreateSecretVersionParameters) -> VersionMetadata:
    """Add a version to a secret, and return its metadata.

    By default, the new version gets the stage SYSCURRENT, and the version before gets SYSPREVIOUS. If the secret has 20
    versions, the oldest version without a stage is removed.
    """
    values = [value for value in (asked.secret_string, asked.secret_binary) if isinstance(value, SecretStr)]
    if len(values) != 1 or len(values[0].reveal().encode()) > _LONGEST_VALUE:
        raise RefusedError(
            refusals.CSMS.wrong_parameter.about("set either secret_string or secret_binary, up to 32 KiB")
        )
    known, secret = history(cloud, asked.project_id, asked.secret_name), asked.secret_name
    _make_room(known)
    made = VersionMetadata(
        id=f"v{known.made + 1}",
        create_time=_milliseconds(cloud),
        expire_time=asked.expire_time,
        kms_key_id=find_secret(cloud, asked.project_id, secret).kms_key_id,
        secret_name=secret,
    )
    version = Version(version_metadata=made, secret_string=asked.secret_string, secret_binary=asked.secret_binary)
    stages = asked.version_stages or [_CURRENT]
    replaced = known.stages.get(_CURRENT)
    set_stages(cloud, secret, known, stages, version)
    if replaced is not None and _CURRENT in stages:
        known.stages[_PREVIOUS] = msgspec.structs.replace(replaced, name=_PREVIOUS, update_time=_milliseconds(cloud))
    known.versions.append(version)
    known.made += 1
    replace_first(cloud.secrets[asked.project_id], lambda each: each.name == secret, update_time=_milliseconds(cloud))
    return metadata(known, version)


def _make_room(known: SecretHistory) -> None:
    if len(known.versions) < _MOST_VERSIONS:
        return
    bare = next((each for each in known.versions if not metadata(known, each).version_stages), None)
    if bare is None:
        raise RefusedError(refusals.TOO_MANY_VERSIONS)
    known.versions.remove(bare)


def _described(version: Version) -> VersionMetadata:
    return version.version_metadata or VersionMetadata()


def _id(version: Version) -> str:
    return str(_described(version).id)


def _milliseconds(cloud: CloudState) -> int:
    return round(cloud.now().timestamp() * 1000)
