"""Secrets stay out of every output, and what an error advises depends on the credentials that were sent."""

from __future__ import annotations

import copy
import json
import pickle
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import msgspec
import pytest

from auth.token_cloud import Cloud, call_csms, gateway, list_ids, open_huawei
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.auth.token_response import HeldToken
from cloudkeys.errors import AuthenticationError
from cloudkeys.runtime.types import SecretStr
from driver import Driver, over_mock
from runtime.services import SECRET, TOKEN

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


TOOLS: dict[str, Callable[[Any], object]] = {
    "repr and str": lambda holder: f"{holder} {holder!r}",
    "attrs": lambda holder: [attrs.asdict(holder), attrs.astuple(holder)],
    "nested fields": lambda holder: list(all_fields(holder, set())),
    "JSON of its fields": lambda holder: json.dumps(fields(holder), default=str),
    "msgspec": msgspec.json.encode,
    "msgspec with a hook": lambda holder: msgspec.to_builtins(holder, enc_hook=repr),
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


ADVICE = {
    ("APIGW.0301", "token"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "password"): ("the token isn't valid", "signature"),
    ("APIGW.0301", "key"): ("wrong signatures lock the key", "token"),
    ("IAM.0066", "token"): ("the token has expired", "access key"),
    ("IAM.0066", "key"): ("the temporary access key has expired", "token"),
    ("KMS.0303", "token"): ("the token has expired", "access key"),
    ("KMS.0303", "key"): ("the temporary access key has expired", "token"),
}


@over_mock
@pytest.mark.parametrize(("code", "scheme"), ADVICE)
def test_the_advice_is_about_the_credentials_that_were_sent(driver: Driver, code: str, scheme: str) -> None:
    cloud = Cloud()
    cloud.refused["any"] = gateway(401, code)
    settings: dict[str, Any] = {"token": {"token": TOKEN}, "password": {"password": USER}, "key": {"credentials": KEY}}
    with pytest.raises(AuthenticationError) as caught:
        list_ids(driver, open_huawei(driver, cloud, **settings[scheme]))
    expected, unexpected = ADVICE[code, scheme]
    assert expected in str(caught.value)
    assert unexpected not in str(caught.value).partition(code)[2]


@over_mock
def test_an_error_of_a_client_without_authentication_names_that(driver: Driver) -> None:
    cloud = Cloud()
    cloud.refused["any"] = gateway(401, "APIGW.0301")
    with pytest.raises(AuthenticationError, match="neither a signature nor a token was sent"):
        call_csms(driver, None, **driver.serve(cloud))
