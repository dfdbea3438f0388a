"""A newer page that is accepted: its facts are kept, the spec is edited, and the generators still run."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages import edits, rulebook
from pages.frozen_specs import FROZEN, copy_of_frozen
from toolchain.checks import check
from toolchain.document import Problem, load
from toolchain.drift import drift
from toolchain.gaps import TO_WRITE
from toolchain.generate import generate
from toolchain.pages.__main__ import main
from toolchain.pages.change.report import compare
from toolchain.pages.draft.edit import draft
from toolchain.pages.facts import PageFacts
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import kept_pages

NEWER = Path(__file__).with_name("newer")
CHINESE = NEWER / "huawei_csms-ListSecrets-2024-11-29-zh.txt"
ENGLISH = NEWER / "huawei_csms-ListSecrets-2026-06-09-en.txt"
COPY = Path(__file__).with_name("copies") / "alibaba_sas.txt"
LIST = ("paths", "/v1/{project_id}/secrets", "get")


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_frozen(tmp_path_factory.mktemp("project"))
    assert main(["--specs", str(folder), "--accept", str(ENGLISH)]) == 1
    return folder


@pytest.fixture
def specs(accepted: Path, tmp_path: Path) -> Path:
    """A copy of the specs, whose facts are those of the English page."""
    return Path(shutil.copytree(accepted.parent, tmp_path / "project")) / accepted.name


def problems_of_drafts(file: Path, document: dict[str, Any]) -> list[Problem]:
    """Return what is wrong with a spec; how an operation pages is for people to decide, so a draft leaves it."""
    return [problem for problem in check(file, document) if "/x-paging" not in problem.pointer]


def accept(specs: Path, text: str) -> dict[str, Any]:
    """Accept a page; return the spec after it, which the generators take."""
    page = specs.parent / "page.txt"
    page.write_text(text, encoding="utf-8")
    assert main(["--specs", str(specs), "--accept", str(page)]) == 1
    assert main(["--specs", str(specs), str(page)]) == 0, "what was accepted is no change any more"
    file = specs / "huawei_csms.yaml"
    document = load(file)
    assert problems_of_drafts(file, document) == []
    return document


def at(document: Any, *tokens: Any) -> Any:
    for token in tokens:
        document = document[token]
    return document


def parameters(document: Any) -> dict[str, Any]:
    return {parameter["name"]: parameter for parameter in at(document, *LIST, "parameters")}


def schema(document: Any, name: str, field: str | None = None) -> Any:
    found = at(document, "components", "schemas", name)
    return found if field is None else found["properties"][field]


@pytest.mark.parametrize("page", [CHINESE, ENGLISH], ids=lambda page: page.stem)
def test_generation_runs_after_a_real_change_was_accepted(tmp_path: Path, page: Path) -> None:
    folder, output = copy_of_frozen(tmp_path), tmp_path / "generated" / "cloudkeys_api"
    assert main(["--specs", str(folder), "--accept", str(page)]) == 1
    generate(folder, output)
    assert drift(folder, output) == []


def test_what_the_page_caught_up_with_needs_no_reading(specs: Path) -> None:
    document = load(specs / "huawei_csms.yaml")
    assert "x-reading" not in schema(document, "Secret", "rotation_func_urn")
    assert "x-reading" not in parameters(document)["project_id"]
    readings = schema(document, "SecretType")["x-reading"]
    assert readings[0]["page"] == ["COMMON", "RDS-FG", "GaussDB-FG"]


def test_the_spec_says_which_page_it_is_of(specs: Path) -> None:
    page = at(load(specs / "huawei_csms.yaml"), *LIST, "x-page")
    assert (page["title"], page["updated"]) == ("Querying the Secret List", "2026-06-09")
    assert page["capture"] == ENGLISH.name


def test_nothing_else_of_the_file_changes(specs: Path) -> None:
    before = specs.joinpath("huawei_csms.yaml").read_text(encoding="utf-8")
    accept(specs, ENGLISH.read_text(encoding="utf-8").replace("Its name.", "Its name.\n\nMinimum: 1 Maximum: 64", 1))
    after = specs.joinpath("huawei_csms.yaml").read_text(encoding="utf-8")
    changed = set(after.splitlines()) ^ set(before.splitlines())
    assert {line.strip() for line in changed} == {
        "minLength: 1",
        "maxLength: 64",
        f"capture: {ENGLISH.name}",
        "capture: page.txt",
    }


Edit = tuple[str, str]
Check = Callable[[Any], bool]
ROW = "event_name\n\nNo\n\nString\n"
FIELD = "kms_key_id\n\nString\n"
CASES: dict[str, tuple[Edit, Check]] = {
    "a parameter added": (
        (ROW, "sort\n\nNo\n\nInteger\n\nThe order. Minimum: 1 Maximum: 9 Default: 2\n\n" + ROW),
        lambda d: (
            parameters(d)["sort"]["schema"]
            == {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "default": 2}
        ),
    ),
    "a parameter with values": (
        (ROW, "order\n\nYes\n\nString\n\nThe order. Valid values: up, down\n\n" + ROW),
        lambda d: schema(d, "ListSecretsOrder")["enum"] == ["up", "down"] and parameters(d)["order"]["required"],
    ),
    "a parameter removed": (("marker\n\nNo\n\nString\n", ""), lambda d: "marker" not in parameters(d)),
    "a parameter renamed": (("event_name", "event"), lambda d: "event" in parameters(d)),
    "a parameter mandatory": ((ROW, ROW.replace("No", "Yes")), lambda d: parameters(d)["event_name"]["required"]),
    "another default": (
        ("By default, 50", "By default, 20"),
        lambda d: parameters(d)["limit"]["schema"]["default"] == "20",
    ),
    "a field added": (
        (FIELD, "owner\n\nLong\n\nWho has it.\n\n" + FIELD),
        lambda d: schema(d, "Secret", "owner")["format"] == "int64",
    ),
    "a field removed": (
        (FIELD + "\nThe key behind it.\n", ""),
        lambda d: "kms_key_id" not in schema(d, "Secret")["properties"],
    ),
    "a field renamed": ((FIELD, "key_id\n\nString\n"), lambda d: "key_id" in schema(d, "Secret")["properties"]),
    "another type": (
        ("current_count\n\nInteger", "current_count\n\nLong"),
        lambda d: schema(d, "PageInfo", "current_count")["format"] == "int64",
    ),
    "a value added": (
        ("FROZEN: it is frozen", "FROZEN: it is frozen\n\nLOCKED: it is locked"),
        lambda d: schema(d, "SecretState")["enum"][-1] == "LOCKED",
    ),
    "a value removed": (("FROZEN: it is frozen\n", ""), lambda d: "FROZEN" not in schema(d, "SecretState")["enum"]),
    "values where there were none": (
        ("Its enterprise project.", "Its project. Valid values: main, other"),
        lambda d: schema(d, "SecretEnterpriseProjectId")["enum"] == ["main", "other"],
    ),
    "a status added": (
        ("504\n\nNo answer in time", "429\n\nToo many\n\n504\n\nNo answer in time"),
        lambda d: "429" in at(d, *LIST, "responses"),
    ),
    "deprecated": (
        ("Its enterprise project.", "It is deprecated."),
        lambda d: schema(d, "Secret", "enterprise_project_id")["deprecated"],
    ),
    "an object with fields": (
        (FIELD, "owner\n\nOwner object\n\nWho has it.\n\n" + FIELD),
        lambda d: schema(d, "Secret", "owner")["$ref"].endswith("/Owner"),
    ),
    "a unit": (
        ("When it was renewed last.", "When it was renewed last. Unit: seconds"),
        lambda d: schema(d, "Secret", "rotation_time")["x-reading"][0]["page"] == "seconds",
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_accepted_change_is_in_the_spec(specs: Path, name: str) -> None:
    (old, new), holds = CASES[name]
    text = ENGLISH.read_text(encoding="utf-8")
    assert old in text
    changed = text.replace(old, new, 1)
    if "Owner object" in new:
        table = "Table 6 Owner\n\nParameter\n\nType\n\nDescription\n\nowner_id\n\nString\n\nThe ID.\n\n"
        changed = changed.replace("Table 6 PageInfo", table + "Table 7 PageInfo")
    assert holds(accept(specs, changed))


def test_a_draft_says_what_a_person_must_describe(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (old, new), _ = CASES["a field added"]
    accept(specs, ENGLISH.read_text(encoding="utf-8").replace(old, new, 1))
    said = capsys.readouterr().err.splitlines()
    assert main(["--specs", str(specs)]) == 1
    proved = capsys.readouterr().out.splitlines()
    marks = [line.strip() for line in proved if "to do: describe this" in line]
    assert marks
    assert said[-1].startswith("next: ")
    assert said[-2].startswith("accepted: specs/pages/huawei_csms.yaml")
    assert set(said) >= {f"left to you: {mark}" for mark in marks}


def test_a_page_that_changes_nothing_leaves_nothing_to_do(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    marked = specs / "huawei_csms.yaml"
    marked.write_text(marked.read_text(encoding="utf-8").replace(TO_WRITE, "Because."), encoding="utf-8")
    capsys.readouterr()
    assert main(["--specs", str(specs), "--accept", str(ENGLISH)]) == 0
    assert capsys.readouterr().err == ""


def test_a_header_becomes_an_argument_that_a_person_describes(specs: Path) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    row = "X-Auth-Token\n\nNo\n\nString\n"
    page = specs.parent / "page.txt"
    page.write_text(text.replace(row, "X-Language\n\nNo\n\nString\n\nThe language.\n\n" + row, 1), encoding="utf-8")
    assert main(["--specs", str(specs), "--accept", str(page)]) == 1
    added = parameters(load(specs / "huawei_csms.yaml"))["X-Language"]
    assert (added["in"], added["required"], added["description"]) == ("header", False, TO_WRITE)


def test_what_several_responses_share_is_left_to_a_person(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    first = text.index("error_msg\n\nString\n")
    accept(specs, text[:first] + text[first:].replace("error_msg\n\nString\n", "error_msg\n\nInteger\n", 1))
    assert "left to you: 400 error_msg" in capsys.readouterr().err


def one_of_each_kind() -> dict[str, rulebook.Edit]:
    found: dict[str, rulebook.Edit] = {}
    for page in edits.opened(sorted(Path(__file__).with_name("copies").glob("*.txt")), FROZEN):
        for edit in edits.edits_of(page):
            if edit.expected:
                found.setdefault(f"{edit.kind}, {page.label}" if edit.kind in {"status", "unit"} else edit.kind, edit)
    return found


EDITS = one_of_each_kind()


@pytest.mark.parametrize("name", EDITS)
def test_any_change_can_be_accepted(name: str, tmp_path: Path) -> None:
    specs, page = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    page.write_bytes(EDITS[name].content)
    arguments = ["--specs", str(specs), "--operation", EDITS[name].page.operation, str(page)]
    assert main([*arguments, "--accept"]) == 1
    file = specs / f"{EDITS[name].page.label}.yaml"
    assert problems_of_drafts(file, load(file)) == []
    assert main(arguments) == 0


def test_a_body_that_is_gone_is_left_to_a_person(tmp_path: Path) -> None:
    specs = copy_of_frozen(tmp_path)
    spec = read_spec(specs / "huawei_csms.yaml")
    before = kept_pages(specs, spec.stem)["ListSecrets"].page()
    facts = tuple(fact for fact in before.facts if fact.place.split()[0] != "200")
    after = PageFacts(facts, (), before.stated_lines, before.understood_lines, "hash")
    report = compare(spec, "ListSecrets", before, after)
    assert [(item.change.kind, item.change.place) for item in report.items] == [("removed", "200")]
    assert draft(spec, "ListSecrets", report, after, None) == [
        "200: the page has no body here any more: decide what of it the spec keeps"
    ]
    assert load(spec.file) == spec.document


def test_a_new_field_takes_no_schema_from_another(specs: Path) -> None:
    """Its enumeration would be called SecretType, as that of secret_type is."""
    before = schema(load(specs / "huawei_csms.yaml"), "SecretType")
    text = ENGLISH.read_text(encoding="utf-8")
    assert text.count(FIELD) == 1
    field = "type\n\nString\n\nWhat it is. Valid values are as follows:\n\nOLD: it is old\n\nNEW: it is new\n\n"
    document = accept(specs, text.replace(FIELD, field + FIELD))
    assert schema(document, "SecretType") == before
    assert schema(document, "Secret", "type")["$ref"] == "#/components/schemas/SecretType2"
    assert schema(document, "SecretType2")["enum"] == ["OLD", "NEW"]


MOVED = {
    "/v1/{project_id}/secrets": "/v2/{project_id}/secrets",
    "\nlimit\n": "\nlimits\n",
    "marker\n\nNo\n\nString\n": "",
    ROW: ROW.replace("No", "Yes"),
    FIELD: "key_id\n\nString\n",
    "Its enterprise project.": "It is deprecated.",
}


def test_many_changes_at_once_find_their_places(specs: Path) -> None:
    """The path, a parameter above others, and names are gone from where the spec has them while others change."""
    text = ENGLISH.read_text(encoding="utf-8")
    for old, new in MOVED.items():
        assert old in text
        text = text.replace(old, new)
    page = specs.parent / "page.txt"
    page.write_text(text, encoding="utf-8")
    arguments = ["--specs", str(specs), "--operation", "ListSecrets", str(page)]
    assert main(["--accept", *arguments]) == 1
    assert main(arguments) == 0
    document = load(specs / "huawei_csms.yaml")
    found = {one["name"]: one for one in document["paths"]["/v2/{project_id}/secrets"]["get"]["parameters"]}
    assert "limits" in found
    assert not {"limit", "marker"} & found.keys()
    assert found["event_name"]["required"] is True
    assert schema(document, "Secret", "enterprise_project_id")["deprecated"] is True


def test_a_status_that_is_gone_takes_its_error_codes_along(tmp_path: Path) -> None:
    edit = next(
        edit for page in edits.opened([COPY], FROZEN) for edit in edits.edits_of(page) if edit.what == "500 removed"
    )
    specs, page = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    page.write_bytes(edit.content)
    arguments = ["--specs", str(specs), "--operation", edit.page.operation, "--accept", str(page)]
    assert main(arguments) == 1
    (place,) = load(specs / "alibaba_sas.yaml")["paths"].values()
    assert "500" not in place["post"]["responses"]
