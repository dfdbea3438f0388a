# Made from specs/alibaba_sas.yaml by `nox -s generate`; do not edit.
"""What requests take and responses hold."""

from __future__ import annotations

from typing import Annotated

from cloudkeys.runtime.types import StrEnum
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
        manual: handled by hand
        disable: the AccessKey pair was disabled
        add-whitelist: the AccessKey pair was put on the whitelist
    """

    PENDING = "pending"
    MANUAL = "manual"
    DISABLE = "disable"
    ADD_WHITELIST = "add-whitelist"


class AccessKeyLeak(Struct, frozen=True, gc=False, kw_only=True):
    """One place where an AccessKey pair was found.

    Attributes, by the vendor's names:
        DealTime: When the leak was handled, as `YYYY-MM-DD hh:mm:ss`, without a time zone.
        Status: Whether the leak was handled.
        Type: What leaked.
        UserType: The type of the account that the AccessKey pair belongs to.
        AccesskeyId: The ID of the leaked AccessKey pair.
        AliUserName: Whose AccessKey pair leaked, as the name of an Alibaba Cloud account.
        DealType: How the leak was handled.
        Url: Where the leak was found.
        GmtModified: When the leak was first found, a Unix time in milliseconds.
        Asset: The platform of the asset.
        Id: The number of the leak in the vendor's database.
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
    """One page of leaks, with the counts of all.

    Attributes, by the vendor's names:
        CurrentPage: The number of this page.
        RequestId: What identifies the request to the vendor.
        GmtLast: Deprecated by the vendor, yet still sent.
        AkLeakCount: The number of leaks that are not handled. It has no part in paging.
        PageSize: The number of leaks on a page.
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
    """What the gateway and the service answer in place of a result.

    Attributes, by the vendor's names:
        RequestId: What identifies the request to the vendor.
        HostId: The host that was asked.
        Code: The vendor's error code. Its values are open; the page's own are listed beside
            each status.
        Message: What went wrong, for people.
        Recommend: An address that tells more.
    """

    request_id: str | None | UnsetType = field(name="RequestId", default=UNSET)
    host_id: str | None | UnsetType = field(name="HostId", default=UNSET)
    code: str | None | UnsetType = field(name="Code", default=UNSET)
    message: str | None | UnsetType = field(name="Message", default=UNSET)
    recommend: str | None | UnsetType = field(name="Recommend", default=UNSET)


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
