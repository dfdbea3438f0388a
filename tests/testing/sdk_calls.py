"""A call of each operation by the vendors' SDKs, the clouds that they call, and their loops over pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from cloudkeys import AccessKey
from cloudkeys.testing import (
    FakeCloud,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_secret,
    example_user,
)
from cloudkeys.testing.state import PROJECT_ID
from testing.vendor_sdks import Sdks

RAM_USER: Final = "user@example.onaliyun.com"
RAM_KEY: Final = "LTAIexample000000001"
USER: Final = "example-user-1"
KEY: Final = "EXAMPLE000000001"
SECRET_NAME: Final = "example-secret-1"  # noqa: S105 - the name of one
MANY: Final = 130


class Called(NamedTuple):
    """A call of an operation.

    Attributes:
        given: Its parameters.
        shown: What takes a value out of the SDK's response.
        expected: That value.
    """

    given: dict[str, Any]
    shown: Callable[[Any], Any]
    expected: Any


def small_cloud() -> FakeCloud:
    """Return a cloud with one item of each kind."""
    return FakeCloud(
        leaks=[example_leak(1)],
        ram_access_keys=[example_ram_access_key(1, user_principal_name=RAM_USER)],
        users=[example_user(1)],
        access_keys=[example_access_key(1, user_id=USER)],
        secrets={PROJECT_ID: [example_secret(1)]},
    )


def key_for(cloud: FakeCloud, operation: str) -> AccessKey:
    """Return the access key that may call an operation."""
    return cloud.alibaba_key if operation.startswith("alibaba_") else cloud.huawei_key


_HELD: Final = {"user_principal_name": RAM_USER, "user_access_key_id": RAM_KEY}
_OWNED: Final = {"user_id": USER, "access_key_id": KEY}
_STAGED: Final = {"secret_name": SECRET_NAME, "stage_name": "SYSCURRENT"}
CALLS: Final[dict[str, Called]] = {
    "alibaba_sas.DescribeAccesskeyLeakList": Called(
        {"page_size": 40, "current_page": 1}, lambda body: body.access_key_leak_list[0].id, 1
    ),
    "alibaba_sas.DescribeAccessKeyLeakDetail": Called({"id": 1}, lambda body: body.accesskey_id, RAM_KEY),
    "alibaba_sas.ModifyAccessKeyLeakDeal": Called(
        {"type": "manual", "id_list": [1], "remark": "a note"}, lambda body: len(body.request_id), 32
    ),
    "alibaba_ims.ListUsers": Called({}, lambda body: body.users.user[0].user_principal_name, RAM_USER),
    "alibaba_ims.GetUser": Called(
        {"user_access_key_id": RAM_KEY}, lambda body: body.user.user_principal_name, RAM_USER
    ),
    "alibaba_ims.ListAccessKeys": Called(
        {"user_principal_name": RAM_USER}, lambda body: body.access_keys.access_key[0].access_key_id, RAM_KEY
    ),
    "alibaba_ims.GetAccessKeyLastUsed": Called(_HELD, lambda body: body.access_key_last_used.last_used_date, ""),
    "alibaba_ims.CreateAccessKey": Called(
        {"user_principal_name": RAM_USER}, lambda body: body.access_key.status, "Active"
    ),
    "alibaba_ims.UpdateAccessKey": Called(_HELD | {"status": "Inactive"}, lambda body: len(body.request_id), 32),
    "alibaba_ims.DeleteAccessKey": Called(_HELD, lambda body: len(body.request_id), 32),
    "huawei_iam_v5.ListUsers": Called({"access_key_id": KEY}, lambda body: body.users[0].user_id, USER),
    "huawei_iam_v5.ListAccessKeys": Called({"user_id": USER}, lambda body: body.access_keys[0].access_key_id, KEY),
    "huawei_iam_v5.ShowAccessKeyLastUsed": Called(
        _OWNED, lambda body: body.access_key_last_used.last_used_at.isoformat(), "2024-01-01T01:01:00+00:00"
    ),
    "huawei_iam_v5.CreateAccessKey": Called({"user_id": USER}, lambda body: body.access_key.user_id, USER),
    "huawei_iam_v5.UpdateAccessKey": Called(
        _OWNED | {"body": {"status": "inactive"}}, lambda body: body.access_key.status, "inactive"
    ),
    "huawei_iam_v5.DeleteAccessKey": Called(_OWNED, lambda body: body.status_code, 204),
    "huawei_iam_v3.ShowPermanentAccessKey": Called({"access_key": KEY}, lambda body: body.credential.access, KEY),
    "huawei_iam_v3.ListPermanentAccessKeys": Called({"user_id": USER}, lambda body: body.credentials[0].access, KEY),
    "huawei_iam_v3.CreatePermanentAccessKey": Called(
        {"body": {"user_id": USER, "description": "a note"}}, lambda body: body.credential.description, "a note"
    ),
    "huawei_iam_v3.UpdatePermanentAccessKey": Called(
        {"access_key": KEY, "body": {"status": "inactive"}}, lambda body: body.credential.status, "inactive"
    ),
    "huawei_iam_v3.DeletePermanentAccessKey": Called({"access_key": KEY}, lambda body: body.status_code, 204),
    "huawei_csms.ListSecrets": Called({"limit": "50"}, lambda body: body.secrets[0].name, SECRET_NAME),
    "huawei_csms.ShowSecret": Called({"secret_name": SECRET_NAME}, lambda body: body.secret.name, SECRET_NAME),
    "huawei_csms.ListSecretVersions": Called(
        {"secret_name": SECRET_NAME, "limit": 50}, lambda body: body.version_metadatas[0].id, "v1"
    ),
    "huawei_csms.ShowSecretVersion": Called(
        {"secret_name": SECRET_NAME, "version_id": "latest"},
        lambda body: body.version.secret_string,
        f"fake-value-of-{SECRET_NAME}",
    ),
    "huawei_csms.CreateSecretVersion": Called(
        {"secret_name": SECRET_NAME, "body": {"secret_string": "new", "version_stages": ["SYSCURRENT", "MINE"]}},
        lambda body: body.version_metadata.version_stages,
        ["SYSCURRENT", "MINE"],
    ),
    "huawei_csms.ShowSecretStage": Called(_STAGED, lambda body: body.stage.version_id, "v1"),
    "huawei_csms.UpdateSecretStage": Called(
        _STAGED | {"body": {"version_id": "v1"}}, lambda body: body.stage.version_id, "v1"
    ),
}
"""By the full names of the operations."""


class Listing(NamedTuple):
    """A loop over the pages of a listing.

    Attributes:
        given: The parameters of each call.
        items: Returns the IDs in a page.
        following: Returns the parameters of the next page, from this page and the number of items so far; None after
            the last.
        held: Returns the IDs of all items of a cloud.
        first: Additional parameters of the first call.
    """

    given: dict[str, Any]
    items: Callable[[Any], list[Any]]
    following: Callable[[Any, int], dict[str, Any] | None]
    held: Callable[[FakeCloud], list[Any]]
    first: Mapping[str, Any] = MappingProxyType({})

    def everything(self, sdks: Sdks, operation: str) -> list[Any]:
        """Return the IDs of all items."""
        found: list[Any] = []
        following: Mapping[str, Any] | None = self.first
        while following is not None:
            body = sdks.call(operation, **self.given, **following)
            found += self.items(body)
            following = self.following(body, len(found))
        return found


def _by_marker(body: Any, _found: int) -> dict[str, Any] | None:
    return {"marker": body.page_info.next_marker} if body.page_info.next_marker else None


LISTINGS: Final[dict[str, Listing]] = {
    "alibaba_sas.DescribeAccesskeyLeakList": Listing(
        {"page_size": 40},
        lambda body: [leak.id for leak in body.access_key_leak_list],
        lambda body, found: None if found >= body.total_count else {"current_page": body.current_page + 1},
        lambda cloud: [leak.id for leak in cloud.leaks],
        {"current_page": 1},
    ),
    "alibaba_ims.ListUsers": Listing(
        {"max_items": 50},
        lambda body: [user.user_principal_name for user in body.users.user],
        lambda body, _found: {"marker": body.marker} if body.is_truncated else None,
        lambda cloud: [key.user_principal_name for key in cloud.ram_access_keys],
    ),
    "huawei_iam_v5.ListUsers": Listing(
        {"limit": 50},
        lambda body: [user.user_id for user in body.users],
        _by_marker,
        lambda cloud: [user.user_id for user in cloud.users],
    ),
    "huawei_iam_v5.ListAccessKeys": Listing(
        {"user_id": USER, "limit": 100},
        lambda body: [key.access_key_id for key in body.access_keys],
        _by_marker,
        lambda cloud: [key.access for key in cloud.access_keys],
    ),
    # The last page of CSMS has a marker too, in the vendor's examples.
    "huawei_csms.ListSecrets": Listing(
        {"limit": "50"},
        lambda body: [secret.name for secret in body.secrets],
        lambda body, found: _by_marker(body, found) if found % 50 == 0 else None,
        lambda cloud: [secret.name for secret in cloud.secrets[PROJECT_ID]],
    ),
    "huawei_csms.ListSecretVersions": Listing(
        {"secret_name": SECRET_NAME, "limit": 5},
        lambda body: [version.id for version in body.version_metadatas],
        lambda body, found: _by_marker(body, found) if found % 5 == 0 else None,
        lambda _cloud: [f"v{number}" for number in range(1, 13)],
    ),
}
"""By the full names of the operations that page."""


def full_cloud() -> FakeCloud:
    """Return a cloud with more items of each kind than a page has."""
    numbers = range(1, MANY + 1)
    cloud = FakeCloud(
        leaks=[example_leak(number) for number in numbers],
        ram_access_keys=[
            example_ram_access_key(number, user_principal_name=f"user-{number}@example.onaliyun.com")
            for number in numbers
        ],
        users=[example_user(number) for number in numbers],
        access_keys=[example_access_key(number, user_id=USER) for number in numbers],
        secrets={PROJECT_ID: [example_secret(number) for number in numbers]},
    )
    with cloud.huawei() as huawei:
        for number in range(2, 13):
            huawei.csms.create_secret_version(SECRET_NAME, secret_string=f"value-{number}")
    return cloud
