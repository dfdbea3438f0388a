"""Pages in layouts that the reader wasn't written for: what decides their structure, and what is reported."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from pages.checks import read, stated_by
from toolchain.pages.facts import PageError
from toolchain.pages.read.lines import lines_of

TOP: Final = "# CountLamps\n\nCounts all lamps of a garden.\n\n"
URI: Final = "## URI\n\nPOST /v1/lamps\n\n"
HEAD: Final = "|Parameter|Type|Required|Description|\n|--|--|--|--|\n"
REQUEST: Final = f"## Request parameters\n\n{HEAD}"
FIELDS: Final = "|Parameter|Type|Description|\n|--|--|--|\n"
RESPONSE: Final = f"## Response parameters\n\n{FIELDS}"
LIMIT: Final = "|Limit|Integer|Yes|How many.|\n"
TOTAL: Final = "|Total|Integer|All of them.|\n"
WHOLE: Final = f"{TOP}{REQUEST}{LIMIT}\n"
BOTH: Final = f"{WHOLE}{RESPONSE}{TOTAL}\n"
Facts = dict[str, dict[str, Any]]
LIMIT_FACT: Final[dict[str, Any]] = {"type": "integer", "format": "int32", "required": True}
TOTAL_FACT: Final[dict[str, Any]] = {"type": "integer", "format": "int32"}
LIMIT_ONLY: Final[Facts] = {"query Limit": LIMIT_FACT}
TOTAL_ONLY: Final[Facts] = {"200 Total": TOTAL_FACT}


def check(content: str, expected: Facts, *unread: str, absent: tuple[str, ...] = ()) -> None:
    """Check some facts of a page with all their aspects, everything that is reported, and what is no fact."""
    page = read(content)
    facts = stated_by(page)
    assert {place: facts.get(place) for place in expected} == expected
    assert [one.why for one in page.unread] == list(unread)
    assert not set(absent) & set(facts)


@pytest.mark.parametrize(
    "headings",
    [
        ("## Request parameters {#x .section}", "## Response parameters {#y .section}"),
        ("## Input parameters", "## Response elements"),
        ("## Request query fields", "## Returned data"),
        ("## 1. 入参", "## 2. 出参"),
        ("## 請求參數", "## 回應參數"),
        ("## Parámetros de la solicitud", "## Parámetros de la respuesta"),
        ("## Parâmetros da requisição", "## Campos de retorno"),
        ("Request Parameters\n------------------", "Response Parameters\n-------------------"),
        ("- Request parameters", "- Response parameters"),
    ],
)
def test_section_headings_in_other_words_and_forms(headings: tuple[str, str]) -> None:
    content = BOTH.replace("## Request parameters", headings[0]).replace("## Response parameters", headings[1])
    check(content, LIMIT_ONLY | TOTAL_ONLY, absent=("query Total", "200 Limit"))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        *(
            ("|Parameter|Type|Required|Description|", head)
            for head in (
                "|Parameter Name|Data type|Required?|Remarks|",
                "|**Field**|Type|Mandatory/Optional|Meaning|",
                "|欄位名稱|資料類型|是否必填|說明|",
                "|Nombre|Tipo de dato|Obligatorio|Descripción|",
                "|Nome do parâmetro|Tipo|Obrigatório|Descrição|",
                "|Input Parameters\n\n|Type\n\n|Required\n\n|Description |",
                # The first column has the names where others show that it is a table of parameters.
                "|Whim|Type|Required|Description|",
            )
        ),
        *(("|--|--|--|--|", rule) for rule in ("|:-|:-:|-|-:|", "| :---- | :---- | :---- | :---- |")),
        ("Yes", "必填"),
        ("Yes", "Sí"),
        *(
            # Inside a cell, what looks like a heading ends no table.
            (LIMIT, f"|Mode|String|No|How to count.\n\n{line}\n\n-   by hand\n\n|\n{LIMIT}")
            for line in ("Examples:", "Note:", "**Note:**", "Request parameters", "示例：")  # noqa: RUF001
        ),
    ],
)
def test_tables_in_other_words_and_forms(old: str, new: str) -> None:
    check(WHOLE.replace(old, new, 1), LIMIT_ONLY)


@pytest.mark.parametrize("flag", ["Optional", "não", "否"])
def test_flags_of_optional_parameters_in_other_words(flag: str) -> None:
    check(WHOLE.replace("Yes", flag), {"query Limit": {**LIMIT_FACT, "required": False}})


ERROR: Final[Facts] = {"error 404 Lamp.Gone": {"message": "no such lamp"}, "status 404": {}}


@pytest.mark.parametrize(
    "table",
    [
        *(
            f"|{word}|Error code|Error message|\n|--|--|--|\n|404|Lamp.Gone|no such lamp|\n"
            for word in ("HttpCode", "HTTP status code", "Código de estado", "HTTP状态码")
        ),
        "|Error message|Error code|HTTP status code|\n|--|--|--|\n|no such lamp|Lamp.Gone|404|\n",
    ],
)
def test_error_codes_below_other_headers_in_any_order(table: str) -> None:
    check(f"{WHOLE}## Error codes\n\n{table}", ERROR)


def test_cells_that_span_rows_and_columns_are_in_each_of_them() -> None:
    table = (
        "<table><tr><th>Status code</th><th>Error code</th><th>Error message</th></tr>"
        "<tr><td rowspan='2'>400</td><td>Lamp.Bad</td><td>bad</td></tr><tr><td>Lamp.Worse</td><td>worse</td></tr>"
        "<tr><td>404</td><td colspan='2'>Lamp.Gone</td></tr></table>\n"
    )
    expected: Facts = {
        "error 400 Lamp.Bad": {"message": "bad"},
        "error 400 Lamp.Worse": {"message": "worse"},
        "error 404 Lamp.Gone": {},
    }
    check(f"{WHOLE}## Error codes\n\n{table}", expected)


SUCCESS: Final = 'Sample success response\n\n```\n{"Total": 7}\n```\n\n'
UNFLAGGED: Final[Facts] = {"query Limit": TOTAL_FACT}
OUTSIDE: Final = "a table of fields outside the sections of requests and responses"


@pytest.mark.parametrize(
    ("content", "expected", "unread"),
    [
        (WHOLE.replace("Yes", "At night"), UNFLAGGED, "Limit: whether it is required can't be read"),
        (
            WHOLE.replace("How many.", "One | many."),
            LIMIT_ONLY,
            "Limit: the row has more cells than the table has columns",
        ),
        (
            WHOLE.replace("Required|", "Required|Whim|").replace("|--", "|--|--", 1).replace("Yes|", "Yes|?|"),
            LIMIT_ONLY,
            "unknown column: Whim",
        ),
        (
            f"{TOP}## Request parameters\n\n|Lamp|Colour|\n|--|--|\n|a|red|\n\n{RESPONSE}{TOTAL}",
            TOTAL_ONLY,
            "unknown table header: Lamp, Colour",
        ),
        (f"{WHOLE}- Colour: String. Which colour.\n", LIMIT_ONLY, "a list that can't be read"),
        *(
            (f"{TOP}## {section}\n\n{FIELDS}|Stray|String|Whose?|\n\n{REQUEST}{LIMIT}", LIMIT_ONLY, OUTSIDE)
            for section in ("Ways to count", "计数方式", "Request rate limits", "Responses that fail often")
        ),
        (
            f'{TOP}## Ways to count\n\n```\n{{"Total": 7}}\n```\n\n{REQUEST}{LIMIT}',
            LIMIT_ONLY,
            "an example outside the sections of examples",
        ),
        (
            f'{BOTH}## Examples\n\n{SUCCESS}Sample error response\n\n```\n{{"Code": "x"}}\n```\n',
            {"example 200": {"example": {"Total": 7}}},
            "an example of an error without a status",
        ),
        (
            f"{TOP}{URI.replace('/v1/lamps', '/v1/{garden_id}/lamps')}{REQUEST}{LIMIT}",
            {"body Limit": TOTAL_FACT},
            "garden_id: no row describes this path parameter",
        ),
        (
            f"{TOP}{URI.replace('POST', 'DELETE')}{REQUEST}{LIMIT}",
            {"body Limit": TOTAL_FACT},
            "nothing shows if these parameters are in the query or the body",
        ),
        (
            '# Counting<a name="CountLamps"></a>\n\n[Try](https://docs.example/?api=SellLamps)\n\n' + REQUEST + LIMIT,
            {"operation id": {"operationId": "CountLamps"}},
            "the page's links name SellLamps, not CountLamps",
        ),
    ],
)
def test_what_cannot_be_read_is_reported_and_the_rest_is_read(content: str, expected: Facts, unread: str) -> None:
    check(content, expected, unread, absent=("query Colour", "query Stray", "200 Stray", "query a"))


def test_a_table_outside_the_known_sections_is_reported_with_its_lines() -> None:
    page = read(f"{TOP}## Ways to count\n\n{FIELDS}|Stray|String|Whose?|\n\n{REQUEST}{LIMIT}")
    assert [one.lines for one in page.unread] == [(7, 9)]


def test_content_of_an_unknown_status_is_reported() -> None:
    success = 'Status code: 201\n\n```\n{"Total": 7}\n```\n\n'
    examples = f'## Example response\n\n{success}Status code: 4xx\n\n```\n{{"Code": "x"}}\n```\n'
    tables = f"Status code: 201\n\n{FIELDS}{TOTAL}\nStatus code: 4xx\n\n{FIELDS}|Code|String|Why.|\n\n"
    unread = [
        "an unknown status",
        "a table of fields of an unknown status",
        "an unknown status",
        "an example of an unknown status",
    ]
    expected: Facts = {"201 Total": TOTAL_FACT, "example 201": {"example": {"Total": 7}}}
    check(f"{TOP}## Response\n\n{tables}{examples}", expected, *unread, absent=("201 Code", "200 Code"))


@pytest.mark.parametrize(
    ("example", "expected"),
    [
        (
            "## Examples\n\n-   Sample response\n\n    ```json\n    {body}\n    ```\n",
            {"example 200": {"example": {"Total": 7}}},
        ),
        (
            "## Sample response\n\n```\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{body}\n```\n",
            {"201 Total": TOTAL_FACT},
        ),
    ],
)
def test_examples_below_bullets_and_below_status_lines(example: str, expected: Facts) -> None:
    check(BOTH + example.replace("{body}", '{"Total": 7}'), expected)


@pytest.mark.parametrize("path", ["{garden_id}", "[garden_id]", ":garden_id"])
@pytest.mark.parametrize("heading", ["## Request syntax", "## 请求语法", "## How to ask"])
def test_the_method_and_path_in_code_below_any_heading(heading: str, path: str) -> None:
    code = f"{heading}\n\n```\nGET /v1/gardens/{path}/lamps HTTP/1.1\n```\n\n"
    expected: Facts = {
        "operation": {"method": "GET", "path": "/v1/gardens/{garden_id}/lamps"},
        "path garden_id": {"type": "string", "required": True},
    }
    check(f"{TOP}{code}{REQUEST}{LIMIT}|garden_id|String|Yes|Which.|\n", expected | LIMIT_ONLY)


def test_heading_column_name_and_method_locate_parameters() -> None:
    body = f"## Request body fields\n\n{HEAD}|Colour|String|No|Which.|\n\n"
    headers = f"## Request header fields\n\n{HEAD}|X-Lamp-Token|String|Yes|Opens.|\n\n"
    by_heading = TOP + URI + headers + body + REQUEST.replace("parameters", "query parameters") + LIMIT
    token: Facts = {"header X-Lamp-Token": {"type": "string", "required": True}}
    check(by_heading, LIMIT_ONLY | token | {"body Colour": {"type": "string"}})
    by_column = REQUEST.replace("|Type|", "|Type|In|").replace("|--|", "|--|--|", 1) + LIMIT.replace("r|Y", "r|Query|Y")
    check(TOP + URI + by_column, LIMIT_ONLY)


def test_a_heading_below_a_response_that_names_a_location_stays_in_it() -> None:
    check(f"{WHOLE}## Response\n\n### Body\n\n{FIELDS}{TOTAL}", TOTAL_ONLY, absent=("query Total", "body Total"))


def test_descriptions_refer_to_tables_by_number_and_locations_end_with_their_section() -> None:
    uri = f"{URI}Table 1 Query parameters\n\n{HEAD}{LIMIT}\n"
    body = f"Table 2 Sample\n\n{HEAD}|one|Object|No|See Table 4.|\n|other|Object|No|See Table 3.|\n\n"
    more = f"Table 3 First\n\n{HEAD}|x|String|No|X.|\n\nTable 4 Second\n\n{HEAD}|y|String|No|Y.|\n"
    expected: Facts = {"body one.y": {"type": "string"}, "body other.x": {"type": "string"}}
    check(f"{TOP}{uri}## Request\n\n{body}{more}", LIMIT_ONLY | expected, absent=("query one",))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TOP, "CountLamps"),
        ("# Counting - CountLampsV5\n\nWords.\n\n", "CountLampsV5"),
        ("# Counting\n\n[Try](https://docs.example/#product=L&api=CountLamps&type=RPC)\n\n", "CountLamps"),
        ("# Counting\n\n## Sample requests\n\n```\nhttps://docs.example/?Action=CountLamps\n```\n\n", "CountLamps"),
        ("# Counting\n\n[a](https://docs.example/?api=CountLamps) [b](https://docs.example/?api=SellLamps)\n\n", None),
    ],
)
def test_the_title_a_link_or_a_sample_names_the_operation(content: str, name: str | None) -> None:
    found = stated_by(read(content + REQUEST + LIMIT)).get("operation id", {})
    assert found.get("operationId") == name


PLAIN: Final = "CountLamps\n\nRequest parameters\n\nParameter\n\nRequired\n\nType\n\nDescription\n\n"


def test_pipes_between_the_cells_of_a_plain_text() -> None:
    rows = "Parameter | Type | Required | Description\n:--- | :--- | :--- | :---\nLimit | Integer | Yes | How many.\n"
    check(f"CountLamps\n\nRequest parameters\n\n{rows}", LIMIT_ONLY)


def test_a_line_with_a_colon_in_a_cell_ends_no_table_of_a_plain_text() -> None:
    rows = "Mode\n\nNo\n\nString\n\nHow to count.\n\nExamples:\n\nby hand\n\nLimit\n\nYes\n\nInteger\n\nHow many.\n"
    check(PLAIN + rows, {"query Mode": {"type": "string", "required": False}, **LIMIT_ONLY})


def test_a_lost_flag_in_a_plain_text_is_reported_together_with_the_row_above() -> None:
    rows = "a\n\nYes\n\nString\n\nOne.\n\nb\n\nNo\n\nString\n\nTwo.\n\nc\n\nString\n\nThree.\n"
    found = read(PLAIN + rows)
    assert [one.why for one in found.unread] == ["c: whether it is required, or its name, can't be read"]
    assert found.unread[0].lines[0] <= found.by_place()["query b"].lines[1]


@pytest.mark.parametrize("word", ["Parameter", "Required", "Type"])
def test_an_unknown_header_in_a_plain_text_is_reported_with_its_rows(word: str) -> None:
    rows = "a\n\nYes\n\nString\n\nOne.\n\n"
    response = "Response parameters\n\nField\n\nType\n\nDescription\n\nTotal\n\nInteger\n\nAll.\n"
    head = PLAIN.replace("Request parameters", "URI\n\nGET /v1/lamps").replace(word, "Whimsy")
    content = head + rows + response
    found = read(content)
    at = content.split("\n").index("a") + 1
    assert any(one.lines[0] <= at <= one.lines[1] for one in found.unread)
    assert "200 Total" in found.by_place()
    assert "query a" not in found.by_place()


LABELLED: Final = """# CountLamps

## Request Parameters

**Limit**

How many.

Type: Integer

Required: Yes

**Colour**

-   Type: String
-   Required: No
-   Description: Which colour.
"""
DEFINITIONS: Final = "<dl><dt>Total</dt><dd><p>All of them.</p><p>Type: Integer</p></dd></dl>"


def test_fields_that_labels_describe() -> None:
    check(LABELLED, LIMIT_ONLY | {"query Colour": {"type": "string", "required": False}})
    check(f"<html><h1>CountLamps</h1><h2>Response</h2>{DEFINITIONS}</html>", TOTAL_ONLY)


RESTRUCTURED: Final = """CountLamps
==========

Request Parameters
------------------

Limit : Integer
   How many.

   Required: Yes

Response Parameters
-------------------

-  Parameters in the response body

   ===== ======= ============
   Field Type    Description
   ===== ======= ============
   Total Integer All of them.
   ===== ======= ============

-  Example response

   .. code-block::

      {"Total": 7}
"""


def test_definitions_and_simple_tables_of_restructured_text() -> None:
    check(RESTRUCTURED, LIMIT_ONLY | TOTAL_ONLY | {"example 200": {"example": {"Total": 7}}})
    facts = read(RESTRUCTURED).by_place()
    assert [facts[place].lines for place in ("200 Total", "example 200")] == [(20, 20), (27, 27)]


def test_a_code_block_of_restructured_text_has_all_its_lines() -> None:
    # docutils knows a line near its end, and the nearest one with its first bracket is inside the block.
    fields = "".join(f'     "{name}": 1,\n' for name in "abcdefgh")
    example = f'   {{\n{fields}     "More":\n     {{\n       "i": 1\n     }},\n     "Total": 7\n   }}\n'
    content = RESTRUCTURED.split("-  Example response")[0] + f"Example response\n\n.. code-block::\n\n{example}"
    lines = content.split("\n")
    assert read(content).by_place()["example 200"].lines == (lines.index("   {") + 1, len(lines) - 1)


def test_restructured_text_includes_no_files() -> None:
    assert "root:" not in str(lines_of(f"{RESTRUCTURED}\n.. include:: /etc/passwd\n".encode()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["it is empty"]),
        ("# Lamps\n\nOnly words.\n", ["no readable table", "no method and path", "no known heading"]),
        ("# Lampen\n\n## Anfrage\n\n|Feld|Art|\n|--|--|\n|a|b|\n", ["headers", "Feld, Art", "no known heading"]),
        (f"{TOP}{URI}## Request parameters\n\nNone.\n", ["no readable table"]),
    ],
)
def test_the_error_for_an_unreadable_page_names_what_it_lacks(content: str, words: list[str]) -> None:
    with pytest.raises(PageError) as caught:
        read(content)
    assert all(re.search(word, str(caught.value)) for word in words)
