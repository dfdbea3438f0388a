"""The fake cloud's tokens: who gets one, what for, for how long, and what the public clients make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import attrs
import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cloudkeys import Password
from cloudkeys.errors import AuthenticationError, PermissionDeniedError
from cloudkeys.testing import FakeCloud, ReceivedRequest, example_secret, faults
from cloudkeys.testing.state import PROJECT_ID
from contract.tally import trying
from testing.changes import without
from testing.requests import (
    ACCEPTED,
    JSON,
    KEY,
    KEYS,
    KNOWN,
    MINUTE,
    OTHER_PROJECT,
    REFUSED,
    SECOND,
    SECRETS,
    TARGETS,
    TOKENS,
    check,
    fixed_cloud,
    huawei,
    in_both_ways,
    new_cloud,
    use,
)

WRONG_PROJECT, WRONG_DOMAIN, NO_ONES = (403, "KMS.0321"), (403, "IAM.0003"), (403, "")
SERVICES = (KEYS, KEY, SECRETS)
WRONG_SCOPES = {SECRETS: WRONG_PROJECT, KEYS: WRONG_DOMAIN, KEY: NO_ONES}


def with_token(target: str, token: str) -> ReceivedRequest:
    return ReceivedRequest("GET", target, httpx.Headers(JSON | {"X-Auth-Token": token}))


def token_request(scope: Any = None, **user: Any) -> ReceivedRequest:
    known = KNOWN.password
    said = {"name": known.user, "password": known.password, "domain": {"name": known.domain}} | user
    auth = {"identity": {"methods": ["password"], "password": {"user": said}}} | ({"scope": scope} if scope else {})
    return token_post(json.dumps({"auth": auth}).encode())


def token_post(body: bytes) -> ReceivedRequest:
    return ReceivedRequest("POST", "/v3/auth/tokens?nocatalog=true", httpx.Headers(JSON), body)


def new_token(cloud: FakeCloud, scope: Any = None) -> str:
    answer = cloud.answer(token_request(scope))
    with trying(TOKENS, 201, ACCEPTED):
        assert answer.status == 201
        times = json.loads(answer.body)["token"]
        assert datetime.fromisoformat(times["issued_at"]) == cloud.now()
        assert datetime.fromisoformat(times["expires_at"]) == cloud.now() + cloud.token_lifetime
    return answer.headers["X-Subject-Token"]


PROJECT_SCOPES: dict[str, Any] = {
    "project by id": {"project": {"id": PROJECT_ID}},
    "project by name": {"project": {"name": "cn-north-4"}},
    "both": {"project": {"id": PROJECT_ID}, "domain": {"id": KNOWN.domain_id}},
    "both, the account unknown": {"domain": {"name": "unknown"}, "project": {"name": "cn-north-4"}},
}
DOMAIN_SCOPES: dict[str, Any] = {
    "omitted": None,
    "empty": {"project": None},
    "account by id": {"domain": {"id": KNOWN.domain_id}},
    "account by name": {"domain": {"name": KNOWN.password.domain}},
}


@pytest.mark.parametrize("name", [*PROJECT_SCOPES, *DOMAIN_SCOPES])
def test_a_token_is_for_a_project_or_for_the_account(name: str) -> None:
    cloud = fixed_cloud()
    token = new_token(cloud, (PROJECT_SCOPES | DOMAIN_SCOPES)[name])
    for operation, path in ((each, TARGETS[each]) for each in SERVICES):
        is_right = (operation == SECRETS) == (name in PROJECT_SCOPES)
        check(cloud, with_token(path, token), (200, "") if is_right else WRONG_SCOPES[operation])
    check(cloud, with_token(f"/v1/{OTHER_PROJECT}/secrets", token), WRONG_PROJECT)


@pytest.mark.parametrize(
    "request_", [
        token_request(name="unknown"), token_request(password="wrong"), token_request(domain={"name": "unknown"}),  # noqa: S106 - a fake
        token_request(domain={"id": KNOWN.domain_id}), token_request({"project": {"id": "unknown"}}),
        token_request({"project": {"name": "unknown"}}), token_request({"project": {}}),
        token_request({"domain": {"id": "unknown"}}), token_request({"domain": {"name": "unknown"}}),
        token_post(token_request().body.replace(b'["password"]', b'["totp"]')),
        token_post(token_request().body.replace(b'["password"]', b"[]")),
    ],
)  # fmt: skip
def test_a_wrong_login_gets_no_token(request_: ReceivedRequest) -> None:
    cloud = fixed_cloud()
    check(cloud, request_, (401, ""))
    assert cloud.callers.tokens == {}


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_tokens_are_got_by_post(method: str) -> None:
    cloud = fixed_cloud()
    assert cloud.answer(attrs.evolve(token_request(), method=method)).headers["Allow"] == "POST"
    check(cloud, attrs.evolve(token_request(), method=method), (405, "APIGW.0101"))


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["\ud800", 10**400]),
    lambda values: st.lists(values, max_size=3) | st.dictionaries(st.text(max_size=5), values, max_size=3),
    max_leaves=5,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in inner:
        yield from places(each, (*path, key))


COMPLETE = json.loads(token_request(PROJECT_SCOPES["both"]).body)


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copied = value.copy()
    copied[path[0]] = replaced(value[path[0]], path[1:], new)
    return copied


BODIES = st.builds(replaced, st.just(COMPLETE), st.sampled_from([*places(COMPLETE)]), JSON_VALUES)


@given(BODIES.map(lambda body: json.dumps(body).encode()) | st.binary())
@example(b"[" * 200_000)
@example(b'{"auth":' * 100_000)
@example(b"\xff")
@example(b'{"auth":{"identity":{"methods":["\\ud800"]}}}')
@example(b"1" * 10_000)
@example(json.dumps(COMPLETE).encode("utf-16"))
def test_a_malformed_login_is_refused_in_keystones_form(body: bytes) -> None:
    cloud = fixed_cloud()
    answer = cloud.answer(token_post(body))
    with trying(TOKENS, answer.status, REFUSED if answer.status >= 400 else ACCEPTED):
        assert answer.status in {201, 400, 401}
        said = json.loads(answer.body)
        assert list(said) == ["token" if answer.status == 201 else "error"]
        assert (len(cloud.callers.tokens) == 1) == (answer.status == 201)


EXPIRED_TOKEN = {SECRETS: (403, "KMS.0303"), KEYS: (401, "IAM.0066"), KEY: (401, "")}
UNKNOWN_TOKEN = {SECRETS: (403, "KMS.0302"), KEYS: (401, "IAM.0062"), KEY: (401, "")}
NO_LOGIN = {SECRETS: (401, "APIGW.0301"), KEYS: (401, "IAM.0001"), KEY: (401, "")}


@pytest.mark.parametrize("operation", SERVICES)
def test_a_token_expires(operation: str) -> None:
    cloud = fixed_cloud(token_lifetime=timedelta(hours=2))
    scope = PROJECT_SCOPES["project by id"] if operation == SECRETS else None
    request = with_token(TARGETS[operation], new_token(cloud, scope))
    cloud.clock_skew = timedelta(hours=2) - SECOND
    check(cloud, request)
    cloud.clock_skew = timedelta(hours=2)
    check(cloud, request, EXPIRED_TOKEN[operation])
    renewed = with_token(TARGETS[operation], new_token(cloud, scope))
    check(cloud, renewed)
    cloud.expire_tokens()
    check(cloud, renewed, EXPIRED_TOKEN[operation])


@pytest.mark.parametrize("operation", SERVICES)
def test_a_call_needs_a_login(operation: str) -> None:
    cloud = fixed_cloud()
    check(cloud, with_token(TARGETS[operation], "unknown"), UNKNOWN_TOKEN[operation])
    check(cloud, with_token(TARGETS[operation], ""), UNKNOWN_TOKEN[operation])
    check(cloud, without("X-Auth-Token")(with_token(TARGETS[operation], "")), NO_LOGIN[operation])


@in_both_ways
@pytest.mark.parametrize("operation", SERVICES)
def test_a_given_token_that_is_wrong_is_explained(operation: str, way: str) -> None:
    cloud = new_cloud()
    expected = [(operation, "token", UNKNOWN_TOKEN[operation][0])]
    with trying(operation, UNKNOWN_TOKEN[operation][0], REFUSED), pytest.raises(AuthenticationError):
        use(huawei(way, cloud, token="unknown"), operation)  # noqa: S106 - a fake
    assert [(call.operation, call.caller, call.status) for call in cloud.calls] == expected
    token = cloud.callers.give_token(("project", OTHER_PROJECT), cloud.now() + MINUTE).value
    kind = AuthenticationError if operation == SECRETS else PermissionDeniedError
    with trying(operation, 403, REFUSED), pytest.raises(kind):
        use(huawei(way, cloud, token=token), operation)


@in_both_ways
@pytest.mark.parametrize("operation", SERVICES)
def test_a_wrong_password_is_explained(operation: str, way: str) -> None:
    cloud = new_cloud()
    password = Password(user=cloud.password.user, password="wrong", domain=cloud.password.domain)  # noqa: S106 - a fake
    with trying(TOKENS, 401, REFUSED), pytest.raises(AuthenticationError) as raised:
        use(huawei(way, cloud, password=password), operation)
    assert raised.value.operation == TOKENS
    assert [(call.operation, call.status) for call in cloud.calls] == [(TOKENS, 401)]


@in_both_ways
@pytest.mark.parametrize("known", [True, False], ids=["by id", "by name"])
@pytest.mark.parametrize("operation", SERVICES)
def test_a_password_renews_its_token_in_the_middle_of_a_listing(operation: str, known: bool, way: str) -> None:  # noqa: FBT001 - a parameter of the test
    secrets = [example_secret(number) for number in range(1, 151)]
    cloud = new_cloud(secrets={PROJECT_ID: secrets})
    ids = {} if known else {"domain_id": None} | ({} if operation == SECRETS else {"project_id": None})
    client = huawei(way, cloud, password=cloud.password, **ids)
    first = use(client, operation)
    cloud.calls.clear()
    cloud.inject(faults.change(FakeCloud.expire_tokens), operation=operation, after=int(operation == SECRETS))
    with trying(operation, EXPIRED_TOKEN[operation][0], ACCEPTED):
        assert use(client, operation) == first
    told = [(call.operation, call.status) for call in cloud.calls]
    renewed = [(operation, EXPIRED_TOKEN[operation][0]), (TOKENS, 201), (operation, 200)]
    page = [(SECRETS, 200)] if operation == SECRETS else []
    assert told == [*page, *renewed, *page, *page]
