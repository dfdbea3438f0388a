"""Signed requests to the fake cloud, and its responses checked against the specs.

The assertions have messages because pytest rewrites assertions only in tests.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx

from cloudkeys import AccessKey, Listing
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.testing import (
    FakeCloud,
    FakeResponse,
    ReceivedRequest,
    example_access_key,
    example_leak,
    example_ram_access_key,
    example_secret,
)
from cloudkeys.testing.state import PROJECT_ID
from driver import Driver
from shells import TARGETS as OPERATIONS
from specs import SPEC_OPERATIONS, schema_errors
from tools.recorder.masking import response_schema

TOKENS = "KeystoneCreateUserTokenByPassword"
LEAKS, SECRETS, KEYS, KEY = (
    "alibaba_sas.DescribeAccesskeyLeakList",
    "huawei_csms.ListSecrets",
    "huawei_iam_v5.ListAccessKeys",
    "huawei_iam_v3.ShowPermanentAccessKey",
)
KNOWN_IDS = {
    "project_id": PROJECT_ID,
    "user_id": "example-user",
    "access_key": "EXAMPLE",
    "access_key_id": "EXAMPLE",
    "credential": {"user_id": "example-user", "description": "d"},
    "secret_name": "example-secret-1",
    "version_id": "v1",
    "stage_name": "SYSCURRENT",
    "user_principal_name": "user-1@example.onaliyun.com",
    "user_access_key_id": "LTAIexample000000001",
    "id": 1,
}
"""Values of parameters that name an item of every cloud here."""


def known(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments with values that name an item of every cloud here."""
    found = arguments | {name: value for name, value in KNOWN_IDS.items() if name in arguments}
    if "access_key" in found and "credential" in found:
        # The operation updates an access key; it does not create one.
        found["credential"] = {"status": "inactive"}
    return found


REQUESTS = {
    name: target.operation.build_request(target.operation.parameters(**known(target.arguments)))
    for name, target in OPERATIONS.items()
}
TARGETS = {name: request.target for name, request in REQUESTS.items()}
OTHER_PROJECT = "another-project"
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TDS, IAM, KMS = (
    f"https://{host}"
    for host in ("tds.cn-shanghai.aliyuncs.com", "iam.cn-north-4.myhuaweicloud.com", "kms.cn-north-4.myhuaweicloud.com")
)
ACTION = {"x-acs-action": "DescribeAccesskeyLeakList", "x-acs-version": "2018-12-03"}
JSON = {"Content-Type": "application/json"}


class Outcome(NamedTuple):
    """The status and the vendor's code of a response; 200 stands for any success."""

    status: int
    code: str


FOUND = Outcome(200, "")
WRONG_SIGNATURE = Outcome(400, "SignatureDoesNotMatch")


def new_cloud(**settings: Any) -> FakeCloud:
    """Return a cloud with two projects and one access key."""
    held: dict[str, Any] = {
        "access_keys": [example_access_key(1, access="EXAMPLE")],
        "ram_access_keys": [example_ram_access_key(1)],
        "projects": {PROJECT_ID: "cn-north-4", OTHER_PROJECT: "cn-north-1"},
    }
    return FakeCloud(**held | settings)


def stocked_cloud(**settings: Any) -> FakeCloud:
    """Return a cloud in which every operation succeeds."""
    return new_cloud(leaks=[example_leak(1)], secrets={PROJECT_ID: [example_secret(1)]}, **settings)


def fixed_cloud(**settings: Any) -> FakeCloud:
    """Return a cloud whose clock stands still; `clock_skew` moves it."""
    return new_cloud(clock=lambda: MOMENT, **settings)


KNOWN = new_cloud()


def received(request: httpx.Request) -> ReceivedRequest:
    """Return a request as the cloud receives it."""
    return ReceivedRequest(request.method, request.url.raw_path.decode(), request.headers, request.content)


def _signed(auth: httpx.Auth, request: httpx.Request) -> ReceivedRequest:
    return received(next(auth.sync_auth_flow(request)))


def leaks_request(
    target: str = TARGETS[LEAKS],
    *,
    key: AccessKey = KNOWN.alibaba_key,
    moment: datetime = MOMENT,
    nonce: str = "nonce",
    headers: list[tuple[str, str]] | None = None,
) -> ReceivedRequest:
    """Return a signed request that lists leaks."""
    request = httpx.Request("POST", TDS + target, headers=[*ACTION.items(), *(headers or [])])
    return _signed(Acs3Auth(key, TDS, lambda: moment, lambda: nonce), request)


def huawei_request(
    target: str = TARGETS[SECRETS],
    *,
    key: AccessKey = KNOWN.huawei_key,
    moment: datetime = MOMENT,
    scope: dict[str, str] | None = None,
    headers: dict[str, str] | None = None,
) -> ReceivedRequest:
    """Return a signed request to Huawei Cloud."""
    request = httpx.Request("GET", KMS + target, headers=JSON if headers is None else headers)
    return _signed(SdkHmacAuth(key, KMS, scope, lambda: moment), request)


def request_of(operation: str, target: str | None = None, nonce: str = "nonce") -> ReceivedRequest:
    """Return a signed request for an operation."""
    place = TARGETS[operation] if target is None else target
    if OPERATIONS[operation].vendor == "alibaba":
        asked = OPERATIONS[operation].operation
        request = httpx.Request(asked.method, TDS + place, headers=asked.headers)
        return _signed(Acs3Auth(KNOWN.alibaba_key, TDS, lambda: MOMENT, lambda: nonce), request)
    built = REQUESTS[operation]
    request = httpx.Request(built.method, KMS + place, headers=JSON, content=built.content)
    return _signed(SdkHmacAuth(KNOWN.huawei_key, KMS, None, lambda: MOMENT), request)


def respond(cloud: FakeCloud, request: ReceivedRequest) -> FakeResponse:
    """Return the response, after checking it against the spec of the operation."""
    response = cloud.respond(request)
    operation = cloud.calls[-1].operation
    if operation in SPEC_OPERATIONS and response.status != 405:
        assert _spec_errors(operation, response) == [], f"{operation}: not as documented: {response}"
    return response


def _spec_errors(operation: str, response: FakeResponse) -> list[str]:
    """Return the ways in which a response differs from the spec."""
    package, place = SPEC_OPERATIONS[operation]
    responses = place.operation["responses"]
    # A page may leave out the responses to wrong parameters and credentials.
    if not {str(response.status), "default"} & responses.keys() and response.status not in {400, 401}:
        return [f"the status {response.status} isn't documented"]
    if response.status < 300 and "content" not in responses[str(response.status)]:
        return [] if response.body == b"" else ["there is a body"]
    schema = response_schema(place, response.status)
    kind = response.headers.get("Content-Type")
    wrong_kind = [] if kind == "application/json" else [f"the body is {kind}"]
    return wrong_kind + schema_errors(package, schema, json.loads(response.body))


def outcome(cloud: FakeCloud, request: ReceivedRequest) -> Outcome:
    """Return the status and the vendor's code of a response."""
    response = respond(cloud, request)
    if response.status < 300:
        return FOUND
    body = json.loads(response.body)
    inner = body.get("error", {})
    assert inner.get("code", response.status) == response.status, "the code of Keystone's form is the status"
    return Outcome(response.status, body.get("Code") or body.get("error_code") or "")


def check(cloud: FakeCloud, request: ReceivedRequest, expected: tuple[int, str] = FOUND) -> None:
    """Check the status and the code of a response."""
    found = outcome(cloud, request)
    assert found == expected, f"{found} instead of {expected}: {request}"


def alibaba(way: str, cloud: FakeCloud, **settings: Any) -> Any:
    """Return a client of Alibaba Cloud, sync or async, that calls a fake cloud."""
    return (cloud.async_alibaba if way == "async" else cloud.alibaba)(**settings)


def huawei(way: str, cloud: FakeCloud, **settings: Any) -> Any:
    """Return a client of Huawei Cloud, sync or async, that calls a fake cloud."""
    return (cloud.async_huawei if way == "async" else cloud.huawei)(**settings)


CLIENTS = {"alibaba": alibaba, "huawei": huawei}


def use(client: Any, operation: str) -> list[Any]:
    """Call an operation for an item that every cloud here has; return all items of a listing, or the one result."""
    target = OPERATIONS[operation]
    found = target.method(client)(**known(target.method_arguments()))
    return list(found) if isinstance(found, Listing) else [found]


@contextlib.contextmanager
def reached(cloud: FakeCloud, driver: Driver) -> Iterator[dict[str, Any]]:
    """Yield the settings of a client that calls a cloud over sockets or through a transport, as the driver does."""
    if not driver.over_sockets:
        yield {"connections": cloud.connections()}
        return
    with cloud.serving() as url:
        yield {"base_url": url, "connections": driver.connections()}
