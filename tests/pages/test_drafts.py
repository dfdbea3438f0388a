"""A newer page is accepted: its facts are kept, the spec is edited where the page changed and nowhere else.

What no rule could read or decide is left to a person, as a mark in the spec.
"""

from __future__ import annotations

import random
import re
import shutil
from collections.abc import Callable
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import msgspec
import pytest

from pages.edits import COPIES, EDITS, PAGES, Edit, Page
from pages.filled import fill
from pages.frozen_specs import FROZEN, copy_of_frozen
from toolchain.__main__ import main as toolchain
from toolchain.checks import check
from toolchain.document import load
from toolchain.gaps import TO_WRITE, gaps
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.change.report import Item, compare
from toolchain.pages.draft.edit import draft
from toolchain.pages.draft.writing import editable, written
from toolchain.pages.facts import Fact, Unread, enclosing_places, line_range, name_of
from toolchain.pages.prove.leaf import Leaf
from toolchain.pages.prove.proof import prove
from toolchain.pages.prove.spec import Spec, read_spec
from toolchain.pages.prove.store import facts_file, kept_pages
from toolchain.pages.read.page import read_page

ENGLISH = Path(__file__).parent / "newer" / "huawei_csms-ListSecrets-2026-06-09-en.txt"
IAM = "huawei_iam_v5"


def decorated(text: str) -> str:
    """Return a spec with comments, blank lines and quotes as people may write them; it says the same."""
    chosen = random.Random(text)  # noqa: S311 - the same for each run
    rows: list[str] = []
    for number, row in enumerate(text.split("\n")):
        found = re.fullmatch(r"( +)(?:- )?(?:name|in|type|schema|required|responses|content|maximum|enum|code):.*", row)
        if found is not None:
            note = f"{found[1]}# Note {number}"
            rows += chosen.choice([[], [""], [note], ["", note, ""]])
        quoted = re.fullmatch(r"( +(?:- )?(?:name|type|in)): ([A-Za-z_]+)", row)
        styles = ["{0}: {1}", "{0}: '{1}'", '{0}:  "{1}"', "{0}: {1}   # as it is"]
        rows.append(chosen.choice(styles).format(*quoted.groups()) if quoted else row)
    return "\n".join(rows)


def lines_to_edit(spec: Spec, leaves: dict[str, Leaf], item: Item) -> set[int]:
    """Return the lines of a spec that a change is about; what is removed goes with all that is inside."""
    place, kind = item.change.place, item.change.kind
    about = [leaf for inner, leaf in leaves.items() if place in {inner, *enclosing_places(inner)}]
    about = about if kind == "removed" else [leaves[place]] if place in leaves else []
    pointers = [item.pointer.removesuffix("/enum")] if kind != "added" else []
    pointers += [pointer for leaf in about for pointer in (leaf.pointer, *leaf.pointers.values())]
    return {line for first, last in map(spec.lines, pointers) for line in range(first, last + 1)}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: f"{edit.page}: {edit.shown[0]}")
def test_any_change_can_be_accepted_and_leaves_the_rest_of_the_spec(edit: Edit, tmp_path: Path) -> None:
    old, after = PAGES[edit.page], read_page(edit.text().encode())
    file = copy_of_frozen(tmp_path) / f"{edit.page}.yaml"
    before = decorated(file.read_text(encoding="utf-8"))
    file.write_text(before, encoding="utf-8")
    spec = read_spec(file)
    report, leaves = compare(spec, old.operation, old.facts, after), spec.leaves(old.operation)
    to_edit = set[int]().union(*(lines_to_edit(spec, leaves, one) for one in report.items))
    left = draft(spec, old.operation, report, after, None)
    found = prove(after.by_place(), read_spec(file).leaves(old.operation))
    assert {one.place for one in found} == {one.partition(":")[0] for one in left}, "what isn't left is done"
    assert [one for one in check(file, load(file)) if "/x-paging" not in one.pointer] == []
    rows, now = before.split("\n"), file.read_text(encoding="utf-8").split("\n")
    edited = [one for one in SequenceMatcher(None, rows, now, autojunk=False).get_opcodes() if one[0] != "equal"]
    gone = {at for _, first, last, *_ in edited for at in range(first + 1, last + 1)}
    words = {word for one in report.items for word in (name_of(one.change.place), str(one.change.before))}
    others = [row.strip() for row in (rows[at - 1] for at in gone - to_edit) if not any(word in row for word in words)]
    # Comments go with what they are about.
    is_removed = any(one.change.kind == "removed" for one in report.items)
    assert [row for row in others if not (is_removed and row[:1] in {"", "#"})] == []


def test_a_new_body_of_the_request_is_drafted_with_its_example(tmp_path: Path) -> None:
    page = PAGES["huawei_iam_v5"]
    table = "Table 9 Request body parameters\nParameter |\nType |\n|---|---|\n|\nstate |\nString |\n"
    text = page.text.replace("Response Parameters\n", f"{table}Response Parameters\n")
    text = re.sub(r"(Example Requests\n.*\n)", '\\1\n{\n  "state": "on"\n}\n', text)
    after = read_page(text.encode())
    spec = read_spec(copy_of_frozen(tmp_path) / "huawei_iam_v5.yaml")
    report = compare(spec, page.operation, page.facts, after)
    assert draft(spec, page.operation, report, after, None) == []
    found = read_spec(spec.file).leaves(page.operation)
    assert found["example body"].aspects["example"] == {"state": "on"}
    assert prove(after.by_place(), found) == []


@pytest.fixture(scope="module")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of specs after the English page was accepted."""
    folder = copy_of_frozen(tmp_path_factory.mktemp("project"))
    assert main(["--specs", str(folder), "--accept", str(ENGLISH)]) == 1
    return folder


@pytest.fixture
def specs(accepted: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(accepted.parent, tmp_path / "project")) / accepted.name


def accept(specs: Path, operation: str, text: str) -> None:
    """Accept a page, after which it is no change any more."""
    page = specs.parent / "page.txt"
    page.write_text(text, encoding="utf-8")
    command = ["--specs", str(specs), "--operation", operation, str(page)]
    assert (main([*command, "--accept"]), main(command)) == (1, 0)


FIELD = "kms_key_id\n\nString\n"
MANY = {
    # what the page has: what it gets
    "/v1/{project_id}/secrets": "/v2/{project_id}/secrets",
    "\nlimit\n": "\nlimits\n",
    "marker\n\nNo\n\nString\n": "",
    "event_name\n\nNo\n": "order\n\nYes\n\nString\n\nThe order. Valid values: up, down\n\nevent_name\n\nYes\n",
    "DISABLED: it can't\n": "",
    "Its enterprise project.": "Its project. Valid values: main, other",
    "When it was renewed last.": "When it was renewed last. Unit: seconds",
    FIELD: (
        "type\n\nString\n\nValid values are as follows:\n\nOLD: it is old\n\nNEW: it is\n\n"
        "owner\n\nOwner object\n\nIts owner.\n\nkey_id\n\nString\n"
    ),
    "Table 6 PageInfo": (
        "Table 6 Owner\n\nParameter\n\nType\n\nDescription\n\nowner_id\n\nString\n\nThe ID.\n\nTable 7 PageInfo"
    ),
}


def test_many_changes_are_accepted_at_once_and_new_schemas_get_names(specs: Path) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    for old, new_text in MANY.items():
        assert old in text
        text = text.replace(old, new_text)
    accept(specs, "ListSecrets", text)
    spec = read_spec(specs / "huawei_csms.yaml")
    leaves, secret = spec.leaves("ListSecrets"), "200 secrets[]"
    assert not leaves.keys() & {"query marker", "query limit", f"{secret}.kms_key_id"}
    found = {leaves[f"{secret}.{name}"].schema for name in ("enterprise_project_id", "type", "owner")}
    assert found == {"SecretEnterpriseProjectId", "SecretType2", "Owner"}
    assert leaves["query order"].schema == "ListSecretsOrder"
    assert leaves[f"{secret}.secret_type"].schema == "SecretType", "of another field"
    texts = spec.document["components"]["schemas"]["SecretState"]["x-enum-descriptions"]
    assert texts == ["it can be used", "it waits for its deletion", "it is frozen"]
    assert [one.page for one in leaves[f"{secret}.rotation_time"].readings if one.aspect == "unit"] == ["seconds"]
    assert leaves["query event_name"].aspects["required"] is True


def test_code_is_generated_after_a_change_was_accepted(specs: Path) -> None:
    output = ["--specs", str(specs), "--output", str(specs.parent / "generated" / "cloudkeys_api")]
    fill(specs / "huawei_csms.yaml")
    assert [toolchain([command, *output]) for command in ("generate", "drift")] == [0, 0]


def test_the_spec_states_its_page_and_has_no_obsolete_readings(accepted: Path) -> None:
    spec = read_spec(accepted / "huawei_csms.yaml")
    leaves = spec.leaves("ListSecrets")
    page = spec.document["paths"]["/v1/{project_id}/secrets"]["get"]["x-page"]
    assert (page["title"], page["updated"]) == ("Querying the Secret List", "2026-06-09")
    assert page["capture"] == ENGLISH.name
    assert leaves["200 secrets[].rotation_func_urn"].readings == leaves["path project_id"].readings == []
    assert leaves["200 secrets[].secret_type"].readings[0].page == ["COMMON", "RDS-FG", "GaussDB-FG"]


def test_a_draft_lists_what_is_to_do(specs: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = ENGLISH.read_text(encoding="utf-8").replace(FIELD, f"owner\n\nLong\n\nIts owner.\n\n{FIELD}")
    message = "error_msg\n\nString\n"
    accept(specs, "ListSecrets", text.replace(message, message.replace("String", "Integer"), 1))
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


def places_below(file: Path, operation: str, line: int) -> set[str]:
    """Return the places of a spec at the line below a mark and those that follow it."""
    rows = file.read_text(encoding="utf-8").split("\n")
    below = next(at for at in range(line, len(rows)) if "# To be decided: " not in rows[at]) + 1
    spec = read_spec(file)
    return {place for place, leaf in spec.leaves(operation).items() if spec.line(leaf.pointer) == below}


@pytest.mark.parametrize(
    ("page", "fact"),
    [pytest.param(page, one, id=f"{page.label}, {one.place}") for page in PAGES.values() for one in page.rows()[4::12]],
)
def test_an_unread_row_is_marked_and_its_place_stays(
    page: Page, fact: Fact, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    specs, newer = copy_of_frozen(tmp_path), tmp_path / "page.txt"
    file = specs / f"{page.label}.yaml"
    newer.write_text(page.with_words(fact, "(?i)string|integer|long|boolean", "Blob"), encoding="utf-8")
    unread = compare(page.spec, page.operation, page.facts, read_page(newer.read_bytes())).unread
    assert main(["--specs", str(specs), "--accept", "--operation", page.operation, str(newer)]) == 1
    printed = capsys.readouterr().err
    marked = " ".join(message.partition(" of the page")[0] for message in marks(file).values())
    assert unread
    assert all(line_range(one.lines) in marked for one in unread)
    # An object whose only field is lost is lost itself; the path names a parameter that is lost.
    known = {fact.place, fact.place.split()[0], *(["operation"] if fact.place.startswith("path ") else [])}
    for line, message in marks(file).items():
        assert f"specs/{file.name}:{line}: {message}" in printed
        assert places_below(file, page.operation, line) & known


@pytest.mark.parametrize(
    ("place", "is_new"), [("200 page_info.current_count", True), ("query limit", False), ("operation", False)]
)
def test_nothing_is_generated_or_proved_before_a_mark_is_settled(
    place: str, *, is_new: bool, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    last = PAGES[IAM].facts.by_place()[place].lines[1]
    # These are lines of a place, or lines of none.
    unread = Unread((9_998, 9_999) if place == "operation" else (last, last), "strange")
    for module in ("new", "commands.report"):
        monkeypatch.setattr(
            f"toolchain.pages.{module}.read_page",
            lambda page: msgspec.structs.replace(read_page(page), unread=(unread,)),
        )
    specs, page = copy_of_frozen(tmp_path), str(COPIES / f"{IAM}.txt")
    file = specs / f"{IAM}.yaml"
    accepting = ["--specs", str(specs), "--accept", "--operation", "ListAccessKeys", page]
    if is_new:
        facts_file(specs, IAM).unlink()
        file.unlink()
        assert new.main([IAM, page, "--operation", "ListAccessKeys", "--specs", str(specs)]) == 0
    else:
        assert main(accepting) == 1
    ((line, message),) = marks(file).items()
    assert message.endswith(f" {line_range(unread.lines)} of the page: strange")
    printed = capsys.readouterr()
    assert f"specs/{file.name}:{line}: {message}" in printed.out + printed.err
    assert place in places_below(file, "ListAccessKeys", line)
    output = ["generate", "--specs", str(specs), "--output", str(tmp_path / "generated" / "cloudkeys_api")]
    assert (toolchain(output), main(["--specs", str(specs)])) == (1, 1)
    assert f"  specs/{file.name}:{line}: {message}" in capsys.readouterr().out
    if not is_new:
        assert (main(accepting), len(marks(file))) == (0, 1), "the lines are known now"
    fill(file)
    assert main(["--specs", str(specs)]) == 0
    assert "are unread: strange" in capsys.readouterr().out


@pytest.mark.parametrize("spec", PAGES)
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
