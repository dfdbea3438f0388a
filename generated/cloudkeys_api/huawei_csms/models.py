# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""Models of requests and responses."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from cloudkeys.runtime.types import SecretStr, StrEnum
from msgspec import UNSET, Meta, Struct, UnsetType


class SecretState(StrEnum):
    """Whether a secret can be used.

    Values:
        ENABLED: can be used
        DISABLED: disabled
        PENDING_DELETE: waiting to be deleted
        FROZEN: frozen
    """

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    PENDING_DELETE = "PENDING_DELETE"
    FROZEN = "FROZEN"


class SecretType(StrEnum):
    """The type of a secret.

    Values:
        COMMON: any confidential data of an application
        RDS: an RDS account
        RDS-FG: an RDS account; it replaces RDS
        GaussDB-FG: a TaurusDB account
    """

    COMMON = "COMMON"
    RDS = "RDS"
    RDS_FG = "RDS-FG"
    GAUSS_DB_FG = "GaussDB-FG"


class Secret(Struct, frozen=True, gc=False, kw_only=True):
    """A secret, without its value.

    Attributes, by the vendor's names:
        id: The ID of the secret.
        name: The name of the secret.
        state: Whether the secret can be used.
        kms_key_id: The ID of the KMS key that encrypts the secret's value.
        description: The description of the secret.
        create_time: When the secret was created, a Unix time in milliseconds.
        update_time: When the secret was last changed, a Unix time in milliseconds.
        scheduled_delete_time: When the secret is to be deleted, a Unix time in milliseconds;
            null if no deletion is scheduled.
        secret_type: The type of the secret.
        auto_rotation: Whether the secret's value is rotated automatically.
        rotation_period: The time between two rotations, 6 hours to 8,760 hours, as a number
            and a unit of d, h, m or s: `1d` is one day. Always present if auto_rotation is
            on.
        rotation_config: How the secret's value is rotated, a string that looks like JSON but
            need not be. For a secret of type RDS, it names the instance (RDSInstanceId;
            InstanceId since 2024-11) and the mode (SecretSubType, SingleUser or MultiUser).
        rotation_time: When the secret's value was last rotated, a Unix time in milliseconds.
        next_rotation_time: When the secret's value is to be rotated next, a Unix time in
            milliseconds.
        event_subscriptions: The names of the events that the secret is bound to.
        enterprise_project_id: The ID of the enterprise project.
        rotation_func_urn: The URN of the function that rotates the secret's value.
    """

    id: str | None | UnsetType = UNSET
    name: str | None | UnsetType = UNSET
    state: SecretState | None | UnsetType = UNSET
    kms_key_id: str | None | UnsetType = UNSET
    description: str | None | UnsetType = UNSET
    create_time: int | None | UnsetType = UNSET
    update_time: int | None | UnsetType = UNSET
    scheduled_delete_time: int | None | UnsetType = UNSET
    secret_type: SecretType | None | UnsetType = UNSET
    auto_rotation: bool | None | UnsetType = UNSET
    rotation_period: str | None | UnsetType = UNSET
    rotation_config: str | None | UnsetType = UNSET
    rotation_time: int | None | UnsetType = UNSET
    next_rotation_time: int | None | UnsetType = UNSET
    event_subscriptions: list[str] | None | UnsetType = UNSET
    enterprise_project_id: str | None | UnsetType = UNSET
    rotation_func_urn: str | None | UnsetType = UNSET


class PageInfo(Struct, frozen=True, gc=False, kw_only=True):
    """The position of this page in the listing.

    Attributes, by the vendor's names:
        next_marker: The marker of the next page. On the last page, it may be absent, null,
            empty or that of the last item: the name of a secret or the ID of a version.
        previous_marker: A marker of the start of this page.
        current_count: The number of items on this page.
    """

    next_marker: str | None | UnsetType = UNSET
    previous_marker: str | None | UnsetType = UNSET
    current_count: int | None | UnsetType = UNSET


class ListSecretsResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of secrets.

    Attributes, by the vendor's names:
        secrets: The secrets on this page.
        page_info: Where the next page starts.
    """

    secrets: list[Secret] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class ErrorBody(Struct, frozen=True, gc=False, kw_only=True):
    """An error response of the service or the gateway in front of it.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: The error message.
        request_id: The ID of the request.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class ShowSecretResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A secret, without its value.

    Attributes, by the vendor's names:
        secret: The secret.
    """

    secret: Secret | None | UnsetType = UNSET


class VersionMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """A version of a secret, without its value.

    Attributes, by the vendor's names:
        id: The ID of the version, such as `v3`. It distinguishes the versions of a secret.
        create_time: When the version was created, a Unix time in milliseconds.
        expire_time: When the version expires, a Unix time in milliseconds; absent if not set.
            Its only effect is the event of an expired version, if the secret is bound to that
            event.
        kms_key_id: The ID of the KMS key that encrypts the version's value.
        secret_name: The name of the secret.
        version_stages: The stages of the version. A stage belongs to one version of a secret:
            a version that takes it removes it from the one that had it. A version without a
            stage is deprecated, and the service may delete it.
    """

    id: str | None | UnsetType = UNSET
    create_time: int | None | UnsetType = UNSET
    expire_time: int | None | UnsetType = UNSET
    kms_key_id: str | None | UnsetType = UNSET
    secret_name: str | None | UnsetType = UNSET
    version_stages: list[str] | None | UnsetType = UNSET


class Version(Struct, frozen=True, gc=False, kw_only=True):
    """A version of a secret, with its value in one of two fields.

    Attributes, by the vendor's names:
        version_metadata: The version, without its value.
        secret_binary: The value in plain text if it is binary, as Base64. It is never
            printed.
        secret_string: The value in plain text if it is a string. It is never printed.
    """

    version_metadata: VersionMetadata | None | UnsetType = UNSET
    secret_binary: SecretStr | None | UnsetType = UNSET
    secret_string: SecretStr | None | UnsetType = UNSET


class CreateSecretVersionResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The new version.

    Attributes, by the vendor's names:
        version_metadata: The version, without its value.
    """

    version_metadata: VersionMetadata | None | UnsetType = UNSET


VersionStage: TypeAlias = Annotated[str, Meta(max_length=64, min_length=1)]


class CreateSecretVersionRequest(Struct, frozen=True, gc=False, kw_only=True):
    """A new value of a secret, as bytes or as a string, and the stages that it takes.

    Attributes, by the vendor's names:
        secret_binary: The value if it is binary, as Base64 of at most 32,768 characters. The
            vendor's console doesn't show it.
        secret_string: The value if it is a string, at most 32 KiB.
        version_stages: The stages that the new version takes, 1 to 12 of 1 to 64 characters
            each. Without them, it takes SYSCURRENT, and the version that had it takes
            SYSPREVIOUS. With them, only the named stages are sure to move.
        expire_time: When the version expires, a Unix time in milliseconds. Its only effect is
            the event of an expired version, if the secret is bound to that event.
    """

    secret_binary: SecretStr | UnsetType = UNSET
    secret_string: SecretStr | UnsetType = UNSET
    version_stages: Annotated[list[VersionStage], Meta(max_length=12, min_length=1)] | UnsetType = (
        UNSET
    )
    expire_time: (
        Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | UnsetType
    ) = UNSET


class Stage(Struct, frozen=True, gc=False, kw_only=True):
    """A stage of a secret and the version that has it.

    Attributes, by the vendor's names:
        name: The name of the stage.
        update_time: When the stage was last moved, a Unix time in milliseconds.
        secret_name: The name of the secret.
        version_id: The ID of the version that has the stage, such as `v3`.
    """

    name: str | None | UnsetType = UNSET
    update_time: int | None | UnsetType = UNSET
    secret_name: str | None | UnsetType = UNSET
    version_id: str | None | UnsetType = UNSET


class UpdateSecretStageResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The version that has a stage now.

    Attributes, by the vendor's names:
        stage: The stage.
    """

    stage: Stage | None | UnsetType = UNSET


class UpdateSecretStageRequest(Struct, frozen=True, gc=False, kw_only=True):
    """The version to assign a stage to.

    Attributes, by the vendor's names:
        version_id: The ID of the version, such as `v3`.
    """

    version_id: str


class ListSecretsParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListSecrets, by the vendor's names."""

    project_id: str
    limit: Annotated[str, Meta(pattern="^([1-9][0-9]{0,2}|1000)\\Z")] | None | UnsetType = UNSET
    marker: str | None | UnsetType = UNSET
    event_name: str | None | UnsetType = UNSET


class ShowSecretParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowSecret, by the vendor's names."""

    project_id: str
    secret_name: str


class ListSecretVersionsParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListSecretVersions, by the vendor's names."""

    project_id: str
    secret_name: str
    marker: str | None | UnsetType = UNSET
    limit: Annotated[int, Meta(ge=1, le=1000)] | None | UnsetType = UNSET


class CreateSecretVersionParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of CreateSecretVersion, by the vendor's names."""

    project_id: str
    secret_name: str
    secret_binary: SecretStr | None | UnsetType = UNSET
    secret_string: SecretStr | None | UnsetType = UNSET
    version_stages: (
        Annotated[list[VersionStage], Meta(max_length=12, min_length=1)] | None | UnsetType
    ) = UNSET
    expire_time: (
        Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | None | UnsetType
    ) = UNSET


class ShowSecretVersionParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowSecretVersion, by the vendor's names."""

    project_id: str
    secret_name: str
    version_id: str


class ShowSecretStageParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowSecretStage, by the vendor's names."""

    project_id: str
    secret_name: str
    stage_name: str


class UpdateSecretStageParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of UpdateSecretStage, by the vendor's names."""

    project_id: str
    secret_name: str
    stage_name: Annotated[str, Meta(pattern="^[a-zA-Z0-9_-]{1,64}\\Z")]
    version_id: str


class ListSecretVersionsResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of versions.

    Attributes, by the vendor's names:
        version_metadatas: The versions on this page.
        page_info: Where the next page starts.
    """

    version_metadatas: list[VersionMetadata] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class ShowSecretVersionResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A version of a secret, with its value.

    Attributes, by the vendor's names:
        version: The version.
    """

    version: Version | None | UnsetType = UNSET


class ShowSecretStageResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The version that has a stage.

    Attributes, by the vendor's names:
        stage: The stage.
    """

    stage: Stage | None | UnsetType = UNSET
