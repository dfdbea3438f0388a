"""A page of an operation that writes becomes a spec that demands as much as the page does, or is refused."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pages.filled import fill
from pages.writes import DELETE, POST, PUT, RPC, WRITES
from toolchain.__main__ import main as toolchain
from toolchain.document import Document, load, operations
from toolchain.gaps import gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main as prove
from toolchain.pages.commands import options
from toolchain.pages.draft.marks import unplaced
from toolchain.pages.facts import Fact
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import kept_pages
from toolchain.pages.read.page import read_page


@pytest.fixture(scope="module")
def drafts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project") / "specs"
    folder.mkdir()
    for operation, text in WRITES.items():
        assert drafted(folder, operation, text) == 0
    return folder


def drafted(folder: Path, operation: str, text: str, *arguments: str) -> int:
    page = folder.parent / f"{operation}.txt"
    page.write_text(text, encoding="utf-8")
    spec = "actions" if text.startswith("Lamps:") else "lamps"
    return new.main([spec, str(page), "--operation", operation, "--specs", str(folder), *arguments])


def operation(folder: Path, name: str, spec: str = "lamps") -> Document:
    document = load(folder / f"{spec}.yaml")
    return next(one.operation for one in operations(document) if one.operation["operationId"] == name)


def schema(folder: Path, name: str) -> Any:
    return load(folder / "lamps.yaml")["components"]["schemas"][name]


def test_a_body_is_drafted_with_all_of_its_fields(drafts: Path) -> None:
    body = operation(drafts, "PaintLamp")["requestBody"]
    content = body["content"]["application/json"]
    assert body["required"] is True
    assert content["schema"] == {"$ref": "#/components/schemas/PaintLampRequest"}
    assert content["examples"]["page"]["value"] == {"colour": "red"}
    made = schema(drafts, "PaintLampRequest")
    assert made["required"] == ["colour"]
    assert made["properties"]["tags"]["items"] == {"type": "string"}
    assert schema(drafts, "PaintLampRequestColour")["enum"] == ["red", "blue"]


def test_a_schema_in_small_letters_becomes_a_class_with_a_reading(drafts: Path) -> None:
    (reading,) = schema(drafts, "PaintLampRequest")["properties"]["shade"]["x-reading"]
    assert (reading["aspect"], reading["page"], reading["taken"]) == ("schema", "shade", "Shade")
    assert schema(drafts, "Shade")["required"] == ["cloth"]


def test_headers_are_authentication_constants_or_arguments(drafts: Path) -> None:
    document = load(drafts / "lamps.yaml")
    assert document["components"]["securitySchemes"]["X-Auth-Token"]["in"] == "header"
    assert document["security"] == [{"X-Auth-Token": []}]
    parameters = {one["name"]: one for one in operation(drafts, "PaintLamp")["parameters"]}
    assert (parameters["X-Language"]["in"], parameters["X-Language"]["required"]) == ("header", False)
    (constant,) = operation(drafts, "AddLamp")["parameters"]
    assert constant["schema"]["enum"] == [constant["schema"]["default"]] == ["application/json;charset=utf8"]


def test_statuses_of_success_are_those_of_the_page(drafts: Path) -> None:
    assert "content" in operation(drafts, "AddLamp")["responses"]["201"]
    assert "200" not in operation(drafts, "AddLamp")["responses"]
    assert operation(drafts, "RemoveLamp")["responses"]["204"].keys() == {"description"}


def test_what_cant_be_known_is_a_mark(drafts: Path) -> None:
    for name in ("PaintLamp", "AddLamp", "RemoveLamp"):
        assert operation(drafts, name)["x-idempotent"].startswith("To be decided: ")
    assert schema(drafts, "AddLampResponse")["properties"]["lamp_secret"]["format"].startswith("To be decided: ")
    assert schema(drafts, "PaintLampResponse")["properties"]["painted_at"]["format"] == "date-time"


def test_an_rpc_action_has_its_headers_and_numbers_its_arrays(drafts: Path) -> None:
    parameters = {one["name"]: one for one in operation(drafts, "SwitchLamps", "actions")["parameters"]}
    assert parameters["x-acs-action"]["schema"]["default"] == "SwitchLamps"
    assert parameters["x-acs-version"]["schema"]["default"].startswith("To be decided: ")
    assert "Action" not in parameters
    assert parameters["IdList"]["x-array"] == "numbered"
    assert parameters["IdList"]["schema"]["items"]["format"] == "int64"


def test_a_setting_of_the_client_is_one_for_each_operation(tmp_path: Path) -> None:
    assert drafted(tmp_path, "PaintLamp", PUT) == 0
    file = tmp_path / "lamps.yaml"
    parameter = "        - name: lamp_id\n"
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace(parameter, f"{parameter}          x-client-setting: true\n"), encoding="utf-8")
    assert drafted(tmp_path, "RemoveLamp", DELETE) == 0
    (lamp_id,) = operation(tmp_path, "RemoveLamp")["parameters"]
    assert lamp_id["x-client-setting"] is True


def test_an_array_of_an_operation_with_a_path_is_exploded(tmp_path: Path) -> None:
    row = (
        "Table 3 Request query parameters\nParameter\nMandatory\nType\nDescription\nids\nNo\nArray of integers\nMany.\n"
    )
    assert drafted(tmp_path, "PaintLamp", PUT.replace("Table 3 Request body", row + "Table 3 Request body", 1)) == 0
    parameters = {one["name"]: one for one in operation(tmp_path, "PaintLamp")["parameters"]}
    assert (parameters["ids"]["style"], parameters["ids"]["explode"]) == ("form", True)
    assert parameters["ids"]["schema"]["items"]["type"] == "integer"


def test_a_header_of_a_response_is_drafted(tmp_path: Path) -> None:
    table = "Table 5 Response header parameters\nParameter\nType\nDescription\nX-Count\nInteger\nHow many.\n"
    assert drafted(tmp_path, "AddLamp", POST.replace("Table 2 Response body", table + "Table 2 Response body")) == 0
    headers = operation(tmp_path, "AddLamp")["responses"]["201"]["headers"]
    assert headers["X-Count"]["schema"]["type"] == "integer"


def test_nothing_is_generated_or_proved_while_a_mark_is_left(
    drafts: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    output = tmp_path / "generated" / "cloudkeys_api"
    assert toolchain(["generate", "--specs", str(drafts), "--output", str(output)]) == 1
    assert not output.exists()
    refused = capsys.readouterr().err
    assert prove(["--specs", str(drafts)]) == options.CHANGED
    unproved = capsys.readouterr().out
    for file in drafts.glob("*.yaml"):
        for line, message in gaps(file):
            assert f"specs/{file.name}: line {line}: {message}" in refused
            assert f"specs/{file.name}:{line}: {message}" in unproved


def test_filled_drafts_are_generated_and_proved(tmp_path: Path) -> None:
    folder = tmp_path / "specs"
    folder.mkdir()
    for name, text in WRITES.items():
        assert drafted(folder, name, text) == 0
    for file in folder.glob("*.yaml"):
        fill(file)
    output = tmp_path / "generated" / "cloudkeys_api"
    assert toolchain(["generate", "--specs", str(folder), "--output", str(output)]) == 0
    assert prove(["--specs", str(folder)]) == options.SAME


@pytest.mark.parametrize("name", WRITES)
def test_a_draft_has_all_that_its_page_states(drafts: Path, name: str) -> None:
    spec = read_spec(drafts / ("actions.yaml" if name == "SwitchLamps" else "lamps.yaml"))
    facts = kept_pages(drafts, spec.stem)[name].page().by_place()
    assert unplaced(spec.document, name, facts) == []
    for place, fact in facts.items():
        if place.split()[0] in {"body", "query", "path", "header"}:
            assert unplaced(spec.document, name, {**facts, f"{place}x": Fact(f"{place}x", (1, 1), fact.aspects)})


def test_what_no_rule_could_read_is_a_mark_above_the_operation(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lost = RPC.replace("Response parameters\n\nParameter", "Response parameters\n\nStrange lamp\n\nParameter", 1)
    lost = lost.replace("The lamps.\n", "The lamps. Valid values: (many)\n", 1)
    (unread,) = {one.why for one in read_page(lost.encode()).unread}
    assert drafted(tmp_path, "SwitchLamps", lost) == 0
    assert f"{unread}" in capsys.readouterr().out
    assert any(unread in message for _, message in gaps(tmp_path / "actions.yaml"))


def test_what_is_sent_as_a_form_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = "\n".join(
        [
            *("Lamps", "URI", "POST /v9/lamps", "Request parameters", "Parameter", "Location", "Type", "Description"),
            *("colour", "formData", "String", "The colour.", "Response Parameters", "Status code: 204"),
        ]
    )
    assert drafted(tmp_path, "AddLamp", text) == options.UNREADABLE
    assert "sent as a form" in capsys.readouterr().err
    assert not (tmp_path / "lamps.yaml").exists()


def test_what_a_column_puts_into_the_body_is_in_the_body(tmp_path: Path) -> None:
    text = "\n".join(
        [
            *("Lamps", "URI", "POST /v9/lamps", "Request parameters", "Parameter", "Location", "Type", "Description"),
            *("colour", "body", "String", "The colour.", "size", "query", "Integer", "The size."),
            *("Response Parameters", "Status code: 204", ""),
        ]
    )
    assert drafted(tmp_path, "AddLamp", text) == 0
    assert schema(tmp_path, "AddLampRequest")["properties"].keys() == {"colour"}
    assert [one["name"] for one in operation(tmp_path, "AddLamp")["parameters"]] == ["size"]
