"""What changes the API is reported, whatever the layout; other words, spaces and order are not.

`copies/` has the four pages in our words: the same facts, in the layouts of the originals.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import attrs
import pytest

from pages.edits import COSMETIC, SEMANTIC, edits_of, opened, table, wrong
from pages.frozen_specs import FROZEN
from pages.rows import Page
from toolchain.pages.change.report import compare
from toolchain.pages.facts import WORDING, Fact
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

COPIES = sorted(Path(__file__).with_name("copies").glob("*.txt"))
PAGES = {page.label: page for page in opened(COPIES, FROZEN)}
ENOUGH = {
    "field added",
    "field removed",
    "field renamed",
    "type changed",
    "default",
    "range",
    "value of an enumeration",
    "status",
    "mandatory flag",
}
"""The kinds of which there are twenty edits at least."""


def without_words(facts: dict[str, Fact]) -> dict[str, dict[str, object]]:
    return {
        place: {name: value for name, value in fact.aspects.items() if name != WORDING} for place, fact in facts.items()
    }


def test_each_page_has_its_copy() -> None:
    assert set(PAGES) == {file.stem for file in (FROZEN / "pages").glob("*.yaml")}


@pytest.mark.parametrize("label", PAGES)
def test_a_copy_states_what_the_page_states(label: str) -> None:
    page = PAGES[label]
    kept = kept_pages(FROZEN, label)[page.operation].page()
    assert page.facts.unread == ()
    assert without_words(page.facts.by_place()) == without_words(kept.by_place())


@pytest.mark.parametrize("label", PAGES)
def test_what_changes_the_api_is_reported_and_nothing_else(label: str) -> None:
    results = [(edit, wrong(edit)) for edit in edits_of(PAGES[label])]
    lines, fine = table(results)
    assert fine, "\n".join([*lines, *(f"{edit.kind}: {edit.what}: {bad}" for edit, bad in results if bad)])


@pytest.mark.parametrize("label", PAGES)
def test_what_no_rule_reads_is_told_when_it_is_new(label: str) -> None:
    page = PAGES[label]
    for fact in page.plain():
        text = page.with_rows(fact, attrs.evolve(page.row(fact), type="Blob"))
        after = read_page(text.encode())
        assert compare(page.spec, page.operation, page.facts, after).unread, fact.place
        assert compare(page.spec, page.operation, after, after).is_empty


def edits(page: Page) -> Counter[str]:
    return Counter(edit.kind for edit in edits_of(page))


def test_there_are_enough_edits_of_each_kind() -> None:
    made = sum((edits(page) for page in PAGES.values()), Counter[str]())
    assert {kind for kind in ENOUGH if made[kind] < 20} == set()
    assert len(made) >= len(SEMANTIC) + len(COSMETIC)


def test_an_edit_that_is_not_reported_would_be_noticed() -> None:
    page = PAGES["huawei_csms"]
    semantic = next(edit for edit in edits_of(page) if edit.expected)
    unedited = page.text().encode()
    assert read_page(unedited).facts == page.facts.facts
    assert wrong(type(semantic)(semantic.kind, page, semantic.what, unedited, semantic.expected))
    assert wrong(type(semantic)(semantic.kind, page, semantic.what, semantic.content, ()))
