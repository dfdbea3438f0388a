"""Requests to the fake cloud, signed right, and what it answers, held against the specs.

The assertions say themselves what was wrong: pytest rewrites only tests.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx
import pytest

from cloudkeys import AccessKey, AsyncListing, Connections, Listing
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
from contract.tally import trying
from driver import Driver
from shells import TARGETS as OPERATIONS
from specs import PLACES, schema_errors
from tools.recorder.masking import response_schema

ACCEPTED, REFUSED = "fake cloud: right login", "fake cloud: wrong login"
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
"""What every cloud here knows, by the parameters that name it."""


def known(arguments: dict[str, Any]) -> dict[str, Any]:
    """Return arguments that name what the clouds here know."""
    found = arguments | {name: value for name, value in KNOWN_IDS.items() if name in arguments}
    if "access_key" in found and "credential" in found:
        # A change of an access key, not a new one.
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
    """What the fake cloud says of a request; 200 stands for any result."""

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
    """Return a cloud that has what each operation asks for."""
    return new_cloud(leaks=[example_leak(1)], secrets={PROJECT_ID: [example_secret(1)]}, **settings)


def fixed_cloud(**settings: Any) -> FakeCloud:
    """Return a cloud whose time passes only by its clock_skew."""
    return new_cloud(clock=lambda: MOMENT, **settings)


# What is known to every cloud.
KNOWN = new_cloud()


def received(request: httpx.Request) -> ReceivedRequest:
    """Return a request as it arrives."""
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
    """Return a request for leaks, signed."""
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
    """Return a request to Huawei Cloud, signed."""
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


def answered(cloud: FakeCloud, request: ReceivedRequest) -> FakeResponse:
    """Return an answer, which is one that the spec of the operation documents."""
    answer = cloud.answer(request)
    operation = cloud.calls[-1].operation
    if operation in PLACES and answer.status != 405:
        assert spec_errors(operation, answer) == [], f"{operation}: not as documented: {answer}"
    return answer


def spec_errors(operation: str, answer: FakeResponse) -> list[str]:
    """Return what is wrong with an answer, judged by the spec."""
    package, place = PLACES[operation]
    responses = place.operation["responses"]
    # A page may leave out what its service answers to every wrong parameter and login.
    if not {str(answer.status), "default"} & responses.keys() and answer.status not in {400, 401}:
        return [f"the status {answer.status} isn't documented"]
    if answer.status < 300 and "content" not in responses[str(answer.status)]:
        return [] if answer.body == b"" else ["there is a body"]
    schema = response_schema(place, answer.status)
    kind = answer.headers.get("Content-Type")
    wrong_kind = [] if kind == "application/json" else [f"the body is {kind}"]
    return wrong_kind + schema_errors(package, schema, json.loads(answer.body))


def outcome(cloud: FakeCloud, request: ReceivedRequest) -> Outcome:
    """Return the status and the vendor's code of an answer, as a test expects them."""
    answer = answered(cloud, request)
    if answer.status < 300:
        return FOUND
    body = json.loads(answer.body)
    inner = body.get("error", {})
    assert inner.get("code", answer.status) == answer.status, "the code of Keystone's form is the status"
    return Outcome(answer.status, body.get("Code") or body.get("error_code") or "")


def check(cloud: FakeCloud, request: ReceivedRequest, expected: tuple[int, str] = FOUND, kind: str = "") -> None:
    """Check the status and the code of an answer, and count it."""
    found = outcome(cloud, request)
    kind = kind or (ACCEPTED if expected[0] < 400 else REFUSED)
    with trying(cloud.calls[-1].operation or "(no operation)", expected[0], kind):
        assert found == expected, f"{found} in place of {expected}: {request}"


in_both_ways = pytest.mark.parametrize("way", ["sync", "async"])


def alibaba(way: str, cloud: FakeCloud, **settings: Any) -> Any:
    """Return a client of Alibaba Cloud that calls a cloud, sync or async."""
    return (cloud.async_alibaba if way == "async" else cloud.alibaba)(**settings)


def huawei(way: str, cloud: FakeCloud, **settings: Any) -> Any:
    """Return a client of Huawei Cloud that calls a cloud, sync or async."""
    return (cloud.async_huawei if way == "async" else cloud.huawei)(**settings)


CLIENTS = {"alibaba": alibaba, "huawei": huawei}


def listed(found: Any) -> list[Any]:
    """Return what a method of a client gives, sync or async: all items of a listing, or the one result."""
    if isinstance(found, Listing):
        return list(found)

    async def run() -> list[Any]:
        return [item async for item in found] if isinstance(found, AsyncListing) else [await found]

    return asyncio.run(run()) if isinstance(found, AsyncListing) or inspect.isawaitable(found) else [found]


def use(client: Any, operation: str) -> list[Any]:
    """Let a client call an operation for what every cloud knows, and return what it gives."""
    target = OPERATIONS[operation]
    return listed(target.method(client)(**known(target.method_arguments())))


def listing_of(way: str, vendor: str, cloud: FakeCloud, **settings: Any) -> Any:
    """Return a listing of no items, whose query needs encoding."""
    client = CLIENTS[vendor](way, cloud, **settings)
    if vendor == "alibaba":
        return client.sas.describe_accesskey_leak_list(query="a b+c", page_size=20)
    return client.csms.list_secrets(event_name="a b+c")


@contextlib.contextmanager
def reached(cloud: FakeCloud, driver: Driver) -> Iterator[dict[str, Any]]:
    """Give the settings with which a client calls a cloud: over sockets or as a transport, as the driver says."""
    if not driver.over_sockets:
        yield {"connections": cloud.connections()}
        return
    connections = Connections()
    with cloud.serving() as url:
        yield {"base_url": url, "connections": connections}
    driver.do(connections.aclose if driver.is_async else connections.close)
