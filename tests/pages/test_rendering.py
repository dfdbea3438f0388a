"""A report in its three forms; the text of a hostile page can't become markup, an escape, or a workflow command."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from toolchain.pages.change.changes import Change
from toolchain.pages.change.rendering import as_json, as_markdown, as_text
from toolchain.pages.change.report import Item, Report
from toolchain.pages.facts import Unread

HOSTILE = (
    "`whoami` | **bold** <script>alert(1)</script> [x](https://example.com) @everyone #1\n"
    "::set-output name=a::b\n\x1b[2J\x1b]0;title\x07\u202e\u2028## heading\n| a | b |\n```\n$(id) ${{ github.token }}"
)


def report(before: Any = None, after: Any = 100, *, aspect: str = "maximum", why: str = "no JSON") -> Report:
    change = Change("changed", "query limit", aspect, before, after, "breaking", (3, 4), (5, 5))
    item = Item(
        change, "breaking", "#/paths/~1a/get/parameters/0", 12, "made.models.Parameters.limit", "the spec knows"
    )
    return Report("made", "ListThings", [item], [("It says so.", 7)], [Unread((8, 9), why)], "0.1.0", "0.2.0")


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
    assert any("the spec knows" in line for line in lines)
    assert any("`specs/made.yaml:7`" in line and "It says so." in line for line in lines)
    assert any("Lines 8-9" in line for line in lines)


def test_the_json() -> None:
    (read,) = json.loads(as_json([report()]))
    assert (read["spec"], read["operation"], read["version"], read["next_version"]) == (
        *("made", "ListThings", "0.1.0", "0.2.0"),
    )
    (change,) = read["changes"]
    assert change == {
        "severity": "breaking",
        "kind": "changed",
        "place": "query limit",
        "aspect": "maximum",
        "before": None,
        "after": 100,
        "page_lines": [5, 5],
        "kept_lines": [3, 4],
        "pointer": "#/paths/~1a/get/parameters/0",
        "file": "specs/made.yaml",
        "line": 12,
        "symbol": "made.models.Parameters.limit",
        "note": "the spec knows",
    }
    assert read["unread"] == [{"lines": [8, 9], "why": "no JSON", "known": False}]
    assert (read["lines"], read["understood_lines"]) == (0, 0)


def many(*places: tuple[str, int], **more: Any) -> Report:
    """Return a report of changes of some severities, at some lines of the spec."""
    items = [
        Item(
            Change("added", f"query q{line}", "presence", None, {}, severity, None, (line, line)),
            severity,
            "#/x",
            line,
            *(None, None),
        )
        for severity, line in places
    ]
    return Report("made", "ListThings", items, [("It says so.", 1)], [], "0.1.0", "0.2.0", **more)


@pytest.mark.parametrize("render", [as_text, as_markdown, as_json])
def test_changes_are_sorted_by_severity_then_by_line(render: Any) -> None:
    found = [("wording", 3), ("addition", 20), ("breaking", 30), ("addition", 4), ("breaking", 5), ("wording", 1)]
    shown = render([many(*found)])
    assert re.findall(r"query q(\d+)", shown) == ["5", "30", "4", "20", "1", "3"]
    assert shown.index("It says so.") > shown.index("query q3")


def test_lines_of_two_versions_of_a_spec_are_named_as_such() -> None:
    of_spec = many(("addition", 4), of_spec=True)
    assert "          spec lines 4 (new)" in as_text([of_spec]).splitlines()
    assert "| | what | spec lines | to edit | Python |" in as_markdown([of_spec]).splitlines()
    (change,) = json.loads(as_json([of_spec]))[0]["changes"]
    assert (change["spec_lines"], change["base_lines"]) == ([4, 4], None)
    assert not {"page_lines", "kept_lines"} & change.keys()


def test_a_removed_place_has_its_older_lines_in_a_table() -> None:
    change = Change("removed", "query limit", "presence", {}, None, "breaking", (3, 4), None)
    gone = Report("made", "ListThings", [Item(change, "breaking", "#/x", 7, None, None)], [], [], "0.1.0", "0.2.0")
    assert "| breaking | `query limit: removed` | gone (kept 3-4) | `specs/made.yaml:7` |  |" in as_markdown([gone])


@pytest.mark.parametrize("render", [as_text, as_markdown, as_json])
def test_lines_that_were_not_understood_are_counted_and_shown_though_they_were_known(render: Any) -> None:
    known = Report("made", "ListThings", [], [], [], "0.1.0", "0.1.0", [Unread((8, 9), "no JSON")], (20, 18))
    shown = render([known])
    assert "no JSON" in shown
    if render is as_json:
        (read,) = json.loads(shown)
        assert (read["lines"], read["understood_lines"], read["unread"][0]["known"]) == (20, 18, True)
    else:
        assert "o change; 18 of 20 lines understood" in shown
    assert known.is_empty


def test_no_change_takes_one_line() -> None:
    empty = Report("made", "ListThings", [], [], [], "0.1.0", "0.1.0")
    assert as_text([empty]) == "made: ListThings: no change"
    assert json.loads(as_json([empty]))[0]["changes"] == []


@pytest.mark.parametrize("render", [as_text, as_markdown, as_json])
def test_nothing_unprintable_gets_out(render: Any) -> None:
    for made in (report(HOSTILE, HOSTILE), report(why=HOSTILE), report({"a": HOSTILE}, {HOSTILE: 1}, aspect="example")):
        shown = render([made])
        assert all(character.isprintable() or character == "\n" for character in shown)
        # A line that begins with two colons would be a command to the runner of a workflow.
        assert not re.search(r"^\s*::", shown, re.MULTILINE)


def test_the_text_of_a_page_stays_between_backticks() -> None:
    for made in (report(HOSTILE, HOSTILE), report(why=HOSTILE), report({"a": HOSTILE}, {HOSTILE: 1}, aspect="example")):
        shown = as_markdown([made])
        outside = re.sub(r"`[^`\n]*`", "", shown)
        for mark in ("whoami", "<script>", "](", "@everyone", "::set", "$(id)", "${{"):
            assert mark not in outside
        assert not re.search(r"^## ", shown, re.MULTILINE)
        rows = [line for line in shown.splitlines() if line.startswith("| breaking")]
        assert [row.count("|") for row in rows] == [6]


def test_differing_examples_are_shown_by_their_paths() -> None:
    before = {"items": [{"id": 1, "kind": "a"}], "next": None, "gone": 1}
    after = {"items": [{"id": 1, "kind": "b"}], "next": "x", "more": [1]}
    (line,) = [line for line in as_text([report(before, after, aspect="example")]).splitlines() if "example" in line]
    assert line.endswith(
        '$.items[0].kind "a" -> "b"; $.next nothing -> "x"; $.gone 1 -> nothing; $.more nothing -> [1]'
    )


def test_many_and_deep_differences_are_cut() -> None:
    deep: Any = 1
    for _ in range(900):
        deep = [deep]
    many = {f"k{number}": number for number in range(99)}
    text = as_text([report({"deep": deep, **many}, {"deep": [deep]}, aspect="example")])
    assert "; and more" in text
    assert max(map(len, text.splitlines())) < 2_000
