"""What changes the API is reported, whatever the layout; other words, spaces and order are not.

`copies/` has the four pages in our words: the same facts, in the layouts of the originals.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest

from pages.edits import EDITS, PAGES, Edit, Page, changes_in
from pages.frozen_specs import FROZEN
from toolchain.pages.change.changes import Change
from toolchain.pages.facts import WORDING, Fact, name_of, parent_of
from toolchain.pages.prove.store import kept_pages

REQUEST = ("query", "header")
SPELLED = {"operation": "get:", "server": "url:", "permission": "x-authorization:", "example": "page:"}
DESCRIPTION = r"This is the .* here\.|这是.*的值。"
DATE = r"((?:Last Updated|Updated on|更新时间).?)(?:\d{4}-\d\d-\d\d|\w{3} \d\d, \d{4})"
MENU = "On this page\nURI\nRequest Parameters\nResponse Parameters\nStatus Codes\nError Codes\nFeedback"
SURROUNDINGS: dict[str, Callable[[str], str]] = {
    "blank lines": lambda text: text.replace("\n", "\n\n"),
    "blank lines in the middle": lambda text: text[:1500] + text[1500:].replace("\n", "\n\n   \n", 3),
    "leading tabs": lambda text: re.sub(r"(?m)^", "\t", text),
    "leading wide spaces": lambda text: re.sub(r"(?m)^", "\u3000", text),
    "trailing spaces": lambda text: re.sub(r"(?m)$", " \xa0", text),
    "wider spaces": lambda text: re.sub(r"(?m)(?<=\w) (?=\w)(?!.*\",?$)", " \xa0", text),
    "a menu before": lambda text: f"Home > Documentation\n{MENU}\n\n{text}",
    "a footer": lambda text: f"{text}\n\n{MENU}\n意见反馈\nCopyright 2030",
    "another date": lambda text: re.sub(DATE, r"\g<1>2031-10-10", text, count=1),
    "ends of lines": lambda text: text.replace("\n", "\r\n"),
    "older ends of lines": lambda text: text.replace("\n", "\r"),
    "mixed ends of lines": lambda text: text.replace("\n", "\r\n", 40),
    "a byte order mark": lambda text: f"\ufeff{text}",
    "numbers of captions": lambda text: re.sub(r"(?m)^(表|Table )(\d)(?= )", r"\g<1>3\2", text),
    "wide punctuation": lambda text: re.sub(r"(?<=here)\.", "。", text),
    "more history": lambda text: re.sub(r"(?m)^Change time.*", r"\g<0>\n2030-05-06A parameter has changedView", text),
    "no history": lambda text: re.sub(r"(?ms)^Change time.*", "", text),
}


def without_words(facts: dict[str, Fact]) -> dict[str, dict[str, object]]:
    return {
        place: {name: value for name, value in fact.aspects.items() if name != WORDING} for place, fact in facts.items()
    }


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


def test_a_copy_states_what_the_page_states(page: Page) -> None:
    kept = kept_pages(FROZEN, page.label)[page.operation].page()
    assert page.facts.unread == ()
    assert without_words(page.facts.by_place()) == without_words(kept.by_place())


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.page}: {edit.shown[0]}")
def test_an_edit_is_reported_with_the_line_to_edit(edit: Edit) -> None:
    page = PAGES[edit.page]
    report = page.report(edit.text())
    assert changes_in(report) == set(edit.shown)
    lines = page.spec.file.read_text(encoding="utf-8").split("\n")
    for item in report.items:
        assert any(word in lines[item.line - 1] for word in words_to_edit(page, item.change)), item


def words_to_edit(page: Page, change: Change) -> set[str]:
    """Return words of which the line to edit must have one."""
    kind, _, name = change.place.partition(" ")
    leaves = page.spec.leaves(page.operation)
    if change.kind == "added" and kind.isdigit():
        return {str(leaves[parent_of(change.place)].schema)}
    if change.kind == "added":
        known = f'"{name[:3]}":' if f"status {name[:3]}" in leaves else "responses:"
        return {"parameters:" if kind in REQUEST else known}
    if change.aspect == "characters":
        return {"pattern:"}
    return {name_of(change.place), SPELLED.get(kind, change.aspect), str(change.before)}


def test_rows_are_compared(page: Page) -> None:
    leaves = page.spec.leaves(page.operation)
    for fact in page.rows()[::2]:
        place = fact.place
        reworded = page.with_words(fact, DESCRIPTION, "Said in other words.")
        report = page.report(reworded)
        to_read_again = {one.why for one in leaves[place].readings if one.aspect == "meaning" and reworded != page.text}
        assert (report.items, {why for why, _ in report.reread}) == ([], to_read_again), place
        shown = page.changes(page.with_lines(fact, []))
        assert f"breaking {place}: removed" in shown
        assert len(shown) == 1 or place.startswith("path "), "the path still names it"
        assert page.report(page.with_words(fact, "(?i)string|integer|long|boolean", "Blob")).unread, place


def test_the_order_of_rows_is_no_change(page: Page) -> None:
    for one, other in pairwise(page.rows()):
        if other.lines[0] - one.lines[1] <= 2:
            between = page.text.split("\n")[one.lines[1] : other.lines[0] - 1]
            both = Fact(one.place, (one.lines[0], other.lines[1]), {})
            swapped = page.with_lines(both, [*page.lines(other), *between, *page.lines(one)])
            assert page.changes(swapped) == set(), one.place


@pytest.mark.parametrize("name", SURROUNDINGS)
def test_what_is_around_the_facts_is_no_change(page: Page, name: str) -> None:
    assert page.changes(SURROUNDINGS[name](page.text)) == set()
