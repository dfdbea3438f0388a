# Made from specs/huawei_iam_v3.yaml by `nox -s generate`; do not edit.
"""Models of requests and responses."""

from __future__ import annotations

from cloudkeys.runtime.types import SecretStr, StrEnum, datetime
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


class CredentialMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """One permanent access key, without its secret and its last use.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who holds the access key.
        access: The ID of the access key (AK).
        status: Whether the access key can be used.
        create_time: When the access key was made.
        description: What people noted about the access key.
    """

    user_id: str
    access: str
    status: AccessKeyStatus
    create_time: datetime
    description: str | None | UnsetType = UNSET


class CreatedCredential(Struct, frozen=True, gc=False, kw_only=True):
    """One permanent access key as it was made, with its secret.

    Attributes, by the vendor's names:
        create_time: When the access key was made.
        access: The ID of the access key (AK).
        secret: The secret of the access key (SK), which no other response has.
        status: Whether the access key can be used.
        user_id: The ID of the IAM user who holds the access key.
        description: What people noted about the access key.
    """

    create_time: datetime
    access: str
    secret: SecretStr
    status: AccessKeyStatus
    user_id: str
    description: str | None | UnsetType = UNSET


class NewCredential(Struct, frozen=True, gc=False, kw_only=True):
    """Whose access key to make, and what to note about it.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who will hold the access key.
        description: What to note about the access key.
    """

    user_id: str
    description: str | UnsetType = UNSET


class UpdatePermanentAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The access key as it is now.

    Attributes, by the vendor's names:
        credential: The access key, without its secret.
    """

    credential: CredentialMetadata | None | UnsetType = UNSET


class CredentialChange(Struct, frozen=True, gc=False, kw_only=True):
    """What to change of an access key; at least one of the two.

    Attributes, by the vendor's names:
        status: What the access key's status becomes.
        description: What to note about the access key from now on.
    """

    status: AccessKeyStatus | UnsetType = UNSET
    description: str | UnsetType = UNSET


class ShowPermanentAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowPermanentAccessKey, by the vendor's names."""

    access_key: str


class UpdatePermanentAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of UpdatePermanentAccessKey, by the vendor's names."""

    access_key: str
    credential: CredentialChange


class DeletePermanentAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of DeletePermanentAccessKey, by the vendor's names."""

    access_key: str


class ListPermanentAccessKeysParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListPermanentAccessKeys, by the vendor's names."""

    user_id: str | None | UnsetType = UNSET


class CreatePermanentAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of CreatePermanentAccessKey, by the vendor's names."""

    credential: NewCredential


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


class ListPermanentAccessKeysResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The access keys of an IAM user.

    Attributes, by the vendor's names:
        credentials: The access keys.
    """

    credentials: list[CredentialMetadata] | None | UnsetType = UNSET


class CreatePermanentAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A new access key.

    Attributes, by the vendor's names:
        credential: The new access key.
    """

    credential: CreatedCredential


class CreatePermanentAccessKeyRequest(Struct, frozen=True, gc=False, kw_only=True):
    """The access key to make.

    Attributes, by the vendor's names:
        credential: The access key to make.
    """

    credential: NewCredential


class UpdatePermanentAccessKeyRequest(Struct, frozen=True, gc=False, kw_only=True):
    """What to change.

    Attributes, by the vendor's names:
        credential: What to change of the access key, at least one of the two.
    """

    credential: CredentialChange
