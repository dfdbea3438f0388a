"""The facts of all pages equal transcriptions that were made by eye."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.edits import opened
from pages.frozen_specs import FROZEN
from specs import DOCUMENTS
from toolchain.document import SPECS
from toolchain.pages.facts import Fact
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
SEEN: dict[tuple[str, str], Any] = COPIED | KEPT
PAGES = list(SEEN)
TYPES = {
    "string": ("string", None),
    "integer": ("integer", "int32"),
    "long": ("integer", "int64"),
    "boolean": ("boolean", None),
    "array": ("array", None),
    "object": ("object", None),
}
REQUESTS = ("path ", "query ", "header ", "body ")
PLAIN = {"type", "format", "required", "wording"}


READ = {page.label: page for page in opened(sorted((HERE / "copies").glob("*.txt")), FROZEN)}


def facts(stem: str, operation: str) -> dict[str, Fact]:
    if (stem, operation) in KEPT:
        return kept_pages(SPECS, stem)[operation].page().by_place()
    assert READ[stem].operation == operation
    return READ[stem].facts.by_place()


def has_fields(place: str) -> bool:
    """Return whether a place is a field of a body, which has a row; its root and the elements of arrays have none."""
    return place.split(maxsplit=1)[0].isdigit() and " " in place and not place.endswith("[]")


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_parameters_and_fields(stem: str, operation: str) -> None:
    seen = SEEN[stem, operation]
    expected = {}
    for line in seen["parameters"] + seen["fields"]:
        kind, name, word, *flag = line.split()
        expected[f"{kind} {name}"] = (*TYPES[word.lower()], {"Yes": True, "No": False}[flag[0]] if flag else None)
    stated = facts(stem, operation)
    found = {
        place: (fact.aspects.get("type"), fact.aspects.get("format"), is_required(stated, place))
        for place, fact in stated.items()
        if (place.startswith(REQUESTS) or has_fields(place)) and not place.endswith("[]")
    }
    assert found == expected


def is_required(stated: dict[str, Fact], place: str) -> Any:
    """Return whether a parameter is required; for the field of a body, its object states it."""
    if not place.startswith("body "):
        return stated[place].aspects.get("required")
    parent, _, name = place.rpartition("." if "." in place else " ")
    return name in stated[parent].aspects.get("required", ())


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_status_codes_and_error_codes(stem: str, operation: str) -> None:
    found = facts(stem, operation)
    seen = SEEN[stem, operation]
    assert {int(place.split()[1]) for place in found if place.startswith("status ")} == set(seen["statuses"])
    assert {place.removeprefix("error ") for place in found if place.startswith("error ")} == set(seen["codes"])


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_all_other_aspects(stem: str, operation: str) -> None:
    found = {
        f"{place}: {aspect} {written(value)}"
        for place, fact in facts(stem, operation).items()
        if place.startswith((*REQUESTS, "body")) or place.split()[0].isdigit()
        for aspect, value in fact.aspects.items()
        if aspect not in PLAIN
    }
    seen = SEEN[stem, operation]
    assert found == set(seen["stated"])
    assert not found & set(seen.get("unreadable", ()))


def written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        if set(value) == {"minimum", "maximum"}:
            return f"{value['minimum']} to {value['maximum']}"
        return " ".join(f"{key} {written(values)}" for key, values in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_the_kept_facts_of_an_unchanged_page_are_unchanged() -> None:
    for stem, operation in COPIED:
        seen, kept = (kept_pages(folder, stem)[operation] for folder in (FROZEN, SPECS))
        # A newer page that was accepted may state something else.
        assert kept == seen or kept.sha256 != seen.sha256


def test_every_operation_was_read_by_eye() -> None:
    assert {(stem, operation) for stem in DOCUMENTS for operation in kept_pages(SPECS, stem)} == set(SEEN)
