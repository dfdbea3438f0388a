# Made from specs/alibaba_ims.yaml by `nox -s generate`; do not edit.
"""Models of requests and responses."""

from __future__ import annotations

from typing import Annotated

from cloudkeys.runtime.types import SecretStr, StrEnum, datetime
from msgspec import UNSET, Meta, Struct, UnsetType, field


class UserProvision(StrEnum):
    """The source of a user.

    Values:
        Manual: created manually in RAM
        SCIM: imported through SCIM
        CloudSSO: imported from CloudSSO
    """

    MANUAL = "Manual"
    SCIM = "SCIM"
    CLOUD_SSO = "CloudSSO"


class UserTag(Struct, frozen=True, gc=False, kw_only=True):
    """A tag.

    Attributes, by the vendor's names:
        TagKey: The key of the tag.
        TagValue: The value of the tag.
    """

    tag_key: str | None | UnsetType = field(name="TagKey", default=UNSET)
    tag_value: str | None | UnsetType = field(name="TagValue", default=UNSET)


class AccessKeyStatus(StrEnum):
    """Whether an AccessKey pair is enabled.

    Values:
        Active: the pair is enabled
        Inactive: the pair is disabled
    """

    ACTIVE = "Active"
    INACTIVE = "Inactive"


class LastUse(Struct, frozen=True, gc=False, kw_only=True):
    """When an AccessKey pair was last used, and for what.

    Attributes, by the vendor's names:
        LastUsedDate: When the pair was last used, an RFC 3339 time. If it is absent or empty,
            the pair was probably never used.
        ServiceName: The service that was called last.
    """

    last_used_date: str | None | UnsetType = field(name="LastUsedDate", default=UNSET)
    service_name: str | None | UnsetType = field(name="ServiceName", default=UNSET)


class CreatedAccessKey(Struct, frozen=True, gc=False, kw_only=True):
    """An AccessKey pair with its secret.

    Attributes, by the vendor's names:
        AccessKeyId: The ID of the pair.
        AccessKeySecret: The secret of the pair. No later call returns it, so store it first,
            and never print it.
        CreateDate: When the pair was created.
        Status: Whether the pair is enabled.
    """

    access_key_id: str | None | UnsetType = field(name="AccessKeyId", default=UNSET)
    access_key_secret: SecretStr | None | UnsetType = field(name="AccessKeySecret", default=UNSET)
    create_date: datetime | None | UnsetType = field(name="CreateDate", default=UNSET)
    status: AccessKeyStatus | None | UnsetType = field(name="Status", default=UNSET)


class UpdateAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """Confirms that the status was set.

    Attributes, by the vendor's names:
        RequestId: The ID of the request.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class DeleteAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """Confirms that the pair was deleted.

    Attributes, by the vendor's names:
        RequestId: The ID of the request.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class ErrorBody(Struct, frozen=True, gc=False, kw_only=True):
    """An error response of the gateway or the service.

    Attributes, by the vendor's names:
        RequestId: The ID of the request.
        HostId: The host that received the request.
        Code: The vendor's error code. The set of values is open; the known ones are listed
            with each status.
        Message: The error message.
        Recommend: A URL with more information about the error.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    host_id: str | None | UnsetType = field(name="HostId", default=UNSET)
    code: str | None | UnsetType = field(name="Code", default=UNSET)
    message: str | None | UnsetType = field(name="Message", default=UNSET)
    recommend: str | None | UnsetType = field(name="Recommend", default=UNSET)


class GetUserParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of GetUser, by the vendor's names."""

    user_principal_name: str | None | UnsetType = field(name="UserPrincipalName", default=UNSET)
    user_id: str | None | UnsetType = field(name="UserId", default=UNSET)
    user_access_key_id: str | None | UnsetType = field(name="UserAccessKeyId", default=UNSET)


class ListUsersParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListUsers, by the vendor's names."""

    marker: str | None | UnsetType = field(name="Marker", default=UNSET)
    max_items: Annotated[int, Meta(ge=1, le=1000)] | None | UnsetType = field(
        name="MaxItems", default=UNSET
    )


class ListAccessKeysParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ListAccessKeys, by the vendor's names."""

    user_principal_name: Annotated[str, Meta(min_length=1)] = field(name="UserPrincipalName")


class GetAccessKeyLastUsedParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of GetAccessKeyLastUsed, by the vendor's names."""

    user_principal_name: Annotated[str, Meta(min_length=1)] = field(name="UserPrincipalName")
    user_access_key_id: str = field(name="UserAccessKeyId")


class CreateAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of CreateAccessKey, by the vendor's names."""

    user_principal_name: Annotated[str, Meta(min_length=1)] = field(name="UserPrincipalName")


class UpdateAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of UpdateAccessKey, by the vendor's names."""

    user_principal_name: Annotated[str, Meta(min_length=1)] = field(name="UserPrincipalName")
    user_access_key_id: str = field(name="UserAccessKeyId")
    status: AccessKeyStatus = field(name="Status")


class DeleteAccessKeyParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of DeleteAccessKey, by the vendor's names."""

    user_principal_name: Annotated[str, Meta(min_length=1)] = field(name="UserPrincipalName")
    user_access_key_id: str = field(name="UserAccessKeyId")


class UserTagList(Struct, frozen=True, gc=False, kw_only=True):
    """A wrapper of the list of tags.

    Attributes, by the vendor's names:
        Tag: The tags.
    """

    tag: list[UserTag] | None | UnsetType = field(name="Tag", default=UNSET)


class AccessKeyMetadata(Struct, frozen=True, gc=False, kw_only=True):
    """An AccessKey pair, without its secret.

    Attributes, by the vendor's names:
        AccessKeyId: The ID of the pair.
        CreateDate: When the pair was created.
        Status: Whether the pair is enabled.
        UpdateDate: When the status of the pair was changed.
    """

    access_key_id: str | None | UnsetType = field(name="AccessKeyId", default=UNSET)
    create_date: datetime | None | UnsetType = field(name="CreateDate", default=UNSET)
    status: AccessKeyStatus | None | UnsetType = field(name="Status", default=UNSET)
    update_date: datetime | None | UnsetType = field(name="UpdateDate", default=UNSET)


class GetAccessKeyLastUsedResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The last use of an AccessKey pair.

    Attributes, by the vendor's names:
        AccessKeyLastUsed: The last use.
        RequestId: The ID of the request.
    """

    access_key_last_used: LastUse | None | UnsetType = field(
        name="AccessKeyLastUsed", default=UNSET
    )
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class CreateAccessKeyResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The new AccessKey pair.

    Attributes, by the vendor's names:
        AccessKey: The pair, with its secret.
        RequestId: The ID of the request.
    """

    access_key: CreatedAccessKey | None | UnsetType = field(name="AccessKey", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class RamUser(Struct, frozen=True, gc=False, kw_only=True):
    """A RAM user.

    Attributes, by the vendor's names:
        DisplayName: The display name.
        UserPrincipalName: The logon name of the user, which the operations on AccessKey pairs
            take.
        Email: The email address; only on the China site.
        UpdateDate: When the user was changed.
        MobilePhone: The mobile phone number; only on the China site.
        UserId: The ID of the user.
        Comments: Comments about the user.
        LastLoginDate: When the user last signed in to the console, as an RFC 3339 time or a
            Unix time in milliseconds: the vendor shows both.
        CreateDate: When the user was created.
        ProvisionType: The source of the user.
        Tags: The tags of the user.
    """

    display_name: str | None | UnsetType = field(name="DisplayName", default=UNSET)
    user_principal_name: str | None | UnsetType = field(name="UserPrincipalName", default=UNSET)
    email: str | None | UnsetType = field(name="Email", default=UNSET)
    update_date: datetime | None | UnsetType = field(name="UpdateDate", default=UNSET)
    mobile_phone: str | None | UnsetType = field(name="MobilePhone", default=UNSET)
    user_id: str | None | UnsetType = field(name="UserId", default=UNSET)
    comments: str | None | UnsetType = field(name="Comments", default=UNSET)
    last_login_date: str | None | UnsetType = field(name="LastLoginDate", default=UNSET)
    create_date: datetime | None | UnsetType = field(name="CreateDate", default=UNSET)
    provision_type: UserProvision | None | UnsetType = field(name="ProvisionType", default=UNSET)
    tags: UserTagList | None | UnsetType = field(name="Tags", default=UNSET)


class AccessKeyList(Struct, frozen=True, gc=False, kw_only=True):
    """A wrapper of the list of AccessKey pairs.

    Attributes, by the vendor's names:
        AccessKey: The pairs.
    """

    access_key: list[AccessKeyMetadata] | None | UnsetType = field(name="AccessKey", default=UNSET)


class GetUserResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A user.

    Attributes, by the vendor's names:
        User: The user.
        RequestId: The ID of the request.
    """

    user: RamUser | None | UnsetType = field(name="User", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class RamUserList(Struct, frozen=True, gc=False, kw_only=True):
    """A wrapper of the list of users.

    Attributes, by the vendor's names:
        User: The users.
    """

    user: list[RamUser] | None | UnsetType = field(name="User", default=UNSET)


class ListAccessKeysResponse(Struct, frozen=True, gc=False, kw_only=True):
    """The AccessKey pairs of a user.

    Attributes, by the vendor's names:
        AccessKeys: The pairs.
        RequestId: The ID of the request.
    """

    access_keys: AccessKeyList | None | UnsetType = field(name="AccessKeys", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class ListUsersResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of users.

    Attributes, by the vendor's names:
        IsTruncated: Whether there is another page.
        Marker: The Marker of the next page; only if IsTruncated is true.
        RequestId: The ID of the request.
        Users: The users on this page.
    """

    is_truncated: bool | None | UnsetType = field(name="IsTruncated", default=UNSET)
    marker: str | None | UnsetType = field(name="Marker", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    users: RamUserList | None | UnsetType = field(name="Users", default=UNSET)
