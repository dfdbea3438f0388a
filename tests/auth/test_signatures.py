"""Signatures agree with the vendors' published vectors and with the vendors' own signers, and stay with one origin."""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, quote, unquote, unquote_plus

import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cloudkeys import Password
from cloudkeys.auth import acs3, sdk_hmac, signing
from cloudkeys.auth.credentials import AccessKey
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.errors import CloudkeysError, CredentialsError
from cloudkeys.testing import FakeResponse
from cloudkeys_api.huawei_iam_v3.models import CredentialChange
from driver import Driver, over_sockets

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text())
MOMENT: Final = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
ORIGIN: Final = "https://kms.cn-north-4.myhuaweicloud.com"


def vectors(*, stepwise: bool) -> list[Any]:
    return [pytest.param(each, id=each["name"]) for each in VECTORS if ("canonical_request" in each) is stepwise]


@pytest.mark.parametrize("vector", vectors(stepwise=True))
def test_each_step_of_a_signature_agrees_with_the_published_one(vector: dict[str, Any]) -> None:
    method, path, query, *lines, _, _, payload_hash = vector["canonical_request"].split("\n")
    headers = [(name, value) for name, _, value in (line.partition(":") for line in lines)]
    names = ";".join(name for name, _ in headers)
    if vector["scheme"] == acs3.ALGORITHM:
        canonical = acs3.canonical_request(method, path, query, headers, payload_hash)
        to_sign = acs3.string_to_sign(canonical)
        header = acs3.authorization(vector["access_key"], names, vector["signature"])
    else:
        canonical = sdk_hmac.canonical_request(method, path.removesuffix("/"), query, headers, payload_hash)
        to_sign = sdk_hmac.string_to_sign(dict(headers)["x-sdk-date"], canonical)
        header = sdk_hmac.authorization(vector["access_key"], names, vector["signature"])
    assert canonical == vector["canonical_request"]
    assert signing.sha256_hex(canonical.encode()) == vector["canonical_sha256"]
    assert to_sign == vector["string_to_sign"]
    assert signing.hmac_sha256_hex(vector["secret"], to_sign) == vector["signature"]
    assert header == vector["authorization"]


@pytest.mark.parametrize("vector", vectors(stepwise=False))
def test_the_signature_of_a_request_agrees_with_the_published_one(vector: dict[str, Any]) -> None:
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    query = vector["query"].items() if isinstance(vector["query"], dict) else vector["query"]
    target = vector["path"] + "?" + "&".join(f"{name}={quote(str(value), safe='~')}" for name, value in query)
    base_url = f"https://{headers['host']}"
    token = headers.get("x-security-token") or headers.get("x-acs-security-token")
    key = AccessKey(vector["access_key"], vector["secret"], token)
    auth: httpx.Auth
    if vector["scheme"] == acs3.ALGORITHM:
        moment = datetime.strptime(headers["x-acs-date"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        auth = acs3.Acs3Auth(key, base_url, lambda: moment, lambda: headers["x-acs-signature-nonce"])
        kept = ["x-acs-action", "x-acs-version"]
    else:
        moment = datetime.strptime(headers["x-sdk-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        scope = {name: headers[name] for name in ("x-project-id", "x-domain-id") if name in headers}
        auth = sdk_hmac.SdkHmacAuth(key, base_url, scope, lambda: moment)
        kept = ["content-type"]
    method = vector.get("method", "GET")
    request = httpx.Request(method, base_url + target, headers={name: headers[name] for name in kept})
    assert next(auth.sync_auth_flow(request)).headers["Authorization"] == vector["authorization"]


def test_repeated_headers_are_joined_regardless_of_case() -> None:
    headers = [("x-acs-TEST", "https"), ("x-acs-test", " http ")]
    assert signing.canonical_headers(headers) == ("x-acs-test:http,https\n", "x-acs-test")


PIECES: Final = [*"aZ09-._~/&=+%!é ", "%41", "%2F", "%2f", "%7E", "%E4%B8%80", "%ff"]


@given(st.lists(st.sampled_from(PIECES)).map("".join))
@example("a-b=1&a=2&a=1&Z=")
@example("test=+~/*-%2B&multi=1&multi=3&multi=2")
@example("&".join(f"p{number}=%{number:02X}%{number:02x}" for number in range(256)))
def test_paths_and_queries_become_canonical(sent: str) -> None:
    segments = [quote(unquote(segment), safe="~") for segment in sent.split("/")]
    assert signing.canonical_path(sent) == "/".join(segments)
    pairs = [part.partition("=") for part in sent.split("&") if part]
    encoded = sorted(tuple(quote(unquote_plus(text), safe="~") for text in (name, value)) for name, _, value in pairs)
    assert signing.canonical_query(sent) == "&".join("=".join(pair) for pair in encoded)


def test_each_escape_becomes_canonical() -> None:
    # Alone: next to another character, that one could decide that the text needs encoding.
    for escape in (f"%{number:{digits}}" for number in range(256) for digits in ("02X", "02x")):
        assert signing.canonical_path(escape) == quote(unquote(escape), safe="~")
        assert signing.canonical_query(f"a={escape}") == f"a={quote(unquote(escape), safe='~')}"


@pytest.mark.parametrize("sent", ["a" * 100_000 + "!", "a=" * 50_000 + "!", "a=b&" * 25_000 + "!"])
def test_no_text_takes_exponential_time(sent: str) -> None:
    assert "!" not in signing.canonical_path(sent) + signing.canonical_query(sent)


TEXTS: Final = st.text(st.sampled_from("aZ09-._~/&=+%!*()' \"\\é名\n\x00"), max_size=8)
NAMES: Final = st.sampled_from(["limit", "a-b", "a", "Z", "IdList.1", "IdList.10", "IdList.2", "Tag.1.Key"])
QUERIES: Final = st.lists(st.tuples(NAMES, TEXTS), max_size=4, unique_by=lambda pair: pair[0])


def signed_names(request: httpx.Request) -> list[str]:
    names = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    return sorted(names.split(";"))


def sign_as_huawei(request: httpx.Request, key: AccessKey) -> str:
    """Return the Authorization header that the signer of Huawei Cloud's SDK computes for a request."""
    query: list[tuple[str, Any]] = [*parse_qsl(request.url.query.decode(), keep_blank_values=True)]
    theirs = SdkRequest(
        method=request.method,
        schema=request.url.scheme,
        host=request.headers["Host"],
        resource_path=request.url.path,
        query_params=query,
        header_params={name.title(): request.headers[name] for name in signed_names(request)},
        body=request.content,
    )
    signed = Signer(BasicCredentials(key.access_key_id, key.secret, "p")).sign(theirs)
    return str(signed.header_params["Authorization"])


def sign_as_alibaba(request: httpx.Request, key: AccessKey) -> str:
    """Return the Authorization header that the signer of Alibaba Cloud's SDK computes for a request."""
    theirs = DaraRequest()
    theirs.method, theirs.pathname = request.method, request.url.raw_path.decode().partition("?")[0]
    theirs.query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    theirs.headers = {name: request.headers[name] for name in signed_names(request)}
    payload_hash = hashlib.sha256(request.content).hexdigest()
    return str(Utils.get_authorization(theirs, acs3.ALGORITHM, payload_hash, key.access_key_id, key.secret))


@settings(max_examples=100)
@given(
    method=st.sampled_from(["GET", "POST", "PUT", "DELETE"]),
    segment=st.text(st.sampled_from("aZ09-_"), min_size=1, max_size=8),
    query=QUERIES,
    body=st.just(b"") | TEXTS.map(str.encode),
    token=st.sampled_from([None, "sts-token"]),
)
def test_the_vendors_signers_compute_the_same_signatures(
    method: str, segment: str, query: list[tuple[str, str]], body: bytes, token: str | None
) -> None:
    key = AccessKey("AKEXAMPLE", "SKEXAMPLE", token)

    def sign(auth: httpx.Auth, query: list[tuple[str, str]]) -> httpx.Request:
        text = "&".join(f"{name}={quote(value, safe='~')}" for name, value in query)
        url = f"{ORIGIN}/v5/users/{segment}/access-keys{'?' if text else ''}{text}"
        headers = {"Content-Type": "application/json", "User-Agent": "not signed"} if body else {}
        return next(auth.sync_auth_flow(httpx.Request(method, url, content=body, headers=headers)))

    common = ["content-type", "host"] if body else ["host"]
    # Huawei Cloud's signer doesn't sort the values of a repeated name; Alibaba Cloud's takes a dict.
    repeated = [(name, f"{value}2") for name, value in query[:1]]
    request = sign(sdk_hmac.SdkHmacAuth(key, ORIGIN, {"X-Domain-Id": "d"}, lambda: MOMENT), [*query, *repeated])
    temporary = ["x-security-token"] if token else []
    assert signed_names(request) == [*common, "x-domain-id", "x-sdk-date", *temporary]
    assert request.headers["X-Sdk-Date"] == "20260102T030405Z"
    assert request.headers["Authorization"] == sign_as_huawei(request, key)

    request = sign(acs3.Acs3Auth(key, ORIGIN, lambda: MOMENT), query)
    temporary = ["x-acs-accesskey-id", "x-acs-security-token"] if token else []
    generated = ["x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"]
    assert signed_names(request) == sorted([*common, *temporary, *generated])
    assert request.headers["x-acs-date"] == "2026-01-02T03:04:05Z"
    assert request.headers["x-acs-content-sha256"] == hashlib.sha256(body).hexdigest()
    assert request.headers["Authorization"] == sign_as_alibaba(request, key)


def test_each_request_has_its_own_nonce() -> None:
    auth = acs3.Acs3Auth(AccessKey("AK", "SK"), ORIGIN)
    requests = [next(auth.sync_auth_flow(httpx.Request("POST", ORIGIN))) for _ in range(20)]
    assert len({request.headers["x-acs-signature-nonce"] for request in requests}) == 20


@over_sockets
@pytest.mark.parametrize("token", [None, "sts-token"])
def test_the_bytes_that_are_signed_are_the_bytes_that_arrive(driver: Driver, token: str | None) -> None:
    key, arrived = AccessKey("AK", "SK", token), list[httpx.Request]()

    def refuse(request: httpx.Request) -> FakeResponse:
        arrived.append(request)
        return FakeResponse(400, b"{}")

    alibaba, huawei = driver.alibaba(refuse, credentials=key), driver.huawei(refuse, credentials=key, project_id="p")
    proxied = driver.alibaba(refuse, credentials=key, base_url=f"{alibaba.base_url}/my%20proxy")
    change = CredentialChange(description="名é")
    calls: list[Callable[[], Any]] = [
        lambda: driver.run(lambda: huawei.iam_v3.update_permanent_access_key("AK", change)),
        lambda: driver.run(lambda: huawei.iam_v5.delete_access_key("u", "k")),
        lambda: driver.items(huawei.csms.list_secrets(event_name="a b+c~é")),
        lambda: driver.items(alibaba.sas.describe_accesskey_leak_list(query="a b+c~é")),
        lambda: driver.items(proxied.sas.describe_accesskey_leak_list(query="*")),
    ]
    for call in calls:
        with pytest.raises(CloudkeysError):
            call()
    assert [bool(request.content) for request in arrived] == [True, False, False, False, False]
    assert arrived[4].url.raw_path.startswith(b"/my%20proxy/?")
    for request in arrived:
        sign = sign_as_alibaba if "x-acs-date" in request.headers else sign_as_huawei
        assert request.headers["Authorization"] == sign(request, key), request


SCHEMES: dict[str, httpx.Auth] = {
    "SDK-HMAC-SHA256": sdk_hmac.SdkHmacAuth(AccessKey("AK", "SK"), ORIGIN),
    "ACS3-HMAC-SHA256": acs3.Acs3Auth(AccessKey("AK", "SK"), ORIGIN),
    "a token": TokenAuth("token", ORIGIN),
    "a password": PasswordTokenAuth(Password(user="u", password="p", domain="d"), {}, ORIGIN, ORIGIN),  # noqa: S106
}


def start(auth: httpx.Auth, request: httpx.Request, way: str) -> httpx.Request:
    async def start_async() -> httpx.Request:
        return await anext(auth.async_auth_flow(request))

    return next(auth.sync_auth_flow(request)) if way == "sync" else asyncio.run(start_async())


@pytest.mark.parametrize("way", ["sync", "async"])
@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(
    "url",
    ["https://other.example/", ORIGIN.replace("https", "http"), f"{ORIGIN}:8443/", f"{ORIGIN}.other.example/"],
)
def test_nothing_is_signed_for_another_origin_and_no_token_is_sent_there(scheme: str, url: str, way: str) -> None:
    request = httpx.Request("GET", url)
    with pytest.raises(CredentialsError, match="isn't the client's origin"):
        start(SCHEMES[scheme], request, way)
    assert not {"Authorization", "X-Auth-Token"} & {name.title() for name in request.headers}


def test_the_standard_port_is_the_same_origin() -> None:
    request = start(SCHEMES["a token"], httpx.Request("GET", f"{ORIGIN}:443/v1"), "sync")
    assert request.headers["X-Auth-Token"] == "token"
