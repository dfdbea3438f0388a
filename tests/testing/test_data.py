"""What the fake cloud lists: filtered, paged and counted as the vendors' pages say, and recorded."""

from __future__ import annotations

import json
import math
import re
from operator import attrgetter
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from cloudkeys.auth.signing import utc_now
from cloudkeys.errors import NotFoundError, PermissionDeniedError
from cloudkeys.testing import FakeCloud, example_access_key, example_leak, example_secret, example_user
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys_api.alibaba_sas.models import AccessKeyLeak
from contract.tally import trying
from testing.requests import (
    KEY,
    KEYS,
    LEAKS,
    SECRETS,
    TARGETS,
    alibaba,
    answered,
    check,
    fixed_cloud,
    huawei,
    in_both_ways,
    listed,
    new_cloud,
    request_of,
    use,
)

FILTERED, PAGED = "fake cloud: filter", "fake cloud: page"
MEMBER = 127608589417


def body_of(cloud: FakeCloud, operation: str, target: str, number: int = 0) -> Any:
    answer = answered(cloud, request_of(operation, target, nonce=f"nonce-{number}"))
    assert answer.status == 200
    return json.loads(answer.body)


# Filters.


class Filters(NamedTuple):
    """What is asked for; None for anything."""

    status: Any
    query: str | None
    start_ts: int | None

    def match(self, leak: AccessKeyLeak) -> bool:
        is_late = self.start_ts is None or (isinstance(leak.gmt_modified, int) and leak.gmt_modified > self.start_ts)
        return is_late and self.status in {None, leak.status} and self.query in {None, leak.accesskey_id}


LEAK = st.builds(
    example_leak,
    st.integers(1, 10**6),
    status=st.sampled_from(["pending", "dealed", "unheard-of", None, UNSET]),
    accesskey_id=st.sampled_from(["A", "AB", "a", "", None, UNSET]),
    gmt_modified=st.integers(0, 3) | st.sampled_from([None, UNSET]),
)
LEAKS_FOUND = st.lists(LEAK, max_size=12, unique_by=attrgetter("id"))
FILTERS = st.builds(
    Filters,
    status=st.sampled_from([None, "pending", "dealed"]),
    query=st.sampled_from([None, "A", "AB", "B", ""]),
    start_ts=st.none() | st.integers(-1, 3),
)


@given(LEAKS_FOUND, LEAKS_FOUND, FILTERS, st.sampled_from([None, MEMBER]))
def test_leaks_are_filtered_and_counted(
    own: list[AccessKeyLeak], of_member: list[AccessKeyLeak], filters: Filters, account_id: int | None
) -> None:
    cloud = FakeCloud(leaks=own, member_leaks={MEMBER: of_member})
    listing = cloud.alibaba().sas.describe_accesskey_leak_list(
        **filters._asdict(), resource_directory_account_id=account_id, page_size=5
    )
    known = of_member if account_id else own
    expected = [leak for leak in known if filters.match(leak)]
    pending = sum(leak.status == "pending" for leak in known)
    with trying(LEAKS, 200, FILTERED):
        pages = list(listing.pages())
        assert [leak for page in pages for leak in page.items] == expected
        counts = {(page.response.body.total_count, page.response.body.ak_leak_count) for page in pages}
        assert counts == {(len(expected), pending)}


@in_both_ways
def test_a_moment_is_not_itself_after_it(way: str) -> None:
    milliseconds = 1767312000000
    found = example_leak(2, gmt_modified=milliseconds + 1)
    leaks = [example_leak(1, gmt_modified=milliseconds), found, *(example_leak(n, gmt_modified=v) for n, v in NO_TIMES)]
    with trying(LEAKS, 200, FILTERED):
        assert listed(alibaba(way, FakeCloud(leaks=leaks)).sas.describe_accesskey_leak_list(start_ts=milliseconds)) == [
            found
        ]


NO_TIMES: list[tuple[int, Any]] = [(3, None), (4, UNSET)]


@in_both_ways
def test_an_account_that_is_no_member_is_refused(way: str) -> None:
    cloud = FakeCloud(leaks=[example_leak()], member_leaks={MEMBER: []})
    with trying(LEAKS, 400, FILTERED), pytest.raises(PermissionDeniedError) as raised:
        listed(alibaba(way, cloud).sas.describe_accesskey_leak_list(resource_directory_account_id=MEMBER + 1))
    assert (raised.value.status_code, raised.value.code) == (400, "RdCheckNoPermission")
    assert listed(alibaba(way, cloud).sas.describe_accesskey_leak_list(resource_directory_account_id=MEMBER)) == []


@in_both_ways
def test_secrets_are_filtered_by_their_event(way: str) -> None:
    events: list[Any] = [["a"], ["b"], ["b", "a"], [], None, UNSET]
    secrets = [example_secret(number, event_subscriptions=event) for number, event in enumerate(events, 1)]
    client = huawei(way, FakeCloud(secrets={PROJECT_ID: secrets}))
    with trying(SECRETS, 200, FILTERED):
        assert listed(client.csms.list_secrets(event_name="a")) == [secrets[0], secrets[2]]
        assert listed(client.csms.list_secrets(event_name="a", limit=1)) == [secrets[0], secrets[2]]
        assert listed(client.csms.list_secrets(event_name="A")) == []
        assert listed(client.csms.list_secrets()) == secrets


@in_both_ways
def test_each_project_has_its_own_secrets(way: str) -> None:
    cloud = FakeCloud(projects={"p": "x", "q": "y"}, secrets={"p": [example_secret(1)], "q": [example_secret(2)]})
    with trying(SECRETS, 200, FILTERED):
        for project_id, secrets in cloud.secrets.items():
            assert listed(huawei(way, cloud, project_id=project_id).csms.list_secrets()) == secrets


@in_both_ways
def test_access_keys_are_those_of_one_user(way: str) -> None:
    keys = [example_access_key(number, user_id=f"user-{number % 2}", status="inactive") for number in range(4)]
    client = huawei(way, FakeCloud(access_keys=keys, users=[example_user(1, user_id="none")]))
    with trying(KEYS, 200, FILTERED):
        found = listed(client.iam_v5.list_access_keys("user-1"))
        assert [(key.access_key_id, key.user_id, key.created_at, key.status) for key in found] == [
            (key.access, key.user_id, key.create_time, "inactive") for key in (keys[1], keys[3])
        ]
        assert listed(client.iam_v5.list_access_keys("none")) == []
    with trying(KEYS, 404, FILTERED), pytest.raises(NotFoundError) as raised:
        listed(client.iam_v5.list_access_keys("nobody"))
    assert (raised.value.status_code, raised.value.code) == (404, "IAM.0004")


@in_both_ways
def test_an_access_key_is_shown(way: str) -> None:
    cloud = new_cloud()
    cloud.access_keys.insert(0, example_access_key(2))
    with trying(KEY, 200, FILTERED):
        assert [shown.credential for shown in use(huawei(way, cloud), KEY)] == cloud.access_keys[1:]
    cloud.access_keys.clear()
    with trying(KEY, 404, FILTERED), pytest.raises(NotFoundError):
        use(huawei(way, cloud), KEY)


# Pages.


def filled_cloud(count: int, **settings: Any) -> FakeCloud:
    """Return a cloud with so many items of each kind."""
    numbers = range(1, count + 1)
    return fixed_cloud(
        leaks=[example_leak(number) for number in numbers],
        access_keys=[example_access_key(number) for number in numbers],
        users=[example_user(1, user_id="example-user")],
        secrets={PROJECT_ID: [example_secret(number) for number in numbers]},
        **settings,
    )


ITEMS = {LEAKS: ("AccessKeyLeakList", "Id"), KEYS: ("access_keys", "access_key_id"), SECRETS: ("secrets", "id")}
LARGEST = {LEAKS: 100, KEYS: 200, SECRETS: 1000}
DEFAULTS = {KEYS: 100, SECRETS: 50}
SIZES: list[tuple[str, int | None]] = [
    (operation, size) for operation, largest in LARGEST.items() for size in (1, 2, largest)
]
SIZES += [(operation, None) for operation in DEFAULTS]


def ids_of(operation: str, body: Any) -> list[Any]:
    items, key = ITEMS[operation]
    return [item[key] for item in body[items]]


def known_ids(cloud: FakeCloud, operation: str) -> list[Any]:
    known: dict[str, list[Any]] = {
        LEAKS: [leak.id for leak in cloud.leaks],
        KEYS: [key.access for key in cloud.access_keys],
        SECRETS: [secret.id for secret in cloud.secrets[PROJECT_ID]],
    }
    return known[operation]


def page_target(operation: str, size: int | None, number: int, marker: str | None = None) -> str:
    step = {"PageSize": size, "CurrentPage": number} if operation == LEAKS else {"limit": size, "marker": marker}
    query = urlencode({name: value for name, value in step.items() if value is not None})
    return f"{TARGETS[operation].partition('?')[0]}?{query}"


def walked(cloud: FakeCloud, operation: str, size: int | None) -> list[Any]:
    """Return all pages, going from one to the next until the page says that it is the last."""
    bodies: list[Any] = []
    marker = None
    while True:
        number = len(bodies) + 1
        bodies.append(body_of(cloud, operation, page_target(operation, size, number, marker), number))
        marker = bodies[-1].get("page_info", {}).get("next_marker")
        is_last = number * (size or 0) >= bodies[-1]["TotalCount"] if operation == LEAKS else marker is None
        if is_last:
            return bodies


@pytest.mark.parametrize(("operation", "size"), SIZES)
def test_each_item_is_on_one_page(operation: str, size: int | None) -> None:
    length = size or DEFAULTS[operation]
    for count in {0, 1, length - 1, length, length + 1, 2 * length}:
        cloud = filled_cloud(count, csms_last_marker="absent")
        bodies = walked(cloud, operation, size)
        pages = [ids_of(operation, body) for body in bodies]
        with trying(operation, 200, PAGED):
            assert len(pages) == max(1, math.ceil(count / length))
            assert [len(page) for page in pages[:-1]] == [length] * (len(pages) - 1)
            assert [each for page in pages for each in page] == known_ids(cloud, operation)
            assert_counts(operation, bodies, size, count)


def assert_counts(operation: str, bodies: list[Any], size: int | None, count: int) -> None:
    for number, body in enumerate(bodies, 1):
        ids = ids_of(operation, body)
        if operation == LEAKS:
            said = {name: body[name] for name in ("CurrentPage", "PageSize", "TotalCount", "AkLeakCount")}
            assert said == {"CurrentPage": number, "PageSize": size, "TotalCount": count, "AkLeakCount": count}
        else:
            assert body["page_info"]["current_count"] == len(ids)
            if number == len(bodies):
                assert "next_marker" not in body["page_info"]
            elif operation == SECRETS:
                assert body["page_info"]["next_marker"] == body["secrets"][-1]["name"]
            else:
                assert re.fullmatch("[a-zA-Z0-9+/=_-]{4,400}", body["page_info"]["next_marker"])


@pytest.mark.parametrize("number", [4, 5, 2**31 - 1])
def test_a_page_of_leaks_past_the_end_is_empty(number: int) -> None:
    body = body_of(filled_cloud(3), LEAKS, page_target(LEAKS, 1, number))
    with trying(LEAKS, 200, PAGED):
        assert (body["AccessKeyLeakList"], body["TotalCount"], body["CurrentPage"]) == ([], 3, number)


def test_the_count_of_leaks_that_nobody_handled_is_no_matter_of_the_filter() -> None:
    cloud = filled_cloud(3)
    cloud.leaks[0] = example_leak(1, status="dealed")
    body = body_of(cloud, LEAKS, "/?PageSize=20&CurrentPage=1&Status=dealed")
    with trying(LEAKS, 200, FILTERED):
        assert (body["TotalCount"], body["AkLeakCount"]) == (1, 2)
        assert body["GmtLast"] == max(leak.gmt_modified for leak in cloud.leaks if isinstance(leak.gmt_modified, int))


LAST_MARKERS: dict[Any, Any] = {
    "name": {"next_marker": "example-secret-4"},
    "absent": {},
    "null": {"next_marker": None},
    "empty": {"next_marker": ""},
}


@in_both_ways
@pytest.mark.parametrize("reading", LAST_MARKERS)
def test_the_last_page_of_secrets_has_what_is_wanted_for_a_marker(reading: Any, way: str) -> None:
    cloud = filled_cloud(4, csms_last_marker=reading)
    first, last = (body_of(cloud, SECRETS, page_target(SECRETS, 2, 0, marker)) for marker in (None, "example-secret-2"))
    with trying(SECRETS, 200, PAGED):
        info = {"previous_marker": "example-secret-1", "current_count": 2}
        assert first["page_info"] == info | {"next_marker": "example-secret-2"}
        assert last["page_info"] == info | {"previous_marker": "example-secret-3"} | LAST_MARKERS[reading]
        past_the_end = body_of(cloud, SECRETS, page_target(SECRETS, 2, 0, "example-secret-4"))
        left = {} if reading == "name" else LAST_MARKERS[reading]
        assert past_the_end == {"secrets": [], "page_info": {"current_count": 0} | left}
    cloud = attrs.evolve(cloud, clock=utc_now)
    with trying(SECRETS, 200, PAGED):
        assert listed(huawei(way, cloud).csms.list_secrets(limit=2)) == cloud.secrets[PROJECT_ID]
        # Only a name can't tell that the page was the last, where it is full.
        assert len(cloud.calls) == (3 if reading == "name" else 2)


@in_both_ways
@pytest.mark.parametrize("count", [0, 1, 2, 5, 6])
def test_the_public_clients_list_everything(count: int, way: str) -> None:
    cloud = attrs.evolve(filled_cloud(count), clock=utc_now)
    client = huawei(way, cloud)
    with trying("-", 200, PAGED):
        assert listed(alibaba(way, cloud).sas.describe_accesskey_leak_list(page_size=2)) == cloud.leaks
        assert listed(client.csms.list_secrets(limit=2)) == cloud.secrets[PROJECT_ID]
        found = listed(client.iam_v5.list_access_keys("example-user", limit=2))
        assert [key.access_key_id for key in found] == [key.access for key in cloud.access_keys]


def test_a_marker_that_was_never_given_is_refused() -> None:
    cloud = filled_cloud(5)
    cloud.access_keys += [example_access_key(number, user_id="other") for number in range(6, 9)]
    given_to_another = body_of(cloud, KEYS, "/v5/users/other/access-keys?limit=1")["page_info"]["next_marker"]
    for marker in ("unknown", given_to_another, "a", "a" * 401, "a b!", "%00%00%00%00"):
        target = page_target(KEYS, 2, 0) + f"&marker={quote(marker, safe='%')}"
        check(cloud, request_of(KEYS, target), (400, "PAP5.0010"), PAGED)
    for marker in ("unknown", "Example-secret-1", "%00"):
        target = page_target(SECRETS, 2, 0) + f"&marker={quote(marker, safe='%')}"
        check(cloud, request_of(SECRETS, target), (400, "CSMS.0005"), PAGED)


def test_an_empty_marker_is_the_first_page_of_secrets() -> None:
    cloud = filled_cloud(3)
    with trying(SECRETS, 200, PAGED):
        assert ids_of(SECRETS, body_of(cloud, SECRETS, f"{TARGETS[SECRETS]}?limit=2&marker=")) == [
            secret.id for secret in cloud.secrets[PROJECT_ID][:2]
        ]


@pytest.mark.parametrize("operation", [KEYS, SECRETS])
def test_what_is_added_before_a_marker_moves_no_page(operation: str) -> None:
    """A marker stands for a place among the items, not for a number of them."""
    cloud = filled_cloud(4)
    marker = body_of(cloud, operation, page_target(operation, 2, 0))["page_info"]["next_marker"]
    second = page_target(operation, 2, 0, marker)
    before = ids_of(operation, body_of(cloud, operation, second))
    cloud.access_keys.insert(0, example_access_key(9))
    cloud.secrets[PROJECT_ID].insert(0, example_secret(9))
    with trying(operation, 200, PAGED):
        assert ids_of(operation, body_of(cloud, operation, second)) == before
