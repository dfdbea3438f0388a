"""Rows belong to the objects that the page shows; a row that nothing assigns to an object is reported."""

from __future__ import annotations

from typing import Any, Final

import pytest

from toolchain.pages.facts import WORDING, Unread
from toolchain.pages.read.bodies import Bodies
from toolchain.pages.read.cells import Row
from toolchain.pages.read.collected import Collected
from toolchain.pages.read.examples import Example
from toolchain.pages.read.fields import Field, field_of
from toolchain.pages.read.nesting import Part, nested
from toolchain.pages.read.types import is_type, read_type


@pytest.mark.parametrize(
    ("texts", "kind", "items"),
    [
        ("Array of Key|List<Key>|array[[*Key*]](#Key)|array[[*Key*](#Key)]|array[Key]", "array", {"schema": "Key"}),
        ("Key[]", "array", {"schema": "Key"}),
        ("Array of Key objects", "array", {"type": "object", "schema": "Key"}),
        ("Array of strings|string[]|String Array|字符串数组|lista de cadenas", "array", {"type": "string"}),
        ("Array of objects|Array<Object>|对象数组|matriz de objetos", "array", {"type": "object"}),
        ("JSONArray|List|RepeatList|数组|列表|arreglo|lista", "array", {}),
        ("Struct|Json|JSONObject|JSON Object|Map<String, String>|String to string map|Dict|OBJECT", "object", None),
        ("对象|objeto", "object", None),
        ("STRING|String (1-64)|Enum|Date|UUID|file|text|字符串|字符串类型|cadena", "string", None),
        ("Integer(32)|整数|整型|entero|inteiro|int", "integer", None),
        ("Bool|布尔|布尔值|booleano", "boolean", None),
    ],
)  # fmt: skip
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


def fields_of(rows: str, line: int = 1) -> list[Field]:
    """Return the fields of rows such as `Lamp: Array of Lamp: See Table 3.`, separated by semicolons."""
    fields = []
    for at, row in enumerate(rows.split(";"), line):
        name, kind, *text = (cell.strip(" ") for cell in row.split(":"))
        field, unread = field_of(Row({"name": name, "type": kind, "description": "".join(text)}, at, at))
        assert unread == []
        fields.append(field)
    return fields


def read_body(tables: str, example: Any) -> tuple[dict[str, Field], list[Unread]]:
    """Return the fields of tables such as `#Lamp id:int`, by place; without `#`, of one table of all levels."""
    parts = [Part(None, fields_of(tables, 10), 10, flat=True, number=1)]
    if tables.startswith("#"):
        parts = []
        for at, table in enumerate(tables[1:].split("#"), 1):
            caption, _, rows = table.partition(" ")
            parts.append(Part(caption or None, fields_of(rows.strip(), 10 * at), 10 * at, flat=False, number=at))
    placed, unread = nested("200", parts, [] if example is None else [example], (90, 99))
    fields = {place.removeprefix("200 "): field for place, field in placed}
    assert len(fields) == len(placed)
    return fields, unread


BULBS: Final = {"Lamps": {"Lamp": [{"Id": 1, "Bulb": {"Id": 2}}]}, "Total": 1}
ORDER: Final = "only the order of the tables shows which object has these fields; it could be another"
CASE: Final = "another table of the same fields; nothing shows when each one applies"


@pytest.mark.parametrize(
    ("tables", "example", "places", "unread"),
    [
        # Marks of depth, in any characters.
        ("Lamp:;└Id:int;└Bulb:Struct;└└Watts:int;Total:int", None, "Lamp Lamp.Id Lamp.Bulb Lamp.Bulb.Watts Total",
         ["Lamp: no example shows whether it is an object or an array of objects"]),
        (">A:Struct;>>Id:int;Total:int", {"A": {"Id": 1}, "Total": 1}, "A A.Id Total",
         ["A: its marks point to a row above it, but there is none"]),
        ("A:Struct;-Id:int;--X:int", {"A": {"Id": 1}}, "A A.Id A.Id.X", []),
        # Names that are paths; the name of a key that has a dot is none.
        ("a:Struct;a.b:Array of objects;a.b[].c:int", None, "a a.b a.b[] a.b[].c", []),
        ("a:List;a.N.b:int", {"a": [{"b": 1}]}, "a a[] a[].b", []),
        ("a.b:int;c:int", {"a.b": 1, "c": 2}, "a.b c", []),
        ("x.b:int;c:int", None, "x.b c", ["x.b: no row and no example shows what x is"]),
        # The example: arrays of a schema, rows without a type, objects that no row describes.
        ("Lamps:Array of Lamp;Lamp:;Id:int;Total:int", {"Lamps": [{"Id": 1}], "Total": 1},
         "Lamps Lamps[] Lamps[].Id Total", []),
        ("Lamps:Array of Lamp;Lamp:;Id:int;Total:int", {"Lamps": {"Lamp": [{"Id": 1}]}, "Total": 1},
         "Lamps Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id Total", []),
        ("Lamps:Array of Lamp;Lamp:;Id:int", {"Lamps": {"Lamp": [{"Id": 1}], "Count": 1}},
         "Lamps Lamps[] Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id",
         ["Lamps: an array in the table, an object in the example"]),
        ("Lamps:;Lamp:;Id:int;Bulb:Struct;Id:int;Total:int", BULBS,
         "Lamps Lamps.Lamp Lamps.Lamp[] Lamps.Lamp[].Id Lamps.Lamp[].Bulb Lamps.Lamp[].Bulb.Id Total", []),
        ("Id:int;Total:int", {"data": {"Id": 1}, "Total": 1}, "data.Id Total",
         ["Id: the example has it in data, which no row describes"]),
        ("Lamps:List;Id:int;Hue:int;Total:int", {"Lamps": [{"Id": 1}, {"Hue": 2}], "Total": 1},
         "Lamps Lamps[] Lamps[].Id Lamps[].Hue Total", []),
        ("A:;Id:String;Total:int", {"A": {"Id": [{"Id": "x"}]}, "Total": 1}, "A A.Id[].Id Total",
         ["Id: the example has it in A.Id[], which no row describes"]),
        # An object that is empty in the example has the rows below it, not one that has a row further down.
        ("A:Struct;Id:int;B:Struct;Id:int;Total:int", {"A": {}, "B": {"Id": 1}, "Total": 1}, "A A.Id B B.Id Total",
         ["Id: no example shows which object has it"]),
        # Nothing decides it.
        ("A:Struct;Id:int;Total:int", None, "A A.Id A.Total",
         [f"{name}: no example shows which object has it" for name in ("Id", "Total")]),
        ("Names:List;Total:int", {"Names": ["a"], "Total": 1}, "Names Names[] Total", []),
        # The table and the example contradict each other.
        ("A:Array of strings;Total:int", {"A": {}, "Total": 1}, "A A[] Total",
         ["A: an array in the table, an object in the example"]),
        ("Id:int;Total:int", {"Lamp": 1}, "Id Total", ["the example has none of these fields; it has Lamp"]),
        ("A:Struct;Id:int", {"A": {"X": 1}, "B": {"Id": 1}}, "A B.Id",
         ["Id: the example has it in B, which no row describes", "A: no row has its fields"]),
        # The body is an array.
        ("#Body :Array of Lamp;id:int", [{"id": 1}], "200[] 200[].id", []),
        # A path, a variant of the name of a type or field, words around it, or a number in a description.
        ("#p links:Object;projects:JSONArray #projects links:Object #projects.links self:String #links next:String",
         {"links": {"next": ""}, "projects": [{"links": {"self": ""}}]},
         "links projects projects[] links.next projects[].links projects[].links.self", []),
        ("#Body lamp:Object #lamp字段说明 id:int", None, "lamp lamp.id", []),
        ("#Body lamps:Array of Lamp;bulb:Bulb #Bulb watts:int #Lamp id:int", None,
         "lamps lamps[] bulb lamps[].id bulb.watts", []),
        ("#Body a:Object:See Table 3.;b:Object:See Table 2. #One x:int #Other y:int", None, "a b a.y b.x", []),
        # Tables without captions: the example, or nothing, distinguishes breadth first from depth first.
        ("# a:Object;b:Object # c:Object # x:int # y:int", {"a": {"c": {"x": 1}}, "b": {"y": 1}},
         "a b a.c a.c.x b.y", []),
        ("# a:Object;b:Object # c:Object # x:int # y:int", None, "a b a.c b.x a.c.y", [ORDER, ORDER]),
        # No row describes it, and only a caption names it.
        ("#Body token:Object #token id:int #token.roles name:String", None, "token token.id token.roles.name",
         ["token.roles: no row describes it; only the caption of a table names it"]),
        ("#Body a:Object;b:Object #x y:int;z:int;w:int", None, "a b",
         ["a: no table has its fields", "b: no table has its fields", "a table that belongs to no object"]),
        # A caption that names no object: the last table is that of the last object, others need the example.
        ("#Body a:Object;b:Object #a x:int #c y:int", None, "a b a.x b.y", []),
        ("#Body a:Object;b:Object #c x:int #d y:int", {"a": {"x": 1}, "b": {"y": 1}}, "a b a.x b.y",
         ["its caption names no object; the example has its fields in a"]),
        # A table that lists the body's fields again, for another case, belongs to no object.
        ("# a:int;b:int;c:int;d:Object # a:int;b:int;c:int;e:int", None, "a b c d e",
         [CASE, "d: no row has its fields"]),
        ("# a:int;d:Object # a:int;e:int", None, "a d d.a d.e", []),
        # The table of the body is lost; the first one left is that of an object.
        ("#Lamp id:int", None, "id", ["Lamp: no table above it has the fields of the body"]),
        ("#Lamp id:int", {"id": 1}, "id", []),
    ],
)  # fmt: skip
def test_rows_belong_to_objects(tables: str, example: Any, places: str, unread: list[str]) -> None:
    fields, found = read_body(tables, example)
    assert [place for place in fields if place != "200"] == places.split()
    assert [one.why for one in found] == unread
    # All rows of a table that belongs to no object are reported.
    assert all(one.lines == (20, 22) for one in found if one.why == "a table that belongs to no object")


@pytest.mark.parametrize(
    ("row", "example", "aspects", "unread"),
    [
        ("A:N/A", {"A": {"B": 1}}, {"type": "object"}, []),
        ("A:", {"A": [1]}, {"type": "array"}, []),
        ("A:", {"A": "x"}, {"type": "string"}, []),
        ("A:-", None, {}, ["A: the page states no type"]),
        ("A:Blob", {"A": "x"}, {}, ["A: the type can't be read"]),
        ("A:Key", {"A": {"B": 1}}, {"type": "object", "schema": "Key"}, []),
        ("A:Array of Key", {"A": ["x"]}, {"type": "array"}, ["A: the type of its elements can't be read"]),
        ("A:String", {"A": {"B": 1}}, {"type": "string"},
         ["A: a value (string) in the table, an object in the example"]),
    ],
)  # fmt: skip
def test_the_type_of_a_row(row: str, example: Any, aspects: dict[str, Any], unread: list[str]) -> None:
    fields, found = read_body(f"# {row}", example)
    assert {name: value for name, value in fields["A"].aspects.items() if name != WORDING} == aspects
    assert [one.why for one in found] == unread


@pytest.mark.parametrize(
    ("statuses", "table", "examples", "place", "reports"),
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
    statuses: tuple[int, ...], table: int | None, examples: tuple[int | None, ...], place: str, reports: int
) -> None:
    found = Collected()
    for status in statuses:
        found.add_status(str(status), (1, 1), None)
    bodies = Bodies(found)
    bodies.add_response(table, Part(None, fields_of("Id:int"), 1, flat=False, number=1), are_headers=False)
    for status_of_example in examples:
        bodies.add_example(status_of_example, Example({"Id": 1}, 5, 6))
    bodies.finish()
    assert {name for name in found.facts if name.endswith(" Id")} == {place}
    assert len(found.unread) == reports
