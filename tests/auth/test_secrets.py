"""Secrets stay out of every output, and what an error advises depends on the credentials that were sent."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import pprint
import traceback
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import msgspec
import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from auth.credential_files import SECRET, TOKEN
from auth.token_cloud import GIVEN, PASSWORD, Cloud, call_csms, gateway, keystone, list_ids, open_huawei, respond
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.auth.token_response import HeldToken
from cloudkeys.errors import AuthenticationError, StatusError
from cloudkeys.runtime.types import SecretStr
from cloudkeys.testing import FakeResponse
from driver import Driver, over_mock

KEY = AccessKey("AK", SECRET, TOKEN)
USER = Password(user="user", password=SECRET, domain="domain")
ORIGIN = "https://iam.example.com"
HOLDERS: dict[str, Any] = {
    "a key": KEY,
    "a password": USER,
    "a secret": SecretStr(SECRET),
    "a client with a key": Alibaba(region="cn-hangzhou", credentials=KEY),
    "an async client with a key": AsyncAlibaba(region="cn-hangzhou", credentials=KEY),
    "a client with a token": Huawei(region="cn-north-4", token=TOKEN),
    "an async client with a token": AsyncHuawei(region="cn-north-4", token=TOKEN),
    "a client with a password": Huawei(region="cn-north-4", password=USER),
    "the client of an API": Huawei(region="cn-north-4", token=TOKEN).iam_v5,
    "a held token": HeldToken(SecretStr(TOKEN), 0.0),
    "TokenAuth": TokenAuth(TOKEN, ORIGIN),
    "PasswordTokenAuth": PasswordTokenAuth(USER, {}, ORIGIN, ORIGIN),
    "Acs3Auth": Acs3Auth(KEY, ORIGIN),
    "SdkHmacAuth": SdkHmacAuth(KEY, ORIGIN),
}


def fields(holder: Any) -> dict[str, Any]:
    """Return the attributes in an object's dict and slots, as tools do that don't know attrs."""
    slots = [name for kind in type(holder).__mro__ for name in getattr(kind, "__slots__", ())]
    return getattr(holder, "__dict__", {}) | {name: getattr(holder, name) for name in slots if hasattr(holder, name)}


def all_fields(holder: Any, seen: set[int]) -> Iterator[str]:
    """Yield the `repr` of an object, its fields, their fields and so on."""
    if id(holder) in seen or isinstance(holder, type | int | float) or callable(holder):
        return
    seen.add(id(holder))
    yield repr(holder)
    inside: list[Any] = list(holder) if isinstance(holder, list | tuple | set | frozenset) else []
    if isinstance(holder, dict):
        inside = [*holder, *holder.values()]
    elif type(holder).__module__.startswith("cloudkeys"):
        inside = list(fields(holder).values())
    for each in inside:
        yield from all_fields(each, seen)


def print_with_rich(holder: Any) -> str:
    written = io.StringIO()
    Console(file=written, width=10_000).print(holder)
    return f"{written.getvalue()} {pretty_repr(holder)} {pretty_repr(fields(holder))}"


TOOLS: dict[str, Callable[[Any], object]] = {
    "repr and str": lambda holder: f"{holder} {holder!r}",
    "attrs": lambda holder: [attrs.asdict(holder), attrs.astuple(holder)],
    "nested fields": lambda holder: list(all_fields(holder, set())),
    "JSON of its fields": lambda holder: json.dumps(fields(holder), default=str),
    "msgspec": lambda holder: [msgspec.json.encode(holder), msgspec.to_builtins(holder, enc_hook=repr)],
    "pprint": lambda holder: pprint.pformat([holder, fields(holder)]),
    "rich": print_with_rich,
    "pickle": pickle.dumps,
    "copy": lambda holder: [copy.copy(holder), copy.deepcopy(holder)],
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_no_tool_shows_a_secret(holder: str, tool: str) -> None:
    try:
        shown = TOOLS[tool](HOLDERS[holder])
    except (TypeError, attrs.exceptions.NotAnAttrsClassError) as error:
        shown = error
    assert SECRET not in f"{shown!r} {shown}"
    assert TOKEN not in f"{shown!r} {shown}"


def test_the_tools_show_a_field_that_is_not_redacted() -> None:
    @attrs.frozen
    class Open:
        secret: str

    for name, tool in TOOLS.items():
        if name not in {"copy", "pickle", "nested fields"}:
            assert SECRET in str(tool(Open(SECRET))), name
    assert SECRET in str(list(all_fields([{"a": (SECRET,)}], set())))


@pytest.mark.parametrize("holder", ["a key", "a password", "TokenAuth", "PasswordTokenAuth", "Acs3Auth", "SdkHmacAuth"])
def test_what_holds_a_secret_is_not_pickled(holder: str) -> None:
    with pytest.raises(TypeError, match="holds a secret and can't be pickled"):
        pickle.dumps(HOLDERS[holder])


def test_the_properties_return_the_secrets() -> None:
    assert (KEY.secret, KEY.security_token, AccessKey("AK", SECRET).security_token) == (SECRET, TOKEN, None)
    assert USER.password == SECRET
    assert HOLDERS["a client with a token"].with_options(timeout=1).token.reveal() == TOKEN
    assert AccessKey("AK", SecretStr(SECRET), SecretStr(TOKEN)) == KEY
    assert attrs.evolve(KEY, access_key_id="B") == AccessKey("B", SECRET, TOKEN)
    assert len({KEY, AccessKey("AK", SECRET, TOKEN), AccessKey("AK", SECRET)}) == 2


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> pytest.LogCaptureFixture:
    # At debug level, httpcore logs the headers of every response, including a new token.
    caplog.set_level(logging.INFO, logger="httpcore")
    caplog.set_level(logging.DEBUG)
    return caplog


def logged(log: pytest.LogCaptureFixture) -> str:
    return "\n".join(f"{record.getMessage()} {vars(record)}" for record in log.records)


ECHOES: dict[str, Callable[[str], FakeResponse]] = {
    "message": lambda secret: gateway(403, "IAM.0002", f"no rights with {secret}"),
    "code": lambda secret: gateway(400, f"E.{secret}"),
    "retried": lambda secret: keystone(503, f"later, {secret} and again {secret}"),
    "refused": lambda secret: keystone(401, f"wrong: {secret}"),
    "request ID": lambda secret: respond(403, {"error_code": "IAM.0002", "error_msg": "no", "request_id": secret}),
    "header": lambda secret: respond(403, {}, **{"X-Request-Id": secret}),
}


@over_mock
@pytest.mark.parametrize("echo", ECHOES)
@pytest.mark.parametrize("secret", ["password", "passed token", "fetched token"])
def test_a_secret_that_the_service_echoes_is_redacted(
    driver: Driver, secret: str, echo: str, log: pytest.LogCaptureFixture
) -> None:
    cloud = Cloud(*[ECHOES[echo](PASSWORD.password)] * 9) if secret == "password" else Cloud()  # noqa: S105
    huawei = open_huawei(
        driver,
        lambda request: (
            ECHOES[echo](request.headers["X-Auth-Token"]) if "X-Auth-Token" in request.headers else cloud(request)
        ),
        **({"token": GIVEN} if secret == "passed token" else {}),  # noqa: S105
    )
    with pytest.raises(StatusError) as caught:
        list_ids(driver, huawei)
    value = {"password": PASSWORD.password, "passed token": GIVEN, "fetched token": "token-"}[secret]
    assert value in f"{caught.value.content!r} {caught.value.headers}", "the raw response stays unchanged"
    assert "***" in str(caught.value)
    shown = "\n".join([repr(caught.value), *traceback.format_exception(caught.value), logged(log)])
    assert value[:10] not in shown


@over_mock
def test_successful_calls_show_no_secret(driver: Driver, log: pytest.LogCaptureFixture) -> None:
    cloud = Cloud()
    served = driver.serve(cloud)
    origin = served["base_url"]
    shown = []
    for auth in (TokenAuth(GIVEN, origin), PasswordTokenAuth(PASSWORD, {"project": {"id": "p"}}, origin, origin)):
        response = call_csms(driver, auth, **served)
        shown.append(f"{auth} {auth!r} {vars(auth)} {response!r}")
    assert cloud.sent == [GIVEN, "token-1"]
    assert "ListSecrets: GET http://127.0.0.1:" in logged(log)
    for secret in (GIVEN, PASSWORD.password, "token-1"):
        assert secret not in f"{shown} {logged(log)}"


ADVICE = {
    ("APIGW.0301", "a token"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "a password"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "a key"): ("wrong signatures lock the key", "token"),
    ("IAM.0066", "a token"): ("the token has expired", "access key"),
    ("IAM.0066", "a key"): ("the temporary access key has expired", "token"),
    ("KMS.0303", "a token"): ("the token has expired", "access key"),
    ("KMS.0303", "a key"): ("the temporary access key has expired", "token"),
}


@over_mock
@pytest.mark.parametrize(("code", "scheme"), ADVICE)
def test_the_advice_is_about_the_credentials_that_were_sent(driver: Driver, code: str, scheme: str) -> None:
    cloud = Cloud()
    cloud.refused["any"] = gateway(401, code)
    schemes: dict[str, dict[str, Any]] = {
        "a token": {"token": GIVEN},
        "a password": {"password": PASSWORD},
        "a key": {"credentials": KEY},
    }
    with pytest.raises(AuthenticationError) as caught:
        list_ids(driver, open_huawei(driver, cloud, **schemes[scheme]))
    expected, unexpected = ADVICE[code, scheme]
    assert expected in str(caught.value)
    assert unexpected not in str(caught.value).partition(code)[2]


@over_mock
def test_an_error_of_a_client_without_authentication_names_that(driver: Driver) -> None:
    cloud = Cloud()
    cloud.refused["any"] = gateway(401, "APIGW.0301")
    with pytest.raises(AuthenticationError, match="neither a signature nor a token was sent"):
        call_csms(driver, None, **driver.serve(cloud))
