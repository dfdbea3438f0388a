"""The fake cloud accepts every valid signature and token, and refuses all others as the vendors do.

Our signers sign the requests; tests/auth/test_signatures.py compares them with the vendors' own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import parse_qsl, quote

import attrs
import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from hypothesis import example, given
from hypothesis import strategies as st

from callers import TARGETS as OPERATIONS
from cloudkeys import AccessKey
from cloudkeys.auth.signing import sha256_hex
from cloudkeys.errors import AuthenticationError, StatusError
from cloudkeys.testing import Caller, FakeCloud, ReceivedRequest, faults
from cloudkeys.testing.state import PROJECT_ID
from testing.requests import (
    FOUND,
    JSON,
    KEY,
    KEYS,
    KNOWN,
    LEAKS,
    MINUTE,
    MOMENT,
    OTHER_PROJECT,
    SECOND,
    SECRETS,
    TARGETS,
    TOKENS,
    WRONG_SIGNATURE,
    check,
    fixed_cloud,
    outcome,
    request_of,
    stocked_cloud,
    use,
)

Vendor = Literal["alibaba", "huawei"]
VENDORS: tuple[Vendor, ...] = ("alibaba", "huawei")
WRONG_KEY = (401, "APIGW.0301")
INCOMPLETE = (400, "IncompleteSignature")
LATE = {"alibaba": (400, "InvalidTimeStamp.Expired"), "huawei": (401, "APIGW.0303")}


LISTS: dict[Vendor, str] = {"alibaba": LEAKS, "huawei": SECRETS}


def tampered(request: ReceivedRequest, pattern: str, new: str | Callable[[re.Match[str]], str]) -> ReceivedRequest:
    """Replace the first match of a pattern in the text of a request, whose names of headers are in lower case."""
    headers = [f"{name}: {value}" for name, value in request.headers.multi_items()]
    text = "\n".join([f"{request.method} {request.target}", *headers, "", request.body.decode()])
    text, count = re.subn(pattern, new, text, count=1)
    assert count == 1, f"{pattern} isn't in {text}"
    head, _, body = text.partition("\n\n")
    first, *lines = head.split("\n")
    method, _, target = first.partition(" ")
    pairs = [(name, value) for name, _, value in (line.partition(": ") for line in lines)]
    return ReceivedRequest(method, target, httpx.Headers(pairs), body.encode())


def signed_by_alibaba(request: ReceivedRequest, method: str = "POST", leave_out: str = "") -> ReceivedRequest:
    """Sign with the vendor's own signer, which signs host, content-type and each x-acs- header but one."""
    theirs: Any = DaraRequest()
    theirs.method, theirs.pathname = method, "/"
    theirs.query = dict(parse_qsl(request.query, keep_blank_values=True))
    theirs.headers = {name: value for name, value in request.headers.items() if name != leave_out}
    key, payload_hash = KNOWN.alibaba_key, sha256_hex(request.body)
    value = Utils.get_authorization(theirs, "ACS3-HMAC-SHA256", payload_hash, key.access_key_id, key.secret)
    return attrs.evolve(request, headers=httpx.Headers({**request.headers, "authorization": value}))


# Valid signatures.

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(
    [" ", "+", "a b", "%2B", "%", "a=b&c", "*~'()!/", "名前é", "\U0001f600", "\n", "\0", "?#", "//", ".."]
)
SEGMENTS = TEXTS.filter(lambda text: text.strip(".") and "/" not in text)
WORDS = st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=8)
HEADER_VALUES = st.lists(WORDS, max_size=4).map(lambda words: "  ".join(words).strip())
NAMES = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=8)


@given(TEXTS, st.dictionaries(NAMES, st.lists(HEADER_VALUES, min_size=1, max_size=3), max_size=3))
@example("a b", {"odd": ["http", "https", ""]})
def test_an_acs3_signature_of_any_text_is_accepted(text: str, odd: dict[str, list[str]]) -> None:
    headers = [(f"x-acs-odd-{name}", value) for name, values in odd.items() for value in values]
    target = f"/?PageSize=20&Query={quote(text, safe='~')}&CurrentPage=1"
    check(fixed_cloud(), request_of(LEAKS, target, headers=headers))


@given(SEGMENTS, TEXTS, st.dictionaries(NAMES, HEADER_VALUES, max_size=3))
def test_an_sdk_hmac_signature_of_any_text_is_accepted(project: str, event: str, odd: dict[str, str]) -> None:
    cloud = fixed_cloud(projects={project: "odd"})
    target = f"/v1/{quote(project, safe='~')}/secrets?event_name={quote(event, safe='~')}"
    check(cloud, request_of(SECRETS, target, headers=JSON | {f"odd-{name}": value for name, value in odd.items()}))


# Changes on the way.

Tampering = tuple[str, str | Callable[[re.Match[str]], str]]
SIGNED: dict[Vendor, ReceivedRequest] = {
    "alibaba": request_of(LEAKS, "/?PageSize=20&CurrentPage=1&Query=a%20b%2Bc"),
    "huawei": request_of(SECRETS, f"{TARGETS[SECRETS].partition('?')[0]}?limit=20&event_name=a%20b%2Bc"),
}
CHANGED: dict[str, Tampering] = {
    "a changed value": ("=20", "=21"),
    "an added pair": ("=20", "=20&a=1"),
    "a decoded plus": ("%2B", "+"),
    "a body": (r"\Z", "{}"),
    "another host": ("host: .*", "host: another.example"),
    "another second": ("05Z", "06Z"),
    "another signature": ("Signature=.*", f"Signature={'0' * 64}"),
}
MALFORMED: dict[str, Tampering] = {
    "an empty authorization": ("authorization: .*", "authorization: "),
    "two authorizations": ("authorization: .*\n", r"\g<0>\g<0>"),
    "another algorithm": ("HMAC-SHA256", "HMAC-SM3"),
    "text after the signature": ("Signature=.*", r"\g<0>0"),
    "a short signature": (r"(Signature=\w{63}).", r"\1"),
    "an upper-case signature": ("(?<=Signature=).*", lambda match: match[0].upper()),
    "a signed header that is missing": ("SignedHeaders=", "SignedHeaders=absent;"),
    "a name signed twice": ("host;", "host;host;"),
    "names in another order": (r"SignedHeaders=([\w-]+);([\w-]+)", r"SignedHeaders=\2;\1"),
    "no name": ("SignedHeaders=", "SignedHeaders=;"),
    "a bearer token": ("authorization: .*", "authorization: Bearer abc"),
    "the other vendor's form": (r",( ?)(?=Signature)", lambda match: "," if match[1] else ", "),
}
MANDATORY = ("x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256", "host")
OF_ALIBABA: dict[str, tuple[Tampering, tuple[int, str]]] = {
    "a repeated pair": (("PageSize=20", "PageSize=20&PageSize=20"), WRONG_SIGNATURE),
    "a body and its hash": (
        (r"(?s)(content-sha256: )\w+(.*)", rf"\g<1>{sha256_hex(b'{}')}\g<2>{{}}"),
        WRONG_SIGNATURE,
    ),
    "a second nonce": (("x-acs-signature-nonce: ", r"\g<0>other\n\g<0>"), WRONG_SIGNATURE),
    "another key": (("LTAIfakecloud", "LTAI"), (404, "InvalidAccessKeyId.NotFound")),
    "an unsigned x-acs- header": (("\n", "\nx-acs-extra: 1\n"), INCOMPLETE),
    **{f"no {name}": ((f"{name}: .*\n", ""), INCOMPLETE) for name in (*MANDATORY, "authorization")},
    "another action": (("DescribeAccesskeyLeakList", "DescribeLeaks"), (404, "InvalidAction.NotFound")),
    "another version": (("2018-12-03", "2018-12-04"), (404, "InvalidAction.NotFound")),
}
OF_HUAWEI: dict[str, tuple[Tampering, tuple[int, str]]] = {
    "a second date": (("x-sdk-date: .*\n", r"\g<0>\g<0>"), LATE["huawei"]),
    "another project": ((PROJECT_ID, OTHER_PROJECT), WRONG_KEY),
    "no date": (("x-sdk-date: .*\n", ""), WRONG_KEY),
    "another key": (("FAKECLOUD", "FAKE"), WRONG_KEY),
}
TAMPERED: dict[Vendor, dict[str, tuple[Tampering, tuple[int, str]]]] = {
    "alibaba": {
        **{name: (change, WRONG_SIGNATURE) for name, change in CHANGED.items()},
        **{name: (change, INCOMPLETE) for name, change in MALFORMED.items()},
        **OF_ALIBABA,
    },
    "huawei": {**{name: (change, WRONG_KEY) for name, change in (CHANGED | MALFORMED).items()}, **OF_HUAWEI},
}


@pytest.mark.parametrize(("vendor", "name"), [(vendor, name) for vendor in TAMPERED for name in TAMPERED[vendor]])
def test_a_signature_is_valid_for_one_request(vendor: Vendor, name: str) -> None:
    change, expected = TAMPERED[vendor][name]
    check(fixed_cloud(), SIGNED[vendor])
    check(fixed_cloud(), tampered(SIGNED[vendor], *change), expected)


def test_a_signature_covers_the_method_and_each_mandatory_header() -> None:
    check(fixed_cloud(), signed_by_alibaba(SIGNED["alibaba"], method="GET"), WRONG_SIGNATURE)
    for name in (*MANDATORY, "x-acs-action", "x-acs-version"):
        check(fixed_cloud(), signed_by_alibaba(SIGNED["alibaba"], leave_out=name), INCOMPLETE)


# HTTP libraries and proxies add such headers to a signed request.
ADDED = ("x-forwarded-for", "via", "traceparent", "cookie", "accept-encoding", "connection", "user-agent")


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_signature_allows_changes_of_unsigned_parts(vendor: Vendor) -> None:
    added = (*ADDED, "content-type") if vendor == "alibaba" else ADDED
    changes = [(r"(\w+=20)&(\S+) ?", r"\2&\1"), ("%20", "+"), ("=a%20", "=%61%20")]
    for change in (*changes, *(("\n", f"\n{name}: any text\n") for name in added)):
        check(fixed_cloud(), tampered(SIGNED[vendor], *change))


# Times, nonces and locked keys.


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("sign", [1, -1])
def test_a_clock_may_be_off_by_15_minutes(vendor: Vendor, sign: int) -> None:
    check(fixed_cloud(clock_skew=15 * MINUTE * sign), request_of(LISTS[vendor]))
    check(fixed_cloud(clock_skew=(15 * MINUTE + SECOND) * sign), request_of(LISTS[vendor]), LATE[vendor])


@pytest.mark.parametrize("date", ["", "now", "2026-01-02T03:04:05", "2026-13-02T03:04:05Z"])
def test_a_malformed_date_is_refused(date: str) -> None:
    leaks, secrets = (tampered(request_of(operation), "date: .*", f"date: {date}") for operation in (LEAKS, SECRETS))
    check(fixed_cloud(), signed_by_alibaba(leaks), LATE["alibaba"])
    check(fixed_cloud(), secrets, LATE["huawei"])


def test_a_nonce_is_accepted_once() -> None:
    cloud = fixed_cloud()
    check(cloud, tampered(request_of(LEAKS, nonce="a"), "CurrentPage=1", "CurrentPage=2"), WRONG_SIGNATURE)
    check(cloud, request_of(LEAKS, nonce="a"))
    check(cloud, request_of(LEAKS, "/?PageSize=21&CurrentPage=1", nonce="a"), (400, "SignatureNonceUsed"))
    check(cloud, request_of(LEAKS, nonce="b"))
    # The nonce of a request that is dated ahead is kept until the request is too old.
    ahead = request_of(LEAKS, nonce="ahead", moment=MOMENT + 15 * MINUTE)
    check(cloud, ahead)
    cloud.clock_skew = 30 * MINUTE
    check(cloud, ahead, (400, "SignatureNonceUsed"))
    cloud.clock_skew += SECOND
    check(cloud, ahead, LATE["alibaba"])
    check(cloud, request_of(LEAKS, nonce="ahead", moment=cloud.now()))


OTHER = AccessKey("OTHER", "secret-of-the-other-key")


def succeeds(cloud: FakeCloud, minutes: float, key: AccessKey = KNOWN.huawei_key) -> bool:
    """Return whether a call with a key succeeds at a time."""
    cloud.clock_skew = minutes * MINUTE
    found = outcome(cloud, request_of(SECRETS, key=key, moment=cloud.now()))
    assert found in {FOUND, WRONG_KEY}
    return found == FOUND


def test_six_wrong_signatures_lock_a_key_for_five_minutes_after_the_last() -> None:
    cloud, wrong = fixed_cloud(), AccessKey(KNOWN.huawei_key.access_key_id, "wrong")
    cloud.callers.add([Caller(vendor="huawei", key=OTHER)])
    # A right signature resets the count.
    for _ in range(2):
        assert [succeeds(cloud, 0, key) for key in [wrong] * 5] == [False] * 5
        assert succeeds(cloud, 0)
    assert not any(succeeds(cloud, minutes, wrong) for minutes in (0, 1, 2, 3, 4, 4.5))
    assert not succeeds(cloud, 5)
    assert succeeds(cloud, 5, OTHER)
    assert not succeeds(cloud, 9.5 - 1 / 60)
    assert succeeds(cloud, 9.5)


def test_other_refusals_lock_no_key() -> None:
    cloud = fixed_cloud()
    for _ in range(10):
        check(cloud, tampered(request_of(SECRETS), "authorization: .*", "authorization: nonsense"), WRONG_KEY)
        check(cloud, request_of(SECRETS, moment=MOMENT - timedelta(hours=1)), LATE["huawei"])
        check(cloud, request_of(LEAKS, key=AccessKey(cloud.alibaba_key.access_key_id, "wrong")), WRONG_SIGNATURE)
    check(cloud, request_of(SECRETS))
    check(cloud, request_of(LEAKS))


# Access keys.

SECURITY_TOKEN = "token-of-a-temporary-key"  # noqa: S105 - a fake
TEMPORARY = AccessKey("TEMPORARY", "secret-of-the-temporary-key", SECURITY_TOKEN)
INACTIVE = AccessKey("INACTIVE", "secret-of-the-inactive-key")


def cloud_with_keys(vendor: Vendor, **settings: Any) -> FakeCloud:
    cloud = stocked_cloud(**settings)
    temporary = Caller(vendor=vendor, key=TEMPORARY, expires_at=cloud.now() + MINUTE)
    cloud.callers.add([temporary, Caller(vendor=vendor, key=INACTIVE, active=False)])
    return cloud


OTHER_TOKEN = (400, "InvalidSecurityToken.MismatchWithAccessKey")
WRONG_KEYS: dict[str, tuple[Callable[[AccessKey, AccessKey], AccessKey], tuple[int, str]]] = {
    "wrong secret": (lambda own, _: AccessKey(own.access_key_id, "wrong"), WRONG_SIGNATURE),
    "the other vendor's key": (lambda _, other: other, (404, "InvalidAccessKeyId.NotFound")),
    "inactive key": (lambda *_: INACTIVE, (400, "InvalidAccessKeyId.Inactive")),
    "token with a permanent key": (lambda own, _: attrs.evolve(own, security_token=SECURITY_TOKEN), OTHER_TOKEN),
    "wrong token": (lambda *_: attrs.evolve(TEMPORARY, security_token="wrong"), OTHER_TOKEN),  # noqa: S106 - a fake
    "no token": (lambda *_: attrs.evolve(TEMPORARY, security_token=None), OTHER_TOKEN),
}


@pytest.mark.parametrize("vendor", VENDORS)
@pytest.mark.parametrize("name", WRONG_KEYS)
def test_a_client_with_a_wrong_key_is_refused_once(vendor: Vendor, name: str) -> None:
    cloud = cloud_with_keys(vendor)
    change, at_alibaba = WRONG_KEYS[name]
    expected = at_alibaba if vendor == "alibaba" else WRONG_KEY
    keys = (cloud.alibaba_key, cloud.huawei_key)
    key = change(*(keys if vendor == "alibaba" else keys[::-1]))
    with pytest.raises(AuthenticationError) as raised:
        use(getattr(cloud, vendor)(credentials=key), LISTS[vendor])
    assert (raised.value.status_code, raised.value.code) == expected
    assert [(call.status, call.code, call.caller) for call in cloud.calls] == [(*expected, key.access_key_id)]


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_temporary_key_works_until_it_expires(vendor: Vendor) -> None:
    cloud = cloud_with_keys(vendor, clock=lambda: MOMENT)
    cloud.clock_skew = MINUTE - SECOND
    check(cloud, request_of(LISTS[vendor], key=TEMPORARY))
    cloud.clock_skew = MINUTE
    expected = (400, "InvalidSecurityToken.Expired") if vendor == "alibaba" else WRONG_KEY
    check(cloud, request_of(LISTS[vendor], key=TEMPORARY), expected)


WRONG_PROJECT = (403, "KMS.0321")
WRONG_SCOPES = {SECRETS: WRONG_PROJECT, KEYS: (403, "IAM.0003"), KEY: (403, "")}
SERVICES = tuple(WRONG_SCOPES)


@pytest.mark.parametrize("operation", SERVICES)
def test_a_signed_scope_must_be_that_of_the_cloud(operation: str) -> None:
    cloud = fixed_cloud()
    name, right = ("X-Project-Id", PROJECT_ID) if operation == SECRETS else ("X-Domain-Id", cloud.domain_id)
    check(cloud, request_of(operation, scope={name: right}))
    check(cloud, request_of(operation, scope={name: OTHER_PROJECT}), WRONG_SCOPES[operation])
    check(cloud, request_of(SECRETS, "/v1/unknown/secrets"), WRONG_PROJECT)


# Permissions.

NOT_PERMITTED = {LEAKS: "NoPermission", KEYS: "IAM.0003", KEY: "", SECRETS: "IAM.0003"}


@pytest.mark.parametrize("operation", OPERATIONS)
def test_an_operation_can_be_denied_after_credentials_and_before_parameters_are_checked(operation: str) -> None:
    assert outcome(fixed_cloud(denied=OPERATIONS.keys() - {operation}), request_of(operation)).status != 403
    cloud = fixed_cloud(denied={operation})
    wrong = f"{TARGETS[operation]}{'&' if '?' in TARGETS[operation] else '?'}unknown=1"
    request = request_of(operation, wrong)
    found = outcome(cloud, request)
    assert found == (403, NOT_PERMITTED.get(operation, found.code))
    unsigned = attrs.evolve(request, headers=httpx.Headers(JSON | dict(OPERATIONS[operation].operation.headers)))
    assert outcome(cloud, unsigned).status == (400 if OPERATIONS[operation].vendor == "alibaba" else 401)


def test_an_unknown_operation_cannot_be_denied() -> None:
    with pytest.raises(ValueError, match=r"denied: 'ListSecret' must be one of alibaba_ims\.GetUser, "):
        list(FakeCloud(denied={"ListSecret"}).huawei().csms.list_secrets())


# Tokens.


def token_post(body: bytes) -> ReceivedRequest:
    return ReceivedRequest("POST", "/v3/auth/tokens?nocatalog=true", httpx.Headers(JSON), body)


def token_request(scope: Any = None, **user: Any) -> ReceivedRequest:
    known = KNOWN.password
    named = {"name": known.user, "password": known.password, "domain": {"name": known.domain}} | user
    auth = {"identity": {"methods": ["password"], "password": {"user": named}}} | ({"scope": scope} if scope else {})
    return token_post(json.dumps({"auth": auth}).encode())


def with_token(target: str, token: str) -> ReceivedRequest:
    return ReceivedRequest("GET", target, httpx.Headers(JSON | {"X-Auth-Token": token}))


def new_token(cloud: FakeCloud, scope: Any = None) -> str:
    response = cloud.respond(token_request(scope))
    assert response.status == 201
    times = json.loads(response.body)["token"]
    assert datetime.fromisoformat(times["issued_at"]) == cloud.now()
    assert datetime.fromisoformat(times["expires_at"]) == cloud.now() + cloud.token_lifetime
    return response.headers["X-Subject-Token"]


PROJECT_SCOPES: list[Any] = [
    {"project": {"id": PROJECT_ID}},
    {"project": {"name": "cn-north-4"}, "domain": {"name": "unknown"}},
]
DOMAIN_SCOPES: list[Any] = [
    None,
    {"project": None},
    {"domain": {"id": KNOWN.domain_id}},
    {"domain": {"name": KNOWN.password.domain}},
]


@pytest.mark.parametrize("scope", [*PROJECT_SCOPES, *DOMAIN_SCOPES], ids=str)
def test_a_token_is_valid_for_a_project_or_for_the_account(scope: Any) -> None:
    cloud = fixed_cloud()
    token = new_token(cloud, scope)
    for operation, wrong in WRONG_SCOPES.items():
        is_right = (operation == SECRETS) == (scope in PROJECT_SCOPES)
        check(cloud, with_token(TARGETS[operation], token), FOUND if is_right else wrong)
    check(cloud, with_token(f"/v1/{OTHER_PROJECT}/secrets", token), WRONG_PROJECT)


WRONG_LOGINS = {
    "user": token_request(name="unknown"),
    "password": token_request(password="wrong"),  # noqa: S106 - a fake
    "account": token_request(domain={"name": "unknown"}),
    "account without a name": token_request(domain={"id": KNOWN.domain_id}),
    "project ID": token_request({"project": {"id": "unknown"}}),
    "project name": token_request({"project": {"name": "unknown"}}),
    "account ID of the scope": token_request({"domain": {"id": "unknown"}}),
    "method": token_post(token_request().body.replace(b'["password"]', b'["totp"]')),
}


@pytest.mark.parametrize("name", WRONG_LOGINS)
def test_no_token_is_issued_for_a_wrong_login(name: str) -> None:
    cloud = fixed_cloud()
    check(cloud, WRONG_LOGINS[name], (401, ""))
    assert cloud.callers.tokens == {}


def test_a_token_is_requested_by_post() -> None:
    cloud, request = fixed_cloud(), attrs.evolve(token_request(), method="GET")
    check(cloud, request, (405, "APIGW.0101"))
    assert cloud.respond(request).headers["Allow"] == "POST"


COMPLETE = token_request({"project": {"id": PROJECT_ID}, "domain": {"id": KNOWN.domain_id}}).body
LEAVES = (b'["password"]', b'"fake-user"', b'{"name": "fake-account"}', b'{"id": "%s"}' % PROJECT_ID.encode())
VALUES = (b"null", b"3", b"1e999", b'""', b'"\\ud800"', b"[]", b"[null]", b"{}", b"{", b"\xff")
MALFORMED_LOGINS = [COMPLETE.replace(leaf, value) for leaf in LEAVES for value in VALUES]
MALFORMED_LOGINS += [b"", b"3", b"[" * 200_000, b'{"auth":' * 100_000, COMPLETE.decode().encode("utf-16")]


@pytest.mark.parametrize("body", MALFORMED_LOGINS, ids=range(len(MALFORMED_LOGINS)))
def test_a_malformed_login_is_refused_in_the_form_of_keystone(body: bytes) -> None:
    cloud = fixed_cloud()
    response = cloud.respond(token_post(body))
    assert response.status in {201, 400, 401}
    assert list(json.loads(response.body)) == ["token" if response.status == 201 else "error"]
    assert len(cloud.callers.tokens) == (response.status == 201)


EXPIRED_TOKEN = {SECRETS: (403, "KMS.0303"), KEYS: (401, "IAM.0066"), KEY: (401, "")}
UNKNOWN_TOKEN = {SECRETS: (403, "KMS.0302"), KEYS: (401, "IAM.0062"), KEY: (401, "")}
NO_LOGIN = {SECRETS: WRONG_KEY, KEYS: (401, "IAM.0001"), KEY: (401, "")}


@pytest.mark.parametrize("operation", SERVICES)
def test_a_call_needs_a_token_that_is_known_and_has_not_expired(operation: str) -> None:
    cloud = fixed_cloud(token_lifetime=timedelta(hours=2))
    scope = PROJECT_SCOPES[0] if operation == SECRETS else None
    request = with_token(TARGETS[operation], new_token(cloud, scope))
    cloud.clock_skew = timedelta(hours=2) - SECOND
    check(cloud, request)
    cloud.clock_skew = timedelta(hours=2)
    check(cloud, request, EXPIRED_TOKEN[operation])
    renewed = with_token(TARGETS[operation], new_token(cloud, scope))
    check(cloud, renewed)
    cloud.expire_tokens()
    check(cloud, renewed, EXPIRED_TOKEN[operation])
    for wrong in ("unknown", ""):
        check(cloud, with_token(TARGETS[operation], wrong), UNKNOWN_TOKEN[operation])
    check(cloud, tampered(request, "x-auth-token: .*\n", ""), NO_LOGIN[operation])


def test_a_client_renews_its_token_in_the_middle_of_a_listing() -> None:
    cloud = stocked_cloud(110)
    client = cloud.huawei(password=cloud.password, domain_id=None)
    cloud.inject(faults.change(FakeCloud.expire_tokens), operation=SECRETS, after=1)
    assert use(client, SECRETS) == cloud.secrets[PROJECT_ID]
    calls = [(call.operation, call.status) for call in cloud.calls]
    assert calls == [(TOKENS, 201), (SECRETS, 200), (SECRETS, 403), (TOKENS, 201), *[(SECRETS, 200)] * 3]


# Secrets.


def test_no_secret_is_recorded_or_shown() -> None:
    cloud = cloud_with_keys("alibaba")
    list(cloud.huawei(password=cloud.password).csms.list_secrets())
    list(cloud.alibaba(credentials=TEMPORARY).sas.describe_accesskey_leak_list())
    with pytest.raises(StatusError):
        list(cloud.huawei(credentials=AccessKey("FAKECLOUD", "wrong-secret")).csms.list_secrets())
    assert len(cloud.callers.tokens) == 1
    shown: list[Any] = [cloud, cloud.callers, *cloud.calls, *cloud.callers.tokens.values()]
    shown += [request_of(LEAKS, key=TEMPORARY), ReceivedRequest("POST", "/", httpx.Headers(), SECURITY_TOKEN.encode())]
    text = "\n".join([*map(repr, shown), *(str(attrs.asdict(call)) for call in cloud.calls)])
    secrets = {*cloud.callers.secrets(), cloud.password.password, cloud.huawei_key.secret, *cloud.callers.tokens}
    assert [secret for secret in (*secrets, SECURITY_TOKEN, "wrong-secret", "Signature=") if secret in text] == []
