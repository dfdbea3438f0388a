"""Who may call the fake cloud: it takes each signature that the vendors would take, and each key that can be used.

The vendors' own signers bear witness beside ours.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import attrs
import httpx
import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given
from hypothesis import strategies as st

from cloudkeys import AccessKey
from cloudkeys.auth import sdk_hmac
from cloudkeys.auth.signing import hmac_sha256_hex, sha256_hex
from cloudkeys.errors import AuthenticationError, PermissionDeniedError, StatusError
from cloudkeys.testing import Caller, FakeCloud, ReceivedRequest, example_access_key
from cloudkeys.testing.state import PROJECT_ID
from contract.tally import trying
from testing.changes import header, signed_by_alibaba
from testing.requests import (
    ACCEPTED,
    ACTION,
    JSON,
    KEY,
    KEYS,
    KMS,
    MINUTE,
    OTHER_PROJECT,
    REFUSED,
    SECRETS,
    TARGETS,
    TDS,
    WRONG_SIGNATURE,
    check,
    fixed_cloud,
    huawei,
    huawei_request,
    in_both_ways,
    leaks_request,
    listed,
    listing_of,
    new_cloud,
    use,
)

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [" ", "+", "a b", "%2B", "%", "a=b&c", "*~'()!/", "名前é", "\U0001f600", "\n", "\0", "?#", "//", ".."]
)
SEGMENTS = TEXTS.filter(lambda text: text.strip(".") and "/" not in text)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)
HEADER_VALUES = st.lists(WORDS, max_size=4).map(lambda words: "  ".join(words).strip())
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8)
STATUSES = st.sampled_from(["", "&Status=pending", "&Status=dealed"])


@given(TEXTS, STATUSES, st.dictionaries(NAMES, st.lists(HEADER_VALUES, min_size=1, max_size=3), max_size=3))
@example("a b", "", {"odd": ["http", "https", ""]})
def test_our_acs3_signature_is_accepted(text: str, status: str, odd: dict[str, list[str]]) -> None:
    headers = [(f"x-acs-odd-{name}", value) for name, values in odd.items() for value in values]
    query = f"PageSize=20&Query={quote(text, safe='~')}{status}&CurrentPage=1"
    check(fixed_cloud(), leaks_request(f"/?{query}", headers=headers))


@given(TEXTS, STATUSES, st.dictionaries(NAMES, HEADER_VALUES, max_size=3))
def test_the_vendors_acs3_signature_is_accepted(text: str, status: str, odd: dict[str, str]) -> None:
    cloud = fixed_cloud()
    fixed = {"host": TDS.removeprefix("https://"), "x-acs-date": "2026-01-02T03:04:05Z", "user-agent": "theirs"}
    fixed |= {"x-acs-signature-nonce": "nonce", "x-acs-content-sha256": sha256_hex(b"")}
    headers = ACTION | fixed | {f"x-acs-odd-{name}": value for name, value in odd.items()}
    query = f"PageSize=20&Query={quote(text, safe='~')}{status}&CurrentPage=1"
    request = ReceivedRequest("POST", f"/?{query}", httpx.Headers(headers))
    check(cloud, signed_by_alibaba(request))


@given(SEGMENTS, TEXTS, st.booleans())
def test_our_sdk_hmac_signature_is_accepted(project: str, event: str, with_scope: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    cloud = fixed_cloud()
    cloud.projects[project] = "odd"
    cloud.access_keys.append(example_access_key(2, access=project))
    path = quote(project, safe="~")
    check(cloud, huawei_request(f"/v1/{path}/secrets?event_name={quote(event, safe='~')}"))
    scope = {"X-Domain-Id": cloud.domain_id} if with_scope else {}
    check(cloud, huawei_request(f"/v3.0/OS-CREDENTIAL/credentials/{path}", scope=scope))
    check(cloud, huawei_request("/v5/users/example-user/access-keys?limit=10", scope=scope))


@given(SEGMENTS, TEXTS, st.dictionaries(NAMES, HEADER_VALUES, max_size=3))
def test_the_vendors_sdk_hmac_signature_is_accepted(project: str, event: str, odd: dict[str, str]) -> None:
    cloud = fixed_cloud()
    cloud.projects[project] = "odd"
    query: list[tuple[str, object]] = [("limit", "50"), ("event_name", event)]
    headers = JSON | {"X-Sdk-Date": "20260102T030405Z", "User-Agent": "theirs"}
    headers |= {f"odd-{name}": value for name, value in odd.items()}
    theirs = SdkRequest(
        method="GET",
        schema="https",
        host=KMS.removeprefix("https://"),
        resource_path=f"/v1/{quote(project, safe='~')}/secrets",
        query_params=query,
        header_params=headers,
        body="",
    )
    Signer(BasicCredentials(cloud.huawei_key.access_key_id, cloud.huawei_key.secret, project)).sign(theirs)
    check(cloud, ReceivedRequest("GET", theirs.uri, httpx.Headers(theirs.header_params)))


TOKEN = "token-of-a-temporary-key"  # noqa: S105 - what the fake is given
TEMPORARY = AccessKey("TEMPORARY", "secret-of-the-temporary-key", TOKEN)
EXPIRED = AccessKey("EXPIRED", "secret-of-the-expired-key", TOKEN)
INACTIVE = AccessKey("INACTIVE", "secret-of-the-inactive-key")


def cloud_with_keys(vendor: Any) -> FakeCloud:
    cloud = new_cloud()
    now = cloud.now()
    cloud.callers.add(
        [
            Caller(vendor=vendor, key=TEMPORARY, expires_at=now + MINUTE),
            Caller(vendor=vendor, key=EXPIRED, expires_at=now),
            Caller(vendor=vendor, key=INACTIVE, active=False),
        ]
    )
    return cloud


OTHER_TOKEN = (400, "InvalidSecurityToken.MismatchWithAccessKey")
WRONG_KEYS: dict[str, tuple[Callable[[FakeCloud, AccessKey, AccessKey], AccessKey], tuple[int, str]]] = {
    "wrong secret": (lambda _, own, __: AccessKey(own.access_key_id, "wrong"), WRONG_SIGNATURE),
    "unknown key": (lambda _, own, __: AccessKey("UNKNOWN", own.secret), (404, "InvalidAccessKeyId.NotFound")),
    "the other vendor's key": (lambda _, __, other: other, (404, "InvalidAccessKeyId.NotFound")),
    "inactive key": (lambda *_: INACTIVE, (400, "InvalidAccessKeyId.Inactive")),
    "token of a permanent key": (lambda _, own, __: attrs.evolve(own, security_token=TOKEN), OTHER_TOKEN),
    "wrong token": (lambda *_: attrs.evolve(TEMPORARY, security_token="wrong"), OTHER_TOKEN),  # noqa: S106 - a fake
    "no token": (lambda *_: attrs.evolve(TEMPORARY, security_token=None), OTHER_TOKEN),
    "expired token": (lambda *_: EXPIRED, (400, "InvalidSecurityToken.Expired")),
}


@in_both_ways
@pytest.mark.parametrize("vendor", ["alibaba", "huawei"])
@pytest.mark.parametrize("name", WRONG_KEYS)
def test_a_key_that_cannot_be_used_is_refused_once(vendor: str, name: str, way: str) -> None:
    cloud = cloud_with_keys(vendor)
    keys = (cloud.alibaba_key, cloud.huawei_key)
    make, at_alibaba = WRONG_KEYS[name]
    status, code = at_alibaba if vendor == "alibaba" else (401, "APIGW.0301")
    key = make(cloud, *(keys if vendor == "alibaba" else keys[::-1]))
    with trying("-", status, REFUSED), pytest.raises(AuthenticationError) as raised:
        listed(listing_of(way, vendor, cloud, credentials=key))
    assert (raised.value.status_code, raised.value.code) == (status, code)
    assert [(call.status, call.code, call.caller) for call in cloud.calls] == [(status, code, key.access_key_id)]


@in_both_ways
@pytest.mark.parametrize("vendor", ["alibaba", "huawei"])
def test_a_temporary_key_can_be_used(vendor: str, way: str) -> None:
    with trying("-", 200, ACCEPTED):
        assert listed(listing_of(way, vendor, cloud_with_keys(vendor), credentials=TEMPORARY)) == []


@in_both_ways
def test_keys_of_both_vendors_may_have_the_same_id(way: str) -> None:
    cloud = new_cloud(alibaba_key=AccessKey("AK", "SK"), huawei_key=AccessKey("AK", "SK2"))
    with trying("-", 200, ACCEPTED):
        assert listed(listing_of(way, "huawei", cloud)) == []
        assert listed(listing_of(way, "alibaba", cloud)) == []


WRONG_PROJECT, WRONG_DOMAIN, NO_ONES = (403, "KMS.0321"), (403, "IAM.0003"), (403, "")
SERVICES = (KEYS, KEY, SECRETS)
WRONG_SCOPES = {SECRETS: WRONG_PROJECT, KEYS: WRONG_DOMAIN, KEY: NO_ONES}


@pytest.mark.parametrize("operation", SERVICES)
def test_a_signed_id_must_be_that_of_the_project_or_the_account(operation: str) -> None:
    cloud = fixed_cloud()
    name, right = ("X-Project-Id", PROJECT_ID) if operation == SECRETS else ("X-Domain-Id", cloud.domain_id)
    check(cloud, huawei_request(TARGETS[operation], scope={name: right}))
    check(cloud, huawei_request(TARGETS[operation], scope={name: OTHER_PROJECT}), WRONG_SCOPES[operation])


def test_an_unknown_project_is_refused() -> None:
    check(fixed_cloud(), huawei_request("/v1/unknown/secrets"), WRONG_PROJECT)


@in_both_ways
@pytest.mark.parametrize("operation", SERVICES)
def test_another_project_or_account_is_explained(operation: str, way: str) -> None:
    cloud = new_cloud()
    kind = AuthenticationError if operation == SECRETS else PermissionDeniedError
    with trying(operation, 403, REFUSED), pytest.raises(kind):
        use(huawei(way, cloud, project_id="unknown", domain_id="unknown"), operation)
    assert len(cloud.calls) == 1


def test_a_signature_without_its_date_is_refused() -> None:
    cloud, request = fixed_cloud(), huawei_request()
    key, date = cloud.huawei_key, request.headers["x-sdk-date"]
    headers = [("host", request.headers["host"])]
    canonical = sdk_hmac.canonical_request("GET", request.path, request.query, headers, sha256_hex(b""))
    signature = hmac_sha256_hex(key.secret, sdk_hmac.string_to_sign(date, canonical))
    value = sdk_hmac.authorization(key.access_key_id, "host", signature)
    check(cloud, header("Authorization", value)(request), (401, "APIGW.0301"))


def test_nothing_that_is_kept_or_shown_tells_a_secret() -> None:
    cloud = cloud_with_keys("alibaba")
    client = cloud.huawei(password=cloud.password)
    list(client.csms.list_secrets())
    list(cloud.alibaba(credentials=TEMPORARY).sas.describe_accesskey_leak_list())
    with pytest.raises(StatusError):
        list(cloud.huawei(credentials=AccessKey("FAKECLOUD", "wrong-secret")).csms.list_secrets())
    tokens = [*cloud.callers.tokens]
    keys = [caller.key for caller in cloud.callers.access_keys.values()]
    hidden = [*tokens, cloud.password.password, TOKEN, "wrong-secret", *(key.secret for key in keys)]
    held: list[Any] = [cloud, cloud.callers, *cloud.calls, *cloud.callers.tokens.values()]
    held += [leaks_request(key=TEMPORARY), ReceivedRequest("POST", "/", httpx.Headers(), TOKEN.encode())]
    shown = "\n".join(map(repr, held))
    recorded = "\n".join(str(attrs.asdict(call)) for call in cloud.calls)
    with trying("-", "-", "fake cloud: secrets that may be shown"):
        assert len(tokens) == 1
        assert [secret for secret in hidden if secret in shown + recorded] == []
        assert "Signature=" not in shown + recorded
