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


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_endings_make_no_difference(end: str) -> None:
    content = LAYOUTS["a pipe behind each cell"].by_hand("en")
    assert read("\ufeff" + content.replace("\n", end)).facts == read(content).facts


@pytest.mark.parametrize("kind", ["object", "string"])
def test_a_row_without_a_name_describes_the_elements_of_the_array_above(kind: str) -> None:
    inner = "Huestring\n\nIts colour.\n\nred\n" if kind == "object" else ""
    example = '[{"Hue": "red"}]' if kind == "object" else '["red"]'
    shown = f'Examples\n{{"LampList": {example}, "Total": 7}}\n'
    fields = f"ParameterTypeDescriptionExample\nobject\nLampListarray\n\nThe lamps.\n{kind}\n{inner}"
    page = read(f"Lamps\nResponse parameters\n{fields}Totallong\n\nAll.\n\n7\n{shown}")
    facts = stated_by(page)
    assert facts["200 LampList[]"] == {"type": kind}
    assert ("200 LampList[].Hue" in facts) == (kind == "object")
    assert "200 Total" in facts


CELLS_A_LINE = """Lamps
Response parameters
|

Parameter |
Type |
Description |
Example |
|

object |
{whole}
| LampList |
array<object> |
The lamps. |
|

|

object |
|||
| Hue |
string |
Its colour. |
red |
|
| Total |
long |
All. |
7 |
Examples
{{"LampList": [{{"Hue": "red"}}], "Total": 7}}
"""


@pytest.mark.parametrize("whole", ["|||", "What comes back. |\n||"])
def test_a_nameless_row_between_pipes_is_no_field_called_object(whole: str) -> None:
    page = read(CELLS_A_LINE.format(whole=whole))
    assert page.unread == ()
    places = [place for place in page.by_place() if place.startswith("200")]
    assert places == ["200", "200 LampList", "200 LampList[]", "200 LampList[].Hue", "200 Total"]


def test_a_row_between_pipes_that_lost_its_name_is_reported() -> None:
    page = read(CELLS_A_LINE.format(whole="|||").replace("| Total |", "|"))
    assert [unread.why for unread in page.unread] == [": not a row of this table"]


MARKDOWN_WITH_HTML = """# Counting lamps<a name="lamps_01"></a>

## Function<a name="section1"></a>

Counts \\_all\\_ lamps.

## URI<a name="section2"></a>

GET /v1/\\{garden\\_id\\}/lamps

**Table 1**  Path parameters

<a name="table1"></a>
<table><thead align="left"><tr id="r1"><th class="c"><p>Parameter</p>
</th>
<th class="c"><p>Mandatory</p></th><th><p>Type</p></th><th><p>Description</p></th></tr></thead>
<tbody><tr><td class="c"><p><a name="p1"></a>garden_id</p>
</td>
<td><p>Yes</p></td><td><p>String</p></td><td><p>Which garden.</p>
<a name="ul1"></a><ul id="ul1"><li>It has a gate.</li></ul>
</td></tr></tbody>
</table>

## Response Parameters

**Table 2**  lamp data structure

<table><tbody><tr><th>Parameter</th><th>Type</th><th>Description</th></tr>
<tr><td>count</td><td>Integer</td><td>How many. Maximum: 9</td></tr></tbody></table>
"""


def test_tables_of_html_within_markdown() -> None:
    page = read(MARKDOWN_WITH_HTML)
    expected = {
        "title": {"title": "Counting lamps"},
        "operation": {"method": "GET", "path": "/v1/{garden_id}/lamps"},
        "path garden_id": {"type": "string", "required": True},
        "200": {"type": "object"},
        "200 count": {"type": "integer", "format": "int32", "maximum": 9},
        "status 200": {},
    }
    assert page.unread == ()
    assert stated_by(page) == expected
    assert page.by_place()["path garden_id"].lines == (17, 20)


def test_response_headers_are_no_fields_of_the_body() -> None:
    rows = "Parameter\n\nType\n\nDescription\n\n"
    header = f"Table 1 Parameters in the response header\n\n{rows}X-Lamp-Token\n\nString\n\nWhat opens the door.\n\n"
    body = f"Table 2 Parameters in the response body\n\n{rows}count\n\nInteger\n\nHow many.\n"
    page = read(f"Lamps\n\nURI\n\nGET /v1/lamps\n\nResponse Parameters\n\nStatus code: 201\n\n{header}{body}")
    assert page.unread == ()
    assert {"response-header 201 X-Lamp-Token", "201", "201 count"} <= set(page.by_place())
    assert "201 X-Lamp-Token" not in page.by_place()
