"""The fake cloud filters, pages and counts its items as the vendors' pages define, and records the calls."""

from __future__ import annotations

import json
import re
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any
from urllib.parse import quote, urlencode

import attrs
import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from callers import TARGETS as OPERATIONS
from cloudkeys.errors import PermissionDeniedError
from cloudkeys.testing import (
    FakeCloud,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_ram_user,
    example_secret,
    example_user,
    faults,
)
from cloudkeys.testing.state import PROJECT_ID, CloudState
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
from testing.requests import (
    KEY,
    KEYS,
    LEAKS,
    MEMBER,
    SECRETS,
    TARGETS,
    TOKENS,
    check,
    fixed_cloud,
    known,
    request_of,
    respond,
    stocked_cloud,
    use,
)

# Filters.

LEAK = st.builds(
    example_leak,
    st.integers(1, 10**6),
    status=st.sampled_from(["pending", "dealed", "unknown", None, UNSET]),
    accesskey_id=st.sampled_from(["A", "AB", "a", "", None, UNSET]),
    gmt_modified=st.integers(0, 3) | st.sampled_from([None, UNSET]),
)
LEAK_LISTS = st.lists(LEAK, max_size=12, unique_by=attrgetter("id"))
FILTERS = st.fixed_dictionaries(
    {
        "status": st.sampled_from([None, "pending", "dealed"]),
        "query": st.sampled_from([None, "A", "AB", "B", ""]),
        "start_ts": st.none() | st.integers(-1, 3),
    }
)


def matches(leak: AccessKeyLeak, status: Any, query: str | None, start_ts: int | None) -> bool:
    is_late = start_ts is None or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > start_ts)
    return is_late and status in {None, leak.status} and query in {None, leak.accesskey_id}


@given(LEAK_LISTS, LEAK_LISTS, FILTERS, st.sampled_from([None, MEMBER]))
def test_leaks_are_filtered_and_counted(
    own: list[AccessKeyLeak], of_member: list[AccessKeyLeak], filters: dict[str, Any], account: int | None
) -> None:
    client = FakeCloud(leaks=own, member_leaks={MEMBER: of_member}).alibaba().sas
    listing = client.describe_accesskey_leak_list(**filters, resource_directory_account_id=account, page_size=5)
    known = of_member if account else own
    expected = [leak for leak in known if matches(leak, **filters)]
    pages = list(listing.pages())
    assert [leak for page in pages for leak in page.items] == expected
    # The filters don't apply to the count of pending leaks and to the time of the last one.
    pending = sum(leak.status == "pending" for leak in known)
    last = max((leak.gmt_modified for leak in known if isinstance(leak.gmt_modified, int)), default=0)
    bodies = [page.response.body for page in pages]
    counts = {(body.total_count, body.ak_leak_count, body.gmt_last) for body in bodies}
    assert counts == {(len(expected), pending, last)}


def test_secrets_are_filtered_by_event_and_project() -> None:
    events: list[Any] = [["a"], ["b"], ["b", "a"], [], None, UNSET]
    secrets = [example_secret(number, event_subscriptions=event) for number, event in enumerate(events, 1)]
    cloud = FakeCloud(projects={"p": "x", "q": "y"}, secrets={"p": secrets, "q": [example_secret(1)]})
    csms = cloud.huawei(project_id="p").csms
    assert list(csms.list_secrets(event_name="a")) == [secrets[0], secrets[2]]
    assert list(csms.list_secrets(event_name="A")) == []
    assert list(csms.list_secrets()) == secrets
    assert list(cloud.huawei(project_id="q").csms.list_secrets()) == cloud.secrets["q"]


def test_access_keys_belong_to_one_user() -> None:
    keys = [example_access_key(number, user_id=f"user-{number % 2}", status="inactive") for number in range(4)]
    cloud = FakeCloud(access_keys=keys, users=[example_user(1, user_id="none")])
    huawei = cloud.huawei()
    found = list(huawei.iam_v5.list_access_keys("user-1"))
    assert [(key.access_key_id, key.user_id, key.created_at, key.status) for key in found] == [
        (key.access, key.user_id, key.create_time, "inactive") for key in (keys[1], keys[3])
    ]
    assert list(huawei.iam_v5.list_access_keys("none")) == []


# Pages.


def page_of(cloud: FakeCloud, operation: str, **query: Any) -> Any:
    """Return the JSON of a page, after checking it against the spec."""
    target = f"{TARGETS[operation].partition('?')[0]}?{urlencode(query)}"
    response = respond(cloud, request_of(operation, target, nonce=str(len(cloud.calls))))
    assert response.status == 200
    return json.loads(response.body)


PAGED = [name for name, target in OPERATIONS.items() if hasattr(target.module, "PAGING")]


@pytest.mark.parametrize("operation", PAGED)
@settings(max_examples=15)
@given(st.integers(1, 7), st.integers(1, 4))
def test_each_item_is_on_one_page(operation: str, count: int, size: int) -> None:
    cloud = stocked_cloud(count, csms_last_marker="absent")
    for number in range(2, count + 1):
        cloud.huawei().csms.create_secret_version("example-secret-1", secret_string=f"value-{number}")
    target, client = OPERATIONS[operation], getattr(cloud, OPERATIONS[operation].vendor)()
    listing = target.method(client)(**known(target.method_arguments()), **{target.module.PAGING.size: size})
    pages, everything = list(listing.pages()), use(client, operation)
    # A newly added operation has no items here. The owner of the access keys is a user too.
    assert len(everything) in {0, 1, count, count + 1}
    expected = [everything[start : start + size] for start in range(0, len(everything), size)] or [[]]
    found = [page.items for page in pages]
    assert found == expected
    bodies = [page.response.body for page in pages]
    if operation == LEAKS:
        counts = [(body.current_page, body.page_size, body.total_count) for body in bodies]
        assert counts == [(number, size, count) for number in range(1, len(pages) + 1)]
    if operation in {KEYS, SECRETS}:
        assert [body.page_info.current_count for body in bodies] == [len(items) for items in found]


def test_a_page_may_be_of_the_default_size_and_past_the_end() -> None:
    cloud = fixed_cloud(110)
    assert len(page_of(cloud, KEYS)["access_keys"]) == 100
    assert len(page_of(cloud, SECRETS)["secrets"]) == 50
    body = page_of(cloud, LEAKS, PageSize=1, CurrentPage=2**31 - 1)
    assert (body["AccessKeyLeakList"], body["TotalCount"], body["CurrentPage"]) == ([], 110, 2**31 - 1)


LAST_MARKERS: dict[Any, Any] = {
    "name": {"next_marker": "example-secret-4"},
    "absent": {},
    "null": {"next_marker": None},
    "empty": {"next_marker": ""},
}


@pytest.mark.parametrize("reading", LAST_MARKERS)
def test_the_last_page_of_secrets_has_the_configured_marker(reading: Any) -> None:
    cloud = fixed_cloud(4, csms_last_marker=reading)
    last, past_the_end = (page_of(cloud, SECRETS, limit=2, marker=f"example-secret-{number}") for number in (2, 4))
    assert last["page_info"] == {"previous_marker": "example-secret-3", "current_count": 2} | LAST_MARKERS[reading]
    left = {} if reading == "name" else LAST_MARKERS[reading]
    assert past_the_end == {"secrets": [], "page_info": {"current_count": 0} | left}
    client = stocked_cloud(4, csms_last_marker=reading).huawei()
    assert list(client.csms.list_secrets(limit=2)) == cloud.secrets[PROJECT_ID]


def test_an_unknown_marker_is_refused() -> None:
    cloud = fixed_cloud()
    cloud.access_keys += [example_access_key(number, user_id="other") for number in (8, 9)]
    of_another = json.loads(respond(cloud, request_of(KEYS, "/v5/users/other/access-keys?limit=1")).body)
    marker = quote(of_another["page_info"]["next_marker"])
    refusals = dict.fromkeys([marker, "unknown", "a", "a" * 401, "a%20b!", "%00%00%00%00"], (KEYS, "PAP5.0010"))
    refusals |= dict.fromkeys(["none", "Example-secret-1", "%00"], (SECRETS, "CSMS.0005"))
    for wrong, (operation, code) in refusals.items():
        path = TARGETS[operation].partition("?")[0]
        check(cloud, request_of(operation, f"{path}?limit=2&marker={wrong}"), (400, code))


# Items that repeat.

REPEATS: dict[str, tuple[str, Any]] = {
    "leaks contains the id 1": ("leaks", [example_leak()] * 2),
    "access_keys contains the access 'EXAMPLE000000001'": ("access_keys", [example_access_key()] * 2),
    "users contains the user_id 'example-user-1'": ("users", [example_user()] * 2),
    "ram_users contains the user_principal_name ": ("ram_users", [example_ram_user()] * 2),
    "ram_access_keys contains the access_key_id ": ("ram_access_keys", [example_ram_access_key()] * 2),
    "member_leaks[7] contains the id 1": ("member_leaks", {7: [example_leak()] * 2}),
    "secrets['p'] contains the name 'example-secret-1'": ("secrets", {"p": [example_secret()] * 2}),
}


@pytest.mark.parametrize("message", REPEATS)
def test_an_item_that_repeats_is_refused(message: str) -> None:
    name, items = REPEATS[message]
    with pytest.raises(ValueError, match=f"^{re.escape(message)}.*more than once"):
        use(FakeCloud(**{name: items}).alibaba(), LEAKS)
    # Items without an ID don't repeat.
    assert len(use(FakeCloud(leaks=[example_leak(id=UNSET)] * 2).alibaba(), LEAKS)) == 2


# Calls.


def test_calls_are_recorded_in_order() -> None:
    cloud = stocked_cloud(2, denied={KEY})
    assert len(list(cloud.alibaba().sas.describe_accesskey_leak_list(page_size=1))) == 2
    with pytest.raises(PermissionDeniedError):
        use(cloud.huawei(password=cloud.password), KEY)
    cloud.respond(ReceivedRequest("GET", "/nothing?a=b", httpx.Headers()))
    key_id = cloud.alibaba_key.access_key_id
    assert [attrs.astuple(each) for each in cloud.calls] == [
        (LEAKS, "/?PageSize=1&CurrentPage=1", key_id, 200, ""),
        (LEAKS, "/?PageSize=1&CurrentPage=2", key_id, 200, ""),
        (TOKENS, "/v3/auth/tokens?nocatalog=true", "", 201, ""),
        (KEY, TARGETS[KEY], "token", 403, "403"),
        ("", "/nothing?a=b", "", 404, "APIGW.0101"),
    ]


def test_the_cloud_handles_one_call_at_a_time() -> None:
    cloud, inside, alone = stocked_cloud(), threading.Lock(), list[bool]()

    def pause(_cloud: CloudState) -> None:
        alone.append(inside.acquire(blocking=False))
        time.sleep(0)
        inside.release()

    cloud.inject(faults.change(pause), times=None)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(use, [cloud.huawei()] * 24, [SECRETS] * 24))
    assert set(alone) == {True}
