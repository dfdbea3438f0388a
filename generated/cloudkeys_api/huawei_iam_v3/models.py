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
    """A permanent access key, without its secret.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who owns the access key.
        access: The ID of the access key (AK).
        status: Whether the access key can be used.
        create_time: When the access key was created.
        last_use_time: The time of the last use. For a key that was never used, it is the
            creation time, so equal times don't show that the key was used.
        description: The description of the access key.
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
    """An error of the service.

    Attributes, by the vendor's names:
        code: The status code, repeated.
        message: The error message.
        title: The reason phrase of the status code.
    """

    code: int | None | UnsetType = UNSET
    message: str | None | UnsetType = UNSET
    title: str | None | UnsetType = UNSET


class CredentialMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """A permanent access key, without its secret and last use.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who owns the access key.
        access: The ID of the access key (AK).
        status: Whether the access key can be used.
        create_time: When the access key was created.
        description: The description of the access key.
    """

    user_id: str
    access: str
    status: AccessKeyStatus
    create_time: datetime
    description: str | None | UnsetType = UNSET


class CreatedCredential(Struct, frozen=True, gc=False, kw_only=True):
    """A new permanent access key, with its secret.

    Attributes, by the vendor's names:
        create_time: When the access key was created.
        access: The ID of the access key (AK).
        secret: The secret of the access key (SK). No other response has it.
        status: Whether the access key can be used.
        user_id: The ID of the IAM user who owns the access key.
        description: The description of the access key.
    """

    create_time: datetime
    access: str
    secret: SecretStr
    status: AccessKeyStatus
    user_id: str
    description: str | None | UnsetType = UNSET


class NewCredential(Struct, frozen=True, gc=False, kw_only=True):
    """The owner and the description of the new access key.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who will own the access key.
        description: The description of the access key.
    """

    user_id: str
    description: str | UnsetType = UNSET


class UpdatePermanentAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The access key after the change.

    Attributes, by the vendor's names:
        credential: The access key, without its secret.
    """

    credential: CredentialMetadata | None | UnsetType = UNSET


class CredentialChange(Struct, frozen=True, gc=False, kw_only=True):
    """The fields of an access key to change, at least one of the two.

    Attributes, by the vendor's names:
        status: The new status of the access key.
        description: The new description of the access key.
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
    """An error response of the service or the gateway in front of it, each in its own form.

    Attributes, by the vendor's names:
        error: The error in the service's own form.
        error_code: The gateway's error code.
        error_msg: The error message of the gateway.
        request_id: The ID of the request.
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
    """The access key to create.

    Attributes, by the vendor's names:
        credential: The access key to create.
    """

    credential: NewCredential


class UpdatePermanentAccessKeyRequest(Struct, frozen=True, gc=False, kw_only=True):
    """The fields to change.

    Attributes, by the vendor's names:
        credential: The fields to change, at least one of the two.
    """

    credential: CredentialChange
