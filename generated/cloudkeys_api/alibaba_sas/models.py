# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""Models of requests and responses."""

from __future__ import annotations

from typing import Annotated, TypeAlias

from cloudkeys.runtime.types import SecretStr, StrEnum
from msgspec import UNSET, Meta, Struct, UnsetType, field


class LeakStatus(StrEnum):
    """Whether a leak was handled.

    Values:
        pending: not handled
        dealed: handled
    """

    PENDING = "pending"
    DEALED = "dealed"


class LeakType(StrEnum):
    """What leaked.

    Values:
        AccessKey: an AccessKey pair
    """

    ACCESS_KEY = "AccessKey"


class LeakUserType(StrEnum):
    """The type of the account that the leaked AccessKey pair belongs to.

    Values:
        master: an Alibaba Cloud account
        ram: a RAM user
    """

    MASTER = "master"
    RAM = "ram"


class LeakDealType(StrEnum):
    """How a leak was handled.

    Values:
        pending: not handled
        manual: handled manually
        disable: a person marked the AccessKey pair as disabled
        add-whitelist: the AccessKey pair was added to the whitelist
    """

    PENDING = "pending"
    MANUAL = "manual"
    DISABLE = "disable"
    ADD_WHITELIST = "add-whitelist"


class AccessKeyLeak(Struct, frozen=True, gc=False, kw_only=True):
    """A place where an AccessKey pair was found.

    Attributes, by the vendor's names:
        DealTime: When the leak was handled, as `YYYY-MM-DD hh:mm:ss`, without a time zone.
        Status: Whether the leak was handled.
        Type: What leaked.
        UserType: The type of the account that the AccessKey pair belongs to.
        AccesskeyId: The ID of the leaked AccessKey pair.
        AliUserName: The owner of the leaked AccessKey pair, as the name of an Alibaba Cloud
            account.
        DealType: How the leak was handled.
        Url: Where the leak was found.
        GmtModified: When the leak was first found, a Unix time in milliseconds.
        Asset: The platform of the asset.
        Id: The ID of the leak in the vendor's database.
    """

    deal_time: str | None | UnsetType = field(name="DealTime", default=UNSET)
    status: LeakStatus | None | UnsetType = field(name="Status", default=UNSET)
    type: LeakType | None | UnsetType = field(name="Type", default=UNSET)
    user_type: LeakUserType | None | UnsetType = field(name="UserType", default=UNSET)
    accesskey_id: str | None | UnsetType = field(name="AccesskeyId", default=UNSET)
    ali_user_name: str | None | UnsetType = field(name="AliUserName", default=UNSET)
    deal_type: LeakDealType | None | UnsetType = field(name="DealType", default=UNSET)
    url: str | None | UnsetType = field(name="Url", default=UNSET)
    gmt_modified: int | None | UnsetType = field(name="GmtModified", default=UNSET)
    asset: str | None | UnsetType = field(name="Asset", default=UNSET)
    id: int | None | UnsetType = field(name="Id", default=UNSET)


class DescribeAccesskeyLeakListResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A page of leaks, with the counts of all leaks.

    Attributes, by the vendor's names:
        CurrentPage: The number of this page.
        RequestId: The ID of the request.
        GmtLast: Deprecated by the vendor, but still sent.
        AkLeakCount: The number of leaks that aren't handled. Paging doesn't use it.
        PageSize: The number of leaks per page.
        TotalCount: The number of leaks that match the request.
        AccessKeyLeakList: The leaks on this page.
    """

    current_page: int | None | UnsetType = field(name="CurrentPage", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    gmt_last: int | None | UnsetType = field(name="GmtLast", default=UNSET)
    ak_leak_count: int | None | UnsetType = field(name="AkLeakCount", default=UNSET)
    page_size: int | None | UnsetType = field(name="PageSize", default=UNSET)
    total_count: int | None | UnsetType = field(name="TotalCount", default=UNSET)
    access_key_leak_list: list[AccessKeyLeak] | None | UnsetType = field(
        name="AccessKeyLeakList", default=UNSET
    )


class ErrorBody(Struct, frozen=True, gc=False, kw_only=True):
    """An error response of the gateway or the service.

    Attributes, by the vendor's names:
        RequestId: The ID of the request.
        HostId: The host that received the request.
        Code: The vendor's error code. The set of values is open; those on the page are listed
            with each status.
        Message: The error message.
        Recommend: A URL with more information about the error.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    host_id: str | None | UnsetType = field(name="HostId", default=UNSET)
    code: str | None | UnsetType = field(name="Code", default=UNSET)
    message: str | None | UnsetType = field(name="Message", default=UNSET)
    recommend: str | None | UnsetType = field(name="Recommend", default=UNSET)


class LeakWhitelisting(StrEnum):
    """Whether a leak is on the whitelist.

    Values:
        no: not on the whitelist
        yes: on the whitelist
    """

    NO = "no"
    YES = "yes"


class ModifyAccessKeyLeakDealResponse(Struct, frozen=True, gc=False, kw_only=True):
    """Confirms that the call was accepted.

    Attributes, by the vendor's names:
        RequestId: The ID of the request.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)


class LeakMark(StrEnum):
    """How a leak is marked. No value has any other effect.

    Values:
        manual: marks it as handled manually
        disable: marks it as handled by disabling the AccessKey pair, but disables nothing
        add-whitelist: marks it as on the whitelist
    """

    MANUAL = "manual"
    DISABLE = "disable"
    ADD_WHITELIST = "add-whitelist"


class DescribeAccesskeyLeakListParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of DescribeAccesskeyLeakList, by the vendor's names."""

    page_size: Annotated[int, Meta(ge=1, le=100)] = field(name="PageSize")
    current_page: Annotated[int, Meta(ge=1, le=2147483647)] = field(name="CurrentPage")
    status: LeakStatus | None | UnsetType = field(name="Status", default=UNSET)
    query: str | None | UnsetType = field(name="Query", default=UNSET)
    start_ts: (
        Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | None | UnsetType
    ) = field(name="StartTs", default=UNSET)
    resource_directory_account_id: (
        Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | None | UnsetType
    ) = field(name="ResourceDirectoryAccountId", default=UNSET)


class DescribeAccessKeyLeakDetailParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of DescribeAccessKeyLeakDetail, by the vendor's names."""

    id: Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] = field(name="Id")
    resource_directory_account_id: (
        Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | None | UnsetType
    ) = field(name="ResourceDirectoryAccountId", default=UNSET)


IdListItem: TypeAlias = Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)]


class ModifyAccessKeyLeakDealParameters(Struct, frozen=True, gc=False, kw_only=True):
    """The parameters of ModifyAccessKeyLeakDeal, by the vendor's names."""

    type: LeakMark = field(name="Type")
    id: Annotated[int, Meta(ge=-9223372036854775808, le=9223372036854775807)] | None | UnsetType = (
        field(name="Id", default=UNSET)
    )
    remark: str | None | UnsetType = field(name="Remark", default=UNSET)
    id_list: Annotated[list[IdListItem], Meta(max_length=50, min_length=1)] | None | UnsetType = (
        field(name="IdList", default=UNSET)
    )


class DescribeAccessKeyLeakDetailResponse(Struct, frozen=True, gc=False, kw_only=True):
    """A leak, with the file where it was found.

    Attributes, by the vendor's names:
        Type: What leaked.
        GithubUserPicUrl: The URL of the GitHub user's picture.
        GithubUser: The GitHub user whose repository contains the file.
        GithubRepoName: The name of the repository.
        GithubFileType: The language of the file, such as Python, XML, GO, Javascript, INI,
            JSON or C++; other values are possible.
        Remark: The remark that was added when the leak was handled.
        GithubFileUpdateTime: When the file was changed, as `YYYY-MM-DDThh:mm:ss`, without a
            time zone; probably UTC.
        WhitelistStatus: Whether the leak is on the whitelist.
        GithubFileName: The name of the file.
        Source: Where the vendor found the leak.
        GmtModified: When the leak was last found, as `YYYY-MM-DD hh:mm:ss`, without a time
            zone; probably UTC+8. In the list of leaks, it is a number.
        Asset: The platform of the asset, in the language of the account.
        DealTime: When the leak was handled, as `YYYY-MM-DD hh:mm:ss`, without a time zone;
            probably UTC+8.
        RequestId: The ID of the request.
        AccesskeyId: The ID of the leaked AccessKey pair.
        GithubFileUrl: The URL of the file.
        DealType: How a person marked the leak as handled. IMS shows whether the pair is
            disabled.
        Code: The leaked text. It contains the AccessKey ID and the secret in plain text, so
            never print it.
        GmtCreate: When the leak was first found, as `YYYY-MM-DD hh:mm:ss`, without a time
            zone; probably UTC+8.
        GithubRepoUrl: The URL of the repository.
        TokenValid: Whether the leaked pair works: 0 for not known yet, 1 for yes, 2 for no.
        WhitelistTime: When the leak was added to the whitelist, a Unix time in milliseconds.
    """

    type: LeakType | None | UnsetType = field(name="Type", default=UNSET)
    github_user_pic_url: str | None | UnsetType = field(name="GithubUserPicUrl", default=UNSET)
    github_user: str | None | UnsetType = field(name="GithubUser", default=UNSET)
    github_repo_name: str | None | UnsetType = field(name="GithubRepoName", default=UNSET)
    github_file_type: str | None | UnsetType = field(name="GithubFileType", default=UNSET)
    remark: str | None | UnsetType = field(name="Remark", default=UNSET)
    github_file_update_time: str | None | UnsetType = field(
        name="GithubFileUpdateTime", default=UNSET
    )
    whitelist_status: LeakWhitelisting | None | UnsetType = field(
        name="WhitelistStatus", default=UNSET
    )
    github_file_name: str | None | UnsetType = field(name="GithubFileName", default=UNSET)
    source: str | None | UnsetType = field(name="Source", default=UNSET)
    gmt_modified: str | None | UnsetType = field(name="GmtModified", default=UNSET)
    asset: str | None | UnsetType = field(name="Asset", default=UNSET)
    deal_time: str | None | UnsetType = field(name="DealTime", default=UNSET)
    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    accesskey_id: str | None | UnsetType = field(name="AccesskeyId", default=UNSET)
    github_file_url: str | None | UnsetType = field(name="GithubFileUrl", default=UNSET)
    deal_type: LeakDealType | None | UnsetType = field(name="DealType", default=UNSET)
    code: SecretStr | None | UnsetType = field(name="Code", default=UNSET)
    gmt_create: str | None | UnsetType = field(name="GmtCreate", default=UNSET)
    github_repo_url: str | None | UnsetType = field(name="GithubRepoUrl", default=UNSET)
    token_valid: int | None | UnsetType = field(name="TokenValid", default=UNSET)
    whitelist_time: int | None | UnsetType = field(name="WhitelistTime", default=UNSET)
