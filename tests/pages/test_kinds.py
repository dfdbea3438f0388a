"""Pages that no layout was written after: what decides their structure, and what is reported where nothing does."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from pages.checks import aspects_of, read
from toolchain.pages.facts import PageError
from toolchain.pages.read.lines import lines_of

TOP: Final = "# CountLamps\n\nCounts all lamps of a garden.\n\n"
REQUEST: Final = "## Request parameters\n\n|Parameter|Type|Required|Description|\n|--|--|--|--|\n"
RESPONSE: Final = "## Response parameters\n\n|Parameter|Type|Description|\n|--|--|--|\n"
LIMIT: Final = "|Limit|Integer|Yes|How many.|\n"
TOTAL: Final = "|Total|Integer|All of them.|\n"
URI: Final = "## URI\n\nPOST /v1/lamps\n\n"


def facts_of(content: str) -> dict[str, dict[str, Any]]:
    return {
        place: {k: v for k, v in found.items() if k != "wording"} for place, found in aspects_of(read(content)).items()
    }


def check(content: str, expected: dict[str, dict[str, Any]], *unread: str, but: tuple[str, ...] = ()) -> None:
    """Check some facts of a page, each with all of its aspects, all that is reported of it, and what is no fact."""
    facts = facts_of(content)
    assert {place: facts.get(place) for place in expected} == expected
    assert [one.why for one in read(content).unread] == list(unread)
    assert not set(but) & set(facts)


LIMIT_FACT: Final[dict[str, Any]] = {"type": "integer", "format": "int32", "required": True}
TOTAL_FACT: Final[dict[str, Any]] = {"type": "integer", "format": "int32"}


@pytest.mark.parametrize(
    ("request_heading", "response_heading"),
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
def test_headings_in_other_words_and_with_attributes(request_heading: str, response_heading: str) -> None:
    content = TOP + REQUEST + LIMIT + "\n" + RESPONSE + TOTAL
    content = content.replace("## Request parameters", request_heading).replace(
        "## Response parameters", response_heading
    )
    check(content, {"query Limit": LIMIT_FACT, "200 Total": TOTAL_FACT}, but=("query Total", "200 Limit"))


@pytest.mark.parametrize(
    "head",
    [
        "|Parameter Name|Data type|Required?|Remarks|",
        "|**Field**|Type|Mandatory/Optional|Meaning|",
        "|欄位名稱|資料類型|是否必填|說明|",
        "|Nombre|Tipo de dato|Obligatorio|Descripción|",
        "|Nome do parâmetro|Tipo|Obrigatório|Descrição|",
        "|Input Parameters\n\n|Type\n\n|Required\n\n|Description |",
    ],
)
def test_heads_of_columns_in_other_words(head: str) -> None:
    content = TOP + REQUEST.replace("|Parameter|Type|Required|Description|", head) + LIMIT
    check(content, {"query Limit": LIMIT_FACT})


@pytest.mark.parametrize(("said", "required"), [("Optional", False), ("必填", True), ("Sí", True), ("não", False)])
def test_what_a_cell_says_of_required_in_other_words(said: str, required: object) -> None:
    content = TOP + REQUEST + LIMIT.replace("Yes", said)
    check(content, {"query Limit": {**LIMIT_FACT, "required": required}})


def test_what_a_cell_says_of_required_and_no_rule_knows_is_reported() -> None:
    expected = {name: value for name, value in LIMIT_FACT.items() if name != "required"}
    check(TOP + REQUEST + LIMIT.replace("Yes", "At night"), {"query Limit": expected}, "Limit: whether it is required")


def test_a_column_that_no_rule_knows_is_reported_and_the_others_are_read() -> None:
    table = "|Parameter|Type|Required|Whim|Description|\n|--|--|--|--|--|\n|Limit|Integer|Yes|?|How many.|\n"
    content = TOP + REQUEST.split("|", maxsplit=1)[0] + table
    check(content, {"query Limit": LIMIT_FACT}, "a column that no rule knows: Whim")


def test_the_first_column_has_the_names_where_others_show_that_it_is_a_table_of_parameters() -> None:
    check(TOP + REQUEST.replace("|Parameter|", "|Whim|") + LIMIT, {"query Limit": LIMIT_FACT})


@pytest.mark.parametrize("word", ["HttpCode", "HTTP status code", "Código de estado", "HTTP状态码"])
def test_error_codes_below_heads_in_other_words(word: str) -> None:
    errors = f"## Error codes\n\n|{word}|Error code|Error message|\n|--|--|--|\n|404|Lamp.Gone|no such lamp|\n"
    check(TOP + REQUEST + LIMIT + "\n" + errors, {"error 404 Lamp.Gone": {"message": "no such lamp"}, "status 404": {}})


def test_a_table_of_errors_whose_columns_stand_in_another_order() -> None:
    errors = "## Error codes\n\n|Error message|Error code|HTTP status code|\n|--|--|--|\n|no such lamp|Lamp.Gone|404|\n"
    check(TOP + REQUEST + LIMIT + "\n" + errors, {"error 404 Lamp.Gone": {"message": "no such lamp"}, "status 404": {}})


@pytest.mark.parametrize("line", ["Examples:", "Note:", "**Note:**", "Request parameters", "示例："])  # noqa: RUF001
def test_a_line_of_a_cell_that_looks_like_a_heading_ends_no_table(line: str) -> None:
    rows = f"|Mode|String|No|How to count.\n\n{line}\n\n-   by hand\n\n|\n"
    check(
        TOP + REQUEST + rows + LIMIT, {"query Mode": {"type": "string", "required": False}, "query Limit": LIMIT_FACT}
    )


def test_a_line_with_a_colon_in_a_cell_ends_no_table_of_a_text_without_marks() -> None:
    head = "CountLamps\n\nRequest parameters\n\nParameter\n\nType\n\nRequired\n\nDescription\n\n"
    rows = "Mode\n\nString\n\nNo\n\nHow to count.\n\nExamples:\n\nby hand\n\nLimit\n\nInteger\n\nYes\n\nHow many.\n"
    check(head + rows, {"query Mode": {"type": "string", "required": False}, "query Limit": LIMIT_FACT})


@pytest.mark.parametrize("rule", ["|--|--|--|--|", "|:-|:-:|-|-:|", "| :---- | :---- | :---- | :---- |"])
def test_a_rule_of_a_table_is_no_row(rule: str) -> None:
    check(TOP + REQUEST.replace("|--|--|--|--|", rule) + LIMIT, {"query Limit": LIMIT_FACT})


def test_a_row_with_a_pipe_too_many_keeps_its_name_and_is_reported() -> None:
    row = LIMIT.replace("How many.", "One | many.")
    check(TOP + REQUEST + row, {"query Limit": LIMIT_FACT}, "Limit: the row has more cells than its table has columns")


def test_cells_that_span_rows_and_columns_are_in_each_of_them() -> None:
    table = (
        "<table><tr><th>Status code</th><th>Error code</th><th>Error message</th></tr>"
        "<tr><td rowspan='2'>400</td><td>Lamp.Bad</td><td>bad</td></tr><tr><td>Lamp.Worse</td><td>worse</td></tr>"
        "<tr><td>404</td><td colspan='2'>Lamp.Gone</td></tr></table>\n"
    )
    expected: dict[str, dict[str, Any]] = {
        "error 400 Lamp.Bad": {"message": "bad"},
        "error 400 Lamp.Worse": {"message": "worse"},
        "error 404 Lamp.Gone": {},
    }
    check(TOP + REQUEST + LIMIT + f"\n## Error codes\n\n{table}", expected)


@pytest.mark.parametrize(
    "section", ["## Ways to count", "## 计数方式", "## Request rate limits", "## Responses that fail often"]
)
def test_a_table_outside_of_known_sections_is_reported_with_its_lines(section: str) -> None:
    stray = f"{section}\n\n|Parameter|Type|Description|\n|--|--|--|\n|Stray|String|Whose?|\n\n"
    content = TOP + stray + REQUEST + LIMIT
    check(content, {"query Limit": LIMIT_FACT}, "a table of fields outside of the sections of a request and a response")
    assert [one.lines for one in read(content).unread] == [(7, 9)]
    assert "query Stray" not in facts_of(content)


def test_a_table_with_other_heads_is_reported_with_them() -> None:
    stray = "## Request parameters\n\n|Lamp|Colour|\n|--|--|\n|a|red|\n\n"
    content = TOP + stray + RESPONSE + TOTAL
    check(content, {"200 Total": TOTAL_FACT}, "a table whose heads no rule knows: Lamp, Colour")


def test_a_list_of_fields_beside_a_table_is_reported() -> None:
    content = TOP + REQUEST + LIMIT + "\n- Colour: String. Which colour.\n"
    check(content, {"query Limit": LIMIT_FACT}, "a list that no rule knows", but=("query Colour",))


def test_an_example_outside_of_its_sections_is_reported() -> None:
    content = TOP + '## Ways to count\n\n```\n{"Total": 7}\n```\n\n' + REQUEST + LIMIT
    check(content, {"query Limit": LIMIT_FACT}, "an example outside of the sections of examples")


def test_an_example_of_an_error_is_none_of_the_response() -> None:
    success = 'Sample success response\n\n```\n{"Total": 7}\n```\n\n'
    shown = f'## Examples\n\n{success}Sample error response\n\n```\n{{"Code": "x"}}\n```\n'
    content = TOP + REQUEST + LIMIT + "\n" + RESPONSE + TOTAL + "\n" + shown
    check(content, {"example 200": {"example": {"Total": 7}}}, "an example of an error without its status")


def test_a_fence_below_a_bullet_is_an_example_with_its_lines() -> None:
    shown = '## Examples\n\n-   Sample response\n\n    ```json\n    {"Total": 7}\n    ```\n'
    content = TOP + REQUEST + LIMIT + "\n" + RESPONSE + TOTAL + "\n" + shown
    check(content, {"example 200": {"example": {"Total": 7}}})


@pytest.mark.parametrize(
    ("line", "path"),
    [
        ("GET /v1/gardens/{garden_id}/lamps", "/v1/gardens/{garden_id}/lamps"),
        ("GET /v1/gardens/[garden_id]/lamps HTTP/1.1", "/v1/gardens/{garden_id}/lamps"),
        ("GET /v1/gardens/:garden_id/lamps", "/v1/gardens/{garden_id}/lamps"),
    ],
)
@pytest.mark.parametrize("heading", ["## Request syntax", "## 请求语法", "## How to ask"])
def test_method_and_path_in_code_whatever_the_heading(heading: str, line: str, path: str) -> None:
    content = TOP + f"{heading}\n\n```\n{line}\n```\n\n" + REQUEST + LIMIT + "|garden_id|String|Yes|Which.|\n"
    expected = {"operation": {"method": "GET", "path": path}, "query Limit": LIMIT_FACT}
    check(content, expected | {"path garden_id": {"type": "string", "required": True}})


def test_where_parameters_are_sent_by_heading_column_name_and_method() -> None:
    heads = "|Parameter|Type|Required|Description|\n|--|--|--|--|\n"
    body = "## Request body fields\n\n" + heads + "|Colour|String|No|Which.|\n\n"
    headers = "## Request header fields\n\n" + heads + "|X-Lamp-Token|String|Yes|Opens.|\n\n"
    content = TOP + URI + headers + body + REQUEST.replace("parameters", "query parameters") + LIMIT
    check(content, {"query Limit": LIMIT_FACT, "body Colour": {"type": "string"}})
    assert "header X-Lamp-Token" in facts_of(content)
    located = REQUEST.replace("|Type|", "|Type|In|").replace("|--|", "|--|--|", 1) + LIMIT.replace("r|Y", "r|Query|Y")
    check(TOP + URI + located, {"query Limit": LIMIT_FACT})


def test_a_part_of_the_path_without_a_row_is_reported() -> None:
    content = TOP + URI.replace("/v1/lamps", "/v1/{garden_id}/lamps") + REQUEST + LIMIT
    check(
        content,
        {"body Limit": {"type": "integer", "format": "int32"}},
        "garden_id: no row describes this part of the path",
    )


def test_parameters_of_a_delete_without_location_are_reported() -> None:
    content = TOP + URI.replace("POST", "DELETE") + REQUEST + LIMIT
    assert [one.why for one in read(content).unread] == ["whether these parameters are sent in the query or the body"]


def test_a_heading_below_a_response_that_names_a_location_stays_in_it() -> None:
    content = TOP + REQUEST + LIMIT + "\n## Response\n\n### Body\n\n" + RESPONSE.split("\n\n")[1] + TOTAL
    check(content, {"200 Total": TOTAL_FACT}, but=("query Total", "body Total"))


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (TOP, "CountLamps"),
        ("# Counting - CountLampsV5\n\nWords.\n\n", "CountLampsV5"),
        ("# Counting\n\n[Try](https://docs.example/#product=L&api=CountLamps&type=RPC)\n\n", "CountLamps"),
        (
            "# Counting\n\n## Sample requests\n\n```\nhttps://docs.example/?Action=CountLamps\n&Limit=3\n```\n\n",
            "CountLamps",
        ),
    ],
)
def test_the_name_of_the_operation_from_title_link_or_sample(content: str, name: str) -> None:
    assert facts_of(content + REQUEST + LIMIT)["operation id"] == {"operationId": name}


def test_links_to_several_operations_name_none() -> None:
    links = "[a](https://docs.example/?api=CountLamps) [b](https://docs.example/?api=SellLamps)\n\n"
    assert "operation id" not in facts_of("# Counting\n\n" + links + REQUEST + LIMIT)


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

## Response

<dl><dt>Total</dt><dd><p>All of them.</p><p>Type: Integer</p></dd></dl>
"""


PLAIN_HEAD: Final = "CountLamps\n\nRequest parameters\n\nParameter\n\nRequired\n\nType\n\nDescription\n\n"


def test_a_flag_that_is_lost_in_a_text_without_marks_is_reported_with_the_row_above() -> None:
    rows = "a\n\nYes\n\nString\n\nOne.\n\nb\n\nNo\n\nString\n\nTwo.\n\nc\n\nString\n\nThree.\n"
    found = read(PLAIN_HEAD + rows)
    assert [one.why for one in found.unread] == ["c: whether it is required, or its name"]
    assert found.unread[0].lines[0] <= found.by_place()["query b"].lines[1]


@pytest.mark.parametrize("word", ["Parameter", "Required", "Type"])
def test_a_head_of_a_text_without_marks_that_no_rule_knows_is_reported_with_its_rows(word: str) -> None:
    rows = "a\n\nYes\n\nString\n\nOne.\n\n"
    response = "Response parameters\n\nField\n\nType\n\nDescription\n\nTotal\n\nInteger\n\nAll.\n"
    head = PLAIN_HEAD.replace("Request parameters", "URI\n\nGET /v1/lamps").replace(word, "Whimsy")
    content = head + rows + response
    found = read(content)
    at = content.split("\n").index("a") + 1
    assert any(one.lines[0] <= at <= one.lines[1] for one in found.unread)
    assert "200 Total" in found.by_place()
    assert "query a" not in found.by_place()


def test_what_is_below_a_status_that_no_rule_knows_is_reported() -> None:
    fields = RESPONSE.split("\n\n", maxsplit=1)[1]
    success = 'Status code: 201\n\n```\n{"Total": 7}\n```\n\n'
    shown = f'## Example response\n\n{success}Status code: 4xx\n\n```\n{{"Code": "x"}}\n```\n'
    content = (
        f"{TOP}## Response\n\nStatus code: 201\n\n{fields}{TOTAL}\nStatus code: 4xx\n\n{fields}|Code|String|Why.|\n\n"
    )
    expected = {"201 Total": TOTAL_FACT, "example 201": {"example": {"Total": 7}}}
    status = "a status that no rule knows"
    unread = (status, f"a table of fields of {status}", status, f"an example of {status}")
    check(content + shown, expected, *unread, but=("201 Code", "200 Code"))


def test_the_status_line_of_a_sample_names_the_status_of_its_body() -> None:
    shown = '## Sample response\n\n```\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{"Total": 7}\n```\n'
    check(TOP + REQUEST + LIMIT + "\n" + RESPONSE + TOTAL + "\n" + shown, {"201 Total": TOTAL_FACT}, but=("200 Total",))


def test_a_caption_leads_by_its_number_and_inherits_no_location_from_another_section() -> None:
    heads = "|Parameter|Type|Required|Description|\n|--|--|--|--|\n"
    uri = URI + f"Table 1 Query parameters\n\n{heads}{LIMIT}\n"
    sent = f"Table 2 Sample\n\n{heads}|one|Object|No|See Table 4.|\n|other|Object|No|See Table 3.|\n\n"
    more = f"Table 3 First\n\n{heads}|x|String|No|X.|\n\nTable 4 Second\n\n{heads}|y|String|No|Y.|\n"
    check(f"{TOP}{uri}## Request\n\n{sent}{more}", {"query Limit": LIMIT_FACT}, but=("query one",))
    assert {"body one.y", "body other.x"} <= set(facts_of(f"{TOP}{uri}## Request\n\n{sent}{more}"))


def test_the_name_behind_a_title_and_links_that_name_another() -> None:
    content = '# Counting<a name="CountLamps"></a>\n\n[Try](https://docs.example/?api=SellLamps)\n\n' + REQUEST + LIMIT
    check(
        content, {"operation id": {"operationId": "CountLamps"}}, "the page's links name SellLamps, and not CountLamps"
    )


def test_fields_as_lists_of_definitions() -> None:
    expected = {"query Limit": LIMIT_FACT, "query Colour": {"type": "string", "required": False}}
    check(LABELLED.split("## Response", maxsplit=1)[0], expected)
    page = f"<html><h1>CountLamps</h1><h2>Response</h2>{LABELLED[LABELLED.index('<dl>') :]}</html>"
    check(page, {"200 Total": TOTAL_FACT})


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
    check(
        RESTRUCTURED,
        {"query Limit": LIMIT_FACT, "200 Total": TOTAL_FACT, "example 200": {"example": {"Total": 7}}},
    )
    facts = read(RESTRUCTURED).by_place()
    assert [facts[place].lines for place in ("200 Total", "example 200")] == [(20, 20), (27, 27)]


def test_a_block_of_code_is_where_all_of_its_lines_are() -> None:
    # docutils knows a line near its end, and the nearest one with its first bracket is a line of its own.
    fields = "".join(f'     "{name}": 1,\n' for name in "abcdefgh")
    shown = f'   {{\n{fields}     "More":\n     {{\n       "i": 1\n     }},\n     "Total": 7\n   }}\n'
    content = RESTRUCTURED.split("-  Example response")[0] + f"Example response\n\n.. code-block::\n\n{shown}"
    lines = content.split("\n")
    assert read(content).by_place()["example 200"].lines == (lines.index("   {") + 1, len(lines) - 1)


def test_restructured_text_reads_no_files() -> None:
    assert "root:" not in str(lines_of(f"{RESTRUCTURED}\n.. include:: /etc/passwd\n".encode()))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", ["it is empty"]),
        ("# Lamps\n\nOnly words.\n", ["it has no table", "no method and path", "no heading"]),
        ("# Lampen\n\n## Anfrage\n\n|Feld|Art|\n|--|--|\n|a|b|\n", ["heads", "Feld, Art", "no heading"]),
        (TOP + URI + "## Request parameters\n\nNone.\n", ["it has no table"]),
    ],
)
def test_a_page_that_is_not_read_says_what_it_lacks(content: str, words: list[str]) -> None:
    with pytest.raises(PageError) as caught:
        read(content)
    assert all(re.search(word, str(caught.value)) for word in words)
