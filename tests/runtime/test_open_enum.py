from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import msgspec
import pytest

from cloudkeys_api.huawei_csms.models import SecretState


def test_a_documented_value_is_a_member() -> None:
    assert SecretState("ENABLED") is SecretState.ENABLED
    assert SecretState.ENABLED.documented


@pytest.mark.parametrize("value", ["ARCHIVED", "", "enabled", "a b\n", "名"])
def test_another_value_is_kept_as_it_is(value: str) -> None:
    state = SecretState(value)
    assert isinstance(state, SecretState)
    assert not state.documented
    assert (state, str(state), hash(state), f"{state}") == (value, value, hash(value), value)
    assert state == SecretState(value)
    assert msgspec.json.decode(msgspec.json.encode(state), type=SecretState) == value
    assert json.loads(json.dumps(state)) == value
    assert pickle.loads(pickle.dumps(state)) == value  # noqa: S301 - pickled in this line
    assert copy.deepcopy(state) == value


def test_other_values_are_remembered_nowhere() -> None:
    before = list(SecretState)
    for number in range(100):
        SecretState(f"invented-{number}")
    assert list(SecretState) == before
    assert not any(name.startswith("invented") for name in SecretState._value2member_map_)


@pytest.mark.parametrize("value", [None, 1, b"ENABLED", ["ENABLED"]])
def test_what_is_no_string_is_no_value(value: object) -> None:
    with pytest.raises(ValueError, match="is not a valid SecretState"):
        SecretState(value)  # type: ignore[arg-type]


def test_repr_escapes_what_could_steer_a_terminal() -> None:
    assert repr(SecretState("\x1b[2J")) == "<SecretState.UNDOCUMENTED: '\\x1b[2J'>"


@pytest.mark.parametrize("value", ["ENABLED", SecretState.ENABLED])
def test_a_text_stands_for_its_value_in_a_call(value: str) -> None:
    assert SecretState.of(value) is SecretState.ENABLED


def test_what_is_no_text_stays_as_it_is_in_a_call() -> None:
    assert SecretState.of("ARCHIVED") == SecretState("ARCHIVED")
    assert SecretState.of(None) is None
    number: Any = 5
    assert SecretState.of(number) is number
