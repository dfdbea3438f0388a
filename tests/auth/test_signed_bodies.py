"""Signatures of writes: the vendors' own signers as witnesses, and what reaches a server on loopback."""

from __future__ import annotations

import hashlib
import json
import random
import string
from datetime import UTC, datetime
from functools import partial
from typing import Any, cast
from urllib.parse import parse_qsl

import httpx
import pytest
from alibabacloud_tea_openapi.utils import Utils
from darabonba.request import DaraRequest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.sdk_request import SdkRequest
from huaweicloudsdkcore.signer.signer import Signer

from cloudkeys.auth import acs3, sdk_hmac
from cloudkeys.auth.credentials import AccessKey
from cloudkeys.auth.token import TokenAuth
from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import FakeResponse
from driver import Driver
from generation.writes import models, open_client

MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
HUAWEI, ALIBABA = "https://iam.cn-north-4.myhuaweicloud.com", "https://ims.aliyuncs.com"
TEXTS = ["", " ", "+", "/", "~", "名前é", '"\\', "\n", "\x00", "a=b&c", "wJalrXUtnFEMI/K7MDENG"]
EMPTY = hashlib.sha256(b"").hexdigest()
TOKENS = pytest.mark.parametrize("token", [None, "sts-token"])


def generated(seed: int) -> tuple[str, str, dict[str, str], bytes]:
    """Return a method, a path, a query and a body, different for each seed; now and then there is no body."""
    chance = random.Random(seed)  # noqa: S311 - test data
    text = partial(chance.choice, [*TEXTS, *string.ascii_letters])
    query = {
        name: text()
        for name in chance.sample(["IdList.1", "IdList.10", "IdList.2", "Tag.1.Key", "a-b"], chance.randint(0, 3))
    }
    fields: dict[str, Any] = {f"f{number}": [text(), {"k": text()}, None] for number in range(chance.randint(1, 3))}
    body = json.dumps(fields, ensure_ascii=chance.random() < 0.5).encode()
    method = ("POST", "PUT", "DELETE")[seed % 3]
    segment = "".join(chance.choices(string.ascii_letters + string.digits + "-_", k=12))
    return method, f"/v5/users/{segment}/access-keys", query, b"" if chance.random() < 0.2 else body


def built(method: str, url: str, query: dict[str, str], body: bytes) -> httpx.Request:
    types = {"Content-Type": "application/json"} if body else {}
    target = httpx.URL(url, params=query) if query else httpx.URL(url)
    return httpx.Request(method, target, content=body, headers=types)


def test_the_generated_bodies_are_many_and_different() -> None:
    bodies = [generated(seed) for seed in range(300)]
    with_body = {body for *_, body in bodies if body}
    assert len(with_body) > 200
    assert {method for method, *_, body in bodies if body} == {"POST", "PUT", "DELETE"}
    assert any(not body for *_, body in bodies)


@TOKENS
def test_huawei_signatures_of_bodies_equal_those_of_the_vendors_signer(token: str | None) -> None:
    auth = sdk_hmac.SdkHmacAuth(AccessKey("AK", "SK", token), HUAWEI, {"X-Domain-Id": "d"}, lambda: MOMENT)
    for seed in range(300):
        method, path, query, body = generated(seed)
        request = next(auth.sync_auth_flow(built(method, HUAWEI + path, query, body)))
        headers = {"Host": HUAWEI.removeprefix("https://"), "X-Sdk-Date": "20260102T030405Z", "X-Domain-Id": "d"}
        headers |= {"Content-Type": "application/json"} if body else {}
        headers |= {"X-Security-Token": token} if token else {}
        theirs = SdkRequest(
            method=method,
            schema="https",
            host=headers["Host"],
            resource_path=path,
            query_params=list(query.items()),
            header_params=headers,
            body=body,
        )
        signed = Signer(BasicCredentials("AK", "SK", "p")).sign(theirs).header_params["Authorization"]
        assert request.headers["Authorization"] == signed, (method, query, body)
        assert request.content == body


@TOKENS
def test_alibaba_signatures_of_bodies_equal_those_of_the_vendors_signer(token: str | None) -> None:
    for seed in range(300):
        method, path, query, body = generated(seed)
        nonce = partial(format, seed, "032")
        auth = acs3.Acs3Auth(AccessKey("AK", "SK", token), ALIBABA, lambda: MOMENT, nonce)
        request = next(auth.sync_auth_flow(built(method, ALIBABA + path, query, body)))
        theirs = DaraRequest()
        theirs.method, theirs.pathname, theirs.query = method, path, query
        signed_names = ("x-acs-", "host", "content-type")
        theirs.headers = {name: value for name, value in request.headers.items() if name.startswith(signed_names)}
        payload_hash = hashlib.sha256(body).hexdigest()
        assert request.headers["x-acs-content-sha256"] == payload_hash
        expected = Utils.get_authorization(theirs, acs3.ALGORITHM, payload_hash, "AK", "SK")
        assert request.headers["Authorization"] == expected, (method, query, body)


def huawei_signature(request: httpx.Request, key: AccessKey) -> str:
    """Return the signature of what arrived, made by the vendor's signer."""
    names = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    theirs = SdkRequest(
        method=request.method,
        schema="http",
        host=request.headers["Host"],
        resource_path=request.url.path,
        query_params=cast("Any", parse_qsl(request.url.query.decode(), keep_blank_values=True)),
        header_params={name.title(): request.headers[name] for name in names},
        body=request.content,
    )
    signer = Signer(BasicCredentials(key.access_key_id, key.secret, "p"))
    signed: str = signer.sign(theirs).header_params["Authorization"]
    return signed


def alibaba_signature(request: httpx.Request, key: AccessKey) -> str:
    names = request.headers["Authorization"].partition("SignedHeaders=")[2].partition(",")[0].split(";")
    theirs = DaraRequest()
    theirs.method, theirs.pathname = request.method, request.url.path
    theirs.query = dict(parse_qsl(request.url.query.decode(), keep_blank_values=True))
    theirs.headers = {name: request.headers[name] for name in names}
    payload_hash = hashlib.sha256(request.content).hexdigest()
    signed: str = Utils.get_authorization(theirs, acs3.ALGORITHM, payload_hash, key.access_key_id, key.secret)
    return signed


SCHEMES: dict[str, tuple[Any, Any]] = {
    "huawei": (lambda key, url: sdk_hmac.SdkHmacAuth(key, url, {"X-Domain-Id": "d"}), huawei_signature),
    "alibaba": (acs3.Acs3Auth, alibaba_signature),
}


def calls(client: Any) -> list[Any]:
    made = models()
    login = made.Login(password=SecretStr("wJalr/é"), user=made.Tag(key='"\n'))
    return [
        lambda: client.create_key("é", None, note='"quoted"\n', login=login),
        lambda: client.update_key("k", 1, made.CredentialUpdate(description="名前")),
        lambda: client.delete_keys(["a", "é"]),
        lambda: client.delete_key("k"),
        lambda: client.activate_key("k"),
        lambda: client.mark(id_list=list(range(1, 12)), tag=[made.Tag(key="a b", value="+/~")]),
        lambda: client.set_password("pass word+"),
    ]


STATUSES = {("DELETE", "/keys/k"): 204, ("POST", "/keys/k/activate"): 204, ("POST", "/keys"): 202}


def answer(request: httpx.Request) -> FakeResponse:
    status = STATUSES.get((request.method, request.url.path), 200)
    return FakeResponse(status, b"" if status == 204 else b'{"id": "1"}')


@TOKENS
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_bytes_that_are_signed_are_the_bytes_that_arrive(scheme: str, token: str | None, driver: Driver) -> None:
    key, sent = AccessKey("AK", "SK", token), []
    auth_of, signature_of = SCHEMES[scheme]

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(request)
        return answer(request)

    client = open_client(driver, handle)
    client = client.with_options(auth=auth_of(key, client.base_url))
    for call in calls(client):
        driver.do(call)
    assert len(sent) == len(calls(client))
    assert sum(bool(request.content) for request in sent) == 3
    for request in sent:
        assert request.headers["Authorization"] == signature_of(request, key), request
        if scheme == "alibaba":
            hashed = hashlib.sha256(request.content).hexdigest()
            assert request.headers["x-acs-content-sha256"] == hashed
            assert (hashed == EMPTY) is not bool(request.content)


def test_a_token_is_sent_with_every_method(driver: Driver) -> None:
    sent: list[httpx.Request] = []

    def handle(request: httpx.Request) -> FakeResponse:
        sent.append(request)
        return answer(request)

    client = open_client(driver, handle)
    client = client.with_options(auth=TokenAuth("a-token", client.base_url))
    for call in calls(client):
        driver.do(call)
    assert [request.headers["X-Auth-Token"] for request in sent] == ["a-token"] * len(calls(client))
    assert {request.method for request in sent} == {"POST", "PUT", "DELETE"}
