"""A report in its three forms; the text of a hostile page can't become markup, an escape, or a workflow command."""

from __future__ import annotations

import json
import re
from typing import Any

import attrs
import pytest

from toolchain.pages.change.changes import Change
from toolchain.pages.change.rendering import as_json, as_markdown, as_text
from toolchain.pages.change.report import Item, Report
from toolchain.pages.facts import Unread

HOSTILE = (
    "`whoami` | **bold** <script>alert(1)</script> [x](https://example.com) @everyone #1\n"
    "::set-output name=a::b\n\x1b[2J\x1b]0;title\x07\u202e\u2028## heading\n| a | b |\n```\n$(id) ${{ github.token }}"
)
EMPTY = Report("made", "ListThings", [], [], [], "0.1.0", "0.1.0")


def report(before: Any = None, after: Any = 100, *, aspect: str = "maximum", why: str = "no JSON") -> Report:
    change = Change("changed", "query limit", aspect, before, after, "breaking", (3, 4), (5, 5))
    symbol, note = "made.models.Parameters.limit", "the spec knows"
    item = Item(change, "breaking", "#/paths/~1a/get/parameters/0", 12, symbol, note)
    return Report("made", "ListThings", [item], [("It says so.", 7)], [Unread((8, 9), why)], "0.1.0", "0.2.0")


HOSTILE_REPORTS = (
    report(HOSTILE, HOSTILE),
    report(why=HOSTILE),
    report({"a": HOSTILE}, {HOSTILE: 1}, aspect="example"),
)


def test_the_text() -> None:
    assert as_text([report()]).splitlines() == [
        "made: ListThings: 1 change (1 breaking); version 0.1.0 becomes 0.2.0",
        "",
        "breaking  query limit: maximum: nothing -> 100",
        "          page lines 5 (kept lines 3-4)",
        "          specs/made.yaml:12 #/paths/~1a/get/parameters/0",
        "          made.models.Parameters.limit",
        "          the spec knows",
        "",
        "look at   specs/made.yaml:7: the wording changed that the spec interprets: It says so.",
        "",
        'unread    page lines 8-9: "no JSON"',
    ]


def test_the_markdown() -> None:
    lines = as_markdown([report()]).splitlines()
    assert lines[0] == "### `made`: `ListThings`"
    cells = ["breaking", "`query limit: maximum: nothing -> 100`", "5", "`specs/made.yaml:12`"]
    assert f"| {' | '.join(cells)} | `made.models.Parameters.limit` |" in lines
    for parts in (["the spec knows"], ["`specs/made.yaml:7`", "It says so."], ["Lines 8-9"]):
        assert any(all(part in line for part in parts) for line in lines)


def test_the_json() -> None:
    (read,) = json.loads(as_json([report()]))
    assert (read["spec"], read["operation"]) == ("made", "ListThings")
    assert (read["version"], read["next_version"]) == ("0.1.0", "0.2.0")
    assert read["reread"] == [{"reading": "It says so.", "line": 7}]
    assert read["unread"] == [{"lines": [8, 9], "why": "no JSON", "known": False}]
    (change,) = read["changes"]
    assert (change["severity"], change["kind"], change["before"], change["after"]) == ("breaking", "changed", None, 100)
    assert (change["place"], change["aspect"], change["note"]) == ("query limit", "maximum", "the spec knows")
    assert (change["page_lines"], change["kept_lines"]) == ([5, 5], [3, 4])
    assert (change["file"], change["line"]) == ("specs/made.yaml", 12)
    assert (change["pointer"], change["symbol"]) == ("#/paths/~1a/get/parameters/0", "made.models.Parameters.limit")


def added(severity: str, line: int) -> Item:
    change = Change("added", f"query q{line}", "presence", None, {}, severity, None, (line, line))
    return Item(change, severity, "#/x", line, None, None)


@pytest.mark.parametrize("render", [as_text, as_markdown, as_json])
def test_changes_are_sorted_by_severity_then_by_line(render: Any) -> None:
    found = [("wording", 3), ("addition", 20), ("breaking", 30), ("addition", 4), ("breaking", 5), ("wording", 1)]
    many = attrs.evolve(EMPTY, items=[added(*one) for one in found], reread=[("It says so.", 1)])
    shown = render([many])
    assert re.findall(r"query q(\d+)", shown) == ["5", "30", "4", "20", "1", "3"]
    assert shown.index("It says so.") > shown.index("query q3")


def test_lines_of_two_versions_of_a_spec_are_named_as_such() -> None:
    of_spec = attrs.evolve(EMPTY, items=[added("addition", 4)], of_spec=True)
    assert "          spec lines 4 (new)" in as_text([of_spec]).splitlines()
    assert "| | what | spec lines | to edit | Python |" in as_markdown([of_spec]).splitlines()
    (change,) = json.loads(as_json([of_spec]))[0]["changes"]
    assert (change["spec_lines"], change["base_lines"]) == ([4, 4], None)
    assert not {"page_lines", "kept_lines"} & change.keys()


def test_a_removed_place_has_its_older_lines_in_a_table() -> None:
    change = Change("removed", "query limit", "presence", {}, None, "breaking", (3, 4), None)
    gone = attrs.evolve(EMPTY, items=[Item(change, "breaking", "#/x", 7, None, None)])
    assert "| breaking | `query limit: removed` | gone (kept 3-4) | `specs/made.yaml:7` |  |" in as_markdown([gone])


def test_lines_that_were_not_understood_are_counted_and_shown_though_they_were_known() -> None:
    known = attrs.evolve(EMPTY, known_unread=[Unread((8, 9), "no JSON")], coverage=(20, 18))
    for shown in (as_text([known]), as_markdown([known])):
        assert "no JSON" in shown
        assert "o change; 18 of 20 lines understood" in shown
    (read,) = json.loads(as_json([known]))
    assert (read["lines"], read["understood_lines"]) == (20, 18)
    assert read["unread"] == [{"lines": [8, 9], "why": "no JSON", "known": True}]
    assert known.is_empty


def test_no_change_takes_one_line() -> None:
    assert as_text([EMPTY]) == "made: ListThings: no change"
    assert json.loads(as_json([EMPTY]))[0]["changes"] == []


@pytest.mark.parametrize("hostile", HOSTILE_REPORTS)
def test_the_text_of_a_page_cannot_steer_what_shows_it(hostile: Report) -> None:
    for render in (as_text, as_markdown, as_json):
        shown = render([hostile])
        assert shown.replace("\n", "").isprintable()
        # A line that begins with two colons would be a command to the runner of a workflow.
        assert not re.search(r"^\s*::", shown, re.MULTILINE)
    shown = as_markdown([hostile])
    outside = re.sub(r"`[^`\n]*`", "", shown)
    for mark in ("whoami", "<script>", "](", "@everyone", "::set", "$(id)", "${{"):
        assert mark not in outside
    assert not re.search(r"^## ", shown, re.MULTILINE)
    assert [line.count("|") for line in shown.splitlines() if line.startswith("| breaking")] == [6]


def test_differing_examples_are_shown_by_their_paths() -> None:
    before = {"items": [{"id": 1, "kind": "a"}], "next": None, "gone": 1}
    after = {"items": [{"id": 1, "kind": "b"}], "next": "x", "more": [1]}
    shown = '$.items[0].kind "a" -> "b"; $.next nothing -> "x"; $.gone 1 -> nothing; $.more nothing -> [1]\n'
    assert f" example: {shown}" in as_text([report(before, after, aspect="example")])


def test_many_and_deep_differences_are_cut() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    many = {f"k{number}": number for number in range(99)}
    text = as_text([report({"deep": deep, **many}, {"deep": [deep]}, aspect="example")])
    assert "; and more" in text
    assert max(map(len, text.splitlines())) < 2_000
