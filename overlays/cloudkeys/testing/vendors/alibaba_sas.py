"""The fake of Security Center: leaks, their details, and their handling."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING, Final

import msgspec
from msgspec import UNSET

from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.alibaba_sas.api.leaks import (
    describe_access_key_leak_detail,
    describe_accesskey_leak_list,
    modify_access_key_leak_deal,
)
from cloudkeys_api.alibaba_sas.models import (
    DescribeAccessKeyLeakDetailResponse,
    DescribeAccesskeyLeakListResponse,
    LeakDealType,
    LeakStatus,
    LeakWhitelisting,
    ModifyAccessKeyLeakDealResponse,
)

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.alibaba_sas.models import (
        AccessKeyLeak,
        DescribeAccessKeyLeakDetailParameters,
        DescribeAccesskeyLeakListParameters,
        ModifyAccessKeyLeakDealParameters,
    )

_IN_CHINA: Final = timezone(timedelta(hours=8))


def _list_leaks(
    cloud: CloudState, asked: DescribeAccesskeyLeakListParameters, request_id: str
) -> DescribeAccesskeyLeakListResponse:
    """List leaks: pages have numbers, and a page after the last is empty."""
    known = _leaks(cloud, asked.resource_directory_account_id or None)
    found = [leak for leak in known if _is_asked_for(leak, asked)]
    begin = (asked.current_page - 1) * asked.page_size
    return DescribeAccesskeyLeakListResponse(
        current_page=asked.current_page,
        page_size=asked.page_size,
        total_count=len(found),
        ak_leak_count=sum(leak.status == LeakStatus.PENDING for leak in known),
        gmt_last=max((leak.gmt_modified for leak in known if isinstance(leak.gmt_modified, int)), default=0),
        request_id=request_id,
        access_key_leak_list=found[begin : begin + asked.page_size],
    )


def _leaks(cloud: CloudState, account: int | None) -> list[AccessKeyLeak]:
    if account is not None and account not in cloud.member_leaks:
        raise RefusedError(refusals.NOT_A_MEMBER)
    return cloud.leaks if account is None else cloud.member_leaks[account]


def _is_asked_for(leak: AccessKeyLeak, asked: DescribeAccesskeyLeakListParameters) -> bool:
    since = asked.start_ts
    is_late = not isinstance(since, int) or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > since)
    return is_late and asked.status in {None, UNSET, leak.status} and asked.query in {None, UNSET, leak.accesskey_id}


def _show_leak(
    cloud: CloudState, asked: DescribeAccessKeyLeakDetailParameters, request_id: str
) -> DescribeAccessKeyLeakDetailResponse:
    """Show the location of a leak, with the leaked text, whose secret is invented.

    No page defines the response to an unknown ID; the fake treats it as a wrong parameter.
    """
    known = _leaks(cloud, asked.resource_directory_account_id or None)
    leak = next((leak for leak in known if leak.id == asked.id), None)
    if leak is None:
        raise RefusedError(refusals.ALIBABA.wrong_parameter.about("no leak has this Id"))
    is_listed = leak.deal_type == LeakDealType.ADD_WHITELIST
    return DescribeAccessKeyLeakDetailResponse(
        type=leak.type,
        accesskey_id=leak.accesskey_id,
        asset=leak.asset,
        source="GitHub",
        github_repo_name=f"repository-{leak.id}",
        github_file_name="settings.py",
        github_file_url=leak.url,
        github_file_type="Python",
        code=SecretStr(f"key = '{leak.accesskey_id}'\nsecret = 'fake-leaked-secret-{leak.id}'\n"),
        gmt_create=_written(leak.gmt_modified),
        gmt_modified=_written(leak.gmt_modified),
        deal_time=leak.deal_time,
        deal_type=leak.deal_type,
        whitelist_status=LeakWhitelisting.YES if is_listed else LeakWhitelisting.NO,
        remark=cloud.remarks.get(asked.id, ""),
        request_id=request_id,
    )


def _mark(
    cloud: CloudState, asked: ModifyAccessKeyLeakDealParameters, request_id: str
) -> ModifyAccessKeyLeakDealResponse:
    """Mark the known leaks as handled; their access keys don't change."""
    marked = {*(asked.id_list or ()), *([asked.id] if isinstance(asked.id, int) else ())}
    if not marked:
        raise RefusedError(refusals.ALIBABA.wrong_parameter.about("Id or IdList is required"))
    for number, leak in enumerate(cloud.leaks):
        if isinstance(leak.id, int) and leak.id in marked:
            cloud.leaks[number] = msgspec.structs.replace(
                leak,
                status=LeakStatus.DEALED,
                deal_type=LeakDealType(str(asked.type)),
                deal_time=_written(cloud.now().timestamp() * 1000),
            )
            cloud.remarks[leak.id] = asked.remark or ""
    return ModifyAccessKeyLeakDealResponse(request_id=request_id)


def _written(milliseconds: object) -> str:
    """Return a time in the service's format: China's time, without its zone."""
    seconds = milliseconds / 1000 if isinstance(milliseconds, int | float) else 0
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone(_IN_CHINA):%Y-%m-%d %H:%M:%S}"


SERVICE: Final = FakeService(
    {
        describe_accesskey_leak_list.OPERATION: _list_leaks,
        describe_access_key_leak_detail.OPERATION: _show_leak,
        modify_access_key_leak_deal.OPERATION: _mark,
    },
    refusals.ALIBABA,
    "",
)
