# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""Models of requests and responses."""

from __future__ import annotations

from typing import Annotated

from cloudkeys.runtime.types import SecretStr, StrEnum, datetime
from msgspec import UNSET, Meta, Struct, UnsetType


class AccessKeyStatus(StrEnum):
    """Whether an access key can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class AccessKeyMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """A permanent access key, without its secret.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who owns the access key.
        access_key_id: The ID of the access key (AK).
        created_at: When the access key was created.
        status: Whether the access key can be used.
    """

    user_id: str
    access_key_id: str
    created_at: datetime
    status: AccessKeyStatus


class PageInfo(Struct, frozen=True, gc=False, kw_only=True):
    """Where the next page starts.

    Attributes, by the vendor's names:
        next_marker: The marker of the next page. Without it, this page is the last.
        current_count: The number of items on this page.
    """

    current_count: int
    next_marker: str | None | UnsetType = UNSET


class ListAccessKeysResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of access keys.

    Attributes, by the vendor's names:
        access_keys: The access keys on this page.
        page_info: Where the next page starts.
    """

    access_keys: list[AccessKeyMetadata] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class BadRequestBody(Struct, frozen=True, gc=False, kw_only=True):
    """The error response to a wrong request.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: The error message.
        request_id: The ID of the request.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class ForbiddenBody(Struct, frozen=True, gc=False, kw_only=True):
    """The error response to a caller without permission.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: The error message.
        request_id: The ID of the request.
        encoded_authorization_message: The reason why permission was refused, encrypted; the
            vendor's STS v5 can decrypt it.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET
    encoded_authorization_message: str | None | UnsetType = UNSET


class NotFoundBody(Struct, frozen=True, gc=False, kw_only=True):
    """The error response if the user or the access key doesn't exist.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: The error message.
        request_id: The ID of the request.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class User(Struct, frozen=True, gc=False, kw_only=True):
    """An IAM user.

    Attributes, by the vendor's names:
        description: The description of the user.
        user_name: The name of the user.
        is_root_user: Whether the user is the root user, who is the account itself.
        created_at: When the user was created.
        user_id: The ID of the user.
        urn: The uniform resource name of the user.
        enabled: Whether the user is enabled.
    """

    user_name: str
    is_root_user: bool
    created_at: datetime
    user_id: str
    urn: str
    enabled: bool
    description: str | None | UnsetType = UNSET


class AccessKeyLastUsed(Struct, frozen=True, gc=False, kw_only=True):
    """The last use of an access key.

    Attributes, by the vendor's names:
        last_used_at: When the access key was last used. If absent, the access key was never
            used.
    """

    last_used_at: datetime | None | UnsetType = UNSET


class CreatedAccessKey(Struct, frozen=True, gc=False, kw_only=True):
    """A new permanent access key, with its secret.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who owns the access key.
        access_key_id: The ID of the access key (AK).
        created_at: When the access key was created.
        secret_access_key: The secret of the access key (SK). No other response has it.
        status: Whether the access key can be used.
    """

    user_id: str
    access_key_id: str
    created_at: datetime
    secret_access_key: SecretStr
    status: AccessKeyStatus


class UpdateAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The access key after the change.

    Attributes, by the vendor's names:
        access_key: The access key, without its secret.
    """

    access_key: AccessKeyMetadata | None | UnsetType = UNSET


class UpdateAccessKeyRequest(Struct, frozen=True, gc=False, kw_only=True):
    """The new status.

    Attributes, by the vendor's names:
        status: The new status of the access key.
    """

    status: AccessKeyStatus


class ListAccessKeysParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListAccessKeys, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]
    limit: Annotated[int, Meta(ge=1, le=200)] | None | UnsetType = UNSET
    marker: (
        Annotated[str, Meta(max_length=400, min_length=4, pattern="^[a-zA-Z0-9+/=_-]+\\Z")]
        | None
        | UnsetType
    ) = UNSET


class CreateAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of CreateAccessKey, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]


class ListUsersParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListUsers, by the vendor's names."""

    limit: Annotated[int, Meta(ge=1, le=200)] | None | UnsetType = UNSET
    marker: (
        Annotated[str, Meta(max_length=400, min_length=4, pattern="^[a-zA-Z0-9+/=_-]+\\Z")]
        | None
        | UnsetType
    ) = UNSET
    group_id: (
        Annotated[str, Meta(max_length=64, min_length=1, pattern="^[a-zA-Z0-9-]+\\Z")]
        | None
        | UnsetType
    ) = UNSET
    access_key_id: Annotated[str, Meta(max_length=40, min_length=1)] | None | UnsetType = UNSET


class ShowAccessKeyLastUsedParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ShowAccessKeyLastUsed, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]
    access_key_id: Annotated[str, Meta(max_length=40, min_length=1)]


class UpdateAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of UpdateAccessKey, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]
    access_key_id: Annotated[str, Meta(max_length=40, min_length=1)]
    status: AccessKeyStatus


class DeleteAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of DeleteAccessKey, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]
    access_key_id: Annotated[str, Meta(max_length=40, min_length=1)]


class ListUsersResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of users.

    Attributes, by the vendor's names:
        users: The users on this page.
        page_info: Where the next page starts.
    """

    users: list[User] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class ShowAccessKeyLastUsedResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The last use of an access key.

    Attributes, by the vendor's names:
        access_key_last_used: The last use.
    """

    access_key_last_used: AccessKeyLastUsed | None | UnsetType = UNSET


class CreateAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A new access key.

    Attributes, by the vendor's names:
        access_key: The new access key.
    """

    access_key: CreatedAccessKey
