"""What can't be read is reported with its lines: it never vanishes, and never becomes another fact."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages import made_pages
from pages.checks import read, reported
from pages.model import Language, Page
from pages.words_of_pages import COLUMNS, FLAT_SECTIONS, HEADINGS, LANGUAGES, MANDATORY, SECTIONS
from pages.writer import BY_TABLES, IN_ONE_TABLE, Layout
from toolchain.pages.facts import WORDING, Fact, PageError, PageFacts

TABLES, ENDED, TABLES_OF_ROWS = (
    BY_TABLES[name](made_pages.BY_TABLES, "en").content
    for name in ("a cell a line", "a pipe behind each cell", "rows between pipes")
)
JOINED = IN_ONE_TABLE["joined cells"](made_pages.IN_ONE_TABLE, "en").content


def without(content: str, *cells: str) -> str:
    """Remove the first of some cells that stand in this order, with only empty lines between."""
    lines = content.split("\n")
    shown = [at for at, line in enumerate(lines) if line]
    texts = [lines[at] for at in shown]
    first = next(at for at in range(len(texts)) if texts[at : at + len(cells)] == list(cells))
    del lines[shown[first]]
    return "\n".join(lines)


def replaced(content: str, old: str, new: str) -> str:
    assert old in content
    return content.replace(old, new, 1)


@pytest.mark.parametrize(
    ("content", "line", "lost"),
    [
        # A type, a name or a flag is lost.
        (TABLES.replace("Integer", "Blob"), "limit", "query limit"),
        (replaced(JOINED, "PageSizeinteger", "PageSizeblob"), "PageSizeblob", "query PageSize"),
        (replaced(JOINED, "TotalCountlong", "TotalCountblob"), "TotalCountblob", "200 TotalCount"),
        (replaced(JOINED, "PageSizeintegerYes", "integerYes"), "integerYes", "query "),
        (without(TABLES, "Integer"), "limit", "query limit"),
        (without(ENDED, "Integer |"), "limit", "query limit"),
        (without(TABLES, "limit", "No"), "How many lamps", "query limit"),
        (without(ENDED, "limit |", "No |"), "How many lamps", "query limit"),
        (without(TABLES, "watts", "Double"), "How much it takes.", "200 lamps[].watts"),
        # A header, a table or an example can't be read.
        (
            replaced(JOINED, "ParameterTypeRequiredDescriptionExample", "ParameterKindRequiredRemarks"),
            "ColourstringNo",
            "query Colour",
        ),
        (replaced(TABLES, '"lamps": [', '"lamps": [,'), '"lamps"', "example 200"),
        # A fact has a form that isn't known.
        (replaced(JOINED, "LeakListget", "LeakListsometimes"), "LeakListsometimes", "permission"),
        (replaced(TABLES, "2025-03-04", "the ides of March"), "the ides of March", "page"),
        (
            TABLES_OF_ROWS.replace("| Status Code | Error", "| Error").replace("| 404 | LAMP.0404 |", "| LAMP.0404 |"),
            "LAMP.0404",
            "error 404 LAMP.0404",
        ),
        # The example doesn't have the field.
        (JOINED.replace('"TotalCount": 7', '"Other": 7'), "TotalCountlong", "200 Other"),
    ],
)
def test_what_cannot_be_read_is_reported_and_is_no_fact(content: str, line: str, lost: str) -> None:
    page = read(content)
    assert line in reported(page, content)
    assert lost not in page.by_place()


def test_a_phrase_that_cannot_be_read_is_reported() -> None:
    content = replaced(TABLES, "The value ranges from 1 to 2,000.", "Value range: more than one.")
    assert "Value range: more than one." in reported(read(content), content)


def test_a_row_that_repeats_another_with_different_content_is_reported() -> None:
    row = next(line for line in TABLES_OF_ROWS.split("\n") if line.startswith("| limit"))
    assert read(replaced(TABLES_OF_ROWS, row, f"{row}\n{row}")).unread == ()
    page = read(replaced(TABLES_OF_ROWS, row, f"{row}\n{row.replace('100', '99')}"))
    assert [unread.why for unread in page.unread] == ["query limit: stated twice, with different content"]
    assert page.by_place()["query limit"].aspects["default"] == 100


def test_a_section_without_a_table_is_reported_only_if_it_states_something() -> None:
    table = "| Parameter | Type |\n| limit | String |"
    content = f"Lamps\nURI\nGET /v9/lamps\n{table}\nRequest Parameters\n{{}}\nResponse Parameters\n"
    assert read(content.format("None")).unread == ()
    assert [unread.lines for unread in read(content.format("As above.")).unread] == [(7, 7)]


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
    """Return the words that a rule reads: types, flags, column headers, section headings, statuses."""
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
        after = read(damaged)
    except PageError:
        return
    assert list(unaccounted(read(content), after)) == [], damaged
