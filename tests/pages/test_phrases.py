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
PHRASES: Final[list[Any]] = [
    *(phrase for group in TABLES["phrases"].values() for phrase in group),
    *(["string", phrase, {"enum": ["red", "blue"]}] for phrase in TABLES["lists"]["values"]),
    *(["string", phrase, {"enum": ["red"]}] for phrase in TABLES["lists"]["constants"]),
]
"""The kind, the phrase, and what it states; the words in braces stand for numbers and names."""
BOUNDS: Final = {"minimum", "maximum", "minLength", "maxLength", "maxItems", "default", "enum"}
PROSE: Final = st.sampled_from(["", "The lamp of the house.", "It is lit in the evening.", "灯塔的灯。", "La lámpara."])
NAMES: Final = st.lists(st.from_regex(r"[A-Z][a-z]{2,9}", fullmatch=True), min_size=2, max_size=2, unique=True)
SENTENCE: Final = "Something else of lamps and doors."


def stated(aspects: dict[str, Any], words: dict[str, Any]) -> dict[str, Any]:
    """Return what a phrase states with these numbers and names."""
    return {
        aspect: words[meant] if isinstance(meant, str) else [words[name] for name in meant]
        for aspect, meant in aspects.items()
    }


@pytest.mark.parametrize("case", CASES)
def test_a_description_states_exactly_this(case: list[Any]) -> None:
    kind, text, aspects, unread = [*case, []][:4]
    assert read_description(text, kind) == (aspects, unread)
    if aspects and len(case) == 3:
        assert read_description(f"{SENTENCE}\n{text}", kind)[0] == aspects


@pytest.mark.parametrize(("kind", "phrase", "aspects"), PHRASES)
def test_a_phrase_is_read(kind: str, phrase: str, aspects: dict[str, Any]) -> None:
    words = {"low": 2, "high": 64, "red": "Red", "blue": "Blue"}
    assert read_description(phrase.format(**words), kind) == (stated(aspects, words), [])


@given(case=st.sampled_from(PHRASES), low=st.integers(1, 900), more=st.integers(1, 900), names=NAMES, prose=PROSE)
@settings(database=None, deadline=None, max_examples=300)
def test_any_words_in_a_phrase_are_read_or_reported(
    case: list[Any], low: int, more: int, names: list[str], prose: str
) -> None:
    kind, phrase, aspects = case
    words = {"low": low, "high": low + more, "red": names[0], "blue": names[1]}
    found, unread = read_description(f"{prose}\n{phrase.format(**words)}\n{prose}", kind)
    expected = stated(aspects, words)
    assert {name: value for name, value in found.items() if name in BOUNDS}.items() <= expected.items()
    assert unread or found == expected


def test_an_array_passes_its_values_to_its_elements() -> None:
    assert read_description("Valid values: 1, 2.", "array", "integer") == ({"enum": [1, 2]}, [])
    cells = {"name": "colours", "type": "Array of strings", "description": "Valid values: red, blue."}
    field, unread = field_of(Row(cells, 1, 1))
    assert unread == []
    assert "enum" not in field.aspects
    assert field.items == {"type": "string", "enum": ["red", "blue"]}


def test_only_a_type_that_can_have_an_aspect_has_it() -> None:
    text = "Unit: seconds. 1 hour to 2 hours. Valid values: red, blue. At most 5 tags can be set."
    expected = {"string": {"range", "enum"}, "array": {"maxItems"}, "integer": {"unit"}, "object": set()}
    assert {kind: set(read_description(text, kind)[0]) for kind in expected} == expected


def test_the_end_of_a_description_that_is_too_long_is_reported() -> None:
    description = "Default value: 3. " + "x" * LONGEST_DESCRIPTION
    assert read_description(description, "integer") == ({"default": 3}, ["end (too long)"])


def test_a_pattern_is_drafted() -> None:
    schema = {"type": "string"}
    set_aspect(schema, "pattern", "^[a-z]+$")
    assert schema == {"type": "string", "pattern": "^[a-z]+$"}
