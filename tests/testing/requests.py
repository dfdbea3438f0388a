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

from callers import TARGETS as OPERATIONS
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
    example_ram_user,
    example_secret,
    example_user,
)
from cloudkeys.testing.state import PROJECT_ID
from driver import Driver
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
    "access_key": "EXAMPLE000000001",
    "access_key_id": "EXAMPLE000000001",
    "credential": {"user_id": "example-user-1", "description": "d"},
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
MEMBER = 127608589417
MOMENT = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
TDS, KMS = "https://tds.cn-shanghai.aliyuncs.com", "https://kms.cn-north-4.myhuaweicloud.com"
JSON = {"Content-Type": "application/json"}


class Outcome(NamedTuple):
    """The status and the vendor's code of a response; 200 stands for any success."""

    status: int
    code: str


FOUND = Outcome(200, "")
WRONG_SIGNATURE = Outcome(400, "SignatureDoesNotMatch")


def stocked_cloud(count: int = 1, **settings: Any) -> FakeCloud:
    """Return a cloud with two projects and with some items of each kind, in which every operation succeeds."""
    numbers = range(1, count + 1)
    items: dict[str, Any] = {
        "leaks": [example_leak(number) for number in numbers],
        "member_leaks": {MEMBER: [example_leak(number) for number in numbers]},
        "ram_users": [example_ram_user(number) for number in numbers],
        "ram_access_keys": [
            example_ram_access_key(number, user_principal_name=f"user-{number}@example.onaliyun.com")
            for number in numbers
        ],
        "users": [example_user(number) for number in numbers],
        "access_keys": [example_access_key(number) for number in numbers],
        "projects": {PROJECT_ID: "cn-north-4", OTHER_PROJECT: "cn-north-1"},
        "secrets": {PROJECT_ID: [example_secret(number) for number in numbers]},
    }
    return FakeCloud(**items | settings)


def fixed_cloud(count: int = 1, **settings: Any) -> FakeCloud:
    """Return a stocked cloud whose clock stands still; `clock_skew` moves it."""
    return stocked_cloud(count, clock=lambda: MOMENT, **settings)


def served_cloud() -> FakeCloud:
    """Return the cloud that schemathesis tests; more items would make it slow."""
    return stocked_cloud(30)


KNOWN = FakeCloud()


def request_of(  # noqa: PLR0913 - each part of a request has an argument
    operation: str,
    target: str | None = None,
    *,
    key: AccessKey | None = None,
    moment: datetime = MOMENT,
    nonce: str = "nonce",
    scope: dict[str, str] | None = None,
    headers: Any = None,
) -> ReceivedRequest:
    """Return a signed request for an operation, as the cloud receives it."""
    built = REQUESTS[operation]
    place = built.target if target is None else target
    auth: httpx.Auth
    if OPERATIONS[operation].vendor == "alibaba":
        sent = [*OPERATIONS[operation].operation.headers.items(), *(headers or [])]
        request = httpx.Request(built.method, TDS + place, headers=sent)
        auth = Acs3Auth(key or KNOWN.alibaba_key, TDS, lambda: moment, lambda: nonce)
    else:
        given = JSON if headers is None else headers
        request = httpx.Request(built.method, KMS + place, headers=given, content=built.content)
        auth = SdkHmacAuth(key or KNOWN.huawei_key, KMS, scope, lambda: moment)
    signed = next(auth.sync_auth_flow(request))
    return ReceivedRequest(signed.method, signed.url.raw_path.decode(), signed.headers, signed.content)


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
