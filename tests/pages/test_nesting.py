"""Rows belong to the objects that the page shows; a row that nothing assigns to an object is reported."""

from __future__ import annotations

from typing import Any, Final

import pytest

from toolchain.pages.facts import Unread
from toolchain.pages.read.bodies import Bodies
from toolchain.pages.read.cells import Row
from toolchain.pages.read.collected import Collected
from toolchain.pages.read.examples import Example
from toolchain.pages.read.fields import Field, field_of
from toolchain.pages.read.nesting import Part, nested
from toolchain.pages.read.types import is_type, read_type

INTEGER: Final = {"type": "integer", "format": "int32"}


def fields(rows: str, line: int = 1) -> list[Field]:
    """Return the fields of rows such as `Lamp: Array of Lamp: See Table 3.`, separated by semicolons."""
    made = []
    for at, row in enumerate(rows.split(";"), line):
        name, kind, *text = (cell.strip(" ") for cell in row.split(":"))
        field, unread = field_of(Row({"name": name, "type": kind, "description": "".join(text)}, at, at))
        assert unread == []
        made.append(field)
    return made


def parts(*tables: tuple[str | None, str], flat: bool = False) -> list[Part]:
    return [
        Part(caption, fields(rows, 10 * at), 10 * at, flat, number=at) for at, (caption, rows) in enumerate(tables, 1)
    ]


def check(tables: list[Part], example: Any, places: str, *unread: str) -> dict[str, Field]:
    """Check the places of all rows of a body, and everything that is reported."""
    examples = [] if example is None else [example]
    placed, found = nested("200", tables, examples, (90, 99))
    assert [place.removeprefix("200 ") for place, _ in placed if place != "200"] == places.split()
    assert [one.why for one in found] == list(unread)
    return dict(placed)


@pytest.mark.parametrize(
    ("texts", "kind", "items"),
    [
        (
            "Array of Key|List<Key>|array[[*Key*]](#Key)|array[[*Key*](#Key)]|array[Key]|Key[]",
            "array",
            {"schema": "Key"},
        ),
        ("Array of Key objects", "array", {"type": "object", "schema": "Key"}),
        ("Array of strings|string[]|String Array|字符串数组|lista de cadenas", "array", {"type": "string"}),
        ("Array of objects|Array<Object>|对象数组|matriz de objetos", "array", {"type": "object"}),
        ("JSONArray|List|RepeatList|数组|列表|arreglo|lista", "array", {}),
        (
            "Struct|Json|JSONObject|JSON Object|Map<String, String>|String to string map|Dict|对象|objeto|OBJECT",
            "object",
            None,
        ),
        ("STRING|String (1-64)|Enum|Date|UUID|file|text|字符串|字符串类型|cadena", "string", None),
        ("Integer(32)|整数|整型|entero|inteiro|int", "integer", None),
        ("Bool|布尔|布尔值|booleano", "boolean", None),
    ],
)
def test_types_in_the_words_of_many_pages(texts: str, kind: str, items: dict[str, Any] | None) -> None:
    for text in texts.split("|"):
        found = read_type(text)
        assert found is not None, text
        assert (found[0]["type"], found[1]) == (kind, items), text


@pytest.mark.parametrize("text", ["Key", "N/A", "", "-", "Timestamp", "Integer or String", "Secret list", "The lamps"])
def test_an_unknown_type_is_not_read(text: str) -> None:
    assert read_type(text) is None


def test_a_type_in_lower_case_that_may_be_a_field_begins_no_row() -> None:
    assert [is_type(text) for text in ("date", "file", "Date", "string")] == [False, False, True, True]


LAMPS: Final = {"Lamps": {"Lamp": [{"Id": 1, "Bulb": {"Id": 2}}]}, "Total": 1}


@pytest.mark.parametrize(
    ("rows", "example", "places", "unread"),
    [
        # Marks of depth, in any characters.
        ("Lamp:;└Id:int;└Bulb:Struct;└└Watts:int;Total:int", None, "Lamp Lamp.Id Lamp.Bulb Lamp.Bulb.Watts Total", 1),
        (">A:Struct;>>Id:int;Total:int", {"A": {"Id": 1}, "Total": 1}, "A A.Id Total", 1),
        ("A:Struct;-Id:int;--X:int", {"A": {"Id": 1}}, "A A.Id A.Id.X", 0),
        # Names that are paths; the name of a key that has a dot is none.
        ("a:Struct;a.b:Array of objects;a.b[].c:int", None, "a a.b a.b[] a.b[].c", 0),
        ("a:List;a.N.b:int", {"a": [{"b": 1}]}, "a a[] a[].b", 0),
        ("a.b:int;c:int", {"a.b": 1, "c": 2}, "a.b c", 0),
        ("x.b:int;c:int", None, "x.b c", 1),
        # The example: arrays of a schema, rows without a type, objects that no row describes.
        ("Lamps:Array of Lamp;Lamp:;Id:int;Total:int", {"Lamps": [{"Id": 1}], "Total": 1},
         "Lamps Lamps[] Lamps[].Id Total", 0),
        ("Lamps:Array of Lamp;Lamp:;Id:int;Total:int", {"Lamps": {"Lamp": [{"Id": 1}]}, "Total": 1},
         "Lamps Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id Total", 0),
        ("Lamps:Array of Lamp;Lamp:;Id:int", {"Lamps": {"Lamp": [{"Id": 1}], "Count": 1}},
         "Lamps Lamps[] Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id", 1),
        ("Lamps:;Lamp:;Id:int;Bulb:Struct;Id:int;Total:int", LAMPS,
         "Lamps Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id Lamps.Lamp[].Bulb Lamps.Lamp[].Bulb.Id Total", 0),
        ("Id:int;Total:int", {"data": {"Id": 1}, "Total": 1}, "data.Id Total", 1),
        ("Lamps:List;Id:int;Hue:int;Total:int", {"Lamps": [{"Id": 1}, {"Hue": 2}], "Total": 1},
         "Lamps Lamps[] Lamps[].Id Lamps[].Hue Total", 0),
        ("A:;Id:String;Total:int", {"A": {"Id": [{"Id": "x"}]}, "Total": 1}, "A A.Id[].Id Total", 1),
        # An object that is empty in the example has the rows below it, not one that has a row further down.
        ("A:Struct;Id:int;B:Struct;Id:int;Total:int", {"A": {}, "B": {"Id": 1}, "Total": 1}, "A A.Id B B.Id Total", 1),
        # Nothing decides it.
        ("A:Struct;Id:int;Total:int", None, "A A.Id A.Total", 2),
        ("Names:List;Total:int", {"Names": ["a"], "Total": 1}, "Names Names[] Total", 0),
        # The table and the example contradict each other.
        ("A:Array of strings;Total:int", {"A": {}, "Total": 1}, "A A[] Total", 1),
        ("Id:int;Total:int", {"Lamp": 1}, "Id Total", 1),
        ("A:Struct;Id:int", {"A": {"X": 1}, "B": {"Id": 1}}, "A B.Id", 2),
    ],
)  # fmt: skip
def test_the_rows_of_one_table(rows: str, example: Any, places: str, unread: int) -> None:
    placed, found = nested("200", parts((None, rows), flat=True), [] if example is None else [example])
    assert [place.removeprefix("200 ") for place, _ in placed if place != "200"] == places.split()
    assert len(found) == unread, found


@pytest.mark.parametrize(
    ("tables", "example", "places", "unread"),
    [
        # By a path, a variant of the name of a type or field, words around it, a number in a description.
        ([("p", "links:Object;projects:JSONArray"), ("projects", "links:Object"), ("projects.links", "self:String"),
          ("links", "next:String")],
         {"links": {"next": ""}, "projects": [{"links": {"self": ""}}]},
         "links projects projects[] links.next projects[].links projects[].links.self", []),
        ([("Body", "lamp:Object"), ("lamp字段说明", "id:int")], None, "lamp lamp.id", []),
        ([("Body", "lamps:Array of Lamp;bulb:Bulb"), ("Bulb", "watts:int"), ("Lamp", "id:int")], None,
         "lamps lamps[] bulb lamps[].id bulb.watts", []),
        ([("Body", "a:Object:See Table 3.;b:Object:See Table 2."), ("One", "x:int"), ("Other", "y:int")], None,
         "a b a.y b.x", []),
        # Tables without captions: the example, or nothing, distinguishes breadth first from depth first.
        ([(None, "a:Object;b:Object"), (None, "c:Object"), (None, "x:int"), (None, "y:int")],
         {"a": {"c": {"x": 1}}, "b": {"y": 1}}, "a b a.c a.c.x b.y", []),
        ([(None, "a:Object;b:Object"), (None, "c:Object"), (None, "x:int"), (None, "y:int")], None, "a b a.c b.x a.c.y",
         ["only the order of the tables shows which object has these fields; it could be another"] * 2),
        # No row describes it, and only a caption names it.
        ([("Body", "token:Object"), ("token", "id:int"), ("token.roles", "name:String")], None,
         "token token.id token.roles.name",
         ["token.roles: no row describes it; only the caption of a table names it"]),
        ([("Body", "a:Object;b:Object"), ("x", "y:int")], None, "a b",
         ["a: no table has its fields", "b: no table has its fields", "a table that belongs to no object"]),
        # A caption that names no object: the last table is that of the last object, others need the example.
        ([("Body", "a:Object;b:Object"), ("a", "x:int"), ("c", "y:int")], None, "a b a.x b.y", []),
        ([("Body", "a:Object;b:Object"), ("c", "x:int"), ("d", "y:int")], {"a": {"x": 1}, "b": {"y": 1}},
         "a b a.x b.y", ["its caption names no object; the example has its fields in a"]),
        # A table that lists the body's fields again, for another case, belongs to no object.
        ([(None, "a:int;b:int;c:int;d:Object"), (None, "a:int;b:int;c:int;e:int")], None, "a b c d e",
         ["another table of the same fields; nothing shows when each one applies", "d: no row has its fields"]),
        ([(None, "a:int;d:Object"), (None, "a:int;e:int")], None, "a d d.a d.e", []),
        # The table of the body is lost; the first one left is that of an object.
        ([("Lamp", "id:int")], None, "id", ["Lamp: no table above it has the fields of the body"]),
        ([("Lamp", "id:int")], {"id": 1}, "id", []),
    ],
)  # fmt: skip
def test_the_tables_of_objects(
    tables: list[tuple[str | None, str]], example: Any, places: str, unread: list[str]
) -> None:
    check(parts(*tables), example, places, *unread)


def test_all_rows_of_a_table_that_belongs_to_no_object_are_reported() -> None:
    _, found = nested("200", parts(("Body", "a:Object;b:Object"), ("x", "y:int;z:int;w:int")), [])
    rows = [one for one in found if one.why == "a table that belongs to no object"]
    fields = parts(("Body", "a:Object;b:Object"), ("x", "y:int;z:int;w:int"))[1].fields
    assert [one.lines for one in rows] == [(fields[0].lines[0], fields[-1].lines[1])]


@pytest.mark.parametrize(
    ("row", "example", "aspects", "why"),
    [
        ("A:N/A", {"A": {"B": 1}}, {"type": "object"}, ""),
        ("A:", {"A": [1]}, {"type": "array"}, ""),
        ("A:", {"A": "x"}, {"type": "string"}, ""),
        ("A:-", None, {}, "A: the page states no type"),
        ("A:Blob", {"A": "x"}, {}, "A: the type can't be read"),
        ("A:Key", {"A": {"B": 1}}, {"type": "object", "schema": "Key"}, ""),
        ("A:Array of Key", {"A": ["x"]}, {"type": "array"}, "A: the type of its elements can't be read"),
        ("A:String", {"A": {"B": 1}}, {"type": "string"}, "A: a value (string) in the table, an object in the example"),
    ],
)
def test_the_type_of_a_row(row: str, example: Any, aspects: dict[str, Any], why: str) -> None:
    placed, found = nested("200", parts((None, row)), [] if example is None else [example])
    shown = {name: value for name, value in dict(placed)["200 A"].aspects.items() if name != "wording"}
    assert shown == aspects
    assert [one.why for one in found] == ([why] if why else [])


def test_a_body_that_is_an_array() -> None:
    check(parts(("Body", ":Array of Lamp;id:int")), [{"id": 1}], "200[] 200[].id")


def bodies(named: tuple[int, ...], table: int | None, *examples: int | None) -> tuple[set[str], list[Unread]]:
    found = Collected()
    for status in named:
        found.add_status(str(status), (1, 1), None)
    made = Bodies(found)
    made.add_response(table, parts((None, "Id:int"))[0], are_headers=False)
    for shown in examples:
        made.add_example(shown, Example({"Id": 1}, 5, 6))
    made.finish()
    return {place for place in found.facts if place.endswith(" Id")}, found.unread


@pytest.mark.parametrize(
    ("named", "table", "examples", "place", "reports"),
    [
        ((), None, (None,), "200 Id", 0),
        ((200, 201, 400), None, (201,), "201 Id", 0),
        ((201, 400), None, (None,), "201 Id", 0),
        ((200, 202), None, (None,), "200 Id", 1),
        ((204, 201), None, (), "201 Id", 1),
        ((200, 201), 201, (200,), "201 Id", 0),
    ],
)
def test_the_status_of_a_table_that_names_none(
    named: tuple[int, ...], table: int | None, examples: tuple[int | None, ...], place: str, reports: int
) -> None:
    places, unread = bodies(named, table, *examples)
    assert places == {place}
    assert len(unread) == reports
