"""The vendors' own SDKs call the fake cloud over HTTP, each operation and the whole replacement of a leaked key."""

from __future__ import annotations

import base64
from typing import Any, Final, Literal

import pytest
from requests.exceptions import RetryError

from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud, example_leak, example_secret
from cloudkeys.testing.faults import failed, throttled
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys_api.huawei_csms.models import SecretState
from shells import TARGETS
from testing.sdk_calls import (
    CALLS,
    KEY,
    RAM_KEY,
    RAM_USER,
    SECRET_NAME,
    USER,
    key_for,
    small_cloud,
)
from testing.vendor_sdks import ERRORS, WAYS, Sdks, code_of

CODES: Final = {
    "alibaba_ims": ("SignatureDoesNotMatch", "NoPermission", "ServerError"),
    "alibaba_sas": ("SignatureDoesNotMatch", "NoPermission", "ServerError"),
    "huawei_csms": ("APIGW.0301", "IAM.0003", "CSMS.0001"),
    "huawei_iam_v3": ("APIGW.0301", "403", "500"),
    "huawei_iam_v5": ("APIGW.0301", "IAM.0003", "IAM.0006"),
}
"""The codes of a wrong signature, of a missing permission and of a failure, by the service."""


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", TARGETS)
def test_the_sdk_reads_the_response(operation: str, way: str) -> None:
    cloud, called = small_cloud(), CALLS[operation]
    key = key_for(cloud, operation)
    with cloud.serving() as url:
        assert called.shown(Sdks(url, key, way).call(operation, **called.given)) == called.expected
    (call,) = cloud.calls
    status = next(iter(TARGETS[operation].operation.success))
    assert (call.operation, call.status, call.caller) == (operation, status, key.access_key_id)


# One operation of each service; test_authentication.py denies each operation.
@pytest.mark.parametrize("operation", {name.partition(".")[0]: name for name in TARGETS}.values())
def test_the_sdk_raises_a_refusal_with_its_code(operation: str) -> None:
    cloud = small_cloud()
    key = key_for(cloud, operation)
    wrong_key = AccessKey(key.access_key_id, "not-the-secret")
    with cloud.serving() as url:
        codes = [code_at(Sdks(url, wrong_key), operation, **CALLS[operation].given)]
        cloud.denied.add(operation)
        codes.append(code_at(Sdks(url, key), operation, **CALLS[operation].given))
        cloud.inject(failed(), operation=operation)
        codes.append(code_at(Sdks(url, key), operation, **CALLS[operation].given))
        cloud.inject(throttled(), operation=operation)
        # At 429, Huawei Cloud's SDK shows only the status, or the exception of its HTTP library.
        with pytest.raises((*ERRORS, RetryError)):
            Sdks(url, key).call(operation, **CALLS[operation].given)
    assert tuple(codes) == CODES[operation.partition(".")[0]]
    assert [call.code for call in cloud.calls[:3]] == codes
    assert {call.operation for call in cloud.calls} == {operation}


@pytest.mark.parametrize("operation", ["alibaba_ims.GetUser", "huawei_csms.ListSecrets"])
def test_a_temporary_key_needs_its_security_token(operation: str) -> None:
    cloud, called = small_cloud(), CALLS[operation]
    vendor: Literal["alibaba", "huawei"] = "alibaba" if operation.startswith("alibaba_") else "huawei"
    key = AccessKey("TEMPORARYKEY", "a-temporary-secret", "a-security-token")
    cloud.callers.add([Caller(vendor=vendor, key=key)])
    with cloud.serving() as url:
        assert code_at(Sdks(url, AccessKey(key.access_key_id, key.secret)), operation, **called.given)
        assert called.shown(Sdks(url, key).call(operation, **called.given)) == called.expected


# A leaked key is replaced.

LEAKED_RAM_KEY: Final = AccessKey(RAM_KEY, "the-secret-that-leaked")
HELD: Final = {"user_principal_name": RAM_USER, "user_access_key_id": RAM_KEY}
LEAKED_KEY: Final = AccessKey(KEY, "the-secret-that-leaked")


def leaky_cloud() -> FakeCloud:
    """Return a cloud that accepts the leaked access keys."""
    cloud = small_cloud()
    cloud.callers.add([Caller(vendor="alibaba", key=LEAKED_RAM_KEY), Caller(vendor="huawei", key=LEAKED_KEY)])
    return cloud


def code_at(sdks: Sdks, operation: str, **given: Any) -> str:
    """Return the code of a refused call; empty if it succeeds."""
    try:
        sdks.call(operation, **given)
    except ERRORS as error:
        return code_of(error)
    return ""


def leak_of(sdks: Sdks) -> Any:
    """Return the one leak that is listed."""
    (leak,) = sdks.call("alibaba_sas.DescribeAccesskeyLeakList", page_size=10, current_page=1).access_key_leak_list
    return leak


def statuses_of_alibaba(sdks: Sdks) -> dict[str, str]:
    """Return the status of each access key of the user."""
    body = sdks.call("alibaba_ims.ListAccessKeys", user_principal_name=RAM_USER)
    return {key.access_key_id: key.status for key in body.access_keys.access_key}


def service_used(sdks: Sdks, access_key_id: str) -> str:
    """Return the service for which an access key of the user was last used; empty for none."""
    held = {"user_principal_name": RAM_USER, "user_access_key_id": access_key_id}
    used: str = sdks.call("alibaba_ims.GetAccessKeyLastUsed", **held).access_key_last_used.service_name
    return used


def sdks_with(sdks: Sdks, key: Any) -> Sdks:
    """Return SDKs that sign with another access key."""
    return Sdks(sdks.url, key, sdks.way)


def found_leak(sdks: Sdks) -> int:
    """Find the leak and the owner of the leaked access key; return the ID of the leak."""
    leak = leak_of(sdks)
    assert (leak.accesskey_id, leak.status) == (RAM_KEY, "pending")
    detail = sdks.call("alibaba_sas.DescribeAccessKeyLeakDetail", id=leak.id)
    assert (detail.accesskey_id, detail.deal_type, detail.remark) == (RAM_KEY, "pending", "")
    owner = sdks.call("alibaba_ims.GetUser", user_access_key_id=RAM_KEY).user.user_principal_name
    assert owner == RAM_USER
    found: int = leak.id
    return found


def replaced_ram_key(sdks: Sdks, old: Sdks) -> Sdks:
    """Replace the leaked access key; return SDKs that sign with the new one."""
    assert statuses_of_alibaba(sdks) == {RAM_KEY: "Active"}
    made = sdks.call("alibaba_ims.CreateAccessKey", user_principal_name=RAM_USER).access_key
    new = sdks_with(sdks, AccessKey(made.access_key_id, made.access_key_secret))
    assert service_used(sdks, made.access_key_id) == ""
    assert leak_of(new).id == leak_of(old).id
    sdks.call("alibaba_ims.UpdateAccessKey", **HELD, status="Inactive")
    assert statuses_of_alibaba(sdks) == {RAM_KEY: "Inactive", made.access_key_id: "Active"}
    assert code_at(old, "alibaba_ims.ListUsers") == "InvalidAccessKeyId.Inactive"
    assert service_used(sdks, made.access_key_id) == service_used(sdks, RAM_KEY) == "Sas"
    sdks.call("alibaba_ims.DeleteAccessKey", **HELD)
    assert statuses_of_alibaba(new) == {made.access_key_id: "Active"}
    assert code_at(old, "alibaba_ims.ListUsers") == "InvalidAccessKeyId.NotFound"
    return new


@pytest.mark.parametrize("way", WAYS)
def test_a_leaked_key_of_alibaba_cloud_is_replaced(way: str) -> None:
    cloud = leaky_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.alibaba_key, way)
        leak = found_leak(sdks)
        new = replaced_ram_key(sdks, sdks_with(sdks, LEAKED_RAM_KEY))
        sdks.call("alibaba_sas.ModifyAccessKeyLeakDeal", type="manual", id_list=[leak], remark="replaced by hand")
        assert (leak_of(new).id, leak_of(new).status, leak_of(new).deal_type) == (leak, "dealed", "manual")
        detail = sdks.call("alibaba_sas.DescribeAccessKeyLeakDetail", id=leak)
        assert (detail.deal_type, detail.remark) == ("manual", "replaced by hand")


def statuses_of_huawei(sdks: Sdks) -> dict[str, str]:
    """Return the status of each access key of the user."""
    body = sdks.call("huawei_iam_v5.ListAccessKeys", user_id=USER)
    return {key.access_key_id: key.status for key in body.access_keys}


def value_at(sdks: Sdks, stage: str) -> str:
    """Return the value of the version that a stage of the secret marks."""
    marked = sdks.call("huawei_csms.ShowSecretStage", secret_name=SECRET_NAME, stage_name=stage).stage
    body = sdks.call("huawei_csms.ShowSecretVersion", secret_name=SECRET_NAME, version_id=marked.version_id)
    value: str = body.version.secret_string
    return value


def last_used(sdks: Sdks, access_key_id: str) -> Any:
    """Return the time of the last use of an access key; None for never."""
    asked = {"user_id": USER, "access_key_id": access_key_id}
    return sdks.call("huawei_iam_v5.ShowAccessKeyLastUsed", **asked).access_key_last_used.last_used_at


@pytest.mark.parametrize("way", WAYS)
def test_a_leaked_key_of_huawei_cloud_is_replaced(way: str) -> None:
    cloud = leaky_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.huawei_key, way)
        old = sdks_with(sdks, LEAKED_KEY)
        (owner,) = sdks.call("huawei_iam_v5.ListUsers", access_key_id=KEY).users
        assert owner.user_id == USER
        assert statuses_of_huawei(old) == {KEY: "active"}
        made = sdks.call("huawei_iam_v5.CreateAccessKey", user_id=USER).access_key
        new = sdks_with(sdks, AccessKey(made.access_key_id, made.secret_access_key))
        assert last_used(sdks, made.access_key_id) is None
        stored = {"secret_name": SECRET_NAME, "body": {"secret_string": made.secret_access_key}}
        assert sdks.call("huawei_csms.CreateSecretVersion", **stored).version_metadata.id == "v2"
        assert value_at(new, "SYSCURRENT") == made.secret_access_key
        held = {"user_id": USER, "access_key_id": KEY}
        sdks.call("huawei_iam_v5.UpdateAccessKey", **held, body={"status": "inactive"})
        assert statuses_of_huawei(new) == {KEY: "inactive", made.access_key_id: "active"}
        assert code_at(old, "huawei_csms.ListSecrets") == "APIGW.0301"
        assert last_used(sdks, made.access_key_id) > last_used(sdks, KEY) > owner.created_at
        sdks.call("huawei_iam_v5.DeleteAccessKey", **held)
        assert statuses_of_huawei(new) == {made.access_key_id: "active"}
        assert code_at(sdks, "huawei_iam_v5.DeleteAccessKey", **held) == "IAM.0004"


def test_a_leaked_key_of_huawei_cloud_is_replaced_by_version_3() -> None:
    cloud = leaky_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.huawei_key)
        old = sdks_with(sdks, LEAKED_KEY)
        asked = {"user_id": USER, "description": "for the one that leaked"}
        made = sdks.call("huawei_iam_v3.CreatePermanentAccessKey", body=asked).credential
        new = sdks_with(sdks, AccessKey(made.access, made.secret))
        shown = sdks.call("huawei_iam_v3.ShowPermanentAccessKey", access_key=KEY).credential
        # Without a user ID, the service lists the keys of the caller's user.
        listed = [key.access for key in new.call("huawei_iam_v3.ListPermanentAccessKeys").credentials]
        assert listed == [shown.access, made.access]
        sdks.call("huawei_iam_v3.UpdatePermanentAccessKey", access_key=KEY, body={"status": "inactive"})
        assert code_at(old, "huawei_iam_v3.ListPermanentAccessKeys") == "APIGW.0301"
        sdks.call("huawei_iam_v3.UpdatePermanentAccessKey", access_key=KEY, body={"status": "active"})
        assert code_at(old, "huawei_iam_v3.ListPermanentAccessKeys") == ""
        sdks.call("huawei_iam_v3.DeletePermanentAccessKey", access_key=KEY)
        assert code_at(old, "huawei_iam_v3.ListPermanentAccessKeys") == "APIGW.0301"
        (left,) = sdks.call("huawei_iam_v3.ListPermanentAccessKeys", user_id=USER).credentials
        assert (left.access, left.description) == (made.access, "for the one that leaked")


def test_a_new_value_of_a_secret_is_stored_and_rolled_back() -> None:
    cloud = small_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.huawei_key)
        first = value_at(sdks, "SYSCURRENT")
        sdks.call("huawei_csms.CreateSecretVersion", secret_name=SECRET_NAME, body={"secret_string": "second"})
        assert (value_at(sdks, "SYSCURRENT"), value_at(sdks, "SYSPREVIOUS")) == ("second", first)
        back = {"stage_name": "SYSCURRENT", "body": {"version_id": "v1"}}
        assert sdks.call("huawei_csms.UpdateSecretStage", secret_name=SECRET_NAME, **back).stage.version_id == "v1"
        assert value_at(sdks, "SYSCURRENT") == first
        newest = sdks.call("huawei_csms.ShowSecretVersion", secret_name=SECRET_NAME, version_id="latest").version
        assert newest.version_metadata.id == "v2"
        listed = sdks.call("huawei_csms.ListSecretVersions", secret_name=SECRET_NAME).version_metadatas
        assert [(each.id, each.version_stages) for each in listed] == [
            ("v1", ["SYSCURRENT", "SYSPREVIOUS"]),
            ("v2", []),
        ]


def test_many_leaks_are_marked_at_once_with_a_remark_of_any_text() -> None:
    # The items of an array are numbered, and signed in an order in which 10 precedes 2. A blank is sent as a plus.
    cloud, remark = small_cloud(), "a b+c / \u00fc\U0001f511 ~*'\"&=%20"
    cloud.leaks = [example_leak(number) for number in range(1, 15)]
    with cloud.serving() as url:
        marked = {"type": "add-whitelist", "id_list": list(range(1, 13)), "id": 13, "remark": remark}
        Sdks(url, cloud.alibaba_key).call("alibaba_sas.ModifyAccessKeyLeakDeal", **marked)
    assert cloud.remarks == dict.fromkeys(range(1, 14), remark)
    assert [leak.id for leak in cloud.leaks if leak.status == "pending"] == [14]


def test_a_binary_secret_is_stored_and_read() -> None:
    cloud, value = small_cloud(), base64.b64encode(bytes(range(256))).decode()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.huawei_key)
        sdks.call("huawei_csms.CreateSecretVersion", secret_name=SECRET_NAME, body={"secret_binary": value})
        version = sdks.call("huawei_csms.ShowSecretVersion", secret_name=SECRET_NAME, version_id="v2").version
    assert (version.secret_binary, version.secret_string) == (value, None)


NO_RAM_KEY: Final = {"user_principal_name": RAM_USER, "user_access_key_id": "LTAInone"}
NOBODY: Final = {"user_principal_name": "nobody@example.onaliyun.com"}
REFUSED: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("alibaba_sas.DescribeAccessKeyLeakDetail", {}, "InvalidParameter"),
    ("alibaba_sas.ModifyAccessKeyLeakDeal", {"type": "manual"}, "InvalidParameter"),
    ("alibaba_sas.ModifyAccessKeyLeakDeal", {"type": "forget", "id": 1}, "InvalidParameter"),
    ("alibaba_ims.GetUser", {}, "InvalidParameter"),
    ("alibaba_ims.GetUser", {"user_access_key_id": "LTAInone"}, "EntityNotExist.User.AccessKey"),
    ("alibaba_ims.GetUser", NOBODY, "EntityNotExist.User"),
    ("alibaba_ims.ListUsers", {"marker": "none"}, "InvalidParameter"),
    ("alibaba_ims.ListAccessKeys", NOBODY, "EntityNotExist.User"),
    ("alibaba_ims.CreateAccessKey", NOBODY, "EntityNotExist.User"),
    ("alibaba_ims.DeleteAccessKey", NOBODY | {"user_access_key_id": RAM_KEY}, "EntityNotExist.User"),
    ("alibaba_ims.DeleteAccessKey", NO_RAM_KEY, "EntityNotExist.User.AccessKey"),
    ("alibaba_ims.UpdateAccessKey", NO_RAM_KEY | {"status": "Inactive"}, "EntityNotExist.User.AccessKey"),
    ("alibaba_ims.GetAccessKeyLastUsed", NO_RAM_KEY, "EntityNotExist.User.AccessKey"),
    ("huawei_iam_v5.ListUsers", {"marker": "none"}, "PAP5.0010"),
    ("huawei_iam_v5.CreateAccessKey", {"user_id": "nobody"}, "IAM.0004"),
    (
        "huawei_iam_v5.UpdateAccessKey",
        {"user_id": USER, "access_key_id": KEY, "body": {"status": "gone"}},
        "IAM.0007",
    ),
    ("huawei_iam_v5.ShowAccessKeyLastUsed", {"user_id": "nobody", "access_key_id": KEY}, "IAM.0004"),
    ("huawei_iam_v5.DeleteAccessKey", {"user_id": USER, "access_key_id": "NONE"}, "IAM.0004"),
    ("huawei_iam_v3.ShowPermanentAccessKey", {"access_key": "NONE"}, "404"),
    ("huawei_iam_v3.ListPermanentAccessKeys", {"user_id": "nobody"}, "404"),
    ("huawei_iam_v3.CreatePermanentAccessKey", {"body": {"user_id": "nobody"}}, "400"),
    ("huawei_iam_v3.UpdatePermanentAccessKey", {"access_key": KEY, "body": {}}, "400"),
    ("huawei_iam_v3.DeletePermanentAccessKey", {"access_key": "NONE"}, "404"),
    ("huawei_csms.ShowSecret", {"secret_name": "none"}, "CSMS.0005"),
    ("huawei_csms.ShowSecretVersion", {"secret_name": SECRET_NAME, "version_id": "v9"}, "CSMS.0005"),
    ("huawei_csms.ShowSecretStage", {"secret_name": SECRET_NAME, "stage_name": "NONE"}, "CSMS.0005"),
    ("huawei_csms.CreateSecretVersion", {"secret_name": SECRET_NAME, "body": {}}, "CSMS.0002"),
    (
        "huawei_csms.CreateSecretVersion",
        {"secret_name": SECRET_NAME, "body": {"secret_string": "a", "secret_binary": "YQ=="}},
        "CSMS.0002",
    ),
    ("huawei_csms.CreateSecretVersion", {"secret_name": "disabled", "body": {"secret_string": "a"}}, "CSMS.0109"),
    (
        "huawei_csms.UpdateSecretStage",
        {"secret_name": SECRET_NAME, "stage_name": "MINE", "body": {"version_id": "v9"}},
        "CSMS.0005",
    ),
]
"""Calls that the services refuse, and their codes."""


@pytest.mark.parametrize("service", CODES)
def test_an_impossible_call_is_refused_with_its_code(service: str) -> None:
    cloud = small_cloud()
    cloud.secrets[PROJECT_ID].append(example_secret(2, name="disabled", state=SecretState.DISABLED))
    calls = [(operation, given, code) for operation, given, code in REFUSED if operation.startswith(f"{service}.")]
    with cloud.serving() as url:
        sdks = Sdks(url, key_for(cloud, service))
        assert [code_at(sdks, operation, **given) for operation, given, _ in calls] == [code for *_, code in calls]


THIRD: Final[list[tuple[str, dict[str, Any], str]]] = [
    ("alibaba_ims.CreateAccessKey", {"user_principal_name": RAM_USER}, "LimitExceeded.User.AccessKey"),
    ("huawei_iam_v5.CreateAccessKey", {"user_id": USER}, "PAP5.0003"),
    ("huawei_iam_v3.CreatePermanentAccessKey", {"body": {"user_id": USER}}, "400"),
]
"""Calls that create an access key, and the code for one too many."""


@pytest.mark.parametrize(("operation", "given", "code"), THIRD)
def test_a_third_access_key_is_refused(operation: str, given: dict[str, Any], code: str) -> None:
    cloud = small_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, key_for(cloud, operation))
        assert [code_at(sdks, operation, **given) for _ in range(2)] == ["", code]
    assert len(cloud.ram_access_keys) + len(cloud.access_keys) == 3


def test_a_restricted_key_cannot_manage_users() -> None:
    cloud = leaky_cloud()
    cloud.restricted.add(RAM_KEY)
    with cloud.serving() as url:
        sdks = Sdks(url, LEAKED_RAM_KEY)
        assert code_at(sdks, "alibaba_ims.DeleteAccessKey", **HELD) == "Forbidden"
        assert leak_of(sdks).accesskey_id == RAM_KEY
    assert [key.access_key_id for key in cloud.ram_access_keys] == [RAM_KEY]
