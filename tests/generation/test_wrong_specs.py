"""A spec that is wrong is named, with the place, and nothing is written."""

from __future__ import annotations

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
    properties = document["components"]["schemas"]["Answer"]["properties"]
    properties["things"] = {"type": "array", "items": {"$ref": "#/components/schemas/Answer"}}
    show(document)["parameters"] += [
        {"name": "marker", "in": "query", "schema": {"type": "string"}},
        {"name": "limit", "in": "query", "schema": {"type": "integer"}},
    ]
    paging = {"style": "marker", "items": "things", "key": "text", "step": "marker", "size": "limit", "next": "text"}
    show(document)["x-paging"] = paging
    return paging


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
    "request body": (
        lambda d: show(d).update(requestBody={"content": {"text/plain": {}}}),
        f"{SHOW}/requestBody: request bodies are not supported",
    ),
    "header that varies": (
        lambda d: show(d)["parameters"][2]["schema"].pop("enum"),
        f"{SHOW}/parameters/2: a header parameter must be constant",
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
        f"{SHOW}/responses: there must be exactly one response with a status of 2xx",
    ),
    "inline response": (
        lambda d: show(d)["responses"]["200"]["content"]["application/json"].update(schema={"type": "object"}),
        f"{SHOW}/responses/200: must have application/json content whose schema is a $ref",
    ),
    "import path": (
        lambda d: d["components"]["schemas"]["Answer"].update(customBasePath="os.path"),
        "#/components/schemas/Answer: the generators don't know customBasePath",
    ),
    "unsupported keyword": (
        lambda d: d["components"]["schemas"]["Answer"].update(allOf=[{"type": "object"}]),
        "#/components/schemas/Answer: the generators don't know allOf",
    ),
    "property without a type": (
        lambda d: d["components"]["schemas"]["Answer"]["properties"]["text"].pop("type"),
        "#/components/schemas/Answer/properties/text: must have a type",
    ),
    "inline enumeration": (
        lambda d: d["components"]["schemas"]["Answer"]["properties"]["text"].update(enum=["a"]),
        "#/components/schemas/Answer/properties/text/enum: an enumeration must be of strings",
    ),
    "enumeration of integers": (
        lambda d: d["components"]["schemas"]["Kind"].update(type="integer", enum=[1]),
        "#/components/schemas/Kind/enum: an enumeration must be of strings",
    ),
    "pattern that Python can't read": (
        lambda d: d["components"]["schemas"]["Answer"]["properties"]["text"].update(pattern="("),
        "#",
    ),
    "format that isn't known": (
        lambda d: d["components"]["schemas"]["Answer"]["properties"]["text"].update(type="integer", format="int46"),
        "#/components/schemas: ",
    ),
    "reference in a property with a name of OpenAPI": (
        lambda d: d["components"]["schemas"]["Answer"]["properties"].update(headers={"$ref": "file:///etc/hostname"}),
        "#/components/schemas/Answer/properties/headers/$ref: leads nowhere",
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
    "paging by a number of unknown size": (
        lambda d: paged(d).update(style="page-number"),
        f"{PAGING}: the style page-number needs page-size",
    ),
    "paging by no parameter": (
        lambda d: paged(d).update(step="start"),
        f"{PAGING}/step: must be a parameter that a call sends, not 'start'",
    ),
    "paging by a size that nobody knows": (
        lambda d: paged(d).update({"short-page-is-last": True}),
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
