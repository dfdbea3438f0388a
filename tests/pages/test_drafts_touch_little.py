"""A draft in a spec that is there touches lines of the places that change, and every other stays byte for byte."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pages import edits, rulebook
from pages.frozen_specs import FROZEN, copy_of_frozen
from pages.test_first_drafts import LAMPS
from pages.untouched import decorated, remains
from pages.writes import POST, PUT
from toolchain.document import load
from toolchain.pages import new
from toolchain.pages.__main__ import main
from toolchain.pages.draft.writing import editable, written

SPECS = sorted(file.stem for file in FROZEN.glob("*.yaml"))


def one_of_each_kind() -> dict[str, rulebook.Edit]:
    """Return an edit of each kind for each page."""
    copies = sorted(Path(__file__).with_name("copies").glob("*.txt"))
    pages = edits.opened(copies, FROZEN)
    return {f"{edit.kind}, {edit.page.label}": edit for page in pages for edit in edits.edits_of(page) if edit.expected}


EDITS = one_of_each_kind()


def is_subsequence(few: list[str], many: list[str]) -> bool:
    rest = iter(many)
    return all(row in rest for row in few)


@pytest.mark.parametrize("name", EDITS)
def test_accepting_a_page_leaves_the_rest_of_the_spec(name: str, tmp_path: Path) -> None:
    edit = EDITS[name]
    file = copy_of_frozen(tmp_path) / f"{edit.page.label}.yaml"
    before = decorated(file.read_text(encoding="utf-8"))
    file.write_text(before, encoding="utf-8")
    page = tmp_path / "page.txt"
    page.write_bytes(edit.content)
    assert main(["--specs", str(file.parent), "--operation", edit.page.operation, "--accept", str(page)]) == 1
    old, now = remains(before, file.read_text(encoding="utf-8"))
    # Comments above what is gone go with it, be it a field or a keyword.
    assert [row for row in old if row.strip() and not row.strip().startswith("#")] == [
        row for row in now if row.strip() and not row.strip().startswith("#")
    ]
    assert is_subsequence(now, old)
    if not any(expected.kind == "removed" or expected.after is None for expected in edit.expected):
        assert now == old


@pytest.mark.parametrize("spec", [name for name in SPECS if name != "alibaba_sas"])
@pytest.mark.parametrize(("operation", "text"), [("ListLamps", LAMPS), ("PaintLamp", PUT), ("AddLamp", POST)])
def test_a_new_operation_leaves_all_of_the_spec(spec: str, operation: str, text: str, tmp_path: Path) -> None:
    file = copy_of_frozen(tmp_path) / f"{spec}.yaml"
    before = decorated(file.read_text(encoding="utf-8"))
    file.write_text(before, encoding="utf-8")
    page = tmp_path / "page.txt"
    page.write_text(text, encoding="utf-8")
    assert new.main([spec, str(page), "--operation", operation, "--specs", str(file.parent)]) == 0
    old, now = remains(before, file.read_text(encoding="utf-8"))
    assert now == old


@pytest.mark.parametrize("spec", SPECS)
@pytest.mark.parametrize("change", [decorated, lambda text: text.replace("\n", "\r\n"), lambda text: text + "# end\n"])
def test_no_edit_is_no_change(spec: str, change: Callable[[str], str]) -> None:
    text = change((FROZEN / f"{spec}.yaml").read_text(encoding="utf-8"))
    assert written(text, editable(text)) == text


def test_a_decorated_spec_says_the_same(tmp_path: Path) -> None:
    for spec in SPECS:
        file = tmp_path / f"{spec}.yaml"
        file.write_text(decorated((FROZEN / file.name).read_text(encoding="utf-8")), encoding="utf-8")
        assert load(file) == load(FROZEN / file.name)


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


@pytest.mark.parametrize(
    ("edit", "old", "now"),
    [
        (lambda d: d["things"].pop("first"), '  # About the first.\n  first: {a: 1,  b: "2"}   # kept\n', ""),
        (lambda d: d["things"].pop("third"), "  # About the third.\n  third: 'x'\n", ""),
        (lambda d: d["things"].update(third=3), "'x'", "3"),
        (lambda d: d["things"].update(fourth=4), "'x'\n", "'x'\n  fourth: 4\n"),
        (lambda d: d.update(more=4), "[ 1,2 ]\n", "[ 1,2 ]\nmore: 4\n"),
        (lambda d: d["things"].insert(0, "zeroth", 0), "things:\n", "things:\n  zeroth: 0\n"),
        (lambda d: d["things"].insert(0, "1st", d["things"].pop("first")), "  first: {a: 1,", "  1st: {a: 1,"),
    ],
)
def test_comments_stay_with_what_they_are_about(edit: Callable[[Any], Any], old: str, now: str) -> None:
    document = editable(TEXT)
    edit(document)
    expected = TEXT.replace(old, now, 1)
    result = written(TEXT, document)
    assert result.replace(" ", "") == expected.replace(" ", "")
    assert [row for row in result.split("\n") if "#" in row and row.split("#")[0] == ""] == [
        row for row in expected.split("\n") if "#" in row and row.split("#")[0] == ""
    ]


def test_a_text_without_spaces_stays_beside_its_key_however_long_it_is() -> None:
    document = editable(TEXT)
    document["more"] = address = f"https://example.com/{'a' * 200}"
    assert written(TEXT, document).endswith(f"others: [ 1,2 ]\nmore: {address}\n# The end.\n")
