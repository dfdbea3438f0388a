"""The facts of the four pages against a transcription that was made by eye: all found, none invented."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from pages.edits import opened
from pages.frozen_specs import FROZEN
from toolchain.document import SPECS
from toolchain.pages.facts import Fact
from toolchain.pages.prove.store import kept_pages

SEEN: dict[str, Any] = tomllib.loads(Path(__file__).with_name("by_eye.toml").read_text(encoding="utf-8"))
PAGES = [(stem, operation) for stem, pages in SEEN.items() for operation in pages]
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


READ = {page.label: page for page in opened(sorted(Path(__file__).with_name("copies").glob("*.txt")), FROZEN)}


def facts(stem: str, operation: str) -> dict[str, Fact]:
    assert READ[stem].operation == operation
    return READ[stem].facts.by_place()


def has_fields(place: str) -> bool:
    """Tell whether a place is a field of a body: its root and the elements of an array have no row of their own."""
    return place.split(maxsplit=1)[0].isdigit() and " " in place and not place.endswith("[]")


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_parameters_and_fields(stem: str, operation: str) -> None:
    seen = SEEN[stem][operation]
    expected = {}
    for line in seen["parameters"] + seen["fields"]:
        kind, name, word, *flag = line.split()
        expected[f"{kind} {name}"] = (*TYPES[word.lower()], {"Yes": True, "No": False}[flag[0]] if flag else None)
    found = {
        place: tuple(fact.aspects.get(aspect) for aspect in ("type", "format", "required"))
        for place, fact in facts(stem, operation).items()
        if place.startswith(REQUESTS) or has_fields(place)
    }
    assert found == expected


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_status_codes_and_error_codes(stem: str, operation: str) -> None:
    found = facts(stem, operation)
    seen = SEEN[stem][operation]
    assert {int(place.split()[1]) for place in found if place.startswith("status ")} == set(seen["statuses"])
    assert {place.removeprefix("error ") for place in found if place.startswith("error ")} == set(seen["codes"])


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_whatever_else_is_stated_of_them(stem: str, operation: str) -> None:
    found = {
        f"{place}: {aspect} {written(value)}"
        for place, fact in facts(stem, operation).items()
        if place.startswith(REQUESTS) or place.split()[0].isdigit()
        for aspect, value in fact.aspects.items()
        if aspect not in PLAIN
    }
    assert found == set(SEEN[stem][operation]["stated"])


def written(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(value)
    if isinstance(value, dict):
        if set(value) == {"minimum", "maximum"}:
            return f"{value['minimum']} to {value['maximum']}"
        return " ".join(f"{key} {written(values)}" for key, values in value.items())
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize(("stem", "operation"), PAGES)
def test_what_is_kept_of_the_page_that_was_seen_stays(stem: str, operation: str) -> None:
    seen, kept = (kept_pages(folder, stem)[operation] for folder in (FROZEN, SPECS))
    if kept.sha256 != seen.sha256:
        pytest.skip("a newer page was accepted since")
    assert kept == seen


def test_the_transcription_is_not_empty() -> None:
    counts = [
        sum(len(pages[kind]) for page in SEEN.values() for pages in page.values())
        for kind in ("parameters", "fields", "statuses", "codes", "stated")
    ]
    assert counts == [17, 77, 22, 5, 62]
