"""Tokens that are given or got: where they are sent, and when they are renewed."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from auth.token_cloud import (
    GIVEN,
    HIDDEN,
    LOGIN,
    MAKERS,
    OF_THE_PROJECT,
    PASSWORD,
    QUICK,
    REFUSALS,
    Cloud,
    answer,
    call_secrets,
    gateway,
    key_of,
    open_csms,
    open_huawei,
    secrets_of,
)
from cloudkeys import Connections, Password
from cloudkeys.auth.token import PasswordTokenAuth
from cloudkeys.errors import AuthenticationError, CredentialsError, NotFoundError, PermissionDeniedError, StatusError
from cloudkeys.runtime.messages import RawResponse
from cloudkeys.runtime.sent import Sent
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock


def test_a_given_token_is_sent(driver: Driver) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud, token=GIVEN)
    assert secrets_of(driver, huawei) == ["1"]
    assert key_of(driver, huawei) == "AK"
    assert cloud.sent == [GIVEN, GIVEN]
    assert cloud.logins == []
    assert not any("Authorization" in request.headers for request in cloud.calls)


@over_mock
@pytest.mark.parametrize("maker", MAKERS)
@pytest.mark.parametrize(
    "other",
    ["http://localhost:{port}", "https://127.0.0.1:{port}", "http://127.0.0.1:1", "http://127.0.0.1.nip:{port}"],
)
def test_a_token_is_sent_to_no_other_origin(driver: Driver, maker: str, other: str) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    auth = MAKERS[maker](served["base_url"])
    base_url = other.format(port=httpx.URL(served["base_url"]).port)
    client = open_csms(driver, auth, base_url=base_url, allow_http=True, connections=served["connections"])
    with pytest.raises(CredentialsError, match="isn't the client's origin"):
        call_secrets(driver, client)
    assert cloud.calls == cloud.logins == []


@contextlib.contextmanager
def redirected(driver: Driver, cloud: Cloud, **secret: Any) -> Iterator[Any]:
    """Open a client over an httpx client of the user's own that follows redirects."""
    served = driver.serve(cloud)
    given = served["connections"]
    sync = httpx.Client(transport=given.transport, follow_redirects=True)
    asynchronous = httpx.AsyncClient(transport=given.async_transport, follow_redirects=True)
    connections = Connections(http_client=sync, async_http_client=asynchronous)
    yield driver.front_classes[1](**served | secret | {"project_id": "p", "retry": QUICK, "connections": connections})
    driver.do(asynchronous.aclose if driver.is_async else sync.close)


def to_localhost(path: str) -> FakeResponse:
    """Redirect from 127.0.0.1 to another host."""
    return answer(307, {}, Location=f"http://localhost{path}")


@pytest.mark.parametrize("secret", [{"token": GIVEN}, {"password": PASSWORD}], ids=["given", "got"])
def test_no_redirect_is_followed_with_a_token(driver: Driver, secret: dict[str, Any]) -> None:
    cloud = Cloud()
    cloud.refused["any"] = to_localhost("/v1/p/secrets")
    with redirected(driver, cloud, **secret) as huawei, pytest.raises(StatusError, match="ListSecrets: status 307"):
        secrets_of(driver, huawei)
    assert [request.url.host for request in cloud.calls] == ["127.0.0.1"]


def test_no_redirect_is_followed_with_a_password(driver: Driver) -> None:
    cloud = Cloud(to_localhost("/v3/auth/tokens"))
    with (
        redirected(driver, cloud, password=PASSWORD) as huawei,
        pytest.raises(StatusError, match=f"{LOGIN}: status 307"),
    ):
        secrets_of(driver, huawei)
    assert [request.url.host for request in cloud.logins] == ["127.0.0.1"]
    assert cloud.calls == []


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


class Ticking:
    """The clock that only goes forward, for what counts the age of tokens; the wall clock goes on as it is."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000.0
        for module in ("token", "token_response"):
            monkeypatch.setattr(f"cloudkeys.auth.{module}.time", SimpleNamespace(monotonic=lambda: self.now))


@pytest.fixture
def ticking(monkeypatch: pytest.MonkeyPatch) -> Ticking:
    return Ticking(monkeypatch)


def given_token(lifetime: float, ahead: timedelta, by: str) -> FakeResponse:
    """Return an answer to a login, of a service whose clock is ahead of this machine's, or behind."""
    there = datetime.now(UTC) + ahead
    east = timezone(timedelta(hours=2)) if by == "another zone" else UTC
    token = {"expires_at": (there + timedelta(seconds=lifetime)).astimezone(east).isoformat()}
    if by == "Date":
        return answer(
            201, {"token": token}, **{"X-Subject-Token": "first", "Date": format_datetime(there, usegmt=True)}
        )
    # Keystone's Date is that of what stands before it, whose clock is another.
    headers = {"X-Subject-Token": "first", "Date": "Thu, 01 Jan 1970 00:00:00 GMT"}
    return answer(201, {"token": token | {"issued_at": there.isoformat()}}, **headers)


DAY = 86400.0


@over_mock
@pytest.mark.parametrize("by", ["issued_at", "another zone", "Date"])
@pytest.mark.parametrize(
    "ahead", [timedelta(), timedelta(days=1), -timedelta(days=1), -timedelta(hours=3), -timedelta(days=4000)]
)
@pytest.mark.parametrize("times", [(DAY, DAY - 300), (3600, 3300), (600, 300), (300, 150), (10, 5)])
def test_a_token_is_renewed_before_it_expires_whatever_the_clocks_say(
    driver: Driver, ticking: Ticking, by: str, ahead: timedelta, times: tuple[float, float]
) -> None:
    lifetime, renewed_after = times
    cloud = Cloud(given_token(lifetime, ahead, by))
    huawei = open_huawei(driver, cloud)
    # By the Date, a token's age is known to a second.
    for after, logins in ((0, 1), (renewed_after - 2, 1), (renewed_after + 1, 2)):
        ticking.now = 1000.0 + after
        secrets_of(driver, huawei)
        assert len(cloud.logins) == logins, after
    assert cloud.sent == ["first", "first", "token-1"]


@over_mock
@pytest.mark.parametrize("refusal", REFUSALS)
def test_a_refused_token_is_renewed(driver: Driver, refusal: str) -> None:
    cloud = Cloud()
    cloud.refused["token-1"] = REFUSALS[refusal]
    huawei = open_huawei(driver, cloud)
    assert secrets_of(driver, huawei) == ["1"]
    assert secrets_of(driver, huawei) == ["1"]
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
    client = open_csms(driver, auth, **served)
    cloud.refused["token-1"] = REFUSALS["401 of IAM"]
    call_secrets(driver, client)
    assert auth.renew_after(RawResponse(401, {}, b"", Sent(("token-1",)))), (
        "the call is to be made again, with the newer token"
    )
    call_secrets(driver, client)
    assert cloud.sent == ["token-1", "token-2", "token-2"]
    assert len(cloud.logins) == 2


@over_mock
@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (gateway(403, "IAM.0002"), PermissionDeniedError),
        (gateway(403, "CSMS.0001"), PermissionDeniedError),
        (gateway(403, "KMS.0321"), AuthenticationError),
        (FakeResponse(403, b""), PermissionDeniedError),
        (FakeResponse(403, b"KMS.0303"), PermissionDeniedError),
        (gateway(404, "IAM.0004"), NotFoundError),
        (gateway(400, "CSMS.0002"), StatusError),
    ],
)
def test_another_error_is_no_reason_to_renew(driver: Driver, response: FakeResponse, kind: type[StatusError]) -> None:
    cloud = Cloud()
    cloud.refused["any"] = response
    with pytest.raises(kind):
        secrets_of(driver, open_huawei(driver, cloud))
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
