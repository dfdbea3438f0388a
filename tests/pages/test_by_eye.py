"""The facts of all pages against transcriptions that were made by eye: found as far as can be, none invented."""

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
    """Tell whether a place is a field of a body: its root and the elements of an array have no row of their own."""
    return place.split(maxsplit=1)[0].isdigit() and " " in place and not place.endswith("[]")


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_parameters_and_fields(stem: str, operation: str) -> None:
    seen = SEEN[stem, operation]
    expected = {}
    for line in seen["parameters"] + seen["fields"]:
        kind, name, word, *said = line.split()
        expected[f"{kind} {name}"] = (*TYPES[word.lower()], {"Yes": True, "No": False}[said[0]] if said else None)
    stated = facts(stem, operation)
    found = {
        place: (fact.aspects.get("type"), fact.aspects.get("format"), flag(stated, place))
        for place, fact in stated.items()
        if (place.startswith(REQUESTS) or has_fields(place)) and not place.endswith("[]")
    }
    assert found == expected


def flag(stated: dict[str, Fact], place: str) -> Any:
    """Return whether a parameter is required; of the field of a body, the object says it."""
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
def test_whatever_else_is_stated_of_them(stem: str, operation: str) -> None:
    found = {
        f"{place}: {aspect} {written(value)}"
        for place, fact in facts(stem, operation).items()
        if place.startswith((*REQUESTS, "body")) or place.split()[0].isdigit()
        for aspect, value in fact.aspects.items()
        if aspect not in PLAIN
    }
    seen = SEEN[stem, operation]
    assert found == set(seen["stated"])
    assert not found & set(seen.get("beyond", ()))


def written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    if isinstance(value, dict):
        if set(value) == {"minimum", "maximum"}:
            return f"{value['minimum']} to {value['maximum']}"
        return " ".join(f"{key} {written(values)}" for key, values in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("stem", "operation"), COPIED)
def test_what_is_kept_of_the_page_that_was_seen_stays(stem: str, operation: str) -> None:
    seen, kept = (kept_pages(folder, stem)[operation] for folder in (FROZEN, SPECS))
    if kept.sha256 != seen.sha256:
        pytest.skip("a newer page was accepted since")
    assert kept == seen


@pytest.mark.parametrize(
    ("seen", "expected"),
    [(COPIED, [17, 77, 22, 5, 62, 0]), (KEPT, [80, 279, 98, 2, 157, 21])],
    ids=["copied pages", "kept pages"],
)
def test_the_transcription_is_not_empty(seen: dict[tuple[str, str], Any], expected: list[int]) -> None:
    kinds = ("parameters", "fields", "statuses", "codes", "stated", "beyond")
    assert [sum(len(page.get(kind, ())) for page in seen.values()) for kind in kinds] == expected


def test_every_operation_was_read_by_eye() -> None:
    assert {(stem, operation) for stem in DOCUMENTS for operation in kept_pages(SPECS, stem)} == set(SEEN)
