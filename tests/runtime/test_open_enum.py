"""Enumerations of strings accept values that the vendor's page doesn't list."""

from __future__ import annotations

import copy
import json
import pickle
from typing import Any

import msgspec
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cloudkeys_api.huawei_csms.models import SecretState

MEMBERS = list(SecretState)


@given(st.text(max_size=9))
@example("enabled")
def test_another_string_becomes_a_value_and_is_not_remembered(value: str) -> None:
    state = SecretState(value)
    assert isinstance(state, SecretState)
    assert (state.documented, str(state), hash(state), f"{state}") == (value in MEMBERS, value, hash(value), value)
    assert state == value == SecretState(value) == SecretState.of(value)
    assert msgspec.json.decode(msgspec.json.encode(state), type=SecretState) == value
    assert json.loads(json.dumps(state)) == value
    assert pickle.loads(pickle.dumps(state)) == copy.deepcopy(state) == value  # noqa: S301 - pickled in this line
    assert list(SecretState) == MEMBERS == list(SecretState._value2member_map_)
    assert repr(state).isprintable()


def test_a_documented_value_is_a_member() -> None:
    for value in ("ENABLED", SecretState.ENABLED):
        assert SecretState(value) is SecretState.of(value) is SecretState.ENABLED
    assert SecretState.ENABLED.documented


@pytest.mark.parametrize("value", [None, 1, b"ENABLED", ["ENABLED"]])
def test_a_value_that_is_no_string_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="is not a valid SecretState"):
        SecretState(value)
    assert SecretState.of(value) is value, "the check of the call refuses it"
