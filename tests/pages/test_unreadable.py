"""What can't be read is reported with its lines: it never vanishes, and never becomes another fact."""

from __future__ import annotations

import pytest

from pages import made_pages
from pages.checks import read, reported
from pages.writer import BY_TABLES, IN_ONE_TABLE

LINES = "a cell a line"
ENDED = "a pipe behind each cell"
ROWS = "rows between pipes"


def by_tables(layout: str = LINES) -> str:
    return BY_TABLES[layout](made_pages.BY_TABLES, "en").content


def in_one_table() -> str:
    return IN_ONE_TABLE["joined cells"](made_pages.IN_ONE_TABLE, "en").content


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


@pytest.mark.parametrize("layout", [LINES, ENDED, ROWS, "Markdown", "HTML"])
@pytest.mark.parametrize(
    ("kind", "name", "place"),
    [("Integer", "limit", "query limit"), ("Long", "current_count", "200 page_info.current_count")],
)
def test_an_unknown_type_is_reported(layout: str, kind: str, name: str, place: str) -> None:
    content = by_tables(layout).replace(kind, "Blob")
    page = read(content)
    assert name in reported(page, content)
    # Where each cell is known by its column, the row keeps its name.
    fact = page.by_place().get(place)
    assert (fact is not None) == (layout != LINES)
    assert fact is None or "type" not in fact.aspects


JOINED, TABLES, TABLES_OF_ROWS = in_one_table(), by_tables(), by_tables(ROWS)


@pytest.mark.parametrize(
    ("content", "line", "lost"),
    [
        # A type, a name or a flag is lost.
        (replaced(JOINED, "PageSizeinteger", "PageSizeblob"), "PageSizeblob", "query PageSize"),
        (replaced(JOINED, "TotalCountlong", "TotalCountblob"), "TotalCountblob", "200 TotalCount"),
        (replaced(JOINED, "PageSizeintegerYes", "integerYes"), "integerYes", "query "),
        (without(TABLES, "Integer"), "limit", "query limit"),
        (without(by_tables(ENDED), "Integer |"), "limit", "query limit"),
        (without(TABLES, "limit", "No"), "How many lamps", "query limit"),
        (without(by_tables(ENDED), "limit |", "No |"), "How many lamps", "query limit"),
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


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The default value is red.", "The default value depends on the house."),
        ("Valid values:", "Valid values: of many kinds, such as these."),
        ("The value ranges from 1 to 2,000.", "Value range: more than one."),
    ],
)
def test_a_phrase_that_cannot_be_read_is_reported(old: str, new: str) -> None:
    content = replaced(TABLES, old, new)
    assert new in reported(read(content), content)


@pytest.mark.parametrize("layout", BY_TABLES)
@pytest.mark.parametrize("header", ["Type", "Parameter", "Description"])
def test_a_table_with_an_unknown_header_is_read_by_its_rows_or_reported(layout: str, header: str) -> None:
    before, after = by_tables(layout).split("Response Parameters", 1)
    content = f"{before}Response Parameters{after.replace(header, 'Gadget')}"
    page = read(content)
    assert "200 lamps" in page.by_place() or "lamps" in reported(page, content)


def test_an_object_without_a_table_is_reported() -> None:
    before, rest = TABLES.split("Table 9 page_info")
    content = before + rest[rest.index("Status code: 404") :]
    page = read(content)
    assert "page_info" in reported(page, content)
    assert "200 page_info.current_count" not in page.by_place()


def test_the_last_object_gets_the_last_table_whatever_its_caption() -> None:
    page = read(replaced(TABLES, "Table 9 page_info", "Table 9 garden"))
    assert not page.unread
    assert "200 page_info.current_count" in page.by_place()


def test_tables_that_belong_to_no_object_are_reported() -> None:
    content = replaced(TABLES, "Table 9 page_info", "Table 9 garden").replace("Table 8 Lamp", "Table 8 shed")
    expected = "its caption names no object; the example has its fields in lamps"
    assert [unread.why for unread in read(content).unread] == [expected]
    without_example = read(content.replace("{", "(").replace("}", ")"))
    assert {unread.why for unread in without_example.unread} >= {
        "lamps: no table has its fields",
        "page_info: no table has its fields",
        "a table that belongs to no object",
    }


def test_a_row_that_repeats_another_with_different_content_is_reported() -> None:
    row = next(line for line in TABLES_OF_ROWS.split("\n") if line.startswith("| limit"))
    assert read(replaced(TABLES_OF_ROWS, row, f"{row}\n{row}")).unread == ()
    page = read(replaced(TABLES_OF_ROWS, row, f"{row}\n{row.replace('100', '99')}"))
    assert [unread.why for unread in page.unread] == ["query limit: stated twice, with different content"]
    assert page.by_place()["query limit"].aspects["default"] == 100


def test_a_field_is_in_the_object_that_has_it_in_the_example() -> None:
    assert {"200 Hue", "200 LampList[].Hue"} <= set(read(JOINED.replace("TotalCount", "Hue")).by_place())


def test_a_section_without_a_table_is_reported_only_if_it_states_something() -> None:
    table = "| Parameter | Type |\n| limit | String |"
    content = f"Lamps\nURI\nGET /v9/lamps\n{table}\nRequest Parameters\n{{}}\nResponse Parameters\n"
    assert read(content.format("None")).unread == ()
    assert [unread.lines for unread in read(content.format("As above.")).unread] == [(7, 7)]
