"""A spec that is wrong is named, with the place, and nothing is written."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from generation.spec_factory import operation, show, small_spec, tree, write_spec
from toolchain.__main__ import main
from toolchain.document import SpecError
from toolchain.generate import generate


def with_second_operation(document: dict[str, Any], name: str) -> None:
    second = operation(name, document["paths"]["/things/{thing_id}"]["get"]["responses"]["200"]["content"], "other_id")
    document["paths"]["/others/{other_id}"] = {"get": second}


SHOW = "#/paths/~1things~1{thing_id}/get"
PAGING = f"{SHOW}/x-paging"


def with_setting(document: dict[str, Any], name: str) -> None:
    """Add a required parameter that a client keeps."""
    parameter = {"name": name, "in": "query", "required": True, "schema": {"type": "string"}, "x-client-setting": True}
    show(document)["parameters"].append(parameter)


def paged(document: dict[str, Any]) -> dict[str, Any]:
    """Let the small spec's operation be a listing, and return how it pages."""
    properties = document["components"]["schemas"]["FakeResponse"]["properties"]
    properties["things"] = {"type": "array", "items": {"$ref": "#/components/schemas/FakeResponse"}}
    show(document)["parameters"] += [
        {"name": "marker", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]
    paging = {"style": "marker", "items": "things", "key": "text", "step": "marker", "size": "limit", "next": "text"}
    show(document)["x-paging"] = paging
    return paging


WRITE = SHOW.replace("/get", "/post")
ANSWER = {"$ref": "#/components/schemas/FakeResponse"}
BODY: dict[str, Any] = {
    "required": True,
    "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}},
}
ARRAY: dict[str, Any] = {"name": "list", "in": "query", "schema": {"type": "array", "items": {"type": "string"}}}
SECRET: dict[str, Any] = {"name": "word", "in": "query", "schema": {"type": "string", "format": "password"}}


def written(document: dict[str, Any]) -> dict[str, Any]:
    """Let the small spec's operation be a POST with a body, and return it."""
    item = document["paths"]["/things/{thing_id}"]
    item["post"] = item.pop("get") | {"x-idempotent": False, "requestBody": copy.deepcopy(BODY)}
    body(document, type="object", properties={"a": {"type": "string"}})
    document["components"]["schemas"]["Free"] = {"type": "object"}
    post: dict[str, Any] = item["post"]
    return post


def body(document: dict[str, Any], **schema: Any) -> object:
    document["components"]["schemas"]["Body"] = schema
    return schema


def field(document: dict[str, Any], schema: dict[str, Any], name: str = "a") -> object:
    return body(document, type="object", properties={name: schema})


DAMAGES: dict[str, tuple[Callable[[dict[str, Any]], object], str]] = {
    "no paths": (lambda d: d.pop("paths"), "#/paths: not an OpenAPI document"),
    "version": (lambda d: d.update(openapi="3.0.3"), "#/openapi: must be 3.1.x"),
    "no title": (lambda d: d["info"].pop("title"), "#/info: "),
    "dangling ref": (
        lambda d: d["components"]["schemas"].pop("Kind"),
        f"{SHOW}/parameters/1/schema/$ref: leads nowhere",
    ),
    "reference to another file": (
        lambda d: show(d)["parameters"][1].update(schema={"$ref": "other.yaml#/x"}),
        f"{SHOW}/parameters/1/schema/$ref: leads nowhere",
    ),
    "duplicate operationId": (
        lambda d: with_second_operation(d, "ShowThing"),
        f"#/paths/~1others~1{{other_id}}/get/operationId: duplicate operationId 'ShowThing', first used at {SHOW}",
    ),
    "one module for two operations": (
        lambda d: with_second_operation(d, "showThing"),
        f"#/paths/~1others~1{{other_id}}/get/operationId: maps to the same module things.show_thing as {SHOW}",
    ),
    "no operationId": (lambda d: show(d).pop("operationId"), f"{SHOW}: operationId must be"),
    "operationId of code": (lambda d: show(d).update(operationId="x(); y"), f"{SHOW}: operationId must be"),
    "tag of a path": (lambda d: show(d).update(tags=["../../x"]), f"{SHOW}/tags: '../../x' must be"),
    "unknown extension": (lambda d: d["info"].update({"x-unknown": 1}), "#/info/x-unknown: unknown extension"),
    "values without a description": (
        lambda d: d["components"]["schemas"]["Kind"].update({"x-enum-descriptions": ["one"]}),
        "#/components/schemas/Kind/x-enum-descriptions: has 1 texts for 2 values; give one for each",
    ),
    "descriptions by value": (
        lambda d: d["components"]["schemas"]["Kind"].update({"x-enum-descriptions": {"good": "one", "bad": "two"}}),
        "#/components/schemas/Kind/x-enum-descriptions: {'good': 'one', 'bad': 'two'} is not of type 'array'",
    ),
    "descriptions without values": (
        lambda d: d["components"]["schemas"]["FakeResponse"].update({"x-enum-descriptions": ["one"]}),
        "#/components/schemas/FakeResponse/x-enum-descriptions: has 1 texts for 0 values",
    ),
    "unknown aspect": (
        lambda d: show(d).update({"x-reading": [{"aspect": "mood", "page": 1, "taken": 2, "why": "w"}]}),
        f"{SHOW}/x-reading/0/aspect: 'mood' is not one of",
    ),
    "reading without a reason": (
        lambda d: show(d).update({"x-reading": [{"aspect": "type", "page": 1, "taken": 2}]}),
        f"{SHOW}/x-reading/0: 'why' is a required property",
    ),
    "two class names": (
        lambda d: d["components"]["schemas"].update(lower_case={"type": "object", "properties": {}}),
        "#/components/schemas/lower_case: both generators must give it one class name; call it LowerCase",
    ),
    "a schema named as the parameters": (
        lambda d: d["components"]["schemas"].update(ShowThingParameters={"type": "object", "properties": {}}),
        f"#/components/schemas/ShowThingParameters: the parameters of {SHOW} take this name",
    ),
    "header with several values": (
        lambda d: show(d)["parameters"][2]["schema"].update(enum=["Show", "Hide"]),
        f"{SHOW}/parameters/2: a header of which the spec lists values must be constant: one value",
    ),
    "header that is an array": (
        lambda d: show(d)["parameters"][2].update(schema={"type": "array", "items": {"type": "string"}}),
        f"{SHOW}/parameters/2/schema: must be one of",
    ),
    "header of the connection": (
        lambda d: show(d)["parameters"][2].update(name="Content-Length", schema={"type": "integer"}),
        f"{SHOW}/parameters/2: the client sends the header Content-Length itself",
    ),
    "reserved characters": (
        lambda d: show(d)["parameters"][1].update(allowReserved=True),
        f"{SHOW}/parameters/1: the templates don't know allowReserved",
    ),
    "servers of an operation": (
        lambda d: show(d).update(servers=[{"url": "https://other.example"}]),
        f"{SHOW}: the templates don't know servers",
    ),
    "servers of a path": (
        lambda d: d["paths"]["/things/{thing_id}"].update(servers=[{"url": "https://other.example"}]),
        "#/paths/~1things~1{thing_id}: the templates don't know servers",
    ),
    "array that isn't exploded": (
        lambda d: show(d)["parameters"].append(ARRAY | {"explode": False}),
        f"{SHOW}/parameters/3: an array must be style form, exploded, or have x-array",
    ),
    "array of another style": (
        lambda d: show(d)["parameters"].append(ARRAY | {"style": "pipeDelimited"}),
        f"{SHOW}/parameters/3: an array must be style form",
    ),
    "array of objects that aren't numbered": (
        lambda d: show(d)["parameters"].append(ARRAY | {"schema": {"type": "array", "items": ANSWER}}),
        f"{SHOW}/parameters/3: an array of objects in the query must have x-array",
    ),
    "array in the path": (
        lambda d: show(d)["parameters"][0].update(schema=ARRAY["schema"]),
        f"{SHOW}/parameters/0/schema: must be one of",
    ),
    "a number that is numbered": (
        lambda d: show(d)["parameters"][1].update({"x-array": "numbered"}),
        f"{SHOW}/parameters/1: only an array has a style",
    ),
    "GET with a body": (
        lambda d: (
            written(d),
            d["paths"]["/things/{thing_id}"].update(get=d["paths"]["/things/{thing_id}"].pop("post")),
        ),
        f"{SHOW}/requestBody: a GET has no body",
    ),
    "write that doesn't say whether it may be repeated": (
        lambda d: written(d).pop("x-idempotent"),
        f"{WRITE}: say with x-idempotent whether the call may be repeated",
    ),
    "idempotent in another way": (
        lambda d: written(d).update({"x-idempotent": "yes"}),
        f"{WRITE}/x-idempotent: 'yes' is not one of",
    ),
    "body of two media types": (
        lambda d: written(d)["requestBody"]["content"].update({"application/xml": {"schema": ANSWER}}),
        f"{WRITE}/requestBody: must have application/json content alone",
    ),
    "body of text": (
        lambda d: written(d).update(requestBody={"content": {"text/plain": {}}}),
        f"{WRITE}/requestBody: must have application/json content alone",
    ),
    "body that is inline": (
        lambda d: written(d)["requestBody"]["content"]["application/json"].update(schema={"type": "object"}),
        f"{WRITE}/requestBody: must have application/json content alone, whose schema is a $ref",
    ),
    "body that is a list": (
        lambda d: written(d) and body(d, type="array", items={"type": "string"}),
        f"{WRITE}/requestBody: the schema of a body must be an object with properties",
    ),
    "body that is an enumeration": (
        lambda d: written(d) and body(d, type="string", enum=["a"]),
        f"{WRITE}/requestBody: the schema of a body must be an object with properties",
    ),
    "body of no fields": (
        lambda d: written(d) and body(d, type="object"),
        f"{WRITE}/requestBody: the schema of a body must be an object with properties",
    ),
    "body with the name of a parameter": (
        lambda d: written(d) and field(d, {"type": "string"}, "kind"),
        f"{WRITE}/requestBody: a field of the body has the name of the parameter 'kind'",
    ),
    "body with the name of an argument": (
        lambda d: written(d) and field(d, {"type": "string"}, "Self"),
        f"{WRITE}/requestBody: the generated method uses the name 'self'",
    ),
    "body that requires what it doesn't have": (
        lambda d: written(d) and body(d, type="object", required=["b"], properties={"a": {"type": "string"}}),
        "#/components/schemas/Body/required: 'b' isn't among the properties",
    ),
    "inline object in a body": (
        lambda d: written(d) and field(d, {"type": "object", "properties": {"a": {"type": "string"}}}),
        "#/components/schemas/Body/properties/a: an object in a request must be a schema of its own",
    ),
    "free object in a body": (
        lambda d: written(d) and field(d, {"type": "array", "items": {"type": "object"}}),
        "#/components/schemas/Body/properties/a/items: an object in a request must be a schema of its own",
    ),
    "object without fields in a body": (
        lambda d: written(d) and field(d, {"$ref": "#/components/schemas/Free"}),
        "#/components/schemas/Body/properties/a: a $ref in a request must lead to an object with properties",
    ),
    "array of anything in a body": (
        lambda d: written(d) and field(d, {"type": "array"}),
        "#/components/schemas/Body/properties/a: what is sent must be one of",
    ),
    "one of two types in a body": (
        lambda d: written(d) and field(d, {"type": ["string", "integer"]}),
        "#/components/schemas/Body/properties/a: what is sent must be one of",
    ),
    "bytes in a body": (
        lambda d: written(d) and field(d, {"type": "string", "format": "byte"}),
        "#/components/schemas/Body/properties/a: what is sent must be one of",
    ),
    "more beside a reference": (
        lambda d: show(d)["parameters"][1]["schema"].update(maxLength=3),
        f"{SHOW}/parameters/1/schema: beside a $ref nothing is read, such as maxLength",
    ),
    "more beside a reference in a body": (
        lambda d: written(d) and field(d, {"$ref": "#/components/schemas/Kind", "pattern": "^a"}),
        "#/components/schemas/Body/properties/a: beside a $ref nothing is read, such as pattern",
    ),
    "more fields than are listed": (
        lambda d: (
            written(d) and body(d, type="object", properties={"a": {"type": "string"}}, additionalProperties=True)
        ),
        "#/components/schemas/Body: the generators don't know additionalProperties",
    ),
    "secret that is a number": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"]["text"].update(
            type="integer", format="password"
        ),
        "#/components/schemas/FakeResponse/properties/text: format: password is for a string",
    ),
    "secret that is a schema of its own": (
        lambda d: d["components"]["schemas"].update(Hidden={"type": "string", "format": "password"}),
        "#/components/schemas/Hidden: format: password is for a string, in the property that holds it",
    ),
    "constraint of a required parameter": (
        lambda d: show(d).update({"x-constraints": [{"exactly-one-of": ["thing_id", "kind"]}]}),
        f"{SHOW}/x-constraints/0: must name parameters that may be left out, not 'thing_id'",
    ),
    "constraint of a required field": (
        lambda d: (
            written(d).update({"x-constraints": [{"at-least-one-of": ["text", "kind"]}]}),
            body(d, type="object", required=["text"], properties={"text": {"type": "string"}}),
        ),
        f"{WRITE}/x-constraints/0: must name parameters that may be left out, not 'text'",
    ),
    "constraint of a constant": (
        lambda d: show(d).update({"x-constraints": [{"exactly-one-of": ["x-action", "kind"]}]}),
        f"{SHOW}/x-constraints/0: must name parameters that may be left out, not 'x-action'",
    ),
    "constraint of nothing": (
        lambda d: show(d).update({"x-constraints": [{"at-most-one-of": ["kind", "sort"]}]}),
        f"{SHOW}/x-constraints/0: must name parameters that may be left out, not 'sort'",
    ),
    "constraint of one": (
        lambda d: show(d).update({"x-constraints": [{"at-most-one-of": ["kind"]}]}),
        f"{SHOW}/x-constraints/0/at-most-one-of: ['kind'] is too short",
    ),
    "constraint of another kind": (
        lambda d: show(d).update({"x-constraints": [{"all-of": ["kind", "x-action"]}]}),
        f"{SHOW}/x-constraints/0: 'all-of' is not one of",
    ),
    "result of a delete that needs what a 404 doesn't have": (
        lambda d: (
            written(d).update({"x-idempotent": "delete"}),
            d["components"]["schemas"]["FakeResponse"].update(required=["text"]),
        ),
        f"{WRITE}/x-idempotent: with x-idempotent: delete, a result must have no body, or one that requires nothing",
    ),
    "listing of two results": (
        lambda d: paged(d) and show(d)["responses"].update({"202": {"description": "Later."}}),
        f"{PAGING}: a listing must have one response with a status of 2xx, and a body",
    ),
    "listing without a body": (
        lambda d: paged(d) and show(d)["responses"]["200"].pop("content"),
        f"{PAGING}: a listing must have one response with a status of 2xx, and a body",
    ),
    "marker that is a number": (
        lambda d: paged(d) and d["components"]["schemas"]["FakeResponse"]["properties"]["text"].update(type="integer"),
        f"{PAGING}/next: must be of type string in the style marker",
    ),
    "secret of a pattern": (
        lambda d: show(d)["parameters"].append(SECRET | {"schema": SECRET["schema"] | {"pattern": "a"}}),
        f"{SHOW}/parameters/3/schema: of a text with format: password, the client checks maxLength alone",
    ),
    "number of a page that is a text": (
        lambda d: paged(d).update(page="text"),
        f"{PAGING}/page: must be of type integer in the style marker",
    ),
    "page number that is a text": (
        lambda d: paged(d).update({"style": "page-number", "page-size": 2}),
        f"{PAGING}/step: must be of type integer in the style page-number",
    ),
    "sign of more that is a text": (
        lambda d: paged(d).update(more="text"),
        f"{PAGING}/more: must be of type boolean in the style marker",
    ),
    "listing with a secret": (
        lambda d: paged(d) and show(d)["parameters"].append(SECRET),
        f"{SHOW}/parameters/5: a listing takes no secret",
    ),
    "header with a line break": (
        lambda d: show(d)["parameters"][2]["schema"].update(enum=["a\r\nb: c"], default="a\r\nb: c"),
        f"{SHOW}/parameters/2/schema/enum: 'a\\r\\nb: c' can't be used",
    ),
    "header beyond ASCII": (
        lambda d: show(d)["parameters"][2]["schema"].update(enum=["é"], default="é"),
        f"{SHOW}/parameters/2/schema/enum/0: must be printable ASCII",
    ),
    "cookie": (
        lambda d: show(d)["parameters"][1].update({"in": "cookie"}),
        f"{SHOW}/parameters/1: a parameter must be in path, query or header",
    ),
    "parameter of an inline enum": (
        lambda d: show(d)["parameters"][1].update(schema={"type": "string", "enum": ["a", "b"]}),
        f"{SHOW}/parameters/1/schema: must be one of",
    ),
    "no success": (
        lambda d: show(d).update(responses={"500": show(d)["responses"]["200"]}),
        f"{SHOW}/responses: there must be a response with a status of 2xx",
    ),
    "inline response": (
        lambda d: show(d)["responses"]["200"]["content"]["application/json"].update(schema={"type": "object"}),
        f"{SHOW}/responses/200: must have application/json content whose schema is a $ref",
    ),
    "import path": (
        lambda d: d["components"]["schemas"]["FakeResponse"].update(customBasePath="os.path"),
        "#/components/schemas/FakeResponse: the generators don't know customBasePath",
    ),
    "unsupported keyword": (
        lambda d: d["components"]["schemas"]["FakeResponse"].update(allOf=[{"type": "object"}]),
        "#/components/schemas/FakeResponse: the generators don't know allOf",
    ),
    "property without a type": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"]["text"].pop("type"),
        "#/components/schemas/FakeResponse/properties/text: must have a type",
    ),
    "inline enumeration": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"]["text"].update(enum=["a"]),
        "#/components/schemas/FakeResponse/properties/text/enum: an enumeration must be of strings",
    ),
    "enumeration of integers": (
        lambda d: d["components"]["schemas"]["Kind"].update(type="integer", enum=[1]),
        "#/components/schemas/Kind/enum: an enumeration must be of strings",
    ),
    "pattern that Python can't read": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"]["text"].update(pattern="("),
        "#",
    ),
    "format that isn't known": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"]["text"].update(
            type="integer", format="int46"
        ),
        "#/components/schemas: ",
    ),
    "reference in a property with a name of OpenAPI": (
        lambda d: d["components"]["schemas"]["FakeResponse"]["properties"].update(
            headers={"$ref": "file:///etc/hostname"}
        ),
        "#/components/schemas/FakeResponse/properties/headers/$ref: leads nowhere",
    ),
    "class name of the template": (
        lambda d: d["components"]["schemas"].update(Client={"type": "object", "properties": {}}),
        "#/components/schemas/Client: the generated modules use this name",
    ),
    "argument name of the template": (
        lambda d: show(d)["parameters"].append({"name": "Self", "in": "query", "schema": {"type": "string"}}),
        f"{SHOW}/parameters/3: the generated method uses the name 'self'",
    ),
    "argument with the name of the operation": (
        lambda d: show(d)["parameters"].append({"name": "ShowThing", "in": "query", "schema": {"type": "string"}}),
        f"{SHOW}/parameters/3: the generated method uses the name 'show_thing'",
    ),
    "operation with the name of a setting": (
        lambda d: show(d).update(operationId="WithOptions"),
        f"{SHOW}/operationId: every client has a 'with_options'",
    ),
    "setting that may be left out": (
        lambda d: show(d)["parameters"][1].update({"x-client-setting": True}),
        f"{SHOW}/parameters/1: a setting of a client must be a required string",
    ),
    "setting with the name of another": (
        lambda d: with_setting(d, "BaseURL"),
        f"{SHOW}/parameters/3: a setting of a client must be a required string, with a name that no client has",
    ),
    "paging without its marker": (lambda d: paged(d).pop("next"), f"{PAGING}: the style marker needs next"),
    "paging by no parameter": (
        lambda d: paged(d).update(step="start"),
        f"{PAGING}/step: must be a parameter that a call sends, not 'start'",
    ),
    "paging by a size that nobody knows": (
        lambda d: paged(d) and show(d)["parameters"][-1]["schema"].update(type="string"),
        f"{PAGING}: needs page-size",
    ),
    "items that are no list": (
        lambda d: paged(d).update(items="text"),
        f"{PAGING}/items: must lead to an array of schemas in components, not 'text'",
    ),
    "items without their key": (
        lambda d: paged(d).update(key="id"),
        f"{PAGING}/key: must be a field of the items, not 'id'",
    ),
    "marker that isn't there": (
        lambda d: paged(d).update(next="page_info.next"),
        f"{PAGING}/next: must lead to a field of the result, not 'page_info.next'",
    ),
    "one name twice": (
        lambda d: show(d)["parameters"].append({"name": "thing_id", "in": "query", "schema": {"type": "string"}}),
        f"{SHOW}/parameters: two parameters have one name",
    ),
    "path parameter that isn't there": (lambda d: show(d)["parameters"].pop(0), "#"),
    "path with a query": (
        lambda d: d["paths"].update({"/things/{thing_id}?a=b": d["paths"].pop("/things/{thing_id}")}),
        "#/paths/~1things~1{thing_id}?a=b/get: the path must begin with one slash",
    ),
    "name of a header": (
        lambda d: show(d)["parameters"][2].update(name="x: y"),
        f"{SHOW}/parameters/2: the name of a header must be",
    ),
    "operation that is no object": (lambda d: d["paths"].update({"/x": {"get": 1}}), "#/paths/~1x/get: "),
    "range of statuses": (
        lambda d: show(d)["responses"].update({"4XX": show(d)["responses"]["200"]}),
        f"{SHOW}/responses/4XX: name each status code",
    ),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_a_wrong_spec_is_named_and_nothing_is_written(
    name: str, small: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, message = DAMAGES[name]
    document, output = small_spec(), small / "generated" / "cloudkeys_api"
    before = tree(output)
    damage(document)
    specs = write_spec(small / "specs", document)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    assert f"error: specs/small.yaml: {message}" in capsys.readouterr().err
    assert tree(output) == before
    assert [path.name for path in output.parent.iterdir()] == ["cloudkeys_api"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"openapi: [3.1", "specs/small.yaml: line 1: not readable as YAML"),
        (b"a: 1\na: 2\n", "specs/small.yaml: line 2: not readable as YAML"),
        (b"\xff\xfe\x00", "specs/small.yaml: #: not readable as YAML"),
        (b"paths: " + b"[" * 3_000, "specs/small.yaml: #: not readable as YAML"),
        (b"paths: &a\n  b: *a\n", "specs/small.yaml: #: nested too deeply, or an alias that contains itself"),
        (b"", "specs/small.yaml: #/paths: not an OpenAPI document"),
        (b"- 1\n", "specs/small.yaml: #/paths: not an OpenAPI document"),
        (b"info: {version: 2018-12-03}\npaths: {}\n", "specs/small.yaml: #/info/version: 2018-12-03 is read as a date"),
        (b"paths: {/: {get: {responses: {200: {}}}}}\n", "#/paths/~1/get/responses/200: the key 200 must be a string"),
    ],
)
def test_a_damaged_file_is_named(
    content: bytes, message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, output = tmp_path / "specs", tmp_path / "cloudkeys_api"
    specs.mkdir()
    (specs / "small.yaml").write_bytes(content)
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    assert message in capsys.readouterr().err
    assert not output.exists()


def test_an_empty_folder_of_specs_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    specs, output = tmp_path / "specs", tmp_path / "cloudkeys_api"
    specs.mkdir()
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 1
    assert "specs: #: no specs here" in capsys.readouterr().err
    assert not output.exists()


@pytest.mark.parametrize("name", ["Upper.yaml", "with-dash.yaml", "class .yaml", "1st.yaml", "import.yaml"])
def test_a_spec_whose_name_is_no_package_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="names a Python package"):
        generate(write_spec(tmp_path / "specs", small_spec(), name), tmp_path / "cloudkeys_api")
