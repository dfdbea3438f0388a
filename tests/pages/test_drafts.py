"""A newer page is accepted: its facts are kept, the spec is edited where the page changed and nowhere else.

What no rule could read or decide is left to a person, as a mark in the spec.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import msgspec
import pytest

from pages import edits, rulebook
from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.rows import Page
from pages.untouched import decorated, remains
from toolchain.__main__ import main as toolchain
from toolchain.checks import check
from toolchain.document import load
from toolchain.gaps import TO_WRITE, gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.change.report import compare
from toolchain.pages.draft.edit import draft
from toolchain.pages.draft.writing import editable, written
from toolchain.pages.facts import Fact, PageFacts, Unread
from toolchain.pages.prove.spec import read_spec
from toolchain.pages.prove.store import facts_file, kept_pages
from toolchain.pages.read.page import read_page

HERE = Path(__file__).parent
ENGLISH = HERE / "newer" / "huawei_csms-ListSecrets-2026-06-09-en.txt"
NEWER = sorted((HERE / "newer").glob("*.txt"))
COPIES = HERE / "copies"
SPECS = sorted(file.stem for file in FROZEN.glob("*.yaml"))
PAGES = {page.label: page for page in edits.opened(sorted(COPIES.glob("*.txt")), FROZEN)}
IAM = "huawei_iam_v5"


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = copy_of_frozen(tmp_path_factory.mktemp("project"))
    assert main(["--specs", str(folder), "--accept", str(ENGLISH)]) == 1
    return folder


@pytest.fixture
def specs(accepted: Path, tmp_path: Path) -> Path:
    """A copy of the specs, whose facts are those of the English page."""
    return Path(shutil.copytree(accepted.parent, tmp_path / "project")) / accepted.name


def content(rows: list[str]) -> list[str]:
    return [row for row in rows if row.strip() and not row.strip().startswith("#")]


def accept(file: Path, operation: str, text: str | bytes) -> tuple[list[str], list[str]]:
    """Accept a page, after which it is no change any more; return the lines of both specs that must be the same.

    A person decides how an operation pages, so the checks of that are left out.
    """
    before = file.read_text(encoding="utf-8")
    page = file.parent.parent / "page.txt"
    page.write_bytes(text if isinstance(text, bytes) else text.encode())
    command = ["--specs", str(file.parent), "--operation", operation, str(page)]
    assert main([*command, "--accept"]) == 1
    assert main(command) == 0
    assert [one for one in check(file, load(file)) if "/x-paging" not in one.pointer] == []
    return remains(before, file.read_text(encoding="utf-8"))


def one_of_each_kind() -> dict[str, rulebook.Edit]:
    """Return an edit of each kind, of every other page."""
    found: dict[str, dict[str, rulebook.Edit]] = {}
    made = [edit for page in PAGES.values() for edit in edits.edits_of(page) if edit.expected]
    for edit in (edit for edit in made if not edit.what.startswith("path ")):
        found.setdefault(edit.kind, {})[f"{edit.kind}, {edit.page.label}"] = edit
    return {name: of[name] for at, of in enumerate(found.values()) for name in sorted(of)[at % 2 :: 2]}


EDITS = one_of_each_kind()


@pytest.mark.parametrize("name", EDITS)
def test_any_change_can_be_accepted_and_leaves_the_rest_of_the_spec(name: str, tmp_path: Path) -> None:
    edit = EDITS[name]
    file = copy_of_frozen(tmp_path) / f"{edit.page.label}.yaml"
    if edit.kind != "field renamed":
        file.write_text(decorated(file.read_text(encoding="utf-8")), encoding="utf-8")
    old, now = accept(file, edit.page.operation, edit.content)
    if edit.kind == "field renamed":
        # A renamed parameter is another item of its list.
        return
    assert content(old) == content(now)
    rest = iter(old)
    assert all(row in rest for row in now), "comments go with what they are about, but none moves"
    if not any(expected.kind == "removed" or expected.after is None for expected in edit.expected):
        assert now == old


def test_a_status_without_error_codes_is_removed(tmp_path: Path) -> None:
    page = PAGES["alibaba_sas"]
    file = copy_of_frozen(tmp_path) / "alibaba_sas.yaml"
    gone = {fact.lines[0] for fact in page.facts.facts if fact.place.startswith("error 500 ")}
    lines = [line for number, line in enumerate(page.lines, 1) if number not in gone]
    accept(file, page.operation, "\n".join(lines))
    leaves = read_spec(file).leaves(page.operation)
    assert {"status 500", "status 200"} & leaves.keys() == {"status 200"}


ROW = "event_name\n\nNo\n\nString\n"
FIELD = "kms_key_id\n\nString\n"
OWNER = "Table 6 Owner\n\nParameter\n\nType\n\nDescription\n\nowner_id\n\nString\n\nThe ID.\n\nTable 7 PageInfo"
CHANGES: dict[str, tuple[dict[str, str], str, dict[str, Any] | None]] = {
    # name: (edits of the page, a place, what the spec states there; None if the place is gone)
    "a parameter added": (
        {ROW: f"sort\n\nNo\n\nInteger\n\nThe order. Minimum: 1 Maximum: 9 Default: 2\n\n{ROW}"},
        "query sort",
        {"type": "integer", "format": "int32", "minimum": 1, "maximum": 9, "default": 2, "required": False},
    ),
    "a parameter with values": (
        {ROW: f"order\n\nYes\n\nString\n\nThe order. Valid values: up, down\n\n{ROW}"},
        "query order",
        {"enum": ["up", "down"], "required": True, "named": "ListSecretsOrder"},
    ),
    "a parameter removed": ({"marker\n\nNo\n\nString\n": ""}, "query marker", None),
    "a parameter renamed": ({"event_name": "event"}, "query event", {"type": "string"}),
    "a mandatory parameter": ({ROW: ROW.replace("No", "Yes")}, "query event_name", {"required": True}),
    "a header": (
        {"X-Auth-Token\n\nNo": "X-Language\n\nNo\n\nString\n\nThe language.\n\nX-Auth-Token\n\nNo"},
        "header X-Language",
        {"required": False},
    ),
    "another default": ({"By default, 50": "By default, 20"}, "query limit", {"default": "20"}),
    "a length": ({"Its name.": "Its name.\n\nMinimum: 1 Maximum: 64"}, "200 secrets[].name", {"maxLength": 64}),
    "a field added": ({FIELD: f"owner\n\nLong\n\nIts owner.\n\n{FIELD}"}, "200 secrets[].owner", {"format": "int64"}),
    "a field removed": ({f"{FIELD}\nThe key behind it.\n": ""}, "200 secrets[].kms_key_id", None),
    "a field renamed": ({FIELD: "key_id\n\nString\n"}, "200 secrets[].key_id", {"type": "string"}),
    "another type": (
        {"current_count\n\nInteger": "current_count\n\nLong"},
        "200 page_info.current_count",
        {"format": "int64"},
    ),
    "a value removed": (
        {"DISABLED: it can't\n": ""},
        "200 secrets[].state",
        {
            "enum": ["ENABLED", "PENDING_DELETE", "FROZEN"],
            "descriptions": ["it can be used", "it waits for its deletion", "it is frozen"],
        },
    ),
    "the first values": (
        {"Its enterprise project.": "Its project. Valid values: main, other"},
        "200 secrets[].enterprise_project_id",
        {"enum": ["main", "other"], "named": "SecretEnterpriseProjectId"},
    ),
    "values whose schema would have the name of another": (
        {FIELD: f"type\n\nString\n\nValid values are as follows:\n\nOLD: it is old\n\nNEW: it is\n\n{FIELD}"},
        "200 secrets[].type",
        {"enum": ["OLD", "NEW"], "named": "SecretType2"},
    ),
    "a status": ({"504\n\nNo answer": "429\n\nToo many\n\n504\n\nNo answer"}, "status 429", {}),
    "deprecated": (
        {"Its enterprise project.": "It is deprecated."},
        "200 secrets[].enterprise_project_id",
        {"deprecated": True},
    ),
    "an object with fields": (
        {FIELD: f"owner\n\nOwner object\n\nIts owner.\n\n{FIELD}", "Table 6 PageInfo": OWNER},
        "200 secrets[].owner.owner_id",
        {"type": "string", "within": "Owner"},
    ),
    "a unit": (
        {"When it was renewed last.": "When it was renewed last. Unit: seconds"},
        "200 secrets[].rotation_time",
        {"reading of unit": "seconds"},
    ),
    "many at once": (
        {
            "/v1/{project_id}/secrets": "/v2/{project_id}/secrets",
            "\nlimit\n": "\nlimits\n",
            "marker\n\nNo\n\nString\n": "",
            ROW: ROW.replace("No", "Yes"),
            FIELD: "key_id\n\nString\n",
            "Its enterprise project.": "It is deprecated.",
        },
        "query event_name",
        {"required": True},
    ),
}


@pytest.mark.parametrize("name", CHANGES)
def test_an_accepted_change_is_in_the_spec(specs: Path, name: str) -> None:
    changed, place, stated = CHANGES[name]
    text = ENGLISH.read_text(encoding="utf-8")
    for old, new_text in changed.items():
        assert old in text
        text = text.replace(old, new_text) if name == "many at once" else text.replace(old, new_text, 1)
    file = specs / "huawei_csms.yaml"
    other = read_spec(file).leaves("ListSecrets")["200 secrets[].secret_type"].aspects
    accept(file, "ListSecrets", text)
    leaves = read_spec(file).leaves("ListSecrets")
    assert leaves["200 secrets[].secret_type"].aspects == other
    assert (place in leaves) == (stated is not None)
    if stated is not None:
        leaf = leaves[place]
        readings = {f"reading of {one.aspect}": one.page for one in leaf.readings}
        texts = load(file)["components"]["schemas"].get(leaf.schema, {}).get("x-enum-descriptions")
        found = (
            leaf.aspects
            | readings
            | {"descriptions": texts}
            | {"named": leaf.schema, "within": leaf.pointer.split("/")[3]}
        )
        assert {aspect: found.get(aspect) for aspect in stated} == stated


@pytest.mark.parametrize("page", NEWER, ids=lambda page: page.stem)
def test_code_is_generated_after_a_real_change_was_accepted(tmp_path: Path, page: Path) -> None:
    folder = copy_of_frozen(tmp_path)
    assert main(["--specs", str(folder), "--accept", str(page)]) == 1
    output = ["--specs", str(folder), "--output", str(tmp_path / "generated" / "cloudkeys_api")]
    fill(folder / "huawei_csms.yaml")
    assert [toolchain([command, *output]) for command in ("generate", "drift")] == [0, 0]


def test_the_spec_states_its_page_and_has_no_obsolete_readings(specs: Path) -> None:
    leaves = read_spec(specs / "huawei_csms.yaml").leaves("ListSecrets")
    page = load(specs / "huawei_csms.yaml")["paths"]["/v1/{project_id}/secrets"]["get"]["x-page"]
    assert (page["title"], page["updated"]) == ("Querying the Secret List", "2026-06-09")
    assert page["capture"] == ENGLISH.name
    assert leaves["200 secrets[].rotation_func_urn"].readings == leaves["path project_id"].readings == []
    assert leaves["200 secrets[].secret_type"].readings[0].page == ["COMMON", "RDS-FG", "GaussDB-FG"]


def test_a_draft_lists_what_is_to_do(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    first = text.index("error_msg\n\nString\n")
    text = text[:first] + text[first:].replace("error_msg\n\nString\n", "error_msg\n\nInteger\n", 1)
    accept(specs / "huawei_csms.yaml", "ListSecrets", text.replace(FIELD, f"owner\n\nLong\n\nIts owner.\n\n{FIELD}"))
    printed = capsys.readouterr().err.splitlines()
    assert main(["--specs", str(specs)]) == 1
    marks = {line.strip() for line in capsys.readouterr().out.splitlines() if line.endswith("to do: describe this")}
    assert len(marks) > 1
    assert set(printed) >= marks
    assert any(line.startswith("to do: 400 error_msg: ") and "is shared with" in line for line in printed)
    assert printed[-2].startswith("accepted: facts written to specs/pages/huawei_csms.yaml")
    assert printed[-1].startswith("next: ")


def test_a_page_that_changes_nothing_leaves_nothing_to_do(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = specs / "huawei_csms.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace(TO_WRITE, "Because."), encoding="utf-8")
    assert main(["--specs", str(specs), "--accept", str(ENGLISH)]) == 0
    assert capsys.readouterr().err == ""


def test_a_body_that_is_gone_is_left_to_a_person(tmp_path: Path) -> None:
    specs = copy_of_frozen(tmp_path)
    spec = read_spec(specs / "huawei_csms.yaml")
    before = kept_pages(specs, spec.stem)["ListSecrets"].page()
    facts = tuple(fact for fact in before.facts if fact.place.split()[0] != "200")
    after = msgspec.structs.replace(before, facts=facts)
    report = compare(spec, "ListSecrets", before, after)
    assert [(item.change.kind, item.change.place) for item in report.items] == [("removed", "200")]
    (left,) = draft(spec, "ListSecrets", report, after, None)
    assert left.startswith("200: the page no longer has this body")
    assert load(spec.file) == spec.document


def marks(file: Path) -> dict[int, str]:
    return {line: message for line, message in gaps(file) if "decide: line" in message}


def marked_line(file: Path, line: int) -> int:
    """Return the line below a mark and those that follow it."""
    rows = file.read_text(encoding="utf-8").split("\n")
    return next(at for at in range(line, len(rows)) if "# To be decided: " not in rows[at]) + 1


def numbers(text: str) -> set[int]:
    """Return the lines that a text names."""
    found = re.findall(r"(\d+)(?:-(\d+))?", text)
    return {line for first, last in found for line in range(int(first), int(last or first) + 1)}


@pytest.mark.parametrize(
    ("page", "fact"),
    [pytest.param(page, one, id=f"{page.label}, {one.place}") for page in PAGES.values() for one in page.plain()[::9]],
)
def test_an_unread_row_is_marked_and_its_place_stays(
    page: Page, fact: Fact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, newer = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    file = specs / f"{page.label}.yaml"
    newer.write_text(page.with_rows(fact, attrs.evolve(page.row(fact), type="Blob")), encoding="utf-8")
    unread = compare(page.spec, page.operation, page.facts, read_page(newer.read_bytes())).unread
    assert main(["--specs", str(specs), "--accept", "--operation", page.operation, str(newer)]) == 1
    found = marks(file)
    named = set[int]().union(*(numbers(message.partition(" of the page")[0]) for message in found.values()))
    assert named >= {line for one in unread for line in range(one.lines[0], one.lines[1] + 1)} != set()
    printed = capsys.readouterr().err
    assert all(f"specs/{file.name}:{line}: {message}" in printed for line, message in found.items())
    spec = read_spec(file)
    leaves = spec.leaves(page.operation)
    # An object whose only field is lost is lost itself; the path names a parameter that is lost.
    known = (fact.place, fact.place.split()[0], *(("operation",) if fact.place.startswith("path ") else ()))
    assert {marked_line(file, line) for line in found} <= {
        spec.line(leaves[place].pointer) for place in known if place in leaves
    }


@pytest.fixture(params=["200 page_info.current_count", "200 access_keys", "query limit", "operation"])
def strange(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[str, str]:
    """Make lines of a place unreadable, or lines of none; return the lines and the place."""
    place = request.param
    last = 9_998 if place == "operation" else PAGES[IAM].facts.by_place()[place].lines[1]
    lines = (last, last + (place == "operation"))

    def read(page: bytes) -> PageFacts:
        return msgspec.structs.replace(read_page(page), unread=(Unread(lines, "strange"),))

    monkeypatch.setattr("toolchain.pages.new.read_page", read)
    monkeypatch.setattr("toolchain.pages.commands.report.read_page", read)
    return f"{lines[0]}-{lines[1]}" if place == "operation" else str(last), place


@pytest.mark.parametrize("how", ["new", "accepted", "accepted first"])
def test_nothing_is_generated_or_proved_before_a_mark_is_settled(
    how: str, strange: tuple[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, page = copy_of_frozen(tmp_path), str(COPIES / f"{IAM}.txt")
    file = specs / f"{IAM}.yaml"
    accepting = ["--specs", str(specs), "--accept", "--operation", "ListAccessKeys", page]
    if how != "accepted":
        facts_file(specs, IAM).unlink()
    if how == "new":
        file.unlink()
        assert new.main([IAM, page, "--operation", "ListAccessKeys", "--specs", str(specs)]) == 0
    else:
        assert main(accepting) == 1
    ((line, message),) = marks(file).items()
    assert message == f"to do: decide: line{'s' * ('-' in strange[0])} {strange[0]} of the page: strange"
    printed = capsys.readouterr()
    assert f"specs/{file.name}:{line}: {message}" in printed.out + printed.err
    spec = read_spec(file)
    assert marked_line(file, line) == spec.line(spec.leaves("ListAccessKeys")[strange[1]].pointer)
    output = ["generate", "--specs", str(specs), "--output", str(tmp_path / "generated" / "cloudkeys_api")]
    assert (toolchain(output), main(["--specs", str(specs)])) == (1, 1)
    assert f"  specs/{file.name}:{line}: {message}" in capsys.readouterr().out
    if how == "accepted":
        assert (main(accepting), len(marks(file))) == (0, 1), "the lines are known now"
    fill(file)
    assert main(["--specs", str(specs)]) == 0
    assert "are unread: strange" in capsys.readouterr().out


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("change", [decorated, lambda text: text.replace("\n", "\r\n"), lambda text: text + "# end\n"])
def test_no_edit_is_no_change(spec: str, change: Callable[[str], str]) -> None:
    text = change((FROZEN / f"{spec}.yaml").read_text(encoding="utf-8"))
    assert written(text, editable(text)) == text


TEXT = """\
# The head.
things:
  # About the first.
  first: {a: 1,  b: "2"}   # kept
  second: >
    # no comment

    of 1 thing

  # About the third.
  third: 'x'

# About others.
others: [ 1,2 ]
# The end.
"""
ADDRESS = f"https://example.com/{'a' * 200}"


@pytest.mark.parametrize(
    ("edit", "old", "now"),
    [
        (lambda d: d["things"].pop("first"), '  # About the first.\n  first: {a: 1,  b: "2"}   # kept\n', ""),
        (lambda d: d["things"].pop("third"), "  # About the third.\n  third: 'x'\n", ""),
        (lambda d: d["things"].update(third=3), "'x'", "3"),
        (lambda d: d["things"].update(fourth=4), "'x'\n", "'x'\n  fourth: 4\n"),
        (lambda d: d.update(more=ADDRESS), "[ 1,2 ]\n", f"[ 1,2 ]\nmore: {ADDRESS}\n"),
        (lambda d: d["things"].insert(0, "zeroth", 0), "things:\n", "things:\n  zeroth: 0\n"),
        (lambda d: d["things"].insert(0, "1st", d["things"].pop("first")), "  first: {a: 1,", "  1st: {a: 1,"),
    ],
)
def test_comments_stay_with_what_they_are_about(edit: Callable[[Any], Any], old: str, now: str) -> None:
    document = editable(TEXT)
    edit(document)
    result, expected = written(TEXT, document), TEXT.replace(old, now, 1)
    # A line that is written anew has its own spaces.
    assert result.replace(" ", "") == expected.replace(" ", "")
    assert re.findall(r"(?m)^ *#.*", result) == re.findall(r"(?m)^ *#.*", expected)
