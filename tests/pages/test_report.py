"""A report distinguishes what the spec already has from what differs there, and newly unread lines from known ones."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from pages.frozen_specs import copy_of_frozen
from pages.proved import PROVED
from toolchain.pages.__main__ import main
from toolchain.pages.change.rendering import as_markdown, as_text
from toolchain.pages.change.report import compare
from toolchain.pages.facts import Fact, PageFacts, Unread
from toolchain.pages.prove.store import keep, kept_pages

CSMS = PROVED["huawei_csms"]
MARKER, URN, TYPE = "query marker", "200 secrets[].rotation_func_urn", "200 secrets[].secret_type"


def page(*facts: Fact, unread: tuple[Unread, ...] = (), without: str | None = None) -> PageFacts:
    known = CSMS.facts | {fact.place: fact for fact in facts}
    found = tuple(fact for place, fact in known.items() if place != without)
    return PageFacts(found, unread, 1, 1, "hash")


@pytest.mark.parametrize(
    ("place", "aspects", "severity", "differs"),
    [
        (URN, {"type": "string"}, "wording", None),
        (URN, {"type": "string", "wording": "other"}, "wording", None),
        (MARKER, {"type": "string", "required": False}, "wording", None),
        # The page doesn't state the pattern of the spec.
        ("query limit", {"type": "string", "default": "50"}, "wording", None),
        # A reading explains its values.
        (TYPE, CSMS.facts[TYPE].aspects, "wording", None),
        (URN, {"type": "integer"}, "addition", 'type: page "integer", spec "string"'),
        (URN, {"type": "string", "unit": "s"}, "addition", 'unit: page "s", spec null'),
        (MARKER, {"type": "string", "required": True}, "breaking", "required: page true, spec false"),
    ],
)
def test_only_what_differs_in_the_spec_keeps_its_severity(
    place: str, aspects: dict[str, Any], severity: str, differs: str | None
) -> None:
    report = compare(CSMS.spec, CSMS.operation, page(without=place), page(Fact(place, (7, 9), aspects)))
    (item,) = report.items
    assert (item.change.kind, item.change.place, item.severity) == ("added", place, severity)
    differing = f"the spec already has it, but differs: {differs}"
    assert item.note == (differing if differs else "the spec already has this: its reading is obsolete")


def test_a_difference_on_the_page_is_no_markup() -> None:
    after = page(Fact(URN, (7, 9), {"type": "`</code>\n# [x](y) |\x1b`"}))
    report = compare(CSMS.spec, CSMS.operation, page(without=URN), after)
    (note,) = [line for line in as_markdown([report]).split("\n") if line.startswith("- ")]
    assert "</code>" in note
    assert re.fullmatch(r"- `[^`|]+`: `[^`|]+`", note)
    assert all(line.isprintable() for line in as_text([report]).split("\n"))


@pytest.mark.parametrize(
    ("before", "after", "reported"),
    [("", "a", [1]), ("a", "a", []), ("a", "aa", [2]), ("aa", "a", []), ("ab", "bca", [2]), ("a", "bb", [1, 2])],
)
def test_newly_unread_lines_are_reported(before: str, after: str, reported: list[int]) -> None:
    old, new = (tuple(Unread((at, at), why) for at, why in enumerate(whys, 1)) for whys in (before, after))
    report = compare(CSMS.spec, CSMS.operation, page(unread=old), page(unread=new))
    assert [one.lines[0] for one in report.unread] == reported
    assert report.is_empty == (not reported)


def test_lines_that_were_unread_when_a_page_was_accepted_are_shown(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = copy_of_frozen(tmp_path)
    captured = kept_pages(specs, CSMS.spec.stem)[CSMS.operation].captured
    keep(specs, CSMS.spec.stem, CSMS.operation, page(unread=(Unread((3, 5), "a line\x1b"),)), captured)
    assert main(["--specs", str(specs)]) == 0
    assert "\n  page lines 3-5 are unread: a line\\u001b\n" in capsys.readouterr().out


def test_a_fact_that_unread_lines_may_still_have_is_not_simply_removed() -> None:
    place = "200 secrets[].kms_key_id"
    first, last = CSMS.facts[place].lines
    note = f"the page may still have it, in the unread lines {first}-{last}"
    for further, expected in ((0, note), (100, None)):
        after = page(unread=(Unread((first + further, last + further), "strange"),), without=place)
        (item,) = compare(CSMS.spec, CSMS.operation, page(), after).items
        assert (item.change.kind, item.severity, item.note) == ("removed", "breaking", expected)
