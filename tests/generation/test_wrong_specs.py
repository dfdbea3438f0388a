"""A wrong spec is refused with the place of the fault, and nothing is written."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from generation.spec_factory import show, small_spec, tree, write_spec
from toolchain.__main__ import main
from toolchain.document import SpecError
from toolchain.generate import generate

Edits = dict[str, Any]
GONE: Any = object()
SHORT = {
    "get": "paths/~1things~1{thing_id}/get",
    "post": "paths/~1things~1{thing_id}/post",
    "paging": "paths/~1things~1{thing_id}/get/x-paging",
    "second": "paths/~1others~1{other_id}/get",
    "schemas": "components/schemas",
    "fields": "components/schemas/FakeResponse/properties",
    "field": "components/schemas/Body/properties/a",
}
"""The first word of a place, and the pointer that it stands for."""
TEXT = {"type": "string"}
SECRET = {"type": "string", "format": "password"}
OBJECT = {"type": "object", "properties": {}}
RESPONSE = {"$ref": "#/components/schemas/FakeResponse"}
REQUEST = {"required": True, "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}}
OTHER = [{"url": "https://other.example"}]


def pointer_of(place: str) -> str:
    first, slash, rest = place.partition("/")
    return f"{SHORT.get(first, first)}{slash}{rest}"


def edit(document: dict[str, Any], edits: Edits) -> None:
    """Set, append (to `-`) or remove (GONE) the value at each place."""
    for place, value in edits.items():
        node: Any = document
        *path, last = (key.replace("~1", "/") for key in pointer_of(place).split("/"))
        for key in path:
            node = node[int(key)] if isinstance(node, list) else node[key]
        if last == "-":
            node.append(value)
        elif value is GONE:
            del node[int(last) if isinstance(node, list) else last]
        else:
            node[int(last) if isinstance(node, list) else last] = copy.deepcopy(value)


def query(name: str, schema: dict[str, Any], **more: Any) -> Edits:
    return {"name": name, "in": "query", "schema": schema, **more}


def array(**more: Any) -> Edits:
    return {"get/parameters/-": query("list", {"type": "array", "items": TEXT}, **more)}


def second(name: str) -> Edits:
    return {"paths/~1others~1{other_id}": {"get": show(small_spec()) | {"operationId": name}}}


def reading(**entry: Any) -> Edits:
    return {"get/x-reading": [{"page": 1, "taken": 2, **entry}]}


def constraint(**names: list[str]) -> Edits:
    return {"get/x-constraints": [{kind.replace("_", "-"): of for kind, of in names.items()}]}


def body(**schema: Any) -> Edits:
    return {"schemas/Body": schema}


SMALL: dict[str, tuple[Edits, str]] = {
    "no paths": ({"paths": GONE}, "paths: not an OpenAPI document"),
    "version": ({"openapi": "3.0.3"}, "openapi: must be 3.1.x"),
    "no title": ({"info/title": GONE}, "info: "),
    "dangling ref": ({"schemas/Kind": GONE}, "get/parameters/1/schema/$ref: leads nowhere"),
    "ref to a file": (
        {"get/parameters/1/schema": {"$ref": "other.yaml#/x"}},
        "get/parameters/1/schema/$ref: leads nowhere",
    ),
    "ref in a property with a name of OpenAPI": (
        {"fields/headers": {"$ref": "file:///etc/hostname"}},
        "fields/headers/$ref: leads nowhere",
    ),
    "more beside a ref": (
        {"get/parameters/1/schema/maxLength": 3},
        "get/parameters/1/schema: next to a $ref, the generators ignore maxLength",
    ),
    "duplicate operationId": (second("ShowThing"), "second/operationId: duplicate operationId 'ShowThing'"),
    "one module for two operations": (
        second("showThing"),
        "second/operationId: maps to the same module things.show_thing",
    ),
    "no operationId": ({"get/operationId": GONE}, "get: operationId must be"),
    "operationId of code": ({"get/operationId": "x(); y"}, "get: operationId must be"),
    "operationId of a setting": ({"get/operationId": "WithOptions"}, "get/operationId: every client already has"),
    "operation that is no object": ({"paths/~1x": {"get": 1}}, "paths/~1x/get: "),
    "tag of a path": ({"get/tags": ["../../x"]}, "get/tags: '../../x' must be"),
    "servers of an operation": ({"get/servers": OTHER}, "get: the templates don't support servers"),
    "servers of a path": (
        {"paths/~1things~1{thing_id}/servers": OTHER},
        "paths/~1things~1{thing_id}: the templates don't support servers",
    ),
    "path with a query": (
        {"paths/~1{thing_id}?a=b": {"get": show(small_spec())}, "paths/~1things~1{thing_id}": GONE},
        "paths/~1{thing_id}?a=b/get: the path must begin with one slash",
    ),
    "unknown extension": ({"info/x-unknown": 1}, "info/x-unknown: unknown extension"),
    "value without a description": (
        {"schemas/Kind/x-enum-descriptions": ["one"]},
        "schemas/Kind/x-enum-descriptions: has 1 descriptions for 2 values; give one for each",
    ),
    "descriptions by value": (
        {"schemas/Kind/x-enum-descriptions": {"good": "one"}},
        "schemas/Kind/x-enum-descriptions: {'good': 'one'} is not of type 'array'",
    ),
    "descriptions without values": (
        {"schemas/FakeResponse/x-enum-descriptions": ["one"]},
        "schemas/FakeResponse/x-enum-descriptions: has 1 descriptions for 0 values",
    ),
    "unknown aspect": (reading(aspect="mood", why="w"), "get/x-reading/0/aspect: 'mood' is not one of"),
    "reading without a reason": (reading(aspect="type"), "get/x-reading/0: 'why' is a required property"),
    "two class names": ({"schemas/lower_case": OBJECT}, "schemas/lower_case: the two generators would name its class"),
    "class of the parameters": (
        {"schemas/ShowThingParameters": OBJECT},
        "schemas/ShowThingParameters: the parameters of",
    ),
    "class of the templates": ({"schemas/Client": OBJECT}, "schemas/Client: the generated modules use this name"),
    "import path": (
        {"schemas/FakeResponse/customBasePath": "os.path"},
        "schemas/FakeResponse: the generators don't support customBasePath",
    ),
    "unsupported keyword": (
        {"schemas/FakeResponse/allOf": [OBJECT]},
        "schemas/FakeResponse: the generators don't support allOf",
    ),
    "property without a type": ({"fields/text/type": GONE}, "fields/text: must have a type"),
    "inline enumeration": ({"fields/text/enum": ["a"]}, "fields/text/enum: an enumeration must be of strings"),
    "enumeration of integers": (
        {"schemas/Kind": {"type": "integer", "enum": [1]}},
        "schemas/Kind/enum: an enumeration must be of strings",
    ),
    "pattern of no Python": ({"fields/text/pattern": "("}, ""),
    "unknown format": ({"fields/text": {"type": "integer", "format": "int46"}}, "schemas: "),
    "secret number": (
        {"fields/text": {"type": "integer", "format": "password"}},
        "fields/text: format: password is only for a string",
    ),
    "secret schema": ({"schemas/Hidden": SECRET}, "schemas/Hidden: format: password is only for a string"),
    "secret with a pattern": (
        {"get/parameters/-": query("word", SECRET | {"pattern": "a"})},
        "get/parameters/3/schema: with format: password, the client checks only maxLength",
    ),
    "header of two values": (
        {"get/parameters/2/schema/enum": ["Show", "Hide"]},
        "get/parameters/2: a header with an enum must be constant: one value",
    ),
    "header that is an array": (
        {"get/parameters/2/schema": {"type": "array", "items": TEXT}},
        "get/parameters/2/schema: must be one of",
    ),
    "header of the connection": (
        {"get/parameters/2/name": "Content-Length", "get/parameters/2/schema": {"type": "integer"}},
        "get/parameters/2: the client sends the header Content-Length itself",
    ),
    "header with a line break": (
        {"get/parameters/2/schema": TEXT | {"enum": ["a\r\nb: c"], "default": "a\r\nb: c"}},
        "get/parameters/2/schema/enum: 'a\\r\\nb: c' can't be used",
    ),
    "header beyond ASCII": (
        {"get/parameters/2/schema": TEXT | {"enum": ["é"], "default": "é"}},
        "get/parameters/2/schema/enum/0: must be printable ASCII",
    ),
    "name of a header": ({"get/parameters/2/name": "x: y"}, "get/parameters/2: a header's name must consist"),
    "cookie": ({"get/parameters/1/in": "cookie"}, "get/parameters/1: a parameter must be in path, query or header"),
    "reserved characters": (
        {"get/parameters/1/allowReserved": True},
        "get/parameters/1: the templates don't support allowReserved",
    ),
    "inline enumeration of a parameter": (
        {"get/parameters/1/schema": TEXT | {"enum": ["a", "b"]}},
        "get/parameters/1/schema: must be one of",
    ),
    "one name twice": (
        {"get/parameters/-": query("thing_id", TEXT)},
        "get/parameters: two parameters have the same name",
    ),
    "no path parameter": ({"get/parameters/0": GONE}, ""),
    "argument of the template": (
        {"get/parameters/-": query("Self", TEXT)},
        "get/parameters/3: the generated method uses the name 'self'",
    ),
    "argument of the operation's name": (
        {"get/parameters/-": query("ShowThing", TEXT)},
        "get/parameters/3: the generated method uses the name 'show_thing'",
    ),
    "setting that may be left out": (
        {"get/parameters/1/x-client-setting": True},
        "get/parameters/1: a setting of a client must be a required string",
    ),
    "setting of every client": (
        {"get/parameters/-": query("BaseURL", TEXT, required=True) | {"x-client-setting": True}},
        "get/parameters/3: a setting of a client must be a required string, with a name that no client has",
    ),
    "array that isn't exploded": (array(explode=False), "get/parameters/3: an array must be style form, exploded, or"),
    "array of another style": (array(style="pipeDelimited"), "get/parameters/3: an array must be style form"),
    "array of objects": (
        {"get/parameters/-": query("list", {"type": "array", "items": RESPONSE})},
        "get/parameters/3: an array of objects in the query must have x-array",
    ),
    "array in the path": (
        {"get/parameters/0/schema": {"type": "array", "items": TEXT}},
        "get/parameters/0/schema: must be one of",
    ),
    "numbered number": (
        {"get/parameters/1/x-array": "numbered"},
        "get/parameters/1: only an array can have x-array or a style",
    ),
    "no success": ({"get/responses": {"500": {"description": "A"}}}, "get/responses: must have a 2xx response"),
    "inline response": (
        {"get/responses/200/content/application~1json/schema": OBJECT},
        "get/responses/200: must have application/json content, with a $ref",
    ),
    "range of statuses": (
        {"get/responses/4XX": {"description": "An error."}},
        "get/responses/4XX: must be a status code",
    ),
    "body of a GET": ({"get/requestBody": REQUEST, "schemas/Body": OBJECT}, "get/requestBody: a GET can't have a body"),
    "constraint of a required parameter": (
        constraint(exactly_one_of=["thing_id", "kind"]),
        "get/x-constraints/0: must name optional parameters, not 'thing_id'",
    ),
    "constraint of a constant": (
        constraint(exactly_one_of=["x-action", "kind"]),
        "get/x-constraints/0: must name optional parameters, not 'x-action'",
    ),
    "constraint of no parameter": (
        constraint(at_most_one_of=["kind", "sort"]),
        "get/x-constraints/0: must name optional parameters, not 'sort'",
    ),
    "constraint of one": (
        constraint(at_most_one_of=["kind"]),
        "get/x-constraints/0/at-most-one-of: ['kind'] is too short",
    ),
    "constraint of another kind": (
        constraint(all_of=["kind", "x-action"]),
        "get/x-constraints/0: 'all-of' is not one of",
    ),
}
WRITES: dict[str, tuple[Edits, str]] = {
    "no word on retries": ({"post/x-idempotent": GONE}, "post: set x-idempotent to true, false or delete"),
    "idempotent in another way": ({"post/x-idempotent": "yes"}, "post/x-idempotent: 'yes' is not one of"),
    "result that a 404 lacks": (
        {"post/x-idempotent": "delete", "schemas/FakeResponse/required": ["text"]},
        "post/x-idempotent: with x-idempotent: delete, one 2xx response must have no body",
    ),
    "constraint of a required field": (
        body(type="object", required=["text"], properties={"text": TEXT})
        | {"post/x-constraints": [{"at-least-one-of": ["text", "kind"]}]},
        "post/x-constraints/0: must name optional parameters, not 'text'",
    ),
    "two media types": (
        {"post/requestBody/content/application~1xml": {"schema": RESPONSE}},
        "post/requestBody: must have only application/json content",
    ),
    "text": (
        {"post/requestBody": {"content": {"text/plain": {}}}},
        "post/requestBody: must have only application/json content",
    ),
    "inline": (
        {"post/requestBody/content/application~1json/schema": OBJECT},
        "post/requestBody: must have only application/json content, and its schema must be a $ref",
    ),
    **{
        name: (schema, "post/requestBody: the schema of a body must be an object with properties")
        for name, schema in (
            ("list", body(type="array", items=TEXT)),
            ("enumeration", body(type="string", enum=["a"])),
            ("no fields", body(type="object")),
        )
    },
    "name of a parameter": (
        body(type="object", properties={"kind": TEXT}),
        "post/requestBody: a field of the body has the same name as the parameter 'kind'",
    ),
    "name of an argument": (
        body(type="object", properties={"Self": TEXT}),
        "post/requestBody: the generated method uses the name 'self'",
    ),
    "required, but no property": (
        {"schemas/Body/required": ["b"]},
        "schemas/Body/required: 'b' is not a property",
    ),
    "unlisted fields": (
        {"schemas/Body/additionalProperties": True},
        "schemas/Body: the generators don't support additionalProperties",
    ),
    "inline object": ({"field": OBJECT}, "field: an object in a request must be a named schema"),
    "free objects": (
        {"field": {"type": "array", "items": {"type": "object"}}},
        "field/items: an object in a request must be a named schema",
    ),
    "object without fields": (
        {"schemas/Free": {"type": "object"}, "field": {"$ref": "#/components/schemas/Free"}},
        "field: a $ref in a request must lead to an object with properties",
    ),
    **{
        name: ({"field": schema}, "field: must be one of")
        for name, schema in (
            ("array of anything", {"type": "array"}),
            ("two types", {"type": ["string", "integer"]}),
            ("bytes", {"type": "string", "format": "byte"}),
        )
    },
    "more beside a ref": (
        {"field": {"$ref": "#/components/schemas/Kind", "pattern": "^a"}},
        "field: next to a $ref, the generators ignore pattern",
    ),
}
LISTINGS: dict[str, tuple[Edits, str]] = {
    "two results": (
        {"get/responses/202": {"description": "Later."}},
        "paging: a listing must have exactly one 2xx response, with a body",
    ),
    "no body": (
        {"get/responses/200/content": GONE},
        "paging: a listing must have exactly one 2xx response, with a body",
    ),
    "secret": ({"get/parameters/-": query("word", SECRET)}, "get/parameters/5: a listing takes no secret"),
    "no marker": ({"paging/next": GONE}, "paging: the style marker needs next"),
    "number as a marker": ({"fields/text/type": "integer"}, "paging/next: must be of type string in the style marker"),
    "text as a page's number": ({"paging/page": "text"}, "paging/page: must be of type integer in the style marker"),
    "text as a page's parameter": (
        {"paging/style": "page-number", "paging/page-size": 2},
        "paging/step: must be of type integer in the style page-number",
    ),
    "text as the sign of more": ({"paging/more": "text"}, "paging/more: must be of type boolean in the style marker"),
    "no such step": (
        {"paging/step": "start"},
        "paging/step: must name a path or query parameter, not 'start'",
    ),
    "unknown size": ({"get/parameters/4/schema/type": "string"}, "paging: needs page-size"),
    "items of no list": ({"paging/items": "text"}, "paging/items: must lead to an array of schemas in components"),
    "no such key": ({"paging/key": "id"}, "paging/key: must be a field of the items, not 'id'"),
    "no such marker": (
        {"paging/next": "page_info.next"},
        "paging/next: must lead to a field of the result, not 'page_info.next'",
    ),
}
MAKE_WRITE: Edits = {
    "post": show(small_spec()) | {"x-idempotent": False, "requestBody": REQUEST},
    "get": GONE,
    "schemas/Body": {"type": "object", "properties": {"a": TEXT}},
}
MAKE_LISTING: Edits = {
    "fields/things": {"type": "array", "items": RESPONSE},
    "get/parameters/-": query("marker", TEXT),
    "paging": {"style": "marker", "items": "things", "key": "text", "step": "marker", "size": "limit", "next": "text"},
}
DAMAGES = [
    pytest.param(makes, edits, message, id=f"{kind}: {name}")
    for kind, makes, table in (
        ("spec", [], SMALL),
        ("write", [MAKE_WRITE], WRITES),
        ("listing", [MAKE_LISTING, {"get/parameters/-": query("limit", {"type": "integer"})}], LISTINGS),
    )
    for name, (edits, message) in table.items()
]


@pytest.mark.parametrize(("makes", "edits", "message"), DAMAGES)
def test_a_wrong_spec_is_refused_and_nothing_is_written(
    makes: list[Edits], edits: Edits, message: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    document, output = small_spec(), small / "generated" / "cloudkeys_api"
    before = tree(output)
    for each in (*makes, edits):
        edit(document, each)
    specs = write_spec(small / "specs", document)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    place, colon, text = message.partition(": ")
    wanted = f"#/{pointer_of(place)}{colon}{text}" if message else "#"
    assert f"error: specs/small.yaml: {wanted}" in capsys.readouterr().err
    assert tree(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["cloudkeys_api"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"openapi: [3.1", "line 1: not readable as YAML"),
        (b"a: 1\na: 2\n", "line 2: not readable as YAML"),
        (b"\xff\xfe\x00", "#: not readable as YAML"),
        (b"paths: " + b"[" * 1_000, "#: not readable as YAML"),
        (b"paths: &a\n  b: *a\n", "#: nested too deeply, or an alias that contains itself"),
        (b"", "#/paths: not an OpenAPI document"),
        (b"- 1\n", "#/paths: not an OpenAPI document"),
        (b"info: {version: 2018-12-03}\npaths: {}\n", "#/info/version: 2018-12-03 is read as a date"),
        (b"paths: {/: {get: {responses: {200: {}}}}}\n", "#/paths/~1/get/responses/200: the key 200 must be a string"),
        (None, "no specs here"),
    ],
)
def test_a_damaged_file_is_refused(
    content: bytes | None, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, output = tmp_path / "specs", tmp_path / "cloudkeys_api"
    specs.mkdir()
    if content is not None:
        (specs / "small.yaml").write_bytes(content)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    assert message in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize("name", ["Upper.yaml", "with-dash.yaml", "class .yaml", "1st.yaml", "import.yaml"])
def test_a_spec_whose_name_is_no_package_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="names a Python package"):
        generate(write_spec(tmp_path / "specs", small_spec(), name), tmp_path / "cloudkeys_api")
