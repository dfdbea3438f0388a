"""The facts of all pages equal transcriptions that were made by eye."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from pages.edits import PAGES
from pages.frozen_specs import FROZEN
from specs import DOCUMENTS
from toolchain.document import SPECS
from toolchain.pages.facts import Fact, name_of, parent_of
from toolchain.pages.prove.store import kept_pages

HERE = Path(__file__).parent
COPIED, KEPT = (
    {
        (stem, operation): seen
        for stem, pages in tomllib.loads((HERE / name).read_text(encoding="utf-8")).items()
        for operation, seen in pages.items()
    }
    for name in ("by_eye.toml", "by_eye_loop.toml")
)
SEEN: Final[dict[tuple[str, str], Any]] = COPIED | KEPT
TYPES: Final = {
    "string": ("string", None),
    "integer": ("integer", "int32"),
    "long": ("integer", "int64"),
    "boolean": ("boolean", None),
    "array": ("array", None),
    "object": ("object", None),
}
FLAGS: Final = {"Yes": True, "No": False}


def facts_of(stem: str, operation: str) -> dict[str, Fact]:
    """Return the facts of parameters, bodies, statuses and error codes."""
    if (stem, operation) in KEPT:
        facts = kept_pages(SPECS, stem)[operation].page().by_place()
    else:
        assert PAGES[stem].operation == operation
        facts = PAGES[stem].facts.by_place()
    kinds = {"path", "query", "header", "body", "status", "error"}
    return {place: fact for place, fact in facts.items() if (kind := place.split()[0]) in kinds or kind.isdigit()}


def is_required(facts: dict[str, Fact], place: str) -> Any:
    """Return whether a parameter is required; for the field of a body, its object states it."""
    if place.startswith("body"):
        return name_of(place) in facts[parent_of(place)].aspects.get("required", ())
    return facts[place].aspects.get("required")


@pytest.mark.parametrize(("stem", "operation"), SEEN)
def test_a_page_states_what_was_seen(stem: str, operation: str) -> None:
    seen, facts = SEEN[stem, operation], facts_of(stem, operation)
    expected = {}
    for line in seen["parameters"] + seen["fields"]:
        kind, name, word, *flag = line.split()
        expected[f"{kind} {name}"] = (*TYPES[word.lower()], FLAGS[flag[0]] if flag else None)
    # The root of a body and the elements of arrays have no rows.
    rows = [place for place in facts if " " in place and not place.startswith(("status ", "error "))]
    assert expected == {
        place: (facts[place].aspects.get("type"), facts[place].aspects.get("format"), is_required(facts, place))
        for place in rows
        if not place.endswith("[]")
    }
    assert {f"status {code}" for code in seen["statuses"]} == {place for place in facts if place.startswith("status ")}
    assert {f"error {code}" for code in seen["codes"]} == {place for place in facts if place.startswith("error ")}
    stated = {
        f"{place}: {aspect} {shown(value)}"
        for place, fact in facts.items()
        if not place.startswith(("status ", "error "))
        for aspect, value in fact.aspects.items()
        if aspect not in {"type", "format", "required", "wording"}
    }
    assert stated == set(seen["stated"])
    assert not stated & set(seen.get("unreadable", ()))


def shown(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        if set(value) == {"minimum", "maximum"}:
            return f"{value['minimum']} to {value['maximum']}"
        return " ".join(f"{key} {shown(values)}" for key, values in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_kept_facts_of_an_unchanged_page_are_unchanged() -> None:
    for stem, operation in COPIED:
        seen, kept = (kept_pages(folder, stem)[operation] for folder in (FROZEN, SPECS))
        # A newer page that was accepted may state something else.
        assert kept == seen or kept.sha256 != seen.sha256


def test_every_operation_was_read_by_eye() -> None:
    assert {(stem, operation) for stem in DOCUMENTS for operation in kept_pages(SPECS, stem)} == set(SEEN)
