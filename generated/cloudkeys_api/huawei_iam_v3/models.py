# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""What requests take and responses hold."""

from __future__ import annotations

from cloudkeys.runtime.types import StrEnum, datetime
from msgspec import UNSET, Struct, UnsetType


class AccessKeyStatus(StrEnum):
    """Whether an access key can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class Credential(Struct, frozen=True, gc=False, kw_only=True):
    """One permanent access key, without its secret.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who holds the access key.
        access: The ID of the access key (AK).
        status: Whether the access key can be used.
        create_time: When the access key was made.
        last_use_time: The moment of the last use. A key that was never used has its time of
            creation here, so equal times don't tell that it was used.
        description: What people noted about the access key.
    """

    user_id: str
    access: str
    status: AccessKeyStatus
    create_time: datetime
    last_use_time: datetime
    description: str | None | UnsetType = UNSET


class ShowPermanentAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The access key.

    Attributes, by the vendor's names:
        credential: The access key.
    """

    credential: Credential


class ErrorDetail(Struct, frozen=True, gc=False, kw_only=True):
    """What the service says of a failure.

    Attributes, by the vendor's names:
        code: The status code again.
        message: What went wrong, for people.
        title: The reason phrase of the status code.
    """

    code: int | None | UnsetType = UNSET
    message: str | None | UnsetType = UNSET
    title: str | None | UnsetType = UNSET


class ShowPermanentAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowPermanentAccessKey, by the vendor's names."""

    access_key: str


class ErrorBody(Struct, frozen=True, gc=False, kw_only=True):
    """What the service or the gateway before it answers in place of a result, in either's own
    form.

    Attributes, by the vendor's names:
        error: The service's own form.
        error_code: The gateway's error code.
        error_msg: What went wrong at the gateway, for people.
        request_id: What identifies the request to the vendor.
    """

    error: ErrorDetail | None | UnsetType = UNSET
    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET
