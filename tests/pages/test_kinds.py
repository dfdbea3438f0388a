"""Pages in layouts that the reader wasn't written for: what decides their structure, and what is reported."""

from __future__ import annotations

import re
from typing import Any, Final

import pytest

from pages.checks import read, reported, stated_by
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
PLAIN: Final = "CountLamps\n\nRequest parameters\n\nParameter\n\nRequired\n\nType\n\nDescription\n\n"
Facts = dict[str, dict[str, Any]]
INTEGER: Final[dict[str, Any]] = {"type": "integer", "format": "int32"}
STRING: Final[dict[str, Any]] = {"type": "string"}
REQUIRED: Final[dict[str, Any]] = {"type": "string", "required": True}
OPTIONAL: Final[dict[str, Any]] = {"type": "string", "required": False}
LIMIT_ONLY: Final[Facts] = {"query Limit": {**INTEGER, "required": True}}
TOTAL_ONLY: Final[Facts] = {"200 Total": INTEGER}
EXAMPLE: Final[Facts] = {"example 200": {"example": {"Total": 7}}}


def check(content: str, expected: Facts, *unread: str) -> None:
    """Check the facts of all rows, those of other places that are expected, and everything that is reported."""
    page = read(content)
    facts = stated_by(page)
    rows = {place for place in facts if re.match(r"(?!operation|status|example)[\w-]+ ", place)}
    assert {place: facts.get(place) for place in rows | expected.keys()} == expected
    assert [one.why for one in page.unread] == list(unread)


@pytest.mark.parametrize(
    ("request_heading", "response_heading"),
    [
        ("## Request parameters {#x .section}", "## Response parameters {#y .section}"),
        ("## Input parameters", "## Response elements"),
        ("## Request query fields", "## Returned data"),
        ("## 1. 入参", "## 2. 出参"),
        ("## Parâmetros da requisição", "## Campos de retorno"),
        ("Request Parameters\n------------------", "Response Parameters\n-------------------"),
        ("- Request parameters", "- Response parameters"),
    ],
)
def test_section_headings_in_other_words_and_forms(request_heading: str, response_heading: str) -> None:
    content = BOTH.replace("## Request parameters", request_heading)
    check(content.replace("## Response parameters", response_heading), LIMIT_ONLY | TOTAL_ONLY)


@pytest.mark.parametrize(
    "header",
    [
        "|Parameter Name|Data type|Required?|Remarks|\n|:-|:-:|-|-:|\n",
        "|**Field**|Type|Mandatory/Optional|Meaning|\n| :---- | :---- | :---- | :---- |\n",
        "|欄位名稱|資料類型|是否必填|說明|\n|--|--|--|--|\n",
        "|Nombre|Tipo de dato|Obligatorio|Descripción|\n|--|--|--|--|\n",
        "|Nome do parâmetro|Tipo|Obrigatório|Descrição|\n|--|--|--|--|\n",
        "|Input Parameters\n\n|Type\n\n|Required\n\n|Description |\n|--|--|--|--|\n",
        # The first column has the names where others show that it is a table of parameters.
        "|Whim|Type|Required|Description|\n|--|--|--|--|\n",
    ],
)
def test_tables_with_other_headers(header: str) -> None:
    check(WHOLE.replace(HEAD, header), LIMIT_ONLY)


@pytest.mark.parametrize(("flag", "required"), [("必填", True), ("Optional", False), ("não", False), ("否", False)])
def test_flags_in_other_words(flag: str, required: bool) -> None:  # noqa: FBT001 - what the flag states
    check(WHOLE.replace("Yes", flag), {"query Limit": {**INTEGER, "required": required}})


@pytest.mark.parametrize("line", ["Examples:", "Note:", "**Note:**", "Request parameters", "示例："])  # noqa: RUF001
def test_what_looks_like_a_heading_inside_a_cell_ends_no_table(line: str) -> None:
    cell = f"|Mode|String|No|How to count.\n\n{line}\n\n-   by hand\n\n|\n"
    check(f"{TOP}{REQUEST}{cell}{LIMIT}", {"query Mode": OPTIONAL, **LIMIT_ONLY})


def test_a_line_with_a_colon_in_a_cell_ends_no_table_of_a_plain_text() -> None:
    plain = "Mode\n\nNo\n\nString\n\nHow to count.\n\nExamples:\n\nby hand\n\nLimit\n\nYes\n\nInteger\n\nHow many.\n"
    check(PLAIN + plain, {"query Mode": OPTIONAL, **LIMIT_ONLY})


@pytest.mark.parametrize(
    "table",
    [
        "|HttpCode|Error code|Error message|\n|--|--|--|\n|404|Lamp.Gone|no such lamp|\n",
        "|Código de estado|Error code|Error message|\n|--|--|--|\n|404|Lamp.Gone|no such lamp|\n",
        "|HTTP状态码|Error code|Error message|\n|--|--|--|\n|404|Lamp.Gone|no such lamp|\n",
        "|Error message|Error code|HTTP status code|\n|--|--|--|\n|no such lamp|Lamp.Gone|404|\n",
    ],
)
def test_error_codes_below_other_headers_in_any_order(table: str) -> None:
    expected: Facts = {"error 404 Lamp.Gone": {"message": "no such lamp"}, "status 404": {}}
    check(f"{WHOLE}## Error codes\n\n{table}", LIMIT_ONLY | expected)


@pytest.mark.parametrize("path", ["{garden_id}", "[garden_id]", ":garden_id"])
@pytest.mark.parametrize("heading", ["## Request syntax", "## 请求语法", "## How to ask"])
def test_the_method_and_path_in_code_below_any_heading(heading: str, path: str) -> None:
    code = f"{heading}\n\n```\nGET /v1/gardens/{path}/lamps HTTP/1.1\n```\n\n"
    operation = {"method": "GET", "path": "/v1/gardens/{garden_id}/lamps"}
    expected: Facts = {"operation": operation, "path garden_id": REQUIRED, **LIMIT_ONLY}
    check(f"{TOP}{code}{REQUEST}{LIMIT}|garden_id|String|Yes|Which.|\n", expected)


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


SPANNING: Final = (
    "<table><tr><th>Status code</th><th>Error code</th><th>Error message</th></tr>"
    "<tr><td rowspan='2'>400</td><td>Lamp.Bad</td><td>bad</td></tr><tr><td>Lamp.Worse</td><td>worse</td></tr>"
    "<tr><td>404</td><td colspan='2'>Lamp.Gone</td></tr></table>\n"
)
ERRORS: Final[Facts] = {f"error 400 Lamp.{word}": {"message": word.lower()} for word in ("Bad", "Worse")}
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
HTML_IN_MARKDOWN: Final = """# Counting lamps<a name="lamps_01"></a>

## URI<a name="section2"></a>

GET /v1/\\_lamps\\_

**Table 1**  Query parameters

<a name="table1"></a>
<table><thead align="left"><tr id="r1"><th class="c"><p>Parameter</p>
</th>
<th class="c"><p>Mandatory</p></th><th><p>Type</p></th><th><p>Description</p></th></tr></thead>
<tbody><tr><td class="c"><p><a name="p1"></a>Limit</p>
</td>
<td><p>Yes</p></td><td><p>Integer</p></td><td><p>How many.</p>
<a name="ul1"></a><ul id="ul1"><li>Not too many.</li></ul>
</td></tr></tbody>
</table>
"""
DEFINED: Final = "<dt>Limit</dt><dd><p>How many.</p><p>Type: Integer</p><p>Required: Yes</p></dd>"
LABELS: Final = "**Limit**\n\nHow many.\n\nType: Integer\n\nRequired: Yes\n\n"
LIST: Final = "**Colour**\n\n-   Type: String\n-   Required: No\n-   Description: Which colour.\n"
SAMPLE: Final = '-   Sample response\n\n    ```json\n    {"Total": 7}\n    ```\n'
CREATED: Final = '```\nHTTP/1.1 201 Created\nContent-Type: application/json\n\n{"Total": 7}\n```\n'
PIPES: Final = (
    "Parameter | Type | Required | Description\n:--- | :--- | :--- | :---\nLimit | Integer | Yes | How many.\n"
)
IN_BODY: Final = f"## Request body fields\n\n{HEAD}|Colour|String|No|Which.|\n\n"
IN_HEADER: Final = f"## Request header fields\n\n{HEAD}|X-Lamp-Token|String|Yes|Opens.|\n\n"
IN_QUERY: Final = REQUEST.replace("parameters", "query parameters") + LIMIT
IN_COLUMN: Final = REQUEST.replace("|Type|", "|Type|In|").replace("|--|", "|--|--|", 1) + LIMIT.replace(
    "r|Y", "r|Query|Y"
)
CAPTION: Final = f"Table 1 Query parameters\n\n{HEAD}{LIMIT}\n## Request\n\n"
REFERRING: Final = f"Table 2 Sample\n\n{HEAD}|one|Object|No|See Table 4.|\n|other|Object|No|See Table 3.|\n\n"
REFERRED: Final = f"Table 3 First\n\n{HEAD}|x|String|No|X.|\n\nTable 4 Second\n\n{HEAD}|y|String|No|Y.|\n"
TOKEN: Final = f"Table 1 Parameters in the response header\n\n{FIELDS}|X-Lamp-Token|String|Opens.|\n\n"
BODY: Final = f"Table 2 Parameters in the response body\n\n{FIELDS}{TOTAL}"
OBJECTS: Final[Facts] = {f"body {name}": {"type": "object"} for name in ("one", "other")}


@pytest.mark.parametrize(
    ("content", "more"),
    [
        # Cells that span rows and columns are in each of them.
        (f"{WHOLE}## Error codes\n\n{SPANNING}", {**ERRORS, "error 404 Lamp.Gone": {}}),
        # Examples are below bullets, and below status lines, whose status is that of the fields.
        (f"{BOTH}## Examples\n\n{SAMPLE}", TOTAL_ONLY | EXAMPLE),
        (f"{BOTH}## Sample response\n\n{CREATED}", {"201 Total": INTEGER}),
        # A heading, a column or a caption locates parameters; below a response, it stays there.
        (TOP + URI + IN_BODY + IN_HEADER + IN_QUERY, {"body Colour": STRING, "header X-Lamp-Token": REQUIRED}),
        (TOP + URI + IN_COLUMN, {}),
        (f"{WHOLE}## Response\n\n### Body\n\n{FIELDS}{TOTAL}", TOTAL_ONLY),
        (TOP + URI + CAPTION + REFERRING + REFERRED, {**OBJECTS, "body one.y": STRING, "body other.x": STRING}),
        (
            f"{WHOLE}## Response\n\nStatus code: 201\n\n{TOKEN}{BODY}",
            {"response-header 201 X-Lamp-Token": STRING, "201 Total": INTEGER},
        ),
        # Pipes, labels and definitions take the place of tables.
        (f"CountLamps\n\nRequest parameters\n\n{PIPES}", {}),
        (f"{TOP}## Request Parameters\n\n{LABELS}{LIST}", {"query Colour": OPTIONAL}),
        (f"<html><h1>CountLamps</h1><h2>Request</h2><dl>{DEFINED}</dl></html>", {}),
        (RESTRUCTURED, TOTAL_ONLY | EXAMPLE),
        (
            HTML_IN_MARKDOWN,
            {"operation": {"method": "GET", "path": "/v1/_lamps_"}, "title": {"title": "Counting lamps"}},
        ),
    ],
)
def test_a_page_in_another_form_is_read(content: str, more: Facts) -> None:
    check(content, LIMIT_ONLY | more)


@pytest.mark.parametrize(
    ("content", "place", "lines"),
    [
        (RESTRUCTURED, "200 Total", (20, 20)),
        (RESTRUCTURED, "example 200", (27, 27)),
        (HTML_IN_MARKDOWN, "query Limit", (13, 16)),
    ],
)
def test_facts_have_the_lines_of_their_markup(content: str, place: str, lines: tuple[int, int]) -> None:
    assert read(content).by_place()[place].lines == lines


ROWS: Final = f"{FIELDS}|Stray|String|Whose?|\n\n{REQUEST}{LIMIT}"
SUCCESS: Final = '## Examples\n\nSample success response\n\n```\n{"Total": 7}\n```\n\n'
FAILURE: Final = 'Sample error response\n\n```\n{"Code": "x"}\n```\n'
COLUMNS: Final = WHOLE.replace("Required|", "Required|Whim|").replace("|--", "|--|--", 1).replace("Yes|", "Yes|?|")
OUTSIDE: Final = "a table of fields outside the sections of requests and responses"
IN_PATH: Final = TOP + URI.replace("POST /v1/lamps", "GET /v1/{garden_id}/lamps")
OTHER_LINK: Final = '# Counting<a name="CountLamps"></a>\n\n[Try](https://docs.example/?api=SellLamps)\n\n'


@pytest.mark.parametrize(
    ("content", "unread"),
    [
        (WHOLE.replace("How many.", "One | many."), "Limit: the row has more cells than the table has columns"),
        (COLUMNS, "unknown column: Whim"),
        (f"{WHOLE}## Response\n\n|Lamp|Colour|\n|--|--|\n|a|red|\n", "unknown table header: Lamp, Colour"),
        (f"{WHOLE}- Colour: String. Which colour.\n", "a list that can't be read"),
        (f"{TOP}## Ways to count\n\n{ROWS}", OUTSIDE),
        (f"{TOP}## 计数方式\n\n{ROWS}", OUTSIDE),
        (f"{TOP}## Request rate limits\n\n{ROWS}", OUTSIDE),
        (f"{TOP}## Responses that fail often\n\n{ROWS}", OUTSIDE),
        (f"{TOP}## Ways to count\n\n```\n{{}}\n```\n\n{REQUEST}{LIMIT}", "an example outside the sections of examples"),
        (f"{IN_PATH}{REQUEST}{LIMIT}", "garden_id: no row describes this path parameter"),
        (f"{OTHER_LINK}{REQUEST}{LIMIT}", "the page's links name SellLamps, not CountLamps"),
    ],
)
def test_what_cannot_be_read_is_reported_and_the_rest_is_read(content: str, unread: str) -> None:
    check(content, LIMIT_ONLY, unread)


def test_what_cannot_be_read_of_a_parameter_or_an_error_is_reported() -> None:
    check(WHOLE.replace("Yes", "At night"), {"query Limit": INTEGER}, "Limit: whether it is required can't be read")
    why = "nothing shows if these parameters are in the query or the body"
    check(TOP + URI.replace("POST", "DELETE") + REQUEST + LIMIT, {"body Limit": INTEGER}, why)
    check(BOTH + SUCCESS + FAILURE, LIMIT_ONLY | TOTAL_ONLY | EXAMPLE, "an example of an error without a status")


def test_content_of_an_unknown_status_is_reported() -> None:
    success = 'Status code: 201\n\n```\n{"Total": 7}\n```\n\n'
    examples = f'## Example response\n\n{success}Status code: 4xx\n\n```\n{{"Code": "x"}}\n```\n'
    tables = f"Status code: 201\n\n{FIELDS}{TOTAL}\nStatus code: 4xx\n\n{FIELDS}|Code|String|Why.|\n\n"
    unread = ["an unknown status", "a table of fields of an unknown status"]
    unread += ["an unknown status", "an example of an unknown status"]
    expected: Facts = {"201 Total": INTEGER, "example 201": {"example": {"Total": 7}}}
    check(f"{TOP}## Response\n\n{tables}{examples}", expected, *unread)


def test_a_lost_flag_in_a_plain_text_is_reported_together_with_the_row_above() -> None:
    rows = "a\n\nYes\n\nString\n\nOne.\n\nb\n\nNo\n\nString\n\nTwo.\n\nc\n\nString\n\nThree.\n"
    found = read(PLAIN + rows)
    assert [one.why for one in found.unread] == ["c: whether it is required, or its name, can't be read"]
    assert found.unread[0].lines[0] <= found.by_place()["query b"].lines[1]


@pytest.mark.parametrize("word", ["Parameter", "Required", "Type"])
def test_an_unknown_header_in_a_plain_text_is_reported_with_its_rows(word: str) -> None:
    head = PLAIN.replace("Request parameters", "URI\n\nGET /v1/lamps").replace(word, "Whimsy")
    response = "Response parameters\n\nField\n\nType\n\nDescription\n\nTotal\n\nInteger\n\nAll.\n"
    content = f"{head}a\n\nYes\n\nString\n\nOne.\n\n{response}"
    page = read(content)
    assert "\na\n" in reported(page, content)
    assert "200 Total" in page.by_place()
    assert "query a" not in page.by_place()


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
    assert all(word in str(caught.value) for word in words)
