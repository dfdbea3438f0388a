"""A secret is shown by one step that somebody takes on purpose, and by no tool that shows the fields of an object."""

from __future__ import annotations

import copy
import io
import json
import pickle
import pprint
from collections.abc import Callable, Iterator
from typing import Any

import attrs
import httpx
import msgspec
import pytest
from rich.console import Console
from rich.pretty import pretty_repr

from auth.credential_files import SECRET, TOKEN
from cloudkeys import AccessKey, Alibaba, AsyncAlibaba, AsyncHuawei, Huawei, Password
from cloudkeys.auth.acs3 import Acs3Auth
from cloudkeys.auth.sdk_hmac import SdkHmacAuth
from cloudkeys.auth.token import PasswordTokenAuth, TokenAuth
from cloudkeys.auth.token_response import HeldToken
from cloudkeys.runtime.types import SecretStr

KEY = AccessKey("AK", SECRET, TOKEN)
PASSWORD = Password(user="user", password=SECRET, domain="domain")
ORIGIN = "https://iam.example.com"
HOLDERS: dict[str, Any] = {
    "a key": KEY,
    "a password": PASSWORD,
    "a secret": SecretStr(SECRET),
    "a client with a key": Alibaba(region="cn-hangzhou", credentials=KEY),
    "an async client with a key": AsyncAlibaba(region="cn-hangzhou", credentials=KEY),
    "a client with a token": Huawei(region="cn-north-4", token=TOKEN),
    "an async client with a token": AsyncHuawei(region="cn-north-4", token=TOKEN),
    "a client with a password": Huawei(region="cn-north-4", password=PASSWORD),
    "the client of an API": Huawei(region="cn-north-4", token=TOKEN).iam_v5,
    "a scheme with a token": TokenAuth(TOKEN, ORIGIN),
    "a scheme with a password": PasswordTokenAuth(PASSWORD, {}, ORIGIN, ORIGIN),
    "ACS3": Acs3Auth(KEY, ORIGIN),
    "SDK-HMAC": SdkHmacAuth(KEY, ORIGIN),
    "a token that is held": HeldToken(SecretStr(TOKEN), 0.0),
}


def fields(holder: Any) -> dict[str, Any]:
    """Return all that an object has, from its dict and its slots, as tools find it that know nothing of attrs."""
    slots = [name for kind in type(holder).__mro__ for name in getattr(kind, "__slots__", ())]
    return getattr(holder, "__dict__", {}) | {name: getattr(holder, name) for name in slots if hasattr(holder, name)}


def all_fields(holder: Any, seen: set[int]) -> Iterator[str]:
    if id(holder) in seen or isinstance(holder, type | str | bytes | int | float) or callable(holder):
        if isinstance(holder, str | bytes):
            yield repr(holder)
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


def printed_by_rich(holder: Any) -> str:
    console = Console(file=io.StringIO(), width=10_000)
    console.print(holder)
    written: Any = console.file
    return f"{written.getvalue()} {pretty_repr(holder)}"


def inspected_by_rich(holder: Any) -> str:
    return pretty_repr(fields(holder))


TOOLS: dict[str, Callable[[Any], object]] = {
    "repr": repr,
    "str": str,
    "format": lambda holder: f"{holder} {holder!r} {holder!s} %s".replace("%s", f"{holder}"),
    "attrs.asdict": attrs.asdict,
    "attrs.astuple": attrs.astuple,
    "its fields": fields,
    "the fields of its fields": lambda holder: list(all_fields(holder, set())),
    "json of its fields": lambda holder: json.dumps(fields(holder), default=str),
    "json of asdict": lambda holder: json.dumps(attrs.asdict(holder), default=repr),
    "msgspec": msgspec.json.encode,
    "msgspec to_builtins": lambda holder: msgspec.to_builtins(holder, enc_hook=repr),
    "pprint": lambda holder: pprint.pformat([holder, fields(holder)]),
    "rich": printed_by_rich,
    "rich, of fields": inspected_by_rich,
    "pickle": pickle.dumps,
    "copy": copy.copy,
    "deepcopy": copy.deepcopy,
}


@pytest.mark.parametrize("tool", TOOLS)
@pytest.mark.parametrize("holder", HOLDERS)
def test_no_tool_shows_a_secret(holder: str, tool: str) -> None:
    try:
        shown = TOOLS[tool](HOLDERS[holder])
    except (TypeError, attrs.exceptions.NotAnAttrsClassError) as error:
        shown = error
    text = shown.decode("latin-1") if isinstance(shown, bytes) else f"{shown!r} {shown}"
    assert SECRET not in text
    assert TOKEN not in text


def test_the_tools_show_what_is_not_hidden() -> None:
    @attrs.frozen
    class Open:
        secret: str

    for name, tool in TOOLS.items():
        if name not in {"copy", "deepcopy", "pickle", "the fields of its fields"}:
            assert SECRET in str(tool(Open(SECRET))), name
    assert SECRET in str(list(all_fields([{"a": (SECRET,)}], set())))


def test_a_step_on_purpose_shows_them() -> None:
    assert (KEY.secret, KEY.security_token, AccessKey("AK", SECRET).security_token) == (SECRET, TOKEN, None)
    assert PASSWORD.password == SECRET
    token = HOLDERS["a client with a token"].token
    assert token.reveal() == TOKEN
    assert AccessKey("AK", SecretStr(SECRET), SecretStr(TOKEN)) == KEY
    assert attrs.evolve(KEY, access_key_id="B") == AccessKey("B", SECRET, TOKEN)
    assert len({KEY, AccessKey("AK", SECRET, TOKEN), AccessKey("AK", SECRET)}) == 2


def test_a_copy_of_a_client_sends_the_same_token() -> None:
    request = httpx.Request("GET", "https://iam.cn-north-4.myhuaweicloud.com/v3/users")
    client: Any = HOLDERS["a client with a token"].with_options(timeout=1).iam_v5
    (sent,) = client.auth.sync_auth_flow(request)
    assert sent.headers["X-Auth-Token"] == TOKEN
