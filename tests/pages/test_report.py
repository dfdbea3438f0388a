"""A report tells apart what the spec takes already from what it takes otherwise, and what is newly unreadable."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pages.frozen_specs import copy_of_frozen
from pages.proved import PROVED
from toolchain.pages.__main__ import main
from toolchain.pages.change.rendering import as_markdown, as_text
from toolchain.pages.change.report import Item, compare
from toolchain.pages.facts import Fact, PageFacts, Unread
from toolchain.pages.prove.store import keep, kept_pages

CSMS = PROVED["huawei_csms"]
MARKER, URN = "query marker", "200 secrets[].rotation_func_urn"


def page(*facts: Fact, unread: tuple[Unread, ...] = (), without: str | None = None) -> PageFacts:
    known = CSMS.facts | {fact.place: fact for fact in facts}
    found = tuple(fact for place, fact in known.items() if place != without)
    return PageFacts(found, unread, 1, 1, "hash")


def added(place: str, **aspects: Any) -> Item:
    """Return what is reported of a page that has a place now."""
    report = compare(CSMS.spec, CSMS.operation, page(without=place), page(Fact(place, (7, 9), aspects)))
    (item,) = report.items
    assert (item.change.kind, item.change.place) == ("added", place)
    return item


@pytest.mark.parametrize(
    ("place", "aspects"),
    [
        (URN, {"type": "string"}),
        (URN, {"type": "string", "wording": "other"}),
        (MARKER, {"type": "string", "required": False}),
        # The spec has a pattern, of which the page says nothing.
        ("query limit", {"type": "string", "default": "50"}),
    ],
)
def test_what_the_spec_takes_already_is_wording(place: str, aspects: dict[str, Any]) -> None:
    item = added(place, **aspects)
    assert item.severity == "wording"
    assert item.note == "the spec takes this already: its reading isn't needed any more"


@pytest.mark.parametrize(
    ("place", "aspects", "severity", "differs"),
    [
        (URN, {"type": "integer"}, "addition", 'type: page "integer", spec "string"'),
        (URN, {"type": "string", "unit": "s"}, "addition", 'unit: page "s", spec null'),
        (MARKER, {"type": "string", "required": True}, "breaking", "required: page true, spec false"),
    ],
)
def test_what_the_spec_takes_otherwise_keeps_its_severity(
    place: str, aspects: dict[str, Any], severity: str, differs: str
) -> None:
    item = added(place, **aspects)
    assert item.severity == severity
    assert item.note == f"the spec has it already, but otherwise: {differs}"


def test_what_the_page_says_otherwise_is_no_markup() -> None:
    after = page(Fact(URN, (7, 9), {"type": "`</code>\n# [x](y) |\x1b`"}))
    report = compare(CSMS.spec, CSMS.operation, page(without=URN), after)
    (note,) = [line for line in as_markdown([report]).split("\n") if line.startswith("- ")]
    assert "</code>" in note
    assert re.fullmatch(r"- `[^`|]+`: `[^`|]+`", note)
    assert all(line.isprintable() for line in as_text([report]).split("\n"))


def test_what_a_reading_explains_is_no_difference() -> None:
    state = CSMS.facts["200 secrets[].secret_type"]
    assert not all(CSMS.leaves[state.place].aspects.get(name) == value for name, value in state.aspects.items())
    assert added(state.place, **state.aspects).severity == "wording"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("", "a", [1]),
        ("a", "a", []),
        ("a", "aa", [2]),
        ("aa", "a", []),
        ("ab", "bca", [2]),
        ("a", "bb", [1, 2]),
    ],
)
def test_what_is_unreadable_more_often_is_told(before: str, after: str, told: list[int]) -> None:
    old, new = (tuple(Unread((at, at), why) for at, why in enumerate(whys, 1)) for whys in (before, after))
    report = compare(CSMS.spec, CSMS.operation, page(unread=old), page(unread=new))
    assert [one.lines[0] for one in report.unread] == told
    assert report.is_empty == (not told)


def test_what_could_not_be_read_when_a_page_was_accepted_is_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = copy_of_frozen(tmp_path)
    captured = kept_pages(specs, CSMS.spec.stem)[CSMS.operation].captured
    keep(specs, CSMS.spec.stem, CSMS.operation, page(unread=(Unread((3, 5), "a line\x1b"),)), captured)
    assert main(["--specs", str(specs)]) == 0
    assert "\n  lines 3-5 of the page couldn't be read: a line\\u001b\n" in capsys.readouterr().out


def test_what_may_stand_in_unread_lines_is_not_simply_gone() -> None:
    place = "200 secrets[].kms_key_id"
    first, last = CSMS.facts[place].lines
    before = PageFacts(tuple(CSMS.facts.values()), (), 1, 1, "hash")
    there, elsewhere = (
        page(unread=(Unread((first + more, last + more), "strange"),), without=place) for more in (0, 100)
    )
    notes = {}
    for name, after in (("there", there), ("elsewhere", elsewhere)):
        (item,) = compare(CSMS.spec, CSMS.operation, before, after).items
        assert (item.change.kind, item.severity) == ("removed", "breaking")
        notes[name] = item.note
    assert notes == {
        "there": f"the page may still have it: no rule could read its lines {first}-{last}",
        "elsewhere": None,
    }
