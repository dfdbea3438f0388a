"""When two values are equal, and which places contain a place."""

from __future__ import annotations

from typing import Any

import pytest

from toolchain.pages.facts import enclosing_places, is_same_value, name_of, parent_of


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *((True, 1), (False, 0), (1, 1.0), ("1", 1), ([True], [1]), (None, False), ({"a": 1}, {"a": True})),
        *((["a"], ["a", "a"]), ([1, 2], [2, 1]), ([["a", "b"]], [["b", "a"]]), ([], None)),
    ],
)
def test_unequal_values_differ(one: Any, other: Any) -> None:
    assert not is_same_value(one, other)
    assert is_same_value(one, one)
    assert is_same_value({"a": one, "b": 1}, {"b": 1, "a": one})
    # The order of strings doesn't matter.
    assert is_same_value(["a", "b", "c"], ["c", "a", "b"])


@pytest.mark.parametrize(
    ("place", "parts", "name"),
    [
        ("200 secrets[].id", ["200 secrets[]", "200 secrets", "200", "status 200"], "id"),
        ("200 a.b", ["200 a", "200", "status 200"], "b"),
        ("200 secrets[]", ["200 secrets", "200", "status 200"], "secrets"),
        ("200[].id", ["200[]", "200", "status 200"], "id"),
        ("body[].a.b", ["body[].a", "body[]", "body", "status body"], "b"),
        ("200", ["status 200"], "200"),
        ("example 200", ["status 200"], "200"),
        ("query limit", ["query", "status query"], "limit"),
    ],
)
def test_the_places_that_contain_a_place(place: str, parts: list[str], name: str) -> None:
    assert list(enclosing_places(place)) == parts
    assert parent_of(place) == parts[0]
    assert name_of(place) == name
