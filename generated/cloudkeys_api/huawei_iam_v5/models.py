# Made from specs/huawei_iam_v5.yaml by `nox -s generate`; do not edit.
"""What requests take and responses hold."""

from __future__ import annotations

from typing import Annotated

from cloudkeys.runtime.types import StrEnum, datetime
from msgspec import UNSET, Meta, Struct, UnsetType


class AccessKeyStatus(StrEnum):
    """Whether an access key can be used."""

    ACTIVE = "active"
    INACTIVE = "inactive"


class AccessKeyMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """One permanent access key, without its secret.

    Attributes, by the vendor's names:
        user_id: The ID of the IAM user who holds the access key.
        access_key_id: The ID of the access key (AK).
        created_at: When the access key was made.
        status: Whether the access key can be used.
    """

    user_id: str
    access_key_id: str
    created_at: datetime
    status: AccessKeyStatus


class PageInfo(Struct, frozen=True, gc=False, kw_only=True):
    """Where the next page begins.

    Attributes, by the vendor's names:
        next_marker: The marker of the next page. Without it, this page is the last.
        current_count: The number of access keys on this page.
    """

    current_count: int
    next_marker: str | None | UnsetType = UNSET


class ListAccessKeysResponse(Struct, frozen=True, gc=False, kw_only=True):
    """One page of access keys.

    Attributes, by the vendor's names:
        access_keys: The access keys on this page.
        page_info: Where the next page begins.
    """

    access_keys: list[AccessKeyMetadata] | None | UnsetType = UNSET
    page_info: PageInfo | None | UnsetType = UNSET


class BadRequestBody(Struct, frozen=True, gc=False, kw_only=True):
    """What the service answers to a wrong request.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: What went wrong, for people.
        request_id: What identifies the request to the vendor.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class ForbiddenBody(Struct, frozen=True, gc=False, kw_only=True):
    """What the service answers to a caller without permission.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: What went wrong, for people.
        request_id: What identifies the request to the vendor.
        encoded_authorization_message: Why permission was refused, encrypted; the vendor's STS
            v5 can decrypt it.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET
    encoded_authorization_message: str | None | UnsetType = UNSET


class NotFoundBody(Struct, frozen=True, gc=False, kw_only=True):
    """What the service answers where the user doesn't exist.

    Attributes, by the vendor's names:
        error_code: The vendor's error code.
        error_msg: What went wrong, for people.
        request_id: What identifies the request to the vendor.
    """

    error_code: str | None | UnsetType = UNSET
    error_msg: str | None | UnsetType = UNSET
    request_id: str | None | UnsetType = UNSET


class ListAccessKeysParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListAccessKeys, by the vendor's names."""

    user_id: Annotated[str, Meta(pattern="^[a-zA-Z0-9-]{1,64}\\Z")]
    limit: Annotated[int, Meta(ge=1, le=200)] | None | UnsetType = UNSET
    marker: (
        Annotated[str, Meta(max_length=400, min_length=4, pattern="^[a-zA-Z0-9+/=_-]+\\Z")]
        | None
        | UnsetType
    ) = UNSET
