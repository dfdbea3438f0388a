"""Descriptions state constraints in the phrases of every language: each is read, or reported (`descriptions.toml`)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from toolchain.pages.draft.schemas import set_aspect
from toolchain.pages.read.cells import Row
from toolchain.pages.read.descriptions import LONGEST_DESCRIPTION, read_description
from toolchain.pages.read.fields import field_of

TABLES: Final = tomllib.loads(Path(__file__).with_name("descriptions.toml").read_text(encoding="utf-8"))
CASES: Final[list[Any]] = [case for group in TABLES["descriptions"].values() for case in group]
PHRASES: Final[list[Any]] = [phrase for group in TABLES["phrases"].values() for phrase in group]
VALUES: Final[list[str]] = TABLES["lists"]["values"]
CONSTANTS: Final[list[str]] = TABLES["lists"]["constants"]
BOUNDS: Final = {"minimum", "maximum", "minLength", "maxLength", "maxItems", "default", "enum"}
PROSE: Final = ["", "The lamp of the house.", "It is lit in the evening.", "灯塔的灯。", "La lámpara de la casa."]
numbers = st.integers(1, 900)
names = st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True)
pairs = st.lists(names, min_size=2, max_size=2, unique=True)
prose = st.sampled_from(PROSE)
generated = settings(database=None, deadline=None, max_examples=200)


def stated(aspects: dict[str, str], low: int, high: int) -> dict[str, int]:
    return {aspect: low if which == "low" else high for aspect, which in aspects.items()}


@pytest.mark.parametrize("case", CASES)
def test_a_description_states_exactly_this(case: list[Any]) -> None:
    kind, text, aspects, unread = [*case, []][:4]
    assert read_description(text, kind) == (aspects, unread)


@pytest.mark.parametrize("case", [case for case in CASES if case[2] and len(case) == 3])
def test_a_sentence_above_makes_no_difference(case: list[Any]) -> None:
    kind, text, aspects = case
    assert read_description(f"Something else of lamps and doors.\n{text}", kind)[0] == aspects


@pytest.mark.parametrize(("kind", "phrase", "aspects"), PHRASES)
def test_a_phrase_with_numbers_is_read(kind: str, phrase: str, aspects: dict[str, str]) -> None:
    assert read_description(phrase.format(low=2, high=64), kind) == (stated(aspects, 2, 64), [])


@pytest.mark.parametrize("phrase", VALUES)
def test_a_list_of_values_is_read(phrase: str) -> None:
    text = phrase.format(red="Red", blue="Blue")
    assert read_description(text, "string") == ({"enum": ["Red", "Blue"]}, [])


@pytest.mark.parametrize("phrase", CONSTANTS)
def test_a_constant_is_read(phrase: str) -> None:
    assert read_description(phrase.format(red="Red"), "string") == ({"enum": ["Red"]}, [])


@given(case=st.sampled_from(PHRASES), pair=st.tuples(numbers, numbers), above=prose, below=prose)
@generated
def test_any_numbers_are_read_or_reported(case: list[Any], pair: tuple[int, int], above: str, below: str) -> None:
    kind, phrase, aspects = case
    low, high = min(pair), max(pair) + 1
    found, unread = read_description(f"{above}\n{phrase.format(low=low, high=high)}\n{below}", kind)
    expected = stated(aspects, low, high)
    assert {name: value for name, value in found.items() if name in BOUNDS}.items() <= expected.items()
    assert unread or found == expected


@given(
    phrase=st.sampled_from(VALUES), two=st.lists(names, min_size=2, max_size=2, unique=True), above=prose, below=prose
)
@generated
def test_any_values_are_read_or_reported(phrase: str, two: list[str], above: str, below: str) -> None:
    red, blue = two
    found, unread = read_description(f"{above}\n{phrase.format(red=red, blue=blue)}\n{below}", "string")
    assert unread or found == {"enum": two}
    assert found in ({}, {"enum": two})


def test_an_array_passes_its_values_to_its_elements() -> None:
    assert read_description("Valid values: 1, 2.", "array", "integer") == ({"enum": [1, 2]}, [])
    cells = {"name": "colours", "type": "Array of strings", "description": "Valid values: red, blue."}
    field, unread = field_of(Row(cells, 1, 1))
    assert unread == []
    assert "enum" not in field.aspects
    assert field.items == {"type": "string", "enum": ["red", "blue"]}


def test_the_bounds_of_an_array_count_its_elements() -> None:
    assert read_description("Minimum: 1 Maximum: 12", "array")[0] == {"minItems": 1, "maxItems": 12}


def test_only_a_type_that_can_have_an_aspect_has_it() -> None:
    text = "Unit: seconds. 1 hour to 2 hours. Valid values: red, blue. At most 5 tags can be set."
    expected = {"string": {"range", "enum"}, "array": {"maxItems"}, "integer": {"unit"}, "object": set()}
    assert {kind: set(read_description(text, kind)[0]) for kind in expected} == expected


@pytest.mark.parametrize("text", ["Text, at most 32K.", "A maximum of 32 KB.", "最大32K。", "Up to 3 MiB can be sent."])
def test_a_size_in_kilobytes_is_no_length_and_is_reported(text: str) -> None:
    found, unread = read_description(text, "string")
    assert "maxLength" not in found
    assert unread == ["range"]


def test_the_end_of_a_description_that_is_too_long_is_reported() -> None:
    description = "Default value: 3. " + "x" * LONGEST_DESCRIPTION
    assert read_description(description, "integer") == ({"default": 3}, ["end (too long)"])


def test_a_pattern_is_drafted() -> None:
    schema = {"type": "string"}
    set_aspect(schema, "pattern", "^[a-z]+$")
    assert schema == {"type": "string", "pattern": "^[a-z]+$"}
