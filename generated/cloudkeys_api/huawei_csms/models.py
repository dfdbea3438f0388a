# Made from specs/huawei_csms.yaml by `nox -s generate`; do not edit.
"""What requests take and responses hold."""

from __future__ import annotations

from typing import Annotated

from cloudkeys.runtime.types import StrEnum
from msgspec import UNSET, Meta, Struct, UnsetType


class SecretState(StrEnum):
    """Whether a secret can be used.

    Values:
        ENABLED: it can be used
        DISABLED: it is switched off
        PENDING_DELETE: it waits for its deletion
        FROZEN: it is frozen
    """

    ENABLED = "ENABLED"
    DISABLED = "DISABLED"
    PENDING_DELETE = "PENDING_DELETE"
    FROZEN = "FROZEN"


class SecretType(StrEnum):
    """What a secret is for.

    Values:
        COMMON: any confidential data of an application
        RDS: an account of RDS
        RDS-FG: an account of RDS; it takes the place of RDS
        GaussDB-FG: an account of TaurusDB
    """

    COMMON = "COMMON"
    RDS = "RDS"
    RDS_FG = "RDS-FG"
    GAUSS_DB_FG = "GaussDB-FG"


class Secret(Struct, frozen=True, gc=False, kw_only=True):
    """One secret, without its value.

    Attributes, by the vendor's names:
        id: The ID of the secret.
        name: The name of the secret.
        state: Whether the secret can be used.
        kms_key_id: The ID of the KMS key that encrypts the secret's value.
        description: What people noted about the secret.
        create_time: When the secret was made, a Unix time in milliseconds.
        update_time: When the secret was last changed, a Unix time in milliseconds.
        scheduled_delete_time: When the secret is to be deleted, a Unix time in milliseconds;
            null where no deletion is scheduled.
        secret_type: What the secret is for.
        auto_rotation: Whether the secret's value is renewed by itself.
        rotation_period: The time between two renewals, 6 hours to 8,760 hours, as a number
            and a unit of d, h, m or s: `1d` is one day. Always given where auto_rotation is
            on.
        rotation_config: How the secret's value is renewed, as text that looks like JSON, but
            need not be. For a secret of type RDS it names the instance (RDSInstanceId;
            InstanceId since 2024-11) and the mode (SecretSubType, SingleUser or MultiUser).
        rotation_time: When the secret's value was last renewed, a Unix time in milliseconds.
        next_rotation_time: When the secret's value is to be renewed next, a Unix time in
            milliseconds.
        event_subscriptions: The names of the events that the secret is bound to.
        enterprise_project_id: The ID of the enterprise project.
        rotation_func_urn: The URN of the function that renews the secret's value.
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
    """Where this page stands between its neighbours.

    Attributes, by the vendor's names:
        next_marker: The marker of the next page. On the last page it may be absent, null,
            empty, or the name of the last secret.
        previous_marker: A marker of this page's beginning.
        current_count: The number of secrets on this page.
    """

    next_marker: str | None | UnsetType = UNSET
    previous_marker: str | None | UnsetType = UNSET
    current_count: int | None | UnsetType = UNSET


class ListSecretsResponse(Struct, frozen=True, gc=False, kw_only=True):
    """One page of secrets.

    Attributes, by the vendor's names:
        secrets: The secrets on this page.
        page_info: Where the next page begins.
    """

    secrets: list[Secret] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class ErrorBody(Struct, frozen=True, gc=False, kw_only=True):
    """What the service or the gateway before it answers in place of a result.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: What went wrong, for people.
        request_id: What identifies the request to the vendor.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class ListSecretsParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListSecrets, by the vendor's names."""

    project_id: str
    limit: Annotated[str, Meta(pattern="^([1-9][0-9]{0,2}|1000)\\Z")] | None | UnsetType = UNSET
    marker: str | None | UnsetType = UNSET
    event_name: str | None | UnsetType = UNSET
