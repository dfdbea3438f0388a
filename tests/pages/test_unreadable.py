"""What can't be read is reported with its lines: it never vanishes, and never becomes another fact."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.checks import read, reported
from pages.words_of_pages import LANGUAGES, WORDS, Language
from pages.writer import LAYOUTS, Layout
from toolchain.pages.facts import WORDING, Fact, PageError, Unread

TABLES, ENDED, BETWEEN_PIPES, JOINED = (
    LAYOUTS[name].by_hand("en")
    for name in ("a cell a line", "a pipe behind each cell", "rows between pipes", "in one table: joined cells")
)
WITHOUT_STATUS: Final = BETWEEN_PIPES.replace("| Status Code | Error", "| Error")
HEADER: Final = "ParameterTypeRequiredDescriptionExample"
RANGE: Final = "Value range: more than one."


@pytest.mark.parametrize(
    ("content", "old", "new", "line", "lost"),
    [
        # A type, a name or a flag is lost.
        (TABLES, "Integer", "Blob", "limit", "query limit"),
        (JOINED, "PageSizeinteger", "PageSizeblob", "PageSizeblob", "query PageSize"),
        (JOINED, "TotalCountlong", "TotalCountblob", "TotalCountblob", "200 TotalCount"),
        (JOINED, "PageSizeintegerYes", "integerYes", "integerYes", "query "),
        (TABLES, "Integer\n\n", "", "limit", "query limit"),
        (ENDED, "Integer |\n", "", "limit", "query limit"),
        (TABLES, "limit\n\nNo", "No", "How many lamps", "query limit"),
        (ENDED, "limit |\nNo", "No", "How many lamps", "query limit"),
        (TABLES, "watts\n\nDouble", "Double", "How much it takes.", "200 lamps[].watts"),
        # A header, an example or a phrase can't be read.
        (JOINED, HEADER, "ParameterKindRequiredRemarks", "ColourstringNo", "query Colour"),
        (TABLES, '"lamps": [', '"lamps": [,', '"lamps"', "example 200"),
        (TABLES, "The value ranges from 1 to 2,000.", RANGE, RANGE, ""),
        # A fact has a form that isn't known.
        (JOINED, "LeakListget", "LeakListsometimes", "LeakListsometimes", "permission"),
        (TABLES, "2025-03-04", "the ides of March", "the ides of March", "page"),
        (WITHOUT_STATUS, "| 404 | LAMP.0404 |", "| LAMP.0404 |", "LAMP.0404", "error 404 LAMP.0404"),
        # The example doesn't have the field.
        (JOINED, '"TotalCount": 7', '"Other": 7', "TotalCountlong", "200 Other"),
    ],
)
def test_what_cannot_be_read_is_reported_and_is_no_fact(content: str, old: str, new: str, line: str, lost: str) -> None:
    assert old in content
    damaged = content.replace(old, new, 1)
    page = read(damaged)
    assert line in reported(page, damaged)
    assert lost not in page.by_place()


def test_a_row_that_repeats_another_with_different_content_is_reported() -> None:
    row = next(line for line in BETWEEN_PIPES.split("\n") if line.startswith("| limit"))
    assert read(BETWEEN_PIPES.replace(row, f"{row}\n{row}")).unread == ()
    page = read(BETWEEN_PIPES.replace(row, f"{row}\n{row.replace('100', '99')}"))
    assert [unread.why for unread in page.unread] == ["query limit: stated twice, with different content"]
    assert page.by_place()["query limit"].aspects["default"] == 100


def test_a_section_without_a_table_is_reported_only_if_it_states_something() -> None:
    table = "| Parameter | Type |\n| limit | String |"
    content = f"Lamps\nURI\nGET /v9/lamps\n{table}\nRequest Parameters\n{{}}\nResponse Parameters\n"
    assert read(content.format("None")).unread == ()
    assert [unread.lines for unread in read(content.format("As above.")).unread] == [(7, 7)]


MARKED = [layout for name, layout in LAYOUTS.items() if re.search("Markdown|reStructured|HTML|between", name)]
"""The layouts in which each cell is known. In a text without marks, a lost word may pass for a line of a cell."""
UNKNOWN = "Whimsy"
"""A word that is on no page."""
TYPES = ("String", "Integer", "Long", "Boolean", "Double", "string", "integer", "array", "object", "long")


def words_of(language: Language) -> list[str]:
    """Return the words that a rule reads: types, flags, column headers, section headings, statuses."""
    words = WORDS[language]
    heads = {word for kind in words["headings"].values() for word in kind} | set(words["columns"].values())
    # The header of the column of examples also begins the headings of examples.
    heads.discard(words["headings"]["flat request"][-1])
    sections = {words[table][kind] for table in ("sections", "flat_sections") for kind in ("request", "response")}
    return [*TYPES, *sorted(heads), *words["mandatory"].values(), *sorted(sections), "404", "403"]


def lasting(fact: Fact | None) -> dict[str, object] | None:
    """Return the aspects of a fact that a lost word must not change silently.

    An unknown type names a schema where the example has an object. The rows of an object's fields state which of them
    are required; they are reported themselves.
    """
    if fact is None:
        return None
    passing = {WORDING, "example", "schema", *(["required"] if isinstance(fact.aspects.get("required"), list) else [])}
    return {name: value for name, value in fact.aspects.items() if name not in passing}


def lines_of(parts: Iterable[Fact | Unread | None]) -> set[int]:
    return {line for part in parts if part for line in range(part.lines[0], part.lines[1] + 1)}


@given(data=st.data(), language=st.sampled_from(LANGUAGES), layout=st.sampled_from(MARKED))
@settings(derandomize=True, deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_no_fact_changes_silently(data: st.DataObject, language: Language, layout: Layout) -> None:
    content = layout.written(data.draw(layout.pages), language).content
    any_word = "|".join(sorted(map(re.escape, words_of(language)), key=len, reverse=True))
    found = data.draw(st.sampled_from(list(re.finditer(rf"(?<![\w*])(?:{any_word})(?!\w)", content))))
    damaged = f"{content[: found.start()]}{UNKNOWN}{content[found.end() :]}"
    old = read(content).by_place()
    try:
        after = read(damaged)
    except PageError:
        return
    new = after.by_place()
    # The host is only in a sample.
    changed = [place for place in {*old, *new} - {"server"} if lasting(old.get(place)) != lasting(new.get(place))]
    known = lines_of(after.unread)
    assert all(lines_of((old.get(place), new.get(place))) & known for place in changed), damaged
