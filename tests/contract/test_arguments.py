"""Whatever Python values a caller gives: each is refused before anything is sent, or it arrives as it is.

Which of the two, the specs decide.
"""

from __future__ import annotations

import enum
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from contract.cases import CONTRACTS, Wire, flattened
from contract.sending import assert_refused, assert_sent, least_arguments, target_of
from contract.tally import trying
from contract.verdicts import judge

REFUSED, SENT = "hostile argument: refused", "hostile argument: sent"
LONGEST_TARGET = 16_384


class OwnText(str, enum.Enum):  # noqa: UP042 - `str` of such a member is `OwnText.PENDING`, and callers have them
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
HOSTILE = (*TEXTS, *WRONG_TYPES, *NUMBERS, OwnText.PENDING, OwnNumber.TEN)
EVERY_PARAMETER = [(name, parameter) for name, contract in CONTRACTS.items() for parameter in contract.parameters]


def right(schema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """Return values that mostly are what a schema wants."""
    if schema["type"] == "array":
        return st.lists(right(schema["items"]), max_size=3)
    if schema["type"] == "object":
        required = {
            name: right(each) for name, each in schema["properties"].items() if name in schema.get("required", ())
        }
        optional = {name: right(each) for name, each in schema["properties"].items() if name not in required}
        return st.fixed_dictionaries(required, optional=optional)
    if schema["type"] == "integer":
        return st.integers(schema.get("minimum", 0) - 2, schema.get("maximum", 1000) + 2)
    if "pattern" in schema:
        return st.from_regex(schema["pattern"])
    return st.text(st.characters(), max_size=30) | st.sampled_from(schema.get("enum", [""]))


def strange() -> st.SearchStrategy[Any]:
    joined = st.lists(st.sampled_from(TEXTS) | st.text(st.characters(), max_size=3), max_size=4).map("".join)
    scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.binary() | st.text(st.characters())
    nested = st.lists(scalars, max_size=2) | st.dictionaries(st.text(max_size=3), scalars, max_size=2)
    return st.one_of(joined, scalars, nested)


def check(name: str, parameter: str, value: Any) -> str:
    arguments = with_argument(name, parameter, value)
    refused = judge(name, arguments).refused
    kind = REFUSED if refused else SENT
    with trying(name, "-", kind):
        if refused:
            assert_refused(name, arguments, refused)
        else:
            assert_sent(name, arguments, asked_for(name, arguments))
    return kind


def with_argument(name: str, parameter: str, value: Any) -> dict[str, Any]:
    """Return arguments that are enough for a call, with a value for one, in place of what may not stand beside it."""
    constraints = CONTRACTS[name].constraints
    others = {each for kind, keys in constraints if parameter in keys and kind != "at-least-one-of" for each in keys}
    return {key: each for key, each in least_arguments(name).items() if key not in others} | {parameter: value}


def asked_for(name: str, arguments: Mapping[str, Any]) -> Wire:
    """Return what arguments say on the wire, if the spec allows them."""
    contract = CONTRACTS[name]
    given = {key: _plain(value) for key, value in arguments.items() if value is not None}
    location = {key: contract.parameters[key].location for key in given}
    texts = {key: value if isinstance(value, str) else f"{value}" for key, value in given.items()}
    segments = tuple(texts.get(segment.strip("{}"), segment) for segment in contract.path.split("/"))
    query = [pair for key in given if location[key] == "query" for pair in flattened(key, given[key])]
    body = {key: value for key, value in given.items() if location[key] == "body"} if contract.has_body else None
    return Wire(contract.method, segments, tuple(sorted(query)), {}, body)


def _plain(value: Any) -> Any:
    """Return a text or a number without the class of an enumeration, and a tuple as a list."""
    if isinstance(value, list | tuple):
        return list(map(_plain, value))
    if isinstance(value, str):
        return "".join(value)
    return int(value) if isinstance(value, int) else value


@pytest.mark.parametrize(("name", "parameter"), EVERY_PARAMETER)
def test_a_hostile_argument_is_refused_or_arrives_as_it_is(name: str, parameter: str) -> None:
    recorded = [value for key, value in least_arguments(name).items() if key == parameter]
    kinds = Counter(check(name, parameter, value) for value in (*HOSTILE, *recorded))
    assert min(kinds[REFUSED], kinds[SENT]) >= 1


@pytest.mark.parametrize(("name", "parameter"), EVERY_PARAMETER)
def test_an_argument_by_chance_is_refused_or_arrives_as_it_is(name: str, parameter: str) -> None:
    kinds: Counter[str] = Counter()
    schema = CONTRACTS[name].parameters[parameter].schema

    @given(st.booleans().flatmap(lambda is_strange: strange() if is_strange else right(schema)))
    def try_it(value: Any) -> None:
        kinds[check(name, parameter, value)] += 1

    try_it()
    assert kinds.total() >= 50


@pytest.mark.parametrize("nothing", [UNSET, None], ids=str)
@pytest.mark.parametrize(("name", "parameter"), EVERY_PARAMETER)
def test_nothing_is_not_sent(name: str, parameter: str, nothing: Any) -> None:
    arguments = least_arguments(name) | {parameter: nothing}
    refused = judge(name, {key: each for key, each in arguments.items() if each is not UNSET}).refused
    missing = {parameter} & CONTRACTS[name].required
    with trying(name, "-", REFUSED if refused | missing else SENT):
        if refused | missing:
            assert_refused(name, arguments, refused | missing)
        else:
            given = {key: each for key, each in arguments.items() if key != parameter}
            assert_sent(name, arguments, asked_for(name, given))


UNBOUNDED = [
    (name, key)
    for name, key in EVERY_PARAMETER
    if CONTRACTS[name].parameters[key].location != "body" and set(CONTRACTS[name].parameters[key].schema) == {"type"}
]


@pytest.mark.parametrize(("name", "parameter"), UNBOUNDED)
def test_a_url_is_sent_up_to_a_length_that_servers_take(name: str, parameter: str) -> None:
    shortest = target_of(name, with_argument(name, parameter, "a"))
    text = "a" * (LONGEST_TARGET - len(shortest) + 1)
    with trying(name, "-", SENT):
        assert_sent(name, with_argument(name, parameter, text), asked_for(name, with_argument(name, parameter, text)))
    with trying(name, "-", REFUSED):
        assert_refused(name, with_argument(name, parameter, text + "a"), {"(all)"})
