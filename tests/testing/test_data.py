"""The fake cloud filters, pages and counts its items as the vendors' pages define, and records the calls."""

from __future__ import annotations

import json
import math
import re
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import attrs
import httpx
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cloudkeys.auth.signing import utc_now
from cloudkeys.errors import NotFoundError, PermissionDeniedError
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
from shells import TARGETS as OPERATIONS
from specs import DOCUMENTS, schema_errors
from testing.requests import (
    KEY,
    KEYS,
    LEAKS,
    SECRETS,
    TARGETS,
    TOKENS,
    check,
    fixed_cloud,
    known,
    new_cloud,
    request_of,
    respond,
    use,
)

MEMBER = 127608589417


def body_of(cloud: FakeCloud, operation: str, target: str, number: int = 0) -> Any:
    response = respond(cloud, request_of(operation, target, nonce=f"nonce-{number}"))
    assert response.status == 200
    return json.loads(response.body)


# Filters.


class Filters(NamedTuple):
    """The filters of a listing of leaks; None for any value."""

    status: Any
    query: str | None
    start_ts: int | None

    def match(self, leak: AccessKeyLeak) -> bool:
        is_late = self.start_ts is None or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > self.start_ts)
        return is_late and self.status in {None, leak.status} and self.query in {None, leak.accesskey_id}


LEAK = st.builds(
    example_leak,
    st.integers(1, 10**6),
    status=st.sampled_from(["pending", "dealed", "unknown", None, UNSET]),
    accesskey_id=st.sampled_from(["A", "AB", "a", "", None, UNSET]),
    gmt_modified=st.integers(0, 3) | st.sampled_from([None, UNSET]),
)
LEAK_LISTS = st.lists(LEAK, max_size=12, unique_by=attrgetter("id"))
FILTERS = st.builds(
    Filters,
    status=st.sampled_from([None, "pending", "dealed"]),
    query=st.sampled_from([None, "A", "AB", "B", ""]),
    start_ts=st.none() | st.integers(-1, 3),
)


@given(LEAK_LISTS, LEAK_LISTS, FILTERS, st.sampled_from([None, MEMBER]))
def test_leaks_are_filtered_and_counted(
    own: list[AccessKeyLeak], of_member: list[AccessKeyLeak], filters: Filters, account_id: int | None
) -> None:
    cloud = FakeCloud(leaks=own, member_leaks={MEMBER: of_member})
    listing = cloud.alibaba().sas.describe_accesskey_leak_list(
        **filters._asdict(), resource_directory_account_id=account_id, page_size=5
    )
    known = of_member if account_id else own
    expected = [leak for leak in known if filters.match(leak)]
    pages = list(listing.pages())
    assert [leak for page in pages for leak in page.items] == expected
    # The filters don't apply to the count of pending leaks and to the time of the last one.
    pending = sum(leak.status == "pending" for leak in known)
    last = max((leak.gmt_modified for leak in known if isinstance(leak.gmt_modified, int)), default=0)
    bodies = [page.response.body for page in pages]
    counts = {(body.total_count, body.ak_leak_count, body.gmt_last) for body in bodies}
    assert counts == {(len(expected), pending, last)}


def test_an_account_that_is_no_member_is_refused() -> None:
    cloud = FakeCloud(leaks=[example_leak()], member_leaks={MEMBER: []})
    with pytest.raises(PermissionDeniedError) as raised:
        list(cloud.alibaba().sas.describe_accesskey_leak_list(resource_directory_account_id=MEMBER + 1))
    assert (raised.value.status_code, raised.value.code) == (400, "RdCheckNoPermission")


def test_secrets_are_filtered_by_event_and_project() -> None:
    events: list[Any] = [["a"], ["b"], ["b", "a"], [], None, UNSET]
    secrets = [example_secret(number, event_subscriptions=event) for number, event in enumerate(events, 1)]
    cloud = FakeCloud(projects={"p": "x", "q": "y"}, secrets={"p": secrets, "q": [example_secret(1)]})
    csms = cloud.huawei(project_id="p").csms
    assert list(csms.list_secrets(event_name="a")) == [secrets[0], secrets[2]]
    assert list(csms.list_secrets(event_name="a", limit=1)) == [secrets[0], secrets[2]]
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
    assert huawei.iam_v3.show_permanent_access_key(keys[2].access).credential == keys[2]
    with pytest.raises(NotFoundError) as raised:
        list(huawei.iam_v5.list_access_keys("nobody"))
    assert (raised.value.status_code, raised.value.code) == (404, "IAM.0004")


# Pages.


def filled_cloud(count: int, **settings: Any) -> FakeCloud:
    numbers = range(1, count + 1)
    return fixed_cloud(
        leaks=[example_leak(number) for number in numbers],
        access_keys=[example_access_key(number) for number in numbers],
        users=[example_user(1, user_id="example-user")],
        secrets={PROJECT_ID: [example_secret(number) for number in numbers]},
        **settings,
    )


ITEMS = {LEAKS: ("AccessKeyLeakList", "Id"), KEYS: ("access_keys", "access_key_id"), SECRETS: ("secrets", "id")}
DEFAULT_SIZES = {KEYS: 100, SECRETS: 50}
SIZES: list[tuple[str, int | None]] = [
    *[(LEAKS, 1), (LEAKS, 7), (KEYS, 2), (KEYS, None), (SECRETS, 2), (SECRETS, None)]
]


def ids_of(operation: str, body: Any) -> list[Any]:
    items, key = ITEMS[operation]
    return [item[key] for item in body[items]]


def known_ids(cloud: FakeCloud, operation: str) -> list[Any]:
    if operation == LEAKS:
        return [leak.id for leak in cloud.leaks]
    if operation == KEYS:
        return [key.access for key in cloud.access_keys]
    return [secret.id for secret in cloud.secrets[PROJECT_ID]]


def page_target(operation: str, size: int | None, number: int, marker: str | None = None) -> str:
    step = {"PageSize": size, "CurrentPage": number} if operation == LEAKS else {"limit": size, "marker": marker}
    query = urlencode({name: value for name, value in step.items() if value is not None})
    return f"{TARGETS[operation].partition('?')[0]}?{query}"


def bodies_of(cloud: FakeCloud, operation: str, size: int | None) -> list[Any]:
    """Return all pages, up to the one that declares itself the last."""
    bodies: list[Any] = []
    marker = None
    while True:
        number = len(bodies) + 1
        bodies.append(body_of(cloud, operation, page_target(operation, size, number, marker), number))
        marker = bodies[-1].get("page_info", {}).get("next_marker")
        if number * (size or 0) >= bodies[-1]["TotalCount"] if operation == LEAKS else marker is None:
            return bodies


@pytest.mark.parametrize(("operation", "size"), SIZES)
def test_each_item_is_on_one_page(operation: str, size: int | None) -> None:
    length = size or DEFAULT_SIZES[operation]
    for count in {0, 1, length, length + 1, 2 * length}:
        cloud = filled_cloud(count, csms_last_marker="absent")
        bodies = bodies_of(cloud, operation, size)
        pages = [ids_of(operation, body) for body in bodies]
        assert len(pages) == max(1, math.ceil(count / length))
        assert [each for page in pages for each in page] == known_ids(cloud, operation)
        if operation == LEAKS:
            counts = [[body[name] for name in ("CurrentPage", "PageSize", "TotalCount")] for body in bodies]
            assert counts == [[number, size, count] for number in range(1, len(bodies) + 1)]
        else:
            assert [body["page_info"]["current_count"] for body in bodies] == [len(page) for page in pages]
            assert "next_marker" not in bodies[-1]["page_info"]


PAGED = [name for name, target in OPERATIONS.items() if hasattr(target.module, "PAGING")]


@pytest.mark.parametrize("operation", PAGED)
def test_small_pages_contain_the_items_of_a_large_one(operation: str) -> None:
    users = [example_ram_user(number) for number in range(5)]
    cloud = attrs.evolve(filled_cloud(5), ram_users=users, clock=utc_now)
    cloud.users += [example_user(number) for number in range(2, 6)]
    target, client = OPERATIONS[operation], getattr(cloud, OPERATIONS[operation].vendor)()
    for number in range(2, 6):
        cloud.huawei().csms.create_secret_version("example-secret-1", secret_string=f"value-{number}")
    asked = target.method(client)(**known(target.method_arguments()), **{target.module.PAGING.size: 2})
    pages, everything = [page.items for page in asked.pages()], use(client, operation)
    assert [item for page in pages for item in page] == everything
    # A newly added operation has no items here. A page of CSMS has a marker even if it is the last one.
    sizes = [2, 2, 1] if everything else [0]
    assert [len(page) for page in pages] == sizes + [0] * operation.startswith("huawei_csms")


def test_a_page_of_leaks_past_the_end_is_empty() -> None:
    body = body_of(filled_cloud(3), LEAKS, page_target(LEAKS, 1, 2**31 - 1))
    assert (body["AccessKeyLeakList"], body["TotalCount"], body["CurrentPage"]) == ([], 3, 2**31 - 1)


LAST_MARKERS: dict[Any, Any] = {
    "name": {"next_marker": "example-secret-4"},
    "absent": {},
    "null": {"next_marker": None},
    "empty": {"next_marker": ""},
}


@pytest.mark.parametrize("reading", LAST_MARKERS)
def test_the_last_page_of_secrets_has_the_configured_marker(reading: Any) -> None:
    cloud = filled_cloud(4, csms_last_marker=reading)
    first, last, past_the_end = (
        body_of(cloud, SECRETS, page_target(SECRETS, 2, 0, marker))
        for marker in ("", "example-secret-2", "example-secret-4")
    )
    info = {"previous_marker": "example-secret-1", "current_count": 2}
    assert first["page_info"] == info | {"next_marker": "example-secret-2"}
    assert last["page_info"] == info | {"previous_marker": "example-secret-3"} | LAST_MARKERS[reading]
    left = {} if reading == "name" else LAST_MARKERS[reading]
    assert past_the_end == {"secrets": [], "page_info": {"current_count": 0} | left}
    cloud = attrs.evolve(cloud, clock=utc_now)
    assert list(cloud.huawei().csms.list_secrets(limit=2)) == cloud.secrets[PROJECT_ID]
    # A name doesn't show that a full page is the last one.
    assert len(cloud.calls) == (3 if reading == "name" else 2)


def test_an_unknown_marker_is_refused() -> None:
    cloud = filled_cloud(5)
    cloud.access_keys += [example_access_key(number, user_id="other") for number in range(6, 9)]
    of_another = body_of(cloud, KEYS, "/v5/users/other/access-keys?limit=1")["page_info"]["next_marker"]
    assert re.fullmatch("[a-zA-Z0-9+/=_-]{4,400}", of_another)
    for marker in ("unknown", of_another, "a", "a" * 401, "a b!", "%00%00%00%00"):
        target = page_target(KEYS, 2, 0) + f"&marker={quote(marker, safe='%')}"
        check(cloud, request_of(KEYS, target), (400, "PAP5.0010"))
    for marker in ("unknown", "Example-secret-1", "%00"):
        target = page_target(SECRETS, 2, 0) + f"&marker={quote(marker, safe='%')}"
        check(cloud, request_of(SECRETS, target), (400, "CSMS.0005"))


@pytest.mark.parametrize("operation", [KEYS, SECRETS])
def test_an_item_added_before_a_marker_moves_no_page(operation: str) -> None:
    cloud = filled_cloud(4)
    marker = body_of(cloud, operation, page_target(operation, 2, 0))["page_info"]["next_marker"]
    second = page_target(operation, 2, 0, marker)
    before = ids_of(operation, body_of(cloud, operation, second))
    cloud.access_keys.insert(0, example_access_key(9))
    cloud.secrets[PROJECT_ID].insert(0, example_secret(9))
    assert ids_of(operation, body_of(cloud, operation, second)) == before


# Items that repeat, and examples.

REPEATS: dict[str, Callable[[FakeCloud], object]] = {
    "leaks contains the id 3": lambda cloud: cloud.leaks.extend(map(example_leak, (1, 2, 3, 3))),
    "access_keys contains the access 'A'": lambda cloud: cloud.access_keys.extend(
        example_access_key(number, access="A") for number in (1, 2)
    ),
    "users contains the user_id 'ada'": lambda cloud: cloud.users.extend(
        example_user(number, user_id="ada") for number in (1, 2)
    ),
    "ram_users contains the user_principal_name 'ada'": lambda cloud: cloud.ram_users.extend(
        example_ram_user(number, user_principal_name="ada") for number in (1, 2)
    ),
    "ram_access_keys contains the access_key_id 'LTAI'": lambda cloud: cloud.ram_access_keys.extend(
        example_ram_access_key(number, access_key_id="LTAI") for number in (1, 2)
    ),
    "member_leaks[7] contains the id 1": lambda cloud: cloud.member_leaks.update({7: [example_leak(), example_leak()]}),
    "secrets['p'] contains the name 's'": lambda cloud: cloud.secrets.update(
        {"p": [example_secret(number, name="s") for number in (1, 2)]}
    ),
}


@pytest.mark.parametrize("repeat", REPEATS)
def test_an_item_that_repeats_is_refused(repeat: str) -> None:
    cloud = FakeCloud()
    REPEATS[repeat](cloud)
    with pytest.raises(ValueError, match=f"^{re.escape(repeat)} more than once"):
        list(cloud.alibaba().sas.describe_accesskey_leak_list())


def test_items_without_an_id_do_not_repeat() -> None:
    cloud = FakeCloud(leaks=[example_leak(number, id=UNSET) for number in (1, 2)])
    assert use(cloud.alibaba(), LEAKS) == cloud.leaks


EXAMPLES: dict[str, tuple[str, str, Any]] = {
    "id": ("alibaba_sas", "AccessKeyLeak", example_leak),
    "access": ("huawei_iam_v3", "Credential", example_access_key),
    "name": ("huawei_csms", "Secret", example_secret),
}


@pytest.mark.parametrize("key", EXAMPLES)
def test_examples_match_the_spec_and_differ_in_their_keys(key: str) -> None:
    package, schema, example = EXAMPLES[key]
    for number in (0, 1, 2, 999_999_999):
        encoded = msgspec.to_builtins(example(number))
        assert schema_errors(package, DOCUMENTS[package]["components"]["schemas"][schema], encoded) == []
        assert example(number) == example(number)
        assert getattr(example(number), key) != getattr(example(number + 1), key)
    assert getattr(example(1, **{key: "mine"}), key) == "mine"


# Calls.


def test_calls_are_recorded_in_order() -> None:
    cloud = new_cloud(leaks=[example_leak(1), example_leak(2)], denied={KEY})
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


THREADS = 8


def test_the_cloud_handles_one_call_at_a_time() -> None:
    cloud = new_cloud(secrets={PROJECT_ID: [example_secret(number) for number in range(1, 11)]})
    client, inside, alone = cloud.huawei(), threading.Lock(), list[bool]()

    def replace_all(cloud: CloudState) -> None:
        alone.append(inside.acquire(blocking=False))
        secrets = cloud.secrets[PROJECT_ID]
        cloud.secrets[PROJECT_ID] = []
        time.sleep(0)
        cloud.secrets[PROJECT_ID] = secrets
        inside.release()

    cloud.inject(faults.change(replace_all), times=None)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: list(client.csms.list_secrets(limit=5)), range(THREADS)))
    assert found == [cloud.secrets[PROJECT_ID]] * THREADS
    assert alone == [True] * 3 * THREADS
