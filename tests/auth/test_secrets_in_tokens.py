"""No token and no password is shown, or sent to where it doesn't belong."""

from __future__ import annotations

import logging
import pickle
import traceback
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from auth.token_cloud import (
    GIVEN,
    HIDDEN,
    MAKERS,
    PASSWORD,
    REFUSALS,
    Cloud,
    answer,
    call_secrets,
    gateway,
    key_of,
    keystone,
    open_csms,
    open_huawei,
    secrets_of,
)
from cloudkeys import AccessKey, Huawei, Password
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.errors import CredentialsError, StatusError
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock

ORIGIN = "https://api.example"


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


ECHOES: dict[str, Callable[[str], FakeResponse]] = {
    "message": lambda secret: gateway(403, "IAM.0002", f"no rights with {secret}"),
    "code": lambda secret: gateway(400, f"E.{secret}"),
    "Keystone": lambda secret: keystone(400, f"{secret} and again {secret}"),
    "at the cut": lambda secret: keystone(400, "x" * (300 - len(secret) // 2) + secret),
    "repeated": lambda secret: keystone(503, f"later, {secret}"),
    "refused": lambda secret: keystone(401, f"wrong: {secret}"),
    "request id": lambda secret: answer(403, {"error_code": "IAM.0002", "error_msg": "no", "request_id": secret}),
    "header": lambda secret: answer(403, {}, **{"X-Request-Id": secret}),
}


@over_mock
@pytest.mark.parametrize("echo", ECHOES)
def test_a_password_is_masked_where_iam_repeats_it(driver: Driver, echo: str, log: pytest.LogCaptureFixture) -> None:
    cloud = Cloud(*[ECHOES[echo](HIDDEN)] * 9)
    with pytest.raises(StatusError) as caught:
        secrets_of(driver, open_huawei(driver, cloud))
    assert HIDDEN in f"{caught.value.content!r} {caught.value.headers}", "what was sent stays as it is"
    assert "***" in str(caught.value) or echo == "at the cut"
    assert HIDDEN[:10] not in shown(caught.value, log)


@over_mock
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("given", [True, False], ids=["given", "got"])
def test_a_token_is_masked_where_the_service_repeats_it(
    driver: Driver,
    echo: str,
    given: bool,  # noqa: FBT001
    log: pytest.LogCaptureFixture,
) -> None:
    cloud = Cloud()
    # "any" is answered before the second token is known, so the service repeats whichever it got.
    huawei = open_huawei(
        driver,
        lambda request: (
            ECHOES[echo](request.headers["X-Auth-Token"]) if "X-Auth-Token" in request.headers else cloud(request)
        ),
        **({"token": GIVEN} if given else {}),
    )
    with pytest.raises(StatusError) as caught:
        secrets_of(driver, huawei)
    assert "***" in str(caught.value) or echo == "at the cut"
    assert (GIVEN[:10] if given else "token-") not in shown(caught.value, log)


def test_a_password_is_masked_where_iam_repeats_the_request(driver: Driver, log: pytest.LogCaptureFixture) -> None:
    password = Password(user="alice", password='xyzzy"plugh\\frotz', domain="acme")  # noqa: S106 - an invented one

    def repeating(request: httpx.Request) -> FakeResponse:
        return keystone(400, f"can't read {request.content.decode()}")

    with pytest.raises(StatusError, match=r"can't read .*\*\*\*") as caught:
        secrets_of(driver, open_huawei(driver, repeating, password=password))
    assert not [part for part in ("xyzzy", "plugh", "frotz") if part in shown(caught.value, log)]


def test_a_successful_call_shows_no_secret(driver: Driver, log: pytest.LogCaptureFixture) -> None:
    cloud = Cloud()
    huawei = open_huawei(driver, cloud)
    secrets_of(driver, huawei)
    response = call_secrets(driver, open_csms(driver, TokenAuth(GIVEN, huawei.base_url), **served_by(huawei)))
    messages = "\n".join(f"{record.getMessage()} {vars(record)}" for record in log.records)
    assert "ListSecrets: GET http://127.0.0.1:" in messages
    for text in (messages, repr(huawei), str(huawei), repr(response), repr(PASSWORD), str(PASSWORD)):
        assert HIDDEN not in text
        assert GIVEN not in text
        assert "token-1" not in text


def served_by(huawei: Any) -> dict[str, Any]:
    return {"base_url": huawei.base_url, "connections": huawei.connections}


def test_the_schemes_show_no_secret(driver: Driver) -> None:
    served = driver.serve(Cloud())
    auths = [maker(served["base_url"]) for maker in MAKERS.values()]
    for auth in auths:
        client = open_csms(driver, auth, **served)
        call_secrets(driver, client)
        held = repr(vars(auth)) if isinstance(auth, PasswordTokenAuth) else ""
        for text in (repr(auth), str(auth), repr(client), str(client), held):
            assert HIDDEN not in text
            assert GIVEN not in text
            assert "token-1" not in text


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


@pytest.mark.parametrize("ending", ["", "/", "/iam/", "/iam"])
def test_a_password_is_sent_to_iam_alone(driver: Driver, ending: str) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    iam = served["base_url"].replace("127.0.0.1", "localhost") + ending
    huawei = open_huawei(driver, cloud, **served, base_urls={"iam_v3": iam, "iam_v5": iam})
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
        Huawei(region="cn-north-4", base_urls={"iam_v3": "http://iam.example.org"}, password=PASSWORD)


@over_mock
@pytest.mark.parametrize("token", ["", " ", "with\nbreak", "ends\r\n", "ends\n"])
def test_a_token_that_cannot_be_sent_is_refused_without_showing_it(driver: Driver, token: str) -> None:
    cloud = Cloud()
    with pytest.raises((ValueError, CredentialsError)) as caught:
        secrets_of(driver, open_huawei(driver, cloud, token=token))
    assert "ends" not in "".join(traceback.format_exception_only(caught.value)).replace("at its ends", "")
    assert cloud.calls == []
