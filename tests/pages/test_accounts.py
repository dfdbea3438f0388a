"""Facts found and lines reported account for all that a page says, whatever of it isn't understood."""

from __future__ import annotations

import re
from collections.abc import Iterator

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages import made_pages
from pages.checks import LANGUAGES
from pages.model import Language, Page
from pages.words_of_pages import COLUMNS, FLAT_SECTIONS, HEADINGS, MANDATORY, SECTIONS
from pages.writer import BY_TABLES, IN_ONE_TABLE
from toolchain.pages.facts import WORDING, Fact, PageError, PageFacts
from toolchain.pages.read.page import read_page

generated = settings(
    derandomize=True, deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
MARKED = sorted(name for name in BY_TABLES if re.search("Markdown|reStructured|HTML|rows", name))
MARKED_IN_ONE = sorted(name for name in IN_ONE_TABLE if re.search("Markdown|HTML", name))
"""The layouts in which each cell is known. In a text without marks, a lost word may pass for a line of a cell."""
UNKNOWN = "Whimsy"
"""No word of any page."""
TYPES = ("String", "Integer", "Long", "Boolean", "Double", "string", "integer", "array", "object", "long")


def words(language: Language) -> list[str]:
    """Return what of a page can be written otherwise: types, flags, heads of columns, headings of sections."""
    heads = {word for kind in HEADINGS[language].values() for word in kind} | set(COLUMNS[language].values())
    # The head of the column of examples also begins the headings of examples.
    heads.discard(HEADINGS[language]["flat request"][-1])
    sections = {**SECTIONS[language], **FLAT_SECTIONS[language]}
    of_fields = {sections[kind] for kind in ("request", "response", "newer response")}
    return [*TYPES, *sorted(heads), *MANDATORY[language].values(), *sorted(of_fields), "404", "403"]


def said(fact: Fact) -> dict[str, object]:
    """Return the aspects of a fact; an unknown type names a schema, where the example has an object.

    Which fields of an object are required is said by their own rows, which are reported.
    """
    apart = {WORDING, "example", "schema", *(["required"] if isinstance(fact.aspects.get("required"), list) else [])}
    return {name: value for name, value in fact.aspects.items() if name not in apart}


def unaccounted(before: PageFacts, after: PageFacts) -> Iterator[str]:
    """Give the places that vanished or came without a report of any of their lines; the host is only a sample's."""
    old, new = before.by_place(), after.by_place()
    for place in sorted({*old, *new} - {"server"}):
        one, other = old.get(place), new.get(place)
        if one is not None and other is not None and said(one) == said(other):
            continue
        lines = {line for fact in (one, other) if fact is not None for line in range(fact.lines[0], fact.lines[1] + 1)}
        if not any(lines & set(range(unread.lines[0], unread.lines[1] + 1)) for unread in after.unread):
            yield place


def check(content: str, word: str, at: int) -> None:
    places = [found.start() for found in re.finditer(rf"(?<![\w*]){re.escape(word)}(?!\w)", content)]
    if not places:
        return
    place = places[at % len(places)]
    damaged = f"{content[:place]}{UNKNOWN}{content[place + len(word) :]}"
    before = read_page(content.encode())
    try:
        after = read_page(damaged.encode())
    except PageError:
        return
    assert list(unaccounted(before, after)) == [], damaged


@given(data=st.data(), language=st.sampled_from(LANGUAGES), layout=st.sampled_from(MARKED))
@generated
def test_a_page_with_a_table_for_each_object(data: st.DataObject, language: Language, layout: str) -> None:
    page: Page = data.draw(made_pages.pages_by_tables())
    word = data.draw(st.sampled_from(words(language)))
    check(BY_TABLES[layout](page, language).content, word, data.draw(st.integers(0, 100)))


@given(data=st.data(), language=st.sampled_from(LANGUAGES), layout=st.sampled_from(MARKED_IN_ONE))
@generated
def test_a_page_with_all_rows_in_one_table(data: st.DataObject, language: Language, layout: str) -> None:
    page: Page = data.draw(made_pages.pages_in_one_table())
    word = data.draw(st.sampled_from(words(language)))
    check(IN_ONE_TABLE[layout](page, language).content, word, data.draw(st.integers(0, 100)))
