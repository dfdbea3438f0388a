"""The vendors' own SDKs call the fake cloud over HTTP, each operation and the whole replacement of a leaked key."""

from __future__ import annotations

from operator import attrgetter
from typing import Any, Final

import pytest
from requests.exceptions import RetryError

from callers import TARGETS
from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud, example_leak, example_secret
from cloudkeys.testing.faults import failed, throttled
from cloudkeys.testing.state import PROJECT_ID
from cloudkeys_api.huawei_csms.models import SecretState
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
    wrong_key, given = AccessKey(key.access_key_id, "not-the-secret"), CALLS[operation].given
    with cloud.serving() as url:
        codes = [code_at(Sdks(url, wrong_key), operation, **given)]
        cloud.denied.add(operation)
        codes.append(code_at(Sdks(url, key), operation, **given))
        cloud.inject(failed(), operation=operation)
        codes.append(code_at(Sdks(url, key), operation, **given))
        cloud.inject(throttled(), operation=operation)
        # At 429, Huawei Cloud's SDK shows only the status, or the exception of its HTTP library.
        with pytest.raises((*ERRORS, RetryError)):
            Sdks(url, key).call(operation, **given)
    assert tuple(codes) == CODES[operation.partition(".")[0]]
    assert [call.code for call in cloud.calls[:3]] == codes
    assert {call.operation for call in cloud.calls} == {operation}


@pytest.mark.parametrize("operation", ["alibaba_ims.GetUser", "huawei_csms.ListSecrets"])
def test_a_temporary_key_needs_its_security_token(operation: str) -> None:
    cloud, called = small_cloud(), CALLS[operation]
    key = AccessKey("TEMPORARYKEY", "a-temporary-secret", "a-security-token")
    cloud.callers.add([Caller(vendor="huawei" if operation.startswith("huawei_") else "alibaba", key=key)])
    with cloud.serving() as url:
        assert code_at(Sdks(url, AccessKey(key.access_key_id, key.secret)), operation, **called.given)
        assert called.shown(Sdks(url, key).call(operation, **called.given)) == called.expected


# A leaked key is replaced.

LEAKED_RAM_KEY: Final = AccessKey(RAM_KEY, "the-secret-that-leaked")
LEAKED_KEY: Final = AccessKey(KEY, "the-secret-that-leaked")
REPLACEMENT_CODES: Final = {
    "alibaba_ims": (
        "LimitExceeded.User.AccessKey",
        "InvalidAccessKeyId.Inactive",
        "InvalidAccessKeyId.NotFound",
        "EntityNotExist.User.AccessKey",
    ),
    "huawei_iam_v5": ("PAP5.0003", "APIGW.0301", "APIGW.0301", "IAM.0004"),
    "huawei_iam_v3": ("400", "APIGW.0301", "APIGW.0301", "404"),
}
"""The codes of a third key, of calls with an inactive and a deleted one, and of the deletion of an absent one."""
KEY_SERVICES: Final = {
    "alibaba_ims": ("access_key.access_key_id", "access_key.access_key_secret", "access_keys.access_key"),
    "huawei_iam_v5": ("access_key.access_key_id", "access_key.secret_access_key", "access_keys"),
    "huawei_iam_v3": ("credential.access", "credential.secret", "credentials"),
}
"""Where the SDK shows the ID and the secret of a new key, and all keys."""


def code_at(sdks: Sdks, operation: str, **given: Any) -> str:
    """Return the code of a refused call; empty if it succeeds."""
    try:
        sdks.call(operation, **given)
    except ERRORS as error:
        return code_of(error)
    return ""


def leaky_cloud() -> FakeCloud:
    """Return a cloud that accepts the leaked access keys."""
    cloud = small_cloud()
    cloud.callers.add([Caller(vendor="alibaba", key=LEAKED_RAM_KEY), Caller(vendor="huawei", key=LEAKED_KEY)])
    return cloud


@pytest.mark.parametrize("name", KEY_SERVICES)
def test_a_leaked_key_is_replaced(name: str) -> None:
    cloud, (new_id, new_secret, all_keys) = leaky_cloud(), KEY_SERVICES[name]
    is_alibaba, kind = name == "alibaba_ims", "PermanentAccessKey" if name == "huawei_iam_v3" else "AccessKey"
    create, update, delete, read = (f"{name}.{verb}{kind}" for verb in ("Create", "Update", "Delete", "List"))
    # Without a user ID, IAM v3 lists the keys of the caller's user.
    owner = {} if name == "huawei_iam_v3" else CALLS[create].given
    active: dict[str, Any] = {"status": "Active"} if is_alibaba else {"body": {"status": "active"}}

    def statuses(sdks: Sdks) -> list[str]:
        return [key.status.lower() for key in attrgetter(all_keys)(sdks.call(f"{read}s", **owner))]

    with cloud.serving() as url:
        sdks, old = Sdks(url, key_for(cloud, name)), Sdks(url, LEAKED_RAM_KEY if is_alibaba else LEAKED_KEY)
        new = Sdks(url, AccessKey(*attrgetter(new_id, new_secret)(sdks.call(create, **CALLS[create].given))))
        codes = [code_at(sdks, create, **CALLS[create].given)]
        assert statuses(new) == statuses(old) == ["active", "active"]
        sdks.call(update, **CALLS[update].given)
        codes.append(code_at(old, f"{read}s", **owner))
        assert statuses(new) == ["inactive", "active"]
        sdks.call(update, **CALLS[update].given | active)
        assert statuses(old) == ["active", "active"]
        sdks.call(delete, **CALLS[delete].given)
        codes += [code_at(old, f"{read}s", **owner), code_at(sdks, delete, **CALLS[delete].given)]
        assert statuses(new) == ["active"]
    assert tuple(codes) == REPLACEMENT_CODES[name]


def test_each_call_updates_the_last_use_of_its_key() -> None:
    cloud = leaky_cloud()
    ram_key = {"user_principal_name": RAM_USER, "user_access_key_id": RAM_KEY}
    with cloud.serving() as url:
        alibaba, huawei = Sdks(url, cloud.alibaba_key), Sdks(url, cloud.huawei_key)

        def last_uses() -> list[Any]:
            ram_use = alibaba.call("alibaba_ims.GetAccessKeyLastUsed", **ram_key).access_key_last_used
            shown = huawei.call("huawei_iam_v5.ShowAccessKeyLastUsed", user_id=USER, access_key_id=KEY)
            return [ram_use.service_name, ram_use.last_used_date, shown.access_key_last_used.last_used_at]

        before = last_uses()
        Sdks(url, LEAKED_RAM_KEY).call("alibaba_sas.DescribeAccesskeyLeakList", page_size=1, current_page=1)
        Sdks(url, LEAKED_KEY).call("huawei_csms.ListSecrets")
        after = last_uses()
    assert (before[:2], after[0]) == (["", ""], "Sas")
    assert after[1] > before[1]
    assert after[2] > before[2]


def value_at(sdks: Sdks, stage: str) -> str:
    """Return the value of the version that a stage of the secret marks."""
    marked = sdks.call("huawei_csms.ShowSecretStage", secret_name=SECRET_NAME, stage_name=stage).stage
    body = sdks.call("huawei_csms.ShowSecretVersion", secret_name=SECRET_NAME, version_id=marked.version_id)
    value: str = body.version.secret_string
    return value


def test_a_new_value_of_a_secret_is_stored_and_rolled_back() -> None:
    cloud = small_cloud()
    with cloud.serving() as url:
        sdks = Sdks(url, cloud.huawei_key)
        first = value_at(sdks, "SYSCURRENT")
        sdks.call("huawei_csms.CreateSecretVersion", secret_name=SECRET_NAME, body={"secret_string": "second"})
        assert (value_at(sdks, "SYSCURRENT"), value_at(sdks, "SYSPREVIOUS")) == ("second", first)
        back = {"stage_name": "SYSCURRENT", "body": {"version_id": "v1"}}
        sdks.call("huawei_csms.UpdateSecretStage", secret_name=SECRET_NAME, **back)
        assert value_at(sdks, "SYSCURRENT") == value_at(sdks, "SYSPREVIOUS") == first
        listed = sdks.call("huawei_csms.ListSecretVersions", secret_name=SECRET_NAME).version_metadatas
        assert [each.id for each in listed] == ["v1", "v2"]
        sdks.call("huawei_csms.CreateSecretVersion", secret_name=SECRET_NAME, body={"secret_binary": "AP8="})
        newest = sdks.call("huawei_csms.ShowSecretVersion", secret_name=SECRET_NAME, version_id="latest").version
        assert (newest.secret_binary, newest.secret_string) == ("AP8=", None)


def test_many_leaks_are_marked_at_once_with_a_remark_of_any_text() -> None:
    # The items of an array are numbered, and signed in an order in which 10 precedes 2. A blank is sent as a plus.
    cloud, remark = small_cloud(), "a b+c / \u00fc\U0001f511 ~*'\"&=%20"
    cloud.leaks = [example_leak(number) for number in range(1, 15)]
    with cloud.serving() as url:
        marked = {"type": "add-whitelist", "id_list": list(range(1, 13)), "id": 13, "remark": remark}
        sdks = Sdks(url, cloud.alibaba_key)
        sdks.call("alibaba_sas.ModifyAccessKeyLeakDeal", **marked)
        detail = sdks.call("alibaba_sas.DescribeAccessKeyLeakDetail", id=1)
    assert (detail.deal_type, detail.remark) == ("add-whitelist", remark)
    assert cloud.remarks == dict.fromkeys(range(1, 14), remark)
    assert [leak.id for leak in cloud.leaks if leak.status == "pending"] == [14]


NO_RAM_KEY: Final = {"user_principal_name": RAM_USER, "user_access_key_id": "LTAInone"}
NOBODY: Final = {"user_principal_name": "nobody@example.onaliyun.com"}
NO_MEMBER: Final = {"resource_directory_account_id": 1, "page_size": 1, "current_page": 1}
OWNED: Final = {"user_id": USER, "access_key_id": KEY}
IN_SECRET: Final = {"secret_name": SECRET_NAME}
TWO_VALUES: Final = {"secret_string": "a", "secret_binary": "YQ=="}
REFUSED: Final[dict[str, list[tuple[str, dict[str, Any], str]]]] = {
    "alibaba_sas": [
        ("DescribeAccesskeyLeakList", NO_MEMBER, "RdCheckNoPermission"),
        ("DescribeAccessKeyLeakDetail", {}, "InvalidParameter"),
        ("ModifyAccessKeyLeakDeal", {"type": "manual"}, "InvalidParameter"),
        ("ModifyAccessKeyLeakDeal", {"type": "forget", "id": 1}, "InvalidParameter"),
    ],
    "alibaba_ims": [
        ("GetUser", {}, "InvalidParameter"),
        ("GetUser", {"user_access_key_id": "LTAInone"}, "EntityNotExist.User.AccessKey"),
        ("GetUser", NOBODY, "EntityNotExist.User"),
        ("ListUsers", {"marker": "none"}, "InvalidParameter"),
        ("ListAccessKeys", NOBODY, "EntityNotExist.User"),
        ("CreateAccessKey", NOBODY, "EntityNotExist.User"),
        ("DeleteAccessKey", NOBODY | {"user_access_key_id": RAM_KEY}, "EntityNotExist.User"),
        ("DeleteAccessKey", NO_RAM_KEY, "EntityNotExist.User.AccessKey"),
        ("UpdateAccessKey", NO_RAM_KEY | {"status": "Inactive"}, "EntityNotExist.User.AccessKey"),
        ("GetAccessKeyLastUsed", NO_RAM_KEY, "EntityNotExist.User.AccessKey"),
    ],
    "huawei_iam_v5": [
        ("ListUsers", {"marker": "none"}, "PAP5.0010"),
        ("ListAccessKeys", {"user_id": "nobody"}, "IAM.0004"),
        ("CreateAccessKey", {"user_id": "nobody"}, "IAM.0004"),
        ("UpdateAccessKey", OWNED | {"body": {"status": "gone"}}, "IAM.0007"),
        ("ShowAccessKeyLastUsed", OWNED | {"user_id": "nobody"}, "IAM.0004"),
        ("DeleteAccessKey", OWNED | {"access_key_id": "NONE"}, "IAM.0004"),
    ],
    "huawei_iam_v3": [
        ("ShowPermanentAccessKey", {"access_key": "NONE"}, "404"),
        ("ListPermanentAccessKeys", {"user_id": "nobody"}, "404"),
        ("CreatePermanentAccessKey", {"body": {"user_id": "nobody"}}, "400"),
        ("UpdatePermanentAccessKey", {"access_key": KEY, "body": {}}, "400"),
        ("DeletePermanentAccessKey", {"access_key": "NONE"}, "404"),
    ],
    "huawei_csms": [
        ("ShowSecret", {"secret_name": "none"}, "CSMS.0005"),
        ("ShowSecretVersion", IN_SECRET | {"version_id": "v9"}, "CSMS.0005"),
        ("ShowSecretStage", IN_SECRET | {"stage_name": "NONE"}, "CSMS.0005"),
        ("CreateSecretVersion", IN_SECRET | {"body": {}}, "CSMS.0002"),
        ("CreateSecretVersion", IN_SECRET | {"body": TWO_VALUES}, "CSMS.0002"),
        ("CreateSecretVersion", {"secret_name": "disabled", "body": {"secret_string": "a"}}, "CSMS.0109"),
        ("UpdateSecretStage", IN_SECRET | {"stage_name": "MINE", "body": {"version_id": "v9"}}, "CSMS.0005"),
    ],
}
"""Calls that the services refuse, and their codes."""


@pytest.mark.parametrize("service", REFUSED)
def test_an_impossible_call_is_refused_with_its_code(service: str) -> None:
    cloud = small_cloud()
    cloud.secrets[PROJECT_ID].append(example_secret(2, name="disabled", state=SecretState.DISABLED))
    with cloud.serving() as url:
        sdks = Sdks(url, key_for(cloud, service))
        for name, given, code in REFUSED[service]:
            assert code_at(sdks, f"{service}.{name}", **given) == code, name


def test_a_restricted_key_cannot_manage_users() -> None:
    cloud = leaky_cloud()
    cloud.restricted.add(RAM_KEY)
    with cloud.serving() as url:
        sdks = Sdks(url, LEAKED_RAM_KEY)
        assert code_at(sdks, "alibaba_ims.DeleteAccessKey", **CALLS["alibaba_ims.DeleteAccessKey"].given) == "Forbidden"
        assert code_at(sdks, "alibaba_sas.DescribeAccesskeyLeakList", page_size=1, current_page=1) == ""
    assert [key.access_key_id for key in cloud.ram_access_keys] == [RAM_KEY]
