"""Security Center over the fake cloud's data: filtered and paged as the vendor's page says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from msgspec import UNSET

from cloudkeys.testing import refusals
from cloudkeys.testing.refusals import RefusedError
from cloudkeys.testing.vendors.service import FakeService
from cloudkeys_api.alibaba_sas.api.leaks import describe_accesskey_leak_list
from cloudkeys_api.alibaba_sas.models import DescribeAccesskeyLeakListResponse, LeakStatus

if TYPE_CHECKING:
    from cloudkeys.testing.state import CloudState
    from cloudkeys_api.alibaba_sas.models import AccessKeyLeak, DescribeAccesskeyLeakListParameters


def _list_leaks(
    cloud: CloudState, asked: DescribeAccesskeyLeakListParameters, request_id: str
) -> DescribeAccesskeyLeakListResponse:
    """Answer DescribeAccesskeyLeakList: pages have numbers, and a page after the last is empty."""
    account = asked.resource_directory_account_id or None
    if account is not None and account not in cloud.member_leaks:
        raise RefusedError(refusals.NOT_A_MEMBER)
    known = cloud.leaks if account is None else cloud.member_leaks[account]
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


def _is_asked_for(leak: AccessKeyLeak, asked: DescribeAccesskeyLeakListParameters) -> bool:
    since = asked.start_ts
    is_late = not isinstance(since, int) or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > since)
    return is_late and asked.status in {None, UNSET, leak.status} and asked.query in {None, UNSET, leak.accesskey_id}


SERVICE: Final = FakeService({describe_accesskey_leak_list.OPERATION: _list_leaks}, refusals.ALIBABA, "")
