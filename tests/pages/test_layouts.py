"""Every layout states exactly the facts of the page that was written in it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages.checks import read, stated_by
from pages.words_of_pages import LANGUAGES, Language
from pages.writer import LAYOUTS, Written


def check(written: Written) -> None:
    """Check that a page states exactly its facts, and those of rows from lines that have the name of the row."""
    page = read(written.content)
    assert len(page.by_place()) == len(page.facts)
    assert {fact.place: fact.aspects for fact in page.facts} == written.facts, written.content
    assert page.unread == ()
    assert 0 < page.understood_lines == page.stated_lines
    lines = written.content.split("\n")
    for fact in page.facts:
        first, last = fact.lines
        assert 1 <= first <= last <= len(lines)
        kind, _, path = fact.place.partition(" ")
        name = re.split(r"[ .]", path)[-1]
        if name and kind not in {"operation", "status", "example"}:
            shown = "\n".join(lines[first - 1 : last]).replace("\\", "")
            # The row of an array's elements has only the name of their schema.
            assert name.removesuffix("[]") in shown or fact.aspects.get("schema", "-") in shown, (fact, shown)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_page_in_any_language_is_read_as_it_was_written(name: str) -> None:
    for language in LANGUAGES:
        check(LAYOUTS[name].written(LAYOUTS[name].page, language))


@pytest.mark.parametrize("name", LAYOUTS)
@given(data=st.data(), language=st.sampled_from(LANGUAGES))
@settings(database=None, deadline=None, max_examples=8, suppress_health_check=[HealthCheck.too_slow], print_blob=True)
def test_any_page_is_read_as_it_was_written(name: str, data: st.DataObject, language: Language) -> None:
    check(LAYOUTS[name].written(data.draw(LAYOUTS[name].pages), language))


@pytest.mark.parametrize("kind", ["object", "string"])
def test_a_row_without_a_name_describes_the_elements_of_the_array_above(kind: str) -> None:
    inner = "Huestring\n\nIts colour.\n\nred\n" if kind == "object" else ""
    example = '[{"Hue": "red"}]' if kind == "object" else '["red"]'
    shown = f'Examples\n{{"LampList": {example}, "Total": 7}}\n'
    fields = f"ParameterTypeDescriptionExample\nobject\nLampListarray\n\nThe lamps.\n{kind}\n{inner}"
    facts = stated_by(read(f"Lamps\nResponse parameters\n{fields}Totallong\n\nAll.\n\n7\n{shown}"))
    assert facts["200 LampList[]"] == {"type": kind}
    assert ("200 LampList[].Hue" in facts) == (kind == "object")
    assert "200 Total" in facts


HEADER = "Lamps\nResponse parameters\n|\n\nParameter |\nType |\nDescription |\nExample |\n|\n\nobject |\n"
LAMP_LIST = (
    "| LampList |\narray<object> |\nThe lamps. |\n|\n|\n\nobject |\n|||\n| Hue |\nstring |\nIts colour. |\nred |\n|\n"
)
TOTAL = 'long |\nAll. |\n7 |\nExamples\n{"LampList": [{"Hue": "red"}], "Total": 7}\n'


@pytest.mark.parametrize("whole", ["|||", "What comes back. |\n||"])
def test_a_nameless_row_between_pipes_is_no_field_called_object(whole: str) -> None:
    page = read(f"{HEADER}{whole}\n{LAMP_LIST}| Total |\n{TOTAL}")
    assert page.unread == ()
    places = [place for place in page.by_place() if place.startswith("200")]
    assert places == ["200", "200 LampList", "200 LampList[]", "200 LampList[].Hue", "200 Total"]
    lost = read(f"{HEADER}{whole}\n{LAMP_LIST}|\n{TOTAL}")
    assert [unread.why for unread in lost.unread] == [": not a row of this table"]
