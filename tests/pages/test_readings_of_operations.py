"""Two operations that share a part of a spec have their own readings of it, and each is proved."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pages.filled import fill
from pages.frozen_specs import copy_of_frozen
from pages.hostile import HEAD, RESPONSE, ROW
from pages.proved import PROVED, replaced
from toolchain.checks import check
from toolchain.document import load
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.commands import options
from toolchain.pages.facts import Fact
from toolchain.pages.prove.leaf import Reading, operation_readings
from toolchain.pages.prove.places import move_facts
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec_facts import leaves

FIELDS = "Parameter\nType\nDescription\nerror_code\nString\nWhy.\nerror_msg\nString\nWhy.\n"
BAD_REQUEST = f"Status code: 400\n{FIELDS}"
NOT_FOUND = f"Status code: 404\n{FIELDS}request_id\nString\nThe request.\n"
SAMPLE = "Example Requests\nGET https://elsewhere.example/v9/lamps\n"
LAMPS = (
    HEAD + ROW + RESPONSE + "Parameter\nType\nDescription\nlamp\nString\nA lamp.\n" + BAD_REQUEST + NOT_FOUND + SAMPLE
)
HOST = "#/servers/0/x-reading/0"


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """The frozen specs, where IAM v5 has a second operation whose page shows another sample host."""
    folder = copy_of_frozen(tmp_path)
    page = tmp_path / "lamps.txt"
    page.write_text(LAMPS, encoding="utf-8")
    assert new.main(["huawei_iam_v5", str(page), "--operation", "ListLamps", "--specs", str(folder)]) == 0
    return folder


def test_a_second_operation_with_another_sample_host_is_proved(specs: Path) -> None:
    file = specs / "huawei_iam_v5.yaml"
    hosts = load(file)["servers"][0]["x-reading"]
    assert [(one["operation"], one["page"]) for one in hosts] == [
        ("ListAccessKeys", "https://{endpoint}"),
        ("ListLamps", "https://elsewhere.example"),
    ]
    assert main(["--specs", str(specs)]) == options.CHANGED, "the reasons are a person's to write"
    fill(file)
    assert check(file, load(file)) == []
    assert main(["--specs", str(specs)]) == options.SAME


@pytest.mark.parametrize(("status", "name"), [("400", "BadRequestBody"), ("404", "NotFoundBody")])
def test_a_second_operation_takes_the_schema_that_fits(specs: Path, status: str, name: str) -> None:
    """One of them has a field more, of which a reading says that pages lack it."""
    document = load(specs / "huawei_iam_v5.yaml")
    response = document["paths"]["/v9/lamps"]["get"]["responses"][status]
    assert response["content"]["application/json"]["schema"] == {"$ref": f"#/components/schemas/{name}"}


def test_a_schema_of_other_fields_isnt_taken(tmp_path: Path) -> None:
    folder = copy_of_frozen(tmp_path)
    page = tmp_path / "lamps.txt"
    page.write_text(LAMPS.replace("request_id\nString", "request_id\nInteger"), encoding="utf-8")
    assert new.main(["huawei_iam_v5", str(page), "--operation", "ListLamps", "--specs", str(folder)]) == 0
    document = load(folder / "huawei_iam_v5.yaml")
    response = document["paths"]["/v9/lamps"]["get"]["responses"]["404"]
    name = response["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert name not in {"NotFoundBody", "BadRequestBody", "ForbiddenBody"}
    assert document["components"]["schemas"][name]["properties"]["request_id"]["type"] == "integer"


def test_a_changed_host_of_one_page_leaves_the_other_alone(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = specs / "huawei_iam_v5.yaml"
    fill(file)
    page = tmp_path / "lamps.txt"
    page.write_text(LAMPS.replace("elsewhere", "nowhere"), encoding="utf-8")
    assert main(["--specs", str(specs), "--operation", "ListLamps", "--accept", str(page)]) == options.CHANGED
    hosts = load(file)["servers"][0]["x-reading"]
    assert [one["page"] for one in hosts] == ["https://{endpoint}", "https://nowhere.example"]
    capsys.readouterr()
    assert main(["--specs", str(specs)]) == options.SAME


def test_a_shared_reading_is_split_where_one_page_changes(tmp_path: Path) -> None:
    folder = copy_of_frozen(tmp_path)
    file = folder / "huawei_iam_v5.yaml"
    page = tmp_path / "lamps.txt"
    same = LAMPS.replace("https://elsewhere.example", "https://{endpoint}")
    page.write_text(same, encoding="utf-8")
    assert new.main([file.stem, str(page), "--operation", "ListLamps", "--specs", str(folder)]) == 0
    assert "operation" not in load(file)["servers"][0]["x-reading"][0]
    fill(file)
    page.write_text(LAMPS, encoding="utf-8")
    assert main(["--specs", str(folder), "--operation", "ListLamps", "--accept", str(page)]) == options.CHANGED
    hosts = {one["operation"]: one["page"] for one in load(file)["servers"][0]["x-reading"]}
    assert hosts == {"ListAccessKeys": "https://{endpoint}", "ListLamps": "https://elsewhere.example"}
    assert main(["--specs", str(folder)]) == options.SAME


def test_what_another_operation_shares_isnt_changed_by_a_page(
    specs: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fill(specs / "huawei_iam_v5.yaml")
    page = tmp_path / "lamps.txt"
    page.write_text(LAMPS.replace("request_id\nString", "request_id\nInteger"), encoding="utf-8")
    before = load(specs / "huawei_iam_v5.yaml")["components"]["schemas"]["NotFoundBody"]
    assert main(["--specs", str(specs), "--operation", "ListLamps", "--accept", str(page)]) == options.CHANGED
    assert "is shared with what didn't change" in capsys.readouterr().err
    assert load(specs / "huawei_iam_v5.yaml")["components"]["schemas"]["NotFoundBody"] == before


def test_a_reading_of_one_operation_counts_for_it_alone() -> None:
    proved = PROVED["huawei_iam_v5"]
    host = proved.spec.document["servers"][0]["x-reading"][0]
    own = replaced(proved.spec.document, HOST, host | {"operation": "ListAccessKeys"})
    assert proved.findings_of(own) == []
    foreign = replaced(proved.spec.document, HOST, host | {"operation": "ListLamps"})
    assert [(one.place, one.aspect) for one in proved.findings_of(foreign)] == [("server 1", "host")]


def test_a_reading_of_its_own_comes_before_one_of_every_operation() -> None:
    common = Reading("host", None, "x", "why", "#/a")
    own = Reading("host", "y", "x", "why", "#/b", operation="Do")
    other = Reading("presence", None, "present", "why", "#/c")
    assert most_specific([common, own, other]) == [own, other]
    assert most_specific([common, other]) == [common, other]


@pytest.mark.parametrize("operation", ["ListAccessKeys", "Gone"])
def test_a_reading_that_its_operation_doesnt_come_to_is_found(
    operation: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs = copy_of_frozen(tmp_path)
    file = specs / "huawei_iam_v5.yaml"
    stray = "  schemas:\n    Stray:\n      type: string\n      description: Nothing has it.\n      x-reading:\n"
    entry = f"        - {{aspect: pattern, page: null, taken: a, why: None., operation: {operation}}}\n"
    text = file.read_text(encoding="utf-8")
    assert text.count("  schemas:\n") == 1
    file.write_text(text.replace("  schemas:\n", stray + entry), encoding="utf-8")
    assert main(["--specs", str(specs)]) == options.CHANGED
    out = capsys.readouterr().out
    assert f"#/components/schemas/Stray/x-reading/0: {operation} has nothing here: remove the reading" in out
    assert [pointer for pointer, _ in operation_readings(load(file))] == ["#/components/schemas/Stray/x-reading/0"]


PLACE = {"aspect": "place", "page": "200", "taken": "201", "why": "The sample says 201."}
BODY = {"type": "object", "properties": {"id": {"type": "string"}}}


def moved(*readings: Any) -> Any:
    content = {"application/json": {"schema": BODY, "examples": {"page": {"value": {"id": "1"}}}}}
    response = {"x-reading": list(readings), "content": content}
    node = {"operationId": "Do", "x-page": {"title": "T"}, "responses": {"201": response}}
    return leaves({"paths": {"/": {"post": node}}}, "Do")


def facts(*more: str) -> dict[str, Fact]:
    said: dict[str, dict[str, Any]] = {
        "title": {"title": "T"},
        "operation": {"method": "POST", "path": "/"},
        "operation id": {"operationId": "Do"},
        "status 200": {},
        "200": {"type": "object"},
        "200 id": {"type": "string"},
        "status 201": {},
        "example 201": {"example": {"id": "1"}},
        **{place: {"type": "string"} for place in more},
    }
    return {place: Fact(place, (1, 1), aspects) for place, aspects in said.items()}


def test_a_status_can_have_the_fields_that_a_page_gives_another() -> None:
    assert prove(facts(), moved(PLACE)) == []
    assert {one.place for one in prove(facts(), moved())} == {"201", "201 id", "200", "200 id", "status 200"}
    assert move_facts(facts(), moved(PLACE)).facts.keys() >= {"201", "201 id", "status 201", "example 201"}


def test_a_place_moves_all_or_is_found() -> None:
    assert [one.place for one in prove(facts("200 more"), moved(PLACE))] == ["201 more"]
    wrong = [PLACE | {"page": "202"}, PLACE | {"taken": "204"}]
    for reading in wrong:
        assert "it moves nothing of the page" in {one.message for one in prove(facts(), moved(reading))}
    # What the page says at the place itself stands beside what is moved.
    assert {one.place for one in prove(facts("201 id"), moved(PLACE))} == {"200 id"}
