from __future__ import annotations

import asyncio
import gzip
import json
import logging
import pickle
import threading
import traceback
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from cloudkeys import AccessKey, Huawei, Password, RetryPolicy
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.client import ApiClient
from cloudkeys.connections import AsyncClient, Connections
from cloudkeys.errors import (
    AuthenticationError,
    CredentialsError,
    DecodeError,
    NotFoundError,
    PermissionDeniedError,
    ResponseError,
    ResponseTooLargeError,
    ServerError,
    StatusError,
    TimedOutError,
)
from cloudkeys.huawei import SECRETS
from cloudkeys.messages import Reply
from driver import Answer, Driver, Handler

GIVEN = "token-that-nobody-may-see"
HIDDEN = "password-that-nobody-may-see"
PASSWORD = Password(user="alice", password=HIDDEN, domain="acme")
QUICK = RetryPolicy(attempts=4, first_wait=0, jitter=0, longest_wait=0)
LOGIN = "KeystoneCreateUserTokenByPassword"
EXPIRES = datetime(2040, 1, 2, 3, 4, 5, tzinfo=UTC)
EXPIRES_AT = "2040-01-02T03:04:05.000000Z"
OF_THE_PROJECT = {"project": {"id": "p"}}
ORIGIN = "https://api.example"
TOGETHER = 20


def answer(status: int, body: Any, **headers: str) -> Answer:
    return Answer(status, json.dumps(body).encode(), {"Content-Type": "application/json"} | headers)


def token_body(expires_at: Any = EXPIRES_AT) -> dict[str, Any]:
    return {"token": {"expires_at": expires_at, "issued_at": "2026-01-01T00:00:00.000000Z", "methods": ["password"]}}


def keystone(status: int, message: str) -> Answer:
    return answer(status, {"error": {"code": status, "message": message, "title": "title"}})


def gateway(status: int, code: str, message: str = "message") -> Answer:
    return answer(status, {"error_code": code, "error_msg": message})


class Cloud:
    """Plays IAM, which gives token-1, token-2 and so on, and the services, which take every token not in `refused`."""

    def __init__(self, *logins_before: Answer, slow: float = 0, expires_at: str = EXPIRES_AT) -> None:
        self.logins_before, self.slow, self.expires_at = list(logins_before), slow, expires_at
        self.logins: list[httpx.Request] = []
        self.calls: list[httpx.Request] = []
        self.refused: dict[str, Answer] = {}
        self.given = 0

    def __call__(self, request: httpx.Request) -> Answer:
        if request.url.path.endswith("/v3/auth/tokens"):
            self.logins.append(request)
            return self.log_in()
        self.calls.append(request)
        if len(self.calls) > 100:
            raise AssertionError("the service is asked without end")
        refusal = self.refused.get(request.headers["X-Auth-Token"], self.refused.get("any"))
        if refusal is not None:
            return refusal
        times = {"create_time": "2026-01-01T00:00:00Z", "last_use_time": "2026-01-02T00:00:00Z"}
        credential = {"access": "AK", "user_id": "u", "status": "active", **times}
        return answer(200, {"secrets": [{"id": "1", "name": "n"}], "page_info": {}, "credential": credential})

    def log_in(self) -> Answer:
        threading.Event().wait(self.slow)
        if self.logins_before:
            return self.logins_before.pop(0)
        self.given += 1
        return answer(201, token_body(self.expires_at), **{"X-Subject-Token": f"token-{self.given}"})

    @property
    def sent(self) -> list[str]:
        return [request.headers["X-Auth-Token"] for request in self.calls]


def open_huawei(driver: Driver, service: Handler, **options: Any) -> Huawei:
    defaults: dict[str, Any] = {"project_id": "p", "domain_id": "d", "retry": QUICK}
    secret: dict[str, Any] = {} if "token" in options else {"password": PASSWORD}
    return Huawei(**defaults | secret | driver.serve(service) | options)


def secrets_of(driver: Driver, huawei: Huawei) -> list[Any]:
    return [item.id for item in driver.items(huawei.secrets())]


def key_of(driver: Driver, huawei: Huawei) -> Any:
    return driver.call(lambda: huawei.access_key("AK"), lambda: huawei.access_key_async("AK")).access


def call_secrets(driver: Driver, client: ApiClient) -> Any:
    arguments = {"project_id": "p"}
    return driver.call(
        lambda: client.call(SECRETS.operation, arguments), lambda: client.call_async(SECRETS.operation, arguments)
    )


@pytest.fixture(params=[False, True], ids=["sync", "async"])
def mocked(request: pytest.FixtureRequest) -> Iterator[Driver]:
    """Run the test without sockets, where these make no difference and there are many cases."""
    made = Driver(is_async=request.param, over_sockets=False)
    yield made
    made.close()


def test_a_given_token_is_sent(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud, token=GIVEN)
    assert secrets_of(driver, huawei) == ["1"]
    assert key_of(driver, huawei) == "AK"
    assert cloud.sent == [GIVEN, GIVEN]
    assert cloud.logins == []
    assert not any("Authorization" in request.headers for request in cloud.calls)


MAKERS: dict[str, Callable[[str], httpx.Auth]] = {
    "given": lambda base_url: TokenAuth(GIVEN, base_url),
    "got": lambda base_url: PasswordTokenAuth(PASSWORD, OF_THE_PROJECT, base_url, base_url),
}


@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "other",
    ["http://localhost:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://127.0.0.1.nip:{port}"],
)
def test_a_token_is_sent_to_no_other_origin(mocked: Driver, maker: str, other: str) -> None:
    cloud = Cloud()
    served = mocked.serve(cloud)
    auth = MAKERS[maker](served["base_url"])
    base_url = other.format(port=httpx.URL(served["base_url"]).port)
    client = ApiClient(base_url=base_url, allow_http=True, auth=auth, connections=served["connections"], retry=QUICK)
    with pytest.raises(CredentialsError, match="isn't the client's origin"):
        call_secrets(mocked, client)
    assert cloud.calls == cloud.logins == []


@pytest.mark.parametrize("given", [{"token": GIVEN}, {}], ids=["given", "got"])
def test_no_redirect_is_followed_with_a_token(driver: Driver, given: dict[str, str]) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    elsewhere = served["base_url"].replace("127.0.0.1", "localhost")
    cloud.refused["any"] = answer(307, {}, Location=f"{elsewhere}/v1/p/secrets")
    secret: dict[str, Any] = given or {"password": PASSWORD}
    huawei = Huawei(project_id="p", retry=QUICK, **secret, **served)
    follow_redirects(driver, served["connections"])
    with pytest.raises(StatusError, match="ListSecrets: status 307"):
        secrets_of(driver, huawei)
    assert [request.url.host for request in cloud.calls] == ["127.0.0.1"]


def test_no_redirect_is_followed_with_a_password(driver: Driver) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    elsewhere = served["base_url"].replace("127.0.0.1", "localhost")
    cloud.logins_before.append(answer(307, {}, Location=f"{elsewhere}/v3/auth/tokens"))
    huawei = Huawei(project_id="p", retry=QUICK, password=PASSWORD, **served)
    follow_redirects(driver, served["connections"])
    with pytest.raises(StatusError, match=f"{LOGIN}: status 307"):
        secrets_of(driver, huawei)
    assert [request.url.host for request in cloud.logins] == ["127.0.0.1"]
    assert cloud.calls == []


def follow_redirects(driver: Driver, connections: Connections) -> None:
    """Make the httpx client what one of the user's own may be."""

    async def async_client() -> AsyncClient:
        return connections.async_client()

    driver.call(connections.sync_client, async_client).follow_redirects = True


@pytest.mark.parametrize(
    ("listed", "options", "scope"),
    [
        ("secrets", {}, {"project": {"id": "p"}}),
        ("key", {}, {"domain": {"id": "d"}}),
        ("key", {"domain_id": None}, {"domain": {"name": "acme"}}),
    ],
)
def test_a_password_gets_a_token(driver: Driver, listed: str, options: dict[str, Any], scope: dict[str, Any]) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud, **options)
    assert (secrets_of(driver, huawei) if listed == "secrets" else [key_of(driver, huawei)]) in (["1"], ["AK"])
    (login,) = cloud.logins
    assert (login.method, login.url.raw_path) == ("POST", b"/v3/auth/tokens?nocatalog=true")
    assert login.headers["Content-Type"] == "application/json"
    assert "X-Auth-Token" not in login.headers
    user = {"name": "alice", "password": HIDDEN, "domain": {"name": "acme"}}
    identity = {"methods": ["password"], "password": {"user": user}}
    assert json.loads(login.content) == {"auth": {"identity": identity, "scope": scope}}
    assert cloud.sent == ["token-1"]


def test_one_token_serves_many_calls_of_a_service(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud)
    for _ in range(4):
        secrets_of(driver, huawei)
    for _ in range(4):
        key_of(driver, huawei)
    assert cloud.sent == ["token-1"] * 4 + ["token-2"] * 4
    assert len(cloud.logins) == 2, "one for the project and one for the account"


def test_copies_of_a_client_use_its_token(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud)
    for copy in (huawei.with_options(timeout=5), huawei, huawei.with_options(retry=QUICK).with_options(timeout=6)):
        secrets_of(driver, copy)
    assert len(cloud.logins) == 1
    secrets_of(driver, huawei.with_options(project_id="another"))
    secrets_of(driver, huawei.with_options(password=Password(user="bob", password=HIDDEN, domain="acme")))
    assert cloud.sent == ["token-1"] * 3 + ["token-2", "token-3"]


@pytest.mark.parametrize("expires_at", [EXPIRES_AT, "2040-01-02T05:04:05+02:00"])
@pytest.mark.parametrize(("seconds_before", "logins"), [(86400, 1), (301, 1), (300, 2), (1, 2), (0, 2), (-3600, 2)])
def test_a_token_is_renewed_five_minutes_before_it_expires(
    mocked: Driver, expires_at: str, seconds_before: int, logins: int
) -> None:
    cloud = Cloud(expires_at=expires_at)
    served = mocked.serve(cloud)
    now = [EXPIRES - timedelta(hours=24)]
    auth = PasswordTokenAuth(PASSWORD, OF_THE_PROJECT, served["base_url"], served["base_url"], clock=lambda: now[0])
    client = ApiClient(auth=auth, retry=QUICK, **served)
    call_secrets(mocked, client)
    now[0] = EXPIRES - timedelta(seconds=seconds_before)
    call_secrets(mocked, client)
    assert cloud.sent == ["token-1", f"token-{logins}"]
    assert len(cloud.logins) == logins


REFUSALS = {
    "401 of the gateway": gateway(401, "APIGW.0307"),
    "401 of IAM": gateway(401, "IAM.0066"),
    "401 of Keystone": keystone(401, "The request you have made requires authentication."),
    "401 in HTML": Answer(401, b"<html>"),
    "401 without a body": Answer(401, b""),
    "403 of CSMS": gateway(403, "KMS.0303"),
    "403 of CSMS, inner": answer(403, {"error": {"error_code": "KMS.0303", "error_msg": "expired"}}),
    "403 of IAM": gateway(403, "IAM.0066"),
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_token_is_renewed(mocked: Driver, refusal: str) -> None:
    cloud = Cloud()
    cloud.refused["token-1"] = REFUSALS[refusal]
    huawei = open_huawei(mocked, cloud)
    assert secrets_of(mocked, huawei) == ["1"]
    assert secrets_of(mocked, huawei) == ["1"]
    assert cloud.sent == ["token-1", "token-2", "token-2"]
    assert len(cloud.logins) == 2


@pytest.mark.parametrize("refusal", ["401 of IAM", "403 of CSMS"])
def test_a_token_that_is_always_refused_is_renewed_once(driver: Driver, refusal: str) -> None:
    cloud = Cloud()
    cloud.refused["any"] = REFUSALS[refusal]
    with pytest.raises(AuthenticationError, match="ListSecrets: status 40"):
        secrets_of(driver, open_huawei(driver, cloud))
    assert cloud.sent == ["token-1", "token-2"]
    assert len(cloud.logins) == 2


def test_a_late_refusal_of_an_old_token_costs_no_new_one(driver: Driver) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    auth = PasswordTokenAuth(PASSWORD, OF_THE_PROJECT, served["base_url"], served["base_url"])
    client = ApiClient(auth=auth, retry=QUICK, **served)
    cloud.refused["token-1"] = REFUSALS["401 of IAM"]
    call_secrets(driver, client)
    assert auth.renew_after(Reply(401, {}, b"", ("token-1",))), "the call is to be made again, with the newer token"
    call_secrets(driver, client)
    assert cloud.sent == ["token-1", "token-2", "token-2"]
    assert len(cloud.logins) == 2


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (gateway(403, "IAM.0002"), PermissionDeniedError),
        (gateway(403, "CSMS.0001"), PermissionDeniedError),
        (gateway(403, "KMS.0321"), AuthenticationError),
        (Answer(403, b""), PermissionDeniedError),
        (Answer(403, b"KMS.0303"), PermissionDeniedError),
        (gateway(404, "IAM.0004"), NotFoundError),
        (gateway(400, "CSMS.0002"), StatusError),
    ],
)
def test_another_error_is_no_reason_to_renew(mocked: Driver, reply: Answer, kind: type[StatusError]) -> None:
    cloud = Cloud()
    cloud.refused["any"] = reply
    with pytest.raises(kind):
        secrets_of(mocked, open_huawei(mocked, cloud))
    assert cloud.sent == ["token-1"]
    assert len(cloud.logins) == 1


@pytest.mark.parametrize("refusal", ["401 of IAM", "403 of CSMS"])
def test_a_given_token_that_is_refused_is_sent_once(driver: Driver, refusal: str) -> None:
    cloud = Cloud()
    cloud.refused["any"] = REFUSALS[refusal]
    with pytest.raises(AuthenticationError):
        secrets_of(driver, open_huawei(driver, cloud, token=GIVEN))
    assert cloud.sent == [GIVEN]
    assert cloud.logins == []


def test_the_expired_token_is_explained(driver: Driver) -> None:
    cloud = Cloud()
    cloud.refused["any"] = gateway(403, "KMS.0303")
    with pytest.raises(AuthenticationError, match="get a new one, or give a user and a password"):
        secrets_of(driver, open_huawei(driver, cloud, token=GIVEN))


def together(driver: Driver, huawei: Huawei) -> list[Any]:
    """List the secrets in many threads or tasks at once, and return what each got: a list, or the error."""
    start = threading.Barrier(TOGETHER)

    def in_a_thread() -> list[Any]:
        start.wait()
        return [item.id for item in huawei.secrets()]

    def sync() -> list[Any]:
        with ThreadPoolExecutor(TOGETHER) as pool:
            futures = [pool.submit(in_a_thread) for _ in range(TOGETHER)]
            return [future.exception() or future.result() for future in futures]

    async def in_a_task() -> list[Any]:
        return [item.id async for item in huawei.secrets()]

    async def asynchronous() -> Any:
        return await asyncio.gather(*(in_a_task() for _ in range(TOGETHER)), return_exceptions=True)

    results: list[Any] = driver.call(sync, asynchronous)
    return results


def open_overlapping(driver: Driver, cloud: Cloud) -> Huawei:
    """Open a client whose async calls wait in the middle over the mock too, as they do over sockets."""
    huawei = open_huawei(driver, cloud)
    inner = huawei.connections.async_transport
    if inner is not None:

        async def later(request: httpx.Request) -> httpx.Response:
            await asyncio.sleep(0.01)
            return await inner.handle_async_request(request)

        huawei.connections.async_transport = httpx.MockTransport(later)
    return huawei


def test_calls_at_the_same_time_get_one_token(driver: Driver) -> None:
    cloud = Cloud(slow=0.1)
    assert together(driver, open_overlapping(driver, cloud)) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 1
    assert cloud.sent == ["token-1"] * TOGETHER


def test_calls_at_the_same_time_renew_a_token_once(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_overlapping(driver, cloud)
    secrets_of(driver, huawei)
    cloud.refused["token-1"], cloud.slow = REFUSALS["403 of CSMS"], 0.1
    assert together(driver, huawei) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 2
    assert set(cloud.sent) == {"token-1", "token-2"}


WRONG = keystone(401, "The username or password is wrong.")
COMPRESSED = {"Content-Encoding": "gzip"}


def test_a_wrong_password_is_tried_once_for_all_that_wait(driver: Driver) -> None:
    cloud = Cloud(WRONG, slow=0.3)
    huawei = open_overlapping(driver, cloud)
    errors = together(driver, huawei)
    assert [type(error) for error in errors] == [AuthenticationError] * TOGETHER
    assert len(cloud.logins) == 1
    assert cloud.calls == []
    assert secrets_of(driver, huawei) == ["1"], "a later call tries again"


@pytest.mark.parametrize(
    "reply",
    [
        pytest.param(Answer(401, gzip.compress(WRONG.body), COMPRESSED), id="compressed"),
        pytest.param(Answer(401, b" " * (33 << 20)), id="large"),
        pytest.param(answer(201, {}), id="no token"),
    ],
)
def test_an_unreadable_answer_to_a_login_is_got_once_for_all_that_wait(mocked: Driver, reply: Answer) -> None:
    cloud = Cloud(reply, slow=0.3)
    errors = together(mocked, open_overlapping(mocked, cloud))
    assert [error for error in errors if not isinstance(error, ResponseError)] == []
    assert len(cloud.logins) == 1


def test_a_failed_login_is_repeated_by_all_that_wait_and_one_succeeds_for_all(driver: Driver) -> None:
    cloud = Cloud(Answer(503, b""), slow=0.1)
    assert together(driver, open_overlapping(driver, cloud)) == [["1"]] * TOGETHER
    assert len(cloud.logins) == 2


def test_a_cancelled_login_keeps_nobody_waiting() -> None:
    cloud = Cloud()

    async def hanging_first(request: httpx.Request) -> httpx.Response:
        reply = cloud(request)
        if len(cloud.logins) == 1 and not cloud.calls and cloud.given == 1:
            cloud.given += 1
            await asyncio.Event().wait()
        return httpx.Response(reply.status, content=reply.body, headers=reply.headers)

    connections = Connections(async_transport=httpx.MockTransport(hanging_first))
    huawei = Huawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)

    async def ids() -> list[Any]:
        return [item.id async for item in huawei.secrets()]

    async def run() -> list[Any]:
        async with huawei:
            first = asyncio.create_task(ids())
            await asyncio.sleep(0.01)
            second = asyncio.create_task(ids())
            await asyncio.sleep(0.01)
            first.cancel()
            return await asyncio.wait_for(second, timeout=10)

    assert asyncio.run(run()) == ["1"]
    assert cloud.sent == ["token-3"]


def test_a_token_is_shared_by_threads_and_by_event_loops() -> None:
    cloud = Cloud()

    def respond(request: httpx.Request) -> httpx.Response:
        reply = cloud(request)
        return httpx.Response(reply.status, content=reply.body, headers=reply.headers)

    async def respond_later(request: httpx.Request) -> httpx.Response:
        await asyncio.sleep(0.01)
        return respond(request)

    connections = Connections(
        transport=httpx.MockTransport(respond), async_transport=httpx.MockTransport(respond_later)
    )
    huawei = Huawei(base_url="http://127.0.0.1", project_id="p", password=PASSWORD, connections=connections)

    async def run() -> None:
        async def one() -> int:
            return len([item async for item in huawei.secrets()])

        async with huawei:
            assert sum(await asyncio.gather(one(), one(), one())) == 3

    for number in (1, 2, 3):
        asyncio.run(run())
        with huawei:
            assert len(list(huawei.secrets())) == 1
        assert cloud.sent[-4:] == [f"token-{number}"] * 4
        cloud.refused[f"token-{number}"] = REFUSALS["401 of IAM"]
    assert len(cloud.logins) == 3


GOOD = {"X-Subject-Token": "t"}
NO_TOKENS: dict[str, tuple[Answer, type[StatusError | DecodeError], str]] = {
    "wrong password": (keystone(401, "The password is wrong."), AuthenticationError, "401: The password is wrong."),
    "wrong scope": (keystone(400, "scope"), StatusError, "400: scope"),
    "no right": (keystone(403, "You have no right."), PermissionDeniedError, "You have no right."),
    "no domain": (keystone(404, "no such domain"), NotFoundError, "no such domain"),
    "another status": (answer(200, token_body(), **GOOD), StatusError, "status 200"),
    "no header": (answer(201, token_body()), DecodeError, "there is no token"),
    "empty header": (answer(201, token_body(), **GOOD | {"X-Subject-Token": ""}), DecodeError, "there is no token"),
    "no fields": (answer(201, {}, **GOOD), DecodeError, "there is no token"),
    "null": (answer(201, {"token": None}, **GOOD), DecodeError, "there is no token"),
    "no time": (answer(201, {"token": {}}, **GOOD), DecodeError, "no time at which it expires"),
    "time without a zone": (answer(201, token_body("2040-01-02T03:04:05"), **GOOD), DecodeError, "no time"),
    "time in words": (answer(201, token_body("tomorrow"), **GOOD), DecodeError, "no time"),
    "time in seconds": (answer(201, token_body(2**60), **GOOD), DecodeError, "no time"),
    "null time": (answer(201, token_body(None), **GOOD), DecodeError, "no time"),
    "the first of all times": (answer(201, token_body("0001-01-01T00:00:00Z"), **GOOD), DecodeError, "no time"),
    "no body": (Answer(201, b"", GOOD), DecodeError, "there is no token"),
    "HTML": (Answer(201, b"<html>", GOOD), DecodeError, "there is no token"),
    "no UTF-8": (Answer(201, b'{"token": {"expires_at": "\xff"}}', GOOD), DecodeError, "there is no token"),
    "deep": (Answer(201, b'{"x":' + b"[" * 100_000, GOOD), DecodeError, "there is no token"),
}


@pytest.mark.parametrize("name", NO_TOKENS)
def test_what_iam_answers_in_place_of_a_token_is_a_typed_error(mocked: Driver, name: str) -> None:
    reply, kind, said = NO_TOKENS[name]
    cloud = Cloud(*[reply] * 9)
    with pytest.raises(kind) as caught:
        secrets_of(mocked, open_huawei(mocked, cloud))
    assert type(caught.value) is kind
    assert (caught.value.operation, caught.value.status_code) == (LOGIN, reply.status)
    assert caught.value.content == reply.body
    assert said in str(caught.value)
    assert cloud.calls == []
    assert len(cloud.logins) == 1


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_login_that_failed_is_repeated(mocked: Driver, status: int) -> None:
    cloud = Cloud(Answer(status, b"<html>"), keystone(status, "later"))
    assert secrets_of(mocked, open_huawei(mocked, cloud)) == ["1"]
    assert len(cloud.logins) == 3
    assert cloud.sent == ["token-1"]


@pytest.mark.parametrize("body", [gzip.compress(b"<html>"), b"no gzip"], ids=["gzip", "damaged"])
@pytest.mark.parametrize("is_async", [False, True], ids=["sync", "async"])
def test_what_a_compressed_answer_to_a_login_means_is_told_by_its_status(is_async: bool, body: bytes) -> None:  # noqa: FBT001
    driver = Driver(is_async=is_async, over_sockets=True)
    cloud = Cloud(Answer(503, body, COMPRESSED))
    try:
        assert secrets_of(driver, open_huawei(driver, cloud)) == ["1"]
        cloud = Cloud(Answer(401, body, COMPRESSED))
        with pytest.raises(AuthenticationError, match=f"{LOGIN}: status 401"):
            secrets_of(driver, open_huawei(driver, cloud))
    finally:
        driver.close()
    assert len(cloud.logins) == 1


def test_a_login_that_never_works_ends(driver: Driver) -> None:
    cloud = Cloud(*[Answer(500, b"")] * 99)
    with pytest.raises(ServerError, match=f"{LOGIN}: status 500"):
        secrets_of(driver, open_huawei(driver, cloud))
    assert len(cloud.logins) == QUICK.attempts


def test_a_login_whose_connection_breaks_is_repeated(driver: Driver) -> None:
    cloud = Cloud()
    broken: list[int] = []

    def breaking(request: httpx.Request) -> Answer:
        if len(broken) < 2:
            broken.append(1)
            raise httpx.ReadError("closed", request=request)
        return cloud(request)

    assert secrets_of(driver, open_huawei(driver, breaking)) == ["1"]
    assert len(cloud.logins) == 1


def test_a_login_waits_no_longer_than_the_time_out_of_the_client(driver: Driver) -> None:
    cloud, over = Cloud(), threading.Event()

    def slow(request: httpx.Request) -> Answer:
        if request.method == "POST":
            if "timeout" in request.extensions:  # only the mock sees them; there is no real waiting over it
                raise httpx.ReadTimeout("slow", request=request)
            over.wait(2)
        return cloud(request)

    huawei = open_huawei(driver, slow, timeout=0.1, retry=RetryPolicy(attempts=1))
    with pytest.raises(TimedOutError):
        secrets_of(driver, huawei)
    assert cloud.calls == []
    over.set()
    threading.Event().wait(0.05)  # so that what the server's thread prints belongs to this test


def test_the_answer_to_a_login_has_bounds(driver: Driver) -> None:
    body = json.dumps(token_body()).encode() + b" " * (33 << 20)
    cloud = Cloud(Answer(201, body, {"X-Subject-Token": "t"}))
    with pytest.raises(ResponseTooLargeError):
        secrets_of(driver, open_huawei(driver, cloud))
    assert cloud.calls == []


@pytest.mark.parametrize("is_async", [False, True])
def test_a_damaged_answer_to_a_login_is_a_typed_error(is_async: bool) -> None:  # noqa: FBT001
    driver = Driver(is_async=is_async, over_sockets=True)
    cloud = Cloud(*[Answer(201, b"no gzip", {"Content-Encoding": "gzip", "X-Subject-Token": "t"})] * 9)
    try:
        with pytest.raises(DecodeError):
            secrets_of(driver, open_huawei(driver, cloud))
    finally:
        driver.close()
    assert cloud.calls == []


def shown(error: BaseException, log: pytest.LogCaptureFixture) -> str:
    """Return all that a reader of messages, tracebacks and logs gets to see."""
    records = [f"{record.getMessage()} {vars(record)}" for record in log.records]
    return "\n".join([str(error), repr(error), *traceback.format_exception(error), *records])


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    # At debug level httpcore logs the headers of each response, and so a new token, whoever uses it.
    caplog.set_level(logging.INFO, logger="httpcore")
    caplog.set_level(logging.DEBUG)
    return caplog


ECHOES: dict[str, Callable[[str], Answer]] = {
    "message": lambda secret: gateway(403, "IAM.0002", f"no rights with {secret}"),
    "code": lambda secret: gateway(400, f"E.{secret}"),
    "Keystone": lambda secret: keystone(400, f"{secret} and again {secret}"),
    "at the cut": lambda secret: keystone(400, "x" * (300 - len(secret) // 2) + secret),
    "repeated": lambda secret: keystone(503, f"later, {secret}"),
    "refused": lambda secret: keystone(401, f"wrong: {secret}"),
    "request id": lambda secret: answer(403, {"error_code": "IAM.0002", "error_msg": "no", "request_id": secret}),
    "header": lambda secret: answer(403, {}, **{"X-Request-Id": secret}),
}


@pytest.mark.parametrize("echo", ECHOES)
def test_a_password_is_masked_where_iam_repeats_it(mocked: Driver, echo: str, log: pytest.LogCaptureFixture) -> None:
    cloud = Cloud(*[ECHOES[echo](HIDDEN)] * 9)
    with pytest.raises(StatusError) as caught:
        secrets_of(mocked, open_huawei(mocked, cloud))
    assert HIDDEN in f"{caught.value.content!r} {caught.value.headers}", "what was sent stays as it is"
    assert "***" in str(caught.value) or echo == "at the cut"
    assert HIDDEN[:10] not in shown(caught.value, log)


@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("given", [True, False], ids=["given", "got"])
def test_a_token_is_masked_where_the_service_repeats_it(
    mocked: Driver,
    echo: str,
    given: bool,  # noqa: FBT001
    log: pytest.LogCaptureFixture,
) -> None:
    cloud = Cloud()
    # "any" is answered before the second token is known, so the service repeats whichever it got.
    huawei = open_huawei(
        mocked,
        lambda request: (
            ECHOES[echo](request.headers["X-Auth-Token"]) if "X-Auth-Token" in request.headers else cloud(request)
        ),
        **({"token": GIVEN} if given else {}),
    )
    with pytest.raises(StatusError) as caught:
        secrets_of(mocked, huawei)
    assert "***" in str(caught.value) or echo == "at the cut"
    assert (GIVEN[:10] if given else "token-") not in shown(caught.value, log)


def test_a_password_is_masked_where_iam_repeats_the_request(driver: Driver, log: pytest.LogCaptureFixture) -> None:
    password = Password(user="alice", password='xyzzy"plugh\\frotz', domain="acme")  # noqa: S106 - an invented one

    def repeating(request: httpx.Request) -> Answer:
        return keystone(400, f"can't read {request.content.decode()}")

    with pytest.raises(StatusError, match=r"can't read .*\*\*\*") as caught:
        secrets_of(driver, open_huawei(driver, repeating, password=password))
    assert not [part for part in ("xyzzy", "plugh", "frotz") if part in shown(caught.value, log)]


def test_a_successful_call_shows_no_secret(driver: Driver, log: pytest.LogCaptureFixture) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud)
    secrets_of(driver, huawei)
    response = call_secrets(driver, ApiClient(auth=TokenAuth(GIVEN, huawei.base_url or ""), **served_by(huawei)))
    messages = "\n".join(f"{record.getMessage()} {vars(record)}" for record in log.records)
    assert "ListSecrets: GET http://127.0.0.1:" in messages
    for text in (messages, repr(huawei), str(huawei), repr(response), repr(PASSWORD), str(PASSWORD)):
        assert HIDDEN not in text
        assert GIVEN not in text
        assert "token-1" not in text


def served_by(huawei: Huawei) -> dict[str, Any]:
    return {"base_url": huawei.base_url, "connections": huawei.connections}


@pytest.mark.parametrize(
    "auth",
    [
        TokenAuth(GIVEN, ORIGIN),
        PasswordTokenAuth(PASSWORD, {}, ORIGIN, ORIGIN),
        SdkHmacAuth(AccessKey("AK", HIDDEN), ORIGIN),
        Acs3Auth(AccessKey("AK", HIDDEN), ORIGIN),
    ],
    ids=lambda auth: type(auth).__name__,
)
def test_the_schemes_are_not_pickled(auth: httpx.Auth) -> None:
    with pytest.raises(TypeError, match="holds a secret, and isn't pickled"):
        pickle.dumps(auth)


def test_the_schemes_show_no_secret(driver: Driver) -> None:
    served = driver.serve(Cloud())
    auths = [maker(served["base_url"]) for maker in MAKERS.values()]
    for auth in auths:
        client = ApiClient(auth=auth, **served)
        call_secrets(driver, client)
        held = repr(vars(auth)) if isinstance(auth, PasswordTokenAuth) else ""
        for text in (repr(auth), str(auth), repr(client), str(client), held):
            assert HIDDEN not in text
            assert GIVEN not in text
            assert "token-1" not in text


@pytest.mark.parametrize("ending", ["", "/", "/iam/", "/iam"])
def test_a_password_is_sent_to_iam_alone(driver: Driver, ending: str) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    iam = served["base_url"].replace("127.0.0.1", "localhost") + ending
    urls = {"iam_base_url": iam, "csms_base_url": served["base_url"], "connections": served["connections"]}
    huawei = Huawei(project_id="p", password=PASSWORD, retry=QUICK, **urls)
    cloud.refused["token-1"] = REFUSALS["401 of IAM"]
    secrets_of(driver, huawei)
    key_of(driver, huawei)
    path = ending.rstrip("/") + "/v3/auth/tokens"
    assert [(request.url.host, request.url.path) for request in cloud.logins] == [("localhost", path)] * 3
    assert [request.url.host for request in cloud.calls] == ["127.0.0.1", "127.0.0.1", "localhost"]
    for request in cloud.calls:
        assert HIDDEN not in f"{request.url} {request.headers.multi_items()} {request.content.decode()}"


def test_a_password_is_not_sent_over_http() -> None:
    with pytest.raises(ValueError, match="allow_http"):
        Huawei(iam_base_url="http://iam.example.org", csms_base_url="https://csms.example.org", password=PASSWORD)


@pytest.mark.parametrize("token", ["", " ", "with\nbreak", "ends\r\n", "ends\n"])
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(mocked: Driver, token: str) -> None:
    cloud = Cloud()
    with pytest.raises((ValueError, CredentialsError)) as caught:
        secrets_of(mocked, open_huawei(mocked, cloud, token=token))
    assert "ends" not in "".join(traceback.format_exception_only(caught.value)).replace("at its ends", "")
    assert cloud.calls == []


@pytest.mark.parametrize("left_out", ["credentials", "token", "password"])
def test_one_way_to_authenticate_is_given(left_out: str) -> None:
    ways: dict[str, Any] = {"credentials": AccessKey("AK", "SK"), "token": GIVEN, "password": PASSWORD}
    del ways[left_out]
    with pytest.raises(ValueError, match="one of credentials, token and password"):
        Huawei(region="cn-north-4", **ways)
