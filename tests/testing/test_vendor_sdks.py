"""The vendors' own SDKs call the fake cloud over HTTP: proof that it is what their clients expect."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal

import pytest
from requests.exceptions import RetryError

from cloudkeys import AccessKey
from cloudkeys.testing import Caller, FakeCloud
from cloudkeys.testing.faults import failed, throttled
from contract.tally import trying
from shells import TARGETS
from testing.sdk_calls import CALLS, LISTINGS, full_cloud, key_for, small_cloud
from testing.vendor_sdks import ERRORS, WAYS, Sdks, code_of

PAGED: Final = [name for name, target in TARGETS.items() if hasattr(target.module, "PAGING")]
KIND: Final = "vendor's SDK at the fake cloud"
CODES: Final = {
    "wrong secret": {
        "alibaba_ims": "SignatureDoesNotMatch",
        "alibaba_sas": "SignatureDoesNotMatch",
        "huawei_csms": "APIGW.0301",
        "huawei_iam_v3": "APIGW.0301",
        "huawei_iam_v5": "APIGW.0301",
    },
    "not permitted": {
        "alibaba_ims": "NoPermission",
        "alibaba_sas": "NoPermission",
        "huawei_csms": "IAM.0003",
        "huawei_iam_v3": "403",
        "huawei_iam_v5": "IAM.0003",
    },
    "failed": {
        "alibaba_ims": "ServerError",
        "alibaba_sas": "ServerError",
        "huawei_csms": "CSMS.0001",
        "huawei_iam_v3": "500",
        "huawei_iam_v5": "IAM.0006",
    },
}
"""The code of each refusal, by the service."""


@pytest.fixture(scope="module")
def full() -> Iterator[tuple[FakeCloud, str]]:
    cloud = full_cloud()
    with cloud.serving() as url:
        yield cloud, url


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", TARGETS)
def test_the_vendors_sdk_reads_the_response(operation: str, way: str) -> None:
    cloud, called = small_cloud(), CALLS[operation]
    key = key_for(cloud, operation)
    with cloud.serving() as url, trying(operation, 200, KIND):
        assert called.shown(Sdks(url, key, way).call(operation, **called.given)) == called.expected
    (call,) = cloud.calls
    status = next(iter(TARGETS[operation].operation.success))
    assert (call.operation, call.status, call.caller) == (operation, status, key.access_key_id)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", ["alibaba_sas.DescribeAccesskeyLeakList", "huawei_csms.ListSecrets"])
@pytest.mark.parametrize("host", ["::1", "localhost"])
def test_the_vendors_sdk_finds_it_at_other_addresses(host: str, operation: str, way: str) -> None:
    cloud, called = small_cloud(), CALLS[operation]
    with cloud.serving(host) as url, trying(operation, host, KIND):
        assert (
            called.shown(Sdks(url, key_for(cloud, operation), way).call(operation, **called.given)) == called.expected
        )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", PAGED)
def test_the_vendors_sdk_lists_everything(operation: str, way: str, full: tuple[FakeCloud, str]) -> None:
    cloud, url = full
    listing = LISTINGS[operation]
    cloud.calls.clear()
    with trying(operation, "all pages", KIND):
        assert listing.everything(Sdks(url, key_for(cloud, operation), way), operation) == listing.held(cloud)
    assert len(cloud.calls) > 1


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("refusal", CODES)
@pytest.mark.parametrize("operation", TARGETS)
def test_a_refusal_is_an_exception_with_its_code(operation: str, refusal: str, way: str) -> None:
    cloud = small_cloud()
    key = key_for(cloud, operation)
    if refusal == "wrong secret":
        key = AccessKey(key.access_key_id, "not-the-secret")
    elif refusal == "not permitted":
        cloud.denied.add(operation)
    else:
        cloud.inject(failed(), operation=operation)
    with cloud.serving() as url, trying(operation, refusal, KIND):
        with pytest.raises(ERRORS) as caught:
            Sdks(url, key, way).call(operation, **CALLS[operation].given)
        assert code_of(caught.value) == CODES[refusal][operation.partition(".")[0]]
    (call,) = cloud.calls
    assert (call.operation, call.code) == (operation, code_of(caught.value))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("operation", TARGETS)
def test_a_throttled_call_is_an_exception(operation: str, way: str) -> None:
    # Without its code at 429: there Huawei Cloud's SDK has the status alone, or the exception of its HTTP library.
    cloud = small_cloud()
    cloud.inject(throttled(), operation=operation)
    with cloud.serving() as url, trying(operation, "throttled", KIND), pytest.raises((*ERRORS, RetryError)):
        Sdks(url, key_for(cloud, operation), way).call(operation, **CALLS[operation].given)
    assert [call.operation for call in cloud.calls] == [operation]


@pytest.mark.parametrize("operation", TARGETS)
def test_a_temporary_key_needs_its_security_token(operation: str) -> None:
    cloud = small_cloud()
    vendor: Literal["alibaba", "huawei"] = "alibaba" if operation.startswith("alibaba_") else "huawei"
    key = AccessKey("TEMPORARYKEY", "a-temporary-secret", "a-security-token")
    cloud.callers.add([Caller(vendor=vendor, key=key)])
    called = CALLS[operation]
    with cloud.serving() as url, trying(operation, "temporary key", KIND):
        with pytest.raises(ERRORS):
            Sdks(url, AccessKey(key.access_key_id, key.secret)).call(operation, **called.given)
        assert called.shown(Sdks(url, key).call(operation, **called.given)) == called.expected
