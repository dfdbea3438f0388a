"""Signatures, step by step against published vectors, and against the vendors' own signers on many requests."""

from __future__ import annotations

import json
import random
import string
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, unquote_plus, urlsplit

import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer
from hypothesis import given, strategies

from cloudkeys.auth import acs3, sdk_hmac
from cloudkeys.auth import signing as base
from cloudkeys.auth.credentials import AccessKey
from cloudkeys.errors import CredentialsError
from cloudkeys.testing import FakeResponse
from driver import Driver

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "vectors.json").read_text())
STEPWISE = [vector for vector in VECTORS if "canonical_request" in vector]
WHOLE = [vector for vector in VECTORS if "canonical_request" not in vector]


def named(vectors: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(vector, id=vector["name"]) for vector in vectors]


def parts_of(canonical_request: str) -> dict[str, Any]:
    """Take a canonical request apart, into what the function that makes it is given."""
    method, path, query, *headers, _, _, payload_hash = canonical_request.split("\n")
    pairs = [(name, value) for name, _, value in (line.partition(":") for line in headers)]
    return {"method": method, "path": path, "query": query, "headers": pairs, "payload_hash": payload_hash}


def test_there_are_vectors_of_both_schemes() -> None:
    assert {vector["scheme"] for vector in STEPWISE} == {vector["scheme"] for vector in WHOLE}
    assert len(STEPWISE) == 5
    assert len(WHOLE) == 4


@pytest.mark.parametrize("vector", named(STEPWISE))
def test_each_step_of_a_signature(vector: dict[str, Any]) -> None:
    parts = parts_of(vector["canonical_request"])
    names = ";".join(name for name, _ in parts["headers"])
    if vector["scheme"] == acs3.ALGORITHM:
        canonical = acs3.canonical_request(**parts)
        to_sign = acs3.string_to_sign(canonical)
        header = acs3.authorization(vector["access_key"], names, vector["signature"])
    else:
        date = dict(parts["headers"])["x-sdk-date"]
        canonical = sdk_hmac.canonical_request(**parts | {"path": parts["path"].removesuffix("/")})
        to_sign = sdk_hmac.string_to_sign(date, canonical)
        header = sdk_hmac.authorization(vector["access_key"], names, vector["signature"])
        if "body" in vector:
            assert base.sha256_hex(vector["body"].encode()) == parts["payload_hash"]
    assert canonical == vector["canonical_request"]
    assert base.sha256_hex(canonical.encode()) == vector["canonical_sha256"]
    assert to_sign == vector["string_to_sign"]
    assert base.hmac_sha256_hex(vector["secret"], to_sign) == vector["signature"]
    assert header == vector["authorization"]


def test_headers_that_repeat_are_joined_whatever_their_case() -> None:
    assert base.canonical_headers([("x-acs-TEST", "https"), ("x-acs-test", " http ")]) == (
        "x-acs-test:http,https\n",
        "x-acs-test",
    )


@pytest.mark.parametrize(
    ("sent", "canonical"),
    [
        ("test=%20~%2F%2A-%2B", "test=%20~%2F%2A-%2B"),
        ("test=+~/*-%2B", "test=%20~%2F%2A-%2B"),
        ("test=%2D%2E%5F%7e%2d", "test=-._~-"),
        # Each alone: one that is in no other form must be enough to leave the fast path.
        *[(f"test=%{ord(character):02X}", f"test={character}") for character in "-._~aZ09"],
        ("empty=&test=ok", "empty=&test=ok"),
        ("b=1&a=2&a=1", "a=1&a=2&b=1"),
        ("a-b=1&a=2", "a=2&a-b=1"),
        (
            "test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29&path=/tmp/123&multi=1&multi=3&multi=2&limit=1&enable=true",
            "enable=true&limit=1&multi=1&multi=2&multi=3&path=%2Ftmp%2F123&test=%E4%B8%80%20%28%26%3D%3F%21%23%25.%2A%29",
        ),
        ("", ""),
    ],
)
def test_a_canonical_query(sent: str, canonical: str) -> None:
    assert base.canonical_query(sent) == canonical


PARTS = [*"aZ09-._~/&=+%!é ", "%41", "%2F", "%2f", "%7E", "%E4%B8%80", "%ff"]
SENT = strategies.lists(strategies.sampled_from(PARTS)).map("".join)


@given(SENT)
def test_a_path_and_a_query_that_need_no_encoding_are_told_from_those_that_do(sent: str) -> None:
    segments = [quote(unquote(segment), safe="~") for segment in sent.split("/")]
    assert base.canonical_path(sent) == "/".join(segments)
    pairs = [part.partition("=") for part in sent.split("&") if part]
    encoded = sorted(tuple(quote(unquote_plus(text), safe="~") for text in (name, value)) for name, _, value in pairs)
    assert base.canonical_query(sent) == "&".join("=".join(pair) for pair in encoded)


@pytest.mark.parametrize("sent", ["a" * 100_000 + "!", "a=" * 50_000 + "!", "%41" * 30_000, "a=b&" * 25_000 + "!"])
def test_no_text_is_slow_to_look_at(sent: str) -> None:
    # A pattern that goes back over what it read would take longer than the age of the universe.
    assert base.canonical_path(sent).count("!") == 0
    assert base.canonical_query(sent).count("!") == 0


def signed(auth: httpx.Auth, request: httpx.Request) -> httpx.Request:
    return next(auth.sync_auth_flow(request))


@pytest.mark.parametrize("vector", named(WHOLE))
def test_the_signature_of_each_operation(vector: dict[str, Any]) -> None:
    headers = {name.lower(): value for name, value in vector["headers"].items()}
    query = vector["query"].items() if isinstance(vector["query"], dict) else vector["query"]
    target = vector["path"] + "?" + "&".join(f"{name}={quote(str(value), safe='~')}" for name, value in query)
    base_url = f"https://{headers['host']}"
    key = AccessKey(
        vector["access_key"],
        vector["secret"],
        headers.get("x-security-token") or headers.get("x-acs-security-token"),
    )
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
    assert signed(auth, request).headers["Authorization"] == vector["authorization"]


TEXTS = [" ", "+", "/", "~", "*", "名前é", "", "%2B", "a=b&c", "'\"()!", "a b+c/d~e*f"]


def generated(seed: int) -> tuple[str, list[tuple[str, str]]]:
    """Return a path segment and a query, different for each seed, with every awkward text now and then."""
    chance = random.Random(seed)  # noqa: S311 - test data
    names = chance.sample(["limit", "marker", "event_name", "a-b", "a", "Z"], chance.randint(0, 5))
    values = ["".join(chance.choices([*TEXTS, *string.ascii_letters], k=chance.randint(0, 4))) for _ in names]
    return "".join(chance.choices(string.ascii_letters + string.digits + "-_", k=12)), list(
        zip(names, values, strict=True)
    )


def wire(path: str, query: list[tuple[str, str]]) -> str:
    return path + ("?" + "&".join(f"{k}={quote(v, safe='~')}" for k, v in query) if query else "")


MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("token", [None, "sts-token"])
def test_huawei_signatures_equal_those_of_the_vendors_signer(token: str | None) -> None:
    key = AccessKey("AKEXAMPLE", "SKEXAMPLE", token)
    for seed in range(300):
        segment, query = generated(seed)
        repeated: Any = [*query, *((name, f"{value}2") for name, value in query[:1])]
        path = f"/v1/{segment}/secrets"
        request = httpx.Request("GET", "https://kms.cn-north-4.myhuaweicloud.com" + wire(path, repeated))
        auth = sdk_hmac.SdkHmacAuth(
            key, "https://kms.cn-north-4.myhuaweicloud.com", {"X-Project-Id": "p"}, lambda: MOMENT
        )
        signed(auth, request)
        headers = {"Host": "kms.cn-north-4.myhuaweicloud.com", "X-Sdk-Date": "20260102T030405Z", "X-Project-Id": "p"}
        if token:
            headers["X-Security-Token"] = token
        theirs = SdkRequest(
            method="GET",
            schema="https",
            host="kms.cn-north-4.myhuaweicloud.com",
            resource_path=path,
            query_params=repeated,
            header_params=headers,
            body="",
        )
        signer = Signer(BasicCredentials("AKEXAMPLE", "SKEXAMPLE", "p"))
        assert request.headers["Authorization"] == signer.sign(theirs).header_params["Authorization"], repeated


@pytest.mark.parametrize("token", [None, "sts-token"])
def test_alibaba_signatures_equal_those_of_the_vendors_signer(token: str | None) -> None:
    key = AccessKey("AKEXAMPLE", "SKEXAMPLE", token)
    host = "tds.cn-shanghai.aliyuncs.com"
    for seed in range(300):
        _, query = generated(seed)
        request = httpx.Request(
            "POST",
            f"https://{host}" + wire("/", query),
            headers={"x-acs-action": "DescribeAccesskeyLeakList", "x-acs-version": "2018-12-03"},
        )
        signed(acs3.Acs3Auth(key, f"https://{host}", lambda: MOMENT, partial(format, seed, "032")), request)
        theirs = DaraRequest()
        theirs.method, theirs.pathname, theirs.query = "POST", "/", dict(query)
        theirs.headers = {
            name: value for name, value in request.headers.items() if name.startswith("x-acs-") or name == "host"
        }
        payload_hash = request.headers["x-acs-content-sha256"]
        expected = Utils.get_authorization(theirs, acs3.ALGORITHM, payload_hash, "AKEXAMPLE", "SKEXAMPLE")
        assert request.headers["Authorization"] == expected, query


@pytest.mark.parametrize(
    "url",
    [
        "https://other.example/",
        "http://kms.cn-north-4.myhuaweicloud.com/",
        "https://kms.cn-north-4.myhuaweicloud.com:8443/",
        "https://kms.cn-north-4.myhuaweicloud.com.other.example/",
    ],
)
def test_nothing_is_signed_for_another_origin(url: str) -> None:
    auth = sdk_hmac.SdkHmacAuth(AccessKey("AK", "SK"), "https://kms.cn-north-4.myhuaweicloud.com")
    request = httpx.Request("GET", url)
    with pytest.raises(CredentialsError, match="origin"):
        signed(auth, request)
    assert "Authorization" not in request.headers


def test_the_standard_port_is_the_same_origin() -> None:
    auth = sdk_hmac.SdkHmacAuth(AccessKey("AK", "SK"), "https://kms.cn-north-4.myhuaweicloud.com")
    url = "https://kms.cn-north-4.myhuaweicloud.com:443/v1"
    assert "Authorization" in signed(auth, httpx.Request("GET", url)).headers
    assert urlsplit(url).port == 443


def test_a_path_in_front_is_signed_as_it_is_sent(driver: Driver) -> None:
    key = AccessKey("AK", "SK")
    seen: list[httpx.Request] = []

    def handle(request: httpx.Request) -> FakeResponse:
        seen.append(request)
        return FakeResponse(200, b'{"AccessKeyLeakList": []}')

    served = driver.serve(handle)
    alibaba = driver.front_classes[0](credentials=key, **served | {"base_url": served["base_url"] + "/my%20proxy"})
    driver.items(alibaba.sas.describe_accesskey_leak_list())
    (request,) = seen
    path, _, query = request.url.raw_path.decode().partition("?")
    assert path == "/my%20proxy/"
    names = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0]
    headers = [(name, request.headers[name]) for name in names.split(";")]
    canonical = acs3.canonical_request("POST", path, query, headers, request.headers["x-acs-content-sha256"])
    signature = base.hmac_sha256_hex(key.secret, acs3.string_to_sign(canonical))
    assert request.headers["Authorization"].endswith(f"Signature={signature}")
