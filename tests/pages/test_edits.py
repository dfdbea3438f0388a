"""What changes the API is reported, whatever the layout; other words, spaces and order are not.

`copies/` has the four pages in our words: the same facts, in the layouts of the originals.
"""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from pages.edits import edits_of, opened, wrong
from pages.frozen_specs import FROZEN
from toolchain.pages.change.report import compare
from toolchain.pages.facts import WORDING, Fact
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page

COPIES = sorted(Path(__file__).with_name("copies").glob("*.txt"))
PAGES = {page.label: page for page in opened(COPIES, FROZEN)}


def without_words(facts: dict[str, Fact]) -> dict[str, dict[str, object]]:
    return {
        place: {name: value for name, value in fact.aspects.items() if name != WORDING} for place, fact in facts.items()
    }


@pytest.mark.parametrize("label", sorted(file.stem for file in (FROZEN / "pages").glob("*.yaml")))
def test_a_copy_states_what_the_page_states(label: str) -> None:
    page = PAGES[label]
    kept = kept_pages(FROZEN, label)[page.operation].page()
    assert page.facts.unread == ()
    assert without_words(page.facts.by_place()) == without_words(kept.by_place())


@pytest.mark.parametrize("label", PAGES)
def test_what_changes_the_api_is_reported_and_nothing_else(label: str) -> None:
    edits = list(edits_of(PAGES[label]))
    assert len({edit.kind for edit in edits}) > 12
    bad = {f"{edit.kind}: {edit.what}": problems for edit in edits if (problems := wrong(edit))}
    assert bad == {}
    # The law isn't empty: without the edit, or without its expectation, it fails.
    semantic = next(edit for edit in edits if edit.expected)
    assert wrong(attrs.evolve(semantic, content=PAGES[label].text().encode()))
    assert wrong(attrs.evolve(semantic, expected=()))


@pytest.mark.parametrize("label", PAGES)
def test_a_row_that_no_rule_reads_is_reported_when_it_is_new(label: str) -> None:
    page = PAGES[label]
    for fact in page.plain()[::3]:
        text = page.with_rows(fact, attrs.evolve(page.row(fact), type="Blob"))
        after = read_page(text.encode())
        assert compare(page.spec, page.operation, page.facts, after).unread, fact.place
        assert compare(page.spec, page.operation, after, after).is_empty
