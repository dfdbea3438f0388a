"""Enumerations of strings accept values that the vendor's page doesn't list."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import msgspec
import pytest

from cloudkeys_api.huawei_csms.models import SecretState


def test_a_documented_value_is_a_member() -> None:
    for value in ("ENABLED", SecretState.ENABLED):
        assert SecretState(value) is SecretState.of(value) is SecretState.ENABLED
    assert SecretState.ENABLED.documented


@pytest.mark.parametrize("value", ["ARCHIVED", "", "enabled", "a b\n", "名"])
def test_another_string_becomes_a_value_and_is_not_remembered(value: str) -> None:
    members = list(SecretState)
    state = SecretState(value)
    assert isinstance(state, SecretState)
    assert not state.documented
    assert (state, str(state), hash(state), f"{state}") == (value, value, hash(value), value)
    assert state == SecretState(value) == SecretState.of(value)
    assert msgspec.json.decode(msgspec.json.encode(state), type=SecretState) == value
    assert json.loads(json.dumps(state)) == value
    assert pickle.loads(pickle.dumps(state)) == copy.deepcopy(state) == value  # noqa: S301 - pickled in this line
    assert list(SecretState) == members
    assert value not in SecretState._value2member_map_


@pytest.mark.parametrize("value", [None, 1, b"ENABLED", ["ENABLED"]])
def test_a_value_that_is_no_string_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid SecretState"):
        SecretState(value)
    assert SecretState.of(value) is value, "the check of the call refuses it"


def test_repr_escapes_control_characters() -> None:
    assert repr(SecretState("\x1b[2J")) == "<SecretState.UNDOCUMENTED: '\\x1b[2J'>"
