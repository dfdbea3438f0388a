"""Every layout gives exactly the facts of what was written in it: each place, each aspect, and nothing else."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pages import made_pages
from pages.checks import LANGUAGES, aspects_of, check_whole, read
from pages.model import Language, Page
from pages.writer import BY_TABLES, IN_ONE_TABLE

generated = settings(
    database=None, deadline=None, max_examples=30, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", BY_TABLES)
def test_a_page_with_a_table_for_each_object_is_read_as_it_was_written(layout: str, language: Language) -> None:
    check_whole(BY_TABLES[layout](made_pages.BY_TABLES, language))


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("layout", IN_ONE_TABLE)
def test_a_page_with_all_rows_in_one_table_is_read_as_it_was_written(layout: str, language: Language) -> None:
    check_whole(IN_ONE_TABLE[layout](made_pages.IN_ONE_TABLE, language))


@pytest.mark.parametrize("layout", BY_TABLES)
@given(page=made_pages.pages_by_tables(), language=st.sampled_from(LANGUAGES))
@generated
def test_any_page_with_a_table_for_each_object_is_read(layout: str, page: Page, language: Language) -> None:
    check_whole(BY_TABLES[layout](page, language))


@pytest.mark.parametrize("layout", IN_ONE_TABLE)
@given(page=made_pages.pages_in_one_table(), language=st.sampled_from(LANGUAGES))
@generated
def test_any_page_with_all_rows_in_one_table_is_read(layout: str, page: Page, language: Language) -> None:
    check_whole(IN_ONE_TABLE[layout](page, language))


@pytest.mark.parametrize("layout", BY_TABLES)
def test_the_ends_of_lines_make_no_difference(layout: str) -> None:
    written = BY_TABLES[layout](made_pages.BY_TABLES, "en")
    for end in ("\r\n", "\r"):
        assert read("\ufeff" + written.content.replace("\n", end)).facts == read(written.content).facts


@pytest.mark.parametrize(("row", "element"), [("object", {"type": "object"}), ("string", {"type": "string"})])
def test_a_row_without_a_name_describes_the_elements_of_the_array_above(row: str, element: dict[str, str]) -> None:
    inner = "Huestring\n\nIts colour.\n\nred\n" if row == "object" else ""
    shown = '[{"Hue": "red"}]' if row == "object" else '["red"]'
    fields = f"ParameterTypeDescriptionExample\nobject\nLampListarray\n\nThe lamps.\n{row}\n{inner}"
    page = read(
        f'Lamps\nResponse parameters\n{fields}Totallong\n\nAll.\n\n7\nExamples\n{{"LampList": {shown}, "Total": 7}}\n'
    )
    assert page.unread == ()
    facts = aspects_of(page)
    assert facts["200 LampList[]"] == element
    assert ("200 LampList[].Hue" in facts) == (row == "object")
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
def test_a_row_between_pipes_without_a_name_is_no_field_called_object(whole: str) -> None:
    page = read(CELLS_A_LINE.format(whole=whole))
    assert page.unread == ()
    places = [place for place in page.by_place() if place.startswith("200")]
    assert places == ["200", "200 LampList", "200 LampList[]", "200 LampList[].Hue", "200 Total"]


def test_a_row_between_pipes_that_lost_its_name_is_reported() -> None:
    page = read(CELLS_A_LINE.format(whole="|||").replace("| Total |", "|"))
    assert [unread.why for unread in page.unread] == [": this fits no row"]


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


def test_markdown_whose_tables_are_html() -> None:
    page = read(MARKDOWN_WITH_HTML)
    assert page.unread == ()
    facts = {place: {**aspects} for place, aspects in aspects_of(page).items()}
    for aspects in facts.values():
        aspects.pop("wording", None)
    assert facts == {
        "title": {"title": "Counting lamps"},
        "operation": {"method": "GET", "path": "/v1/{garden_id}/lamps"},
        "path garden_id": {"type": "string", "required": True},
        "200": {"type": "object"},
        "200 count": {"type": "integer", "format": "int32", "maximum": 9},
        "status 200": {},
    }
    assert page.by_place()["path garden_id"].lines == (17, 20)


def test_the_headers_of_a_response_are_no_fields_of_its_body() -> None:
    rows = "Parameter\n\nType\n\nDescription\n\n"
    header = f"Table 1 Parameters in the response header\n\n{rows}X-Lamp-Token\n\nString\n\nWhat opens the door.\n\n"
    body = f"Table 2 Parameters in the response body\n\n{rows}count\n\nInteger\n\nHow many.\n"
    page = read(f"Lamps\n\nURI\n\nGET /v1/lamps\n\nResponse Parameters\n\nStatus code: 201\n\n{header}{body}")
    assert page.unread == ()
    assert set(page.by_place()) == {
        *("title", "operation", "status 201", "response-header 201 X-Lamp-Token", "201", "201 count")
    }
