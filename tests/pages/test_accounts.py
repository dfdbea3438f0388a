"""When a word of a page isn't understood, each fact that changes or vanishes has a line that is reported."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages import made_pages
from pages.model import Language, Page
from pages.words_of_pages import COLUMNS, FLAT_SECTIONS, HEADINGS, LANGUAGES, MANDATORY, SECTIONS
from pages.writer import BY_TABLES, IN_ONE_TABLE, Layout
from toolchain.pages.facts import WORDING, Fact, PageError, PageFacts
from toolchain.pages.read.page import read_page

MARKED = [
    (layout, pages)
    for layouts, pages in (
        (BY_TABLES, made_pages.pages_by_tables()),
        (IN_ONE_TABLE, made_pages.pages_in_one_table()),
    )
    for name, layout in layouts.items()
    if re.search("Markdown|reStructured|HTML|rows (?:between|with)", name)
]
"""The layouts in which each cell is known. In a text without marks, a lost word may pass for a line of a cell."""
UNKNOWN = "Whimsy"
"""A word that is on no page."""
TYPES = ("String", "Integer", "Long", "Boolean", "Double", "string", "integer", "array", "object", "long")


def words_of(language: Language) -> list[str]:
    """Return words that mean something: types, flags, column headers, section headings, statuses."""
    heads = {word for kind in HEADINGS[language].values() for word in kind} | set(COLUMNS[language].values())
    # The header of the column of examples also begins the headings of examples.
    heads.discard(HEADINGS[language]["flat request"][-1])
    sections = {**SECTIONS[language], **FLAT_SECTIONS[language]}
    of_fields = {sections[kind] for kind in ("request", "response")}
    return [*TYPES, *sorted(heads), *MANDATORY[language].values(), *sorted(of_fields), "404", "403"]


def compared(fact: Fact) -> dict[str, object]:
    """Return the aspects of a fact that a lost word must not change silently.

    An unknown type names a schema where the example has an object. The rows of an object's fields state which of them
    are required; they are reported themselves.
    """
    apart = {WORDING, "example", "schema", *(["required"] if isinstance(fact.aspects.get("required"), list) else [])}
    return {name: value for name, value in fact.aspects.items() if name not in apart}


def unaccounted(before: PageFacts, after: PageFacts) -> Iterator[str]:
    """Yield the places that changed without a report of any of their lines; the host is only in a sample."""
    old, new = before.by_place(), after.by_place()
    for place in sorted({*old, *new} - {"server"}):
        facts = [fact for fact in (old.get(place), new.get(place)) if fact is not None]
        if len(facts) > 1 and compared(facts[0]) == compared(facts[1]):
            continue
        lines = {line for fact in facts for line in range(fact.lines[0], fact.lines[1] + 1)}
        if not any(lines & set(range(unread.lines[0], unread.lines[1] + 1)) for unread in after.unread):
            yield place


@given(data=st.data(), language=st.sampled_from(LANGUAGES), case=st.sampled_from(MARKED))
@settings(derandomize=True, deadline=None, max_examples=80, suppress_health_check=[HealthCheck.too_slow])
def test_no_fact_changes_silently(
    data: st.DataObject, language: Language, case: tuple[Layout, st.SearchStrategy[Page]]
) -> None:
    layout, pages = case
    content = layout(data.draw(pages), language).content
    any_word = "|".join(sorted(map(re.escape, words_of(language)), key=len, reverse=True))
    found = data.draw(st.sampled_from(list(re.finditer(rf"(?<![\w*])(?:{any_word})(?!\w)", content))))
    damaged = f"{content[: found.start()]}{UNKNOWN}{content[found.end() :]}"
    try:
        after = read_page(damaged.encode())
    except PageError:
        return
    assert list(unaccounted(read_page(content.encode()), after)) == [], damaged
