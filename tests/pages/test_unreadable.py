"""What no rule can read is reported with its lines: it never vanishes, and never becomes another fact."""

from __future__ import annotations

import pytest

from pages import made_pages
from pages.checks import read, reported
from pages.writer import BY_TABLES, IN_ONE_TABLE, Written

LINES = "a cell a line"
ENDED = "a pipe behind each cell"


def by_tables(layout: str = LINES) -> Written:
    return BY_TABLES[layout](made_pages.BY_TABLES, "en")


def in_one_table(layout: str = "run together") -> Written:
    return IN_ONE_TABLE[layout](made_pages.IN_ONE_TABLE, "en")


def without(written: Written, *cells: str) -> str:
    """Take lines out of a page that stand in this order, with only empty ones between."""
    lines = written.content.split("\n")
    shown = [at for at, line in enumerate(lines) if line]
    texts = [lines[at] for at in shown]
    first = next(at for at in range(len(texts)) if texts[at : at + len(cells)] == list(cells))
    del lines[shown[first]]
    return "\n".join(lines)


def replaced(written: Written, old: str, new: str) -> str:
    assert old in written.content
    return written.content.replace(old, new, 1)


def check_reported(content: str, *words: str, but: tuple[str, ...] = ()) -> None:
    page = read(content)
    for word in words:
        assert word in reported(page, content)
    assert not set(but) & set(page.by_place())


@pytest.mark.parametrize("layout", [LINES, ENDED, "rows between pipes", "rows with pipes inside", "Markdown", "HTML"])
@pytest.mark.parametrize("kind", ["Integer", "Long"])
def test_an_unknown_type_is_reported(layout: str, kind: str) -> None:
    old, name = {"Integer": ("Integer", "limit"), "Long": ("Long", "current_count")}[kind]
    content = by_tables(layout).content.replace(old, "Blob")
    check_reported(content, name)
    places = {"Integer": f"query {name}", "Long": f"200 page_info.{name}"}
    # Where each cell is known by its column, the row keeps its name.
    fact = read(content).by_place().get(places[kind])
    assert (fact is not None) == (layout != LINES)
    assert fact is None or "type" not in fact.aspects


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [("PageSizeinteger", "PageSizeblob", "query PageSize"), ("TotalCountlong", "TotalCountblob", "200 TotalCount")],
)
def test_an_unknown_type_of_a_row_that_was_run_together_is_reported(old: str, new: str, place: str) -> None:
    check_reported(replaced(in_one_table(), old, new), new, but=(place,))


@pytest.mark.parametrize("layout", [LINES, ENDED])
def test_a_name_that_vanished_is_reported(layout: str) -> None:
    end = " |" if layout == ENDED else ""
    content = without(by_tables(layout), f"limit{end}", f"No{end}")
    page = read(content)
    assert {"query limit", "query Yes", "query No"} & set(page.by_place()) == set()
    assert "How many lamps" in reported(page, content)
    assert "query colour" in page.by_place()


def test_a_name_that_vanished_of_a_field_is_reported() -> None:
    content = without(by_tables(), "watts", "Double")
    assert "How much it takes." in reported(read(content), content)


def test_a_name_that_vanished_of_a_row_that_was_run_together_is_reported() -> None:
    check_reported(replaced(in_one_table(), "PageSizeintegerYes", "integerYes"), "integerYes", but=("query ",))


@pytest.mark.parametrize("layout", [LINES, ENDED])
def test_a_type_that_vanished_is_reported(layout: str) -> None:
    end = " |" if layout == ENDED else ""
    check_reported(without(by_tables(layout), f"Integer{end}"), "limit", but=("query limit",))


def test_an_object_without_a_table_is_reported() -> None:
    before, rest = by_tables().content.split("Table 9 page_info")
    rest = rest[rest.index("Status code: 404") :]
    content = before + rest
    check_reported(content, "page_info", but=("200 page_info.current_count",))


def test_one_object_and_one_table_that_nothing_else_needs_belong_together() -> None:
    content = replaced(by_tables(), "Table 9 page_info", "Table 9 garden")
    page = read(content)
    assert not page.unread
    assert "200 page_info.current_count" in page.by_place()


def test_a_table_of_no_object_is_reported() -> None:
    content = replaced(by_tables(), "Table 9 page_info", "Table 9 garden").replace("Table 8 Lamp", "Table 8 shed")
    page = read(content)
    assert [unread.why for unread in page.unread] == [
        "its caption names no object, and the example has its fields in lamps"
    ]
    page = read(content.replace("{", "(").replace("}", ")"))
    assert {unread.why for unread in page.unread} >= {
        "lamps: no table has its fields",
        "page_info: no table has its fields",
        "a table that belongs to no object",
    }


def test_an_example_that_is_no_json_is_reported() -> None:
    content = replaced(by_tables(), '"lamps": [', '"lamps": [,')
    check_reported(content, '"lamps"', but=("example 200",))


@pytest.mark.parametrize("layout", BY_TABLES)
def test_a_table_with_unknown_columns_is_read_by_its_rows_or_reported(layout: str) -> None:
    before, after = by_tables(layout).content.split("Response Parameters", 1)
    for old, new in (("Type", "Gadget"), ("Parameter", "Gadget"), ("Description", "Gadget")):
        content = f"{before}Response Parameters{after.replace(old, new)}"
        page = read(content)
        assert "200 lamps" in page.by_place() or "lamps" in reported(page, content)


def test_a_heading_that_was_run_together_of_unknown_columns_is_reported() -> None:
    content = replaced(in_one_table(), "ParameterTypeRequiredDescriptionExample", "ParameterKindRequiredRemarks")
    check_reported(content, "ColourstringNo", "PageSizeintegerYes", but=("query Colour",))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("The default value is red.", "The default value depends on the house."),
        ("Valid values:", "Valid values: of many kinds, such as these."),
        ("The value ranges from 1 to 2,000.", "Value range: more than one."),
    ],
)
def test_a_phrase_that_no_rule_reads_is_reported(old: str, new: str) -> None:
    check_reported(replaced(by_tables(), old, new), new)


def test_an_error_without_a_status_is_reported() -> None:
    content = by_tables("rows between pipes").content
    content = content.replace("| Status Code | Error Code |", "| Error Code |").replace(
        "| 404 | LAMP.0404 |", "| LAMP.0404 |"
    )
    check_reported(content, "LAMP.0404", but=("error 404 LAMP.0404",))


def test_what_is_said_twice_and_differently_is_reported() -> None:
    written = by_tables("rows between pipes")
    row = next(line for line in written.content.split("\n") if line.startswith("| limit"))
    page = read(replaced(written, row, f"{row}\n{row}"))
    assert page.unread == ()
    page = read(replaced(written, row, f"{row}\n{row.replace('100', '99')}"))
    assert [unread.why for unread in page.unread] == ["query limit: said a second time, and differently"]
    assert page.by_place()["query limit"].aspects["default"] == 100


def test_a_field_that_the_example_does_not_show_is_reported() -> None:
    content = in_one_table().content.replace('"TotalCount": 7', '"Other": 7')
    check_reported(content, "TotalCountlong")


def test_a_field_has_the_object_that_the_example_shows() -> None:
    written = in_one_table()
    content = written.content.replace("TotalCount", "Hue")
    assert "200 Hue" in read(content).by_place()
    assert "200 LampList[].Hue" in read(content).by_place()


def test_a_permission_that_no_rule_knows_is_reported() -> None:
    check_reported(
        replaced(in_one_table(), "LeakListget", "LeakListsometimes"), "LeakListsometimes", but=("permission",)
    )


def test_a_date_that_no_rule_knows_is_reported() -> None:
    check_reported(replaced(by_tables(), "2025-03-04", "the ides of March"), "the ides of March", but=("page",))


def test_a_section_without_a_table_says_so_only_if_it_says_something() -> None:
    table = "| Parameter | Type |\n| limit | String |"
    content = f"Lamps\nURI\nGET /v9/lamps\n{table}\nRequest Parameters\n{{}}\nResponse Parameters\n"
    assert read(content.format("None")).unread == ()
    assert [unread.lines for unread in read(content.format("As above.")).unread] == [(7, 7)]
