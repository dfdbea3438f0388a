"""Any Python value of any argument is refused before a request is sent, or is sent unchanged: the specs decide."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from msgspec import UNSET

from callers import TARGETS
from cloudkeys.alibaba import Alibaba, AsyncAlibaba
from cloudkeys.errors import ParameterError
from cloudkeys.huawei import AsyncHuawei, Huawei
from cloudkeys.runtime.service import Front
from contract.arguments import (
    assert_refused,
    assert_sent,
    least_arguments,
    python_names,
    refused_parameters,
    target_of,
)
from contract.cases import CONTRACTS, ExpectedRequest, query_pairs

LONGEST_TARGET = 16_384


class OwnText(str, enum.Enum):  # noqa: UP042 - callers have such classes, whose `str` is `OwnText.PENDING`
    PENDING = "pending"


class OwnNumber(int, enum.Enum):
    TEN = 10


TEXTS = (
    *("", " ", ".", "..", "...", "../..", "%2e%2e", "a/b", "a\\b", "a%2Fb", "?a=b", "a?", "&limit=1", "a&b=c", "="),
    *("+", "a+b", "%", "%00", "%zz", "*", "~", "'()!", '"', "<>", "[]", "{user_id}", "{}", "@evil.example", ":80", ","),
    *("\0", "\n", "abcd\n", "10\n", "\t", "\x7f", "\x85", "\r\nX-Injected: yes", "a HTTP/1.1\r\nHost: evil.example"),
    *("//evil.example/", "http://evil.example/", "\\\\evil.example", "#", ";"),
    *("\xe9", "e\u0301", "\u540d\u524d", "\U0001f600", "\u0663", "\u202e", "\u2028", "\ufeff", "\ue000", "\U0010ffff"),
    *("\ud800", "\udfff", "abc\ud83d", "\ud83d\ude00", "\udc80"),
    *("10", "010", "1e1", "0x10", "10.0", " 10", "None", "null", "true", "0", "1000", "1001"),
    *("abc", "abcd", "a" * 64, "a" * 65, "a" * 400, "a" * 401),
)
WRONG_TYPES: tuple[Any, ...] = (
    *(None, True, False, 0.5, 10.0, float("nan"), float("inf"), 10j, Decimal(10), UUID(int=10), object(), object),
    *(b"10", bytearray(b"10"), memoryview(b"10"), datetime(2026, 1, 2, tzinfo=UTC), timedelta(10)),
    *([], [10], ["10"], (10,), {10}, {}, {"a": 10}, [b"10"], {"description": b"10"}),
)
NUMBERS = (-1, 0, 1, 2**31 - 1, 2**31, 2**63 - 1, 2**63, -(2**63), -(2**63) - 1, 10**30, 10**5000, -(10**5000))
HOSTILE = (*TEXTS, *WRONG_TYPES, OwnText.PENDING, OwnNumber.TEN)
EVERY_PARAMETER = [(name, parameter) for name, contract in CONTRACTS.items() for parameter in contract.parameters]
each_parameter = pytest.mark.parametrize(("name", "parameter"), EVERY_PARAMETER)


def check(name: str, parameter: str, value: Any) -> bool:
    """Check a call with one argument, and return whether the client must refuse it."""
    arguments = with_argument(name, parameter, value)
    if refused := refused_parameters(name, arguments):
        assert_refused(name, arguments, refused)
    else:
        assert_sent(name, arguments, expected_request_for(name, arguments))
    return bool(refused)


def with_argument(name: str, parameter: str, value: Any) -> dict[str, Any]:
    """Return just enough arguments for a call with a value for one parameter, without those that it excludes."""
    constraints = CONTRACTS[name].constraints
    others = {each for kind, keys in constraints if parameter in keys and kind != "at-least-one-of" for each in keys}
    return {key: each for key, each in least_arguments(name).items() if key not in others} | {parameter: value}


def expected_request_for(name: str, arguments: Mapping[str, Any]) -> ExpectedRequest:
    """Return the request that valid arguments make."""
    contract = CONTRACTS[name]
    given = {key: _plain(value) for key, value in arguments.items() if value is not None}
    location = {key: contract.parameters[key].location for key in given}
    texts = {key: value if isinstance(value, str) else f"{value}" for key, value in given.items()}
    segments = tuple(texts.get(segment.strip("{}"), segment) for segment in contract.path.split("/"))
    query = [pair for key in given if location[key] == "query" for pair in query_pairs(key, given[key])]
    body = {key: value for key, value in given.items() if location[key] == "body"} if contract.has_body else None
    return ExpectedRequest(contract.method, segments, tuple(sorted(query)), {}, body)


def _plain(value: Any) -> Any:
    """Return a string or a number without its class of an enumeration, and a tuple as a list."""
    if isinstance(value, list | tuple):
        return list(map(_plain, value))
    if isinstance(value, str):
        return "".join(value)
    return int(value) if isinstance(value, int) else value


@each_parameter
def test_a_hostile_argument_is_refused_or_sent_unchanged(name: str, parameter: str) -> None:
    recorded = [value for key, value in least_arguments(name).items() if key == parameter]
    # Parameters of one schema treat strings alike, so the operations share the values.
    is_nested = CONTRACTS[name].parameters[parameter].schema["type"] in {"object", "array"}
    part = HOSTILE if is_nested else HOSTILE[EVERY_PARAMETER.index((name, parameter)) % 4 :: 4]
    assert {check(name, parameter, value) for value in (*part, *NUMBERS, *recorded)} >= {True}


@pytest.mark.parametrize("nothing", [UNSET, None], ids=str)
@each_parameter
def test_unset_and_none_are_not_sent(name: str, parameter: str, nothing: Any) -> None:
    arguments = least_arguments(name) | {parameter: nothing}
    refused = refused_parameters(name, {key: each for key, each in arguments.items() if each is not UNSET})
    if refused := refused | ({parameter} & CONTRACTS[name].required):
        assert_refused(name, arguments, refused)
    else:
        del arguments[parameter]
        assert_sent(name, arguments | {parameter: nothing}, expected_request_for(name, arguments))


@pytest.mark.parametrize(
    ("name", "parameter"),
    [("alibaba_ims.GetUser", "UserPrincipalName"), ("huawei_csms.ShowSecret", "secret_name")],
)
def test_a_url_has_a_maximum_length(name: str, parameter: str) -> None:
    shortest = target_of(name, with_argument(name, parameter, "a"))
    arguments = with_argument(name, parameter, "a" * (LONGEST_TARGET - len(shortest) + 1))
    assert_sent(name, arguments, expected_request_for(name, arguments))
    assert_refused(name, arguments | {parameter: f"{arguments[parameter]}a"}, {"(all)"})


@pytest.mark.parametrize("name", CONTRACTS)
def test_a_method_has_the_parameters_that_neither_the_client_nor_the_pager_sets(name: str) -> None:
    contract, names, target = CONTRACTS[name], python_names(name), TARGETS[name]
    assert set(names) == set(contract.parameters)
    elsewhere = contract.settings | {contract.paging.get("step")}
    needed = {names[key] for key in contract.required - elsewhere - {contract.paging.get("size")}}
    fronts: tuple[type[Front], ...] = (Alibaba, AsyncAlibaba) if target.vendor == "alibaba" else (Huawei, AsyncHuawei)
    for front, client in zip(fronts, (target.package.Client, target.package.AsyncClient), strict=True):
        assert set(front.apis()[target.api].own_settings) == {names[each] for each in contract.settings}
        taken = dict(inspect.signature(target.method(client)).parameters)
        del taken["self"]
        assert (taken.pop("resume", None) is not None) == bool(contract.paging)
        assert set(taken) == {names[key] for key in contract.parameters if key not in elsewhere}
        assert {key for key, each in taken.items() if each.default is each.empty} == needed
        assert {key for key, each in taken.items() if each.kind is each.POSITIONAL_OR_KEYWORD} == needed


@pytest.mark.parametrize("size", [10.0, True, 0, 10**9, "ten"])
@pytest.mark.parametrize("name", [name for name, contract in CONTRACTS.items() if contract.paging])
def test_an_invalid_page_size_is_refused_before_a_request(name: str, size: Any) -> None:
    target, key = TARGETS[name], CONTRACTS[name].paging["size"]
    with target.package.Client(base_url="http://127.0.0.1:9", **target.own_settings()) as client:
        with pytest.raises(ParameterError) as caught:
            target.method(client)(**target.method_arguments(), **{python_names(name)[key]: size})
        assert caught.value.parameter == key
