"""Generation is reproducible, all or nothing, and deaf to hostile text; drift names each file that differs."""

from __future__ import annotations

import ast
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from spec_factory import operation, small_spec, write_spec
from toolchain.__main__ import main
from toolchain.document import SPECS, SpecError
from toolchain.drift import drift
from toolchain.generate import OUTPUT, generate

ROOT = SPECS.parent


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    output = tmp_path_factory.mktemp("generated") / "cloudkeys_api"
    generate(SPECS, output)
    return output


@pytest.fixture
def committed(real: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(real, tmp_path / "generated" / "cloudkeys_api"))


def test_the_committed_packages_are_what_the_specs_produce(real: Path) -> None:
    assert tree(real) == tree(OUTPUT)


def test_generating_twice_gives_the_same_bytes_and_leaves_nothing_stale(committed: Path) -> None:
    before = tree(committed)
    (committed / "huawei_csms" / "stale.py").write_text("")
    (committed / "gone").mkdir()
    generate(SPECS, committed)
    assert tree(committed) == before
    assert sorted(path.name for path in committed.parent.iterdir()) == ["cloudkeys_api"]


def test_every_generated_module_names_its_spec_and_the_command(real: Path) -> None:
    modules = sorted(real.rglob("*.py"))
    assert len(modules) > 20
    for module in modules:
        first, _, rest = module.read_text().partition("\n")
        package = module.relative_to(real).parts[0]
        source = "*.yaml" if module.parent == real else f"{package}.yaml"
        assert first == f"# Made from specs/{source} by `nox -s generate`; do not edit."
        assert "Made from specs" not in rest


MODULE = "huawei_csms/api/secrets/list_secrets.py"


@pytest.mark.parametrize(
    ("damage", "finding"),
    [
        (
            lambda output: (output / MODULE).write_text("# edited\n"),
            f"{MODULE}: differs from what the specs produce",
        ),
        (
            lambda output: (output / "huawei_iam_v3" / "models.py").unlink(),
            "huawei_iam_v3/models.py: missing file",
        ),
        (
            lambda output: (output / "huawei_csms" / "extra.py").write_text(""),
            "huawei_csms/extra.py: extra file: no spec makes it",
        ),
        (
            lambda output: shutil.rmtree(output / "huawei_iam_v5"),
            "huawei_iam_v5: missing package: specs/huawei_iam_v5.yaml has none",
        ),
        (
            lambda output: (output / MODULE).unlink(),
            f"{MODULE}: missing file: operation ListSecrets has no module",
        ),
    ],
    ids=["edited file", "missing file", "extra file", "spec without a package", "operation without a module"],
)
def test_drift_names_what_differs(committed: Path, damage: Callable[[Path], object], finding: str) -> None:
    assert drift(SPECS, committed) == []
    damage(committed)
    assert drift(SPECS, committed) == [f"generated/cloudkeys_api/{finding}"]


def test_drift_names_every_package_where_there_is_none(tmp_path: Path) -> None:
    found = drift(SPECS, tmp_path / "generated" / "cloudkeys_api")
    assert [line for line in found if "missing package" in line] == [
        f"generated/cloudkeys_api/{file.stem}: missing package: specs/{file.stem}.yaml has none"
        for file in sorted(SPECS.glob("*.yaml"))
    ]


def test_drift_names_what_stands_beside_the_package(committed: Path) -> None:
    (committed.parent / "stray.py").write_text("")
    assert drift(SPECS, committed) == ["generated/stray.py: extra: no spec makes it"]


@pytest.mark.parametrize(
    ("pattern", "python"),
    [("^a$", r"^a\Z"), (r"^a\$", r"^a\$"), ("^[$]$", r"^[$]\Z"), ("^a$|^b$", r"^a\Z|^b\Z"), (r"[\]$]$", r"[\]$]\Z")],
)
def test_the_end_of_a_pattern_is_the_end_of_the_text(pattern: str, python: str, tmp_path: Path) -> None:
    document = small_spec()
    document["components"]["schemas"]["Answer"]["properties"]["text"]["pattern"] = pattern
    generate(write_spec(tmp_path / "specs", document), tmp_path / "cloudkeys_api")
    (found,) = [
        node.value.value
        for node in ast.walk(ast.parse((tmp_path / "cloudkeys_api" / "small" / "models.py").read_text()))
        if isinstance(node, ast.keyword) and node.arg == "pattern" and isinstance(node.value, ast.Constant)
    ]
    assert found == python


def test_drift_is_an_exit_status(committed: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["drift", "--output", str(committed)]
    assert main(arguments) == 0
    assert "no drift" in capsys.readouterr().out
    (committed / "py.typed").unlink()
    assert main(arguments) == 1
    assert "generated/cloudkeys_api/py.typed: missing file" in capsys.readouterr().out


def with_second_operation(document: dict[str, Any], name: str) -> None:
    second = operation(name, document["paths"]["/things/{thing_id}"]["get"]["responses"]["200"]["content"], "other_id")
    document["paths"]["/others/{other_id}"] = {"get": second}


def show(document: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"]["/things/{thing_id}"]["get"]
    return found


SHOW = "#/paths/~1things~1{thing_id}/get"
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
        lambda d: show(d)["parameters"].append({"name": "sync_detailed", "in": "query", "schema": {"type": "string"}}),
        f"{SHOW}/parameters: the generated functions use the name 'sync_detailed'",
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
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage, message = DAMAGES[name]
    document = small_spec()
    specs, output = write_spec(tmp_path / "specs", document), tmp_path / "generated" / "cloudkeys_api"
    assert main(["generate", "--specs", str(specs), "--output", str(output)]) == 0
    before = tree(output)
    damage(document)
    write_spec(specs, document)
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


def test_a_second_rpc_operation_joins_by_its_own_path_key(tmp_path: Path) -> None:
    document = small_spec()
    content = show(document)["responses"]["200"]["content"]
    for name in ("FirstAction", "SecondAction"):
        action = operation(name, content)
        action["parameters"] = action["parameters"][1:]
        document["paths"][f"/#{name}"] = {"post": action}
    output = tmp_path / "cloudkeys_api"
    generate(write_spec(tmp_path / "specs", document), output)
    for module in ("first_action", "second_action"):
        assert 'path="/",' in (output / "small" / "api" / "things" / f"{module}.py").read_text()


HOSTILE_TEXTS = [
    '"""\nimport pwned\n"""',
    "'''\nimport pwned\n'''",
    '"; import pwned; "',
    "'; import pwned; '",
    "\\",
    '\\"""\nimport pwned #',
    "\\N{BULLET} \\x \\u \\U0011",
    "{{ pwned }} {% import pwned %} {# pwned #}",
    "{pwned} {0} %s",
    "# end\nimport pwned\n",
    "line\u2028import pwned\u2028",
    "\x1b[2J\x07",
]
AWKWARD_NAMES = [
    "class",
    "self",
    "import os",
    "__init__",
    "1st",
    "c'd",
    "UNSET",
    "Struct",
    "field",
    "é",
    "{x}",
    "%s",
    "#",
]
UNUSABLE_NAMES = ['a"b', "e\\f", "g\nh", "\x1b[2J", "i\u2028j"]


def hostile_spec(text: str) -> dict[str, Any]:
    """Return a spec with the text in every place that takes free text, and awkward names wherever a name stands."""
    document = small_spec()
    document["info"].update(title=text, description=text)
    thing = show(document)
    thing.update(summary=text, description=text)
    page = {"title": text, "updated": text, "language": text, "edition": text, "capture": text}
    thing.update({"x-page": page})
    for parameter in thing["parameters"]:
        parameter["description"] = text
    thing["parameters"] += [
        {"name": name, "in": "query", "description": text, "schema": {"type": "string", "pattern": "[\"'\\\\]"}}
        for name in AWKWARD_NAMES
    ]
    thing["responses"]["200"]["description"] = text
    schemas = document["components"]["schemas"]
    schemas["Kind"].update(
        {"enum": ["good", *AWKWARD_NAMES, *([text] if text.isprintable() else [])], "x-enum-descriptions": {text: text}}
    )
    schemas["Answer"]["description"] = text
    schemas["Answer"]["properties"] |= {
        name: {"type": "string", "description": text, "default": text} for name in AWKWARD_NAMES
    }
    document["servers"] = [{"url": f"https://host/{text}", "x-regions": [text]}]
    return document


@pytest.mark.parametrize("text", HOSTILE_TEXTS)
def test_text_of_a_spec_cannot_become_code(text: str, tmp_path: Path) -> None:
    output = tmp_path / "hostile_api"
    generate(write_spec(tmp_path / "specs", hostile_spec(text)), output)
    modules = sorted(output.rglob("*.py"))
    assert len(modules) == 8
    for module in modules:
        parsed = ast.parse(module.read_text(encoding="utf-8"))
        names = {node.id for node in ast.walk(parsed) if isinstance(node, ast.Name)}
        imports = {
            alias.name
            for node in ast.walk(parsed)
            if isinstance(node, ast.Import | ast.ImportFrom)
            for alias in node.names
        }
        assert not any("pwned" in name.lower() for name in imports)
        assert "pwned" not in names
        assert "\x1b" not in module.read_text(encoding="utf-8")
    code = "import hostile_api.small.api.things.show_thing as m; print(m.build_request('1').target)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.stdout, done.stderr) == ("/things/1\n", "")


@pytest.mark.parametrize("name", UNUSABLE_NAMES)
@pytest.mark.parametrize("kind", ["property", "parameter", "value"])
def test_a_name_that_cannot_be_written_is_refused(name: str, kind: str, tmp_path: Path) -> None:
    document = small_spec()
    if kind == "property":
        document["components"]["schemas"]["Answer"]["properties"][name] = {"type": "string"}
    elif kind == "value":
        document["components"]["schemas"]["Kind"]["enum"].append(name + "\0")
    else:
        show(document)["parameters"].append({"name": name, "in": "query", "schema": {"type": "string"}})
    with pytest.raises(SpecError, match="can't be used") as caught:
        generate(write_spec(tmp_path / "specs", document), tmp_path / "cloudkeys_api")
    assert str(caught.value).isprintable()
